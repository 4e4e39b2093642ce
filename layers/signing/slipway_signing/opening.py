"""Opening a wallet: its key, its row, and the treasury's grants that make it known to the chain."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from slipway.domain import errors
from slipway.domain.money import CREDIT_DENOM, FEE_DENOM

from slipway_signing.address import address_of
from slipway_signing.keys import compressed_from_der
from slipway_signing.wallets import WalletRow, WalletStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.type_defs import CreateKeyRequestTypeDef, TagTypeDef
    from mypy_boto3_lambda import LambdaClient

CLAIM_SECONDS: Final = 60
"""How long one call may be the only one that makes a user's key; more than making it takes."""

_ADMINISTRATION: Final = (
    "CancelKeyDeletion",
    "CreateAlias",
    "DeleteAlias",
    "DescribeKey",
    "DisableKey",
    "EnableKey",
    "GetKeyPolicy",
    "GetPublicKey",
    "ListKeyPolicies",
    "ListResourceTags",
    "PutKeyPolicy",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
)
"""Everything an account needs to do to a key but use it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How far it has come. `error` says why the wallet is not ready, in the form of `errors.to_wire`."""

    address: str
    state: str
    error: dict[str, Any] | None = None


class KeyMaker(Protocol):
    def key_for(self, user_id: str) -> tuple[str, bytes]:
        """Id and compressed public key of the user's key; made at the first call, found at every other."""
        ...


class Treasury(Protocol):
    def send(
        self,
        *,
        intent_id: str,
        request_id: str,
        user_id: str,
        messages: list[dict[str, Any]],
        deposit_max: int,
    ) -> dict[str, Any]:
        """The signer's answer (functions/signer/sign.py). Raises SignerUnavailable."""
        ...


class KmsKeyMaker:
    """One KMS key a user, found by its alias. The stack's roles are granted by the key's tags and policy.

    `signers`: the role ARNs that may sign with a wallet's key; without any, KMS's default policy stands.
    """

    def __init__(self, kms: KMSClient, *, stage: str, aliases: str, signers: tuple[str, ...]) -> None:
        self._kms = kms
        self._stage = stage
        self._aliases = aliases
        self._signers = signers

    def key_for(self, user_id: str) -> tuple[str, bytes]:
        alias = self.alias(user_id)
        key_id = self._find(alias) or self._make(alias)
        answer = self._kms.get_public_key(KeyId=key_id)
        return key_id, compressed_from_der(answer["PublicKey"])

    def alias(self, user_id: str) -> str:
        """User ids may hold characters that an alias may not."""
        return f"{self._aliases}/{hashlib.sha256(user_id.encode()).hexdigest()[:40]}"

    def _find(self, alias: str) -> str | None:
        try:
            return self._kms.describe_key(KeyId=alias)["KeyMetadata"]["Arn"]
        except self._kms.exceptions.NotFoundException:
            return None

    def _make(self, alias: str) -> str:
        """A key and its alias. Where the alias is taken (this call stalled for longer than its claim and
        another was quicker), the other's key counts and ours is never used."""
        made = self._create(alias)
        try:
            self._kms.create_alias(AliasName=alias, TargetKeyId=made)
        except self._kms.exceptions.AlreadyExistsException:
            found = self._find(alias)
            if found is None:
                raise errors.SignerUnavailable from None
            return found
        return made

    def _create(self, alias: str) -> str:
        tags: list[TagTypeDef] = [
            {"TagKey": "slipway-stage", "TagValue": self._stage},
            {"TagKey": "slipway-purpose", "TagValue": "wallet"},
        ]
        common: CreateKeyRequestTypeDef = {
            "KeySpec": "ECC_SECG_P256K1",
            "KeyUsage": "SIGN_VERIFY",
            "Description": f"A user's wallet, {alias}",
            "Tags": tags,
        }
        if self._signers:
            common["Policy"] = json.dumps(key_policy(self._signers))
            # KMS asks that the caller can change the policy later. It need not: the account can.
            common["BypassPolicyLockoutSafetyCheck"] = True
        return self._kms.create_key(**common)["KeyMetadata"]["Arn"]


def key_policy(signers: tuple[str, ...]) -> dict[str, Any]:
    """The account looks after the key; only `signers` (roles of one account) may sign with it."""
    partition, account = signers[0].split(":")[1], signers[0].split(":")[4]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AccountAdministers",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
                "Action": [f"kms:{action}" for action in _ADMINISTRATION],
                "Resource": "*",
            },
            {
                "Sid": "OnlyTheSignersSign",
                "Effect": "Allow",
                "Principal": {"AWS": list(signers)},
                "Action": ["kms:GetPublicKey", "kms:Sign"],
                "Resource": "*",
            },
        ],
    }


