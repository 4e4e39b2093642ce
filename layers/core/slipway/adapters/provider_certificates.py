"""Providers' certificates as the chain holds them (akash.cert.v1): which one was shown, and is it in date.

The chain checks neither validity dates nor anything else that a certificate says of itself, so two things
count: the bytes shown are those of a valid entry of this provider, and the dates in them include today.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from slipway.adapters.provider_faults import CertificateMissing, CertificateStrange

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18
_TIME_FORM: Final = "%Y%m%d%H%M%SZ"
_FIRST_YEAR: Final = 50
"""Two digits of a year mean 1950 to 2049 (RFC 5280, 4.1.2.5.1)."""
_BEFORE_VALIDITY: Final = 3
"""Serial number, signature algorithm and issuer come first; the version before them may be left out."""


def pinned(certificates: Iterable[bytes]) -> frozenset[bytes]:
    """The DER of PEM texts; what is no PEM is nobody's certificate. Raises CertificateMissing if none is."""
    found = set()
    for pem in certificates:
        try:
            found.add(ssl.PEM_cert_to_DER_cert(pem.decode("ascii")))
        except ValueError:
            continue
    if not found:
        raise CertificateMissing
    return frozenset(found)


def must_be_pinned(shown: bytes | None, pins: frozenset[bytes], now: datetime) -> None:
    """Raises CertificateStrange unless `shown` is one of the pins and in date."""
    if shown is None or shown not in pins:
        raise CertificateStrange
    try:
        begins, ends = validity(shown)
    except (ValueError, IndexError):
        raise CertificateStrange from None
    if not begins <= now <= ends:
        raise CertificateStrange


def validity(der: bytes) -> tuple[datetime, datetime]:
    """The two dates of an X.509 certificate. Raises ValueError, IndexError.

    Read by hand because a parser of all X.509 takes a quarter of a second of a cold start to load, and the
    bytes have been compared with the chain's already.
    """
    content = _inside(_inside(der))
    if content[0] == _VERSION:
        content = _behind(content)
    for _ in range(_BEFORE_VALIDITY):
        content = _behind(content)
    dates = _inside(content)
    return _time(dates), _time(_behind(dates))


def _bounds(der: bytes) -> tuple[int, int]:
    """Where the content of the first element begins and ends."""
    length, start = der[1], 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(der[2 : 2 + size]), 2 + size
    if start + length > len(der):
        raise ValueError
    return start, start + length


def _inside(der: bytes) -> bytes:
    start, end = _bounds(der)
    if der[0] != _SEQUENCE:
        raise ValueError
    return der[start:end]


def _behind(der: bytes) -> bytes:
    return der[_bounds(der)[1] :]


def _time(der: bytes) -> datetime:
    start, end = _bounds(der)
    text = der[start:end].decode("ascii")
    if der[0] == _UTC_TIME:
        text = ("19" if int(text[:2]) >= _FIRST_YEAR else "20") + text
    elif der[0] != _GENERALIZED_TIME:
        raise ValueError
    return datetime.strptime(text, _TIME_FORM).replace(tzinfo=UTC)
