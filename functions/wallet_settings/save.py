"""POST and PUT /v1/wallet-settings: make or change the wallet's setting.

There is no payment method here yet, so nothing can be charged and `autoReloadEnabled` is refused.
"""

from datetime import UTC, datetime

from slipway.domain.errors import PaymentsNotSetUp
from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.wallet_settings import ReloadOut, SaveIn
from slipway.entry.wiring import user_settings, wallets
from slipway.services import wallet_settings


@endpoint(body=SaveIn, scope="settings:write", refuses=(*refusals.WALLET, PaymentsNotSetUp))
def handler(request: Request[SaveIn]) -> ReloadOut:
    saved = wallet_settings.save(
        user=request.user,
        choice=request.body.choice,
        new_id=request.intent,
        now=datetime.now(UTC),
        settings=user_settings(),
        wallets=wallets(),
    )
    return ReloadOut.of(saved)
