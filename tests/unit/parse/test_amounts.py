"""Amounts of money: one decimal text for every spelling, and nothing that is half understood."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.parse.amounts import fraction_of, power_of_ten, read_amount


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (5, "5"),
        (2**256 - 1, str(2**256 - 1)),
        ("12.50", "12.5"),
        ("007", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("2.5E-3", "0.0025"),
        ("1,000.50", "1000.5"),
        ("1_000_000", "1000000"),
        ("1 000", "1000"),
        (" 9007199254740993 ", "9007199254740993"),
    ],
)
def test_plain_amounts_keep_every_digit(value: Any, text: str) -> None:
    """Integers and decimal texts are exact, whatever their spelling."""
    amount = read_amount(value)
    assert amount is not None
    assert (amount.text, amount.exact) == (text, True)


@pytest.mark.parametrize(
    "value",
    [
        *(
            None,
            True,
            False,
            "",
            " ",
            "-5",
            -5,
            "NaN",
            "Infinity",
            "-inf",
            "1,5",
            "1,00",
            "12,3456",
        ),
        *("1.2.3", "5 5", "--5", "+5", "٣", "five", [], {}, "1e999", "0x", "1e5e5", "5\uf8ff"),
        *(float("nan"), float("inf"), -0.5, 10**100, "9" * 300),
    ],
)
def test_anything_else_is_no_amount(value: Any) -> None:
    """Negative, endless, ambiguous or half known: nobody guesses."""
    assert read_amount(value) is None


@pytest.mark.parametrize(("value", "text"), [(98.7, "98.7"), (1e21, "1" + "0" * 21), (0.1, "0.1")])
def test_floats_keep_their_shortest_text_and_are_marked(value: float, text: str) -> None:
    """A rule can tell a float from what was written."""
    amount = read_amount(value)
    assert amount is not None
    assert (amount.text, amount.exact) == (text, False)


@pytest.mark.parametrize(
    ("value", "text", "asset"),
    [("$5", "5", "USD"), ("4 SOL", "4", "SOL"), ("EUR 5.50", "5.5", "EUR"), ("5€", "5", "EUR")],
)
def test_an_asset_may_stand_with_the_number(value: str, text: str, asset: str) -> None:
    """Signs and codes of currencies, before or behind."""
    amount = read_amount(value)
    assert amount is not None
    assert (amount.text, amount.asset) == (text, asset)


@pytest.mark.parametrize(("value", "share"), [("all", "1"), ("MAX", "1"), ("50%", "0.5")])
def test_shares_of_a_balance_are_no_amounts(value: str, share: str) -> None:
    """Only the share is known."""
    amount = read_amount(value)
    assert amount is not None
    assert (amount.text, amount.fraction) == ("", share)


def test_hexadecimal_is_in_smallest_units() -> None:
    """As JSON-RPC of Ethereum writes quantities."""
    amount = read_amount("0xde0b6b3a7640000")
    assert amount is not None
    assert (amount.text, amount.hexadecimal) == (str(10**18), True)


@given(st.integers(0, 10**60), st.integers(0, 30))
def test_powers_of_ten_are_exact(number: int, power: int) -> None:
    """No digit is lost on the way there and back, however many there are."""
    assert power_of_ten(str(number), power) == str(number * 10**power)
    assert power_of_ten(power_of_ten(str(number), -power), power) == str(number)


def test_fractions_are_rounded_up() -> None:
    """A part is never shown smaller than it is; of nothing there is no part."""
    assert fraction_of("1", "3") == "0.333334"
    assert fraction_of("5", "5") == "1"
    assert fraction_of("6", "5") == "1.2"
    assert fraction_of("1", "0") == ""
