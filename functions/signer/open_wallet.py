"""Opens a user's wallet: makes its key and row on first need and has the treasury grant credit and fees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway_signing import events, logs, wiring
from slipway_signing.settings import open_wallet_settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`{request_id, user_id, credit, fees}` → `{address, state}`, with an `error` while it is not ready."""
    settings = open_wallet_settings()
    answer = events.open_wallet(
        event, opener=wiring.wallet_opener(settings), rekeyer=wiring.rekeyer(settings)
    )
    logs.log(settings.aws, "WALLET_OPENING_HANDLED", event, answer)
    return answer
