"""Account addresses: bech32 of RIPEMD-160 of SHA-256 of the compressed public key."""

from __future__ import annotations

import hashlib

import bech32
from cosmpy.crypto.address import Address
from cosmpy.crypto.hashfuncs import ripemd160

PREFIX = "akash"
_ADDRESS_BYTES = 20


def address_of(public_key33: bytes, prefix: str = PREFIX) -> str:
    """The address of a compressed secp256k1 public key."""
    return str(Address(ripemd160(hashlib.sha256(public_key33).digest()), prefix))


def is_address(text: str) -> bool:
    """Whether `text` is a well-formed `akash1…` account address (checksum and length)."""
    prefix, words = bech32.bech32_decode(text)
    if prefix != PREFIX or words is None:
        return False
    decoded = bech32.convertbits(words, 5, 8, False)
    return decoded is not None and len(decoded) == _ADDRESS_BYTES
