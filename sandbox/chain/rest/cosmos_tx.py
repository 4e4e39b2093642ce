"""x/tx over REST: broadcast, simulate, look up and search."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import jsonpb, search
from sandbox.chain.numbers import seconds_text
from sandbox.chain.rest.router import Json, Query, Route
from sandbox.chain.rest.status import INTERNAL, INVALID_ARGUMENT, NOT_FOUND, UNKNOWN, RestError
from sandbox.chain.transaction import hash_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.chain.app import Chain
    from sandbox.chain.blocks import Record
    from sandbox.chain.context import Context
    from sandbox.chain.execution import Outcome

SYNC: Final = {"BROADCAST_MODE_SYNC", "BROADCAST_MODE_ASYNC", 2, 3}
DEFAULT_LIMIT: Final = 100


def broadcast(chain: Chain, raw: bytes, body: Mapping[str, Any]) -> Json:
    """POST txs: a refusal of CheckTx is an answer, not an error."""
    if body.get("mode") not in SYNC:
        raise RestError(UNKNOWN, "unsupported return type unspecified; supported types: sync, async")
    outcome = chain.broadcast(raw)
    return {"tx_response": {**_empty(hash_of(raw)), **_verdict(outcome)}}


def simulate(chain: Chain, raw: bytes, _: Mapping[str, Any]) -> Json:
    """POST simulate: a refusal is text with the gas used until then."""
    if not raw:
        raise RestError(INVALID_ARGUMENT, "empty txBytes is not allowed")
    outcome = chain.simulate(raw)
    if outcome.code:
        raise RestError(UNKNOWN, _complaint(outcome))
    return {
        "gas_info": {"gas_wanted": str(outcome.gas_wanted), "gas_used": str(outcome.gas_used)},
        "result": {
            "data": b64encode(outcome.data).decode(),
            "log": "",
            "events": [event.render(index=False) for event in outcome.events],
            "msg_responses": [jsonpb.render(found) for found in outcome.responses],
        },
    }


def routes(chain: Chain) -> tuple[Route, ...]:
    """The lookups, which need more of the chain than its state."""

    def one(_: Context, query: Query) -> Json:
        record = chain.history.record(_digest(query.path["hash"]))
        if record is None:
            raise RestError(NOT_FOUND, f"tx not found: {query.path['hash']}")
        return {"tx": _tx(record), "tx_response": _response(record)}

    def several(_: Context, query: Query) -> Json:
        wanted = query.text("query")  # `events` is of older nodes
        if not wanted:
            raise RestError(INTERNAL, "query cannot be empty")
        found = search.find(chain.history.records(), wanted)
        if query.text("order_by") == "ORDER_BY_DESC":
            found.reverse()
        page, limit = max(query.uint("page"), 1), query.uint("limit") or DEFAULT_LIMIT
        shown = search.page(found, page, limit)
        return {
            "txs": [_tx(record) for record in shown],
            "tx_responses": [_response(record) for record in shown],
            "pagination": None,
            "total": str(len(found)),
        }

    return (
        Route("/cosmos/tx/v1beta1/txs/{hash}", one),
        Route("/cosmos/tx/v1beta1/txs", several),
    )


def _digest(text: str) -> str:
    for place, letter in enumerate(text):
        if letter not in "0123456789abcdefABCDEF":
            raise RestError(UNKNOWN, f"encoding/hex: invalid byte: U+{ord(letter):04X} {letter!r}")
        if place == len(text) - 1 and len(text) % 2:
            raise RestError(UNKNOWN, "encoding/hex: odd length hex string")
    return text.upper()


def _complaint(outcome: Outcome) -> str:
    if outcome.is_panic:
        return outcome.text
    place = f" [{outcome.place}]" if outcome.place else ""
    return f"{outcome.text}{place} with gas used: '{outcome.gas_used}'"


def _empty(digest: str) -> dict[str, Json]:
    return {
        "height": "0",
        "txhash": digest,
        "codespace": "",
        "code": 0,
        "data": "",
        "raw_log": "",
        "logs": [],
        "info": "",
        "gas_wanted": "0",
        "gas_used": "0",
        "tx": None,
        "timestamp": "",
        "events": [],
    }


def _verdict(outcome: Outcome) -> dict[str, Json]:
    return {"codespace": outcome.codespace, "code": outcome.code, "raw_log": outcome.text}


def _tx(record: Record) -> Json:
    return jsonpb.render(record.tx.rendered())


def _response(record: Record) -> Json:
    outcome = record.outcome
    return {
        **_empty(record.tx.hash),
        **_verdict(outcome),
        "height": str(record.block.height),
        "data": "" if outcome.code else outcome.data.hex().upper(),
        "gas_wanted": str(outcome.gas_wanted),
        "gas_used": str(outcome.gas_used),
        "tx": {"@type": "/cosmos.tx.v1beta1.Tx", **_tx(record)},
        "timestamp": seconds_text(record.block.time),
        "events": [event.render(index=True) for event in outcome.events],
    }
