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
from sandbox.provider.answers import ConnectionDropped, Refusal, not_authorized
from sandbox.provider.chain_view import ChainUnreachable, ChainView
from sandbox.provider.generations import CURRENT, Generation
from sandbox.provider.gojson import GoJsonError, Object
from sandbox.provider.keeping import Keeping

ES256K: Final = "ES256K"
ADR36: Final = "ES256KADR36"
_URL_BASE64: Final = re.compile("[A-Za-z0-9_-]*")
_SIGNATURE_BYTES: Final = 64
_KEYFUNC: Final = "token is unverifiable: error while executing keyfunc"


class TokenInvalid(Exception):
    """A token that cannot be what it says: 401. The text is that of golang-jwt."""


class LookupsStuck(Exception):
    """The one who asks the chain for keys waits for ever: so does the caller."""


class Gatekeeper:
    """Reads accounts from the chain once and keeps their keys, as a provider does.

    An account that the chain does not know blocks every later look-up: a fault of the reference that clients
    must never meet (provider-gateway.md §00 point 3, recording 18).
    """

    def __init__(
        self,
        chain: ChainView,
        clock: Callable[[], float],
        keeping: Keeping | None = None,
        generation: Generation = CURRENT,
    ) -> None:
        self._chain = chain
        self._clock = clock
        self._keeping = keeping or Keeping()
        self._generation = generation
        self._is_stuck = False

    async def caller(self, authorization: str | None, certified: str = "") -> Access | None:
        """Whose token it is, or the account that showed its certificate; None without either.

        Raises Refusal, LookupsStuck; ConnectionDropped for an account without a key.
        """
        if not authorization or not self._generation.reads_tokens:
            return Access(certified) if certified else None
        scheme, *rest = authorization.split() or [""]
        if scheme.lower() != "bearer" or len(rest) != 1:
            raise self._refused(HTTPStatus.BAD_REQUEST, "invalid authorization header")
        if certified:
            text = "auth: ambiguous authentication. may not use mTLS and JWT at the same time"
            raise not_authorized(HTTPStatus.BAD_REQUEST, text)
        try:
            return await self._verified(rest[0])
        except (TokenInvalid, GoJsonError, ChainUnreachable) as error:
            raise self._refused(HTTPStatus.UNAUTHORIZED, "JWT is invalid", str(error)) from None
        except claim_rules.ClaimsInvalid as error:
            detail = f"token has invalid claims: {error}"
            raise self._refused(HTTPStatus.BAD_REQUEST, "JWT has invalid claims", detail) from None

    def _refused(self, status: HTTPStatus, message: str, detail: str = "") -> Refusal:
        """Until v0.11 all of these were failures of the provider's own, with the library's words."""
        if self._generation.tells_errors:
            return not_authorized(status, message)
        text = f"unknown error while processing JWT. {detail or message}"
        return not_authorized(HTTPStatus.INTERNAL_SERVER_ERROR, text)

    async def _verified(self, token: str) -> Access:
        parts = token.split(".")
        if len(parts) != 3:
            raise TokenInvalid("token is malformed: token contains an invalid number of segments")
        header, payload, signature = (_bytes(part) for part in parts)
        claims = claim_rules.decode(payload)
        algorithm = _algorithm(header)
        if algorithm == ADR36 and not self._generation.reads_adr36:
            raise TokenInvalid(f"token is unverifiable: signing method {ADR36} is unavailable")
        signed = _signed_bytes(algorithm, f"{parts[0]}.{parts[1]}", claims["iss"])
        if not verifies(await self._key(claims["iss"]), signed, signature):
            raise TokenInvalid("token signature is invalid")
        claim_rules.must_hold(claims, self._clock(), self._generation.scopes)
        return _access(claims)

    async def _key(self, issuer: str) -> bytes:
        if not is_address(issuer):
            raise TokenInvalid(f"{_KEYFUNC}: decoding bech32 failed")
        return await self._look_up(issuer.lower())

    async def learn(self, owner: str) -> None:
        """Keep the key of an account that has won a lease. Raises ChainUnreachable."""
        with contextlib.suppress(TokenInvalid, LookupsStuck, ConnectionDropped):
            await self._look_up(owner)

    def knows(self, address: str) -> bool:
        """Whether the account's key is kept."""
        return self._keeping.account_key(address) is not None

    async def _look_up(self, address: str) -> bytes:
        if kept := self._keeping.account_key(address):
            return kept
        if self._is_stuck:
            raise LookupsStuck
        account = await self._chain.account(address)
        if account is None:
            self._is_stuck = True
            raise TokenInvalid(f"{_KEYFUNC}: account {address} not found")
        if account.public_key is None:
            raise ConnectionDropped
        self._keeping.keep_account_key(address, account.public_key)
        return account.public_key


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
    if algorithm not in (ES256K, ADR36):
        raise TokenInvalid(f"token is unverifiable: signing method {algorithm} is unavailable")
    return str(algorithm)


def _signed_bytes(algorithm: str, signing_text: str, issuer: str) -> bytes:
    if algorithm == ES256K:
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
        raise TokenInvalid("token is malformed: could not base64 decode")
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
