"""The signer's handlers: settings from the environment, one answer, one clean log line."""

from __future__ import annotations

import json
import os
import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws
from signer import change_credit, open_wallet, provider_token, sign, sweep, treasury, upkeep
from slipway_signing import wiring
from slipway_signing.custody import KmsKeyMaker, SealedKeyMaker
from slipway_signing.opening import WalletOpener
from slipway_signing.settings import SettingsInvalid, SignSettings, open_wallet_settings, sign_settings
from slipway_signing.signing_log import SigningLog
from slipway_signing.tokens import TokenMint
from slipway_signing.wallets import WalletRow

from tests.unit.signing.credit_fakes import ALICE, TREASURY, Office
from tests.unit.signing.signing_fakes import CHAIN_ID, CountingKey, World, close_json
from tests.unit.signing.store_fakes import MemoryBooks, MemoryLog, MemoryWallets
from tests.unit.signing.test_fees import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTEXT: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000, aws_request_id="lambda-1")
PROVIDER = CountingKey("provider").address

ENVIRONMENT = {
    "STAGE": "testing",
    "AWS_REGION": "us-east-1",
    "WALLETS_TABLE": "wallets",
    "INTENTS_TABLE": "intents",
    "CHAIN_REST_URLS": "http://127.0.0.1:9",
    "CHAIN_ID": CHAIN_ID,
    "TREASURY_KEY_ID": "alias/treasury",
    "TREASURY_FUNCTION": "treasury",
    "API_KEYS_TABLE": "api-keys",
    "BUDGETS_TABLE": "budgets",
    "FLIGHTS_TABLE": "flights",
    "GRANTS_TABLE": "grants",
    "SIGNING_LOG_TABLE": "log",
    "WRAPPING_KEY_ID": "alias/wrapping",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A logger of its own for each test: one that is made once writes to the stream of its own time."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"signer-{uuid.uuid4()}")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield


def sign_event(world: World) -> dict[str, Any]:
    return {
        "intent_id": "one",
        "request_id": "request-1",
        "user_id": "alice",
        "role": "wallet",
        "messages": json.loads(close_json(world.key.address)),
        "limits": {"deposit_max": "0"},
    }


def test_sign_lands_a_transaction_and_logs_one_line_without_its_messages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World()
    monkeypatch.setattr(wiring, "wallet_signer", lambda settings: world.signer())

    answer = sign.handler(sign_event(world), CONTEXT)

    [line] = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert answer["state"] == "committed"
    assert (line["event"], line["intent_id"], line["state"]) == ("TRANSACTION_HANDLED", "one", "committed")
    assert line["tx"]["hash"] == answer["tx"]["hash"]
    assert "501" not in json.dumps({key: line[key] for key in line if key not in {"timestamp", "tx"}})


def test_the_treasurys_function_runs_the_treasurys_intents_only(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr(wiring, "treasury_signer", lambda settings: world.signer(role="treasury"))

    answer = treasury.handler(sign_event(world), CONTEXT)

    assert (answer["state"], answer["error"]["facts"]["rule"]) == ("rejected", "role")


def test_a_change_of_credit_is_answered_and_logged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office, store = Office(), MemoryWallets()
    store.open(WalletRow("alice", ALICE, b"", "arn", TREASURY, "", state="ready"))
    monkeypatch.setattr(wiring, "credit", lambda settings: office.credit)
    monkeypatch.setattr(wiring, "wallets", lambda aws, table: store)
    changes = [{"change_id": "purchase-1", "user_id": "alice", "delta": "5"}]

    answer = change_credit.handler({"request_id": "request-1", "changes": changes}, CONTEXT)

    [told] = answer["changes"]
    assert (told["state"], office.chain.granted[ALICE]) == ("done", 1_005)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["changes"]) == ("CREDIT_CHANGE_HANDLED", [told])


def test_the_schedules_functions_say_what_they_did(monkeypatch: pytest.MonkeyPatch) -> None:
    world, office, desk = World(), Office(), Desk()
    monkeypatch.setattr(wiring, "sweeper", lambda settings, claim: world.sweeper(claim))
    monkeypatch.setattr(wiring, "credit", lambda settings: office.credit)
    monkeypatch.setattr(wiring, "books", lambda aws, table: office.books)
    monkeypatch.setattr(wiring, "fees", lambda settings: desk.fees)

    assert sweep.handler({}, CONTEXT) == {"found": 0, "ended": 0}
    assert upkeep.handler({}, CONTEXT) == {"books": 0, "failed": [], "renewed": 0}


def test_sign_refuses_a_bad_environment_with_every_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAIN_ID")
    monkeypatch.delenv("INTENTS_TABLE")

    with pytest.raises(SettingsInvalid, match=r"INTENTS_TABLE is missing\nCHAIN_ID is missing"):
        sign.handler({}, CONTEXT)


def test_a_token_is_answered_and_never_logged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alice, store = CountingKey("alice"), MemoryWallets()
    store.rows["alice"] = WalletRow(
        user_id="alice",
        address=alice.address,
        public_key=alice.public_key,
        key_id="arn:alice",
        granter="akash1treasury",
        created_at="",
        state="ready",
        first_tx_height=5,
    )
    monkeypatch.setattr(wiring, "wallets", lambda aws, table: store)
    monkeypatch.setattr(wiring, "wallet_key", lambda aws, row: alice)
    monkeypatch.setattr(
        wiring, "token_mint", lambda settings: TokenMint(now=lambda: 100, new_id=lambda: "id")
    )
    monkeypatch.setattr(wiring, "signing_log", lambda aws, table: SigningLog(MemoryLog(), lambda: 100))

    answer = provider_token.handler(
        {"request_id": "request-1", "user_id": "alice", "provider": PROVIDER, "scope": "status"}, CONTEXT
    )

    logged = capsys.readouterr().out
    assert answer["expires_at"] == 160
    assert answer["token"] not in logged
    assert json.loads(logged)["event"] == "PROVIDER_TOKEN_HANDLED"


@pytest.mark.usefixtures("aws")
def test_opening_a_wallet_makes_its_key_and_row_and_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    store, kms = MemoryWallets(), wiring._client("kms", _aws_settings())
    sent = []

    class Committing:
        def send(self, **asked: Any) -> dict[str, Any]:
            sent.append(asked)
            return {"state": "committed", "error": None, "messages": asked["messages"], "tx": {"height": 7}}

    opener = WalletOpener(
        wallets=store,
        keys=KmsKeyMaker(kms, stage="testing", aliases="alias/slipway-testing/wallet", signers=()),
        treasury=Committing(),
        books=MemoryBooks(),
        granter=CountingKey("treasury").address,
        now=wiring.utc_now,
    )
    monkeypatch.setattr(wiring, "wallet_opener", lambda settings: opener)
    event = {"request_id": "request-1", "user_id": "alice", "credit": "5000000", "fees": "1000000"}

    first, second = open_wallet.handler(event, CONTEXT), open_wallet.handler(event, CONTEXT)

    assert first == second == {"address": store.rows["alice"].address, "state": "ready"}
    assert len(kms.list_keys()["Keys"]) == 1
    assert len(sent) == 1


def test_opening_with_a_bad_amount_makes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    never = SimpleNamespace(open=lambda *asked, **_: opened.append(asked))
    monkeypatch.setattr(wiring, "wallet_opener", lambda settings: never)

    answer = open_wallet.handler({"request_id": "r", "user_id": "alice", "credit": 5, "fees": "1"}, CONTEXT)

    assert answer["address"] is None
    assert answer["error"]["facts"] == {"rule": "event_form", "what": "credit"}
    assert opened == []


@pytest.mark.usefixtures("aws")
def test_what_is_built_is_kept_by_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _sign_settings()
    monkeypatch.setenv("CHAIN_ID", "another-1")

    assert wiring.wallet_signer(settings) is wiring.wallet_signer(settings)
    assert wiring.wallet_signer(settings) is not wiring.wallet_signer(_sign_settings())


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("custody", "maker"), [("kms", KmsKeyMaker), ("sealed", SealedKeyMaker)])
def test_new_wallets_get_the_stacks_custody(
    monkeypatch: pytest.MonkeyPatch, custody: str, maker: type
) -> None:
    monkeypatch.setenv("WALLET_CUSTODY", custody)

    settings = open_wallet_settings()

    assert isinstance(wiring.key_makers(settings)[settings.custody], maker)


@pytest.mark.usefixtures("aws")
def test_everything_that_a_function_needs_can_be_built() -> None:
    from slipway_signing import settings as parsed

    assert wiring.treasury_signer(parsed.treasury_settings())
    assert wiring.sweeper(parsed.sweep_settings(), "claim")
    assert wiring.credit(parsed.credit_settings())
    assert wiring.fees(parsed.credit_settings())


def _sign_settings() -> SignSettings:
    return sign_settings()


def _aws_settings() -> Any:
    assert os.environ["STAGE"] == "testing"
    return _sign_settings().signer.aws
