"""A chain, a signer, wallets and providers together, and the use cases called on them."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.domain.ids import Address, Dseq, IntentId, UserId
from slipway.domain.money import MicroUsd
from slipway.domain.wallet import Wallet
from slipway.services import bids, deployments, leases, listing
from slipway.services.leases import Choice
from slipway_signing.address import address_of

from tests.fakes.chain import FakeChain
from tests.fakes.health import FakeTables
from tests.fakes.provider_answers import FakeProviders
from tests.fakes.registry import FakeRegistry, FakeSightings
from tests.fakes.settings import FakeSettings
from tests.fakes.signer import FakeSigner
from tests.fakes.user_tokens import FakeUserTokens
from tests.fakes.users import FakeUsers
from tests.fakes.wallets import FakeWallets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.deployment import Bid
    from slipway.services.deployments import Created, Detail
    from slipway.services.listing import Listing

EXAMPLES = Path(__file__).parents[2] / "examples"


def an_address(name: str) -> Address:
    """Always the same for a name. The key behind it is none that could sign."""
    return Address(address_of(b"\x02" + hashlib.sha256(name.encode()).digest()))


TREASURY = an_address("treasury")
CHEAP, DEAR = an_address("cheap provider"), an_address("dear provider")
WEB = (EXAMPLES / "web.yaml").read_text()
TWO_REGIONS = (EXAMPLES / "two-regions.yaml").read_text()


def usd(dollars: str) -> MicroUsd:
    whole, _, part = dollars.partition(".")
    return MicroUsd(int(whole) * 1_000_000 + int(part.ljust(6, "0")))


CREDIT, DEPOSIT = usd("100"), usd("5")


class World:
    """Everything that a use case needs, and short ways to call them; intents are new unless one is given."""

    def __init__(self) -> None:
        self.chain, self.wallets = FakeChain(), FakeWallets()
        self.signer = FakeSigner(self.chain, self.wallets)
        self.providers = FakeProviders(self.chain)
        self.users, self.settings = FakeUsers(), FakeSettings()
        self.user_tokens, self.tables = FakeUserTokens(), FakeTables()
        self.registry, self.sightings = FakeRegistry(), FakeSightings()
        self._numbers = itertools.count(1)

    def user(self, name: str = "alice", *, credit: MicroUsd = CREDIT, ready: bool = True) -> UserId:
        user = UserId(name)
        self.wallets.put(Wallet(user, an_address(name), TREASURY, ready=ready, on_chain=False))
        self.chain.grants[TREASURY, an_address(name)] = credit
        return user

    def credit(self, user: UserId) -> MicroUsd:
        return self.chain.credit(TREASURY, an_address(user))

    def funds(self, user: UserId, dseq: Dseq) -> int:
        return self.chain.deployment(an_address(user), dseq).escrow.funds[0].whole

    def intent(self) -> IntentId:
        return IntentId(f"intent-{next(self._numbers)}")

    def create(
        self,
        user: UserId,
        sdl: str = WEB,
        *,
        deposit: MicroUsd = DEPOSIT,
        dseq: int | None = None,
        intent: IntentId | None = None,
    ) -> Created:
        return deployments.create(
            user=user,
            sdl=sdl,
            deposit=deposit,
            dseq=Dseq(dseq or 1000 + next(self._numbers)),
            intent=intent or self.intent(),
            wallets=self.wallets,
            chain=self.chain,
            signer=self.signer,
        )

    def offer(self, user: UserId, dseq: Dseq, *providers: Address, gseq: int = 1) -> list[Bid]:
        return [self.chain.bid(an_address(user), dseq, provider, gseq=gseq) for provider in providers]

    def lease(
        self,
        user: UserId,
        created: Created,
        choices: Sequence[Choice],
        *,
        manifest: str | None = None,
        intent: IntentId | None = None,
    ) -> Detail:
        return leases.create(
            user=user,
            choices=choices,
            manifest=created.compiled.manifest.text if manifest is None else manifest,
            intent=intent or self.intent(),
            wallets=self.wallets,
            chain=self.chain,
            signer=self.signer,
            providers=self.providers,
        )

    def running(self, user: UserId, sdl: str = WEB, provider: Address = CHEAP) -> Created:
        """A deployment with a lease and its manifest delivered."""
        created = self.create(user, sdl)
        self.offer(user, created.dseq, provider)
        self.lease(user, created, [Choice(created.dseq, 1, 1, provider)])
        return created

    def read(self, user: UserId, dseq: Dseq) -> Detail:
        return deployments.read(
            user=user, dseq=dseq, wallets=self.wallets, chain=self.chain, providers=self.providers
        )

    def update(self, user: UserId, dseq: Dseq, sdl: str) -> Detail:
        return deployments.update(
            user=user,
            dseq=dseq,
            sdl=sdl,
            intent=self.intent(),
            wallets=self.wallets,
            chain=self.chain,
            signer=self.signer,
            providers=self.providers,
        )

    def deposit(
        self, user: UserId, dseq: Dseq, amount: MicroUsd, *, intent: IntentId | None = None
    ) -> Detail:
        return deployments.deposit(
            user=user,
            dseq=dseq,
            amount=amount,
            intent=intent or self.intent(),
            wallets=self.wallets,
            chain=self.chain,
            signer=self.signer,
            providers=self.providers,
        )

    def close(self, user: UserId, dseq: Dseq) -> None:
        deployments.close(
            user=user,
            dseq=dseq,
            intent=self.intent(),
            wallets=self.wallets,
            chain=self.chain,
            signer=self.signer,
        )

    def bids(self, user: UserId, dseq: Dseq) -> tuple[Bid, ...]:
        return bids.of_deployment(user=user, dseq=dseq, wallets=self.wallets, chain=self.chain)

    def page(
        self, user: UserId, *, skip: int = 0, limit: int | None = None, cursor: str | None = None
    ) -> Listing:
        return listing.page(
            user=user, skip=skip, limit=limit, cursor=cursor, wallets=self.wallets, chain=self.chain
        )
