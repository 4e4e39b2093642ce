"""`TreasuryReads` over the REST API of one or several nodes, which must index transactions."""

from __future__ import annotations

import base64
import hashlib
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.money import CREDIT_DENOM, FEE_DENOM

from slipway_signing.chain import uact_of
from slipway_signing.nodes import NodeUnreachable, body_of, is_found
from slipway_signing.treasury_port import Mint, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway_signing.nodes import Nodes, Transport

SAME_BLOCK_TRIES: Final = 5
"""A read between two looks at the height; only a block in between, every six seconds, makes it worthless."""

MAX_INDEX_LAG: Final = 20
"""Blocks that are looked through for one with transactions: two minutes, which no index is behind."""

PAGE: Final = 100
MAX_PAGES: Final = 100
"""Ten thousand wallets, or as many transactions of one wallet since a change of its credit began."""

_COIN: Final = re.compile(rf"([0-9]+){CREDIT_DENOM}")


class RestTreasury:
    """Whole answers or none: half a list of grants would be a wrong number."""

    def __init__(self, nodes: Nodes, transport: Transport) -> None:
        self._nodes = nodes
        self._http = transport

    def standing(self, granter: str, grantee: str, *, at_least: int) -> Standing:
        def standing(url: str) -> Standing:
            pair = {"granter": granter, "grantee": grantee}
            for _ in range(SAME_BLOCK_TRIES):
                height = self._nodes.tip_of(url).height
                if height < at_least:
                    raise NodeUnreachable("the node is behind what is known")
                found = self._get(url, "/cosmos/authz/v1beta1/grants", pair)["grants"]
                if self._nodes.tip_of(url).height == height:
                    credit = sum(uact_of(grant["authorization"]) for grant in found)
                    return Standing(height=height, credit=credit, granted=bool(found))
            raise NodeUnreachable("blocks come faster than answers")

        return self._nodes.present(standing)

    def moves(self, wallet: str, granter: str, *, after: int, until: int) -> int:
        query = f"message.sender='{wallet}' AND tx.height>{after} AND tx.height<={until}"

        def moves(url: str) -> int:
            self._must_be_indexed(url, after, until)
            return sum(_net(found, granter) for found in self._search(url, query))

        return self._nodes.present(moves) if until > after else 0

    def allowance(self, granter: str, grantee: str) -> int | None:
        def allowance(url: str) -> int | None:
            answer = self._http.get(f"{url}/cosmos/feegrant/v1beta1/allowance/{granter}/{grantee}", {})
            if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR and "not found" in answer.json["message"]:
                return None
            return _uakt_of(body_of(answer)["allowance"]["allowance"])

        return self._nodes.present(allowance)

    def allowances(self, granter: str) -> Mapping[str, int]:
        path = f"/cosmos/feegrant/v1beta1/issued/{granter}"

        def allowances(url: str) -> dict[str, int]:
            found = self._pages(url, path, "allowances")
            return {one["grantee"]: _uakt_of(one["allowance"]) for one in found}

        return self._nodes.present(allowances)

    def grants(self, granter: str) -> Mapping[str, int]:
        path = f"/cosmos/authz/v1beta1/grants/granter/{granter}"

        def grants(url: str) -> dict[str, int]:
            found = self._pages(url, path, "grants")
            return {one["grantee"]: uact_of(one["authorization"]) for one in found}

        return self._nodes.present(grants)

    def has_deployments(self, owner: str) -> bool:
        query = {"filters.owner": owner, "filters.state": "active", "pagination.limit": "1"}

        def has_deployments(url: str) -> bool:
            path = "/akash/deployment/v1beta4/deployments/list"
            return bool(self._get(url, path, query)["deployments"])

        return self._nodes.present(has_deployments)

    def balances(self, address: str) -> Mapping[str, int]:
        def balances(url: str) -> dict[str, int]:
            found = self._get(url, f"/cosmos/bank/v1beta1/spendable_balances/{address}", {})["balances"]
            return {coin["denom"]: int(coin["amount"]) for coin in found}

        return self._nodes.present(balances)

    def mints(self, address: str) -> tuple[Mint, ...]:
        def mints(url: str) -> tuple[Mint, ...]:
            answer = self._get(url, "/akash/bme/v1/ledger", {"filters.source": address})
            return tuple(_mint(record) for record in answer["records"])

        return self._nodes.present(mints)

    def _get(self, url: str, path: str, query: Mapping[str, str]) -> Any:
        return body_of(self._http.get(f"{url}{path}", query))

    def _must_be_indexed(self, url: str, after: int, until: int) -> None:
        """A node's index of transactions may be some blocks behind its state. It goes block by block, so it
        has all of them once it knows the last transaction of the last block that has any."""
        for height in range(until, max(after, until - MAX_INDEX_LAG), -1):
            block = self._get(url, f"/cosmos/base/tendermint/v1beta1/blocks/{height}", {})["block"]
            if transactions := block["data"]["txs"]:
                last = hashlib.sha256(base64.b64decode(transactions[-1])).hexdigest().upper()
                answer = self._http.get(f"{url}/cosmos/tx/v1beta1/txs/{last}", {})
                if not is_found(answer):
                    raise NodeUnreachable("the index of transactions lags")
                body_of(answer)
                return

    def _search(self, url: str, query: str) -> Iterator[Mapping[str, Any]]:
        for page in range(1, MAX_PAGES + 1):
            asked = {"query": query, "order_by": "ORDER_BY_ASC", "page": str(page), "limit": str(PAGE)}
            found = self._get(url, "/cosmos/tx/v1beta1/txs", asked)["tx_responses"]
            yield from found
            if len(found) < PAGE:
                return
        raise NodeUnreachable("too many transactions to go through")

    def _pages(self, url: str, path: str, name: str) -> Iterator[Mapping[str, Any]]:
        key = ""
        for _ in range(MAX_PAGES):
            query = {"pagination.limit": str(PAGE), **({"pagination.key": key} if key else {})}
            answer = self._get(url, path, query)
            yield from answer[name]
            key = (answer["pagination"] or {}).get("next_key") or ""
            if not key:
                return
        raise NodeUnreachable("too many pages")


