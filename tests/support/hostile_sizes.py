"""Calls that are made to cost much: long, deep, or growing when they are expanded.

Each is a name and a function, since some are large. Nothing here is meant to be run.
"""

from __future__ import annotations

import json
import os
import resource
import string
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from guard.model import ToolCall

__all__ = ["CALLS", "measure"]

_KIB = 1024
_MANY = 10_000
_CHARACTERS = "()[]{}<>|&;$`'\"\\!#*?~=+-^%@,:/\n\t"
_OPENERS = {
    "substitution": ("$(", ")"),
    "quoted substitution": ('"$(', ')"'),
    "subshell": ("(", ")"),
    "spaced subshell": ("( ", " )"),
    "group": ("{ ", "; }"),
    "test": ("[[ ", " ]]"),
    "test parenthesis": ("[[ ( ", " ) ]]"),
    "arithmetic": ("((", "))"),
    "arithmetic substitution": ("$((", "))"),
    "parameter": ("${", "}"),
    "default": ("${x:-", "}"),
    "quoted default": ('"${x:-', '}"'),
    "backtick": ("`", "`"),
    "process": ("<(", ")"),
    "array": ("x=(", ")"),
    "index": ("${a[", "]}"),
    "pattern": ("@(", ")"),
    "brace": ("{a,", "}"),
    "condition": ("if ", "; then :; fi"),
    "loop": ("while :; do ", "; done"),
    "case": ("case x in x) ", ";; esac"),
    "function": ("f() { ", "; }"),
    "negation": ("! ", ""),
    "time": ("time ", ""),
    "coprocess": ("coproc ", ""),
    "eval": ("eval ", ""),
    "sudo": ("sudo ", ""),
    "prefix": ("env ", ""),
}


def _shell(text: Callable[[], str]) -> Callable[[], ToolCall]:
    return lambda: ToolCall.shell(text())


def _python(text: Callable[[], str]) -> Callable[[], ToolCall]:
    return lambda: ToolCall("python", {"code": text()})


def _sql(text: Callable[[], str]) -> Callable[[], ToolCall]:
    return lambda: ToolCall("sql", {"query": text()})


def _tool(arguments: Callable[[], Mapping[str, Any]]) -> Callable[[], ToolCall]:
    return lambda: ToolCall("some_tool", arguments())


def _repeat(text: str, count: int) -> Callable[[], str]:
    return lambda: text * count


def _nest(before: str, after: str, count: int, inside: str = "echo a") -> Callable[[], str]:
    return lambda: before * count + inside + after * count


def _quoted(levels: int) -> str:
    """`bash -c` within `bash -c`, every level quoted once more with backslashes."""
    text = "id"
    for _ in range(levels):
        text = "bash -c " + "".join(f"\\{char}" if not char.isalnum() else char for char in text)
    return text


def _chain(count: int) -> str:
    """Functions of which each calls the one before twice."""
    lines = ["f0() { echo a; }"]
    lines += [f"f{i}() {{ f{i - 1}; f{i - 1}; }}" for i in range(1, count)]
    return "\n".join([*lines, f"f{count - 1}"])


def _nested_json(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"path": "/a"}
    for _ in range(depth):
        value = {"a": value}
    return value


