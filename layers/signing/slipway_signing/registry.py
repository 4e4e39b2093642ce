"""Every protobuf message that a transaction of ours, or of the sandbox's providers, can carry.

Importing the modules also registers the types, so that nested Any values resolve by their `@type`.
"""

from __future__ import annotations

from typing import Any, Final

from slipway_signing.pb.akash.audit.v1 import audit_pb2  # isort: skip  (puts cosmpy's `cosmos` on the path)
from cosmpy.protos.cosmos.authz.v1beta1 import authz_pb2
from cosmpy.protos.cosmos.authz.v1beta1 import tx_pb2 as authz_tx_pb2
from cosmpy.protos.cosmos.bank.v1beta1 import tx_pb2 as bank_tx_pb2
from cosmpy.protos.cosmos.base.v1beta1 import coin_pb2
from cosmpy.protos.cosmos.crypto.secp256k1 import keys_pb2
from cosmpy.protos.cosmos.feegrant.v1beta1 import feegrant_pb2
from cosmpy.protos.cosmos.feegrant.v1beta1 import tx_pb2 as feegrant_tx_pb2
from cosmpy.protos.cosmos.tx.signing.v1beta1 import signing_pb2
from cosmpy.protos.cosmos.tx.v1beta1 import tx_pb2
from google.protobuf import symbol_database

from slipway_signing.pb.akash.bme.v1 import bme_pb2
from slipway_signing.pb.akash.cert.v1 import cert_pb2
from slipway_signing.pb.akash.deployment.v1beta4 import deployment_pb2
from slipway_signing.pb.akash.escrow.v1 import escrow_pb2
from slipway_signing.pb.akash.market.v1beta5 import market_pb2
from slipway_signing.pb.akash.provider.v1beta4 import provider_pb2

AuthInfo = tx_pb2.AuthInfo
Coin = coin_pb2.Coin
Fee = tx_pb2.Fee
ModeInfo = tx_pb2.ModeInfo
PubKey = keys_pb2.PubKey
SignDoc = tx_pb2.SignDoc
SignerInfo = tx_pb2.SignerInfo
TxBody = tx_pb2.TxBody
TxRaw = tx_pb2.TxRaw
SIGN_MODE_DIRECT: Final = signing_pb2.SIGN_MODE_DIRECT
SIGN_MODE_UNSPECIFIED: Final = signing_pb2.SIGN_MODE_UNSPECIFIED

_FILES: Final = (
    audit_pb2,
    authz_pb2,
    authz_tx_pb2,
    bank_tx_pb2,
    bme_pb2,
    cert_pb2,
    deployment_pb2,
    escrow_pb2,
    feegrant_pb2,
    feegrant_tx_pb2,
    market_pb2,
    provider_pb2,
)

MESSAGES: Final = frozenset(
    kind.full_name
    for file in _FILES
    for name, kind in file.DESCRIPTOR.message_types_by_name.items()
    if name.startswith("Msg") and not name.endswith("Response")
)
"""Full names of the messages that a transaction can carry: every `Msg…` of the files above."""


def unpack(packed: Any) -> Any:
    """The message inside a protobuf Any whose type is registered here. Raises KeyError, DecodeError."""
    prototype = symbol_database.Default().GetSymbol(packed.type_url.rpartition("/")[2])
    return prototype.FromString(packed.value)


def descriptor(name: str) -> Any:
    """The descriptor of a registered message, by its full name. Raises KeyError."""
    return symbol_database.Default().GetSymbol(name).DESCRIPTOR
