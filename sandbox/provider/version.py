"""What /version says: a provider of the generation that the sandbox copies, and its Kubernetes."""

from typing import Final

from sandbox.provider import gojson

_AKASH: Final = {
    "name": "provider-services",
    "server_name": "provider-services",
    "version": "v0.14.1-rc0-1",
    "commit": "0000000000000000000000000000000000000000",
    "build_tags": "osusergo,netgo,static_build",
    "go": "go version go1.26.8 linux/amd64",
    "build_deps": ["slipway.sandbox/provider@v0.1.0"],
    "cosmos_sdk_version": "v0.53.6",
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

VERSION: Final = gojson.write({"akash": _AKASH, "kube": _KUBE})
