"""Coins with the chain's 18 decimals, kept exact as scaled integers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from slipway.domain.money import SCALE

_DIGITS = 60
"""Enough for any amount a 256-bit integer of the chain can hold beside 18 places."""


@dataclass(frozen=True, slots=True)
class DecCoin:
    """An amount of `denom`; `scaled` is the amount × 10^18 (the form transactions carry)."""

    denom: str
    scaled: int

    @classmethod
    def parse(cls, denom: str, amount: str) -> DecCoin:
        """From the REST form, a decimal text such as `12.500000000000000000`."""
        with localcontext() as context:
            context.prec = _DIGITS
            return cls(denom, int(Decimal(amount) * SCALE))

    @property
    def amount(self) -> str:
        """The REST form: always 18 decimals."""
        sign, digits = ("-" if self.scaled < 0 else ""), abs(self.scaled)
        return f"{sign}{digits // SCALE}.{digits % SCALE:018d}"

    @property
    def whole(self) -> int:
        """The whole part, rounded toward zero as the chain truncates refunds."""
        return -(-self.scaled // SCALE) if self.scaled < 0 else self.scaled // SCALE
