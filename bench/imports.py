"""How long each function takes to import, as a ratio to the least that any function needs.

The least is powertools' Logger and one boto3 client, measured in the same run: absolute times say more
about the machine than about us. Run it with `.venv/bin/python bench/imports.py [--runs N] [function ...]`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Final

FUNCTIONS: Final = Path(__file__).parents[1] / "functions"
BASELINE: Final = (
    "from aws_lambda_powertools import Logger; Logger(service='bench'); "
    "import boto3; boto3.client('dynamodb', region_name='us-east-1')"
)
TIMED: Final = "import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"


def main() -> None:
    options = _options()
    names = options.functions or sorted(_names())
    environment = _environment()
    for statement in (BASELINE, *(f"import {name}" for name in names)):
        _seconds(statement, environment)  # compiles what is not compiled yet
    least = _median(BASELINE, options.runs, environment)
    print(f"{'Logger + boto3 client':<28}{least * 1000:7.0f} ms   1.00")
    for name in names:
        seconds = _median(f"import {name}", options.runs, environment)
        print(f"{name:<28}{seconds * 1000:7.0f} ms   {seconds / least:.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("functions", nargs="*", help="like deployments.list; all of them if none is named")
    parser.add_argument("--runs", type=int, default=7, help="processes for each; the median counts")
    return parser.parse_args()


def _names() -> list[str]:
    return [f"{path.parent.name}.{path.stem}" for path in FUNCTIONS.glob("*/*.py") if path.stem != "__init__"]


def _environment() -> dict[str, str]:
    """This process's, with compiled files allowed: Lambda gets the layers compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _median(statement: str, runs: int, environment: dict[str, str]) -> float:
    return statistics.median(_seconds(statement, environment) for _ in range(runs))


def _seconds(statement: str, environment: dict[str, str]) -> float:
    command = [sys.executable, "-c", TIMED.format(statement=statement)]
    return float(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
