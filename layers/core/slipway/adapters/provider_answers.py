"""What providers say, made safe to pass on. Every word of theirs is unchecked: shapes, sizes and characters.

The shapes are those of akash-network/provider's gateway: GET …/status and the texts of PUT …/manifest.
"""

from __future__ import annotations

import ipaddress
import json
import unicodedata
from typing import TYPE_CHECKING, Any, Final, TypeVar

from slipway.adapters.provider_faults import AnswerUnreadable
from slipway.domain.workload import ForwardedPort, LeasedIp, LeaseStatus, ServiceStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

MAX_SERVICES: Final = 200
"""Services of one lease: an SDL within its own limit of size has fewer."""
MAX_ENTRIES: Final = 200
"""Host names, ports or addresses of one service."""
MAX_NAME: Final = 255
"""Longer than any host name (253), service name (63) or protocol."""
MAX_COUNT: Final = 2**31 - 1
"""Kubernetes counts replicas in 32 bits, and a port is less."""
MAX_GENERATION: Final = 2**63 - 1
"""Kubernetes' 64 bits; each update of a manifest adds one."""
MAX_TEXT: Final = 1000
"""Characters of a provider's own text that are passed on; its longest refusals have a few hundred."""

NO_LEASE: Final = "no lease for deployment"
OLD_VERSION: Final = "manifest version validation failed"

_FINAL_TEXTS: Final = (
    "invalid manifest:",
    "manifest cross-validation error:",
    "manifest rejected:",
    "hostname not allowed:",
    OLD_VERSION,
)
"""How texts begin that find fault with the manifest. Providers send some of them as 500 (group names, host
names that are taken), and before v0.11 all of them."""


def is_final(text: str) -> bool:
    """Whether a refusal finds fault with the manifest itself, whatever its HTTP status."""
    return text.startswith(_FINAL_TEXTS)


def text_of(content: bytes) -> str:
    """The message in an answer, plain or `{"message": …}`, as one bounded line without control characters."""
    text = content[: 8 * MAX_TEXT].decode("utf-8", errors="replace")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and isinstance(found.get("message"), str):
        text = found["message"]
    return clean(text)


def clean(text: str, length: int = MAX_TEXT) -> str:
    """One line of printable characters: no control, no direction override, no half of a surrogate pair."""
    start = text[: 8 * length]
    shown = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in start)
    line = " ".join(shown.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def lease_status(content: bytes) -> LeaseStatus:
    """Raises AnswerUnreadable for anything that no provider would say."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise AnswerUnreadable from None
    if not isinstance(found, dict) or "services" not in found:
        raise AnswerUnreadable
    return LeaseStatus(
        services=_by_service(found["services"], _service) or {},
        forwarded_ports=_by_service(found.get("forwarded_ports"), _all(_port)),
        ips=_by_service(found.get("ips"), _all(_ip)),
    )


def _by_service(value: Any, read: Callable[[str, Any], T]) -> dict[str, T] | None:
    if value is None:
        return None
    _must(isinstance(value, dict) and len(value) <= MAX_SERVICES)
    return {_name(name): read(name, each) for name, each in value.items()}


def _all(read: Callable[[Mapping[str, Any]], T]) -> Callable[[str, Any], tuple[T, ...]]:
    def entries(_: str, value: Any) -> tuple[T, ...]:
        listed = [] if value is None else value
        _must(isinstance(listed, list) and len(listed) <= MAX_ENTRIES)
        _must(all(isinstance(each, dict) for each in listed))
        return tuple(read(each) for each in listed)

    return entries


def _service(name: str, value: Any) -> ServiceStatus:
    _must(isinstance(value, dict))
    return ServiceStatus(
        name=_name(value.get("name", name)),
        available=_count(value.get("available")),
        total=_count(value.get("total")),
        uris=_uris(value.get("uris")),
        observed_generation=_count(value.get("observed_generation"), MAX_GENERATION),
        replicas=_count(value.get("replicas")),
        updated_replicas=_count(value.get("updated_replicas")),
        ready_replicas=_count(value.get("ready_replicas")),
        available_replicas=_count(value.get("available_replicas")),
    )


def _uris(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    _must(isinstance(value, list) and len(value) <= MAX_ENTRIES)
    return tuple(_name(each) for each in value)


def _port(value: Mapping[str, Any]) -> ForwardedPort:
    return ForwardedPort(
        host=_name(value.get("host", "")),  # left out where it is empty
        port=_count(value.get("port")),
        external_port=_count(value.get("externalPort")),
        proto=_name(value.get("proto")),
        name=_name(value.get("name")),
    )


def _ip(value: Mapping[str, Any]) -> LeasedIp:
    ip = _name(value.get("IP"))
    try:
        ipaddress.ip_address(ip)
    except ValueError:
        raise AnswerUnreadable from None
    return LeasedIp(
        ip=ip,
        port=_count(value.get("Port")),
        external_port=_count(value.get("ExternalPort")),
        protocol=_name(value.get("Protocol")),
    )


def _name(value: Any) -> str:
    _must(isinstance(value, str) and len(value) <= MAX_NAME and value.isprintable())
    return str(value)


def _count(value: Any, most: int = MAX_COUNT) -> int:
    _must(isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most)
    return int(value)


def _must(sound: bool) -> None:
    if not sound:
        raise AnswerUnreadable
