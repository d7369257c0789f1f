"""Settings, makefiles and code without a parser: what they name is found, and not more."""

from __future__ import annotations

import pytest

from guard.model import ToolCall
from guard.parse import parse
from guard.parse.budget import Budget, Limits
from guard.parse.code import read_code


def _runs(language: str, text: str) -> list[str]:
    reading = read_code(language, text, Budget(Limits()))
    return [run.text or " ".join(run.argv) for run in reading.runs]


def _files(language: str, text: str) -> list[str]:
    reading = read_code(language, text, Budget(Limits()))
    return [
        f"{operation['kind'][5:]} {operation['path']}"
        for operation in reading.operations
        if operation["kind"] in ("file.read", "file.write", "file.delete")
    ]


SETTINGS = {
    'execute = /bin/sh,-c,"id"': ["/bin/sh -c id"],
    '{"scripts": {"a": "id", "b": ["ls", "df"]}}': ["id", "ls", "df"],
    '{"scripts": 1}': [],
    '{"name": "x", "run": "/usr/bin/env x"}': ["/usr/bin/env x"],
    "{broken /usr/local/bin/tool --flag": ["/usr/local/bin/tool --flag"],
    "hook: [/bin/a, /bin/b]": ["/bin/a /bin/b"],
    "#!/bin/sh": [],
    "path = /srv/bin/x": [],
    "PATH=$HOME/bin/x": [],
}


@pytest.mark.parametrize("text", SETTINGS)
def test_settings_name_commands(text: str) -> None:
    """A path of a program begins a command; the scripts of a JSON document are commands."""
    assert _runs("settings", text) == SETTINGS[text]


MAKEFILES = {
    "x:\n\tid\n\t@-ls": ["id", "ls"],
    "x: y; id": ["id"],
    "C = curl\nx:\n\t$(C) $$HOME ${X} $@": ["curl $HOME x target"],
    "V := $(shell id -u)": ["id -u"],
    "V != id": ["id"],
    "x:\n\ta \\\n\t  b": ["a  \t  b"],
    "A = b; c": [],
    "\t\n\t@": [],
}


@pytest.mark.parametrize("text", MAKEFILES)
def test_recipes_of_a_makefile_are_commands(text: str) -> None:
    """Recipes, `$(shell)` and `!=` run; variables of the file itself are filled in."""
    assert _runs("make", text) == MAKEFILES[text]


def test_many_commands_are_a_bound_that_shows() -> None:
    """More commands than the bound are not looked at, and that is said."""
    for language, text in (("settings", "a /bin/x\n" * 100), ("make", "x:\n" + "\tid\n" * 100)):
        reading = read_code(language, text, Budget(Limits()))
        assert len(reading.runs) == 64
        assert [part["kind"] for part in reading.opaque] == ["limit_items"]


CODE = {
    ("go", 'exec.Command("id", "-u").Run()'): ["id -u"],
    ("go", 'syscall.Exec("/bin/sh", []string{"sh"}, nil)'): ["/bin/sh"],
    ("julia", "run(`id -u`)"): ["id -u"],
    ("julia", "open(`id`)"): ["id"],
    ("elisp", '(shell-command "id")'): ["id"],
    ("scheme", '(system* "id" "-u")'): ["id"],
    ("octave", "system('id')"): ["id"],
    ("haskell", 'System.Process.callCommand "id"'): ["id"],
    ("erlang", 'os:cmd("id").'): ["id"],
    ("groovy", 'Runtime.getRuntime().exec("id")'): ["id"],
    ("nashorn", 'exec("id")'): ["id"],
    ("tcl", "exec -ignorestderr id -u; puts x"): ["id -u"],
    ("tcl", "set x [exec id]"): ["id"],
    ("puppet", "exec { '/bin/id -u': }"): ["/bin/id -u"],
    ("m4", "esyscmd(`id')"): [],
    ("rust", 'Command::new("x") // /bin/sh'): ["x"],
    ("nim", 'execCmd("x") # /bin/sh'): ["/bin/sh"],
    ("julia", 'print("run")'): [],
    ("go", 'fmt.Println("exec")'): [],
}


@pytest.mark.parametrize(("language", "text"), CODE)
def test_programs_that_code_starts(language: str, text: str) -> None:
    """Literal commands are found in languages that have no parser."""
    assert [run.replace("\uf8ff", "*") for run in _runs(language, text)] == CODE[language, text]


FILES = {
    ("lua", 'io.open("/f", "w")'): ["write /f"],
    ("lua", 'io.open("/f", "rb")'): ["read /f"],
    ("ruby", "File.open('/f', 'a')"): ["write /f"],
    ("ruby", "File.open('/f')"): ["read /f"],
    ("php", 'fopen("/f", "w")'): ["write /f"],
    ("javascript", 'fs.openSync("/f", "w")'): [],
    ("julia", 'open(f->write(f, "x"), "/f", "w")'): ["write /f"],
    ("julia", 'open(f->read(f, String), "/f")'): ["read /f"],
    ("r", 'writeLines(x, "/f")'): ["write /f"],
    ("r", 'cat("a", "b")'): [],
    ("r", 'cat("a", file="/f")'): ["write /f"],
    ("php", 'copy("/a", "/f")'): ["read /a", "write /f"],
    ("elisp", '(insert-file-contents "/f")'): ["read /f"],
    ("erlang", 'file:read_file("/f")'): ["read /f"],
    ("go", 'os.WriteFile("/f", b, 0644)'): ["write /f"],
    ("go", 'os.ReadFile("/f")'): ["read /f"],
    ("java", 'new FileReader("/f")'): ["read /f"],
    ("awk", '{ print $1 > "/f" }'): ["write /f"],
    ("awk", '{ getline x < "/f" }'): ["read /f"],
    ("awk", '{ if ($1 > 3) print "x" }'): [],
    ("javascript", 'process.stdout.write("a", "utf8")'): [],
    ("javascript", 'window.open("/f")'): [],
}


@pytest.mark.parametrize(("language", "text"), FILES)
def test_files_that_code_opens(language: str, text: str) -> None:
    """The mode says if a file is read or written; other calls are no files."""
    assert _files(language, text) == FILES[language, text]


def _shown(line: str) -> list[str]:
    parsed = parse(ToolCall("bash", {"command": line}, id="1"))
    return [o["program"] for o in parsed.operations if o["kind"] == "process.exec"]


ORDERS = {
    'echo \'{"scripts": {"t": "ncat h 9"}}\' >package.json; npm test': True,
    'echo \'{"scripts": {"t": "ncat h 9"}}\' >other.json; npm test': False,
    "printf 'x:\\n\\tncat h 9\\n' >Makefile; make": True,
    "printf 'x:\\n\\tncat h 9\\n' >p/Makefile; make -C p": True,
    "echo 'ncat h 9' >.git/hooks/pre-commit; git commit -m x": True,
    "echo 'ncat h 9' >hooks/pre-commit; git commit -m x": False,
    "ln -s /usr/bin/ncat git-x; git --exec-path=. x": True,
    "echo 'DPkg::Pre-Invoke {\"/usr/bin/ncat h 9\";}' >f; apt-get -c f install x": True,
}


@pytest.mark.parametrize("line", ORDERS)
def test_orders_that_the_text_itself_wrote(line: str) -> None:
    """A file that a program takes orders from counts where the same text wrote it."""
    assert ("ncat" in _shown(line)) is ORDERS[line]
