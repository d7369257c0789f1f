"""Calls of tools that the table knows: the arguments that each reader names."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from guard.operations import Operation
from guard.parse import http
from guard.parse import tools as t
from guard.parse.addresses import find_urls, split_host, split_url
from guard.parse.paths import normalise
from guard.parse.texts import Texts

__all__ = ["KnownTools"]

# Read only where no argument of a clearer name is there.
_WEAK = frozenset({"input", "tool_input", "__arg1", "text", "source"})
_FOLDERS = frozenset({"cwd", "workdir", "work_dir", "working_directory", "working_dir"})
_ENVIRONMENTS = frozenset({"env", "environment", "env_vars"})
_LANGUAGES = frozenset({"language", "lang", "kernel", "runtime", "interpreter"})
_METHOD = re.compile(r"(?:^|_)(get|post|put|patch|delete|head)(?:_|$)")
_PATCHED = re.compile(
    r"(?m)^(?:\*\*\* (?P<verb>Add|Update|Delete) File: |\*\*\* (?P<move>Move) to: "
    r"|(?P<old>---) |(?P<new>\+\+\+) )(?P<path>[^\t\n]+)"
)
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


class KnownTools(Texts):
    """Reads the arguments of known tools; each method returns the names it is done with."""

    __slots__ = ()

    def _known(self, tool: str, reader: t.Reader, arguments: Mapping[str, Any]) -> set[str]:
        """Read what the reader names; return the names that are done with."""
        if isinstance(reader, t.File):
            return self._file(reader, arguments)
        if isinstance(reader, t.Http):
            return self._http(tool, reader, arguments)
        if isinstance(reader, t.Patch):
            return self._each(tool, reader, arguments, lambda text, _: self._patch(text))
        if isinstance(reader, t.Sql):
            dialect = reader.dialect
            return self._each(tool, reader, arguments, lambda text, _: self.sql(text, dialect))
        if isinstance(reader, t.Shell):
            return self._shell_tool(tool, reader, arguments)
        if isinstance(reader, t.Payment | t.Message):
            return self._purpose(tool, reader, arguments)
        return self._code_tool(tool, reader, arguments)

    def _purpose(
        self, tool: str, reader: t.Payment | t.Message, arguments: Mapping[str, Any]
    ) -> set[str]:
        """A tool that pays or sends messages: its arguments are names and data, no places."""
        if isinstance(reader, t.Payment):
            from guard.parse.payment_tools import read_payment

            self._effects(tool, read_payment(tool, reader, arguments))
            return {name for name, value in arguments.items() if not _is_deep(value)}
        from guard.parse.message import read_message

        message, cut = read_message(reader, arguments)
        self._effects(tool, [message])
        if cut:
            self._hide("limit_message", "medium", "a message is longer than is looked at")
        files = {n for n in arguments if n.lower().replace("-", "_") in reader.attachments}
        return arguments.keys() - files

    def _effects(self, tool: str, operations: Iterable[Operation]) -> None:
        """Note payments and messages; what another reader of the call noted stands there once."""
        noted = self.parsed.operations.copy()
        self.budget.tick(len(noted))
        for operation in operations:
            if tool:
                operation["tool"] = tool  # type: ignore[typeddict-unknown-key]
            if operation not in noted:
                self.parsed.operations.append(operation)

    def _each(
        self,
        tool: str,
        reader: t.Reader,
        arguments: Mapping[str, Any],
        read: Callable[[str, str], object],
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
        sends: list[str] = []
        host, own = "", {name.lower() for name in reader.arguments}
        headers, body = None, None
        carried: set[str] = {"method"} & arguments.keys()
        for name, value in arguments.items():
            key = name.lower().replace("-", "_")
            if key in own:
                continue
            if key in http.HEADERS:
                headers, host = value, http.header_host(value)
                carried.add(name)
            elif key in http.BODIES or key in http.FILES:
                files = http.sent_files(key, value)
                if key in http.BODIES and value:
                    body = value
                sends += files or []
                if files and key in http.FILES:
                    carried.add(name)
        for path in sends:
            if path != "-":
                self._file_operation("read", path, "must")
        method = method.upper() or ("POST" if sends else "")
        paths = [p if p == "-" else normalise(p, self.cwd, self.home) for p in sends]
        used = self._each(
            tool, reader, arguments, lambda text, _: self._fetch(text, method, paths, host)
        )
        self._requests(tool, [arguments[name] for name in used], method, (headers, body, paths))
        return used | carried

    def _requests(
        self, tool: str, addresses: list[Any], method: str, sent: tuple[Any, Any, list[str]]
    ) -> None:
        """Note what requests do beyond being sent. `sent`: headers, body, files."""
        from guard.parse.web_effects import Sent, web_effects

        headers, body, files = sent
        along = Sent.of(headers, body, (path for path in files if path != "-"))
        for address in addresses:
            for text in address if isinstance(address, list) else [address]:
                if not isinstance(text, str):
                    continue
                url = split_url(text) or split_url("http://" + text.strip())
                if url is not None:
                    self._effects(tool, web_effects(url, method, along))

    def _fetch(self, text: str, method: str, sends: list[str], host: str) -> None:
        if text.strip()[:5].lower() == "file:":
            self._file_operation("read", text.strip(), "must")
            return
        url = split_url(text) or split_url("http://" + text.strip())
        if url is None:
            self._hide("unresolved_host", "medium", f"`{text[:80]}` is no URL that can be read")
            return
        self._url(url, method, "must", sends=sends)
        for inner in http.redirects(url):
            self._url(inner, "", "may")
        named, port = split_host(host) if host else ("", None)
        if named and named != url.host:
            # The server that is reached may pass it on by this name.
            other = dataclasses.replace(url, host=named, port=port or url.port, other_host="")
            self._url(other, method, "may", sends=sends)

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
        # A tool of the same name for files in some cloud goes by their ids.
        by_id = any(name.lower().endswith(("id", "ids")) for name in arguments)
        if not seen and arguments and not by_id:
            self._hide(
                "unexpected_arguments",
                "high",
                f"no path is given, expected `{reader.arguments[0]}`",
            )
        return used

    def _touch(self, path: str, effect: t.FileEffect, name: str, content: str | None) -> None:
        if "://" in path and path[:5].lower() != "file:":
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
            effect if effect in ("read", "delete") else "write"
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


def _is_deep(value: Any) -> bool:
    """Whether an argument of a paying tool may hold more than a name: calls, requests, URLs."""
    return isinstance(value, Mapping | list) or (isinstance(value, str) and "://" in value)


def _named(reader: t.Reader, arguments: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The arguments that the reader names and that are given, weak names only alone."""
    strong: list[tuple[str, Any]] = []
    weak: list[tuple[str, Any]] = []
    for name, value in arguments.items():
        key = name.lower()
        if value is not None and key in reader.arguments:
            (weak if key in _WEAK else strong).append((name, value))
    return strong or weak
