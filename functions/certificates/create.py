"""POST /v1/certificates: what the reference answers since it removed certificates. Public."""

from slipway.domain.errors import CertificatesRemoved
from slipway.entry.endpoint import Request, endpoint


@endpoint(scope=None)
def handler(request: Request) -> None:
    raise CertificatesRemoved
