"""What the recorder made without the API: deployments that answers speak of and no recorded request created.

Their dseqs are times, so each is made at its own place in the walk. The first answers that show one say how
far it had come by then: whether a provider had bid, whether there was a lease, whether it was closed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from slipway.sdl.compiler import compile_sdl
from slipway.sdl.mistakes import SdlInvalid

from sandbox.replay.console_names import CLOCK_DSEQ, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sandbox.replay.console_recording import Exchange

LEASES: Final = "/v1/leases"
NOT_BID: Final = "bid not found"
CLOSED_BY_OWNER: Final = "lease_closed_owner"


@dataclass
class Making:
    """One deployment of the recorder's own. `dseq` and `user` are recorded names, `manifest` is the one that
    its providers took: the reference and we may order a manifest's lists otherwise.

    `bid_before`: the place of the first exchange that may see its bid; empty where there is one at once.
    `closed`: empty while it is open, else the reason of its lease.
    """

    dseq: str
    user: str
    sdl: str
    manifest: str = ""
    is_bid_on: bool = False
    bid_before: str = ""
    is_leased: bool = False
    closed: str = ""

    @property
    def at(self) -> float:
        return int(self.dseq) / 1000


@dataclass
class Seen:
    """All that a walk tells of one dseq, in order."""

    exchanges: list[Exchange] = field(default_factory=list)
    deployments: list[tuple[Exchange, dict[str, Any]]] = field(default_factory=list)
    bids: list[tuple[Exchange, list[Any]]] = field(default_factory=list)


def makings(walk: Sequence[Exchange], everything: Sequence[Exchange], users: dict[str, str]) -> list[Making]:
    """Those that the walk needs, in the order of their times; other walks may tell of them too.

    `users`: recorded user by recorded address.
    """
    seen: dict[str, Seen] = {}
    for exchange in everything:
        for dseq in _dseqs(exchange):
            seen.setdefault(dseq, Seen()).exchanges.append(exchange)
        _note_shown(exchange, seen)
    texts = sdl_texts(everything)
    wanted = {dseq for exchange in walk for dseq in _dseqs(exchange)} - {_created(each) for each in walk}
    found = [_making(dseq, seen[dseq], users, texts) for dseq in wanted]
    return sorted(found, key=lambda each: each.at)


def _created(exchange: Exchange) -> str:
    """The dseq that a recorded request made."""
    data = exchange.answer.get("data") if isinstance(exchange.answer, dict) else None
    return str(data.get("dseq")) if exchange.status == 201 and isinstance(data, dict) else ""


def sdl_texts(walk: Iterable[Exchange]) -> dict[str, str]:
    """SDLs that the recorder sent, by the hash of their manifest; the empty hash has the first of them."""
    found: dict[str, str] = {}
    for exchange in walk:
        body = exchange.json
        data = body.get("data") if isinstance(body, dict) else None
        if isinstance(data, dict) and isinstance(text := data.get("sdl"), str):
            try:
                found.setdefault(_hash(compile_sdl(text).version), text)
            except SdlInvalid:
                continue
        if isinstance(body, dict) and isinstance(manifest := body.get("manifest"), str):
            if groups := _groups(manifest):
                found.setdefault(_hash(hashlib.sha256(manifest.encode()).digest()), sdl_of(groups))
    return found | {"": next(iter(found.values()), "")}


def _hash(version: bytes) -> str:
    return base64.b64encode(version).decode()


def _groups(manifest: str) -> list[Any]:
    try:
        found = json.loads(manifest)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def sdl_of(groups: Sequence[dict[str, Any]]) -> str:
    """An SDL, written as JSON, for the services of a manifest."""
    services = [(group["name"], service) for group in groups for service in group["services"]]
    return json.dumps(
        {
            "version": "2.0",
            "services": {one["name"]: _service(one) for _, one in services},
            "profiles": {
                "compute": {one["name"]: {"resources": _resources(one["resources"])} for _, one in services},
                "placement": {
                    group["name"]: {
                        "pricing": {
                            one["name"]: {"denom": "uact", "amount": 1000} for one in group["services"]
                        }
                    }
                    for group in groups
                },
            },
            "deployment": {
                one["name"]: {group: {"profile": one["name"], "count": one["count"]}}
                for group, one in services
            },
        }
    )


def _service(one: dict[str, Any]) -> dict[str, Any]:
    found = {name: one[name] for name in ("image", "env", "args", "command") if one.get(name) is not None}
    return {**found, "expose": [_expose(each) for each in one["expose"]]}


def _expose(one: dict[str, Any]) -> dict[str, Any]:
    to = {"global": True} if one["global"] else {"service": one["service"]}
    outside = {"as": one["externalPort"]} if one["externalPort"] else {}
    return {"port": one["port"], **outside, "proto": one["proto"].lower(), "to": [to]}


def _resources(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "cpu": {"units": f"{one['cpu']['units']['val']}m"},
        "memory": {"size": one["memory"]["size"]["val"]},
        "storage": [{"size": volume["size"]["val"]} for volume in one["storage"]],
    }


def _dseqs(exchange: Exchange) -> set[str]:
    words = [exchange.target, exchange.body.decode(errors="replace"), exchange.answer]
    return {word for word in names_in(words) if CLOCK_DSEQ.fullmatch(word)}


def _note_shown(exchange: Exchange, seen: dict[str, Seen]) -> None:
    if exchange.status >= 400 or not isinstance(exchange.answer, dict):
        return
    data = exchange.answer.get("data")
    if exchange.path.startswith("/v1/bids") and isinstance(data, list):
        for dseq in _dseqs(exchange):
            seen[dseq].bids.append((exchange, data))
    for detail in _details(data):
        seen[detail["deployment"]["id"]["dseq"]].deployments.append((exchange, detail))


def _details(data: Any) -> Iterator[dict[str, Any]]:
    """The deployments of an answer. A list's leases may hang on the wrong one, so they go by their own id."""
    if not isinstance(data, dict):
        return
    listed = data.get("deployments") if isinstance(data.get("deployments"), list) else [data]
    items = [item for item in listed or () if isinstance(item, dict) and "deployment" in item]
    leases = [lease for item in items for lease in item["leases"]]
    for item in items:
        dseq = item["deployment"]["id"]["dseq"]
        yield {**item, "leases": [lease for lease in leases if lease["id"]["dseq"] == dseq]}


