"""GET /v2/deployment-settings/{dseq} and /v1/deployment-settings/{userId}/{dseq}: a deployment's setting.

One that nobody has made is made now, on where there is a wallet to pay from.
"""

from datetime import UTC, datetime

from slipway.domain.errors import ChainUnavailable, DeploymentSettingNotFound
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployment_settings import SettingOut, SettingPath, SettingQuery
from slipway.entry.wiring import chain_reads, user_settings, wallets
from slipway.services import deployment_settings


@endpoint(
    query=SettingQuery,
    path=SettingPath,
    scope="settings:read",
    refuses=(DeploymentSettingNotFound, ChainUnavailable),
)
def handler(request: Request[None, SettingQuery, SettingPath]) -> SettingOut:
    found = deployment_settings.read(
        user=request.user,
        acted_for=request.query.acted_for(request.path),
        dseq=request.path.dseq,
        new_id=request.intent,
        now=datetime.now(UTC),
        settings=user_settings(),
        wallets=wallets(),
        chain=chain_reads(),
    )
    return SettingOut.of(found)
