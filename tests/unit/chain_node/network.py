"""A chain with people who sign: transactions are checked, put into blocks and read back, without sockets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from slipway_signing.address import address_of
from slipway_signing.keys import LocalKey

from sandbox.chain import codec, pb
from sandbox.chain.app import Chain
from sandbox.chain.genesis import Genesis
from sandbox.chain.modules import auth, authz, bank
from sandbox.chain.numbers import SECOND
from sandbox.chain.rest.gateway import Gateway
from sandbox.chain.signatures import PUBKEY_URL, sign_bytes
from sandbox.genesis import CHAIN_ID, account, genesis

if TYPE_CHECKING:
    from sandbox.chain.blocks import Record
    from sandbox.chain.execution import Outcome

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
DIRECT: Final = 1
RICH: Final = 1_000_000_000_000


class Person:
    """Somebody with a key."""

    def __init__(self, name: str) -> None:
        self.key = LocalKey(sha256(name.encode()).digest())
        self.address = address_of(self.key.public_key)


TREASURY: Final = Person("treasury")
TENANT: Final = Person("tenant")
STRANGER: Final = Person("stranger")


@dataclass(kw_only=True)
class Draft:
    """A transaction before it is signed: right unless a test says otherwise."""

    messages: list[Any]
    signer: Person = TREASURY
    fee: int = 10_000
    gas: int = 400_000
    granter: str = ""
    memo: str = ""
    unordered: bool = False
    timeout: int = 0
    sequence: int = 0
    chain_id: str = CHAIN_ID
    account_number: int | None = None
    signatures: int = field(default=1)


class Network:
    """A chain whose blocks come when the test says so, a second apart."""

    def __init__(self, **more: Any) -> None:
        """`more` are further keys of the genesis file."""
        funds = {"uact": RICH, "uakt": RICH}
        started = genesis([account("treasury", TREASURY.address, funds)], now=START)
        self.chain = Chain.of(Genesis.of({**started, **more}))
        self.gateway = Gateway(self.chain)
        self.block()

    @property
    def now(self) -> int:
        return self.chain.tip.time

    def block(self, after: int = SECOND) -> tuple[Record, ...]:
        return self.chain.make_block(self.now + after).records

    def sign(self, draft: Draft) -> bytes:
        body = pb.tx.TxBody(
            messages=[codec.pack(message) for message in draft.messages],
            memo=draft.memo,
            unordered=draft.unordered,
        )
        if draft.timeout:
            body.timeout_timestamp.seconds, body.timeout_timestamp.nanos = divmod(draft.timeout, SECOND)
        key = _packed_key(draft.signer)
        mode = pb.tx.ModeInfo(single=pb.tx.ModeInfo.Single(mode=DIRECT))
        coin = [pb.coin.Coin(denom="uakt", amount=str(draft.fee))] if draft.fee else []
        info = pb.tx.AuthInfo(
            signer_infos=[pb.tx.SignerInfo(public_key=key, mode_info=mode, sequence=draft.sequence)],
            fee=pb.tx.Fee(amount=coin, gas_limit=draft.gas, granter=draft.granter),
        )
        return self._envelope(draft, body.SerializeToString(), info.SerializeToString())

    def _envelope(self, draft: Draft, body: bytes, info: bytes) -> bytes:
        number = draft.account_number
        if number is None:
            found = auth.account(self.chain.reading(), draft.signer.address)
            number = found.account_number if found else 0
        signed = sha256(sign_bytes(body, info, draft.chain_id, number)).digest()
        proofs = [draft.signer.key.sign_digest(signed)] * draft.signatures
        raw = pb.tx.TxRaw(body_bytes=body, auth_info_bytes=info, signatures=proofs)
        return bytes(raw.SerializeToString())

    def sign_together(self, draft: Draft, sequences: dict[Person, int]) -> bytes:
        """The draft with everybody's signature, whose sequences these are."""
        body = pb.tx.TxBody(messages=[codec.pack(message) for message in draft.messages])
        mode = pb.tx.ModeInfo(single=pb.tx.ModeInfo.Single(mode=DIRECT))
        fee = pb.tx.Fee(amount=[pb.coin.Coin(denom="uakt", amount=str(draft.fee))], gas_limit=draft.gas)
        info = pb.tx.AuthInfo(fee=fee)
        for who, sequence in sequences.items():
            info.signer_infos.add(public_key=_packed_key(who), mode_info=mode, sequence=sequence)
        parts = body.SerializeToString(), info.SerializeToString()
        proofs = []
        for who in sequences:
            number = auth.account(self.chain.reading(), who.address).account_number
            proofs.append(who.key.sign_digest(sha256(sign_bytes(*parts, CHAIN_ID, number)).digest()))
        return bytes(
            pb.tx.TxRaw(body_bytes=parts[0], auth_info_bytes=parts[1], signatures=proofs).SerializeToString()
        )

    def check(self, draft: Draft) -> Outcome:
        return self.chain.broadcast(self.sign(draft))

    def include(self, draft: Draft) -> Outcome:
        """The outcome of a transaction that passes CheckTx, from the next block."""
        checked = self.check(draft)
        assert not checked.code, checked.text
        return self.block()[-1].outcome

    def send(self, *messages: Any, signer: Person = TREASURY, **changes: Any) -> Outcome:
        """Include messages under the signer's sequence."""
        sequence = self.sequence(signer)
        return self.include(Draft(messages=list(messages), signer=signer, sequence=sequence, **changes))

    def sequence(self, who: Person) -> int:
        return int(auth.account(self.chain.reading(), who.address).sequence)

    def balance(self, who: Person, denom: str = "uakt") -> int:
        return bank.balance(self.chain.reading(), who.address, denom)

    def credit(self) -> int | None:
        """What the treasury's deposit grant still allows the tenant, None without one."""
        found = authz.grant(self.chain.reading(), TREASURY.address, TENANT.address, authz.DEPOSIT_URL)
        if found is None:
            return None
        return sum(int(limit.amount) for limit in codec.unpack(found.authorization).spend_limits)

    def fees_left(self) -> Any:
        """The spend limit of what the treasury allows the tenant in fees."""
        path = f"/cosmos/feegrant/v1beta1/allowance/{TREASURY.address}/{TENANT.address}"
        return self.get(path)["allowance"]["allowance"]["spend_limit"]

    def get(self, path: str, **params: str) -> Any:
        return self.gateway.answer("GET", path, params).body


