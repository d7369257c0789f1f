"""Payments of Ethereum and its like: calldata, transactions, typed data, JSON-RPC.

Selectors are the first four bytes of Keccak-256 of the function's signature; words of 32 bytes
follow (Contract ABI Specification). Methods of JSON-RPC: EIP-1474, EIP-712, EIP-2612, EIP-3009.
Nothing is signed or checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guard.parse.amounts import Amount, read_amount
from guard.parse.payment import Payment, approve, chain_name, known_text, sign, transfer
from guard.parse.reading import UNKNOWN

__all__ = ["calldata", "function_call", "read_rpc", "transaction", "typed_data"]

# Selector -> (function, index of each word that counts). -1: the contract that is called.
_TRANSFERS = {
    "a9059cbb": ("transfer", 0, 1),
    "23b872dd": ("transferFrom", 1, 2),
    "42842e0e": ("safeTransferFrom", 1, 2),
    "b88d4fde": ("safeTransferFrom", 1, 2),
    "e3ee160e": ("transferWithAuthorization", 1, 2),
    "cf092995": ("transferWithAuthorization", 1, 2),
    "4000aea0": ("transferAndCall", 0, 1),
}
_APPROVALS = {
    "095ea7b3": ("approve", -1, 0, 1),
    "39509351": ("increaseAllowance", -1, 0, 1),
    "d505accf": ("permit", -1, 1, 2),
    "87517c45": ("permit2 approve", 0, 1, 2),
}
_FLAGS = {"a22cb465": ("setApprovalForAll", 0, 1), "8fcbaf0c": ("permit", 1, 4)}
_BY_NAME = {name: word for word, (name, *_) in {**_TRANSFERS, **_APPROVALS, **_FLAGS}.items()}
_SIGNATURES = {
    **dict.fromkeys(("eth_sign", "personal_sign", "eth_signTransaction"), ""),
    **dict.fromkeys(
        (
            "eth_signTypedData",
            "eth_signTypedData_v1",
            "eth_signTypedData_v3",
            "eth_signTypedData_v4",
        ),
        "typed",
    ),
    **dict.fromkeys(("eth_sendRawTransaction", "signMessage", "solana_signMessage"), ""),
    **dict.fromkeys(("sendTransaction", "solana_signTransaction", "signTransaction"), ""),
    **dict.fromkeys(("solana_signAndSendTransaction", "signAndSendTransaction"), ""),
}
_WORDS = 16


def calldata(contract: str, data: Any, chain: str = "") -> list[Payment]:
    """Return what a call of a contract moves or approves; a call nobody knows is a signature."""
    text = data[2:] if isinstance(data, str) and data[:2].lower() == "0x" else data
    if not isinstance(text, str) or len(text) < 8 or UNKNOWN in text:
        return [sign("contract_call", UNKNOWN)]
    body = text[8 : 8 + 64 * _WORDS].lower()
    words = [body[at : at + 64] for at in range(0, len(body) - 63, 64)]
    values = [_number(word) for word in words]
    return _function(contract, text[:8].lower(), values, chain)


def _number(word: str) -> str:
    try:
        return str(int(word, 16))
    except ValueError:
        return UNKNOWN


def function_call(contract: str, signature: str, words: list[str], chain: str) -> list[Payment]:
    """Return the same for a function's signature and its arguments, as `cast` takes them."""
    selector = signature if signature[:2] == "0x" else _BY_NAME.get(signature.partition("(")[0], "")
    return _function(contract, selector.removeprefix("0x")[:8], list(words), chain)


def _function(contract: str, selector: str, words: list[str], chain: str) -> list[Payment]:
    def word(at: int) -> str:
        return words[at] if at < len(words) else UNKNOWN

    def address(at: int) -> str:
        text = contract if at < 0 else word(at)
        is_word = text.isdecimal() and len(text) < 79
        return f"0x{int(text):040x}"[:66] if is_word else text

    if selector in _TRANSFERS:
        name, to, value = _TRANSFERS[selector]
        found = read_amount(word(value))
        how = {"asset": contract, "chain": chain, "method": name}
        return [transfer(address(to), found, unit="raw", **how)]
    if selector in _APPROVALS:
        name, token, spender, value = _APPROVALS[selector]
        found = read_amount(word(value))
        text = found.text if found else UNKNOWN
        return [approve(address(token), address(spender), text, chain=chain, method=name)]
    if selector in _FLAGS:
        name, spender, flag = _FLAGS[selector]
        granted = word(flag).lower() not in ("0", "false")
        amount = "unlimited" if granted else "0"
        return [approve(contract, address(spender), amount, chain=chain, method=name)]
    return [sign("contract_call", f"0x{selector}" if selector else UNKNOWN, contract)]


