"""Who the chain's one node and validator is, and what stands for its votes: nobody here verifies them."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.chain.blocks import merkle_root
from sandbox.chain.genesis import DELEGATION

COMET_VERSION: Final = "0.38.21"
SDK_VERSION: Final = "v0.53.7"
NODE_VERSION: Final = "v2.1.0"
MONIKER: Final = "sandbox"
CHANNELS: Final = bytes((0x40, 0x20, 0x21, 0x22, 0x23, 0x30, 0x38, 0x60, 0x61, 0x00))
VOTING_POWER: Final = DELEGATION // 10**6
CONSENSUS_HASH: Final = sha256(b"consensus parameters").digest()


@lru_cache(maxsize=8)
def public_key(chain_id: str) -> bytes:
    """Its consensus key; another one on each chain."""
    seed = sha256(f"validator of {chain_id}".encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def address(chain_id: str) -> bytes:
    return sha256(public_key(chain_id)).digest()[:20]


def set_hash(chain_id: str) -> bytes:
    """Of the set of validators, which is the one."""
    return merkle_root([address(chain_id)])


def node_id(chain_id: str) -> str:
    return sha256(f"node of {chain_id}".encode()).hexdigest()[:40]


def commit_hash(block: bytes) -> bytes:
    """Of the votes for a block."""
    return sha256(b"commit" + block).digest()


def vote(block: bytes) -> bytes:
    """64 bytes where a signature would be."""
    return sha256(b"vote" + block).digest() * 2
