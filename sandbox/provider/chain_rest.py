"""The chain as a provider sees it through a node's REST API."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from sandbox.provider.chain_view import (
    Account,
    Block,
    ChainUnreachable,
    Deployment,
    LeaseId,
    MarketEvent,
    Order,
    OrderId,
    ProviderRecord,
    TransactionRefused,
)

CALL_SECONDS: Final = 10.0
PAGE_ITEMS: Final = 1000
MAX_PAGES: Final = 50
"""Fifty thousand open orders or leases are more than any sandbox holds; a page loop must end."""


class RestChain:
    """Reads, and the two calls that carry transactions. Close it at the end."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))

    async def close(self) -> None:
        await self._http.close()

    async def account(self, address: str) -> Account | None:
        found = await self._get(f"/cosmos/auth/v1beta1/account_info/{address}")
        if found is None:
            return None
        key = (found["info"]["pub_key"] or {}).get("key")
        return Account(int(found["info"]["account_number"]), base64.b64decode(key) if key else None)

    async def deployment(self, owner: str, dseq: int) -> Deployment | None:
        query = {"id.owner": owner, "id.dseq": str(dseq)}
        found = await self._get("/akash/deployment/v1beta4/deployments/info", query)
        if found is None:
            return None
        groups = {group["id"]["gseq"]: group["group_spec"] for group in found["groups"]}
        return Deployment(base64.b64decode(found["deployment"]["hash"]), groups)

    async def active_leases(
        self, provider: str, owner: str | None = None, dseq: int | None = None
    ) -> frozenset[LeaseId]:
        query = {"filters.provider": provider, "filters.state": "active"}
        if owner and dseq:
            query |= {"filters.owner": owner, "filters.dseq": str(dseq)}
        found = await self._list("/akash/market/v1beta5/leases/list", "leases", query)
        return frozenset(_lease_id(item["lease"]["id"]) for item in found)

    async def open_orders(self) -> Sequence[Order]:
        found = await self._list("/akash/market/v1beta5/orders/list", "orders", {"filters.state": "open"})
        return [_order(item) for item in found]

    async def open_bids(self, provider: str) -> frozenset[LeaseId]:
        query = {"filters.provider": provider, "filters.state": "open"}
        found = await self._list("/akash/market/v1beta5/bids/list", "bids", query)
        return frozenset(_lease_id(item["bid"]["id"]) for item in found)

    async def provider(self, owner: str) -> ProviderRecord | None:
        found = await self._get(f"/akash/provider/v1beta4/providers/{owner}")
        if found is None:
            return None
        record = found["provider"]
        return ProviderRecord(record["host_uri"], _attributes(record["attributes"]))

    async def certificate(self, owner: str, serial: int) -> bytes | None:
        query = {"filter.owner": owner, "filter.serial": str(serial), "filter.state": "valid"}
        found = await self._list("/akash/cert/v1/certificates/list", "certificates", query)
        return base64.b64decode(found[0]["certificate"]["cert"]) if found else None

    async def audits(self, provider: str) -> Mapping[str, Mapping[str, str]]:
        found = await self._get(f"/akash/audit/v1/audit/attributes/{provider}/list")
        signed = found["providers"] if found else []
        return {item["auditor"]: _attributes(item["attributes"]) for item in signed}

    async def block_time(self) -> datetime:
        """Of the latest block; aware."""
        whole, _, fraction = (await self._block())["header"]["time"].removesuffix("Z").partition(".")
        return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}+00:00")

    async def chain_id(self) -> str:
        return str((await self._block())["header"]["chain_id"])

    async def block(self, height: int | None = None) -> Block:
        found = await self._block(height)
        transactions = tuple(base64.b64decode(raw) for raw in found["data"]["txs"])
        return Block(int(found["header"]["height"]), transactions)

    async def market_events(self, tx_hash: str) -> Sequence[MarketEvent] | None:
        found = await self._get(f"/cosmos/tx/v1beta1/txs/{tx_hash}")
        if found is None:
            return None
        events = (_market_event(each) for each in found["tx_response"]["events"])
        return [event for event in events if event]

    async def order(self, order: OrderId) -> Order | None:
        query = {f"id.{name}": str(value) for name, value in order.wire().items()}
        found = await self._get("/akash/market/v1beta5/orders/info", query)
        if found is None or found["order"]["state"] != "open":
            return None
        return _order(found["order"])

    async def simulate(self, raw: bytes) -> int:
        """The gas that a transaction would use. Raises TransactionRefused."""
        status, body = await self._call(
            "POST", "/cosmos/tx/v1beta1/simulate", json={"tx_bytes": base64.b64encode(raw).decode()}
        )
        if status != HTTPStatus.OK:
            raise TransactionRefused(str(body.get("message", body)))
        return int(body["gas_info"]["gas_used"])

    async def broadcast(self, raw: bytes) -> None:
        """Into the mempool. Raises TransactionRefused."""
        payload = {"tx_bytes": base64.b64encode(raw).decode(), "mode": "BROADCAST_MODE_SYNC"}
        status, body = await self._call("POST", "/cosmos/tx/v1beta1/txs", json=payload)
        answer = body.get("tx_response") or {}
        if status != HTTPStatus.OK or answer.get("code"):
            raise TransactionRefused(str(answer.get("raw_log") or body.get("message", body)))

    async def committed(self, tx_hash: str) -> bool:
        """Whether a block holds the transaction. Raises TransactionRefused where it failed there."""
        found = await self._get(f"/cosmos/tx/v1beta1/txs/{tx_hash}")
        if found is None:
            return False
        if found["tx_response"]["code"]:
            raise TransactionRefused(str(found["tx_response"]["raw_log"]))
        return True

    async def _block(self, height: int | None = None) -> Any:
        found = await self._get(f"/cosmos/base/tendermint/v1beta1/blocks/{height or 'latest'}")
        if found is None:
            raise ChainUnreachable("the node has no such block")
        return found["block"]

    async def _list(self, path: str, name: str, query: Mapping[str, str]) -> list[Any]:
        items: list[Any] = []
        page: dict[str, str] = {"pagination.limit": str(PAGE_ITEMS)}
        for _ in range(MAX_PAGES):
            found = await self._get(path, {**query, **page})
            items += (found or {}).get(name) or []
            following = ((found or {}).get("pagination") or {}).get("next_key")
            if not following:
                return items
            page["pagination.key"] = following
        raise ChainUnreachable(f"{path} has more than {MAX_PAGES} pages")

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """The body, or None where the node says 404."""
        status, body = await self._call("GET", path, params=query)
        if status == HTTPStatus.NOT_FOUND:
            return None
        if status != HTTPStatus.OK:
            raise ChainUnreachable(f"{path}: {status} {body.get('message', '')}")
        return body

    async def _call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        try:
            async with self._http.request(method, self._url + path, **options) as answer:
                return answer.status, await answer.json(content_type=None)
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise ChainUnreachable(f"{path}: {error!r}") from error


def _order_id(found: Mapping[str, Any]) -> OrderId:
    return OrderId(found["owner"], int(found["dseq"]), found["gseq"], found["oseq"])


def _order(found: Mapping[str, Any]) -> Order:
    return Order(_order_id(found["id"]), found["spec"], found.get("reclamation"))


def _market_event(found: Mapping[str, Any]) -> MarketEvent | None:
    """None for what is no event of an order, bid or lease."""
    module, _, kind = found["type"].rpartition(".")
    values = {item["key"]: item["value"] for item in found["attributes"]}
    if module != "akash.market.v1" or "id" not in values:
        return None
    named = json.loads(values["id"])
    return MarketEvent(kind, _order_id(named), named.get("provider", ""))


def _lease_id(found: Mapping[str, Any]) -> LeaseId:
    return LeaseId(_order_id(found), found["provider"])


def _attributes(found: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {item["key"]: item["value"] for item in found}
