"""What programs print that only turn text into text: `base64 -d`, `tr`, `rev`, `cut`, ...

A function gets the arguments, the text on standard input (None: not known) and a reader of
files, and gives the output, or None where that is not known. None of them has an effect.
Sources: the POSIX utilities' pages and the GNU coreutils manual.
"""

from __future__ import annotations

import base64
import bz2
import codecs
import lzma
import zlib
from collections.abc import Callable

from guard.parse.budget import Budget
from guard.parse.reading import UNKNOWN
from guard.parse.shell import editors, formats, onelines, sed, textfilters
from guard.parse.shell.textfilters import Files, options, source

__all__ = ["PURE", "Files", "output"]

_Filter = Callable[[list[str], str | None, Files, Budget], str | None]


def output(
    program: str, arguments: list[str], stdin: str | None, files: Files, budget: Budget
) -> str | None:
    """Return what the program prints, None where that is not known."""
    function = PURE.get(program) or _INTERPRETERS.get(program)
    if function is None:
        return None
    try:
        text = function(arguments, stdin, files, budget)
    except (ValueError, IndexError, OverflowError, zlib.error, OSError, EOFError, lzma.LZMAError):
        return None
    if text is not None:
        budget.expand(len(text))
    return text


def _echo(arguments: list[str], _: str | None, __: Files, ___: Budget) -> str | None:
    return formats.echo(arguments)


def _printf(arguments: list[str], _: str | None, __: Files, budget: Budget) -> str | None:
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    return formats.printf(arguments, budget.limits.string)


