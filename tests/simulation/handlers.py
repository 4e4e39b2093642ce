"""The signer's functions as the simulation invokes them: the real translation, use case and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slipway_signing import events, events_treasury
from slipway_signing.opening import WalletOpener
from slipway_signing.sweeping import Sweeper

from tests.simulation.functions import (
    CREDIT_SECONDS,
    SIGN_SECONDS,
    TOKEN_SECONDS,
    UPKEEP_SECONDS,
    WAITING_SECONDS,
)

if TYPE_CHECKING:
    from slipway_signing.intents import Role

    from tests.simulation.functions import Context, Event, Handler
    from tests.simulation.processes import Process


def _signs(role: Role) -> Handler:
    def handler(process: Process, event: Event, context: Context) -> dict[str, Any]:
        return events.sign(
            event,
            signer=process.signer(role),
            claim=context.claim,
            now_ns=process.clock.now_ns(),
            time_left=context.time_left,
        )

    return handler


def _opens(process: Process, event: Event, context: Context) -> dict[str, Any]:
    opener = WalletOpener(
        wallets=process.wallets,
        keys=process.keys,
        treasury=process.treasury,
        books=process.books,
        granter=process.granter,
        now=process.now,
    )
    return events.open_wallet(event, opener=opener)


def _sweeps(process: Process, event: Event, context: Context) -> dict[str, Any]:
    sweeper = Sweeper(
        intents=process.intents,
        settler=process.settler(mends=False),
        clock=process.clock,
        claim=context.claim,
    )
    return events_treasury.sweep(sweeper, context.time_left)


def _changes(process: Process, event: Event, context: Context) -> dict[str, Any]:
    return events_treasury.change_credit(
        event, credit=process.credit, wallets=process.wallets, time_left=context.time_left
    )


def _keeps_up(process: Process, event: Event, context: Context) -> dict[str, Any]:
    return events_treasury.upkeep(
        event,
        credit=process.credit,
        books=process.books,
        fees=process.fees,
        time_left=context.time_left,
    )


def _tokens(process: Process, event: Event, context: Context) -> dict[str, Any]:
    return events.provider_token(
        event, wallets=process.wallets, key_of=process.key_of, mint=process.mint, log=process.log
    )


HANDLERS: Final[dict[str, tuple[Handler, float]]] = {
    "sign": (_signs("wallet"), SIGN_SECONDS),
    "treasury": (_signs("treasury"), SIGN_SECONDS),
    "open": (_opens, WAITING_SECONDS),
    "token": (_tokens, TOKEN_SECONDS),
    "sweep": (_sweeps, SIGN_SECONDS),
    "credit": (_changes, CREDIT_SECONDS),
    "upkeep": (_keeps_up, UPKEEP_SECONDS),
}
