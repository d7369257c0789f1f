"""Programs that do little but run another: `wrappers.json` says with which options.

Keys of a row: `options` (grammar), `style`, `loose` (unknown options are no news),
`before` (operands before the command), `instead` (an option whose value stands for one of
them), `after` (a subcommand that must come first),
`skip` (a word that may), `before_options` (operands before the options), `idle` (with these
nothing is run), `assignments` (NAME=VALUE may precede the command), `interleaved`
(options follow them, too), `expands` (with these options a shell expands the words), `shell` (a
shell when there is no command), `shell_with` (a shell with these options), `text` (options whose
value a shell runs), `commands` (options whose value is a program), `reads`,
`writes` (options naming files),
`pipes` (a value that begins with | or ! is a command), `edit` (the operands are edited),
`background` (true, or the options that send it there), `chdir` (option with the folder).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.grammar import Grammar, Options, grammar, scan
from guard.parse.programs.tables import load
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS", "assignments", "run_rest"]


def assignments(words: Sequence[str]) -> tuple[dict[str, str], Sequence[str]]:
    """Split leading `NAME=VALUE` words from the rest."""
    found: dict[str, str] = {}
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if not equals or not name or UNKNOWN in name:
            return found, words[index:]
        found[name] = value
    return found, ()


@cache
def _rules(program: str) -> Grammar:
    facts = load("wrappers")[program]
    return grammar(f"@{facts.get('style', 'stop')} {facts.get('options', '')}")


def _read(invocation: Invocation) -> Reading:
    """Read a wrapper by its row."""
    facts = load("wrappers")[invocation.program]
    draft = Draft(invocation)
    rules = _rules(invocation.program)
    argv = invocation.argv
    start = 1
    if facts.get("before_options") and len(argv) > 1 and argv[1][:1] != "-":
        start = 2
    options = scan(argv, rules, start)
    if facts.get("interleaved"):
        options = _interleaved(options, argv, rules)
    if "after" in facts or "skip" in facts:
        inner = _after(options, facts, argv, rules)
        if inner is None:
            return draft.reading
        options = inner
    _effects(draft, options, facts)
    if not _has(options, facts, "idle"):
        _command(draft, options, facts)
    return draft.reading


def _interleaved(options: Options, argv: Sequence[str], rules: Grammar) -> Options:
    """sudo(8) takes options behind assignments, too: `sudo A=1 -u root id`."""
    given: list[str] = []
    while not options.terminated:
        found, rest = assignments(options.operands)
        if not found or not rest or len(rest[0]) < 2 or rest[0][0] != "-":
            break
        given += options.operands[: len(options.operands) - len(rest)]
        inner = scan(argv, rules, len(argv) - len(rest))
        inner.options = [*options.options, *inner.options]
        inner.unknown = [*options.unknown, *inner.unknown]
        options = inner
    if given:
        options.operands = [*given, *options.operands]
    return options


def _quoted(word: str) -> str:
    """A word as sudo hands it to a shell: all is quoted but letters, digits, `_`, `-` and `$`."""
    return "".join(sign if sign.isalnum() or sign in "_-$" else f"\\{sign}" for sign in word)


def _after(
    options: Options, facts: Mapping[str, Any], argv: Sequence[str], rules: Grammar
) -> Options | None:
    """The options behind the subcommand, or None where it is another one."""
    word = options.operands[0] if options.operands else ""
    if word in facts.get("after", facts.get("skip", "")).split():
        inner = scan(argv, rules, options.end + 1)
        inner.add(options)
        return inner
    return None if "after" in facts and UNKNOWN not in word else options


def _has(options: Options, facts: Mapping[str, Any], key: str) -> bool:
    return key in facts and options.has(*facts[key].split())


def _effects(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    if not facts.get("loose"):
        for word in options.unknown:
            draft.hide(
                "unknown_option", "medium", f"`{word}` is no known option of {draft.program}"
            )
    for name, value in options.options:
        if name in facts.get("pipes", "").split() and value[:1] in ("|", "!"):
            draft.text(value[1:], f"{draft.program} -{name}")
        elif name in facts.get("writes", "").split():
            draft.write(value)
        elif name in facts.get("reads", "").split():
            draft.read(value)
        elif name in facts.get("text", "").split():
            draft.text(value, f"{draft.program} {'-' if len(name) == 1 else '--'}{name}")
        elif name in facts.get("commands", "").split():
            draft.start([value])


def _command(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    before = facts.get("before", 0) - _has(options, facts, "instead")
    rest: Sequence[str] = options.operands[before:]
    while before and rest and rest[0][:1] == "-":  # dtach -A SOCKET -z COMMAND
        rest = rest[1:]
    if _has(options, facts, "edit"):
        for path in rest:
            draft.read(path)
            draft.write(path)
        return
    environment: dict[str, str] = {}
    if facts.get("assignments"):
        environment, rest = assignments(rest)
    told = _has(options, facts, "text")
    if not rest and not told and (facts.get("shell") or _has(options, facts, "shell_with")):
        rest = ["sh"]
    background = facts.get("background", False)
    if isinstance(background, str):
        background = options.has(*background.split())
    folder = options.last(*facts["chdir"].split()) if "chdir" in facts else ""
    last = options.unknown[-1] if options.unknown else ""
    if _has(options, facts, "expands") and any("$" in word for word in rest):
        draft.text(
            " ".join(_quoted(word) for word in rest),
            environment=environment,
            background=background,
            cwd=draft.path(folder) if folder else None,
        )
        return
    skipped = bool(last) and "=" not in last and last in draft.argv[options.end - 1 : options.end]
    run_rest(
        draft,
        rest,
        environment=environment,
        background=background,
        cwd=draft.path(folder) if folder else None,
        unsure=skipped and not options.terminated,
    )


def run_rest(
    draft: Draft,
    rest: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    background: bool = False,
    cwd: str | None = None,
    unsure: bool = False,
) -> None:
    """Run `rest`. Where its first word may be an option's value, run what follows it too."""
    unsure = unsure or (bool(rest) and rest[0] == UNKNOWN)
    for words in (rest, rest[1:]) if unsure else (rest,):
        draft.start(
            words,
            certainty="may" if unsure else "must",
            environment=environment,
            background=background,
            cwd=cwd,
        )


READERS: dict[str, Reader] = dict.fromkeys(load("wrappers"), _read)
