"""The manifest: the JSON that providers receive, and its version, the hash that stands on chain."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from slipway.domain.errors import ManifestInvalid

MAX_BYTES: Final = 2 * 1024 * 1024
"""A manifest repeats a service for each placement, so it may be longer than the SDL that it comes from."""
_ESCAPES: Final = str.maketrans(
    {
        "&": "\\u0026",
        "<": "\\u003c",
        ">": "\\u003e",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
        **{chr(0xDC00 + byte): "\ufffd" for byte in range(0x80, 0x100)},
    }
)
"""Go's JSON escapes; bytes that are no UTF-8 (lone surrogates here) become U+FFFD, one each."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`text` is the canonical JSON exactly as hashed; `groups` is the same as Python values."""

    text: str
    groups: list[dict[str, Any]]

    @classmethod
    def of(cls, groups: list[dict[str, Any]]) -> Manifest:
        text = _canonical(groups)
        return cls(text, json.loads(text) if "\ufffd" in text else groups)

    @property
    def version(self) -> bytes:
        """32 bytes: `hash` of MsgCreateDeployment and MsgUpdateDeployment."""
        return hashlib.sha256(self.text.encode()).digest()


def _canonical(groups: list[dict[str, Any]]) -> str:
    """Sorted keys, no spaces, Go's escapes (akash-chain.md §3.1)."""
    text = json.dumps(groups, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.translate(_ESCAPES)


def parse_manifest(text: str) -> Manifest:
    """A manifest that a client sent back, brought into its canonical form. Raises ManifestInvalid."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        raise ManifestInvalid(text=f"the manifest is longer than {MAX_BYTES} bytes")
    try:
        groups = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ManifestInvalid(text="the manifest is not valid JSON") from error
    if not isinstance(groups, list) or not groups or not all(map(_is_group, groups)):
        raise ManifestInvalid(text="the manifest is not a list of groups with a name and services")
    try:
        manifest = Manifest.of(groups)
        manifest.text.encode()
    except (UnicodeError, RecursionError) as error:
        raise ManifestInvalid(text="the manifest holds text that is not Unicode") from error
    return manifest


def _refuse(number: str) -> None:
    raise ValueError(f"no number of a manifest looks like {number}")


def _is_group(group: object) -> bool:
    if not isinstance(group, dict):
        return False
    services = group.get("services")
    named = isinstance(group.get("name"), str)
    return named and isinstance(services, list) and all(isinstance(each, dict) for each in services)
