"""Exposed ports: their order, their endpoints and the numbers of leased IPs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slipway.sdl.groups import Endpoint
from slipway.sdl.model import in_order
from slipway.sdl.ordering import pattern_sorted
from slipway.sdl.text import by_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.sdl.model import Document, Expose, HttpOptions

TCP: Final = "TCP"
PROTOCOLS: Final = {"": TCP, TCP: TCP, "UDP": "UDP"}
"""By the upper-cased word of the SDL."""

_HTTP_PORT: Final = 80
_MAX_BODY_SIZE: Final = 1048576
_TIMEOUT: Final = 60000
_NEXT_TRIES: Final = 3
_NEXT_CASES: Final = ("error", "timeout")


@dataclass(frozen=True, slots=True)
class Port:
    """One `to` of one `expose`."""

    port: int
    external_port: int
    proto: str
    service: str
    is_global: bool
    ip: str
    sequence_number: int
    hosts: tuple[str, ...] | None
    http_options: Mapping[str, Any]

    def endpoints(self) -> tuple[Endpoint, ...]:
        if not self.is_global:
            return ()
        is_http = self.proto == TCP and (self.external_port or self.port) == _HTTP_PORT
        shared = Endpoint("SHARED_HTTP" if is_http else "RANDOM_PORT")
        return (shared, Endpoint("LEASED_IP", self.sequence_number)) if self.ip else (shared,)

    def manifest(self) -> dict[str, Any]:
        return {
            "port": self.port,
            "externalPort": self.external_port,
            "proto": self.proto,
            "service": self.service,
            "global": self.is_global,
            "hosts": None if self.hosts is None else list(self.hosts),
            "httpOptions": dict(self.http_options),
            "ip": self.ip,
            "endpointSequenceNumber": self.sequence_number,
        }


def ports_of(exposes: Iterable[Expose], numbers: Mapping[str, int]) -> list[Port]:
    """In the network's order: service, port, proto, global first."""
    return pattern_sorted((port for expose in exposes for port in _ports(expose, numbers)), _less)


def _ports(expose: Expose, numbers: Mapping[str, int]) -> Iterable[Port]:
    """An expose without `to` is one that nobody reaches."""
    targets = [(to.service, to.is_global, to.ip) for to in expose.to] or [("", False, "")]
    for service, is_global, ip in targets:
        yield Port(
            port=expose.port,
            external_port=expose.external_port,
            proto=PROTOCOLS.get(expose.proto.upper(), TCP),
            service=service,
            is_global=is_global,
            ip=ip,
            sequence_number=numbers[ip] if ip else 0,
            hosts=None if expose.hosts is None else tuple(expose.hosts),
            http_options=_http_options(expose.http_options),
        )


def _http_options(options: HttpOptions) -> dict[str, Any]:
    proxy = {"proxyBufferSize": options.proxy_buffer_size} if options.proxy_buffer_size else {}
    return {
        **proxy,
        "maxBodySize": options.max_body_size or _MAX_BODY_SIZE,
        "readTimeout": options.read_timeout or _TIMEOUT,
        "sendTimeout": options.send_timeout or _TIMEOUT,
        "nextTries": options.next_tries or _NEXT_TRIES,
        "nextTimeout": options.next_timeout,
        "nextCases": list(options.next_cases or _NEXT_CASES),
    }


def _less(left: Port, right: Port) -> bool:
    if left.service != right.service:
        return by_bytes(left.service) < by_bytes(right.service)
    if left.port != right.port:
        return left.port < right.port
    if left.proto != right.proto:
        return left.proto < right.proto
    return left.is_global and not right.is_global


def endpoints_of(ports: Iterable[Port]) -> tuple[Endpoint, ...]:
    """In the order of the ports, each leased IP behind its port."""
    return tuple(endpoint for port in ports for endpoint in port.endpoints())


def by_number(endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    return tuple(pattern_sorted(endpoints, lambda left, right: left.sequence_number < right.sequence_number))


def sequence_numbers(document: Document) -> dict[str, int]:
    """The number of each leased IP. Internal ports count too, under the name "", and of several ports of one
    IP the last counts: no reason, but every provider computes it so (recordings/sdl, point 11)."""
    names = [
        to.ip
        for service in in_order(document.deployment)
        if service in document.services
        for expose in document.services[service].expose
        for to in expose.to
        if to.ip or not to.is_global
    ]
    return {name: number for number, name in enumerate(sorted(names, key=by_bytes), start=1)}
