"""One invocation as Lambda shapes it: the context object going in, the answer or error coming out."""

import json
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sandbox.aws.declared import Function

PAYLOAD_LIMIT: Final = 6 * 1024 * 1024
"""Bytes of one synchronous request or answer (AWS: 6 MB each)."""


@dataclass(frozen=True)
class Context:
    """Lambda's context object."""

    function_name: str
    memory_limit_in_mb: str
    invoked_function_arn: str
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"
    identity: None = None
    client_context: None = None

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        return "sandbox"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.monotonic()) * 1000))


@dataclass(frozen=True)
class Answer:
    """What an invocation gave: JSON text; `failed` is a function error, `timed_out` one by its deadline."""

    payload: str
    failed: bool = False
    timed_out: bool = False

    @property
    def value(self) -> Any:
        return json.loads(self.payload)


def marshalled(answer: Any, request_id: str) -> Answer:
    """What a handler returned, as its JSON text or the error that it has none."""
    try:
        payload = json.dumps(answer)
    except (TypeError, ValueError) as error:
        text = f"Unable to marshal response: {error}"
        return _error("Runtime.MarshalError", text, request_id)
    if len(payload.encode()) > PAYLOAD_LIMIT:
        text = f"Response payload size exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes)."
        return _error("Function.ResponseSizeTooLarge", text, request_id)
    return Answer(payload)


def raised(error: BaseException, request_id: str) -> Answer:
    """What a handler raised."""
    trace = traceback.format_exception(error)
    return _error(type(error).__name__, str(error), request_id, trace)


def _error(kind: str, message: str, request_id: str, trace: Iterable[str] = ()) -> Answer:
    body = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": list(trace)}
    return Answer(json.dumps(body), failed=True)


def timed_out(function: Function, request_id: str) -> Answer:
    """What Lambda answers for a function over its timeout."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    text = f"{at}Z {request_id} Task timed out after {function.timeout_seconds:.2f} seconds"
    return Answer(json.dumps({"errorMessage": text}), failed=True, timed_out=True)
