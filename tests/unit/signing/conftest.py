from __future__ import annotations

import pytest

from tests.unit.signing.signing_fakes import World


@pytest.fixture
def world() -> World:
    return World()
