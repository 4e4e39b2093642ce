"""`UserTokens`: the signer's function that mints tokens for providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.adapters.invoking import NoAnswerInTime, invoke
from slipway.domain.errors import SignerUnavailable, from_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_lambda import LambdaClient

    from slipway.domain.ids import UserId


class LambdaUserTokens:
    """Nothing is kept: each token is its user's own."""

    def __init__(self, client: LambdaClient, function: str, *, request_id: Callable[[], str]) -> None:
        self._client, self._function, self._request_id = client, function, request_id

    def mint(self, user: UserId, leases: Mapping[str, Any], ttl: int) -> str:
        event = {"request_id": self._request_id(), "user_id": user, "leases": dict(leases), "ttl": ttl}
        try:
            answer = invoke(self._client, self._function, event)
        except NoAnswerInTime:
            raise SignerUnavailable from None
        match answer:
            case {"token": str(text)}:
                return text
            case {"error": {"code": str()} as error}:
                raise from_wire(error)
        raise SignerUnavailable
