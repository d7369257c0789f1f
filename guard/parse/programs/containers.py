"""Containers and clusters: what docker, podman, kubectl and their like run elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from guard.parse.programs.draft import Draft, Reader, known_port
from guard.parse.programs.grammar import Options, named, scan
from guard.parse.programs.web import connect_url, guess_url
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]

_GROUPS = frozenset({"container", "image", "volume", "network", "system", "pod", "machine"})


def _docker(invocation: Invocation) -> Reading:
    """docker(1), podman(1), nerdctl: run and exec start programs, -v and -p open the box."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("docker"))
    host = options.last("H") or invocation.environment.get("DOCKER_HOST", "")
    if host.startswith(("tcp://", "ssh://", "http")):
        scheme, _, rest = host.partition("://")
        name, _, port = rest.rpartition("@")[2].partition(":")
        draft.connect(scheme, name, known_port(port) or (22 if scheme == "ssh" else 2375))
    words = options.operands
    if words[:1] and words[0] in _GROUPS:
        words = words[1:]
    verb = "".join(words[:1])
    if verb == "compose":
        return _compose(draft, words)
    if verb in ("run", "create", "exec"):
        _run(draft, scan(words, named("docker-run")), verb)
    elif verb in ("stop", "kill", "rm", "pause", "restart") and words[1:]:
        inner = scan(words, named("docker-stop"))
        for target in inner.operands:
            draft.signal(target, "KILL" if verb in ("kill", "rm") else "TERM", "name")
    elif verb == "cp" and len(words) > 2:
        _copied(draft, words[1:])
    elif verb in ("build", "buildx"):
        inner = scan(words, named("docker-build"))
        draft.read(*inner.all("f"))
        draft.hide("unread_file", "low", "the recipe of the image was not read")
    elif verb in ("save", "export"):
        for path in scan(words, named("docker-build")).all("o"):
            draft.write(path)
    return draft.reading


def _run(draft: Draft, options: Options, verb: str) -> None:
    for value in options.all("v", "mount"):
        source = _mounted(value)
        if source:
            draft.read(source)
            if not value.endswith((":ro", ",ro", "readonly")):
                draft.write(source)
    for value in options.all("p"):
        parts = value.partition("/")[0].rsplit(":", 2)
        host = parts[0] if len(parts) == 3 else ""
        port = parts[-2] if len(parts) > 1 else ""
        draft.listen("tcp", host, known_port(port))
    for value in options.all("env-file", "label-file", "cidfile"):
        draft.read(value)
    name = "".join(options.operands[:1])
    command: Sequence[str] = options.operands[1:]
    entry = options.last("entrypoint")
    if entry:
        command = [entry, *command]
    where = options.last("name") or name or UNKNOWN
    background = options.has("d")
    elsewhere = f"{draft.program}:{where}"
    draft.start(command, f"{draft.program} {verb}", elsewhere=elsewhere, background=background)


def _mounted(value: str) -> str:
    if "=" in value and "," in value:
        fields = dict(part.partition("=")[::2] for part in value.split(","))
        source = fields.get("source", fields.get("src", ""))
        return source if "/" in source else ""
    source = value.partition(":")[0]
    return source if source.startswith(("/", ".", "~", UNKNOWN)) else ""


def _copied(draft: Draft, words: Sequence[str]) -> None:
    places = [word for word in words if not word.startswith("-")]
    if len(places) > 1:
        if ":" not in places[0]:
            draft.read(places[0])
        if ":" not in places[1]:
            draft.write(places[1])


def _docker_compose(invocation: Invocation) -> Reading:
    return _compose(Draft(invocation), ["compose", *invocation.argv[1:]])


def _compose(draft: Draft, words: Sequence[str]) -> Reading:
    options = scan(words, named("docker-compose"))
    draft.read(*options.all("f"))
    rest = options.operands
    if rest[:1] and rest[0] in ("exec", "run"):
        inner = scan(rest, named("docker-run"))
        name = "".join(inner.operands[:1])
        entry = [inner.last("entrypoint")] if inner.has("entrypoint") else []
        via = f"docker compose {rest[0]}"
        draft.start([*entry, *inner.operands[1:]], via, elsewhere=f"docker:{name}")
    elif rest[:1] and rest[0] in ("up", "start", "build"):
        draft.hide("unread_file", "low", "the compose file was not read")
    elif rest[:1] and rest[0] in ("down", "stop", "kill", "rm"):
        for target in rest[1:] or [UNKNOWN]:
            if not target.startswith("-"):
                draft.signal(target, "TERM", "name")
    return draft.reading


