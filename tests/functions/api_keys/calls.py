"""The five verbs of API keys, called as API Gateway calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.functions.calling import Api

ROUTE, ONE = "/v1/api-keys", "/v1/api-keys/{id}"
NEVER = "3f1c9a52-7d0e-4b8e-9a63-5f2e8c1d4b70"


def create(keys: Api, data: dict[str, Any], **parts: Any) -> Any:
    """By a user who signed in, unless `key_id` says with which key."""
    return keys.call("api_keys.create", "POST", ROUTE, body={"data": data}, **{"key_id": "", **parts})


def read(keys: Api, **parts: Any) -> Any:
    return keys.call("api_keys.list", "GET", ROUTE, **parts)


def on(keys: Api, verb: str, method: str, key: str, **parts: Any) -> Any:
    return keys.call(f"api_keys.{verb}", method, ONE, path={"id": key}, **{"key_id": "", **parts})
