"""What providers say is believed in form only: shapes, sizes and characters."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slipway.adapters.provider_answers import (
    MAX_ENTRIES,
    MAX_NAME,
    MAX_SERVICES,
    MAX_TEXT,
    clean,
    is_final,
    lease_status,
    text_of,
)
from slipway.adapters.provider_faults import AnswerUnreadable
from slipway.domain.workload import LeasedIp, LeaseStatus

from tests import recordings

SERVICE = {
    "name": "web",
    "available": 1,
    "total": 2,
    "uris": ["web.example.com"],
    "observed_generation": 3,
    "replicas": 2,
    "updated_replicas": 2,
    "ready_replicas": 1,
    "available_replicas": 1,
}
PORT = {"host": "node.example.com", "port": 22, "externalPort": 31000, "proto": "TCP", "name": "web"}
IP = {"Port": 80, "ExternalPort": 8080, "Protocol": "TCP", "IP": "203.0.113.9"}


def status(**changes: Any) -> dict[str, Any]:
    return {"services": {"web": SERVICE}, "forwarded_ports": None, "ips": None} | changes


def read(value: Any) -> LeaseStatus:
    return lease_status(json.dumps(value).encode())


def test_a_status_is_read() -> None:
    found = read(status(forwarded_ports={"web": [PORT]}, ips={"web": [IP, IP]}))

    assert asdict(found.services["web"]) == SERVICE | {"uris": ("web.example.com",)}
    assert found.forwarded_ports is not None
    assert found.forwarded_ports["web"][0].external_port == 31000
    assert found.ips == {"web": (LeasedIp("203.0.113.9", 80, 8080, "TCP"),) * 2}


def test_null_stands_for_nothing() -> None:
    assert read({"services": None}) == LeaseStatus({}, None, None)
    assert read(status(services={"web": SERVICE | {"uris": None}})).services["web"].uris is None
    assert read(status(forwarded_ports={"web": None})).forwarded_ports == {"web": ()}
    assert read(status(forwarded_ports={})).forwarded_ports == {}


def test_a_host_that_is_left_out_is_empty() -> None:
    bare = {name: value for name, value in PORT.items() if name != "host"}

    found = read(status(forwarded_ports={"web": [bare]})).forwarded_ports

    assert found is not None
    assert found["web"][0].host == ""


def test_fields_of_later_providers_are_left_out() -> None:
    assert read(status(more=1, services={"web": SERVICE | {"more": [1]}})) == read(status())


def with_service(**changes: Any) -> dict[str, Any]:
    return status(services={"web": SERVICE | changes})


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        5,
        {},
        {"message": "unauthorized access"},
        status(services=[]),
        status(services={"web": None}),
        status(services={"web": []}),
        status(services={"w\u0000b": SERVICE}),
        status(services={str(number): SERVICE for number in range(MAX_SERVICES + 1)}),
        with_service(name=5),
        with_service(name="w" * (MAX_NAME + 1)),
        with_service(available="1"),
        with_service(available=True),
        with_service(available=1.0),
        with_service(available=-1),
        with_service(available=None),
        with_service(total=2**31),
        with_service(observed_generation=2**63),
        with_service(uris="web.example.com"),
        with_service(uris=[5]),
        with_service(uris=["a\nb"]),
        with_service(uris=["\u202eb"]),
        with_service(uris=["a.example.com"] * (MAX_ENTRIES + 1)),
        status(forwarded_ports=[]),
        status(forwarded_ports={"web": {}}),
        status(forwarded_ports={"web": [5]}),
        status(forwarded_ports={"web": [PORT | {"port": "22"}]}),
        status(forwarded_ports={"web": [PORT | {"proto": None}]}),
        status(forwarded_ports={"web": [PORT] * (MAX_ENTRIES + 1)}),
        status(ips={"web": [IP | {"IP": "somewhere"}]}),
        status(ips={"web": [{"ip": "203.0.113.9"}]}),
    ],
)
def test_what_no_provider_would_say_is_unreadable(value: Any) -> None:
    with pytest.raises(AnswerUnreadable):
        read(value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[" * 100_000,
        b'{"services":' * 100_000,
        b'{"services":{"web":{"available":' + b"9" * 5000 + b"}}}",
        b'{"services":{"web":{"available":1e999}}}',
        b'{"services":{"web":{"available":NaN}}}',
        json.dumps(with_service(name="\ud800")).encode(),
    ],
    ids=range(9),
)
def test_what_is_no_sound_json_is_unreadable(content: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        lease_status(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    place=st.sampled_from(["services", "forwarded_ports", "ips", "service", "uris", "port", "ip"]), value=JSON
)
def test_whatever_stands_anywhere_it_is_read_or_unreadable(place: str, value: Any) -> None:
    said = copy.deepcopy(status(forwarded_ports={"web": [PORT]}, ips={"web": [IP]}))
    match place:
        case "service":
            said["services"]["web"] = value
        case "uris":
            said["services"]["web"]["uris"] = value
        case "port":
            said["forwarded_ports"]["web"][0] = value
        case "ip":
            said["ips"]["web"][0] = value
        case _:
            said[place] = value

    try:
        found = read(said)
    except AnswerUnreadable:
        return
    assert isinstance(found, LeaseStatus)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"no lease for deployment\n", "no lease for deployment"),
        (b'{"message":"JWT is invalid"}', "JWT is invalid"),
        (b'{"message":{"a":1}}', '{"message":{"a":1}}'),
        (b'{"message":"a\\u0000b\\ud800c"}', "a b c"),
        (b"", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 100_000, "[" * (MAX_TEXT - 1) + "…"),
        (b"\x1b[2Jgone \x07\x7f\xc2\x9b", "[2Jgone"),
        ("a\u200bb\u202ec\u2028d\u00a0e".encode(), "a b c d e"),
        (b"\n" * 100_000 + b"x", ""),
    ],
    ids=range(10),
)
def test_a_message_becomes_one_clean_line(content: bytes, text: str) -> None:
    assert text_of(content) == text


@given(st.text(max_size=3000))
def test_a_clean_line_is_short_and_printable(text: str) -> None:
    line = clean(text)

    assert len(line) <= MAX_TEXT
    assert line.isprintable()


def test_recorded_statuses_lose_nothing() -> None:
    """Read and written again, each is what the running gateway said."""
    told = [*told_in("06-lease-status"), *told_in("05-manifest-submit"), *told_in("15-leased-ip")]

    assert len(told) > 5
    for body in told:
        assert again(read(body)) == body


def told_in(walk: str) -> list[dict[str, Any]]:
    exchanges = recordings.load(f"gateway/{walk}.jsonl")[1]
    return [
        each["response"]["body"]
        for each in exchanges
        if each.get("response")
        and each["request"]["path"].startswith("/lease/")
        and each["request"]["path"].count("/") == 5
        and each["request"]["path"].endswith("/status")
        and each["response"]["status"] == 200
    ]


def again(found: LeaseStatus) -> dict[str, Any]:
    listed = json.loads(json.dumps(asdict(found)))
    for port in (port for ports in (listed["forwarded_ports"] or {}).values() for port in ports):
        port["externalPort"] = port.pop("external_port")
    for ip in (ip for ips in (listed["ips"] or {}).values() for ip in ips):
        ip |= {"IP": ip.pop("ip"), "Port": ip.pop("port"), "Protocol": ip.pop("protocol")}
        ip["ExternalPort"] = ip.pop("external_port")
    return dict(listed)


FINAL = ("invalid manifest", "manifest cross-validation", "manifest version", "hostname not allowed")
PASSING = (
    "rpc error",
    "no lease",
    "context deadline",
    "strconv",
    "EOF",
    "json:",
    "invalid character",
    "unexpected",
)


def test_recorded_refusals_are_told_whole_and_judged() -> None:
    exchanges = recordings.load("gateway/05-manifest-submit.jsonl")[1]
    puts = [each for each in exchanges if each["request"]["method"] == "PUT"]
    refused = [each["response"] for each in puts if each["response"]["status"] not in (200, 401)]

    assert len(refused) > 30
    for response in refused:
        text = text_of(response["body_text"].encode())
        assert text == response["body_text"].strip()
        assert text.startswith((*FINAL, *PASSING))
        assert is_final(text) == text.startswith(FINAL)
