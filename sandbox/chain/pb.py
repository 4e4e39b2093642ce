"""The protobuf modules that the chain speaks, under their short names.

`slipway_signing.pb` comes first: it puts cosmpy's `cosmos` package on the path.
"""

import slipway_signing.pb  # noqa: F401, I001
from cosmos.auth.v1beta1 import auth_pb2 as auth
from cosmos.authz.v1beta1 import authz_pb2 as authz
from cosmos.authz.v1beta1 import tx_pb2 as authz_tx
from cosmos.bank.v1beta1 import tx_pb2 as bank_tx
from cosmos.base.abci.v1beta1 import abci_pb2 as abci
from cosmos.base.v1beta1 import coin_pb2 as coin
from cosmos.crypto.secp256k1 import keys_pb2 as secp256k1
from cosmos.feegrant.v1beta1 import feegrant_pb2 as feegrant
from cosmos.feegrant.v1beta1 import tx_pb2 as feegrant_tx
from cosmos.tx.v1beta1 import tx_pb2 as tx
from google.protobuf import any_pb2 as any_
from google.protobuf import duration_pb2 as duration
from google.protobuf import timestamp_pb2 as timestamp

from slipway_signing.pb.akash.audit.v1 import audit_pb2 as audit
from slipway_signing.pb.akash.base.deposit.v1 import deposit_pb2 as deposit
from slipway_signing.pb.akash.bme.v1 import bme_pb2 as bme
from slipway_signing.pb.akash.cert.v1 import cert_pb2 as cert
from slipway_signing.pb.akash.deployment.v1 import deployment_pb2 as deployment_v1
from slipway_signing.pb.akash.deployment.v1beta4 import deployment_pb2 as deployment
from slipway_signing.pb.akash.escrow.id.v1 import id_pb2 as escrow_id
from slipway_signing.pb.akash.escrow.types.v1 import types_pb2 as escrow_types
from slipway_signing.pb.akash.escrow.v1 import escrow_pb2 as escrow
from slipway_signing.pb.akash.market.v1 import market_pb2 as market_v1
from slipway_signing.pb.akash.market.v1beta5 import market_pb2 as market
from slipway_signing.pb.akash.provider.v1beta4 import provider_pb2 as provider

__all__ = [
    "abci",
    "any_",
    "audit",
    "auth",
    "authz",
    "authz_tx",
    "bank_tx",
    "bme",
    "cert",
    "coin",
    "deployment",
    "deployment_v1",
    "deposit",
    "duration",
    "escrow",
    "escrow_id",
    "escrow_types",
    "feegrant",
    "feegrant_tx",
    "market",
    "market_v1",
    "provider",
    "secp256k1",
    "timestamp",
    "tx",
]
