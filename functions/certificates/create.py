"""POST /v1/certificates: what the reference answers since it removed certificates. Public.

Providers know you by tokens: see `POST /v1/create-jwt-token`.
"""

from typing import NoReturn

from slipway.domain.errors import CertificatesRemoved
from slipway.entry.endpoint import Request, endpoint


@endpoint(scope=None, refuses=(CertificatesRemoved,))
def handler(request: Request) -> NoReturn:
    raise CertificatesRemoved
