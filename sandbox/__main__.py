"""`python -m sandbox up | demo | chain | provider | control | replay`."""

import importlib
import sys
from collections.abc import Sequence
from typing import Final

COMMANDS: Final = {
    "up": "sandbox.cli",
    "demo": "sandbox.demo.cli",
    "chain": "sandbox.chain.cli",
    "provider": "sandbox.provider.cli",
    "control": "sandbox.control.cli",
    "replay": "sandbox.replay.cli",
}
"""Each command's module, imported only when it is asked for, has `main(arguments) -> exit status`."""


def main(arguments: Sequence[str]) -> int:
    command, *rest = arguments or [""]
    if command not in COMMANDS:
        print(f"usage: python -m sandbox {{{','.join(COMMANDS)}}} …", file=sys.stderr)
        return 0 if command in {"-h", "--help"} else 2
    try:
        return int(importlib.import_module(COMMANDS[command]).main(rest) or 0)
    except KeyboardInterrupt:  # before the command could take care of Ctrl-C itself
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
