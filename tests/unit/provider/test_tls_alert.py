"""The alert for a bad certificate, as a client's TLS reads it under each cipher of TLS 1.3; §5.1."""

from __future__ import annotations

import pytest
from OpenSSL import SSL

from sandbox.provider import tls, tls_alert
from sandbox.provider.certificates import self_signed
from tests.unit.provider.world import PROVIDER


def _pass_on(one: SSL.Connection, other: SSL.Connection) -> None:
    try:
        while True:
            other.bio_write(one.bio_read(1 << 16))
    except SSL.WantReadError:
        pass


def _shake_hands(client: SSL.Connection, server: SSL.Connection) -> None:
    for one, other in ((client, server), (server, client), (client, server)):
        try:
            one.do_handshake()
        except SSL.WantReadError:
            pass
        _pass_on(one, other)
    server.do_handshake()


@pytest.mark.parametrize(
    "cipher", ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]
)
def test_the_client_reads_that_its_certificate_is_bad(cipher: str) -> None:
    offered = SSL.Context(SSL.TLS_CLIENT_METHOD)
    offered.set_tls13_ciphersuites(cipher.encode())
    client, secrets = SSL.Connection(offered, None), dict[str, bytes]()
    client.set_connect_state()
    server = SSL.Connection(tls.server_context(self_signed(PROVIDER, ["localhost"])), None)
    server.set_app_data(secrets)
    server.set_accept_state()
    _shake_hands(client, server)

    assert server.get_cipher_name() == cipher
    client.bio_write(tls_alert.bad_certificate(cipher, secrets[tls_alert.SECRET_LABEL]))

    with pytest.raises(SSL.Error, match="alert bad certificate"):
        client.recv(1)
