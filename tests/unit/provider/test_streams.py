"""provider-gateway.md §4: parameters, ends and close codes; recordings 07, 08 and 11."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox.provider import streams
from sandbox.provider.answers import Refusal
from sandbox.provider.config import Faults
from sandbox.provider.streams import Params, Streams
from tests.unit.provider.fake_socket import FakeSocket
from tests.unit.provider.running import CONFIG, LEASE, Running, decoded
from tests.unit.provider.world import group, service

if TYPE_CHECKING:
    from sandbox.provider.status import Statuses


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ({}, Params()),
        ({"follow": "true", "tail": "-1"}, Params(follow=True)),
        ({"tail": "0", "services": "web"}, Params(tail=0)),
        ({"service": "web, api"}, Params(services=frozenset({"web", "api"}))),
        ({"service": "", "follow": ""}, Params()),
    ],
)
def test_parameters_are_read(query: dict[str, str], params: Params) -> None:
    assert streams.parse(query) == params


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"follow": "maybe"}, 'strconv.ParseBool: parsing "maybe": invalid syntax\n'),
        ({"tail": "x"}, 'strconv.ParseInt: parsing "x": invalid syntax\n'),
        ({"tail": "2147483648"}, 'strconv.ParseInt: parsing "2147483648": value out of range\n'),
        ({"tail": "-2"}, 'parameter "tail" contains invalid value\n'),
        ({"service": "web,"}, 'parameter "service" must not contain trailing comma\n'),
    ],
)
def test_a_wrong_parameter_is_400(query: dict[str, str], text: str) -> None:
    with pytest.raises(Refusal) as refused:
        streams.parse(query)

    assert (refused.value.answer.status, refused.value.answer.body.decode()) == (400, text)


def _logs(running: Running, after: float, params: Params) -> FakeSocket:
    socket = FakeSocket()
    asyncio.run(Streams(lambda: running.after(after)).logs(socket, LEASE, params))
    return socket


def _events(running: Running, after: float, params: Params) -> FakeSocket:
    socket = FakeSocket()
    asyncio.run(Streams(lambda: running.after(after)).events(socket, LEASE, params))
    return socket


def test_each_line_is_a_message_and_the_end_has_no_close_frame() -> None:
    running = Running.of()
    running.behave(log_lines={"web": ("one <b>", "two")})

    socket = _logs(running, 3, Params())

    (pod,) = running.workload.pods(running.workload.services[0])
    assert socket.texts == [
        f'{{"name":"{pod}","message":"one \\u003cb\\u003e"}}\n',
        f'{{"name":"{pod}","message":"two"}}\n',
    ]
    assert socket.closed is None


def test_a_tail_is_the_last_lines() -> None:
    running = Running.of()
    running.behave(log_lines={"web": ("one", "two", "three")})

    for tail, messages in ((2, ["two", "three"]), (0, []), (9, ["one", "two", "three"])):
        socket = _logs(running, 3, Params(tail=tail))

        assert [json.loads(text)["message"] for text in socket.texts] == messages


def test_a_line_of_more_than_64_kib_ends_its_pods_log() -> None:
    running = Running.of()
    running.behave(log_lines={"web": ("before", "x" * (64 * 1024 + 1), "after")})

    socket = _logs(running, 3, Params())

    assert [json.loads(text)["message"] for text in socket.texts] == ["before"]


def test_ends_have_their_codes() -> None:
    broken = Running.of(config=replace(CONFIG, faults=Faults(cluster="connection refused")))
    failing = Running.of(config=replace(CONFIG, faults=Faults(cluster="timed out")))

    assert _logs(Running.of(), 0, Params()).closed == (4001, "")
    assert _logs(Running.of(), 1, Params()).closed == (4000, "no running pods")
    assert _logs(Running.of(), 3, Params(services=frozenset({"no"}))).closed == (4000, "no running pods")
    assert _logs(broken, 3, Params()).closed == _events(broken, 3, Params()).closed == (4002, "")
    assert _logs(failing, 3, Params()).closed == _events(failing, 3, Params()).closed == (4000, "")
    assert _events(Running.of(), 0, Params()).closed == (4001, "")


def test_events_are_listed_and_the_stream_closes_normally() -> None:
    socket = _events(Running.of(), 3, Params())

    assert json.loads(socket.texts[0])["reason"] == "ScalingReplicaSet"
    assert socket.closed == (1000, "")


def test_a_filter_by_service_finds_no_events() -> None:
    socket = _events(Running.of(), 3, Params(services=frozenset({"web"})))

    assert (socket.texts, socket.closed) == ([], (1000, ""))


def test_following_goes_on_until_the_lease_is_gone() -> None:
    running = Running.of(service())
    running.behave(log_lines={"web": ("one",)}, follow_line="more {number}", follow_seconds=1.0)
    moments = iter([3.0, 3.0, 3.0, 3.0, 5.0, 5.0, 5.0])

    def look() -> Statuses:
        moment = next(moments, None)
        if moment is None:
            running.cluster.remove(LEASE)
        return running.after(moment or 5.0)

    socket = FakeSocket()
    asyncio.run(Streams(look).logs(socket, LEASE, Params(follow=True)))

    assert [json.loads(text)["message"] for text in socket.texts] == ["one", "more 0", "more 1"]
    assert socket.closed is None


def test_following_ends_with_the_pods_that_an_update_replaces() -> None:
    running = Running.of(service())
    running.behave(log_lines={"web": ("one",)}, follow_seconds=1.0)
    moments = iter([3.0, 3.0, 3.0, 3.0])

    def look() -> Statuses:
        moment = next(moments, None)
        if moment is None:
            changed = decoded(group(service(image="another")))
            running.cluster.deploy(LEASE, changed, 2000.0)
        return running.after(moment or 1010.0)

    socket = FakeSocket()
    asyncio.run(Streams(look).logs(socket, LEASE, Params(follow=True)))

    assert [json.loads(text)["message"] for text in socket.texts] == ["one"]
    assert running.cluster.find(LEASE)


def test_pings_go_out_while_a_stream_is_followed() -> None:
    running = Running.of()
    running.behave(ping_seconds=0.0)

    async def follow() -> FakeSocket:
        socket = FakeSocket()
        served = Streams(lambda: running.after(3))
        task = asyncio.create_task(served.events(socket, LEASE, Params(follow=True)))
        while not socket.pings:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return socket

    assert asyncio.run(follow()).texts
