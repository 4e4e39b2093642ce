"""The gateway's frame: routes, the query string as Go reads it, and pages.

A module of routes exports `ROUTES: Final[tuple[Route, ...]]`; each answer reads the last committed state.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from itertools import dropwhile, islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sandbox.chain.errors import ChainError
from sandbox.chain.rest.status import INVALID_ARGUMENT, UNIMPLEMENTED, UNKNOWN, RestError, of_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sandbox.chain.context import Context

Json = Any
Row = TypeVar("Row")
_MOST: Final = 2**48  # more rows than there can be
DEFAULT_LIMIT: Final = 100
"""What a page holds when nothing or 0 is asked for (SDK query.DefaultLimit)."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`pagination.*` of a query string. A limit of 0 was not given."""

    key: bytes | None = None
    offset: int = 0
    limit: int = 0
    count_total: bool = False
    reverse: bool = False

    @property
    def size(self) -> int:
        return self.limit or DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Query:
    """A request: the query string (first value of each name, decoded) and the variables of its path."""

    params: Mapping[str, str]
    path: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.params.get(name, "")

    def uint(self, name: str, bits: int = 64) -> int:
        """A whole number, 0 when not given; refuses what Go's ParseUint refuses."""
        text = self.params.get(name, "0")
        if not (text.isascii() and text.isdigit()):
            raise _unparsed("ParseUint", text, "invalid syntax")
        if int(text) >= 2**bits:
            raise _unparsed("ParseUint", text, "value out of range")
        return int(text)

    def flag(self, name: str) -> bool:
        text = self.params.get(name, "false")
        if text not in _TRUE | _FALSE:
            raise _unparsed("ParseBool", text, "invalid syntax")
        return text in _TRUE

    def raw(self, name: str) -> bytes:
        """Bytes in base64, in either alphabet."""
        return _decode(self.params.get(name, ""))

    def page(self) -> PageRequest:
        """What page is asked for. Raises RestError as the gateway does."""
        return PageRequest(
            key=self.raw("pagination.key") or None,
            offset=self.uint("pagination.offset"),
            limit=self.uint("pagination.limit"),
            count_total=self.flag("pagination.count_total"),
            reverse=self.flag("pagination.reverse"),
        )


@dataclass(frozen=True, slots=True)
class Route:
    """GET on a path with {variables}."""

    path: str
    answer: Callable[[Context, Query], Json]

    def match(self, parts: tuple[str, ...]) -> dict[str, str] | None:
        """The variables of a path that this route serves, or None."""
        own = tuple(self.path.split("/"))
        if len(own) != len(parts):
            return None
        pairs = list(zip(own, parts, strict=True))
        if any(mine != theirs for mine, theirs in pairs if not mine.startswith("{")):
            return None
        return {mine[1:-1]: theirs for mine, theirs in pairs if mine.startswith("{")}


class Router:
    """Finds a path's route and turns every refusal into a RestError."""

    def __init__(self, routes: Iterable[Route]) -> None:
        # A route without variables wins over one that would take its words for a variable.
        self._routes = sorted(routes, key=lambda route: route.path.count("{"))

    def find(self, path: str) -> tuple[Route, dict[str, str]]:
        """Raises RestError 12 for a path that nothing serves."""
        parts = tuple(path.split("/"))
        for route in self._routes:
            if (variables := route.match(parts)) is not None:
                return route, variables
        raise RestError(UNIMPLEMENTED, "Not Implemented")

    def answer(self, ctx: Context, path: str, params: Mapping[str, str]) -> Json:
        route, variables = self.find(path)
        try:
            return route.answer(ctx, Query(params=params, path=variables))
        except ChainError as error:
            raise of_refusal(error) from error


def paged(
    items: Iterable[tuple[bytes, Row]],
    page: PageRequest,
    *,
    counts_unasked: bool = True,
    refuses: tuple[int, str] = (UNKNOWN, ""),
) -> tuple[list[Row], Json]:
    """One page of (key, row) in ascending key order, and its `pagination` (SDK query.Paginate).

    `total` is everything there is, and only when it was asked for or no limit was given (not even then by the
    lists that filter while they page: `counts_unasked=False`); a page found by its key never counts. Many of
    Akash's own lists answer the number of items in the page instead: `take` and `page_json`. `refuses` is the
    code, and the words before the text, that a module makes of a page that cannot be.
    """
    if page.offset and page.key:
        code, words = refuses
        raise RestError(code, f"{words}invalid request, either offset or key is expected, got both")
    if page.key is None and (page.count_total or (counts_unasked and not page.limit)):
        listed = list(items)
        rows, following = take(listed, page)
        return rows, page_json(following, len(listed))
    rows, following = take(items, page)
    return rows, page_json(following, 0)


def take(items: Iterable[tuple[bytes, Row]], page: PageRequest) -> tuple[list[Row], bytes | None]:
    """The rows of a page, and the key at which the next one begins."""
    skipped = min(page.offset, _MOST) if page.key is None else 0
    size = min(page.size, _MOST)
    ordered = in_order(items, page.key, reverse=page.reverse)
    taken = list(islice(ordered, skipped, skipped + size + 1))
    following = taken[size][0] if len(taken) > size else None
    return [row for _, row in taken[:size]], following


def page_json(following: bytes | None, total: int) -> Json:
    """`pagination` as a list answers it."""
    return {"next_key": base64.b64encode(following).decode() if following else None, "total": str(total)}


def in_order(
    items: Iterable[tuple[bytes, Row]], start: bytes | None, *, reverse: bool
) -> Iterator[tuple[bytes, Row]]:
    """Items that come in key order, from a key on; backwards if asked."""
    listed = list(items)[::-1] if reverse else items
    if start is None:
        return iter(listed)
    if reverse:
        return dropwhile(lambda pair: pair[0] > start, listed)
    return dropwhile(lambda pair: pair[0] < start, listed)


_TRUE: Final = {"1", "t", "T", "true", "TRUE", "True"}
_FALSE: Final = {"0", "f", "F", "false", "FALSE", "False"}


def _unparsed(function: str, text: str, problem: str) -> RestError:
    return RestError(INVALID_ARGUMENT, f'strconv.{function}: parsing "{text}": {problem}')


def _decode(text: str) -> bytes:
    alphabet = text.replace("-", "+").replace("_", "/")
    letters = alphabet.rstrip("=")
    for place, letter in enumerate(letters):
        if not (letter.isascii() and (letter.isalnum() or letter in "+/")):
            raise RestError(INVALID_ARGUMENT, f"illegal base64 data at input byte {place}")
    try:
        return base64.b64decode(alphabet, validate=True)
    except binascii.Error as error:
        raise RestError(INVALID_ARGUMENT, f"illegal base64 data at input byte {len(text)}") from error
