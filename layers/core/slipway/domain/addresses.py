"""Addresses as clients write them: bech32 (BIP 173) with Akash's prefix."""

from __future__ import annotations

from typing import Final

PREFIX: Final = "akash"

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH: Final = 6
_MAX_LENGTH: Final = 90


def is_address(text: str) -> bool:
    """Whether `text` is an account address of Akash with a right checksum. Lower case only, as on chain."""
    prefix, _, rest = text.rpartition("1")
    if prefix != PREFIX or not _CHECKSUM_LENGTH < len(rest) <= _MAX_LENGTH:
        return False
    if any(letter not in _ALPHABET for letter in rest):
        return False
    values = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    return _polymod(values + [_ALPHABET.index(letter) for letter in rest]) == 1


def _polymod(values: list[int]) -> int:
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            remainder ^= generator if top >> bit & 1 else 0
    return remainder
