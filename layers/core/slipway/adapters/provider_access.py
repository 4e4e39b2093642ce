"""The way to one provider for one wallet during one call: found, verified, then shown a token, in that order.

Deliveries and statuses go this way, and streams (logs, events, shells) can.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from slipway.adapters.provider_certificates import pinned
from slipway.adapters.provider_hosts import parse_host_uri
from slipway.adapters.provider_http import MAX_ANSWER_BYTES, exchange
from slipway.adapters.provider_threads import Once
from slipway.adapters.provider_transport import connect_verified
from slipway.domain.errors import WalletNotOnChain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.adapters.provider_hosts import Host, Ip, Names
    from slipway.adapters.provider_http import Answer, Request
    from slipway.adapters.provider_threads import Deadline
    from slipway.adapters.provider_transport import Channel
    from slipway.domain.deployment import Provider
    from slipway.domain.ids import Address, UserId
    from slipway.domain.wallet import Wallet

TOKEN_KEPT_SECONDS: Final = 10.0
"""Within one call; minted tokens are good for at least twice that (slipway_signing/tokens.py)."""

HEAD_SECONDS: Final = 1.5
"""A provider closes a connection that brings no request within 3 s of its handshake. Where minting took this
long (the signer's cold start), the request goes over a new one."""


@dataclass(frozen=True, slots=True)
class _Way:
    host: Host
    addresses: tuple[Ip, ...]
    pins: frozenset[bytes]


class ProviderChain(Protocol):
    def provider(self, address: Address, /) -> Provider:
        """Raises ProviderNotFound, ChainUnavailable."""
        ...

    def certificates(self, address: Address, /) -> tuple[bytes, ...]:
        """PEM texts of the provider's valid certificates. Raises ChainUnavailable."""
        ...


class ProviderTokens(Protocol):
    def token(self, user: UserId, provider: Address, scope: str, /) -> str:
        """A token for one provider and one scope, good for at most 60 s. Raises the signer's errors."""
        ...


class ProviderAccess:
    """Calls of one scope. Their errors are WalletNotOnChain, ProviderNotFound, ChainUnavailable, the signer's
    and ProviderFaults."""

    def __init__(
        self,
        wallet: Wallet,
        address: Address,
        scope: str,
        *,
        chain: ProviderChain,
        tokens: ProviderTokens,
        names: Names,
        deadline: Deadline,
    ) -> None:
        self._wallet, self._address, self._scope = wallet, address, scope
        self._chain, self._tokens, self._names, self._deadline = chain, tokens, names, deadline
        self._way = Once(self._find)
        self._minting = threading.Lock()
        self._token, self._minted_at = "", 0.0
        self.host_uri: str | None = None
        """As the chain told it; None before."""

    def exchange(self, request: Request) -> Answer:
        with self.channel(max_bytes=MAX_ANSWER_BYTES) as (channel, host, token):
            return exchange(channel, host, token, request)

    @contextmanager
    def channel(self, *, max_bytes: int) -> Iterator[tuple[Channel, Host, str]]:
        """A verified connection, what to call its other side, and the token to show there."""
        if not self._wallet.on_chain:
            raise WalletNotOnChain  # it would get no answer, and may break the provider for others
        way = self._way.get()
        with self._connect(way, max_bytes) as channel:
            token = self._fresh_token()
            if channel.idle_seconds < HEAD_SECONDS:
                yield channel, way.host, token
                return
        with self._connect(way, max_bytes) as channel:
            yield channel, way.host, token

    def _find(self) -> _Way:
        self.host_uri = self._chain.provider(self._address).host_uri
        host = parse_host_uri(self.host_uri)
        self._deadline.left()
        pins = pinned(self._chain.certificates(self._address))
        return _Way(host, self._names.addresses(host, self._deadline), pins)

    def _connect(self, way: _Way, max_bytes: int) -> Channel:
        return connect_verified(
            way.addresses, way.host.port, way.pins, deadline=self._deadline, max_bytes=max_bytes
        )

    def _fresh_token(self) -> str:
        """Only ever asked for with a verified connection at hand."""
        with self._minting:
            if not self._token or time.monotonic() - self._minted_at > TOKEN_KEPT_SECONDS:
                self._deadline.left()
                self._token = self._tokens.token(self._wallet.user, self._address, self._scope)
                self._minted_at = time.monotonic()
            return self._token
