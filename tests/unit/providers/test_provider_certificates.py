"""A certificate counts by its bytes and its dates."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slipway.adapters.provider_certificates import must_be_pinned, pinned, validity
from slipway.adapters.provider_faults import CertificateMissing, CertificateStrange

from tests import recordings
from tests.contract.providers.certificates import YEAR, make_identity

BEGINS = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)
LATER = datetime(2026, 9, 1, tzinfo=UTC)


def der_of(pem: bytes) -> bytes:
    [der] = pinned([pem])
    return der


@pytest.mark.parametrize(
    "begins",
    [
        BEGINS,
        BEGINS.replace(year=1950),
        BEGINS.replace(year=1999),
        BEGINS.replace(year=2049),
        BEGINS.replace(year=2051),
    ],
)
def test_dates_of_both_forms_are_read(begins: datetime) -> None:
    identity = make_identity("akash1good", begins=begins)

    assert validity(der_of(identity.certificate)) == (begins, begins + YEAR)


def test_dates_of_the_recorded_certificate_are_read() -> None:
    listed = recordings.load("gateway/14-tls.jsonl")[1][0]["response"]["body"]["certificates"]
    pem = base64.b64decode(listed[0]["certificate"]["cert"])

    begins, ends = validity(der_of(pem))

    assert (ends - begins).days == 365


def test_only_the_same_bytes_in_date_will_do() -> None:
    own, other = (make_identity("akash1good", begins=BEGINS).certificate for _ in range(2))
    pins = pinned([own])

    must_be_pinned(der_of(own), pins, LATER)
    for shown, now in [
        (der_of(other), LATER),
        (None, LATER),
        (b"", LATER),
        (der_of(own), BEGINS.replace(year=2025)),
        (der_of(own), BEGINS.replace(year=2027, second=16)),
    ]:
        with pytest.raises(CertificateStrange):
            must_be_pinned(shown, pins, now)


def test_what_is_no_pem_pins_nothing() -> None:
    own = make_identity("akash1good").certificate

    assert len(pinned([b"", b"\xff", b"-----BEGIN CERTIFICATE-----", own, own])) == 1
    with pytest.raises(CertificateMissing):
        pinned([b"", b"no certificate"])


@given(st.binary(max_size=200))
def test_bytes_that_are_no_certificate_are_never_in_date(der: bytes) -> None:
    with pytest.raises(CertificateStrange):
        must_be_pinned(der, frozenset({der}), LATER)


@given(st.integers(min_value=0, max_value=400), st.integers(min_value=0, max_value=255))
def test_a_broken_certificate_is_read_or_refused(place: int, byte: int) -> None:
    whole = der_of(RECENT)
    broken = whole[:place] + bytes([byte]) + whole[place + 1 :]

    try:
        begins, ends = validity(broken)
    except (ValueError, IndexError):
        return
    assert isinstance(begins, datetime)
    assert isinstance(ends, datetime)


RECENT = make_identity("akash1good", begins=BEGINS).certificate
