"""Certificates such as tenants make for themselves, and such as they should not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.unit.provider.world import FakeChain

_USAGE = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": True,
    "data_encipherment": True,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}


class ClientIdentity:
    """A client's certificate in the network's form (provider-gateway.md §5.2), with what is `changed`."""

    def __init__(self, owner: str, now: float, **changed: Any) -> None:
        moment = datetime.fromtimestamp(now, UTC)
        self.serial = int(changed.get("serial", now * 1_000_000_000))
        self.key = ec.generate_private_key(ec.SECP256R1())
        usages: Sequence[x509.ObjectIdentifier] = changed.get("usages", [ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(owner))
            .issuer_name(_name(changed.get("issuer", owner)))
            .serial_number(self.serial)
            .public_key(self.key.public_key())
            .not_valid_before(changed.get("begin", moment - timedelta(minutes=1)))
            .not_valid_after(changed.get("end", moment + timedelta(days=365)))
            .add_extension(x509.KeyUsage(**_USAGE), critical=True)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        )
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        for extension in changed.get("extensions", []):
            builder = builder.add_extension(extension, critical=True)
        self.certificate = builder.sign(self.key, SHA256())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def on(self, chain: FakeChain, owner: str) -> ClientIdentity:
        """The same, and on the chain."""
        chain.certificates[owner, self.serial] = self.pem
        return self


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
