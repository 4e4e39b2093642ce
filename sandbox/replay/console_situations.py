"""What the recorder did between requests: stopped a provider or a node, let a key expire, money run out.

The recordings tell it by the exchanges' names. An outage lasts until an exchange comes that is not of it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.api_key import SECRET_BYTES, mint

from sandbox.replay import console_outages as outages
from sandbox.replay.console_names import UUID
from sandbox.replay.console_stage import BIDDER, ONLOOKER

if TYPE_CHECKING:
    from sandbox.replay.console_compare import Answer
    from sandbox.replay.console_makings import Making
    from sandbox.replay.console_names import Names
    from sandbox.replay.console_outages import Outage
    from sandbox.replay.console_people import Recorded
    from sandbox.replay.console_recording import Exchange
    from sandbox.replay.console_stage import Stage

Step = Callable[["Situations", "Exchange"], Awaitable[None]]

KEYS: Final = "/v1/api-keys"
OWNER: Final = "paid"
"""Whose key is meant where the recorder shows a good one and says no name."""
LATER: Final = "trial"
"""The user whose wallet is opened before the recorder's eyes, in file 00."""
WITHOUT_WALLET: Final = "nowallet"
CREDIT: Final = {("17", "poor"): 900_000}
"""µUSD, where a file begins with another credit than the others: a deposit of 0.5, and 0.4 left."""
EXPIRED: Final = "use an expired key"
LIFETIME: Final = timedelta(seconds=1.5)
"""Of a key that is to expire: long enough to be made, short enough to wait for."""


