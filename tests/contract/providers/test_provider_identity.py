"""Who answers is known before it is sent a byte, and before a token for it exists."""

from __future__ import annotations

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from slipway.adapters.provider_gateway import ProviderClient
from slipway.domain.ids import Address

from tests.contract.providers.behaviours import healthy
from tests.contract.providers.certificates import make_identity
from tests.contract.providers.conftest import AMPLE, SOON
from tests.fakes.providers import FakeTokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contract.providers.certificates import Identity
    from tests.contract.providers.conftest import World
    from tests.contract.providers.servers import Visit

GOOD = Address("akash1good")


def shown_and_published(kind: str) -> tuple[Identity, list[bytes]]:
    """What a gateway shows, and the valid certificates that the chain has of the provider."""
    own, now = make_identity(GOOD), datetime.now(UTC)
    match kind:
        case "another provider's":
            return make_identity("akash1other"), [own.certificate]
        case "revoked, and another is valid":
            return make_identity(GOOD), [own.certificate]
        case "expired":
            own = make_identity(GOOD, begins=now - timedelta(days=30), lasts=timedelta(days=29))
        case "not valid yet":
            own = make_identity(GOOD, begins=now + timedelta(hours=1))
    return own, [own.certificate]


@pytest.mark.parametrize(
    "kind", ["another provider's", "revoked, and another is valid", "expired", "not valid yet"]
)
def test_a_wrong_certificate_is_sent_nothing(world: World, kind: str) -> None:
    shown, published = shown_and_published(kind)
    server = world.server(healthy, shown)
    world.chain.register(GOOD, server.host_uri, *published)

    status, [delivery] = world.status(GOOD), world.deliver(GOOD)

    assert status is None
    assert (delivery.delivered, delivery.status) == (False, None)
    assert "does not show a valid certificate" in delivery.text
    server.settle()
    assert server.connections == 2
    assert b"".join(server.requests) == b""
    assert world.tokens.minted == []


def test_without_a_certificate_on_the_chain_nobody_is_called(world: World) -> None:
    server = world.server(healthy, make_identity(GOOD))
    world.chain.register(GOOD, server.host_uri, b"no certificate", b"\xff\x00")

    [delivery] = world.deliver(GOOD)

    assert delivery.text == "The provider has no valid certificate on the chain"
    assert server.connections == 0


@pytest.mark.parametrize("shown", [0, 1, 2])
def test_each_of_several_certificates_of_one_subject_will_do(world: World, shown: int) -> None:
    """A provider renews its certificate while the old ones are still valid."""
    identities = [make_identity(GOOD) for _ in range(3)]
    server = world.server(healthy, identities[shown])
    world.chain.register(GOOD, server.host_uri, b"garbage", *(each.certificate for each in identities))

    assert world.status(GOOD) is not None


def test_tls_before_1_3_is_refused(world: World) -> None:
    identity = make_identity(GOOD, signs=True)
    server = world.server(healthy, identity, newest=ssl.TLSVersion.TLSv1_2)
    world.chain.register(GOOD, server.host_uri, identity.certificate)

    assert world.status(GOOD) is None
    assert server.greeted == 0


