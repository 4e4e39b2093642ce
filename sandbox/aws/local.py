"""The template deployed on this machine: moto with its resources, and a runtime with its functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.aws import declared, expiry, kms, resources
from sandbox.aws.endpoint import AwsEndpoint
from sandbox.aws.functions import Runtime
from sandbox.aws.intrinsics import Stack
from sandbox.aws.snapshot import Snapshot
from sandbox.aws.template import Template
from sandbox.gateway import api

ACCOUNT_ID: Final = "123456789012"
"""The account that moto serves unless it is told otherwise."""
REGION: Final = "us-east-1"
TREASURY_KEY: Final = "TreasuryKey"
USER_POOL: Final = "UserPool"


class FunctionsBrokenError(Exception):
    """Some handlers cannot be imported; the message has a line for each."""


@dataclass(frozen=True)
class Deployment:
    """What to deploy. `parameters` are the template's; `data` is where the state lives between runs."""

    template: Template
    treasury_key: ec.EllipticCurvePrivateKey
    parameters: Mapping[str, str] = field(default_factory=dict)
    name: str = "slipway-sandbox"
    data: Path | None = None


class LocalAws:
    """A deployment that runs. moto's state belongs to the process, so only one may run at a time."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._endpoint = AwsEndpoint()
        self._snapshot: Snapshot | None = None
        if deployment.data:
            path = deployment.data / "state.json"
            self._snapshot = Snapshot(path, account_id=ACCOUNT_ID, region=REGION)
        self.stack = Stack(
            deployment.template,
            name=deployment.name,
            region=REGION,
            account_id=ACCOUNT_ID,
            chosen=dict(deployment.parameters),
        )
        self.runtime: Runtime

    @property
    def url(self) -> str:
        return self._endpoint.url

    @property
    def outages(self) -> set[str]:
        """What is away at the moment (`AwsEndpoint.outages`): add and remove names."""
        return self._endpoint.outages

    def start(self) -> None:
        """Make everything and import every handler. Raises FunctionsBrokenError, UnresolvedError."""
        self._endpoint.start()
        try:
            self._make_resources()
            self._start_functions()
        except BaseException:
            self._endpoint.stop()
            raise

    def stop(self) -> None:
        """Save and close the port."""
        self._endpoint.stop()
        self.save()

    def save(self) -> None:
        """Write the state to disk if there is a place for it and anything has changed."""
        if self._snapshot:
            with self._endpoint.lock:
                self._snapshot.write({name: made.ref for name, made in self.stack.made.items()})

    def delete_expired(self) -> None:
        """What DynamoDB's time to live does by itself."""
        with self._endpoint.lock:
            expiry.delete_expired(datetime.now(UTC), account_id=ACCOUNT_ID, region=REGION)

    def _make_resources(self) -> None:
        stack = self.stack
        declared.declare(stack)
        api.declare(stack)
        kept = self._snapshot.restore_keys() if self._snapshot else {}
        resources.make(stack, resources.Clients(self.url, REGION), kept=kept)
        if self._snapshot:
            self._snapshot.restore_items()
        if TREASURY_KEY in stack.made:
            key_id = stack.ref(TREASURY_KEY)
            kms.import_key(key_id, self._deployment.treasury_key, account_id=ACCOUNT_ID, region=REGION)
        if USER_POOL in stack.made and "JwksUrl" in stack.template.parameters:
            stack.chosen["JwksUrl"] = f"{self.url}/{stack.ref(USER_POOL)}/.well-known/jwks.json"

    def _start_functions(self) -> None:
        self.runtime = Runtime(
            declared.functions_of(self.stack), region=REGION, account_id=ACCOUNT_ID, endpoint_url=self.url
        )
        errors = self.runtime.start()
        if errors:
            raise FunctionsBrokenError("\n".join(errors))
        self._endpoint.serve_functions(self.runtime)
        self._endpoint.describe(self.stack)
