"""Mints the token that one wallet shows to one provider for one scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway_signing import events, wiring
from slipway_signing.settings import provider_token_settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`{request_id, user_id, provider, scope}` → `{token, expires_at}` or `{error: {code, facts}}`."""
    settings = provider_token_settings()
    answer = events.provider_token(
        event,
        wallets=wiring.wallets(settings.aws, settings.wallets_table),
        key_of=lambda row: wiring.wallet_key(settings.aws, row),
        mint=wiring.token_mint(settings),
    )
    wiring.log(settings.aws, "PROVIDER_TOKEN_HANDLED", event, answer)
    return answer
