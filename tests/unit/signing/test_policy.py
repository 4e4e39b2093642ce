"""What the signer refuses, one row a rule, each beside the same message in its allowed form."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from slipway.domain.errors import PolicyRefused
from slipway_signing import policy, tx

from sandbox.chain.codec import SIGNERS
from tests.unit.signing.signing_fakes import CountingKey

OWN = CountingKey("alice").address
OTHER = CountingKey("mallory").address
TREASURY = CountingKey("treasury").address
LIMIT = 5_000_000

DEPOSIT = {"amount": {"denom": "uact", "amount": "5000000"}, "sources": ["grant"]}
BID = {"owner": OWN, "dseq": "501", "gseq": 1, "oseq": 1, "provider": OTHER}
UNIT = {"count": 1, "price": {"denom": "uact", "amount": "1000000000000000000000"}}

ALLOWED: dict[str, tuple[Any, dict[str, Any]]] = {
    "create": (
        "/akash.deployment.v1beta4.MsgCreateDeployment",
        {
            "id": {"owner": OWN, "dseq": "501"},
            "groups": [{"name": "web", "resources": [UNIT]}],
            "deposit": DEPOSIT,
        },
    ),
    "update": ("/akash.deployment.v1beta4.MsgUpdateDeployment", {"id": {"owner": OWN, "dseq": "501"}}),
    "close": ("/akash.deployment.v1beta4.MsgCloseDeployment", {"id": {"owner": OWN, "dseq": "501"}}),
    "lease": ("/akash.market.v1beta5.MsgCreateLease", {"bid_id": BID}),
    "close lease": ("/akash.market.v1beta5.MsgCloseLease", {"id": BID}),
    "deposit": (
        "/akash.escrow.v1.MsgAccountDeposit",
        {"signer": OWN, "id": {"scope": "deployment", "xid": f"{OWN}/501"}, "deposit": DEPOSIT},
    ),
    "certificate": ("/akash.cert.v1.MsgCreateCertificate", {"owner": OWN}),
    "revoke certificate": ("/akash.cert.v1.MsgRevokeCertificate", {"id": {"owner": OWN, "serial": "1"}}),
}

TREASURYS: dict[str, tuple[Any, dict[str, Any]]] = {
    "grant": (
        "/cosmos.authz.v1beta1.MsgGrant",
        {
            "granter": TREASURY,
            "grantee": OWN,
            "grant": {
                "authorization": {
                    "@type": "/akash.escrow.v1.DepositAuthorization",
                    "spend_limit": {"denom": "uact", "amount": "0"},
                    "scopes": ["deployment"],
                    "spend_limits": [{"denom": "uact", "amount": "5000000"}],
                }
            },
        },
    ),
    "revoke": (
        "/cosmos.authz.v1beta1.MsgRevoke",
        {"granter": TREASURY, "grantee": OWN, "msg_type_url": "/akash.escrow.v1.MsgAccountDeposit"},
    ),
    "allow": (
        "/cosmos.feegrant.v1beta1.MsgGrantAllowance",
        {
            "granter": TREASURY,
            "grantee": OWN,
            "allowance": {
                "@type": "/cosmos.feegrant.v1beta1.BasicAllowance",
                "spend_limit": [{"denom": "uakt", "amount": "1000000"}],
            },
        },
    ),
    "revoke allowance": (
        "/cosmos.feegrant.v1beta1.MsgRevokeAllowance",
        {"granter": TREASURY, "grantee": OWN},
    ),
    "mint": (
        "/akash.bme.v1.MsgMintACT",
        {"owner": TREASURY, "to": TREASURY, "coins_to_burn": {"denom": "uakt", "amount": "1"}},
    ),
}


def changed(value: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
    value = copy.deepcopy(value)
    at: Any = value
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in way:
        at = at[step]
    at[last] = new
    return value


def check(role: Any, *messages: tuple[str, dict[str, Any]], deposit_max: int | None = LIMIT) -> int:
    own = OWN if role == "wallet" else TREASURY
    parsed = [(type_url, tx.parsed(type_url, value)) for type_url, value in messages]
    return policy.check(role, parsed, own=own, deposit_max=deposit_max)


@pytest.mark.parametrize("name", ALLOWED)
def test_a_wallet_may(name: str) -> None:
    assert check("wallet", ALLOWED[name]) == (5_000_000 if name in {"create", "deposit"} else 0)


@pytest.mark.parametrize("name", TREASURYS)
def test_the_treasury_may(name: str) -> None:
    assert check("treasury", TREASURYS[name]) == (5_000_000 if name == "grant" else 0)


@pytest.mark.parametrize("name", ALLOWED)
def test_the_treasury_may_do_nothing_that_a_wallet_does(name: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        check("treasury", ALLOWED[name])

    assert refused.value.rule == "message_type"


@pytest.mark.parametrize("name", TREASURYS)
def test_a_wallet_may_do_nothing_that_the_treasury_does(name: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        check("wallet", TREASURYS[name])

    assert refused.value.rule == "message_type"


@pytest.mark.parametrize(
    ("type_url", "field"),
    [
        ("/akash.cert.v1.MsgCreateCertificate", ""),
        ("/akash.cert.v1.MsgCreateCertificate", "id.owner"),
        ("/akash.deployment.v1beta4.MsgCreateDeployment", "id"),
        ("/akash.deployment.v1beta4.MsgCreateDeployment", "id.dseq"),
        ("/akash.deployment.v1beta4.MsgCreateDeployment", "owner"),
        ("/akash.deployment.v1beta4.MsgCreateDeployment", "groups"),
        ("/akash.nowhere.v1.MsgNothing", "owner"),
    ],
)
def test_a_type_without_the_field_that_names_its_account_does_not_load(type_url: str, field: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        policy.must_name_accounts({"wallet": {type_url: (field, lambda message, own: 0)}})


def test_the_field_is_the_one_that_the_chain_takes_for_the_signer() -> None:
    fields = {url: field for rules in policy.RULES.values() for url, (field, _) in rules.items()}

    assert fields == {url: SIGNERS[url] for url in fields}


def test_every_type_on_the_lists_is_tested_here() -> None:
    assert {type_url for type_url, _ in ALLOWED.values()} == set(policy.RULES["wallet"])
    assert {type_url for type_url, _ in TREASURYS.values()} == set(policy.RULES["treasury"])


@pytest.mark.parametrize(
    "type_url",
    [
        "/cosmos.bank.v1beta1.MsgSend",
        "/cosmos.authz.v1beta1.MsgExec",
        "/akash.market.v1beta5.MsgCreateBid",
        "/akash.deployment.v1beta4.MsgCloseGroup",
    ],
)
@pytest.mark.parametrize("role", ["wallet", "treasury"])
def test_types_that_are_not_listed_are_refused(role: str, type_url: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        check(role, (type_url, {}))

    assert (refused.value.rule, refused.value.what) == ("message_type", type_url)


@pytest.mark.parametrize(
    ("role", "name", "path", "new", "rule"),
    [
        ("wallet", "create", "id/owner", OTHER, "own_account_only"),
        ("wallet", "update", "id/owner", OTHER, "own_account_only"),
        ("wallet", "close", "id/owner", OTHER, "own_account_only"),
        ("wallet", "lease", "bid_id/owner", OTHER, "own_account_only"),
        ("wallet", "close lease", "id/owner", OTHER, "own_account_only"),
        ("wallet", "deposit", "signer", OTHER, "own_account_only"),
        ("wallet", "deposit", "id/xid", f"{OTHER}/501", "own_account_only"),
        ("wallet", "deposit", "id/xid", f"{OWN}/", "own_account_only"),
        ("wallet", "deposit", "id/scope", "bid", "own_account_only"),
        ("wallet", "certificate", "owner", OTHER, "own_account_only"),
        ("wallet", "revoke certificate", "id/owner", OTHER, "own_account_only"),
        ("wallet", "create", "id", {}, "own_account_only"),
        ("wallet", "create", "deposit/amount/denom", "uakt", "denom"),
        ("wallet", "create", "deposit/amount/amount", "0", "amount"),
        ("wallet", "create", "deposit/amount/amount", "-5", "amount"),
        ("wallet", "create", "deposit/amount/amount", "5e6", "amount"),
        ("wallet", "create", "deposit/amount/amount", "9" * 5000, "amount"),
        ("wallet", "create", "deposit/amount/amount", "5000001", "deposit_max"),
        ("wallet", "create", "deposit/sources", ["grant", "balance"], "deposit_sources"),
        ("wallet", "create", "deposit/sources", ["balance"], "deposit_sources"),
        ("wallet", "create", "deposit/sources", [], "deposit_sources"),
        ("wallet", "create", "groups/0/resources/0/price/amount", "0", "amount"),
        ("wallet", "create", "groups/0/resources/0/price", {}, "denom"),
        ("wallet", "create", "groups/0/resources/0/price/denom", "uakt", "denom"),
        ("wallet", "deposit", "deposit/amount/denom", "uakt", "denom"),
        ("wallet", "deposit", "deposit/amount/amount", "5000001", "deposit_max"),
        ("wallet", "deposit", "deposit/sources", ["balance"], "deposit_sources"),
        ("treasury", "grant", "granter", OTHER, "own_account_only"),
        ("treasury", "grant", "grantee", TREASURY, "grantee"),
        ("treasury", "grant", "grantee", "akash1xxxx", "grantee"),
        ("treasury", "grant", "grant/authorization/scopes", ["deployment", "bid"], "grant_scopes"),
        ("treasury", "grant", "grant/authorization/spend_limits", [], "grant_limit"),
        ("treasury", "grant", "grant/authorization/spend_limit/amount", "7", "grant_limit"),
        ("treasury", "grant", "grant/authorization/spend_limits/0/denom", "uakt", "denom"),
        ("treasury", "grant", "grant/authorization/spend_limits/0/amount", "5000001", "deposit_max"),
        ("treasury", "revoke", "msg_type_url", "/cosmos.bank.v1beta1.MsgSend", "revoke_type"),
        ("treasury", "revoke", "granter", OTHER, "own_account_only"),
        ("treasury", "allow", "granter", OTHER, "own_account_only"),
        ("treasury", "allow", "allowance/spend_limit", [], "allowance_limit"),
        ("treasury", "allow", "allowance/spend_limit/0/denom", "uact", "denom"),
        ("treasury", "allow", "grantee", TREASURY, "grantee"),
        ("treasury", "allow", "allowance/spend_limit/0/amount", "100000001", "max_allowance"),
        ("treasury", "revoke allowance", "granter", OTHER, "own_account_only"),
        ("treasury", "mint", "owner", OTHER, "own_account_only"),
        ("treasury", "mint", "to", OTHER, "own_account_only"),
        ("treasury", "mint", "coins_to_burn/denom", "uact", "denom"),
    ],
)
def test_one_change_is_refused(role: str, name: str, path: str, new: Any, rule: str) -> None:
    type_url, value = (ALLOWED if role == "wallet" else TREASURYS)[name]

    with pytest.raises(PolicyRefused) as refused:
        check(role, (type_url, changed(value, path, new)))

    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("name", "path", "inner"),
    [
        ("grant", "grant/authorization", {"@type": "/cosmos.authz.v1beta1.GenericAuthorization", "msg": "x"}),
        ("allow", "allowance", {"@type": "/cosmos.feegrant.v1beta1.PeriodicAllowance"}),
        ("grant", "grant", {}),
    ],
)
def test_other_grants_than_ours_are_refused(name: str, path: str, inner: dict[str, Any]) -> None:
    type_url, value = TREASURYS[name]

    with pytest.raises(PolicyRefused) as refused:
        check("treasury", (type_url, changed(value, path, inner)))

    assert refused.value.rule == "inner_type"


def test_deposits_of_one_transaction_count_together() -> None:
    type_url, value = ALLOWED["deposit"]
    half = (type_url, changed(value, "deposit/amount/amount", "2500001"))

    with pytest.raises(PolicyRefused) as refused:
        check("wallet", half, half)

    assert refused.value.rule == "deposit_max"


def test_without_a_limit_nothing_moves() -> None:
    with pytest.raises(PolicyRefused):
        check("wallet", ALLOWED["deposit"], deposit_max=None)
    assert check("wallet", ALLOWED["close"], deposit_max=None) == 0


@pytest.mark.parametrize("count", [0, policy.MAX_MESSAGES + 1])
def test_no_message_and_too_many_are_refused(count: int) -> None:
    with pytest.raises(PolicyRefused) as refused:
        check("wallet", *[ALLOWED["close"]] * count)

    assert refused.value.rule == "message_count"


@pytest.mark.parametrize(
    ("gas", "fee", "rule"), [(policy.MAX_GAS + 1, 1, "max_gas"), (1, 100_001, "max_fee")]
)
def test_gas_and_fee_have_ceilings(gas: int, fee: int, rule: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        policy.check_price(gas_limit=gas, fee_uakt=fee, max_fee_uakt=100_000)

    assert refused.value.rule == rule
    policy.check_price(gas_limit=policy.MAX_GAS, fee_uakt=100_000, max_fee_uakt=100_000)


@pytest.mark.parametrize("key", ["id", "ID", "extra"])
def test_a_field_that_the_message_does_not_have_is_not_dropped_in_silence(key: str) -> None:
    value = {"bid_id": BID, key: "x"}

    with pytest.raises(tx.MessageInvalid):
        tx.parsed("/akash.market.v1beta5.MsgCreateLease", value)
