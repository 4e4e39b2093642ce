"""Reads the `profiles` section: placements with their prices; compute profiles are in `read_resources`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from slipway.sdl.hosts import is_denom
from slipway.sdl.model import Placement, Price
from slipway.sdl.numbers import NotANumber, price_amount
from slipway.sdl.read_resources import read_resources
from slipway.sdl.text import by_bytes

if TYPE_CHECKING:
    from slipway.sdl.decoding import Fields, Reader
    from slipway.sdl.model import Document, Resources
    from slipway.sdl.nodes import Entry

_DENOMS: Final = ("uakt", "uact")
_PLACEMENT: Final = ("attributes", "signedBy", "pricing")


def read_profiles(reader: Reader, entry: Entry, document: Document) -> None:
    """Adds to what an earlier `profiles` key brought; a section that is null empties its map."""
    at = reader.fields(entry, ("compute", "placement"))
    if "compute" in at:
        before = document.compute if at.get("compute") else {}
        read = partial(_read_profile, reader)
        document.compute = reader.mapping(at.entries["compute"], read, before)
    if "placement" in at:
        placed = document.placement if at.get("placement") else {}
        document.placement = reader.mapping(at.entries["placement"], partial(_read_placement, reader), placed)


def _read_profile(reader: Reader, entry: Entry) -> Resources | None:
    resources = reader.fields(entry, ("resources",)).get("resources")
    return read_resources(reader, resources) if resources else None


def _read_placement(reader: Reader, entry: Entry) -> Placement:
    at = reader.fields(entry, _PLACEMENT)
    attributes, pricing = at.get("attributes"), at.get("pricing")
    signed_by = at.get("signedBy")
    signers = reader.fields(signed_by, ("allOf", "anyOf")) if signed_by else None
    written = reader.mapping(attributes, reader.raw_string) if attributes else {}
    return Placement(
        at=at,
        attributes=tuple(sorted(written.items(), key=lambda pair: by_bytes(pair[0]))),
        all_of=tuple(reader.strings(signers.get("allOf")) or ()) if signers else (),
        any_of=tuple(reader.strings(signers.get("anyOf")) or ()) if signers else (),
        pricing=reader.mapping(pricing, lambda item: _read_price(reader, item)) if pricing else {},
    )


def _read_price(reader: Reader, entry: Entry) -> Price | None:
    """None for a null. Checked here, since Go reads and refuses the prices of unused profiles too."""
    at = reader.fields(entry, ("amount", "denom"))
    if entry.node.null:
        reader.findings.warning(entry, "there is no price here")
        return None
    denom = reader.string(at.get("denom")) if "denom" in at else reader.denom
    if not is_denom(denom):
        what = "the denom is missing" if "denom" not in at else f"{denom!r} is not a denom"
        reader.findings.mistake(at.place_of("denom"), what, "uact")
    elif denom not in _DENOMS:
        reader.findings.warning(at.place_of("denom"), f"the network does not take {denom!r} for rent", "uact")
    return Price(at, denom, _read_amount(reader, at))


def _read_amount(reader: Reader, at: Fields) -> int:
    place = at.place_of("amount")
    text = reader.raw_string(at.get("amount"))
    try:
        amount = price_amount(text)
    except NotANumber as error:
        reader.findings.mistake(place, str(error))
        return 1
    if amount <= 0:
        reader.findings.mistake(place, f"the amount must be above zero, not {text}")
    elif not text[0].isdigit():
        reader.findings.warning(place, f"{text!r} is an unusual way to write an amount")
    return amount
