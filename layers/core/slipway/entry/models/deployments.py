"""Bodies of the deployment endpoints (console-api.md §1.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from slipway.domain.money import from_usd
from slipway.entry.models.base import DseqField, Model, NumberField, OptionalDseq, QueryInteger
from slipway.entry.models.chain import ChainDeploymentOut, EscrowOut, LeaseOut
from slipway.entry.models.naming import named_dseq
from slipway.entry.models.sdl import WarningOut
from slipway.entry.models.workloads import LeaseWithStatusOut

if TYPE_CHECKING:
    from slipway.domain.ids import Dseq
    from slipway.domain.messages import Committed
    from slipway.domain.money import MicroUsd
    from slipway.services.deployments import Created, Detail
    from slipway.services.listing import Listing, Row

DEFAULT_DEPOSIT_USD = Decimal("0.5")
"""Of a new deployment whose client names none, as the reference does: the chain's own minimum."""


class DseqPath(Model):
    dseq: DseqField


class CreateData(Model):
    """`deposit` is in USD."""

    sdl: str = Field(description="The SDL, as YAML text.")
    deposit: NumberField = Field(
        default=DEFAULT_DEPOSIT_USD,
        description="USD of your credit for the deployment's escrow, what is left of it comes back.",
    )


class CreateIn(Model):
    data: CreateData

    @property
    def deposit(self) -> MicroUsd:
        return from_usd(self.data.deposit)


class UpdateData(Model):
    sdl: str = Field(description="The whole SDL again, as YAML text, with the same resources.")


class UpdateIn(Model):
    data: UpdateData


class DepositData(Model):
    """`deposit` is in USD. AEP-63's path has the dseq in itself, the other one in the body."""

    dseq: OptionalDseq = None
    deposit: NumberField = Field(description="USD of your credit for the deployment's escrow.")


class DepositPath(Model):
    dseq: OptionalDseq = None


class DepositIn(Model):
    data: DepositData

    @property
    def deposit(self) -> MicroUsd:
        return from_usd(self.data.deposit)

    def named(self, path: DepositPath) -> Dseq:
        """Raises Invalid where neither names a deployment, or each another."""
        return named_dseq(self.data.dseq, at=("data", "dseq"), path=path.dseq)


class ListQuery(Model):
    """`skip` and `limit` as the reference has them, or `cursor` with `limit`; `cursor=` begins."""

    skip: Annotated[QueryInteger, Field(ge=0, description="How many deployments to leave out.")] = 0
    limit: Annotated[QueryInteger, Field(ge=1, description="How many to show; all without it.")] | None = None
    cursor: str | None = Field(
        default=None,
        description="`nextCursor` of the page before. Empty for the first page of a walk by cursors.",
    )


class SignTxOut(Model):
    """Always a success: a refused transaction is an error."""

    code: int
    hash: str
    transaction_hash: str = Field(serialization_alias="transactionHash")
    raw_log: str = Field(serialization_alias="rawLog")
    height: str = Field(description="Of the block that holds the transaction.")

    @classmethod
    def of(cls, committed: Committed) -> SignTxOut:
        return cls(
            code=0,
            hash=committed.tx_hash,
            transaction_hash=committed.tx_hash,
            raw_log="",
            height=str(committed.height),
        )


class CreatedOut(Model):
    """`manifest` is to be sent back, unchanged, with the leases."""

    dseq: str = Field(description="The deployment's number, in all later calls.")
    manifest: str = Field(description="JSON text; send it back as it is in `POST /v1/leases`.")
    sign_tx: SignTxOut = Field(serialization_alias="signTx")
    warnings: list[WarningOut]

    @classmethod
    def of(cls, created: Created) -> CreatedOut:
        return cls(
            dseq=str(created.dseq),
            manifest=created.compiled.manifest.text,
            sign_tx=SignTxOut.of(created.committed),
            warnings=[WarningOut.of(each) for each in created.compiled.warnings],
        )


class CreateOut(Model):
    data: CreatedOut

    @classmethod
    def of(cls, created: Created) -> CreateOut:
        return cls(data=CreatedOut.of(created))


class DetailOut(Model):
    deployment: ChainDeploymentOut
    leases: list[LeaseWithStatusOut]
    escrow_account: EscrowOut

    @classmethod
    def fields_of(cls, detail: Detail) -> dict[str, Any]:
        return {
            "deployment": ChainDeploymentOut.of(detail.deployment),
            "leases": [
                LeaseWithStatusOut.with_status(lease, detail.statuses.get(lease.id))
                for lease in detail.leases
            ],
            "escrow_account": EscrowOut.of(detail.deployment.escrow),
        }


class DeploymentOut(Model):
    data: DetailOut

    @classmethod
    def of(cls, detail: Detail) -> DeploymentOut:
        return cls(data=DetailOut(**DetailOut.fields_of(detail)))


class UpdatedOut(DetailOut):
    warnings: list[WarningOut]


class UpdateOut(Model):
    data: UpdatedOut

    @classmethod
    def of(cls, detail: Detail) -> UpdateOut:
        warnings = [WarningOut.of(each) for each in detail.warnings]
        return cls(data=UpdatedOut(**UpdatedOut.fields_of(detail), warnings=warnings))


class RowOut(Model):
    deployment: ChainDeploymentOut
    leases: list[LeaseOut]
    escrow_account: EscrowOut

    @classmethod
    def of(cls, row: Row) -> RowOut:
        return cls(
            deployment=ChainDeploymentOut.of(row.deployment),
            leases=[LeaseOut.of(lease) for lease in row.leases],
            escrow_account=EscrowOut.of(row.deployment.escrow),
        )


class PaginationOut(Model):
    """`total` counts every running deployment; null when the page was asked for by cursor."""

    total: int | None
    skip: int
    limit: int
    has_more: bool = Field(serialization_alias="hasMore")
    next_cursor: str | None = Field(serialization_alias="nextCursor")


class PageOut(Model):
    deployments: list[RowOut]
    pagination: PaginationOut


class ListOut(Model):
    data: PageOut

    @classmethod
    def of(cls, listing: Listing) -> ListOut:
        return cls(
            data=PageOut(
                deployments=[RowOut.of(row) for row in listing.rows],
                pagination=PaginationOut(
                    total=listing.total,
                    skip=listing.skip,
                    limit=listing.limit,
                    has_more=listing.has_more,
                    next_cursor=listing.cursor,
                ),
            )
        )


class SuccessData(Model):
    success: bool


class SuccessOut(Model):
    data: SuccessData

    @classmethod
    def yes(cls) -> SuccessOut:
        return cls(data=SuccessData(success=True))
