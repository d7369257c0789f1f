"""Disguises of single words: quotes, expansions, variables. They act on one plain command."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from random import Random

from tests.support.disguises.sample import Disguise, Sample, fresh, pieces, quote

__all__ = ["WORDS"]

WORDS: dict[str, Disguise] = {}
_Hide = Callable[[Random, str], str]
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:./@%")


def _kind(function: Disguise) -> Disguise:
    WORDS[function.__name__.strip("_")] = function
    return function


def _some(random: Random, sample: Sample, hide: _Hide, *, posix: bool = True) -> Sample | None:
    """Hide the program's name or some of the words, the name more often than not."""
    if not sample.words:
        return None
    chosen = {at for at in range(len(sample.words)) if random.random() < 0.4}
    if not chosen or random.random() < 0.7:
        chosen.add(0)
    words = [
        hide(random, word) if at in chosen and word else shlex.quote(word)
        for at, word in enumerate(sample.words)
    ]
    return sample.now(" ".join(words), posix=sample.posix and posix)


def _setup(
    random: Random, sample: Sample, hide: Callable[[Random, str], tuple[str, str]], *, posix: bool
) -> Sample | None:
    """As `_some`, where each hidden word needs a statement before the command."""
    before: list[str] = []

    def one(random: Random, word: str) -> str:
        statement, used = hide(random, word)
        before.append(statement)
        return used

    done = _some(random, sample, one, posix=posix)
    if done is None:
        return None
    between = random.choice(["; ", "\n"])
    return done.now(between.join([*before, done.text]))


# --- quoting --------------------------------------------------------------------------


@_kind
def _single_quotes(random: Random, sample: Sample) -> Sample | None:
    return _some(random, sample, lambda r, w: "'" + w.replace("'", "'\\''") + "'")


@_kind
def _mixed_quotes(random: Random, sample: Sample) -> Sample | None:
    return _some(random, sample, lambda r, w: "".join(quote(r, p) for p in pieces(r, w)))


@_kind
def _backslashes(random: Random, sample: Sample) -> Sample | None:
    return _some(
        random,
        sample,
        lambda r, w: "".join(
            "\\" + c if c != "\n" and (c not in _SAFE or r.random() < 0.5) else shlex.quote(c)
            for c in w
        ),
    )


