"""Users are made through the functions, as an operator and a signed-in user would call them."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.aws import declared
from sandbox.aws.declared import functions_of
from sandbox.aws.environment import isolated_environments
from sandbox.aws.functions import Runtime
from sandbox.aws.intrinsics import Stack
from sandbox.aws.template import Template
from sandbox.gateway import api
from sandbox.users import UserRefusedError, Users

TEMPLATE = """
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: sandbox}}
  ApiKeysCreate:
    Type: AWS::Serverless::Function
    Properties:
      Handler: keys.handler
      Events: {On: {Type: Api, Properties: {Method: POST, Path: /v1/api-keys}}}
  UserMe:
    Type: AWS::Serverless::Function
    Properties:
      Handler: me.handler
      Events: {On: {Type: Api, Properties: {Method: GET, Path: /v1/user/me}}}
  SignerOpenWallet: {Type: AWS::Serverless::Function, Properties: {Handler: wallet.handler}}
"""


@pytest.fixture(autouse=True)
def isolated() -> Iterator[None]:
    with isolated_environments():
        yield


def unused(event: Any) -> Any:
    raise AssertionError("nobody should call this")


def users(
    *, wallet: Callable[[Any], Any], keys: Callable[[Any], Any], me: Callable[[Any], Any] = unused
) -> Users:
    stack = Stack(Template.parse(TEMPLATE), name="s", region="us-east-1", account_id="1")
    declared.declare(stack)
    api.declare(stack)
    runtime = Runtime(
        functions_of(stack),
        region="us-east-1",
        account_id="1",
        endpoint_url="http://127.0.0.1:1",
        handlers={
            "s-ApiKeysCreate": lambda event, context: keys(event),
            "s-UserMe": lambda event, context: me(event),
            "s-SignerOpenWallet": lambda event, context: wallet(event),
        },
    )
    return Users(runtime=runtime, stack=stack, api=api.api_of(stack))


def test_a_key_is_made_by_the_function_behind_the_api_for_the_user_who_signed_in() -> None:
    seen: list[Any] = []

    def keys(event: Any) -> Any:
        seen.append(event)
        return {"statusCode": 201, "body": json.dumps({"data": {"apiKey": "secret"}})}

    key = asyncio.run(users(wallet=unused, keys=keys).create_key("alice", "first"))

    assert key == "secret"
    assert json.loads(seen[0]["body"]) == {"data": {"name": "first"}}
    assert seen[0]["requestContext"]["authorizer"]["user_id"] == "alice"


def test_a_refused_key_is_an_error_with_the_functions_words() -> None:
    refusing = users(wallet=unused, keys=lambda event: {"statusCode": 400, "body": "no more keys"})

    with pytest.raises(UserRefusedError, match="no more keys"):
        asyncio.run(refusing.create_key("alice", "first"))


def test_a_wallet_is_opened_with_credit_and_fees_in_micro_units() -> None:
    seen: list[Any] = []

    def wallet(event: Any) -> Any:
        seen.append(event)
        return {"address": "akash1alice", "state": "ready"}

    address = asyncio.run(users(wallet=wallet, keys=unused).open_wallet("alice", credit=5, fees=7))

    assert address == "akash1alice"
    assert (seen[0]["user_id"], seen[0]["credit"], seen[0]["fees"]) == ("alice", "5", "7")


def test_a_wallet_that_is_still_opening_is_asked_for_once_more() -> None:
    states = iter(["opening", "ready"])
    slow = users(wallet=lambda event: {"address": "akash1alice", "state": next(states)}, keys=unused)

    assert asyncio.run(slow.open_wallet("alice", credit=5, fees=7)) == "akash1alice"


def test_a_wallet_that_does_not_open_is_an_error() -> None:
    refusing = users(
        wallet=lambda event: {"state": "opening", "error": {"code": "treasury_empty"}}, keys=unused
    )

    with pytest.raises(UserRefusedError, match="treasury_empty"):
        asyncio.run(refusing.open_wallet("alice", credit=5, fees=7))


def test_what_a_sign_in_tells_reaches_the_function_that_keeps_it() -> None:
    seen: list[Any] = []

    def me(event: Any) -> Any:
        seen.append(event)
        return {"statusCode": 200, "body": "{}"}

    asyncio.run(users(wallet=unused, keys=unused, me=me).sign_in("alice", email="a@b.example", username="al"))

    told = seen[0]["requestContext"]["authorizer"]
    assert (told["user_id"], told["email"], told["email_verified"], told["username"]) == (
        "alice",
        "a@b.example",
        "true",
        "al",
    )


def test_a_sign_in_that_fails_is_an_error() -> None:
    refusing = users(wallet=unused, keys=unused, me=lambda event: {"statusCode": 503, "body": "later"})

    with pytest.raises(UserRefusedError, match="alice could not sign in"):
        asyncio.run(refusing.sign_in("alice", email="a@b.example", username="al"))
