"""Messages of the people of a simulated market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.chain import codec, pb
from sandbox.chain.modules import escrow_accounts, market_state
from sandbox.chain.numbers import ONE

if TYPE_CHECKING:
    from sandbox.chain.context import Context

DEPOSIT = 500_000


def deposit_grant(granter: str, grantee: str, amount: int) -> Any:
    authorization = pb.escrow.DepositAuthorization(
        scopes=["deployment"], spend_limits=[pb.coin.Coin(denom="uact", amount=str(amount))]
    )
    grant = pb.authz.Grant(authorization=codec.pack(authorization))
    return pb.authz_tx.MsgGrant(granter=granter, grantee=grantee, grant=grant)


def fee_grant(granter: str, grantee: str) -> Any:
    allowance = codec.pack(pb.feegrant.BasicAllowance())
    return pb.feegrant_tx.MsgGrantAllowance(granter=granter, grantee=grantee, allowance=allowance)


def registration(owner: str) -> Any:
    return pb.provider.MsgCreateProvider(owner=owner, host_uri="https://provider.example:8443")


def creation(owner: str, dseq: int) -> Any:
    """A deployment of one small service for at most 1000 uact a block, with the least deposit."""
    found = pb.deployment.MsgCreateDeployment(hash=bytes(32), deposit=_deposit(DEPOSIT, pb.deposit.grant))
    found.id.owner, found.id.dseq = owner, dseq
    unit = found.groups.add(name="web").resources.add(count=1)
    unit.price.CopyFrom(pb.coin.DecCoin(denom="uact", amount=str(1000 * ONE)))
    unit.resource.id = 1
    unit.resource.cpu.units.val, unit.resource.gpu.units.val = b"500", b"0"
    unit.resource.memory.quantity.val = str(1 << 29).encode()
    unit.resource.storage.add(name="default").quantity.val = str(1 << 29).encode()
    unit.resource.endpoints.add()
    return found


def closing(owner: str, dseq: int) -> Any:
    return pb.deployment.MsgCloseDeployment(id=pb.deployment_v1.DeploymentID(owner=owner, dseq=dseq))


def top_up(owner: str, dseq: int, amount: int) -> Any:
    account = pb.escrow_id.Account(scope="deployment", xid=f"{owner}/{dseq}")
    return pb.escrow.MsgAccountDeposit(signer=owner, id=account, deposit=_deposit(amount, pb.deposit.grant))


def lease_id(owner: str, dseq: int, provider: str, gseq: int = 1, oseq: int = 1) -> Any:
    return pb.market_v1.LeaseID(owner=owner, dseq=dseq, gseq=gseq, oseq=oseq, provider=provider)


def bid_id(lease: Any) -> Any:
    return pb.market_v1.BidID.FromString(lease.SerializeToString())


def bid(lease: Any, price: int) -> Any:
    coin = pb.coin.DecCoin(denom="uact", amount=str(price * ONE))
    return pb.market.MsgCreateBid(id=bid_id(lease), price=coin, deposit=_deposit(DEPOSIT, pb.deposit.balance))


def escrow_of(ctx: Context, owner: str, dseq: int) -> tuple[int, int]:
    """Whole uact in a deployment's escrow, and the height as of which."""
    state = escrow_accounts.account(ctx, f"deployment/{owner}/{dseq}").state
    return int(state.funds[0].amount) // ONE, state.settled_at


def paid(ctx: Context, lease: Any) -> int:
    """Whole uact that a lease's provider has been paid."""
    return int(escrow_accounts.payment(ctx, escrow_accounts.payment_path(lease)).state.withdrawn.amount)


def blocks_of(ctx: Context, lease: Any) -> int:
    """How many blocks a lease that is over lasted."""
    row = market_state.lease(ctx, lease)
    return int(row.closed_on - row.created_at)


def _deposit(amount: int, source: Any) -> Any:
    coin = pb.coin.Coin(denom="uact", amount=str(amount))
    return pb.deposit.Deposit(amount=coin, sources=[source])
