"""Asking another Lambda function and waiting for its answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from slipway.domain.errors import SignerUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_lambda import LambdaClient


class NoAnswerInTime(Exception):
    """The function was asked and may still be at work."""


def invoke(client: LambdaClient, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """Its answer. Raises NoAnswerInTime, and SignerUnavailable where it could not be asked or failed."""
    try:
        answer = client.invoke(
            FunctionName=function, InvocationType="RequestResponse", Payload=json.dumps(dict(event)).encode()
        )
        payload = answer["Payload"].read()
    except ReadTimeoutError as error:
        raise NoAnswerInTime from error
    except (BotoCoreError, ClientError) as error:
        raise SignerUnavailable from error
    if answer.get("FunctionError"):
        raise SignerUnavailable
    return _object(payload)


def _object(payload: bytes) -> dict[str, Any]:
    try:
        found = json.loads(payload)
    except ValueError as error:
        raise SignerUnavailable from error
    if not isinstance(found, dict):
        raise SignerUnavailable
    return found
