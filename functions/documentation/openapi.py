"""GET /v1/openapi.json and /v1/doc: this document, OpenAPI 3.1. Public.

Its server is relative to where it is served. Keep its `etag` and ask with `If-None-Match`.
"""

import functools
from pathlib import Path

from slipway.domain.errors import DocumentScopeUnknown
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.files import FIVE_MINUTES, File
from slipway.entry.models.documents import DocumentQuery
from slipway.entry.proxy import JSON


@functools.cache
def document() -> File:
    """Made by `make openapi`."""
    text = Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")
    return File(text, JSON, FIVE_MINUTES)


@endpoint(query=DocumentQuery, scope=None, refuses=(DocumentScopeUnknown,))
def handler(request: Request[None, DocumentQuery]) -> File:
    request.query.must_be_known()
    return document()
