"""DELETE /v1/wallet-settings: the wallet buys nothing by itself."""

from slipway.domain.errors import WalletSettingNotFound
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.wiring import user_settings
from slipway.services import wallet_settings


@endpoint(scope="settings:write", status=204, refuses=(WalletSettingNotFound,))
def handler(request: Request) -> None:
    wallet_settings.delete(user=request.user, settings=user_settings())
