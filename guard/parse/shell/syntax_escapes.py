"""The escapes of `$'...'` (Bash Reference Manual, 3.1.2.4 ANSI-C Quoting). Text in, text out."""

from __future__ import annotations

import re

__all__ = ["ansi_c"]

_ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|x\{([0-9A-Fa-f]*)\}?|x([0-9A-Fa-f]{1,2})"
    r"|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(\\\\|.)|(.))",
    re.DOTALL,
)
_SIMPLE = {
    "a": b"\a",
    "b": b"\b",
    "e": b"\x1b",
    "E": b"\x1b",
    "f": b"\f",
    "n": b"\n",
    "r": b"\r",
    "t": b"\t",
    "v": b"\v",
    "\\": b"\\",
    "'": b"'",
    '"': b'"',
    "?": b"?",
}


def ansi_c(text: str) -> str:
    """Return what bash makes of the text between `$'` and `'`.

    As in bash the result ends at a zero character. Bytes that are not UTF-8 become U+FFFD.
    """
    if "\\" not in text:
        return text
    pieces: list[bytes] = []
    position = 0
    for match in _ESCAPE.finditer(text):
        pieces.append(text[position : match.start()].encode("utf-8", "surrogatepass"))
        position = match.end()
        piece = _escape(match)
        if piece == b"\0":
            position = len(text)
            break
        pieces.append(piece)
    pieces.append(text[position:].encode("utf-8", "surrogatepass"))
    return b"".join(pieces).decode("utf-8", "replace")


def _escape(match: re.Match[str]) -> bytes:
    octal, braced, hexadecimal, short, long, control, other = match.groups()
    if other is not None:
        return _SIMPLE.get(other) or match.group().encode("utf-8", "surrogatepass")
    if octal:
        return bytes((int(octal, 8) & 0xFF,))
    if hexadecimal:
        return bytes((int(hexadecimal, 16),))
    if braced is not None:
        return bytes((int(braced or "0", 16) & 0xFF,))
    if control:
        return _control(control[0])
    code = int(short or long, 16)
    if code > 0x10FFFF:
        return "\ufffd".encode()
    return chr(code).encode("utf-8", "surrogatepass")


def _control(character: str) -> bytes:
    if character == "?":
        return b"\x7f"
    first, *rest = character.encode("utf-8", "surrogatepass")
    return bytes((ord(chr(first).upper()) & 0x1F if first < 128 else first & 0x1F, *rest))
