"""Disguises that keep a text in another form and turn it back: base64, rev, tr, gzip, cut, ..."""

from __future__ import annotations

import base64
import bz2
import gzip
import shlex
from collections.abc import Callable
from random import Random

from tests.support.disguises.sample import Disguise, Sample, fresh, pieces, quote

__all__ = ["CODECS"]

CODECS: dict[str, Disguise] = {}
# Makes a command that prints the text.
_Printer = Callable[[Random, str], "str | None"]
_ROT13 = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM",
)


def _run(random: Random, printer: str) -> str:
    """Run what a command prints."""
    return random.choice(
        [
            f"{printer} | bash",
            f"{printer} | bash -s",
            f'eval "$({printer})"',
            f'bash -c "$({printer})"',
            f"source <({printer})",
            f"bash <({printer})",
            f'bash <<< "$({printer})"',
            f'x_=$({printer}); eval "$x_"',
            f"{printer} > f_; bash f_",
        ]
    )


def _kind(function: _Printer) -> _Printer:
    def disguise(random: Random, sample: Sample) -> Sample | None:
        if not sample.text.isascii() or "\0" in sample.text:
            return None
        printer = function(random, sample.text)
        return None if printer is None else sample.now(_run(random, printer), posix=False)

    CODECS[function.__name__.strip("_")] = disguise
    return function


def _given(random: Random, text: str, program: str) -> str:
    """Give a text to a program."""
    shape = random.choice(["printf %s {} | {}", "{1} <<< {0}", "echo {} | {}"])
    return shape.format(shlex.quote(text), program)


@_kind
def _base64(random: Random, text: str) -> str:
    coded = base64.b64encode(text.encode()).decode()
    flag = random.choice(["-d", "--decode", "-di"])
    return _given(random, coded, f"base64 {flag}")


@_kind
def _base64_twice(random: Random, text: str) -> str:
    coded = base64.b64encode(base64.b64encode(text.encode())).decode()
    return _given(random, coded, "base64 -d | base64 -d")


@_kind
def _base32(random: Random, text: str) -> str:
    return _given(random, base64.b32encode(text.encode()).decode(), "base32 -d")


@_kind
def _hex(random: Random, text: str) -> str:
    return _given(
        random, text.encode().hex(), random.choice(["xxd -r -p", "xxd -p -r", "xxd -ps -r"])
    )


@_kind
def _printf_hex(random: Random, text: str) -> str:
    coded = "".join(f"\\x{ord(c):02x}" for c in text)
    return random.choice([f"printf '{coded}'", f"echo -e '{coded}'", f"printf %b '{coded}'"])


@_kind
def _printf_octal(random: Random, text: str) -> str:
    coded = "".join(f"\\{ord(c):03o}" for c in text)
    return f"printf '{coded}'"


@_kind
def _echo_octal(random: Random, text: str) -> str:
    coded = "".join(f"\\0{ord(c):03o}" for c in text)
    return random.choice([f"echo -e '{coded}'", f"printf %b '{coded}'"])


@_kind
def _printf_parts(random: Random, text: str) -> str:
    parts = pieces(random, text, 6)
    return f"printf %s {' '.join(quote(random, p) for p in parts)}"


@_kind
def _printf_order(random: Random, text: str) -> str:
    """Pieces stand in variables in another order."""
    parts = [(fresh(random), p) for p in pieces(random, text, 5)]
    mixed = parts.copy()
    random.shuffle(mixed)
    before = "; ".join(f"{n}={quote(random, p)}" for n, p in mixed)
    return f"{before}; printf '%s' " + " ".join(f'"${n}"' for n, _ in parts)


@_kind
def _reversed(random: Random, text: str) -> str | None:
    return None if "\n" in text else _given(random, text[::-1], "rev")


@_kind
def _rotated(random: Random, text: str) -> str:
    program = random.choice(["tr A-Za-z N-ZA-Mn-za-m", "tr 'a-zA-Z' 'n-za-mN-ZA-M'"])
    return _given(random, text.translate(_ROT13), program)


@_kind
def _case_swapped(random: Random, text: str) -> str:
    program = random.choice(["tr a-zA-Z A-Za-z", "tr '[:upper:][:lower:]' '[:lower:][:upper:]'"])
    return _given(random, text.swapcase(), program)


@_kind
def _spaces_replaced(random: Random, text: str) -> str | None:
    free = [c for c in "~,;@%" if c not in text]
    if not free:
        return None
    mark = random.choice(free)
    program = random.choice([f"tr '{mark}' ' '", f"sed 's/{mark}/ /g'", f"sed 'y/{mark}/ /'"])
    return _given(random, text.replace(" ", mark), program)


@_kind
def _junk_removed(random: Random, text: str) -> str:
    junk = fresh(random)
    dirty = junk.join(pieces(random, text, 6))
    program = random.choice(
        [f"sed 's/{junk}//g'", f"sed -e s/{junk}//g", f"awk '{{gsub(/{junk}/, \"\"); print}}'"]
    )
    return _given(random, dirty, program)


