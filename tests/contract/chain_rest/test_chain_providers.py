"""`ChainProviders` over a node's REST API: lists, audits, what is kept, and recorded answers."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from slipway.adapters.chain_nodes import Nodes
from slipway.adapters.chain_providers import KEPT_SECONDS, ChainProviders
from slipway.adapters.chain_rest import RestChain
from slipway.domain.errors import ChainUnavailable, ProviderNotFound
from slipway.domain.ids import Address
from slipway.domain.provider import Audit, Registration

from tests import recordings
from tests.contract.chain_rest.node import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.services.health import ChainTip

    from tests.contract.chain_rest.node import RestNode
    from tests.fakes.chain import FakeChain

ONE, TWO = Address("akash1one"), Address("akash1two")
AUDITOR, OTHER = Address("akash1auditor"), Address("akash1other")
REGION = ("region", "us-west")


class Time:
    def __init__(self) -> None:
        self.now = 0.0


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def providers(node: RestNode, time: Time) -> Iterator[ChainProviders]:
    node.providers = {ONE: "https://one.example:8443", TWO: "https://two.example:8443"}
    node.audits = [(ONE, AUDITOR, *REGION), (ONE, OTHER, "tier", "x"), (TWO, OTHER, *REGION)]
    with serving(node) as url, closing(Nodes([url])) as nodes:
        yield ChainProviders(nodes, clock=lambda: time.now)


def test_every_provider_is_read_over_all_pages(providers: ChainProviders, node: RestNode) -> None:
    node.largest = 1

    assert providers.registrations() == (
        Registration(ONE, "https://one.example:8443", "", "", (REGION,)),
        Registration(TWO, "https://two.example:8443", "", "", (REGION,)),
    )


def test_one_provider_is_read_or_not_found(providers: ChainProviders) -> None:
    assert providers.registration(TWO).host_uri == "https://two.example:8443"
    with pytest.raises(ProviderNotFound):
        providers.registration(Address("akash1three"))


def test_audits_are_read_by_auditor_and_of_a_provider(providers: ChainProviders) -> None:
    by_auditor = providers.signed_by(OTHER)

    assert by_auditor == (
        Audit(ONE, OTHER, frozenset({("tier", "x")})),
        Audit(TWO, OTHER, frozenset({REGION})),
    )
    assert {audit.auditor for audit in providers.audits_of(ONE)} == {AUDITOR, OTHER}


def test_lists_are_kept_for_a_while(providers: ChainProviders, node: RestNode, time: Time) -> None:
    counts = []
    for time.now in (0.0, KEPT_SECONDS, KEPT_SECONDS + 1):
        counts.append((len(providers.registrations()), len(providers.signed_by(AUDITOR))))
        node.providers[f"akash1more{time.now}"] = "https://more.example"
        node.audits.append((TWO, AUDITOR, "more", str(time.now)))

    assert counts == [(2, 1), (2, 1), (4, 3)]


def test_a_list_that_could_not_be_read_is_not_kept() -> None:
    with closing(Nodes(["http://127.0.0.1:9"])) as nodes:
        providers = ChainProviders(nodes)
        for _ in range(2):
            with pytest.raises(ChainUnavailable):
                providers.registrations()


def test_recorded_providers_and_audits_are_read() -> None:
    exchanges = {each["name"]: each for each in recordings.load("chain/05-providers-bids-leases.jsonl")[1]}
    exchanges |= {each["name"]: each for each in recordings.load("chain/09-neighbours.jsonl")[1]}
    listed, audited = (exchanges[name] for name in ("providers", "audited attributes of one provider"))

    registrations = recorded(listed).registrations()
    [audit] = recorded(audited).audits_of(ONE)

    assert [each.owner for each in registrations] == [
        row["owner"] for row in listed["response"]["body"]["providers"]
    ]
    assert audit.attributes == {REGION}


def recorded(exchange: dict[str, Any]) -> ChainProviders:
    """A node that gives the recorded answer."""
    body = json.dumps(exchange["response"]["body"])
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=body))
    return ChainProviders(Nodes(["http://node.example"], client=httpx.Client(transport=transport)))


@pytest.mark.parametrize("reader", ["chain", "rest"])
def test_the_last_block_has_a_height(request: pytest.FixtureRequest, reader: str, chain: FakeChain) -> None:
    chain.height = 12_345
    tip: ChainTip = request.getfixturevalue(reader)

    assert tip.latest() == 12_345


def test_a_node_that_is_away_has_no_last_block() -> None:
    with closing(Nodes(["http://127.0.0.1:9"])) as nodes, pytest.raises(ChainUnavailable):
        RestChain(nodes).latest()
