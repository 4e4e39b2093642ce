"""A tenant on a sandbox chain: a key with coins of its own, who deploys and leases without Slipway."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway_signing.address import address_of
from slipway_signing.keys import LocalKey

from sandbox.provider.chain_view import LeaseId, Message, OrderId
from sandbox.provider.wallet import Wallet

if TYPE_CHECKING:
    from sandbox.provider.chain_rest import RestChain

KEY = LocalKey(hashlib.sha256(b"a tenant of the provider's contract tests").digest())
ADDRESS = address_of(KEY.public_key)
FUNDS = {"uact": 100_000_000, "uakt": 100_000_000}


@dataclass
class ChainTenant:
    chain: RestChain
    wallet: Wallet

    @classmethod
    def on(cls, chain: RestChain, chain_id: str) -> ChainTenant:
        return cls(chain, Wallet(KEY, chain, chain_id))

    async def deploys(self, dseq: int, groups: list[dict[str, Any]], version: bytes) -> None:
        """`groups` in the messages' form."""
        await self.wallet.send([deployment(dseq, groups, version)])

    async def leases(self, dseq: int, provider: str, gseq: int = 1) -> None:
        await self.wallet.send([lease(dseq, provider, gseq)])

    async def closes(self, dseq: int) -> None:
        value = {"id": {"owner": ADDRESS, "dseq": str(dseq)}}
        await self.wallet.send([Message("/akash.deployment.v1beta4.MsgCloseDeployment", value)])


def deployment(dseq: int, groups: list[dict[str, Any]], version: bytes) -> Message:
    value = {
        "id": {"owner": ADDRESS, "dseq": str(dseq)},
        "groups": groups,
        "hash": base64.b64encode(version).decode(),
        "deposit": {"amount": {"denom": "uact", "amount": "5000000"}, "sources": ["balance"]},
    }
    return Message("/akash.deployment.v1beta4.MsgCreateDeployment", value)


def lease(dseq: int, provider: str, gseq: int = 1) -> Message:
    bid = LeaseId(OrderId(ADDRESS, dseq, gseq, 1), provider)
    return Message("/akash.market.v1beta5.MsgCreateLease", {"bid_id": bid.wire()})


def token(key: LocalKey = KEY) -> str:
    """Good for a minute and for everything."""
    now = int(time.time())
    claims = {
        "iss": address_of(key.public_key),
        "iat": now,
        "nbf": now,
        "exp": now + 60,
        "version": "v1",
        "leases": {"access": "full"},
    }
    parts = [json.dumps(part).encode() for part in ({"alg": "ES256K", "typ": "JWT"}, claims)]
    text = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    signature = key.sign_digest(hashlib.sha256(text.encode()).digest())
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
