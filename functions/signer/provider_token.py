"""Mints tokens for providers: one that we show to one provider for one scope, or one that a user asks for."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from slipway_signing import events, logs, wiring
from slipway_signing.settings import provider_token_settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from slipway_signing.settings import ProviderTokenSettings


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`{request_id, user_id, provider, scope}`, or with `leases` and `ttl` (seconds) in the place of the last
    two, → `{token, expires_at}` or `{error: {code, facts}}`."""
    settings = provider_token_settings()
    answer = _for_user(event, settings) if "leases" in event else _for_provider(event, settings)
    logs.log(settings.aws, "PROVIDER_TOKEN_HANDLED", event, answer)
    return answer


def _for_provider(event: dict[str, Any], settings: ProviderTokenSettings) -> dict[str, Any]:
    return events.provider_token(
        event,
        wallets=wiring.wallets(settings.aws, settings.wallets_table),
        key_of=lambda row: wiring.wallet_key(settings.aws, row),
        mint=wiring.token_mint(settings),
        log=wiring.signing_log(settings.aws, settings.log_table),
    )


def _for_user(event: dict[str, Any], settings: ProviderTokenSettings) -> dict[str, Any]:
    return events.user_token(
        event,
        wallets=wiring.wallets(settings.aws, settings.wallets_table),
        key_of=lambda row: wiring.wallet_key(settings.aws, row),
        now=int(time.time()),
        token_id=str(uuid.uuid4()),
        log=wiring.signing_log(settings.aws, settings.log_table),
    )
