"""The gateway's TLS: 1.3 only, no ALPN, and which certificate a name gets (provider-gateway.md §5.1).

OpenSSL by way of pyOpenSSL: the standard library's `ssl` refuses client certificates of the chain's form
before anybody is asked (§5.5). Here every one passes, and `client_certificates` decides.
"""

from typing import Any, Final

from cryptography import x509
from OpenSSL import SSL

from sandbox.provider.certificates import Identity

_CIPHERS: Final = b"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
"""In the order in which Go's server takes them."""
_SESSION_ID: Final = b"slipway sandbox provider"
"""OpenSSL resumes no session of a client that may show a certificate without one."""


def server_context(identity: Identity, public: tuple[str, Identity] | None = None) -> SSL.Context:
    """`public`: a host name, to the letter, and its certificate of a public authority; every other name, or
    none, gets the chain's. Only there is a client asked for a certificate, and it need not have one.

    The secrets of a connection go into the mapping that is its app data, by NSS key log label.
    """
    context = _context(identity)
    context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    context.set_keylog_callback(_keep_secret)
    if public:
        name, certificate = public
        chosen = _context(certificate)

        def choose(connection: SSL.Connection) -> None:
            if connection.get_servername() == name.encode():
                connection.set_context(chosen)
                connection.set_verify(SSL.VERIFY_NONE)

        context.set_tlsext_servername_callback(choose)
    return context


def _context(identity: Identity) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    context.set_tls13_ciphersuites(_CIPHERS)
    context.set_options(SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.set_session_id(_SESSION_ID)
    context.use_certificate(x509.load_pem_x509_certificate(identity.certificate))
    context.use_privatekey(identity.private_key)
    return context


def _keep_secret(connection: SSL.Connection, line: bytes) -> None:
    label, _, secret = line.decode().split(" ")
    kept: dict[str, Any] = connection.get_app_data()
    kept[label] = bytes.fromhex(secret)
