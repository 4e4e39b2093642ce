"""The gateway over HTTP: authorizer first, then the function, and its own answers in the template's shape."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from sandbox.aws.declared import Function
from sandbox.aws.functions import Runtime
from sandbox.aws.invocation import PAYLOAD_LIMIT, Context
from sandbox.gateway.api import Api, Authorizer, GatewayResponse, Route
from sandbox.gateway.server import BODY_LIMIT, Gateway

PROBLEM = GatewayResponse(
    status=404,
    headers={"content-type": "'application/problem+json'"},
    templates={"application/json": '{"request_id":"$context.requestId","path":"$context.path"}'},
)
DENIED = GatewayResponse(
    status=401, templates={"application/json": '{"message":"$context.authorizer.message"}'}
)


def authorize(event: Any, context: Context) -> Any:
    """Allows the key `good`, raises or misbehaves for keys that say so, and denies every other."""
    key = event["headers"].get("X-Api-Key")
    if key == "unauthorized":
        raise RuntimeError("Unauthorized")
    if key == "broken":
        raise RuntimeError("out of order")
    if key == "malformed":
        return {"principalId": "alice"}
    effect = "Allow" if key == "good" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    facts = {"user_id": "alice", "tries": 1} if key == "good" else {"message": "Invalid API key"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "alice", "policyDocument": document, "context": facts}


def echo(event: Any, context: Context) -> Any:
    return {"statusCode": 200, "headers": {"X-Own-Case": "kept"}, "body": json.dumps(event)}


def wait(event: Any, context: Context) -> Any:
    time.sleep(0.6)
    return {"statusCode": 200}


HANDLERS = {
    "authorize": authorize,
    "echo": echo,
    "wait": wait,
    "raises": lambda event, context: 1 / 0,
    "malformed": lambda event, context: {"answer": 42},
}
CREDENTIALS = Authorizer(function="authorize")
ROUTES = (
    Route("POST", "/v1/things/{id}", "echo", CREDENTIALS),
    Route("GET", "/open", "echo"),
    Route("GET", "/raises", "raises"),
    Route("GET", "/malformed", "malformed"),
    Route("GET", "/over-the-gateways-limit", "wait"),
    Route("GET", "/over-its-own-limit", "wait_briefly"),
    Route("GET", "/asks-for-a-header", "echo", Authorizer(function="authorize", headers=("X-Api-Key",))),
)


@contextmanager
def loop_in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    functions = [Function(logical_id=name, name=name, handler=name, timeout_seconds=5) for name in HANDLERS]
    brief = Function(logical_id="w", name="wait_briefly", handler="wait", timeout_seconds=0.05)
    runtime = Runtime(
        [*functions, brief],
        region="us-east-1",
        account_id="123456789012",
        endpoint_url="http://127.0.0.1:1",
        handlers={**HANDLERS, "wait_briefly": wait},
    )
    api = Api(routes=ROUTES, responses={"MISSING_AUTHENTICATION_TOKEN": PROBLEM, "ACCESS_DENIED": DENIED})
    gateway = Gateway(api, runtime, integration_timeout=0.3)
    with loop_in_a_thread() as loop:
        asyncio.run_coroutine_threadsafe(gateway.start(), loop).result(5)
        with httpx.Client(base_url=gateway.url, timeout=10) as client:
            yield client
        asyncio.run_coroutine_threadsafe(gateway.stop(), loop).result(5)


def test_an_allowed_request_reaches_its_function_with_the_authorizers_context(http: httpx.Client) -> None:
    headers = {"X-Api-Key": "good", "Content-Type": "application/json"}

    answer = http.post("/v1/things/a%20b?x=1&x=2", headers=headers, content='{"n":"ü"}')

    event = answer.json()
    assert answer.status_code == 200
    assert event["pathParameters"] == {"id": "a b"}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["body"] == '{"n":"ü"}'
    authorizer = event["requestContext"]["authorizer"]
    assert (authorizer["user_id"], authorizer["tries"]) == ("alice", "1")
    assert answer.headers["x-amzn-requestid"] == event["requestContext"]["requestId"]


def test_response_headers_keep_their_case(http: httpx.Client) -> None:
    answer = http.get("/open")

    assert (b"X-Own-Case", b"kept") in answer.headers.raw


def test_a_denied_request_is_answered_from_the_template(http: httpx.Client) -> None:
    answer = http.post("/v1/things/1", headers={"X-Api-Key": "bad"})

    assert (answer.status_code, answer.json()) == (401, {"message": "Invalid API key"})


@pytest.mark.parametrize(
    ("key", "status", "message"),
    [("unauthorized", 401, "Unauthorized"), ("broken", 500, None), ("malformed", 500, None)],
)
def test_an_authorizer_that_raises_or_misbehaves_lets_nobody_in(
    http: httpx.Client, key: str, status: int, message: str | None
) -> None:
    answer = http.post("/v1/things/1", headers={"X-Api-Key": key})

    assert (answer.status_code, answer.json()) == (status, {"message": message})


def test_a_request_without_the_identity_source_is_refused_unasked(http: httpx.Client) -> None:
    answer = http.get("/asks-for-a-header")

    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(("method", "path"), [("GET", "/v2"), ("GET", "/v1/things/1"), ("OPTIONS", "/open")])
def test_an_unknown_path_or_method_is_answered_from_the_template(
    http: httpx.Client, method: str, path: str
) -> None:
    answer = http.request(method, path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {"request_id": answer.headers["x-amzn-requestid"], "path": path}


def test_head_is_a_method_of_its_own_and_has_no_body(http: httpx.Client) -> None:
    answer = http.head("/open")

    assert (answer.status_code, answer.content) == (404, b"")


def test_a_client_that_waits_to_be_told_to_go_on_is_told(http: httpx.Client) -> None:
    address = (http.base_url.host, http.base_url.port or 80)
    with socket.create_connection(address, timeout=5) as wire:
        head = "POST /v1/things/1 HTTP/1.1\r\nHost: x\r\nX-Api-Key: good\r\nContent-Length: 2\r\n"
        wire.sendall(f"{head}Expect: 100-continue\r\nConnection: close\r\n\r\n".encode())

        assert wire.recv(100).startswith(b"HTTP/1.1 100 Continue")
        wire.sendall(b"{}")
        assert wire.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("path", ["/raises", "/malformed"])
def test_a_function_without_a_proper_answer_is_a_bad_gateway(http: httpx.Client, path: str) -> None:
    answer = http.get(path)

    assert (answer.status_code, answer.json()) == (502, {"message": "Internal server error"})


@pytest.mark.parametrize("path", ["/over-the-gateways-limit", "/over-its-own-limit"])
def test_a_function_that_takes_too_long_is_a_gateway_timeout(http: httpx.Client, path: str) -> None:
    answer = http.get(path)

    assert (answer.status_code, answer.json()) == (504, {"message": "Endpoint request timed out"})


def test_a_body_over_ten_megabytes_is_too_large(http: httpx.Client) -> None:
    answer = http.post("/v1/things/1", headers={"X-Api-Key": "good"}, content=b"x" * (BODY_LIMIT + 1))

    assert answer.status_code == 413
    assert answer.json() == {"message": f"HTTP content length exceeded {BODY_LIMIT} bytes."}


def test_a_body_that_no_function_takes_is_too_large_as_well(http: httpx.Client) -> None:
    answer = http.post("/v1/things/1", headers={"X-Api-Key": "good"}, content=b"x" * (PAYLOAD_LIMIT + 1))

    assert (answer.status_code, answer.json()) == (413, {"message": "Request Too Long"})
