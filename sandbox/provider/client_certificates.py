"""Whose certificate a client shows: checked against the chain before a byte of HTTP (§5.4, recording 13)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from slipway_signing.address import is_address

from sandbox.provider.chain_view import ChainUnreachable, ChainView
from sandbox.provider.keeping import Keeping

_FOR_CLIENTS: Final = frozenset({ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE})


class CertificateRefused(Exception):
    """The client gets the alert bad_certificate, whatever it asks for."""


@dataclass(frozen=True)
class ClientCertificates:
    """`is_known`: whether an account's key is kept here. Only of such accounts are certificates kept too, and
    one that is kept counts for ever: nobody asks the chain again whether it was revoked."""

    chain: ChainView
    clock: Callable[[], float]
    keeping: Keeping
    is_known: Callable[[str], bool]

    async def owner(self, shown: Sequence[x509.Certificate]) -> str:
        """The account that the client is, or "" where it shows nothing. Raises CertificateRefused."""
        if not shown:
            return ""
        if len(shown) > 1:
            raise CertificateRefused("more than one")
        try:
            return await self._owner(shown[0])
        except ValueError as error:  # a certificate's parts are read only when they are asked for
            raise CertificateRefused(str(error)) from error

    async def _owner(self, certificate: x509.Certificate) -> str:
        name = _common_name(certificate.subject)
        if not is_address(name) or _common_name(certificate.issuer) != name:
            raise CertificateRefused("not an account's own")
        if certificate != await self._on_chain(name, certificate.serial_number):
            raise CertificateRefused("not on the chain")
        self._must_hold(certificate)
        return name

    def _must_hold(self, certificate: x509.Certificate) -> None:
        now = datetime.fromtimestamp(self.clock(), UTC)
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise CertificateRefused("out of its time")
        for extension in certificate.extensions:
            if extension.critical and isinstance(extension.value, x509.UnrecognizedExtension):
                raise CertificateRefused("an unknown demand")
            if isinstance(extension.value, x509.ExtendedKeyUsage) and _FOR_CLIENTS.isdisjoint(
                extension.value
            ):
                raise CertificateRefused("not for clients")

    async def _on_chain(self, owner: str, serial: int) -> x509.Certificate | None:
        """The valid one of that serial; one that was once seen needs no chain."""
        if kept := self.keeping.client_certificate(owner, serial):
            return x509.load_pem_x509_certificate(kept)
        try:
            found = await self.chain.certificate(owner, serial)
        except ChainUnreachable as error:
            raise CertificateRefused(str(error)) from error
        if found is None:
            return None
        if self.is_known(owner):
            self.keeping.keep_client_certificate(owner, serial, found)
        return x509.load_pem_x509_certificate(found)


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""
