"""What every transaction passes before its messages run, in the order of the node's ante handler.

Each step takes the context of the transaction and raises the refusal that a node answers; what a step writes
and pays stays when a message fails later.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, fees, signatures
from sandbox.chain.context import Event, Mode
from sandbox.chain.errors import (
    INVALID_ADDRESS,
    INVALID_PUBKEY,
    INVALID_REQUEST,
    MEMO_TOO_LARGE,
    NO_SIGNATURES,
    TOO_MANY_SIGNATURES,
    TX_TIMEOUT,
    TX_TIMEOUT_HEIGHT,
    UNAUTHORIZED,
    UNKNOWN_ADDRESS,
    WRONG_SEQUENCE,
)
from sandbox.chain.gas import GasMeter
from sandbox.chain.modules import auth
from sandbox.chain.numbers import SECOND, go_time
from sandbox.chain.transaction import DIRECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.chain.context import Context
    from sandbox.chain.transaction import Transaction

MAX_TIMEOUT: Final = 600 * SECOND
"""How far ahead an unordered transaction may time out: the node keeps every nonce for so long."""
UNORDERED_GAS: Final = 2240
LARGEST_GAS: Final = 2**63 - 1
SIMULATED_SIGNATURE: Final = 112
"""Bytes that a signature and its key would add where a simulation leaves them out."""


def run(ctx: Context, tx: Transaction) -> None:
    """Raises ChainError; the caller drops the writes then."""
    for step in STEPS:
        step(ctx, tx)


def validate_basic(ctx: Context, tx: Transaction) -> None:
    if not tx.auth.HasField("fee"):
        raise INVALID_REQUEST.wrap("missing fee")
    if tx.fee.gas_limit > LARGEST_GAS:
        raise INVALID_REQUEST.wrap(f"invalid gas supplied; {tx.fee.gas_limit} > {LARGEST_GAS}")
    fees.check_amount(tx)
    if tx.fee.payer and not bech32.is_address(tx.fee.payer):
        raise INVALID_ADDRESS.wrap(f"invalid fee payer address ({tx.fee.payer})")
    found = len(tx.envelope.signatures)
    if not found:
        raise NO_SIGNATURES.error()
    if found != len(tx.signers):
        raise UNAUTHORIZED.wrap(f"wrong number of signers; expected {len(tx.signers)}, got {found}")


def check_timeout(ctx: Context, tx: Transaction) -> None:
    if tx.body.timeout_height and ctx.height > tx.body.timeout_height:
        raise TX_TIMEOUT_HEIGHT.wrap(f"block height: {ctx.height}, timeout height: {tx.body.timeout_height}")
    if tx.timeout and ctx.time > tx.timeout:
        raise TX_TIMEOUT.wrap(f"block time: {go_time(ctx.time)}, timeout timestamp: {go_time(tx.timeout)}")


def check_memo(ctx: Context, tx: Transaction) -> None:
    size = len(tx.body.memo.encode())
    if size and size > (allowed := auth.params(ctx).max_memo_characters):
        raise MEMO_TOO_LARGE.wrap(f"maximum number of characters is {allowed} but received {size} characters")


def pay_for_size(ctx: Context, tx: Transaction) -> None:
    price = auth.params(ctx).tx_size_cost_per_byte
    ctx.meter.consume(price * len(tx.raw), "txSize")
    if ctx.mode is Mode.SIMULATE:
        left_out = sum(1 for found in tx.envelope.signatures if not found)
        ctx.meter.consume(price * SIMULATED_SIGNATURE * left_out, "txSize")


def set_keys(ctx: Context, tx: Transaction) -> None:
    """Remember the public key of an account that signs for the first time."""
    for place, (address, key) in enumerate(zip(tx.signers, _keys(tx), strict=False)):
        if key is None and ctx.mode is not Mode.SIMULATE:
            continue
        if key is not None and ctx.mode is not Mode.SIMULATE and signatures.address_of(key) != address:
            raise INVALID_PUBKEY.wrap(
                f"pubKey does not match signer address {address} with signer index: {place}"
            )
        account = _signer(ctx, address)
        if key is not None and not account.HasField("pub_key"):
            account.pub_key.CopyFrom(tx.auth.signer_infos[place].public_key)
            # One that signed in the genesis has had its key since then, though the file does not tell it.
            auth.save(replace(ctx, meter=GasMeter()) if account.sequence else ctx, account)
    _announce(ctx, tx)


def count_signatures(ctx: Context, tx: Transaction) -> None:
    allowed, found = auth.params(ctx).tx_sig_limit, len(tx.auth.signer_infos)
    if found > allowed:
        raise TOO_MANY_SIGNATURES.wrap(f"signatures: {found}, limit: {allowed}")


def pay_for_signatures(ctx: Context, tx: Transaction) -> None:
    price = auth.params(ctx).sig_verify_cost_secp256k1
    for address in tx.signers:
        _signer(ctx, address)
        ctx.meter.consume(price, "ante verify: secp256k1")


def verify(ctx: Context, tx: Transaction) -> None:
    """Sequences, nonces and signatures."""
    infos, proofs = tx.auth.signer_infos, tx.envelope.signatures
    if len(infos) != len(tx.signers):
        raise UNAUTHORIZED.wrap(f"invalid number of signer;  expected: {len(tx.signers)}, got {len(infos)}")
    if tx.is_unordered:
        _use_nonces(ctx, tx)
    for address, info, proof in zip(tx.signers, infos, proofs, strict=True):
        account = _signer(ctx, address)
        if ctx.mode is not Mode.SIMULATE and not account.HasField("pub_key"):
            raise INVALID_PUBKEY.wrap("pubkey on account is not set")
        if not tx.is_unordered and info.sequence != account.sequence:
            raise WRONG_SEQUENCE.wrap(
                f"account sequence mismatch, expected {account.sequence}, got {info.sequence}"
            )
        if ctx.mode is not Mode.SIMULATE and not _is_signed(ctx, tx, account, info, proof):
            raise UNAUTHORIZED.wrap(_unverified(ctx, tx, account))


def raise_sequences(ctx: Context, tx: Transaction) -> None:
    if not tx.is_unordered:
        for address in tx.signers:
            account = _signer(ctx, address)
            account.sequence += 1
            auth.save(ctx, account)


STEPS: Final[tuple[Callable[[Context, Transaction], None], ...]] = (
    validate_basic,
    check_timeout,
    check_memo,
    pay_for_size,
    fees.deduct,
    set_keys,
    count_signatures,
    pay_for_signatures,
    verify,
    raise_sequences,
)


def _keys(tx: Transaction) -> list[bytes | None]:
    return [signatures.key_of(info.public_key) for info in tx.auth.signer_infos]


def _signer(ctx: Context, address: str) -> Any:
    account = auth.account(ctx, address)
    if account is None:
        raise UNKNOWN_ADDRESS.wrap(f"account {address} does not exist")
    return account


def _announce(ctx: Context, tx: Transaction) -> None:
    """One event for each sequence used and each signature."""
    pairs = zip(tx.signers, tx.auth.signer_infos, tx.envelope.signatures, strict=False)
    for address, info, proof in pairs:
        if not tx.is_unordered:
            ctx.events.append(Event("tx", (("acc_seq", f"{address}/{info.sequence}"),)))
        ctx.events.append(Event("tx", (("signature", b64encode(proof).decode()),)))


def _use_nonces(ctx: Context, tx: Transaction) -> None:
    if not tx.timeout:
        raise INVALID_REQUEST.wrap("unordered transaction must have timeout_timestamp set")
    if tx.timeout < ctx.time:
        raise INVALID_REQUEST.wrap("unordered transaction has a timeout_timestamp that has already passed")
    if tx.timeout > ctx.time + MAX_TIMEOUT:
        raise INVALID_REQUEST.wrap(f"unordered tx ttl exceeds {MAX_TIMEOUT // (60 * SECOND)}m0s")
    if any(info.sequence for info in tx.auth.signer_infos):
        raise INVALID_REQUEST.wrap("sequence is not allowed for unordered transactions")
    ctx.meter.consume(UNORDERED_GAS, "unordered tx")
    if ctx.mode is not Mode.SIMULATE:
        for address in tx.signers:
            auth.use_nonce(ctx, address, tx.timeout)


def _is_signed(ctx: Context, tx: Transaction, account: Any, info: Any, proof: bytes) -> bool:
    if info.mode_info.single.mode != DIRECT:
        return False
    document = signatures.sign_bytes(
        tx.envelope.body_bytes, tx.envelope.auth_info_bytes, ctx.genesis.chain_id, account.account_number
    )
    key = signatures.key_of(account.pub_key)
    return key is not None and signatures.is_signed(key, document, proof)


def _unverified(ctx: Context, tx: Transaction, account: Any) -> str:
    sequence = "" if tx.is_unordered else f", sequence ({account.sequence}),"
    checked = f"account number ({account.account_number}){sequence} and chain-id ({ctx.genesis.chain_id})"
    return (
        f"signature verification failed; please verify {checked}: (unable to verify single signer signature)"
    )
