"""Reads volumes and brings them into the network's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway.sdl.model import Volume
from slipway.sdl.numbers import byte_size
from slipway.sdl.ordering import stable_sorted
from slipway.sdl.quantities import quantity
from slipway.sdl.text import by_bytes

if TYPE_CHECKING:
    from slipway.sdl.decoding import Reader
    from slipway.sdl.model import Attribute
    from slipway.sdl.nodes import Entry

_VOLUME: Final = ("name", "size", "attributes")
_DEFAULT: Final = "default"
_CLASSES: Final = ("default", "beta1", "beta2", "beta3", "ram")
_TRUE: Final = ("true", "on", "yes")
_FALSE: Final = ("false", "off", "no")


def read_storage(reader: Reader, entry: Entry | None) -> tuple[Volume, ...]:
    """One volume or a list of them. Null items of a list stay, as volumes without a size; a text is none."""
    if entry is None:
        return ()
    kind = entry.node.target.kind
    if kind == "sequence":
        volumes = [_read_volume(reader, item) for item in reader.each(entry)]
    elif kind == "mapping":
        volumes = [_read_volume(reader, entry, only=True)]
    else:
        volumes = []
    _must_have_own_names(reader, volumes)
    return tuple(stable_sorted(volumes, _less))


def _read_volume(reader: Reader, entry: Entry, *, only: bool = False) -> Volume:
    at = reader.fields(entry, _VOLUME)
    attributes = at.get("attributes")
    name = reader.string(at.get("name"))
    return Volume(
        at=at,
        name=_DEFAULT if only else name or _DEFAULT,
        size=quantity(reader, at.get("size"), byte_size, unit="bytes"),
        attributes=_read_attributes(reader, attributes) if attributes else None,
    )


def _must_have_own_names(reader: Reader, volumes: list[Volume]) -> None:
    names: set[str] = set()
    for volume in volumes:
        if volume.name in names:
            reader.findings.mistake(
                volume.at.place_of("name"), f"a volume named {volume.name!r} is there already"
            )
        names.add(volume.name)


def _read_attributes(reader: Reader, entry: Entry) -> tuple[Attribute, ...]:
    """Compares the raw words first and unifies them later, as Go does: `yes` never implies a class."""
    written = reader.mapping(entry, lambda item: (reader.raw_string(item), item))
    _advise_both(reader, entry, set(written))
    persistent, place = written.setdefault("persistent", ("false", entry))
    storage_class, class_place = written.get("class", ("", entry))
    if not storage_class and persistent == "true":
        written["class"] = (_DEFAULT, entry)
    elif storage_class == "ram" and persistent != "false":
        reader.findings.mistake(place, "class ram cannot be persistent", "false")
    elif storage_class not in ("", "ram") and persistent == "false":
        message = f"class {storage_class!r} is for persistent volumes"
        reader.findings.mistake(class_place, message, "persistent: true")
    return tuple((key, _unified(reader, key, *written[key])) for key in sorted(written, key=by_bytes))


def _advise_both(reader: Reader, entry: Entry, written: set[str]) -> None:
    for missing in ("class", "persistent"):
        if missing not in written:
            message = f"better write both class and persistent: {missing} is not here"
            reader.findings.warning(entry.within(missing), message)


def _unified(reader: Reader, key: str, value: str, place: Entry) -> str:
    if key == "persistent":
        return _unified_bool(reader, value, place)
    if key != "class":
        message = f"unknown storage attribute {key!r}; allowed: class, persistent"
        reader.findings.mistake(place, message, near=(key, ("class", "persistent")))
    elif value not in _CLASSES:
        message = f"{value!r} is not a storage class: {', '.join(_CLASSES)}"
        reader.findings.mistake(place, message, near=(value, _CLASSES))
    return value


def _unified_bool(reader: Reader, value: str, place: Entry) -> str:
    if value in ("on", "yes", "off", "no"):
        better = "true" if value in _TRUE else "false"
        reader.findings.warning(place, f"{value} sets no class, as {better} does; better {better}", better)
    if value in _TRUE:
        return "true"
    if value not in _FALSE:
        message = f"{value!r} is neither true nor false"
        reader.findings.mistake(place, message, near=(value, ("true", "false")))
    return "false"


def _less(left: Volume, right: Volume) -> bool:
    """The network's order, which is none: two equal ephemeral volumes each come before the other."""
    if left.size != right.size:
        return left.size < right.size
    ours, theirs = left.attribute("persistent"), right.attribute("persistent")
    if ours != theirs and (ours is None or theirs is None or ours < theirs):
        return ours is None or (theirs is not None and ours < theirs)
    if ours != "true":
        return True
    return theirs == "true" and by_bytes(left.name) < by_bytes(right.name)
