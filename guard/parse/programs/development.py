"""Daily bread: builds, packages, tests, clouds. Known programs, few of them news.

`development.json` lists programs that do nothing beyond their own trade (`plain`), those that
run a recipe in the working folder (`recipes`: opaque, low) and those that talk to one service.
"""

from __future__ import annotations

from guard.parse.programs.draft import Draft, Reader, base_name
from guard.parse.programs.grammar import grammar, named, scan
from guard.parse.programs.tables import load
from guard.parse.programs.web import connect_url, guess_url
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]


def _plain(_: Invocation) -> Reading:
    """A program whose doing needs no word: it computes, prints, or builds."""
    return Reading()


def _recipe(invocation: Invocation) -> Reading:
    """A program that runs what a file of the project says."""
    draft = Draft(invocation)
    if not {"--help", "--version", "-h", "-v", "-V"} & set(invocation.argv):
        draft.hide("unread_file", "low", f"what {draft.program} runs stands in the project's files")
    return draft.reading


def _service(invocation: Invocation) -> Reading:
    """A client of one service: gh, aws, gcloud, ..."""
    draft = Draft(invocation)
    words = [word for word in invocation.argv[1:] if not word.startswith("-")]
    if words and words[0] not in ("help", "version", "configure", "config", "completion"):
        draft.connect("https", load("development")["services"][draft.program], 443)
        for word in words:
            if word.startswith(("fileb://", "file://")):
                draft.read(word.partition("://")[2])
        if "ssh" in words and draft.program in ("gcloud", "gh", "az"):
            _cloud_shell(draft, words)
        if words[:1] in (["s3"], ["storage"]) and words[1:2] in (["cp"], ["sync"], ["mv"]):
            _objects(draft, words[2:])
    return draft.reading


def _cloud_shell(draft: Draft, words: list[str]) -> None:
    options = scan(
        draft.argv, grammar("command= c,codespace= zone= project= ssh-flag= tunnel-through-iap")
    )
    host = words[-1]
    draft.connect("ssh", host, 22)
    flags = options.all("ssh-flag")
    if flags or "--" in draft.argv:
        extra = list(draft.argv[draft.argv.index("--") + 1 :]) if "--" in draft.argv else []
        flat = [part for flag in flags for part in flag.split()]
        draft.start(["ssh", *flat, *extra, UNKNOWN], f"{draft.program} ssh", certainty="may")
    if options.has("command"):
        draft.text(options.last("command"), f"{draft.program} ssh", elsewhere=f"ssh:{host}")


def _objects(draft: Draft, words: list[str]) -> None:
    if len(words) > 1:
        if "://" not in words[0]:
            draft.read(words[0])
            scheme, remote, place = words[1].partition("://")
            if remote:
                bucket = place.partition("/")[0]
                draft.connect(scheme, bucket, None, url=words[1], sends=words[:1])
        if "://" not in words[1]:
            draft.write(words[1])


