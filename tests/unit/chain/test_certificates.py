"""x/cert: certificates by owner and serial."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sandbox.chain import pb
from tests.unit.chain.world import RIVAL, TENANT, World

LIST = "/akash/cert/v1/certificates/list"
_START = datetime(2026, 1, 1, tzinfo=UTC)


def _certificate(owner: str = TENANT, serial: int = 1001, *, signed_by_another: bool = False) -> Any:
    key = ec.generate_private_key(ec.SECP256R1())
    signer = ec.generate_private_key(ec.SECP256R1()) if signed_by_another else key
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, owner)])
    cert = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(serial)
        .not_valid_before(_START)
        .not_valid_after(_START + timedelta(days=365))
        .sign(signer, SHA256())
    )
    spki = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pb.cert.MsgCreateCertificate(
        owner=owner,
        cert=cert.public_bytes(Encoding.PEM),
        pubkey=spki.replace(b"PUBLIC KEY", b"EC PUBLIC KEY"),
    )


def _revoke(serial: str = "1001") -> Any:
    return pb.cert.MsgRevokeCertificate(id=pb.cert.ID(owner=TENANT, serial=serial))


def _listed(world: World, **filters: str) -> list[tuple[str, str]]:
    found = world.query(LIST, **{f"filter__{name}": value for name, value in filters.items()})
    return [(entry["serial"], entry["certificate"]["state"]) for entry in found["certificates"]]


def test_certificates_are_valid_until_revoked() -> None:
    world = World()
    world.send(_certificate(serial=1001))
    world.send(_certificate(serial=1002))
    world.send(_certificate(RIVAL, serial=7))

    world.send(_revoke("1001"))

    assert _listed(world, owner=TENANT) == [("1002", "valid"), ("1001", "revoked")]
    assert _listed(world, owner=TENANT, state="revoked") == [("1001", "revoked")]
    assert _listed(world, owner=TENANT, serial="1002") == [("1002", "valid")]
    assert len(_listed(world)) == 3


def test_a_serial_is_used_once_and_revoked_once() -> None:
    world = World()
    message = _certificate()
    world.send(message)

    assert world.refusal(message) == ("cert", 3, "certificate exists")
    world.send(_revoke())
    assert world.refusal(message) == ("cert", 3, "certificate exists")
    assert world.refusal(_revoke()) == ("cert", 4, "certificate already revoked")
    assert world.refusal(_revoke("9")) == ("cert", 1, "certificate not found")
    assert world.refusal(_revoke("x")) == ("cert", 5, "invalid serial number")


def test_a_certificate_that_is_none() -> None:
    message = _certificate()
    message.cert = message.cert + b"more"

    assert World().refusal(message) == ("cert", 6, "invalid certificate value")


def test_a_key_that_is_none() -> None:
    message = _certificate()
    message.pubkey = message.pubkey.replace(b"EC PUBLIC", b"PUBLIC")

    assert World().refusal(message) == ("cert", 7, "invalid pubkey value")


def test_a_certificate_of_another_owner() -> None:
    message = _certificate(RIVAL)
    message.owner = TENANT

    expected = ("undefined", 1, "invalid certificate value: CommonName does not match owner")
    assert World().refusal(message) == expected


def test_a_certificate_signed_by_another_key() -> None:
    message = _certificate(signed_by_another=True)

    assert World().refusal(message) == ("cert", 6, "invalid certificate value")


@pytest.mark.parametrize("owner", ["", "akash1bad"])
def test_an_owner_that_is_no_address(owner: str) -> None:
    message = _certificate()
    message.owner = owner

    assert World().refusal(message) == ("cert", 2, "invalid address")
