"""The functions' environment, and fakes in the place of what `entry/wiring.py` builds from it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from slipway.entry import wiring

from tests.fakes.idempotency import FakeIdempotency
from tests.functions.calling import VARIABLES, Api

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def functions_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A logger of its own for each test: one that is made once writes to the stream of its own time."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"functions-{uuid.uuid4()}")


@pytest.fixture
def api(functions_environment: None, monkeypatch: pytest.MonkeyPatch) -> Api:
    """A world in which alice has a wallet and credit."""
    api, kept = Api(), FakeIdempotency()
    api.world.user("alice")
    built = {
        "_wallets": api.world.wallets,
        "_chain_reads": api.world.chain,
        "_signer": api.world.signer,
        "_providers": api.world.providers,
        "_idempotency": kept,
        "_provider_registry": api.world.registry,
        "_provider_sightings": api.world.sightings,
        "_tables": api.world.tables,
        "_user_tokens": api.world.user_tokens,
        "_users": api.world.users,
        "_user_settings": api.world.settings,
    }
    for name, fake in built.items():
        monkeypatch.setattr(wiring, name, _always(fake))
    return api


def _always(fake: Any) -> Callable[..., Any]:
    return lambda *_settings: fake
