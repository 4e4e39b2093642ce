"""A node's REST API on 127.0.0.1 over the fake chain: shapes, pages and refusals of recordings/chain."""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from slipway.domain.coins import DecCoin
    from slipway.domain.deployment import Bid, Deployment, Escrow, Lease
    from slipway.domain.ids import LeaseId

    from tests.fakes.chain import FakeChain

Json = dict[str, Any]
Answer = tuple[int, Json]

DEPLOYMENT_NOT_FOUND = (404, {"code": 5, "message": "codespace deployment code 4: Deployment not found"})
NOT_IMPLEMENTED = (501, {"code": 12, "message": "Not Implemented"})
PROVIDER_NOT_FOUND = (404, {"code": 5, "message": "codespace provider code 3: invalid provider"})
DEFAULT_LIMIT = 100


class RestNode:
    """`providers` are host URIs and `certificates` PEMs by address; `audits` are provider, auditor, key and
    value; `largest` bounds every page."""

    def __init__(self, chain: FakeChain, *, largest: int = 5000) -> None:
        self.chain, self.largest = chain, largest
        self.providers: dict[str, str] = {}
        self.certificates: dict[str, list[bytes]] = {}
        self.audits: list[tuple[str, str, str, str]] = []
        self.paths: list[str] = []

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        self.paths.append(path)
        if path.startswith("/akash/provider/v1beta4/providers/"):
            return self._provider(path.rpartition("/")[2])
        if path.startswith(("/akash/audit/v1/audit/attributes/", "/akash/provider/v1/auditor/")):
            return self._audited(path.split("/")[-2])
        if path.startswith("/cosmos/authz/v1beta1/grants/grantee/"):
            return self._granted(path.rpartition("/")[2], query)
        found: dict[str, Callable[[Mapping[str, str]], Answer]] = {
            "/akash/deployment/v1beta4/deployments/info": self._info,
            "/akash/deployment/v1beta4/deployments/list": self._deployments,
            "/akash/market/v1beta5/leases/list": self._leases,
            "/akash/market/v1beta5/bids/list": self._bids,
            "/akash/deployment/v1beta4/params": self._params,
            "/cosmos/authz/v1beta1/grants": self._grants,
            "/akash/cert/v1/certificates/list": self._certificates,
            "/akash/provider/v1beta4/providers": self._registered,
            "/cosmos/base/tendermint/v1beta1/blocks/latest": self._latest,
        }
        return found[path](query) if path in found else NOT_IMPLEMENTED

    def _info(self, query: Mapping[str, str]) -> Answer:
        row = self.chain.found.get((query["id.owner"], int(query["id.dseq"])))  # type: ignore[arg-type]
        return DEPLOYMENT_NOT_FOUND if row is None else (200, deployment(row))

    def _deployments(self, query: Mapping[str, str]) -> Answer:
        rows = {f"{r.state}/{r.owner}/{r.dseq:020}": deployment(r) for r in self.chain.found.values()}
        prefix = f"{query.get('filters.state', '')}/{query.get('filters.owner', '')}/"
        return self._page("deployments", rows, prefix, query)

    def _leases(self, query: Mapping[str, str]) -> Answer:
        rows = {_key(x.state, x.id): lease(x) for x in self.chain.all_leases.values()}
        return self._market("leases", rows, query)

    def _bids(self, query: Mapping[str, str]) -> Answer:
        rows = {_key(x.state, x.id): bid(x) for x in self.chain.all_bids.values()}
        return self._market("bids", rows, query)

    def _market(self, name: str, rows: Mapping[str, Json], query: Mapping[str, str]) -> Answer:
        """Without a state the store is walked state by state: keys begin with it."""
        if query.get("filters.state", "active") not in {"active", "reclaiming", "closed", "open", "lost"}:
            return 400, {"code": 3, "message": "invalid state value"}
        wanted = {key: row for key, row in rows.items() if _matches(row, query)}
        return self._page(name, wanted, "", query)

    def _page(self, name: str, rows: Mapping[str, Json], prefix: str, query: Mapping[str, str]) -> Answer:
        """With a key every filter is forgotten: it says which rows come, whosever they are."""
        if key := query.get("pagination.key"):
            try:
                start = base64.b64decode(key, validate=True).decode()
            except ValueError:
                return 400, {"code": 3, "message": "illegal base64 data at input byte 0"}
            prefix = start.rpartition("/")[0] + "/" if name == "deployments" else ""
        else:
            start = ""
        names = sorted(name for name in rows if name.startswith(prefix) and name >= start)
        limit = min(int(query.get("pagination.limit") or DEFAULT_LIMIT), self.largest)
        after = names[limit : limit + 1]
        next_key = base64.b64encode(after[0].encode()).decode() if after else None
        items = [rows[each] for each in names[:limit]]
        return 200, {name: items, "pagination": {"next_key": next_key, "total": str(len(items))}}

    def _params(self, _: Mapping[str, str]) -> Answer:
        amounts = [{"denom": denom, "amount": "500000"} for denom in ("uakt", "uact")]
        return 200, {"params": {"min_deposits": amounts}}

    def _grants(self, query: Mapping[str, str]) -> Answer:
        amount = self.chain.grants.get((query["granter"], query["grantee"]))  # type: ignore[arg-type]
        grants = [] if amount is None else _grant(amount)
        return 200, {"grants": grants, "pagination": {"next_key": None, "total": str(len(grants))}}

    def _granted(self, grantee: str, query: Mapping[str, str]) -> Answer:
        rows = {
            f"{granter}/{number}": {"granter": granter, "grantee": whose, **grant}
            for (granter, whose), amount in self.chain.grants.items()
            if whose == grantee
            for number, grant in enumerate(_grant(amount))
        }
        return self._page("grants", rows, "", query)

    def _latest(self, _: Mapping[str, str]) -> Answer:
        return 200, {"block_id": {}, "block": {"header": {"height": str(self.chain.height)}}}

    def _registered(self, query: Mapping[str, str]) -> Answer:
        rows = {address: self._provider(address)[1]["provider"] for address in self.providers}
        return self._page("providers", rows, "", query)

    def _audited(self, whose: str) -> Answer:
        """By an auditor, or of a provider."""
        found = [
            {"owner": owner, "auditor": auditor, "attributes": [{"key": key, "value": value}]}
            for owner, auditor, key, value in self.audits
            if whose in (owner, auditor)
        ]
        return 200, {"providers": found, "pagination": None}

    def _provider(self, address: str) -> Answer:
        if address not in self.providers:
            return PROVIDER_NOT_FOUND
        attributes = [{"key": "region", "value": "us-west"}]
        found = {"owner": address, "host_uri": self.providers[address], "attributes": attributes}
        return 200, {"provider": {**found, "info": {"email": "", "website": ""}}}

    def _certificates(self, query: Mapping[str, str]) -> Answer:
        pems = self.certificates.get(query["filter.owner"], []) if query["filter.state"] == "valid" else []
        rows = {
            f"{number:03}": {
                "certificate": {"state": "valid", "cert": base64.b64encode(pem).decode(), "pubkey": ""},
                "serial": str(number),
            }
            for number, pem in enumerate(pems)
        }
        return self._page("certificates", rows, "", query)


