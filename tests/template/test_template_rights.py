"""Who may do what: the signer alone signs, and rights and settings go together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.template.declared import SIGNERS, Declared, function, functions, of_type

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERY_FUNCTION = pytest.mark.parametrize("function", functions(), ids=lambda item: item.name)
WRITES = {"dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
VARIABLES = {
    "API_KEYS_TABLE": "ApiKeysTable",
    "BUDGETS_TABLE": "BudgetsTable",
    "FLIGHTS_TABLE": "FlightsTable",
    "GRANTS_TABLE": "GrantsTable",
    "IDEMPOTENCY_TABLE": "IdempotencyTable",
    "INTENTS_TABLE": "IntentsTable",
    "PROVIDER_TOKEN_FUNCTION": "SignerProviderToken",
    "SETTINGS_TABLE": "SettingsTable",
    "USERS_TABLE": "UsersTable",
    "SIGNING_LOG_TABLE": "SigningLogTable",
    "SIGN_FUNCTION": "SignerSign",
    "TREASURY_FUNCTION": "SignerTreasury",
    "WALLETS_TABLE": "WalletsTable",
}
"""The settings that name a resource of the stack."""
ASK_ONLY_WHAT_IS_PUBLIC = {"BidsScreen", "ProvidersGet", "ProvidersList"}


def test_only_two_functions_may_sign() -> None:
    signing = {item.name for item in functions() for it in item.statements if "kms:Sign" in it.actions}

    assert signing == {"SignerSign", "SignerProviderToken"}


def test_a_role_signs_only_with_keys_that_are_tagged_as_this_stages_wallets() -> None:
    for name in ("SignerSign", "SignerProviderToken"):
        [statement] = [item for item in function(name).statements if "kms:Sign" in item.actions]
        assert statement.conditions["StringEquals"] == {
            "aws:ResourceTag/slipway-purpose": "wallet",
            "aws:ResourceTag/slipway-stage": {"Ref": "Stage"},
        }


def allowed_by(key: Mapping[str, Any]) -> dict[str, set[str]]:
    """The actions of a key's policy by principal."""
    return {
        json.dumps(item["Principal"]): set(item["Action"])
        for item in key["KeyPolicy"]["Statement"]
        if item["Effect"] == "Allow"
    }


def test_the_treasury_key_signs_for_its_own_function_alone() -> None:
    key = of_type("AWS::KMS::Key")["TreasuryKey"]["Properties"]
    allowed = allowed_by(key)
    signers = [principal for principal, actions in allowed.items() if "kms:Sign" in actions]

    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_SECG_P256K1", "SIGN_VERIFY")
    assert signers == [json.dumps({"AWS": {"Fn::GetAtt": ["SignerTreasuryRole", "Arn"]}})]
    assert not [action for actions in allowed.values() for action in actions if "*" in action]
    assert not [actions for actions in allowed.values() if "kms:CreateGrant" in actions]


def test_sealed_keys_are_made_by_the_opener_and_opened_by_the_signers_for_a_named_user() -> None:
    key = of_type("AWS::KMS::Key")["WrappingKey"]["Properties"]
    allowed = allowed_by(key)
    signers = [{"Fn::GetAtt": [f"{name}Role", "Arn"]} for name in ("SignerSign", "SignerProviderToken")]
    opener = json.dumps({"AWS": {"Fn::GetAtt": ["SignerOpenWalletRole", "Arn"]}})
    named = [item for item in key["KeyPolicy"]["Statement"] if item["Sid"] != "AccountAdministers"]

    using = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKeyPair", "kms:CreateGrant"}
    assert key["EnableKeyRotation"] is True
    assert allowed[opener] == {"kms:GenerateDataKeyPairWithoutPlaintext"}
    assert allowed[json.dumps({"AWS": signers})] == {"kms:Decrypt"}
    assert len(allowed) == 3
    assert not next(iter(allowed.values())) & using
    assert all(item["Condition"]["Null"] == {"kms:EncryptionContext:user_id": "false"} for item in named)


def test_only_the_signer_writes_intents_wallets_and_books() -> None:
    writers = {
        table: {item.name for item in functions() if item.actions_on(table) & WRITES}
        for table in ("IntentsTable", "BudgetsTable", "WalletsTable", "GrantsTable")
    }

    signing = {"SignerSign", "SignerSweep", "SignerTreasury"}
    assert writers == {
        "IntentsTable": signing,
        "BudgetsTable": signing,
        "WalletsTable": {"SignerOpenWallet", "SignerSign", "SignerSweep"},
        "GrantsTable": {"SignerChangeCredit", "SignerOpenWallet", "SignerUpkeep"},
    }


def test_who_signs_or_gives_keys_can_write_the_log_and_nobody_can_change_it() -> None:
    writers = {item.name: item.actions_on("SigningLogTable") for item in functions()}

    assert {name: actions for name, actions in writers.items() if actions} == {
        name: {"dynamodb:PutItem", "dynamodb:Query"}
        for name in ("SignerOpenWallet", "SignerSign", "SignerTreasury", "SignerProviderToken")
    }


