"""abci_query: the gRPC queries of akash-chain.md §1.3 by their names, answered by what answers REST."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.message import DecodeError

from sandbox.chain import jsonpb_reading, validator
from sandbox.chain.rest.gateway import Gateway
from sandbox.chain.rest.status import FAILED_PRECONDITION, INVALID_ARGUMENT, NOT_FOUND
from sandbox.chain.rpc.query_messages import message_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.chain.app import Chain

SIMULATE: Final = "/cosmos.tx.v1beta1.Service/Simulate"
PATHS: Final[Mapping[str, str]] = {
    "/akash.audit.v1.Query/AllProvidersAttributes": "/akash/audit/v1/audit/attributes/list",
    "/akash.audit.v1.Query/AuditorAttributes": "/akash/provider/v1/auditor/{auditor}/list",
    "/akash.audit.v1.Query/ProviderAttributes": "/akash/audit/v1/audit/attributes/{owner}/list",
    "/akash.audit.v1.Query/ProviderAuditorAttributes": "/akash/audit/v1/audit/attributes/{auditor}/{owner}",
    "/akash.bme.v1.Query/Params": "/akash/bme/v1/params",
    "/akash.bme.v1.Query/Status": "/akash/bme/v1/status",
    "/akash.bme.v1.Query/VaultState": "/akash/bme/v1/vault",
    "/akash.cert.v1.Query/Certificates": "/akash/cert/v1/certificates/list",
    "/akash.deployment.v1beta4.Query/Deployment": "/akash/deployment/v1beta4/deployments/info",
    "/akash.deployment.v1beta4.Query/Deployments": "/akash/deployment/v1beta4/deployments/list",
    "/akash.deployment.v1beta4.Query/Group": "/akash/deployment/v1beta4/groups/info",
    "/akash.deployment.v1beta4.Query/Params": "/akash/deployment/v1beta4/params",
    "/akash.escrow.v1.Query/Accounts": "/akash/escrow/v1/types/accounts",
    "/akash.escrow.v1.Query/Payments": "/akash/escrow/v1/types/payments",
    "/akash.market.v1beta5.Query/Bid": "/akash/market/v1beta5/bids/info",
    "/akash.market.v1beta5.Query/Bids": "/akash/market/v1beta5/bids/list",
    "/akash.market.v1beta5.Query/Lease": "/akash/market/v1beta5/leases/info",
    "/akash.market.v1beta5.Query/Leases": "/akash/market/v1beta5/leases/list",
    "/akash.market.v1beta5.Query/Order": "/akash/market/v1beta5/orders/info",
    "/akash.market.v1beta5.Query/Orders": "/akash/market/v1beta5/orders/list",
    "/akash.market.v1beta5.Query/Params": "/akash/market/v1beta5/params",
    "/akash.provider.v1beta4.Query/Provider": "/akash/provider/v1beta4/providers/{owner}",
    "/akash.provider.v1beta4.Query/Providers": "/akash/provider/v1beta4/providers",
    "/cosmos.auth.v1beta1.Query/Account": "/cosmos/auth/v1beta1/accounts/{address}",
    "/cosmos.auth.v1beta1.Query/AccountInfo": "/cosmos/auth/v1beta1/account_info/{address}",
    "/cosmos.auth.v1beta1.Query/Params": "/cosmos/auth/v1beta1/params",
    "/cosmos.authz.v1beta1.Query/GranteeGrants": "/cosmos/authz/v1beta1/grants/grantee/{grantee}",
    "/cosmos.authz.v1beta1.Query/GranterGrants": "/cosmos/authz/v1beta1/grants/granter/{granter}",
    "/cosmos.authz.v1beta1.Query/Grants": "/cosmos/authz/v1beta1/grants",
    "/cosmos.bank.v1beta1.Query/AllBalances": "/cosmos/bank/v1beta1/balances/{address}",
    "/cosmos.bank.v1beta1.Query/Balance": "/cosmos/bank/v1beta1/balances/{address}/by_denom",
    "/cosmos.bank.v1beta1.Query/SpendableBalanceByDenom": (
        "/cosmos/bank/v1beta1/spendable_balances/{address}/by_denom"
    ),
    "/cosmos.bank.v1beta1.Query/SpendableBalances": "/cosmos/bank/v1beta1/spendable_balances/{address}",
    "/cosmos.bank.v1beta1.Query/SupplyOf": "/cosmos/bank/v1beta1/supply/by_denom",
    "/cosmos.bank.v1beta1.Query/TotalSupply": "/cosmos/bank/v1beta1/supply",
    "/cosmos.base.tendermint.v1beta1.Service/GetBlockByHeight": (
        "/cosmos/base/tendermint/v1beta1/blocks/{height}"
    ),
    "/cosmos.base.tendermint.v1beta1.Service/GetLatestBlock": "/cosmos/base/tendermint/v1beta1/blocks/latest",
    "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo": "/cosmos/base/tendermint/v1beta1/node_info",
    "/cosmos.base.tendermint.v1beta1.Service/GetSyncing": "/cosmos/base/tendermint/v1beta1/syncing",
    "/cosmos.feegrant.v1beta1.Query/Allowance": "/cosmos/feegrant/v1beta1/allowance/{granter}/{grantee}",
    "/cosmos.feegrant.v1beta1.Query/Allowances": "/cosmos/feegrant/v1beta1/allowances/{grantee}",
    "/cosmos.feegrant.v1beta1.Query/AllowancesByGranter": "/cosmos/feegrant/v1beta1/issued/{granter}",
    "/cosmos.tx.v1beta1.Service/GetTx": "/cosmos/tx/v1beta1/txs/{hash}",
    SIMULATE: "/cosmos/tx/v1beta1/simulate",
}
"""REST's path of each method; its request's fields fill the variables and the query string."""
_NAMED_OTHERWISE: Final = {
    "AllProvidersAttributes": ("QueryAllProvidersAttributesRequest", "QueryProvidersResponse"),
    "AuditorAttributes": ("QueryAuditorAttributesRequest", "QueryProvidersResponse"),
    "ProviderAttributes": ("QueryProviderAttributesRequest", "QueryProvidersResponse"),
    "ProviderAuditorAttributes": ("QueryProviderAuditorRequest", "QueryProvidersResponse"),
}
# What baseapp makes of a gRPC code: codespace sdk, a code, and words behind the text.
_UNKNOWN_REQUEST: Final = (6, "unknown request")
_REFUSED: Final[Mapping[int, tuple[int, str]]] = {
    NOT_FOUND: (22, "key not found"),
    INVALID_ARGUMENT: (18, "invalid request"),
    FAILED_PRECONDITION: (18, "invalid request"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Code 0 comes with a value, any other with codespace and log."""

    value: bytes = b""
    code: int = 0
    codespace: str = ""
    log: str = ""