def _make(invocation: Invocation) -> Reading:
    """make(1): --eval and SHELL= are commands of the call itself; the recipes are the project's."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("make"))
    if options.has("help", "v"):
        return draft.reading
    for path in options.all("f"):
        if path != "-":
            draft.read(path)
    texts = options.all("eval")
    if "-" in options.all("f"):
        if invocation.stdin.text is None:
            draft.feed("make", "make")
        else:
            texts.append(invocation.stdin.text)
    for text in texts:
        _makefile(draft, text)
    for word in options.operands:
        name, equals, value = word.partition("=")
        if equals and name.rstrip(":") in ("SHELL", "MAKE", "CC", "CXX", "LD", "AR", "PAGER"):
            draft.text(value, f"make {name}=", certainty="may")
    draft.hide("unread_file", "low", f"what {draft.program} runs stands in the project's files")
    return draft.reading


def _makefile(draft: Draft, text: str) -> None:
    """`$(shell ...)`, `!=` and recipe lines of a makefile given on the command line."""
    for line in text.replace("\\n", "\n").splitlines():
        if line.startswith("\t"):
            draft.text(line.strip().lstrip("@-+"), "make", certainty="may")
        if "$(shell " in line:
            draft.text(line.partition("$(shell ")[2].rpartition(")")[0], "make $(shell)")
        if "!=" in line:
            draft.text(line.partition("!=")[2], "make !=")
        if ";" in line and ":" in line.partition(";")[0]:
            draft.text(line.partition(";")[2].strip().lstrip("@-+"), "make", certainty="may")


def _toolchain(invocation: Invocation) -> Reading:
    """go, cargo, dotnet: `run` and `test` start what the project's files hold."""
    draft = Draft(invocation)
    words = [word for word in invocation.argv[1:] if not word.startswith(("-", "+"))]
    verb, target = "".join(words[:1]), "".join(words[1:2])
    if draft.program == "go" and verb == "run" and "@" in target:
        draft.connect("https", target.partition("/")[0], 443)
        draft.hide("unknown_code", "medium", f"go fetches and runs `{target}`")
    elif draft.program == "go" and verb == "run" and target.endswith(".go"):
        draft.script("go", target)
    elif draft.program == "go" and verb in ("build", "install", "vet"):
        for path in words[1:]:
            draft.consult("go", path if path.endswith(".go") else f"{path.rstrip('/')}/main.go")
        if not words[1:]:
            draft.consult("go", "main.go")
    elif verb in ("run", "test", "bench", "generate", "watch", "fsi", "script"):
        draft.hide("unread_file", "low", f"what {draft.program} runs stands in the project's files")
        if draft.program == "go":
            draft.consult("go", f"{target.rstrip('/') or '.'}/main.go")
    if draft.program == "cargo" and verb in ("run", "build", "install", "test", "r", "b"):
        draft.consult("rust", "src/main.rs")
    return draft.reading


def _npm(invocation: Invocation) -> Reading:
    """npm, yarn, pnpm: exec and dlx run packages; run runs what package.json says."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("npm"))
    verb = "".join(options.operands[:1])
    inner = scan(options.operands, named("npm"))
    options.add(inner)
    words = [verb, *inner.operands]
    for address in options.all("registry"):
        connect_url(draft, guess_url(address, "https"))
    for text in options.all("script-shell", "shell", "editor", "viewer", "git"):
        draft.text(text, f"{draft.program} --script-shell", certainty="may")
    if options.has("c") and verb in ("exec", "x", ""):
        draft.text(options.last("c"), f"{draft.program} exec -c")
    elif verb in ("exec", "x", "dlx", "explore"):
        draft.start(words[1:], f"{draft.program} {verb}")
    elif verb in ("run", "run-script", "start", "test", "t", "build", "dev", "install", "i", "ci"):
        draft.hide("unread_file", "low", f"what {draft.program} runs stands in the project's files")
    return draft.reading


def _apt(invocation: Invocation) -> Reading:
    """apt-get(8), dpkg(1): -o Name=command hooks, packages from files."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("apt"))
    for text in options.all("o"):
        name, _, value = text.partition("=")
        if "invoke" in name.lower() or name.lower().endswith(("::pager", "::editor", "methods")):
            draft.text(value, f"{draft.program} -o {name}")
    for path in options.all("c"):
        draft.hide("unread_file", "medium", f"{draft.program} takes settings from `{path}`")
    for word in options.operands:
        if word.endswith((".deb", ".rpm", ".apk", ".pkg")) and "://" not in word:
            draft.read(word)
            draft.hide("unread_file", "low", f"the scripts of `{base_name(word)}` were not read")
    return draft.reading


def _rpm(invocation: Invocation) -> Reading:
    """rpm(8): macros may run commands, `%(command)` and --pipe."""
    draft = Draft(invocation)
    options = scan(
        invocation.argv,
        grammar("E,eval= pipe= D,define= dbpath= root= q v i,install U,upgrade F,freshen e,erase"),
    )
    for text in [*options.all("E", "D")]:
        if "%(" in text:
            draft.text(text.partition("%(")[2].rpartition(")")[0], "rpm --eval")
        if "os.execute" in text or "%{lua:" in text:
            code = text.partition("%{lua:")[2].rpartition("}")[0]
            draft.text(code or text, "rpm --eval", language="lua")
    for text in options.all("pipe"):
        draft.text(text, "rpm --pipe")
    if options.has("i", "U", "F") and not options.has("q"):
        for path in options.operands:
            draft.read(path)
            draft.code("package", "file", path)
    return draft.reading


