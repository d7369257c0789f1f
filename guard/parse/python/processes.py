"""Python calls that start programs or wire a shell to a socket."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from guard.parse.python import signals
from guard.parse.python.launch import argv_of, command_text, program, shell
from guard.parse.python.values import (
    NOTHING,
    Call,
    Function,
    Handler,
    Object,
    Ref,
    Unknown,
    Value,
    is_known,
    origins,
    text_of,
)
from guard.parse.reading import UNKNOWN, Stdin

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["FUNCTIONS", "METHODS"]


# os and its like


def _text_to_shell(context: Context, call: Call) -> Value:
    shell(context, call.get(0, "command", "cmd", "cmdstring"), call.name)
    return Unknown("process")


def _exec_list(context: Context, call: Call) -> Value:
    """execv(path, argv), execvp, execve, posix_spawn(path, argv, env)."""
    _exec(context, call.name, call.get(0, "path", "file"), call.get(1, "args", "argv"))
    return NOTHING


def _exec_words(context: Context, call: Call) -> Value:
    """execl(path, arg0, arg1, ...), execlp; with `e` an environment comes last."""
    words = call.args[1:]
    if call.name.endswith("e") and words:
        words = words[:-1]
    _exec(context, call.name, call.get(0), list(words))
    return NOTHING


def _spawn_list(context: Context, call: Call) -> Value:
    _exec(context, call.name, call.get(1, "file", "path"), call.get(2, "args"))
    return NOTHING


def _spawn_words(context: Context, call: Call) -> Value:
    words = call.args[2:]
    if call.name.endswith("e") and words:
        words = words[:-1]
    _exec(context, call.name, call.get(1), list(words))
    return NOTHING


def _exec(context: Context, via: str, path: Value, argv: Value) -> None:
    words = argv_of(argv) if isinstance(argv, list | tuple) else [UNKNOWN]
    name = text_of(path)
    if name.strip(UNKNOWN):
        words = [name, *(words or [])[1:]]
        program(context, words, via)
    else:
        program(context, NOTHING, via)


# subprocess


def _subprocess(context: Context, call: Call) -> Value:
    """run, call, check_call, check_output, Popen: one grammar."""
    command = call.get(0, "args", "cmd")
    executable = call.keywords.get("executable")
    through_shell = call.get(8, "shell", default=False)
    environment = _environment(call.keywords.get("env"))
    folder = call.keywords.get("cwd")
    cwd = context.path(folder) if folder not in (None, NOTHING) else None
    stdin = _stdin(context, call)
    background = bool(
        call.keywords.get("start_new_session") is True
        or (isinstance(call.keywords.get("preexec_fn"), Ref))
    )
    for socket_like in ("stdin", "stdout", "stderr"):
        stream = call.keywords.get(socket_like)
        if _is_socket(stream):
            context.network_shell("python subprocess on a socket")
    hook = call.keywords.get("preexec_fn")
    if isinstance(hook, Function):
        context.interpreter.invoke(hook, Call("", [], {}))
    started = Object("popen")
    if through_shell is not False and through_shell != 0 and through_shell is not None:
        text = command
        if isinstance(command, list | tuple) and command:
            text = command[0]
        started = shell(
            context,
            text,
            call.name,
            environment=environment,
            cwd=cwd,
            stdin=stdin,
            background=background,
        )
        if is_known(through_shell):
            return started
    return program(
        context,
        command,
        call.name,
        executable=executable,
        environment=environment,
        cwd=cwd,
        stdin=stdin,
        background=background,
    )


def _environment(value: Value) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {
        str(name): text_of(item)
        for name, item in value.items()
        if isinstance(name, str) and UNKNOWN not in name
    }


def _stdin(context: Context, call: Call) -> Stdin | None:
    given = call.keywords.get("input")
    if given is None:
        stream = call.keywords.get("stdin")
        if isinstance(stream, Object) and stream.kind == "file":
            path = text_of(stream)
            return Stdin(context.files.get(context.path(stream)), "file", path)
        if isinstance(stream, Object) and stream.kind == "pipe":
            return Stdin(None, "pipe", "another program")
        return None
    text = command_text(given)
    source = next(iter(sorted(origins(given))), "")
    return Stdin(text if text is None or UNKNOWN not in text else None, "pipe", source)


def _is_socket(value: Value) -> bool:
    if isinstance(value, Unknown):
        return value.origin == "socket"
    return isinstance(value, Object) and value.kind == "socket"


def _communicate(context: Context, call: Call) -> Value:
    """Popen(...).communicate(input): what is written is the program's standard input."""
    owner = call.args[0]
    _feed(context, owner, call.get(1, "input", default=None))
    return (Unknown("process"), Unknown("process"))


