"""Giving a wallet another key, in another custody: an explicit act of the operator, never of a request.

A private key cannot change its custody: KMS never gives one out. So the wallet gets a new key and with
it a new address, and its credit moves there. Before this the operator's command (tools/custody.py) has
stopped the wallet from signing, seen that it has no deployment, and taken its credit; afterwards the
wallet is opened anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slipway.domain import errors

from slipway_signing.address import address_of
from slipway_signing.signing_log import Decision, wallet_chain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway_signing.custody import KeyMaker
    from slipway_signing.signing_log import SigningLog
    from slipway_signing.wallets import Custody, WalletRow, WalletStore


@dataclass(frozen=True, slots=True)
class Rekeyer:
    wallets: WalletStore
    makers: Mapping[Custody, KeyMaker]
    log: SigningLog

    def rekey(self, user_id: str, custody: Custody, *, request_id: str) -> None:
        """The wallet has a new key in `custody` and is to be opened; a no-op for one that is being opened.

        Raises WalletNotFound, PolicyRefused for a wallet that still signs, SignerUnavailable.
        """
        row = self.wallets.get(user_id)
        if row is None:
            raise errors.WalletNotFound
        if row.state == "ready":
            raise errors.PolicyRefused(rule="moving_only", what="state")
        if row.state == "moving":
            self._rekey(row, custody, request_id)

    def _rekey(self, row: WalletRow, custody: Custody, request_id: str) -> None:
        made = self.makers[custody].key_for(row.user_id, row.generation + 1)
        following = replace(
            row,
            address=address_of(made.public_key),
            public_key=made.public_key,
            key_id=made.key_id,
            custody=made.custody,
            sealed=made.sealed,
            generation=row.generation + 1,
            state="opening",
            first_tx_height=None,
            opening_attempt=row.opening_attempt + 1,
        )
        about = {"from": row.address, "to": following.address, "custody": made.custody}
        subject = f"custody/{following.generation}"
        self.log.append(Decision(wallet_chain(row.user_id), "custody", subject, request_id, about))
        self.wallets.rekey(following)
