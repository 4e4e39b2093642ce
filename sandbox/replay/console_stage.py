"""The replay's sandbox: the recorder's users, its provider, and what befell them outside the API."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sandbox.control import commands
from sandbox.control.panel import ControlPanel
from sandbox.provider import bidding
from sandbox.provider.cast import EPHEMERAL_ONLY
from sandbox.provider.chain_rest import RestChain
from sandbox.provider.chain_view import LeaseId, Message, OrderId
from sandbox.provider.config import Behaviour, Faults, ProviderConfig, Tariff
from sandbox.provider.wallet import Wallet, provider_key
from sandbox.replay.console_client import call
from sandbox.replay.console_makings import CLOSED_BY_OWNER
from sandbox.up import SandboxConfig

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from sandbox.replay.console_compare import Answer
    from sandbox.replay.console_makings import Making
    from sandbox.up import Sandbox

BIDDER: Final = "bidder"
ONLOOKER: Final = "onlooker"
"""A provider that never bids."""
_DEAR: Final = Tariff(cpu=Decimal(10**15), memory_gib=Decimal(0), storage_gib=Decimal(0), gpu=Decimal(0))
"""Above what any order pays: the providers bid only when the replay has them do it."""
_CHEAP: Final = Tariff(cpu=Decimal(1), memory_gib=Decimal(1), storage_gib=Decimal(1), gpu=Decimal(1))
USD: Final = 1_000_000
CREDIT: Final = {"poor": 400_000, "bulk": 200 * USD, "trial": 10 * USD, "other": 100 * USD}
"""What the recorder's users could spend; all others had 500 USD."""
DEFAULT_CREDIT: Final = 500 * USD
WITHOUT_ROOM: Final = {"17", "18"}
"""Files (recordings/README.md): the provider took manifests and ran nothing, so `status` is null."""
FEES: Final = 10_000_000
PATIENCE_SECONDS: Final = 20.0
ATTEMPTS: Final = 4


def _provider(name: str) -> ProviderConfig:
    quick = Behaviour(apply_seconds=0.0, create_seconds=0.0, start_seconds=0.2)
    return ProviderConfig(name, _DEAR, dict(EPHEMERAL_ONLY), behaviour=quick, poll_seconds=0.05)


def config(files: Sequence[str]) -> SandboxConfig:
    """For a walk through these files; in some of them the recorder's provider had no room."""
    faults = Faults(no_namespaces=not WITHOUT_ROOM.isdisjoint(files))
    providers = tuple(replace(each, faults=faults) for each in CONFIG.providers)
    return replace(CONFIG, providers=providers)


CONFIG: Final = SandboxConfig(
    block_seconds=0.05, providers=(_provider(BIDDER), _provider(ONLOOKER)), schedules=False
)


@dataclass(frozen=True)
class Person:
    """A user as made here."""

    id: str
    key: str
    key_id: str
    address: str


