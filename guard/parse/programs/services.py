"""What lasts or ends: cron and at, services, signals, users."""

from __future__ import annotations

from collections.abc import Sequence

from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.grammar import grammar, named, scan
from guard.parse.reading import UNKNOWN, Invocation, Reading, Stdin

__all__ = ["READERS"]

_JOBS = 64  # lines of a crontab that are looked at
_SPOOL = "/var/spool/cron/crontabs"


def _crontab(invocation: Invocation) -> Reading:
    """crontab(1): a file, or `-` for standard input, becomes the user's table."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("crontab"))
    user = options.last("u")
    path = f"{_SPOOL}/{user or UNKNOWN}"
    if options.has("l"):
        draft.read(path)
    elif options.has("r"):
        draft.delete(path)
    elif options.has("e"):
        draft.write(path)
    elif options.operands and options.operands[0] != "-":
        draft.read(options.operands[0])
        draft.write(path)
        draft.hide("unread_file", "medium", f"the jobs in `{options.operands[0]}` were not read")
    elif options.operands or invocation.stdin.source != "inherited":
        text = invocation.stdin.text
        draft.write(path, content=text)
        if text is None and invocation.stdin.source != "inherited":
            draft.hide("unknown_code", "high", "nobody knows the jobs that cron would run")
        _jobs(draft, text or "")
    return draft.reading


def _jobs(draft: Draft, text: str) -> None:
    """Each line of a crontab(5): five fields or @word, then what a shell runs.

    What stands behind a `%` is the command's standard input.
    """
    lines = text.splitlines()
    if len(lines) > _JOBS:
        draft.hide("limit_items", "high", f"the table has more than {_JOBS} lines")
    for line in lines[:_JOBS]:
        fields = line.strip()
        if not fields or fields[0] == "#":
            continue
        count = 1 if fields[0] == "@" else 5
        parts = fields.split(None, count)
        if len(parts) > count and "=" not in parts[0]:
            command, _, given = parts[count].partition("%")
            stdin = Stdin(given.replace("%", "\n"), "pipe", "cron")
            draft.text(command, "cron", certainty="may", background=True, stdin=stdin)


def _at(invocation: Invocation) -> Reading:
    """at(1), batch(1): the text on standard input, or a file, is run by sh later."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("at"))
    if options.has("l", "d", "r", "c", "V"):
        return draft.reading
    if options.has("f"):
        draft.script("sh", options.last("f"))
    else:
        stdin = invocation.stdin
        if stdin.text is not None:
            draft.text(stdin.text, "at", background=True)
        else:
            draft.feed("sh", "at")
    draft.write("/var/spool/cron/atjobs")
    return draft.reading


def _atq(invocation: Invocation) -> Reading:
    return Draft(invocation).reading


_STOPS = {"stop": "TERM", "kill": "KILL", "disable": "TERM", "mask": "TERM", "isolate": "TERM"}
_MACHINE = frozenset(
    {"poweroff", "reboot", "halt", "kexec", "suspend", "hibernate", "rescue", "emergency", "exit"}
)


