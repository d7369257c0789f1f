"""Payments of x402, versions 1 and 2: the payload that pays, and the offer that is accepted.

Facts: coinbase/x402, specifications v1 and v2, HTTP and MCP transports, schemes for EVM and SVM.
Signatures are not checked: the guard compares what is signed with what was accepted.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from guard.operations import PaymentAuthorise
from guard.parse.addresses import split_url
from guard.parse.amounts import read_amount
from guard.parse.payment import Payment, chain_name, known_text, sign, transfer
from guard.parse.reading import UNKNOWN

__all__ = [
    "HEADERS",
    "META",
    "decode_header",
    "is_offer",
    "is_payload",
    "read_offer",
    "read_payload",
]

HEADERS = frozenset({"x-payment", "payment-signature"})
META = "x402/payment"  # key of `_meta` in calls of MCP
_LONGEST = 65_536


def decode_header(value: Any) -> Any:
    """Return the JSON that a header carries in base64 (or plainly); None where it is none."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = value.strip()
    if text[:1] != "{":
        padded = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
        try:
            text = base64.b64decode(padded, validate=True).decode()
        except (binascii.Error, ValueError):
            return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_payload(value: Mapping[str, Any]) -> bool:
    """Whether an object is a PaymentPayload."""
    return "x402Version" in value and "payload" in value


def is_offer(value: Mapping[str, Any]) -> bool:
    """Whether an object is one of the PaymentRequirements of an offer."""
    return "payTo" in value and "network" in value


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _whole(value: Any) -> str:
    """A number of smallest units or of seconds as text; "" for none, unknown for nonsense."""
    if value is None:
        return ""
    amount = read_amount(value)
    return amount.text if amount and amount.exact and amount.text.isdecimal() else UNKNOWN


def _resource(value: Any) -> str:
    """The host of a resource, or `tool:NAME` for one of MCP; "" where none is named."""
    text = value.get("url") if isinstance(value, Mapping) else value
    if text is None:
        return ""
    if not isinstance(text, str):
        return UNKNOWN
    if text.lower().startswith("mcp://tool/"):
        return f"tool:{text[11:][:256]}"
    url = split_url(text)
    return url.host if url and url.host else UNKNOWN


def read_offer(offer: Mapping[str, Any], resource: Any = None) -> list[Payment]:
    """Return the payment that accepting an offer leads to."""
    extra = _mapping(offer.get("extra"))
    amount = read_amount(offer.get("amount", offer.get("maxAmountRequired")))
    return [
        transfer(
            known_text(offer.get("payTo")) or UNKNOWN,
            amount,
            asset=known_text(offer.get("asset")) or UNKNOWN,
            chain=chain_name(offer.get("network")) or UNKNOWN,
            unit="raw",
            method=known_text(extra.get("assetTransferMethod")) or "eip3009",
            scheme=known_text(offer.get("scheme")) or UNKNOWN,
            resource=_resource(offer.get("resource", resource)),
        )
    ]


def read_payload(payload: Any, requested: str) -> list[Payment]:
    """Return what a PaymentPayload moves, and what it signs beside what was accepted.

    `requested` is the host that the call goes to, or `tool:NAME`; "" where nobody knows.
    """
    if not isinstance(payload, Mapping):
        return [sign("x402", UNKNOWN)]
    accepted = _mapping(payload.get("accepted"))
    inner = _mapping(payload.get("payload"))
    scheme = known_text(accepted.get("scheme", payload.get("scheme"))) or UNKNOWN
    chain = chain_name(accepted.get("network", payload.get("network"))) or UNKNOWN
    method, signed = _signed(inner, known_text(accepted.get("asset")))
    resource = _resource(payload.get("resource", accepted.get("resource")))
    authorise: PaymentAuthorise = {
        "kind": "payment.authorise",
        "scheme": scheme,
        "method": method,
        "accepted_recipient": known_text(accepted.get("payTo")),
        "accepted_amount": _whole(accepted.get("amount", accepted.get("maxAmountRequired"))),
        "accepted_asset": known_text(accepted.get("asset")),
        "accepted_seconds": _whole(accepted.get("maxTimeoutSeconds")),
        "signed_recipient": signed["recipient"],
        "signed_amount": signed["amount"],
        "signed_asset": signed["asset"],
        "signed_seconds": signed["seconds"],
        "resource": resource,
        "requested": requested,
    }
    moved = transfer(
        signed["recipient"],
        read_amount(signed["amount"]),
        asset=signed["asset"],
        chain=chain,
        unit="raw",
        method=method,
        scheme=scheme,
        resource=requested or resource,
    )
    return [moved, authorise]


def _signed(inner: Mapping[str, Any], asset: str) -> tuple[str, dict[str, str]]:
    """The method of a signature, and what it says: recipient, amount, asset, seconds."""
    if "authorization" in inner:
        fields = _mapping(inner["authorization"])
        return "eip3009", {
            "recipient": known_text(fields.get("to")) or UNKNOWN,
            "amount": _whole(fields.get("value")) or UNKNOWN,
            "asset": asset,
            "seconds": _between(fields.get("validAfter"), fields.get("validBefore")),
        }
    if "permit2Authorization" in inner:
        fields = _mapping(inner["permit2Authorization"])
        permitted, witness = _mapping(fields.get("permitted")), _mapping(fields.get("witness"))
        return "permit2", {
            # The spender is a contract of the protocol; the money goes to the witness.
            "recipient": known_text(witness.get("to")) or UNKNOWN,
            "amount": _whole(permitted.get("amount")) or UNKNOWN,
            "asset": known_text(permitted.get("token")) or UNKNOWN,
            "seconds": _between(witness.get("validAfter"), fields.get("deadline")),
        }
    method = UNKNOWN
    if "delegationManager" in inner or "permissionContext" in inner:
        method = "erc7710"
    elif "transaction" in inner:
        method = "solana"
    return method, dict.fromkeys(("recipient", "amount", "asset", "seconds"), UNKNOWN)


def _between(start: Any, end: Any) -> str:
    first, last = _whole(start), _whole(end)
    if not (first.isdecimal() and last.isdecimal()):
        return UNKNOWN
    return str(max(int(last) - int(first), 0))