def _ansible(invocation: Invocation) -> Reading:
    """ansible(1): -m shell -a text on the hosts of a pattern; playbooks are files."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("ansible"))
    hosts = [host for value in options.all("i") for host in value.split(",") if host]
    pattern = "".join(options.operands[:1])
    if draft.program == "ansible-playbook":
        draft.read(*options.operands)
        draft.hide("unread_file", "low", "the playbook was not read")
        return draft.reading
    local = pattern in ("localhost", "127.0.0.1") or options.last("c") == "local"
    if options.last("m", default="command") in ("shell", "command", "raw", "script"):
        elsewhere = "" if local else f"ssh:{pattern}"
        draft.text(options.last("a"), f"ansible -m {options.last('m')}", elsewhere=elsewhere)
    for host in [] if local else [h for h in hosts if "/" not in h] or [pattern]:
        if host:
            draft.connect("ssh", host, 22)
    return draft.reading


def _terminal(invocation: Invocation) -> Reading:
    """xterm -e command, gnome-terminal -- command: the rest of the words is run."""
    draft = Draft(invocation)
    argv = invocation.argv
    for index, word in enumerate(argv[1:], 1):
        if word in ("-e", "-x", "--", "--execute", "--command", "start"):
            rest = argv[index + 1 :]
            if len(rest) == 1:
                draft.text(rest[0])
            else:
                draft.start(rest)
            break
        if word.startswith(("--command=", "-e=")):
            draft.text(word.partition("=")[2])
            break
    return draft.reading


def _rename(invocation: Invocation) -> Reading:
    """rename in its Perl form: the first operand is an expression of Perl."""
    draft = Draft(invocation)
    options = scan(
        invocation.argv, grammar("e,expr= n,nono v,verbose f,force d u,unicode? o a 0 i s l")
    )
    texts = options.all("e") or options.operands[:1]
    for text in texts:
        if set(text) & {"/", "(", ";", "{"}:
            draft.text(text, "rename", language="perl", certainty="may")
    if options.has("n"):
        return draft.reading
    for path in options.operands[0 if options.has("e") else 1 :]:
        folder, slash, _ = path.rpartition("/")
        draft.delete(path)
        draft.write(path)
        draft.write(f"{folder}{slash}{UNKNOWN}", certainty="may")
    return draft.reading


def _latex(invocation: Invocation) -> Reading:
    """TeX runs commands of the document when told to (\\write18)."""
    draft = Draft(invocation)
    argv = invocation.argv
    if {"-shell-escape", "--shell-escape", "-enable-write18", "--enable-write18"} & set(argv):
        for word in argv[1:]:
            if "\\write18{" in word:
                draft.text(word.partition("\\write18{")[2].partition("}")[0], "\\write18")
        draft.hide("unread_file", "medium", "the document may run commands")
    return draft.reading


_TABLE = load("development")
READERS: dict[str, Reader] = {
    **dict.fromkeys(_TABLE["plain"], _plain),
    **dict.fromkeys(_TABLE["recipes"], _recipe),
    **dict.fromkeys(_TABLE["services"], _service),
    **dict.fromkeys(_TABLE["terminals"], _terminal),
    **dict.fromkeys(("make", "gmake", "bmake", "remake"), _make),
    **dict.fromkeys(("go", "cargo", "dotnet", "mix", "stack", "cabal", "dune"), _toolchain),
    **dict.fromkeys(("npm", "yarn", "pnpm", "cnpm"), _npm),
    **dict.fromkeys(("apt", "apt-get", "aptitude", "dpkg", "apk", "yum", "dnf", "zypper"), _apt),
    **dict.fromkeys(("rpm", "rpmbuild", "rpmdb", "rpmquery", "rpmverify"), _rpm),
    **dict.fromkeys(("ansible", "ansible-playbook"), _ansible),
    **dict.fromkeys(("rename", "prename", "file-rename", "perl-rename"), _rename),
    **dict.fromkeys(("pdflatex", "latex", "xelatex", "lualatex", "tex", "pdftex"), _latex),
}
