"""The genesis file: accounts, module accounts and parameters (the form of recordings/chain/genesis.json)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain.numbers import SECOND, dec_of, time_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.chain import coins

VALIDATOR: Final = "validator"
DELEGATION: Final = 5_000_000_000_000  # uakt; what the validator's genesis transaction bonds


@dataclass(frozen=True, slots=True)
class GenesisAccount:
    address: str
    number: int
    balances: coins.Coins
    is_validator: bool = False


@dataclass(frozen=True, slots=True)
class Genesis:
    """What the chain starts from, and the parameters that hold ever after."""

    chain_id: str
    time: int
    accounts: tuple[GenesisAccount, ...]
    module_accounts: dict[str, int]
    params: dict[str, Any]
    minimum_gas_price: tuple[int, str]
    raw: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Genesis:
        price = str(found["minimum_gas_price"])
        digits = price.rstrip("abcdefghijklmnopqrstuvwxyz")
        return cls(
            chain_id=found["chain_id"],
            time=time_of(found["genesis_time"]),
            accounts=tuple(_account(entry) for entry in found["accounts"]),
            module_accounts=dict(found["module_accounts"]),
            params=dict(found["params"]),
            minimum_gas_price=(dec_of(digits), price[len(digits) :]),
            raw=dict(found),
        )

    def starting_by(self, moment: int) -> Genesis:
        """The same, but not later than a moment: a real node would wait for a genesis time to come."""
        return replace(self, time=min(self.time, moment))

    def coins_param(self, module: str, name: str) -> coins.Coins:
        """A list of coins among a module's parameters, in the order of the file."""
        return {coin["denom"]: int(coin["amount"]) for coin in self.params[module][name]}

    def seconds_param(self, module: str, name: str) -> int:
        """A duration among a module's parameters, in nanoseconds."""
        return int(self.params[module][name].removesuffix("s")) * SECOND


def _account(entry: Mapping[str, Any]) -> GenesisAccount:
    balances = {coin["denom"]: int(coin["amount"]) for coin in entry["balances"]}
    return GenesisAccount(
        address=entry["address"],
        number=int(entry["account_number"]),
        balances=balances,
        is_validator=entry.get("name") == VALIDATOR,
    )