def test_a_server_without_tls_is_refused(world: World) -> None:
    def plain(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
        visit.hold()

    world.chain.register(GOOD, world.server(plain, None).host_uri, make_identity(GOOD).certificate)

    assert world.status(GOOD) is None
    assert world.tokens.minted == []


@pytest.mark.parametrize("drops", [False, True], ids=["silent", "in drops"])
def test_a_handshake_that_never_ends_ends_at_the_deadline(world: World, drops: bool) -> None:
    def shaking(visit: Visit) -> None:
        if drops:  # a server hello that is announced as long as a record may be
            visit.drip(b"\x16\x03\x03\x40\x00" + b"\x02\x00\x3f\xfc" + b"\x03" * 10_000)
        visit.hold()

    server = world.server(shaking, None)
    world.chain.register(GOOD, server.host_uri, make_identity(GOOD).certificate)

    [delivery] = world.deliver(GOOD, seconds=SOON)

    assert delivery.text == "The provider did not answer in time"
    server.settle()


def test_a_connection_that_nobody_takes_ends_at_the_deadline(world: World) -> None:
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for each in waiting:
        each.setblocking(False)
        each.connect_ex(full.getsockname())
    uri = f"https://127.0.0.1:{full.getsockname()[1]}"
    world.chain.register(GOOD, uri, make_identity(GOOD).certificate)

    [delivery] = world.deliver(GOOD, seconds=SOON)

    for each in (*waiting, full):
        each.close()
    assert delivery.text == "The provider did not answer in time"


def test_nobody_at_the_address_is_unreachable(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        uri = f"https://127.0.0.1:{gone.getsockname()[1]}"
    world.chain.register(GOOD, uri, make_identity(GOOD).certificate)

    [delivery] = world.deliver(GOOD)

    assert (delivery.status, delivery.text) == (None, "The provider cannot be reached")
    assert delivery.host_uri == uri


class SlowTokens(FakeTokens):
    """Mints as a signer does that has just been started."""

    def token(self, user: object, provider: object, scope: object) -> str:
        time.sleep(1.6)
        return super().token(user, provider, scope)  # type: ignore[arg-type]


def test_a_request_after_slow_minting_goes_over_a_new_connection(world: World) -> None:
    """Providers hang up on a connection that brings no request in time."""
    server = world.provider(GOOD, healthy)
    client = ProviderClient(chain=world.chain, tokens=SlowTokens(), hosts="loopback")
    lease = world.lease(GOOD)

    statuses = client.statuses(world.wallet, [lease], deadline_seconds=AMPLE)

    server.settle()
    assert statuses[lease] is not None
    assert server.connections == 2
    assert [bool(request) for request in server.requests].count(True) == 1


def client_of(world: World, *answers: Sequence[str], asked: list[str]) -> ProviderClient:
    """A client whose resolver gives the answers in turn."""
    turns = iter(answers)

    def resolve(name: str, _: int) -> Sequence[str]:
        asked.append(name)
        return next(turns)

    return ProviderClient(chain=world.chain, tokens=world.tokens, hosts="loopback", resolve=resolve)


def test_the_connection_goes_to_the_address_that_was_checked(world: World) -> None:
    identity, asked = make_identity(GOOD), list[str]()
    server = world.server(healthy, identity)
    world.chain.register(GOOD, f"https://rebinding.example.com:{server.port}", identity.certificate)
    client = client_of(world, ["127.0.0.1"], ["192.0.2.1"], asked=asked)
    leases = [world.lease(GOOD, gseq) for gseq in (1, 2)]

    statuses = client.statuses(world.wallet, leases, deadline_seconds=AMPLE)

    assert None not in statuses.values()
    assert asked == ["rebinding.example.com"]
    assert f"Host: rebinding.example.com:{server.port}\r\n".encode() in server.requests[0]


def test_one_address_that_is_not_allowed_is_enough_to_refuse(world: World) -> None:
    identity = make_identity(GOOD)
    server = world.server(healthy, identity)
    world.chain.register(GOOD, f"https://mixed.example.com:{server.port}", identity.certificate)
    client = client_of(world, ["127.0.0.1", "10.0.0.1"], asked=[])

    [delivery] = client.deliver(world.wallet, world.lease(GOOD).dseq, "[]", [GOOD], deadline_seconds=AMPLE)

    assert delivery.text == "The provider's address on the chain is not one that is called"
    assert server.connections == 0


def test_the_open_internet_does_not_include_this_machine(world: World) -> None:
    server = world.provider(GOOD, healthy)
    client = ProviderClient(chain=world.chain, tokens=world.tokens, hosts="public")
    lease = world.lease(GOOD)

    assert client.statuses(world.wallet, [lease], deadline_seconds=AMPLE) == {lease: None}
    assert server.connections == 0
