"""CloudFormation's tags and intrinsic functions, SAM's Globals, and the API that comes of them."""

from typing import Any

import pytest

from sandbox.aws import declared
from sandbox.aws.intrinsics import Made, Stack, UnresolvedError
from sandbox.aws.template import Template
from sandbox.gateway import api
from sandbox.gateway.api import Authorizer

TEXT = """
Parameters:
  Stage: {Type: String, Default: prod}
  Limit: {Type: Number, Default: 5}
  Needed: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsTest: !Not [!Condition IsProd]
  Both: !And [!Condition IsProd, !Condition IsTest]
  Either: !Or [!Condition IsProd, !Condition IsTest]
Mappings:
  Sizes: {prod: {memory: 512}}
Globals:
  Function:
    Timeout: 10
    MemorySize: 256
    Layers: [core]
    Environment: {Variables: {STAGE: !Ref Stage, LEVEL: INFO}}
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Role: {Type: AWS::IAM::Role}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: !Ref Stage
      BinaryMediaTypes: [image~1png]
      Auth:
        DefaultAuthorizer: Credentials
        Authorizers:
          Credentials: {FunctionArn: !GetAtt Authorize.Arn, FunctionPayloadType: REQUEST}
      GatewayResponses:
        THROTTLED: {StatusCode: 429, ResponseParameters: {Headers: {retry-after: "'1'"}}}
  Authorize:
    Type: AWS::Serverless::Function
    Properties: {Handler: auth.authorize.handler, Timeout: 5}
  List:
    Type: AWS::Serverless::Function
    Properties:
      Handler: things.list.handler
      Environment: {Variables: {LEVEL: DEBUG, TABLE: !Ref Table, LIMIT: !Ref Limit, STRICT: true}}
      Events:
        New: {Type: Api, Properties: {RestApiId: !Ref Api, Method: get, Path: /v1/things}}
        Open:
          Type: Api
          Properties: {RestApiId: !Ref Api, Method: GET, Path: /health, Auth: {Authorizer: NONE}}
        Nightly: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}
  Never:
    Type: AWS::Serverless::Function
    Condition: IsTest
    Properties: {Handler: never.handler, Events: {On: {Type: Api, Properties: {Method: GET, Path: /never}}}}
"""


@pytest.fixture
def stack() -> Stack:
    stack = Stack(Template.parse(TEXT), name="s", region="us-east-1", account_id="123456789012")
    declared.declare(stack)
    api.declare(stack)
    stack.made["Table"] = Made(ref="s-things", attributes={"Arn": "arn:table"})
    return stack


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!Ref Stage", "prod"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref Table", "s-things"),
        ("!GetAtt Table.Arn", "arn:table"),
        ("!GetAtt [Table, Arn]", "arn:table"),
        ("!GetAtt List.Arn", "arn:aws:lambda:us-east-1:123456789012:function:s-List"),
        ("!GetAtt Role.Arn", "arn:aws:iam::123456789012:role/s-Role"),
        ('!Sub "${Stage}/${Table.Arn}/${!Kept}/${AWS::StackName}"', "prod/arn:table/${Kept}/s"),
        ('!Sub ["${A}-${Stage}", {A: !Ref Table}]', "s-things-prod"),
        ("!If [IsProd, !Ref Stage, other]", "prod"),
        ("!If [IsTest, a, b]", "b"),
        ("!If [Both, a, b]", "b"),
        ("!If [Either, a, b]", "a"),
        ("!Join [',', [a, !Ref Stage]]", "a,prod"),
        ("!Select [1, !Split ['/', a/b/c]]", "b"),
        ("!FindInMap [Sizes, !Ref Stage, memory]", 512),
        ("{Fn::Sub: '${Stage}!'}", "prod!"),
        ("{a: 1, b: !Ref AWS::NoValue}", {"a": 1}),
        ("[1, !If [IsTest, 2, !Ref AWS::NoValue]]", [1]),
    ],
)
def test_each_intrinsic_function_gives_its_value(stack: Stack, value: str, expected: Any) -> None:
    parsed = Template.parse(f"Resources: {{X: {{Type: T, Properties: {{value: {value}}}}}}}")

    assert stack.resolve(parsed.resources["X"]["Properties"]["value"]) == expected


@pytest.mark.parametrize("name", ["Nobody", "Needed"])
def test_a_name_that_stands_for_nothing_is_an_error(stack: Stack, name: str) -> None:
    with pytest.raises(UnresolvedError, match=name):
        stack.resolve({"Ref": name})


def test_a_parameter_that_the_template_lacks_is_an_error() -> None:
    with pytest.raises(UnresolvedError, match="Colour"):
        Stack(Template.parse(TEXT), name="s", region="r", account_id="1", chosen={"Colour": "red"})


def test_a_function_has_the_globals_under_its_own_settings(stack: Stack) -> None:
    functions = {function.logical_id: function for function in declared.functions_of(stack)}

    assert set(functions) == {"Authorize", "List"}
    assert (functions["List"].timeout_seconds, functions["Authorize"].timeout_seconds) == (10, 5)
    assert functions["List"].memory_mb == 256
    variables = {"STAGE": "prod", "LEVEL": "DEBUG", "TABLE": "s-things", "LIMIT": "5", "STRICT": "true"}
    assert functions["List"].variables == variables


def test_the_api_has_the_wanted_functions_routes_and_their_authorizer(stack: Stack) -> None:
    found = api.api_of(stack)

    routes = {(route.method, route.path): (route.function, route.authorizer) for route in found.routes}
    assert routes == {
        ("GET", "/v1/things"): ("s-List", Authorizer(function="s-Authorize")),
        ("GET", "/health"): ("s-List", None),
    }
    assert (found.stage, found.binary_types) == ("prod", ("image/png",))
    assert found.responses["THROTTLED"].status == 429
    assert found.responses["THROTTLED"].headers == {"retry-after": "'1'"}