def _net(response: Mapping[str, Any], granter: str) -> int:
    """Refunds less deposits of one transaction: what it moved to the granter less what it took from it."""
    if response["code"]:
        return 0
    net = 0
    for event in response["events"]:
        if event["type"] == "transfer":
            moved = {one["key"]: one["value"] for one in event["attributes"]}
            amount = sum(int(found) for found in _COIN.findall(moved["amount"]))
            net += amount * ((moved["recipient"] == granter) - (moved["sender"] == granter))
    return net


def _uakt_of(allowance: Mapping[str, Any]) -> int:
    """What a basic allowance still allows. One without a limit allows everything, as many as a number can."""
    if "spend_limit" not in allowance:
        return 0
    limits = allowance["spend_limit"]
    return sum(int(coin["amount"]) for coin in limits if coin["denom"] == FEE_DENOM) if limits else 2**63


def _mint(record: Mapping[str, Any]) -> Mint:
    """The record of a state stands under that state's name; what is not minted yet counts as nothing. uakt
    that became uact is kept by the vault as a credit for minting it anew: it stands as that, not as
    burned."""
    status = str(record["status"]).removeprefix("ledger_record_status_")
    found = record.get(f"{status}_record") or {}
    given = found.get("coins_to_burn") or {}
    return Mint(
        height=int(record["id"]["height"]),
        status=status,
        burnt=int(given.get("amount", 0)) + _coin(found, "burned") + _coin(found, "remint_credit_accrued"),
        minted=_coin(found, "minted"),
    )


def _coin(record: Mapping[str, Any], name: str) -> int:
    priced = record.get(name) or {}
    return int((priced.get("coin") or {}).get("amount", 0))
