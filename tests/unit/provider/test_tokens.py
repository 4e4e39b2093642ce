"""provider-gateway.md §1.2 and §6.3; recordings 02 and 03."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from slipway_signing.keys import ORDER

from sandbox.provider.answers import ConnectionDropped, Refusal
from sandbox.provider.chain_view import Account
from sandbox.provider.tokens import Gatekeeper, LookupsStuck, adr36_document
from tests.unit.provider.world import Clock, FakeChain, Tenant

if TYPE_CHECKING:
    from sandbox.provider.access import Access


def _asked(chain: FakeChain, clock: Clock, header: str | None) -> Access | None:
    return asyncio.run(Gatekeeper(chain, clock).caller(header))


def _refused(chain: FakeChain, clock: Clock, header: str) -> tuple[int, str]:
    with pytest.raises(Refusal) as refused:
        _asked(chain, clock, header)
    return refused.value.answer.status, json.loads(refused.value.answer.body)["message"]


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def alice(chain: FakeChain) -> Tenant:
    return Tenant("alice", chain)


@pytest.mark.parametrize("header", [None, ""])
def test_nobody_is_asking_without_a_header(chain: FakeChain, clock: Clock, header: str | None) -> None:
    assert _asked(chain, clock, header) is None


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER  {}", "Bearer\t{}", "Bearer {} "])
def test_a_good_token_names_its_issuer(chain: FakeChain, clock: Clock, alice: Tenant, form: str) -> None:
    caller = _asked(chain, clock, form.format(alice.token(clock.now)))

    assert caller and caller.owner == alice.address


@pytest.mark.parametrize("form", ["{}", "Bearer", "Basic {}", "Bearer {} x", "Bearer: {}", " "])
def test_another_form_of_header_is_400(chain: FakeChain, clock: Clock, alice: Tenant, form: str) -> None:
    refused = _refused(chain, clock, form.format(alice.token(clock.now)))

    assert refused == (HTTPStatus.BAD_REQUEST, "invalid authorization header")


def _with_signature(token: str, signature: bytes) -> str:
    text = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return ".".join([*token.split(".")[:2], text])


def _signature(token: str) -> bytes:
    return base64.urlsafe_b64decode(token.split(".")[2] + "==")


def _high_s(token: str) -> str:
    signature = _signature(token)
    s = ORDER - int.from_bytes(signature[32:], "big")
    return _with_signature(token, signature[:32] + s.to_bytes(32, "big"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "word",
        lambda token: "..",
        lambda token: f"{token}.x",
        lambda token: f'"{token}"',
        lambda token: f"{token}=",
        lambda token: _with_signature(token, b""),
        lambda token: _with_signature(token, _signature(token) + b"\0"),
        lambda token: _with_signature(token, bytes(64)),
        _high_s,
    ],
)
def test_a_token_that_cannot_be_one_is_401(chain: FakeChain, clock: Clock, alice: Tenant, spoil) -> None:  # type: ignore[no-untyped-def]
    refused = _refused(chain, clock, f"Bearer {spoil(alice.token(clock.now))}")

    assert refused == (HTTPStatus.UNAUTHORIZED, "JWT is invalid")


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "es256k"}, {}, []])
def test_another_algorithm_is_401(
    chain: FakeChain, clock: Clock, alice: Tenant, header: dict[str, str]
) -> None:
    claims = {"iss": alice.address, "leases": {"access": "full"}}

    refused = _refused(chain, clock, f"Bearer {alice.signed(header, claims)}")

    assert refused == (HTTPStatus.UNAUTHORIZED, "JWT is invalid")


def test_a_browser_wallets_signature_is_taken(chain: FakeChain, clock: Clock, alice: Tenant) -> None:
    claims = json.loads(base64.urlsafe_b64decode(alice.token(clock.now).split(".")[1] + "=="))
    unsigned = alice.signed({"alg": "ES256KADR36"}, claims).rpartition(".")[0]
    document = adr36_document(alice.address, unsigned.encode())
    signature = alice.key.sign_digest(hashlib.sha256(document).digest())

    caller = _asked(chain, clock, f"Bearer {_with_signature(unsigned + '.', signature)}")

    assert caller and caller.owner == alice.address


def test_a_claim_that_was_changed_later_is_401(chain: FakeChain, clock: Clock, alice: Tenant) -> None:
    header, _, signature = alice.token(clock.now).split(".")
    other = alice.token(clock.now, jti="other").split(".")[1]

    refused = _refused(chain, clock, f"Bearer {header}.{other}.{signature}")

    assert refused == (HTTPStatus.UNAUTHORIZED, "JWT is invalid")


def test_the_token_of_another_wallet_is_401(chain: FakeChain, clock: Clock, alice: Tenant) -> None:
    mallory = Tenant("mallory", chain)

    refused = _refused(chain, clock, f"Bearer {mallory.token(clock.now, iss=alice.address)}")

    assert refused == (HTTPStatus.UNAUTHORIZED, "JWT is invalid")


def test_an_account_that_is_not_on_the_chain_is_401(chain: FakeChain, clock: Clock, alice: Tenant) -> None:
    del chain.accounts[alice.address]

    refused = _refused(chain, clock, f"Bearer {alice.token(clock.now)}")

    assert refused == (HTTPStatus.UNAUTHORIZED, "JWT is invalid")


def test_after_an_unknown_account_nobody_new_is_looked_up(
    chain: FakeChain, clock: Clock, alice: Tenant
) -> None:
    gatekeeper = Gatekeeper(chain, clock)
    asyncio.run(gatekeeper.caller(f"Bearer {alice.token(clock.now)}"))
    stranger, bob = Tenant("stranger", FakeChain()), Tenant("bob", chain)
    with pytest.raises(Refusal):
        asyncio.run(gatekeeper.caller(f"Bearer {stranger.token(clock.now)}"))

    for tenant in (stranger, bob):
        with pytest.raises(LookupsStuck):
            asyncio.run(gatekeeper.caller(f"Bearer {tenant.token(clock.now)}"))
    assert asyncio.run(gatekeeper.caller(f"Bearer {alice.token(clock.now)}"))


def test_a_chain_that_is_away_makes_new_tokens_invalid(chain: FakeChain, clock: Clock, alice: Tenant) -> None:
    chain.is_away = True

    refused = _refused(chain, clock, f"Bearer {alice.token(clock.now)}")

    assert refused == (HTTPStatus.UNAUTHORIZED, "JWT is invalid")


def test_an_account_without_a_key_loses_its_connection(chain: FakeChain, clock: Clock, alice: Tenant) -> None:
    chain.accounts[alice.address] = Account(7, None)

    with pytest.raises(ConnectionDropped):
        _asked(chain, clock, f"Bearer {alice.token(clock.now)}")


def test_an_issuer_in_capitals_is_known_and_owns_nothing(
    chain: FakeChain, clock: Clock, alice: Tenant
) -> None:
    refused = _refused(chain, clock, f"Bearer {alice.token(clock.now, iss=alice.address.upper())}")

    assert refused == (HTTPStatus.UNAUTHORIZED, "unauthorized access")


def test_there_is_no_leeway_at_either_end(chain: FakeChain, clock: Clock, alice: Tenant) -> None:
    for changed in ({"exp": int(clock.now)}, {"nbf": int(clock.now) + 1}):
        refused = _refused(chain, clock, f"Bearer {alice.token(clock.now, **changed)}")

        assert refused == (HTTPStatus.BAD_REQUEST, "JWT has invalid claims")


def test_a_key_that_was_seen_is_not_asked_for_again(chain: FakeChain, clock: Clock, alice: Tenant) -> None:
    gatekeeper = Gatekeeper(chain, clock)
    asyncio.run(gatekeeper.caller(f"Bearer {alice.token(clock.now)}"))
    chain.is_away = True

    caller = asyncio.run(gatekeeper.caller(f"Bearer {alice.token(clock.now)}"))

    assert caller and caller.owner == alice.address
