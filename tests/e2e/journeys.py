"""Ways through the API that several tests take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.e2e.running import BAD_PROVIDER, Api, example, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_PAGES = 1000


def deployed(api: Api, sdl: str = "web") -> str:
    """A deployment with a lease on every group; its dseq."""
    created = api.create(example(sdl))

    def chosen() -> list[Any] | None:
        open_bids = [bid for bid in api.bids(created["dseq"]) if bid["state"] == "open"]
        by_group = {bid["id"]["gseq"]: bid for bid in open_bids if bid["id"]["provider"] != BAD_PROVIDER}
        return list(by_group.values()) if len(by_group) == created["manifest"].count('"services":') else None

    answer = api.lease(created, until("bids on every group", chosen))
    assert answer.status_code == 200, answer.text
    return str(created["dseq"])


def is_running(api: Api, dseq: str) -> list[str] | None:
    """The URIs, once every service of every lease is available."""
    statuses = [lease["status"] for lease in api.detail(dseq)["leases"]]
    services = [each for status in statuses if status for each in status["services"].values()]
    if None in statuses or not services or any(each["available"] < 1 for each in services):
        return None
    return [uri for each in services for uri in each["uris"] or []]


def pages(api: Api, limit: int, query: Callable[[int, str], str]) -> Iterator[Any]:
    """Every row of the list, page by page; `query` tells a page by the rows seen so far and the cursor."""
    seen, cursor = 0, ""
    for _ in range(MAX_PAGES):
        page = api.ask("GET", f"/v1/deployments?{query(seen, cursor)}&limit={limit}")["data"]
        assert len(page["deployments"]) <= limit
        yield from page["deployments"]
        seen, cursor = seen + len(page["deployments"]), page["pagination"]["nextCursor"]
        if not page["pagination"]["hasMore"]:
            return
    raise AssertionError("the list never ends")
