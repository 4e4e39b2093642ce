"""Users of the sandbox, made as an operator would: through the stack's own functions."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sandbox.aws.functions import Runtime
from sandbox.aws.intrinsics import Stack
from sandbox.aws.invocation import Answer
from sandbox.gateway.api import Api
from sandbox.gateway.requests import Request, proxy_event
from sandbox.gateway.routing import Router

KEYS_PATH: Final = "/v1/api-keys"
ME_PATH: Final = "/v1/user/me"
OPEN_WALLET: Final = "SignerOpenWallet"
OPEN_ATTEMPTS: Final = 2
"""A transaction that was still pending has committed or expired by the end of a second call."""


class UserRefusedError(Exception):
    """A function refused to make the user, its wallet or its key; the message is the function's answer."""


class Users:
    """Makes users in one running stack."""

    def __init__(self, *, runtime: Runtime, stack: Stack, api: Api) -> None:
        self._runtime, self._stack, self._api = runtime, stack, api

    async def open_wallet(self, user_id: str, *, credit: int, fees: int) -> str:
        """The address of the user's wallet, with credit in micro-USD and uakt for fees granted to it."""
        event = {
            "request_id": str(uuid.uuid4()),
            "user_id": user_id,
            "credit": str(credit),
            "fees": str(fees),
        }
        for _ in range(OPEN_ATTEMPTS):
            answer = await self._runtime.invoke_async(self._stack.ref(OPEN_WALLET), event)
            if not answer.failed and answer.value.get("state") == "ready":
                return str(answer.value["address"])
        raise UserRefusedError(f"the wallet of {user_id} was not opened: {answer.payload}")

    async def create_key(self, user_id: str, name: str) -> str:
        """A new API key of the user, as POST /v1/api-keys gives it to a user who signed in."""
        return _key(await self._call("POST", KEYS_PATH, {"data": {"name": name}}, _signed_in(user_id)))

    async def sign_in(self, user_id: str, *, email: str, username: str) -> None:
        """Let the API learn of the user what a sign-in tells, as when a page asks who has signed in."""
        told = {"email": email, "email_verified": "true", "username": username}
        answer = await self._call("GET", ME_PATH, None, _signed_in(user_id) | told)
        if answer.failed or answer.value["statusCode"] != 200:
            raise UserRefusedError(f"{user_id} could not sign in: {answer.payload}")

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, caller: Mapping[str, str]
    ) -> Answer:
        match = Router(self._api.routes).find(method, path)
        assert match is not None, f"the template has no {method} {path}"
        event = proxy_event(self._api, _request(method, path, body), match, caller)
        return await self._runtime.invoke_async(match.route.function, event)


def _signed_in(user_id: str) -> dict[str, str]:
    """What the authorizer leaves of a user who signed in."""
    return {"principalId": user_id, "user_id": user_id, "key_id": "", "scopes": "*", "environment": ""}


def _request(method: str, path: str, body: Mapping[str, Any] | None) -> Request:
    return Request(
        method=method,
        target=path,
        headers=(("Content-Type", "application/json"), ("Host", "sandbox")),
        body=b"" if body is None else json.dumps(body).encode(),
        source_ip="127.0.0.1",
        protocol="HTTP/1.1",
        request_id=str(uuid.uuid4()),
        extended_id="",
        at=datetime.now(UTC),
    )


def _key(answer: Answer) -> str:
    if answer.failed or answer.value["statusCode"] != 201:
        raise UserRefusedError(f"the API key was not made: {answer.payload}")
    return str(json.loads(answer.value["body"])["data"]["apiKey"])
