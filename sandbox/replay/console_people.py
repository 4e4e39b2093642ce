"""Who is who in the recordings: users with their ids and addresses, and the providers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sandbox.replay.console_names import ADDRESS, HOST, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sandbox.replay.console_names import Names
    from sandbox.replay.console_recording import Exchange
    from sandbox.replay.console_stage import Person


KEYS: Final = "/v1/api-keys"


@dataclass
class Recorded:
    """`ids`, `users` and `first_keys`: the user by recorded id, address and id of the key. `bidders` made
    bids at `hosts`, `granters` paid deposits, `strangers` are told to be no providers, `others` are named by
    nobody but requests."""

    ids: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    bidders: set[str] = field(default_factory=set)
    granters: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    first_keys: dict[str, str] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, exchanges: Sequence[Exchange]) -> Recorded:
        found = cls()
        for exchange in exchanges:
            found._note(exchange)
        for exchange in exchanges:
            words = [exchange.target, exchange.body.decode(errors="replace")]
            found.others |= {name for name in names_in(words) if ADDRESS.fullmatch(name)}
        known = {*found.users, *found.bidders, *found.granters, *found.strangers}
        found.others -= known
        return found

    def named_in(self, walk: Iterable[Exchange]) -> set[str]:
        """Users that requests and answers of a walk name, whether they call or not."""
        names = {name for each in walk for name in names_in([each.target, each.answer])}
        return {user for name, user in [*self.ids.items(), *self.users.items()] if name in names}

    def introduce(self, user: str, person: Person, names: Names) -> None:
        for recorded, named in self.ids.items():
            if named == user:
                names.learn(recorded, person.id)
        for recorded, named in self.users.items():
            if named == user and person.address:
                names.learn(recorded, person.address)

        for recorded, named in self.first_keys.items():
            if named == user:
                names.learn(recorded, person.key_id)

    def introduce_providers(self, bidder: str, url: str, onlooker: str, names: Names) -> None:
        """All that bid are one here, at `url`. Whoever else is named, and found, is one that looks on."""
        for recorded in self.hosts:
            names.learn(recorded, url)
        for recorded in self.bidders:
            names.learn(recorded, bidder)
        for recorded in self.others:
            names.learn(recorded, onlooker)

    def _note(self, exchange: Exchange) -> None:
        if not isinstance(exchange.answer, dict):
            return
        message = str(exchange.answer.get("message", ""))
        if missing := re.fullmatch(rf"Provider ({ADDRESS.pattern}) not found", message):
            self.strangers.add(missing[1])
        self.hosts |= set(HOST.findall(message))
        if exchange.path == KEYS and exchange.status == 200 and exchange.user:
            self.first_keys[exchange.answer["data"][0]["id"]] = exchange.user
        for key, value in _fields(exchange.answer):
            if key == "provider":
                self.bidders.add(value)
            elif key == "deposits.owner":
                self.granters.add(value)
            elif key == "id.owner" and exchange.user:
                self.users.setdefault(value, exchange.user)
            elif key == "userId" and exchange.user and "|" not in value:
                self.ids.setdefault(value, exchange.user)
        if exchange.path == "/v1/user/me" and exchange.status == 200 and exchange.user:
            self.ids[exchange.answer["data"]["id"]] = exchange.user
        self.strangers -= self.bidders


def _fields(value: Any, within: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its key; an owner with what it is the owner of."""
    if isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, str):
                yield (f"{within}.{key}" if key == "owner" else key), each
            else:
                yield from _fields(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _fields(each, within)
