"""A recorded answer of the Console API and ours: whether a client that reads the one can read the other.

Every recorded field has to be here, at its place, with a value of the same JSON type and the same form. Names
(ids, addresses, dseqs, hosts) have to be those that stand for the recorded ones; amounts, heights, times and
what depends on the recorder's machine only keep their form; all other values are the same. Fields of ours
beside the recorded ones are no difference.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.replay.console_names import CLOCK_DSEQ, HASH, TX_HASH, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.replay.console_names import Names
    from sandbox.replay.console_recording import Exchange

ABSENT: Final = "(absent)"


@dataclass(frozen=True)
class Answer:
    """Ours. `body`: as JSON where it is, else as text. Header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def is_unknown_path(self) -> bool:
        """The gateway's own answer where no function serves the path and method."""
        return (
            self.status == 404 and isinstance(self.body, dict) and self.body.get("reason") == "path_not_found"
        )


@dataclass(frozen=True)
class Difference:
    """`part` is `status`, `header.NAME` or `body` with the way into it (`body.data.leases[0].state`)."""

    part: str
    recorded: Any
    ours: Any


FORMS: Final = {
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "DecCoin": re.compile(r"\d+\.\d{18}"),
    "whole number": re.compile(r"\d+"),
    "API key": re.compile(r"ac\.sk\.[a-z0-9]+\.\w+"),
    "masked API key": re.compile(r"ac\.sk\.[a-z0-9]+\.\w{6}\*\*\*\w{6}"),
    "size": re.compile(r"\d+(\.\d+)? [KMG]?B"),
    "version": re.compile(r"\d+\.\d+\.\d+"),
    "token": re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"),
    "key's digest": re.compile(r"\(64 hex, sha256 of the key\)|[0-9a-f]{64}"),
    "host name": re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+"),
}
"""Texts that are made anew: any of the same form will do."""

FREE_NUMBERS: Final = re.compile(
    r"\.(balance|deployments|total|weeklyCost|creditAmount|estimatedTopUpAmount|id|walletId|available"
    r"|replicas|\w+_replicas|observed_generation|externalPort|iat|nbf|exp)$"
)
"""Numbers that are another's: amounts, counters of the recorder's database, pods at a moment, times."""

GROWING: Final = re.compile(r"\.deposits$")
"""Lists that the recorder's background jobs added to: as many as are there are compared."""

FULLER: Final = re.compile(r"\.(resources_offer|forwarded_ports\.\w+)$")
"""Lists that the recorder's set-up left empty (recordings/README.md), or that its provider filled later."""

COUNTED: Final = re.compile(r"\.pagination\.\w+$")


def differences(exchange: Exchange, answer: Answer, names: Names) -> list[Difference]:
    """Everything that a client could trip over."""
    found = [*_same("status", exchange.status, answer.status)]
    found += _headers(exchange, answer)
    if exchange.method != "HEAD":
        found += values("body", exchange.answer, answer.body, names)
    return found


def values(part: str, recorded: Any, ours: Any, names: Names) -> Iterator[Difference]:
    match recorded:
        case dict():
            yield from _objects(part, recorded, ours, names)
        case list():
            yield from _lists(part, recorded, ours, names)
        case str():
            yield from _texts(part, recorded, ours, names)
        case bool() | None:
            yield from _same(part, recorded, ours)
        case _:
            yield from _numbers(part, recorded, ours)


def _same(part: str, recorded: Any, ours: Any) -> Iterator[Difference]:
    if type(recorded) is not type(ours) or recorded != ours:
        yield Difference(part, recorded, ours)


def _objects(part: str, recorded: dict[str, Any], ours: Any, names: Names) -> Iterator[Difference]:
    if not isinstance(ours, dict):
        yield Difference(part, recorded, ours)
        return
    for key, value in recorded.items():
        yield from values(f"{part}.{key}", value, ours.get(names.ours(key), ABSENT), names)


