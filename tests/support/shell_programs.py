"""Valid bash programs made from a grammar and a seed: inputs for differential tests.

Every program is accepted by `bash -n`. They name no real program but `echo` and `cat` and
are meant to be read, not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

__all__ = ["ProgramMaker", "programs"]

_NAMES = ("a", "b", "x", "y", "file", "PATH", "_z9")
_PLAIN = ("foo", "-la", "a/b.txt", "--long=value", "x=1", "10", "a:b", "@host", "%1", "+x", "é")
# As arguments. Bash 5.2 stumbles over `case` and `in` there, within some substitutions.
_RESERVED = ("if", "then", "do", "done", "fi", "for", "time", "}", "{", "!")
_QUOTED = ("'a b'", '"c d"', "'$x'", "\\$x", "a\\ b", '"\\$x \\" \\\\"', "''", '""', "'}'", '")"')
_ANSI = ("$'\\t'", "$'a\\x41\\'b'", "$'\\u00e9\\101'", '$"text"')
_GLOBS = ("*.c", "?x", "[a-z]*", "{a,b}", "~/x", "{1..3}", "[!a]")
_PARAMETERS = (
    "$x",
    "${x}",
    "$1",
    "$#",
    '"$@"',
    "${#x}",
    "${x[1]}",
    "${x[@]}",
    "${!x}",
    "${!x@}",
    "${x//a/b}",
    "${x/#a}",
    "${x^^}",
    "${x,}",
    "${x@Q}",
    "${x:1:2}",
    "${x: -1}",
    "${x%%.*}",
    "${x##*/}",
    "${#x[@]}",
)
_OPERATORS = ("-", ":-", "=", ":=", "+", ":+", "?", ":?", "#", "%")
_REDIRECTS = (">", ">>", "<", "2>", ">|", "<>", "&>", "&>>", "{fd}>", "3<")
_TESTS = (
    "-f x",
    "a == b*",
    "$x -eq 1",
    "! -z $y",
    "( a < b )",
    '"$x" =~ ^(a|b)+$',
    "a != @(b|c d)",
    "-v x && -n y || ! -f z",
)
_ARITHMETIC = ("1 + 2", "x++", "a[1] * (2 + 3)", "x ? y : z", "$x << 2", "x = 16#ff", "(1) | (2)")


class ProgramMaker:
    """Makes programs. `size` bounds how deep compound commands nest."""

    def __init__(self, seed: int, size: int = 3) -> None:
        self.random = Random(seed)
        self.size = size

    def program(self) -> str:
        """Return a program of one to four lists."""
        return "".join(self.line(self.size) + "\n" for _ in range(self.random.randint(1, 4)))

    def line(self, size: int) -> str:
        """Return one list, or one command with a here-document."""
        if self.random.random() < 0.15:
            return self.document()
        end = self.random.choice(("", "", "", " &", ";", " # it's a comment"))
        return self.and_or(size) + end

    def and_or(self, size: int) -> str:
        parts = [self.pipeline(size)]
        while self.random.random() < 0.2:
            parts += [self.random.choice((" && ", " || ", "&&", " ||\n")), self.pipeline(size)]
        return "".join(parts)

    def pipeline(self, size: int) -> str:
        prefix = self.random.choice(("",) * 12 + ("! ", "time ", "time -p ", "! ! "))
        if size < self.size:
            # Bash 5.2 refuses `$(time a=(b))`, though it takes `time a=(b)`.
            prefix = prefix.replace("time", "!").replace("-p ", "")
        parts = [self.command(size)]
        while self.random.random() < 0.2:
            parts += [self.random.choice((" | ", "|", " |& ", " |\n")), self.command(size)]
        return prefix + "".join(parts)

    def command(self, size: int) -> str:
        if size <= 0 or self.random.random() < 0.5:
            return self.simple(size)
        kind = self.random.choice(self._kinds())
        text = kind(size - 1)
        if kind not in (self.function, self.coprocess) and self.random.random() < 0.2:
            text += f" {self.redirect(size)}"
        return text

    def _kinds(self) -> tuple[Callable[[int], str], ...]:
        return (
            self.group,
            self.subshell,
            self.condition,
            self.loop,
            self.items,
            self.case,
            self.function,
            self.conditional,
            self.arithmetic,
            self.coprocess,
        )

    def simple(self, size: int) -> str:
        pick = self.random
        parts = [self.assignment(size) for _ in range(pick.choice((0, 0, 0, 1, 2)))]
        if not parts or pick.random() < 0.7:
            parts.append(pick.choice(("echo", "cat", "foo", "a/b", "'q'x", "$x", "declare")))
            if parts[-1] == "declare" and pick.random() < 0.5:
                parts.append(f"-A {pick.choice(_NAMES)}=([k]={self.word(size)} [l]+=x)")
            parts += [self.word(size) for _ in range(pick.randint(0, 3))]
            if pick.random() < 0.1:
                parts.append(pick.choice(_RESERVED))
        while pick.random() < 0.2:
            parts.append(self.redirect(size))
        return pick.choice((" ", " ", "  ", " \\\n", "\t")).join(parts)

    def assignment(self, size: int) -> str:
        name = self.random.choice(_NAMES)
        return self.random.choice(
            (
                f"{name}=",
                f"{name}={self.word(size)}",
                f"{name}+={self.word(size)}",
                f"{name}[1 + 2]={self.word(size)}",
                f"{name}=({self.word(size)} [2]={self.word(size)} z)",
            )
        )

    def redirect(self, size: int) -> str:
        pick = self.random
        return pick.choice(
            (
                f"{pick.choice(_REDIRECTS)} {self.word(size)}",
                "2>&1",
                ">&-",
                "<&3-",
                f"<<<{self.word(size)}",
            )
        )

    def document(self) -> str:
        """Return a command with one or two here-documents and their bodies."""
        kinds = (("<<E", "E"), ("<<'E F'", "E F"), ("<<-\\E", "\tE"), ('<< "$x"', "$x"))
        chosen = self.random.sample(kinds, self.random.choice((1, 1, 2)))
        head = "cat " + " ".join(written for written, _ in chosen)
        head += self.random.choice(("", " | cat", "; echo b", " && echo b &", " > x"))
        bodies = (f"a $x ' \" ${{y:-z}}\n\\$q `echo w`\n{end}" for _, end in chosen)
        return "\n".join((head, *bodies))

    def word(self, size: int) -> str:
        """Return one word, of one to three pieces."""
        pick = self.random
        return "".join(self._piece(size, first=not i) for i in range(pick.choice((1, 1, 1, 2, 3))))

    def _piece(self, size: int, *, first: bool) -> str:
        pick = self.random
        kind = pick.random()
        if kind < 0.35:
            return pick.choice(_PLAIN)
        if kind < 0.5:
            return pick.choice(_QUOTED)
        if kind < 0.56:
            return pick.choice(_ANSI)
        if kind < 0.62 and first:
            return pick.choice(_GLOBS)
        if kind < 0.8 or size <= 0:
            return pick.choice(_PARAMETERS)
        return self._nested(size - 1)

    def _nested(self, size: int) -> str:
        pick = self.random
        return pick.choice(
            (
                f"$( {self.and_or(size)} )",
                f'"a $( {self.and_or(size)} ) b"',
                f"`echo {pick.choice(_PLAIN)}`",
                f"$(( {pick.choice(_ARITHMETIC)} ))",
                f"${{x{pick.choice(_OPERATORS)}{pick.choice(_PLAIN)}}}",
                f"${{y:-{pick.choice(_QUOTED)}}}",
                f"<( {self.and_or(size)} )",
                f"$[ {pick.choice(_ARITHMETIC)} ]",
            )
        )

    def body(self, size: int) -> str:
        """Return statements that end in a separator."""
        lists = [self.and_or(size) for _ in range(self.random.choice((1, 1, 2)))]
        separators = (";", "\n", " &", "; # c\n")
        return "".join(f" {text}{self.random.choice(separators)} " for text in lists)

    def group(self, size: int) -> str:
        return f"{{{self.body(size)}}}"

    def subshell(self, size: int) -> str:
        return f"( {self.and_or(size)} )"

    def condition(self, size: int) -> str:
        text = f"if{self.body(size)}then{self.body(size)}"
        if self.random.random() < 0.3:
            text += f"elif{self.body(size)}then{self.body(size)}"
        if self.random.random() < 0.4:
            text += f"else{self.body(size)}"
        return text + "fi"

    def loop(self, size: int) -> str:
        word = self.random.choice(("while", "until"))
        return f"{word}{self.body(size)}do{self.body(size)}done"

    def items(self, size: int) -> str:
        pick = self.random
        head = pick.choice(
            (
                f"for x in {self.word(size)} {self.word(size)};",
                "for x in a b\n",
                "for x;",
                "for x in;",
                "for ((i = 0; i < 3; i++));",
                f"select x in {self.word(size)};",
            )
        )
        if pick.random() < 0.15:
            return f"{head} {self.group(size)}"
        return f"{head} do{self.body(size)}done"

    def case(self, size: int) -> str:
        pick = self.random
        arms = [
            f"{pick.choice(('', '('))}{pattern}) {self.and_or(size)} {end}"
            for pattern in pick.sample(("a", "b | c", "*", "[[:alpha:]]?", '"d e"', "$x"), 2)
            for end in (pick.choice((";;", ";&", ";;&", "\n;;")),)
        ]
        return f"case {self.word(size)} in {' '.join(arms)} esac"

    def function(self, size: int) -> str:
        head = self.random.choice(("f()", "f-1 ()", "function g", "function h ()"))
        return f"{head} {self.group(size)}"

    def conditional(self, size: int) -> str:
        return f"[[ {self.random.choice(_TESTS)} ]]"

    def arithmetic(self, size: int) -> str:
        return f"(({self.random.choice(_ARITHMETIC)}))"

    def coprocess(self, size: int) -> str:
        return self.random.choice(("coproc ", "coproc NAME ")) + self.group(size)


def programs(count: int, *, seed: int = 1, size: int = 3) -> Iterator[str]:
    """Yield that many programs, the same for the same seed."""
    for number in range(count):
        yield ProgramMaker(seed * 1_000_003 + number, size).program()
