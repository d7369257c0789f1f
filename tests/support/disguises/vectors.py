"""Disguises of a whole argument vector: arrays, parameters, splitting, what starts it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from random import Random

from tests.support.disguises.sample import Disguise, Sample, command, fresh, quote

__all__ = ["VECTORS"]

VECTORS: dict[str, Disguise] = {}
# Names that nobody would look at twice.
_HARMLESS = ("ls", "python3.9", "update", "kworker", "run-tests", "sshd-session", "cache")
_WORDS_OF_SPLITTING = set(" \t\n'\"\\$`*?[]{}(),;&|<>~!#")


def _kind(function: Disguise) -> Disguise:
    VECTORS[function.__name__.strip("_")] = function
    return function


def _quoted(random: Random, words: tuple[str, ...]) -> str:
    return " ".join(quote(random, word) for word in words)


def _simple(words: tuple[str, ...]) -> bool:
    """True if no word needs quotes."""
    return bool(words) and not any(set(word) & _WORDS_OF_SPLITTING or not word for word in words)


# --- arrays and parameters ------------------------------------------------------------


@_kind
def _array(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name = fresh(random)
    cut = random.randint(1, len(sample.words))
    grown = [f"{name}+=({quote(random, word)})" for word in sample.words[cut:]]
    before = [f"{name}=({_quoted(random, sample.words[:cut])})", *grown]
    return sample.now("; ".join([*before, f'"${{{name}[@]}}"']), posix=False)


@_kind
def _array_elements(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name = fresh(random)
    order = list(range(len(sample.words)))
    random.shuffle(order)
    items = " ".join(f"[{at}]={quote(random, sample.words[at])}" for at in order)
    used = " ".join(f'"${{{name}[{at}]}}"' for at in range(len(sample.words)))
    return sample.now(f"{name}=({items}); {used}", posix=False)


@_kind
def _array_slices(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name, count = fresh(random), len(sample.words)
    text = f'{name}=(x {_quoted(random, sample.words)} y); "${{{name}[@]:1:{count}}}"'
    return sample.now(text, posix=False)


@_kind
def _associative_array(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name = fresh(random)
    keys = [fresh(random) + str(at) for at in range(len(sample.words))]
    items = [f"[{k}]={quote(random, w)}" for k, w in zip(keys, sample.words, strict=True)]
    random.shuffle(items)
    used = " ".join(f'"${{{name}[{k}]}}"' for k in keys)
    return sample.now(f"declare -A {name}=({' '.join(items)})\n{used}", posix=False)


@_kind
def _positional(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    used = random.choice(
        ['"$@"', '${1+"$@"}', " ".join(f'"${{{n + 1}}}"' for n in range(len(sample.words)))]
    )
    return sample.now(f"set -- {_quoted(random, sample.words)}; {used}")


@_kind
def _shifted(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    return sample.now(
        f'set -- a b {_quoted(random, sample.words)}; shift 2; x_=$1; shift; $x_ "$@"'
    )


@_kind
def _parameters_joined(random: Random, sample: Sample) -> Sample | None:
    """`$*` with an IFS of its own makes one text, which is split again."""
    if not _simple(sample.words):
        return None
    return sample.now(f"set -- {' '.join(sample.words)}; IFS=,; x_=$*; $x_")


@_kind
def _getopts_loop(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name = fresh(random)
    letters = "pqrstuvwxyz"[: len(sample.words)]
    given = " ".join(
        f"-{c} {quote(random, w)}" for c, w in zip(letters, sample.words, strict=False)
    )
    options = "".join(c + ":" for c in letters)
    return sample.now(
        f"set -- {given}; {name}=(); while getopts {options} o_; "
        f'do {name}+=("$OPTARG"); done; "${{{name}[@]}}"',
        posix=False,
    )


@_kind
def _loop_gathers(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name = fresh(random)
    text = f'{name}=(); for w_ in {_quoted(random, sample.words)}; do {name}+=("$w_"); done; '
    return sample.now(text + f'"${{{name}[@]}}"', posix=False)


@_kind
def _loop_over_last(random: Random, sample: Sample) -> Sample | None:
    """The last argument comes from a loop."""
    if len(sample.words) < 2:
        return None
    rest, last = sample.words[:-1], sample.words[-1]
    return sample.now(f'for h_ in {quote(random, last)}; do {shlex.join(rest)} "$h_"; done')


# --- splitting ------------------------------------------------------------------------


@_kind
def _split_variable(random: Random, sample: Sample) -> Sample | None:
    if not _simple(sample.words):
        return None
    name = fresh(random)
    return sample.now(f"{name}='{' '.join(sample.words)}'; ${name}")


@_kind
def _separators(random: Random, sample: Sample) -> Sample | None:
    if not _simple(sample.words):
        return None
    name, between = fresh(random), random.choice(",;~!")
    return sample.now(f"IFS='{between}'; {name}='{between.join(sample.words)}'; ${name}")


@_kind
def _ifs_between(random: Random, sample: Sample) -> Sample | None:
    if not _simple(sample.words):
        return None
    return sample.now(random.choice(["${IFS}", "$IFS$9", "${IFS%?}"]).join(sample.words))


@_kind
def _brace_expansion(random: Random, sample: Sample) -> Sample | None:
    if not _simple(sample.words) or len(sample.words) < 2:
        return None
    return sample.now("{" + ",".join(sample.words) + "}", posix=False)


@_kind
def _read_into_array(random: Random, sample: Sample) -> Sample | None:
    if not _simple(sample.words):
        return None
    name = fresh(random)
    text = f"read -ra {name} <<< '{' '.join(sample.words)}'; \"${{{name}[@]}}\""
    return sample.now(text, posix=False)


@_kind
def _mapfile(random: Random, sample: Sample) -> Sample | None:
    if not sample.words or any("\n" in word for word in sample.words):
        return None
    name, lines = fresh(random), "\n".join(sample.words)
    if random.random() < 0.5:
        text = f'mapfile -t {name} <<"E"\n{lines}\nE\n"${{{name}[@]}}"'
    else:
        text = f'readarray -t {name} < <(printf "%s\\n" {_quoted(random, sample.words)})\n'
        text += f'"${{{name}[@]}}"'
    return sample.now(text, posix=False)


# --- what starts it -------------------------------------------------------------------


def _launcher(*choices: str, posix: bool = True) -> Disguise:
    def disguise(random: Random, sample: Sample) -> Sample | None:
        if not sample.words:
            return None
        before = random.choice(choices).split()
        return command(sample, [*before, *sample.words], posix=sample.posix and posix)

    return disguise


VECTORS["command"] = _launcher("command", "command --", "builtin command", posix=False)
VECTORS["exec"] = _launcher("exec")
VECTORS["exec_name"] = _launcher("exec -a ls", "exec -l", "exec -a [kworker]", posix=False)
VECTORS["env"] = _launcher("env", "env A=b", "env -u HOME", "env -- LANG=C", "/usr/bin/env")
VECTORS["nohup"] = _launcher("nohup")
VECTORS["timeout"] = _launcher("timeout 5", "timeout -k 1 -s INT 5s", "timeout --preserve-status 5")
VECTORS["setsid"] = _launcher("setsid -w", "setsid --wait", "setsid -fw")
VECTORS["nice"] = _launcher("nice", "nice -n 19", "nice -5")
VECTORS["stdbuf"] = _launcher("stdbuf -oL", "stdbuf -i0 -o0 -e0", "stdbuf --output=L")


@_kind
def _find_exec(random: Random, sample: Sample) -> Sample | None:
    if not sample.words or "{}" in sample.words:
        return None
    action = random.choice(["-exec", "-prune -exec", "-ok"]).split()
    end = [";"] if random.random() < 0.7 else ["-quit", ";"][1:]
    return command(sample, ["find", ".", "-maxdepth", "0", *action, *sample.words, *end])


@_kind
def _own_arguments(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    shell = random.choice(["bash", "sh", "/bin/bash", "env bash"]).split()
    if random.random() < 0.5:
        return command(sample, [*shell, "-c", '"$@"', "_", *sample.words])
    return command(
        sample, [*shell, "-c", random.choice(['$0 "$@"', 'exec "$0" "$@"']), *sample.words]
    )


@_kind
def _time(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    before = random.choice(["time ", "time -p ", "! ", "! time "])
    return sample.now(before + shlex.join(sample.words), posix=False)


@_kind
def _env_string(random: Random, sample: Sample) -> Sample | None:
    if not _simple(sample.words):
        return None
    return command(sample, ["env", random.choice(["-S", "-vS"]), " ".join(sample.words)])


@_kind
def _xargs(random: Random, sample: Sample) -> Sample | None:
    if not _simple(sample.words) or len(sample.words) < 2:
        return None
    cut = random.randint(1, len(sample.words) - 1)
    head, tail = " ".join(sample.words[:cut]), " ".join(sample.words[cut:])
    return sample.now(f"printf %s '{tail}' | xargs {random.choice(['', '-r ', '-t '])}{head}")


@_kind
def _xargs_zero(random: Random, sample: Sample) -> Sample | None:
    if len(sample.words) < 2:
        return None
    cut = random.randint(1, len(sample.words) - 1)
    tail = _quoted(random, sample.words[cut:])
    return sample.now(f"printf '%s\\0' {tail} | xargs -0 {shlex.join(sample.words[:cut])}")


@_kind
def _xargs_all(random: Random, sample: Sample) -> Sample | None:
    """Even the program's name comes from the input."""
    if not _simple(sample.words):
        return None
    by = random.choice(["env", "command", "nice", "setsid -w", "nohup"])
    by = "env" if by == "command" else by
    return sample.now(f"echo {' '.join(sample.words)} | xargs {by}")


