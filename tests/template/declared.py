"""template.yaml as the template tests ask about it: functions with their roles, statements and variables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sandbox.aws.template import FUNCTION, Template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).parents[2]

HTTP_FUNCTIONS: Final = frozenset(
    {
        "ApiKeysCreate",
        "ApiKeysDelete",
        "ApiKeysGet",
        "ApiKeysList",
        "ApiKeysUpdate",
        "BidsList",
        "BidsScreen",
        "CertificatesCreate",
        "DeploymentSettingsCreate",
        "DeploymentSettingsGet",
        "DeploymentSettingsUpdate",
        "DeploymentsCreate",
        "DeploymentsDelete",
        "DeploymentsDeposit",
        "DeploymentsGet",
        "DeploymentsList",
        "DeploymentsUpdate",
        "DocumentationAsset",
        "DocumentationOpenapi",
        "DocumentationSwagger",
        "LeasesCreate",
        "NetworkBlockchainStatus",
        "ProviderTokensCreate",
        "ProvidersAuditors",
        "ProvidersGet",
        "ProvidersList",
        "SdlValidate",
        "ServiceLiveness",
        "ServiceReadiness",
        "ServiceStatus",
        "TransactionsSend",
        "UserMe",
        "WalletSettingsDelete",
        "WalletSettingsGet",
        "WalletSettingsSave",
        "WalletsBalances",
        "WalletsList",
        "WalletsWeeklyCost",
    }
)
SCHEDULED: Final = frozenset({"SignerSweep", "SignerUpkeep"})
SIGNERS: Final = SCHEDULED | {
    "SignerChangeCredit",
    "SignerOpenWallet",
    "SignerProviderToken",
    "SignerSign",
    "SignerTreasury",
}
AUTHORIZER: Final = "AuthAuthorize"


@cache
def template() -> Template:
    return Template.read(ROOT / "template.yaml")


@dataclass(frozen=True)
class Statement:
    """One Allow of a role, its actions and resources always tuples."""

    actions: tuple[str, ...]
    resources: tuple[Any, ...]
    conditions: Mapping[str, Any]

    def reaches(self, logical_id: str) -> bool:
        """Whether a resource is this one's ARN."""
        return {"Fn::GetAtt": [logical_id, "Arn"]} in self.resources


@dataclass(frozen=True)
class Declared:
    """One function of the template."""

    name: str
    properties: Mapping[str, Any]

    @property
    def handler(self) -> str:
        return str(self.properties["Handler"])

    @property
    def path(self) -> str:
        """`deployments/create` of `deployments.create.handler`."""
        return self.handler.rpartition(".")[0].replace(".", "/")

    @property
    def variables(self) -> Mapping[str, Any]:
        variables: Mapping[str, Any] = self.properties["Environment"]["Variables"]
        return variables

    @property
    def routes(self) -> tuple[tuple[str, str], ...]:
        """(method, path) of each of its events on the API."""
        events = self.properties.get("Events", {}).values()
        found = (event["Properties"] for event in events if event["Type"] == "Api")
        return tuple((route["Method"], route["Path"]) for route in found)

    @property
    def role(self) -> Mapping[str, Any]:
        role: Mapping[str, Any] = template().resources[f"{self.name}Role"]
        return role

    @property
    def statements(self) -> tuple[Statement, ...]:
        policies = self.role["Properties"]["Policies"]
        return tuple(_statements(policy["PolicyDocument"]["Statement"] for policy in policies))

    def actions_on(self, logical_id: str) -> set[str]:
        return {action for item in self.statements if item.reaches(logical_id) for action in item.actions}


def functions() -> tuple[Declared, ...]:
    return tuple(Declared(name, item["Properties"]) for name, item in template().of_type(FUNCTION))


def function(name: str) -> Declared:
    return Declared(name, template().resources[name]["Properties"])


def of_type(kind: str) -> dict[str, Mapping[str, Any]]:
    return dict(template().of_type(kind))


def _statements(documents: Iterator[list[Mapping[str, Any]]]) -> Iterator[Statement]:
    for document in documents:
        for item in document:
            assert item["Effect"] == "Allow", "a role only says what it may do"
            yield Statement(
                actions=_listed(item["Action"]),
                resources=_listed(item["Resource"]),
                conditions=item.get("Condition", {}),
            )


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)
