"""GET /v1/user/me: who the caller is."""

from datetime import UTC, datetime

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.users import MeOut
from slipway.entry.wiring import users, wallets
from slipway.services.users import me


@endpoint(scope="user:read")
def handler(request: Request) -> MeOut:
    found = me(
        user=request.user,
        profile=request.profile,
        now=datetime.now(UTC),
        users=users(),
        wallets=wallets(),
    )
    return MeOut.of(found)
