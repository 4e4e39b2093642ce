"""POST /v1/tx: messages that the user wrote, signed by its wallet and landed.

An API key also needs the scope of the operation that does the same as each message.
"""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.transactions import TxIn, TxOut
from slipway.entry.wiring import signer, wallets
from slipway.services import transactions


@endpoint(body=TxIn, scope="deployments:write", refuses=refusals.MESSAGES)
def handler(request: Request[TxIn]) -> TxOut:
    sent = transactions.send(
        user=request.user,
        acted_for=request.body.data.user_id,
        messages=request.body.messages(),
        granted=request.scopes,
        intent=request.intent,
        wallets=wallets(),
        signer=signer(),
    )
    return TxOut.of(sent)
