"""One HTTP address that answers for AWS: moto, with Lambda's Invoke and the stack's description our own."""

import json
import re
import threading
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from http import HTTPStatus
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

from moto.moto_api._internal import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from sandbox.aws import cloudformation, kms
from sandbox.aws.cloudformation import Reply, StackDescriptions
from sandbox.aws.functions import NoSuchFunctionError, Runtime
from sandbox.aws.intrinsics import Stack
from sandbox.aws.invocation import PAYLOAD_LIMIT

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

EVENT_LIMIT: Final = 1024 * 1024
"""Bytes of one asynchronous invocation's payload (AWS: 1 MB)."""

_INVOKE = re.compile(r"^/2015-03-31/functions/(?P<name>[^/]+)/invocations$")
_ONE_AT_A_TIME: Final = ("DynamoDB_", "TrentService")
"""Targets whose moto code reads, checks and writes without a lock: DynamoDB (conditional writes), KMS."""


class _QuietHandler(MotoRequestHandler):  # type: ignore[misc]
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: a line for each AWS call would drown what the sandbox prints."""


class AwsEndpoint:
    """moto's server in a thread of this process, on 127.0.0.1. Its state is the process's: one at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        """Held during each DynamoDB and KMS call; who holds it sees their state at rest."""
        self.outages: set[str] = set()
        """What is away: logical services (`DynamoDB`, `TrentService` for KMS) and functions, by name."""
        self._runtime: Runtime | None = None
        self._descriptions: StackDescriptions | None = None
        self._moto: Application = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        assert self._server is not None, "the endpoint has not been started"
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self, port: int = 0) -> None:
        """Listen on a port (0: any free one), with moto's state empty."""
        moto_api_backend.reset()
        kms.install()
        self._server = make_server(
            "127.0.0.1", port, self._answer, threaded=True, request_handler=_QuietHandler
        )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, name="aws", daemon=True)
        self._thread.start()

    def serve_functions(self, runtime: Runtime) -> None:
        """From now on Lambda invocations run in `runtime`."""
        self._runtime = runtime

    def describe(self, stack: Stack) -> None:
        """From now on CloudFormation knows the stack."""
        self._descriptions = StackDescriptions(stack)

    def stop(self) -> None:
        assert self._server is not None, "the endpoint has not been started"
        assert self._thread is not None, "the endpoint has not been started"
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        ours = self._ours(environ)
        if ours is not None:
            status, headers, body = ours
            start_response(f"{status.value} {status.phrase}", [*headers.items()])
            return [body]
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        with self.lock if target.startswith(_ONE_AT_A_TIME) else nullcontext():
            return self._moto(environ, start_response)

    def _ours(self, environ: WSGIEnvironment) -> Reply | None:
        """The answer that is not moto's to give, if it is not."""
        invoked = _INVOKE.match(environ["PATH_INFO"])
        if invoked:
            return self._invoke(invoked["name"], environ)
        if self._descriptions and cloudformation.SERVICE in environ.get("HTTP_AUTHORIZATION", ""):
            return self._descriptions.answer(_body(environ).decode())
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        away = target.partition("_")[0].partition(".")[0] in self.outages
        return _unavailable() if away else None

    def _invoke(self, name: str, environ: WSGIEnvironment) -> Reply:
        if name.rsplit(":", maxsplit=1)[-1] in self.outages:
            return _unavailable()
        later = environ.get("HTTP_X_AMZ_INVOCATION_TYPE", "RequestResponse") == "Event"
        payload = _body(environ) or b"{}"
        limit = EVENT_LIMIT if later else PAYLOAD_LIMIT
        if len(payload) > limit:
            text = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestTooLargeException", text)
        try:
            event = json.loads(payload)
        except ValueError as error:
            text = f"Could not parse request body into json: {error}"
            return _refused(HTTPStatus.BAD_REQUEST, "InvalidRequestContentException", text)
        try:
            return self._run(name, event, later)
        except NoSuchFunctionError:
            return _refused(HTTPStatus.NOT_FOUND, "ResourceNotFoundException", f"Function not found: {name}")

    def _run(self, name: str, event: Any, later: bool) -> Reply:
        if self._runtime is None:
            raise NoSuchFunctionError(name)
        if later:
            self._runtime.invoke_later(name, event)
            return HTTPStatus.ACCEPTED, {}, b""
        answer = self._runtime.invoke(name, event)
        failed = {"X-Amz-Function-Error": "Unhandled"} if answer.failed else {}
        headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST", **failed}
        return HTTPStatus.OK, headers, answer.payload.encode()


def _body(environ: WSGIEnvironment) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return body


def _unavailable() -> Reply:
    return _refused(HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailableException", "Service Unavailable")


def _refused(status: HTTPStatus, kind: str, text: str) -> Reply:
    headers = {"Content-Type": "application/json", "X-Amzn-ErrorType": kind}
    return status, headers, json.dumps({"Type": "User", "Message": text}).encode()
