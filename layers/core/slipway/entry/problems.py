"""What each error is in HTTP: one table. Bodies are RFC 9457 problems that also carry the older fields.

`error`, `message`, `code` and `type` are what the reference answers (console-api.md §0.3); `reason` is the
stable code of our own error, which clients may branch on.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from slipway.domain import errors
from slipway.domain.api_key import ApiKeyHasBudget, ApiKeyRefused, ApiKeyShownOnce
from slipway.domain.errors import SlipwayError
from slipway.domain.money import MicroUsd, to_usd
from slipway.entry.issues import Issue
from slipway.entry.validation import Invalid
from slipway.sdl.mistakes import Mistake, SdlInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.entry.problem_bodies import BudgetBody, FaultBody, IssueBody, Kind, ProblemBody


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal as HTTP. Empty `error`, `code` and `type` are the reference's own for the status.

    `errors` says field by field what to mend; `extra` are further members of the body. A problem with
    `retry_after` (seconds) may go away by itself.
    """

    status: int
    title: str
    error: str = ""
    code: str = ""
    type: Kind | Literal[""] = ""
    message: str = ""
    reason: str = ""
    retry_after: int | None = None
    prefixed: bool = False
    issues: tuple[Issue, ...] = ()
    errors: tuple[FaultBody, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_definite(self) -> bool:
        """Whether a repeat of the same request would be answered the same."""
        return self.status < HTTPStatus.INTERNAL_SERVER_ERROR and self.retry_after is None

    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"retry-after": str(self.retry_after)}

    def body(self, request_id: str) -> ProblemBody:
        kind: Kind = self.type or ("server_error" if self.status >= 500 else "client_error")
        found: ProblemBody = {
            "type": kind,
            "title": self.title,
            "status": self.status,
            "detail": self.message,
            "error": self.error or _ERRORS[self.status],
            "message": self.message,
            "code": self.code or _CODES.get(self.status, "unknown_error"),
            "reason": self.reason,
            "request_id": request_id,
        }
        if self.issues:
            found["data"] = [cast("IssueBody", issue.zod()) for issue in self.issues]
        if listed := [*self.errors, *(issue.plain() for issue in self.issues)]:
            found["errors"] = listed
        return cast("ProblemBody", {**found, **self.extra})


