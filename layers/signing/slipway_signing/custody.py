"""Who holds a wallet's private key: KMS itself (`kms`), or a ciphertext that KMS alone can open (`sealed`).

`kms` costs a key a month and never shows the private key to anybody. `sealed` costs nothing a wallet:
the key pair is made by KMS and comes out encrypted under the stack's own key, with the user's id as
encryption context; it is opened for one signature, in the signer's memory, and let go of. A wallet keeps
the custody that it was opened with; only the operator's explicit move changes it (tools/custody.py). The
treasury is always `kms`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from slipway.domain import errors

from slipway_signing.keys import KmsKey, LocalKey, compressed_from_der

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.type_defs import CreateKeyRequestTypeDef, TagTypeDef

    from slipway_signing.keys import SigningKey
    from slipway_signing.wallets import Custody, WalletRow

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
class MadeKey:
    """A new key as its wallet's row keeps it. `key_id` is the KMS key that signs, or that opens `sealed`."""

    custody: Custody
    key_id: str
    public_key: bytes
    sealed: bytes = b""


class KeyMaker(Protocol):
    def key_for(self, user_id: str, generation: int) -> MadeKey:
        """The user's key of that generation. In `kms` it is made once and found again; in `sealed` each call
        makes another, and the one that the wallet's row keeps is the wallet's."""
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

    def key_for(self, user_id: str, generation: int) -> MadeKey:
        alias = self.alias(user_id, generation)
        key_id = self._find(alias) or self._make(alias, user_id)
        answer = self._kms.get_public_key(KeyId=key_id)
        return MadeKey("kms", key_id, compressed_from_der(answer["PublicKey"]))

    def alias(self, user_id: str, generation: int) -> str:
        """User ids may hold characters that an alias may not."""
        name = f"{self._aliases}/{hashlib.sha256(user_id.encode()).hexdigest()[:40]}"
        return name if generation == 1 else f"{name}-{generation}"

    def _find(self, alias: str) -> str | None:
        try:
            return self._kms.describe_key(KeyId=alias)["KeyMetadata"]["Arn"]
        except self._kms.exceptions.NotFoundException:
            return None

    def _make(self, alias: str, user_id: str) -> str:
        """A key and its alias. Where the alias is taken (this call stalled for longer than its claim and
        another was quicker), the other's key counts and ours is never used."""
        made = self._create(alias, user_id)
        try:
            self._kms.create_alias(AliasName=alias, TargetKeyId=made)
        except self._kms.exceptions.AlreadyExistsException:
            found = self._find(alias)
            if found is None:
                raise errors.SignerUnavailable from None
            return found
        return made

    def _create(self, alias: str, user_id: str) -> str:
        tags: list[TagTypeDef] = [
            {"TagKey": "slipway-stage", "TagValue": self._stage},
            {"TagKey": "slipway-purpose", "TagValue": "wallet"},
            {"TagKey": "slipway-wallet", "TagValue": alias.rpartition("/")[2]},
        ]
        common: CreateKeyRequestTypeDef = {
            "KeySpec": "ECC_SECG_P256K1",
            "KeyUsage": "SIGN_VERIFY",
            "Description": f"The wallet of user {user_id}"[:8192],
            "Tags": tags,
        }
        if self._signers:
            common["Policy"] = json.dumps(key_policy(self._signers))
            # KMS asks that the caller can change the policy later. It need not: the account can.
            common["BypassPolicyLockoutSafetyCheck"] = True
        return self._kms.create_key(**common)["KeyMetadata"]["Arn"]


class SealedKeyMaker:
    """Key pairs that KMS makes and never shows: the private half is encrypted under `wrapping_key`."""

    def __init__(self, kms: KMSClient, wrapping_key: str) -> None:
        self._kms = kms
        self._wrapping_key = wrapping_key

    def key_for(self, user_id: str, generation: int) -> MadeKey:
        made = self._kms.generate_data_key_pair_without_plaintext(
            KeyId=self._wrapping_key,
            KeyPairSpec="ECC_SECG_P256K1",
            EncryptionContext=encryption_context(user_id),
        )
        public_key = compressed_from_der(made["PublicKey"])
        return MadeKey("sealed", made["KeyId"], public_key, made["PrivateKeyCiphertextBlob"])


class SealedKey:
    """Opened by one kms:Decrypt for each signature and kept no longer. Raises SignerUnavailable."""

    def __init__(self, kms: KMSClient, row: WalletRow) -> None:
        self._kms = kms
        self._row = row

    @property
    def public_key(self) -> bytes:
        return self._row.public_key

    def sign_digest(self, digest: bytes) -> bytes:
        """64 bytes r‖s, low s. KMS refuses to open another user's key for this one."""
        try:
            opened = self._kms.decrypt(
                KeyId=self._row.key_id,
                CiphertextBlob=self._row.sealed,
                EncryptionContext=encryption_context(self._row.user_id),
            )
        except (BotoCoreError, ClientError) as error:
            raise errors.SignerUnavailable from error
        key = LocalKey.from_der(opened["Plaintext"])
        if key.public_key != self._row.public_key:
            raise errors.InternalFault(what="a sealed key is not its wallet's")
        return key.sign_digest(digest)


def encryption_context(user_id: str) -> dict[str, str]:
    """What binds a sealed key to its user; KMS opens it only with the very same, and logs it."""
    return {"user_id": user_id}


def key_of(kms: KMSClient, row: WalletRow) -> SigningKey:
    """What signs for a wallet. The row already has the public key; only signing needs KMS."""
    if row.custody == "sealed":
        return SealedKey(kms, row)
    return KmsKey(kms, row.key_id, row.public_key)


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
