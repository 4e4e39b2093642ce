"""Reads compute profiles: cpu, memory, gpu and storage, each with the network's own odd rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway.sdl.decoding import Fields, raw_entries
from slipway.sdl.hosts import is_gpu_key
from slipway.sdl.model import Amount, Resources
from slipway.sdl.numbers import BINARY_SUFFIXES, byte_size, cpu_units, parse_uint
from slipway.sdl.quantities import quantity
from slipway.sdl.read_storage import read_storage
from slipway.sdl.text import by_bytes

if TYPE_CHECKING:
    from slipway.sdl.decoding import Reader
    from slipway.sdl.model import Attribute
    from slipway.sdl.nodes import Entry

_RESOURCES: Final = ("cpu", "memory", "storage", "gpu")
_NVIDIA: Final = ("model", "ram", "interface")
_INTERFACES: Final = ("pcie", "sxm")
_GIBIBYTE: Final = 1024**3


def read_resources(reader: Reader, entry: Entry) -> Resources:
    at = reader.fields(entry, _RESOURCES)
    cpu, memory, gpu = at.get("cpu"), at.get("memory"), at.get("gpu")
    return Resources(
        at=at,
        cpu=_read_cpu(reader, cpu) if cpu else None,
        memory=_read_memory(reader, memory) if memory else None,
        gpu=_read_gpu(reader, gpu) if gpu else None,
        storage=read_storage(reader, at.get("storage")),
    )


def _read_cpu(reader: Reader, entry: Entry) -> Amount:
    at = reader.fields(entry, ("units", "attributes"))
    attributes = at.get("attributes")
    return Amount(
        at, quantity(reader, at.get("units"), cpu_units), _read_arch(reader, attributes) if attributes else ()
    )


def _read_arch(reader: Reader, entry: Entry) -> tuple[Attribute, ...]:
    if entry.node.target.kind != "mapping":
        reader.findings.warning(entry, "a map with the key arch is expected")
    found: list[Attribute] = []
    for name, item in raw_entries(entry):
        if name != "arch":
            message = f"unknown cpu attribute {name!r}; arch is the only one"
            reader.findings.mistake(item.at_key, message, "arch")
        found.append((name, reader.string(item)))
    return tuple(found)


def _read_memory(reader: Reader, entry: Entry) -> Amount:
    at = reader.fields(entry, ("size",))
    return Amount(at, quantity(reader, at.get("size"), byte_size, unit="bytes"))


def _read_gpu(reader: Reader, entry: Entry) -> Amount:
    """Go walks this node by hand: no merges, no unknown keys, the last of two wins; a text has no fields."""
    units, attributes = 0, None
    written = _raw_fields(reader, entry, ("units", "attributes"))
    for name, item in written:
        if name == "attributes":
            attributes = None if item.node.null else _read_gpu_attributes(reader, item)
        elif not item.node.null:
            units = quantity(reader, item, parse_uint)
    at = Fields(entry, dict(written))
    if units and attributes is None:
        reader.findings.mistake(at.place_of("attributes"), "a gpu needs attributes with a vendor")
    return Amount(at, units, attributes or ())


def _read_gpu_attributes(reader: Reader, entry: Entry) -> tuple[Attribute, ...]:
    vendor: Entry | None = None
    models: list[str] = []
    for _, item in _raw_fields(reader, entry, ("vendor",)):
        vendor = None if item.node.null else item
        models = _read_vendor(reader, item, models) if vendor else []
    if vendor is None:
        reader.findings.mistake(entry.within("vendor"), "a vendor is needed", "vendor: {nvidia: }")
        return ()
    keys = sorted((f"vendor/nvidia/model/{model}" for model in models or ["*"]), key=by_bytes)
    _must_be_keys(reader, vendor, keys)
    return tuple((key, "true") for key in keys)


def _read_vendor(reader: Reader, entry: Entry, before: list[str]) -> list[str]:
    at = reader.fields(entry, ("nvidia",))
    if "nvidia" not in at:
        reader.findings.warning(entry, "without nvidia, the network takes any nvidia GPU for this")
        return before
    return reader.items(at.get("nvidia"), lambda item: _read_model(reader, item)) or []


def _must_be_keys(reader: Reader, entry: Entry, keys: list[str]) -> None:
    for key in keys:
        if not is_gpu_key(key):
            reader.findings.mistake(entry, f"{key!r} is not a possible GPU attribute")
    if len(set(keys)) < len(keys):
        reader.findings.mistake(entry, "a GPU model stands twice")


def _read_model(reader: Reader, entry: Entry) -> str:
    at = reader.fields(entry, _NVIDIA)
    name = reader.string(at.get("model"))
    if ram := at.get("ram"):
        name += f"/ram/{quantity(reader, ram, _ram_size, unit='bytes') // _GIBIBYTE}Gi"
    if interface := at.get("interface"):
        name += f"/interface/{_read_interface(reader, interface)}"
    return name


def _ram_size(text: str) -> int:
    return byte_size(text, BINARY_SUFFIXES)


def _read_interface(reader: Reader, entry: Entry) -> str:
    text = entry.node.target.text
    if text not in _INTERFACES:
        reader.findings.mistake(entry, f"{text!r} is not an interface: pcie or sxm")
    return text


def _raw_fields(reader: Reader, entry: Entry, known: tuple[str, ...]) -> list[tuple[str, Entry]]:
    if entry.node.target.kind != "mapping":
        reader.findings.warning(entry, f"a map with the keys {', '.join(known)} is expected")
    if len(entry.node.target.content) % 2:
        reader.findings.mistake(entry, "a map is expected, not a list")
    found = raw_entries(entry)
    if len({name for name, _ in found}) < len(found):
        reader.findings.warning(entry, "a key stands twice, the last one counts")
    for name, item in found:
        if name not in known:
            message = f"unknown key {name!r}; allowed: {', '.join(known)}"
            reader.findings.mistake(item.at_key, message, near=(name, known))
        elif item.node.null:
            reader.findings.warning(item, "there is no value here")
    return [(name, item) for name, item in found if name in known]
