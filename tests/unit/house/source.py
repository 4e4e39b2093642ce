"""The project's own source files, as the house tests read them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[3]
FUNCTIONS: Final = ROOT / "functions"
IMPORT_ROOTS: Final = (ROOT / "layers/core", ROOT / "layers/signing", FUNCTIONS, ROOT)
"""Where modules are imported from; the first that holds a file names it."""
GENERATED: Final = "slipway_signing/pb/"


@dataclass(frozen=True)
class Source:
    path: Path

    @property
    def place(self) -> str:
        """The path below the project, for messages."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        """The dotted name under which the file is imported."""
        root = next(root for root in IMPORT_ROOTS if self.path.is_relative_to(root))
        parts = self.path.relative_to(root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.place)

    @property
    def imports(self) -> set[str]:
        """Every module named by an import, wherever it stands; `from a import b` names both a and a.b."""
        return {name for node in ast.walk(self.tree) for name in self._named(node)}

    def _named(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = self._absolute(node)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.module.split(".")
        kept = package[: len(package) - node.level + (self.path.name == "__init__.py")]
        return ".".join([*kept, *([node.module] if node.module else [])])


def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files below folders of the project, generated ones left out."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(Source(path) for path in found if GENERATED not in path.as_posix() and not _hidden(path))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(ROOT).parts)


def function_names() -> tuple[str, ...]:
    """`deployments.create` and the rest: the modules of functions/."""
    return tuple(source.module for source in sources("functions") if source.path.name != "__init__.py")
