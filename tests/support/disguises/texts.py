"""Disguises of any shell text: it is run by something that stands around it."""

from __future__ import annotations

import shlex
from random import Random

from tests.support.disguises.sample import Disguise, Sample, command, fresh, pieces, quote

__all__ = ["TEXTS"]

TEXTS: dict[str, Disguise] = {}


def _kind(function: Disguise) -> Disguise:
    TEXTS[function.__name__.strip("_")] = function
    return function


def _shell(random: Random, sample: Sample) -> str:
    return random.choice(["sh", "bash", "/bin/sh"] if sample.posix else ["bash", "/bin/bash"])


def _in_line(sample: Sample) -> bool:
    return "<<" not in sample.text and "alias " not in sample.text


def _around(*shapes: str, posix: bool = True) -> Disguise:
    """The text stands in other syntax, at `@`."""

    def disguise(random: Random, sample: Sample) -> Sample:
        shape = random.choice(shapes)
        text = shape.replace("@", sample.text + "\n" if not _in_line(sample) else sample.text)
        if not _in_line(sample):
            text = text.replace("\n;", "\n")
        return sample.now(text, posix=sample.posix and posix)

    return disguise


TEXTS["case_body"] = _around("case x in a) :;; x|y) @;; esac", 'case "$HOME" in *) @;; esac')
TEXTS["if_body"] = _around(
    "if true; then @; fi",
    "if false; then :; else @; fi",
    "if [ -d / ]; then @; fi",
    "if false; then :; elif : ; then @; fi",
)
TEXTS["if_condition"] = _around("if @; then :; fi", "if ! @; then :; fi")
TEXTS["for_body"] = _around("for i_ in 1; do @; done", "for i_ in a b; do @; break; done")
TEXTS["c_style_for"] = _around("for ((i_=0; i_<1; i_++)); do @; done", posix=False)
TEXTS["while_body"] = _around("while true; do @; break; done", "while :; do @; break; done")
TEXTS["while_condition"] = _around("while @; do break; done", "until @; do break; done")
TEXTS["until_body"] = _around("until false; do @; break; done")
TEXTS["select_body"] = _around("select s_ in a b; do @; break; done <<< 1", posix=False)
TEXTS["subshell"] = _around("( @ )", "(@)", "( ( @ ) )")
TEXTS["brace_group"] = _around("{ @; }", "{ { @; }; } 2>/dev/null", "{ @; } > /dev/null")
TEXTS["and_or"] = _around("true && { @; }", "false || { @; }", "[ -e / ] && { @; } || :")
TEXTS["background"] = _around("{ @; } & wait", "( @ ) & wait $!")
TEXTS["coprocess"] = _around("coproc { @; }; wait", "coproc C_ { @; }\nwait", posix=False)
TEXTS["function_body"] = _around("f_() { @; }; f_", "f_() ( @ ); f_")
TEXTS["function_keyword"] = _around("function f_ { @; }; f_", posix=False)
TEXTS["in_substitution"] = _around(": $( @ )", 'x_="$( @ )"', 'echo "$( @ )" > /dev/null')
TEXTS["in_default"] = _around('echo "${zz_:-$( @ )}"', ": ${zz_:=$( @ )}")
TEXTS["in_process_substitution"] = _around("cat <( @ )", "true > >( @ ); sleep 0.1", posix=False)
TEXTS["in_subscript"] = _around(
    "echo $(( a_[$( @ )0] ))", "a_=(); : ${a_[$( @ )0]}", "(( a_[$( @ )0] )) || :", posix=False
)
TEXTS["in_test"] = _around('[ -n "$( @ )" ]', "[[ -z $( @ ) ]]", posix=False)
TEXTS["in_pipe"] = _around("{ @; } | cat", "echo y | { @; }", "true | ( @ ) | cat")
TEXTS["in_here_document"] = _around("cat <<E_\n$( @ )\nE_\n", 'cat <<< "$( @ )"', posix=False)


# --- texts that are run ---------------------------------------------------------------


