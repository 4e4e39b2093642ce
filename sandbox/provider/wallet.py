"""A provider's own transactions: unordered, paid from its own uakt, waited for until a block holds them."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Final

from slipway_signing import tx
from slipway_signing.address import address_of
from slipway_signing.keys import LocalKey, SigningKey

from sandbox.provider.chain_rest import RestChain
from sandbox.provider.chain_view import ChainUnreachable, Message, TransactionRefused

GAS_MARGIN: Final = Decimal("1.5")
"""Over the simulated gas: the state may change between simulation and block."""
GAS_PRICE_UAKT: Final = Decimal("0.025")
TIMEOUT: Final = timedelta(seconds=60)
"""How long the chain may still include a transaction; at most ten minutes for unordered ones."""
POLL_SECONDS: Final = 0.1
MAX_POLLS: Final = 1200
"""Two minutes of polling: twice the transaction's own timeout."""
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def provider_key(name: str) -> LocalKey:
    """The key of the sandbox provider of that name: the same on every machine, so never one to hold money."""
    return LocalKey(hashlib.sha256(f"slipway sandbox provider {name}".encode()).digest())


def accomplice(name: str) -> LocalKey:
    """The key of another account, whose certificate a hostile provider of that name shows."""
    return provider_key(f"{name}, the accomplice")


class Wallet:
    """Sends messages in the name of one key."""

    def __init__(self, key: SigningKey, chain: RestChain, chain_id: str) -> None:
        self._key = key
        self._chain = chain
        self._chain_id = chain_id
        self.address = address_of(key.public_key)
        self._number: int | None = None
        self._last_timeout = 0

    async def send(self, messages: Sequence[Message]) -> None:
        """One transaction, committed. Raises TransactionRefused, ChainUnreachable."""
        body = tx.body(
            [tx.message(message.type_url, message.value) for message in messages],
            memo="",
            timeout_ns=self._distinct(await self._chain.block_time() + TIMEOUT),
        )
        gas = await self._gas(body)
        fee = int((gas * GAS_PRICE_UAKT).to_integral_value(ROUND_UP))
        auth_info = tx.auth_info(self._key.public_key, fee_uakt=fee, gas_limit=gas)
        document = tx.sign_doc(
            body, auth_info, chain_id=self._chain_id, account_number=await self._account_number()
        )
        signature = self._key.sign_digest(hashlib.sha256(document).digest())
        raw = tx.raw(body, auth_info, signature)
        await self._chain.broadcast(raw)
        await self._until_committed(tx.tx_hash(raw))

    async def _gas(self, body: bytes) -> int:
        """With a fee in the trial too: without one the node does not count what taking it costs."""
        trial = tx.auth_info(self._key.public_key, fee_uakt=1, gas_limit=0)
        used = await self._chain.simulate(tx.simulation(body, trial))
        return int((used * GAS_MARGIN).to_integral_value(ROUND_UP))

    async def _account_number(self) -> int:
        if self._number is None:
            account = await self._chain.account(self.address)
            if account is None:
                raise TransactionRefused(f"account {self.address} not found: it needs uakt for its fees")
            self._number = account.number
        return self._number

    def _distinct(self, timeout: datetime) -> int:
        """The timeout in nanoseconds: two unordered transactions of a signer may not share one."""
        nanoseconds = (timeout - _EPOCH) // timedelta(microseconds=1) * 1000
        self._last_timeout = max(nanoseconds, self._last_timeout + 1)
        return self._last_timeout

    async def _until_committed(self, tx_hash: str) -> None:
        for _ in range(MAX_POLLS):
            if await self._chain.committed(tx_hash):
                return
            await asyncio.sleep(POLL_SECONDS)
        raise ChainUnreachable(f"transaction {tx_hash} is in no block")
