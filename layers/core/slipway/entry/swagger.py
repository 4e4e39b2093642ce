"""The page with Swagger UI and what it loads. Users type API keys into it, so nothing comes from elsewhere:
script and style are those that aws-lambda-powertools carries, served from here under names that change with
their content, and the page's policy lets no other run or be asked.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from slipway.domain.errors import AssetNotFound
from slipway.entry.files import ALWAYS_ASK, FOR_EVER, File, digest

if TYPE_CHECKING:
    from collections.abc import Mapping

HTML: Final = "text/html; charset=UTF-8"
SCRIPT: Final = "text/javascript; charset=UTF-8"
STYLE: Final = "text/css; charset=UTF-8"

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
PAGE_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}

START: Final = """\
window.addEventListener("load", () => {
  const base = document.getElementById("swagger-ui").dataset.document;
  window.ui = SwaggerUIBundle({
    dom_id: "#swagger-ui",
    url: new URL(base, window.location.href).href,
    deepLinking: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
  });
});
"""
"""Keys are forgotten with the page, and the document is shown to no validator on the net."""

PAGE: Final = """\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Slipway API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="{assets}{style}">
    <script src="{assets}{bundle}" defer></script>
    <script src="{assets}{start}" defer></script>
  </head>
  <body>
    <div id="swagger-ui" data-document="{document}"></div>
  </body>
</html>
"""

_FOLDER: Final = "event_handler/openapi/swagger_ui"


@dataclass(frozen=True, slots=True)
class Asset:
    """`name` changes with the text: whoever has it may keep it for ever."""

    name: str
    media_type: str
    text: str

    @classmethod
    def of(cls, stem: str, ending: str, media_type: str, text: str) -> Asset:
        return cls(f"{stem}.{digest(text)}.{ending}", media_type, text)


def page(path: str) -> File:
    """The page. What it loads is named relative to the `path` at which it was asked for: right under any host
    and stage."""
    within = path.endswith("/")
    text = PAGE.format(
        assets="" if within else "swagger/",
        document="../openapi.json" if within else "openapi.json",
        style=_style().name,
        bundle=_bundle().name,
        start=_start().name,
    )
    return File(text, HTML, ALWAYS_ASK, PAGE_HEADERS)


def asset(name: str) -> File:
    """What the page loads. Raises AssetNotFound."""
    for found in (_style(), _bundle(), _start()):
        if found.name == name:
            return File(found.text, found.media_type, FOR_EVER)
    raise AssetNotFound


@functools.cache
def _style() -> Asset:
    return Asset.of("swagger-ui", "css", STYLE, _carried("swagger-ui.min.css"))


@functools.cache
def _bundle() -> Asset:
    return Asset.of("swagger-ui-bundle", "js", SCRIPT, _carried("swagger-ui-bundle.min.js"))


@functools.cache
def _start() -> Asset:
    return Asset.of("start", "js", SCRIPT, START)


def _carried(name: str) -> str:
    package = resources.files("aws_lambda_powertools")
    return package.joinpath(_FOLDER, name).read_text(encoding="utf-8")
