"""Names of hosts, services and variables, by the patterns that Go and Kubernetes hold them to."""

from __future__ import annotations

import re
from typing import Final

_LABEL: Final = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST_SUBDOMAIN: Final = 253
_VARIABLE: Final = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_SERVICE: Final = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?")
_ENDPOINT: Final = re.compile(r"[a-z]+[-_0-9a-z]+")
_DENOM: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9/:._-]{2,127}")
_GPU_KEY: Final = re.compile(r"[a-zA-Z][A-Za-z0-9_/.\-]{1,126}[A-Za-z0-9_*]?")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_BROKEN_ESCAPE: Final = re.compile("%(?![0-9a-fA-F]{2})")
_USER: Final = re.compile(r"[-A-Za-z0-9._:~!$&'()*+,;=%@]*")
_AUTHORITY: Final = re.compile(
    r"(?:[^\x20#%\\^`{}|\[\]@:]|%25|%[89a-fA-F][0-9a-fA-F])*(?::[0-9]*)?", re.DOTALL
)


def is_host(text: str) -> bool:
    """Kubernetes' DNS-1123 subdomain; one label may be as long as the whole (recordings/sdl, point 11)."""
    return len(text) <= _LONGEST_SUBDOMAIN and _SUBDOMAIN.fullmatch(text) is not None


def is_variable(text: str) -> bool:
    """Kubernetes' name of an environment variable."""
    return _VARIABLE.fullmatch(text) is not None and text != "." and not text.startswith("..")


def is_service(text: str) -> bool:
    return _SERVICE.fullmatch(text) is not None


def is_endpoint(text: str) -> bool:
    return _ENDPOINT.fullmatch(text) is not None


def is_denom(text: str) -> bool:
    return _DENOM.fullmatch(text) is not None


def is_gpu_key(text: str) -> bool:
    """The chain's pattern for attribute keys."""
    return _GPU_KEY.fullmatch(text) is not None


def is_url_host(text: str) -> bool:
    """Whether `http://` + text is a URL to Go, which asks it of every service. An address in brackets is not
    taken here: in deployed services `is_host` refuses it anyway."""
    authority, _, path = text.partition("?")[0].partition("/")
    user, has_user, host = authority.rpartition("@")
    return (
        _CONTROL.search(text) is None
        and _BROKEN_ESCAPE.search(path) is None
        and _AUTHORITY.fullmatch(host) is not None
        and (not has_user or (_USER.fullmatch(user) is not None and _BROKEN_ESCAPE.search(user) is None))
    )