class Refused(Exception):
    """A refusal that only HTTP knows, such as a wrong content type."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


_ERRORS: Final = {
    400: "BadRequestError",
    401: "UnauthorizedError",
    402: "PaymentRequiredError",
    403: "ForbiddenError",
    404: "NotFoundError",
    409: "ConflictError",
    413: "Error",
    422: "UnprocessableEntityError",
    429: "TooManyRequestsError",
    500: "InternalServerError",
    503: "ServiceUnavailableError",
}
_CODES: Final = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    429: "rate_limited",
    500: "internal_server_error",
    502: "service_unavailable",
    503: "service_unavailable",
}

_BLOCK_SECONDS: Final = 6
"""A block of the Akash network: what the chain will not do now it may do in the next one."""

INTERNAL: Final = Problem(500, "Internal server error", message="Internal server error", reason="internal")

INVALID: Final = Problem(
    400,
    "The request is not valid",
    code="validation_error",
    type="validation_error",
    message="Validation error",
    reason="validation_failed",
)

PROBLEMS: Final[Mapping[type[SlipwayError], Problem]] = {
    errors.InternalFault: INTERNAL,
    # who is asking
    errors.AmbiguousCredentials: Problem(400, "Two credentials"),
    errors.CredentialsRefused: Problem(401, "Unauthorized"),
    ApiKeyRefused: Problem(401, "Unauthorized"),
    errors.ScopeMissing: Problem(403, "Forbidden", type="authorization_error"),
    ApiKeyHasBudget: Problem(403, "The API key has a budget", type="authorization_error"),
    errors.ApiKeyGone: Problem(403, "The API key was deleted", type="authorization_error"),
    errors.ApiKeyNotFound: Problem(404, "No such API key"),
    errors.ExpiryNotInFuture: INVALID,
    errors.TooManyApiKeys: Problem(409, "Too many API keys"),
    ApiKeyShownOnce: Problem(409, "The API key was shown already"),
    # the request itself
    errors.IdempotencyKeyReused: Problem(422, "The Idempotency-Key was used with another request"),
    errors.IdempotentRequestRunning: Problem(409, "The first request is still running", retry_after=1),
    errors.FieldInvalid: INVALID,
    errors.LeasesEmpty: Problem(400, "No leases"),
    errors.LeasesOfSeveralDeployments: Problem(400, "Leases of several deployments"),
    errors.ManifestInvalid: Problem(422, "The manifest is not valid"),
    SdlInvalid: Problem(400, "The SDL is not valid"),
    # wallets and money
    errors.WalletNotFound: Problem(404, "No wallet"),
    errors.WalletOpening: Problem(
        409, "The wallet is being opened", code="wallet_provisioning", retry_after=2
    ),
    errors.WalletNotOnChain: Problem(409, "The wallet has not sent a transaction yet"),
    errors.CreditTooLow: Problem(402, "Not enough credit"),
    errors.DepositTooLow: Problem(400, "The deposit is too low", prefixed=True),
    errors.DepositNotPositive: Problem(400, "The deposit is not positive"),
    errors.BudgetExceeded: Problem(402, "The API key's budget is used up"),
    errors.FeesUnavailable: Problem(402, "The transaction fee cannot be paid"),
    errors.TreasuryShort: Problem(503, "Deposits cannot be funded now", retry_after=60),
    errors.CreditChanging: Problem(503, "The credit is being changed", retry_after=_BLOCK_SECONDS),
    errors.CreditMoved: Problem(503, "The credit changed in the meantime", retry_after=1),
    # deployments, bids, leases
    errors.DeploymentNotFound: Problem(404, "No such deployment"),
    errors.DeploymentClosed: Problem(400, "The deployment is closed"),
    errors.DeploymentExists: Problem(400, "The deployment exists already", prefixed=True),
    errors.InvalidGroups: Problem(400, "The network does not take these resources"),
    errors.InvalidVersion: Problem(400, "The manifest has not changed"),
    errors.GroupsChanged: Problem(422, "An update cannot change resources"),
    errors.BidNotFound: Problem(404, "No such bid"),
    errors.BidNotOpen: Problem(400, "The bid is not open", prefixed=True),
    errors.OrderNotOpen: Problem(400, "The order is not open", prefixed=True),
    errors.GroupNotOpen: Problem(400, "The group is not open", prefixed=True),
    errors.LeaseNotFound: Problem(404, "No such lease"),
    errors.LeaseNotActive: Problem(400, "The lease is not active"),
    errors.EscrowClosed: Problem(400, "The deployment is closed"),
    errors.EscrowOverdrawn: Problem(400, "The escrow is empty"),
    errors.EscrowNotSettled: Problem(503, "The escrow cannot be settled yet", retry_after=_BLOCK_SECONDS),
    # settings, tokens, raw transactions
    errors.ActsForAnother: Problem(403, "Forbidden", type="authorization_error"),
    errors.DeploymentSettingNotFound: Problem(404, "No such setting"),
    errors.DeploymentSettingExists: Problem(409, "The setting exists already"),
    errors.WalletSettingNotFound: Problem(404, "No wallet setting"),
    errors.PaymentsNotSetUp: Problem(404, "No payment method"),
    errors.TokenNeedsWallet: Problem(400, "No wallet"),
    errors.TokenRightsInvalid: Problem(400, "The rights of the token are not valid"),
    errors.MessageUndecodable: Problem(400, "A message cannot be read"),
    # certificates
    errors.CertificateExists: Problem(409, "The certificate exists already"),
    errors.CertificateInvalid: Problem(400, "The certificate is not valid"),
    errors.CertificateNotFound: Problem(404, "No such certificate"),
    errors.CertificateRevoked: Problem(400, "The certificate is revoked"),
    # providers
    errors.ProviderNotFound: Problem(404, "No such provider"),
    errors.ManifestNotDelivered: Problem(503, "The manifest was not delivered", retry_after=_BLOCK_SECONDS),
    # the chain and the signer
    errors.ChainUnavailable: Problem(503, "The network cannot be reached", retry_after=_BLOCK_SECONDS),
    errors.SignerUnavailable: Problem(503, "The signer cannot be reached", retry_after=2),
    errors.TransactionPending: Problem(503, "The transaction is under way", retry_after=_BLOCK_SECONDS),
    errors.TransactionExpired: Problem(503, "The transaction was not taken in time", retry_after=1),
    errors.TransactionTooLarge: Problem(422, "Too much for one transaction"),
    errors.MessageMalformed: Problem(400, "The network finds the request malformed"),
    errors.GrantRefused: Problem(503, "The credit cannot be changed now", retry_after=60),
    errors.MintRefused: Problem(503, "uact cannot be minted now", retry_after=60),
    errors.OutOfGas: Problem(503, "The transaction needs too much gas", retry_after=_BLOCK_SECONDS),
    errors.NetworkBusy: Problem(503, "The network is busy", retry_after=_BLOCK_SECONDS),
    errors.NetworkFault: Problem(503, "The network failed", retry_after=_BLOCK_SECONDS),
    errors.TransactionRejected: Problem(400, "The network refused the transaction"),
    errors.PolicyRefused: Problem(403, "The transaction is not allowed"),
    # the service itself
    errors.DocumentScopeUnknown: Problem(403, "Forbidden"),
    errors.AssetNotFound: Problem(404, "Not found"),
    errors.CertificatesRemoved: Problem(400, "Removed", error=str(errors.CertificatesRemoved())),
    errors.StoreUnavailable: Problem(503, "The service cannot reach its data", retry_after=2),
    errors.NotReady: Problem(
        503, "Not ready", retry_after=2, extra={"data": {"postgres": False, "jobQueue": False}}
    ),
}

OTHERWISE: Final[Mapping[type[SlipwayError], Problem]] = {
    errors.ManifestNotDelivered: Problem(422, "A provider refused the manifest"),
}
"""What an error is besides, depending on its facts."""


def problem_of(error: Exception, *, failure: str | None = None) -> Problem:
    """The problem that `error` is; an unknown error says nothing of itself.

    `failure` is what the endpoint did not do ("Failed to create deployment"): the reference puts it before
    the chain's refusals, and only before those.
    """
    if isinstance(error, Refused):
        return error.problem
    if isinstance(error, Invalid):
        return dataclasses.replace(INVALID, issues=error.issues)
    if not isinstance(error, SlipwayError):
        return INTERNAL
    row = PROBLEMS.get(type(error), INTERNAL)
    return row if row is INTERNAL else _told(error, row, failure)


def _told(error: SlipwayError, row: Problem, failure: str | None) -> Problem:
    prefix = f"{failure}: " if failure and row.prefixed else ""
    named = dataclasses.replace(row, reason=error.code)
    match error:
        case SdlInvalid():
            return _sdl(error, named)
        case errors.ManifestNotDelivered():
            return _undelivered(error, named)
        case errors.ExpiryNotInFuture():
            return dataclasses.replace(named, issues=(Issue("custom", str(error), ("data", "expiresAt")),))
        case errors.FieldInvalid():
            issue = Issue("custom", error.mend, tuple(error.path.split(".")))
            return dataclasses.replace(named, issues=(issue,))
        case errors.BudgetExceeded():
            return dataclasses.replace(named, message=str(error), extra={"budget": _budget(error)})
        case _:
            return dataclasses.replace(named, message=prefix + str(error))


def _budget(error: errors.BudgetExceeded) -> BudgetBody:
    """What was asked of which limit, in USD; a float only here, as in all answers."""
    return {
        "period": "day" if error.period == "day" else "total",
        "limit": float(to_usd(MicroUsd(error.limit))),
        "spent": float(to_usd(MicroUsd(error.spent))),
        "needed": float(to_usd(MicroUsd(error.needed))),
    }


def _sdl(error: SdlInvalid, row: Problem) -> Problem:
    """All mistakes in one text, as the reference tells them, and each with its place beside it."""
    message = "Invalid SDL: " + ", ".join(mistake.message for mistake in error.mistakes)
    return dataclasses.replace(row, message=message, errors=tuple(_mistake(m) for m in error.mistakes))


def _mistake(mistake: Mistake) -> FaultBody:
    told = {name: value for name, value in dataclasses.asdict(mistake).items() if value is not None}
    return cast("FaultBody", told)


def _undelivered(error: errors.ManifestNotDelivered, row: Problem) -> Problem:
    """A provider that refuses will refuse again; one that cannot be reached may be back soon."""
    kind = OTHERWISE[errors.ManifestNotDelivered] if error.refused else row
    return dataclasses.replace(kind, message=str(error), reason=row.reason, extra={"leases": error.outcomes})
