"""Copying over ssh and its like: scp, sftp, rsync, sshfs, mosh, sshuttle."""

from __future__ import annotations

from collections.abc import Sequence

from guard.parse.addresses import split_host, split_url
from guard.parse.programs.draft import Draft, Reader, known_port
from guard.parse.programs.grammar import Options, named, scan
from guard.parse.programs.remote import connect_ssh, ssh_effects
from guard.parse.programs.ssh_options import Destination, Settings, apply_setting, destination
from guard.parse.programs.uploads import uploaded
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS", "remote_operand"]

_HOSTS = 8  # far ends of one call that are looked at
_REMOTE_SCHEMES = ("scp://", "sftp://", "ssh://", "rsync://")


def remote_operand(word: str) -> tuple[str, str] | None:
    """Split `[user@]host:path` into host and path; None for a local path.

    A colon behind a slash belongs to a file's name (scp(1), rsync(1)).
    """
    if word.startswith(_REMOTE_SCHEMES):
        return word, ""
    start = word.index("]") if word.startswith("[") and "]" in word else 0
    if "@[" in word and "]" in word:
        start = word.index("]")
    colon = word.find(":", start)
    if colon <= 0 or "/" in word[:colon]:
        return None
    return word[:colon], word[colon + 1 :]


def _settings(options: Options) -> Settings:
    """Settings that scp, sftp and sshfs hand on to ssh."""
    settings = Settings(unknown=list(options.unknown))
    for name, value in options.options:
        if name == "o":
            apply_setting(settings, value)
        elif name in ("P", "p") and value:
            settings.put("port", value)
        elif name == "J":
            settings.put("proxyjump", value)
        elif name == "F":
            settings.config = value
    return settings


def _target(host: str) -> Destination:
    return destination(host)


def _scp(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named(invocation.program))
    settings = _settings(options)
    operands = options.operands
    remote = [remote_operand(word) for word in operands]
    local = [w for w, r in zip(operands[:-1], remote[:-1], strict=True) if r is None]
    seen: dict[str, None] = {}
    if sum(place is not None for place in remote) > _HOSTS:
        draft.hide("limit_items", "high", f"{draft.program} has more than {_HOSTS} far ends")
        remote[_HOSTS:] = [None] * len(remote[_HOSTS:])
    for index, place in enumerate(remote):
        if place and place[0] not in seen:
            seen[place[0]] = None
            sends = local if index == len(remote) - 1 else []
            _over_ssh(draft, settings, _target(place[0]), sends)
    if not any(remote) and any(UNKNOWN in word for word in operands):
        draft.connect("ssh", UNKNOWN, None, sends=local)
    draft.read(*local)
    if operands[1:] and remote[-1] is None:
        draft.write(operands[-1])
    if options.has("S"):
        draft.start([options.last("S"), *seen, "scp"], f"{draft.program} -S")
    if options.has("D"):
        draft.start(options.last("D").split(), f"{draft.program} -D")
    return draft.reading


def _over_ssh(
    draft: Draft, settings: Settings, target: Destination, sends: Sequence[str] = ()
) -> None:
    host, port = connect_ssh(draft, settings, target, sends)
    ssh_effects(draft, settings, host, port)


def _sftp(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("sftp"))
    if options.operands:
        place = remote_operand(options.operands[0])
        target = _target(place[0] if place else options.operands[0])
        text = draft.invocation.stdin.text or ""
        _over_ssh(draft, _settings(options), target, uploaded(draft, options, "script", [text]))
    if options.has("S"):
        draft.start([options.last("S"), *options.operands[:1]], "sftp -S")
    if options.has("D"):
        draft.start(options.last("D").split(), "sftp -D")
    if options.has("b"):
        draft.read(options.last("b"))
        if options.last("b") != "-":
            draft.hide("unread_file", "medium", f"sftp does what `{options.last('b')}` says")
    _sftp_commands(draft)
    return draft.reading


def _sftp_commands(draft: Draft) -> None:
    """Lines on standard input; `!command` runs here."""
    for line in (draft.invocation.stdin.text or "").splitlines():
        words = line.strip().lstrip("-@").split()
        if line.strip().startswith("!"):
            draft.text(line.strip()[1:], "sftp !")
        elif words[:1] in (["put"], ["mput"], ["reput"]):
            draft.read(*[word for word in words[1:] if not word.startswith("-")][:1])
        elif words[:1] in (["get"], ["mget"], ["reget"]) and len(words) > 1:
            draft.write(words[2] if len(words) > 2 else words[1].rpartition("/")[2])


