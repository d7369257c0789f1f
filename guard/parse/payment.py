"""Payments as operations: one spelling for assets, chains and amounts. No reading of calls.

Chains are written as CAIP-2 has them. Facts: namespaces `eip155` (chain ids of EIP-155),
`solana` and `bip122` (genesis hashes) of the Chain Agnostic registry.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from guard.operations import (
    PaymentApprove,
    PaymentAuthorise,
    PaymentKeyExport,
    PaymentSign,
    PaymentTransfer,
)
from guard.parse.amounts import Amount, read_amount
from guard.parse.reading import UNKNOWN

__all__ = [
    "MEMO",
    "Payment",
    "Unit",
    "approve",
    "chain_name",
    "key_export",
    "known_text",
    "sign",
    "transfer",
]

Payment: TypeAlias = (
    PaymentTransfer | PaymentAuthorise | PaymentApprove | PaymentSign | PaymentKeyExport
)
Unit: TypeAlias = Literal["ui", "raw", "usd", ""]
MEMO = 512  # characters of a memo, of a name and of an address
_UNLIMITED = 2**128  # no token has so many units; 2**96-1, 2**160-1 and 2**256-1 are usual
_MAXIMA = frozenset({str(2**96 - 1), str(2**64 - 1)})
_CHAINS = {
    **dict.fromkeys(("ethereum", "eth", "ethereum-mainnet", "homestead"), "eip155:1"),
    **dict.fromkeys(("base", "base-mainnet"), "eip155:8453"),
    "base-sepolia": "eip155:84532",
    **dict.fromkeys(("sepolia", "ethereum-sepolia"), "eip155:11155111"),
    **dict.fromkeys(("polygon", "matic", "polygon-mainnet"), "eip155:137"),
    "polygon-amoy": "eip155:80002",
    **dict.fromkeys(("arbitrum", "arbitrum-one"), "eip155:42161"),
    "arbitrum-sepolia": "eip155:421614",
    **dict.fromkeys(("optimism", "op-mainnet"), "eip155:10"),
    **dict.fromkeys(("avalanche", "avalanche-c-chain"), "eip155:43114"),
    "avalanche-fuji": "eip155:43113",
    **dict.fromkeys(("bsc", "bnb"), "eip155:56"),
    **dict.fromkeys(
        ("solana", "solana-mainnet", "solana-mainnet-beta", "mainnet-beta"),
        "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
    ),
    **dict.fromkeys(("solana-devnet", "devnet"), "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1"),
    **dict.fromkeys(("bitcoin", "btc"), "bip122:000000000019d6689c085ae165831e93"),
}


def chain_name(value: Any) -> str:
    """Return a chain as CAIP-2, from a name, an id or `0x..`; what is no name is unknown."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else UNKNOWN
    if isinstance(value, int):
        return f"eip155:{value}" if 0 < value < 2**64 else UNKNOWN
    text = known_text(value).strip()
    if text[:2].lower() == "0x" or text.isdecimal():
        number = read_amount(text)
        return f"eip155:{number.text}" if number else UNKNOWN
    return _CHAINS.get(text.lower().replace("_", "-").replace(" ", "-"), text)


def known_text(value: Any) -> str:
    """Return a short text as it is, "" for None; anything else is unknown."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40:
        return str(value)
    return value.strip() if isinstance(value, str) and len(value) <= MEMO else UNKNOWN


def transfer(
    recipient: str,
    amount: Amount | None,
    *,
    asset: str = "",
    chain: str = "",
    unit: Unit = "",
    method: str = "",
    **more: Any,
) -> PaymentTransfer:
    """Return a transfer; `amount` is None where nobody can read it. `more`: its other keys."""
    fraction = amount.fraction if amount else ""
    operation: PaymentTransfer = {
        "kind": "payment.transfer",
        "asset": asset or (amount.asset if amount else ""),
        "chain": chain,
        "recipient": recipient,
        "amount": (amount.text if amount else "") or UNKNOWN,
        "unit": "raw" if amount and amount.hexadecimal else unit,
        "exact": amount.exact if amount else False,
        "raw_amount": "",
        "decimals": None,
        "fraction": fraction,
        "scheme": "",
        "method": method,
        "resource": "",
        "requested_asset": "",
        "requested_amount": "",
    }
    operation.update(more)  # type: ignore[typeddict-item]
    return operation


def approve(
    asset: str, spender: str, amount: str, *, chain: str = "", unit: Unit = "raw", method: str
) -> PaymentApprove:
    """Return an approval; an amount as large as no token has is `unlimited`."""
    if amount in _MAXIMA or (amount.isdecimal() and int(amount) >= _UNLIMITED):
        amount = "unlimited"
    return {
        "kind": "payment.approve",
        "asset": asset,
        "chain": chain,
        "spender": spender,
        "amount": amount or UNKNOWN,
        "unit": unit,
        "method": method,
    }


def sign(method: str, primary_type: str = "", key: str = "") -> PaymentSign:
    """Return a signature that would be made."""
    return {"kind": "payment.sign", "method": method, "primary_type": primary_type, "key": key}


def key_export(secret: str, key: str = "") -> PaymentKeyExport:
    """Return that a wallet's secret would be shown."""
    return {"kind": "payment.key_export", "secret": secret, "key": key}
