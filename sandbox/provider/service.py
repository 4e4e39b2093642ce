"""The gateway's routes: who may ask, in which order that is checked, and what answers.

The order is the reference's (provider-gateway.md §1.1): route, token, provider, owner, path, parameters,
scope.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from sandbox.provider import hostility, migration, routes, shell, streams, websocket
from sandbox.provider.access import Access, Subject
from sandbox.provider.answers import Answer, Refusal, json_text, json_value, not_authorized
from sandbox.provider.chain_view import LeaseId, OrderId
from sandbox.provider.deliveries import Deliveries
from sandbox.provider.listener import Connection
from sandbox.provider.market import Market
from sandbox.provider.messages import Request
from sandbox.provider.paths import DSEQ_BITS, SEQUENCE_BITS, unsigned
from sandbox.provider.routes import Match, Route
from sandbox.provider.status import Statuses, cluster_error, provider_status
from sandbox.provider.streams import Streams
from sandbox.provider.tokens import Gatekeeper, LookupsStuck
from sandbox.provider.version import version
from sandbox.provider.websocket import Socket

SCOPES: Final = {
    Route.SUBMIT_MANIFEST: "send-manifest",
    Route.READ_MANIFEST: "get-manifest",
    Route.LEASE_STATUS: "status",
    Route.LOGS: "logs",
    Route.EVENTS: "events",
    Route.SHELL: "shell",
}
"""The routes without an entry ask for no scope."""
PUBLIC: Final = frozenset({Route.VERSION, Route.ADDRESS, Route.STATUS})


@dataclass(frozen=True)
class Service:
    """Everything that one provider's gateway answers. `handle` is the listener's handler."""

    address: str
    gatekeeper: Gatekeeper
    deliveries: Deliveries
    market: Market
    clock: Callable[[], float]

    async def handle(self, request: Request, connection: Connection) -> Answer | None:
        faults = self.deliveries.config.faults
        if faults.hang:
            await _silence(connection)
            return None
        answer = await self._answer(request, connection)
        if answer is None or faults.answers is None:
            return answer
        return await hostility.spoilt(faults.answers, answer, request, connection)

    async def _answer(self, request: Request, connection: Connection) -> Answer | None:
        try:
            return await self._routed(request, connection)
        except LookupsStuck:
            await _silence(connection)
            return None
        except Refusal as refusal:
            return refusal.answer

    async def _routed(self, request: Request, connection: Connection) -> Answer | None:
        match = routes.match(request.method, request.target)
        caller = await self.gatekeeper.caller(request.header("authorization"), connection.certified)
        if match.route in PUBLIC:
            return self._public(match.route)
        if caller is None or not caller.covers_provider(self.address):
            raise _unauthorized()
        if match.route is Route.MIGRATE_HOSTS:
            return migration.hosts(self.deliveries.cluster, caller.owner, request.body)
        if match.route is Route.MIGRATE_ENDPOINTS:
            return migration.endpoints(self.deliveries.cluster, caller.owner, request.body)
        subject = _subject(match)
        if not caller.covers(self.address, subject):
            raise _unauthorized()
        if match.route is Route.SUBMIT_MANIFEST:
            self._must_allow(caller, match, subject)
            return await self.deliveries.submit(caller.owner, subject.dseq, request.body)
        return await self._of_lease(request, connection, match, caller)

    def _public(self, route: Route) -> Answer:
        if route is Route.ADDRESS:
            return json_value({"address": self.address})
        if route is Route.VERSION:
            fault = self.deliveries.config.faults.cluster
            return cluster_error(fault) if fault else json_text(version(self.deliveries.config.generation))
        return provider_status(
            self._statuses(),
            self.address,
            reserved=self.market.reserved,
            orders=self.market.orders,
            deployments=self.deliveries.deployments,
        )

    async def _of_lease(
        self, request: Request, connection: Connection, match: Match, caller: Access
    ) -> Answer | None:
        subject = _subject(match)
        lease = self._lease(caller.owner, subject)
        if match.route in (Route.LOGS, Route.EVENTS, Route.SHELL):
            run = self._stream(request, match.route, lease)
            self._must_allow(caller, match, subject)
            await self._upgraded(request, connection, run)
            return None
        self._must_allow(caller, match, subject)
        if match.route is Route.READ_MANIFEST:
            return self._statuses().manifest(lease)
        if match.route is Route.SERVICE_STATUS:
            return self._statuses().service(lease, match.variables["service"])
        return self._statuses().lease(lease)

    def _stream(self, request: Request, route: Route, lease: LeaseId) -> Callable[[Socket], Awaitable[None]]:
        """What to do with the socket, once the parameters are read. Raises Refusal."""
        if route is Route.SHELL:
            command = shell.parse(request.query)
            return lambda socket: shell.run(socket, self._statuses, lease, command)
        params = streams.parse(request.query)
        served = Streams(self._statuses)
        if route is Route.LOGS:
            return lambda socket: served.logs(socket, lease, params)
        return lambda socket: served.events(socket, lease, params)

    async def _upgraded(
        self, request: Request, connection: Connection, run: Callable[[Socket], Awaitable[None]]
    ) -> None:
        connection.writer.write(websocket.accept(request))
        if fault := self.deliveries.config.faults.streams:
            await hostility.stream(fault, connection)
        else:
            await run(Socket(connection.reader, connection.writer))

    def _must_allow(self, caller: Access, match: Match, subject: Subject) -> None:
        scope = SCOPES.get(match.route)
        if scope and not caller.allows(self.address, subject, scope):
            raise _unauthorized()

    def _lease(self, owner: str, subject: Subject) -> LeaseId:
        return LeaseId(OrderId(owner, subject.dseq, subject.gseq or 0, subject.oseq or 0), self.address)

    def _statuses(self) -> Statuses:
        return Statuses(self.deliveries.cluster, self.clock())


def _subject(match: Match) -> Subject:
    """Raises Refusal for a number that is none."""
    dseq = unsigned(match.variables["dseq"], DSEQ_BITS)
    if "gseq" not in match.variables:
        return Subject(dseq)
    gseq, oseq = (unsigned(match.variables[name], SEQUENCE_BITS) for name in ("gseq", "oseq"))
    return Subject(dseq, gseq, oseq)


def _unauthorized() -> Refusal:
    return not_authorized(HTTPStatus.UNAUTHORIZED, "unauthorized access")


async def _silence(connection: Connection) -> None:
    """Until the client gives up."""
    while await connection.reader.read(1024):
        await asyncio.sleep(0)
