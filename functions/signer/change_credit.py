"""Raises or lowers what wallets may deposit: the treasury's grants, reckoned, written and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway_signing import events_treasury, logs, wiring
from slipway_signing.settings import credit_settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Event and answer: `slipway_signing/events_treasury.py`."""
    settings = credit_settings()
    answer = events_treasury.change_credit(
        event,
        credit=wiring.credit(settings),
        wallets=wiring.wallets(settings.aws, settings.wallets_table),
        time_left=lambda: context.get_remaining_time_in_millis() / 1000,
    )
    logs.log(settings.aws, "CREDIT_CHANGE_HANDLED", event, answer)
    return answer
