"""CometBFT's RPC methods over one chain (CometBFT 0.38, akash-chain.md §6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import search, validator
from sandbox.chain.rest.gateway import Gateway
from sandbox.chain.rest.status import RestError
from sandbox.chain.rpc import abci_query, shapes
from sandbox.chain.rpc.arguments import Kind
from sandbox.chain.transaction import hash_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.chain.app import Chain
    from sandbox.chain.blocks import Block
    from sandbox.chain.rpc.arguments import Arguments, Signature

Json = Any
DEFAULT_PER_PAGE: Final = 30
_IN_CACHE: Final = ("sdk", 19)
_IS_FULL: Final = ("sdk", 20)


class RpcFailedError(Exception):
    """What CometBFT answers as an internal error, with its words."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method and its arguments in order."""

    function: Callable[..., Json]
    signature: Signature

    def run(self, chain: Chain, arguments: Arguments) -> Json:
        """Raises RpcFailedError."""
        return self.function(chain, **arguments)


def akash(chain: Chain) -> Json:
    """What Akash's own client asks a node first: the generations of its API."""
    return Gateway(chain).answer("GET", "/akash/discovery/v1/info", {}).body["info"]


def health(_: Chain) -> Json:
    return {}


def status(chain: Chain) -> Json:
    first = chain.history.block(chain.history.first_height) or chain.tip
    return {
        "node_info": _node_info(chain),
        "sync_info": {
            "latest_block_hash": shapes.hexed(chain.tip.hash),
            "latest_app_hash": shapes.hexed(chain.tip.app_hash),
            "latest_block_height": str(chain.tip.height),
            "latest_block_time": shapes.moment(chain.tip.time),
            "earliest_block_hash": shapes.hexed(first.hash),
            "earliest_app_hash": shapes.hexed(first.app_hash),
            "earliest_block_height": str(first.height),
            "earliest_block_time": shapes.moment(first.time),
            "catching_up": False,
        },
        "validator_info": _validator(chain),
    }


def validators(chain: Chain, height: int | None = None, page: int = 1, per_page: int = 30) -> Json:
    found = _block(chain, height)
    listed = [{**_validator(chain), "proposer_priority": "0"}]
    shown = listed[(_page(page, 1) - 1) * per_page :]
    return {
        "block_height": str(found.height),
        "validators": shown,
        "count": str(len(shown)),
        "total": str(len(listed)),
    }


def abci_info(chain: Chain) -> Json:
    return {
        "response": {
            "data": "akash",
            "version": validator.NODE_VERSION,
            "last_block_height": str(chain.tip.height),
            "last_block_app_hash": shapes.based(chain.tip.app_hash),
        }
    }


def block(chain: Chain, height: int | None = None) -> Json:
    return shapes.whole_block(chain, _block(chain, height))


def header(chain: Chain, height: int | None = None) -> Json:
    return {"header": shapes.header(chain, _block(chain, height))}


def commit(chain: Chain, height: int | None = None) -> Json:
    found = _block(chain, height)
    signed = {
        "header": shapes.header(chain, found),
        "commit": shapes.commit(chain, found.height, found.hash, found.time),
    }
    return {"signed_header": signed, "canonical": found.height < chain.tip.height}


def block_results(chain: Chain, height: int | None = None) -> Json:
    found = _block(chain, height)
    records = (chain.history.record(hash_of(raw)) for raw in found.txs)
    results = [shapes.tx_result(record.outcome) for record in records if record]
    return {
        "height": str(found.height),
        "txs_results": results or None,
        "finalize_block_events": [event.render(index=True) for event in chain.history.events(found.height)],
        "validator_updates": [],
        "consensus_param_updates": None,
        "app_hash": shapes.based(found.app_hash),
    }


def tx(chain: Chain, hash: bytes = b"", prove: bool = False) -> Json:  # noqa: A002 (CometBFT's name)
    """`prove` would add a Merkle proof against a header that nobody signed: there is none here."""
    record = chain.history.record(shapes.hexed(hash))
    if record is None:
        raise RpcFailedError(f"tx ({shapes.hexed(hash)}) not found")
    return shapes.found_tx(record)


def tx_search(
    chain: Chain,
    *,
    query: str = "",
    prove: bool = False,
    page: int = 1,
    per_page: int = 0,
    order_by: str = "",
) -> Json:
    if order_by not in ("", "asc", "desc"):
        raise RpcFailedError("expected order_by to be either `asc` or `desc` or empty")
    try:
        found = search.find(chain.history.records(), query)
        if order_by == "desc":
            found.reverse()
        shown = search.page(found, page, per_page if per_page > 0 else DEFAULT_PER_PAGE)
    except RestError as error:
        raise RpcFailedError(error.message) from error
    return {"txs": [shapes.found_tx(record) for record in shown], "total_count": str(len(found))}


