"""A provider's certificate as it stands on the chain: provider-gateway.md §5.2."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID: Final = timedelta(days=365)
_VERSION: Final = x509.ObjectIdentifier("2.23.133.2.6")
_NANOSECONDS: Final = 1_000_000_000


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, both PEM."""

    certificate: bytes
    key: bytes

    @property
    def serial(self) -> int:
        return self._parsed().serial_number

    @property
    def private_key(self) -> ec.EllipticCurvePrivateKey:
        key = load_pem_private_key(self.key, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey), "the identities are made here, with such keys"
        return key

    @property
    def public_key(self) -> bytes:
        """PEM under the label that the chain's MsgCreateCertificate asks for."""
        spki = self._parsed().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return spki.replace(b" PUBLIC KEY-", b" EC PUBLIC KEY-")

    def is_usable(self, now: datetime) -> bool:
        """Whether it is valid for another day at least."""
        parsed = self._parsed()
        return parsed.not_valid_before_utc <= now < parsed.not_valid_after_utc - timedelta(days=1)

    def _parsed(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.certificate)


def self_signed(
    address: str, hosts: Sequence[str], now: datetime | None = None, key_of: Identity | None = None
) -> Identity:
    """A server certificate of the account for these DNS names and IP addresses; with a key of its own, or of
    another certificate."""
    now = now or datetime.now(UTC)
    key = key_of.private_key if key_of else ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, address), x509.NameAttribute(_VERSION, "v0.0.1")]
    )
    builder = _builder(name, key, now).serial_number(int(now.timestamp() * _NANOSECONDS))
    for extension, critical in _extensions(hosts):
        builder = builder.add_extension(extension, critical)
    return _identity(builder.sign(key, SHA256()), key)


def public(host: str, now: datetime | None = None) -> Identity:
    """A certificate of a host name such as a public authority gives, but signed by nobody else."""
    now = now or datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    builder = _builder(name, key, now).serial_number(x509.random_serial_number())
    certificate = builder.add_extension(x509.SubjectAlternativeName([_general_name(host)]), False)
    return _identity(certificate.sign(key, SHA256()), key)


def _builder(name: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .not_valid_before(now)
        .not_valid_after(now + VALID)
    )


def _identity(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Identity:
    return Identity(
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def _extensions(hosts: Sequence[str]) -> list[tuple[x509.ExtensionType, bool]]:
    names = [_general_name(host) for host in hosts]
    dns_names = [name for name in names if isinstance(name, x509.DNSName)]
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=True,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return [
        (usage, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.SubjectAlternativeName(names), False),
        (x509.NameConstraints(permitted_subtrees=dns_names, excluded_subtrees=None), True),
    ]


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