def _systemctl(invocation: Invocation) -> Reading:
    """systemctl(1): starting is not judged here, stopping is a signal, enabling writes."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("systemctl"))
    words = options.operands
    verb, units = "".join(words[:1]), words[1:]
    if options.has("H"):
        draft.connect("ssh", options.last("H").rpartition("@")[2], 22)
    if verb in _STOPS:
        signal = options.last("s", default=_STOPS[verb]).removeprefix("SIG")
        for unit in units:
            if verb != "disable" or options.has("now"):
                draft.signal(_unit(unit), signal, "unit")
            if verb in ("disable", "mask"):
                draft.delete(f"/etc/systemd/system/{_unit(unit)}")
                if verb == "disable" and not options.has("now"):
                    draft.signal(_unit(unit), "TERM", "unit")
    elif verb in ("enable", "link", "edit", "reenable", "preset", "set-property"):
        folder = "~/.config/systemd/user" if options.has("user") else "/etc/systemd/system"
        for unit in units:
            draft.write(f"{folder}/{_unit(unit.rpartition('/')[2])}")
            if "/" in unit:
                draft.read(unit)
    elif verb in _MACHINE:
        draft.signal("*", "TERM", "unit")
    elif UNKNOWN in verb:
        draft.hide("unknown_argument", "low", "nobody knows what systemctl would do")
    return draft.reading


def _unit(name: str) -> str:
    return name if "." in name or UNKNOWN in name else f"{name}.service"


def _service(invocation: Invocation) -> Reading:
    """service(8), rc-service, invoke-rc.d: NAME stop."""
    draft = Draft(invocation)
    words = [word for word in invocation.argv[1:] if not word.startswith("-")]
    if len(words) > 1 and words[1] in ("stop", "force-stop", "zap"):
        draft.signal(words[0], "TERM", "unit")
    return draft.reading


def _supervisor(invocation: Invocation) -> Reading:
    """supervisorctl, pm2, initctl, launchctl, sv, monit: VERB NAME."""
    draft = Draft(invocation)
    words = [word for word in invocation.argv[1:] if not word.startswith("-")]
    if words and words[0] in ("stop", "delete", "kill", "unload", "bootout", "down", "remove", "d"):
        for target in words[1:] or [UNKNOWN]:
            draft.signal(target, "TERM", "unit")
    elif words[:1] in (["start"], ["load"], ["bootstrap"]) and invocation.program in (
        "pm2",
        "forever",
        "launchctl",
    ):
        target = "".join(words[1:2])
        if "." in target or "/" in target:
            draft.script("javascript", target)
        elif target and invocation.program == "pm2":
            draft.text(target, "pm2 start", certainty="may", background=True)
    return draft.reading


def _shutdown(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    if not {"-c", "--help", "--version", "--show"} & set(invocation.argv):
        draft.signal("*", "TERM", "unit")
    return draft.reading


def _kill(invocation: Invocation) -> Reading:
    """kill(1): `-9`, `-s KILL`, `-KILL`, pids; negative numbers behind the signal are groups."""
    draft = Draft(invocation)
    words = list(invocation.argv[1:])
    if words[:1] and words[0] in ("-l", "-L", "--list", "--table"):
        return draft.reading
    targets: list[str] = []
    signal, ended = "TERM", False
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if word == "--" and not ended:
            ended = True
        elif word in ("-s", "--signal", "-n", "-q", "--queue", "--timeout") and not ended:
            value = "".join(words[index : index + 1])
            signal = value if word in ("-s", "--signal", "-n") else signal
            index += 1
        elif word.startswith("--signal="):
            signal = word.partition("=")[2]
        elif word.startswith("-") and len(word) > 1 and not ended and not targets and index == 1:
            signal = word[1:]
        else:
            targets.append(word)
    for target in targets:
        if target == UNKNOWN + "parent":  # $PPID
            draft.signal("parent", _signal(signal), "pid")
            continue
        by_name = not target.lstrip("-").isdigit() and UNKNOWN not in target and target[:1] != "%"
        draft.signal(target, _signal(signal), "name" if by_name else "pid")
    return draft.reading


_NUMBERS = {"1": "HUP", "2": "INT", "3": "QUIT", "6": "ABRT", "9": "KILL", "10": "USR1"}
_NUMBERS |= {"12": "USR2", "15": "TERM", "18": "CONT", "19": "STOP", "20": "TSTP", "0": "0"}


def _signal(text: str) -> str:
    return _NUMBERS.get(text, text.upper().removeprefix("SIG"))


def _pkill(invocation: Invocation) -> Reading:
    """pkill(1), killall(1), skill, xkill: a pattern, a name or a user."""
    draft = Draft(invocation)
    words = [invocation.argv[0]]
    signal = "TERM"
    for word in invocation.argv[1:]:
        bare = word[1:].upper().removeprefix("SIG")
        if word[:1] == "-" and (bare.isdigit() or (bare in _NUMBERS.values() and len(word) > 2)):
            signal = bare
        else:
            words.append(word)
    options = scan(words, named(invocation.program if invocation.program in _OWN else "pkill"))
    signal = options.last("s" if invocation.program == "killall" else "signal", default=signal)
    if options.has("l", "L"):
        return draft.reading
    exact = invocation.program in ("killall", "pidof") and not options.has("r")
    for target in options.operands:
        draft.signal(target, _signal(signal), "name" if exact else "pattern")
    if not options.operands:
        for user in options.all("u", "U"):
            draft.signal(user, _signal(signal), "user")
    return draft.reading


_OWN = frozenset({"killall", "pkill"})
_ACCOUNTS = ("/etc/passwd", "/etc/shadow", "/etc/group")


def _accounts(invocation: Invocation) -> Reading:
    """useradd, usermod, passwd, chsh, ...: the files in which accounts are kept."""
    draft = Draft(invocation)
    program = invocation.program
    if {"-h", "--help", "-S", "--status", "-V", "--version"} & set(invocation.argv):
        return draft.reading
    if program in ("passwd", "chpasswd", "chgpasswd", "chage"):
        paths: Sequence[str] = _ACCOUNTS[1:2]
    elif "group" in program or program == "gpasswd":
        paths = _ACCOUNTS[2:]
    elif program in ("chsh", "chfn"):
        paths = _ACCOUNTS[:1]
    elif program == "visudo":
        # -c only checks; EDITOR names what changes the file.
        paths = () if _checks(invocation.argv) else ("/etc/sudoers",)
    else:
        paths = _ACCOUNTS
    bulk = program in ("chpasswd", "chgpasswd", "newusers")
    for path in paths:
        draft.write(path, content=invocation.stdin.text if bulk else None)
    return draft.reading


def _checks(argv: Sequence[str]) -> bool:
    short = "".join(word[1:] for word in argv[1:] if word[:1] == "-" and word[:2] != "--")
    return "c" in short or "--check" in argv


def _firewall(invocation: Invocation) -> Reading:
    """iptables and its like may load modules by a command of one's own."""
    draft = Draft(invocation)
    options = scan(invocation.argv, grammar("modprobe="))
    for text in options.all("modprobe"):
        draft.text(text, f"{draft.program} --modprobe")
    return draft.reading


