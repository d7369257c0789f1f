"""Runnable bash programs full of `exit`, `return`, `break`, `continue` and `exec`.

All that they start is `run NUMBER` and `echo`; every one comes to an end.
"""

from __future__ import annotations

from random import Random

__all__ = ["FlowMaker"]


class FlowMaker:
    """Makes programs. `size` bounds how deep compound commands nest."""

    def __init__(self, seed: int, size: int = 3) -> None:
        self.random = Random(seed)
        self.size = size
        self.number = 0
        self.loops = 0
        self.functions: list[str] = []

    def program(self) -> str:
        """Return a program of a few statements."""
        head = "v=0 w=1\n"
        if self.random.random() < 0.15:
            head += f"trap 'run {self._next()}; run $v' EXIT\n"
        return head + self.body(self.size, 4) + f"\nrun {self._next()} $v $w\n"

    def _next(self) -> int:
        self.number += 1
        return self.number

    def body(self, size: int, most: int = 3) -> str:
        pick = self.random
        lines = [self.statement(size) for _ in range(pick.randint(1, most))]
        return "".join(line + pick.choice(("; ", "; ", "\n")) for line in lines)

    def condition(self) -> str:
        pick = self.random
        return pick.choice(
            (
                "true",
                "false",
                "[ $v = 0 ]",
                "[ $w = $v ]",
                "[[ $w == @(1|2) ]]",
                "(( v > 2 ))",
                "[ -d / ]",
                "[ -e /no/such ]",
                f"run {self._next()}",
                f"run {self._next()} fails",
                "! true",
                "! [ -d / ]",
                *(f"{name}" for name in self.functions[-1:]),
            )
        )

    def end(self) -> str:
        pick = self.random
        return pick.choice(
            (
                "exit",
                "exit 0",
                "exit 3",
                "return",
                "return 0",
                "return 1",
                "return 2",
                "break",
                "continue",
                "break 2",
                "continue 2",
                "break 9",
                f"exec run {self._next()}",
                "exec /no/such",
                "exit $v",
                "return $w",
                "command exit",
                "builtin return 1",
                "eval exit",
                "eval 'return; run 0'",
                "exit > /no/such/file",
                "exit 1 > /dev/null",
                "return 2> /dev/null",
                "exit 1 2",
                "break 0",
                "{ exit & }",
                "exit | true",
                "true | exit",
                "(exit)",
                "(return 1; run 0)",
                "x=$(exit; run 0)",
                "break $v",
            )
        )

    def statement(self, size: int) -> str:
        pick = self.random
        kind = pick.random()
        if size <= 0 or kind < 0.3:
            return pick.choice(
                (
                    f"run {self._next()}",
                    f"run {self._next()} $v",
                    f"v={self._next()}",
                    f"w={self._next()}",
                    "v=$w",
                    "w=$((w + 1))",
                    f"echo {self._next()}",
                    "run $w",
                )
            )
        if kind < 0.5:
            return self.guarded()
        return pick.choice(
            (
                self.condition_if,
                self.loop,
                self.items,
                self.counted,
                self.function,
                self.subshell,
                self.captured,
                self.piped,
                self.group,
                self.cases,
                self.lists,
                self.evaluated,
                self.sourced,
                self.child,
            )
        )(size - 1)

    def guarded(self) -> str:
        pick = self.random
        glue = pick.choice(("&&", "||", ";", "&& true ||"))
        if pick.random() < 0.3:
            return self.end()
        return f"{self.condition()} {glue} {self.end()}"

    def condition_if(self, size: int) -> str:
        text = f"if {self.condition()}; then {self.body(size)}"
        if self.random.random() < 0.4:
            text += f"elif {self.condition()}; then {self.body(size)}"
        if self.random.random() < 0.5:
            text += f"else {self.body(size)}"
        return text + "fi"

    def loop(self, size: int) -> str:
        # Whatever the body does, it ends: it is asked for a few turns at most.
        name = f"n{self._next()}"
        word, test = self.random.choice((("while", "-lt"), ("until", "-ge")))
        inner = self.body(size)
        return f"{name}=0; {word} [ ${name} {test} 2 ]; do {name}=$(({name} + 1)); {inner}done"

    def items(self, size: int) -> str:
        words = self.random.choice(("1 2 3", "$v $w", "a", "$(echo 7; echo 8)", ""))
        return f"for v in {words}; do {self.body(size)}done"

    def counted(self, size: int) -> str:
        name = f"i{self._next()}"
        return f"for (({name} = 0; {name} < 2; {name}++)); do {self.body(size)}done"

    def function(self, size: int) -> str:
        name = f"f{self._next()}"
        body = self.body(size)
        shape = self.random.choice(("{}() {{ {}}}", "function {} {{ {}}}", "{}() ( {})"))
        text = shape.format(name, body)
        self.functions.append(name)
        call = self.random.choice((name, f"{name} || run {self._next()}", f"{name}; {name}", ":"))
        text += f"; {call}"
        if self.random.random() < 0.1:
            text = f"{self.condition()} && {text}"
        return text

    def subshell(self, size: int) -> str:
        return f"( {self.body(size)})"

    def group(self, size: int) -> str:
        end = self.random.choice(("", "", " > /dev/null", " < /no/such", " 2> err"))
        return f"{{ {self.body(size)}}}{end}"

    def captured(self, size: int) -> str:
        return f"v=$(echo {self._next()}; {self.body(size)}echo {self._next()}); run $v"

    def piped(self, size: int) -> str:
        return f"echo {self._next()} | {{ read w; {self.body(size)}run $w; }}"

    def cases(self, size: int) -> str:
        pick = self.random
        word = pick.choice(("$v", "$w", "x", "${v#1}", "$(echo a)"))
        arms = "".join(
            f"{pattern}) {self.body(size, 2)} {pick.choice((';;', ';;', ';&', ';;&'))} "
            for pattern in pick.sample(("0", "[1-9]", "?", "1?", "x|a", "*", "[!0]*"), 3)
        )
        return f"case {word} in {arms}esac"

    def lists(self, size: int) -> str:
        pick = self.random
        glues = (" && ", " || ")
        parts = [self.condition(), f"{{ {self.body(size)}}}", self.end()]
        return pick.choice(glues).join(parts[:2]) + pick.choice(glues) + parts[2]

    def evaluated(self, size: int) -> str:
        body = self.body(size)
        return f"eval {body!r}" if "'" not in body and "\n" not in body else f"{{ {body}}}"

    def sourced(self, size: int) -> str:
        return f"source <(echo {self._quoted(self.body(size))})"

    def child(self, size: int) -> str:
        # What it does is not in a loop or a function of its parent.
        return f"bash -c {self._quoted(self.body(size))}"

    def _quoted(self, text: str) -> str:
        return "'" + text.replace("'", "'\\''") + "'"
