"""What the provider client asks of the chain and of the signer, in memory."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from slipway.domain.deployment import Provider
from slipway.domain.errors import ProviderNotFound, SlipwayError

if TYPE_CHECKING:
    from slipway.domain.ids import Address, UserId


class FakeProviderChain:
    """Providers and their valid certificates. One in `failing` raises its error."""

    def __init__(self) -> None:
        self.host_uris: dict[Address, str] = {}
        self.pems: dict[Address, tuple[bytes, ...]] = {}
        self.failing: dict[Address, SlipwayError] = {}
        self.failing_certificates: dict[Address, SlipwayError] = {}
        self.asked: list[Address] = []
        self.free = threading.Event()
        """While cleared, questions get no answer."""
        self.free.set()

    def register(self, address: Address, host_uri: str, *pems: bytes) -> None:
        self.host_uris[address], self.pems[address] = host_uri, pems

    def provider(self, address: Address) -> Provider:
        self.asked.append(address)
        self.free.wait()
        if address in self.failing:
            raise self.failing[address]
        if address not in self.host_uris:
            raise ProviderNotFound(provider=address)
        return Provider(address, self.host_uris[address], ())

    def certificates(self, address: Address) -> tuple[bytes, ...]:
        if address in self.failing_certificates:
            raise self.failing_certificates[address]
        return self.pems[address]


class FakeTokens:
    """Mints a text for each question and remembers it."""

    def __init__(self) -> None:
        self.minted: list[tuple[UserId, Address, str]] = []
        self.error: SlipwayError | None = None
        self.asked = 0
        self.free = threading.Event()
        """While cleared, questions get no answer."""
        self.free.set()

    def token(self, user: UserId, provider: Address, scope: str) -> str:
        self.asked += 1
        self.free.wait()
        if self.error is not None:
            raise self.error
        self.minted.append((user, provider, scope))
        return f"token-{len(self.minted)}"