def transaction(fields: Mapping[str, Any], chain: str = "") -> list[Payment]:
    """Return what a transaction (`to`, `value`, `data`) moves, approves or calls."""
    chain = chain_name(fields.get("chainId", fields.get("chain_id"))) or chain
    to = known_text(fields.get("to")) or UNKNOWN
    found: list[Payment] = []
    data = fields.get("data", fields.get("input"))
    if data not in (None, "", "0x"):
        found += calldata(to, data, chain)
    value = fields.get("value")
    amount = read_amount(value) if value is not None else Amount("0")
    if not found or amount is None or amount.text != "0":
        found.append(transfer(to, amount, asset="native", chain=chain, unit="raw", method="native"))
    if any(not isinstance(fields.get(key, ""), str | int) for key in ("to", "data", "input")):
        found.append(sign("contract_call", UNKNOWN))
    return found


def typed_data(data: Any, method: str, key: str = "") -> list[Payment]:
    """Return what EIP-712 data signed away: a transfer, an approval; else the signature alone."""
    if not isinstance(data, Mapping):
        return [sign(method, UNKNOWN, key)]
    kind = known_text(data.get("primaryType", data.get("primary_type"))) or UNKNOWN
    domain, message = data.get("domain"), data.get("message")
    found: list[Payment] = [sign(method, kind, key)]
    if not isinstance(domain, Mapping) or not isinstance(message, Mapping):
        return found
    contract = known_text(domain.get("verifyingContract")) or UNKNOWN
    chain = chain_name(domain.get("chainId"))
    if kind in ("TransferWithAuthorization", "ReceiveWithAuthorization"):
        amount = read_amount(message.get("value"))
        to = known_text(message.get("to")) or UNKNOWN
        how = {"asset": contract, "chain": chain, "method": "eip3009"}
        found.append(transfer(to, amount, unit="raw", **how))
    elif kind.startswith("Permit"):
        found += _permits(kind, contract, chain, message)
    return found


def _permits(kind: str, contract: str, chain: str, message: Mapping[str, Any]) -> list[Payment]:
    details = message.get("details", message.get("permitted"))
    rows = details if isinstance(details, list) else [details]
    found: list[Payment] = []
    spender = known_text(message.get("spender")) or UNKNOWN
    for row in rows[:64]:
        fields = row if isinstance(row, Mapping) else message
        token = known_text(fields.get("token")) or contract
        amount = read_amount(fields.get("amount", fields.get("value")))
        text = amount.text if amount else "unlimited" if message.get("allowed") is True else UNKNOWN
        found.append(approve(token, spender, text, chain=chain, method=kind))
    return found


def read_rpc(method: str, params: Any, chain: str = "") -> list[Payment] | None:
    """Return what a request of JSON-RPC moves or signs; None for one that does neither."""
    items = params if isinstance(params, list) else [params]
    if method in ("eth_sendTransaction", "eth_signTransaction", "wallet_sendTransaction"):
        fields = items[0] if items and isinstance(items[0], Mapping) else {}
        return transaction(fields, chain)
    if method in ("wallet_sendCalls", "wallet_grantPermissions"):
        return [sign(method, UNKNOWN)]
    kind = _SIGNATURES.get(method)
    if kind is None:
        return None
    key = next((x for x in items if isinstance(x, str) and x[:2] == "0x" and len(x) == 42), "")
    if not kind:
        return [sign(method, "", key)]
    data = next((item for item in items if isinstance(item, Mapping)), None)
    if data is None:
        data = next((_json(x) for x in items if isinstance(x, str) and "{" in x), None)
    return typed_data(data, "eth_signTypedData", key)


def _json(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
