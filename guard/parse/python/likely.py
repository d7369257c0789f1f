"""Calls of functions that the code does not show, and whose names say that they run commands.

`run_command("ssh", "-R", ...)` of a helper in another file. Only arguments that begin with
a program that is described count: the same names are used for queries and for jobs.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from guard.parse.programs import is_described
from guard.parse.python.launch import argv_of, command_text, program, shell
from guard.parse.python.values import Call, Either, Unknown, Value
from guard.parse.reading import UNKNOWN

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["likely_command"]

# They say it whatever they belong to.
_PLAIN_NAMES = """
run_command run_cmd runcmd run_commands run_shell run_shell_command run_bash run_in_shell
run_subprocess run_process run_program run_local run_remote run_ssh run_script run_sudo
exec_command exec_cmd exec_shell exec_shell_command execute_command execute_cmd execute_shell
execute_shell_command execute_bash shell_exec shell_command shell_run shell sh bash system
popen Popen check_output check_call getoutput getstatusoutput subprocess_run subprocess_call
call_subprocess spawn_process launch_process start_process command_output get_output
get_command_output bash_command terminal run_terminal_command do_command do_cmd sudo
"""
_PLAIN = frozenset(_PLAIN_NAMES.split())
# They may say it where they stand alone; as methods they belong to databases and jobs.
_ALONE = frozenset(("execute", "run", "cmd", "call", "spawn", "command", "local", "launch", "ex"))
# With those, what is run must be no word of plain English.
_TELLING = frozenset(
    [
        *("ssh", "autossh", "scp", "sftp", "sudo", "nc", "ncat", "socat", "curl", "wget", "bash"),
        *("sh", "nohup", "systemctl", "crontab", "docker", "kubectl", "python", "python3", "chmod"),
        *("chisel", "ngrok", "cloudflared", "frpc", "frps", "xmrig", "sshuttle", "tailscale"),
    ]
)


def likely_command(context: Context, name: str, call: Call) -> None:
    """Read a call's arguments as a command that it may run, if its name says so."""
    if not call.args:
        return
    alone = call.node is not None and isinstance(call.node.func, ast.Name)
    if name not in _PLAIN and not (alone and name in _ALONE):
        return
    context.may += 1
    try:
        _read(context, name, call.args)
    finally:
        context.may -= 1


def _read(context: Context, name: str, args: list[Value]) -> None:
    first = args[0]
    if isinstance(first, Either):
        for one in first.values:
            _read(context, name, [one, *args[1:]])
        return
    text = command_text(first)
    if text is not None:
        words = [word for word in map(_word, args[1:]) if word is not None]
        several = len(words) == len(args) - 1 and any(word != UNKNOWN for word in words)
        if not _begins(name, text.partition("\n")[0]):
            return
        if several and not any(letter.isspace() for letter in text):
            program(context, [text, *words], name)
        else:
            shell(context, text, name)
        return
    vector = argv_of(first) if isinstance(first, list | tuple) else None
    if vector and _begins(name, vector[0]):
        program(context, first, name)


def _word(value: Value) -> str | None:
    return UNKNOWN if isinstance(value, Unknown) else command_text(value)


def _begins(name: str, text: str) -> bool:
    word = next(iter(text.split(None, 1)), "").rpartition("/")[2]
    if name in _ALONE:
        return word in _TELLING
    return UNKNOWN not in word and is_described(word)