class LambdaTreasury:
    """The treasury's transactions, through the one function that may sign."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def send(
        self,
        *,
        intent_id: str,
        request_id: str,
        user_id: str,
        messages: list[dict[str, Any]],
        deposit_max: int,
    ) -> dict[str, Any]:
        event = {
            "intent_id": intent_id,
            "request_id": request_id,
            "user_id": user_id,
            "role": "treasury",
            "messages": messages,
            "limits": {"deposit_max": str(deposit_max)},
        }
        answer = self._client.invoke(
            FunctionName=self._function, InvocationType="RequestResponse", Payload=json.dumps(event).encode()
        )
        if "FunctionError" in answer:
            raise errors.SignerUnavailable
        reply: dict[str, Any] = json.loads(answer["Payload"].read())
        return reply


class WalletOpener:
    """`granter` is the treasury's address."""

    def __init__(
        self,
        *,
        wallets: WalletStore,
        keys: KeyMaker,
        treasury: Treasury,
        granter: str,
        now: Callable[[], datetime],
    ) -> None:
        self._wallets = wallets
        self._keys = keys
        self._treasury = treasury
        self._granter = granter
        self._now = now

    def open(self, user_id: str, *, request_id: str, credit: int, fees: int) -> Opening:
        """The user's wallet, with `credit` uact to deposit and `fees` uakt to pay fees with.

        A repeat or a race makes nothing twice: the key is found by its alias, the row is written once, the
        grants are one intent. A grant that failed for good is tried anew by the next call.
        Raises SignerUnavailable, and WalletOpening where another call is making the key.
        """
        row = self._wallets.get(user_id) or self._new_row(user_id)
        if row.state == "ready":
            return Opening(address=row.address, state="ready")
        answer = self._treasury.send(
            intent_id=f"open-wallet-{user_id}-{row.opening_attempt}",
            request_id=request_id,
            user_id=user_id,
            messages=grants(row.granter, row.address, credit=credit, fees=fees),
            deposit_max=credit,
        )
        return self._after(row, answer)

    def _new_row(self, user_id: str) -> WalletRow:
        now = self._now()
        if not self._wallets.claim_opening(user_id, now=int(now.timestamp()), lasts=CLAIM_SECONDS):
            raise errors.WalletOpening
        key_id, public_key = self._keys.key_for(user_id)
        return self._wallets.open(
            WalletRow(
                user_id=user_id,
                address=address_of(public_key),
                public_key=public_key,
                key_id=key_id,
                granter=self._granter,
                created_at=now.isoformat(),
            )
        )

    def _after(self, row: WalletRow, answer: dict[str, Any]) -> Opening:
        if answer["state"] == "committed":
            self._wallets.mark_ready(row.user_id)
            return Opening(address=row.address, state="ready")
        if answer["state"] in {"rejected", "expired"}:
            self._wallets.next_opening(row.user_id, failed=row.opening_attempt)
        error = answer.get("error") or errors.to_wire(errors.WalletOpening())
        return Opening(address=row.address, state=row.state, error=error)


def grants(granter: str, grantee: str, *, credit: int, fees: int) -> list[dict[str, Any]]:
    """The messages that give a wallet its credit and its fees. No credit is no grant: a grant of zero is
    refused (sdk/10), while the fee allowance alone already makes the account."""
    pair = {"granter": granter, "grantee": grantee}
    deposit = {
        "@type": "/akash.escrow.v1.DepositAuthorization",
        "spend_limit": {"denom": CREDIT_DENOM, "amount": "0"},
        "scopes": ["deployment"],
        "spend_limits": [{"denom": CREDIT_DENOM, "amount": str(credit)}],
    }
    allowance = {
        "@type": "/cosmos.feegrant.v1beta1.BasicAllowance",
        "spend_limit": [{"denom": FEE_DENOM, "amount": str(fees)}],
    }
    grant = {
        "type_url": "/cosmos.authz.v1beta1.MsgGrant",
        "value": {**pair, "grant": {"authorization": deposit}},
    }
    allow = {
        "type_url": "/cosmos.feegrant.v1beta1.MsgGrantAllowance",
        "value": {**pair, "allowance": allowance},
    }
    return [grant, allow] if credit else [allow]
