"""The node's REST gateway without its socket: a request in, a status and JSON out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final

import sandbox.chain.rest as package
from sandbox.chain.rest import cosmos_node, cosmos_tx
from sandbox.chain.rest.router import Json, Query, Route, Router
from sandbox.chain.rest.status import INVALID_ARGUMENT, UNIMPLEMENTED, RestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.chain.app import Chain

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

    def answer(self, method: str, path: str, params: Mapping[str, str], body: bytes = b"") -> Answer:
        """Never raises a refusal: it is an answer, too."""
        try:
            if method == "GET":
                found = self._router.answer(self._chain.reading(), path, params)
            elif method == "POST":
                found = self._post(path, body)
            else:
                raise RestError(UNIMPLEMENTED, "Not Implemented")
        except RestError as error:
            return Answer(error.status, error.body())
        return Answer(200, found, self._chain.tip.height)

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