def _lists(part: str, recorded: list[Any], ours: Any, names: Names) -> Iterator[Difference]:
    """Items with an id are compared with their own, the others in turn; there are no more of them. A list
    that is in the order of its ids is so here."""
    if not isinstance(ours, list):
        yield Difference(part, recorded, ours)
        return
    ids = {key: place for place, item in enumerate(ours) if (key := _id(item))}
    pairs: list[tuple[int, int]] = []
    for place, item in enumerate(recorded):
        key = _id(item)
        mine = ids.get(names.ours(key)) if key else place if place < len(ours) else None
        if mine is None and (names.is_lost(item) or (ours and GROWING.search(part))):
            continue
        if mine is None:
            yield Difference(f"{part}[{place}]", item, ABSENT)
        else:
            pairs.append((place, mine))
            yield from values(f"{part}[{place}]", item, ours[mine], names)
    if len(ours) > len(pairs) and not FULLER.search(part):
        matched = {mine for _, mine in pairs}
        yield Difference(
            f"{part}.more", [], [item for place, item in enumerate(ours) if place not in matched]
        )
    if _is_sorted(recorded) and not _is_sorted(ours):
        yield Difference(f"{part}.order", [_id(item) for item in recorded], [_id(item) for item in ours])


def _is_sorted(items: list[Any]) -> bool:
    ids = [_id(item) for item in items]
    return ids == sorted(ids)


def _id(item: Any) -> str:
    """What tells an item of the API's lists from its neighbours: its `id`, or that of the thing in it."""
    if not isinstance(item, dict):
        return ""
    found = item.get("id") or next(
        (item[key].get("id") for key in ("deployment", "bid") if key in item), None
    )
    if found is None or isinstance(found, int):
        return ""
    return found if isinstance(found, str) else json.dumps(found, sort_keys=True)


def _texts(part: str, recorded: str, ours: Any, names: Names) -> Iterator[Difference]:
    if not isinstance(ours, str):
        yield Difference(part, recorded, ours)
    elif kind := kind_of(recorded):
        known = names.ours(recorded) if kind not in (HASH, TX_HASH) else recorded
        if not kind.fullmatch(ours) or not (ours == known or names.learn(recorded, ours)):
            yield Difference(part, recorded, ours)
    elif not part.endswith(".dseq") and (form := _form(recorded)):
        if not FORMS[form].fullmatch(ours):
            yield Difference(part, recorded, ours)
        elif form == "token":
            yield from values(f"{part}.claims", _claims(recorded), _claims(ours), names)
    elif ours != names.ours(recorded):
        yield Difference(part, recorded, ours)


def _form(text: str) -> str:
    return next((name for name, form in FORMS.items() if form.fullmatch(text)), "")


def _claims(token: str) -> Any:
    """The header and the claims of a token."""
    parts = [part + "=" * (-len(part) % 4) for part in token.split(".")[:2]]
    return [json.loads(base64.urlsafe_b64decode(part)) for part in parts]


def _numbers(part: str, recorded: float, ours: Any) -> Iterator[Difference]:
    if isinstance(ours, bool) or not isinstance(ours, int | float):
        yield Difference(part, recorded, ours)
    elif CLOCK_DSEQ.fullmatch(str(recorded)) or (FREE_NUMBERS.search(part) and not COUNTED.search(part)):
        return
    elif recorded != ours:
        yield Difference(part, recorded, ours)


def _headers(exchange: Exchange, answer: Answer) -> Iterator[Difference]:
    """What kind of body it is, whether it may be kept, and what a browser's page may read."""
    recorded, ours = exchange.answer_headers, answer.headers
    if exchange.answer != "" or exchange.method == "HEAD":
        yield from _same("header.content-type", _media(recorded), _media(ours))
    if "no-store" in recorded.get("cache-control", "") and "no-store" not in ours.get("cache-control", ""):
        yield Difference("header.cache-control", recorded["cache-control"], ours.get("cache-control"))
    for name in ("access-control-allow-origin", "access-control-allow-methods"):
        if name in recorded and name not in ours:
            yield Difference(f"header.{name}", recorded[name], ABSENT)


def _media(headers: Mapping[str, str]) -> str:
    """JSON is JSON to whoever parses it, with or without the name of its schema."""
    media = headers.get("content-type", "").partition(";")[0]
    return "JSON" if media.endswith(("/json", "+json")) else media
