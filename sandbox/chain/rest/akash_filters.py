"""What a query string names: ids, and the rows that filters let through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32
from sandbox.chain.modules.deployment_state import state_key
from sandbox.chain.rest.akash_pages import EVERYBODY, Place
from sandbox.chain.rest.status import INVALID_ARGUMENT, RestError
from sandbox.chain.table import number_key, text_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.context import Context
    from sandbox.chain.rest.router import PageRequest, Query
    from sandbox.chain.table import Index, Table

_NUMBERS: Final = ("dseq", "gseq", "oseq", "bseq")


@dataclass(frozen=True, slots=True)
class Filters:
    """The parts of an id that rows must agree with; empty and 0 agree with everything."""

    owner: str = ""
    provider: str = ""
    dseq: int = 0
    gseq: int = 0
    oseq: int = 0
    bseq: int = 0

    @classmethod
    def of(cls, query: Query, page: PageRequest, *, has_provider: bool = False) -> Filters:
        """With a page key only the key counts: it carries whose rows are gone through."""
        numbers = {name: query.uint(f"filters.{name}") for name in _NUMBERS}
        if page.key is not None:
            return cls(owner=_owner_in(Place.decode(page.key)))
        provider = query.text("filters.provider") if has_provider else ""
        return cls(owner=query.text("filters.owner"), provider=provider, **numbers)

    def rows(
        self, ctx: Context, table: Table, by_state: Index, states: tuple[int, ...], by_provider: Index | None
    ) -> Iterator[tuple[bytes, Any]]:
        """A table's rows that agree, in the order of their keys, which begin with owner and dseq.

        Asking for one state or one provider, as providers do all the time, reads those rows alone.
        """
        if self.owner:
            prefix = text_key(self.owner) + (number_key(self.dseq) if self.dseq else b"")
            found = table.scan(ctx, prefix)
        elif self.provider and by_provider:
            found = table.find(ctx, by_provider, text_key(self.provider))
        elif len(states) == 1:
            found = table.find(ctx, by_state, state_key(states[0]))
        else:
            found = table.scan(ctx)
        return ((key, row) for key, row in found if self._accepts(row.id))

    def _accepts(self, found: Any) -> bool:
        names = ("owner", "provider", *_NUMBERS)
        return all(getattr(found, name, "") == wanted for name in names if (wanted := getattr(self, name)))


def id_of(query: Query, kind: type[Any]) -> Any:
    """The id in `id.*`; refuses an owner or provider that is no address."""
    found = kind()
    for field in kind.DESCRIPTOR.fields:
        name = f"id.{field.name}"
        value = query.text(name) if field.type == field.TYPE_STRING else query.uint(name)
        setattr(found, field.name, value)
    for name in ("owner", "provider"):
        if name in kind.DESCRIPTOR.fields_by_name and not bech32.is_address(getattr(found, name)):
            raise RestError(INVALID_ARGUMENT, f"invalid {name} address")
    return found


def _owner_in(place: Place) -> str:
    return "" if place.owner == EVERYBODY else place.key.partition(b"\x00")[0].decode()