def broadcast_tx_sync(chain: Chain, tx: bytes = b"") -> Json:
    """A refusal by CheckTx is an answer; what the mempool itself refuses is an error."""
    outcome = chain.broadcast(tx)
    if (outcome.codespace, outcome.code) == _IN_CACHE:
        raise RpcFailedError("tx already exists in cache")
    if (outcome.codespace, outcome.code) == _IS_FULL:
        raise RpcFailedError(outcome.text)
    return {
        "code": outcome.code,
        "data": "",
        "log": outcome.text,
        "codespace": outcome.codespace,
        "hash": hash_of(tx),
    }


def num_unconfirmed_txs(chain: Chain) -> Json:
    waiting = chain.mempool.waiting()
    size = sum(len(found.raw) for found in waiting)
    count = str(len(waiting))
    return {"n_txs": count, "total": count, "total_bytes": str(size), "txs": None}


def query_state(
    chain: Chain, path: str = "", data: bytes = b"", height: int = 0, prove: bool = False
) -> Json:
    """abci_query: any gRPC query by its name. There are no proofs."""
    answer = abci_query.answer(chain, path, data, height)
    return {
        "response": {
            "code": answer.code,
            "log": answer.log,
            "info": "",
            "index": "0",
            "key": None,
            "value": shapes.based(answer.value),
            "proofOps": None,
            "height": str(height or chain.tip.height),
            "codespace": answer.codespace,
        }
    }


def _node_info(chain: Chain) -> Json:
    chain_id = chain.genesis.chain_id
    return {
        "protocol_version": {"p2p": "8", "block": "11", "app": "0"},
        "id": validator.node_id(chain_id),
        "listen_addr": "",
        "network": chain_id,
        "version": validator.COMET_VERSION,
        "channels": shapes.hexed(validator.CHANNELS),
        "moniker": validator.MONIKER,
        "other": {"tx_index": "on", "rpc_address": ""},
    }


def _validator(chain: Chain) -> Json:
    chain_id = chain.genesis.chain_id
    key = {"type": "tendermint/PubKeyEd25519", "value": shapes.based(validator.public_key(chain_id))}
    power = str(validator.VOTING_POWER)
    return {"address": shapes.hexed(validator.address(chain_id)), "pub_key": key, "voting_power": power}


def _block(chain: Chain, height: int | None) -> Block:
    """The block of a height, the latest without one."""
    if height is None:
        return chain.tip
    if height <= 0:
        raise RpcFailedError(f"height must be greater than 0, but got {height}")
    if height > chain.tip.height:
        raise RpcFailedError(
            f"height {height} must be less than or equal to the current blockchain height {chain.tip.height}"
        )
    found = chain.history.block(height)
    if found is None:
        lowest = chain.history.first_height
        raise RpcFailedError(f"height {height} is not available, lowest height is {lowest}")
    return found


def _page(page: int, pages: int) -> int:
    if not 0 < page <= pages:
        raise RpcFailedError(f"page should be within [1, {pages}] range, given {page}")
    return page


_HEIGHT: Final[Signature] = {"height": Kind.NUMBER}
_PAGE: Final[Signature] = {"page": Kind.NUMBER, "per_page": Kind.NUMBER}

METHODS: Final[Mapping[str, Method]] = {
    "abci_info": Method(abci_info, {}),
    "abci_query": Method(
        query_state,
        {"path": Kind.TEXT, "data": Kind.HEX, "height": Kind.NUMBER, "prove": Kind.FLAG},
    ),
    "akash": Method(akash, {}),
    "block": Method(block, _HEIGHT),
    "block_results": Method(block_results, _HEIGHT),
    "broadcast_tx_async": Method(broadcast_tx_sync, {"tx": Kind.BYTES}),
    "broadcast_tx_sync": Method(broadcast_tx_sync, {"tx": Kind.BYTES}),
    "commit": Method(commit, _HEIGHT),
    "header": Method(header, _HEIGHT),
    "health": Method(health, {}),
    "num_unconfirmed_txs": Method(num_unconfirmed_txs, {}),
    "status": Method(status, {}),
    "tx": Method(tx, {"hash": Kind.BYTES, "prove": Kind.FLAG}),
    "tx_search": Method(tx_search, {"query": Kind.TEXT, "prove": Kind.FLAG, **_PAGE, "order_by": Kind.TEXT}),
    "validators": Method(validators, {**_HEIGHT, **_PAGE}),
}
"""By name."""
