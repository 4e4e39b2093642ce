import pytest

from sandbox.gateway.api import Route
from sandbox.gateway.routing import Router

ROUTES = [
    ("GET", "/v1/deployments"),
    ("GET", "/v1/deployments/{dseq}"),
    ("DELETE", "/v1/deployments/{dseq}"),
    ("GET", "/v1/deployments/mine"),
    ("POST", "/v1/deployments/deposit/{dseq}"),
    ("GET", "/v1/{area}/latest"),
    ("ANY", "/docs/{rest+}"),
]
ROUTER = Router(Route(method=method, path=path, function="f") for method, path in ROUTES)


@pytest.mark.parametrize(
    ("method", "path", "route", "parameters"),
    [
        ("GET", "/v1/deployments", "/v1/deployments", {}),
        ("GET", "/v1/deployments/", "/v1/deployments", {}),
        ("GET", "/v1/deployments/42", "/v1/deployments/{dseq}", {"dseq": "42"}),
        ("GET", "/v1/deployments/a%2Fb%20c", "/v1/deployments/{dseq}", {"dseq": "a/b c"}),
        ("GET", "/v1/deployments/mine", "/v1/deployments/mine", {}),
        ("GET", "/v1/deployments/latest", "/v1/deployments/{dseq}", {"dseq": "latest"}),
        ("GET", "/v1/bids/latest", "/v1/{area}/latest", {"area": "bids"}),
        ("POST", "/v1/deployments/deposit/42", "/v1/deployments/deposit/{dseq}", {"dseq": "42"}),
        ("PUT", "/docs/a/b", "/docs/{rest+}", {"rest": "a/b"}),
    ],
)
def test_a_request_meets_its_most_particular_route(
    method: str, path: str, route: str, parameters: dict[str, str]
) -> None:
    match = ROUTER.find(method, path)

    assert match is not None
    assert (match.route.path, match.parameters) == (route, parameters)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v2/deployments"),
        ("GET", "/v1/deployments/42/more"),
        ("GET", "/v1/deployments//"),
        ("PATCH", "/v1/deployments/42"),
        ("DELETE", "/v1/deployments/mine"),
        ("HEAD", "/v1/deployments"),
        ("OPTIONS", "/v1/deployments"),
        ("GET", "/docs"),
    ],
)
def test_a_path_or_method_that_nobody_declared_meets_nothing(method: str, path: str) -> None:
    assert ROUTER.find(method, path) is None
