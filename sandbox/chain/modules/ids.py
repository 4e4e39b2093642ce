"""ValidateBasic of the ids that messages carry, part by part, with the words of every id around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32
from sandbox.chain.errors import CONFLICT, INVALID_ADDRESS, INVALID_SEQUENCE, ChainError, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

_WRAP: Final = "cosmossdk.io/errors@v1.0.2/errors.go:151"
_DEPLOYMENT: Final = "chain-sdk/go/node/deployment/v1/deployment.go:29"


def check_deployment(found: Any) -> None:
    """Raises sdk/7 for the owner, sdk/3 for a dseq of zero."""
    _check_deployment(found, ())


def check_group(found: Any) -> None:
    _check_group(found, ())


def check_bid(found: Any) -> None:
    """Of a BidID; nobody bids on an order of its own (sdk/36)."""
    _check_bid(found, ())


def check_lease(found: Any) -> None:
    """Of a LeaseID: as the bid's that it was."""
    _check_bid(found, ("LeaseID: Invalid BidID",))


def _check_deployment(found: Any, around: Sequence[str]) -> None:
    if not bech32.is_address(found.owner):
        raise _refused(INVALID_ADDRESS, (*around, "DeploymentID: Invalid Owner Address"))
    if not found.dseq:
        text = "DeploymentID: Invalid Deployment Sequence"
        raise _refused(INVALID_SEQUENCE, (*around, text), _WRAP if around else _DEPLOYMENT)


def _check_group(found: Any, around: Sequence[str]) -> None:
    _check_deployment(found, (*around, "GroupID: Invalid DeploymentID"))
    if not found.gseq:
        raise _refused(INVALID_SEQUENCE, (*around, "GroupID: Invalid Group Sequence"))


def _check_bid(found: Any, around: Sequence[str]) -> None:
    order = (*around, "BidID: Invalid OrderID")
    _check_group(found, (*order, "OrderID: Invalid GroupID"))
    if not found.oseq:
        raise _refused(INVALID_SEQUENCE, (*order, "OrderID: Invalid Order Sequence"))
    if not bech32.is_address(found.provider):
        raise _refused(INVALID_ADDRESS, (*around, "BidID: Invalid Provider Address"))
    if found.owner == found.provider:
        raise _refused(CONFLICT, (*around, "BidID: self-bid"))


def _refused(refusal: Refusal, words: Sequence[str], place: str = _WRAP) -> ChainError:
    text = ": ".join((*words, refusal.text))
    return ChainError(refusal.codespace, refusal.code, text, place, refusal.text)
