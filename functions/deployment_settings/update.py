"""PATCH /v2/deployment-settings/{dseq} and /v1/deployment-settings/{userId}/{dseq}: auto top-up on or off."""

from datetime import UTC, datetime

from slipway.domain.errors import ChainUnavailable, DeploymentSettingNotFound
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployment_settings import ChangeIn, SettingOut, SettingPath, SettingQuery
from slipway.entry.wiring import chain_reads, user_settings, wallets
from slipway.services import deployment_settings


@endpoint(
    body=ChangeIn,
    query=SettingQuery,
    path=SettingPath,
    scope="settings:write",
    refuses=(DeploymentSettingNotFound, ChainUnavailable),
)
def handler(request: Request[ChangeIn, SettingQuery, SettingPath]) -> SettingOut:
    changed = deployment_settings.change(
        user=request.user,
        acted_for=request.query.acted_for(request.path),
        dseq=request.path.dseq,
        auto_top_up=request.body.data.auto_top_up_enabled,
        new_id=request.intent,
        now=datetime.now(UTC),
        settings=user_settings(),
        wallets=wallets(),
        chain=chain_reads(),
    )
    return SettingOut.of(changed)