def _rsync(invocation: Invocation) -> Reading:
    """rsync(1): -e names the program that reaches the host, --rsync-path what runs there."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("rsync"))
    operands = options.operands
    if options.has("daemon"):
        draft.listen("rsync", options.last("address"), known_port(options.last("port")) or 873)
        return draft.reading
    places = [remote_operand(word) for word in operands]
    local = [w for w, p in zip(operands[:-1], places[:-1], strict=True) if p is None]
    remote = [(word, place) for word, place in zip(operands, places, strict=True) if place]
    shell = options.last("e") or invocation.environment.get("RSYNC_RSH", "")
    if len(remote) > _HOSTS:
        draft.hide("limit_items", "high", f"rsync has more than {_HOSTS} far ends")
    for word, (host, path) in remote[:_HOSTS]:
        sends = local if word == operands[-1] and not options.has("list-only", "n") else []
        if word.startswith("rsync://") or path.startswith(":"):
            name, port = _daemon(word, host)
            draft.connect("rsync", name, known_port(options.last("port")) or port, sends=sends)
            if shell:
                draft.text(f"{shell} {name} rsync --server", "rsync -e")
            continue
        target = destination(host)
        if shell:
            draft.connect("ssh", target.host, None, sends=sends)
            draft.text(f"{shell} {host} rsync --server", "rsync -e")
        else:
            draft.connect("ssh", target.host, 22, sends=sends)
        if options.has("rsync-path"):
            draft.text(options.last("rsync-path"), f"ssh {host}", elsewhere=f"ssh:{target.host}")
    if not remote and shell and any(UNKNOWN in word for word in operands):
        draft.text(f"{shell} {UNKNOWN} rsync --server", "rsync -e", certainty="may")
    proxy = invocation.environment.get("RSYNC_CONNECT_PROG", "")
    if proxy and remote:
        draft.text(proxy, "RSYNC_CONNECT_PROG")
    draft.read(*local, *options.all("files-from", "exclude-from", "include-from", "password-file"))
    if operands[1:] and places[-1] is None:
        draft.write(operands[-1])
        if options.has("delete"):
            draft.delete(operands[-1], recursive=True)
    if options.has("remove-source-files"):
        for path in local:
            draft.delete(path)
    return draft.reading


def _daemon(word: str, host: str) -> tuple[str, int | None]:
    url = split_url(word) if "://" in word else None
    return (url.host, url.port) if url else (split_host(host)[0], 873)


def _sshfs(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("sshfs"))
    place = remote_operand("".join(options.operands[:1]))
    settings = Settings()
    command = ""
    for value in options.all("o"):
        for part in value.split(","):
            if part.startswith("ssh_command="):
                command = part.partition("=")[2]
            else:
                apply_setting(settings, part)
    if options.has("p"):
        settings.put("port", options.last("p"))
    if place:
        _over_ssh(draft, settings, destination(place[0]))
        draft.write("".join(options.operands[1:2]))
    if command:
        draft.text(f"{command} {place[0] if place else UNKNOWN}", "sshfs ssh_command")
    return draft.reading


def _mosh(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("mosh"))
    if options.has("help", "version") or not options.operands:
        return draft.reading
    target = destination(options.operands[0])
    draft.connect("ssh", target.host, 22)
    draft.connect("mosh", target.host, known_port(options.last("p")))
    if options.has("ssh"):
        draft.text(f"{options.last('ssh')} {options.operands[0]}", "mosh --ssh")
    if options.operands[1:]:
        draft.text(
            " ".join(options.operands[1:]), f"mosh {target.host}", elsewhere=f"ssh:{target.host}"
        )
    return draft.reading


def _sshuttle(invocation: Invocation) -> Reading:
    """sshuttle: a VPN over ssh; -r names the far end, -e the program that reaches it."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("sshuttle"))
    if not options.has("r"):
        return draft.reading
    remote = options.last("r")
    host, port = split_host(remote)
    draft.connect("ssh", host, port or 22)
    subnets = " ".join(options.operands)
    draft.tunnel("sshuttle", "dynamic", host, port or 22, target=subnets)
    if options.has("e"):
        draft.text(f"{options.last('e')} {remote}", "sshuttle -e")
    return draft.reading


def _ssh_copy_id(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("ssh-copy-id"))
    if options.operands:
        settings = _settings(options)
        draft.read(options.last("i") or "~/.ssh/id_rsa.pub")
        _over_ssh(draft, settings, destination(options.operands[0]))
    return draft.reading


def _ssh_keygen(invocation: Invocation) -> Reading:
    """ssh-keygen(1): no network; -D loads a library, -f with no query writes a key."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("ssh-keygen"))
    if options.has("D"):
        draft.hide("loaded_library", "high", f"ssh-keygen loads the library `{options.last('D')}`")
    path = options.last("f")
    if options.has("l", "y", "B", "F", "e", "i", "L", "Y"):
        draft.read(path)
    elif path:
        draft.write(path)
        draft.write(f"{path}.pub")
    return draft.reading


def _ssh_add(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("ssh-add"))
    for library in options.all("s", "S"):
        draft.hide("loaded_library", "high", f"ssh-add loads the library `{library}`")
    draft.read(*options.operands)
    if not options.operands and not options.options:
        draft.read("~/.ssh/id_rsa")
    return draft.reading


def _ssh_keyscan(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("ssh-keyscan"))
    for host in options.operands[:16]:
        draft.connect("ssh", host, known_port(options.last("p")) or 22)
    draft.read(options.last("f"))
    return draft.reading


def _sshd(invocation: Invocation) -> Reading:
    """sshd(8), dropbear(8): a way in."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named(invocation.program))
    if options.has("t", "T", "V", "G"):
        return draft.reading
    ports = [known_port(value.rpartition(":")[2]) for value in options.all("p")]
    for value in options.all("o"):
        key, _, setting = value.replace("=", " ", 1).partition(" ")
        if key.lower() == "port":
            ports.append(known_port(setting.strip()))
    for port in ports or [22]:
        draft.listen("ssh", "", port)
    if options.has("f") and invocation.program == "sshd":
        draft.read(options.last("f"))
    if options.has("c") and invocation.program == "dropbear":
        draft.text(options.last("c"), "dropbear -c", certainty="may")
    return draft.reading


READERS: dict[str, Reader] = {
    "scp": _scp,
    "pscp": _scp,
    "sftp": _sftp,
    "psftp": _sftp,
    "rsync": _rsync,
    "sshfs": _sshfs,
    "mosh": _mosh,
    "sshuttle": _sshuttle,
    "ssh-copy-id": _ssh_copy_id,
    "ssh-keygen": _ssh_keygen,
    "ssh-add": _ssh_add,
    "ssh-keyscan": _ssh_keyscan,
    "sshd": _sshd,
    "dropbear": _sshd,
}
