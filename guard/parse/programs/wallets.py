"""Wallets on the command line: what they move, approve, sign, and when they show a key.

Rows of `wallets.json`: `special` (who reads it) and `options` (grammar). Sources: cast(1) of
Foundry, the references of the Solana CLI and spl-token, bitcoin-cli, lncli, lightning-cli and the
Stripe CLI. Nothing is looked up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from guard.parse.amounts import Amount, power_of_ten, read_amount
from guard.parse.payment import (
    Payment,
    approve,
    chain_name,
    key_export,
    known_text,
    sign,
    transfer,
)
from guard.parse.payment_evm import calldata, function_call
from guard.parse.payment_http import read_provider
from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.grammar import Options, grammar, scan
from guard.parse.programs.tables import load
from guard.parse.programs.web import connect_url, guess_url
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS", "SUPPLEMENTED", "supplement"]

_ETHER = {"wei": 0, "gwei": 9, "ether": 18, "eth": 18}


def _read(invocation: Invocation) -> Reading:
    facts = load("wallets")[invocation.program]
    draft = Draft(invocation)
    options = scan(invocation.argv, grammar(facts["options"]))
    if "--help" in invocation.argv or "-h" in invocation.argv[1:3]:
        return draft.reading
    words = options.operands + [""] * 4
    for payment in _SPECIAL[facts["special"]](draft, options, words):
        payment["program"] = draft.program
        draft.reading.operations.append(payment)
    return draft.reading


def _named_chain(draft: Draft, options: Options, default: str = "") -> str:
    """The chain by name; a server's address alone does not say it."""
    url = options.last("rpc-url") or options.last("url") or options.last("rpcserver")
    if "://" in url:
        connect_url(draft, guess_url(url))
    named = options.last("chain") or (url if url and "://" not in url else "")
    return chain_name(_SOLANA_SHORT.get(named, named)) if named else "" if url else default


_SOLANA_SHORT = {
    "m": "mainnet-beta",
    "d": "devnet",
    "t": "solana-testnet",
    "testnet": "solana-testnet",
    "l": "localhost",
}


def _cast(draft: Draft, options: Options, words: list[str]) -> list[Payment]:
    verb, chain = words[0], _named_chain(draft, options)
    if verb == "wallet":
        if words[1] in ("private-key", "decrypt-keystore", "dk", "pk", "export"):
            return [key_export("private key", words[2])]
        return [sign("personal_sign")] if words[1] in ("sign", "s") else []
    if verb in ("publish", "p", "mktx"):
        return [sign("raw_transaction")]
    if verb not in ("send", "s") and UNKNOWN not in verb:
        return []
    contract, arguments = words[1] or UNKNOWN, options.operands[3:]
    found: list[Payment] = []
    if words[2][:2] == "0x" and not arguments:
        found += calldata(contract, words[2], chain)
    elif words[2] and words[2] != UNKNOWN:
        found += function_call(contract, words[2], arguments, chain)
    elif words[2]:
        found.append(sign("contract_call", UNKNOWN, contract))
    value = options.last("value")
    if value or not found:
        found.append(
            transfer(
                contract,
                _ether(value or "0"),
                asset="native",
                chain=chain,
                unit="raw",
                method="native",
            )
        )
    return found


def _ether(text: str) -> Amount | None:
    """`1ether`, `5gwei`, or wei."""
    amount = read_amount(text)
    if amount is None or not amount.asset:
        return amount
    power = _ETHER.get(amount.asset.lower())
    return Amount(power_of_ten(amount.text, power)) if power is not None else None


def _solana(draft: Draft, options: Options, words: list[str]) -> list[Payment]:
    chain = _named_chain(draft, options, chain_name("solana"))
    if words[0] in ("transfer", "pay"):
        return [
            transfer(
                words[1] or UNKNOWN,
                read_amount(words[2]),
                asset="SOL",
                chain=chain,
                unit="ui",
                method="native",
            )
        ]
    if words[0] == "withdraw-stake":
        how = {"asset": "SOL", "chain": chain, "method": "native"}
        return [transfer(words[2] or UNKNOWN, read_amount(words[3]), unit="ui", **how)]
    return [sign("solana_signMessage")] if words[0] == "sign-offchain-message" else []


def _spl(draft: Draft, options: Options, words: list[str]) -> list[Payment]:
    chain = _named_chain(draft, options, chain_name("solana"))
    verb, token, amount, to = words[0], words[1] or UNKNOWN, read_amount(words[2]), words[3]
    if verb == "transfer":
        how = {"asset": token, "chain": chain, "method": "spl"}
        return [transfer(to or UNKNOWN, amount, unit="ui", **how)]
    if verb == "approve":
        text = amount.text if amount else ""
        return [approve(token, to or UNKNOWN, text, chain=chain, unit="ui", method="spl")]
    if verb == "authorize":
        return [approve(token, to or UNKNOWN, "unlimited", chain=chain, method="authorize")]
    return []


def _keygen(_: Draft, options: Options, words: list[str]) -> list[Payment]:
    return [key_export("seed phrase", options.last("outfile"))] if words[0] == "recover" else []


