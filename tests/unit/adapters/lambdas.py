"""A Lambda service in memory."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class FakeLambda:
    """Answers each invocation with `answers` (JSON values, bytes or errors), the last one again and again."""

    def __init__(self, *answers: Any, function_error: str | None = None) -> None:
        self._answers, self._function_error = list(answers), function_error
        self.events: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str]] = []

    @property
    def client(self) -> LambdaClient:
        return cast("LambdaClient", self)

    def invoke(self, **asked: Any) -> dict[str, Any]:
        self.asked.append((asked["FunctionName"], asked["InvocationType"]))
        self.events.append(json.loads(asked["Payload"]))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        error = {"FunctionError": self._function_error} if self._function_error else {}
        return {"StatusCode": 200, "Payload": io.BytesIO(payload), **error}
