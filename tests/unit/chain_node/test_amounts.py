"""Numbers, times and durations that Go reads while it decodes a transaction."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain import pb
from sandbox.chain.amounts import NotANumberError, go_integer
from tests.unit.chain_node.network import (
    TENANT,
    TREASURY,
    Draft,
    Network,
    deployment,
    deposit_grant,
    payment,
    tenant_with,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("5", 5),
        ("+5", 5),
        ("-5", -5),
        ("0x1f", 31),
        ("0b101", 5),
        ("0o17", 15),
        ("017", 15),
        ("1_000", 1000),
        ("00", 0),
    ],
)
def test_go_reads_whole_numbers_in_every_base(text: str, number: int) -> None:
    assert go_integer(text) == number


@pytest.mark.parametrize("text", ["", " 5", "5 ", "1e5", "5.0", "abc", "٣", "08", "1__0", "_1", "0x", "--1"])
def test_what_go_does_not_read_is_no_number(text: str) -> None:
    with pytest.raises(NotANumberError, match="math/big: cannot unmarshal"):
        go_integer(text)


def sent(*messages: Any) -> tuple[str, int, str]:
    outcome = Network().chain.broadcast(Network().sign(Draft(messages=list(messages))))
    return outcome.codespace, outcome.code, outcome.text


def paying(amount: str) -> Any:
    found = payment()
    found.amount[0].amount = amount
    return found


def test_an_amount_in_another_base_is_the_amount_it_is() -> None:
    network = Network()

    network.send(paying("0x10"))

    assert network.balance(TENANT) == 16


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("ten", 'math/big: cannot unmarshal "ten" into a *big.Int'),
        ("1e3", 'math/big: cannot unmarshal "1e3" into a *big.Int'),
        (str(2**256), "integer out of range; got: 257, max: 256"),
    ],
)
def test_an_amount_that_is_none_makes_no_transaction(amount: str, words: str) -> None:
    assert sent(paying(amount)) == ("sdk", 2, f"{words}: tx parse error: tx parse error")


def test_a_price_and_a_quantity_that_are_none() -> None:
    priced, sized = deployment(), deployment()
    priced.groups[0].resources[0].price.amount = "1.5"
    sized.groups[0].resources[0].resource.cpu.units.val = b"half"

    for message, text in ((priced, "1.5"), (sized, "half")):
        codespace, code, log = sent(message)
        assert (codespace, code) == ("sdk", 2)
        assert f'cannot unmarshal "{text}"' in log


def test_a_limit_inside_a_grant_is_read_as_well() -> None:
    grant = deposit_grant(5)
    authorization = pb.escrow.DepositAuthorization(
        scopes=["deployment"], spend_limits=[pb.coin.Coin(denom="uact", amount="much")]
    )
    grant.grant.authorization.value = authorization.SerializeToString()

    assert sent(grant)[:2] == ("sdk", 2)


def test_a_fee_that_is_none_has_words_of_its_own() -> None:
    network = Network()
    raw = pb.tx.TxRaw.FromString(network.sign(Draft(messages=[payment()])))
    info = pb.tx.AuthInfo.FromString(raw.auth_info_bytes)
    info.fee.amount[0].amount = "some"
    raw.auth_info_bytes = info.SerializeToString()

    outcome = network.chain.broadcast(raw.SerializeToString())

    assert (outcome.codespace, outcome.code) == ("sdk", 2)
    assert outcome.text == "invalid coin amount at index 0: some: tx parse error"


@pytest.mark.parametrize("seconds", [2**63 - 1, 253_402_300_800, -62_135_596_801])
def test_a_time_that_go_cannot_hold_is_refused(seconds: int) -> None:
    grant = deposit_grant(5)
    grant.grant.expiration.seconds = seconds

    assert sent(grant)[:2] == ("sdk", 2)


@pytest.mark.parametrize(
    ("seconds", "nanos", "words"),
    [
        (2**63 - 1, 0, "seconds out of range"),
        (10**10, 0, "is out of range for time.Duration"),
        (1, 10**9, "nanos out of range"),
        (1, -1, "different signs"),
    ],
)
def test_a_duration_that_go_cannot_hold_is_refused(seconds: int, nanos: int, words: str) -> None:
    found = deployment()
    found.reclamation.min_window.seconds, found.reclamation.min_window.nanos = seconds, nanos

    codespace, code, log = sent(found)

    assert (codespace, code) == ("sdk", 2)
    assert words in log


def test_an_amount_that_is_not_there_is_nil() -> None:
    network = tenant_with()
    found = deployment()
    found.deposit.amount.amount = ""

    outcome = network.chain.simulate(
        network.sign(Draft(messages=[found], signer=TENANT, granter=TREASURY.address))
    )

    assert "amount is nil" in outcome.text
