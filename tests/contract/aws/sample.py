"""A small stack with one of everything that the sandbox makes, and its handlers."""

import os
import time
from pathlib import Path
from typing import Any

import boto3

from sandbox.aws.invocation import Context
from sandbox.aws.local import Deployment
from sandbox.aws.template import Template
from sandbox.aws.treasury import sandbox_key

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: sandbox}
Resources:
  TreasuryKey:
    Type: AWS::KMS::Key
    Properties: {KeySpec: ECC_SECG_P256K1, KeyUsage: SIGN_VERIFY}
  TreasuryAlias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: !Sub "alias/${AWS::StackName}/treasury", TargetKeyId: !Ref TreasuryKey}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: sk, AttributeType: S}
        - {AttributeName: owner, AttributeType: S}
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
      GlobalSecondaryIndexes:
        - IndexName: by-owner
          KeySchema: [{AttributeName: owner, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
      TimeToLiveSpecification: {AttributeName: expires_at, Enabled: true}
  Users:
    Type: AWS::Cognito::UserPool
    Properties: {UsernameAttributes: [email]}
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Users, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH]}
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.contract.aws.sample.echo
      Timeout: 5
      Environment:
        Variables: {TABLE: !Ref Orders, KEY: !Ref TreasuryKey, STAGE: !Ref Stage, POOL: !Ref Users}
  Raises:
    Type: AWS::Serverless::Function
    Properties: {Handler: tests.contract.aws.sample.raises}
  Sleeps:
    Type: AWS::Serverless::Function
    Properties: {Handler: tests.contract.aws.sample.sleeps, Timeout: 0.1}
  Notes:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.contract.aws.sample.notes
      Environment: {Variables: {TABLE: !Ref Orders}}
"""


def deployment(data: Path | None = None) -> Deployment:
    return Deployment(template=Template.parse(TEMPLATE), treasury_key=sandbox_key(), data=data)


def echo(event: Any, context: Context) -> Any:
    """What the function was given and what it sees."""
    return {"event": event, "name": context.function_name, "environment": dict(os.environ)}


def raises(event: Any, context: Context) -> Any:
    raise LookupError("no such thing")


def sleeps(event: Any, context: Context) -> Any:
    time.sleep(0.5)
    return {}


def notes(event: Any, context: Context) -> Any:
    """Writes through boto3 exactly as a deployed function would: all settings from its environment."""
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    table.put_item(Item={"pk": "note", "sk": event["text"]})
    return {"table": table.name}
