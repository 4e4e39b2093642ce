"""What the replay of the Console API's recordings takes for a difference."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.replay.console_compare import Answer, differences, values
from sandbox.replay.console_names import Names
from sandbox.replay.console_recording import Exchange

DSEQ, OURS = "1795363693495", "1795628938689754"
ADDRESS = "akash1nxdua8x9pzt9cgzdw0sca4eqvks9s8kaffnhgk"
OTHER = "akash18np2qjx24r76xhspypyqe22cdramjemc39r25e"


def parts(recorded: Any, ours: Any, names: Names | None = None) -> list[str]:
    return [each.part for each in values("body", recorded, ours, names or Names())]


@pytest.mark.parametrize(
    ("recorded", "ours"),
    [
        ({"a": "x"}, {"a": "x", "more": 1}),
        ({"amount": "700.000000000000000000"}, {"amount": "2.500000000000000000"}),
        ({"created_at": "7492"}, {"created_at": "9"}),
        ({"createdAt": "2026-11-22T15:46:26.248Z"}, {"createdAt": "2030-01-01T00:00:00.000Z"}),
        ({"balance": 5, "available": 0}, {"balance": 7, "available": 1}),
        ({"resources_offer": []}, {"resources_offer": [{"count": 1}]}),
        ({"uris": ["a.ingress.provider.local"]}, {"uris": ["b.other.example"]}),
        ({"dseq": DSEQ}, {"dseq": OURS}),
    ],
)
def test_what_is_made_anew_only_keeps_its_form(recorded: Any, ours: Any) -> None:
    assert parts(recorded, ours) == []


@pytest.mark.parametrize(
    ("recorded", "ours", "part"),
    [
        ({"a": "x"}, {}, "body.a"),
        ({"a": "x"}, {"a": None}, "body.a"),
        ({"a": None}, {"a": "x"}, "body.a"),
        ({"a": "5"}, {"a": 5}, "body.a"),
        ({"a": 5}, {"a": "5"}, "body.a"),
        ({"a": 1}, {"a": True}, "body.a"),
        ({"a": False}, {"a": True}, "body.a"),
        ({"state": "active"}, {"state": "closed"}, "body.state"),
        ({"amount": "700.000000000000000000"}, {"amount": "700"}, "body.amount"),
        ({"createdAt": "2026-11-22T15:46:26.248Z"}, {"createdAt": "2026-11-22"}, "body.createdAt"),
        ({"pagination": {"total": 5}}, {"pagination": {"total": 6}}, "body.pagination.total"),
        ({"dseq": "777"}, {"dseq": "778"}, "body.dseq"),
        ({"a": [1]}, {"a": []}, "body.a[0]"),
        ({"a": []}, {"a": [1]}, "body.a.more"),
        ({"a": {}}, {"a": []}, "body.a"),
    ],
)
def test_what_a_client_could_trip_over_is_found(recorded: Any, ours: Any, part: str) -> None:
    assert parts(recorded, ours) == [part]


def test_a_name_stands_for_the_same_thing_everywhere() -> None:
    names = Names()

    assert parts({"owner": ADDRESS}, {"owner": OTHER}, names) == []
    assert parts({"xid": f"{ADDRESS}/5"}, {"xid": f"{OTHER}/5"}, names) == []
    assert parts({"owner": ADDRESS}, {"owner": ADDRESS}, names) == ["body.owner"]


def test_items_are_compared_with_their_own_whatever_their_place() -> None:
    names = Names()
    names.learn(DSEQ, OURS)
    row = {"deployment": {"id": {"dseq": DSEQ}, "state": "active"}}
    ours = {"deployment": {"id": {"dseq": OURS}, "state": "closed"}}
    other = {"deployment": {"id": {"dseq": "5"}, "state": "active"}}

    assert parts([row], [other, ours], names) == ["body[0].deployment.state", "body.more", "body.order"]


def test_what_was_refused_here_need_not_be_shown() -> None:
    names = Names()
    names.lose([DSEQ])

    assert parts([{"id": {"dseq": DSEQ}}], [], names) == []


def test_names_within_a_path_are_replaced_with_zeros_and_blanks_around() -> None:
    names = Names()
    names.learn(DSEQ, OURS)

    assert names.ours(f"/v1/bids/000{DSEQ}") == f"/v1/bids/000{OURS}"
    assert names.ours(f"/v1/bids/%20{DSEQ}%20") == f"/v1/bids/%20{OURS}%20"
    assert names.ours(f"/v1/bids/9{DSEQ}") == f"/v1/bids/9{DSEQ}"


def an_exchange(**changed: Any) -> Exchange:
    headers = {"content-type": "application/json; charset=UTF-8", "cache-control": "private, no-store"}
    found: dict[str, Any] = {
        "file": "99-made-up",
        "line": 1,
        "name": "x",
        "at": 0.0,
        "user": None,
        "method": "GET",
        "target": "/",
        "headers": {},
        "body": b"",
        "status": 200,
        "answer_headers": headers,
        "answer": {},
        "seconds": 0.1,
    }
    return Exchange(**{**found, **changed})


def test_status_and_headers_count_too() -> None:
    answer = Answer(201, {"content-type": "text/html"}, {})

    found = [each.part for each in differences(an_exchange(), answer, Names())]

    assert found == ["status", "header.content-type", "header.cache-control"]


def test_a_problem_is_json_to_whoever_parses_it() -> None:
    headers = {"content-type": "application/problem+json", "cache-control": "private, no-store"}

    assert differences(an_exchange(), Answer(200, headers, {}), Names()) == []


def test_a_head_has_no_body_to_compare() -> None:
    headers = {"content-type": "application/json", "cache-control": "no-store"}

    assert differences(an_exchange(method="HEAD", answer=""), Answer(200, headers, ""), Names()) == []
