"""Amounts of money as decimal texts: whatever spelling a call has, one form for policy.

Never a float: what arrives as one keeps its shortest decimal text and is marked. What is
no plain amount (negative, NaN, half understood) is None, which callers note as unknown.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from guard.parse.reading import UNKNOWN

__all__ = ["DIGITS", "Amount", "fraction_of", "power_of_ten", "read_amount"]

DIGITS = 100  # an amount has at most so many on either side of the point
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_AMOUNT = re.compile(
    r"(?P<sign>[$€£¥])?(?:(?P<before>[A-Za-z]{2,12})\s+)?"
    r"(?P<number>0[xX][0-9A-Fa-f]{1,80}|(?:[0-9][0-9_, ]*)?(?:\.[0-9]+|(?<=[0-9])\.?)"
    r"(?:[eE][+-]?[0-9]{1,3})?)\s*(?P<after>[A-Za-z$€£][A-Za-z.]{0,11}|%)?"
)
_GROUPS = re.compile(r"[0-9]{1,3}(?:[,_ ][0-9]{3})+")
_ALL = frozenset({"all", "max", "maximum", "everything", "entire", "100%", "full", "sweep"})


@dataclass(frozen=True, slots=True)
class Amount:
    """`text` is a decimal text, "" where only `fraction` (of a balance) is known."""

    text: str
    exact: bool = True
    asset: str = ""  # where it stands with the number: "4 SOL", "$5"
    hexadecimal: bool = False  # "0x..": smallest units, wherever it occurs
    fraction: str = ""


def read_amount(value: Any) -> Amount | None:
    """Return an amount given as an integer, a float or a text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Amount(str(value)) if 0 <= value < 10**DIGITS else None
    if isinstance(value, float):
        text = _plain(Decimal(repr(value)))
        return Amount(text, exact=False) if text else None
    if not isinstance(value, str) or len(value) > 2 * DIGITS or UNKNOWN in value:
        return None
    return _from_text(value.strip())


def _from_text(text: str) -> Amount | None:
    if text.lower() in _ALL:
        return Amount("", fraction="1")
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    number, after = match["number"].rstrip(), match["after"] or ""
    asset = _SIGNS.get(after, after) or match["before"] or _SIGNS.get(match["sign"] or "", "")
    if number[:2].lower() == "0x":
        whole = str(int(number, 16))
        return Amount(whole, asset=asset, hexadecimal=True)
    if number == "0" and after[:1] in "xX" and after:
        return None
    mantissa = number.lower().partition("e")[0].partition(".")[0]
    if not mantissa.isdigit() and mantissa and not _GROUPS.fullmatch(mantissa):
        return None  # `1,5` is read in two ways
    plain = _plain(Decimal(number.replace(",", "").replace("_", "").replace(" ", "")))
    if plain and asset == "%":
        return Amount("", fraction=power_of_ten(plain, -2))
    return Amount(plain, asset=asset) if plain else None


def _plain(number: Decimal) -> str:
    """The number without exponent, sign and needless zeros; "" where it has no such form."""
    if not number.is_finite() or number < 0:
        return ""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or abs(exponent) > DIGITS or len(digits) > DIGITS:
        return ""
    text = f"{number:f}"
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    whole = whole.lstrip("0") or "0"
    if len(whole) > DIGITS or len(part) > DIGITS:
        return ""
    return f"{whole}.{part}" if part else whole


def power_of_ten(text: str, power: int) -> str:
    """Return a decimal text times 10 to `power`, "" where it grows too long."""
    _, digits, exponent = Decimal(text).as_tuple()
    if abs(power) > DIGITS or not isinstance(exponent, int):
        return ""
    return _plain(Decimal((0, digits, exponent + power)))  # arithmetic would round to 28 digits


def fraction_of(part: str, whole: str) -> str:
    """Return part/whole to six places, rounded up; "" where nobody can say."""
    denominator = Fraction(whole)
    if not denominator:
        return ""
    return power_of_ten(str(math.ceil(Fraction(part) / denominator * 10**6)), -6)
