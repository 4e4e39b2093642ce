"""Fakes for the signing layer: a clock that sleeps on demand, stores in memory, a chain that verifies."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from slipway.domain.errors import ApiKeyGone
from slipway_signing import registry, tx
from slipway_signing.address import address_of
from slipway_signing.chain_port import Inclusion, Reception, Refusal, Tip
from slipway_signing.flights import Gate
from slipway_signing.intents import Intent
from slipway_signing.keys import ORDER, LocalKey
from slipway_signing.preparing import Account, Preparer, Terms
from slipway_signing.settling import Settler
from slipway_signing.signer import Signer
from slipway_signing.signing_log import SigningLog
from slipway_signing.sweeping import Sweeper

from tests.unit.signing.store_fakes import (
    MemoryBooks,
    MemoryFlights,
    MemoryIntents,
    MemoryLog,
    MemoryWallets,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.budgets import Budget

SECOND = 1_000_000_000
CHAIN_ID = "testing-1"


def verifies(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether a chain would take the 64-byte signature: right, and with a low s."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public_key)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(SHA256())))
    except InvalidSignature:
        return False
    return len(signature) == 64 and s <= ORDER // 2


class FakeClock:
    """Time stands still but for `sleep`."""

    def __init__(self, start_ns: int = 1_800_000_000 * SECOND) -> None:
        self.ns = start_ns

    def now_ns(self) -> int:
        return self.ns

    def sleep(self, seconds: float) -> None:
        self.ns += int(seconds * SECOND)

    def countdown(self, seconds: float) -> Callable[[], float]:
        ends = self.ns + int(seconds * SECOND)
        return lambda: (ends - self.ns) / SECOND


class CountingKey:
    """A local key that counts its signatures."""

    def __init__(self, name: str) -> None:
        self._key = LocalKey(hashlib.sha256(name.encode()).digest())
        self.public_key = self._key.public_key
        self.address = address_of(self.public_key)
        self.signatures = 0

    def sign_digest(self, digest: bytes) -> bytes:
        self.signatures += 1
        return self._key.sign_digest(digest)


@dataclass
class FakeChain:
    """`Chain` with a block each second of the clock. Takes only what a real one would, but for `old_tip`:
    what the node said of itself a while ago, and is still believed until it is asked anew.

    `outcomes` are the results of the next executed transactions, `check_tx` those of the next broadcasts;
    None is success. `swallows`: accepted transactions never reach a block.
    """

    clock: FakeClock
    numbers: dict[str, int] = field(default_factory=dict)
    credits: dict[str, int] = field(default_factory=dict)
    simulated: int | Refusal = 100_000
    outcomes: list[Refusal | None] = field(default_factory=list)
    check_tx: list[Refusal | None] = field(default_factory=list)
    certain: bool = True
    swallows: bool = False
    lag_ns: int = 0
    genesis_ns: int = 0
    old_tip: Tip | None = None
    received: list[bytes] = field(default_factory=list)
    simulations: list[bytes] = field(default_factory=list)
    mempool: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    included: dict[str, Inclusion] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.genesis_ns = self.clock.ns - 1_000 * SECOND

    def account_number(self, address: str) -> int | None:
        return self.numbers.get(address)

    def credit(self, granter: str, grantee: str) -> int:
        return self.credits.get(grantee, 0)

    def tip(self, *, fresh: bool = False) -> Tip:
        if not fresh and self.old_tip is not None:
            return self.old_tip
        height = (self.clock.ns - self.lag_ns - self.genesis_ns) // SECOND
        return Tip(height=height, time_ns=self.genesis_ns + height * SECOND)

    def simulate(self, raw: bytes) -> int | Refusal:
        self.simulations.append(raw)
        body = registry.TxBody.FromString(registry.TxRaw.FromString(raw).body_bytes)
        timeout = body.timeout_timestamp.seconds * SECOND + body.timeout_timestamp.nanos
        if timeout <= self.tip(fresh=True).time_ns:
            return Refusal("", 2, "timeout timestamp: 1970: tx timeout with gas used: '0'")
        return self.simulated

    def broadcast(self, raw: bytes) -> Reception:
        self.received.append(raw)
        refusal = self.check_tx.pop(0) if self.check_tx else self._ante(raw)
        if refusal is None:
            self.mempool.setdefault(tx.tx_hash(raw), (self.tip(fresh=True).height, raw))
        return Reception(refusal=refusal, certain=self.certain)

    def transaction(self, tx_hash: str) -> Inclusion | None:
        self._produce()
        return self.included.get(tx_hash)

    def absent_at(self, tx_hash: str, timeout_ns: int) -> Tip | None:
        tip = self.tip(fresh=True)
        return tip if tip.time_ns > timeout_ns and self.transaction(tx_hash) is None else None

    def _ante(self, raw: bytes) -> Refusal | None:
        parts = registry.TxRaw.FromString(raw)
        body = registry.TxBody.FromString(parts.body_bytes)
        [signer] = registry.AuthInfo.FromString(parts.auth_info_bytes).signer_infos
        public_key = registry.PubKey.FromString(signer.public_key.value).key
        number = self.numbers[address_of(public_key)]
        document = tx.sign_doc(
            parts.body_bytes, parts.auth_info_bytes, chain_id=CHAIN_ID, account_number=number
        )
        [signature] = parts.signatures
        if not verifies(public_key, hashlib.sha256(document).digest(), signature):
            return Refusal("sdk", 4, "signature verification failed: unauthorized")
        timeout = body.timeout_timestamp.seconds * SECOND + body.timeout_timestamp.nanos
        if not body.unordered or not 0 < timeout - self.tip(fresh=True).time_ns <= 600 * SECOND:
            return Refusal("sdk", 42, "tx timeout")
        return None

    def _produce(self) -> None:
        height = self.tip(fresh=True).height
        for name, (since, _) in list(self.mempool.items()):
            if self.swallows or since >= height:
                continue
            del self.mempool[name]
            outcome = self.outcomes.pop(0) if self.outcomes else None
            self.included[name] = Inclusion(height=height, gas_used=98_765, refusal=outcome)


def sent_fee(raw: bytes) -> Any:
    return registry.AuthInfo.FromString(registry.TxRaw.FromString(raw).auth_info_bytes).fee


def sent_body(raw: bytes) -> Any:
    return registry.TxBody.FromString(registry.TxRaw.FromString(raw).body_bytes)


class World:
    """A signer with one funded, ready wallet (`alice`), a treasury, and everything around them fake."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.chain = FakeChain(self.clock)
        self.intents = MemoryIntents()
        self.wallets = MemoryWallets()
        self.log = MemoryLog()
        self.flights = MemoryFlights()
        self.books = MemoryBooks()
        self.treasury = CountingKey("treasury")
        self.key = CountingKey("alice")
        self.ours = {self.key.address}
        self.commits: list[tuple[str, int]] = []
        self.mended: list[str] = []
        self.mends: Callable[[Intent], bool] = lambda intent: False
        self.budgets: dict[str, Budget | None] = {"key-1": None}
        self.budget_reads: list[str] = []
        self.spreads = iter(range(1, 1_000_000))
        self.terms = Terms(chain_id=CHAIN_ID, gas_price=Decimal("0.025"), max_fee_uakt=100_000)
        self.chain.numbers = {self.key.address: 7, self.treasury.address: 1}
        self.chain.credits = {self.key.address: 10_000_000}

    def signer(
        self, around: Callable[[Any], Any] = lambda collaborator: collaborator, *, role: str = "wallet"
    ) -> Signer:
        """`around` may wrap each collaborator, to make it fail."""
        chain, intents = around(self.chain), around(self.intents)
        preparer = Preparer(
            chain=chain,
            account_of=self.account_of,
            is_ours=lambda address: address in self.ours,
            log=SigningLog(around(self.log), self.clock.now_ns),
            terms=self.terms,
            clock=self.clock,
            spread_ns=lambda: next(self.spreads),
        )
        flights, books = around(self.flights), around(self.books)
        return Signer(
            role=role,
            intents=intents,
            preparer=preparer,
            settler=Settler(intents, flights, chain, self.clock, self._committed, self._mend),
            gate=Gate(flights, books),
            budget_of=self.budget_of,
            clock=self.clock,
        )

    def sweeper(self, claim: str = "sweeper") -> Sweeper:
        settler = Settler(self.intents, self.flights, self.chain, self.clock, self._committed, self._mend)
        return Sweeper(intents=self.intents, settler=settler, clock=self.clock, claim=claim)

    def _committed(self, intent: Intent, inclusion: Inclusion) -> None:
        self.commits.append((intent.intent_id, inclusion.height))

    def _mend(self, intent: Intent) -> bool:
        self.mended.append(intent.intent_id)
        return self.mends(intent)

    def account_of(self, intent: Intent) -> Account:
        if intent.role == "treasury":
            return Account(address=self.treasury.address, key=self.treasury, granter=None)
        return Account(address=self.key.address, key=self.key, granter=self.treasury.address)

    def budget_of(self, intent: Intent) -> Budget | None:
        """`budgets` are of the API keys that there are."""
        self.budget_reads.append(intent.key_id)
        if intent.key_id not in self.budgets:
            raise ApiKeyGone
        return self.budgets[intent.key_id]

    def wanted(
        self, intent_id: str = "one", *, claim: str = "first", messages: str | None = None, key_id: str = ""
    ) -> Intent:
        return Intent(
            intent_id=intent_id,
            request_id="request-1",
            user_id="alice",
            role="wallet",
            messages=messages or close_json(self.key.address),
            deposit_max=5_000_000,
            created_at="2027-01-15T08:00:00+00:00",
            claim=claim,
            claimed_ns=self.clock.ns,
            key_id=key_id,
        )

    def run(self, wanted: Intent, *, seconds: float = 59, signer: Signer | None = None) -> Intent:
        return (signer or self.signer(role=wanted.role)).run(wanted, self.clock.countdown(seconds))


def close_json(owner: str, dseq: str = "501") -> str:
    return (
        '[{"type_url":"/akash.deployment.v1beta4.MsgCloseDeployment",'
        f'"value":{{"id":{{"owner":"{owner}","dseq":"{dseq}"}}}}}}]'
    )


def deposit_json(owner: str, amount: str) -> str:
    value = {
        "signer": owner,
        "id": {"scope": "deployment", "xid": f"{owner}/501"},
        "deposit": {"amount": {"denom": "uact", "amount": amount}, "sources": ["grant"]},
    }
    return json.dumps([{"type_url": "/akash.escrow.v1.MsgAccountDeposit", "value": value}])
