"""Running one transaction: all of it happens, or only its fee and its nonce do."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import ante, codec, messages, pb
from sandbox.chain.context import Context, Event, Mode
from sandbox.chain.errors import EXECUTED, INVALID_REQUEST, OUT_OF_GAS, PANIC, ChainError, panic
from sandbox.chain.gas import UNLIMITED, GasMeter
from sandbox.chain.store import Branch

if TYPE_CHECKING:
    from sandbox.chain.genesis import Genesis
    from sandbox.chain.store import KV
    from sandbox.chain.transaction import Transaction

_log = logging.getLogger(__name__)
PRELUDE_GAS: Final = 1174
"""What reading the consensus parameters costs, before the transaction's own meter is set."""


@dataclass(frozen=True, slots=True)
class Header:
    """The block that a transaction runs in; time in nanoseconds."""

    height: int
    time: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a transaction. Code 0 is success; `place` is where Go would say that an error arose."""

    gas_wanted: int
    gas_used: int
    codespace: str = ""
    code: int = 0
    text: str = ""
    place: str | None = None
    events: tuple[Event, ...] = ()
    data: bytes = field(default=b"", repr=False)

    @property
    def is_panic(self) -> bool:
        return (self.codespace, self.code) == PANIC

    @property
    def responses(self) -> list[Any]:
        """The messages' responses, each in its Any."""
        return list(codec.parse(pb.abci.TxMsgData, self.data).msg_responses)


def run(state: KV, tx: Transaction, mode: Mode, header: Header, genesis: Genesis) -> Outcome:
    """Run a transaction on a state; only CHECK and DELIVER leave anything behind.

    An error that nobody foresaw ends the transaction, not the chain, as a panic does on a node.
    """
    branch = Branch(state)
    ctx = Context(kv=branch, height=header.height, time=header.time, genesis=genesis, mode=mode)
    ctx.meter.consume(PRELUDE_GAS, "consensus parameters")
    try:
        _validate(tx)
        ctx.meter = GasMeter(UNLIMITED if mode is Mode.SIMULATE else tx.fee.gas_limit)
        ante.run(ctx, tx)
    except Exception as error:
        return _refused(ctx, _foreseen(error))
    if mode is Mode.CHECK:
        branch.write()
        return _done(ctx, [])
    return _deliver(branch, ctx, tx)


def _validate(tx: Transaction) -> None:
    if not tx.messages:
        raise INVALID_REQUEST.wrap("must contain at least one message")
    for url, message in zip(tx.urls, tx.messages, strict=True):
        if check := messages.VALIDATORS.get(url):
            check(message)


def _deliver(paid: Branch, ctx: Context, tx: Transaction) -> Outcome:
    """Run the messages; what the ante handler wrote stays whatever becomes of them."""
    if ctx.mode is Mode.DELIVER:
        paid.write()
    branch = Branch(paid)
    within = replace(ctx, kv=branch, events=[])
    try:
        responses = _execute(within, tx)
    except Exception as error:
        return _refused(ctx, _foreseen(error), tuple(ctx.events))
    if ctx.mode is Mode.DELIVER:
        branch.write()
        paid.write()
    ctx.events.extend(within.events)
    return _done(ctx, responses)


def _execute(ctx: Context, tx: Transaction) -> list[Any]:
    """The messages in order, their responses in Any; raises what the first one that fails raises."""
    responses: list[Any] = []
    events: list[Event] = []
    for place, (url, message) in enumerate(zip(tx.urls, tx.messages, strict=True)):
        ctx.events = []
        try:
            answer = messages.HANDLERS[url](ctx, message)
        except ChainError as error:
            raise error if _is_panic(error) else _failed(error, place) from error
        value = b"" if answer is None else answer.SerializeToString(deterministic=True)
        responses.append(pb.any_.Any(type_url=f"{url}Response", value=value))
        index = ("msg_index", str(place))
        announced: tuple[Event, ...] = (_action(url, message, ctx.events), *ctx.events)
        events.extend(Event(found.type, (*found.attributes, index)) for found in announced)
    ctx.events = events
    return responses


def _action(url: str, message: Any, events: list[Event]) -> Event:
    attributes = [("action", url), *(("sender", address) for address in codec.signers([message])[:1])]
    if not any(name == "module" for found in events for name, _ in found.attributes):
        attributes.append(("module", url.split(".")[1]))
    return Event("message", tuple(attributes))


def _failed(error: ChainError, place: int) -> ChainError:
    return ChainError(
        error.codespace,
        error.code,
        f"failed to execute message; message index: {place}: {error.text}",
        error.place or EXECUTED,
        error.root,
    )


def _foreseen(error: Exception) -> ChainError:
    if isinstance(error, ChainError):
        return error
    _log.error("a transaction ended in an error of the chain", exc_info=error)
    return panic(f"{type(error).__name__}: {error}")


def _is_panic(error: ChainError) -> bool:
    """Out of gas stops a transaction as a panic does: nobody puts words before it."""
    return (error.codespace, error.code) in {(OUT_OF_GAS.codespace, OUT_OF_GAS.code), PANIC}


def _refused(ctx: Context, error: ChainError, events: tuple[Event, ...] = ()) -> Outcome:
    return Outcome(
        gas_wanted=ctx.meter.limit,
        gas_used=ctx.meter.used,
        codespace=error.codespace,
        code=error.code,
        text=error.text,
        place=error.place,
        events=events,
    )


def _done(ctx: Context, responses: list[Any]) -> Outcome:
    packed = pb.abci.TxMsgData(msg_responses=responses)
    return Outcome(
        gas_wanted=ctx.meter.limit,
        gas_used=ctx.meter.used,
        events=tuple(ctx.events),
        data=packed.SerializeToString(deterministic=True),
    )
