"""What wrappers run, by a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guard.parse.reading import UNKNOWN

# A line -> its reading in brief; `*?*` in the line stands for a piece that nobody knows.
TABLE: dict[str, list[str]] = {
    "sudo -u bob -H ssh h": ["run [sudo]: ssh h"],
    "sudo FOO=1 BAR=2 make": ["run [sudo] FOO=1 BAR=2: make"],
    "sudo --user=bob --non-interactive ls": ["run [sudo]: ls"],
    "sudo -l": [],
    "sudo -v": [],
    "sudo -i": ["run [sudo]: sh"],
    "sudo -s ls": ["run [sudo]: ls"],
    "sudo -e /etc/hosts": ["read /etc/hosts", "write /etc/hosts"],
    "sudo --frob x ssh h": [
        "? medium unknown_option",
        "run [sudo] may: x ssh h",
        "run [sudo] may: ssh h",
    ],
    "sudo -b sleep 9": ["run [sudo] &: sleep 9"],
    "sudo *?* ssh h": ["run [sudo] may: '*' ssh h", "run [sudo] may: ssh h"],
    "doas -u x ssh h": ["run [doas]: ssh h"],
    "pkexec --user root id": ["run [pkexec]: id"],
    "systemd-run --unit x --on-active=5m ssh h": ["run [systemd-run] &: ssh h"],
    "unshare -rn": ["run [unshare]: sh"],
    "unshare --mount --pid --fork chroot /x ssh h": ["run [unshare]: chroot /x ssh h"],
    "nsenter -t 1 -m -u -i -n -p -- ssh h": ["run [nsenter]: ssh h"],
    "chroot --userspec=a:b /mnt ssh h": ["run [chroot]: ssh h"],
    "setpriv --reuid 1000 --clear-groups ssh h": ["run [setpriv]: ssh h"],
    "ionice -p 5": [],
    "taskset -p 5": [],
    "taskset 0x1 ssh h": ["run [taskset]: ssh h"],
    "numactl -C 0-3 -m 0 python x.py": ["run [numactl]: python x.py"],
    "bwrap --ro-bind / / --dev /dev --unshare-all ssh h": ["run [bwrap]: ssh h"],
    "firejail --net=none ssh h": ["run [firejail]: ssh h"],
    "proot -r /x -b /y ssh h": ["run [proot]: ssh h"],
    "fakeroot ssh h": ["run [fakeroot]: ssh h"],
    "proxychains4 -q -f c.conf ssh h": ["read c.conf", "run [proxychains4]: ssh h"],
    "torsocks ssh h": ["run [torsocks]: ssh h"],
    "sshpass -p secret ssh u@h": ["run [sshpass]: ssh u@h"],
    "sshpass -e ssh u@h": ["run [sshpass]: ssh u@h"],
    "sshpass -f pw ssh u@h": ["read pw", "run [sshpass]: ssh u@h"],
    "rlwrap -a nc h 1": ["run [rlwrap]: nc h 1"],
    "unbuffer ssh h": ["run [unbuffer]: ssh h"],
    "xvfb-run -a -s '-screen 0' python x.py": ["run [xvfb-run]: python x.py"],
    "dbus-run-session -- ssh h": ["run [dbus-run-session]: ssh h"],
    "ssh-agent sh -c 'ssh h'": ["run [ssh-agent]: sh -c 'ssh h'"],
    "daemonize -o /tmp/o /usr/bin/ssh h": ["write /tmp/o", "run [daemonize] &: /usr/bin/ssh h"],
    "start-stop-daemon --start --background --exec /usr/bin/ssh -- -R 1:b:2 h": [
        "run [start-stop-daemon] &: /usr/bin/ssh -R 1:b:2 h"
    ],
    "start-stop-daemon -K -n sshd -s KILL": ["signal KILL name sshd"],
    "caffeinate -i ssh h": ["run [caffeinate]: ssh h"],
    "catchsegv ssh h": ["run [catchsegv]: ssh h"],
    "strace -f -e trace=network -o /tmp/t ssh h": ["write /tmp/t", "run [strace]: ssh h"],
    "ltrace -S ssh h": ["run [ltrace]: ssh h"],
    "script -c 'ssh h' /dev/null": ["run [script -c]: <sh> ssh h"],
    "watch -n1 'ls | wc'": ["run [watch]: <sh> ls | wc"],
    "flock 9": [],
    "busybox nc h 1 -e sh": ["run [busybox]: nc h 1 -e sh"],
    "toybox ssh h": ["run [toybox]: ssh h"],
    "run-parts /etc/cron.daily": ["code sh file /etc/cron.daily/*", "? medium unread_file"],
    "expect -c 'spawn ssh h'": ["? medium foreign_syntax", "run [expect spawn]: <sh> ssh h"],
    "tmux new-session -d -s x 'ssh h'": ["run [tmux new-session] &: <sh> ssh h"],
    "tmux -f /tmp/t new ssh h": [
        "code tmux file /tmp/t",
        "? medium unread_file",
        "run [tmux new-session]: ssh h",
    ],
    "tmux send-keys -t 0 'ssh h' C-m": ["run [tmux send-keys] may: <sh> ssh h\n"],
    "tmux run-shell 'ssh h' \\; kill-server": ["run [tmux run-shell]: <sh> ssh h"],
    "tmux ls": [],
    "screen -dmS w ssh h": ["run [screen] &: ssh h"],
    "screen -S w -X stuff 'ssh h\\n'": ["run [screen -X stuff] may: <sh> ssh h\n"],
    "screen -ls": [],
    "su - bob -c 'ssh h'": ["run [su]: sh -c 'ssh h'"],
    "su -c 'ssh h' -s /bin/sh nobody": ["run [su]: /bin/sh -c 'ssh h'"],
    "su bob -- -c id": ["run [su]: sh -c id"],
    "runuser -u bob -- ssh h": ["run [runuser]: ssh h"],
    "time -o /tmp/t ssh h": ["write /tmp/t", "run [time]: ssh h"],
    "nohup ssh h": ["run [nohup]: ssh h"],
    "mpirun -np 4 --mca btl tcp ./a.out": ["run [mpirun]: ./a.out"],
    "uv run --with rich python -c 'x'": ["run [uv]: python -c x"],
    "npx -y localtunnel --port 80": ["run [npx]: localtunnel --port 80"],
    "poetry run pytest": ["run [poetry]: pytest"],
    "conda run -n e python x.py": ["run [conda]: python x.py"],
    "hyperfine 'ssh h' ls": ["run [hyperfine]: <sh> ssh h", "run [hyperfine]: <sh> ls"],
    "ip netns exec blue ssh h": ["run [ip netns exec]: ssh h"],
    "ip addr": [],
    "capsh --drop=all -- -c 'ssh h'": ["run [capsh]: bash -c 'ssh h'"],
    "find . -name '*.py' -exec grep -l x {} +": ["run [find -exec] may: grep -l x './*'"],
    "find / -perm -4000 -fprint /tmp/l": ["write /tmp/l"],
    "find . -type f -delete": ["delete *"],
    "find . -ok ssh {} ;": ["run [find -ok] may: ssh './*'"],
    "fd -e py -x ssh h": ["run [fd -x] may: ssh h '*'"],
    "parallel -j4 ssh {} id ::: a b": [
        "run [parallel]: <sh> ssh a id",
        "run [parallel]: <sh> ssh b id",
    ],
    "parallel --sshlogin u@h id ::: 1": ["connect ssh h:22", "run [parallel] @ssh:h: <sh> id 1"],
    "xargs -a list rm": ["read list", "run [xargs] may: rm '*'"],
    "entr -s 'make test'": ["run [entr]: <sh> make test"],
    "xterm -e ssh h": ["run [xterm]: ssh h"],
    "gdb -batch -ex 'shell ssh h'": ["run [gdb shell]: <sh> ssh h"],
    "find / -path /usr/bin/ssh -exec {} -R 1:b:2 h ;": [
        "run [find -exec] may: /usr/bin/ssh -R 1:b:2 h"
    ],
    "find /usr/bin -name ssh -exec {} -R 1:b:2 h ;": [
        "run [find -exec] may: /usr/bin/ssh -R 1:b:2 h"
    ],
    "find . -maxdepth 0 -exec ls {} ;": ["run [find -exec] may: ls ."],
    "find . -name '*.pyc' -delete": ["delete *"],
    "sg root -c 'ssh h'": ["run [sg -c]: <sh> ssh h"],
    "runcon -t t ctx ssh h": ["run [runcon]: ssh h"],
    "luit -encoding x ssh h": ["run [luit]: ssh h"],
    "logsave f ssh h": ["run [logsave]: ssh h"],
    "/lib64/ld-linux-x86-64.so.2 --library-path /x /usr/bin/ssh h": ["run [ld.so]: /usr/bin/ssh h"],
    "/lib64/ld-linux-x86-64.so.2 --preload /tmp/x.so /bin/ls": [
        "? high loaded_library",
        "run [ld.so]: /bin/ls",
    ],
}


@pytest.mark.parametrize("line", TABLE)
def test_a_wrapper_runs_the_rest(line: str, told: Callable[..., list[str]]) -> None:
    """Options are skipped, the rest is run; files and signals on the way are noted."""
    assert told(line.replace("*?*", UNKNOWN)) == TABLE[line]
