"""A chain's state with the people of a market in it; messages run on it without transactions and sockets."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, codec, messages, pb
from sandbox.chain.context import Context, Event
from sandbox.chain.errors import ChainError
from sandbox.chain.first_state import write_first_state
from sandbox.chain.genesis import Genesis
from sandbox.chain.modules import authz, bank
from sandbox.chain.numbers import ONE, SECOND
from sandbox.chain.rest import akash_bme, akash_deployment, akash_escrow, akash_market, akash_providers
from sandbox.chain.rest.router import Router
from sandbox.chain.store import Branch, Store

if TYPE_CHECKING:
    from collections.abc import Mapping


def address(name: str) -> str:
    return bech32.encode(sha256(name.encode()).digest()[:20])


TREASURY: Final = address("treasury")
TENANT: Final = address("tenant")
PROVIDER: Final = address("provider")
RIVAL: Final = address("rival")
AUDITOR: Final = address("auditor")
HASH: Final = bytes(range(32))
_ROUTES: Final = (
    *akash_bme.ROUTES,
    *akash_deployment.ROUTES,
    *akash_escrow.ROUTES,
    *akash_market.ROUTES,
    *akash_providers.ROUTES,
)


class World:
    """Every `send` is a block of its own; what is refused leaves nothing behind."""

    def __init__(self, **more: Any) -> None:
        self.genesis = Genesis.of({**_genesis(), **more})
        self.store = Store()
        self.height, self.time = 1, self.genesis.time
        write_first_state(self.context())

    def context(self) -> Context:
        return Context(kv=self.store, height=self.height, time=self.time, genesis=self.genesis)

    def pass_blocks(self, count: int = 1) -> None:
        for _ in range(count):
            self.height, self.time = self.height + 1, self.time + SECOND
            messages.end_block(self.context())

    def send(self, *sent: Any) -> list[Event]:
        """Run messages in the next block, as one transaction does; the events of all of them."""
        self.pass_blocks()
        branch = Branch(self.store)
        ctx = Context(kv=branch, height=self.height, time=self.time, genesis=self.genesis)
        for message in sent:
            url = codec.url_of(message)
            if check := messages.VALIDATORS.get(url):
                check(message)
            messages.HANDLERS[url](ctx, message)
        branch.write()
        return ctx.events

    def refusal(self, *sent: Any) -> tuple[str, int, str]:
        """Codespace, code and text that messages are refused with."""
        try:
            self.send(*sent)
        except ChainError as error:
            return error.codespace, error.code, error.text
        raise AssertionError("nothing was refused")

    def query(self, path: str, **params: Any) -> Any:
        """A query's answer; `id_owner` stands for `id.owner`. Raises RestError."""
        named = {name.replace("__", "."): str(value) for name, value in params.items()}
        return self.ask(path, named)

    def ask(self, path: str, params: Mapping[str, str]) -> Any:
        return Router(_ROUTES).answer(self.context(), path, params)

    def balance(self, who: str, denom: str = "uact") -> int:
        return bank.balance(self.context(), who, denom)

    def supply(self) -> dict[str, int]:
        return bank.supply(self.context())

    def credit(self, wallet: str = TENANT) -> int:
        """What the treasury's deposit grant still allows."""
        found = authz.grant(self.context(), TREASURY, wallet, authz.DEPOSIT_URL)
        limits = codec.unpack(found.authorization).spend_limits
        return sum(int(limit.amount) for limit in limits)

    def grant(
        self, amount: int, wallet: str = TENANT, scopes: tuple[str, ...] = ("deployment", "bid")
    ) -> None:
        authorization = pb.escrow.DepositAuthorization(
            scopes=scopes, spend_limits=[pb.coin.Coin(denom="uact", amount=str(amount))]
        )
        grant = pb.authz.Grant(authorization=codec.pack(authorization))
        self.send(pb.authz_tx.MsgGrant(granter=TREASURY, grantee=wallet, grant=grant))


def _genesis() -> dict[str, Any]:
    coin = {"uact": "500000", "uakt": "500000"}
    least = [{"denom": denom, "amount": amount} for denom, amount in coin.items()]
    people = (TREASURY, PROVIDER, RIVAL, AUDITOR)
    return {
        "chain_id": "unit",
        "genesis_time": "2026-01-01T00:00:00Z",
        "accounts": [_account(number, who) for number, who in enumerate(people)],
        "module_accounts": {"fee_collector": 4, "bonded_tokens_pool": 5},
        "minimum_gas_price": "0.0025uakt",
        "params": {
            "auth": {"max_memo_characters": "256", "tx_sig_limit": "7", "tx_size_cost_per_byte": "10"}
            | {"sig_verify_cost_ed25519": "590", "sig_verify_cost_secp256k1": "1000"},
            "deployment": {"min_deposits": least},
            "market": {
                "bid_min_deposit": {"denom": "uakt", "amount": "500000"},
                "order_max_bids": 2,
                "bid_min_deposits": least,
                "min_reclamation_window": "3600s",
                "max_reclamation_window": "2592000s",
            },
            "bme": {
                "circuit_breaker_warn_threshold": 9500,
                "circuit_breaker_halt_threshold": 9000,
                "min_epoch_blocks": "10",
                "epoch_blocks_backoff_percent": 10,
                "mint_spread_bps": 25,
                "settle_spread_bps": 0,
                "max_endblocker_records": 50,
                "min_mint": [{"denom": "uact", "amount": "10000000"}],
                "max_pending_attempts": 3,
            },
        },
    }


def _account(number: int, who: str) -> dict[str, Any]:
    balances = [{"denom": denom, "amount": "1000000000"} for denom in ("uact", "uakt")]
    return {"address": who, "account_number": str(number), "balances": balances}


def scaled(amount: float) -> str:
    return str(round(amount * 1000) * ONE // 1000)