def _key(state: str, name: LeaseId) -> str:
    return f"{state}/{name.owner}/{name.dseq:020}/{name.gseq:05}/{name.oseq:05}/{name.provider}"


def _matches(row: Json, query: Mapping[str, str]) -> bool:
    own = row.get("lease") or row["bid"]
    asked = {name.removeprefix("filters."): value for name, value in query.items() if "filters." in name}
    if "pagination.key" in query:
        return True
    return all(str({**own["id"], "state": own["state"]}[name]) == value for name, value in asked.items())


def _grant(amount: int) -> list[Json]:
    """What one granter gave: credit, and something that is none."""
    credit = {
        "@type": "/akash.escrow.v1.DepositAuthorization",
        "spend_limit": {"denom": "uakt", "amount": "0"},
        "scopes": ["deployment"],
        "spend_limits": [{"denom": "uact", "amount": str(amount)}] if amount else [],
    }
    other = {"@type": "/cosmos.authz.v1beta1.GenericAuthorization", "msg": "/x"}
    return [{"authorization": other}, {"authorization": credit}]


def deployment(found: Deployment) -> Json:
    named = {"owner": found.owner, "dseq": str(found.dseq)}
    return {
        "deployment": {
            "id": named,
            "state": found.state,
            "hash": found.hash,
            "created_at": str(found.created_at),
            "reclamation": found.reclamation,
        },
        "groups": [
            {
                "id": {**named, "gseq": group.gseq},
                "state": group.state,
                "group_spec": group.spec,
                "created_at": str(found.created_at),
            }
            for group in found.groups
        ],
        "escrow_account": escrow(found.escrow),
    }


def escrow(found: Escrow) -> Json:
    deposits = [
        {
            "owner": entry.owner,
            "height": str(entry.height),
            "source": entry.source,
            "balance": coin(entry.balance),
        }
        for entry in found.deposits
    ]
    state = {
        "owner": found.owner,
        "state": found.state,
        "transferred": coins(found.transferred),
        "settled_at": str(found.settled_at),
        "funds": coins(found.funds),
        "deposits": deposits,
    }
    return {"id": {"scope": found.scope, "xid": found.xid}, "state": state}


def lease(found: Lease) -> Json:
    own = {
        "id": lease_id(found.id),
        "state": found.state,
        "price": coin(found.price),
        "created_at": str(found.created_at),
        "closed_on": str(found.closed_on),
        "reason": found.reason,
        "reclamation": found.reclamation,
    }
    return {"lease": own, "escrow_payment": {}}


def bid(found: Bid) -> Json:
    own = {
        "id": lease_id(found.id),
        "state": found.state,
        "price": coin(found.price),
        "created_at": str(found.created_at),
        "resources_offer": list(found.resources_offer),
        "reclamation_window": found.reclamation_window,
    }
    return {"bid": own, "escrow_account": escrow(found.escrow)}


def lease_id(found: LeaseId) -> Json:
    return {
        "owner": found.owner,
        "dseq": str(found.dseq),
        "gseq": found.gseq,
        "oseq": found.oseq,
        "provider": found.provider,
        "bseq": found.bseq,
    }


def coins(found: Sequence[DecCoin]) -> list[Json]:
    return [coin(each) for each in found]


def coin(found: DecCoin) -> Json:
    return {"denom": found.denom, "amount": found.amount}


@contextmanager
def serving(node: RestNode) -> Iterator[str]:
    """The node's base address while it runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            target = urlsplit(self.path)
            status, body = node.answer(target.path, dict(parse_qsl(target.query)))
            sent = json.dumps({"details": [], **body} if status != 200 else body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            """Nothing: the tests' output is theirs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
