"""Bugs on purpose: each named place of the real code made wrong, as somebody might well write it.

A mutant is patched into the source while a fresh process imports it; nothing is written to disk. A change
whose text does not stand in its module exactly once is refused: the code has moved on, and the mutant must
follow it.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType


@dataclass(frozen=True)
class Change:
    module: str
    before: str
    after: str


MUTANTS: Final[dict[str, tuple[Change, ...]]] = {
    "sends before storing": (
        Change(
            "signer",
            "        return self._intents.advance(signed)\n",
            "        self._settler.chain.broadcast(signed.tx_bytes)\n"
            "        return self._intents.advance(signed)\n",
        ),
    ),
    "forgets the conditional write": (
        Change(
            "intents_dynamo",
            'ConditionExpression="#version = :before"',
            'ConditionExpression="#version = :before OR attribute_exists(intent_id)"',
        ),
    ),
    "takes a timeout for a failure": (
        Change(
            "settling",
            "        except errors.ChainUnavailable:\n            return intent\n",
            "        except errors.ChainUnavailable as error:\n"
            "            return ending(self.intents, intent.expired(errors.to_wire(error)))\n",
        ),
    ),
    "signs again on resume": (
        Change(
            "signer",
            '        if intent.state == "signed":\n',
            '        if intent.state == "signed" and intent.tx_hash not in call.mine | call.sent:\n'
            "            return self._sign(intent, call)\n"
            '        if intent.state == "signed":\n',
        ),
    ),
    "trusts a lagging node for expiry": (
        Change(
            "chain",
            "if tip.time_ns > timeout_ns and not self._nodes.lags(tip):",
            "if self._nodes._now_ns() > timeout_ns:",
        ),
    ),
    "expires after one look": (
        Change(
            "settling",
            "if absent and call.absent and absent.height > call.absent.height:",
            "if absent:",
        ),
    ),
    "releases a budget twice": (
        Change(
            "intents",
            "        return store.release(after)\n",
            "        return store.release(store.release(after)._next())\n",
        ),
    ),
    "keeps a budget counted": (
        Change(
            "intents",
            'if after.counted is not None and after.state != "committed":',
            'if after.counted is not None and after.state == "expired":',
        ),
    ),
    "forgets the key's budget": (
        Change(
            "signer",
            "return replace(intent, budget=self._budget_of(intent))",
            "self._budget_of(intent)\n        return intent",
        ),
    ),
    "takes a key that is gone for one without a budget": (
        Change("key_budgets_dynamo", "            raise ApiKeyGone\n", "            return None\n"),
    ),
    "skips the log entry": (
        Change(
            "preparing",
            "return self._log.append(decision).anchor",
            'return "" if intent.attempt > 1 else self._log.append(decision).anchor',
        ),
    ),
    "lets the log fork": (
        Change(
            "signing_log_dynamo",
            'ConditionExpression="attribute_not_exists(seq)"',
            'ConditionExpression="attribute_not_exists(seq) OR attribute_exists(seq)"',
        ),
    ),
    "sends bytes that lost the race": (
        Change(
            "signer",
            "        return self._intents.advance(signed)\n",
            "        try:\n            return self._intents.advance(signed)\n"
            "        except Overtaken:\n            return signed\n",
        ),
    ),
    "trusts every refusal": (
        Change(
            "settling",
            "if refusal is not None and first and reception.certain:",
            "if refusal is not None:",
        ),
    ),
    "grants from a stale number": (Change("credit", "change.want + moves", "change.want"),),
    "believes what it granted": (
        Change(
            "credit",
            "if standing.credit == max(want, 0):",
            "if change.landed or standing.credit == max(want, 0):",
        ),
    ),
    "forgets refunds after a revocation": (
        Change("credit", "standing.credit + owed + change.delta", "standing.credit + change.delta"),
    ),
    "forgets the wallet's lock": (
        Change(
            "books_dynamo",
            '"ConditionExpression": "#version = :before"',
            '"ConditionExpression": "#version = :before OR attribute_exists(id)"',
        ),
    ),
    "believes a number that is too old": (
        Change("treasury_chain", "if height < at_least:", "if height < 0:"),
    ),
    "signs deposits while credit changes": (
        Change("flights", "return book is not None and book.change is not None", "return False"),
    ),
    "changes credit under a deposit": (
        Change(
            "flights",
            "            if intent is not None and not intent.ended:\n                return None\n",
            "",
        ),
    ),
}


installed: list[str] = []
"""The mutant that this process runs, if any."""


def install(name: str) -> None:
    """From here on the mutant's modules are imported with its changes. Raises KeyError for no mutant."""
    by_module: dict[str, list[Change]] = {}
    for change in MUTANTS[name]:
        by_module.setdefault(f"slipway_signing.{change.module}", []).append(change)
    already = sorted(module for module in by_module if module in sys.modules)
    if already:
        raise RuntimeError(f"imported before they could be changed: {already}")
    sys.meta_path.insert(0, _Finder(by_module))
    installed.append(name)


def changed(source: str, changes: Sequence[Change]) -> str:
    for change in changes:
        if source.count(change.before) != 1:
            raise ValueError(f"stands {source.count(change.before)} times: {change.before!r}")
        source = source.replace(change.before, change.after)
    return source


class _Finder:
    def __init__(self, by_module: dict[str, list[Change]]) -> None:
        self._by_module = by_module

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        changes = self._by_module.get(fullname)
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target) if changes else None
        if changes is None or spec is None or spec.origin is None:
            return None
        loader = _Loader(fullname, spec.origin)
        loader.changes = changes
        return importlib.util.spec_from_file_location(fullname, spec.origin, loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    changes: Sequence[Change] = ()

    def get_code(self, fullname: str) -> CodeType:
        """Never from the cache of compiled files, and never into it."""
        source = self.get_data(self.path).decode()
        code: Any = compile(changed(source, self.changes), self.path, "exec", dont_inherit=True)
        return code  # type: ignore[no-any-return]