def _module(invocation: Invocation) -> Reading:
    """insmod, modprobe: code for the kernel."""
    draft = Draft(invocation)
    words = [word for word in invocation.argv[1:] if not word.startswith("-")]
    for word in words[:1]:
        if "/" in word or word.endswith(".ko"):
            draft.script("kernel", word)
    if draft.program == "rmmod" or {"-r", "--remove"} & set(invocation.argv):
        for word in words[:1]:
            draft.signal(word, "TERM", "unit")
    return draft.reading


def _sysctl(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    for word in invocation.argv[1:]:
        name, equals, value = word.partition("=")
        if equals and not word.startswith("-"):
            draft.write("/proc/sys/" + name.replace(".", "/"), content=value)
            if name.endswith("core_pattern") and value[:1] == "|":
                draft.text(value[1:], "core_pattern", certainty="may")
        elif "../" in word:
            draft.read("/proc/sys/" + word)
    return draft.reading


READERS: dict[str, Reader] = {
    "crontab": _crontab,
    "at": _at,
    "batch": _at,
    "atq": _atq,
    "atrm": _atq,
    "systemctl": _systemctl,
    **dict.fromkeys(("service", "rc-service", "invoke-rc.d"), _service),
    **dict.fromkeys(
        ("supervisorctl", "pm2", "forever", "initctl", "launchctl", "sv", "monit", "runsvctrl"),
        _supervisor,
    ),
    **dict.fromkeys(("shutdown", "poweroff", "reboot", "halt", "init", "telinit"), _shutdown),
    "kill": _kill,
    **dict.fromkeys(("pkill", "killall", "skill", "killall5", "xkill"), _pkill),
    **dict.fromkeys(
        (
            *("useradd", "adduser", "usermod", "userdel", "deluser", "passwd", "chpasswd", "chage"),
            "chgpasswd",
            *("groupadd", "addgroup", "groupmod", "groupdel", "delgroup", "gpasswd", "chsh"),
            *("chfn", "vipw", "vigr", "visudo", "newusers"),
        ),
        _accounts,
    ),
    **dict.fromkeys(("iptables", "ip6tables", "ebtables", "arptables"), _firewall),
    **dict.fromkeys(("insmod", "modprobe", "rmmod", "kmod"), _module),
    "sysctl": _sysctl,
}
