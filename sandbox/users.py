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
        request = _post(KEYS_PATH, {"data": {"name": name}})
        match = Router(self._api.routes).find("POST", KEYS_PATH)
        assert match is not None, f"the template has no POST {KEYS_PATH}"
        signed_in = {
            "principalId": user_id,
            "user_id": user_id,
            "key_id": "",
            "scopes": "*",
            "environment": "",
        }
        event = proxy_event(self._api, request, match, signed_in)
        return _key(await self._runtime.invoke_async(match.route.function, event))


def _post(path: str, body: Mapping[str, Any]) -> Request:
    return Request(
        method="POST",
        target=path,
        headers=(("Content-Type", "application/json"), ("Host", "sandbox")),
        body=json.dumps(body).encode(),
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
