"""The recorded exchanges of the Console API, sent again: money that runs out and things that are away."""

from __future__ import annotations

import pytest

from sandbox.replay.console_walk import WALKS
from tests.contract.console.replaying import mistakes

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("files", WALKS[2:], ids=lambda files: files[0])
def test_no_client_of_the_console_api_is_tripped(files: tuple[str, ...]) -> None:
    assert mistakes(files) == []