def test_only_who_changes_credit_or_opens_wallets_reaches_the_treasury() -> None:
    reaching = {item.name for item in functions() if item.actions_on("SignerTreasury")}

    assert reaching == {"SignerChangeCredit", "SignerOpenWallet", "SignerSign", "SignerUpkeep"}


def test_the_sweeper_has_no_key() -> None:
    services = {
        action.split(":")[0] for item in function("SignerSweep").statements for action in item.actions
    }

    assert services == {"dynamodb", "logs", "sqs"}


def test_no_function_on_the_api_has_a_key_or_opens_a_wallet() -> None:
    for item in functions():
        if item.name not in SIGNERS:
            services = {action.split(":")[0] for it in item.statements for action in it.actions}
            assert services <= {"dynamodb", "lambda", "logs"}
            assert not item.actions_on("SignerOpenWallet")


def test_the_authorizer_only_finds_a_key_and_notes_its_use() -> None:
    assert function("AuthAuthorize").actions_on("ApiKeysTable") == {"dynamodb:GetItem", "dynamodb:UpdateItem"}


def test_who_shows_keys_reads_what_they_spent_and_the_signer_alone_reads_a_keys_budget() -> None:
    shows = {"ApiKeysGet", "ApiKeysList", "ApiKeysUpdate"}
    signing = {"SignerChangeCredit", "SignerSign", "SignerSweep", "SignerTreasury", "SignerUpkeep"}

    assert {item.name for item in functions() if item.actions_on("BudgetsTable")} == shows | signing
    assert {frozenset(function(name).actions_on("BudgetsTable")) for name in shows} == {
        frozenset({"dynamodb:BatchGetItem"})
    }
    assert {item.name for item in functions() if item.actions_on("ApiKeysTable")} == {
        *("ApiKeysCreate", "ApiKeysDelete", "ApiKeysGet", "ApiKeysList", "ApiKeysUpdate"),
        *("AuthAuthorize", "SignerSign"),
    }


@EVERY_FUNCTION
def test_a_function_is_told_of_what_it_may_reach_and_of_nothing_else(function: Declared) -> None:
    told = {VARIABLES[name] for name in function.variables if name in VARIABLES}
    reachable = {resource for resource in VARIABLES.values() if function.actions_on(resource)}

    assert told == reachable
    for name in VARIABLES.keys() & function.variables.keys():
        assert function.variables[name] == {"Ref": VARIABLES[name]}


@EVERY_FUNCTION
def test_a_function_knows_its_stage_and_its_name(function: Declared) -> None:
    assert {"STAGE", "LOG_LEVEL"} <= function.variables.keys()
    assert function.variables["POWERTOOLS_SERVICE_NAME"] == function.path.replace("/", "-").replace("_", "-")


def test_what_talks_to_the_chain_or_to_providers_knows_where_they_are() -> None:
    area = {item.name: item.path.split("/")[0] for item in functions()}
    chain = {item.name for item in functions() if "CHAIN_REST_URLS" in item.variables}
    providers = {item.name for item in functions() if "PROVIDER_HOSTS" in item.variables}
    tokens = {item.name for item in functions() if "PROVIDER_TOKEN_FUNCTION" in item.variables}

    on_chain = {name for name, found in area.items() if found in {"bids", "deployments", "leases"}}
    assert chain >= {*on_chain, "SignerSign"}
    assert providers - ASK_ONLY_WHAT_IS_PUBLIC == tokens - {"ProviderTokensCreate"}


def test_the_aws_endpoint_is_not_set_in_aws() -> None:
    """boto3 would take even an empty AWS_ENDPOINT_URL for an answer to where AWS is."""
    for item in functions():
        assert item.variables["AWS_ENDPOINT_URL"] == {
            "Fn::If": ["HasLocalEndpoint", {"Ref": "LocalEndpoint"}, {"Ref": "AWS::NoValue"}]
        }


def test_who_opens_wallets_makes_keys_only_in_the_stacks_own_name_and_for_the_signers() -> None:
    opener = function("SignerOpenWallet")
    aliases = [
        resource["Fn::Sub"].partition(":alias/")[2]
        for item in opener.statements
        if "kms:CreateAlias" in item.actions
        for resource in item.resources
        if ":alias/" in resource["Fn::Sub"]
    ]

    assert opener.variables["WALLET_KEY_ALIASES"] == {"Fn::Sub": "alias/${AWS::StackName}/wallet"}
    assert aliases == ["${AWS::StackName}/wallet/*"]
    assert opener.variables["WALLET_KEY_ROLES"] == {
        "Fn::Join": [
            ",",
            [{"Fn::GetAtt": [f"{name}Role", "Arn"]} for name in ("SignerSign", "SignerProviderToken")],
        ]
    }