@_kind
def _xargs_replace(random: Random, sample: Sample) -> Sample | None:
    if len(sample.words) < 2 or "'" in sample.words[-1] or '"' in sample.words[-1]:
        return None
    return sample.now(
        f"echo {shlex.quote(sample.words[-1])} | xargs -I% {shlex.join(sample.words[:-1])} %"
    )


@_kind
def _xargs_shell(random: Random, sample: Sample) -> Sample | None:
    if not sample.words or "\n" in sample.text or any("'" in w or '"' in w for w in sample.words):
        return None
    text = shlex.join(sample.words).replace("'", '\\"')
    return sample.now(f'echo "{text}" | xargs -I@@ {random.choice(["sh", "bash"])} -c @@')


# --- another name for the program -----------------------------------------------------


def _renamed(make: Callable[[Random, str, str], str]) -> Disguise:
    """`make` gets an expression for the program's path and the new name; it returns statements."""

    def disguise(random: Random, sample: Sample) -> Sample | None:
        if not sample.words or "/" in sample.words[0]:
            return None
        program = sample.words[0]
        path = random.choice(
            [f'"$(command -v {program})"', f'"$(which {program})"', f"$(type -P {program})"]
        )
        name = random.choice(_HARMLESS)
        before = make(random, path, name)
        called = name if before.startswith(("hash", "mkdir")) else f"./{name}"
        rest = shlex.join(sample.words[1:])
        return sample.now(f"{before}; {called} {rest}", posix=False)

    return disguise


