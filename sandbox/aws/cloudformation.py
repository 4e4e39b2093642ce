"""What CloudFormation says of the one stack there is: enough for tools that find resources by their names."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

from sandbox.aws.intrinsics import Stack

SERVICE: Final = "/cloudformation/aws4_request"
"""In the scope of a signature for this service."""

_XMLNS: Final = "http://cloudformation.amazonaws.com/doc/2010-05-15/"

Reply = tuple[HTTPStatus, dict[str, str], bytes]


class StackDescriptions:
    """ListStackResources and DescribeStacks in AWS's Query protocol."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._since = datetime.now(UTC).isoformat()

    def answer(self, form: str) -> Reply:
        asked = {name: values[0] for name, values in parse_qs(form).items()}
        action, name = asked.get("Action", ""), asked.get("StackName", self._stack.name)
        if name not in {self._stack.name, self._stack.ref("AWS::StackId")}:
            return _error("ValidationError", f"Stack with id {name} does not exist")
        if action == "ListStackResources":
            listed = [self._resource(logical_id) for logical_id in self._wanted()]
            return _reply(action, {"StackResourceSummaries": listed})
        if action == "DescribeStacks":
            return _reply(action, {"Stacks": [self._described()]})
        return _error("InvalidAction", f"The sandbox's stack does not know the action {action}")

    def _wanted(self) -> list[str]:
        resources = self._stack.template.resources
        return [name for name, declared in resources.items() if self._stack.is_wanted(declared)]

    def _resource(self, logical_id: str) -> dict[str, Any]:
        return {
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": self._stack.ref(logical_id),
            "ResourceType": self._stack.template.resources[logical_id]["Type"],
            "LastUpdatedTimestamp": self._since,
            "ResourceStatus": "CREATE_COMPLETE",
        }

    def _described(self) -> dict[str, Any]:
        given = self._stack.parameters.items()
        return {
            "StackId": self._stack.ref("AWS::StackId"),
            "StackName": self._stack.name,
            "CreationTime": self._since,
            "StackStatus": "CREATE_COMPLETE",
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in given],
        }


def _reply(action: str, result: Mapping[str, Any]) -> Reply:
    root = ET.Element(f"{action}Response", xmlns=_XMLNS)
    _fill(ET.SubElement(root, f"{action}Result"), result)
    return HTTPStatus.OK, {"Content-Type": "text/xml"}, ET.tostring(root, encoding="utf-8")


def _error(code: str, message: str) -> Reply:
    root = ET.Element("ErrorResponse", xmlns=_XMLNS)
    _fill(ET.SubElement(root, "Error"), {"Type": "Sender", "Code": code, "Message": message})
    return HTTPStatus.BAD_REQUEST, {"Content-Type": "text/xml"}, ET.tostring(root, encoding="utf-8")


def _fill(parent: ET.Element, fields: Mapping[str, Any]) -> None:
    """Lists as the Query protocol writes them: a `member` for each item."""
    for name, value in fields.items():
        element = ET.SubElement(parent, name)
        if isinstance(value, list):
            for item in value:
                _fill(ET.SubElement(element, "member"), item)
        else:
            element.text = str(value)