@_kind
def _cut(random: Random, text: str) -> str:
    junk = fresh(random)
    dirty = "\n".join(junk + line for line in text.split("\n"))
    number = len(junk)
    program = random.choice(
        [f"cut -c{number + 1}-", f"cut -b {number + 1}-", f"sed 's/^.\\{{{number}\\}}//'"]
    )
    return _given(random, dirty, program)


@_kind
def _cut_field(random: Random, text: str) -> str | None:
    if "|" in text:
        return None
    dirty = "\n".join(f"{fresh(random)}|{line}|{fresh(random)}" for line in text.split("\n"))
    program = random.choice(["cut -d'|' -f2", "awk -F'|' '{print $2}'"])
    return _given(random, dirty, program)


@_kind
def _head_tail(random: Random, text: str) -> str:
    lines = text.count("\n") + 1
    before = [f"echo {fresh(random)}" for _ in range(random.randint(1, 3))]
    after = [f"rm {fresh(random)}" for _ in range(random.randint(1, 3))]
    whole = "\n".join([*before, text, *after])
    first, last = len(before) + 1, len(before) + lines
    program = random.choice(
        [
            f"tail -n +{first} | head -n {lines}",
            f"head -{last} | tail -{lines}",
            f"sed -n '{first},{last}p'",
            f"sed '1,{first - 1}d' | head -n {lines}",
            f"awk 'NR>={first} && NR<={last}'",
        ]
    )
    return _given(random, whole, program)


@_kind
def _bytes_cut(random: Random, text: str) -> str:
    before = fresh(random)
    return f"printf %s {shlex.quote(before + text)} | tail -c +{len(before) + 1}"


@_kind
def _lines_reversed(random: Random, text: str) -> str:
    lines = text.split("\n")
    if len(lines) == 1:
        lines = [":", *lines, "echo ready"]
    return f"printf '%s\\n' {shlex.quote(chr(10).join(reversed(lines)))} | tac"


@_kind
def _lines_sorted(random: Random, text: str) -> str | None:
    if "\n" in text:
        return None
    lines = [f"1 :; {text}", "2 :", "3 :"]
    random.shuffle(lines)
    return (
        "printf '%s\\n' " + " ".join(quote(random, x) for x in lines) + " | sort | cut -d' ' -f2-"
    )


@_kind
def _lines_picked(random: Random, text: str) -> str | None:
    if "\n" in text:
        return None
    mark = fresh(random)
    whole = f"echo a\n{text} # {mark}\necho b"
    program = random.choice(
        [f"grep {mark}", f"grep -F '# {mark}'", f"sed -n '/{mark}/p'", f"awk '/{mark}/'"]
    )
    return f"printf '%s\\n' {shlex.quote(whole)} | {program}"


@_kind
def _folded(random: Random, text: str) -> str | None:
    """Written over many lines, which are joined again."""
    if "\n" in text:
        return None
    lines = "\n".join(pieces(random, text, 6))
    return f"printf '%s\\n' {shlex.quote(lines)} | " + random.choice(
        ["tr -d '\\n'", "paste -sd ''"]
    )


@_kind
def _gzip(random: Random, text: str) -> str:
    coded = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
    program = random.choice(["gzip -d", "gunzip", "gzip -dc", "gunzip -c"])
    return _given(random, coded, f"base64 -d | {program}")


@_kind
def _bzip2(random: Random, text: str) -> str:
    coded = base64.b64encode(bz2.compress(text.encode())).decode()
    return _given(random, coded, random.choice(["base64 -d | bzip2 -d", "base64 -d | bzip2 -dc"]))


@_kind
def _numbers(random: Random, text: str) -> str:
    codes = " ".join(str(ord(c)) for c in text)
    turn = 'for (i = 1; i <= n; i++) printf "%c", c[i] + 0'
    return random.choice(
        [
            f'for c_ in {codes}; do printf "\\\\$(printf %03o $c_)"; done',
            f'for c_ in {codes}; do printf "\\\\x$(printf %x $c_)"; done',
            f'awk \'BEGIN {{ n = split("{codes}", c, " "); {turn} }}\'',
        ]
    )


@_kind
def _here_document_base64(random: Random, text: str) -> str:
    coded = base64.encodebytes(text.encode()).decode().rstrip("\n")
    return f"base64 -d <<'B_'\n{coded}\nB_\n"


@_kind
def _file_base64(random: Random, text: str) -> str:
    coded = base64.b64encode(text.encode()).decode()
    return f"echo {coded} > c_; base64 -d c_"


@_kind
def _variable_base64(random: Random, text: str) -> str:
    coded = base64.b64encode(text.encode()).decode()
    cut = len(coded) // 2
    a, b = fresh(random), fresh(random)
    return f'{a}={coded[:cut]} {b}={coded[cut:]}; echo "${a}${b}" | base64 -d'


@_kind
def _python_base64(random: Random, text: str) -> str:
    coded = base64.b64encode(text.encode()).decode()
    return f"python3 -c \"import base64; print(base64.b64decode('{coded}').decode())\""


@_kind
def _perl_printed(random: Random, text: str) -> str:
    return f'perl -e \'print pack("H*", "{text.encode().hex()}")\''
