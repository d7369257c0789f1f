"""Calls that pay: tools, x402, transactions and wallets become operations."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from guard import ToolCall
from guard.operations import UNRESOLVED
from guard.parse import parse
from guard.parse.tools import DEFAULT_TOOLS, Payment

TOKEN = "0x" + "7a" * 20
ANN, BOB = "0x" + "a1" * 20, "0x" + "b2" * 20
BASE = "eip155:8453"
SOLANA = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"


def word(value: str | int) -> str:
    return (f"{value:x}" if isinstance(value, int) else value[2:]).zfill(64)


def read(tool: str, arguments: dict[str, Any], kind: str = "payment.") -> list[dict[str, Any]]:
    parsed = parse(ToolCall(tool, arguments))
    return [dict(o) for o in parsed.operations if o["kind"].startswith(kind)]


def shell(command: str) -> list[dict[str, Any]]:
    return read("bash", {"command": command})


def brief(found: list[dict[str, Any]], keys: str) -> list[tuple[Any, ...]]:
    return [tuple(one.get(key) for key in keys.split()) for one in found]


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("send_money", {"recipient": "DE02", "amount": 12}, ("DE02", "12", "", "", "", True)),
        ("send_money", {"recipient": "DE02", "amount": 9.5}, ("DE02", "9.5", "", "", "", False)),
        (
            "bank__transfer_money",
            {"payee": "acme", "amount": {"value": "5", "currency": "EUR"}},
            ("acme", "5", "EUR", "", "ui", True),
        ),
        (
            "erc20-transfer",
            {"tokenAddress": TOKEN, "toAddress": ANN, "amount": "1,000", "chainId": 8453},
            (ANN, "1000", TOKEN, BASE, "ui", True),
        ),
        ("send_sol", {"to": "4uQe", "amount": "0.5"}, ("4uQe", "0.5", "SOL", SOLANA, "ui", True)),
        ("send_sol", {"to": "4uQe", "lamports": 7}, ("4uQe", "7", "SOL", SOLANA, "raw", True)),
        ("send_funds", {"to": "x", "amount_usd": "3"}, ("x", "3", "", "", "usd", True)),
        (
            "create_transfer",
            {"destination": "a", "amount_cents": 250, "currency": "eur"},
            ("a", "2.5", "eur", "", "ui", True),
        ),
        (
            "send_money",
            {"recipient": ["DE02"], "amount": "x"},
            ("DE02", UNRESOLVED, *["", "", "", ""][:3], False),
        ),
        ("send_money", {"amount": 1}, ("", "1", "", "", "", True)),
        ("send_money", {"recipient": {"a": 1}, "amount": 1}, (UNRESOLVED, "1", "", "", "", True)),
    ],
)
def test_tools_that_pay(tool: str, arguments: dict[str, Any], expected: tuple[Any, ...]) -> None:
    """Arguments by their usual names, in any spelling; what is missing is not made up."""
    [found] = brief(read(tool, arguments), "recipient amount asset chain unit exact")
    assert found == expected


def test_what_the_call_asks_for_and_what_is_left_is_kept() -> None:
    """Requested asset and amount, smallest units, decimals, and the share of a balance."""
    [found] = read(
        "send_token",
        {
            "to": ANN,
            "mint": TOKEN,
            "amount": "50",
            "raw_amount": 50000000,
            "decimals": 6,
            "balance": "80",
            "requested_asset": "SOL",
            "requested_amount": 4,
            "from": BOB,
            "memo": "thanks",
        },
    )
    assert (found["raw_amount"], found["decimals"], found["fraction"]) == ("50000000", 6, "0.625")
    assert (found["requested_asset"], found["requested_amount"]) == ("SOL", "4")
    assert (found["payer"], found["memo"]) == (BOB, "thanks")


@pytest.mark.parametrize(
    "arguments",
    [{"amount": "all"}, {"send_all": True}, {"percent": 100}, {"amount": "100%"}, {"fraction": 1}],
)
def test_all_of_a_balance_is_seen(arguments: dict[str, Any]) -> None:
    """In words, as a flag, as a share."""
    [found] = read("send_token", {"to": ANN, "asset": "X", **arguments})
    assert (found["fraction"], found["amount"]) == ("1", UNRESOLVED)


def test_each_payment_of_a_batch_counts() -> None:
    """Rows, a table of amounts, equal ones too; what is beyond the bound is unknown."""
    rows = [{"to": ANN, "amount": "1"}, {"to": ANN, "amount": "1"}]
    assert len(read("batch_transfer", {"asset": "X", "transfers": rows})) == 2
    table = read("multi_transfer", {"recipients": {ANN: "1", BOB: "2"}})
    assert brief(table, "recipient amount") == [(ANN, "1"), (BOB, "2")]
    many = read("batch_transfer", {"transfers": [{"to": str(n), "amount": n} for n in range(70)]})
    assert many[-1]["recipient"] == UNRESOLVED


def test_a_tool_that_nobody_described_pays_by_its_name_and_arguments() -> None:
    """A verb of paying, an amount and somebody who gets it; less is no payment."""
    assert read("shopWithdrawNow", {"amount": "5", "to": ANN})
    assert not read("transfer_files", {"source": "a", "to": "b"})
    assert not read("send_report", {"to": "ann", "value": "high"})
    assert not read("convert", {"amount": "5", "to": "EUR"})


def test_users_say_what_their_arguments_mean() -> None:
    """Own names, own unit, own asset."""
    tools = DEFAULT_TOOLS.extend(
        {"settle": Payment(recipient=("whom",), raw_amount=("units",), in_asset="EUR")}
    )
    parsed = parse(ToolCall("settle", {"whom": "DE02", "units": 500}), tools)
    [found] = [dict(o) for o in parsed.operations]
    assert brief([found], "recipient amount unit asset") == [("DE02", "500", "raw", "EUR")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a9059cbb" + word(ANN) + word(5), ("payment.transfer", "transfer", ANN, "5")),
        (
            "23b872dd" + word(BOB) + word(ANN) + word(5),
            ("payment.transfer", "transferFrom", ANN, "5"),
        ),
        ("095ea7b3" + word(ANN) + word(5), ("payment.approve", "approve", ANN, "5")),
        ("095ea7b3" + word(ANN) + "f" * 64, ("payment.approve", "approve", ANN, "unlimited")),
        (
            "39509351" + word(ANN) + word(2**160 - 1),
            ("payment.approve", "increaseAllowance", ANN, "unlimited"),
        ),
        (
            "a22cb465" + word(ANN) + word(1),
            ("payment.approve", "setApprovalForAll", ANN, "unlimited"),
        ),
        ("a22cb465" + word(ANN) + word(0), ("payment.approve", "setApprovalForAll", ANN, "0")),
        ("d505accf" + word(BOB) + word(ANN) + word(9), ("payment.approve", "permit", ANN, "9")),
        ("095ea7b3" + word(ANN), ("payment.approve", "approve", ANN, UNRESOLVED)),
        ("ac9650d8" + word(32), ("payment.sign", "contract_call", None, None)),
        ("zz", ("payment.sign", "contract_call", None, None)),
    ],
)
def test_calldata_are_decoded(data: str, expected: tuple[Any, ...]) -> None:
    """Transfers and approvals by their selectors; any other call is a signature."""
    [found] = read("eth_send_transaction", {"to": TOKEN, "data": "0x" + data, "chainId": "0x2105"})
    to = found.get("recipient", found.get("spender"))
    assert (found["kind"], found["method"], to, found.get("amount")) == expected


def test_a_transaction_without_data_moves_the_coin_of_the_chain() -> None:
    """Value in hexadecimal; with data and value it does both."""
    [found] = read("send_transaction", {"to": ANN, "value": "0x10", "chain": "ethereum"})
    assert brief([found], "asset chain amount unit") == [("native", "eip155:1", "16", "raw")]
    both = read(
        "send_transaction", {"to": TOKEN, "value": 5, "data": "0xa9059cbb" + word(ANN) + word(1)}
    )
    assert [one["method"] for one in both] == ["transfer", "native"]
    [blind] = read("broadcast_transaction", {"signed_transaction": "0x02f8"})
    assert (blind["kind"], blind["method"]) == ("payment.sign", "raw_transaction")


def test_typed_data_are_judged_as_what_they_move() -> None:
    """EIP-3009 pays, a permit approves, and the kind is told in any case."""
    domain = {"verifyingContract": TOKEN, "chainId": 8453}
    message = {"from": BOB, "to": ANN, "value": "7"}
    data = {"primaryType": "TransferWithAuthorization", "domain": domain, "message": message}
    signed, paid = read("sign_typed_data", {"typed_data": data})
    assert (signed["primary_type"], paid["recipient"], paid["amount"]) == (
        data["primaryType"],
        ANN,
        "7",
    )
    permits = {
        "primaryType": "PermitBatch",
        "domain": domain,
        "message": {"spender": ANN, "details": [{"token": TOKEN, "amount": "1"}, {"amount": "x"}]},
    }
    _, one, two = read(
        "wallet", {"method": "eth_signTypedData_v4", "params": [BOB, json.dumps(permits)]}
    )
    assert [one["amount"], two["amount"]] == ["1", UNRESOLVED]
    [unknown] = read("sign_typed_data", {"data": "0x1901"})
    assert unknown["primary_type"] == UNRESOLVED


def payload(**changes: Any) -> dict[str, Any]:
    accepted = {
        "scheme": "exact",
        "network": "base",
        "amount": "10",
        "asset": TOKEN,
        "payTo": ANN,
        "maxTimeoutSeconds": 60,
    }
    signed = {"from": BOB, "to": ANN, "value": "10", "validAfter": "5", "validBefore": "65"}
    return {
        "x402Version": 2,
        "resource": {"url": "https://api.example.org/a"},
        "accepted": accepted,
        "payload": {"signature": "0x", "authorization": signed},
        **changes,
    }


def header(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def test_a_payment_of_x402_in_a_header() -> None:
    """What is signed stands beside what was accepted, and where it goes beside what it is for."""
    headers = {"Payment-Signature": header(payload())}
    paid, signed = read("fetch", {"url": "https://API.example.org/a", "headers": headers})
    assert brief([paid], "recipient amount unit asset chain scheme method resource") == [
        (ANN, "10", "raw", TOKEN, BASE, "exact", "eip3009", "api.example.org")
    ]
    assert (signed["accepted_seconds"], signed["signed_seconds"]) == ("60", "60")
    assert (signed["resource"], signed["requested"]) == ("api.example.org", "api.example.org")
    [line] = [
        o
        for o in shell(f"curl -H 'x-payment: {headers['Payment-Signature']}' api.example.org")
        if o["kind"] == "payment.transfer"
    ]
    assert line["recipient"] == ANN


def test_the_recipient_of_permit2_is_its_witness() -> None:
    """The spender is a contract of the protocol."""
    permit = {
        "permitted": {"token": TOKEN, "amount": "10"},
        "spender": BOB,
        "deadline": "65",
        "witness": {"to": ANN, "validAfter": "5"},
    }
    paid, signed = read("x", {"payment": payload(payload={"permit2Authorization": permit})})
    assert (paid["recipient"], paid["method"], signed["signed_seconds"]) == (ANN, "permit2", "60")


@pytest.mark.parametrize(
    ("inner", "method"),
    [
        ({"delegationManager": BOB, "permissionContext": "0x"}, "erc7710"),
        ({"transaction": "AQAB"}, "solana"),
        ({}, UNRESOLVED),
    ],
)
def test_what_cannot_be_read_is_unknown(inner: dict[str, Any], method: str) -> None:
    """Delegations, transactions and whatever comes next say neither whom nor how much."""
    paid, signed = read("x", {"payment": payload(payload=inner)})
    assert (signed["method"], signed["signed_amount"]) == (method, UNRESOLVED)
    assert (paid["recipient"], paid["amount"]) == (UNRESOLVED, UNRESOLVED)


def test_payments_of_x402_in_mcp_belong_to_the_tool() -> None:
    """`_meta` is read, and the resource is the tool's."""
    meta = {"x402/payment": payload(resource={"url": "mcp://tool/news"})}
    _, signed = read("news", {"topic": "x", "_meta": meta})
    assert (signed["resource"], signed["requested"]) == ("tool:news", "tool:news")


