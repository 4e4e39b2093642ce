"""What every log line needs of the environment."""

from __future__ import annotations

import uuid

import pytest


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A logger of its own for each test: one that is made once writes to the stream of its own time."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"unit-{uuid.uuid4()}")
    monkeypatch.setenv("LOG_LEVEL", "INFO")
