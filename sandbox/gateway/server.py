"""The HTTP server that answers as API Gateway would: route, authorizer, function, gateway responses."""

import asyncio
import logging
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from sandbox.aws.functions import NoSuchFunctionError, Runtime
from sandbox.aws.invocation import PAYLOAD_LIMIT
from sandbox.aws.invocation import Answer as FunctionAnswer
from sandbox.gateway import refusals
from sandbox.gateway.answers import MalformedAnswerError, http_answer
from sandbox.gateway.api import Api, Authorizer
from sandbox.gateway.policy import MalformedAnswerError as MalformedPolicyError
from sandbox.gateway.policy import Verdict, decide
from sandbox.gateway.refusals import Answer, Refusal
from sandbox.gateway.requests import Request, authorizer_event, method_arn, proxy_event, request_context
from sandbox.gateway.routing import Match, Router

log = logging.getLogger(__name__)

BODY_LIMIT: Final = 10 * 1024 * 1024
"""Bytes of a request's body (API Gateway quota: 10 MB)."""
HEAD_LIMIT: Final = 10_240
"""Characters of a request's line and of its header values (API Gateway quota: of all of them together)."""
INTEGRATION_TIMEOUT_SECONDS: Final = 29.0
"""API Gateway's default integration timeout."""
STOP_SECONDS: Final = 1.0
"""How long requests under way may go on when the server stops."""


class Gateway:
    """One API on one port of 127.0.0.1."""

    def __init__(
        self, api: Api, runtime: Runtime, *, integration_timeout: float = INTEGRATION_TIMEOUT_SECONDS
    ) -> None:
        self._api, self._runtime = api, runtime
        self._router = Router(api.routes)
        self._integration_timeout = integration_timeout
        self._runner: web.ServerRunner | None = None
        self.url = ""

    async def start(self, port: int = 0) -> None:
        """Listen on a port (0: any free one); `url` is then the base URL."""
        server = web.Server(
            self._handle, access_log=None, max_line_size=HEAD_LIMIT, max_field_size=HEAD_LIMIT
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=STOP_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        request, too_large = await _read(incoming)
        match = self._router.find(request.method, request.path)
        try:
            if too_large:
                message = f"HTTP content length exceeded {BODY_LIMIT} bytes."
                raise Refusal(refusals.REQUEST_TOO_LARGE, message)
            answer = await self._answer(request, match)
        except Refusal as refusal:
            context = request_context(self._api, request, match)
            answer = refusals.answer(refusal, self._api.responses, context)
        return _response(answer, request)

    async def _answer(self, request: Request, match: Match | None) -> Answer:
        if match is None:
            raise Refusal(refusals.MISSING_AUTHENTICATION_TOKEN)
        context = None
        if match.route.authorizer:
            context = await self._authorize(match.route.authorizer, request, match)
        return await self._integrate(request, match, context)

    async def _authorize(self, authorizer: Authorizer, request: Request, match: Match) -> Mapping[str, str]:
        """The context that the authorizer leaves. Raises Refusal unless it allows the call."""
        if not _has_identity(authorizer, request):
            raise Refusal(refusals.UNAUTHORIZED)
        answer = await self._invoke(authorizer.function, authorizer_event(self._api, request, match))
        if answer.failed:
            unauthorized = answer.value.get("errorMessage") == "Unauthorized"
            raise Refusal(refusals.UNAUTHORIZED if unauthorized else refusals.AUTHORIZER_FAILURE)
        try:
            decision = decide(answer.value, method_arn(self._api, request))
        except MalformedPolicyError as error:
            log.warning("the authorizer's answer is malformed: %s", error)
            raise Refusal(refusals.AUTHORIZER_CONFIGURATION_ERROR) from error
        if decision.verdict is Verdict.ALLOWED:
            return decision.context
        denied = decision.verdict is Verdict.DENIED
        message = f"{refusals.ACCESS_DENIED.message} with an explicit deny" if denied else None
        raise Refusal(refusals.ACCESS_DENIED, message, decision.context)

    async def _integrate(self, request: Request, match: Match, context: Mapping[str, str] | None) -> Answer:
        kept = context or {}
        event = proxy_event(self._api, request, match, context)
        if len(event["body"] or "") > PAYLOAD_LIMIT:  # the gateway takes more than a function does
            raise Refusal(refusals.REQUEST_TOO_LARGE, authorizer=kept)
        try:
            async with asyncio.timeout(self._integration_timeout):
                answer = await self._invoke(match.route.function, event)
        except TimeoutError:
            raise Refusal(refusals.INTEGRATION_TIMEOUT, authorizer=kept) from None
        if answer.timed_out:
            raise Refusal(refusals.INTEGRATION_TIMEOUT, authorizer=kept)
        if answer.failed:
            raise Refusal(refusals.BAD_INTEGRATION, authorizer=kept)
        try:
            return http_answer(
                answer.value, accept=request.header("accept"), binary_types=self._api.binary_types
            )
        except MalformedAnswerError as error:
            log.warning("the answer of %s is malformed: %s", match.route.function, error)
            raise Refusal(refusals.BAD_INTEGRATION, authorizer=kept) from error

    async def _invoke(self, function: str, event: dict[str, Any]) -> FunctionAnswer:
        """Invoke without holding the loop or a bounded pool: invocations wait for each other's functions."""
        try:
            return await self._runtime.invoke_async(function, event)
        except NoSuchFunctionError as error:
            raise Refusal(refusals.BAD_INTEGRATION) from error


async def _read(incoming: web.BaseRequest) -> tuple[Request, bool]:
    """The request with its body, and whether the body is over the limit (then it is left out)."""
    body = bytearray()
    too_large = (incoming.content_length or 0) > BODY_LIMIT
    if not too_large and incoming.headers.get("Expect", "").lower() == "100-continue":
        await incoming.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    while not too_large and (chunk := await incoming.content.readany()):
        body += chunk
        too_large = len(body) > BODY_LIMIT
    request = Request(
        method=incoming.method,
        target=incoming.raw_path,
        headers=tuple(
            (name.decode(), value.decode("utf-8", "replace")) for name, value in incoming.raw_headers
        ),
        body=b"" if too_large else bytes(body),
        source_ip=incoming.remote or "127.0.0.1",
        protocol=f"HTTP/{incoming.version.major}.{incoming.version.minor}",
        request_id=str(uuid.uuid4()),
        extended_id=secrets.token_urlsafe(10) + "=",
        at=datetime.now(UTC),
    )
    return request, too_large


def _has_identity(authorizer: Authorizer, request: Request) -> bool:
    query = dict(request.query)
    return all(request.header(name) for name in authorizer.headers) and all(
        query.get(name) for name in authorizer.query_strings
    )


def _response(answer: Answer, request: Request) -> web.Response:
    response = web.Response(status=answer.status, body=b"" if request.method == "HEAD" else answer.body)
    response.headers.popall("Content-Type", None)
    for name, value in answer.headers:
        response.headers.add(name, value)
    response.headers["x-amzn-RequestId"] = request.request_id
    response.headers["x-amz-apigw-id"] = request.extended_id
    return response
