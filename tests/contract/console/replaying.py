"""A walk through the recordings of the Console API, and what may come of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.replay.console import family, walk
from sandbox.replay.console_walk import Outcome, Verdict
from tests import documented, recordings
from tests.documented import Heard, readable

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_BUILT_YET = (
    "/v1/addresses/",
    "/v1/alerts",
    "/v1/deployment-alerts/",
    "/v1/deployment/",
    "/v1/gpu",
    "/v1/leases-duration/",
    "/v1/market-data",
    "/v1/network-capacity",
    "/v1/notification-channels",
    "/v1/pricing",
    "/v1/provider-regions",
    "/v1/stripe/",
    "/v1/templates",
    "/v1/trial-providers",
    "/v1/usage/",
)
"""Billing by card, alerts, templates, statistics of the market, the indexer's pages."""

BEFORE_THE_GATEWAY = ("15-http/header of 20 kB", "15-http/an invented method")
"""What the server refuses by itself, before it knows of any path."""


def mistakes(files: Sequence[str]) -> list[str]:
    """What is wrong in a walk through these files, one line a difference: to the recordings, and to our own
    OpenAPI document."""
    found = []
    outcomes = walk(recordings.path("console"), files)
    assert {outcome.exchange.file[:2] for outcome in outcomes} == {*files}
    for outcome in outcomes:
        place = f"{outcome.exchange.place} {outcome.exchange.name}"
        if outcome.verdict is Verdict.NOT_BUILT and not outcome.exchange.path.startswith(NOT_BUILT_YET):
            found.append(f"{place}: {family(outcome)} is not there")
        if outcome.verdict is Verdict.WRONG:
            pairs = zip(outcome.found, outcome.rows, strict=True)
            found += [
                f"{place}: {each.part}: {json.dumps(each.recorded)[:200]} is {json.dumps(each.ours)[:200]}"
                for each, row in pairs
                if row is None
            ]
        found += [f"{place}: {mistake}" for mistake in _undocumented(outcome)]
    return found


def _undocumented(outcome: Outcome) -> list[str]:
    exchange, answer = outcome.exchange, outcome.answer
    if f"{exchange.file}/{exchange.name}" in BEFORE_THE_GATEWAY:
        return []
    heard = Heard(
        method=exchange.method,
        target=exchange.target,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        sent=readable(exchange.body),
    )
    return documented.mistakes(heard)
