"""One local AWS for the folder: moto's state is the process's, and starting it takes a second."""

from collections.abc import Iterator

import pytest

from sandbox.aws.environment import isolated_environments
from sandbox.aws.local import REGION, LocalAws
from sandbox.aws.resources import Clients
from tests.contract.aws.sample import deployment


@pytest.fixture(scope="session")
def environments() -> Iterator[None]:
    with isolated_environments():
        yield


@pytest.fixture(scope="module")
def aws(environments: None) -> Iterator[LocalAws]:
    local = LocalAws(deployment())
    local.start()
    yield local
    local.stop()


@pytest.fixture(scope="module")
def clients(aws: LocalAws) -> Clients:
    return Clients(aws.url, REGION)
