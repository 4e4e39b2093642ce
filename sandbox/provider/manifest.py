"""A manifest as the provider's own structs hold it: what it decodes, and the hash that it makes of it.

Only known fields survive, `null` and `[]` stay different, a quantity by a wrong name is zero: the hash of the
re-marshalled value is compared with the chain's (provider-gateway.md §2.3). Types: akash manifest v2beta3
with resources v1beta4, as of go/v0.2.16.
"""

import hashlib
import re
from typing import Any, Final, TypeAlias

from sandbox.provider import gojson
from sandbox.provider.gojson import GoJsonError, Json, Number
from sandbox.provider.gotypes import Custom, Field, Flag, Integer, Pointer, Slice, Struct, Text, Where

Service: TypeAlias = dict[str, Any]
Group: TypeAlias = dict[str, Any]
"""A group or service with every field of its struct, by JSON name."""

_DECIMAL: Final = re.compile(r"[-+]?[0-9]+")


def _big_integer(value: Json) -> str:
    """sdkmath.Int: a string of decimal digits."""
    if value is not None and (not isinstance(value, str) or isinstance(value, Number)):
        raise Where().mismatch(value, "string")
    text = value or ""
    if not _DECIMAL.fullmatch(text):
        raise GoJsonError(f"math/big: cannot unmarshal {gojson.write(text)} into a *big.Int")
    return str(int(text))


_TEXTS: Final = Slice("[]string", Text())
_QUANTITY: Final = Struct(
    "v1beta4.ResourceValue", {"val": Field(Custom("math.Int", _big_integer, empty="0"))}
)
_ATTRIBUTES: Final = Slice(
    "v1.Attributes", Struct("v1.Attribute", {"key": Field(Text()), "value": Field(Text())})
)
_MORE: Final = Field(_ATTRIBUTES, omit_empty=True)
_STORAGE: Final = Struct(
    "v1beta4.Storage", {"name": Field(Text()), "size": Field(_QUANTITY), "attributes": _MORE}
)
_ENDPOINT: Final = Struct(
    "v1beta4.Endpoint",
    {
        "kind": Field(Integer(32, "v1beta4.Endpoint_Kind", signed=True), omit_empty=True),
        "sequence_number": Field(Integer()),
    },
)
_RESOURCES: Final = Struct(
    "v1beta4.Resources",
    {
        "id": Field(Integer()),
        "cpu": Field(
            Pointer(Struct("v1beta4.CPU", {"units": Field(_QUANTITY), "attributes": _MORE})), omit_empty=True
        ),
        "memory": Field(
            Pointer(Struct("v1beta4.Memory", {"size": Field(_QUANTITY), "attributes": _MORE})),
            omit_empty=True,
        ),
        "storage": Field(Slice("v1beta4.Volumes", _STORAGE), omit_empty=True),
        "gpu": Field(
            Pointer(Struct("v1beta4.GPU", {"units": Field(_QUANTITY), "attributes": _MORE})), omit_empty=True
        ),
        "endpoints": Field(Slice("v1beta4.Endpoints", _ENDPOINT)),
    },
)
_HTTP_OPTIONS: Final = Struct(
    "v2beta3.ServiceExposeHTTPOptions",
    {
        "maxBodySize": Field(Integer()),
        "readTimeout": Field(Integer()),
        "sendTimeout": Field(Integer()),
        "nextTries": Field(Integer()),
        "nextTimeout": Field(Integer()),
        "nextCases": Field(_TEXTS, omit_empty=True),
    },
)
_EXPOSE: Final = Struct(
    "v2beta3.ServiceExpose",
    {
        "port": Field(Integer()),
        "externalPort": Field(Integer()),
        "proto": Field(Text("v2beta3.ServiceProtocol")),
        "service": Field(Text()),
        "global": Field(Flag()),
        "hosts": Field(_TEXTS),
        "httpOptions": Field(_HTTP_OPTIONS),
        "ip": Field(Text()),
        "endpointSequenceNumber": Field(Integer()),
    },
)
_CREDENTIALS: Final = Struct(
    "v2beta3.ImageCredentials",
    {name: Field(Text()) for name in ("host", "email", "username", "password")},
)
_MOUNT: Final = Struct(
    "v2beta3.StorageParams", {"name": Field(Text()), "mount": Field(Text()), "readOnly": Field(Flag())}
)
_PERMISSIONS: Final = Struct("v2beta3.ServicePermissions", {"read": Field(_TEXTS, omit_empty=True)})
_PARAMS: Final = Struct(
    "v2beta3.ServiceParams",
    {
        "storage": Field(Slice("[]v2beta3.StorageParams", _MOUNT)),
        "credentials": Field(Pointer(_CREDENTIALS), omit_empty=True),
        "permissions": Field(Pointer(_PERMISSIONS), omit_empty=True),
    },
)
_SERVICE: Final = Struct(
    "v2beta3.Service",
    {
        "name": Field(Text()),
        "image": Field(Text()),
        "command": Field(_TEXTS),
        "args": Field(_TEXTS),
        "env": Field(_TEXTS),
        "resources": Field(_RESOURCES),
        "count": Field(Integer()),
        "expose": Field(Slice("v2beta3.ServiceExposes", _EXPOSE)),
        "params": Field(Pointer(_PARAMS), omit_empty=True),
        "credentials": Field(Pointer(_CREDENTIALS)),
    },
)
_GROUP: Final = Struct(
    "v2beta3.Group", {"name": Field(Text()), "services": Field(Slice("v2beta3.Services", _SERVICE))}
)
_MANIFEST: Final = Slice("v2beta3.Manifest", _GROUP)


def decode(body: bytes) -> list[Group]:
    """The groups of a PUT's body. Raises GoJsonError with the text that the provider answers."""
    return _MANIFEST.decode(gojson.read_first(body), None, Where()) or []


def version(groups: list[Group]) -> bytes:
    """akash Deployment.Hash: SHA-256 of the groups as the provider itself marshals them, keys sorted."""
    return hashlib.sha256(gojson.write(_MANIFEST.encode(groups), sort_keys=True).encode()).digest()


def write(groups: list[Group]) -> str:
    """The groups as Go marshals them."""
    return gojson.write(_MANIFEST.encode(groups))


def read_back(group: Group) -> str:
    """The JSON of one group as GET manifest gives it: Kubernetes has kept no endpoints."""
    kept = {
        **group,
        "services": [
            {
                **service,
                "resources": {**service["resources"], "endpoints": None},
                "expose": service["expose"] or [],
            }
            for service in group["services"] or []
        ],
    }
    return write([kept])
