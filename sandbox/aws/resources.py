"""The stack's stateful resources, made in moto from the template: tables, KMS keys, user pools."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import boto3

from sandbox.aws.intrinsics import Made, Stack

TABLE_SETTINGS: Final = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "BillingMode",
    "StreamSpecification",
)
"""The properties of AWS::DynamoDB::Table that moto acts on; CreateTable takes them as they are."""


@dataclass(frozen=True)
class Clients:
    """boto3 clients of one endpoint, each made on first use: making one takes a tenth of a second."""

    endpoint_url: str
    region: str
    _made: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self._made:
            session = boto3.Session(
                aws_access_key_id="sandbox", aws_secret_access_key="sandbox", region_name=self.region
            )
            self._made[service] = session.client(service, endpoint_url=self.endpoint_url)  # type: ignore[call-overload]
        return self._made[service]


def make(stack: Stack, clients: Clients, *, kept: Mapping[str, str]) -> None:
    """Make what the template declares, in an order in which each can refer to those before it.

    `kept` names resources of an earlier run that are already there again: logical id → physical id.
    """
    for kind, maker in _MAKERS.items():
        for logical_id, resource in stack.template.of_type(kind):
            if stack.is_wanted(resource):
                settings = stack.resolve(resource.get("Properties", {}))
                stack.made[logical_id] = maker(stack, clients, logical_id, settings, kept.get(logical_id))


def _table(
    stack: Stack, clients: Clients, logical_id: str, settings: Mapping[str, Any], _kept: str | None
) -> Made:
    dynamodb = clients.client("dynamodb")
    name = settings.get("TableName", stack.default_name(logical_id))
    given = {key: settings[key] for key in TABLE_SETTINGS if key in settings}
    stream = given.get("StreamSpecification")
    if stream:
        given["StreamSpecification"] = {"StreamEnabled": True, **stream}
    table = dynamodb.create_table(TableName=name, **{"BillingMode": "PAY_PER_REQUEST", **given})
    expiry = settings.get("TimeToLiveSpecification")
    if expiry:
        dynamodb.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={
                "AttributeName": expiry["AttributeName"],
                "Enabled": _is_true(expiry["Enabled"]),
            },
        )
    found = table["TableDescription"]
    return Made(
        ref=name, attributes={"Arn": found["TableArn"], "StreamArn": found.get("LatestStreamArn", "")}
    )


def _key(
    stack: Stack, clients: Clients, _logical_id: str, settings: Mapping[str, Any], kept: str | None
) -> Made:
    key_id = kept
    if key_id is None:
        made = clients.client("kms").create_key(
            KeySpec=settings.get("KeySpec", "SYMMETRIC_DEFAULT"),
            KeyUsage=settings.get("KeyUsage", "ENCRYPT_DECRYPT"),
            Description=settings.get("Description", ""),
            Tags=[{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in settings.get("Tags", ())],
        )
        key_id = str(made["KeyMetadata"]["KeyId"])
    return Made(ref=key_id, attributes={"Arn": stack.arn("kms", f"key/{key_id}"), "KeyId": key_id})


def _alias(
    stack: Stack, clients: Clients, _logical_id: str, settings: Mapping[str, Any], kept: str | None
) -> Made:
    name = settings["AliasName"]
    if kept is None:
        clients.client("kms").create_alias(AliasName=name, TargetKeyId=settings["TargetKeyId"])
    return Made(ref=name, attributes={"Arn": stack.arn("kms", name)})


def _user_pool(
    stack: Stack, clients: Clients, logical_id: str, settings: Mapping[str, Any], _kept: str | None
) -> Made:
    cognito = clients.client("cognito-idp")
    name = settings.get("UserPoolName", stack.default_name(logical_id))
    optional = ("UsernameAttributes", "AutoVerifiedAttributes", "Policies", "Schema")
    pool = cognito.create_user_pool(
        PoolName=name, **{key: settings[key] for key in optional if key in settings}
    )["UserPool"]
    provider = f"cognito-idp.{stack.region}.amazonaws.com/{pool['Id']}"
    attributes = {
        "Arn": pool["Arn"],
        "UserPoolId": pool["Id"],
        "ProviderName": provider,
        "ProviderURL": f"https://{provider}",
    }
    return Made(ref=pool["Id"], attributes=attributes)


def _user_pool_client(
    stack: Stack, clients: Clients, logical_id: str, settings: Mapping[str, Any], _kept: str | None
) -> Made:
    cognito = clients.client("cognito-idp")
    optional = ("ExplicitAuthFlows", "GenerateSecret")
    made = cognito.create_user_pool_client(
        UserPoolId=settings["UserPoolId"],
        ClientName=settings.get("ClientName", stack.default_name(logical_id)),
        **{key: settings[key] for key in optional if key in settings},
    )["UserPoolClient"]
    return Made(ref=made["ClientId"], attributes={"ClientId": made["ClientId"]})


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


_MAKERS: Final[Mapping[str, Callable[[Stack, Clients, str, Mapping[str, Any], str | None], Made]]] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::KMS::Key": _key,
    "AWS::KMS::Alias": _alias,
    "AWS::Cognito::UserPool": _user_pool,
    "AWS::Cognito::UserPoolClient": _user_pool_client,
}
"""In the order of making: an alias refers to its key, a client to its pool."""
