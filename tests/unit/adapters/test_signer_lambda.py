"""What is asked of the signer's function, and what becomes of its answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from slipway.adapters.signer_lambda import LambdaSigner
from slipway.adapters.signer_messages import dseq_of, wire
from slipway.domain.errors import (
    ChainUnavailable,
    CreditTooLow,
    InternalFault,
    SignerUnavailable,
    SlipwayError,
    TransactionExpired,
    TransactionPending,
    TransactionTooLarge,
    to_wire,
)
from slipway.domain.ids import Dseq, IntentId, LeaseId, UserId
from slipway.domain.messages import (
    CloseDeployment,
    CreateDeployment,
    CreateLease,
    DepositEscrow,
    Message,
    RawMessage,
    Sent,
    UpdateDeployment,
)
from slipway.domain.money import MicroUsd
from slipway.domain.wallet import Wallet
from slipway.sdl.compiler import compile_sdl
from slipway_signing import events, policy, tx

from tests.fakes.world import CHEAP, TREASURY, WEB, an_address
from tests.unit.adapters.lambdas import FakeLambda

ALICE = an_address("alice")
WALLET = Wallet(UserId("alice"), ALICE, TREASURY, ready=True, on_chain=True)
COMPILED = compile_sdl(WEB)
DSEQ = Dseq(1763913600000000)
CREATE = CreateDeployment(
    DSEQ,
    tuple(group.wire() for group in COMPILED.groups),
    COMPILED.version,
    MicroUsd(5_000_000),
    reclamation="7200s",
)
MESSAGES: tuple[Message, ...] = (
    CREATE,
    UpdateDeployment(DSEQ, bytes(range(32))),
    CloseDeployment(DSEQ),
    DepositEscrow(DSEQ, MicroUsd(7)),
    CreateLease(LeaseId(ALICE, DSEQ, 1, 1, CHEAP)),
)
EACH = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
LANDED = {
    "intent_id": "one",
    "state": "committed",
    "messages": [wire(CloseDeployment(DSEQ), ALICE)],
    "tx": {"hash": "AB", "height": 7, "gas_used": 1},
    "error": None,
}


def run(service: FakeLambda, *messages: Message, deposit_max: int = 0) -> Any:
    signer = LambdaSigner(service.client, "sign", request_id=lambda: "request-1", key_id=lambda: "key-1")
    found = messages or (CloseDeployment(DSEQ),)
    return signer.run(IntentId("one"), WALLET, found, deposit_max=MicroUsd(deposit_max))


def outcome(**changes: Any) -> Any:
    return run(FakeLambda({**LANDED, **changes}))


@EACH
def test_a_message_is_protobuf_that_the_signers_policy_lets_pass(message: Message) -> None:
    sent = wire(message, ALICE)

    parsed = tx.parsed(sent["type_url"], sent["value"])

    moved = policy.check("wallet", [(sent["type_url"], parsed)], own=ALICE, deposit_max=5_000_000)
    assert moved == {CreateDeployment: 5_000_000, DepositEscrow: 7}.get(type(message), 0)


@EACH
def test_a_message_names_its_deployment(message: Message) -> None:
    assert dseq_of(wire(message, ALICE)) == DSEQ


def test_a_created_deployment_is_whole() -> None:
    sent = wire(CREATE, ALICE)

    parsed: Any = tx.parsed(sent["type_url"], sent["value"])

    assert (parsed.id.owner, parsed.id.dseq) == (ALICE, DSEQ)
    assert parsed.hash == COMPILED.version
    assert parsed.reclamation.min_window.seconds == 7200
    assert parsed.groups[0].resources[0].resource.cpu.units.val == b"250"


def test_the_event_is_one_that_the_signer_reads() -> None:
    service = FakeLambda(LANDED)

    run(service, *MESSAGES, deposit_max=5_000_007)

    [event] = service.events
    intent = events.wanted(event, claim="claim", now_ns=1)
    assert service.asked == [("sign", "RequestResponse")]
    assert (intent.intent_id, intent.user_id, intent.role) == ("one", "alice", "wallet")
    assert (intent.request_id, intent.deposit_max) == ("request-1", 5_000_007)
    assert (intent.key_id, intent.budget) == ("key-1", None)


@pytest.mark.parametrize(("groups", "fits"), [(260, True), (270, False)])
def test_what_no_transaction_can_hold_never_reaches_the_signer(groups: int, fits: bool) -> None:
    service = FakeLambda(LANDED)
    many = replace(CREATE, groups=CREATE.groups * groups)

    if not fits:
        with pytest.raises(TransactionTooLarge, match="at most 131072 fit"):
            run(service, many, deposit_max=5_000_000)
        assert service.events == []
        return
    run(service, many, deposit_max=5_000_000)
    assert events.wanted(service.events[0], claim="claim", now_ns=1).intent_id == "one"


def test_a_committed_transaction_is_told_with_the_stored_dseq() -> None:
    found = outcome(messages=[wire(CloseDeployment(Dseq(11)), ALICE)])

    assert (found.tx_hash, found.height, found.dseq) == ("AB", 7, 11)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"state": "rejected", "error": to_wire(CreditTooLow(needed=2, available=1))}, CreditTooLow),
        ({"state": "rejected", "error": {"code": "of another version", "facts": {}}}, InternalFault),
        ({"state": "pending", "error": to_wire(ChainUnavailable())}, ChainUnavailable),
        ({"state": "pending", "tx": None}, TransactionPending),
        ({"state": "expired", "error": to_wire(TransactionExpired())}, TransactionExpired),
        ({"state": "unheard of"}, SignerUnavailable),
        ({"tx": None}, SignerUnavailable),
        ({"messages": []}, SignerUnavailable),
    ],
)
def test_what_did_not_land_is_an_error(changes: dict[str, Any], error: type[SlipwayError]) -> None:
    with pytest.raises(error):
        outcome(**changes)


def test_a_refusal_keeps_its_facts() -> None:
    with pytest.raises(CreditTooLow) as refused:
        outcome(state="rejected", error=to_wire(CreditTooLow(needed=2, available=1)))

    assert refused.value.facts == {"needed": 2, "available": 1}


def test_a_signer_that_is_still_at_work_may_yet_land_it() -> None:
    """The caller must not take this for "nothing happened": only the same intent may be tried again."""
    with pytest.raises(TransactionPending) as pending:
        run(FakeLambda(ReadTimeoutError(endpoint_url="x")))

    assert pending.value.intent_id == "one"


@pytest.mark.parametrize(
    "answer",
    [
        ConnectTimeoutError(endpoint_url="x"),
        EndpointConnectionError(endpoint_url="x"),
        ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "Invoke"),
        b"no JSON",
        b"[]",
        b"",
    ],
)
def test_a_signer_that_cannot_be_asked_is_unavailable(answer: Any) -> None:
    with pytest.raises(SignerUnavailable):
        run(FakeLambda(answer))


def test_a_signer_that_died_is_unavailable() -> None:
    with pytest.raises(SignerUnavailable):
        run(FakeLambda({"errorMessage": "x", "errorType": "KeyError"}, function_error="Unhandled"))


def test_a_raw_message_goes_as_it_was_written() -> None:
    service = FakeLambda(LANDED)
    signer = LambdaSigner(service.client, "sign", request_id=lambda: "request-1", key_id=lambda: "key-1")
    message = RawMessage("/akash.deployment.v1beta4.MsgCloseDeployment", b"\x0a\x00")

    sent = signer.send(IntentId("one"), WALLET, [message], deposit_max=MicroUsd(5))

    assert sent == Sent("AB", 7)
    [event] = service.events
    assert event["messages"] == [{"type_url": message.type_url, "value_base64": "CgA="}]
    assert event["limits"] == {"deposit_max": "5"}
    assert event["key_id"] == "key-1"
