"""The composition root of the simulation: the signer's real code over the world's ports, once a process."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from slipway.domain import errors
from slipway_signing import tx
from slipway_signing.books_dynamo import DynamoBooks
from slipway_signing.chain import RestChain
from slipway_signing.credit import Credit
from slipway_signing.custody import KmsKeyMaker, key_of
from slipway_signing.fees import Fees
from slipway_signing.flights import Airspace, Gate
from slipway_signing.flights_dynamo import DynamoFlights
from slipway_signing.intents_dynamo import DynamoIntents
from slipway_signing.key_budgets_dynamo import DynamoKeyBudgets
from slipway_signing.keys import KmsKey
from slipway_signing.nodes import Nodes
from slipway_signing.preparing import Account, Preparer, Terms
from slipway_signing.settling import Settler
from slipway_signing.signer import Signer
from slipway_signing.signing_log import SigningLog
from slipway_signing.signing_log_dynamo import DynamoLog
from slipway_signing.tokens import TokenMint
from slipway_signing.treasury_chain import RestTreasury
from slipway_signing.treasury_lambda import LambdaTreasury
from slipway_signing.wallets import DynamoWallets

from tests.simulation.functions import LambdaClient
from tests.simulation.ledger import CHAIN_ID
from tests.simulation.world import GAS_PRICE

if TYPE_CHECKING:
    from slipway_signing.chain_port import Inclusion
    from slipway_signing.intents import Intent, Role
    from slipway_signing.keys import SigningKey
    from slipway_signing.wallets import WalletRow

    from tests.simulation.functions import Functions
    from tests.simulation.world import World


MAX_FEE_UAKT: Final = 20_000
FEES_UAKT: Final = 100_000
"""A fee allowance: a dozen transactions."""


class VirtualClock:
    """`Clock` in virtual time; each process's own is a little wrong."""

    def __init__(self, world: World, skew_ns: int) -> None:
        self._scheduler = world.scheduler
        self._skew_ns = skew_ns

    def now_ns(self) -> int:
        return self._scheduler.now_ns + self._skew_ns

    def sleep(self, seconds: float) -> None:
        self._scheduler.pause(seconds)


class Process:
    """What `slipway_signing.wiring` makes of settings, made of a world."""

    def __init__(self, world: World, number: int, functions: Functions) -> None:
        self._world = world
        self._rng = random.Random(f"{world.seed} {number}")  # noqa: S311 (a repeat must be the same)
        self.clock = VirtualClock(world, self._rng.randrange(-tx.NANOSECONDS, tx.NANOSECONDS))
        client: Any = world.dynamo
        kms: Any = world.kms
        self.kms = kms
        self.intents = DynamoIntents(client, "intents", "budgets")
        self.budgets = DynamoKeyBudgets(client, "keys")
        self.wallets = DynamoWallets(client, "wallets")
        self.books = DynamoBooks(client, "books")
        self.flights = DynamoFlights(client, "flights")
        self.log = SigningLog(DynamoLog(client, "log"), self.clock.now_ns)
        urls = [node.url for node in world.network.nodes]
        self._rng.shuffle(urls)
        nodes = Nodes(urls, world.transport, self.clock.now_ns)
        self.chain = RestChain(nodes, world.transport)
        self.treasury_chain = RestTreasury(nodes, world.transport)
        self.treasury_key = KmsKey(kms, world.kms.keys[0], world.treasury_key33)

        self.granter = world.treasury
        lambda_client: Any = LambdaClient(lambda: functions)
        self.treasury = LambdaTreasury(lambda_client, "treasury")

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now_ns() / tx.NANOSECONDS, UTC)

    def signer(self, role: Role) -> Signer:
        return Signer(
            role=role,
            intents=self.intents,
            preparer=self.preparer,
            settler=self.settler(mends=role == "wallet"),
            gate=Gate(self.flights, self.books),
            budget_of=self.budgets.of,
            clock=self.clock,
        )

    @cached_property
    def preparer(self) -> Preparer:
        return Preparer(
            chain=self.chain,
            account_of=self._account_of,
            is_ours=lambda address: self.wallets.owner_of(address) is not None,
            log=self.log,
            terms=Terms(CHAIN_ID, GAS_PRICE, MAX_FEE_UAKT),
            clock=self.clock,
            spread_ns=lambda: self._rng.randrange(tx.NANOSECONDS),
        )

    def settler(self, *, mends: bool) -> Settler:
        return Settler(
            intents=self.intents,
            flights=self.flights,
            chain=self.chain,
            clock=self.clock,
            on_commit=self._on_commit,
            mend_fees=self.fees.mend if mends else lambda intent: False,
        )

    @cached_property
    def fees(self) -> Fees:
        return Fees(
            chain=self.treasury_chain,
            treasury=self.treasury,
            wallets=self.wallets,
            amount=FEES_UAKT,
            max_fee=MAX_FEE_UAKT,
            now_ns=self.clock.now_ns,
        )

    @cached_property
    def credit(self) -> Credit:
        return Credit(
            books=self.books,
            airspace=Airspace(self.flights, self.intents),
            chain=self.treasury_chain,
            treasury=self.treasury,
            sleep=self.clock.sleep,
        )

    @cached_property
    def mint(self) -> TokenMint:
        return TokenMint(
            now=lambda: self.clock.now_ns() // tx.NANOSECONDS, new_id=lambda: f"{self._rng.getrandbits(64)}"
        )

    def key_of(self, row: WalletRow) -> SigningKey:
        return key_of(self.kms, row)

    @cached_property
    def keys(self) -> KmsKeyMaker:
        return KmsKeyMaker(self.kms, stage="simulation", aliases="alias/simulation/wallet", signers=())

    def _account_of(self, intent: Intent) -> Account:
        if intent.role == "treasury":
            return Account(self._world.treasury, self.treasury_key, None)
        row = self.wallets.get(intent.user_id) if intent.user_id else None
        if row is None:
            raise errors.WalletNotFound
        if row.state != "ready":
            raise errors.WalletOpening
        return Account(row.address, self.key_of(row), row.granter)

    def _on_commit(self, intent: Intent, inclusion: Inclusion) -> None:
        if intent.role == "wallet" and intent.user_id:
            self.wallets.mark_first_tx(intent.user_id, inclusion.height)
