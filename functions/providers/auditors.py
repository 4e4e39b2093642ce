"""GET /v1/auditors: who vouches for providers. Public."""

from slipway.domain.provider import AUDITORS
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.providers import AuditorsOut


@endpoint(scope=None)
def handler(request: Request) -> AuditorsOut:
    return AuditorsOut.of(AUDITORS)
