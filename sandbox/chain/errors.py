"""Refusals of the chain: codespace, code and text as a node answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


class ChainError(Exception):
    """A refusal. `text` is the whole raw log; `place` is where Go would say it arose, None for a bare error.

    `root` is the registered error's own text, without the words that were put before it.
    """

    def __init__(
        self, codespace: str, code: int, text: str, place: str | None = None, root: str | None = None
    ) -> None:
        super().__init__(text)
        self.codespace = codespace
        self.code = code
        self.text = text
        self.place = place
        self.root = text if root is None else root

    def wrap(self, description: str) -> ChainError:
        """The same refusal with words put before it."""
        place = self.place or WRAPPED
        return ChainError(self.codespace, self.code, f"{description}: {self.text}", place, self.root)


WRAPPED: Final = "cosmossdk.io/errors@v1.0.2/errors.go:155"
EXECUTED: Final = "cosmos-sdk/baseapp/baseapp.go:1051"
PANIC: Final = ("undefined", 111222)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A registered error: its codespace, code and words."""

    codespace: str
    code: int
    text: str

    def error(self) -> ChainError:
        return ChainError(self.codespace, self.code, self.text)

    def wrap(self, description: str) -> ChainError:
        return self.error().wrap(description)


def plain(text: str) -> ChainError:
    """An error that Go made without a registered code: it arrives as undefined/1."""
    return ChainError("undefined", 1, text)


def panic(text: str) -> ChainError:
    """A panic that the node recovered from (undefined/111222); a node adds the stack here."""
    return ChainError(*PANIC, f"recovered: {text}\nstack:\n(trimmed)")


TX_PARSE: Final = Refusal("sdk", 2, "tx parse error")
INVALID_SEQUENCE: Final = Refusal("sdk", 3, "invalid sequence")
UNAUTHORIZED: Final = Refusal("sdk", 4, "unauthorized")
INSUFFICIENT_FUNDS: Final = Refusal("sdk", 5, "insufficient funds")
UNKNOWN_REQUEST: Final = Refusal("sdk", 6, "unknown request")
INVALID_ADDRESS: Final = Refusal("sdk", 7, "invalid address")
INVALID_PUBKEY: Final = Refusal("sdk", 8, "invalid pubkey")
UNKNOWN_ADDRESS: Final = Refusal("sdk", 9, "unknown address")
INVALID_COINS: Final = Refusal("sdk", 10, "invalid coins")
OUT_OF_GAS: Final = Refusal("sdk", 11, "out of gas")
MEMO_TOO_LARGE: Final = Refusal("sdk", 12, "memo too large")
INSUFFICIENT_FEE: Final = Refusal("sdk", 13, "insufficient fee")
TOO_MANY_SIGNATURES: Final = Refusal("sdk", 14, "maximum number of signatures exceeded")
NO_SIGNATURES: Final = Refusal("sdk", 15, "no signatures supplied")
INVALID_REQUEST: Final = Refusal("sdk", 18, "invalid request")
IN_MEMPOOL: Final = Refusal("sdk", 19, "")
INVALID_HEIGHT: Final = Refusal("sdk", 26, "invalid height")
INVALID_TYPE: Final = Refusal("sdk", 29, "invalid type")
TX_TIMEOUT_HEIGHT: Final = Refusal("sdk", 30, "tx timeout height")
WRONG_SEQUENCE: Final = Refusal("sdk", 32, "incorrect account sequence")
CONFLICT: Final = Refusal("sdk", 36, "conflict")
NOT_FOUND: Final = Refusal("sdk", 38, "not found")
TX_TIMEOUT: Final = Refusal("sdk", 42, "tx timeout")
