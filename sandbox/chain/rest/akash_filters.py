"""What a query string names: ids, and the rows that filters let through, in the order of the node's lists.

One owner's rows, and one provider's, come in the order of their keys. Everybody's come state by state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32
from sandbox.chain.modules.deployment_state import state_key
from sandbox.chain.rest.akash_pages import Place, Section, check_offset, page_of, states_of
from sandbox.chain.rest.status import INTERNAL, INVALID_ARGUMENT, RestError
from sandbox.chain.table import number_key, text_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.chain.context import Context
    from sandbox.chain.rest.router import Json, PageRequest, Query
    from sandbox.chain.table import Index, Table

_OWNER_END: Final = b"\x00"
_NUMBERS_SIZE: Final = 8 + 4 + 4


@dataclass(frozen=True, slots=True)
class Listing:
    """One kind of row as its list goes through it.

    The marks are what a page's key says of whose rows it goes through. A kind whose list of everybody's
    rows has a mark refuses keys without one.
    """

    table: Table
    by_state: Index
    by_provider: Index | None = None
    everybody: bytes = b""
    one_owner: bytes = b"\x01"
    one_provider: bytes = b"\x01"
    got_by: tuple[str, ...] = ()
    """The filters that together name one row: it is found at once, whatever offset is asked for."""

    def page(self, ctx: Context, query: Query) -> tuple[list[Any], Json]:
        """One page of what a query string asks for. Raises RestError."""
        page = query.page()
        check_offset(page, query)
        states = states_of(query, "filters.state", self.table.row.State, page)
        filters = Filters.of(query, self.table.row.DESCRIPTOR.fields_by_name["id"].message_type)
        whose = self._whose(page, filters)
        if page.key is None and filters.has_all(self.got_by):
            page = replace(page, offset=0)
        sections = self._sections(ctx, states, whose, filters, is_reverse=page.reverse and page.key is None)
        accepted = (
            Section(part.states, ((key, row) for key, row in part.rows if filters.accept(row.id)))
            for part in sections
        )
        return page_of(accepted, page, lambda part, key: self._place(part, key, whose))

    def _whose(self, page: PageRequest, filters: Filters) -> tuple[str, str]:
        """The owner or else the provider whose rows alone are gone through; with a page's key it says so."""
        if page.key is None:
            owner = filters.text("owner")
            return (owner, "") if owner else ("", filters.text("provider"))
        place = Place.decode(page.key)
        if self.everybody and len(place.mark) != 1:
            raise RestError(INVALID_ARGUMENT, "invalid pagination key")
        if place.mark[:1] == self.one_owner:
            return _first_text(place.key), ""
        if self.by_provider and place.mark == self.one_provider:
            numbers_on = place.key.partition(_OWNER_END)[2]
            return "", _first_text(numbers_on[_NUMBERS_SIZE:])
        return "", ""

    def _sections(
        self,
        ctx: Context,
        states: tuple[int, ...],
        whose: tuple[str, str],
        filters: Filters,
        *,
        is_reverse: bool,
    ) -> Iterator[Section]:
        owner, provider = whose
        if owner or provider:
            dseq = number_key(filters.number("dseq")) if filters.number("dseq") else b""
            found = (
                self.table.scan(ctx, text_key(owner) + dseq)
                if owner
                else self.table.find(ctx, _index(self.by_provider), text_key(provider))
            )
            yield Section(states, ((key, row) for key, row in found if row.state in states))
            return
        states = states[::-1] if is_reverse else states
        for nth, state in enumerate(states):
            yield Section(states[nth:], self.table.find(ctx, self.by_state, state_key(state)))

    def _place(self, part: Section, key: bytes, whose: tuple[str, str]) -> Place:
        owner, provider = whose
        mark = self.one_owner if owner else self.one_provider if provider else self.everybody
        return Place(part.states, bytes(part.states[:1]), key, mark)


@dataclass(frozen=True, slots=True)
class Filters:
    """The parts of an id that rows must agree with, by name; those that were not given are not in it."""

    wanted: Mapping[str, Any]

    @classmethod
    def of(cls, query: Query, kind: Any) -> Filters:
        """Of an id's own fields: a query string may name others, which mean nothing."""
        found = {field.name: _value(query, f"filters.{field.name}", field) for field in kind.fields}
        return cls({name: value for name, value in found.items() if value})

    def text(self, name: str) -> str:
        return str(self.wanted.get(name, ""))

    def number(self, name: str) -> int:
        return int(self.wanted.get(name, 0))

    def has_all(self, names: tuple[str, ...]) -> bool:
        """Whether each of the names is filtered by; nothing is by no name."""
        return bool(names) and self.wanted.keys() >= set(names)

    def accept(self, found: Any) -> bool:
        return all(getattr(found, name) == value for name, value in self.wanted.items())


def id_of(query: Query, kind: type[Any]) -> Any:
    """The id in `id.*`; refuses an owner or provider that is no address."""
    found = kind()
    for field in kind.DESCRIPTOR.fields:
        setattr(found, field.name, _value(query, f"id.{field.name}", field))
    for name in ("owner", "provider"):
        if name in kind.DESCRIPTOR.fields_by_name and not bech32.is_address(getattr(found, name)):
            raise RestError(INVALID_ARGUMENT, f"invalid {name} address")
    return found


def _value(query: Query, name: str, field: Any) -> Any:
    if field.type == field.TYPE_STRING:
        return query.text(name)
    return query.uint(name, 32 if field.type == field.TYPE_UINT32 else 64)


def _index(found: Index | None) -> Index:
    if found is None:
        raise LookupError("rows of this kind have no provider")
    return found


def _first_text(key: bytes) -> str:
    text, end, _ = key.partition(_OWNER_END)
    if not end:
        raise RestError(INTERNAL, "collections: encoding error: not enough bytes to decode")
    return text.decode(errors="replace")
