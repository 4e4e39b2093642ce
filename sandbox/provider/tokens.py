"""Who is asking: the Authorization header, the JWT in it and the key on the chain that must have signed it.

In the order and the words of provider-gateway.md §1.2: form, algorithm, key, signature, and only then the
claims.
"""

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from slipway_signing.address import is_address
from slipway_signing.keys import ORDER

from sandbox.provider import claims as claim_rules
from sandbox.provider import gojson
from sandbox.provider.access import Access
from sandbox.provider.answers import ConnectionDropped, not_authorized
from sandbox.provider.chain_view import ChainUnreachable, ChainView
from sandbox.provider.gojson import GoJsonError, Object

_URL_BASE64: Final = re.compile("[A-Za-z0-9_-]*")
_SIGNATURE_BYTES: Final = 64


class TokenInvalid(Exception):
    """A token that cannot be what it says: 401."""


class LookupsStuck(Exception):
    """The one who asks the chain for keys waits for ever: so does the caller."""


class Gatekeeper:
    """Reads accounts from the chain once and keeps their keys, as a provider does.

    An account that the chain does not know blocks every later look-up: a fault of the reference that clients
    must never meet (provider-gateway.md §00 point 3, recording 18).
    """

    def __init__(self, chain: ChainView, clock: Callable[[], float]) -> None:
        self._chain = chain
        self._clock = clock
        self._keys: dict[str, bytes] = {}
        self._is_stuck = False

    async def caller(self, authorization: str | None) -> Access | None:
        """None without a header. Raises Refusal, LookupsStuck; ConnectionDropped for one without a key."""
        if not authorization:
            return None
        scheme, *rest = authorization.split() or [""]
        if scheme.lower() != "bearer" or len(rest) != 1:
            raise not_authorized(HTTPStatus.BAD_REQUEST, "invalid authorization header")
        try:
            return await self._verified(rest[0])
        except (TokenInvalid, GoJsonError, ChainUnreachable):
            raise not_authorized(HTTPStatus.UNAUTHORIZED, "JWT is invalid") from None
        except claim_rules.ClaimsInvalid:
            raise not_authorized(HTTPStatus.BAD_REQUEST, "JWT has invalid claims") from None

    async def _verified(self, token: str) -> Access:
        parts = token.split(".")
        if len(parts) != 3:
            raise TokenInvalid
        header, payload, signature = (_bytes(part) for part in parts)
        claims = claim_rules.decode(payload)
        signed = _signed_bytes(_algorithm(header), f"{parts[0]}.{parts[1]}", claims["iss"])
        if not verifies(await self._key(claims["iss"]), signed, signature):
            raise TokenInvalid
        claim_rules.must_hold(claims, self._clock())
        return _access(claims)

    async def _key(self, issuer: str) -> bytes:
        if not is_address(issuer):
            raise TokenInvalid
        address = issuer.lower()
        await self._look_up(address)
        return self._keys[address]

    async def learn(self, owner: str) -> None:
        """Keep the key of an account that has won a lease. Raises ChainUnreachable."""
        with contextlib.suppress(TokenInvalid, LookupsStuck, ConnectionDropped):
            await self._look_up(owner)

    async def _look_up(self, address: str) -> None:
        if address in self._keys:
            return
        if self._is_stuck:
            raise LookupsStuck
        account = await self._chain.account(address)
        if account is None:
            self._is_stuck = True
            raise TokenInvalid
        if account.public_key is None:
            raise ConnectionDropped
        self._keys[address] = account.public_key


def verifies(public_key: bytes, signed: bytes, signature: bytes) -> bool:
    """Whether `signature` (r‖s, low s) over SHA-256 of `signed` is of the compressed secp256k1 key."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != _SIGNATURE_BYTES or s > ORDER // 2:
        return False
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public_key)
    digest = hashlib.sha256(signed).digest()
    try:
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(SHA256())))
    except InvalidSignature:
        return False
    return True


def _access(claims: Mapping[str, Any]) -> Access:
    """An issuer in capitals names an account and owns nothing: the chain knows addresses in lower case."""
    if claims["iss"] != claims["iss"].lower():
        raise not_authorized(HTTPStatus.UNAUTHORIZED, "unauthorized access")
    return Access(claims["iss"], claims["leases"])


def _algorithm(header: bytes) -> str:
    decoded = gojson.read_whole(header)
    members = dict(decoded.members) if isinstance(decoded, Object) else {}
    algorithm = members.get("alg")
    if algorithm not in ("ES256K", "ES256KADR36"):
        raise TokenInvalid
    return str(algorithm)


def _signed_bytes(algorithm: str, signing_text: str, issuer: str) -> bytes:
    if algorithm == "ES256K":
        return signing_text.encode()
    return adr36_document(issuer, signing_text.encode())


def adr36_document(signer: str, text: bytes) -> bytes:
    """The amino sign doc that a browser wallet signs in place of arbitrary `text`."""
    message = {
        "type": "sign/MsgSignData",
        "value": {"data": base64.b64encode(text).decode(), "signer": signer},
    }
    document = {
        "account_number": "0",
        "chain_id": "",
        "fee": {"amount": [], "gas": "0"},
        "memo": "",
        "msgs": [message],
        "sequence": "0",
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _bytes(part: str) -> bytes:
    """URL-safe base64 without padding."""
    if not _URL_BASE64.fullmatch(part) or len(part) % 4 == 1:
        raise TokenInvalid
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
