"""The two streams of a lease over a websocket: its pods' logs and its events (provider-gateway.md §4)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.provider import gojson, podlogs
from sandbox.provider.chain_view import LeaseId
from sandbox.provider.config import Behaviour
from sandbox.provider.paths import bad_request, flag, signed
from sandbox.provider.podlogs import Pod
from sandbox.provider.status import Stage, Statuses, cluster_error
from sandbox.provider.websocket import NORMAL, Socket

INTERNAL: Final = 4000
NO_LEASE: Final = 4001
UNREACHABLE: Final = 4002
LONGEST_LINE: Final = 64 * 1024
"""The line scanner's buffer: a longer line ends the log of its pod without a word."""
LOOK_SECONDS: Final = 0.5
"""How often a stream that follows looks whether its lease is still there."""
_HTTP_UNAVAILABLE: Final = 503


@dataclass(frozen=True)
class Params:
    """`tail` None: every line; `services` None: all of them."""

    follow: bool = False
    tail: int | None = None
    services: frozenset[str] | None = None


def parse(query: Mapping[str, str]) -> Params:
    """The parameters of a stream. Raises Refusal."""
    follow = flag(query["follow"]) if query.get("follow") else False
    tail = signed(query["tail"], 32) if query.get("tail") else -1
    if tail < -1:
        raise bad_request('parameter "tail" contains invalid value')
    names = query.get("service", "")
    if names.endswith(","):
        raise bad_request('parameter "service" must not contain trailing comma')
    services = frozenset(name.strip() for name in names.split(",")) if names else None
    return Params(follow, None if tail == -1 else tail, services)


@dataclass(frozen=True)
class Streams:
    """`statuses` gives the state of things now."""

    statuses: Callable[[], Statuses]

    async def logs(self, socket: Socket, lease: LeaseId, params: Params) -> None:
        """Returning ends the stream as the gateway ends it: without a close frame."""
        if not await self._is_open(socket, lease):
            return
        now = self.statuses()
        workload = now.present(lease)
        pods = podlogs.pods(workload, self._behaviour, params.services, now.now) if workload else []
        if not pods or now.stage(workload) < Stage.CREATED:
            await socket.close(INTERNAL, "no running pods")
            return
        open_pods = [pod for pod in pods if await _send_lines(socket, pod, _tail(pod.lines(now.now), params))]
        if params.follow:
            await self._attended(socket, self._follow_logs(socket, lease, open_pods, now.now))

    async def events(self, socket: Socket, lease: LeaseId, params: Params) -> None:
        """A filter by service matches nothing: it asks for a label that events do not carry."""
        if not await self._is_open(socket, lease):
            return
        if params.follow:
            await self._attended(socket, self._follow_events(socket, lease, params))
            return
        await self._send_events(socket, lease, params, float("-inf"))
        await socket.close(NORMAL)

    @property
    def _behaviour(self) -> Behaviour:
        return self.statuses().cluster.config.behaviour

    async def _is_open(self, socket: Socket, lease: LeaseId) -> bool:
        """Close the stream with its code where Kubernetes or the lease is not there."""
        now = self.statuses()
        if fault := now.cluster.config.faults.cluster:
            gone = cluster_error(fault).status == _HTTP_UNAVAILABLE
            await socket.close(self._code(UNREACHABLE if gone else INTERNAL))
            return False
        if now.cluster.config.faults.no_namespaces or now.present(lease) is None:
            await socket.close(self._code(NO_LEASE))
            return False
        return True

    def _code(self, code: int) -> int:
        """Until v0.11 all went by one name."""
        return code if self.statuses().cluster.config.generation.tells_errors else INTERNAL

    async def _follow_logs(self, socket: Socket, lease: LeaseId, pods: list[Pod], since: float) -> None:
        while (workload := (now := self.statuses()).present(lease)) and pods:
            running = podlogs.pods(workload, now.cluster.config.behaviour, None, now.now)
            pods = [pod for pod in pods if pod.name in {each.name for each in running}]
            lines = {pod.name: pod.lines_between(since, now.now) for pod in pods}
            pods = [pod for pod in pods if await _send_lines(socket, pod, lines[pod.name])]
            pods = [pod for pod in pods if not pod.has_ended(now.now)]
            since = now.now
            due = min((pod.next_line(since) for pod in pods), default=since)
            await asyncio.sleep(min(max(due - self.statuses().now, 0.001), LOOK_SECONDS))

    async def _follow_events(self, socket: Socket, lease: LeaseId, params: Params) -> None:
        """A watch begins with what is there already."""
        since = self.statuses().now if self._behaviour.watch_begins_empty else float("-inf")
        while self.statuses().present(lease):
            since = await self._send_events(socket, lease, params, since)
            await asyncio.sleep(LOOK_SECONDS)
        await socket.close(NORMAL)

    async def _send_events(self, socket: Socket, lease: LeaseId, params: Params, since: float) -> float:
        """Those after `since`; the moment until which they are sent."""
        now = self.statuses()
        workload = now.present(lease)
        if workload and params.services is None:
            own = podlogs.events(workload, self._behaviour, now.now)
            more = [each for each in now.cluster.events.get(lease, []) if each[0] <= now.now]
            for at, event in sorted([*own, *more], key=lambda each: each[0]):
                if at > since:
                    await socket.send_text(_line(event))
        return now.now

    async def _attended(self, socket: Socket, work: Awaitable[None]) -> None:
        """Do the work while the client's messages are read and thrown away, and pings go out."""
        tasks = [asyncio.ensure_future(each) for each in (work, _read(socket), self._pings(socket))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pings(self, socket: Socket) -> None:
        """A missing pong changes nothing: every ping sets the read deadline anew."""
        while True:
            await asyncio.sleep(self._behaviour.ping_seconds)
            await socket.ping()


async def _read(socket: Socket) -> None:
    async for _ in socket.messages():
        pass


def _tail(lines: list[str], params: Params) -> list[str]:
    return lines if params.tail is None else lines[len(lines) - min(params.tail, len(lines)) :]


async def _send_lines(socket: Socket, pod: Pod, lines: list[str]) -> bool:
    """False where one of them was too long, which ends the pod's log."""
    for line in lines:
        if len(line.encode(errors="surrogateescape")) > LONGEST_LINE:
            return False
        await socket.send_text(_line({"name": pod.name, "message": line}))
    return True


def _line(value: object) -> bytes:
    return gojson.write(value).encode() + b"\n"
