"""`make openapi`: write the OpenAPI document of the stack where the function that serves it finds it."""

from __future__ import annotations

import sys
from typing import Final

from tools.openapi.document import text
from tools.openapi.endpoints import ROOT

PLACE: Final = ROOT / "functions" / "documentation" / "openapi.json"


def main() -> int:
    PLACE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