def _nested_list(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def _formatted(depth: int) -> str:
    """A formatted string in which formatted strings nest, quotes alternating as they may."""
    text = "x"
    for level in range(depth):
        quote = ("'", '"', "'''", '"""')[level % 4]
        text = f"f{quote}{{{text}}}{quote}"
    return f"print({text})"


def _shell_texts() -> dict[str, Callable[[], str]]:
    texts: dict[str, Callable[[], str]] = {
        "1 MiB of words": _repeat("word ", 1024 * _KIB // 5),
        "128 KiB of words": _repeat("word ", 128 * _KIB // 5),
        "64 KiB of words": _repeat("word ", 64 * _KIB // 5),
        "128 KiB of commands": _repeat("ls -la\n", 128 * _KIB // 7),
        "128 KiB of short commands": _repeat("a;", 64 * _KIB),
        "one word of 128 KiB": _repeat("a", 128 * _KIB),
        "128 KiB of comments": _repeat("# it's\n", 128 * _KIB // 7),
        "128 KiB of expansions": _repeat("$x", 64 * _KIB),
        "128 KiB of spaced expansions": lambda: "echo" + " $x" * (42 * _KIB),
        "128 KiB of quoted expansions": lambda: 'echo "' + "$x" * (64 * _KIB - 4) + '"',
        "128 KiB of escapes": lambda: "echo " + "\\a" * (64 * _KIB - 3),
        "128 KiB of ANSI escapes": lambda: "echo $'" + "\\x41" * (32 * _KIB - 2) + "'",
        "128 KiB of quotes": lambda: "echo " + "''" * (64 * _KIB - 3),
        "128 KiB of short quotes": lambda: "echo " + "'a'\"b\"" * (21 * _KIB),
        "128 KiB of globs": lambda: "echo " + "*?[a-z]" * (18 * _KIB),
        "128 KiB of tildes": lambda: "echo" + " ~/a" * (32 * _KIB - 2),
        "128 KiB of joined lines": lambda: "echo " + "\\\n" * (64 * _KIB - 3),
        "128 KiB of digits": lambda: "echo $((" + "1" * (128 * _KIB - 12) + "))",
        "a tower of powers": lambda: "echo $((9**9**9**9**9))",
        "128 KiB of sums": lambda: "echo $((" + "1+" * (64 * _KIB - 8) + "1))",
        "128 KiB of minus signs": lambda: "echo $((" + "- " * (64 * _KIB - 8) + "1))",
        "128 KiB of shifts": lambda: "echo $((" + "1<<" * (42 * _KIB) + "1))",
        "braces x 40": lambda: "echo " + "{a,b}" * 40,
        "braces x 10k": lambda: "echo " + "{a,b}" * _MANY,
        "words of braces": lambda: "echo" + " {a,b,c}{d,e,f}{1..9}" * 5000,
        "a long brace": lambda: "echo {" + "a," * (60 * _KIB) + "b}",
        "a long range": lambda: "echo {1..1000000000}",
        "a range of big numbers": lambda: "echo {1.." + "9" * 5000 + "}",
        "ranges of ranges": lambda: "echo " + "{1..100}" * 20,
        "doubling x 60": lambda: "x=aa; " + "x=$x$x; " * 60 + "echo $x",
        "doubling, quoted": lambda: "x=aa; " + 'x="$x$x"; ' * 60 + "$x",
        "doubling by append": lambda: "x=aa; " + "x+=$x; " * 60 + "$x",
        "doubling by substitution": lambda: "x=aa; " + "x=$(echo $x$x); " * 60 + "$x",
        "doubling by replacement": lambda: "x=aa; " + "x=${x//a/aa}; " * 60 + "$x",
        "doubling arrays": lambda: (
            "x=(a a); " + 'x=("${x[@]}" "${x[@]}"); ' * 60 + 'echo "${x[@]}"'
        ),
        "doubling positionals": lambda: "set -- a a; " + 'set -- "$@" "$@"; ' * 60 + 'echo "$@"',
        "doubling files": lambda: "echo aaaa >f; " + "cat f f >g; cat g g >f; " * 40 + "sh f",
        "alternatives": lambda: (
            "".join(f"if a; then x{i}=a; else x{i}=b; fi; " for i in range(40))
            + "".join(f"$x{i}" for i in range(40))
        ),
        "chained alternatives": lambda: "x=; " + "if a; then x=a$x; else x=b$x; fi; " * 60 + "$x",
        "case alternatives": lambda: (
            "case $y in " + "".join(f"{i}) x=c{i};; " for i in range(3000)) + "esac; $x"
        ),
        "an endless doubling": lambda: "while :; do x=$x$x; done",
        "an endless doubling, begun": lambda: "x=aa; while :; do x=$x$x; $x; done",
        "nested loops": lambda: "for i in 1 2 3 4 5 6 7 8 9; do " * 30 + "id" + "; done" * 30,
        "nested C loops": lambda: "for ((i=0;i<99;i++)); do " * 30 + "id" + "; done" * 30,
        "a loop over many": lambda: "for i in " + "a " * _MANY + "; do ls $i; done",
        "a recursive function": lambda: "f() { f; }; f",
        "a fork bomb": lambda: ":(){ :|:& };:",
        "a growing recursion": lambda: 'f() { f "$@" "$@"; }; f a b',
        "a chain of functions": lambda: _chain(60),
        "a long chain of functions": lambda: _chain(3000),
        "mutual recursion": lambda: "f() { g; g; }; g() { f; f; }; f",
        "aliases in a ring": lambda: "shopt -s expand_aliases\nalias a='b b' b='a a'\na\na",
        "10k aliases": lambda: (
            "shopt -s expand_aliases\n"
            + "".join(f"alias a{i}='a{i + 1} '\n" for i in range(3000))
            + "a0"
        ),
        "eval of eval": lambda: 'x=\'eval "$x$x"\'; eval "$x"',
        "a trap in a trap": lambda: "trap 'trap \"$x\" EXIT' EXIT; " * 2000,
        "names of names": lambda: "a=b; b=c; c=a; declare -n r=a; echo ${!a} ${!r}; " * 1000,
        "arithmetic of names": lambda: "a=b+b; b=c+c; c=d+d; d=e+e; e=a+a; echo $((a))",
        "a deep arithmetic of names": lambda: (
            "".join(f"a{i}=a{i + 1}+a{i + 1};" for i in range(60)) + "a60=1; echo $((a0))"
        ),
        "10k here-documents": lambda: "cat <<E\na\nE\n" * _MANY,
        "10k here-documents, one line": lambda: "cat" + " <<E" * _MANY + "\n" + "E\n" * _MANY,
        "10k open here-documents": lambda: "cat <<E\n" * _MANY,
        "a here-document of 120 KiB": lambda: "sh <<'E'\n" + "ls -la\n" * (17 * _KIB) + "E\n",
        "10k assignments": lambda: "".join(f"x{i}={i};" for i in range(_MANY)),
        "10k assignments, one command": lambda: " ".join(f"x{i}={i}" for i in range(_MANY)),
        "10k assignments and a command": lambda: (
            " ".join(f"x{i}={i}" for i in range(_MANY)) + " env" * 100
        ),
        "10k elements": lambda: "x=(" + "a " * _MANY + "); " + 'echo "${x[@]}"; ' * 100,
        "a sparse array": lambda: "x[999999999999]=a; " * 1000 + 'echo "${x[@]}"',
        "10k exports": lambda: (
            "".join(f"export x{i}={i};" for i in range(_MANY - 3000)) + "env; " * 100
        ),
        "5k pipes": lambda: "cat | " * 5000 + "cat",
        "5k pipes of text": lambda: "echo a | " + "tr a b | " * 5000 + "sh",
        "5k and": lambda: "a && " * 5000 + "b",
        "5k redirects": lambda: "cat" + " >f" * 5000,
        "5k substitutions": lambda: "echo" + " $(echo a)" * 5000,
        "5k background": lambda: "a & " * 5000,
        "400 large environments": lambda: "x=" + "a" * 60_000 + "; " + 'y="$x" env $x; ' * 400,
        "nested quoting": lambda: _quoted(14),
        "printf width": lambda: "x=$(printf '%999999999s' a); $x",
        "printf repeated": lambda: "$(printf '%65000s' " + "a " * _MANY + ")",
        "seq": lambda: "for i in $(seq 1 1000000000); do echo $i; done",
        "yes": lambda: "yes | head -c 9999999999 | sh",
        "a slow replacement": lambda: "x=" + "a" * 60_000 + "; echo ${x//*a*a*a*a*b/c} ${x%%*a*b}",
        "a slow extended pattern": lambda: "x=" + "a" * 5000 + "; echo ${x//+(+(a|aa)|a)b/c}",
        "a slow case": lambda: "x=" + "a" * 60_000 + "; case $x in *a*a*a*a*a*a*b) id;; esac",
        "a slow test": lambda: "x=" + "a" * 5000 + "; [[ $x =~ ^(a+)+$b ]] && id",
        "sed doubling": lambda: "echo a | " + "sed 's/a/aa/g' | " * 60 + "sh",
        "sed many": lambda: "echo a | sed '" + "s/a/aa/g;" * 3000 + "' | sh",
        "awk long": lambda: "awk '{" + "print $1;" * _MANY + "}' f",
        "awk deep": lambda: "awk '{x = " + "(" * _MANY + "1" + ")" * _MANY + "}' f",
        "rev of rev": lambda: (
            "x=" + "a" * 60_000 + "; " + 'x=$(echo "$x" | rev | tac | rev); ' * 300
        ),
        "base64 of base64": lambda: "echo a | " + "base64 | " * 300 + "sh",
        "decoding": lambda: "echo " + "QUFB" * (30 * _KIB) + " | base64 -d | base64 -d | sh",
        "xargs": lambda: "echo " + "a " * _MANY + "| xargs -n1 sh -c",
        "find": lambda: "find . " + "-exec ls {} ; ".replace(";", "\\;") * 4000,
        "many options": lambda: "ssh " + "-oA=b " * _MANY + "h",
        "one long option": lambda: "ssh -" + "v" * 100_000 + " h",
        "tar options": lambda: "tar " + "--checkpoint-action=exec=id " * 3000,
        "many heredoc scripts": lambda: "bash <<E\nbash <<F\nid\nF\nE\n" * 2000,
        "python within shell": lambda: "python3 -c '" + "(" * _MANY + ")" * _MANY + "'",
        "shell within python": lambda: "python3 -c 'import os\n" + 'os.system("ls")\n' * 5000 + "'",
        "many python": lambda: "python3 -c 'import os'; " * 390,
        "unicode": _repeat("\U0001f600é ", 40 * _KIB),
        "combining letters": lambda: "a" + "\u0301" * 100_000,
        "surrogates": _repeat("\ud800 ", 60_000),
        "NULs": _repeat("\0", 100_000),
        "NULs within": _repeat("a\0 ", 40_000),
        "control characters": lambda: "".join(map(chr, range(1, 256))) * 500,
        "the private character": _repeat("\uf8ff ", 60_000),
        "printable": lambda: string.printable * 1000,
        "carriage returns": _repeat("ls\r\n", 30_000),
        "URLs": lambda: "curl " + "http://a.example/b " * 6000,
        "a long URL": lambda: "curl http://" + "a." * 60_000 + "example/",
        "a long path": lambda: "cat " + "../" * 40_000 + "etc/passwd",
    }
    for char in _CHARACTERS:
        texts[f"100k of {char!r}"] = _repeat(char, 100_000)
        texts[f"50k of {char!r}, spaced"] = _repeat(f"{char} ", 50_000)
    for name, (before, after) in _OPENERS.items():
        texts[f"nested {name}"] = _nest(before, after, _MANY)
        texts[f"open {name}"] = _repeat(before, _MANY)
        texts[f"flat {name}"] = _repeat(f"echo {before}a{after}; ", 4000)
        texts[f"55 deep {name}, repeated"] = _repeat(before * 20 + "a" + after * 20 + "\n", 300)
    return texts


def _python_texts() -> dict[str, Callable[[], str]]:
    doubling = "x = 'a' * 1000\n" + "x = x + x\n" * 60 + "import os\nos.system(x)"
    texts: dict[str, Callable[[], str]] = {
        "parentheses": _nest("(", ")", _MANY, "1"),
        "a few parentheses": _nest("(", ")", 150, "1"),
        "brackets": _nest("[", "]", _MANY, "1"),
        "open parentheses": _repeat("(", 100_000),
        "calls": _nest("f(", ")", _MANY, "1"),
        "a few calls": _nest("f(", ")", 90, "1"),
        "minus signs": lambda: "-" * 100_000 + "1",
        "not": lambda: "not " * 30_000 + "1",
        "await": lambda: "lambda: " * 15_000 + "1",
        "sums": lambda: "1+" * 60_000 + "1",
        "text sums": lambda: "x = " + "'a'+" * 20_000 + "'a'",
        "comparisons": lambda: "1<" * 60_000 + "1",
        "attributes": lambda: "a" + ".b" * 60_000,
        "some attributes": lambda: "a" + ".b" * 900 + "()",
        "chained calls": lambda: "a" + ".b()" * 30_000,
        "indexes": lambda: "a" + "[0]" * 40_000,
        "a huge power": lambda: "import os\nos.system('a' * (9**9**9))\nx = 9**9**9",
        "a huge shift": lambda: "x = 1 << (1 << 40)\nprint(x)",
        "a huge product": lambda: "x = " + "*".join(["9" * 4000] * 30),
        "a huge number": lambda: "x = " + "9" * 100_000,
        "a long text": lambda: "x = 'a' * 10**9\nimport os\nos.system(x)",
        "a long list": lambda: "x = [1] * 10**9\nfor i in x: print(i)",
        "lists of lists": lambda: "x = [1, 2]\n" + "x = [x, x]\n" * 60 + "print(x)",
        "doubling": lambda: doubling,
        "doubling by format": lambda: "x = 'aa'\n" + "x = f'{x}{x}'\n" * 60 + "exec(x)",
        "doubling by percent": lambda: "x = 'aa'\n" + "x = '%s%s' % (x, x)\n" * 60 + "exec(x)",
        "doubling by join": lambda: "x = 'aa'\n" + "x = x.join([x, x])\n" * 60 + "exec(x)",
        "doubling by replace": lambda: "x = 'aa'\n" + "x = x.replace('a', 'aa')\n" * 60 + "exec(x)",
        "doubling lists": lambda: (
            "x = ['a']\n" + "x = x + x\n" * 60 + "import os\nos.execv('a', x)"
        ),
        "a wide format": lambda: "x = '%999999999d' % 1\ny = f'{1:>999999999}'\nexec(x + y)",
        "a padded text": lambda: "x = 'a'.ljust(10**9).zfill(10**9).center(10**9)\nexec(x)",
        "a range": lambda: "for i in range(10**12):\n print(i)\nx = list(range(10**12))",
        "bytes": lambda: "x = bytes(10**10)\ny = bytearray(10**10)\nexec(x)",
        "formatted strings": lambda: _formatted(4),
        "deep formatted strings": lambda: "f'{" * 5000 + "}'" * 5000,
        "many formatted strings": lambda: "x = f'{a}{b}{c}'\n" * 6000,
        "one long formatted string": lambda: "x = f'" + "{a}" * 40_000 + "'",
        "nested loops": lambda: (
            "".join(" " * i + "for a in [1,2,3,4]:\n" for i in range(19)) + " " * 19 + "exec(a)"
        ),
        "comprehensions": lambda: "[" * 60 + "a" + " for a in [1,2,3]]" * 60,
        "a comprehension of many": lambda: "x = [a" + " for a in range(99)" * 30 + "]\nexec(x)",
        "functions calling twice": lambda: (
            "def f0(): pass\n"
            + "".join(f"def f{i}():\n f{i - 1}()\n f{i - 1}()\n" for i in range(1, 60))
            + "f59()"
        ),
        "recursion": lambda: "def f(x):\n return f(x + x)\nf('a')",
        "exec of exec": lambda: "x = 'exec(x + x)'\nexec(x)",
        "a decoder": lambda: (
            "import base64\nx = 'QUFB' * 10**6\n" + "x = base64.b64decode(x)\n" * 5 + "exec(x)"
        ),
        "a bomb of compression": lambda: (
            "import zlib\nx = zlib.decompress(zlib.compress(b'a'*10**9))"
        ),
        "many lines": lambda: "a\n" * 60_000,
        "100k lines": lambda: "x = 1\n" * 100_000,
        "many calls": lambda: "print(1)\n" * 14_000,
        "many commands": lambda: "import os\n" + "os.system('ls -la')\n" * 6000,
        "many branches": lambda: (
            "import os\n" + "if a: x = 'a'\nelse: x = 'b'\n" * 60 + "os.system(x)"
        ),
        "many branches of sums": lambda: (
            "x = ''\n" + "if a:\n x += 'a'\nelse:\n x += 'b'\n" * 300 + "exec(x)"
        ),
        "many names": lambda: "".join(f"x{i} = x{i - 1}\n" for i in range(7000)),
        "many definitions": lambda: "def f(a, b): return a + b\n" * 4000 + "f(1, 2)",
        "many classes": lambda: "class A(B): pass\n" * 7000,
        "indentation": lambda: "".join(" " * i + "if a:\n" for i in range(400)),
        "a long dictionary": lambda: "x = {" + "'a': 1," * 18_000 + "}",
        "backslashes": lambda: "\\\n" * 60_000,
        "a match": lambda: "match x:\n" + " case [1, 2]: pass\n" * 6000,
        "a replace of many": lambda: "x = 'a' * 60000\n" + "x = x.replace('a', 'b')\n" * 3000,
        "reversals": lambda: "x = 'a' * 60000\n" + "x = x[::-1]\n" * 5000 + "exec(x)",
        "splits": lambda: "x = 'a ' * 30000\n" + "y = x.split()\n" * 3000 + "exec(y[0])",
        "sorts": lambda: "x = 'a ' * 30000\n" + "y = sorted(x.split())\n" * 3000 + "exec(y[0])",
        "a pickle": lambda: "import pickle\n" + "pickle.loads(b'" + "(" * 60_000 + ".')",
        "decorators": lambda: "@a\n" * 20_000 + "def f(): pass",
        "stars": lambda: "f(" + "*a," * 30_000 + ")",
        "magic lines": lambda: "!ls\n" * 20_000,
        "unicode": lambda: "x = '" + "é\U0001f600" * 50_000 + "'",
        "wide names": lambda: "\u212b" * 30_000 + " = 1",
        "NULs": _repeat("\0", 100_000),
    }
    for char in "()[]{}'\"\\,:.=@#%!~*-+\t\n\f":
        texts[f"100k of {char!r}"] = _repeat(char, 100_000)
    return texts


def _sql_texts() -> dict[str, Callable[[], str]]:
    return {
        "1 MiB": _repeat("SELECT 1;\n", 105_000),
        "128 KiB": _repeat("SELECT 1;\n", 13_000),
        "parentheses": lambda: "SELECT " + "(" * _MANY + "1" + ")" * _MANY,
        "selects": lambda: "SELECT * FROM (" * _MANY + "t" + ")" * _MANY,
        "comments": _repeat("/*", 60_000),
        "executable comments": _repeat("/*!50000 SELECT */", 7000),
        "nested comments": lambda: "/*" * 30_000 + "*/" * 30_000,
        "quotes": _repeat("'", 100_000),
        "double quotes": _repeat('"', 100_000),
        "dollars": _repeat("$", 100_000),
        "dollar quotes": lambda: "".join(f"$a{i}$" for i in range(15_000)),
        "dashes": _repeat("--", 60_000),
        "brackets": _repeat("[", 100_000),
        "backslashes": lambda: "'" + "\\" * 100_000,
        "names": lambda: "SELECT " + "a." * 60_000 + "b",
        "tables": lambda: "SELECT * FROM " + "t," * 50_000 + "t",
        "joins": lambda: "SELECT * FROM t" + " JOIN u ON a = b" * 8000,
        "unions": lambda: "SELECT 1" + " UNION SELECT 1" * 8000,
        "calls": lambda: "SELECT " + "f(" * 40_000 + "1",
        "semicolons": _repeat(";", 100_000),
        "copies": lambda: "COPY t TO PROGRAM 'ls';" * 5000,
        "names of tables": lambda: "".join(f"DELETE FROM t{i};" for i in range(7000)),
        "updates of rows": lambda: "".join(
            f"UPDATE t SET a = '{i}' WHERE id = {i};\n" for i in range(1300)
        ),
        "updates of a table": lambda: "".join(f"UPDATE t SET a{i} = b;\n" for i in range(1300)),
        "grants": lambda: "".join(
            f"GRANT ALL ON t{i} TO u WITH GRANT OPTION;\n" for i in range(1300)
        ),
        "drops": lambda: "".join(f"DROP TABLE t{i};\n" for i in range(1300)),
        "NULs": _repeat("\0", 100_000),
        "blanks": lambda: "SELECT" + " " * 120_000 + "1",
        "with": lambda: (
            "WITH " + ",".join(f"t{i} AS (SELECT 1)" for i in range(6000)) + " SELECT 1"
        ),
    }


def _people(count: int) -> list[str]:
    return [f"u{i}@h{i}.example" for i in range(count)]


def _arguments() -> dict[str, Callable[[], Mapping[str, Any]]]:
    return {
        "no arguments": dict,
        "deep": lambda: _nested_json(5000),
        "deeper than Python": lambda: _nested_json(100_000),
        "deep lists": lambda: {"a": _nested_list(100_000)},
        "100k keys": lambda: {f"k{i}": i for i in range(100_000)},
        "100k paths": lambda: {f"path{i}": f"/a/{i}" for i in range(100_000)},
        "100k texts": lambda: {"a": ["some text"] * 100_000},
        "100k files": lambda: {"paths": [f"/a/{i}" for i in range(100_000)]},
        "many hosts": lambda: {"hosts": [f"h{i}.example" for i in range(40_000)]},
        "many URLs": lambda: {"a": [f"http://h{i}.example/" for i in range(40_000)]},
        "URLs in one text": lambda: {"a": "http://a.example/ " * 7000},
        "URLs in one long text": lambda: {"a": "http://a.example/ " * 60_000},
        "URLs without blanks": lambda: {"a": "http://a" * 16_000},
        "schemes": lambda: {"a": "://" * 40_000},
        "letters before a scheme": lambda: {"a": "a" * 120_000 + "://"},
        "schemes of letters": lambda: {"a": "a:" * 60_000},
        "at signs": lambda: {"a": "http://" + "a@" * 60_000 + "b"},
        "percent": lambda: {"url": "http://" + "%41" * 40_000},
        "colons": lambda: {"host": ":" * 120_000, "url": "http://[" + ":" * 100_000 + "]"},
        "slashes": lambda: {"path": "/" * 120_000},
        "parents": lambda: {"path": "/.." * 40_000},
        "many small JSON": lambda: {"input": "[" + '"/a/b",' * 16_000 + '"/c"]'},
        "deep JSON": lambda: {"input": "[" * 60_000 + "]" * 60_000},
        "deep JSON objects": lambda: {"data": '{"a":' * 20_000 + "1" + "}" * 20_000},
        "JSON within JSON": lambda: {"data": '{"data":"' * 20_000},
        "a huge number": lambda: {"a": int("9" * 4000) ** 20, "data": "[" + "9" * 100_000 + "]"},
        "many commands": lambda: {"commands": ["ls -la"] * 20_000},
        "many command texts": lambda: {"a": [{"command": "ls -la"}] * 20_000},
        "many texts of commands": lambda: {"a": [{"command": "a " * 60_000}] * 500},
        "many codes": lambda: {"a": [{"code": "print(1)\n" * 1000}] * 500},
        "many bad codes": lambda: {"a": [{"code": "(" * 100_000}] * 500},
        "many SQL": lambda: {"a": [{"sql": "SELECT (1);" * 5000}] * 500},
        "many recipients": lambda: {"to": _people(20_000), "subject": "a", "body": "b"},
        "calls within calls": lambda: _inner_calls(3000),
        "long keys": lambda: {"a" * 100_000: "/a", "é" * 100_000: 1},
        "NULs": lambda: {"path": "\0" * 100_000, "url": "http://\0" * 10_000},
        "surrogates": lambda: {"path": "\ud800" * 4000, "\ud800": "\udfff"},
        "many long texts": lambda: {"a": ["a" * 140_000] * 300},
        "many long different texts": lambda: {"a": [f"{i}" + "a:/" * 40_000 for i in range(60)]},
    }


def _inner_calls(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"command": "ls"}
    for _ in range(depth):
        value = {"tool": "bash", "arguments": value}
    return value


def _others() -> dict[str, Callable[[], ToolCall]]:
    return {
        "a long tool name": lambda: ToolCall("a_" * 500_000, {}),
        "a tool name of separators": lambda: ToolCall("__" * 100_000 + "bash", {"command": "ls"}),
        "a patch": lambda: ToolCall(
            "apply_patch", {"patch": "*** Begin Patch\n" + "*** Add File: a\n+b\n" * 6000}
        ),
        "a unified diff": lambda: ToolCall(
            "apply_patch", {"patch": "--- a/b\n+++ b/c\n@@ -1 +1 @@\n-a\n+b\n" * 3000}
        ),
        "a message to many": lambda: ToolCall(
            "send_email", {"to": _people(5000), "subject": "a", "body": "b"}
        ),
        "a notebook": lambda: ToolCall("jupyter", {"code": "%%bash\n" + "ls\n" * 40_000}),
        "many edits": lambda: ToolCall(
            "multi_edit",
            {"file_path": "/a", "edits": [{"old_string": "a", "new_string": "b"}] * 40_000},
        ),
    }


def _calls() -> dict[str, Callable[[], ToolCall]]:
    calls: dict[str, Callable[[], ToolCall]] = {}
    calls |= {f"shell: {name}": _shell(text) for name, text in _shell_texts().items()}
    calls |= {f"python: {name}": _python(text) for name, text in _python_texts().items()}
    calls |= {f"sql: {name}": _sql(text) for name, text in _sql_texts().items()}
    calls |= {f"arguments: {name}": _tool(value) for name, value in _arguments().items()}
    calls |= {f"tool: {name}": call for name, call in _others().items()}
    return calls


CALLS: dict[str, Callable[[], ToolCall]] = _calls()


def measure(
    names: Iterable[str], judge: Callable[[ToolCall], Any], seconds: int = 20
) -> Iterator[dict[str, Any]]:
    """Hand each call to `judge` in a child process; yield what came of it, in order.

    Each result has `name`, `cpu` (seconds of processor time), `growth` (bytes of peak memory
    above that before), and `answer`: what `judge` returned, in JSON form, or None where it
    raised (`error`) or took more than `seconds` of processor time.
    """
    for name in names:
        ours, theirs = os.pipe()
        child = os.fork()
        if not child:
            os.close(ours)
            _report(theirs, CALLS[name], judge, seconds)
        os.close(theirs)
        with os.fdopen(ours, "rb") as pipe:
            text = pipe.read()
        os.waitpid(child, 0)
        killed = {"cpu": float(seconds), "growth": 0, "answer": None, "error": "killed"}
        yield {"name": name} | (json.loads(text) if text else killed)


def _report(
    pipe: int, make: Callable[[], ToolCall], judge: Callable[[ToolCall], Any], seconds: int
) -> None:
    """Write one result and end the process."""
    result: dict[str, Any] = {"answer": None, "error": ""}
    try:
        call = make()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.process_time()
        try:
            result["answer"] = judge(call)
        except BaseException as error:  # noqa: BLE001 - the child ends here; a panic is one
            result["error"] = f"{type(error).__name__}: {error!s:.200}"
        result["cpu"] = time.process_time() - started
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        result["growth"] = (after - before) * 1024  # Linux counts KiB
        os.write(pipe, json.dumps(result).encode())
    finally:
        os._exit(0)
