"""GET /v1/wallet-settings: when the wallet is to buy credit by itself."""

from slipway.domain.errors import WalletOpening, WalletSettingNotFound
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.wallet_settings import ReloadOut
from slipway.entry.wiring import user_settings, wallets
from slipway.services import wallet_settings


@endpoint(scope="settings:read", refuses=(WalletSettingNotFound, WalletOpening))
def handler(request: Request) -> ReloadOut:
    return ReloadOut.of(wallet_settings.read(user=request.user, settings=user_settings(), wallets=wallets()))
