"""Providers over their gateways: the port `Providers`. Rules: akash-network/provider, gateway/rest."""

from __future__ import annotations

import logging
import time
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from slipway.adapters.provider_access import ProviderAccess
from slipway.adapters.provider_answers import MAX_NAME, NO_LEASE, OLD_VERSION, clean, is_final, lease_status
from slipway.adapters.provider_answers import text_of as provider_text
from slipway.adapters.provider_faults import NameUnknown, ProviderFault, Silent, Unreachable
from slipway.adapters.provider_hosts import Names, system_addresses
from slipway.adapters.provider_http import Request
from slipway.adapters.provider_threads import Deadline, side_by_side
from slipway.domain.errors import SlipwayError
from slipway.domain.workload import Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.adapters.provider_access import ProviderChain, ProviderTokens
    from slipway.adapters.provider_hosts import Hosts, Resolve
    from slipway.adapters.provider_http import Answer
    from slipway.domain.ids import Address, Dseq, LeaseId
    from slipway.domain.wallet import Wallet
    from slipway.domain.workload import LeaseStatus, Statuses

STATUS_SCOPE: Final = "status"
MANIFEST_SCOPE: Final = "send-manifest"

AGAIN_SECONDS: Final = 1.0
"""Between deliveries to a provider that has not seen the lease yet. It keeps a "no" for 5 s, but hearing of
the lease ends that at once."""

OLD_VERSION_SECONDS: Final = 6.0
"""A provider may compare with the version from before an update until its 5 s cache is out; after that it
means what it says."""

_LOG: Final = logging.getLogger(__name__)


class ProviderClient:
    """`Providers`. `hosts`: where a provider's name may lead, the open internet or this machine alone."""

    def __init__(
        self,
        *,
        chain: ProviderChain,
        tokens: ProviderTokens,
        hosts: Hosts,
        resolve: Resolve = system_addresses,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._chain, self._tokens, self._names = chain, tokens, Names(hosts, resolve)
        self._again_seconds = again_seconds

    def statuses(self, wallet: Wallet, leases: Sequence[LeaseId], *, deadline_seconds: float) -> Statuses:
        deadline = Deadline.after(deadline_seconds)
        ways = {each.provider: self._access(wallet, each.provider, STATUS_SCOPE, deadline) for each in leases}
        tasks = [partial(_status, ways[each.provider], each) for each in leases]
        return dict(zip(leases, side_by_side(tasks, deadline), strict=True))

    def deliver(
        self,
        wallet: Wallet,
        dseq: Dseq,
        manifest: str,
        providers: Sequence[Address],
        *,
        deadline_seconds: float,
    ) -> tuple[Delivery, ...]:
        deadline = Deadline.after(deadline_seconds)
        request = Request("PUT", f"/deployment/{dseq}/manifest", manifest.encode())
        ways = [self._access(wallet, each, MANIFEST_SCOPE, deadline) for each in providers]
        tasks = [
            partial(self._delivery, each, way, request, deadline)
            for each, way in zip(providers, ways, strict=True)
        ]
        found = side_by_side(tasks, deadline)
        return tuple(
            each or _undelivered(provider, way, Silent())
            for provider, way, each in zip(providers, ways, found, strict=True)
        )

    def _access(self, wallet: Wallet, provider: Address, scope: str, deadline: Deadline) -> ProviderAccess:
        return ProviderAccess(
            wallet,
            provider,
            scope,
            chain=self._chain,
            tokens=self._tokens,
            names=self._names,
            deadline=deadline,
        )

    def _delivery(
        self, provider: Address, way: ProviderAccess, request: Request, deadline: Deadline
    ) -> Delivery:
        """Never raises."""
        try:
            return _outcome(provider, way, self._answer(way, request, deadline))
        except (ProviderFault, SlipwayError) as error:
            return _undelivered(provider, way, error)
        except Exception:
            _LOG.exception("PROVIDER_CLIENT_FAULT")
            return _undelivered(provider, way, ProviderFault())

    def _answer(self, way: ProviderAccess, request: Request, deadline: Deadline) -> Answer:
        """The last answer: one that time may change is asked for again while there is time for another."""
        old_until = time.monotonic() + OLD_VERSION_SECONDS
        while True:
            answer = way.exchange(request)
            text = provider_text(answer.content)
            passing = text == NO_LEASE or (text == OLD_VERSION and time.monotonic() < old_until)
            if answer.status == HTTPStatus.OK or not passing or not deadline.allows(2 * self._again_seconds):
                return answer
            time.sleep(self._again_seconds)


def _status(way: ProviderAccess, lease: LeaseId) -> LeaseStatus | None:
    """None where the provider has no such lease, no manifest yet, or fails in whatever way. Never raises."""
    try:
        answer = way.exchange(Request("GET", f"/lease/{lease.dseq}/{lease.gseq}/{lease.oseq}/status"))
        return lease_status(answer.content) if answer.status == HTTPStatus.OK else None
    except (ProviderFault, SlipwayError):
        return None
    except Exception:
        _LOG.exception("PROVIDER_CLIENT_FAULT")
        return None


def _outcome(provider: Address, way: ProviderAccess, answer: Answer) -> Delivery:
    """A refusal is told in the provider's words, trouble of its own in ours."""
    text, status = provider_text(answer.content), answer.status
    delivered = status == HTTPStatus.OK
    faulty = not delivered and is_final(text)
    if delivered:
        told = ""
    elif text and (faulty or 400 <= status < 500):
        told = text
    else:
        told = f"The provider did not take the manifest (HTTP {status})"
    return Delivery(provider, _shown(way), delivered, status, told, faulty)


def _undelivered(provider: Address, way: ProviderAccess, why: Exception) -> Delivery:
    away = isinstance(why, NameUnknown | Unreachable | Silent)
    return Delivery(provider, _shown(way), delivered=False, status=None, text=str(why), away=away)


def _shown(way: ProviderAccess) -> str | None:
    return None if way.host_uri is None else clean(way.host_uri, MAX_NAME)
