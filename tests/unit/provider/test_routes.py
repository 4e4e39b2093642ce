"""provider-gateway.md §1 and §2: routes before any token; recording 01."""

from __future__ import annotations

import pytest

from sandbox.provider import paths, routes
from sandbox.provider.answers import Refusal
from sandbox.provider.routes import Route


def _refused(method: str, target: str) -> tuple[int, str, str | None]:
    with pytest.raises(Refusal) as refused:
        routes.match(method, target)
    answer = refused.value.answer
    return answer.status, answer.body.decode(), answer.headers.get("Location")


@pytest.mark.parametrize(
    ("method", "target", "route"),
    [
        ("GET", "/version?a=1", Route.VERSION),
        ("GET", "/%73tatus", Route.STATUS),
        ("GET", "https://provider.local:8443/address", Route.ADDRESS),
        ("PUT", "/deployment/5/manifest", Route.SUBMIT_MANIFEST),
        ("GET", "/lease/5/1/1/status", Route.LEASE_STATUS),
        ("GET", "/lease/abc/x/y/logs", Route.LOGS),
        ("PUT", "/lease/5/1/1/shell", Route.SHELL),
        ("POST", "/hostname/migrate", Route.MIGRATE_HOSTS),
    ],
)
def test_a_route_is_found(method: str, target: str, route: Route) -> None:
    assert routes.match(method, target).route is route


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("GET", "/STATUS"),
        ("GET", "/status/"),
        ("GET", "/lease/5/status"),
        ("GET", "/lease/5/1/1/service/a%2Fb/status"),
        ("POST", "/lease/5/1/1/status"),
        ("HEAD", "/lease/5/1/1/status"),
        ("GET", "/validate"),
    ],
)
def test_what_is_no_route_is_404(method: str, target: str) -> None:
    assert _refused(method, target) == (404, "404 page not found\n", None)


@pytest.mark.parametrize(
    ("method", "target"), [("POST", "/status"), ("HEAD", "/version"), ("GET", "/deployment/5/manifest")]
)
def test_another_method_is_405_without_a_word(method: str, target: str) -> None:
    assert _refused(method, target) == (405, "", None)


@pytest.mark.parametrize(
    ("target", "clean"),
    [
        ("//status", "/status"),
        ("/x/../status", "/status"),
        ("//lease/5/1/1/status", "/lease/5/1/1/status"),
        ("/lease/5/1/1/service//status", "/lease/5/1/1/service/status"),
    ],
)
def test_an_unclean_path_is_sent_to_the_clean_one(target: str, clean: str) -> None:
    assert _refused("GET", target) == (301, "", clean)


@pytest.mark.parametrize(
    ("text", "bits", "why"),
    [
        ("abc", 64, "invalid syntax"),
        ("-5", 64, "invalid syntax"),
        ("+5", 64, "invalid syntax"),
        ("0x1f5", 64, "invalid syntax"),
        ("18446744073709551616", 64, "value out of range"),
        ("4294967296", 32, "value out of range"),
    ],
)
def test_a_number_in_a_path_is_gos(text: str, bits: int, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        paths.unsigned(text, bits)

    assert refused.value.answer.status == 400
    assert refused.value.answer.body.decode() == f'strconv.ParseUint: parsing "{text}": {why}\n'


def test_leading_zeros_are_read() -> None:
    assert paths.unsigned("0501", 64) == 501


def test_flags_are_gos() -> None:
    assert [paths.flag(text) for text in ("1", "T", "TRUE", "f", "False")] == [True, True, True, False, False]
    with pytest.raises(Refusal):
        paths.flag("yes")
