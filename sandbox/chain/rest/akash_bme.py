"""Queries of x/bme, and of the versions that a node serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import jsonpb, pb
from sandbox.chain.modules import bme
from sandbox.chain.numbers import ONE, dec_text
from sandbox.chain.rest.router import Route, page_json, take
from sandbox.chain.rest.status import INVALID_ARGUMENT, RestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.context import Context
    from sandbox.chain.rest.router import Json, Query

_BASE: Final = "/akash/bme/v1"
_MODULES: Final = {
    "audit": "v1",
    "bme": "v1",
    "cert": "v1",
    "deployment": "v1beta4",
    "escrow": "v1",
    "market": "v1beta5",
    "oracle": "v2",
    "provider": "v1beta4",
    "take": "v1",
    "wasm": "v1",
}
_LEDGER: Final = (
    ("pending", bme.PENDING),
    ("executed", bme.EXECUTED),
    ("canceled", bme.CANCELED),
)


def _params(ctx: Context, _: Query) -> Json:
    return {"params": jsonpb.render(bme.params(ctx))}


def _vault(ctx: Context, _: Query) -> Json:
    return {"vault_state": jsonpb.render(bme.vault(ctx))}


def _status(ctx: Context, _: Query) -> Json:
    """Raises oracle.v2/4 without a price."""
    ratio, params, status = bme.collateral_ratio(ctx), bme.params(ctx), bme.status(ctx)
    return {
        "status": pb.bme.MintStatus.Name(status),
        "collateral_ratio": dec_text(ratio),
        "warn_threshold": dec_text(params.circuit_breaker_warn_threshold * ONE // bme.BASIS),
        "halt_threshold": dec_text(params.circuit_breaker_halt_threshold * ONE // bme.BASIS),
        "mints_allowed": status <= pb.bme.mint_status_warning,
        "refunds_allowed": status <= pb.bme.mint_status_halt_cr,
    }


def _ledger(ctx: Context, query: Query) -> Json:
    found, following = take(_entries(ctx, query), query.page())
    return {"records": found, "pagination": page_json(following, len(found))}


def _entries(ctx: Context, query: Query) -> Iterator[tuple[bytes, Json]]:
    status = query.text("filters.status").removeprefix("ledger_record_status_")
    if status and status not in dict(_LEDGER):
        raise RestError(INVALID_ARGUMENT, "invalid status value")
    for name, table in _LEDGER:
        if status in ("", name):
            for key, found, row in bme.records(ctx, table):
                if _accepts(query, found):
                    yield key, _entry(name, found, row)


def _accepts(query: Query, found: Any) -> bool:
    names = ("source", "denom", "to_denom")
    return all(query.text(f"filters.{name}") in ("", getattr(found, name)) for name in names)


def _entry(name: str, found: Any, row: Any) -> Json:
    return {
        "id": jsonpb.render(found),
        "status": f"ledger_record_status_{name}",
        f"{name}_record": jsonpb.render(row),
    }


def _discovery(ctx: Context, _: Query) -> Json:
    modules = [{"module": name, "version": version} for name, version in _MODULES.items()]
    served = [
        {"api_version": version, "modules": modules, "features": []} for version in ("v1beta4", "v1beta3")
    ]
    info = {
        "client_info": {"api_version": "v1beta3"},
        "supported_versions": served,
        "chain_id": ctx.genesis.chain_id,
        "node_version": "",
        "min_client_version": "",
    }
    return {"info": info}


ROUTES: Final = (
    Route(f"{_BASE}/params", _params),
    Route(f"{_BASE}/vault", _vault),
    Route(f"{_BASE}/status", _status),
    Route(f"{_BASE}/ledger", _ledger),
    Route("/akash/discovery/v1/info", _discovery),
)
