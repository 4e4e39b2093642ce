"""Messages of the market, right unless a test says otherwise."""

from __future__ import annotations

from typing import Any

from sandbox.chain import pb
from tests.unit.chain.world import HASH, PROVIDER, TENANT, World, scaled


def unit(**changes: Any) -> Any:
    """A resource unit. `cpu`, `memory`, `storage` and `gpu` are amounts."""
    asked = {"id": 1, "cpu": 500, "memory": 1 << 29, "storage": 1 << 29, "gpu": 0, "count": 1} | changes
    val = {name: {"val": str(asked[name]).encode()} for name in ("cpu", "memory", "storage", "gpu")}
    resource = {
        "id": asked["id"],
        "cpu": {"units": val["cpu"]},
        "memory": {"quantity": val["memory"]},
        "storage": [
            {"name": "default", "quantity": val["storage"], "attributes": pairs(asked.get("storage_is", {}))}
        ],
        "gpu": {"units": val["gpu"], "attributes": pairs(asked.get("gpu_is", {}))},
        "endpoints": [{}],
    }
    price = {"denom": asked.get("denom", "uact"), "amount": scaled(asked.get("price", 1000))}
    return {"resource": resource, "count": asked["count"], "price": price}


def group(name: str = "dcloud", *units: Any, **requirements: Any) -> Any:
    """A group spec; `attributes` and `signed_by` are its placement's requirements."""
    found = pb.deployment.GroupSpec(name=name, resources=units or [unit()])
    for attribute in pairs(requirements.get("attributes", {})):
        found.requirements.attributes.add(**attribute)
    found.requirements.signed_by.any_of.extend(requirements.get("signed_by", ()))
    found.requirements.signed_by.all_of.extend(requirements.get("signed_by_all", ()))
    return found


def pairs(attributes: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in attributes.items()]


def deposit(amount: int = 5_000_000, *sources: str, denom: str = "uact") -> Any:
    coin = pb.coin.Coin(denom=denom, amount=str(amount))
    return pb.deposit.Deposit(amount=coin, sources=sources or ("grant",))


def deployment_id(dseq: int = 1, owner: str = TENANT) -> Any:
    return pb.deployment_v1.DeploymentID(owner=owner, dseq=dseq)


def create(dseq: int = 1, *specs: Any, **changes: Any) -> Any:
    fields = {"id": deployment_id(dseq), "hash": HASH, "deposit": deposit()} | changes
    return pb.deployment.MsgCreateDeployment(**{"groups": specs or [group()]} | fields)


def close(dseq: int = 1) -> Any:
    return pb.deployment.MsgCloseDeployment(id=deployment_id(dseq))


def top_up(amount: int, *sources: str, dseq: int = 1, signer: str = TENANT, denom: str = "uact") -> Any:
    account = pb.escrow_id.Account(scope="deployment", xid=f"{TENANT}/{dseq}")
    return pb.escrow.MsgAccountDeposit(
        signer=signer, id=account, deposit=deposit(amount, *sources, denom=denom)
    )


def group_id(gseq: int = 1, dseq: int = 1) -> Any:
    return pb.deployment_v1.GroupID(owner=TENANT, dseq=dseq, gseq=gseq)


def bid_id(provider: str = PROVIDER, dseq: int = 1, gseq: int = 1, oseq: int = 1) -> Any:
    return pb.market_v1.BidID(owner=TENANT, dseq=dseq, gseq=gseq, oseq=oseq, provider=provider)


def lease_id(provider: str = PROVIDER, dseq: int = 1, gseq: int = 1, oseq: int = 1) -> Any:
    return pb.market_v1.LeaseID(owner=TENANT, dseq=dseq, gseq=gseq, oseq=oseq, provider=provider)


def bid(provider: str = PROVIDER, price: float = 100, **changes: Any) -> Any:
    """MsgCreateBid; `dseq`, `gseq` and `oseq` say on which order, `window` is the reclamation in seconds."""
    place = {name: changes.pop(name) for name in ("dseq", "gseq", "oseq") if name in changes}
    coin = pb.coin.DecCoin(denom=changes.pop("denom", "uact"), amount=scaled(price))
    if window := changes.pop("window", 0):
        changes["reclamation_window"] = pb.duration.Duration(seconds=window)
    fields = {
        "id": bid_id(provider, **place),
        "price": coin,
        "deposit": deposit(500_000, "balance"),
    } | changes
    return pb.market.MsgCreateBid(**fields)


def lease(provider: str = PROVIDER, **place: int) -> Any:
    return pb.market.MsgCreateLease(bid_id=bid_id(provider, **place))


def withdraw(provider: str = PROVIDER, **place: int) -> Any:
    return pb.market.MsgWithdrawLease(id=lease_id(provider, **place))


def provider(owner: str = PROVIDER, **changes: Any) -> Any:
    fields: dict[str, Any] = {"host_uri": "https://provider.example:8443"} | changes
    fields["attributes"] = pairs(fields.get("attributes", {}))
    return pb.provider.MsgCreateProvider(owner=owner, **fields)


def market(credit: int = 20_000_000) -> World:
    """A world with a tenant that has credit, and one provider."""
    world = World()
    world.grant(credit)
    world.send(provider())
    return world


def leased(price: float = 100, amount: int = 5_000_000) -> World:
    """A world where deployment 1 has a lease with the provider."""
    world = market()
    world.send(create(deposit=deposit(amount), **_priced(price)))
    world.send(bid(price=price))
    world.send(lease())
    return world


def _priced(price: float) -> dict[str, Any]:
    return {"groups": [group("dcloud", unit(price=max(price, 1000)))]}
