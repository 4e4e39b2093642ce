"""Tokens that a wallet shows to providers, from the signer's function that mints them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from slipway.adapters.invoking import NoAnswerInTime, invoke
from slipway.domain.errors import SignerUnavailable, from_wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_lambda import LambdaClient

    from slipway.domain.ids import Address, UserId

MIN_REMAINING_SECONDS: Final = 20
"""A kept token is handed out while a call with its deadline (15 s) still fits into it."""

MAX_KEPT: Final = 512
"""Tokens kept by one process, under 1 KB each; the oldest goes first."""


class LambdaTokens:
    """One wallet, one provider, one scope a token. `now` gives Unix seconds. Several threads may ask."""

    def __init__(
        self,
        client: LambdaClient,
        function: str,
        *,
        request_id: Callable[[], str],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client, self._function = client, function
        self._request_id, self._now = request_id, now
        self._kept: dict[tuple[str, str, str], tuple[str, int]] = {}

    def token(self, user: UserId, provider: Address, scope: str) -> str:
        """A token for `provider` alone, good for some seconds yet.

        Raises WalletNotFound, WalletNotOnChain, PolicyRefused, SignerUnavailable.
        """
        name = (user, provider, scope)
        kept = self._kept.get(name)
        if kept is None or kept[1] - self._now() < MIN_REMAINING_SECONDS:
            kept = self._minted(user, provider, scope)
            self._keep(name, kept)
        return kept[0]

    def _minted(self, user: UserId, provider: Address, scope: str) -> tuple[str, int]:
        event = {
            "request_id": self._request_id(),
            "user_id": user,
            "provider": provider,
            "scope": scope,
        }
        try:
            answer = invoke(self._client, self._function, event)
        except NoAnswerInTime:
            raise SignerUnavailable from None
        match answer:
            case {"token": str(text), "expires_at": int(expires_at)}:
                return text, expires_at
            case {"error": {"code": str()} as error}:
                raise from_wire(error)
        raise SignerUnavailable

    def _keep(self, name: tuple[str, str, str], token: tuple[str, int]) -> None:
        self._kept.pop(name, None)
        self._kept[name] = token
        while len(self._kept) > MAX_KEPT:
            self._kept.pop(next(iter(self._kept)), None)
