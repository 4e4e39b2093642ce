"""Functions called as API Gateway calls them, over fakes for what they reach."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import Any

from tests.documented import Heard, mistakes, readable
from tests.fakes.proxy_events import lambda_context, proxy_event, told
from tests.fakes.world import World

VARIABLES = {
    "AWS_REGION": "us-east-1",
    "WALLETS_TABLE": "wallets",
    "IDEMPOTENCY_TABLE": "idempotency",
    "API_KEYS_TABLE": "api-keys",
    "BUDGETS_TABLE": "budgets",
    "USERS_TABLE": "users",
    "SETTINGS_TABLE": "settings",
    "SIGN_FUNCTION": "sign",
    "PROVIDER_TOKEN_FUNCTION": "provider-token",
    "CHAIN_REST_URLS": "http://127.0.0.1:9",
    "PROVIDER_HOSTS": "public",
    "KEY_ENVIRONMENT": "test",
    "LOG_LEVEL": "INFO",
}


@dataclass(frozen=True)
class Answer:
    """`body` is None where the answer has none."""

    status: int
    headers: dict[str, str]
    body: Any


def _body(answer: dict[str, Any]) -> Any:
    if not answer["body"]:
        return None
    return told(answer) if "json" in answer["headers"]["content-type"] else answer["body"]


@dataclass
class Api:
    """Calls functions by their place, such as `deployments.create`; `user` is who asks unless a call says."""

    world: World = field(default_factory=World)
    user: str = "alice"
    requests: int = 0

    def call(self, function: str, method: str, route: str, **parts: Any) -> Answer:
        """`parts` are those of `proxy_event`; `key` is an Idempotency-Key. Every answer is held against the
        OpenAPI document."""
        self.requests += 1
        headers = dict(parts.pop("headers", {}))
        if (key := parts.pop("key", None)) is not None:
            headers["Idempotency-Key"] = key
        asked = {"user": self.user, "request_id": f"request-{self.requests}", **parts}
        event = proxy_event(method, route, headers=headers, **asked)
        answer = importlib.import_module(function).handler(event, lambda_context())
        body = _body(answer)
        heard = Heard(
            method=method,
            target=route,
            status=answer["statusCode"],
            headers=answer["headers"],
            body=body,
            sent=readable(event["body"]),
            route=route,
        )
        found = mistakes(heard)
        assert not found, "\n".join(found)
        return Answer(answer["statusCode"], answer["headers"], body)

    def create(self, body: Any, **parts: Any) -> Answer:
        return self.call("deployments.create", "POST", "/v1/deployments", body=body, **parts)

    def page(self, query: dict[str, list[str]] | None = None, **parts: Any) -> Answer:
        return self.call("deployments.list", "GET", "/v1/deployments", query=query, **parts)

    def get(self, dseq: object, **parts: Any) -> Answer:
        return self._one("get", "GET", dseq, **parts)

    def update(self, dseq: object, body: Any, **parts: Any) -> Answer:
        return self._one("update", "PUT", dseq, body=body, **parts)

    def delete(self, dseq: object, **parts: Any) -> Answer:
        return self._one("delete", "DELETE", dseq, **parts)

    def _one(self, verb: str, method: str, dseq: object, **parts: Any) -> Answer:
        path = {"dseq": str(dseq)}
        return self.call(f"deployments.{verb}", method, "/v1/deployments/{dseq}", path=path, **parts)

    def deposit(self, body: Any, *, dseq: object = None, **parts: Any) -> Answer:
        """With `dseq` by AEP-63's path, else by the older one."""
        if dseq is None:
            return self.call("deployments.deposit", "POST", "/v1/deposit-deployment", body=body, **parts)
        route, path = "/v1/deployments/deposit/{dseq}", {"dseq": str(dseq)}
        return self.call("deployments.deposit", "POST", route, body=body, path=path, **parts)

    def bids(self, query: dict[str, list[str]] | None = None, *, dseq: object = None, **parts: Any) -> Answer:
        if dseq is None:
            return self.call("bids.list", "GET", "/v1/bids", query=query, **parts)
        path = {"dseq": str(dseq)}
        return self.call("bids.list", "GET", "/v1/bids/{dseq}", path=path, query=query, **parts)

    def lease(self, body: Any, **parts: Any) -> Answer:
        return self.call("leases.create", "POST", "/v1/leases", body=body, **parts)
