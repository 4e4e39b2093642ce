"""Bech32 addresses (BIP-173) with the error texts of Go's decoder."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sandbox.chain.errors import INVALID_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX: Final = "akash"
_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_SHORTEST: Final = 8
_CHECKSUM: Final = 6


class Bech32Error(ValueError):
    """Text that is no address of this chain."""


@lru_cache(maxsize=4096)
def encode(raw: bytes) -> str:
    return encode_as(raw, PREFIX)


def encode_as(raw: bytes, prefix: str) -> str:
    words = _regroup(raw, 8, 5)
    return f"{prefix}1" + "".join(_LETTERS[word] for word in (*words, *_checksum(prefix, words)))


@lru_cache(maxsize=4096)
def decode(text: str) -> bytes:
    """The bytes of an `akash1…` address; raises Bech32Error with Go's words."""
    prefix, words = _split(text)
    if prefix != PREFIX:
        raise Bech32Error(f"invalid Bech32 prefix; expected {PREFIX}, got {prefix}")
    return bytes(_regroup(words, 5, 8, pad=False))


def is_address(text: str) -> bool:
    try:
        return bool(decode(text))
    except Bech32Error:
        return False


def check(text: str, words: str) -> None:
    """Refuses what is no address (sdk/7), with words of the caller's and Go's own."""
    try:
        decode(text)
    except Bech32Error as error:
        raise INVALID_ADDRESS.wrap(f"{words}: {error}") from error


def module_address(name: str) -> str:
    """The account of a module: the first 20 bytes of its name's SHA-256."""
    return encode(sha256(name.encode()).digest()[:20])


def _split(text: str) -> tuple[str, list[int]]:
    if not text.strip():
        raise Bech32Error("empty address string is not allowed")
    if len(text) < _SHORTEST:
        raise Bech32Error(f"decoding bech32 failed: invalid bech32 string length {len(text)}")
    place = text.rfind("1")
    if place < 1 or place + _CHECKSUM + 1 > len(text):
        raise Bech32Error(f"decoding bech32 failed: invalid separator index {place}")
    prefix, letters = text[:place], text[place + 1 :]
    words = [_LETTERS.find(letter) for letter in letters]
    if -1 in words:
        wrong = letters[words.index(-1)]
        raise Bech32Error(f"decoding bech32 failed: invalid character not part of charset: {ord(wrong)}")
    _verify(prefix, words, letters)
    return prefix, words[:-_CHECKSUM]


def _verify(prefix: str, words: list[int], letters: str) -> None:
    expected = "".join(_LETTERS[word] for word in _checksum(prefix, words[:-_CHECKSUM]))
    if expected != letters[-_CHECKSUM:]:
        got = letters[-_CHECKSUM:]
        raise Bech32Error(f"decoding bech32 failed: invalid checksum (expected {expected} got {got})")


def _checksum(prefix: str, words: Sequence[int]) -> list[int]:
    spread = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    state = _polymod([*spread, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    return [(state >> 5 * (5 - place)) & 31 for place in range(_CHECKSUM)]


def _polymod(words: Sequence[int]) -> int:
    state = 1
    for word in words:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ word
        for bit, part in enumerate(_GENERATOR):
            state ^= part if top >> bit & 1 else 0
    return state


def _regroup(groups: Sequence[int], width: int, into: int, *, pad: bool = True) -> list[int]:
    number, bits, out = 0, 0, []
    for group in groups:
        number, bits = number << width | group, bits + width
        while bits >= into:
            bits -= into
            out.append(number >> bits & (1 << into) - 1)
    if pad and bits:
        out.append(number << into - bits & (1 << into) - 1)
    return out