def answer(chain: Chain, path: str, data: bytes, height: int = 0) -> Answer:
    """Never raises: a refusal is an answer. Height 0 is the latest."""
    if path == "/app/version":
        return Answer(validator.NODE_VERSION.encode())
    if path not in PATHS:
        return _refused("unknown query path", _UNKNOWN_REQUEST)
    request, response = _classes(path)
    try:
        asked = request.FromString(data)
    except DecodeError as error:
        return _refused(str(error), _REFUSED[INVALID_ARGUMENT])
    found = _ask(Gateway(chain), path, asked, str(height) if height else "")
    if found.status != 200:
        return _refused(found.body["message"], _REFUSED.get(found.body["code"], _UNKNOWN_REQUEST))
    message = jsonpb_reading.read(found.body, response())
    return Answer(message.SerializeToString(deterministic=True))


def _ask(gateway: Gateway, path: str, asked: Any, height: str) -> Any:
    if path == SIMULATE:
        raw = asked.tx_bytes or asked.tx.SerializeToString(deterministic=True)
        body = json.dumps({"tx_bytes": b64encode(raw).decode()}).encode()
        return gateway.answer("POST", PATHS[path], {}, body)
    params = dict(_flat(asked))
    target = re.sub(r"{(\w+)}", lambda match: params.pop(match[1], ""), PATHS[path])
    return gateway.answer("GET", target, params, height=height)


def _flat(message: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """`filters.owner` and the like, of every field that is set."""
    for field, value in message.ListFields():
        if field.message_type:
            yield from _flat(value, f"{prefix}{field.name}.")
        elif isinstance(value, bytes):
            yield f"{prefix}{field.name}", b64encode(value).decode()
        else:
            yield f"{prefix}{field.name}", str(value).lower() if isinstance(value, bool) else str(value)


def _classes(path: str) -> tuple[type[Any], type[Any]]:
    service, _, method = path[1:].rpartition("/")
    package, _, kind = service.rpartition(".")
    start = "Query" if kind == "Query" else ""
    names = _NAMED_OTHERWISE.get(method, (f"{start}{method}Request", f"{start}{method}Response"))
    return message_class(f"{package}.{names[0]}"), message_class(f"{package}.{names[1]}")


def _refused(text: str, refusal: tuple[int, str]) -> Answer:
    code, words = refusal
    return Answer(code=code, codespace="sdk", log=f"{text}: {words}")
