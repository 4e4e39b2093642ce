"""People who sign with keys of their own and speak to a node as the signing layer does."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from slipway_signing import attempt, tx
from slipway_signing.address import address_of
from slipway_signing.keys import LocalKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.chain import RestChain
    from slipway_signing.chain_port import Inclusion, Refusal

T = TypeVar("T")

GAS_PRICE = Decimal("0.025")
PATIENCE_SECONDS = 60.0
"""A real node's blocks take some six seconds each."""
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Message:
    """`type_url` without its first slash."""

    type_url: str
    value: dict[str, Any]


class Person:
    """Whoever holds a key. `granter` pays the fees."""

    def __init__(
        self, chain: RestChain, chain_id: str, *, key: LocalKey | None = None, granter: str = ""
    ) -> None:
        self.key = key or LocalKey(hashlib.sha256(secrets.token_bytes(32)).digest())
        self.address = address_of(self.key.public_key)
        self._chain, self._chain_id, self._granter = chain, chain_id, granter

    def tries(self, *messages: Message) -> int | Refusal:
        """Gas used in a simulation, or why it would not run."""
        body = self._body(messages, self._timeout())
        return self._chain.simulate(tx.simulation(body, self._info(fee=10_000, gas=0)))

    def signed(self, *messages: Message, gas: int, timeout_ns: int | None = None) -> bytes:
        number = self._chain.account_number(self.address)
        assert number is not None, "an account that the chain has seen"
        body = self._body(messages, timeout_ns or self._timeout())
        info = self._info(fee=attempt.fee_uakt(gas, GAS_PRICE), gas=gas)
        document = tx.sign_doc(body, info, chain_id=self._chain_id, account_number=number)
        return tx.raw(body, info, self.key.sign_digest(hashlib.sha256(document).digest()))

    def does(self, *messages: Message) -> Inclusion:
        """Simulate, sign, send and wait for the block."""
        used = self.tries(*messages)
        assert isinstance(used, int), used
        return self.sends(self.signed(*messages, gas=attempt.gas_limit(used, closing=True, floor=0)))

    def sends(self, raw: bytes) -> Inclusion:
        received = self._chain.broadcast(raw)
        assert received.refusal is None, received.refusal
        return until(lambda: self._chain.transaction(tx.tx_hash(raw)))

    def _timeout(self) -> int:
        spread = secrets.randbelow(tx.NANOSECONDS)
        return attempt.timeout_ns(self._chain.tip(), now_ns=time.time_ns(), spread_ns=spread)

    def _body(self, messages: tuple[Message, ...], timeout_ns: int) -> bytes:
        packed = [tx.message(f"/{message.type_url}", message.value) for message in messages]
        return tx.body(packed, memo="", timeout_ns=timeout_ns)

    def _info(self, *, fee: int, gas: int) -> bytes:
        return tx.auth_info(self.key.public_key, fee_uakt=fee, gas_limit=gas, granter=self._granter or None)


def until(look: Callable[[], T | None]) -> T:
    """What `look` finds at last."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"nothing came in {PATIENCE_SECONDS:.0f} s")
