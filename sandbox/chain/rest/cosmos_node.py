"""What the node says of itself and of its blocks."""

from __future__ import annotations

import platform
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from sandbox.chain import bech32, validator
from sandbox.chain.blocks import EMPTY_HASH, merkle_root
from sandbox.chain.numbers import dec_text, rfc3339
from sandbox.chain.rest.router import Json, Query, Route
from sandbox.chain.rest.status import INVALID_ARGUMENT, RestError

if TYPE_CHECKING:
    from sandbox.chain.app import Chain
    from sandbox.chain.blocks import Block
    from sandbox.chain.context import Context


def routes(chain: Chain) -> tuple[Route, ...]:
    """Of a chain's own node: the only one, and its only validator."""

    def status(ctx: Context, _: Query) -> Json:
        return {
            "earliest_store_height": "0",
            "height": str(ctx.height),
            "timestamp": rfc3339(ctx.time),
            "app_hash": _text(chain.tip.app_hash),
            "validator_hash": _text(validator.set_hash(chain.genesis.chain_id)),
        }

    def config(ctx: Context, _: Query) -> Json:
        price, denom = ctx.genesis.minimum_gas_price
        return {
            "minimum_gas_price": f"{dec_text(price)}{denom}",
            "pruning_keep_recent": "0",
            "pruning_interval": "0",
            "halt_height": "0",
        }

    def latest(_: Context, __: Query) -> Json:
        return _rendered(chain, chain.tip)

    def one(_: Context, query: Query) -> Json:
        height = _height(query.path["height"])
        if height > chain.tip.height:
            raise RestError(INVALID_ARGUMENT, "requested block height is bigger then the chain length")
        found = chain.history.block(height)
        if found is None:
            lowest = chain.history.first_height
            raise RestError(INVALID_ARGUMENT, f"height {height} is not available, lowest height is {lowest}")
        return _rendered(chain, found)

    def validators(_: Context, query: Query) -> Json:
        height = _height(query.path["height"]) if "height" in query.path else chain.tip.height
        if height > chain.tip.height:
            raise RestError(INVALID_ARGUMENT, "requested block height is bigger then the chain length")
        return _validator_set(chain.genesis.chain_id, height)

    base = "/cosmos/base/tendermint/v1beta1"
    return (
        Route(f"{base}/node_info", lambda ctx, _: _node_info(ctx.genesis.chain_id)),
        Route(f"{base}/syncing", lambda _, __: {"syncing": False}),
        Route(f"{base}/blocks/latest", latest),
        Route(f"{base}/blocks/{{height}}", one),
        Route(f"{base}/validatorsets/latest", validators),
        Route(f"{base}/validatorsets/{{height}}", validators),
        Route("/cosmos/base/node/v1beta1/status", status),
        Route("/cosmos/base/node/v1beta1/config", config),
    )


def _node_info(chain_id: str) -> Json:
    return {
        "default_node_info": {
            "protocol_version": {"p2p": "8", "block": "11", "app": "0"},
            "default_node_id": validator.node_id(chain_id),
            "listen_addr": "",
            "network": chain_id,
            "version": validator.COMET_VERSION,
            "channels": _text(validator.CHANNELS),
            "moniker": validator.MONIKER,
            "other": {"tx_index": "on", "rpc_address": ""},
        },
        "application_version": {
            "name": "akash",
            "app_name": "akash",
            "version": validator.NODE_VERSION,
            "git_commit": "",
            "build_tags": "",
            "go_version": f"python version {platform.python_version()}",
            "build_deps": [],
            "cosmos_sdk_version": validator.SDK_VERSION,
        },
    }


def _validator_set(chain_id: str, height: int) -> Json:
    one = {
        "address": bech32.encode_as(validator.address(chain_id), f"{bech32.PREFIX}valcons"),
        "pub_key": {
            "@type": "/cosmos.crypto.ed25519.PubKey",
            "key": _text(validator.public_key(chain_id)),
        },
        "voting_power": str(validator.VOTING_POWER),
        "proposer_priority": "0",
    }
    return {
        "block_height": str(height),
        "validators": [one],
        "pagination": {"next_key": None, "total": "1"},
    }


def _height(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise RestError(
            INVALID_ARGUMENT,
            f'type mismatch, parameter: height, error: strconv.ParseInt: parsing "{text}": invalid syntax',
        )
    return int(text)


def _rendered(chain: Chain, block: Block) -> Json:
    body = {
        "header": _header(chain, block),
        "data": {"txs": [_text(tx) for tx in block.txs]},
        "evidence": {"evidence": []},
        "last_commit": _last_commit(chain, block),
    }
    proposer = bech32.encode_as(validator.address(chain.genesis.chain_id), f"{bech32.PREFIX}valcons")
    return {
        "block_id": _block_id(block.hash),
        "block": body,
        "sdk_block": {**body, "header": {**body["header"], "proposer_address": proposer}},
    }


def _header(chain: Chain, block: Block) -> dict[str, Any]:
    validators = _text(validator.set_hash(chain.genesis.chain_id))
    return {
        "version": {"block": "11", "app": "0"},
        "chain_id": chain.genesis.chain_id,
        "height": str(block.height),
        "time": rfc3339(block.time),
        "last_block_id": _block_id(block.previous),
        "last_commit_hash": _text(validator.commit_hash(block.previous)),
        "data_hash": _text(block.data_hash),
        "validators_hash": validators,
        "next_validators_hash": validators,
        "consensus_hash": _text(validator.CONSENSUS_HASH),
        "app_hash": _text(block.app_hash),
        "last_results_hash": _text(EMPTY_HASH),
        "evidence_hash": _text(EMPTY_HASH),
        "proposer_address": _text(validator.address(chain.genesis.chain_id)),
    }


def _last_commit(chain: Chain, block: Block) -> Json:
    vote = {
        "block_id_flag": "BLOCK_ID_FLAG_COMMIT",
        "validator_address": _text(validator.address(chain.genesis.chain_id)),
        "timestamp": rfc3339(block.time),
        "signature": _text(validator.vote(block.previous)),
    }
    return {
        "height": str(block.height - 1),
        "round": 0,
        "block_id": _block_id(block.previous),
        "signatures": [vote] if block.height > 1 else [],
    }


def _block_id(digest: bytes) -> Json:
    parts = merkle_root([digest]) if digest else b""
    return {"hash": _text(digest), "part_set_header": {"total": 1 if digest else 0, "hash": _text(parts)}}


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