VECTORS["path_found"] = lambda random, sample: (
    None
    if not sample.words or "/" in sample.words[0]
    else sample.now(
        random.choice(["$(command -v {})", '"$(which {})"', "`type -P {}`"]).format(sample.words[0])
        + " "
        + shlex.join(sample.words[1:]),
        posix=False,
    )
)
VECTORS["copied"] = _renamed(lambda r, path, name: f"cp {path} ./{name}")
VECTORS["copied_text"] = _renamed(lambda r, path, name: f"cat {path} > {name}; chmod +x {name}")
VECTORS["installed"] = _renamed(lambda r, path, name: f"install -m 755 {path} {name}")
VECTORS["symlinked"] = _renamed(lambda r, path, name: f"ln -s {path} {name}")
VECTORS["hashed"] = _renamed(lambda r, path, name: f"hash -p {path} {name}")
VECTORS["in_own_path"] = _renamed(
    lambda r, path, name: f"mkdir b; ln -s {path} b/{name}; PATH=$PWD/b:$PATH"
)


# --- functions ------------------------------------------------------------------------


@_kind
def _function_arguments(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name = fresh(random)
    cut = random.randint(0, len(sample.words))
    head, tail = shlex.join(sample.words[:cut]), _quoted(random, sample.words[cut:])
    return sample.now(f'{name}() {{ {head} "$@"; }}; {name} {tail}')


@_kind
def _function_local(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name = fresh(random)
    body = 'local p_=$1; shift; "$p_" "$@"'
    return sample.now(
        f"{name}() {{ {body}; }}; {name} {_quoted(random, sample.words)}", posix=False
    )


@_kind
def _function_redefined(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name, rest = random.choice(["ls", "cd", "test", "greet"]), shlex.join(sample.words)
    return sample.now(f"{name}() {{ :; }}; {name}; {name}() {{ {rest}; }}; {name}")


@_kind
def _alias(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    name = random.choice(["ls", "ll", "greet"])
    cut = random.randint(1, len(sample.words))
    head, rest = shlex.quote(shlex.join(sample.words[:cut])), shlex.join(sample.words[cut:])
    return sample.now(f"shopt -s expand_aliases\nalias {name}={head}\n{name} {rest}", posix=False)


# --- other languages ------------------------------------------------------------------


@_kind
def _python_vector(random: Random, sample: Sample) -> Sample | None:
    if not sample.words:
        return None
    words = list(sample.words)
    code = random.choice(
        [
            f"import subprocess; subprocess.run({words!r})",
            f"import subprocess as s; s.Popen({words!r}).wait()",
            f"from subprocess import *; call({words!r})",
            f"import os; os.execvp({words[0]!r}, {words!r})",
            f"import os; os.spawnvp(os.P_WAIT, {words[0]!r}, {words!r})",
            f"__import__('subprocess').check_call({' '.join(words)!r}.split())",
        ]
    )
    if ".split()" in code and not _simple(sample.words):
        return None
    return command(sample, ["python3", "-c", code])


@_kind
def _perl_vector(random: Random, sample: Sample) -> Sample | None:
    if not sample.words or any(set(word) & set("'\\") for word in sample.words):
        return None
    words = ", ".join(f"'{word}'" for word in sample.words)
    return command(sample, ["perl", "-e", f"{random.choice(['exec', 'system'])}({words})"])
