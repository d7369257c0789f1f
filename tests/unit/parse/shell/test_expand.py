"""Expansion against real bash: the fields that a word becomes."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from guard.parse.budget import Budget, Limits
from guard.parse.reading import UNKNOWN
from guard.parse.shell import read_shell

BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="bash is not installed")

SETUP = r"""
x=abcabc; e=; p=/usr/local/bin/tool.tar.gz; s='  two  words '; g='a*b?[c]'; n=3; m=-1; U=MiXed
a=(one 'two three' four); declare -A h=([k]=v [key]='w x'); q="it's"; i=x; c=a,b,,c; z=007
set -- p1 'p 2' p3
"""

WORDS = r"""
$x|${x}|"$x"|${x#a}|${x#*b}|${x##*b}|${x%c}|${x%b*}|${x%%b*}|${x/b/X}|${x//b/X}|${x/#a/X}|${x/%c/X}
${x/b}|${x//[ab]/-}|${x//?/.}|${x:1}|${x:1:2}|${x: -2}|${x: -3:2}|${x:0:-1}|${x:n}|${x:n-1:1+1}
${x^}|${x^^}|${U,}|${U,,}|${x^^[ab]}|${x~}|${U~~}|${#x}|${#e}|${#a[@]}|${#a}|${#a[1]}|${#h[@]}
${p##*/}|${p%/*}|${p%%.*}|${p##*.}|${p#*/}|${p/local/x}|$s|"$s"|${s}x|x${s}|x${s}y|"${s# }"
${e:-d}|${e-d}|${e:-"a b"}|${e:-a b}|"${e:-a b}"|${e:+y}|${x:+y z}|${e+set}|${nope:-d}|${nope+set}
${nope:-$x}|${nope:-${x}y}|"${nope-}"|${e}|"$e"|$e$e|"$e"$e|x$e|''$e
$@|"$@"|$*|"$*"|"a$@b"|a"$*"b|$#|${@:2}|"${@:2:1}"|${@:1:1}|"${*:2}"|$1|"$2"|$2|${10}|"${@#p}"
${a[0]}|${a[1]}|"${a[1]}"|${a[@]}|"${a[@]}"|"${a[*]}"|${a[-1]}|"${a[@]:1}"|"${a[@]/o/0}"|${!a[@]}|$a
${a[n-2]}|"${a[@]:1:1}"|"${a[@]^}"|x"${a[@]}"y|"${a[@]#t}"
${h[k]}|"${h[key]}"|${h[key]}|${h[none]}x|${!i}|"${!i}"|${!i#a}
$((1+2*3))|$((n**2))|$((n<<2|1))|$((n>2?10:20))|$((-7/2))|$((-7%3))|$((0x1f+010))|$((2#101))
$((n++))$((n))|$((++n))|$((n+=4))|$(((1,2)))|$((!n))|$((~n))|$((1&&0||1))|$((n==3))|$[n*2]|$((z-7))
$((m*-1))|$((x=5,x+1))|$((36#z))|$((1<2))|$((5-3-1))|$((2**3**2))|$((a[0]=7))
{a,b}|x{a,b}y|{a,b}{1,2}|{a,{b,c}}|{1..4}|{4..1}|{a..e}|{01..10..3}|{a}|{}|{a,b|a{,b}|"{a,b}"|{a,"b c"}
{x,$x}|\{a,b}|{a,b}$x|{1..3}{a,b}|{-2..2}|{a..e..2}|a{b{c,d},e}f|{,}|{{a,b}}|{a,b},c
'a b'|"a b"|a\ b|a'b'"c"|$'a\tb'|$'\x41\102'|""|''|"a""b"|\$x|'$x'|"\$x"|"a\"b"|"`echo hi`"
$(echo a b)|"$(echo a b)"|$(printf 'x\n\n')|`echo a`|$(echo $(echo deep))|x$(echo 'a b')y|$(printf 'a\nb')
"$q"|${q/\'/-}|${q@Q}|${x@U}|${U@L}|${x@u}|${g@Q}|"$g"|${g//\*/+}|${g/\?/Q}|"${g//[\[\]]/}"
${c//,/ }|${c%%,*}|${c##*,}|"${c//,/ }"|${c/,,/;}|${x/a*b/Z}|${x/"b"/Z}|${x#"a"}|${p//\//_}|${p////_}|${p///}|${p///l/Y}|${p////}|${p/#/_}|${p/%/_}|${p//}
$'\u00e9'|"$(printf '\xc3\xa9')"|${x:(-2)}|${x:$((1)):2}|"${x:1}${e}"|"-$e-"|$x$s$x|"$x"$s"$x"
$(cut -d, -f2 <<< "$c")|$(tr a-c A-C <<< $x)|$(rev <<< $x)|$(head -c 2 <<< $x)|$(printf '%05d' $n)
$(printf '%s-%s\n' a b c)|$(printf '%b' 'a\tb')|$(printf '%x' 255)|$(printf '%-5s|' ab)|$(printf %q 'a b')
$(echo -e 'a\nb' | tac)|$(echo -n hi)|$(echo -e '\x41')|$(basename $p)|$(dirname $p)|$(basename $p .gz)
$(seq 3)|$(seq 2 4)|$(seq 1 2 5)|$(echo b a | tr ' ' '\n' | sort)|$(echo aab | tr -s a)|$(echo abc | tr -d b)
$(echo abc | sed s/b/X/)|$(echo 'a b c' | awk '{print $3,$1}')|$(echo a:b | awk -F: '{print $2}')|$(wc -c <<< $x)
$(echo 68690a | xxd -r -p)|$(echo hi | base64)|$(echo aGkK | base64 -d)|$(echo hi | gzip | gzip -d)|$(fold -w2 <<< $x)
$(printf 'a\nb\nc\n' | paste -sd,)|$(printf 'a\nb\n' | tail -n1)|$(printf 'a\na\nb\n' | uniq)|$(echo Hi | tr '[:upper:]' '[:lower:]')
""".replace("\n", "|")


def _bash(lines: list[str]) -> list[list[str]]:
    """The fields of each word, as bash itself expands them in a fresh subshell."""
    script = SETUP + "\n".join(f"( printf '%s\\0' X {line} )\nprintf '\\1\\0'" for line in lines)
    assert BASH is not None
    output = subprocess.run(
        [BASH, "--norc", "-f", "-c", script], capture_output=True, check=False, timeout=60
    ).stdout
    results: list[list[str]] = [[]]
    for field in output.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        if field == "\1":
            results.append([])
        else:
            results[-1].append(field)
    return [fields[1:] for fields in results[:-1]]


def _ours(line: str) -> list[list[str]]:
    """The readings of a word: the arguments that a program would get."""
    parsed = read_shell(f"{SETUP}\n/bin/tool {line}", Budget(Limits(cpu_seconds=10)))
    return [
        o["argv"][1:]
        for o in parsed.operations
        if o["kind"] == "process.exec" and o["path"] == "/bin/tool"
    ]


def _cases() -> list[str]:
    return [word for word in _split(WORDS) if word.strip()]


def _split(text: str) -> list[str]:
    """Split at bars that stand in no quotes and no brackets."""
    words: list[str] = []
    depth, quote, current = 0, "", ""
    previous = ""
    for c in text:
        if quote:
            quote = "" if c == quote and previous != "\\" else quote
        elif c in "'\"`" and previous != "\\":
            quote = c
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
        if c == "|" and not depth and not quote:
            words.append(current)
            current = ""
        else:
            current += c
        previous = c
    return [*words, current]


@needs_bash
def test_words_expand_as_in_bash() -> None:
    """Every word of the table becomes the fields that bash makes of it."""
    words = _cases()
    assert len(words) > 220
    wrong = []
    for word, expected in zip(words, _bash(words), strict=True):
        readings = _ours(word)
        if expected not in readings and not (not expected and [] in readings):
            wrong.append((word, expected, readings))
    assert wrong == []


def _random_word(pick: random.Random) -> str:
    name = pick.choice(["x", "p", "s", "c", "g", "U", "e", "q"])
    pattern = pick.choice(
        ["a", "*b", "b*", "?", "[a-b]", "[!a]", "*", "/*", "*/", ".*", "*.", ",", "\\*", "a*c", "''"]
    )
    operator = pick.choice(["#", "##", "%", "%%", "/", "//", "/#", "/%", "^^", ",,", ":", ":-"])
    if operator == ":":
        body = f":{pick.randint(0, 4)}" + pick.choice(["", f":{pick.randint(0, 5)}"])
    elif operator[0] == "/":
        escaped = pattern.replace("/", "\\/")
        body = f"{operator}{escaped}/" + pick.choice(["", "Z", "$n", "a b"])
    elif operator in ("^^", ",,"):
        body = operator + pick.choice(["", "[ab]", "?"])
    else:
        body = operator + pattern
    word = "${" + name + body + "}"
    return pick.choice([word, f'"{word}"', f"a{word}b", f'{word}"$e"', f"{word}$x"])


@needs_bash
def test_random_parameter_expansions_agree_with_bash() -> None:
    """A thousand random operators on random values give what bash gives."""
    pick = random.Random(20261123)
    words = [_random_word(pick) for _ in range(1000)]
    wrong = [
        (word, expected, _ours(word))
        for word, expected in zip(words, _bash(words), strict=True)
        if expected not in _ours(word)
    ]
    assert wrong == []


def test_unset_variable_is_empty_and_unknown() -> None:
    """Glued to letters or alone, an unset variable is read both ways."""
    assert sorted(_ours("a${unset}b")) == [["ab"], [f"a{UNKNOWN}b"]]
    assert sorted(_ours("$unset x")) == [["x"], [UNKNOWN, "x"]]


def test_unset_variable_in_a_slot_is_unknown_only() -> None:
    """Where a whole value belongs, "empty" is no reading worth having."""
    assert _ours('"$unset"') == [[UNKNOWN]]
    assert _ours("$unset/lib --to=$unset") == [[f"{UNKNOWN}/lib", f"--to={UNKNOWN}"]]


def test_braces_are_counted_before_they_are_built() -> None:
    """Two to the power of forty words are refused, not built."""
    parsed = read_shell("tool " + "{a,b}" * 40, Budget())
    assert [o["kind"] for o in parsed.opaque] == ["limit_braces"]


def test_too_many_readings_end_in_an_unknown_one() -> None:
    """Beyond the limit one more reading says that the rest is not known."""
    text = "".join(f"if a; then v{i}=x; else v{i}=y; fi\n" for i in range(8))
    parsed = read_shell(text + "/bin/tool " + "$v0$v1$v2$v3$v4$v5$v6$v7", Budget())
    found = [o["argv"][1] for o in parsed.operations if o.get("path") == "/bin/tool"]
    assert len(found) <= Limits().alternatives + 1
    assert UNKNOWN * 8 in found


def test_growing_string_is_stopped() -> None:
    """A string that grows too long stops the reading, visibly."""
    parsed = read_shell("x=aaaaaaaaaaaaaaaa;" + "x=$x$x;" * 20 + "tool $x", Budget())
    assert [(o["kind"], o["severity"]) for o in parsed.opaque] == [("limit_expansion", "high")]
