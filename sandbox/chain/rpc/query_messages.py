"""Requests and responses of Akash's gRPC queries (akash-chain.md appendix A).

The signing layer compiles only what it signs and reads; these few are described here and made when asked for.
A field is `name number type`, with `*` before the type of a repeated one.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from cosmos.auth.v1beta1 import query_pb2 as _auth
from cosmos.authz.v1beta1 import query_pb2 as _authz
from cosmos.bank.v1beta1 import query_pb2 as _bank
from cosmos.base.query.v1beta1 import pagination_pb2 as _pagination
from cosmos.base.tendermint.v1beta1 import query_pb2 as _tendermint
from cosmos.feegrant.v1beta1 import query_pb2 as _feegrant
from cosmos.tx.v1beta1 import service_pb2 as _tx
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from sandbox.chain import pb

_COMPILED: Final = (_auth, _authz, _bank, _feegrant, _tendermint, _tx)
_PAGE: Final = "cosmos.base.query.v1beta1.PageRequest"
_PAGED: Final = "cosmos.base.query.v1beta1.PageResponse"
_ACCOUNT: Final = "akash.escrow.types.v1.Account"
_PAYMENT: Final = "akash.escrow.types.v1.Payment"
_OF_ORDER: Final = "owner 1 string, dseq 2 uint64, gseq 3 uint32, oseq 4 uint32"
_OF_BID: Final = f"{_OF_ORDER}, provider 5 string, state 6 string, bseq 7 uint32"

_SCHEMAS: Final[dict[str, dict[str, str]]] = {
    "akash.audit.v1": {
        "QueryAllProvidersAttributesRequest": f"pagination 1 {_PAGE}",
        "QueryProviderAttributesRequest": f"owner 1 string, pagination 2 {_PAGE}",
        "QueryProviderAuditorRequest": "auditor 1 string, owner 2 string",
        "QueryAuditorAttributesRequest": f"auditor 1 string, pagination 2 {_PAGE}",
        "QueryProvidersResponse": f"providers 1 *akash.audit.v1.AuditedProvider, pagination 2 {_PAGED}",
    },
    "akash.bme.v1": {
        "QueryParamsRequest": "",
        "QueryParamsResponse": "params 1 akash.bme.v1.Params",
        "QueryVaultStateRequest": "",
        "QueryVaultStateResponse": "vault_state 1 akash.bme.v1.State",
        "QueryStatusRequest": "",
        "QueryStatusResponse": "status 1 akash.bme.v1.MintStatus, collateral_ratio 2 string, "
        "warn_threshold 3 string, halt_threshold 4 string, mints_allowed 5 bool, refunds_allowed 6 bool",
    },
    "akash.cert.v1": {
        "CertificateFilter": "owner 1 string, serial 2 string, state 3 string",
        "CertificateResponse": "certificate 1 akash.cert.v1.Certificate, serial 2 string",
        "QueryCertificatesRequest": f"filter 1 akash.cert.v1.CertificateFilter, pagination 2 {_PAGE}",
        "QueryCertificatesResponse": f"certificates 1 *akash.cert.v1.CertificateResponse, "
        f"pagination 2 {_PAGED}",
    },
    "akash.deployment.v1beta4": {
        "DeploymentFilters": "owner 1 string, dseq 2 uint64, state 3 string",
        "QueryDeploymentsRequest": f"filters 1 akash.deployment.v1beta4.DeploymentFilters, "
        f"pagination 2 {_PAGE}",
        "QueryDeploymentsResponse": "deployments 1 *akash.deployment.v1beta4.QueryDeploymentResponse, "
        f"pagination 2 {_PAGED}",
        "QueryDeploymentRequest": "id 1 akash.deployment.v1.DeploymentID",
        "QueryDeploymentResponse": "deployment 1 akash.deployment.v1.Deployment, "
        f"groups 2 *akash.deployment.v1beta4.Group, escrow_account 3 {_ACCOUNT}",
        "QueryGroupRequest": "id 1 akash.deployment.v1.GroupID",
        "QueryGroupResponse": "group 1 akash.deployment.v1beta4.Group",
        "QueryParamsRequest": "",
        "QueryParamsResponse": "params 1 akash.deployment.v1beta4.Params",
    },
    "akash.escrow.v1": {
        "QueryAccountsRequest": f"state 1 string, xid 2 string, pagination 5 {_PAGE}",
        "QueryAccountsResponse": f"accounts 1 *{_ACCOUNT}, pagination 2 {_PAGED}",
        "QueryPaymentsRequest": f"state 1 string, xid 2 string, pagination 6 {_PAGE}",
        "QueryPaymentsResponse": f"payments 1 *{_PAYMENT}, pagination 2 {_PAGED}",
    },
    "akash.market.v1": {"LeaseFilters": _OF_BID},
    "akash.market.v1beta5": {
        "BidFilters": _OF_BID,
        "OrderFilters": f"{_OF_ORDER}, state 5 string",
        "QueryOrdersRequest": f"filters 1 akash.market.v1beta5.OrderFilters, pagination 2 {_PAGE}",
        "QueryOrdersResponse": f"orders 1 *akash.market.v1beta5.Order, pagination 2 {_PAGED}",
        "QueryOrderRequest": "id 1 akash.market.v1.OrderID",
        "QueryOrderResponse": "order 1 akash.market.v1beta5.Order",
        "QueryBidsRequest": f"filters 1 akash.market.v1beta5.BidFilters, pagination 2 {_PAGE}",
        "QueryBidsResponse": f"bids 1 *akash.market.v1beta5.QueryBidResponse, pagination 2 {_PAGED}",
        "QueryBidRequest": "id 1 akash.market.v1.BidID",
        "QueryBidResponse": f"bid 1 akash.market.v1beta5.Bid, escrow_account 2 {_ACCOUNT}",
        "QueryLeasesRequest": f"filters 1 akash.market.v1.LeaseFilters, pagination 2 {_PAGE}",
        "QueryLeasesResponse": f"leases 1 *akash.market.v1beta5.QueryLeaseResponse, pagination 2 {_PAGED}",
        "QueryLeaseRequest": "id 1 akash.market.v1.LeaseID",
        "QueryLeaseResponse": f"lease 1 akash.market.v1.Lease, escrow_payment 2 {_PAYMENT}",
        "QueryParamsRequest": "",
        "QueryParamsResponse": "params 1 akash.market.v1beta5.Params",
    },
    "akash.provider.v1beta4": {
        "QueryProvidersRequest": f"pagination 1 {_PAGE}",
        "QueryProvidersResponse": f"providers 1 *akash.provider.v1beta4.Provider, pagination 2 {_PAGED}",
        "QueryProviderRequest": "owner 1 string",
        "QueryProviderResponse": "provider 1 akash.provider.v1beta4.Provider",
    },
}
_Field: Final = descriptor_pb2.FieldDescriptorProto
_SCALARS: Final = {
    "bool": _Field.TYPE_BOOL,
    "string": _Field.TYPE_STRING,
    "uint32": _Field.TYPE_UINT32,
    "uint64": _Field.TYPE_UINT64,
}
_ENUMS: Final = {"akash.bme.v1.MintStatus"}


def message_class(name: str) -> type[Any]:
    """The class of a request or response, by its full name."""
    package, _, short = name.rpartition(".")
    for module in _COMPILED:
        if module.DESCRIPTOR.package == package:
            compiled: type[Any] = getattr(module, short)
            return compiled
    described: type[Any] = message_factory.GetMessageClass(_pool().FindMessageTypeByName(name))
    return described


@cache
def _pool() -> Any:
    """The pool that everything else is in, with our descriptions added."""
    pool: Any = descriptor_pool.Default()  # type: ignore[no-untyped-call]
    for package, messages in _SCHEMAS.items():
        file = descriptor_pb2.FileDescriptorProto(
            name=f"sandbox/{package}.query", package=package, syntax="proto3", dependency=_known_files()
        )
        if package == "akash.market.v1beta5":
            file.dependency.append("sandbox/akash.market.v1.query")
        for name, fields in messages.items():
            _describe(file.message_type.add(name=name), fields)
        pool.AddSerializedFile(file.SerializeToString())
    return pool


def _known_files() -> list[str]:
    modules = [*(getattr(pb, name) for name in pb.__all__), _pagination]
    return sorted({module.DESCRIPTOR.name for module in modules})


def _describe(message: Any, fields: str) -> None:
    for text in fields.split(", ") if fields else ():
        name, number, kind = text.split()
        label = _Field.LABEL_REPEATED if kind.startswith("*") else _Field.LABEL_OPTIONAL
        kind = kind.removeprefix("*")
        field = message.field.add(name=name, number=int(number), label=label)
        if kind in _SCALARS:
            field.type = _SCALARS[kind]
        else:
            field.type = _Field.TYPE_ENUM if kind in _ENUMS else _Field.TYPE_MESSAGE
            field.type_name = f".{kind}"