def _write_pipe(context: Context, call: Call) -> Value:
    pipe = call.args[0]
    _feed(context, pipe.fields.get("popen"), call.get(1))
    return NOTHING


def _feed(context: Context, owner: Value, value: Value) -> None:
    if not isinstance(owner, Object) or "run" not in owner.fields or value is None:
        return
    number = owner.fields["run"]
    run = context.reading.runs[number]
    text = command_text(value)
    if text is None or UNKNOWN in text:
        if "socket" in origins(value):
            context.network_shell("python runs what a socket sends")
        context.reading.runs[number] = dataclasses.replace(run, stdin=Stdin(None, "pipe", "python"))
        return
    before = run.stdin.text if run.stdin and run.stdin.text else ""
    context.reading.runs[number] = dataclasses.replace(run, stdin=Stdin(before + text, "pipe"))


def _fork_exec(context: Context, call: Call) -> Value:
    """_posixsubprocess.fork_exec(argv, executables, ...)."""
    return program(context, call.get(0), call.name)


def _create_exec(context: Context, call: Call) -> Value:
    return program(context, list(call.args), call.name)


def _pty_spawn(context: Context, call: Call) -> Value:
    command = call.get(0, "argv", "command")
    if call.name.startswith("pexpect") and isinstance(command, str):
        words = call.get(1, "args")
        if isinstance(words, list):
            program(context, [command, *words], call.name)
        else:
            shell(context, command, call.name)
        return Object("terminal")
    program(context, command, call.name)
    return NOTHING


def _send_line(context: Context, call: Call) -> Value:
    """What is typed into a terminal whose program is a shell."""
    shell(context, call.get(1, "s", "line"), "pexpect")
    return NOTHING


def _sh_command(context: Context, call: Call) -> Value:
    return program(context, list(call.args), f"sh.{call.name}")


def _plumbum(context: Context, call: Call) -> Value:
    owner = call.args[0]
    if call.name in ("__call__", "run", "popen", "run_fg", "run_bg"):
        extra = list(call.args[1:]) if call.name == "__call__" else []
        return program(context, [*owner.fields["argv"], *extra], "plumbum")
    return owner


def _plumbum_cmd(context: Context, call: Call) -> Value:
    return program(context, list(call.args), "plumbum.cmd")


def _library_function(context: Context, call: Call) -> Value:
    """ctypes.CDLL(None).system(...): functions of the C library."""
    name = call.name
    if name in ("system", "popen", "wordexp"):
        shell(context, call.get(1), f"libc.{name}")
    elif name.startswith(("exec", "posix_spawn")):
        words = call.args[2:] if name.startswith("execl") else call.get(2)
        _exec(context, f"libc.{name}", call.get(1), words)
    elif name == "dup2":
        context.dup2 = True
    elif name in ("kill", "ptrace", "syscall", "mprotect", "mmap", "unlink", "mount"):
        context.hide("native_code", "medium", f"`libc.{name}` is called directly")
    return NOTHING


def _library(context: Context, call: Call) -> Value:
    name = text_of(call.get(0, "name", default=None))
    if name.strip(UNKNOWN) and not name.startswith(
        ("libc.", "libm.", "msvcrt", "None", "libSystem")
    ):
        context.hide("native_code", "medium", f"`{name}` is loaded as native code")
    return Object("library")


def _dup2(context: Context, _call: Call) -> Value:
    context.dup2 = True
    return NOTHING