def _making(dseq: str, seen: Seen, users: dict[str, str], texts: dict[str, str]) -> Making:
    shown = seen.deployments[0] if seen.deployments else None
    detail = shown[1] if shown else {}
    owner = users.get(detail["deployment"]["id"]["owner"]) if shown else None
    manifest = next((each.json["manifest"] for each in seen.exchanges if _is_lease(each, (200,))), "")
    found = Making(
        dseq,
        owner or next(each.user for each in seen.exchanges if each.user) or "",
        texts.get(_wanted_hash(manifest, detail), texts[""]),
        manifest,
        is_bid_on=_is_bid_on(seen),
    )
    found.bid_before = _bid_before(seen, found.user)
    if shown and not _is_leased_by(seen, shown[0]):
        found.is_leased = bool(detail["leases"])
        found.closed = _closed(detail)
    return found


def _wanted_hash(manifest: str, detail: dict[str, Any]) -> str:
    """Of the manifest that comes with its leases, or else the one that is shown."""
    if manifest:
        return _hash(hashlib.sha256(manifest.encode()).digest())
    return str(detail["deployment"]["hash"]) if detail else ""


def _is_lease(exchange: Exchange, statuses: tuple[int, ...] = (200, 422, 503)) -> bool:
    """Whether the exchange made leases (or may have): with 422 and 503 only their manifest did not arrive."""
    return exchange.path == LEASES and exchange.method == "POST" and exchange.status in statuses


def _is_bid_on(seen: Seen) -> bool:
    shown = any(detail["leases"] for _, detail in seen.deployments) or any(bids for _, bids in seen.bids)
    return shown or any(_needs_bid(each) for each in seen.exchanges)


def _needs_bid(exchange: Exchange) -> bool:
    """Whether the chain was asked to take a bid and did not answer that there is none."""
    if exchange.path != LEASES or exchange.method != "POST" or not isinstance(exchange.answer, dict):
        return False
    message = str(exchange.answer.get("message", ""))
    broke_off = exchange.status == 500 and NOT_BID not in message and exchange.seconds > 1
    return _is_lease(exchange) or "no longer open" in message or broke_off


def _bid_before(seen: Seen, user: str) -> str:
    own = [(exchange, bids) for exchange, bids in seen.bids if exchange.user == user]
    if not own or own[0][1]:
        return ""
    return next((exchange.place for exchange, bids in own if bids), "")


def _is_leased_by(seen: Seen, shown: Exchange) -> bool:
    """Whether a recorded request had made its lease by then."""
    return any(_is_lease(each) and each.at <= shown.at for each in seen.exchanges)


def _closed(detail: dict[str, Any]) -> str:
    reasons = [lease["reason"] for lease in detail["leases"] if lease["state"] != "active"]
    if detail["deployment"]["state"] == "active":
        return reasons[0] if reasons else ""
    return CLOSED_BY_OWNER
