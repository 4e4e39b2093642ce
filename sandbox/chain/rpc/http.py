"""CometBFT's RPC port: JSON-RPC by POST, and each method as a path by GET."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from sandbox.chain.rpc.arguments import ArgumentError, of_body, of_query
from sandbox.chain.rpc.methods import METHODS, RpcFailedError

if TYPE_CHECKING:
    from sandbox.chain.app import Chain

URI_ID: Final = -1  # what CometBFT answers to a call that has no id of its own
MOST_CALLS: Final = 100
"""Of one batch."""
PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL: Final = -32603
_WORDS: Final = {
    PARSE_ERROR: "Parse error. Invalid JSON",
    INVALID_REQUEST: "Invalid Request",
    METHOD_NOT_FOUND: "Method not found",
    INVALID_PARAMS: "Invalid params",
    INTERNAL: "Internal error",
}


class RpcServer:
    """Answers for one chain."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    async def answer(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            return self._posted(request.path, await request.read())
        if request.method != "GET":
            return web.Response(status=HTTPStatus.METHOD_NOT_ALLOWED)
        if request.path == "/":
            return _listed()
        return self._called(request)

    def _called(self, request: web.Request) -> web.Response:
        method = METHODS.get(request.path[1:])
        if method is None:
            return web.Response(status=HTTPStatus.NOT_FOUND, text="404 page not found\n")
        try:
            arguments = of_query(method.signature, {name: request.query[name] for name in request.query})
        except ArgumentError as error:
            failed = _failure(URI_ID, INVALID_PARAMS, f"error converting http params to arguments: {error}")
            return _json(failed, HTTPStatus.INTERNAL_SERVER_ERROR)
        try:
            return _json(_result(URI_ID, method.run(self._chain, arguments)))
        except RpcFailedError as error:
            return _json(_failure(URI_ID, INTERNAL, str(error)), HTTPStatus.INTERNAL_SERVER_ERROR)

    def _posted(self, path: str, body: bytes) -> web.Response:
        if not body:
            return _listed()
        try:
            read = json.loads(body)
        except ValueError as error:
            failed = _failure(None, PARSE_ERROR, f"error unmarshalling request: {error}")
            return _json(failed, HTTPStatus.INTERNAL_SERVER_ERROR)
        calls = read if isinstance(read, list) else [read]
        if len(calls) > MOST_CALLS or not all(isinstance(call, dict) for call in calls):
            failed = _failure(None, PARSE_ERROR, "error unmarshalling request: no call, or too many")
            return _json(failed, HTTPStatus.INTERNAL_SERVER_ERROR)
        # A call without an id is a notification: it is not answered.
        answers = [self._answered(path, call) for call in calls if call.get("id") is not None]
        if not answers:
            return web.Response(status=HTTPStatus.OK)
        return _json(answers if isinstance(read, list) else answers[0])

    def _answered(self, path: str, call: dict[str, Any]) -> Any:
        own = call["id"]
        if len(path) > 1:
            return _failure(own, INVALID_REQUEST, f"path {path} is invalid")
        method = METHODS.get(str(call.get("method")))
        if method is None:
            return _failure(own, METHOD_NOT_FOUND)
        try:
            arguments = of_body(method.signature, call.get("params"))
        except ArgumentError as error:
            return _failure(own, INVALID_PARAMS, f"error converting json params to arguments: {error}")
        try:
            return _result(own, method.run(self._chain, arguments))
        except RpcFailedError as error:
            return _failure(own, INTERNAL, str(error))


def _result(own: Any, found: Any) -> Any:
    return {"jsonrpc": "2.0", "id": own, "result": found}


def _failure(own: Any, code: int, text: str = "") -> Any:
    error = {"code": code, "message": _WORDS[code]}
    return {"jsonrpc": "2.0", "id": own, "error": {**error, "data": text} if text else error}


def _json(body: Any, status: int = HTTPStatus.OK) -> web.Response:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return web.Response(status=status, body=text.encode(), headers={"Content-Type": "application/json"})


def _listed() -> web.Response:
    """The methods, for a person who looks with a browser."""
    lines = [f"{name}({', '.join(method.signature)})" for name, method in sorted(METHODS.items())]
    return web.Response(text="\n".join(["Methods:", *lines, ""]))
