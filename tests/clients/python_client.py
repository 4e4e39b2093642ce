"""A client of the Akash Console API, written from its documentation: deploys an SDL, changes it, closes it.

    API_URL=… API_KEY=… python python_client.py deploy.yaml

It knows nothing of who answers: it speaks the documented requests and reads the documented fields.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx

POLLS = 200
POLL_SECONDS = 0.2


class Console:
    """The requests that deploying takes."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._http = httpx.Client(base_url=base_url, headers={"x-api-key": api_key}, timeout=60)

    def close(self) -> None:
        self._http.close()

    def _data(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, path, json=body)
        if answer.is_error:
            problem = answer.json()
            raise SystemExit(f"{answer.status_code} {problem['error']}: {problem['message']}")
        return answer.json()["data"]

    def who_am_i(self) -> str:
        return str(self._data("GET", "/v1/user/me")["id"])

    def balance(self) -> float:
        return float(self._data("GET", "/v1/balances")["balance"]) / 1_000_000

    def create(self, sdl: str, deposit: float) -> Any:
        return self._data("POST", "/v1/deployments", {"data": {"sdl": sdl, "deposit": deposit}})

    def open_bids(self, dseq: str) -> list[Any]:
        bids = [item["bid"] for item in self._data("GET", f"/v1/bids?dseq={dseq}")]
        return [bid for bid in bids if bid["state"] == "open"]

    def lease(self, manifest: str, bid: Any) -> Any:
        named = {key: bid["id"][key] for key in ("dseq", "gseq", "oseq", "provider")}
        return self._data("POST", "/v1/leases", {"manifest": manifest, "leases": [named]})

    def deployment(self, dseq: str) -> Any:
        return self._data("GET", f"/v1/deployments/{dseq}")

    def deployments(self, page: int) -> list[str]:
        """The dseqs of all, page by page."""
        found: list[str] = []
        while True:
            data = self._data("GET", f"/v1/deployments?skip={len(found)}&limit={page}")
            found += [row["deployment"]["id"]["dseq"] for row in data["deployments"]]
            if not data["pagination"]["hasMore"]:
                return found

    def update(self, dseq: str, sdl: str) -> Any:
        return self._data("PUT", f"/v1/deployments/{dseq}", {"data": {"sdl": sdl}})

    def deposit(self, dseq: str, usd: float) -> Any:
        return self._data("POST", "/v1/deposit-deployment", {"data": {"dseq": dseq, "deposit": usd}})

    def delete(self, dseq: str) -> bool:
        return bool(self._data("DELETE", f"/v1/deployments/{dseq}")["success"])


def until(what: str, look: Any) -> Any:
    for _ in range(POLLS):
        if found := look():
            return found
        time.sleep(POLL_SECONDS)
    raise SystemExit(f"no {what} came")


def run(console: Console, sdl: str) -> None:
    print("user", console.who_am_i())
    before = console.balance()
    created = console.create(sdl, 0.5)
    dseq = created["dseq"]
    print("created", dseq, created["signTx"]["transactionHash"])
    cheapest = min(
        until("bid", lambda: console.open_bids(dseq)), key=lambda bid: float(bid["price"]["amount"])
    )
    print("bid", cheapest["id"]["provider"], cheapest["price"]["amount"], cheapest["price"]["denom"])
    leased = console.lease(created["manifest"], cheapest)
    print("leased", leased["leases"][0]["state"])

    def uris() -> list[str]:
        status = console.deployment(dseq)["leases"][0]["status"]
        services = list((status or {"services": {}})["services"].values())
        ready = bool(services) and all(service["available"] for service in services)
        return [uri for service in services for uri in service["uris"]] if ready else []

    print("running at", *until("service", uris))
    if dseq not in console.deployments(1):
        raise SystemExit("the list lacks it")
    newer = console.update(dseq, sdl.replace("nginx:1.27-alpine", "nginx:1.28-alpine"))
    print("updated", newer["deployment"]["hash"])
    funds = console.deposit(dseq, 0.25)["escrow_account"]["state"]["funds"][0]
    print("funded", float(funds["amount"]) / 1_000_000)
    if not console.delete(dseq):
        raise SystemExit("it was not closed")
    print("closed", console.deployment(dseq)["deployment"]["state"], before >= console.balance())


if __name__ == "__main__":
    client = Console(os.environ["API_URL"], os.environ["API_KEY"])
    try:
        run(client, Path(sys.argv[1]).read_text(encoding="utf-8"))
    finally:
        client.close()
