"""The folder that each line of `effects.txt` finds: a few files of every kind."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

__all__ = ["furnish"]

_TEXTS = {
    "a.txt": "alpha\nbeta\ngamma\n",
    "b.txt": "alpha\nbeta\ndelta\n",
    "c.csv": "id,name\n1,ann\n2,bob\n",
    "n.txt": "3\n1\n2\n",
    "d/one": "one\n",
    "d/two": "two\n",
    "d/sub/three": "three\n",
    "s.c": "int main(void) { return 0; }\n",
    "m.mk": "all: out.o\nout.o: s.c\n\tcp s.c out.o\n",
    "j.json": '{"name": "ann", "list": [1, 2]}\n',
    "x.xml": "<a><b>1</b></a>\n",
    "p.patch": "--- a.txt\n+++ a.txt\n@@ -1,3 +1,3 @@\n alpha\n-beta\n+BETA\n gamma\n",
    "q.sql": "create table t2(x);\n",
    "list.txt": "a.txt\nb.txt\n",
    "list0": "a.txt\0b.txt\0",
    "urls.txt": "http://www.shop.example/u1\nhttp://files.shop.example/u2\n",
    "curl.cfg": 'url = "http://www.shop.example/c"\noutput = "c.out"\n',
    "s.sed": "s/a/b/\n",
    "p.awk": "{ print $1 }\n",
    "r.pl": "print 1;\n",
    "r.sh": "echo made > made.sh.txt\n",
    "b64.txt": "aGVsbG8K\n",
    "hex.txt": "00000000: 6869 0a    hi.\n",
    "sums": "",
    "words": "apple\nberry\n",
    "pin": "0000\n",
    "crlf.txt": "a\r\nb\r\n",
    "dot file": "blank\n",
    "ed.in": "1d\nw\nq\n",
    "tmpl.m4": "define(`x', `y')x\n",
}

_MADE = """
gzip -k a.txt && mv a.txt.gz z.gz
bzip2 -k a.txt && mv a.txt.bz2 z.bz2
xz -k a.txt && mv a.txt.xz z.xz
zstd -q a.txt -o z.zst
lz4 -q a.txt z.lz4
tar cf t.tar d
tar czf t.tgz d
zip -qr t.zip d
find d | cpio -o --quiet > t.cpio
md5sum a.txt b.txt > sums
sqlite3 db.sqlite 'create table t(a); insert into t values(1)'
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=x -days 30
gcc -c s.c -o s.o && gcc s.c -o exe && ar rc lib.a s.o
diff -u a.txt b.txt > q.patch
git init -q repo && cp a.txt repo/f && git -C repo add f
git -C repo -c user.name=u -c user.email=u@x commit -qm one
"""
_CAPTURE = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
_HOME = """
git config --global user.name u
git config --global user.email u@shop.example
git config --global init.defaultBranch main
git config --global --add safe.directory '*'
git config --global advice.detachedHead false
"""


def furnish(folder: Path) -> None:
    """Make `template`, `served` (a repository for the git daemon) and `home` below `folder`."""
    template = folder / "template"
    for name, text in _TEXTS.items():
        path = template / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (template / "empty").mkdir()
    (template / "e").mkdir()
    (template / "cap.pcap").write_bytes(_CAPTURE)
    for name in ("home", "served"):
        (folder / name).mkdir()
    for place, lines in ((template, _MADE), (folder / "home", _HOME)):
        for line in lines.strip().splitlines():
            _quietly(line, place, folder / "home")
    if shutil.which("git"):
        _quietly("git clone -q --bare template/repo served/repo.git", folder, folder / "home")
        _quietly("git -C served/repo.git config daemon.receivepack true", folder, folder / "home")


def _quietly(line: str, place: Path, home: Path) -> None:
    """What needs a program that is missing leaves its file away; its lines are then skipped."""
    subprocess.run(
        ["bash", "-c", line],
        cwd=place,
        env={**os.environ, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
