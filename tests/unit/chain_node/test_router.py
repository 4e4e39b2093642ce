"""The gateway's frame: paths, Go's reading of a query string, pages."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.chain.errors import Refusal
from sandbox.chain.rest.router import PageRequest, Query, Route, Router, paged, take
from sandbox.chain.rest.status import RestError
from tests.unit.chain_node.network import Network

if TYPE_CHECKING:
    from sandbox.chain.context import Context

ROWS = [(bytes([number]), number) for number in range(1, 6)]


def query(**params: str) -> Query:
    return Query(params={name.replace("__", "."): value for name, value in params.items()}, path={})


def answered(routes: list[Route], path: str, **params: str) -> Any:
    return Router(routes).answer(Network().chain.reading(), path, params)


def test_variables_of_a_path_reach_the_answer() -> None:
    def answer(_: Context, query: Query) -> Any:
        return [query.path["owner"], query.text("denom")]

    routes = [Route("/balances/{owner}/by_denom", answer)]

    assert answered(routes, "/balances/alice/by_denom", denom="uakt") == ["alice", "uakt"]


def test_a_word_wins_over_a_variable() -> None:
    routes = [Route("/blocks/{height}", lambda _, __: "one"), Route("/blocks/latest", lambda _, __: "latest")]

    assert answered(routes, "/blocks/latest") == "latest"
    assert answered(routes, "/blocks/7") == "one"


def test_a_path_that_nothing_serves_is_not_implemented() -> None:
    with pytest.raises(RestError) as refused:
        answered([Route("/a/{b}", lambda _, __: 1)], "/a/b/c")

    assert (refused.value.status, refused.value.body()) == (
        501,
        {"code": 12, "message": "Not Implemented", "details": []},
    )


@pytest.mark.parametrize(
    ("refusal", "status", "code", "text"),
    [
        (
            Refusal("deployment", 4, "Deployment not found"),
            404,
            5,
            "codespace deployment code 4: Deployment not found",
        ),
        (Refusal("market", 12, "bid not open"), 400, 9, "codespace market code 12: bid not open"),
        (
            Refusal("authz", 2, "authorization not found"),
            500,
            2,
            "codespace authz code 2: authorization not found",
        ),
    ],
)
def test_a_modules_refusal_has_the_status_of_its_registered_error(
    refusal: Refusal, status: int, code: int, text: str
) -> None:
    def answer(_: Context, __: Query) -> Any:
        raise refusal.wrap("words around it")

    with pytest.raises(RestError) as refused:
        answered([Route("/a", answer)], "/a")

    assert (refused.value.status, refused.value.code) == (status, code)
    assert refused.value.message == f"{text}: words around it"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("pagination.limit", "abc", 'strconv.ParseUint: parsing "abc": invalid syntax'),
        ("pagination.offset", "-1", 'strconv.ParseUint: parsing "-1": invalid syntax'),
        ("pagination.limit", str(2**64), f'strconv.ParseUint: parsing "{2**64}": value out of range'),
        ("pagination.reverse", "yes", 'strconv.ParseBool: parsing "yes": invalid syntax'),
        ("pagination.key", "!!", "illegal base64 data at input byte 0"),
        ("pagination.key", "AA!A", "illegal base64 data at input byte 2"),
    ],
)
def test_what_go_cannot_parse_is_refused(name: str, text: str, problem: str) -> None:
    with pytest.raises(RestError) as refused:
        Query(params={name: text}, path={}).page()

    assert (refused.value.status, refused.value.code, refused.value.message) == (400, 3, problem)


def test_a_page_key_may_be_in_either_alphabet() -> None:
    key = b"\xfb\xff\xfe"

    pages = [
        query(pagination__key=encode(key).decode()).page()
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    ]

    assert [page.key for page in pages] == [key, key]


def test_without_a_limit_all_that_fits_is_counted() -> None:
    assert paged(ROWS, PageRequest()) == ([1, 2, 3, 4, 5], {"next_key": None, "total": "5"})


def test_a_limit_counts_only_when_asked_to() -> None:
    following = base64.b64encode(b"\x03").decode()

    assert paged(ROWS, PageRequest(limit=2)) == ([1, 2], {"next_key": following, "total": "0"})
    assert paged(ROWS, PageRequest(limit=2, count_total=True)) == (
        [1, 2],
        {"next_key": following, "total": "5"},
    )


def test_pages_follow_each_other_by_their_keys() -> None:
    seen, page = [], PageRequest(limit=2)
    while True:
        rows, following = take(ROWS, page)
        seen.append(rows)
        if following is None:
            break
        page = PageRequest(key=following, limit=2)

    assert seen == [[1, 2], [3, 4], [5]]


def test_backwards_from_a_key_begins_at_it() -> None:
    assert take(ROWS, PageRequest(limit=2, reverse=True)) == ([5, 4], b"\x03")
    assert take(ROWS, PageRequest(key=b"\x03", limit=2, reverse=True)) == ([3, 2], b"\x01")


@pytest.mark.parametrize(("limit", "offset", "found"), [(2**64 - 1, 0, 3), (1, 2**64 - 1, 0)])
def test_a_page_as_large_as_a_number_can_be(limit: int, offset: int, found: int) -> None:
    rows = [(bytes([number]), number) for number in range(3)]

    taken, following = take(rows, PageRequest(limit=limit, offset=offset))

    assert (len(taken), following) == (found, None)


def test_an_offset_skips_and_does_not_go_with_a_key() -> None:
    assert take(ROWS, PageRequest(offset=3, limit=5)) == ([4, 5], None)

    with pytest.raises(RestError, match="either offset or key is expected"):
        paged(ROWS, PageRequest(key=b"\x02", offset=1))
