"""GET /v1/swagger: a page to read this document and to try its operations. Public.

It loads nothing from other hosts, and forgets the keys that were typed into it when it is closed.
"""

from slipway.entry import swagger
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.files import File


@endpoint(scope=None, media_types=("text/html",))
def handler(request: Request) -> File:
    return swagger.page(request.target)
