"""What providers ask of a manifest: names, ports, variables, hosts (akash-chain.md §3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway.sdl.exposing import PROTOCOLS
from slipway.sdl.hosts import is_host, is_service, is_variable

if TYPE_CHECKING:
    from slipway.sdl.mistakes import Findings
    from slipway.sdl.model import Document, Expose, HttpOptions, Service

_MOST_PORT: Final = 65535
_MOST: Final = {
    "max_body_size": 104_857_600,
    "read_timeout": 60_000,
    "send_timeout": 60_000,
    "proxy_buffer_size": 1_048_576,
}
"""By the names of http_options."""
_NEXT_CASES: Final = ("error", "timeout", "500", "502", "503", "504", "403", "404", "429", "off")


def check_services(document: Document, findings: Findings) -> None:
    """Every service that is deployed, and its hosts in each of its placements."""
    hosts: set[str] = set()
    counted: set[str] = set()
    has_global = False
    for name, _, _ in document.deployed:
        service = document.services.get(name)
        if service is None:
            continue
        if name not in counted:
            _check_service(name, service, findings)
        counted.add(name)
        has_global |= any(to.is_global for expose in service.expose for to in expose.to)
        for expose in service.expose:
            _check_hosts(expose, hosts, findings)
    if counted and not has_global and exposes_are_known(document, findings):
        message = "no service is reachable from outside: at least one port needs to: [{global: true}]"
        findings.mistake(document.root.within("services"), message)


def exposes_are_known(document: Document, findings: Findings) -> bool:
    """Whether every port could be read."""
    doubts = findings.doubts_in(document.root.within("services"))
    return not any(".expose" in path or path.count(".") <= 1 for path in doubts)


def _check_service(name: str, service: Service, findings: Findings) -> None:
    if not is_service(name):
        message = f"{name!r} is not a name of a service: small letters, digits and -, a letter first"
        findings.mistake(service.at.entry.at_key, message, near=(name.lower(), (_service_like(name),)))
    if not service.image:
        findings.mistake(service.at.place_of("image"), "the image is missing")
    for variable, place in zip(service.env or (), service.env_places, strict=True):
        name = variable.partition("=")[0]
        if not is_variable(name):
            findings.mistake(place, f"{name!r} is not a name of a variable", "NAME=value")
    for expose in service.expose:
        _check_expose(expose, findings)


def _service_like(name: str) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name.lower()).strip(
        "-"
    )


def _check_expose(expose: Expose, findings: Findings) -> None:
    if not 0 < expose.port <= _MOST_PORT:
        what = (
            f"{expose.port} is not a port: 1 to {_MOST_PORT}"
            if "port" in expose.at
            else "the port is missing"
        )
        findings.mistake(expose.at.place_of("port"), what)
    if expose.proto.upper() not in PROTOCOLS:
        findings.mistake(expose.at.place_of("proto"), f"unknown protocol {expose.proto!r}: tcp or udp", "tcp")
    _check_http_options(expose.http_options, findings)


def _check_http_options(options: HttpOptions, findings: Findings) -> None:
    for name, most in _MOST.items():
        value = getattr(options, name)
        if value > most:
            findings.mistake(options.at.place_of(name), f"at most {most} is allowed, not {value}", str(most))
    cases = options.next_cases
    if not cases:
        return
    at = options.at.place_of("next_cases")
    unknown = [case for case in cases if case not in _NEXT_CASES]
    if unknown:
        message = f"unknown case {unknown[0]!r}; allowed: {', '.join(_NEXT_CASES)}"
        findings.mistake(at, message, near=(unknown[0], _NEXT_CASES))
    if "off" in cases and len(cases) > 1:
        findings.mistake(at, "off stands alone", "[off]")


def _check_hosts(expose: Expose, taken: set[str], findings: Findings) -> None:
    """Hosts are unique over the whole manifest: over each `to`, each service and each placement."""
    for host, place in zip(expose.hosts or (), expose.host_places, strict=True):
        if not is_host(host):
            hint = host.lower() if is_host(host.lower()) else None
            findings.mistake(place, f"{host!r} is not a host name", hint)
        elif host in taken or len(expose.to) > 1:
            findings.mistake(place, f"the host {host!r} is taken more than once")
        taken.add(host)
