"""GET /v1/swagger/{asset}: what the page at `/v1/swagger` loads. Public."""

from slipway.domain.errors import AssetNotFound
from slipway.entry import swagger
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.files import File
from slipway.entry.models.documents import AssetPath


@endpoint(path=AssetPath, scope=None, media_types=("text/javascript", "text/css"), refuses=(AssetNotFound,))
def handler(request: Request[None, None, AssetPath]) -> File:
    return swagger.asset(request.path.asset)
