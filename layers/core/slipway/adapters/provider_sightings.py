"""`ProviderSightings`: looks at providers over their public status, pinned to their certificates on chain.

No wallet and no token takes part. What was seen is kept for a while by this process, failures longer: a
network has many providers that are gone for good, and each costs a look its deadline.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from slipway.adapters.provider_certificates import pinned
from slipway.adapters.provider_faults import AnswerUnreadable, ProviderFault
from slipway.adapters.provider_hosts import Names, parse_host_uri, system_addresses
from slipway.adapters.provider_http import MAX_ANSWER_BYTES, Request, exchange
from slipway.adapters.provider_load import provider_status
from slipway.adapters.provider_threads import Deadline, side_by_side
from slipway.adapters.provider_transport import connect_verified, utc_now
from slipway.domain.errors import SlipwayError
from slipway.domain.provider import Sighting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from slipway.adapters.provider_access import ProviderChain
    from slipway.adapters.provider_hosts import Hosts, Resolve
    from slipway.domain.ids import Address
    from slipway.domain.provider import ProviderStatus, Registration

KEPT_SECONDS: Final = 60.0
"""Of one that answered: what is free changes with every lease."""

AWAY_SECONDS: Final = 300.0
"""Of one that did not."""

ONE_SECONDS: Final = 3.0
"""For one provider: one that is silent must not hold a thread for a whole list."""

MAX_KEPT: Final = 2000
"""Sightings kept by one process, a few hundred bytes each: more than there are providers."""

_LOG: Final = logging.getLogger(__name__)


class PinnedSightings:
    """`now` is for people, `clock` for what is too old. Several threads may ask."""

    def __init__(
        self,
        *,
        chain: ProviderChain,
        hosts: Hosts,
        resolve: Resolve = system_addresses,
        now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chain, self._names = chain, Names(hosts, resolve)
        self._now, self._clock = now, clock
        self._kept: dict[Address, tuple[str, Sighting, float]] = {}
        self._lock = threading.Lock()

    def look(
        self, providers: Sequence[Registration], *, deadline_seconds: float
    ) -> Mapping[Address, Sighting]:
        deadline = Deadline.after(deadline_seconds)
        stale = [each for each in providers if not self._is_fresh(each)]
        side_by_side([partial(self._look_at, each, deadline) for each in stale], deadline)
        with self._lock:
            return {each.owner: self._kept[each.owner][1] for each in providers if each.owner in self._kept}

    def _is_fresh(self, provider: Registration) -> bool:
        """A provider that moved is looked at anew."""
        with self._lock:
            host_uri, sighting, at = self._kept.get(provider.owner, ("", None, 0.0))
        if sighting is None or host_uri != provider.host_uri:
            return False
        return self._clock() - at < (AWAY_SECONDS if sighting.status is None else KEPT_SECONDS)

    def _look_at(self, provider: Registration, deadline: Deadline) -> None:
        """Never raises."""
        own = Deadline(min(deadline.at, Deadline.after(ONE_SECONDS).at))
        self._keep(provider, self._status(provider, own))

    def _status(self, provider: Registration, deadline: Deadline) -> ProviderStatus | None:
        try:
            return self._asked(provider, deadline)
        except (ProviderFault, SlipwayError):
            return None
        except Exception:
            _LOG.exception("PROVIDER_CLIENT_FAULT")
            return None

    def _asked(self, provider: Registration, deadline: Deadline) -> ProviderStatus:
        host = parse_host_uri(provider.host_uri)
        pins = pinned(self._chain.certificates(provider.owner))
        addresses = self._names.addresses(host, deadline)
        with connect_verified(
            addresses, host.port, pins, deadline=deadline, max_bytes=MAX_ANSWER_BYTES
        ) as channel:
            answer = exchange(channel, host, None, Request("GET", "/status"))
        if answer.status != HTTPStatus.OK:
            raise AnswerUnreadable
        return provider_status(answer.content)

    def _keep(self, provider: Registration, status: ProviderStatus | None) -> None:
        now = self._now()
        with self._lock:
            known = self._kept.pop(provider.owner, None)
            online_at = now if status is not None else known[1].online_at if known else None
            sighting = Sighting(checked_at=now, status=status, online_at=online_at)
            self._kept[provider.owner] = provider.host_uri, sighting, self._clock()
            while len(self._kept) > MAX_KEPT:
                self._kept.pop(next(iter(self._kept)))
