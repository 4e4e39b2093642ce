"""Addresses to listen on, as `127.0.0.1:1317` or `:0`."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

LOOPBACK: Final = "127.0.0.1"
LARGEST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class Listen:
    """A host and a port; port 0 is any free one."""

    host: str = LOOPBACK
    port: int = 0

    @classmethod
    def of(cls, text: str) -> Listen:
        """Raises ValueError for what names no address of this machine by number."""
        host, _, port = text.rpartition(":")
        host = {"": LOOPBACK, "localhost": LOOPBACK}.get(host, host)
        if not port.isascii() or not port.isdigit() or int(port) > LARGEST_PORT:
            raise ValueError(f"{text!r} is no address like 127.0.0.1:1317")
        try:
            ipaddress.IPv4Address(host)
        except ValueError as error:
            raise ValueError(f"{text!r} is no address like 127.0.0.1:1317") from error
        return cls(host, int(port))
