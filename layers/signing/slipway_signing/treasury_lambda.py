"""`grants.Treasury`: the one function that has the treasury's key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from slipway.domain import errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_lambda import LambdaClient

    from slipway_signing.grants import Message


class LambdaTreasury:
    """Invokes it and waits for its answer. An answer that does not come leaves the intent under way."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def send(
        self,
        *,
        intent_id: str,
        request_id: str,
        user_id: str | None,
        messages: Sequence[Message],
        deposit_max: int,
        expects: Mapping[str, int],
    ) -> dict[str, Any]:
        event = {
            "intent_id": intent_id,
            "request_id": request_id,
            "user_id": user_id,
            "role": "treasury",
            "messages": list(messages),
            "limits": {"deposit_max": str(deposit_max)},
            "expects": {address: str(amount) for address, amount in expects.items()},
        }
        try:
            answer = self._client.invoke(
                FunctionName=self._function,
                InvocationType="RequestResponse",
                Payload=json.dumps(event).encode(),
            )
        except ReadTimeoutError as error:
            raise errors.TransactionPending(intent_id=intent_id) from error
        except (BotoCoreError, ClientError) as error:
            raise errors.SignerUnavailable from error
        if "FunctionError" in answer:
            raise errors.SignerUnavailable
        reply: dict[str, Any] = json.loads(answer["Payload"].read())
        return reply
