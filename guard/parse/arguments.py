"""The arguments of a call: which are read as what, by the tool's reader or by their names.

What a known tool's reader does not read is searched like the arguments of an unknown
tool: for URLs, hosts, paths, commands and code. Text that is only data (`content`,
`message`, ...) is left alone: a mention is not an action.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from guard.model import Parsed
from guard.operations import FileDelete, FileRead, FileWrite, NetworkConnect, Severity
from guard.parse import tools as t
from guard.parse.addresses import Url, find_urls, split_host, split_url
from guard.parse.budget import Budget
from guard.parse.code import read_code
from guard.parse.paths import normalise
from guard.parse.reading import UNKNOWN, Reading
from guard.parse.sql import read_sql

__all__ = ["ArgumentReader"]

# Read only where no argument of a clearer name is there.
_WEAK = frozenset({"input", "tool_input", "__arg1", "text", "source"})
_DATA = frozenset(
    """content contents text body message messages prompt description new_str old_str diff patch
    new_string old_string file_text insert_text title subject comment comments note notes summary
    reason explanation thought thoughts thinking reasoning caption instructions instruction answer
    question html markdown replacement system_prompt user_prompt output result response rationale
    justification purpose goal details query_text search_term keywords data_url""".split()
)
_PATHS = frozenset(
    """path file filename file_name file_path filepath dir directory folder dir_path target_file
    target_path source_path source_file dest_path destination_path output_path output_file
    output_dir input_path input_file absolute_path relative_path notebook_path paths files
    root save_path save_to local_path image_path attachment attachments location_path
    working_file config_file key_file log_file workspace_path""".split()
)
_MAYBE_PATHS = frozenset({"source", "src", "dest", "dst", "destination", "target", "from", "to"})
_HOSTS = frozenset(
    """host hostname host_name server server_name address ip ip_address addr domain remote_host
    target_host remote_address endpoint hosts proxy base_url api_base""".split()
)
_COMMANDS = frozenset(
    """command cmd shell script bash commands shell_command command_line cmdline bash_command
    terminal_command shell_script sh""".split()
)
_CODE = frozenset({"code", "python", "python_code", "source_code", "py"})
_SQL = frozenset({"sql", "sql_query", "sql_statement"})
_FOLDERS = frozenset({"cwd", "workdir", "work_dir", "working_directory", "working_dir"})
_ENVIRONMENTS = frozenset({"env", "environment", "env_vars"})
_LANGUAGES = frozenset({"language", "lang", "kernel", "runtime", "interpreter"})
_NESTED_NAMES = ("tool_name", "tool", "recipient_name", "function_name", "function", "name")
_NESTED_ARGUMENTS = (
    "arguments",
    "args",
    "parameters",
    "params",
    "tool_input",
    "tool_args",
    "tool_arguments",
    "input",
    "kwargs",
)
_MAYBE_JSON = frozenset({*_NESTED_ARGUMENTS, "payload", "data", "json", "request"})
_SHELLS = frozenset({"bash", "sh", "shell", "zsh", "terminal", "console", "dash", "ksh"})

_HOST = re.compile(r"[A-Za-z0-9_\-.:\[\]%\u0080-\U0010ffff]{1,255}")
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_METHOD = re.compile(r"(?:^|_)(get|post|put|patch|delete|head)(?:_|$)")
_PATCHED = re.compile(
    r"(?m)^(?:\*\*\* (?P<verb>Add|Update|Delete) File: |\*\*\* (?P<move>Move) to: "
    r"|(?P<old>---) |(?P<new>\+\+\+) )(?P<path>[^\t\n]+)"
)
_WRITING = frozenset(
    """write create save edit append update put add modify replace insert patch rename move copy
    download export generate set store touch mkdir make install""".split()
)
_DELETING = frozenset({"delete", "remove", "rm", "unlink", "trash", "destroy", "erase", "purge"})
_EDITOR_COMMANDS: dict[str, t.FileEffect] = {
    "view": "read",
    "create": "write",
    "str_replace": "write",
    "insert": "write",
    "undo_edit": "write",
    "delete": "delete",
    "rename": "move",
}
_CONTENT = ("content", "contents", "file_text", "text", "data", "new_content", "file_content")


class ArgumentReader:
    """Reads the arguments of one call into `parsed`."""

    __slots__ = ("budget", "cwd", "home", "parsed", "tools")

    def __init__(
        self, parsed: Parsed, tools: t.ToolTable, budget: Budget, *, cwd: str, home: str
    ) -> None:
        self.parsed = parsed
        self.tools = tools
        self.budget = budget
        self.cwd = cwd
        self.home = home

    def call(self, tool: str, arguments: Mapping[str, Any], depth: int = 0) -> None:
        """Read one call, by the tool's reader where there is one.

        Raises:
            BudgetExceededError: a bound was hit; what was read so far is in `parsed`.
        """
        reader = self.tools.find(tool)
        if reader is None:
            self._use(tool)
            self._scan_mapping(arguments, _verb(tool), depth)
            return
        before = len(self.parsed.operations)
        used = self._known(tool, reader, arguments)
        if len(used) < len(arguments):
            rest = {key: value for key, value in arguments.items() if key not in used}
            self._scan_mapping(rest, _verb(tool), depth)
        if len(self.parsed.operations) == before:
            self._use(tool)

    def _known(self, tool: str, reader: t.Reader, arguments: Mapping[str, Any]) -> set[str]:
        """Read what the reader names; return the names that are done with."""
        if isinstance(reader, t.File):
            return self._file(reader, arguments)
        if isinstance(reader, t.Http):
            return self._http(tool, reader, arguments)
        if isinstance(reader, t.Patch):
            return self._each(tool, reader, arguments, lambda text, _: self._patch(text))
        if isinstance(reader, t.Sql):
            return self._each(tool, reader, arguments, lambda text, _: self.sql(text))
        if isinstance(reader, t.Shell):
            return self._shell_tool(tool, reader, arguments)
        return self._code_tool(tool, reader, arguments)

    # Known tools

    def _each(
        self,
        tool: str,
        reader: t.Reader,
        arguments: Mapping[str, Any],
        read: Any,
    ) -> set[str]:
        """Give `read` every text under the reader's names; say so where there is none."""
        used: set[str] = set()
        for name, value in _named(reader, arguments):
            used.add(name)
            if isinstance(value, str):
                read(value, name)
            elif isinstance(value, list) and all(isinstance(item, str) for item in value):
                for item in value:
                    read(item, name)
            else:
                self._hide(
                    "unexpected_arguments",
                    "high",
                    f"`{name}` of `{tool}` is neither text nor texts",
                )
        if not used:
            expected = "`, `".join(reader.arguments[:3])
            self._hide("unexpected_arguments", "high", f"`{tool}` was called without `{expected}`")
        return used

    def _shell_tool(self, tool: str, reader: t.Shell, arguments: Mapping[str, Any]) -> set[str]:
        if arguments.get("restart") is True and not any(n in arguments for n in reader.arguments):
            return {"restart"}
        used: set[str] = set()
        cwd, environment = self.cwd, None
        for name, value in arguments.items():
            key = name.lower()
            if key in _FOLDERS and isinstance(value, str):
                cwd = normalise(value, self.cwd, self.home)
                used.add(name)
            elif key in _ENVIRONMENTS and isinstance(value, dict):
                environment = {k: v for k, v in value.items() if isinstance(v, str)}
                used.add(name)
        commands: list[str] = []
        for name, value in _named(reader, arguments):
            used.add(name)
            commands += self._commands(tool, name, value)
            if not commands and not isinstance(value, str | list):
                break
        if not commands and not any(name.lower() in reader.arguments for name in used):
            self._hide(
                "unexpected_arguments",
                "high",
                f"`{tool}` was called without `{reader.arguments[0]}`",
            )
        for command in commands:
            self.shell(command, cwd, environment)
        return used

    def _commands(self, tool: str, name: str, value: Any) -> list[str]:
        """The texts for a shell that one argument stands for."""
        if isinstance(value, str):
            return [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._hide(
                "unexpected_arguments", "high", f"`{name}` of `{tool}` is neither text nor texts"
            )
            return []
        import shlex

        several = name.lower() == "commands" or any(c.isspace() for c in "".join(value[:1]))
        looks_like_argv = len(value) > 1 and value[1].startswith("-")
        commands = list(value) if several else []
        if value and (not several or looks_like_argv):
            commands.append(shlex.join(value))
        return commands

    def _code_tool(
        self, tool: str, reader: t.Python | t.Code, arguments: Mapping[str, Any]
    ) -> set[str]:
        language = reader.language if isinstance(reader, t.Code) else "ipython"
        used = set()
        for name, value in arguments.items():
            if name.lower() in _LANGUAGES and isinstance(value, str):
                used.add(name)
                named = value.lower().strip()
                language = language if named.startswith(("python", "py3", "ipy")) else named
        parts: list[str] = []
        used |= self._each(tool, reader, arguments, lambda text, _: parts.append(text))
        if parts:
            self.code(language, "\n".join(parts))
        return used

    def _http(self, tool: str, reader: t.Http, arguments: Mapping[str, Any]) -> set[str]:
        method = arguments.get("method")
        if not isinstance(method, str):
            found = _METHOD.search(tool.lower())
            method = found.group(1) if found else ""
        used = self._each(
            tool, reader, arguments, lambda text, _: self._fetch(text, method.upper())
        )
        return used | {"method"} if "method" in arguments else used

    def _fetch(self, text: str, method: str) -> None:
        url = split_url(text) or split_url("http://" + text.strip())
        if url is None:
            self._hide("unresolved_host", "medium", f"`{text[:80]}` is no URL that can be read")
            return
        self._url(url, method, "must")

    def _file(self, reader: t.File, arguments: Mapping[str, Any]) -> set[str]:
        effect = reader.effect
        used: set[str] = set()
        if effect == "command":
            command = arguments.get("command")
            effect = _EDITOR_COMMANDS.get(command, "write") if isinstance(command, str) else "write"
            used.add("command")
        content = next((v for k in _CONTENT if isinstance(v := arguments.get(k), str)), None)
        seen = 0
        for name, value in arguments.items():
            if name.lower() not in reader.arguments:
                continue
            values = value if isinstance(value, list) else [value]
            if not all(isinstance(item, str) for item in values):
                self._hide("unexpected_arguments", "high", f"`{name}` is no path")
                continue
            used.add(name)
            for item in values:
                seen += 1
                self._touch(item, effect, name.lower(), content)
        if effect == "move":
            new = arguments.get("new_path") or arguments.get("new_name")
            if isinstance(new, str):
                self._file_operation("write", new, "must")
        if not seen and arguments:
            self._hide(
                "unexpected_arguments",
                "high",
                f"no path is given, expected `{reader.arguments[0]}`",
            )
        return used

    def _touch(self, path: str, effect: t.FileEffect, name: str, content: str | None) -> None:
        if "://" in path and not path.startswith("file:"):
            for url in find_urls(path):
                self._url(url, "", "must")
            return
        if effect in ("move", "copy"):
            if name.startswith("d"):
                self._file_operation("write", path, "must")
                return
            self._file_operation("read", path, "must")
            if effect == "move":
                self._file_operation("delete", path, "must")
            return
        kind: Literal["read", "write", "delete"] = (
            effect if effect in ("read", "delete") else "write"  # type: ignore[assignment]
        )
        self._file_operation(kind, path, "must", content, append=effect == "append")

    def _patch(self, text: str) -> None:
        if self._too_long(text):
            return
        found = False
        for match in _PATCHED.finditer(text):
            self.budget.node()
            path = match["path"].strip()
            if path == "/dev/null":
                continue
            found = True
            if match["old"] or match["new"]:
                path = path[2:] if path.startswith(("a/", "b/")) else path
            if match["verb"] == "Delete":
                self._file_operation("delete", path, "must")
            elif not match["old"]:
                self._file_operation("write", path, "must")
            else:
                self._file_operation("write", path, "may")
        if not found:
            self._hide("unexpected_arguments", "high", "the patch names no file that it changes")

    # Texts in languages

    def shell(self, text: str, cwd: str = "", environment: Mapping[str, str] | None = None) -> None:
        """Read a text for a shell."""
        from guard.parse.shell import read_shell

        if self._too_long(text):
            return
        if "\0" in text:
            self._hide("nul_byte", "high", "the command holds a NUL, which ends or vanishes in it")
            text = text.replace("\0", "")
        before = len(self.parsed.operations)
        if environment is None:
            parsed = read_shell(text, self.budget, cwd=cwd or self.cwd, home=self.home)
        else:
            parsed = read_shell(
                text, self.budget, cwd=cwd or self.cwd, home=self.home, environment=environment
            )
        self.parsed.operations += parsed.operations
        self.parsed.opaque += parsed.opaque
        if len(self.parsed.operations) == before:
            self.parsed.operations.append(
                {"kind": "code.run", "language": "sh", "source": "inline"}
            )

    def code(self, language: str, text: str) -> None:
        """Read code in a named language; what it would run in turn is read as well."""
        if language in _SHELLS:
            self.shell(text)
            return
        if self._too_long(text):
            return
        if language == "sql":
            self.sql(text)
            return
        self._take(read_code(language, text, self.budget, cwd=self.cwd, home=self.home))

    def sql(self, text: str) -> None:
        """Read SQL."""
        if not self._too_long(text):
            self._take(read_sql(text, self.budget))

    def _take(self, reading: Reading) -> None:
        self.parsed.operations += reading.operations
        self.parsed.opaque += reading.opaque
        if reading.runs:
            from guard.parse.shell import read_runs

            parsed = read_runs(Reading(runs=reading.runs), self.budget)
            self.parsed.operations += parsed.operations
            self.parsed.opaque += parsed.opaque

    # Arguments that no reader names

    def _scan_mapping(self, value: Mapping[str, Any], verb: str, depth: int) -> None:
        done = self._nested_call(value, depth)
        port = value.get("port")
        for key, item in value.items():
            if key not in done:
                self._scan(item, key.lower().replace("-", "_"), verb, depth + 1, port)

    def _nested_call(self, value: Mapping[str, Any], depth: int) -> tuple[str, ...]:
        """A call within a call: `{"tool_name": "bash", "arguments": {...}}`."""
        name_key = next((k for k in _NESTED_NAMES if isinstance(value.get(k), str)), "")
        if not name_key or self.tools.find(value[name_key]) is None:
            return ()
        for key in _NESTED_ARGUMENTS:
            inner = value.get(key)
            if isinstance(inner, str):
                inner = _from_json(inner)
            if isinstance(inner, dict) and key != name_key:
                self.budget.node(depth)
                self.call(value[name_key], inner, depth + 1)
                return (name_key, key)
        return ()

    def _scan(self, value: Any, key: str, verb: str, depth: int, port: Any = None) -> None:
        self.budget.node(depth)
        if isinstance(value, str):
            self._scan_text(value, key, verb, depth, port)
        elif isinstance(value, Mapping):
            self._scan_mapping(value, verb, depth)
        elif isinstance(value, list | tuple):
            if key in _COMMANDS and value and all(isinstance(item, str) for item in value):
                for command in self._commands("", key, list(value)):
                    self.shell(command)
                return
            for item in value:
                self._scan(item, key, verb, depth + 1)

    def _scan_text(self, text: str, key: str, verb: str, depth: int, port: Any) -> None:
        if not text or key in _DATA or self._too_long(text):
            return
        if key in _COMMANDS:
            self.shell(text)
        elif key in _CODE:
            if _looks_like_code(text):
                self.code("ipython", text)
        elif key in _SQL:
            self.sql(text)
        elif key in _MAYBE_JSON and text.lstrip()[:1] in ("{", "["):
            inner = _from_json(text)
            if inner is not None:
                self._scan(inner, key, verb, depth + 1)
                return
        self._scan_places(text, key, verb, port)

    def _scan_places(self, text: str, key: str, verb: str, port: Any) -> None:
        """URLs, hosts and paths in one string."""
        urls = find_urls(text)
        for url in urls:
            self.budget.tick(8)
            self._url(url, "", "may", verb)
        if urls:
            return
        if key in _HOSTS and _HOST.fullmatch(text.strip()):
            host, own_port = split_host(text.strip())
            number = own_port or (port if isinstance(port, int) and 0 < port < 65536 else None)
            connect: NetworkConnect = {
                "kind": "network.connect",
                "protocol": "tcp",
                "host": host,
                "port": number,
                "certainty": "may",
            }
            self.parsed.operations.append(connect)
        elif _is_path(text, key):
            self._file_operation(verb, text, "may")

    # Operations

    def _use(self, tool: str) -> None:
        self.parsed.operations.append({"kind": "tool.use", "tool": tool})

    def _hide(self, kind: str, severity: Severity, detail: str) -> None:
        self.parsed.opaque.append({"kind": kind, "severity": severity, "detail": detail})

    def _too_long(self, text: str) -> bool:
        limit = self.budget.limits.text
        if len(text) <= limit:
            return False
        self._hide("limit_text", "high", f"a text of {len(text)} characters was not read")
        return True

    def _url(
        self, url: Url, method: str, certainty: Literal["must", "may"], verb: str = "read"
    ) -> None:
        if url.scheme == "file":
            self._file_operation(verb, url.path, certainty)
            return
        for number, host in enumerate((url.host, url.other_host)):
            if number and not host:
                break
            operation: NetworkConnect = {
                "kind": "network.connect",
                "protocol": url.scheme,
                "host": host or UNKNOWN,
                "port": url.port,
                "url": url.text,
            }
            if method:
                operation["method"] = method
            if certainty == "may" or url.other_host:
                operation["certainty"] = "may"
            self.parsed.operations.append(operation)

    def _file_operation(
        self,
        kind: str,
        path: str,
        certainty: Literal["must", "may"],
        content: str | None = None,
        *,
        append: bool = False,
    ) -> None:
        if path.startswith("file:"):
            url = split_url(path)
            path = url.path if url else path
        path = normalise(path, self.cwd, self.home)
        operation: FileRead | FileWrite | FileDelete
        if kind == "delete":
            operation = {"kind": "file.delete", "path": path}
        elif kind == "write":
            operation = {"kind": "file.write", "path": path}
            if append:
                operation["append"] = True
            if content is not None and len(content) <= 4096:
                operation["content"] = content
        else:
            operation = {"kind": "file.read", "path": path}
        if certainty == "may":
            operation["certainty"] = "may"
        self.parsed.operations.append(operation)


def _named(reader: t.Reader, arguments: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The arguments that the reader names and that are given, weak names only alone."""
    strong: list[tuple[str, Any]] = []
    weak: list[tuple[str, Any]] = []
    for name, value in arguments.items():
        key = name.lower()
        if value is not None and key in reader.arguments:
            (weak if key in _WEAK else strong).append((name, value))
    return strong or weak


def _verb(tool: str) -> str:
    """What a tool's name says that it does to paths."""
    parts = {part.lower() for part in _NAME_PARTS.findall(tool)}
    if parts & _DELETING:
        return "delete"
    return "write" if parts & _WRITING else "read"


def _is_path(text: str, key: str) -> bool:
    if len(text) > 4096 or "\n" in text:
        return False
    if key in _PATHS:
        return True
    if key in _MAYBE_PATHS:
        return "/" in text or text[0] in "~."
    if text[0] == "/":
        return len(text) > 1 and text[1] not in "/ " and " " not in text
    return text.startswith(("~/", "../")) and " " not in text


def _looks_like_code(text: str) -> bool:
    """A coupon is no code; a line that calls, assigns or imports is."""
    return any(mark in text for mark in ("(", "\n", "=", ";", "import ", "!", "%"))


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
