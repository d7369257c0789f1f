"""Words by shlex and a table of programs: what most hooks do, with wrappers and `sh -c` followed.

What shlex cannot split is asked about.
"""

from __future__ import annotations

import itertools
import os
import re
import shlex

from serve import serve

_OPERATORS = frozenset(
    (";", "&", "&&", "|", "||", "|&", "(", ")", "{", "}", "!", "then", "do", "else")
)
_WRAPPERS = frozenset(
    [
        "sudo",
        "doas",
        "nohup",
        "exec",
        "time",
        "env",
        "setsid",
        "stdbuf",
        "nice",
        "ionice",
        "command",
        "builtin",
        "xargs",
        "timeout",
    ]
)
_SHELLS = frozenset(["sh", "bash", "dash", "zsh", "ksh", "ash"])
_DENIED_PROGRAMS = frozenset(
    [
        "autossh",
        "sshuttle",
        "ngrok",
        "frpc",
        "frps",
        "chisel",
        "bore",
        "gost",
        "rathole",
        "revsocks",
        "iodine",
        "dnscat2",
        "ptunnel",
        "wstunnel",
        "tmate",
        "pagekite",
        "ligolo-ng",
        "inlets",
        "xmrig",
        "xmr-stak",
        "minerd",
        "cpuminer",
        "cgminer",
        "bfgminer",
        "ethminer",
        "t-rex",
        "phoenixminer",
        "nbminer",
        "lolminer",
        "gminer",
        "teamredminer",
        "nanominer",
        "ccminer",
        "p2pool",
        "insmod",
    ]
)
# A program, and the words of its arguments that are refused.
_DENIED_WORDS = {
    "ssh": r"-[46AaCfGgKkMNnqsTtVvXxYy]*[RLDw].*|.*(?:Remote|Local|Dynamic)Forward.*",
    "cloudflared": r"tunnel|access",
    "tailscale": r"up|funnel|serve",
    "nc": r"-\w*[ec]\w*",
    "ncat": r"-\w*[ec]\w*|--(?:sh-)?exec.*",
    "socat": r"(?i:(?:exec|system|shell):.*)",
    "history": r"-c",
    "ufw": r"disable",
    "setenforce": r"0",
    "rm": r"/|/\*|~|~/|/(?:etc|usr|bin|lib|var|boot)(?:/\*?)?|/var/log/.*",
    "dd": r"of=/dev/(?:sd|nvme|vd|hd).*",
    "useradd": r"(?:sudo|wheel|admin)",
    "truncate": r"/var/log/.*|.*_history",
    "shred": r"/var/log/.*|/dev/.*",
    "chmod": r"[ug]*\+\w*s|[246]7\d\d",
    "crontab": r"(?!-l$|-u$).*",
}
_ASKED_WORDS = {
    "cat": r"/etc/g?shadow|.*/\.ssh/id_\w+|.*/\.aws/credentials",
    "cp": r"/etc/g?shadow|.*/\.ssh/id_\w+|.*/\.aws/credentials|/Library/Launch.*|/etc/systemd/.*",
    "git": r"--force|--hard|-f",
    "tee": r"/etc/.*|.*authorized_keys",
    "curl": r"--upload-file|--data-binary|-T",
    "wget": r"--post-file.*",
    "terraform": r"destroy",
    "rm": r"/etc/.*|/usr/.*",
}
_WRITTEN = re.compile(
    r"/etc/(?:cron|profile|sudoers|pam\.d|ld\.so).*|.*/\.(?:bash|z|)(?:rc|shrc|profile)|.*authorized_keys|/var/log/.*|.*_history"
)


def judge(command: str, depth: int = 0) -> str:
    """allow, ask or deny: the strictest of the commands of a text."""
    lexer = shlex.shlex(command.replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError:
        return "ask"
    effects = ["allow"]
    current: list[str] = []
    piped = False
    for word in [*words, ";"]:
        if word not in _OPERATORS:
            current.append(word)
            continue
        if current:
            effects.append(_one(current, piped, depth))
        piped = word.startswith("|") and word != "||"
        current = []
    return max(effects, key=["allow", "ask", "deny"].index)


def _one(words: list[str], piped: bool, depth: int) -> str:
    """One command: its redirections, then what stands behind its wrappers."""
    if any(a in (">", ">>") and _WRITTEN.fullmatch(b) for a, b in itertools.pairwise(words)):
        return "deny"
    rest = list(words)
    while rest and (rest[0] in _WRAPPERS or re.match(r"\w+=|-|[\d.]+[smhd]?$", rest[0])):
        rest.pop(0)
    if not rest:
        return "allow"
    program, arguments = os.path.basename(rest[0]).lower(), rest[1:]
    if program in _SHELLS:
        if "-c" in arguments[:-1] and depth < 4:
            return judge(arguments[arguments.index("-c") + 1], depth + 1)
        return "ask" if piped else "allow"
    if program in _DENIED_PROGRAMS or any("stratum+" in word for word in arguments):
        return "deny"
    for table, effect in ((_DENIED_WORDS, "deny"), (_ASKED_WORDS, "ask")):
        if program in table and any(re.fullmatch(table[program], word) for word in arguments):
            return effect
    return "allow"


if __name__ == "__main__":
    serve(judge)
