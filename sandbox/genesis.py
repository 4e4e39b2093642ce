"""What the sandbox's chain starts from: Akash's parameters, the treasury and the cast of providers."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from slipway_signing.address import address_of
from slipway_signing.keys import LocalKey

CHAIN_ID: Final = "slipway-sandbox"
TREASURY_UACT: Final = 1_000_000_000_000
"""A million US dollars of credit to give: no demo or load test should run into it."""
TREASURY_UAKT: Final = 1_000_000_000_000
"""A million AKT for fees."""
VALIDATOR_UAKT: Final = 100_000_000_000_000
AKT_PRICE: Final = "0.52"
"""US dollars, for ever: minting needs a price."""
VAULT_UAKT: Final = 5_000_000_000_000
"""What backs all uact: at that price more than twice of what the treasury holds, so minting is allowed."""

MODULES: Final = (
    "fee_collector",
    "distribution",
    "bonded_tokens_pool",
    "not_bonded_tokens_pool",
    "gov",
    "mint",
)

MIN_DEPOSITS: Final = (("uakt", 500_000), ("uact", 500_000))


def genesis(accounts: Iterable[Mapping[str, Any]], *, now: datetime) -> dict[str, Any]:
    """A genesis with these accounts after the validator's; each has `name`, `address` and `balances`."""
    validator = account("validator", _validator_address(), {"uakt": VALIDATOR_UAKT})
    numbered = [
        {**found, "account_number": str(number)} for number, found in enumerate([validator, *accounts])
    ]
    return {
        "chain_id": CHAIN_ID,
        "genesis_time": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "accounts": numbered,
        "module_accounts": {name: len(numbered) + place for place, name in enumerate(MODULES)},
        "params": _params(),
        "minimum_gas_price": "0.0025uakt",
        "oracle": {"akt/usd": AKT_PRICE},
        "bme_vault": str(VAULT_UAKT),
    }


def account(name: str, address: str, balances: Mapping[str, int]) -> dict[str, Any]:
    """One account of a genesis; amounts in micro-units by denom."""
    return {"name": name, "address": address, "balances": _coins(sorted(balances.items()))}


def treasury_account(address: str) -> dict[str, Any]:
    return account("treasury", address, {"uact": TREASURY_UACT, "uakt": TREASURY_UAKT})


def _validator_address() -> str:
    return address_of(LocalKey(hashlib.sha256(b"slipway sandbox validator").digest()).public_key)


def _coins(amounts: Iterable[tuple[str, int]]) -> list[dict[str, str]]:
    return [{"denom": denom, "amount": str(amount)} for denom, amount in amounts]


def _params() -> dict[str, Any]:
    """The parameters of Akash's network (recordings/chain: v2.1.0-rc10)."""
    deposits = _coins(MIN_DEPOSITS)
    return {
        "deployment": {"min_deposits": deposits},
        "market": {
            "bid_min_deposit": deposits[0],
            "bid_min_deposits": deposits[::-1],
            "order_max_bids": 20,
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
        "auth": {
            "max_memo_characters": "256",
            "tx_sig_limit": "7",
            "tx_size_cost_per_byte": "10",
            "sig_verify_cost_ed25519": "590",
            "sig_verify_cost_secp256k1": "1000",
        },
    }
