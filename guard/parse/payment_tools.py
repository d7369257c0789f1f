"""Calls of tools that pay: arguments by their meaning become operations.

What an argument means says the tool's row in the table (`guard.parse.tools.Payment`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from guard.parse import tools as t
from guard.parse.amounts import Amount, fraction_of, power_of_ten, read_amount
from guard.parse.payment import MEMO, Payment, approve, chain_name, key_export, known_text, sign
from guard.parse.payment import transfer as make_transfer
from guard.parse.payment_evm import read_rpc, transaction, typed_data
from guard.parse.reading import UNKNOWN

__all__ = ["looks_like_payment", "read_payment"]

_BATCHES = frozenset({"transfers", "payments", "recipients", "outputs", "transactions", "payouts"})
_MOST = 64  # payments of one call; more are unknown
_VERBS = frozenset(
    ["send", "transfer", "pay", "withdraw", "tip", "donate", "remit", "wire", "payout", "refund"]
)
_UNITS_OF = {
    "lamports": ("SOL", "solana"),
    "amountlamports": ("SOL", "solana"),
    "wei": ("native", ""),
    "amountwei": ("native", ""),
    "valuewei": ("native", ""),
    **dict.fromkeys(("sats", "satoshis", "amountsats"), ("BTC", "bitcoin")),
}
_CENTS = frozenset({"amountcents", "cents", "minorunits"})
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_SEPARATORS = str.maketrans("", "", "-_ ")


def _plain(name: str) -> str:
    return name.lower().translate(_SEPARATORS)


class _Arguments:
    """The arguments of one call, asked for by what they mean."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self.values = {_plain(name): value for name, value in arguments.items()}
        for name in ("amount", "value"):
            inner = self.values.get(name)
            if isinstance(inner, Mapping):  # {"amount": {"value": "5", "currency": "EUR"}}
                flat = {_plain(key): item for key, item in inner.items()}
                self.values = {**self.values, name: flat.pop("value", flat.pop("amount", None))}
                self.values |= {k: v for k, v in flat.items() if k not in self.values}

    def first(self, names: Iterable[str]) -> tuple[str, Any]:
        """The first of these that is given, with its plain name."""
        for name in names:
            value = self.values.get(_plain(name))
            if value is not None and value != "":
                return _plain(name), value
        return "", None


def looks_like_payment(tool: str, arguments: Mapping[str, Any]) -> bool:
    """Whether a tool that nobody described moves money: by its name and its arguments."""
    if len(tool) > 256 or len(arguments) < 2:
        return False
    if not _VERBS & {word.lower() for word in _WORDS.findall(tool)}:
        return False
    usual, given = t.Payment(), _Arguments(arguments)
    amounts = ("amount", *usual.raw_amount, *usual.usd_amount, "ui_amount", "value")
    amount = read_amount(given.first(amounts)[1])
    to = given.first([*usual.recipient, *usual.asset])[0]
    return amount is not None and bool(to)


def read_payment(tool: str, reader: t.Payment, arguments: Mapping[str, Any]) -> list[Payment]:
    """Return what a call of a tool that pays would do; never nothing."""
    given = _Arguments(arguments)
    if reader.kind == "key_export":
        name = known_text(given.first((*reader.payer, "wallet", "name", "address", "account"))[1])
        secret = "seed phrase" if re.search("seed|mnemonic", tool.lower()) else "private key"
        return [key_export(secret, name)]
    if reader.kind == "sign":
        return _signature(tool, given)
    if reader.kind == "transaction":
        return _transaction(reader, given)
    found: list[Payment] = []
    batch = next((v for k, v in given.values.items() if k in _BATCHES and _is_batch(v)), None)
    if batch is None:
        return _one(reader, given)
    shared = {k: v for k, v in given.values.items() if k not in _BATCHES}
    rows = [{"to": k, "amount": v} for k, v in batch.items()] if isinstance(batch, dict) else batch
    for row in rows[:_MOST]:
        found += _one(reader, _Arguments({**shared, **row}))
    if len(rows) > _MOST:
        found.append(make_transfer(UNKNOWN, None))
    return found or _one(reader, given)


def _is_batch(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value)
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value)


def _one(reader: t.Payment, given: _Arguments) -> list[Payment]:
    to = given.first(reader.recipient)[1]
    recipients = to if isinstance(to, list) and to else [to]
    return [_payment(reader, given, known_text(recipient)) for recipient in recipients[:_MOST]] + (
        [make_transfer(UNKNOWN, None)] if len(recipients) > _MOST else []
    )


