"""Functions that share the process: each has its environment, its deadline and its own failures."""

import json
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.aws.declared import Function
from sandbox.aws.environment import environment, isolated_environments
from sandbox.aws.functions import Handler, NoSuchFunctionError, Runtime
from sandbox.aws.invocation import Context


@pytest.fixture(autouse=True)
def isolated() -> Iterator[None]:
    with isolated_environments():
        yield


def runtime(*functions: Function, **handlers: Handler) -> Runtime:
    return Runtime(
        functions,
        region="us-east-1",
        account_id="123456789012",
        endpoint_url="http://127.0.0.1:1",
        handlers=handlers,
    )


def function(name: str, timeout: float = 5, **variables: str) -> Function:
    return Function(
        logical_id=name,
        name=name,
        handler=f"nowhere.{name}",
        timeout_seconds=timeout,
        memory_mb=256,
        variables=variables,
    )


def test_two_functions_at_once_see_each_its_own_environment() -> None:
    meeting = threading.Barrier(2, timeout=5)

    def handler(event: Any, context: Context) -> Any:
        os.environ["SEEN_BY"] = os.environ["COLOUR"]
        meeting.wait()
        with ThreadPoolExecutor(1) as pool:
            in_a_thread = pool.submit(os.getenv, "COLOUR").result()
        return [os.environ["SEEN_BY"], os.getenv("COLOUR"), in_a_thread, os.getenv("OTHER")]

    both = runtime(function("a", COLOUR="red"), function("b", COLOUR="blue", OTHER="x"), a=handler, b=handler)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(both.invoke, "a", {}), pool.submit(both.invoke, "b", {})

    assert first.result().value == ["red", "red", "red", None]
    assert second.result().value == ["blue", "blue", "blue", "x"]
    assert "SEEN_BY" not in os.environ


def test_outside_of_an_invocation_the_environment_is_the_processs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_PROCESS", "yes")

    with environment({"ONLY": "this"}):
        inside = dict(os.environ)

    assert inside == {"ONLY": "this"}
    assert os.environ["OF_THE_PROCESS"] == "yes"


def test_each_invocation_starts_with_a_fresh_environment() -> None:
    def handler(event: Any, context: Context) -> Any:
        before = os.environ.get("LEFT")
        os.environ["LEFT"] = "behind"
        return before

    one = runtime(function("f"), f=handler)

    assert [one.invoke("f", {}).value, one.invoke("f", {}).value] == [None, None]


def test_the_context_object_is_lambdas() -> None:
    def handler(event: Any, context: Context) -> Any:
        return [
            context.function_name,
            context.memory_limit_in_mb,
            context.invoked_function_arn,
            len(context.aws_request_id),
            4000 < context.get_remaining_time_in_millis() <= 5000,
        ]

    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    assert runtime(function("f"), f=handler).invoke("f", {}).value == ["f", "256", arn, 36, True]


def test_a_function_over_its_timeout_is_answered_for_in_time() -> None:
    let_go = threading.Event()
    slow = runtime(function("f", timeout=0.05), f=lambda event, context: let_go.wait(5))

    began = time.monotonic()
    answer = slow.invoke("f", {})
    let_go.set()

    assert time.monotonic() - began < 2
    assert (answer.failed, answer.timed_out) == (True, True)
    assert "Task timed out after 0.05 seconds" in answer.value["errorMessage"]


def exits(event: Any, context: Context) -> Any:
    raise SystemExit(3)


def returns_a_set(event: Any, context: Context) -> Any:
    return {1, 2}


def returns_too_much(event: Any, context: Context) -> Any:
    return "x" * (6 * 1024 * 1024)


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (exits, "SystemExit"),
        (returns_a_set, "Runtime.MarshalError"),
        (returns_too_much, "Function.ResponseSizeTooLarge"),
    ],
)
def test_what_goes_wrong_in_a_function_is_its_answer_and_harms_no_other(handler: Handler, kind: str) -> None:
    two = runtime(function("bad"), function("good"), bad=handler, good=lambda event, context: event)

    bad, good = two.invoke("bad", {}), two.invoke("good", {"n": 1})

    assert (bad.failed, bad.timed_out, bad.value["errorType"]) == (True, False, kind)
    assert (good.failed, good.value) == (False, {"n": 1})


def test_events_and_answers_pass_as_json_and_not_as_objects() -> None:
    seen: list[Any] = []
    event = {"list": [1], 2: "number"}

    runtime(function("f"), f=lambda given, context: seen.append(given)).invoke("f", event)

    assert seen == [json.loads(json.dumps(event))]
    assert seen[0]["list"] is not event["list"]


def test_init_names_every_function_that_cannot_be_imported() -> None:
    three = runtime(function("a"), function("b"), function("c"), c=lambda event, context: None)

    errors = three.start()

    assert [error.split(" ")[0] for error in errors] == ["a", "b"]
    assert "ModuleNotFoundError" in errors[0]


def test_a_name_that_nobody_declared_is_no_function() -> None:
    with pytest.raises(NoSuchFunctionError):
        runtime().invoke("nobody", {})
