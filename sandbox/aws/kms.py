"""Corrections to moto's KMS, so that what it signs and refuses is what AWS signs and refuses.

moto 5.2.5 hashes a digest once more (`MessageType=DIGEST`), signs with disabled keys, takes digests of any
length and messages of any size, leaves `KeySpec` out of GetPublicKey, and has no
GenerateDataKeyPairWithoutPlaintext. Installed once per process.
"""

import base64
import json
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from moto.core.exceptions import JsonRESTError
from moto.kms.exceptions import ValidationException
from moto.kms.models import kms_backends
from moto.kms.responses import KmsResponse

RAW_LIMIT: Final = 4096
"""Bytes that Sign and Verify take as a RAW message (AWS KMS API reference, Sign)."""

_HASHES: Final = {
    "ECDSA_SHA_256": hashes.SHA256(),
    "ECDSA_SHA_384": hashes.SHA384(),
    "ECDSA_SHA_512": hashes.SHA512(),
}
_CURVES: Final = {"ECC_SECG_P256K1": ec.SECP256K1(), "ECC_NIST_P256": ec.SECP256R1()}
_plain_sign, _plain_verify = KmsResponse.sign, KmsResponse.verify


class DisabledError(JsonRESTError):  # type: ignore[misc]
    code = 400

    def __init__(self, arn: str) -> None:
        super().__init__("DisabledException", f"{arn} is disabled.")


class InvalidStateError(JsonRESTError):  # type: ignore[misc]
    code = 400

    def __init__(self, arn: str, state: str) -> None:
        super().__init__("KMSInvalidStateException", f"{arn} is {state}.")


def install() -> None:
    """Correct moto's KMS in this process."""
    KmsResponse.sign = _sign
    KmsResponse.verify = _verify
    KmsResponse.get_public_key = _get_public_key
    KmsResponse.generate_data_key_pair_without_plaintext = _generate_key_pair


def import_key(key_id: str, private_key: ec.EllipticCurvePrivateKey, *, account_id: str, region: str) -> None:
    """Make `private_key` the material of an existing key of the same curve (AWS: ImportKeyMaterial)."""
    key = kms_backends[account_id][region].keys[key_id]
    if private_key.curve.name != key.private_key.private_key.curve.name:
        raise ValueError(f"the key is on {private_key.curve.name}, KMS key {key_id} is {key.key_spec}")
    key.private_key.private_key = private_key


def _sign(request: Any) -> str:
    key = _usable_key(request)
    if _message_type(request) != "DIGEST" or not key.key_spec.startswith("ECC_"):
        return str(_plain_sign(request))
    algorithm = _algorithm(request, key)
    digest = _digest(request, algorithm)
    signature = key.private_key.private_key.sign(digest, ec.ECDSA(utils.Prehashed(_HASHES[algorithm])))
    return json.dumps(
        {
            "KeyId": key.arn,
            "Signature": base64.b64encode(signature).decode(),
            "SigningAlgorithm": algorithm,
        }
    )


def _verify(request: Any) -> str:
    key = _usable_key(request)
    if _message_type(request) != "DIGEST" or not key.key_spec.startswith("ECC_"):
        return str(_plain_verify(request))
    algorithm = _algorithm(request, key)
    digest = _digest(request, algorithm)
    public_key = key.private_key.private_key.public_key()
    signature = base64.b64decode(request._get_param("Signature"))
    try:
        public_key.verify(signature, digest, ec.ECDSA(utils.Prehashed(_HASHES[algorithm])))
    except InvalidSignature:
        raise JsonRESTError("KMSInvalidSignatureException", "") from None
    return json.dumps({"KeyId": key.arn, "SignatureValid": True, "SigningAlgorithm": algorithm})


def _get_public_key(request: Any) -> str:
    key, public_key = request.kms_backend.get_public_key(_usable_key(request).id)
    return json.dumps(
        {
            "KeyId": key.arn,
            "KeySpec": key.key_spec,
            "CustomerMasterKeySpec": key.key_spec,
            "KeyUsage": key.key_usage,
            "PublicKey": base64.b64encode(public_key).decode(),
            "SigningAlgorithms": key.signing_algorithms,
        }
    )


def _generate_key_pair(request: Any) -> str:
    """A key pair whose private half (PKCS #8) comes out encrypted under the request's key and context."""
    wrapping = _usable_key(request)
    if wrapping.key_spec != "SYMMETRIC_DEFAULT":
        raise JsonRESTError("InvalidKeyUsageException", f"{wrapping.arn} cannot encrypt data keys")
    spec = request._get_param("KeyPairSpec")
    if spec not in _CURVES:
        raise ValidationException(f"KeyPairSpec {spec} is not supported here")
    made = ec.generate_private_key(_CURVES[spec])
    sealed, _ = request.kms_backend.encrypt(
        key_id=wrapping.id,
        plaintext=made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        encryption_context=request._get_param("EncryptionContext", {}),
    )
    public = made.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return json.dumps(
        {
            "KeyId": wrapping.arn,
            "KeyPairSpec": spec,
            "PrivateKeyCiphertextBlob": base64.b64encode(sealed).decode(),
            "PublicKey": base64.b64encode(public).decode(),
        }
    )


def _usable_key(request: Any) -> Any:
    """The key that the request names, by id, ARN or alias. Raises if it may not be used now."""
    key_id = request._get_param("KeyId")
    request._validate_key_id(key_id)
    key = request.kms_backend.describe_key(key_id)
    if key.key_state == "Disabled":
        raise DisabledError(key.arn)
    if key.key_state != "Enabled":
        raise InvalidStateError(key.arn, "pending deletion")
    return key


def _message_type(request: Any) -> str:
    """The request's MessageType. Raises if a RAW message is too long."""
    kind = request._get_param("MessageType") or "RAW"
    if kind == "RAW" and len(request._get_param("Message")) > RAW_LIMIT:
        raise ValidationException(
            "1 validation error detected: Value at 'message' failed to satisfy constraint: "
            f"Member must have length less than or equal to {RAW_LIMIT}"
        )
    return str(kind)


def _algorithm(request: Any, key: Any) -> str:
    if key.key_usage != "SIGN_VERIFY":
        raise JsonRESTError("InvalidKeyUsageException", f"{key.arn} key usage is {key.key_usage}")
    algorithm = request._get_param("SigningAlgorithm")
    if algorithm not in key.signing_algorithms:
        raise JsonRESTError(
            "InvalidKeyUsageException", f"Algorithm {algorithm} is incompatible with key spec {key.key_spec}."
        )
    return str(algorithm)


def _digest(request: Any, algorithm: str) -> bytes:
    digest: bytes = request._get_param("Message")
    if len(digest) != _HASHES[algorithm].digest_size:
        raise ValidationException(f"Digest is invalid length for algorithm {algorithm}.")
    return digest
