"""What this process takes of its machine's memory."""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path

_STATM = Path("/proc/self/statm")
"""Linux only, in pages: all, resident, shared, code, libraries, data."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes. `data` is what was allocated, `private` what is resident and no other process's as well."""

    resident: int
    data: int
    private: int
    shared: int


def memory() -> Memory:
    """Without /proc (macOS), the most that was ever resident stands for all of it."""
    if not _STATM.exists():
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return Memory(resident=most, data=most, private=most, shared=0)
    page = os.sysconf("SC_PAGE_SIZE")
    _, resident, shared, _, _, data, _ = (int(word) * page for word in _STATM.read_text().split())
    return Memory(resident=resident, data=data, private=resident - shared, shared=shared)