def test_an_offer_that_a_tool_accepts_is_a_payment() -> None:
    """Version 1 calls the amount otherwise."""
    offer = {"scheme": "exact", "network": "base-sepolia", "maxAmountRequired": "3", "payTo": ANN}
    [found] = read("accept", {"offer": {**offer, "resource": "https://a.example.org/"}})
    assert brief([found], "amount chain asset resource") == [
        ("3", "eip155:84532", UNRESOLVED, "a.example.org")
    ]


@pytest.mark.parametrize("value", ["%%%", header([1]), "", "e30="])
def test_a_payment_header_that_says_nothing_is_a_blind_one(value: str) -> None:
    """It is never dropped."""
    assert read("fetch", {"url": "https://a.example.org", "headers": {"X-Payment": value}})


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            f"cast send {TOKEN} 'transfer(address,uint256)' {ANN} 5",
            ("payment.transfer", ANN, "5", "raw"),
        ),
        (f"cast send {ANN} --value 2gwei", ("payment.transfer", ANN, "2000000000", "raw")),
        (
            f"cast send {TOKEN} 'approve(address,uint256)' {ANN} 5",
            ("payment.approve", ANN, "5", "raw"),
        ),
        ("solana transfer 4uQe 0.5 -u devnet", ("payment.transfer", "4uQe", "0.5", "ui")),
        ("spl-token transfer MiNt 7 4uQe", ("payment.transfer", "4uQe", "7", "ui")),
        ("spl-token approve AcCt 7 4uQe", ("payment.approve", "4uQe", "7", "ui")),
        ("bitcoin-cli -testnet sendtoaddress tb1q 0.1", ("payment.transfer", "tb1q", "0.1", "ui")),
        (
            "bitcoin-cli -named sendtoaddress address=tb1q amount=0.1",
            ("payment.transfer", "tb1q", "0.1", "ui"),
        ),
        (
            "bitcoin-cli sendmany '' '{\"bc1q\": 0.10000001}'",
            ("payment.transfer", "bc1q", "0.10000001", "ui"),
        ),
        ("lncli sendcoins --addr bc1q --amt 900", ("payment.transfer", "bc1q", "900", "raw")),
        ("lncli payinvoice lnbc1", ("payment.transfer", "lnbc1", UNRESOLVED, "raw")),
        ("lightning-cli keysend 02ab 5000", ("payment.transfer", "02ab", "5", "raw")),
        (
            "stripe payouts create -d amount=900 -d currency=eur",
            ("payment.transfer", "", "9", "ui"),
        ),
        (
            "curl api.stripe.com/v1/charges -d amount=900 -d currency=jpy",
            ("payment.transfer", "", "900", "ui"),
        ),
    ],
)
def test_wallets_on_the_command_line(command: str, expected: tuple[Any, ...]) -> None:
    """Whom, how much, in which unit."""
    [found] = [one for one in shell(command) if one["kind"] != "payment.sign"]
    to = found.get("recipient", found.get("spender"))
    assert (found["kind"], to, found["amount"], found["unit"]) == expected


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("cast wallet decrypt-keystore x", "payment.key_export"),
        ("solana-keygen recover", "payment.key_export"),
        ("litecoin-cli dumpprivkey x", "payment.key_export"),
        ("lightning-cli exposesecret x", "payment.key_export"),
        ("cast publish 0x02", "payment.sign"),
        ("bitcoin-cli sendrawtransaction 02", "payment.sign"),
        ("lncli signmessage x", "payment.sign"),
    ],
)
def test_signatures_and_keys_on_the_command_line(command: str, kind: str) -> None:
    """What is not moved but signed or shown."""
    assert [one["kind"] for one in shell(command)] == [kind]


@pytest.mark.parametrize(
    "command",
    [
        "cast call 0x1 'balanceOf(address)' 0x2",
        "solana balance",
        "bitcoin-cli getbalance",
        "lncli listpayments",
        "stripe charges list",
        "cast send --help",
        "curl https://api.stripe.com/v1/charges",
    ],
)
def test_looking_is_not_paying(command: str) -> None:
    """Questions to wallets and providers move nothing."""
    assert shell(command) == []


def test_a_fork_of_tokens_with_absurd_numbers_is_read_in_bounds() -> None:
    """Numbers longer than Python turns into integers do not raise."""
    long = "9" * 5000
    assert shell(f"cast send {TOKEN} 'transfer(address,uint256)' {long} {long}")
    assert read("send_money", {"recipient": long, "amount": long})[0]["recipient"] == UNRESOLVED
    assert read("eth_send_transaction", {"to": ANN, "value": 10**4000, "chainId": 10**4000})
