"""secp256k1 signatures over a transaction, as x/auth checks them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from slipway_signing.address import address_of as derived_address

from sandbox.chain import codec, pb
from sandbox.chain.errors import INVALID_PUBKEY

PUBKEY_URL: Final = "/cosmos.crypto.secp256k1.PubKey"
ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_COMPRESSED: Final = 33
_SIZE: Final = 64


def key_of(packed: Any) -> bytes | None:
    """The compressed key in a public key's Any, None when it is not set. Raises sdk/8 for another kind."""
    if not packed.type_url:
        return None
    if packed.type_url != PUBKEY_URL:
        raise INVALID_PUBKEY.wrap(f"unsupported public key type {packed.type_url}")
    key = bytes(codec.parse(pb.secp256k1.PubKey, packed.value).key)
    if len(key) != _COMPRESSED:
        raise INVALID_PUBKEY.wrap(f"length of pubkey is incorrect: {len(key)}")
    return key


@lru_cache(maxsize=1024)
def address_of(key: bytes) -> str:
    """The account of a compressed public key."""
    return derived_address(key)


def sign_bytes(body: bytes, auth_info: bytes, chain_id: str, account_number: int) -> bytes:
    """What SIGN_MODE_DIRECT signs: the very bytes of the transaction, its chain and its account."""
    document = pb.tx.SignDoc(
        body_bytes=body, auth_info_bytes=auth_info, chain_id=chain_id, account_number=account_number
    )
    return bytes(document.SerializeToString(deterministic=True))


def is_signed(key: bytes, document: bytes, signature: bytes) -> bool:
    """Whether 64 bytes r‖s with s in the lower half sign the document under the key."""
    if len(signature) != _SIZE:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < ORDER and 0 < s <= ORDER // 2):
        return False
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), key)
        public.verify(utils.encode_dss_signature(r, s), document, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