def _payment(reader: t.Payment, given: _Arguments, recipient: str) -> Payment:
    _, written = given.first(reader.amount)
    raw_name, raw = given.first(reader.raw_amount)
    _, usd = given.first(reader.usd_amount)
    asset = known_text(given.first(reader.asset)[1]) or reader.in_asset
    chain = chain_name(given.first(reader.chain)[1]) or chain_name(reader.on_chain or None)
    unit, value = reader.unit, written
    if written is None and raw is not None:
        unit, value, raw = "raw", raw, None
        own_asset, own_chain = _UNITS_OF.get(raw_name, ("", ""))
        asset, chain = asset or own_asset, chain or chain_name(own_chain or None)
    elif written is None and usd is not None:
        unit, value = "usd", usd
    amount = read_amount(value)
    fraction = _fraction(reader, given, amount)
    if amount is None and fraction and value is None:
        amount = Amount("")
    if raw_name in _CENTS and unit == "raw" and amount and amount.text:
        unit, amount = "ui", Amount(power_of_ten(amount.text, -2), amount.exact)
    elif not unit and raw is not None:
        unit = "ui"
    # Who names the asset and leaves the unit open means whole coins.
    unit = unit or ("ui" if asset or (amount and amount.asset) else "")
    if reader.kind == "approve":
        text = (amount.text or "unlimited") if amount else _wide(given, value)
        return approve(asset, recipient, text, chain=chain, unit=unit, method="approve")
    raw_text = read_amount(raw)
    decimals = given.first(reader.decimals)[1]
    made = make_transfer(
        recipient,
        amount,
        asset=asset,
        chain=chain,
        unit=unit,
        raw_amount="" if raw is None else raw_text.text if raw_text else UNKNOWN,
        decimals=decimals if isinstance(decimals, int) and decimals is not True else None,
        requested_asset=known_text(given.first(reader.requested_asset)[1]),
        requested_amount=_stated(given.first(reader.requested_amount)[1]),
    )
    made["fraction"] = fraction
    for key, names in (("payer", reader.payer), ("memo", reader.memo)):
        text = given.first(names)[1]
        if isinstance(text, str):
            made[key] = text[:MEMO]  # type: ignore[literal-required]
    return made


def _stated(value: Any) -> str:
    if value is None:
        return ""
    amount = read_amount(value)
    return amount.text if amount and amount.text else UNKNOWN


def _wide(given: _Arguments, value: Any) -> str:
    """The amount of an approval that states none: that of `setApprovalForAll`, or a word."""
    if given.values.get("approved") is False:
        return "0"
    words = ("unlimited", "infinite", "infinity", "-1", "uint256max", "maxuint256")
    if value is None or _plain(str(value)) in words:
        return "unlimited"
    return UNKNOWN


def _fraction(reader: t.Payment, given: _Arguments, amount: Amount | None) -> str:
    """How much of the balance goes, as far as the call says it; "" where it does not."""
    if amount is not None and amount.fraction:
        return amount.fraction
    name, share = given.first(reader.fraction)
    if share is True:
        return "1"
    stated = read_amount(share) if name and share is not False else None
    if stated is not None:
        percent = name.startswith("percent")
        return stated.fraction or (power_of_ten(stated.text, -2) if percent else stated.text)
    balance = read_amount(given.first(reader.balance)[1])
    if balance is not None and balance.text and amount is not None and amount.text:
        return fraction_of(amount.text, balance.text)
    return ""


def _signature(tool: str, given: _Arguments) -> list[Payment]:
    key = known_text(given.first(("wallet", "account", "address", "from", "signer"))[1])
    name, data = given.first(("typed_data", "data", "payload", "message"))
    kind = _plain(tool.rpartition("__")[2])
    if isinstance(data, Mapping) and ("primaryType" in data or "types" in data):
        return typed_data(data, "eth_signTypedData", key)
    if isinstance(data, str) and '"primaryType"' in data:
        return read_rpc("eth_signTypedData", [data]) or []
    if "typeddata" in kind or "permit" in kind or name == "typeddata":
        return [sign("eth_signTypedData", UNKNOWN, key)]
    raw = kind.endswith(("ethsign", "signhash", "signdigest"))
    return [sign("eth_sign" if raw else "personal_sign", "", key)]


def _transaction(reader: t.Payment, given: _Arguments) -> list[Payment]:
    name, whole = given.first(("transaction", "tx", "raw_transaction", "signed_transaction"))
    if not isinstance(whole, Mapping):
        if whole is not None or "to" not in given.values:
            return [sign("raw_transaction", "", "" if name else UNKNOWN)]
        whole = {
            **given.values,
            "to": given.first(reader.recipient)[1],
            "chainId": given.first(reader.chain)[1],
        }
    return transaction(whole)
