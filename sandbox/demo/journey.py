"""One SDL from its text to running services and back, each step checked and printed with its time."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.demo.api import Api, DemoFailed, require, wait_for

if TYPE_CHECKING:
    from pathlib import Path

DEPOSIT_USD = 2
TOP_UP_USD = 1
MICRO = 1_000_000
BLOCKS_PER_HOUR = 600
"""Akash's blocks take about six seconds."""

KNOWN_BAD = "wreck"
"""The sandbox's bad provider: it bids lowest and refuses every manifest. The demo does not take its bids."""


class Stopwatch:
    def __init__(self) -> None:
        self._last = time.monotonic()

    def say(self, text: str) -> None:
        """Print a finished step and the seconds since the one before."""
        now = time.monotonic()
        print(f"  {now - self._last:6.2f} s  {text}", flush=True)
        self._last = now


@dataclass(frozen=True)
class Journey:
    """What one example needs: its SDL, and the addresses of providers whose bids are not to be taken."""

    api: Api
    example: Path
    avoid: frozenset[str]
    names: dict[str, str]

    def run(self) -> None:
        print(f"\n{self.example.name}", flush=True)
        watch = Stopwatch()
        created = self._create(watch)
        dseq = created["dseq"]
        groups = created["manifest"].count('"services":')
        choices = self._choose(dseq, groups, watch)
        self._lease(dseq, created["manifest"], choices, watch)
        self._wait_until_ready(dseq, watch)
        self._top_up(dseq, watch)
        self._close(dseq, watch)

    def _create(self, watch: Stopwatch) -> Any:
        body = {"data": {"sdl": self.example.read_text(), "deposit": DEPOSIT_USD}}
        created = self.api.call("POST", "/v1/deployments", body, expect=201)["data"]
        require(created["signTx"]["code"] == 0, "the create transaction has a code")
        watch.say(f"created {created['dseq']}, tx {created['signTx']['transactionHash'][:16]}…")
        return created

    def _choose(self, dseq: str, groups: int, watch: Stopwatch) -> list[dict[str, Any]]:
        """The cheapest good bid of every group."""

        def enough() -> dict[int, list[Any]] | None:
            by_group: dict[int, list[Any]] = defaultdict(list)
            for each in self.api.call("GET", f"/v1/bids?dseq={dseq}")["data"]:
                if each["bid"]["state"] == "open" and each["bid"]["id"]["provider"] not in self.avoid:
                    by_group[each["bid"]["id"]["gseq"]].append(each["bid"])
            return by_group if len(by_group) == groups else None

        by_group = wait_for("a bid on every group", enough)
        watch.say(f"{sum(map(len, by_group.values()))} bids on {groups} group(s)")
        for gseq, bids in sorted(by_group.items()):
            for bid in sorted(bids, key=_price):
                provider = self.names.get(bid["id"]["provider"], bid["id"]["provider"])
                print(f"            group {gseq}: {provider:10} ${_usd_per_hour(bid):.6f} an hour")
        return [min(bids, key=_price)["id"] for _, bids in sorted(by_group.items())]

    def _lease(self, dseq: str, manifest: str, choices: list[dict[str, Any]], watch: Stopwatch) -> None:
        body = {
            "manifest": manifest,
            "leases": [{key: bid[key] for key in ("dseq", "gseq", "oseq", "provider")} for bid in choices],
        }
        detail = self.api.call("POST", "/v1/leases", body)["data"]
        require(len(detail["leases"]) == len(choices), "not every chosen bid became a lease")
        self.api.call("POST", "/v1/leases", body)  # the same call again is safe
        watch.say(
            f"{len(choices)} lease(s) made, manifest delivered, and the same call again changed nothing"
        )
        require(len(self.api.detail(dseq)["leases"]) == len(choices), "the repeat made another lease")

    def _wait_until_ready(self, dseq: str, watch: Stopwatch) -> None:
        def ready() -> list[str] | None:
            statuses = [lease["status"] for lease in self.api.detail(dseq)["leases"]]
            services = [each for status in statuses if status for each in status["services"].values()]
            if None in statuses or not services or any(each["available"] < 1 for each in services):
                return None
            return [uri for each in services for uri in each["uris"] or []]

        uris = wait_for("every service to be available", ready)
        require(bool(uris), "no service has a URL")
        watch.say("running at " + ", ".join(f"http://{uri}" for uri in uris))

    def _top_up(self, dseq: str, watch: Stopwatch) -> None:
        before = _deposited(self.api.detail(dseq))
        detail = self.api.call("POST", f"/v1/deployments/deposit/{dseq}", {"data": {"deposit": TOP_UP_USD}})[
            "data"
        ]
        added = _deposited(detail) - before
        require(added == TOP_UP_USD * MICRO, f"the deposit moved {added} µUSD")
        watch.say(f"escrow ${before / MICRO:.6f} before, ${_deposited(detail) / MICRO:.6f} after a deposit")

    def _close(self, dseq: str, watch: Stopwatch) -> None:
        self.api.call("DELETE", f"/v1/deployments/{dseq}")
        detail = self.api.detail(dseq)
        escrow = detail["escrow_account"]["state"]
        require(detail["deployment"]["state"] == "closed", "the deployment is not closed")
        require(escrow["state"] == "closed", "the escrow is not closed")
        spent = _sum(escrow["transferred"])
        paid_in = Decimal((DEPOSIT_USD + TOP_UP_USD) * MICRO)
        require(0 < spent < paid_in, f"the providers were paid {spent} µUSD of {paid_in}")
        watch.say(f"closed: ${spent / MICRO:.6f} spent, ${(paid_in - spent) / MICRO:.6f} refunded")


def _price(bid: Any) -> Decimal:
    if bid["price"]["denom"] != "uact":
        raise DemoFailed(f"a bid in {bid['price']['denom']}")
    return Decimal(bid["price"]["amount"])


def _usd_per_hour(bid: Any) -> Decimal:
    return _price(bid) * BLOCKS_PER_HOUR / MICRO


def _sum(coins: list[Any]) -> Decimal:
    return sum((Decimal(coin["amount"]) for coin in coins), Decimal(0))


def _deposited(detail: Any) -> Decimal:
    """All that was ever paid in: what is left and what the providers have had."""
    state = detail["escrow_account"]["state"]
    return _sum(state["funds"]) + _sum(state["transferred"])
