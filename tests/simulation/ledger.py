"""The chain: transactions in blocks, each let in by the ante handler and run by the rules."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from slipway_signing import registry, tx
from slipway_signing.address import address_of

from tests.simulation.kms import verifies
from tests.simulation.rules import HANDLERS, ChainRefusal, Journal, Moved, State, spend
from tests.simulation.scheduler import SECOND

if TYPE_CHECKING:
    from random import Random

CHAIN_ID: Final = "simulation-1"

MAX_TTL_NS: Final = 600 * SECOND
ANTE_GAS: Final = 30_000
NONCE_GAS: Final = 3_860
"""What simulation leaves out (akash-chain.md §00.2)."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """Bytes, read."""

    raw: bytes
    hash: str
    signer: str
    key33: bytes
    signature: bytes
    document: tuple[bytes, bytes]
    messages: tuple[tuple[str, Any], ...]
    unordered: bool
    timeout_ns: int
    gas_limit: int
    fee: int
    granter: str
    memo: str


@dataclass(frozen=True, slots=True)
class Included:
    """A transaction in a block; `refusal` is its end where it ran and failed."""

    transaction: Transaction
    height: int
    index: int
    gas_used: int
    refusal: ChainRefusal | None
    journal: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Block:
    height: int
    time_ns: int
    state: State
    included: tuple[Included, ...] = ()


@lru_cache(maxsize=512)
def parsed(raw: bytes) -> Transaction:
    """Raises ChainRefusal for bytes that are no transaction."""
    try:
        parts = registry.TxRaw.FromString(raw)
        body = registry.TxBody.FromString(parts.body_bytes)
        info = registry.AuthInfo.FromString(parts.auth_info_bytes)
        [signer], [signature] = info.signer_infos, parts.signatures
        key33 = registry.PubKey.FromString(signer.public_key.value).key
        messages = tuple((packed.type_url, registry.unpack(packed)) for packed in body.messages)
    except Exception as error:  # whatever the decoder says
        raise ChainRefusal("sdk", 2, "tx parse error") from error
    if signer.sequence:
        raise ChainRefusal("sdk", 18, "sequence is not allowed for unordered transactions: invalid request")
    return Transaction(
        raw=raw,
        hash=tx.tx_hash(raw),
        signer=address_of(key33),
        key33=key33,
        signature=signature,
        document=(parts.body_bytes, parts.auth_info_bytes),
        messages=messages,
        unordered=body.unordered,
        timeout_ns=body.timeout_timestamp.seconds * SECOND + body.timeout_timestamp.nanos,
        gas_limit=info.fee.gas_limit,
        fee=sum(int(coin.amount) for coin in info.fee.amount),
        granter=info.fee.granter,
        memo=body.memo,
    )


def admit(state: State, one: Transaction, time_ns: int, *, simulated: bool = False) -> None:
    """The ante handler: checks, takes the fee and notes the nonce. Raises ChainRefusal."""
    if not one.unordered or not one.timeout_ns:
        raise ChainRefusal(
            "sdk", 18, "unordered transaction must have timeout_timestamp set: invalid request"
        )
    if one.timeout_ns <= time_ns:
        raise ChainRefusal(
            "sdk", 42, f"block time: {time_ns}, timeout timestamp: {one.timeout_ns}: tx timeout"
        )
    if one.timeout_ns > time_ns + MAX_TTL_NS:
        raise ChainRefusal("sdk", 18, "unordered tx ttl exceeds 10m0s: invalid request")
    if not simulated and one.fee * 400 < one.gas_limit:
        raise ChainRefusal("sdk", 13, "insufficient fees: insufficient fee")
    _pay_fee(state, one)
    if simulated:
        return
    _check_signature(state, one)
    if (one.signer, one.timeout_ns) in state.nonces:
        words = f"sender {one.signer} has already used timeout {one.timeout_ns}"
        raise ChainRefusal("sdk", 18, f"failed to add unordered nonce: {words}: invalid request")
    state.nonces[one.signer, one.timeout_ns] = None


def _pay_fee(state: State, one: Transaction) -> None:
    if one.granter and one.granter != one.signer:
        state.use_allowance(one.granter, one.signer, one.fee)
    else:
        state.pay(one.signer, "uakt", one.fee)
    if one.signer not in state.accounts:
        raise ChainRefusal("sdk", 9, f"account {one.signer} does not exist: unknown address")


def _check_signature(state: State, one: Transaction) -> None:
    body, info = one.document
    document = tx.sign_doc(body, info, chain_id=CHAIN_ID, account_number=state.accounts[one.signer])
    if not verifies(one.key33, hashlib.sha256(document).digest(), one.signature):
        raise ChainRefusal("sdk", 4, "signature verification failed: unauthorized")


def perform(state: State, one: Transaction) -> tuple[int, Journal]:
    """Run the messages; gas as a simulation tells it, and what moved. Raises ChainRefusal."""
    gas, journal = ANTE_GAS, Journal()
    for number, (type_url, message) in enumerate(one.messages):
        cost, handler = HANDLERS[type_url]
        gas += cost
        try:
            handler(state, message, journal)
        except ChainRefusal as refusal:
            words = f"failed to execute message; message index: {number}: {refusal.log}"
            raise ChainRefusal(refusal.codespace, refusal.code, words) from None
    return gas, journal


@dataclass
class Ledger:
    """`blocks` from genesis on. `surplus` bounds how much more gas a transaction takes than simulated."""

    rng: Random
    genesis: State
    start_ns: int
    surplus: float
    blocks: list[Block] = field(default_factory=list)
    where: dict[str, Included] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.blocks.append(Block(1, self.start_ns, self.genesis))

    @property
    def last(self) -> Block:
        return self.blocks[-1]

    def at(self, height: int) -> Block:
        return self.blocks[height - 1]

    def all(self) -> list[Included]:
        return [one for block in self.blocks for one in block.included]

    def produce(self, time_ns: int, proposed: list[bytes], spent_share: float) -> Block:
        """The next block. What the ante handler refuses is left out of it."""
        state, height = self.last.state.copy(), self.last.height + 1
        time_ns = max(time_ns, self.last.time_ns + 1)
        spend(state, spent_share)
        included: list[Included] = []
        for raw in proposed:
            one = parsed(raw)
            done = self._deliver(state, one, time_ns, height, len(included))
            if done is not None:
                state = done[0]
                included.append(done[1])
                self.where[one.hash] = done[1]
        block = Block(height, time_ns, state, tuple(included))
        self.blocks.append(block)
        return block

    def _deliver(
        self, state: State, one: Transaction, time_ns: int, height: int, index: int
    ) -> tuple[State, Included] | None:
        after_fee = state.copy()
        try:
            admit(after_fee, one, time_ns)
        except ChainRefusal:
            return None
        after = after_fee.copy()
        try:
            simulated, journal = perform(after, one)
        except ChainRefusal as refusal:
            return after_fee, Included(one, height, index, one.gas_limit // 2, refusal, ())
        used = int(simulated * (1 + self.rng.random() * self.surplus)) + NONCE_GAS
        if used > one.gas_limit:
            too_much = ChainRefusal("sdk", 11, f"out of gas in location: WritePerByte; gasUsed: {used}")
            return after_fee, Included(one, height, index, used, too_much, ())
        return after, Included(one, height, index, used, None, tuple(journal))
