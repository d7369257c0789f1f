"""Services that move money, by their HTTP interfaces: x402, JSON-RPC, payment providers.

Sources: the providers' own references (Stripe, PayPal, Wise, Coinbase); payments of x402 and
of JSON-RPC are told by their form, at whatever host.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from guard.parse.addresses import Url
from guard.parse.amounts import Amount, power_of_ten, read_amount
from guard.parse.payment import Payment, known_text, transfer
from guard.parse.payment_evm import read_rpc
from guard.parse.payment_x402 import read_payload
from guard.parse.reading import UNKNOWN

__all__ = ["read_payment_request", "read_provider"]

# Host -> pieces of the path behind which money moves, and whether amounts are hundredths.
_PROVIDERS: dict[str, tuple[tuple[str, ...], bool, str]] = {
    "api.stripe.com": (
        ("/charges", "/transfers", "/payouts", "/payment_intents", "/refunds", "/topups"),
        True,
        "stripe",
    ),
    "api.paypal.com": (("/payouts", "/payments", "/checkout/orders"), False, "paypal"),
    "api-m.paypal.com": (("/payouts", "/payments", "/checkout/orders"), False, "paypal"),
    "api.wise.com": (("/transfers", "/payments"), False, "wise"),
    "api.transferwise.com": (("/transfers", "/payments"), False, "wise"),
    "api.coinbase.com": (("/transactions", "/withdrawals", "/send"), False, "coinbase"),
    "api.exchange.coinbase.com": (("/withdrawals",), False, "coinbase"),
    "api.kraken.com": (("/withdraw",), False, "kraken"),
    "api.binance.com": (("/withdraw",), False, "binance"),
    "api.mercury.com": (("/transactions",), False, "mercury"),
    "api.razorpay.com": (("/payouts", "/transfers", "/refunds"), True, "razorpay"),
}
_ASKS = frozenset({"GET", "HEAD", "OPTIONS"})
_TO = ("destination", "recipient", "to", "customer", "targetAccount", "receiver", "account", "key")
_NOT_HUNDREDTHS = frozenset({"jpy", "krw", "vnd", "clp", "isk", "xaf", "xof"})


def read_payment_request(
    url: Url, method: str, payloads: Iterable[Any], fields: Any
) -> list[Payment]:
    """Return what a request pays or signs. `fields` is its body as an object or a list.

    `payloads` are those of x402 in its headers, None for one that cannot be read.
    """
    found: list[Payment] = []
    for payload in payloads:
        found += read_payload(payload, url.host)
    for one in fields[:64] if isinstance(fields, list) else [fields]:
        if isinstance(one, Mapping) and isinstance(one.get("method"), str):
            found += read_rpc(one["method"], one.get("params")) or []
    if isinstance(fields, Mapping) and method not in _ASKS:
        provider = _PROVIDERS.get(url.host)
        path = url.path.lower().partition("?")[0]
        if provider and any(part in path for part in provider[0]):
            # What is left to confirm or cancel is named by its id in the path.
            found.append(read_provider(provider[2], fields, hundredths=provider[1]))
    return found


def read_provider(method: str, fields: Mapping[str, Any], *, hundredths: bool) -> Payment:
    """Return the transfer that fields of a provider's request describe."""
    amount = fields.get("amount", fields.get("value"))
    asset = known_text(fields.get("currency", fields.get("currency_code")))
    if isinstance(amount, Mapping):
        asset = known_text(amount.get("currency", amount.get("currency_code"))) or asset
        amount = amount.get("value", amount.get("total"))
    found = read_amount(amount)
    if found and found.text and hundredths and asset.lower() not in _NOT_HUNDREDTHS:
        found = Amount(power_of_ten(found.text, -2), found.exact, found.asset)
    to = next((fields[name] for name in _TO if fields.get(name)), None)
    recipient = known_text(to) if to is not None else ""
    several = any(isinstance(fields.get(name), list) for name in ("items", "purchase_units"))
    return transfer(
        UNKNOWN if several else recipient,
        found,
        asset=asset.upper(),
        unit="ui" if asset else "",
        method=method,
    )
