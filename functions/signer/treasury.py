"""Signs and lands one transaction of the treasury, once. Only this may grant, allow or mint."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from slipway_signing import events, logs, wiring
from slipway_signing.settings import treasury_settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Event and answer: `slipway_signing/events.py`."""
    settings = treasury_settings()
    answer = events.sign(
        event,
        signer=wiring.treasury_signer(settings),
        claim=str(uuid.uuid4()),
        now_ns=time.time_ns(),
        time_left=lambda: context.get_remaining_time_in_millis() / 1000,
    )
    logs.log(settings.signer.aws, "TREASURY_TRANSACTION_HANDLED", event, answer)
    return answer
