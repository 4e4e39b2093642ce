"""POST /v2/deployment-settings and /v1/deployment-settings: a setting for a deployment that has none."""

from datetime import UTC, datetime

from slipway.domain.errors import ActsForAnother, ChainUnavailable, DeploymentSettingExists
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployment_settings import CreateIn, SettingOut
from slipway.entry.wiring import chain_reads, user_settings, wallets
from slipway.services import deployment_settings


@endpoint(
    body=CreateIn,
    scope="settings:write",
    status=201,
    refuses=(ActsForAnother, DeploymentSettingExists, ChainUnavailable),
)
def handler(request: Request[CreateIn]) -> SettingOut:
    made = deployment_settings.create(
        user=request.user,
        acted_for=request.body.acted_for(request.route),
        dseq=request.body.data.dseq,
        auto_top_up=request.body.data.auto_top_up_enabled,
        new_id=request.intent,
        now=datetime.now(UTC),
        settings=user_settings(),
        wallets=wallets(),
        chain=chain_reads(),
    )
    return SettingOut.of(made)
