"""A recorded request as it has to be sent here: names, keys, manifests and signed messages replaced."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.message import DecodeError

from sandbox.chain import codec, jsonpb, jsonpb_reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.replay.console_names import Names
    from sandbox.replay.console_recording import Exchange
    from sandbox.replay.console_situations import Situations

CREDENTIALS: Final = ("x-api-key", "authorization")
_WHOLE_KEY: Final = re.compile(r"ac\.sk\.(?P<environment>[a-z]+)\.(?P<secret>KEY|[0-9A-F]{64}|[0-9a-f]{64})")
"""A key in a header: its secret replaced by a word, or spelt out where its case is what matters."""
RECORDED_ENVIRONMENT: Final = "local"
SECRET_DIGITS: Final = 64


def request(exchange: Exchange, names: Names, situations: Situations) -> tuple[str, dict[str, str], bytes]:
    """The target, headers and body to send."""
    headers = {
        name: _credential(value, situations.key(exchange)) if name.lower() in CREDENTIALS else value
        for name, value in exchange.headers.items()
    }
    body = situations.altered(exchange, _body(exchange, names, situations))
    return names.ours(exchange.target), headers, body


def _credential(value: str, key: str) -> str:
    """The same shape around a key of ours."""
    if whole := _WHOLE_KEY.search(value):
        return value.replace(whole[0], _shaped(whole, key))
    return re.sub(r"KEY\d?", key, value)


def _shaped(recorded: re.Match[str], key: str) -> str:
    head, _, secret = key.rpartition(".")
    prefix = head.partition(".")[0]
    environment = head.rpartition(".")[2]
    if recorded["environment"] != RECORDED_ENVIRONMENT:
        environment = recorded["environment"]
    is_upper = len(recorded["secret"]) == SECRET_DIGITS and recorded["secret"].isupper()
    return f"{prefix}.{environment}.{secret.upper() if is_upper else secret}"


def _body(exchange: Exchange, names: Names, situations: Situations) -> bytes:
    found = exchange.json
    if isinstance(found, dict):
        changed = _with_our_manifest(_with_our_messages(found, names), situations)
        if changed != found:
            return names.ours(json.dumps(changed)).encode()
    try:
        return names.ours(exchange.body.decode()).encode()
    except UnicodeDecodeError:
        return exchange.body


def _with_our_manifest(found: dict[str, Any], situations: Situations) -> dict[str, Any]:
    """The manifest that the recorder got with a deployment is, for ours, the one that we got with it."""
    ours = situations.manifest(found)
    return {**found, "manifest": ours} if ours else found


def _with_our_messages(found: dict[str, Any], names: Names) -> dict[str, Any]:
    data = found.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("messages"), list):
        return found
    return {**found, "data": {**data, "messages": [_message(one, names) for one in data["messages"]]}}


def _message(one: Mapping[str, Any], names: Names) -> Mapping[str, Any]:
    """A protobuf message holds names too; one that is none stays as it is."""
    kind = codec.classes().get(str(one.get("typeUrl")).removeprefix("/"))
    try:
        message = kind.FromString(base64.b64decode(one["value"])) if kind else None
    except DecodeError:
        return one
    if message is None or not one["value"]:
        return one
    told = json.loads(names.ours(json.dumps(jsonpb.render(message))))
    ours = jsonpb_reading.read(told, type(message)())
    return {**one, "value": base64.b64encode(ours.SerializeToString(deterministic=True)).decode()}
