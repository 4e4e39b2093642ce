"""Whose certificate a provider takes for whose: provider-gateway.md §5.4, recording 13 and its neighbours."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from sandbox.provider.client_certificates import CertificateRefused, ClientCertificates
from sandbox.provider.keeping import Keeping
from sandbox.provider.tokens import Gatekeeper
from tests.unit.provider.client_identity import ClientIdentity
from tests.unit.provider.world import Clock, FakeChain, Tenant

if TYPE_CHECKING:
    from pathlib import Path

NOW = Clock().now
MOMENT = datetime.fromtimestamp(NOW, UTC)
HOUR = timedelta(hours=1)


@dataclass
class Doors:
    """A provider's way in, and Alice, whose certificate stands on the chain."""

    chain: FakeChain = field(default_factory=FakeChain)
    clock: Clock = field(default_factory=Clock)
    keeping: Keeping = field(default_factory=Keeping)

    def __post_init__(self) -> None:
        self.alice = Tenant("alice", self.chain)
        self.gatekeeper = Gatekeeper(self.chain, self.clock, self.keeping)
        self.clients = ClientCertificates(self.chain, self.clock, self.keeping, self.gatekeeper.knows)

    def identity(self, **changed: Any) -> ClientIdentity:
        return ClientIdentity(self.alice.address, NOW, **changed).on(self.chain, self.alice.address)

    def admitted(self, *shown: ClientIdentity) -> str:
        return asyncio.run(self.clients.owner([each.certificate for each in shown]))

    def refused(self, *shown: ClientIdentity) -> bool:
        try:
            self.admitted(*shown)
        except CertificateRefused:
            return True
        return False

    def learn_alice(self) -> None:
        asyncio.run(self.gatekeeper.learn(self.alice.address))


@pytest.fixture
def doors() -> Doors:
    return Doors()


def test_a_certificate_on_the_chain_is_its_owners(doors: Doors) -> None:
    assert doors.admitted(doors.identity()) == doors.alice.address


def test_without_a_certificate_nobody_is_meant(doors: Doors) -> None:
    assert doors.admitted() == ""


def test_what_the_chain_does_not_hold_is_refused(doors: Doors) -> None:
    assert doors.refused(ClientIdentity(doors.alice.address, NOW))


@pytest.mark.parametrize(
    "changed",
    [
        {"begin": MOMENT - 2 * HOUR, "end": MOMENT - HOUR},
        {"begin": MOMENT + HOUR},
        {"usages": [ExtendedKeyUsageOID.SERVER_AUTH]},
        {"issuer": "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"},
        {"extensions": [x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")]},
    ],
)
def test_what_a_certificate_says_must_hold_although_it_is_on_the_chain(
    doors: Doors, changed: dict[str, Any]
) -> None:
    assert doors.refused(doors.identity(**changed))


@pytest.mark.parametrize("usages", [[], [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]])
def test_a_certificate_for_anything_is_for_clients_too(
    doors: Doors, usages: list[x509.ObjectIdentifier]
) -> None:
    assert doors.admitted(doors.identity(usages=usages)) == doors.alice.address


def test_a_name_that_is_no_address_is_nobodys(doors: Doors) -> None:
    assert doors.refused(ClientIdentity("hello", NOW).on(doors.chain, "hello"))


def test_the_serial_of_a_certificate_does_not_do_without_its_key(doors: Doors) -> None:
    real = doors.identity()

    assert doors.refused(ClientIdentity(doors.alice.address, NOW, serial=real.serial))


def test_one_certificate_and_no_more(doors: Doors) -> None:
    assert doors.refused(doors.identity(), ClientIdentity("hello", NOW))


def test_an_account_that_is_not_on_the_chain_leaves_the_look_ups_of_keys_alone(doors: Doors) -> None:
    stranger = Tenant("stranger", FakeChain())

    assert doors.refused(ClientIdentity(stranger.address, NOW))

    doors.learn_alice()
    assert doors.gatekeeper.knows(doors.alice.address)


def test_a_revoked_certificate_is_refused(doors: Doors) -> None:
    identity = doors.identity()
    doors.chain.certificates.clear()

    assert doors.refused(identity)


def test_one_that_a_known_account_has_shown_counts_for_ever(doors: Doors) -> None:
    identity = doors.identity()
    doors.learn_alice()
    doors.admitted(identity)
    doors.chain.certificates.clear()

    assert doors.admitted(identity) == doors.alice.address


def test_one_of_an_account_that_is_not_known_is_asked_for_again(doors: Doors) -> None:
    identity = doors.identity()
    doors.admitted(identity)
    doors.chain.certificates.clear()

    assert doors.refused(identity)


def test_without_the_chain_only_what_was_seen_passes(doors: Doors) -> None:
    seen, unseen = doors.identity(), doors.identity(serial=7)
    doors.learn_alice()
    doors.admitted(seen)
    doors.chain.is_away = True

    assert doors.admitted(seen) == doors.alice.address
    assert doors.refused(unseen)


def test_a_kept_certificate_still_runs_out(doors: Doors) -> None:
    identity = doors.identity(end=MOMENT + HOUR)
    doors.learn_alice()
    doors.admitted(identity)
    doors.clock.pass_time(3601)

    assert doors.refused(identity)


def test_a_folder_remembers_clients_and_their_keys(tmp_path: Path) -> None:
    before = Doors(keeping=Keeping(tmp_path))
    identity = before.identity()
    before.learn_alice()
    before.admitted(identity)

    again = Doors(chain=FakeChain(is_away=True), keeping=Keeping(tmp_path))

    assert again.admitted(identity) == before.alice.address
    assert again.gatekeeper.knows(before.alice.address)
