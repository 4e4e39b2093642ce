from cosmos.base.v1beta1 import coin_pb2 as _coin_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MintStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    mint_status_unspecified: _ClassVar[MintStatus]
    mint_status_healthy: _ClassVar[MintStatus]
    mint_status_warning: _ClassVar[MintStatus]
    mint_status_halt_cr: _ClassVar[MintStatus]
    mint_status_halt_oracle: _ClassVar[MintStatus]

class LedgerRecordStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ledger_record_status_invalid: _ClassVar[LedgerRecordStatus]
    ledger_record_status_pending: _ClassVar[LedgerRecordStatus]
    ledger_record_status_executed: _ClassVar[LedgerRecordStatus]
    ledger_record_status_canceled: _ClassVar[LedgerRecordStatus]
mint_status_unspecified: MintStatus
mint_status_healthy: MintStatus
mint_status_warning: MintStatus
mint_status_halt_cr: MintStatus
mint_status_halt_oracle: MintStatus
ledger_record_status_invalid: LedgerRecordStatus
ledger_record_status_pending: LedgerRecordStatus
ledger_record_status_executed: LedgerRecordStatus
ledger_record_status_canceled: LedgerRecordStatus

class MsgUpdateParams(_message.Message):
    __slots__ = ("authority", "params")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    authority: str
    params: Params
    def __init__(self, authority: _Optional[str] = ..., params: _Optional[_Union[Params, _Mapping]] = ...) -> None: ...

class MsgUpdateParamsResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgFundVault(_message.Message):
    __slots__ = ("authority", "amount", "source")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    authority: str
    amount: _coin_pb2.Coin
    source: str
    def __init__(self, authority: _Optional[str] = ..., amount: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., source: _Optional[str] = ...) -> None: ...

class MsgFundVaultResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgBurnMint(_message.Message):
    __slots__ = ("owner", "to", "coins_to_burn", "denom_to_mint")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    COINS_TO_BURN_FIELD_NUMBER: _ClassVar[int]
    DENOM_TO_MINT_FIELD_NUMBER: _ClassVar[int]
    owner: str
    to: str
    coins_to_burn: _coin_pb2.Coin
    denom_to_mint: str
    def __init__(self, owner: _Optional[str] = ..., to: _Optional[str] = ..., coins_to_burn: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., denom_to_mint: _Optional[str] = ...) -> None: ...

class MsgMintACT(_message.Message):
    __slots__ = ("owner", "to", "coins_to_burn")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    COINS_TO_BURN_FIELD_NUMBER: _ClassVar[int]
    owner: str
    to: str
    coins_to_burn: _coin_pb2.Coin
    def __init__(self, owner: _Optional[str] = ..., to: _Optional[str] = ..., coins_to_burn: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ...) -> None: ...

class MsgBurnACT(_message.Message):
    __slots__ = ("owner", "to", "coins_to_burn")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    COINS_TO_BURN_FIELD_NUMBER: _ClassVar[int]
    owner: str
    to: str
    coins_to_burn: _coin_pb2.Coin
    def __init__(self, owner: _Optional[str] = ..., to: _Optional[str] = ..., coins_to_burn: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ...) -> None: ...

