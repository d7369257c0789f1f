"""Payments and messages: what is listed passes, and a request that lacks a key never opens."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import pytest

from guard import Effect, Guard, ToolCall
from guard.policy.bundle import Bundle
from guard.policy.document import read_document
from guard.policy.embedded import EmbeddedEngine
from tests.support.removals import removals, without

USDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
ANN, EVE = "0x" + "A1" * 20, "0x" + "e5" * 20
SETTINGS = {
    "payments": {
        "recipient": {
            "recipients": {ANN: True, "DE02120300000000202051": True},
            "hosts": {"api.example.org": {ANN: True}},
        },
        "limit": {"limits": {"usdc": "5", "eur": "50"}},
        "unlimited_approval": {"limits": {"usdc": "5"}, "spenders": {ANN: True}},
    },
    "messaging": {"recipients": {"allowed_domains": [".example.com"]}},
}
PAID = {
    "x402Version": 2,
    "resource": {"url": "https://api.example.org/a"},
    "accepted": {
        "scheme": "exact",
        "network": "eip155:8453",
        "amount": "10000",
        "asset": USDC,
        "payTo": ANN,
        "maxTimeoutSeconds": 60,
    },
    "payload": {
        "authorization": {
            "to": ANN.lower(),
            "value": "10000",
            "validAfter": "0",
            "validBefore": "60",
        }
    },
}


def paid(**signed: str) -> dict[str, Any]:
    payload = copy.deepcopy(PAID)
    payload["payload"]["authorization"].update(signed)  # type: ignore[index]
    return {"url": "https://api.example.org/a", "headers": {"X-Payment": json.dumps(payload)}}


LISTED = [
    ("send_money", {"recipient": "DE02120300000000202051", "amount": "12.50", "currency": "EUR"}),
    ("send_usdc", {"to": ANN.lower(), "amount": "5", "chain": "base"}),
    ("erc20_transfer", {"to": ANN, "token": USDC, "chain": "base", "raw_amount": "5000000"}),
    ("fetch", paid()),
    ("approve_token", {"token": "USDC", "chain": "base", "spender": ANN, "amount": "5"}),
    ("send_email", {"to": "ann@mail.example.com", "subject": "[CONFIDENTIAL]", "body": "inside"}),
    ("forward_email", {"to": "ann@example.com", "body": "her medical leave"}),
]
REFUSED = [
    ("send_money", {"recipient": "DE99", "amount": "12.50", "currency": "EUR"}),
    ("send_money", {"recipient": "DE02120300000000202051", "amount": "51", "currency": "EUR"}),
    ("send_money", {"recipient": "DE02120300000000202051", "amount": 12.5, "currency": "EUR"}),
    ("send_money", {"recipient": "DE02120300000000202051", "amount": "12", "balance": "13"}),
    ("send_usdc", {"to": ANN, "amount": "1", "chain": "base-sepolia", "token": USDC}),
    ("send_usdc", {"to": ANN, "amount": "1", "chain": "base", "raw_amount": "1000"}),
    ("send_usdc", {"to": ANN, "amount": "1", "chain": "base", "decimals": 18}),
    ("send_usdc", {"to": ANN, "amount": "1", "chain": "base", "requested_asset": "SOL"}),
    ("fetch", paid(to=EVE)),
    ("fetch", paid(value="10001")),
    ("fetch", paid(validBefore="900")),
    ("approve_token", {"token": "USDC", "chain": "base", "spender": ANN}),
    ("approve_token", {"token": "USDC", "chain": "base", "spender": EVE, "amount": "1"}),
    ("sign_message", {"message": "x"}),
    ("get_mnemonic", {}),
    ("send_email", {"to": "ann@example.net", "body": "x"}),
    ("send_email", {"to": "ann@example.com", "body": "AKIA" + "Q2W3E4R5T6Y7U8I9"}),
    ("send_email", {"to": "ann@example.com", "body": "Cancel my shutdown, or else."}),
]


@cache
def guard() -> tuple[Guard, EmbeddedEngine]:
    engine = EmbeddedEngine(Bundle.load(settings=SETTINGS))
    return Guard(engine=engine), engine


@pytest.mark.parametrize(("tool", "arguments"), LISTED)
def test_what_is_listed_passes(tool: str, arguments: dict[str, Any]) -> None:
    """Small payments to listed recipients and messages inside are ordinary work."""
    decision = guard()[0].check(ToolCall(tool, arguments))
    assert decision.effect is Effect.ALLOW, decision.message()


@pytest.mark.parametrize(("tool", "arguments"), REFUSED)
def test_removing_a_key_never_opens(tool: str, arguments: dict[str, Any]) -> None:
    """INVARIANT 5: whatever key a request lacks, it is not allowed where the whole was not."""
    judge, engine = guard()
    decision = judge.check(ToolCall(tool, arguments))
    assert decision.effect is not Effect.ALLOW
    opened = []
    for path in removals(decision.request):
        if path[:3] == ("resource", "properties", "arguments"):
            continue
        document = without(decision.request, path)
        if read_document(engine.evaluate(json.dumps(document))).effect is Effect.ALLOW:
            opened.append(path)
    assert opened == []