def _ipython_shell(context: Context, call: Call) -> Value:
    from guard.parse.python.notebook import interpolated

    command = call.get(1)
    if isinstance(command, str):
        command = interpolated(context, command)
    shell(context, command, "ipython !")
    return Unknown("process")


def _ipython_cell(context: Context, call: Call) -> Value:
    from guard.parse.python.notebook import run_cell_magic

    run_cell_magic(context, call.text(1), call.text(2), call.get(3))
    return NOTHING


def _ipython_line(context: Context, call: Call) -> Value:
    from guard.parse.python.notebook import run_line_magic

    run_line_magic(context, call.text(1), call.get(2, default=""))
    return NOTHING


def _names(handler: Handler, names: str) -> dict[str, Handler]:
    return dict.fromkeys(names.split(), handler)


FUNCTIONS: dict[str, Handler] = {
    **_names(
        _text_to_shell,
        """os.system os.popen os.popen2 os.popen3 os.popen4 subprocess.getoutput
        subprocess.getstatusoutput asyncio.create_subprocess_shell platform.popen invoke.run
        asyncio.loop.subprocess_shell fabric.local fabric.api.local delegator.run os.startfile
        webbrowser.get""",
    ),
    **_names(
        _exec_list,
        "os.execv os.execvp os.execve os.execvpe os.posix_spawn os.posix_spawnp os._execvpe",
    ),
    **_names(_exec_words, "os.execl os.execlp os.execle os.execlpe"),
    **_names(_spawn_list, "os.spawnv os.spawnvp os.spawnve os.spawnvpe"),
    **_names(_spawn_words, "os.spawnl os.spawnlp os.spawnle os.spawnlpe"),
    **_names(
        _subprocess,
        """subprocess.run subprocess.call subprocess.check_call subprocess.check_output
        subprocess.Popen psutil.Popen asyncio.run_process asyncio.open_process
        asyncio.to_process.run_sync""",
    ),
    "_posixsubprocess.fork_exec": _fork_exec,
    "asyncio.create_subprocess_exec": _create_exec,
    **_names(
        _pty_spawn, "pty.spawn pexpect.spawn pexpect.run pexpect.spawnu ptyprocess.PtyProcess.spawn"
    ),
    "sh.command": _sh_command,
    "sh.Command": lambda _, call: Object("command", {"argv": [call.get(0)]}),
    **_names(
        _library,
        "ctypes.CDLL ctypes.cdll.LoadLibrary ctypes.PyDLL ctypes.WinDLL cffi.FFI",
    ),
    **signals.FUNCTIONS,
    "os.dup2": _dup2,
    **_names(lambda *_: Object("ipython"), "get_ipython IPython.get_ipython builtins.get_ipython"),
    "subprocess._args_from_interpreter_flags": lambda *_: [],
}
for _name in ("system", "popen", "execv", "execve", "execl", "execvp", "dup2"):
    FUNCTIONS[f"ctypes.cdll.{_name}"] = lambda context, call: _library_function(
        context, Call(call.name.rpartition(".")[2], [None, *call.args], {})
    )
METHODS: dict[tuple[str, str], Handler] = {
    **signals.METHODS,
    ("popen", "communicate"): _communicate,
    ("pipe", "write"): _write_pipe,
    ("pipe", "writelines"): _write_pipe,
    ("pipe", "read"): lambda *_: Unknown("process"),
    ("pipe", "readline"): lambda *_: Unknown("process"),
    ("terminal", "sendline"): _send_line,
    ("terminal", "send"): _send_line,
    ("command", "*"): _plumbum,
    ("library", "*"): _library_function,
    ("library", "dlopen"): lambda _, call: call.args[0],
    ("ipython", "system"): _ipython_shell,
    ("ipython", "getoutput"): _ipython_shell,
    ("ipython", "system_piped"): _ipython_shell,
    ("ipython", "system_raw"): _ipython_shell,
    ("ipython", "run_cell_magic"): _ipython_cell,
    ("ipython", "run_line_magic"): _ipython_line,
    ("ipython", "magic"): _ipython_line,
}
