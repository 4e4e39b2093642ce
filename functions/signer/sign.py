"""Signs and lands one transaction of a user's wallet, once. Only this may spend a wallet's credit."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from slipway_signing import events, logs, wiring
from slipway_signing.settings import sign_settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Event and answer: `slipway_signing/events.py`."""
    settings = sign_settings()
    answer = events.sign(
        event,
        signer=wiring.wallet_signer(settings),
        claim=str(uuid.uuid4()),
        now_ns=time.time_ns(),
        time_left=lambda: context.get_remaining_time_in_millis() / 1000,
    )
    logs.log(settings.signer.aws, "TRANSACTION_HANDLED", event, answer)
    return answer
