"""A transaction as its bytes say: what was signed, by whom, for which fee."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import amounts, bech32, codec, coins, pb
from sandbox.chain.errors import TX_PARSE
from sandbox.chain.numbers import of_timestamp

if TYPE_CHECKING:
    from sandbox.chain.coins import Coins

DIRECT: Final = 1  # SIGN_MODE_DIRECT, the one way to sign that managed wallets use


@dataclass(frozen=True)
class Transaction:
    """A decoded transaction; `messages` are unpacked, in order."""

    raw: bytes
    envelope: Any
    body: Any
    auth: Any
    messages: tuple[Any, ...]

    @classmethod
    def decode(cls, raw: bytes) -> Transaction:
        """Raises sdk/2 for bytes that are no transaction and for messages this chain does not know."""
        envelope = codec.parse(pb.tx.TxRaw, raw)
        body = codec.parse(pb.tx.TxBody, envelope.body_bytes)
        auth = codec.parse(pb.tx.AuthInfo, envelope.auth_info_bytes)
        messages = tuple(_unpacked(packed) for packed in body.messages)
        for part in (envelope, body, auth):
            _refuse_unknown(part)
        _settle_fee(auth.fee)
        return cls(raw, envelope, body, auth, messages)

    @property
    def hash(self) -> str:
        return hash_of(self.raw)

    @cached_property
    def signers(self) -> list[str]:
        """Who must sign: the messages' signers, then a fee payer who is none of them."""
        found = codec.signers(self.messages)
        if self.fee.payer and self.fee.payer not in found:
            found.append(self.fee.payer)
        return found

    @property
    def fee(self) -> Any:
        return self.auth.fee

    @property
    def fee_coins(self) -> Coins:
        return coins.of(self.fee.amount)

    @property
    def fee_payer(self) -> str:
        return str(self.fee.payer or self.signers[0])

    @property
    def is_unordered(self) -> bool:
        return bool(self.body.unordered)

    @property
    def timeout(self) -> int:
        """Its timeout_timestamp in nanoseconds, 0 when it has none."""
        return of_timestamp(self.body.timeout_timestamp)

    @property
    def urls(self) -> list[str]:
        return [codec.url_of(message) for message in self.messages]

    def rendered(self) -> Any:
        """The message cosmos.tx.v1beta1.Tx, as queries answer it."""
        return pb.tx.Tx(body=self.body, auth_info=self.auth, signatures=list(self.envelope.signatures))


def hash_of(raw: bytes) -> str:
    """A transaction's hash: known before it is broadcast."""
    return sha256(raw).hexdigest().upper()


def _unpacked(packed: Any) -> Any:
    """A message that this chain knows, whole, with a signer who has an address (sdk/2)."""
    message = codec.unpack(packed)
    if packed.type_url not in codec.SIGNERS:
        raise TX_PARSE.wrap(f"unable to resolve type URL {packed.type_url}: {TX_PARSE.text}")
    _refuse_unknown(message)
    for address in codec.signers([message]):
        try:
            bech32.decode(address)
        except bech32.Bech32Error as error:
            raise TX_PARSE.wrap(f"{error}: {TX_PARSE.text}") from error
    for inner in getattr(message, "msgs", ()):
        _unpacked(inner)
    amounts.settle(message)
    return message


def _settle_fee(fee: Any) -> None:
    """Fees are read after all else, with words of their own for what is no number."""
    for place, coin in enumerate(fee.amount):
        try:
            coin.amount = str(amounts.go_integer(coin.amount))
        except amounts.NotANumberError as error:
            raise TX_PARSE.wrap(f"invalid coin amount at index {place}: {coin.amount}") from error


def _refuse_unknown(message: Any) -> None:
    """A field that this chain does not know could change what was meant; the SDK refuses it at any depth."""
    known = type(message)()
    known.CopyFrom(message)
    known.DiscardUnknownFields()
    if known.ByteSize() != message.ByteSize():
        text = f'errUnknownField "{message.DESCRIPTOR.full_name}"'
        raise TX_PARSE.wrap(f"{text}: {TX_PARSE.text}")