@_kind
def _eval(random: Random, sample: Sample) -> Sample:
    before = random.choice([[], [], ["command"], ["builtin"]])
    if " " in sample.text and "\n" not in sample.text and random.random() < 0.3:
        cut = sample.text.index(" ")
        split = ["eval", sample.text[:cut], sample.text[cut + 1 :]]
        return command(sample, [*before, *split], posix=sample.posix and not before)
    return command(sample, [*before, "eval", sample.text], posix=sample.posix and not before)


@_kind
def _eval_variables(random: Random, sample: Sample) -> Sample:
    parts = [(fresh(random), piece) for piece in pieces(random, sample.text, 6)]
    before = "; ".join(f"{n}={quote(random, p)}" for n, p in parts)
    return sample.now(f'{before}; eval "' + "".join(f"${{{n}}}" for n, _ in parts) + '"')


@_kind
def _shell_text(random: Random, sample: Sample) -> Sample:
    shell = _shell(random, sample)
    flags = random.choice(["-c", "-ec", "-uc" if "$" not in sample.text else "-c", "-xc"])
    return command(sample, [shell, flags, sample.text], posix=True)


@_kind
def _shell_text_variable(random: Random, sample: Sample) -> Sample:
    name, shell = fresh(random), _shell(random, sample)
    style = random.randrange(3)
    if style == 0:
        return sample.now(f'{name}={quote(random, sample.text)}; {shell} -c "${name}"', posix=True)
    if style == 1:
        inner = shlex.quote(f'eval "${name}"')
        return sample.now(f"{name}={quote(random, sample.text)} {shell} -c {inner}", posix=True)
    inner = shlex.quote('eval "$1"')
    return sample.now(f"{shell} -c {inner} _ {quote(random, sample.text)}", posix=True)


@_kind
def _here_document(random: Random, sample: Sample) -> Sample:
    end = fresh(random)
    if random.random() < 0.6:
        return sample.now(f"{_shell(random, sample)} <<'{end}'\n{sample.text}\n{end}", posix=True)
    text = sample.text
    for char in "\\$`":
        text = text.replace(char, "\\" + char)
    return sample.now(f"{_shell(random, sample)} <<{end}\n{text}\n{end}", posix=True)


@_kind
def _here_document_tabs(random: Random, sample: Sample) -> Sample | None:
    if "\n" in sample.text:
        return None
    return sample.now(f"{_shell(random, sample)} -s <<-'E_'\n\t\t{sample.text}\n\tE_", posix=True)


@_kind
def _here_string(random: Random, sample: Sample) -> Sample:
    shell = _shell(random, sample) + random.choice(["", " -s", " -"])
    return sample.now(f"{shell} <<< {quote(random, sample.text)}", posix=False)


@_kind
def _piped(random: Random, sample: Sample) -> Sample:
    shell, text = _shell(random, sample), sample.text
    parts = " ".join(quote(random, p) for p in pieces(random, text))
    shapes = [
        f"printf '%s\\n' {quote(random, text)} | {shell}",
        f"printf %s {parts} | {shell} -s",
        f"cat <<< {quote(random, text)} | {shell}",
        f"{{ printf %s {parts}; }} | cat | {shell}",
        f"{shell} < <(printf %s {parts})",
        f"{shell} <(printf %s {parts})",
    ]
    return sample.now(random.choice(shapes), posix=False)


@_kind
def _sourced_substitution(random: Random, sample: Sample) -> Sample:
    word = random.choice([".", "source", "builtin source"])
    return sample.now(f"{word} <(printf '%s\\n' {quote(random, sample.text)})", posix=False)


