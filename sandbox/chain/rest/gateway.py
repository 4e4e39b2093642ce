"""The node's REST gateway without its socket: a request in, a status and JSON out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final

import sandbox.chain.rest as package
from sandbox.chain.errors import INVALID_HEIGHT, INVALID_REQUEST, NOT_FOUND
from sandbox.chain.rest import cosmos_node, cosmos_tx
from sandbox.chain.rest.router import Json, Query, Route, Router
from sandbox.chain.rest.status import INVALID_ARGUMENT, UNIMPLEMENTED, RestError, of_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.chain.app import Chain
    from sandbox.chain.context import Context

CONTENT_TYPE: Final = "application/json"
POSTS: Final[Mapping[str, Callable[[Chain, bytes, Mapping[str, Any]], Json]]] = {
    "/cosmos/tx/v1beta1/simulate": cosmos_tx.simulate,
    "/cosmos/tx/v1beta1/txs": cosmos_tx.broadcast,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; `height` is the block that a query read."""

    status: int
    body: Json
    height: int | None = None

    @property
    def text(self) -> str:
        return json.dumps(self.body, separators=(",", ":"), ensure_ascii=False)


class Gateway:
    """One chain's REST paths."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._router = Router([*_state_routes(), *cosmos_node.routes(chain), *cosmos_tx.routes(chain)])

    def answer(
        self, method: str, path: str, params: Mapping[str, str], body: bytes = b"", height: str = ""
    ) -> Answer:
        """Never raises a refusal: it is an answer, too. `height` is the x-cosmos-block-height of a query."""
        read_at = self._chain.tip.height
        try:
            if method == "GET":
                ctx = self._reading(height)
                read_at = ctx.height
                found = self._router.answer(ctx, path, params)
            elif method == "POST":
                found = self._post(path, body)
            else:
                raise RestError(UNIMPLEMENTED, "Not Implemented")
        except RestError as error:
            return Answer(error.status, error.body())
        return Answer(200, found, read_at)

    def _reading(self, height: str) -> Context:
        """Raises RestError for a height that is none, too old or not there yet."""
        if not height:
            return self._chain.reading()
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", height):
            parsed = f'strconv.ParseInt: parsing "{height}": invalid syntax'
            text = f'Baseapp.RegisterGRPCServer: invalid height header "{height}": {parsed}'
            raise of_refusal(INVALID_REQUEST.wrap(text))
        wanted, tip = int(height), self._chain.tip.height
        if wanted < 0:
            raise of_refusal(
                INVALID_REQUEST.wrap("cannot query with height < 0; please provide a valid height")
            )
        if wanted > tip:
            text = "cannot query with height in the future; please provide a valid height"
            raise of_refusal(INVALID_HEIGHT.wrap(text))
        try:
            return self._chain.reading(wanted)
        except ValueError as error:
            text = f"failed to load state at height {wanted}; version does not exist (latest height: {tip})"
            raise of_refusal(NOT_FOUND.wrap(text)) from error

    def _post(self, path: str, body: bytes) -> Json:
        if path not in POSTS:
            raise RestError(UNIMPLEMENTED, "Not Implemented")
        try:
            read = json.loads(body or b"{}")
        except ValueError as error:
            raise RestError(INVALID_ARGUMENT, f"invalid JSON: {error}") from error
        if not isinstance(read, dict):
            raise RestError(INVALID_ARGUMENT, "json: the body is no object")
        return POSTS[path](self._chain, _bytes(read.get("tx_bytes", "")), read)


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise RestError(INVALID_ARGUMENT, "json: tx_bytes is no base64 text")
    return Query(params={"tx_bytes": text}, path={}).raw("tx_bytes")


def _state_routes() -> list[Route]:
    """The routes of every module here that has some of its own."""
    modules = (import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__))
    return [route for module in modules for route in getattr(module, "ROUTES", ())]
