"""What one status call to a provider costs: `python -m bench.provider_status [calls]`.

A provider on this machine, so the time is that of our own work and of its TLS; each connection to a real one
adds three round trips. Bytes are counted by a relay in between, TLS included, in calls of their own.
"""

from __future__ import annotations

import json
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from slipway.adapters.provider_gateway import ProviderClient
from slipway.domain.ids import Address, Dseq, LeaseId, UserId
from slipway.domain.wallet import Wallet

from tests.contract.providers.behaviours import healthy
from tests.contract.providers.certificates import make_identity
from tests.contract.providers.servers import Server
from tests.fakes.providers import FakeProviderChain, FakeTokens

PROVIDER = Address("akash1provider")
TOKEN = "t" * 520
"""As long as a granular token is."""


class LongTokens(FakeTokens):
    def token(self, user: UserId, provider: Address, scope: str) -> str:
        super().token(user, provider, scope)
        return TOKEN


class Relay:
    """One connection to `port`, with what goes through it counted."""

    def __init__(self, port: int) -> None:
        self.up, self.down = 0, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._run, args=(port,))
        self._thread.start()

    def _run(self, port: int) -> None:
        near, _ = self._listener.accept()
        with self._listener, near, socket.create_connection(("127.0.0.1", port)) as far:
            back = threading.Thread(target=self._pump, args=(far, near, "down"))
            back.start()
            self._pump(near, far, "up")
            back.join()

    def _pump(self, source: socket.socket, sink: socket.socket, way: str) -> None:
        try:
            while chunk := source.recv(65536):
                setattr(self, way, getattr(self, way) + len(chunk))
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return  # the client closes at once and does not wait for a farewell

    def join(self) -> None:
        self._thread.join()


def main(calls: int) -> None:
    identity, chain = make_identity(PROVIDER), FakeProviderChain()
    client = ProviderClient(chain=chain, tokens=LongTokens(), hosts="loopback")
    wallet = Wallet(UserId("user"), Address("akash1owner"), Address("akash1treasury"), True, True)
    lease = LeaseId(wallet.address, Dseq(501), 1, 1, PROVIDER)

    def timed() -> float:
        began = time.perf_counter()
        assert client.statuses(wallet, [lease], deadline_seconds=5.0)[lease] is not None
        return (time.perf_counter() - began) * 1000

    with (
        tempfile.TemporaryDirectory() as folder,
        Server(healthy, identity=identity, folder=Path(folder)) as server,
    ):
        chain.register(PROVIDER, server.host_uri, identity.certificate)
        timed()
        spent = sorted(timed() for _ in range(calls))
        relay = Relay(server.port)
        chain.register(PROVIDER, f"https://127.0.0.1:{relay.port}", identity.certificate)
        timed()
        relay.join()
    measured = {
        "calls": calls,
        "median_ms": round(statistics.median(spent), 2),
        "p95_ms": round(spent[int(len(spent) * 0.95)], 2),
        "bytes_sent": relay.up,
        "bytes_received": relay.down,
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
