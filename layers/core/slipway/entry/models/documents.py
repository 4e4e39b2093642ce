"""Queries and paths of the documentation, and what each asks for."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from slipway.domain.errors import DocumentScopeUnknown
from slipway.entry.models.base import Model

SCOPES: Final = ("full", "console")
"""The reference's names for its whole document and for the part that its web page calls. Ours is one."""


class DocumentQuery(Model):
    """Empty is as good as left out."""

    scope: str = Field(default="full", description="`full` or `console`: the same document.")

    def must_be_known(self) -> None:
        """Raises DocumentScopeUnknown."""
        if self.scope and self.scope not in SCOPES:
            raise DocumentScopeUnknown


class AssetPath(Model):
    asset: str = Field(description="As the page names it.")
