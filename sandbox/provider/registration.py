"""A provider's record and certificate on the chain: made at the first start, renewed at later ones."""

import asyncio
import base64
from dataclasses import dataclass
from typing import Any, Final

from sandbox.provider.certificates import Identity
from sandbox.provider.chain_view import ChainUnreachable, ChainView, ChainWriter, Message
from sandbox.provider.config import ProviderConfig

ATTEMPTS: Final = 60
RETRY_SECONDS: Final = 0.5
"""Half a minute in all for a chain that is not up yet."""


@dataclass(frozen=True)
class Registration:
    """What the chain is to know."""

    address: str
    uri: str
    identity: Identity


async def register(
    chain: ChainView, wallet: ChainWriter, config: ProviderConfig, wanted: Registration
) -> None:
    """Whatever is missing or different, in one transaction. Raises TransactionRefused, ChainUnreachable."""
    for attempt in range(ATTEMPTS):
        try:
            if messages := await _missing(chain, config, wanted):
                await wallet.send(messages)
            return
        except ChainUnreachable:
            if attempt + 1 == ATTEMPTS:
                raise
            await asyncio.sleep(RETRY_SECONDS)


async def _missing(chain: ChainView, config: ProviderConfig, wanted: Registration) -> list[Message]:
    messages = []
    record, identity = await chain.provider(wanted.address), wanted.identity
    if record is None:
        messages.append(_record("MsgCreateProvider", config, wanted))
    elif record.host_uri != wanted.uri or record.attributes != config.attributes:
        messages.append(_record("MsgUpdateProvider", config, wanted))
    if await chain.certificate(wanted.address, identity.serial) != identity.certificate:
        messages.append(_certificate(wanted.address, identity))
    return messages


def _record(kind: str, config: ProviderConfig, wanted: Registration) -> Message:
    value: dict[str, Any] = {
        "owner": wanted.address,
        "host_uri": wanted.uri,
        "attributes": [{"key": key, "value": value} for key, value in sorted(config.attributes.items())],
        "info": {"email": f"{config.name}@example.com", "website": f"https://{config.name}.example.com"},
    }
    return Message(f"/akash.provider.v1beta4.{kind}", value)


def _certificate(address: str, identity: Identity) -> Message:
    value = {
        "owner": address,
        "cert": base64.b64encode(identity.certificate).decode(),
        "pubkey": base64.b64encode(identity.public_key).decode(),
    }
    return Message("/akash.cert.v1.MsgCreateCertificate", value)
