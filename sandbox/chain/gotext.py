"""Messages as Go prints them in error texts: gogo's compact protobuf text."""

from __future__ import annotations

from typing import Any


def compact(message: Any) -> str:
    """`id:<owner:"akash1…" dseq:7 > hash:"\\001" `: every set field, with a blank behind each."""
    parts: list[str] = []
    for field, value in message.ListFields():
        listed = value if field.label == field.LABEL_REPEATED else [value]
        parts.extend(f"{field.name}:{_text(field, one)} " for one in listed)
    return "".join(parts)


def _text(field: Any, value: Any) -> str:
    if field.message_type:
        return f"<{compact(value)}>"
    if field.enum_type:
        names = field.enum_type.values_by_number
        return names[value].name if value in names else str(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value.encode())
    return _quoted(value) if isinstance(value, bytes) else str(value)


def _quoted(raw: bytes) -> str:
    return '"' + "".join(_letter(byte) for byte in raw) + '"'


def _letter(byte: int) -> str:
    if byte in _ESCAPED:
        return _ESCAPED[byte]
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


_ESCAPED = {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x22: '\\"', 0x5C: "\\\\"}
