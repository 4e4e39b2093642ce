"""What the command `provider` takes, from text: prices, sizes, faults, times, keys. All raise ValueError."""

from __future__ import annotations

import re
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from slipway_signing.keys import LocalKey

from sandbox.provider.config import Faults, Inventory, Shown, Spoilt, Streamed, Tariff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from enum import Enum

TARIFF: Final = "cpu=5,memory=2,storage=0.1,gpu=300"
"""About what one pays on the network; memory and storage by the GiB."""
FAULT_FORMS: Final = (
    "hang, plain-http, watchdog-fails, no-namespaces, refuse-manifests=STATUS:TEXT, cluster=TEXT, "
    "certificate=…, answers=…, streams=…"
)
_GIB: Final = 1 << 30
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_ENUMS: Final[Mapping[str, type[Enum]]] = {"certificate": Shown, "answers": Spoilt, "streams": Streamed}


def tariff(text: str) -> Tariff:
    """`cpu=5,memory=2,…`; what is not named costs nothing."""
    found = _numbers(text, {"cpu", "memory", "storage", "gpu"}, Decimal)
    nothing = Decimal(0)
    return Tariff(
        found.get("cpu", nothing),
        found.get("memory", nothing),
        found.get("storage", nothing),
        found.get("gpu", nothing),
    )


def inventory(text: str) -> Inventory:
    """`nodes=4,cpu=16,memory=64,storage=1000,gpus=2,persistent=100`: of each node but for the last."""
    names = {"nodes", "cpu", "memory", "storage", "gpus", "persistent"}
    found = _numbers(text, names, int) if text else {}
    usual = Inventory()
    return Inventory(
        cpu_milli=found.get("cpu", usual.cpu_milli // 1000) * 1000,
        memory=found.get("memory", usual.memory // _GIB) * _GIB,
        storage=found.get("storage", usual.storage // _GIB) * _GIB,
        gpus=found.get("gpus", usual.gpus),
        nodes=found.get("nodes", usual.nodes),
        persistent=found.get("persistent", usual.persistent // _GIB) * _GIB,
    )


def attributes(listed: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in listed:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise ValueError(f"{text!r} is no attribute like region=eu")
        found[name] = value
    return found


def faults(listed: Sequence[str]) -> Faults:
    """Each by its name in `Faults`, with `-` for `_`; several together."""
    return Faults(**dict(map(_fault, listed)))


def seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)", text)
    if not match or not float(match[1]):
        raise ValueError(f"{text!r} is no time like 500ms, 20s or 5m")
    return float(match[1]) * _UNITS[match[2]]


def key(text: str) -> LocalKey:
    """A secp256k1 key as PEM (unencrypted) or as 64 hex digits."""
    if "-----BEGIN" in text:
        found = serialization.load_pem_private_key(text.encode(), None)
        if not isinstance(found, ec.EllipticCurvePrivateKey) or not isinstance(found.curve, ec.SECP256K1):
            raise ValueError("the key is not a secp256k1 key")
        return LocalKey(found.private_numbers().private_value.to_bytes(32, "big"))
    digits = text.strip().removeprefix("0x")
    if not re.fullmatch("[0-9a-fA-F]{64}", digits):
        raise ValueError("the key is neither PEM nor 64 hex digits")
    return LocalKey(bytes.fromhex(digits))


def _fault(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    name = name.replace("-", "_")
    if name not in {each.name for each in fields(Faults)}:
        raise ValueError(f"{text!r} is no fault; there are {FAULT_FORMS}")
    if name in _ENUMS:
        return name, _one_of(_ENUMS[name], value)
    if name == "refuse_manifests":
        status, colon, said = value.partition(":")
        if not (colon and status.isdecimal() and 400 <= int(status) <= 599):
            raise ValueError(f"{text!r} is no refusal like refuse-manifests=422:no")
        return name, (int(status), said)
    if name == "cluster":
        return name, value
    if equals:
        raise ValueError(f"{text!r}: this fault is there or not, without a value")
    return name, True


def _one_of(kind: type[Enum], text: str) -> Enum:
    try:
        return kind(text.replace("-", " "))
    except ValueError:
        names = ", ".join(str(each.value).replace(" ", "-") for each in kind)
        raise ValueError(f"{text!r} is none of {names}") from None


def _numbers(text: str, names: set[str], kind: Callable[[str], Any]) -> dict[str, Any]:
    found = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        try:
            found[name] = kind(number)
            is_known = name in names and 0 <= found[name] < 1 << 40
        except (ValueError, InvalidOperation):
            raise ValueError(f"{part!r} is no number like cpu=5") from None
        if not is_known:
            raise ValueError(f"{part!r} is none of {', '.join(sorted(names))}, or too much")
    return found