@_kind
def _sourced_input(random: Random, sample: Sample) -> Sample:
    path = random.choice(["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
    return sample.now(f"source {path} <<< {quote(random, sample.text)}", posix=False)


@_kind
def _descriptor(random: Random, sample: Sample) -> Sample:
    text = f"exec 7<<'E_'\n{sample.text}\nE_\n"
    return sample.now(
        text + random.choice(["bash <&7", "bash /dev/fd/7", ". /dev/fd/7"]), posix=False
    )


@_kind
def _trap(random: Random, sample: Sample) -> Sample:
    signal = random.choice(["EXIT", "0", "exit", "SIGEXIT"])
    inner = f"trap {quote(random, sample.text)} {signal}"
    return sample.now(random.choice([f"({inner})", f"{inner}; :"]), posix=False)


@_kind
def _trap_often(random: Random, sample: Sample) -> Sample:
    inner = f"trap - {random.choice(['DEBUG', 'ERR', 'RETURN'])}; {sample.text}"
    signal = inner.split()[2].rstrip(";")
    after = {"DEBUG": ":", "ERR": "false", "RETURN": "f_() { :; }; declare -ft f_; f_"}[signal]
    return sample.now(f"trap {quote(random, inner)} {signal}; {after}", posix=False)


@_kind
def _signal_to_itself(random: Random, sample: Sample) -> Sample:
    return sample.now(f"trap {quote(random, sample.text)} USR1; kill -USR1 $$; :")


@_kind
def _lines_read(random: Random, sample: Sample) -> Sample | None:
    if "\n" in sample.text:
        return None
    style = random.randrange(3)
    if style == 0:
        text = f"while IFS= read -r l_; do eval \"$l_\"; done <<'E_'\n{sample.text}\nE_"
    elif style == 1:
        text = f'while read -r l_; do bash -c "$l_"; done <<< {quote(random, sample.text)}'
    else:
        text = f'echo {shlex.quote(sample.text)} | while read -r l_; do eval "$l_"; done'
    return sample.now(text, posix=False)


@_kind
def _mapfile_callback(random: Random, sample: Sample) -> Sample:
    body = f"f_() {{ {sample.text}\n}}\n"
    return sample.now(body + "mapfile -c 1 -C f_ x_ <<< a", posix=False)


@_kind
def _prompt_expansion(random: Random, sample: Sample) -> Sample:
    return sample.now(f'x_={quote(random, f"$( {sample.text} )")}; : "${{x_@P}}"', posix=False)


@_kind
def _startup_file(random: Random, sample: Sample) -> Sample:
    return sample.now(
        f"printf %s {quote(random, sample.text)} > rc_; BASH_ENV=./rc_ bash -c :", posix=False
    )


@_kind
def _exported_function(random: Random, sample: Sample) -> Sample:
    return sample.now(f"f_() {{ {sample.text}\n}}\nexport -f f_; bash -c f_", posix=False)


# --- files ----------------------------------------------------------------------------


@_kind
def _script_file(random: Random, sample: Sample) -> Sample:
    name = random.choice(["setup.sh", "./run", "/tmp/.x", "$HOME/build.sh", "a.txt"])
    text = quote(random, sample.text)
    written = random.choice(
        [
            f"echo {shlex.quote(sample.text)} > {name}",
            f"printf '%s\\n' {text} > {name}",
            f"cat > {name} <<'E_'\n{sample.text}\nE_\n",
            f"cat <<'E_' > {name}\n{sample.text}\nE_\n",
            f"printf %s {text} | tee {name} > /dev/null",
            f"dd of={name} 2> /dev/null <<< {text}",
            f": > {name}; printf %s {text} >> {name}",
        ]
    )
    between = "" if written.endswith("\n") else random.choice(["; ", "\n", " && "])
    path = f"./{name}" if "/" not in name else name
    ran = random.choice(
        [
            f"bash {name}",
            f". {path}",
            f"source {path}",
            f"chmod +x {name}; {path}",
            f"chmod 755 {name} && {path}",
            f"bash < {name}",
            f"cat {name} | bash",
            f'eval "$(cat {name})"',
            f'eval "$(< {name})"',
            f"mv {name} other_; bash other_",
            f"cp {name} other_ && chmod u+x other_ && ./other_",
            f"ln -s {name} other_; . ./other_" if "/" in name else f"bash -- {name}",
            f"find {name} -exec bash {{}} \\;",
            f"echo {name} | xargs bash",
        ]
    )
    return sample.now(written + between + ran, posix=False)


@_kind
def _script_with_interpreter(random: Random, sample: Sample) -> Sample:
    first = random.choice(["#!/bin/bash", "#!/usr/bin/env bash", "#! /bin/bash -e"])
    return sample.now(
        f"cat > go_ <<'E_'\n{first}\n{sample.text}\nE_\nchmod 755 go_; ./go_", posix=False
    )


@_kind
def _script_in_parts(random: Random, sample: Sample) -> Sample:
    parts = pieces(random, sample.text, 5)
    writes = "; ".join(f"printf %s {quote(random, p)} >> p_" for p in parts)
    return sample.now(f"{writes}; {random.choice(['bash p_', '. ./p_', 'bash < p_'])}", posix=False)


@_kind
def _script_parts_joined(random: Random, sample: Sample) -> Sample:
    parts = pieces(random, sample.text, 5)
    writes = "; ".join(f"printf %s {quote(random, p)} > p{n}" for n, p in enumerate(parts))
    names = " ".join(f"p{n}" for n in range(len(parts)))
    ran = random.choice(
        [f"cat {names} | bash", f'eval "$(cat {names})"', f"cat {names} > q_; bash q_"]
    )
    return sample.now(f"{writes}; {ran}", posix=False)


@_kind
def _script_edited(random: Random, sample: Sample) -> Sample | None:
    junk = fresh(random)
    dirty = junk.join(pieces(random, sample.text))
    edit = random.choice([f"sed -i 's/{junk}//g' s_", f"sed 's/{junk}//g' s_ > t_ && mv t_ s_"])
    return sample.now(f"echo {shlex.quote(dirty)} > s_; {edit}; bash s_", posix=False)


@_kind
def _program_shadowed(random: Random, sample: Sample) -> Sample:
    """A harmless name leads to a script of one's own."""
    name = random.choice(["ls", "make", "update"])
    text = f"mkdir b_; printf '#!/bin/bash\\n%s\\n' {quote(random, sample.text)} > b_/{name}; "
    return sample.now(text + f"chmod +x b_/{name}; PATH=$PWD/b_:$PATH; {name}", posix=False)


# --- other languages ------------------------------------------------------------------


@_kind
def _python(random: Random, sample: Sample) -> Sample:
    text = sample.text
    code = random.choice(
        [
            f"import os; os.system({text!r})",
            f"import os\nos.popen({text!r}).read()",
            f"import subprocess; subprocess.run({text!r}, shell=True)",
            f"import subprocess as s; s.call(['bash', '-c', {text!r}])",
            f"import subprocess as s; s.check_output({text!r}, shell=True, executable='/bin/bash')",
            f"__import__('os').system({text!r})",
            f"exec({f'import os; os.system({text!r})'!r})",
        ]
    )
    if random.random() < 0.7:
        return command(sample, ["python3", "-c", code], posix=True)
    return sample.now(f"python3 - <<'E_'\n{code}\nE_", posix=True)


@_kind
def _perl(random: Random, sample: Sample) -> Sample | None:
    text = sample.text.replace("\\", "\\\\").replace("'", "\\'")
    code = random.choice(["system('{}')", "exec '{}'", "`{}`", "print qx({})"])
    if ("`" in code or "qx" in code) and set(sample.text) & set("\\'`$@()\n"):
        return None
    return command(sample, ["perl", "-e", code.format(text)], posix=True)


@_kind
def _awk(random: Random, sample: Sample) -> Sample:
    text = sample.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    code = random.choice(
        ['BEGIN {{ system("{}") }}', 'BEGIN {{ "{}" | getline x }}', 'BEGIN {{ print "" | "{}" }}']
    )
    return command(sample, ["awk", code.format(text)], posix=True)


@_kind
def _find_shell(random: Random, sample: Sample) -> Sample:
    words = ["find", ".", "-maxdepth", "0", "-exec", _shell(random, sample), "-c", sample.text, ";"]
    return command(sample, words, posix=True) if "{}" not in sample.text else sample


@_kind
def _printed_by_awk(random: Random, sample: Sample) -> Sample:
    text = sample.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    code = shlex.quote('BEGIN { print "' + text + '" }')
    return sample.now(f"awk {code} | bash", posix=True)


@_kind
def _printed_by_python(random: Random, sample: Sample) -> Sample:
    return sample.now(f"python3 -c {shlex.quote(f'print({sample.text!r})')} | bash", posix=True)