class MsgBurnMintResponse(_message.Message):
    __slots__ = ("id", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: LedgerRecordID
    status: LedgerRecordStatus
    def __init__(self, id: _Optional[_Union[LedgerRecordID, _Mapping]] = ..., status: _Optional[_Union[LedgerRecordStatus, str]] = ...) -> None: ...

class MsgMintACTResponse(_message.Message):
    __slots__ = ("id", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: LedgerRecordID
    status: LedgerRecordStatus
    def __init__(self, id: _Optional[_Union[LedgerRecordID, _Mapping]] = ..., status: _Optional[_Union[LedgerRecordStatus, str]] = ...) -> None: ...

class MsgBurnACTResponse(_message.Message):
    __slots__ = ("id", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: LedgerRecordID
    status: LedgerRecordStatus
    def __init__(self, id: _Optional[_Union[LedgerRecordID, _Mapping]] = ..., status: _Optional[_Union[LedgerRecordStatus, str]] = ...) -> None: ...

class Params(_message.Message):
    __slots__ = ("circuit_breaker_warn_threshold", "circuit_breaker_halt_threshold", "min_epoch_blocks", "epoch_blocks_backoff_percent", "mint_spread_bps", "settle_spread_bps", "max_endblocker_records", "min_mint", "max_pending_attempts")
    CIRCUIT_BREAKER_WARN_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    CIRCUIT_BREAKER_HALT_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MIN_EPOCH_BLOCKS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_BLOCKS_BACKOFF_PERCENT_FIELD_NUMBER: _ClassVar[int]
    MINT_SPREAD_BPS_FIELD_NUMBER: _ClassVar[int]
    SETTLE_SPREAD_BPS_FIELD_NUMBER: _ClassVar[int]
    MAX_ENDBLOCKER_RECORDS_FIELD_NUMBER: _ClassVar[int]
    MIN_MINT_FIELD_NUMBER: _ClassVar[int]
    MAX_PENDING_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    circuit_breaker_warn_threshold: int
    circuit_breaker_halt_threshold: int
    min_epoch_blocks: int
    epoch_blocks_backoff_percent: int
    mint_spread_bps: int
    settle_spread_bps: int
    max_endblocker_records: int
    min_mint: _containers.RepeatedCompositeFieldContainer[_coin_pb2.Coin]
    max_pending_attempts: int
    def __init__(self, circuit_breaker_warn_threshold: _Optional[int] = ..., circuit_breaker_halt_threshold: _Optional[int] = ..., min_epoch_blocks: _Optional[int] = ..., epoch_blocks_backoff_percent: _Optional[int] = ..., mint_spread_bps: _Optional[int] = ..., settle_spread_bps: _Optional[int] = ..., max_endblocker_records: _Optional[int] = ..., min_mint: _Optional[_Iterable[_Union[_coin_pb2.Coin, _Mapping]]] = ..., max_pending_attempts: _Optional[int] = ...) -> None: ...

class LedgerID(_message.Message):
    __slots__ = ("height", "sequence")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    height: int
    sequence: int
    def __init__(self, height: _Optional[int] = ..., sequence: _Optional[int] = ...) -> None: ...

class CollateralRatio(_message.Message):
    __slots__ = ("ratio", "status", "reference_price")
    RATIO_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_PRICE_FIELD_NUMBER: _ClassVar[int]
    ratio: str
    status: MintStatus
    reference_price: str
    def __init__(self, ratio: _Optional[str] = ..., status: _Optional[_Union[MintStatus, str]] = ..., reference_price: _Optional[str] = ...) -> None: ...

class State(_message.Message):
    __slots__ = ("balances", "total_burned", "total_minted", "remint_credits")
    BALANCES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BURNED_FIELD_NUMBER: _ClassVar[int]
    TOTAL_MINTED_FIELD_NUMBER: _ClassVar[int]
    REMINT_CREDITS_FIELD_NUMBER: _ClassVar[int]
    balances: _containers.RepeatedCompositeFieldContainer[_coin_pb2.Coin]
    total_burned: _containers.RepeatedCompositeFieldContainer[_coin_pb2.Coin]
    total_minted: _containers.RepeatedCompositeFieldContainer[_coin_pb2.Coin]
    remint_credits: _containers.RepeatedCompositeFieldContainer[_coin_pb2.Coin]
    def __init__(self, balances: _Optional[_Iterable[_Union[_coin_pb2.Coin, _Mapping]]] = ..., total_burned: _Optional[_Iterable[_Union[_coin_pb2.Coin, _Mapping]]] = ..., total_minted: _Optional[_Iterable[_Union[_coin_pb2.Coin, _Mapping]]] = ..., remint_credits: _Optional[_Iterable[_Union[_coin_pb2.Coin, _Mapping]]] = ...) -> None: ...

class CoinPrice(_message.Message):
    __slots__ = ("coin", "price")
    COIN_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    coin: _coin_pb2.Coin
    price: str
    def __init__(self, coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., price: _Optional[str] = ...) -> None: ...

class BurnMintPair(_message.Message):
    __slots__ = ("burned", "minted")
    BURNED_FIELD_NUMBER: _ClassVar[int]
    MINTED_FIELD_NUMBER: _ClassVar[int]
    burned: CoinPrice
    minted: CoinPrice
    def __init__(self, burned: _Optional[_Union[CoinPrice, _Mapping]] = ..., minted: _Optional[_Union[CoinPrice, _Mapping]] = ...) -> None: ...

class LedgerRecordID(_message.Message):
    __slots__ = ("denom", "to_denom", "source", "height", "sequence")
    DENOM_FIELD_NUMBER: _ClassVar[int]
    TO_DENOM_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    denom: str
    to_denom: str
    source: str
    height: int
    sequence: int
    def __init__(self, denom: _Optional[str] = ..., to_denom: _Optional[str] = ..., source: _Optional[str] = ..., height: _Optional[int] = ..., sequence: _Optional[int] = ...) -> None: ...

class LedgerPendingRecord(_message.Message):
    __slots__ = ("owner", "to", "coins_to_burn", "denom_to_mint", "attempts")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    COINS_TO_BURN_FIELD_NUMBER: _ClassVar[int]
    DENOM_TO_MINT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    owner: str
    to: str
    coins_to_burn: _coin_pb2.Coin
    denom_to_mint: str
    attempts: int
    def __init__(self, owner: _Optional[str] = ..., to: _Optional[str] = ..., coins_to_burn: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., denom_to_mint: _Optional[str] = ..., attempts: _Optional[int] = ...) -> None: ...

class LedgerCanceledRecord(_message.Message):
    __slots__ = ("owner", "cancel_reason", "to", "coins_to_burn", "denom_to_mint")
    class BMCancelReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unknown: _ClassVar[LedgerCanceledRecord.BMCancelReason]
        epsilon: _ClassVar[LedgerCanceledRecord.BMCancelReason]
        zero_price: _ClassVar[LedgerCanceledRecord.BMCancelReason]
        insufficient_funds: _ClassVar[LedgerCanceledRecord.BMCancelReason]
        invalid_denom: _ClassVar[LedgerCanceledRecord.BMCancelReason]
        invalid_amount: _ClassVar[LedgerCanceledRecord.BMCancelReason]
        minimum_mint: _ClassVar[LedgerCanceledRecord.BMCancelReason]
        mint_failed: _ClassVar[LedgerCanceledRecord.BMCancelReason]
        burn_failed: _ClassVar[LedgerCanceledRecord.BMCancelReason]
        max_attempts: _ClassVar[LedgerCanceledRecord.BMCancelReason]
    unknown: LedgerCanceledRecord.BMCancelReason
    epsilon: LedgerCanceledRecord.BMCancelReason
    zero_price: LedgerCanceledRecord.BMCancelReason
    insufficient_funds: LedgerCanceledRecord.BMCancelReason
    invalid_denom: LedgerCanceledRecord.BMCancelReason
    invalid_amount: LedgerCanceledRecord.BMCancelReason
    minimum_mint: LedgerCanceledRecord.BMCancelReason
    mint_failed: LedgerCanceledRecord.BMCancelReason
    burn_failed: LedgerCanceledRecord.BMCancelReason
    max_attempts: LedgerCanceledRecord.BMCancelReason
    OWNER_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REASON_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    COINS_TO_BURN_FIELD_NUMBER: _ClassVar[int]
    DENOM_TO_MINT_FIELD_NUMBER: _ClassVar[int]
    owner: str
    cancel_reason: LedgerCanceledRecord.BMCancelReason
    to: str
    coins_to_burn: _coin_pb2.Coin
    denom_to_mint: str
    def __init__(self, owner: _Optional[str] = ..., cancel_reason: _Optional[_Union[LedgerCanceledRecord.BMCancelReason, str]] = ..., to: _Optional[str] = ..., coins_to_burn: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., denom_to_mint: _Optional[str] = ...) -> None: ...

class LedgerRecord(_message.Message):
    __slots__ = ("burned_from", "minted_to", "burner", "minter", "burned", "minted", "spread", "remint_credit_issued", "remint_credit_accrued")
    BURNED_FROM_FIELD_NUMBER: _ClassVar[int]
    MINTED_TO_FIELD_NUMBER: _ClassVar[int]
    BURNER_FIELD_NUMBER: _ClassVar[int]
    MINTER_FIELD_NUMBER: _ClassVar[int]
    BURNED_FIELD_NUMBER: _ClassVar[int]
    MINTED_FIELD_NUMBER: _ClassVar[int]
    SPREAD_FIELD_NUMBER: _ClassVar[int]
    REMINT_CREDIT_ISSUED_FIELD_NUMBER: _ClassVar[int]
    REMINT_CREDIT_ACCRUED_FIELD_NUMBER: _ClassVar[int]
    burned_from: str
    minted_to: str
    burner: str
    minter: str
    burned: CoinPrice
    minted: CoinPrice
    spread: _coin_pb2.Coin
    remint_credit_issued: CoinPrice
    remint_credit_accrued: CoinPrice
    def __init__(self, burned_from: _Optional[str] = ..., minted_to: _Optional[str] = ..., burner: _Optional[str] = ..., minter: _Optional[str] = ..., burned: _Optional[_Union[CoinPrice, _Mapping]] = ..., minted: _Optional[_Union[CoinPrice, _Mapping]] = ..., spread: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., remint_credit_issued: _Optional[_Union[CoinPrice, _Mapping]] = ..., remint_credit_accrued: _Optional[_Union[CoinPrice, _Mapping]] = ...) -> None: ...

class Status(_message.Message):
    __slots__ = ("status", "previous_status", "epoch_height_diff")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_STATUS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_HEIGHT_DIFF_FIELD_NUMBER: _ClassVar[int]
    status: MintStatus
    previous_status: MintStatus
    epoch_height_diff: int
    def __init__(self, status: _Optional[_Union[MintStatus, str]] = ..., previous_status: _Optional[_Union[MintStatus, str]] = ..., epoch_height_diff: _Optional[int] = ...) -> None: ...
