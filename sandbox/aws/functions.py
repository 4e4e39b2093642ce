"""The template's Lambda functions, run in this process.

What a function meets is Lambda's: its own environment, a context object, a deadline, JSON in and JSON
out with Lambda's size limits. What differs: invocations of one function run at once in one process (Lambda
gives each its own), and a function over its timeout is answered for but its thread cannot be stopped.
"""

import asyncio
import importlib
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from sandbox.aws.declared import Function
from sandbox.aws.environment import environment
from sandbox.aws.invocation import Answer, Context, marshalled, raised, timed_out

log = logging.getLogger(__name__)


Handler = Callable[[Any, "Context"], Any]


class NoSuchFunctionError(Exception):
    """The template declares no function of this name."""


def import_handler(name: str) -> Handler:
    """The callable that `package.module.name` names."""
    module, _, attribute = name.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module.replace("/", ".")), attribute)
    return handler


class Runtime:
    """Invokes functions by name, partial ARN or ARN."""

    def __init__(
        self,
        functions: Iterable[Function],
        *,
        region: str,
        account_id: str,
        endpoint_url: str,
        handlers: Mapping[str, Handler] | None = None,
    ) -> None:
        """`handlers` replaces imports, by function name: for tests."""
        self._functions = {function.name: function for function in functions}
        self._handlers = dict(handlers or {})
        self._region, self._account_id, self._endpoint_url = region, account_id, endpoint_url

    @property
    def functions(self) -> Mapping[str, Function]:
        return self._functions

    def start(self) -> list[str]:
        """Import every handler in its own environment (Lambda's Init); the errors met, one line each."""
        errors = []
        for function in self._functions.values():
            try:
                with environment(self.environment_of(function)):
                    self._handler(function)
            except Exception as error:  # whatever a module raises on import is that function's error
                errors.append(f"{function.logical_id} ({function.handler}): {type(error).__name__}: {error}")
        return errors

    def find(self, name: str) -> Function:
        short = name.rsplit(":function:", maxsplit=1)[-1].split(":", maxsplit=1)[0]
        if short not in self._functions:
            raise NoSuchFunctionError(name)
        return self._functions[short]

    def environment_of(self, function: Function) -> dict[str, str]:
        """The whole environment of a function: its own variables and those that Lambda sets."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "AWS_REGION": self._region,
            "AWS_DEFAULT_REGION": self._region,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_SESSION_TOKEN": "sandbox",
            "AWS_ENDPOINT_URL": self._endpoint_url,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "sandbox",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "_HANDLER": function.handler,
            **function.variables,
        }

    def invoke(self, name: str, event: Any) -> Answer:
        """Run a function to its end or its timeout. Raises NoSuchFunctionError, nothing else."""
        function = self.find(name)
        request_id = str(uuid.uuid4())
        running = self._start_invocation(function, event, request_id)
        try:
            answer = running.result(function.timeout_seconds)
        except FutureTimeoutError:
            answer = timed_out(function, request_id)
        return _logged(function, answer)

    async def invoke_async(self, name: str, event: Any) -> Answer:
        """As `invoke`, without holding the event loop. Cancelling leaves the invocation to end by itself."""
        function = self.find(name)
        request_id = str(uuid.uuid4())
        running = self._start_invocation(function, event, request_id)
        try:
            async with asyncio.timeout(function.timeout_seconds):
                answer = await asyncio.wrap_future(running)
        except TimeoutError:
            answer = timed_out(function, request_id)
        return _logged(function, answer)

    def invoke_later(self, name: str, event: Any) -> None:
        """Run a function without waiting (Lambda's `Event`): one attempt, its error is only logged."""
        function = self.find(name)
        threading.Thread(
            target=self.invoke, args=(function.name, event), name=f"{function.name}-event", daemon=True
        ).start()

    def _start_invocation(self, function: Function, event: Any, request_id: str) -> Future[Answer]:
        """A thread for each: a bounded pool would lock up when functions wait for functions."""
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()
        text = json.dumps(event)

        def run() -> None:
            with environment(self.environment_of(function)):
                future.set_result(self._run(function, text, request_id))

        threading.Thread(target=run, name=function.name, daemon=True).start()
        return future

    def _run(self, function: Function, event: str, request_id: str) -> Answer:
        context = Context(
            function_name=function.name,
            memory_limit_in_mb=str(function.memory_mb),
            invoked_function_arn=f"arn:aws:lambda:{self._region}:{self._account_id}:function:{function.name}",
            aws_request_id=request_id,
            deadline=time.monotonic() + function.timeout_seconds,
        )
        try:
            answer = self._handler(function)(json.loads(event), context)
        except BaseException as error:  # noqa: BLE001 (even SystemExit ends only the invocation, as in Lambda)
            return raised(error, request_id)
        return marshalled(answer, request_id)

    def _handler(self, function: Function) -> Handler:
        if function.name not in self._handlers:
            self._handlers[function.name] = import_handler(function.handler)
        return self._handlers[function.name]


def _logged(function: Function, answer: Answer) -> Answer:
    if answer.failed:
        log.warning("function %s failed: %s", function.name, answer.payload)
    return answer