def _cat(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    read = options(arguments, "u")
    return None if read is None else source(read[1], stdin, files)


def _nothing(_: list[str], __: str | None, ___: Files, ____: Budget) -> str | None:
    return ""


def _tee(_: list[str], stdin: str | None, __: Files, ___: Budget) -> str | None:
    return stdin


def _yes(arguments: list[str], _: str | None, __: Files, ___: Budget) -> str | None:
    # Endless; what follows in the pipe is `head` more often than not.
    return (" ".join(arguments) or "y").join(["", "\n"]) * 64 if len(arguments) < 8 else None


def _encoder(
    encode: Callable[[bytes], bytes], decode: Callable[[bytes], bytes], drop: bytes
) -> _Filter:
    def run(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
        names = {"decode": "d", "wrap": "w", "ignore-garbage": "i"}
        read = options(arguments, "diD", "w", names)
        if read is None:
            return None
        found, operands = read
        text = source(operands, stdin, files)
        if text is None or UNKNOWN in text:
            return None
        if "d" in found or "D" in found:
            data = bytes(c for c in text.encode() if c not in b" \t\r\n" and c not in drop)
            return _text(decode(data))
        encoded = encode(_bytes(text)).decode()
        width = int(found.get("w", "76"))
        if not width:
            return encoded
        return "".join(encoded[i : i + width] + "\n" for i in range(0, len(encoded), width))

    return run


def _decode64(data: bytes) -> bytes:
    # coreutils prints what it can decode, padding missing or not.
    data = data.rstrip(b"=")
    cut = len(data) - (len(data) % 4 == 1)
    return base64.b64decode(data[:cut] + b"=" * (-cut % 4), validate=True)


def _decode32(data: bytes) -> bytes:
    data = data.rstrip(b"=")
    return base64.b32decode(data + b"=" * (-len(data) % 8))


def _bytes(text: str) -> bytes:
    """The bytes of a text; those that were no UTF-8 come back as they were."""
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str | None:
    """Bytes as text; those that are no UTF-8 stay apart, as `_bytes` undoes it."""
    text = data.decode("utf-8", "surrogateescape")
    return None if UNKNOWN in text else text


_XXD = (
    ("-ps", "-p"),
    ("-postscript", "-p"),
    ("-plain", "-p"),
    ("-revert", "-r"),
    ("-uppercase", "-u"),
)


def _xxd(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    # xxd takes no clusters, and any start of a long name.
    short = [next((s for w, s in _XXD if len(a) > 2 and w.startswith(a)), a) for a in arguments]
    if any(len(a) > 2 and a[0] == "-" and a[1] not in "cls" for a in short):
        return None
    read = options(short, "rpu", "cls", {})
    if read is None:
        return None
    found, operands = read
    text = source(operands[:1], stdin, files)
    if text is None or UNKNOWN in text:
        return None
    plain = "p" in found
    if "s" in found or "l" in found or ("c" in found and "r" not in found):
        return None
    if "r" in found:
        if plain:
            digits = "".join(c for c in text if c in "0123456789abcdefABCDEF")
            return _text(bytes.fromhex(digits[: len(digits) // 2 * 2]))
        out = bytearray()
        for line in text.splitlines():
            columns = line.partition(":")[2].partition("  ")[0]
            out += bytes.fromhex(columns.replace(" ", ""))
        return _text(bytes(out))
    if not plain:
        return None
    digits = _bytes(text).hex()
    return "".join(digits[i : i + 60] + "\n" for i in range(0, len(digits), 60))


def _unpacker(
    open_stream: Callable[[], object], pack: Callable[[bytes], bytes] | None = None
) -> _Filter:
    def run(arguments: list[str], stdin: str | None, files: Files, budget: Budget) -> str | None:
        names = {"decompress": "d", "stdout": "c", "uncompress": "d", "force": "f", "quiet": "q"}
        read = options(arguments, "dcfqkn123456789", "", names)
        if read is None:
            return None
        text = source(read[1], stdin, files)
        if text is None or UNKNOWN in text:
            return None
        if pack is not None and "d" not in read[0]:
            return _text(pack(_bytes(text)))
        decompress = open_stream().decompress  # type: ignore[attr-defined]
        data: bytes = decompress(_bytes(text), budget.limits.string + 1)
        return _text(data) if len(data) <= budget.limits.string else None

    return run


def _gunzip() -> object:
    return zlib.decompressobj(wbits=47)


def _gzip(data: bytes) -> bytes:
    return zlib.compress(data, wbits=31)


def _basename(arguments: list[str], _: str | None, __: Files, ___: Budget) -> str | None:
    read = options(arguments, "az", "s")
    if read is None or not read[1]:
        return None
    found, operands = read
    suffix = found.get("s", "")
    if "s" not in found and "a" not in found:
        suffix = operands[1] if len(operands) > 1 else ""
        operands = operands[:1]
    names = [o.rstrip("/").rpartition("/")[2] or "/" for o in operands]
    return "".join((n.removesuffix(suffix) if n != suffix else n) + "\n" for n in names)


def _dirname(arguments: list[str], _: str | None, __: Files, ___: Budget) -> str | None:
    if not arguments or arguments[0][:1] == "-":
        return None
    out: list[str] = []
    for argument in arguments:
        trimmed = argument.rstrip("/")
        head, slash, last = trimmed.rpartition("/")
        if UNKNOWN in last:
            return None
        out.append((head.rstrip("/") or "/") if slash else ("/" if not trimmed else "."))
    return "".join(o + "\n" for o in out)


def _seq(arguments: list[str], _: str | None, __: Files, budget: Budget) -> str | None:
    read = options([a for a in arguments if not _number(a)], "w", "s")
    if read is None or read[1] or "w" in read[0]:
        return None
    numbers = [int(a) for a in arguments if _number(a)]
    if not 1 <= len(numbers) <= 3:
        return None
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) == 3 else 1
    values = range(first, numbers[-1] + (1 if step > 0 else -1), step)
    if len(values) > 4096:
        return None
    budget.tick(len(values))
    separator = read[0].get("s", "\n")
    return separator.join(str(v) for v in values) + "\n" if values else ""


def _number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and len(text) < 12


def _which(arguments: list[str], _: str | None, __: Files, ___: Budget) -> str | None:
    names = [a for a in arguments if a[:1] != "-"]
    if not names or any("/" in n or UNKNOWN in n for n in names):
        return None
    # The folder is not known, the name is.
    return "".join(f"{UNKNOWN}/{name}\n" for name in names)


def _rot(arguments: list[str], stdin: str | None, _: Files, __: Budget) -> str | None:
    if arguments or stdin is None:
        return None
    return codecs.encode(stdin, "rot13")


def _readlink(arguments: list[str], _: str | None, __: Files, ___: Budget) -> str | None:
    names = [a for a in arguments if a[:1] != "-"]
    if len(names) == 1 and names[0].startswith("/") and UNKNOWN not in names[0]:
        base = names[0].rstrip("/").rpartition("/")[2]
        return f"{UNKNOWN}/{base}\n" if names[0].startswith(("/bin/", "/usr/")) else None
    return None


_base64 = _encoder(base64.b64encode, _decode64, b"")
_base32 = _encoder(base64.b32encode, _decode32, b"")


def _openssl(arguments: list[str], stdin: str | None, files: Files, budget: Budget) -> str | None:
    if arguments[:1] == ["enc"]:
        arguments = arguments[1:]
    if not arguments or arguments[0].lstrip("-") not in ("base64", "a"):
        return None
    rest = [a for a in arguments[1:] if a not in ("-A", "-e", "-base64", "-a")]
    if rest == ["-d"]:
        return _base64(["-d"], stdin, files, budget)
    return _base64(["-w", "0"], stdin, files, budget) if not rest else None


PURE: dict[str, _Filter] = {
    "echo": _echo,
    "printf": _printf,
    "cat": _cat,
    "tac": textfilters.tac,
    "tee": _tee,
    "true": _nothing,
    "false": _nothing,
    "sleep": _nothing,
    "mkdir": _nothing,
    "touch": _nothing,
    "chmod": _nothing,
    "yes": _yes,
    "base64": _base64,
    "base32": _base32,
    "openssl": _openssl,
    "xxd": _xxd,
    "gzip": _unpacker(_gunzip, _gzip),
    "gunzip": _unpacker(_gunzip),
    "zcat": _unpacker(_gunzip),
    "bzip2": _unpacker(bz2.BZ2Decompressor, bz2.compress),
    "bunzip2": _unpacker(bz2.BZ2Decompressor),
    "bzcat": _unpacker(bz2.BZ2Decompressor),
    "xz": _unpacker(lzma.LZMADecompressor, lzma.compress),
    "unxz": _unpacker(lzma.LZMADecompressor),
    "xzcat": _unpacker(lzma.LZMADecompressor),
    "basename": _basename,
    "dirname": _dirname,
    "seq": _seq,
    "which": _which,
    "readlink": _readlink,
    "realpath": _readlink,
    "rot13": _rot,
    "head": textfilters.head,
    "tail": textfilters.tail,
    "cut": textfilters.cut,
    "tr": textfilters.tr,
    "rev": textfilters.rev,
    "sort": textfilters.sort,
    "uniq": textfilters.uniq,
    "wc": textfilters.wc,
    "paste": textfilters.paste,
    "fold": textfilters.fold,
    "sed": sed.sed,
    "awk": editors.awk,
    "gawk": editors.awk,
    "mawk": editors.awk,
    "grep": textfilters.grep,
}
# Not pure: most of what they run has effects, and is read for them elsewhere.
_INTERPRETERS: dict[str, _Filter] = dict.fromkeys(("python", "python3"), onelines.python)
