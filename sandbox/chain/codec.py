"""Messages by type URL: which the chain knows, how they travel in Any, and who must sign them."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.message import DecodeError

from sandbox.chain import pb
from sandbox.chain.errors import TX_PARSE, ChainError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Where each message names its signer (akash-chain.md §1.2).
SIGNERS: Final[dict[str, str]] = {
    "/akash.audit.v1.MsgDeleteProviderAttributes": "auditor",
    "/akash.audit.v1.MsgSignProviderAttributes": "auditor",
    "/akash.bme.v1.MsgBurnACT": "owner",
    "/akash.bme.v1.MsgBurnMint": "owner",
    "/akash.bme.v1.MsgMintACT": "owner",
    "/akash.cert.v1.MsgCreateCertificate": "owner",
    "/akash.cert.v1.MsgRevokeCertificate": "id.owner",
    "/akash.deployment.v1beta4.MsgCloseDeployment": "id.owner",
    "/akash.deployment.v1beta4.MsgCloseGroup": "id.owner",
    "/akash.deployment.v1beta4.MsgCreateDeployment": "id.owner",
    "/akash.deployment.v1beta4.MsgPauseGroup": "id.owner",
    "/akash.deployment.v1beta4.MsgStartGroup": "id.owner",
    "/akash.deployment.v1beta4.MsgUpdateDeployment": "id.owner",
    "/akash.escrow.v1.MsgAccountDeposit": "signer",
    "/akash.market.v1beta5.MsgCloseBid": "id.provider",
    "/akash.market.v1beta5.MsgCloseLease": "id.owner",
    "/akash.market.v1beta5.MsgCreateBid": "id.provider",
    "/akash.market.v1beta5.MsgCreateLease": "bid_id.owner",
    "/akash.market.v1beta5.MsgLeaseStartReclaim": "id.provider",
    "/akash.market.v1beta5.MsgWithdrawLease": "id.provider",
    "/akash.provider.v1beta4.MsgCreateProvider": "owner",
    "/akash.provider.v1beta4.MsgDeleteProvider": "owner",
    "/akash.provider.v1beta4.MsgUpdateProvider": "owner",
    "/cosmos.authz.v1beta1.MsgExec": "grantee",
    "/cosmos.authz.v1beta1.MsgGrant": "granter",
    "/cosmos.authz.v1beta1.MsgRevoke": "granter",
    "/cosmos.bank.v1beta1.MsgSend": "from_address",
    "/cosmos.feegrant.v1beta1.MsgGrantAllowance": "granter",
    "/cosmos.feegrant.v1beta1.MsgRevokeAllowance": "granter",
}


@cache
def classes() -> dict[str, type[Any]]:
    """Every message of the modules we speak, by full protobuf name."""
    modules = (getattr(pb, name) for name in pb.__all__)
    return {
        found.DESCRIPTOR.full_name: found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type) and hasattr(found, "DESCRIPTOR") and hasattr(found, "SerializeToString")
    }


def url_of(message: Any) -> str:
    return f"/{message.DESCRIPTOR.full_name}"


def pack(message: Any) -> Any:
    return pb.any_.Any(type_url=url_of(message), value=message.SerializeToString(deterministic=True))


def unpack(packed: Any) -> Any:
    """The message in an Any; raises TX_PARSE for a type this chain does not know."""
    found = classes().get(packed.type_url.removeprefix("/"))
    if found is None:
        raise TX_PARSE.wrap(f"unable to resolve type URL {packed.type_url}")
    return parse(found, packed.value)


def parse(found: type[Any], raw: bytes) -> Any:
    try:
        return found.FromString(raw)
    except DecodeError as error:
        raise _broken() from error


def signers(messages: Iterable[Any]) -> list[str]:
    """Whose signatures a transaction needs: each signer once, in the order of the messages."""
    named = (attrgetter(SIGNERS[url_of(message)])(message) for message in messages)
    return list(dict.fromkeys(named))


def _broken() -> ChainError:
    return TX_PARSE.wrap("invalid length; proto: invalid field number: tx parse error")
