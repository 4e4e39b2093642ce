"""The environment, parsed into typed values: one for each thing that `wiring.py` builds.

Read at the time of the call, so that several environments can live in one process. A bad environment raises
with every fault of that value listed. Standard library only: the authorizer reads it on every cold start.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Final, Literal

PUBLIC: Final = "public"
LOOPBACK: Final = "loopback"

ProviderHosts = Literal["public", "loopback"]

_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_URL: Final = re.compile(r"https?://[^\s,/]+(/[^\s,]*)?")
_ENVIRONMENT: Final = re.compile(r"[a-z0-9]{1,12}")


class SettingsInvalid(ValueError):
    """Every fault found, one a line. Names variables, never their values."""


@dataclass(frozen=True, slots=True)
class LogSettings:
    service: str
    level: str


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Where AWS is. `endpoint` is set where something stands in for it."""

    region: str
    endpoint: str | None


@dataclass(frozen=True, slots=True)
class TableSettings:
    aws: AwsSettings
    table: str


@dataclass(frozen=True, slots=True)
class JwtSettings:
    """The sign-in's tokens. `audience` is the client id of the user pool's app."""

    jwks_url: str
    issuer: str
    audience: str


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """`rest_urls` are tried in order."""

    rest_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignerSettings:
    aws: AwsSettings
    function: str


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """`hosts`: where a provider's host name may resolve to. `token_function` mints tokens for them."""

    aws: AwsSettings
    token_function: str
    hosts: ProviderHosts


class _Environment:
    """Reads `os.environ` and gathers what is wrong with it."""

    def __init__(self) -> None:
        self._faults: list[str] = []

    def text(self, name: str, form: re.Pattern[str] | None = None) -> str:
        value = os.environ.get(name, "")
        if not value:
            self._faults.append(f"{name} is missing")
        elif form is not None and not form.fullmatch(value):
            self._faults.append(f"{name} is malformed")
        return value

    def choice(self, name: str, options: tuple[str, ...], default: str) -> str:
        value = os.environ.get(name) or default
        if value not in options:
            self._faults.append(f"{name} is none of {', '.join(options)}")
        return value

    def aws(self) -> AwsSettings:
        region = os.environ.get("AWS_REGION") or self.text("AWS_DEFAULT_REGION")
        return AwsSettings(region=region, endpoint=os.environ.get("AWS_ENDPOINT_URL") or None)

    def urls(self, name: str) -> tuple[str, ...]:
        found = tuple(part.strip().rstrip("/") for part in self.text(name).split(",") if part.strip())
        if not all(_URL.fullmatch(url) for url in found):
            self._faults.append(f"{name} is malformed")
        return found

    def must_be_sound(self) -> None:
        if self._faults:
            raise SettingsInvalid("\n".join(self._faults))


def log() -> LogSettings:
    """Never raises: a fault must still be logged."""
    level = os.environ.get("LOG_LEVEL", "").upper()
    return LogSettings(
        service=os.environ.get("POWERTOOLS_SERVICE_NAME") or "slipway",
        level=level if level in _LEVELS else "INFO",
    )


def table(name: str) -> TableSettings:
    """The table that the variable `name` names. Raises SettingsInvalid."""
    env = _Environment()
    settings = TableSettings(aws=env.aws(), table=env.text(name))
    env.must_be_sound()
    return settings


def key_environment() -> str:
    """The segment of API keys that says which stage they belong to. Raises SettingsInvalid."""
    env = _Environment()
    environment = env.text("KEY_ENVIRONMENT", _ENVIRONMENT)
    env.must_be_sound()
    return environment


def jwt() -> JwtSettings | None:
    """None where nobody signs in with tokens (no JWT_AUDIENCE). Raises SettingsInvalid."""
    if not os.environ.get("JWT_AUDIENCE"):
        return None
    env = _Environment()
    settings = JwtSettings(
        jwks_url=env.text("JWT_JWKS_URL", _URL),
        issuer=env.text("JWT_ISSUER"),
        audience=env.text("JWT_AUDIENCE"),
    )
    env.must_be_sound()
    return settings


def chain() -> ChainSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    settings = ChainSettings(rest_urls=env.urls("CHAIN_REST_URLS"))
    env.must_be_sound()
    return settings


def signer() -> SignerSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    settings = SignerSettings(aws=env.aws(), function=env.text("SIGN_FUNCTION"))
    env.must_be_sound()
    return settings


def token_function() -> SignerSettings:
    """The function that mints tokens for providers. Raises SettingsInvalid."""
    env = _Environment()
    settings = SignerSettings(aws=env.aws(), function=env.text("PROVIDER_TOKEN_FUNCTION"))
    env.must_be_sound()
    return settings


def provider_hosts() -> ProviderHosts:
    """Where a provider's host name may resolve to. Raises SettingsInvalid."""
    env = _Environment()
    chosen = env.choice("PROVIDER_HOSTS", (PUBLIC, LOOPBACK), PUBLIC)
    env.must_be_sound()
    return "loopback" if chosen == LOOPBACK else "public"


def providers() -> ProviderSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    aws, token_function = env.aws(), env.text("PROVIDER_TOKEN_FUNCTION")
    chosen = env.choice("PROVIDER_HOSTS", (PUBLIC, LOOPBACK), PUBLIC)
    env.must_be_sound()
    hosts: ProviderHosts = "loopback" if chosen == LOOPBACK else "public"
    return ProviderSettings(aws=aws, token_function=token_function, hosts=hosts)