@dataclass
class Stage:
    """What the replay can do to its sandbox. `dseqs`: ours by recorded one, for what was made here."""

    sandbox: Sandbox
    people: dict[str, Person] = field(default_factory=dict)
    manifests: dict[str, str] = field(default_factory=dict)
    dseqs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chain = self.sandbox.chain
        assert chain is not None, "the replay runs on the sandbox's own chain"
        self._chain = chain
        self.panel = ControlPanel(chain, self.sandbox.fleet)
        self._rest = RestChain(chain.url)
        self._wallet = Wallet(provider_key(BIDDER), self._rest, self.sandbox.chain_id)

    async def close(self) -> None:
        await self._rest.close()

    @property
    def bidder(self) -> str:
        """Its address, whether it runs or not."""
        return self._wallet.address

    @property
    def url(self) -> str:
        """Of the bidder, while it runs."""
        return next(each.url for each in self.sandbox.providers if each.address == self.bidder)

    def provider(self, name: str) -> str:
        return next(each.address for each in self.sandbox.providers if each.name == name)

    def stop(self) -> None:
        """No more blocks."""
        self._chain.pace.stop()

    def resume(self) -> None:
        self._chain.pace.resume()

    async def join(self, user: str, *, wallet: bool = True, credit: int | None = None) -> Person:
        """A user with a key, and with a wallet unless it is to have none."""
        user_id = str(uuid.uuid4())
        await self.sandbox.users.sign_in(user_id, email=f"{user}@example.com", username=user)
        key = await self.sandbox.users.create_key(user_id, "first")
        self.people[user] = Person(user_id, key, "", "")
        self.people[user] = Person(user_id, key, await self.key_id(user, key), "")
        if wallet:
            await self.open(user, credit)
        return self.people[user]

    async def open(self, user: str, credit: int | None = None) -> None:
        """The user's wallet, ready."""
        amount = CREDIT.get(user, DEFAULT_CREDIT) if credit is None else credit
        person = self.people[user]
        address = await self.sandbox.users.open_wallet(person.id, credit=amount, fees=FEES)
        self.people[user] = replace(person, address=address)

    async def until_known(self, user: str) -> None:
        """Until there is something of the user's wallet, ready or not."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self.ask(user, "GET", "/v1/deployments")).status == 404:
                await asyncio.sleep(CONFIG.block_seconds)

    async def new_key(self, user: str, *, expires_at: datetime | None = None) -> str:
        ends = {"expiresAt": _written(expires_at)} if expires_at else {}
        body = {"data": {"name": "of the replay", **ends}}
        return str((await _done(lambda: self.ask(user, "POST", "/v1/api-keys", body)))["data"]["apiKey"])

    async def key_id(self, user: str, key: str) -> str:
        listed = (await _done(lambda: self.ask(user, "GET", "/v1/api-keys")))["data"]
        return str(next(each["id"] for each in listed if each["keyFormat"].endswith(key[-6:])))

    async def delete_key(self, user: str, key: str) -> None:
        path = f"/v1/api-keys/{await self.key_id(user, key)}"
        await _done(lambda: self.ask(user, "DELETE", path))

    async def deposit(self, making: Making, usd: float) -> None:
        body = {"data": {"dseq": self.dseqs[making.dseq], "deposit": usd}}
        await _done(lambda: self.ask(making.user, "POST", "/v1/deposit-deployment", body))

    async def ask(self, user: str, method: str, path: str, body: Any = None) -> Answer:
        """A call of the API in a user's name, which no recording holds."""
        headers = {"x-api-key": self.people[user].key, "content-type": "application/json"}
        sent = b"" if body is None else json.dumps(body).encode()
        return await call(self.sandbox.base_url, method, path, headers, sent)

    async def make(self, making: Making) -> str:
        """Create it: our dseq."""
        body = {"data": {"sdl": making.sdl, "deposit": 0.5}}
        data = (await _done(lambda: self.ask(making.user, "POST", "/v1/deployments", body)))["data"]
        self.manifests[making.dseq], self.dseqs[making.dseq] = data["manifest"], data["dseq"]
        return str(data["dseq"])

    async def advance(self, making: Making) -> None:
        """As far as the recorder had brought it before its first exchange."""
        if making.is_bid_on and not making.bid_before:
            await self.bid(making)
        if making.is_leased:
            await self.lease(making)
        if making.closed == CLOSED_BY_OWNER:
            await _done(lambda: self.ask(making.user, "DELETE", f"/v1/deployments/{self.dseqs[making.dseq]}"))
        elif making.closed:
            await self.give_up(making, making.closed)

    async def bid(self, making: Making) -> None:
        """Of the bidder, on every group."""
        config = replace(CONFIG.providers[0], tariff=_CHEAP)
        orders = [order for order in await self._rest.open_orders() if self._is_of(order.id, making)]
        messages = [bidding.bid_on(order, config, self._wallet.address) for order in orders]
        await self._wallet.send([message for message in messages if message])

    async def lease(self, making: Making) -> None:
        names = [self._names(bid) for bid in await self._bids(making, "open")]
        body = {"manifest": self.manifests[making.dseq], "leases": names}
        await _done(lambda: self.ask(making.user, "POST", "/v1/leases", body))

    async def give_up(self, making: Making, reason: str) -> None:
        """The provider ends its leases."""
        leases = await self._bids(making, "active")
        await self._wallet.send([bidding.close_bid(lease, reason) for lease in leases])

    async def withdraw(self, making: Making) -> None:
        """The provider collects what a lease has earned."""
        leases = await self._rest.active_leases(self._wallet.address)
        url = "/akash.market.v1beta5.MsgWithdrawLease"
        ours = [lease for lease in leases if str(lease.dseq) == self.dseqs[making.dseq]]
        await self._wallet.send([Message(url, {"id": lease.wire()}) for lease in ours])

    async def drain(self, making: Making) -> None:
        """Its leases have earned all that its escrow held, and a block more."""
        owner = self.people[making.user].address
        dseq = int(self.dseqs[making.dseq])
        height = (await self.panel.run(commands.Drain(owner=owner, dseq=dseq)))["height"]
        await self._chain.reach(height + 2)

    async def _bids(self, making: Making, state: str) -> list[LeaseId]:
        path = f"/v1/bids/{self.dseqs[making.dseq]}"
        found = (await _done(lambda: self.ask(making.user, "GET", path)))["data"]
        return [_lease_id(item["bid"]["id"]) for item in found if item["bid"]["state"] == state]

    def _is_of(self, order: OrderId, making: Making) -> bool:
        return str(order.dseq) == self.dseqs[making.dseq]

    @staticmethod
    def _names(bid: LeaseId) -> dict[str, Any]:
        return {
            "dseq": str(bid.dseq),
            "gseq": bid.order.gseq,
            "oseq": bid.order.oseq,
            "provider": bid.provider,
        }


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lease_id(found: Mapping[str, Any]) -> LeaseId:
    order = OrderId(found["owner"], int(found["dseq"]), found["gseq"], found["oseq"])
    return LeaseId(order, found["provider"])


async def _done(asking: Callable[[], Awaitable[Answer]]) -> Any:
    """The answer's body. A machine that is busy may need the repeat that a 503 asks for."""
    for _ in range(ATTEMPTS):
        answer = await asking()
        if answer.status < 300:
            return answer.body
        if answer.status != 503:
            break
    raise RuntimeError(f"the stage could not be set: {answer.status} {answer.body}")
