"""Body of POST /v1/tx (console-api.md §1.7)."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from slipway.domain.errors import MessageUndecodable
from slipway.domain.messages import RawMessage
from slipway.entry.models.base import Model

if TYPE_CHECKING:
    from slipway.domain.messages import Sent

MAX_MESSAGES = 50
"""What the signer takes into one transaction."""


class MessageIn(Model):
    """`value` is the base64 of the protobuf."""

    type_url: Literal[
        "/akash.deployment.v1beta4.MsgCreateDeployment",
        "/akash.cert.v1.MsgCreateCertificate",
        "/akash.market.v1beta5.MsgCreateLease",
        "/akash.deployment.v1beta4.MsgUpdateDeployment",
        "/akash.deployment.v1beta4.MsgCloseDeployment",
        "/akash.escrow.v1.MsgAccountDeposit",
    ] = Field(validation_alias="typeUrl")
    value: str = Field(description="Base64 of the message's protobuf.")


class TxData(Model):
    user_id: str = Field(validation_alias="userId", description="Your own id, of `GET /v1/user/me`.")
    messages: list[MessageIn] = Field(min_length=1, max_length=MAX_MESSAGES)


class TxIn(Model):
    data: TxData

    def messages(self) -> list[RawMessage]:
        """Raises MessageUndecodable."""
        return [_raw(index, message) for index, message in enumerate(self.data.messages)]


def _raw(index: int, message: MessageIn) -> RawMessage:
    try:
        return RawMessage(message.type_url, base64.b64decode(message.value, validate=True))
    except (binascii.Error, ValueError):
        raise MessageUndecodable(index=index, type_url=message.type_url) from None


class TxOutData(Model):
    """Always a success: a refused transaction is an error."""

    code: int = 0
    hash: str
    raw_log: str = Field(default="", serialization_alias="rawLog")
    transaction_hash: str = Field(serialization_alias="transactionHash")
    height: str


class TxOut(Model):
    data: TxOutData

    @classmethod
    def of(cls, sent: Sent) -> TxOut:
        return cls(data=TxOutData(hash=sent.tx_hash, transaction_hash=sent.tx_hash, height=str(sent.height)))
