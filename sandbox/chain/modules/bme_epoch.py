"""x/bme: what an epoch's last block does with the records that wait."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.chain import coins, jsonpb, pb
from sandbox.chain.modules import auth, bank, bme
from sandbox.chain.modules.bme import ACT, ADDRESS, AKT, BASIS
from sandbox.chain.numbers import ONE, dec_text

if TYPE_CHECKING:
    from sandbox.chain.context import Context


def end_block(ctx: Context) -> None:
    """At the end of an epoch: ACT is burned whatever the breaker says, minted only while it is closed."""
    if ctx.height % bme.params(ctx).min_epoch_blocks:
        return
    waiting = list(bme.records(ctx, bme.PENDING))[: bme.params(ctx).max_endblocker_records]
    for key, found, row in waiting:
        if found.denom == ACT:
            _burn_act(ctx, key, row)
            _tell(ctx, "EventLedgerRecordExecuted", found)
    for key, found, row in waiting:
        if found.denom == AKT and bme.status(ctx) <= pb.bme.mint_status_warning:
            is_minted = _mint_act(ctx, key, row)
            _tell(ctx, "EventLedgerRecordExecuted" if is_minted else "EventLedgerRecordCanceled", found)


def _mint_act(ctx: Context, key: bytes, row: Any) -> bool:
    """The AKT stays in the vault, a credit for those who come back; a spread of the ACT is never minted.

    False for a record that is canceled, for it would mint too little.
    """
    whole = int(row.coins_to_burn.amount) * bme.price(ctx) // ONE
    spread = whole * bme.params(ctx).mint_spread_bps // BASIS
    bme.PENDING.remove(ctx, key)
    if whole - spread < ctx.genesis.coins_param("bme", "min_mint").get(ACT, 0):
        _cancel(ctx, key, row)
        return False
    auth.ensure(ctx, row.to)
    bank.mint(ctx, row.to, {ACT: whole - spread})
    state = bme.vault(ctx)
    _add(state.total_minted, ACT, whole - spread)
    _add(state.remint_credits, AKT, int(row.coins_to_burn.amount))
    bme.save_vault(ctx, state)
    done = _record(row, spread=pb.coin.Coin(denom=ACT, amount=str(spread)))
    done.minted.CopyFrom(_priced(ctx, ACT, whole - spread))
    done.remint_credit_accrued.CopyFrom(_priced(ctx, AKT, int(row.coins_to_burn.amount)))
    bme.EXECUTED.put(ctx, key, done)
    return True


def _tell(ctx: Context, kind: str, found: Any) -> None:
    """An event of the block that names the record."""
    rendered = json.dumps(jsonpb.render(found), separators=(",", ":"))
    ctx.emit(f"akash.bme.v1.{kind}", id=rendered)


def _burn_act(ctx: Context, key: bytes, row: Any) -> None:
    """AKT comes out of the credit that minting left, and is minted anew only beyond it."""
    burned = int(row.coins_to_burn.amount)
    owed = burned * ONE // bme.price(ctx)
    state = bme.vault(ctx)
    issued = min(coins.of(state.remint_credits).get(AKT, 0), owed)
    bme.PENDING.remove(ctx, key)
    bank.burn(ctx, ADDRESS, {ACT: burned})
    if owed - issued:
        bank.mint(ctx, ADDRESS, {AKT: owed - issued})
    bank.send(ctx, ADDRESS, row.to, {AKT: owed})
    _add(state.total_burned, ACT, burned)
    _add(state.total_minted, AKT, owed - issued)
    _add(state.remint_credits, AKT, -issued)
    bme.save_vault(ctx, state)
    done = _record(row, spread=pb.coin.Coin(denom=AKT, amount="0"))
    done.burned.CopyFrom(_priced(ctx, ACT, burned))
    if owed - issued:
        done.minted.CopyFrom(_priced(ctx, AKT, owed - issued))
    if issued:
        done.remint_credit_issued.CopyFrom(_priced(ctx, AKT, issued))
    bme.EXECUTED.put(ctx, key, done)


def _cancel(ctx: Context, key: bytes, row: Any) -> None:
    bank.send(ctx, ADDRESS, row.owner, coins.of([row.coins_to_burn]))
    canceled = pb.bme.LedgerCanceledRecord(
        owner=row.owner,
        cancel_reason=pb.bme.LedgerCanceledRecord.minimum_mint,
        to=row.to,
        coins_to_burn=row.coins_to_burn,
        denom_to_mint=row.denom_to_mint,
    )
    bme.CANCELED.put(ctx, key, canceled)


def _record(row: Any, *, spread: Any) -> Any:
    return pb.bme.LedgerRecord(
        burned_from=row.owner, minted_to=row.to, burner=bme.MODULE, minter=bme.MODULE, spread=spread
    )


def _priced(ctx: Context, denom: str, amount: int) -> Any:
    """An amount and what one of it is worth: an ACT is a dollar."""
    worth = ONE if denom == ACT else bme.price(ctx)
    return pb.bme.CoinPrice(coin=pb.coin.Coin(denom=denom, amount=str(amount)), price=dec_text(worth))


def _add(listed: Any, denom: str, amount: int) -> None:
    found = next(one for one in listed if one.denom == denom)
    found.amount = str(int(found.amount) + amount)