def _packed_key(who: Person) -> Any:
    value = pb.secp256k1.PubKey(key=who.key.public_key).SerializeToString()
    return pb.any_.Any(type_url=PUBKEY_URL, value=value)


def payment(amount: int = 5, to: Person = TENANT, sender: Person = TREASURY) -> Any:
    coin = pb.coin.Coin(denom="uakt", amount=str(amount))
    return pb.bank_tx.MsgSend(from_address=sender.address, to_address=to.address, amount=[coin])


def fee_grant(amount: int | None, to: Person = TENANT, expiration: int | None = None) -> Any:
    """The treasury pays the fees of a wallet: up to an amount, or without limit."""
    limit = [] if amount is None else [pb.coin.Coin(denom="uakt", amount=str(amount))]
    allowance = pb.feegrant.BasicAllowance(spend_limit=limit)
    if expiration:
        allowance.expiration.seconds, allowance.expiration.nanos = divmod(expiration, SECOND)
    return pb.feegrant_tx.MsgGrantAllowance(
        granter=TREASURY.address, grantee=to.address, allowance=codec.pack(allowance)
    )


def deposit_grant(amount: int, to: Person = TENANT, expiration: int | None = None) -> Any:
    authorization = pb.escrow.DepositAuthorization(
        scopes=["deployment"], spend_limits=[pb.coin.Coin(denom="uact", amount=str(amount))]
    )
    grant = pb.authz.Grant(authorization=codec.pack(authorization))
    if expiration:
        grant.expiration.seconds, grant.expiration.nanos = divmod(expiration, SECOND)
    return pb.authz_tx.MsgGrant(granter=TREASURY.address, grantee=to.address, grant=grant)


def deployment(dseq: int = 1, deposit: int = 500_000) -> Any:
    """The tenant's deployment, paid by its grant."""
    found = pb.deployment.MsgCreateDeployment(hash=bytes(32))
    found.id.owner, found.id.dseq = TENANT.address, dseq
    found.deposit.amount.CopyFrom(pb.coin.Coin(denom="uact", amount=str(deposit)))
    found.deposit.sources.append(pb.deposit.Source.grant)
    group = found.groups.add(name="web")
    unit = group.resources.add(count=1)
    unit.price.CopyFrom(pb.coin.DecCoin(denom="uact", amount=str(1000 * 10**18)))
    unit.resource.id = 1
    unit.resource.cpu.units.val = b"500"
    unit.resource.memory.quantity.val = unit.resource.gpu.units.val = b"0"
    unit.resource.memory.quantity.val = str(1 << 29).encode()
    unit.resource.storage.add(name="default").quantity.val = str(1 << 29).encode()
    unit.resource.endpoints.add()
    return found


def tenant_with(credit: int = 20_000_000, fees: int | None = 1_000_000) -> Network:
    """A chain where the treasury has granted a tenant credit and fees."""
    network = Network()
    network.send(deposit_grant(credit), fee_grant(fees))
    return network
