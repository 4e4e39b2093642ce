"""The chain as a provider sees it through a node's REST API."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from sandbox.provider.chain_view import (
    Account,
    ChainUnreachable,
    Deployment,
    LeaseId,
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
        return [Order(_order_id(item["id"]), item["spec"], item.get("reclamation")) for item in found]

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

    async def has_certificate(self, owner: str, serial: int, pem: bytes) -> bool:
        query = {"filter.owner": owner, "filter.serial": str(serial), "filter.state": "valid"}
        found = await self._list("/akash/cert/v1/certificates/list", "certificates", query)
        return any(base64.b64decode(item["certificate"]["cert"]) == pem for item in found)

    async def audits(self, provider: str) -> Mapping[str, Mapping[str, str]]:
        found = await self._get(f"/akash/audit/v1/audit/attributes/{provider}/list")
        signed = found["providers"] if found else []
        return {item["auditor"]: _attributes(item["attributes"]) for item in signed}

    async def block_time(self) -> datetime:
        """Of the latest block; aware."""
        whole, _, fraction = (await self._header())["time"].removesuffix("Z").partition(".")
        return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}+00:00")

    async def height(self) -> int:
        return int((await self._header())["height"])

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

    async def _header(self) -> Any:
        found = await self._get("/cosmos/base/tendermint/v1beta1/blocks/latest")
        if found is None:
            raise ChainUnreachable("the node has no block")
        return found["block"]["header"]

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


def _lease_id(found: Mapping[str, Any]) -> LeaseId:
    return LeaseId(_order_id(found), found["provider"])


def _attributes(found: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {item["key"]: item["value"] for item in found}
