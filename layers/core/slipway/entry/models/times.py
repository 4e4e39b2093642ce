"""Times on the wire."""

from __future__ import annotations

from datetime import UTC, datetime


def written(at: datetime) -> str:
    """As the reference writes them: `2026-11-22T15:46:26.248Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