class Situations:
    """`makings` by recorded dseq."""

    def __init__(self, stage: Stage, names: Names, recorded: Recorded) -> None:
        self.stage, self.names, self._recorded = stage, names, recorded
        self.makings: dict[str, Making] = {}
        self.keys: dict[str, str] = {}
        self._outage: tuple[str, Outage] | None = None
        self._opening: asyncio.Task[None] | None = None

    def comes_later(self, user: str, files: set[str]) -> bool:
        return user == LATER and any(file.startswith("00") for file in files)

    def joining(self, user: str, files: set[str]) -> dict[str, Any]:
        """How a user comes in, as arguments for `Stage.join`."""
        credit = next((CREDIT[file[:2], user] for file in files if (file[:2], user) in CREDIT), None)
        return {"wallet": user != WITHOUT_WALLET, "credit": credit}

    async def before(self, exchange: Exchange) -> None:
        for making in self.makings.values():
            if making.bid_before == exchange.place:
                await self.stage.bid(making)
        await self._change_outage(exchange.name.partition(":")[0])
        if step := STEPS.get((exchange.file[:2], exchange.name)):
            await step(self, exchange)

    async def after(self, exchange: Exchange, answer: Answer) -> None:
        if exchange.path == KEYS and answer.status == 201:
            self.keys[exchange.name] = answer.body["data"]["apiKey"]
        if exchange.name == EXPIRED:
            await self.stage.delete_key(OWNER, self.keys[exchange.name])

    async def end(self) -> None:
        """Nothing of it stays behind."""
        await self._change_outage("")
        if self._opening:
            self.stage.resume()
            await asyncio.gather(self._opening, return_exceptions=True)

    def key(self, exchange: Exchange) -> str:
        """The key that stands for the one in the exchange's headers."""
        if exchange.user:
            return self.stage.people[exchange.user].key
        if exchange.name.startswith("unknown key"):
            return mint("sandbox", secrets.token_bytes(SECRET_BYTES))
        return self.keys.get(SHOWN_KEYS.get(exchange.name, ""), self.stage.people[OWNER].key)

    def manifest(self, body: dict[str, Any]) -> str:
        """Ours, where a body holds the manifest that the recorder got with the deployment it names."""
        for lease in body.get("leases") or ():
            making = self.makings.get(str(lease.get("dseq"))) if isinstance(lease, dict) else None
            if making and making.manifest == body.get("manifest"):
                return self.stage.manifests.get(making.dseq, "")
        return ""

    def altered(self, exchange: Exchange, body: bytes) -> bytes:
        """With another provider, where the recorder had changed what an indexer says of the bidder: there is
        no indexer here, but there are such providers."""
        if other := self._stand_in(exchange):
            return body.replace(self.stage.bidder.encode(), other.encode())
        return body

    def restored(self, exchange: Exchange, answer: Answer) -> Answer:
        """The answer as if it spoke of the bidder."""
        if other := self._stand_in(exchange):
            told = json.dumps(answer.body).replace(other, self.stage.bidder)
            return replace(answer, body=json.loads(told))
        return answer

    def _stand_in(self, exchange: Exchange) -> str:
        stand_in = STAND_INS.get((exchange.file[:2], exchange.name))
        if stand_in == ONLOOKER:
            return self.stage.provider(ONLOOKER)
        return next(iter(self._recorded.strangers)) if stand_in else ""

    async def _change_outage(self, word: str) -> None:
        now = self._outage[0] if self._outage else ""
        wanted = word if word in outages.OUTAGES else ""
        if now == wanted:
            return
        if self._outage:
            await self._outage[1].end(self.stage.sandbox)
            self._outage = None
        if wanted:
            outage = outages.OUTAGES[wanted](BIDDER)
            await outage.begin(self.stage.sandbox)
            self._outage = wanted, outage

    async def _begin_opening(self, exchange: Exchange) -> None:
        """A wallet whose grants no block has taken yet."""
        assert exchange.user, "somebody's wallet is being opened"
        person = await self.stage.join(exchange.user, wallet=False)
        self.stage.stop()
        self._opening = asyncio.create_task(self.stage.open(exchange.user))
        self._recorded.introduce(exchange.user, person, self.names)
        await self.stage.until_known(exchange.user)

    async def _finish_opening(self, exchange: Exchange) -> None:
        assert exchange.user, "somebody's wallet has been opened"
        assert self._opening, "its opening has begun"
        self.stage.resume()
        await self._opening
        self._recorded.introduce(exchange.user, self.stage.people[exchange.user], self.names)

    async def _expired_key(self, exchange: Exchange) -> None:
        ends = datetime.now(UTC) + LIFETIME
        self.keys[exchange.name] = await self.stage.new_key(OWNER, expires_at=ends)
        await asyncio.sleep(LIFETIME.total_seconds())

    async def _key_of_its_own(self, exchange: Exchange) -> None:
        key = await self.stage.new_key(OWNER)
        self.keys[exchange.name] = key
        recorded = UUID.search(exchange.path)
        assert recorded, "the path names the key"
        self.names.learn(recorded[0], await self.stage.key_id(OWNER, key))

    async def _top_up(self, exchange: Exchange) -> None:
        """What the recorder's background jobs did: all that is left goes into the escrow."""
        await self.stage.deposit(self._only_making(), 0.4)

    async def _run_dry(self, exchange: Exchange) -> None:
        await self.stage.drain(self._only_making())
        await self.stage.withdraw(self._only_making())

    def _only_making(self) -> Making:
        [making] = self.makings.values()
        return making


STEPS: Final[dict[tuple[str, str], Step]] = {
    ("00", "not activated: wallets"): Situations._begin_opening,
    ("00", "not activated: create again (3)"): Situations._finish_opening,
    ("02", EXPIRED): Situations._expired_key,
    ("02", "a key deletes itself"): Situations._key_of_its_own,
    ("17", "get 9 s after the lease"): Situations._top_up,
    ("17", "get after the provider withdrew"): Situations._run_dry,
}
SHOWN_KEYS: Final = {
    "use the new key": "create",
    "use a deleted key": "create",
    EXPIRED: EXPIRED,
    "a key deletes itself": "a key deletes itself",
    "and is dead": "a key deletes itself",
}
"""Which key is shown by exchanges that show one and are nobody's."""
STRANGER: Final = "a provider that is not on the chain"
STAND_INS: Final = {
    ("05", "the bidder is not audited in the indexer"): ONLOOKER,
    ("05", "the provider is marked deleted in the indexer"): STRANGER,
}
