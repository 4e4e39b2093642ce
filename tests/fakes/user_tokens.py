"""Tokens for users, in memory: they say what was asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.errors import SlipwayError
    from slipway.domain.ids import UserId


class FakeUserTokens:
    """`UserTokens`. `refuses`: the next call raises it."""

    def __init__(self) -> None:
        self.refuses: SlipwayError | None = None
        self.minted = 0

    def mint(self, user: UserId, leases: Mapping[str, Any], ttl: int) -> str:
        if self.refuses is not None:
            refused, self.refuses = self.refuses, None
            raise refused
        self.minted += 1
        return json.dumps([self.minted, user, leases, ttl])
