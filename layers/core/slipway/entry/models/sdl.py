"""What the SDL compiler has to say about a text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from slipway.domain.money import to_usd
from slipway.entry.models.base import Model
from slipway.entry.models.chain_json import Group

if TYPE_CHECKING:
    from slipway.sdl.mistakes import Mistake
    from slipway.services.sdl_validation import Ceiling, Sums, Verdict


class WarningOut(Model):
    """Something the network accepts and its author probably did not mean; `path` such as
    `services.web.expose[0]`."""

    path: str
    line: int
    column: int
    message: str
    hint: str | None

    @classmethod
    def of(cls, mistake: Mistake) -> WarningOut:
        return cls(
            path=mistake.path,
            line=mistake.line,
            column=mistake.column,
            message=mistake.message,
            hint=mistake.hint,
        )


class ValidateData(Model):
    """`dialect` is what today's network reads, or what its next release will."""

    sdl: str
    dialect: Literal["current", "next"] = "current"


class ValidateIn(Model):
    data: ValidateData


class SumsOut(Model):
    """Of all groups, each unit times its count: CPUs, bytes, GPUs, containers."""

    cpu: Decimal = Field(description="CPUs, a decimal number as text.")
    memory: int = Field(description="Bytes.")
    storage: int = Field(description="Bytes.")
    gpu: int = Field(description="GPUs.")
    count: int = Field(description="Containers.")

    @classmethod
    def of(cls, sums: Sums) -> SumsOut:
        cpu = Decimal(sums.cpu) / 1000
        return cls(cpu=cpu, memory=sums.memory, storage=sums.storage, gpu=sums.gpu, count=sums.count)


class CeilingOut(Model):
    """In USD: what the SDL allows providers to ask. Bids are usually far below."""

    per_hour: Decimal = Field(serialization_alias="perHour", description="USD, a decimal number as text.")
    per_month: Decimal = Field(serialization_alias="perMonth", description="USD, a decimal number as text.")

    @classmethod
    def of(cls, ceiling: Ceiling) -> CeilingOut:
        return cls(per_hour=to_usd(ceiling.per_hour), per_month=to_usd(ceiling.per_month))


class ValidatedOut(Model):
    """`groups` as the chain's REST shows them, `manifest` to be sent with the leases, `version` its hash in
    hex. All but mistakes and warnings are null when there are mistakes."""

    valid: bool
    groups: list[Group] | None = None
    manifest: str | None = None
    version: str | None = None
    resources: SumsOut | None = None
    price_ceiling: CeilingOut | None = Field(default=None, serialization_alias="priceCeiling")
    mistakes: list[WarningOut]
    warnings: list[WarningOut]

    @classmethod
    def of(cls, verdict: Verdict) -> ValidatedOut:
        told: dict[str, Any] = {
            "mistakes": [WarningOut.of(each) for each in verdict.mistakes],
            "warnings": [WarningOut.of(each) for each in verdict.warnings],
        }
        if verdict.compiled is None or verdict.sums is None or verdict.ceiling is None:
            return cls(valid=False, **told)
        return cls(
            valid=True,
            groups=[group.rest() for group in verdict.compiled.groups],
            manifest=verdict.compiled.manifest.text,
            version=verdict.compiled.version.hex(),
            resources=SumsOut.of(verdict.sums),
            price_ceiling=CeilingOut.of(verdict.ceiling),
            **told,
        )


class ValidateOut(Model):
    data: ValidatedOut

    @classmethod
    def of(cls, verdict: Verdict) -> ValidateOut:
        return cls(data=ValidatedOut.of(verdict))
