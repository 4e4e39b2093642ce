"""Body of POST /v1/leases: flat, without a `data` wrapper (console-api.md §1.5)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from slipway.domain.ids import Address, Dseq
from slipway.entry.models.base import AddressField, DseqField, IntegerField, Model
from slipway.services.leases import Choice

MAX_SEQUENCE = 2**32 - 1
"""gseq and oseq are 32-bit numbers on chain."""

MAX_LEASES = 50
"""What the signer takes into one transaction; a deployment has at most twenty groups."""

SequenceField = Annotated[IntegerField, Field(ge=1, le=MAX_SEQUENCE)]


class LeaseIn(Model):
    dseq: DseqField
    gseq: SequenceField
    oseq: SequenceField
    provider: AddressField

    def choice(self) -> Choice:
        return Choice(Dseq(self.dseq), self.gseq, self.oseq, Address(self.provider))


class LeasesIn(Model):
    manifest: str = Field(description="`data.manifest` of the answer that made the deployment, unchanged.")
    leases: list[LeaseIn] = Field(
        max_length=MAX_LEASES, description="The bids to take: one for each group, all of one deployment."
    )

    def choices(self) -> list[Choice]:
        return [lease.choice() for lease in self.leases]
