"""Where a provider may be called: its host_uri read strictly, its name resolved to allowed addresses only.

The chain checks only `https` and an empty path, and an owner can change the rest at any time: without these
rules anybody could have us call our own network (SSRF). Connections are made to the addresses checked here,
never to the name again, so a name that changes its mind in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Final, Literal

from slipway.adapters.provider_faults import HostRefused, NameUnknown, Silent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slipway.adapters.provider_threads import Deadline

    Resolve = Callable[[str, int], Sequence[str]]
    """A host name and a port → its addresses as text. Raises OSError."""

Hosts = Literal["public", "loopback"]
Ip = IPv4Address | IPv6Address

HTTPS_PORT: Final = 443
MAX_NAME_LENGTH: Final = 253
MAX_ADDRESSES: Final = 8
"""Addresses of one name that are used; more only make a call that fails last longer."""
MAX_LOOKUPS: Final = 64
"""Look-ups under way in one process. One that hangs lives on until the system's resolver gives up (half a
minute); each is a thread, and there is one for each name."""

_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out; IPv4 in disguise (mapped, compatible, NAT64) lies outside."""
_NEVER: Final = (
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("3fff::/20"),
)
"""Protocols, 6to4 and documentation, which not every Python version counts as not global."""

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST_URI: Final = re.compile(
    rf"https://(?:(?P<name>(?:{_LABEL}\.)*{_LABEL})|\[(?P<ipv6>[0-9a-f:.]{{2,45}})\])(?::(?P<port>[0-9]{{1,5}}))?/?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Host:
    name: str
    port: int

    @property
    def authority(self) -> str:
        """As a `Host` header has it."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == HTTPS_PORT else f"{name}:{self.port}"


def parse_host_uri(text: str) -> Host:
    """`https://host[:port]`, with at most a lone slash behind. Raises HostRefused for anything more or less:
    user info, a query or a fragment would change what a joined URL means."""
    found = _HOST_URI.fullmatch(text)
    if found is None:
        raise HostRefused
    name, port = (found["name"] or found["ipv6"]).lower(), int(found["port"] or HTTPS_PORT)
    if len(name) > MAX_NAME_LENGTH or not 0 < port < 2**16:
        raise HostRefused
    return Host(name, port)


def is_public(ip: Ip) -> bool:
    """Whether an address is one of the open internet, as unicast, and not another in disguise."""
    if isinstance(ip, IPv6Address) and (ip not in _UNICAST or ip.scope_id is not None):
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in each for each in _NEVER)


def check(addresses: Sequence[str], hosts: Hosts) -> tuple[Ip, ...]:
    """The addresses as they may be called. Raises HostRefused if a single one may not."""
    try:
        found = tuple(dict.fromkeys(ipaddress.ip_address(each) for each in addresses))
    except ValueError:
        raise HostRefused from None
    if not all(ip.is_loopback if hosts == "loopback" else is_public(ip) for ip in found):
        raise HostRefused
    return found[:MAX_ADDRESSES]


def system_addresses(name: str, port: int) -> list[str]:
    """What the system's resolver says."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Names:
    """Resolves names under a deadline. A name that is being looked up already is waited for, not asked again,
    so a name server that is silent holds one thread and no more."""

    def __init__(self, hosts: Hosts, resolve: Resolve = system_addresses) -> None:
        self._hosts, self._resolve = hosts, resolve
        self._under_way: dict[Host, Future[Sequence[str]]] = {}
        self._lock = threading.Lock()

    def addresses(self, host: Host, deadline: Deadline) -> tuple[Ip, ...]:
        """At least one address, all of them allowed. Raises NameUnknown, HostRefused, Silent."""
        left = deadline.left()
        try:
            found = self._lookup(host).result(timeout=left)
        except TimeoutError:
            raise Silent from None
        except (OSError, UnicodeError):
            raise NameUnknown from None
        if not found:
            raise NameUnknown
        return check(found, self._hosts)

    def _lookup(self, host: Host) -> Future[Sequence[str]]:
        with self._lock:
            if (known := self._under_way.get(host)) is not None:
                return known
            if len(self._under_way) >= MAX_LOOKUPS:
                raise NameUnknown
            lookup = self._under_way[host] = Future()
        threading.Thread(target=self._run, args=(host, lookup), name="provider-name", daemon=True).start()
        return lookup

    def _run(self, host: Host, lookup: Future[Sequence[str]]) -> None:
        try:
            found = self._resolve(host.name, host.port)
        except Exception as error:  # whatever it is belongs to those who wait
            self._forget(host)
            lookup.set_exception(error)
        else:
            self._forget(host)
            lookup.set_result(found)

    def _forget(self, host: Host) -> None:
        with self._lock:
            del self._under_way[host]
