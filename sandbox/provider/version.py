"""What /version says: a provider of the generation that the sandbox copies, and its Kubernetes."""

import functools
from importlib import metadata
from typing import Final

from sandbox.provider import gojson
from sandbox.provider.generations import Generation

_SDK: Final = "v0.53.6"
_AKASH: Final = {
    "name": "provider-services",
    "server_name": "provider-services",
    "version": "",
    "commit": "0000000000000000000000000000000000000000",
    "build_tags": "osusergo,netgo,static_build",
    "go": "go version go1.26.8 linux/amd64",
}
_KUBE: Final = {
    "major": "1",
    "minor": "32",
    "gitVersion": "v1.32.0",
    "gitCommit": "0000000000000000000000000000000000000000",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "go1.26.8",
    "compiler": "gc",
    "platform": "linux/amd64",
}


@functools.cache
def version(generation: Generation) -> str:
    """The text of the answer. The modules that a sandbox is built from are those of its Python."""
    found = {f"{each.name}@v{each.version}" for each in metadata.distributions()}
    akash = {**_AKASH, "version": generation.version, "build_deps": sorted(found), "cosmos_sdk_version": _SDK}
    if not generation.snake_case:
        akash = {_camel(name): value for name, value in akash.items()}
    return gojson.write({"akash": akash, "kube": _KUBE})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
