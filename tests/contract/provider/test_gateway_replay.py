"""The recorded gateway's exchanges, sent again to a sandbox provider: no difference that is not explained."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.replay import gateway
from tests import recordings

RUNS = range(len(gateway.RUNS) + 1)


@pytest.mark.parametrize("run", RUNS)
def test_the_provider_answers_as_the_recorded_one_did(run: int) -> None:
    folder = recordings.path("gateway")

    async def replayed() -> tuple[int, list[str]]:
        count, differing = 0, []
        async for exchange, found in gateway.replay(folder, run):
            count += 1
            differing += [f"{exchange.place} {exchange.name}: {each}" for each in found]
        return count, differing

    count, differing = asyncio.run(replayed())

    assert count
    assert differing == []