def _kubectl(invocation: Invocation) -> Reading:
    """kubectl: exec and run start programs in pods; port-forward and proxy open ways in."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("kubectl"))
    verb = "".join(options.operands[:1])
    words = options.operands[1:]
    draft.read(*options.all("kubeconfig"), *[p for p in options.all("f") if "://" not in p])
    for address in options.all("server"):
        connect_url(draft, guess_url(address, "https"))
    if verb in ("exec", "run", "debug"):
        _pod(draft, options, verb)
    elif verb == "port-forward":
        for pair in words[1:]:
            bind, _, target = pair.partition(":")
            draft.tunnel(
                "kubectl",
                "local",
                words[0],
                known_port(target or bind),
                bind=bind,
                target=f"{words[0]}:{target or bind}",
            )
    elif verb == "proxy":
        port = known_port(options.last("port")) or 8001
        address = options.last("address", default="127.0.0.1")
        draft.listen("http", address, port, sends=options.all("www"))
        api = "kubernetes:443"  # the name that the cluster itself has for it
        draft.tunnel("kubectl", "local", UNKNOWN, None, bind=str(port), target=api)
    elif verb == "cp" and len(words) > 1:
        _copied(draft, words)
    elif verb == "apply" and any("://" in path for path in options.all("f")):
        for path in options.all("f"):
            if "://" in path:
                draft.connect("https", path.partition("://")[2].partition("/")[0], 443, url=path)
    elif verb in ("get", "describe") and words[:1] and words[0].startswith("secret"):
        draft.read("/var/run/secrets/kubernetes.io")
    return draft.reading


def _pod(draft: Draft, options: Options, verb: str) -> None:
    """With `--` the rest is the command; without it (old use of exec) it follows the pod."""
    argv = list(draft.argv)
    name = "".join(options.operands[1:2]) or UNKNOWN
    elsewhere = f"kubectl:{name}"
    if "--" in argv:
        command: Sequence[str] = argv[argv.index("--") + 1 :]
    else:
        command = options.operands[2:] if verb == "exec" else ()
    draft.start(command, f"kubectl {verb}", elsewhere=elsewhere)


def _enter(invocation: Invocation) -> Reading:
    """lxc exec, incus exec, distrobox enter, apptainer exec, nix-shell, vagrant ssh, wsl, ..."""
    draft = Draft(invocation)
    facts = _ENTER[invocation.program]
    argv = invocation.argv
    options = scan(argv, named("enter"))
    for text in options.all("run", "command"):
        draft.text(text, elsewhere=facts[2].format(draft.program))
    words = options.operands
    if words[:1] and words[0] in facts[0].split():
        name = words[1] if len(words) > 1 else UNKNOWN
        where = f"{draft.program}:{name}"
        rest = list(argv[argv.index("--") + 1 :]) if "--" in argv else words[1 + facts[1] :]
        draft.start(rest, f"{draft.program} {words[0]}", elsewhere=where)
    elif "" in facts[0].split(" ") and "--" in argv:
        draft.start(argv[argv.index("--") + 1 :])
    return draft.reading


# program: subcommands that start something, operands before the command, where it runs
_ENTER: dict[str, tuple[str, int, str]] = {
    "lxc": ("exec", 1, ""),
    "incus": ("exec", 1, ""),
    "multipass": ("exec", 1, ""),
    "machinectl": ("shell", 1, ""),
    "distrobox": ("enter", 1, ""),
    "distrobox-enter": (" ", 0, ""),
    "apptainer": ("exec run", 1, ""),
    "singularity": ("exec run", 1, ""),
    "crictl": ("exec", 1, ""),
    "ctr": ("run", 2, ""),
    "runc": ("exec", 1, ""),
    "vagrant": ("ssh", 1, "{}:default"),
    "nix-shell": (" ", 0, ""),
    "nix": ("develop shell", 0, ""),
    "guix": ("shell environment", 0, ""),
    "wsl": (" ", 0, ""),
    "oc": ("exec rsh", 1, ""),
    "helm": ("none", 0, ""),
    "devcontainer": ("exec", 0, ""),
    "fly": ("ssh", 1, "{}:app"),
    "flyctl": ("ssh", 1, "{}:app"),
    "heroku": ("run", 0, ""),
}

READERS: dict[str, Reader] = {
    **dict.fromkeys(("docker", "podman", "nerdctl", "finch"), _docker),
    **dict.fromkeys(("docker-compose", "podman-compose"), _docker_compose),
    **dict.fromkeys(("kubectl", "microk8s.kubectl", "kubecolor"), _kubectl),
    **dict.fromkeys(_ENTER, _enter),
}
