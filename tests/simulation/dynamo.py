"""DynamoDB in memory behind the client's own methods, so that the real stores run on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.simulation.expressions import Item, holds, must_use_all, plain, updated
from tests.simulation.scheduler import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.simulation.faults import Effects

INDEX_LAG_NS: Final = SECOND
"""How long a secondary index may show an item as it was."""

_CONDITIONS: Final = ("ConditionExpression", "UpdateExpression", "FilterExpression", "KeyConditionExpression")


class ConditionalCheckFailedException(ClientError):
    """The client's own kind of error."""


class TransactionCanceledException(ClientError):
    """The client's own kind of error."""


def refused(kind: type[ClientError], code: str, **more: Any) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": code}, **more}
    return kind(response, "Simulated")


def throttled() -> Exception:
    return refused(ClientError, "ProvisionedThroughputExceededException")


def lost() -> Exception:
    return ReadTimeoutError(endpoint_url="dynamodb")


@dataclass
class Table:
    keys: tuple[str, ...]
    items: dict[tuple[Any, ...], Item] = field(default_factory=dict)
    former: dict[tuple[Any, ...], tuple[int, Item | None]] = field(default_factory=dict)

    def key_of(self, item: Item) -> tuple[Any, ...]:
        return tuple(plain(item[name]) for name in self.keys)


class Dynamo:
    """One client for all tables. `watch` is told of each table and item that was written."""

    def __init__(self, effects: Effects, tables: Mapping[str, tuple[str, ...]]) -> None:
        self.tables = {name: Table(keys) for name, keys in tables.items()}
        self.exceptions = SimpleNamespace(
            ConditionalCheckFailedException=ConditionalCheckFailedException,
            TransactionCanceledException=TransactionCanceledException,
        )
        self.watch: Callable[[str, Item], None] = lambda table, item: None
        self._effects = effects

    def get_item(self, **asked: Any) -> dict[str, Any]:
        table = self.tables[asked["TableName"]]
        assert asked["ConsistentRead"], "money is never read from a copy that may be old"

        def effect() -> dict[str, Any]:
            item = table.items.get(table.key_of(asked["Key"]))
            return {} if item is None else {"Item": dict(item)}

        return self._call("get", asked, effect)

    def put_item(self, **asked: Any) -> dict[str, Any]:
        return self._call("put", asked, lambda: self._write([{"Put": asked}], alone=True))

    def update_item(self, **asked: Any) -> dict[str, Any]:
        return self._call("update", asked, lambda: self._write([{"Update": asked}], alone=True))

    def delete_item(self, **asked: Any) -> dict[str, Any]:
        table = self.tables[asked["TableName"]]

        def effect() -> dict[str, Any]:
            table.items.pop(table.key_of(asked["Key"]), None)
            return {}

        return self._call("delete", asked, effect)

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """The client library's token makes a repeat of the very same call harmless."""
        done: list[dict[str, Any]] = []

        def effect() -> dict[str, Any]:
            if not done:
                done.append(self._write(TransactItems, alone=False))
            return done[0]

        def conflict() -> Exception:
            codes = [{"Code": "TransactionConflict"}, *({"Code": "None"} for _ in TransactItems[1:])]
            return refused(
                TransactionCanceledException, "TransactionCanceledException", CancellationReasons=codes
            )

        what = f"transact {next(iter(TransactItems[0].values()))['TableName']}"
        return self._effects.call(what, effect, throttled=conflict, lost=lost)

    def query(self, **asked: Any) -> dict[str, Any]:
        def effect() -> dict[str, Any]:
            table = self.tables[asked["TableName"]]
            items = self._seen(table) if "IndexName" in asked else list(table.items.values())
            assert "IndexName" in asked or asked["ConsistentRead"]
            found = sorted(self._filtered(items, "KeyConditionExpression", asked), key=_order)
            found = found if asked.get("ScanIndexForward", True) else found[::-1]
            return {"Items": found[: asked.get("Limit")]}

        return self._call("query", asked, effect)

    def get_paginator(self, name: str) -> SimpleNamespace:
        def paginate(**asked: Any) -> Iterable[dict[str, Any]]:
            def effect() -> dict[str, Any]:
                assert asked["ConsistentRead"]
                items = list(self.tables[asked["TableName"]].items.values())
                return {"Items": self._filtered(items, "FilterExpression", asked)}

            yield self.query(**asked) if name == "query" else self._call(name, asked, effect)

        return SimpleNamespace(paginate=paginate)

    def _call(
        self, name: str, asked: Mapping[str, Any], effect: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        must_use_all(tuple(asked.get(kind) for kind in _CONDITIONS), *_places(asked))
        what = f"{name} {asked['TableName']}"
        return self._effects.call(what, effect, throttled=throttled, lost=lost)

    def _write(self, writes: list[dict[str, Any]], *, alone: bool) -> dict[str, Any]:
        """All or nothing."""
        standing = [self._stands_against(*next(iter(write.items()))) for write in writes]
        if any(reason is not None for reason in standing):
            if alone:
                _check_failed(standing[0], writes[0])
            codes = [{"Code": "None" if one is None else "ConditionalCheckFailed"} for one in standing]
            raise refused(
                TransactionCanceledException, "TransactionCanceledException", CancellationReasons=codes
            )
        for write in writes:
            self._apply(*next(iter(write.items())))
        return {}

    def _stands_against(self, kind: str, asked: Mapping[str, Any]) -> Item | None:
        """The item that a condition does not hold of (empty where there is none); None where it holds."""
        must_use_all((asked.get("ConditionExpression"), asked.get("UpdateExpression")), *_places(asked))
        table = self.tables[asked["TableName"]]
        item = table.items.get(table.key_of(asked["Item"] if kind == "Put" else asked["Key"]))
        return None if holds(asked.get("ConditionExpression"), item, *_places(asked)) else (item or {})

    def _apply(self, kind: str, asked: Mapping[str, Any]) -> None:
        table = self.tables[asked["TableName"]]
        key = table.key_of(asked["Item"] if kind == "Put" else asked["Key"])
        before = table.items.get(key)
        if kind == "Put":
            after = dict(asked["Item"])
        else:
            after = updated(asked["UpdateExpression"], before or dict(asked["Key"]), *_places(asked))
        table.former[key] = (self._effects.scheduler.now_ns, before)
        table.items[key] = after
        self.watch(asked["TableName"], after)

    def _seen(self, table: Table) -> list[Item]:
        """The items as an index shows them."""
        since = self._effects.scheduler.now_ns - INDEX_LAG_NS

        def seen(key: tuple[Any, ...], item: Item) -> Item | None:
            changed_ns, before = table.former[key]
            return before if changed_ns > since and self._effects.strikes(0.5) else item

        found = (seen(key, item) for key, item in table.items.items())
        return [item for item in found if item is not None]

    def _filtered(self, items: list[Item], kind: str, asked: Mapping[str, Any]) -> list[Item]:
        return [dict(item) for item in items if holds(asked.get(kind), item, *_places(asked))]


def _check_failed(item: Item | None, write: Mapping[str, Mapping[str, Any]]) -> None:
    asked = next(iter(write.values()))
    wants_old = asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    more = {"Item": dict(item)} if item and wants_old else {}
    raise refused(ConditionalCheckFailedException, "ConditionalCheckFailedException", **more)


def _places(asked: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {})


def _order(item: Item) -> tuple[Any, ...]:
    """By sort key: of the signing log its places, of the index of intents their times."""
    return tuple(plain(item[name]) for name in ("seq", "created_at") if name in item)