@_kind
def _empty_quotes(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        return r.choice(["''", '""', "$@", "${zz_}", "``", "$()"]).join(
            shlex.quote(p) for p in pieces(r, word)
        )

    return _some(random, sample, hide)


def _ansi(form: Callable[[Random, int], str]) -> Disguise:
    def disguise(random: Random, sample: Sample) -> Sample | None:
        def hide(r: Random, word: str) -> str:
            return "$'" + "".join(form(r, ord(c)) for c in word) + "'"

        return _some(random, sample, hide, posix=False)

    return disguise


WORDS["ansi_hex"] = _ansi(lambda r, n: f"\\x{n:02x}")
WORDS["ansi_octal"] = _ansi(lambda r, n: f"\\{n:03o}")
WORDS["ansi_unicode"] = _ansi(lambda r, n: r.choice([f"\\u{n:04x}", f"\\U{n:08x}"]))


@_kind
def _line_continuations(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        return "\\\n".join(shlex.quote(p) for p in pieces(r, word))

    return _some(random, sample, hide)


# --- variables ------------------------------------------------------------------------


@_kind
def _variables(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name = fresh(r)
        return f"{name}={quote(r, word)}", f'"${name}"'

    return _setup(random, sample, hide, posix=True)


@_kind
def _split_variables(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        parts = [(fresh(r), piece) for piece in pieces(r, word)]
        return (
            " ".join(f"{n}={quote(r, p)}" for n, p in parts),
            '"' + "".join(f"${{{n}}}" for n, _ in parts) + '"',
        )

    return _setup(random, sample, hide, posix=True)


@_kind
def _grown_variable(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name = fresh(r)
        parts = pieces(r, word)
        grown = [f"{name}+={quote(r, p)}" for p in parts[1:]]
        return "; ".join([f"{name}={quote(r, parts[0])}", *grown]), f'"${name}"'

    return _setup(random, sample, hide, posix=False)


@_kind
def _default_value(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        safe = word.replace("\\", "\\\\").replace("}", "\\}").replace("$", "\\$")
        safe = safe.replace("`", "\\`").replace('"', '\\"')
        operator = r.choice([":-", "-", ":=", "="])
        return f'"${{{fresh(r)}{operator}{safe}}}"'

    return _some(random, sample, hide)


@_kind
def _alternate_value(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        return f"${{{r.choice(['HOME:', 'PATH', 'PWD:', '?', '#'])}+{shlex.quote(word)}}}"

    return _some(random, sample, hide)


@_kind
def _substring(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name = fresh(r)
        before, after = fresh(r) * r.randint(0, 2), fresh(r)
        start = str(len(before)) if r.random() < 0.6 else f" -{len(word) + len(after)}"
        length = str(len(word)) if r.random() < 0.6 else f"-{len(after)}"
        used = f'"${{{name}:{start}:{length}}}"'
        return f"{name}={quote(r, before + word + after)}", used

    return _setup(random, sample, hide, posix=False)


@_kind
def _letters_picked(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name = fresh(r)
        letters = sorted(set(word) | set("aeiou"))
        r.shuffle(letters)
        used = "".join(f"${{{name}:{letters.index(c)}:1}}" for c in word)
        return f"{name}={quote(r, ''.join(letters))}", f'"{used}"'

    return _setup(random, sample, hide, posix=False)


@_kind
def _replacement(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name, junk = fresh(r), fresh(r)
        if r.random() < 0.5:
            return (
                f"{name}={quote(r, junk.join(pieces(r, word)))}",
                f'"${{{name}//{junk}}}"',
            )
        letter = r.choice(word)
        spoiled = word.replace(letter, junk)
        return f"{name}={quote(r, spoiled)}", f'"${{{name}//{junk}/{shlex.quote(letter)}}}"'

    return _setup(random, sample, hide, posix=False)


@_kind
def _trimming(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name, junk = fresh(r), fresh(r)
        if r.random() < 0.5:
            return f"{name}={quote(r, junk + '@@' + word)}", f'"${{{name}#*@@}}"'
        return f"{name}={quote(r, word + '@@' + junk)}", f'"${{{name}%%@@*}}"'

    return _setup(random, sample, hide, posix=True)


@_kind
def _letter_case(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name = fresh(r)
        if word == word.lower():
            spoiled = "".join(c.upper() if r.random() < 0.6 else c for c in word)
            if r.random() < 0.4:
                return f"declare -l {name}={quote(r, spoiled)}", f'"${name}"'
            return f"{name}={quote(r, spoiled)}", f'"${{{name}{r.choice([",,", "@L"])}}}"'
        return f"{name}={quote(r, word.swapcase())}", f'"${{{name}~~}}"'

    return _setup(random, sample, hide, posix=False)


@_kind
def _escapes_expanded(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name = fresh(r)
        text = "".join(f"\\x{ord(c):02x}" for c in word)
        return f"{name}='{text}'", f'"${{{name}@E}}"'

    return _setup(random, sample, hide, posix=False)


@_kind
def _indirection(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name, other = fresh(r), fresh(r) + "x"
        return f"{name}={quote(r, word)}; {other}={name}", f'"${{!{other}}}"'

    return _setup(random, sample, hide, posix=False)


@_kind
def _nameref(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name, other = fresh(r), fresh(r) + "x"
        if r.random() < 0.5:
            return f"declare -n {other}={name}; {name}={quote(r, word)}", f'"${other}"'
        return f"declare -n {other}={name}; {other}={quote(r, word)}", f'"${name}"'

    return _setup(random, sample, hide, posix=False)


@_kind
def _printf_into_variable(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name = fresh(r)
        style = r.randrange(3)
        if style == 0:
            text = "".join(f"\\{ord(c):03o}" for c in word)
            return f"printf -v {name} '{text}'", f'"${name}"'
        if style == 1:
            parts = pieces(r, word)
            form = "%s" * len(parts)
            return f"printf -v {name} {form} {' '.join(quote(r, p) for p in parts)}", f'"${name}"'
        text = "".join(f"\\x{ord(c):02x}" for c in word)
        return f"printf -v {name} %b '{text}'", f'"${name}"'

    return _setup(random, sample, hide, posix=False)


@_kind
def _read_into_variable(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> tuple[str, str]:
        name = fresh(r)
        if r.random() < 0.5:
            return f"read -r {name} <<< {quote(r, word)}", f'"${name}"'
        return f"IFS=: read -r -d ~ {name} <<< {quote(r, word + '~')}", f'"${name}"'

    return _setup(random, sample, hide, posix=False)


# --- substitutions --------------------------------------------------------------------


@_kind
def _substitution(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        return f'"$(printf %s {shlex.quote(word)})"'

    return _some(random, sample, hide)


@_kind
def _backticks(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        inner = "".join("\\\\" + c if c not in _SAFE else c for c in word)
        return (
            f'"`echo {inner}`"'
            if word[0] != "-" and all(c in _SAFE for c in word)
            else (shlex.quote(word))
        )

    return _some(random, sample, hide)


@_kind
def _printed_octal(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        return "\"$(printf '" + "".join(f"\\{ord(c):03o}" for c in word) + "')\""

    return _some(random, sample, hide)


@_kind
def _characters_by_number(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        codes = " ".join(str(ord(c)) for c in word)
        return f'"$(for i in {codes}; do printf "\\\\$(printf %03o "$i")"; done)"'

    return _some(random, sample, hide)


@_kind
def _arithmetic(random: Random, sample: Sample) -> Sample | None:
    """Numbers of arguments become sums."""
    if not sample.words or not any(w.isdigit() for w in sample.words):
        return None

    def hide(word: str) -> str:
        if not word.isdigit() or word[0] == "0":
            return shlex.quote(word)
        a = random.randint(1, 900)
        return random.choice(
            [f"$(({int(word) + a}-{a}))", f"$(( {int(word)} ^ 0 ))", f"$((16#{int(word):x}))"]
        )

    text = " ".join(hide(w) for w in sample.words)
    return sample.now(text, posix="#" not in text and sample.posix)


@_kind
def _reversed_word(random: Random, sample: Sample) -> Sample | None:
    return _some(random, sample, lambda r, w: f'"$(echo {shlex.quote(w[::-1])} | rev)"')


@_kind
def _filtered_word(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        junk = r.choice("#~;!")
        dirty = junk.join(pieces(r, word))
        by = r.choice([f"tr -d '{junk}'", f"sed 's/[{junk}]//g'"])
        return f'"$(printf %s {shlex.quote(dirty)} | {by})"'

    return _some(random, sample, hide)


@_kind
def _rotated_word(random: Random, sample: Sample) -> Sample | None:
    table = str.maketrans(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM",
    )

    def hide(r: Random, word: str) -> str:
        return f'"$(tr A-Za-z N-ZA-Mn-za-m <<< {shlex.quote(word.translate(table))})"'

    return _some(random, sample, hide, posix=False)


@_kind
def _field_of_line(random: Random, sample: Sample) -> Sample | None:
    def hide(r: Random, word: str) -> str:
        if "," in word:
            return shlex.quote(word)
        line = shlex.quote(f"{fresh(r)},{word},{fresh(r)}")
        return r.choice(
            [
                f'"$(echo {line} | cut -d, -f2)"',
                f"\"$(echo {line} | awk -F, '{{print $2}}')\"",
                f"\"$(echo {line} | sed 's/^[^,]*,//; s/,.*$//')\"",
            ]
        )

    return _some(random, sample, hide)
