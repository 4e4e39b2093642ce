"""Manifests as they come in: checked against the chain, kept, handed to the cluster, missed by a watchdog.

provider-gateway.md §2.3 and §3; recordings 05 and 17.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final

from sandbox.provider import crossvalidation, gojson, manifest, manifest_rules
from sandbox.provider.answers import Answer, plain
from sandbox.provider.chain_view import ChainUnreachable, ChainView, Deployment, LeaseId
from sandbox.provider.cluster import Cluster
from sandbox.provider.config import ProviderConfig
from sandbox.provider.gojson import GoJsonError
from sandbox.provider.manifest import Group
from sandbox.provider.manifest_rules import ManifestRefused, is_http

CACHE_SECONDS: Final = 5.0
"""The reference's --cached-result-max-age: an answer of the chain counts for so long, also "no lease"."""
SUBMIT_SECONDS: Final = 120.0
"""The reference's manifestSubmitTimeout: a chain that does not answer holds a PUT no longer."""
LINGER_SECONDS: Final = 300.0
"""The reference's ManifestLingerDuration: a deployment's manager outlives its last lease or request by it."""
MAX_KEPT: Final = 1000
"""Manifests, and answers of the chain; the oldest goes. The reference keeps each for some minutes."""

DeploymentKey = tuple[str, int]
"""Owner and dseq."""


@dataclass(frozen=True)
class _Fetched:
    """What the chain said of a deployment: itself and this provider's active leases of it.

    The deployment is always its latest: of a new hash an event would have told. The leases may be old.
    """

    at: float
    deployment: Deployment
    leases: frozenset[LeaseId]


