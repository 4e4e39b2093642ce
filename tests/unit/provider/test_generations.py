"""Earlier providers as a client meets them: provider-gateway.md §1.2, §2.1, §2.3, §4.1 and §6."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sandbox.provider.answers import Refusal
from sandbox.provider.cluster import Cluster
from sandbox.provider.config import Faults, ProviderConfig
from sandbox.provider.deliveries import Deliveries
from sandbox.provider.generations import GENERATIONS
from sandbox.provider.streams import Params, Streams
from sandbox.provider.tokens import Gatekeeper, adr36_document
from sandbox.provider.version import version
from tests.unit.provider.fake_socket import FakeSocket
from tests.unit.provider.running import CONFIG, LEASE, Running
from tests.unit.provider.world import PROVIDER, Clock, FakeChain, Tenant, group, service

OLD, NEW, MTLS = GENERATIONS["v0.10"], GENERATIONS["v0.14"], GENERATIONS["mtls"]
OLD_CONFIG: ProviderConfig = replace(CONFIG, generation=OLD)
TEXT = "unknown error while processing JWT. "


@dataclass
class Doors:
    chain: FakeChain = field(default_factory=FakeChain)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.alice = Tenant("alice", self.chain)

    def told(self, generation: str, header: str) -> tuple[int, str]:
        """Status and message; 200 and the caller where it is let in."""
        gatekeeper = Gatekeeper(self.chain, self.clock, generation=GENERATIONS[generation])
        try:
            caller = asyncio.run(gatekeeper.caller(header))
        except Refusal as refused:
            return refused.answer.status, json.loads(refused.answer.body)["message"]
        return 200, caller.owner if caller else ""

    def bearer(self, **changed: Any) -> str:
        return f"Bearer {self.alice.token(self.clock.now, **changed)}"


@pytest.fixture
def doors() -> Doors:
    return Doors()


def test_bad_tokens_were_the_providers_own_errors(doors: Doors) -> None:
    now = int(doors.clock.now)

    assert doors.told("v0.10", "Basic x") == (500, f"{TEXT}invalid authorization header")
    expired = f"{TEXT}token has invalid claims: token is expired"
    assert doors.told("v0.10", doors.bearer(exp=now)) == (500, expired)
    early = f"{TEXT}token has invalid claims: token is not valid yet"
    assert doors.told("v0.10", doors.bearer(nbf=now + 1)) == (500, early)
    assert doors.told("v0.10", doors.bearer()[:-4] + "AAAA")[0] == 500
    assert doors.told("v0.14", doors.bearer(exp=now)) == (400, "JWT has invalid claims")


def test_a_good_token_was_always_good(doors: Doors) -> None:
    for generation in ("v0.10", "v0.12", "v0.14"):
        assert doors.told(generation, doors.bearer()) == (200, doors.alice.address)


def test_before_tokens_only_certificates_counted(doors: Doors) -> None:
    assert doors.told("mtls", doors.bearer()) == (200, "")
    assert doors.told("mtls", "Basic x") == (200, "")


@pytest.mark.parametrize(
    ("scope", "known_to"),
    [
        ("status", {"v0.10", "v0.12", "v0.14"}),
        ("restart", {"v0.12", "v0.14"}),
        ("attestation", {"v0.14"}),
        ("else", set()),
    ],
)
def test_a_scope_that_a_provider_does_not_know_spoils_the_token(
    doors: Doors, scope: str, known_to: set[str]
) -> None:
    header = doors.bearer(leases={"access": "scoped", "scope": ["logs", scope]})

    passed = {each for each in ("v0.10", "v0.12", "v0.14") if doors.told(each, header)[0] == 200}

    assert passed == known_to


def test_a_browser_wallets_signature_came_later(doors: Doors) -> None:
    header = {"alg": "ES256KADR36", "typ": "JWT"}
    claims = json.loads(base64.urlsafe_b64decode(doors.bearer().split(".")[1] + "=="))
    parts = [json.dumps(each).encode() for each in (header, claims)]
    text = ".".join(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in parts)
    digest = hashlib.sha256(adr36_document(doors.alice.address, text.encode())).digest()
    signature = base64.urlsafe_b64encode(doors.alice.key.sign_digest(digest)).decode().rstrip("=")

    assert doors.told("v0.14", f"Bearer {text}.{signature}") == (200, doors.alice.address)
    assert doors.told("v0.10", f"Bearer {text}.{signature}")[0] == 500


def _put(config: ProviderConfig, sent: bytes | None = None) -> tuple[int, str]:
    chain = FakeChain()
    alice = Tenant("alice", chain)
    body = alice.deploys(5, group())
    alice.leases(5)
    deliveries = Deliveries(chain, Cluster(config), PROVIDER, Clock())
    answer = asyncio.run(deliveries.submit(alice.address, 5, sent or body))
    return answer.status, answer.body.decode()


@pytest.mark.parametrize(
    ("sent", "old", "new"),
    [
        (group(service(image="another")), 500, 422),
        (group(service(image="")), 422, 422),
        ({"name": "no list"}, 422, 422),
    ],
)
def test_manifests_that_did_not_match_were_500(sent: dict[str, Any], old: int, new: int) -> None:
    body = json.dumps([sent] if "services" in sent else sent).encode()

    assert [_put(config, body)[0] for config in (OLD_CONFIG, CONFIG)] == [old, new]
    assert _put(OLD_CONFIG, body)[1] == _put(CONFIG, body)[1]


def test_without_static_hosts_a_missing_one_was_500_too() -> None:
    strict = [replace(config, static_hosts=False) for config in (OLD_CONFIG, CONFIG)]

    assert [_put(config)[0] for config in strict] == [500, 422]


@pytest.mark.parametrize("generation", [OLD, NEW])
@pytest.mark.parametrize(
    ("faults", "code"), [(Faults(no_namespaces=True), 4001), (Faults(cluster="connection refused"), 4002)]
)
def test_streams_ended_with_4000_whatever_was_wrong(generation: Any, faults: Faults, code: int) -> None:
    running = Running.of(config=replace(CONFIG, generation=generation, faults=faults))
    socket = FakeSocket()

    asyncio.run(Streams(lambda: running.after(10)).logs(socket, LEASE, Params()))

    assert socket.closed == (code if generation is NEW else 4000, "")


def test_a_version_tells_the_generation_in_its_names_too() -> None:
    new, old = (json.loads(version(each))["akash"] for each in (NEW, MTLS))

    assert (new["version"], old["version"]) == ("v0.14.1-rc0-1", "v0.6.11")
    assert {"cosmos_sdk_version", "build_tags"} <= new.keys()
    assert {"cosmosSdkVersion", "buildTags"} <= old.keys()
