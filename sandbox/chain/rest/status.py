"""gRPC codes of the REST gateway: what a refusal inside a query answers, and under which HTTP status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sandbox.chain.errors import ChainError

UNKNOWN: Final = 2
INVALID_ARGUMENT: Final = 3
NOT_FOUND: Final = 5
ALREADY_EXISTS: Final = 6
PERMISSION_DENIED: Final = 7
FAILED_PRECONDITION: Final = 9
UNIMPLEMENTED: Final = 12
INTERNAL: Final = 13

_HTTP: Final = {
    INVALID_ARGUMENT: 400,
    NOT_FOUND: 404,
    ALREADY_EXISTS: 409,
    PERMISSION_DENIED: 403,
    FAILED_PRECONDITION: 400,
    UNIMPLEMENTED: 501,
}

# Registered errors by codespace and gRPC code (akash-chain.md §7.1); one that is in no list is UNKNOWN.
_REGISTERED: Final[dict[str, dict[int, tuple[int, ...]]]] = {
    "akash": {INVALID_ARGUMENT: (1, 2, 3, 4)},
    "cert": {INVALID_ARGUMENT: (2, 5, 6, 7, 8, 9), NOT_FOUND: (1,), ALREADY_EXISTS: (3,)},
    "deployment": {
        NOT_FOUND: (1, 4, 14),
        ALREADY_EXISTS: (3,),
        FAILED_PRECONDITION: (5, 15, 16, 17, 18),
        INTERNAL: (11,),
        INVALID_ARGUMENT: (2, 6, 7, 8, 9, 10, 12, 13, *range(19, 27)),
    },
    "escrow": {
        NOT_FOUND: (3, 8),
        ALREADY_EXISTS: (1, 6),
        FAILED_PRECONDITION: (2, 4, 7),
        PERMISSION_DENIED: (15,),
        INVALID_ARGUMENT: (5, 9, 10, 11, 12, 13, 14, 16, 17, 18),
    },
    "market": {
        NOT_FOUND: (6, 7, 8, 9, 14, 15, 16, 18, 20, 30),
        ALREADY_EXISTS: (21, 25),
        FAILED_PRECONDITION: (10, 11, 12, 13, 17, 23, 24, 26, 27, 35, 36, 37, 38),
        INTERNAL: (3,),
        INVALID_ARGUMENT: (1, 2, 4, 5, 19, 22, 28, 29, 31, 32, 33, 34, 39, 40, 41),
    },
    "provider": {
        NOT_FOUND: (3,),
        ALREADY_EXISTS: (4,),
        FAILED_PRECONDITION: (7,),
        INTERNAL: (9,),
        INVALID_ARGUMENT: (1, 2, 5, 6, 8),
    },
}


class RestError(Exception):
    """A refusal of the gateway: its gRPC code and text."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        return _HTTP.get(self.code, 500)

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "details": []}


def of_refusal(error: ChainError) -> RestError:
    """A module's refusal as the gateway prints it: the registered words first, then those around them."""
    listed = _REGISTERED.get(error.codespace, {})
    code = next((code for code, numbers in listed.items() if error.code in numbers), UNKNOWN)
    if error.codespace == "undefined":
        return RestError(code, error.text)
    around = error.text.removesuffix(error.root).removesuffix(": ")
    words = f"{error.root}: {around}" if around else error.root
    return RestError(code, f"codespace {error.codespace} code {error.code}: {words}")
