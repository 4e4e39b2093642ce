"""Finishes changes of credit, pays refunds that are owed and renews fee allowances; by the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway_signing import events_treasury, logs, wiring
from slipway_signing.settings import credit_settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`{look_after: credit | fees}`, or nothing for both; the answer is for the log."""
    settings = credit_settings()
    answer = events_treasury.upkeep(
        event,
        credit=wiring.credit(settings),
        books=wiring.books(settings.aws, settings.grants_table),
        fees=wiring.fees(settings),
        time_left=lambda: context.get_remaining_time_in_millis() / 1000,
    )
    logs.log(settings.aws, "TREASURY_KEPT_UP", event, answer)
    return answer