def _coin(draft: Draft, options: Options) -> dict[str, str]:
    if draft.program.startswith(("litecoin", "dogecoin")):
        return {"asset": "LTC" if draft.program[0] == "l" else "DOGE", "chain": ""}
    test = options.has("regtest", "testnet", "testnet4", "signet", "chain")
    return {"asset": "BTC", "chain": "bitcoin-test" if test else chain_name("bitcoin")}


def _bitcoin(draft: Draft, options: Options, words: list[str]) -> list[Payment]:
    coin = _coin(draft, options)
    verb = words[0]
    if verb in ("dumpprivkey", "dumpwallet", "dumphdinfo") or (
        verb == "listdescriptors" and words[1] in ("true", "private=true", "1")
    ):
        return [key_export("private key", words[1])]
    if verb in ("sendtoaddress", "sendfrom"):
        at = 2 if verb == "sendfrom" else 1
        named = dict(word.partition("=")[::2] for word in words if "=" in word)
        to = named.get("address") or words[at] or UNKNOWN
        amount = read_amount(named.get("amount") or words[at + 1])
        return [transfer(to, amount, unit="ui", method="bitcoin", **coin)]
    if verb in ("sendmany", "send", "sendall"):
        outputs = _json(words[2] if verb == "sendmany" else words[1])
        share = Amount("", fraction="1") if verb == "sendall" else None
        return [
            transfer(to, read_amount(value) if share is None else share, unit="ui", **coin)
            for to, value in outputs
        ]
    if verb in ("signrawtransactionwithwallet", "signrawtransactionwithkey", "sendrawtransaction"):
        return [sign("raw_transaction")]
    return [sign("personal_sign")] if verb.startswith("signmessage") else []


def _json(text: str) -> list[tuple[str, Any]]:
    """Outputs of a Bitcoin transaction: `{address: amount}`, or a list of such."""
    try:
        value = json.loads(text, parse_float=str)  # the digits of a file are exact
    except (ValueError, RecursionError):
        return [(UNKNOWN, None)]
    rows = value if isinstance(value, list) else [value]
    found: list[tuple[str, Any]] = []
    for row in rows[:64]:
        pairs = row.items() if isinstance(row, Mapping) else [(row, None)]
        found += [(known_text(to) or UNKNOWN, amount) for to, amount in pairs]
    return found or [(UNKNOWN, None)]


_LIGHTNING = {"asset": "BTC", "chain": "lightning", "method": "lightning"}


def _lncli(_: Draft, options: Options, words: list[str]) -> list[Payment]:
    verb = words[0]
    sats = options.last("amt")
    if verb == "sendcoins":
        amount = Amount("", fraction="1") if options.has("sweepall") else read_amount(sats)
        to = options.last("addr") or words[1] or UNKNOWN
        return [transfer(to, amount, unit="raw", asset="BTC", chain=chain_name("bitcoin"))]
    if verb in ("payinvoice", "sendpayment"):
        to = options.last("dest") or options.last("pay_req") or words[1] or UNKNOWN
        return [transfer(to, read_amount(sats), unit="raw", **_LIGHTNING)]
    return [sign("personal_sign")] if verb == "signmessage" else []


def _lightning(_: Draft, __: Options, words: list[str]) -> list[Payment]:
    verb, to, amount = words[0], words[1] or UNKNOWN, read_amount(words[2])
    if verb in ("pay", "xpay", "keysend"):
        # Whole satoshis are thousands of what it counts in.
        milli = Amount(power_of_ten(amount.text, -3)) if amount and amount.text else amount
        return [transfer(to, milli, unit="raw", **_LIGHTNING)]
    if verb == "withdraw":
        return [transfer(to, amount, unit="raw", asset="BTC", chain=chain_name("bitcoin"))]
    return [key_export("seed phrase")] if verb == "exposesecret" else []


_STRIPE = grammar("@permute d,data= live api-key= amount= currency= destination= customer= source=")
_STRIPE_MOVES = frozenset(
    ("charges", "transfers", "payouts", "payment_intents", "refunds", "topups")
)


SUPPLEMENTED = frozenset({"stripe"})  # programs that `supplement` looks at


def supplement(invocation: Invocation, reading: Reading) -> None:
    """Add what Stripe's program moves to its connection: `stripe transfers create -d amount=..`."""
    options = scan(invocation.argv, _STRIPE)
    words = options.operands + [""] * 2
    if words[0] not in _STRIPE_MOVES or words[1] not in ("create", "confirm", "capture"):
        return
    fields = dict(part.partition("=")[::2] for part in options.all("d"))
    for name in ("amount", "currency", "destination", "customer", "source"):
        if options.has(name):
            fields[name] = options.last(name)
    payment = read_provider("stripe", fields, hundredths=True)
    payment["program"] = invocation.program
    reading.operations.append(payment)


_SPECIAL: dict[str, Callable[[Draft, Options, list[str]], list[Payment]]] = {
    "cast": _cast,
    "solana": _solana,
    "spl": _spl,
    "keygen": _keygen,
    "bitcoin": _bitcoin,
    "lncli": _lncli,
    "lightning": _lightning,
}

READERS: dict[str, Reader] = dict.fromkeys(load("wallets"), _read)
