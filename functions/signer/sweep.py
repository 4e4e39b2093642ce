"""Ends every intent whose function died; by the schedule, every minute."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from slipway_signing import events_treasury, logs, wiring
from slipway_signing.settings import sweep_settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The event says nothing that counts; the answer is for the log."""
    settings = sweep_settings()
    answer = events_treasury.sweep(
        wiring.sweeper(settings, claim=str(uuid.uuid4())),
        lambda: context.get_remaining_time_in_millis() / 1000,
    )
    logs.log(settings.aws, "INTENTS_SWEPT", event, answer)
    return answer
