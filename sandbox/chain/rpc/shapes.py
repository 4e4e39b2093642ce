"""Blocks and transactions as CometBFT's RPC prints them: hashes in hex, other bytes in base64."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from sandbox.chain import validator
from sandbox.chain.blocks import EMPTY_HASH, merkle_root
from sandbox.chain.numbers import rfc3339

if TYPE_CHECKING:
    from sandbox.chain.app import Chain
    from sandbox.chain.blocks import Block, Record
    from sandbox.chain.execution import Outcome

Json = Any


def hexed(raw: bytes) -> str:
    return raw.hex().upper()


def based(raw: bytes) -> str | None:
    """Go's nil bytes are null."""
    return b64encode(raw).decode() if raw else None


def moment(nanoseconds: int) -> str:
    return rfc3339(nanoseconds, trimmed=True)


def block_id(digest: bytes) -> Json:
    parts = merkle_root([digest]) if digest else b""
    return {"hash": hexed(digest), "parts": {"total": 1 if digest else 0, "hash": hexed(parts)}}


def header(chain: Chain, block: Block) -> Json:
    chain_id = chain.genesis.chain_id
    validators = hexed(validator.set_hash(chain_id))
    return {
        "version": {"block": "11"},
        "chain_id": chain_id,
        "height": str(block.height),
        "time": moment(block.time),
        "last_block_id": block_id(block.previous),
        "last_commit_hash": hexed(validator.commit_hash(block.previous)),
        "data_hash": hexed(block.data_hash),
        "validators_hash": validators,
        "next_validators_hash": validators,
        "consensus_hash": hexed(validator.CONSENSUS_HASH),
        "app_hash": hexed(block.app_hash),
        "last_results_hash": hexed(EMPTY_HASH),
        "evidence_hash": hexed(EMPTY_HASH),
        "proposer_address": hexed(validator.address(chain_id)),
    }


def whole_block(chain: Chain, block: Block) -> Json:
    """`block`'s result."""
    return {
        "block_id": block_id(block.hash),
        "block": {
            "header": header(chain, block),
            "data": {"txs": [based(tx) for tx in block.txs]},
            "evidence": {"evidence": []},
            "last_commit": commit(chain, block.height - 1, block.previous, block.time),
        },
    }


def commit(chain: Chain, height: int, digest: bytes, at: int) -> Json:
    """The votes for a block; there are none for what is before the first."""
    one = {
        "block_id_flag": 2,
        "validator_address": hexed(validator.address(chain.genesis.chain_id)),
        "timestamp": moment(at),
        "signature": based(validator.vote(digest)),
    }
    return {
        "height": str(height),
        "round": 0,
        "block_id": block_id(digest),
        "signatures": [one] if height > 0 else [],
    }


def tx_result(outcome: Outcome) -> Json:
    return {
        "code": outcome.code,
        "data": None if outcome.code else based(outcome.data),
        "log": outcome.text,
        "info": "",
        "gas_wanted": str(outcome.gas_wanted),
        "gas_used": str(outcome.gas_used),
        "events": [event.render(index=True) for event in outcome.events],
        "codespace": outcome.codespace,
    }


def found_tx(record: Record) -> Json:
    """`tx`'s result, and one of `tx_search`'s."""
    return {
        "hash": record.tx.hash,
        "height": str(record.block.height),
        "index": record.block.txs.index(record.tx.raw),
        "tx_result": tx_result(record.outcome),
        "tx": based(record.tx.raw),
    }