@dataclass
class Deliveries:
    """The manifest service of one provider. Times are the clock's Unix seconds."""

    chain: ChainView
    cluster: Cluster
    provider: str
    clock: Callable[[], float]
    changed: Callable[[LeaseId], None] = lambda lease: None
    """Told when what runs for a lease has changed."""
    _fetched: dict[DeploymentKey, _Fetched] = field(default_factory=dict)
    _kept: dict[DeploymentKey, tuple[list[Group], Deployment]] = field(default_factory=dict)
    _leases: set[LeaseId] = field(default_factory=set)
    _asked: dict[DeploymentKey, float] = field(default_factory=dict)
    _waiting: dict[LeaseId, float] = field(default_factory=dict)

    @property
    def config(self) -> ProviderConfig:
        return self.cluster.config

    @property
    def deployments(self) -> int:
        """How many deployments have a manager: those with leases, and those asked about a while ago."""
        limit = self.clock() - LINGER_SECONDS
        asked = {key for key, at in self._asked.items() if at > limit}
        return len(asked | {(lease.owner, lease.dseq) for lease in self._leases})

    async def submit(self, owner: str, dseq: int, body: bytes) -> Answer:
        """The answer to a PUT by someone who may."""
        try:
            groups = manifest.decode(body)
            self._stop_watching(owner, dseq)
            if self.config.faults.refuse_manifests:
                status, text = self.config.faults.refuse_manifests
                raise ManifestRefused(text, status)
            async with asyncio.timeout(SUBMIT_SECONDS):
                await self._receive((owner, dseq), groups)
        except TimeoutError:
            return plain(HTTPStatus.INTERNAL_SERVER_ERROR, "context deadline exceeded")
        except GoJsonError as error:
            return plain(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        except ManifestRefused as refused:
            return plain(self._status(refused), refused.text)
        except ChainUnreachable as error:
            text = f"rpc error: code = Unavailable desc = {error}"
            return plain(HTTPStatus.INTERNAL_SERVER_ERROR, text)
        return Answer(HTTPStatus.OK)

    def _status(self, refused: ManifestRefused) -> int:
        """Until v0.11 only what is wrong with a manifest by itself was 422."""
        is_told = self.config.generation.tells_errors or refused.text.startswith("invalid manifest: ")
        unprocessable = refused.status == HTTPStatus.UNPROCESSABLE_ENTITY
        return HTTPStatus.INTERNAL_SERVER_ERROR if unprocessable and not is_told else refused.status

    def won(self, lease: LeaseId) -> None:
        """A lease of this provider's is on the chain: run what came before it, and watch for what did not."""
        if lease in self._leases:
            return
        self._leases.add(lease)
        key = lease.owner, lease.dseq
        self._fetched.pop(key, None)
        if self.cluster.find(lease) is None:
            self._waiting[lease] = self.clock()
        if key in self._kept:
            self._deploy(*self._kept[key], [lease])

    def lost(self, lease: LeaseId) -> None:
        """A lease is no longer: nor is what ran for it."""
        key = lease.owner, lease.dseq
        if lease in self._leases:
            self._leases.discard(lease)
            self._note(key)
        self._waiting.pop(lease, None)
        self._fetched.pop(key, None)
        self._kept.pop(key, None)
        self.cluster.remove(lease)
        self.changed(lease)

    def overdue(self) -> list[LeaseId]:
        """Leases whose watchdog has run out."""
        limit = self.clock() - self.config.manifest_seconds
        return [lease for lease, since in self._waiting.items() if since <= limit]

    def _note(self, key: DeploymentKey) -> None:
        self._asked.pop(key, None)
        self._asked[key] = self.clock()
        _drop_oldest(self._asked)

    def _stop_watching(self, owner: str, dseq: int) -> None:
        """Any manifest that decodes stops the watchdog, whatever becomes of it."""
        self._note((owner, dseq))
        for lease in [each for each in self._waiting if (each.owner, each.dseq) == (owner, dseq)]:
            del self._waiting[lease]

    async def _receive(self, key: DeploymentKey, groups: list[Group]) -> None:
        fetched = await self._fetch(key)
        manifest_rules.validate(groups)
        if manifest.version(groups) != fetched.deployment.hash:
            raise ManifestRefused("manifest version validation failed")
        crossvalidation.must_match(groups, fetched.deployment.groups.values())
        self._must_have_hosts(groups)
        leased = {fetched.deployment.groups[lease.order.gseq]["name"] for lease in fetched.leases}
        self._must_be_free([group for group in groups if group["name"] in leased], key)
        self._keep(key, groups, fetched.deployment)
        if not fetched.leases:
            raise ManifestRefused("no lease for deployment", HTTPStatus.NOT_FOUND)
        self._deploy(groups, fetched.deployment, fetched.leases)

    async def _fetch(self, key: DeploymentKey) -> _Fetched:
        owner, dseq = key
        deployment = await self.chain.deployment(owner, dseq)
        if deployment is None:
            text = "rpc error: code = NotFound desc = Deployment not found: key not found"
            raise ManifestRefused(text, HTTPStatus.INTERNAL_SERVER_ERROR)
        cached = self._fetched.get(key)
        if cached and self.clock() - cached.at < CACHE_SECONDS:
            return replace(cached, deployment=deployment)
        active = await self.chain.active_leases(self.provider, owner, dseq)
        for lease in active:
            self.won(lease)
            self._waiting.pop(lease, None)
        self._fetched[key] = _Fetched(self.clock(), deployment, active)
        _drop_oldest(self._fetched)
        return self._fetched[key]

    def _keep(self, key: DeploymentKey, groups: list[Group], deployment: Deployment) -> None:
        self._kept.pop(key, None)
        self._kept[key] = groups, deployment
        _drop_oldest(self._kept)

    def _deploy(self, groups: list[Group], deployment: Deployment, leases: Iterable[LeaseId]) -> None:
        by_name = {group["name"]: group for group in groups}
        for lease in leases:
            group = by_name[deployment.groups[lease.order.gseq]["name"]]
            self.cluster.deploy(lease, group, self.clock())
            self.changed(lease)

    def _must_have_hosts(self, groups: list[Group]) -> None:
        """A provider that gives no host names of its own wants one in each HTTP expose."""
        if self.config.static_hosts:
            return
        for service in (service for group in groups for service in group["services"] or []):
            for expose in service["expose"] or []:
                if is_http(expose) and not expose["hosts"]:
                    port = f"{expose['externalPort'] or expose['port']}:{expose['proto']}"
                    text = f"service {gojson.write(service['name'])} exposed on {port} must have a hostname"
                    raise ManifestRefused(f"manifest rejected: {text}")

    def _must_be_free(self, groups: list[Group], key: DeploymentKey) -> None:
        """No host may be blocked, or held by another owner."""
        for host in manifest_rules.hosts(groups):
            for blocked in self.config.blocked_hosts:
                quoted = gojson.write(host)
                if blocked.startswith(".") and host.endswith(blocked):
                    raise _not_allowed(f"domain {quoted} is blocked by this provider")
                if host == blocked:
                    raise _not_allowed(f"{quoted} is blocked by this provider")
            holder = self.cluster.holder(host)
            if holder and holder.owner != key[0]:
                raise _not_allowed(f"host {gojson.write(host)} in use")


def _drop_oldest(kept: dict[DeploymentKey, Any]) -> None:
    while len(kept) > MAX_KEPT:
        del kept[next(iter(kept))]


def _not_allowed(text: str) -> ManifestRefused:
    return ManifestRefused(f"hostname not allowed: {text}", HTTPStatus.INTERNAL_SERVER_ERROR)
