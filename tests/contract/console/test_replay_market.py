"""The recorded exchanges of the Console API, sent again: bids, leases and deployments."""

from __future__ import annotations

import pytest

from sandbox.replay.console_walk import WALKS
from tests.contract.console.replaying import mistakes

pytestmark = pytest.mark.e2e


def test_no_client_of_the_console_api_is_tripped() -> None:
    assert mistakes(WALKS[0]) == []
