"""The members of a problem's body. Types only: `Problem.body` is checked against them, and the OpenAPI
document is made of them."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

Kind = Literal["client_error", "server_error", "validation_error", "authorization_error"]


class FaultBody(TypedDict):
    """What to mend: `path` as one text, such as `data.leases[0].dseq` or, in an SDL, `services.web`. Line and
    column count from 1; `hint` is a text to write instead."""

    path: str
    message: str
    code: NotRequired[str]
    line: NotRequired[int]
    column: NotRequired[int]
    hint: NotRequired[str]


class IssueBody(TypedDict):
    """The same fault as the Akash Console API tells it (zod's issues)."""

    code: str
    path: list[str | int]
    message: str
    expected: NotRequired[str]
    received: NotRequired[str]
    validation: NotRequired[str]
    options: NotRequired[list[str]]
    minimum: NotRequired[int | float | str]
    maximum: NotRequired[int | float | str]
    multipleOf: NotRequired[float]
    type: NotRequired[str]
    inclusive: NotRequired[bool]
    exact: NotRequired[bool]


class OutcomeBody(TypedDict):
    """Whether one lease's provider has the manifest. `status` is the provider's HTTP status; `message` its
    word, or why it could not be asked."""

    gseq: int
    oseq: int
    provider: str
    manifest_delivered: bool
    status: int | None
    message: str


class BudgetBody(TypedDict):
    """Which limit of the API key's budget does not cover a deposit. Amounts in USD."""

    period: Literal["total", "day"]
    limit: float
    spent: float
    needed: float


class HealthBody(TypedDict):
    postgres: bool
    jobQueue: bool


class ProblemBody(TypedDict):
    """A refusal (RFC 9457), with the members of the Akash Console API's errors: `error`, `message`, `code`
    and `type`. Branch on `reason`, which is stable. `data` and `errors` say which fields to mend; `leases`
    what came of each lease whose manifest was not delivered, `budget` what an API key's budget had left."""

    type: Kind
    title: str
    status: int
    detail: str
    error: str
    message: str
    code: str
    reason: str
    request_id: str
    data: NotRequired[list[IssueBody] | HealthBody]
    errors: NotRequired[list[FaultBody]]
    leases: NotRequired[list[OutcomeBody]]
    budget: NotRequired[BudgetBody]
