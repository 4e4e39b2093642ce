"""Bodies of /status, /v1/healthz/* and /v1/blockchain-status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from slipway.domain.version import VERSION
from slipway.entry.models.base import Model

if TYPE_CHECKING:
    from slipway.entry.process import Memory

_MEGABYTE = 1024 * 1024


class MemoryOut(Model):
    """Texts such as `81.2 MB`, by the reference's names, which are JavaScript's: `heapTotal` is what was
    allocated, `heapUsed` what of it is resident and this process's own, `external` what it shares."""

    rss: str
    heap_total: str = Field(serialization_alias="heapTotal")
    heap_used: str = Field(serialization_alias="heapUsed")
    external: str


class StatusOut(Model):
    version: str = VERSION
    memory: MemoryOut

    @classmethod
    def of(cls, memory: Memory) -> StatusOut:
        return cls(
            memory=MemoryOut(
                rss=_megabytes(memory.resident),
                heap_total=_megabytes(memory.data),
                heap_used=_megabytes(memory.private),
                external=_megabytes(memory.shared),
            )
        )


class HealthData(Model):
    """By the reference's names: there is no PostgreSQL and no queue here, there are tables."""

    postgres: bool = True
    job_queue: bool = Field(default=True, serialization_alias="jobQueue")


class HealthOut(Model):
    data: HealthData

    @classmethod
    def good(cls) -> HealthOut:
        return cls(data=HealthData())


class BlockchainStatusOut(Model):
    is_blockchain_reachable: bool = Field(serialization_alias="isBlockchainReachable")

    @classmethod
    def of(cls, reachable: bool) -> BlockchainStatusOut:
        return cls(is_blockchain_reachable=reachable)


def _megabytes(number: int) -> str:
    return f"{number / _MEGABYTE:.1f} MB"
