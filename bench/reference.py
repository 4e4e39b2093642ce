"""The reference's recorded seconds beside ours: `python -m bench.reference ../shared/recordings/console`.

Ours are measured in a sandbox whose blocks take one second, as those of the recorder's chain did. Calls are
counted where they leave: each HTTP request of a function to the node, each exchange with a provider. Medians;
one call of each kind goes before, so that no import is in them.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slipway.adapters.chain_nodes import Nodes
from slipway.adapters.provider_access import ProviderAccess
from slipway_signing.transport import HttpTransport

from sandbox.provider.cast import CAST
from sandbox.replay.console_recording import read
from sandbox.up import SandboxConfig
from tests.e2e.running import Api, example, running, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RUNS: Final = 5
BLOCK_SECONDS: Final = 1.0
MANY: Final = 30
CREDIT: Final = 1_000_000_000
RECORDED: Final = {
    "create": r"03-deployments-create/(good|no denom|unknown fields).*",
    "lease": r"05-leases/(good|dseq as a number|old client: certificate in the body)",
    "get without a lease": r"07-get/without a lease",
    "get with a lease": r"07-get/(with a lease, ready|leading zeros|with a query)",
    "list of 5": r"06-list/5: (no parameters|\?limit=1000&skip=0|\?limit=100000)",
    "list of 30": r"06-list/29: (no parameters|\?limit=1000&skip=0|\?limit=100000)",
}
"""Which recorded exchanges are the same calls (the long list had 29)."""


@dataclass(frozen=True)
class Measured:
    seconds: float
    chain: float
    providers: float


class Counts:
    """Calls that left since the last look."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()

    @contextmanager
    def watching(self) -> Iterator[None]:
        doors = [
            (Nodes, "_once", "chain"),
            (HttpTransport, "_whole", "chain"),
            (ProviderAccess, "exchange", "providers"),
        ]
        originals = [(owner, name, getattr(owner, name)) for owner, name, _ in doors]
        for (owner, name, original), (_, _, kind) in zip(originals, doors, strict=True):
            setattr(owner, name, self._counted(original, kind))
        try:
            yield
        finally:
            for owner, name, original in originals:
                setattr(owner, name, original)

    def _counted(self, original: Callable[..., Any], kind: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self._found[kind] += 1
            return original(*arguments, **named)

        return call

    def taken(self) -> tuple[int, int]:
        found = (self._found["chain"], self._found["providers"])
        self._found.clear()
        return found


def recorded(folder: Path) -> dict[str, float]:
    exchanges = [each for each in read(folder) if each.status < 300]
    return {
        kind: statistics.median(
            each.seconds for each in exchanges if re.fullmatch(pattern, f"{each.file}/{each.name}")
        )
        for kind, pattern in RECORDED.items()
    }


def measured(counts: Counts, call: Callable[[], Any], runs: int = RUNS) -> Measured:
    seconds, chain, providers = [], [], []
    for _ in range(runs):
        counts.taken()
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
        one, other = counts.taken()
        chain.append(one)
        providers.append(other)
    return Measured(statistics.median(seconds), statistics.median(chain), statistics.median(providers))


def ours() -> dict[str, Measured]:
    counts, config = (
        Counts(),
        SandboxConfig(block_seconds=BLOCK_SECONDS, providers=CAST[:1], credit=CREDIT, schedules=False),
    )
    with counts.watching(), running(config) as stack:
        return _walked(counts, stack.demo)


def _walked(counts: Counts, api: Api) -> dict[str, Measured]:
    leased = _leased(api)
    found = {"create": measured(counts, lambda: api.create(example("web"), deposit=0.5))}
    waiting = [api.create(example("web"), deposit=0.5) for _ in range(RUNS)]
    bids = [api.first_bid(each["dseq"]) for each in waiting]
    pairs = iter(list(zip(waiting, bids, strict=True)))
    found["lease"] = measured(counts, lambda: _lease(api, *next(pairs)))
    bare = api.create(example("web"), deposit=0.5)["dseq"]
    found["get without a lease"] = measured(counts, lambda: api.detail(bare), 4 * RUNS)
    found["get with a lease"] = measured(counts, lambda: api.detail(leased), 4 * RUNS)
    _keep(api, 5)
    found["list of 5"] = measured(counts, lambda: _list(api), 4 * RUNS)
    _keep(api, MANY)
    found["list of 30"] = measured(counts, lambda: _list(api), 4 * RUNS)
    return found


def _leased(api: Api) -> str:
    created = api.create(example("web"), deposit=0.5)
    _lease(api, created, api.first_bid(created["dseq"]))
    dseq = str(created["dseq"])
    until("a status", lambda: api.detail(dseq)["leases"][0]["status"])
    return dseq


def _lease(api: Api, created: Any, bid: Any) -> None:
    answer = api.lease(created, [bid])
    assert answer.status_code == 200, answer.text


def _keep(api: Api, count: int) -> None:
    """So many deployments, by closing the newest or making more."""
    dseqs = [row["deployment"]["id"]["dseq"] for row in _list(api)]
    with ThreadPoolExecutor(5) as workers:
        list(workers.map(lambda dseq: api.ask("DELETE", f"/v1/deployments/{dseq}"), dseqs[count:]))
        list(workers.map(lambda _: api.create(example("web"), deposit=0.5), range(count - len(dseqs))))


def _list(api: Api) -> list[Any]:
    found: list[Any] = api.ask("GET", "/v1/deployments")["data"]["deployments"]
    return found


def main(folder: Path) -> None:
    before, now = recorded(folder), ours()
    print("| call | reference, s | Slipway, s | chain calls | provider calls |\n|---|---|---|---|---|")
    for kind, there in before.items():
        here = now[kind]
        print(f"| {kind} | {there:.3f} | {here.seconds:.3f} | {here.chain:g} | {here.providers:g} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
