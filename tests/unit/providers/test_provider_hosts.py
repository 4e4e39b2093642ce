"""Where a provider may be called."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from slipway.adapters.provider_faults import HostRefused, NameUnknown, Silent
from slipway.adapters.provider_hosts import MAX_ADDRESSES, MAX_LOOKUPS, Host, Names, check, parse_host_uri
from slipway.adapters.provider_threads import Deadline

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(
    ("uri", "host", "authority"),
    [
        (
            "https://provider.example.com:8443",
            Host("provider.example.com", 8443),
            "provider.example.com:8443",
        ),
        ("https://provider.example.com", Host("provider.example.com", 443), "provider.example.com"),
        ("https://provider.example.com:443", Host("provider.example.com", 443), "provider.example.com"),
        ("HTTPS://Provider.Example.COM:8443/", Host("provider.example.com", 8443), None),
        ("https://localhost:80", Host("localhost", 80), "localhost:80"),
        ("https://192.0.2.1:8443", Host("192.0.2.1", 8443), "192.0.2.1:8443"),
        ("https://[2001:db8::1]:8443", Host("2001:db8::1", 8443), "[2001:db8::1]:8443"),
        ("https://[2001:db8::1]", Host("2001:db8::1", 443), "[2001:db8::1]"),
        ("https://xn--bcher-kva.example:8443", Host("xn--bcher-kva.example", 8443), None),
    ],
)
def test_a_host_and_a_port_are_read(uri: str, host: Host, authority: str | None) -> None:
    found = parse_host_uri(uri)

    assert found == host
    assert authority is None or found.authority == authority


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "provider.example.com:8443",
        "http://provider.example.com:8443",
        "ftp://provider.example.com",
        "https:provider.example.com",
        "https:///provider.example.com",
        "https://",
        "https://:8443",
        "https://user@provider.example.com:8443",
        "https://user:word@provider.example.com:8443",
        "https://provider.example.com:8443/status",
        "https://provider.example.com:8443//",
        "https://provider.example.com:8443?x=",
        "https://provider.example.com:8443#",
        "https://provider.example.com#@192.0.2.1",
        "https://provider.example.com\\@192.0.2.1",
        "https://provider.example.com:",
        "https://provider.example.com:0",
        "https://provider.example.com:65536",
        "https://provider.example.com:8443 ",
        "https://provider.example.com:8443\n",
        "https://provider.example.com\r\nX-Header: 1",
        "https://provider .example.com",
        "https://-provider.example.com",
        "https://provider..example.com",
        "https://provider.example.com.",
        "https://b\u00fccher.example",
        "https://\u212a.example.com",
        "https://provider.example.com:\u0661",
        "https://[::1%25eth0]:8443",
        f"https://{'a' * 64}.example.com",
        "https://" + "a." * 127 + "example.com",
    ],
)
def test_anything_else_is_refused(uri: str) -> None:
    with pytest.raises(HostRefused):
        parse_host_uri(uri)


PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::8a"]
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 (an address to refuse)
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "2002:a9fe:a9fe::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_open_internet_may_be_called(address: str) -> None:
    assert [str(ip) for ip in check([address], "public")] == [address]


@pytest.mark.parametrize("address", [*NOT_PUBLIC, "provider.example.com", "127.1", ""])
def test_no_other_address_may_be_called_nor_any_beside_it(address: str) -> None:
    for addresses in ([address], [PUBLIC[0], address], [address, PUBLIC[0]]):
        with pytest.raises(HostRefused):
            check(addresses, "public")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_the_sandbox_calls_this_machine(address: str) -> None:
    assert [str(ip) for ip in check([address], "loopback")] == [address]


@pytest.mark.parametrize("address", ["8.8.8.8", "10.0.0.1", "0.0.0.0", "169.254.169.254", "fe80::1"])  # noqa: S104
def test_the_sandbox_calls_nothing_else(address: str) -> None:
    with pytest.raises(HostRefused):
        check(["127.0.0.1", address], "loopback")


def test_addresses_are_counted_once_and_bounded() -> None:
    many = [f"8.8.{number // 2}.8" for number in range(100)]

    assert len(set(check(many, "public"))) == MAX_ADDRESSES


class Resolver:
    """Answers all alike, once it may."""

    def __init__(self, answer: Sequence[str] | Exception) -> None:
        self._answer = answer
        self.asked: list[tuple[str, int]] = []
        self.free = threading.Event()

    def __call__(self, name: str, port: int) -> Sequence[str]:
        self.asked.append((name, port))
        self.free.wait()
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


PROVIDER = Host("provider.example.com", 8443)


def test_a_name_is_resolved_to_its_addresses() -> None:
    resolver = Resolver(["8.8.8.8", "8.8.8.8", "1.1.1.1"])
    resolver.free.set()

    found = Names("public", resolver).addresses(PROVIDER, Deadline.after(10))

    assert [str(ip) for ip in found] == ["8.8.8.8", "1.1.1.1"]
    assert resolver.asked == [("provider.example.com", 8443)]


@pytest.mark.parametrize("answer", [OSError("no such host"), UnicodeError("a label"), []])
def test_a_name_without_addresses_is_unknown(answer: Exception | list[str]) -> None:
    resolver = Resolver(answer)
    resolver.free.set()

    with pytest.raises(NameUnknown):
        Names("public", resolver).addresses(PROVIDER, Deadline.after(10))


def test_a_name_that_leads_inside_is_refused() -> None:
    resolver = Resolver(["8.8.8.8", "169.254.169.254"])
    resolver.free.set()

    with pytest.raises(HostRefused):
        Names("public", resolver).addresses(PROVIDER, Deadline.after(10))


def test_a_resolver_that_is_silent_holds_nobody_beyond_the_deadline_and_is_asked_once() -> None:
    resolver = Resolver(["8.8.8.8"])
    names = Names("public", resolver)

    for _ in range(3):
        with pytest.raises(Silent):
            names.addresses(PROVIDER, Deadline.after(0.02))

    assert len(resolver.asked) == 1
    settle(resolver)


def test_after_the_deadline_nothing_is_looked_up() -> None:
    resolver = Resolver(["8.8.8.8"])

    with pytest.raises(Silent):
        Names("public", resolver).addresses(PROVIDER, Deadline.after(0))

    assert resolver.asked == []


def test_a_name_is_asked_for_again_once_its_answer_was_used() -> None:
    resolver = Resolver(["8.8.8.8"])
    resolver.free.set()
    names = Names("public", resolver)

    for _ in range(2):
        names.addresses(PROVIDER, Deadline.after(10))

    assert len(resolver.asked) == 2


def test_look_ups_under_way_are_bounded() -> None:
    resolver = Resolver(["8.8.8.8"])
    names = Names("public", resolver)
    for number in range(MAX_LOOKUPS):
        with pytest.raises(Silent):
            names.addresses(Host(f"p{number}.example.com", 8443), Deadline.after(0.001))

    with pytest.raises(NameUnknown):
        names.addresses(PROVIDER, Deadline.after(10))

    settle(resolver)


def settle(resolver: Resolver) -> None:
    """Let what still waits for an answer come to its end."""
    resolver.free.set()
    for thread in threading.enumerate():
        if thread.name == "provider-name":
            thread.join(10)
