"""`python -m slipway.sdl`: a JSON line a file, and nothing of the cloud imported."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slipway.sdl import __main__ as command
from slipway.sdl.compiler import compile_sdl

from tests.unit.sdl.texts import WEB, changed

if TYPE_CHECKING:
    from collections.abc import Callable

NEXT = changed("    expose:", "    params: {tee: cpu}\n    expose:")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[dict[str, Any]]]]:
    def call(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code = command.main(list(arguments))
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return call


def test_a_good_file_is_one_line(tmp_path: Path, run: Any) -> None:
    file = tmp_path / "web.yaml"
    file.write_text(WEB)

    code, [line] = run(str(file))

    ours = compile_sdl(WEB)
    assert code == 0
    assert line == {
        "name": str(file),
        "ok": True,
        "groups": [group.rest() for group in ours.groups],
        "manifest": ours.manifest.groups,
        "version": ours.version.hex(),
        "warnings": [],
    }


def test_bad_files_have_their_mistakes_and_the_others_go_on(tmp_path: Path, run: Any) -> None:
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_bytes(b"\xff")
    good.write_text(WEB)

    code, lines = run(str(bad), str(tmp_path / "none.yaml"), str(good))

    assert code == 1
    assert [line["ok"] for line in lines] == [False, False, True]
    assert lines[0]["mistakes"] == [
        {
            "path": "",
            "line": 1,
            "column": 1,
            "message": "the text is not UTF-8",
            "hint": "save the file as UTF-8",
        }
    ]


def test_standard_input_has_a_case_a_line(monkeypatch: pytest.MonkeyPatch, run: Any) -> None:
    cases = [json.dumps({"name": "a", "sdl": WEB}), "no JSON", json.dumps({"name": "b", "sdl": NEXT})]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(cases)))

    code, lines = run("--dialect", "next", "-")

    assert code == 1
    assert [(line["name"], line["ok"]) for line in lines] == [("a", True), ("", False), ("b", True)]


def test_today_an_enclave_is_refused(monkeypatch: pytest.MonkeyPatch, run: Any) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"name": "b", "sdl": NEXT})))

    code, [line] = run("-")

    assert code == 1
    assert [mistake["path"] for mistake in line["mistakes"]] == ["services.web.params.tee"]


def test_it_imports_neither_aws_nor_http() -> None:
    program = "import sys, slipway.sdl.__main__; print(*sys.modules)"
    here = str(Path(command.__file__).parents[2])

    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": here}
    )

    loaded = {name.partition(".")[0] for name in told.stdout.split()}
    assert "yaml" in loaded
    assert not loaded & {"boto3", "botocore", "httpx", "pydantic", "google", "slipway_signing"}
