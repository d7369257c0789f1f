"""git(1): remotes, and the many settings and variables whose value is a command."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from guard.parse.addresses import split_url
from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.git_files import FILES
from guard.parse.programs.grammar import Options, named, scan
from guard.parse.programs.ssh_options import destination
from guard.parse.programs.transfer import remote_operand
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]

# Settings whose value a shell runs (git-config(1)); "*" stands for a name in the middle.
_COMMANDS = frozenset(
    [
        *("core.sshcommand", "core.pager", "core.editor", "core.fsmonitor", "core.askpass"),
        *("core.gitproxy", "core.alternaterefscommand", "sequence.editor", "diff.external"),
        *("interactive.difffilter", "gpg.program", "gpg.*.program", "diff.*.command"),
        *("diff.*.textconv", "filter.*.clean", "filter.*.smudge", "filter.*.process"),
        *("merge.*.driver", "difftool.*.cmd", "mergetool.*.cmd", "difftool.*.path"),
        *("mergetool.*.path", "browser.*.cmd", "man.*.cmd", "trailer.*.command", "trailer.*.cmd"),
        *("pager.*", "uploadpack.packobjectshook", "remote.*.uploadpack", "remote.*.receivepack"),
        *("credential.helper", "credential.*.helper", "sendemail.smtpserver", "tar.*.command"),
        *("sendemail.tocmd", "sendemail.cccmd", "receive.procreceiverefs", "web.browser"),
    ]
)
_SWITCHES = frozenset({"true", "false", "yes", "no", "on", "off", "0", "1", ""})
_HELPERS = frozenset({"store", "cache", "manager", "manager-core", "osxkeychain", "libsecret"})
_VARIABLES = {
    "GIT_SSH_COMMAND": "core.sshcommand",
    "GIT_SSH": "core.sshcommand",
    "GIT_EDITOR": "core.editor",
    "GIT_SEQUENCE_EDITOR": "sequence.editor",
    "GIT_PAGER": "core.pager",
    "GIT_EXTERNAL_DIFF": "diff.external",
    "GIT_ASKPASS": "core.askpass",
    "SSH_ASKPASS": "core.askpass",
    "GIT_PROXY_COMMAND": "core.gitproxy",
    "EDITOR": "core.editor",
    "VISUAL": "core.editor",
    "PAGER": "core.pager",
}


class _Git:
    """One call of git: its draft, the settings it was given, the host it reaches."""

    __slots__ = ("aliases", "draft", "host", "settings")

    def __init__(self, invocation: Invocation) -> None:
        self.draft = Draft(invocation)
        self.settings: list[tuple[str, str, str]] = []  # key, value, where it was written
        self.aliases: dict[str, str] = {}
        self.host = UNKNOWN

    def put(self, text: str, via: str) -> None:
        """Note `name=value`; section and last part of a name have no case."""
        name, equals, value = text.partition("=")
        self.set(name, value if equals else "true", via)

    def set(self, name: str, value: str, via: str) -> None:
        section, _, rest = name.partition(".")
        middle, _, last = rest.rpartition(".")
        key = ".".join(part for part in (section.lower(), middle, last.lower()) if part)
        if section.lower() == "alias":
            self.aliases[rest] = value
        self.settings.append((key, value, via))

    def remote(self, address: str, *, local: bool = False) -> None:
        """Note the connection that an address stands for; `local`: else it is a path."""
        draft = self.draft
        if address.startswith("ext::"):
            draft.text(address[5:].replace("%S", "git-upload-pack"), "git ext::")
            return
        url = split_url(address)
        if url:
            scheme = url.scheme.rpartition("+")[2]
            if scheme != "file":
                self.host = url.host
                draft.connect(scheme, url.host, url.port, url=address)
            return
        place = remote_operand(address)
        if place:
            self.host = destination(place[0]).host
            draft.connect("ssh", self.host, 22, url=address)
        elif not address.startswith(("/", ".", "~")) and not local:
            # a remote's name, or nothing: where it leads stands in the repository's settings
            draft.connect("git", UNKNOWN, None)

    def commands(self) -> None:
        """What the settings would run, now that the host is known."""
        for key, value, via in self.settings:
            if not _is_command(key) or value.lower() in _SWITCHES:
                continue
            if key == "core.sshcommand":
                self.draft.text(f"{value} {self.host}", via, certainty="may")
            elif key.startswith("credential"):
                self._helper(value, via)
            elif key != "sendemail.smtpserver" or value.startswith("/"):
                self.draft.text(value, via, certainty="may")

    def _helper(self, value: str, via: str) -> None:
        if value.startswith("!"):
            self.draft.text(value[1:], via, certainty="may")
        elif value.startswith(("/", "~")):
            self.draft.text(value, via, certainty="may")
        elif value.split(maxsplit=1)[0] not in _HELPERS:
            self.draft.text(f"git-credential-{value}", via, certainty="may")


def _is_command(key: str) -> bool:
    if key in _COMMANDS:
        return True
    section, _, rest = key.partition(".")
    last = rest.rpartition(".")[2]
    return f"{section}.*.{last}" in _COMMANDS or (section == "pager" and "pager.*" in _COMMANDS)


def _git(invocation: Invocation) -> Reading:
    call = _Git(invocation)
    draft = call.draft
    environment = invocation.environment
    for variable, key in _VARIABLES.items():
        if variable in environment:
            call.set(key, environment[variable], variable)
    count = environment.get("GIT_CONFIG_COUNT", "")
    if len(count) > 1 or UNKNOWN in count:
        draft.hide("unread_settings", "medium", "git takes many settings from the environment")
    for index in range(int(count) if len(count) == 1 and count.isdecimal() else 0):
        key = environment.get(f"GIT_CONFIG_KEY_{index}", "")
        call.set(key, environment.get(f"GIT_CONFIG_VALUE_{index}", UNKNOWN), "GIT_CONFIG_KEY")
    options = scan(invocation.argv, named("git"))
    for folder in options.all("C"):
        invocation = dataclasses.replace(invocation, cwd=draft.path(folder))
        draft.invocation = invocation
    for text in options.all("c"):
        call.put(text, f"git -c {text.partition('=')[0]}")
    if options.has("config-env") or "GIT_CONFIG_PARAMETERS" in environment:
        draft.hide("unread_settings", "medium", "git takes settings from the environment")
    if options.last("exec-path") or "GIT_EXEC_PATH" in environment:
        draft.hide("unknown_code", "medium", "git takes its own programs from another folder")
        folder = options.last("exec-path") or environment.get("GIT_EXEC_PATH", "")
        words = options.operands
        if words and UNKNOWN not in folder + words[0]:
            draft.start([f"{folder.rstrip('/')}/git-{words[0]}", *words[1:]], certainty="may")
    if options.operands:
        _command(call, options.operands)
    call.commands()
    return draft.reading


def _command(call: _Git, words: Sequence[str]) -> None:
    name, rest = words[0], words[1:]
    alias = call.aliases.get(name)
    if alias is not None:
        if alias.startswith("!"):
            text = " ".join([alias[1:], *rest])
            call.draft.text(text, f"git alias.{name}")
        else:
            call.draft.start(["git", *alias.split(), *rest], f"git alias.{name}")
        return
    reader = _SUBCOMMANDS.get(name)
    if reader:
        reader(call, scan(words, named(f"git-{name}")))


def _clone(call: _Git, options: Options) -> None:
    for text in options.all("c"):
        call.put(text, f"git clone -c {text.partition('=')[0]}")
    _packs(call, options)
    for address in options.operands[:1]:
        call.remote(address, local=UNKNOWN not in address)
        name = address.rstrip("/").rpartition("/")[2].rpartition(":")[2].removesuffix(".git")
        bare = ".git" if options.has("bare", "mirror") else ""
        call.draft.write("".join(options.operands[1:2]) or f"{name}{bare}")
        call.draft.write(options.last("separate-git-dir"))
    if options.has("template"):
        call.draft.hide("unread_file", "medium", "the template of the repository may hold hooks")


def _packs(call: _Git, options: Options) -> None:
    """--upload-pack and --receive-pack run on the far side, or here for a local path."""
    for text in options.all("u", "upload-pack", "receive-pack", "exec"):
        call.draft.text(text, "git --upload-pack", certainty="may")


def _exchange(call: _Git, options: Options) -> None:
    _packs(call, options)
    if options.has("h", "help"):
        return
    addresses = options.operands if options.has("multiple") else options.operands[:1]
    for address in addresses or [""]:
        call.remote(options.last("repo") or address)


def _push(call: _Git, options: Options) -> None:
    """What is pushed leaves: to an address, or to where the settings of a remote lead."""
    address = options.last("repo") or "".join(options.operands[:1])
    given = {key: value for key, value, _ in call.settings}
    for name in (f"remote.{address}.url", f"remote.{address}.pushurl"):
        address = given.get(name, address)
    _packs(call, options)
    if options.has("h", "help", "n", "dry-run"):
        return
    before = len(call.draft.reading.operations)
    call.remote(address)
    for operation in call.draft.reading.operations[before:]:
        if operation["kind"] == "network.connect":
            call.draft.send("git", operation["host"], operation["port"], ".git")


def _remote(call: _Git, options: Options) -> None:
    """`remote add NAME URL` and `remote set-url NAME URL` write where later calls lead."""
    operands = options.operands
    if operands[:1] in (["add"], ["set-url"]) and len(operands) > 2:
        if operands[2].startswith("ext::") or options.has("f"):
            call.remote(operands[2])
        call.draft.write(".git/config", append=True)
    elif operands[:1] in (["update"], ["show"], ["prune"]):
        call.remote("")


def _submodule(call: _Git, options: Options) -> None:
    operands = options.operands
    if operands[:1] == ["foreach"]:
        call.draft.text(" ".join(operands[1:]), "git submodule foreach", certainty="may")
    elif operands[:1] == ["add"]:
        options = scan(call.draft.argv[call.draft.argv.index("add") :], named("git-submodule-add"))
        call.remote("".join(options.operands[:1]))
        name = "".join(options.operands[:1]).rstrip("/").rpartition("/")[2].removesuffix(".git")
        call.draft.write("".join(options.operands[1:2]) or name)
        call.draft.write(".gitmodules", append=True)
    elif operands[:1] == ["update"]:
        call.remote("")


def _config(call: _Git, options: Options) -> None:
    words = options.operands
    call.draft.read(options.last("f"))
    if words[:1] in (["get"], ["list"], ["unset"], ["edit"]) or options.has(
        "l", "get", "get-all", "get-regexp", "unset", "unset-all", "get-urlmatch"
    ):
        return
    if words[:1] == ["set"]:
        words = words[1:]
    path = options.last("f") or ("~/.gitconfig" if options.has("global") else ".git/config")
    if options.has("system"):
        path = "/etc/gitconfig"
    if len(words) > 1:
        call.draft.write(path, append=True)
        name, value = words[0], words[1]
        if name.lower().startswith("alias.") and value.startswith("!"):
            call.draft.text(value[1:], f"git config {name}", certainty="may")
        else:
            call.set(name, value, f"git config {name}")
        if name.lower() in ("core.hookspath", "init.templatedir"):
            call.draft.hide("unread_file", "medium", f"git would run the hooks in `{value}`")


def _rebase(call: _Git, options: Options) -> None:
    for text in options.all("x"):
        call.draft.text(text, "git rebase -x", certainty="may")


def _bisect(call: _Git, options: Options) -> None:
    if options.operands[:1] == ["run"]:
        call.draft.start(options.operands[1:], "git bisect run", certainty="may")


def _filter_branch(call: _Git, options: Options) -> None:
    for name, value in options.options:
        if name.endswith("-filter") or name == "setup":
            call.draft.text(value, f"git filter-branch --{name}", certainty="may")


def _tool(call: _Git, options: Options) -> None:
    for text in options.all("x"):
        call.draft.text(text, "git difftool -x", certainty="may")


def _grep(call: _Git, options: Options) -> None:
    for text in options.all("O"):
        call.draft.text(text or "less", "git grep -O", certainty="may")
    start = 0 if options.has("e", "f") else 1
    paths = [word for word in options.operands[start:] if word != "--"]
    call.draft.read(*options.all("f"))
    if options.has("no-index"):
        call.draft.read(*(paths or ["."]))
    elif not options.has("cached"):
        call.draft.read(*paths)


def _daemon(call: _Git, options: Options) -> None:
    port = options.last("port", default="9418")
    call.draft.listen("git", options.last("listen"), int(port) if port.isdigit() else None)


def _archive(call: _Git, options: Options) -> None:
    if options.has("remote"):
        call.remote(options.last("remote"))
    _packs(call, options)
    call.draft.write(options.last("o"))


def _on_files(act: Callable[[Draft, Options], None]) -> Callable[[_Git, Options], None]:
    return lambda call, options: act(call.draft, options)


_SUBCOMMANDS: dict[str, Callable[[_Git, Options], None]] = {
    "clone": _clone,
    "fetch": _exchange,
    "pull": _exchange,
    "push": _push,
    "ls-remote": _exchange,
    "fetch-pack": _exchange,
    "send-pack": _push,
    "remote": _remote,
    "submodule": _submodule,
    "config": _config,
    "rebase": _rebase,
    "bisect": _bisect,
    "filter-branch": _filter_branch,
    "difftool": _tool,
    "grep": _grep,
    "daemon": _daemon,
    "archive": _archive,
    **{name: _on_files(act) for name, act in FILES.items()},
}
READERS: dict[str, Reader] = {"git": _git}
