"""The arguments of a call: by the tool's reader where it has one, else by their names.

What a known tool's reader does not read is searched like the arguments of an unknown
tool: for URLs, hosts, paths, commands and code. Text that is only data (`content`,
`message`, ...) is left alone: a mention is not an action.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from guard.operations import NetworkConnect
from guard.parse import payment_x402
from guard.parse.addresses import find_urls, split_host
from guard.parse.known import KnownTools
from guard.parse.message import read_tags
from guard.parse.payment_evm import read_rpc
from guard.parse.payment_tools import looks_like_payment, read_payment
from guard.parse.tools import Payment

__all__ = ["ArgumentReader"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DATA = _words(
    """content contents text body message messages prompt description new_str old_str diff patch
    new_string old_string file_text insert_text title subject comment comments note notes summary
    reason explanation thought thoughts thinking reasoning caption instructions instruction answer
    question html markdown replacement system_prompt user_prompt output result response rationale
    justification purpose goal details query_text search_term keywords data_url"""
)
_THOUGHTS = _words("thought thoughts thinking reasoning scratchpad")
_PATHS = _words(
    """path file filename file_name file_path filepath dir directory folder dir_path target_file
    target_path source_path source_file dest_path destination_path output_path output_file
    output_dir input_path input_file absolute_path relative_path notebook_path paths files
    root save_path save_to local_path image_path attachment attachments location_path
    working_file config_file key_file log_file workspace_path"""
)
_MAYBE_PATHS = frozenset({"source", "src", "dest", "dst", "destination", "target", "from", "to"})
_HOSTS = _words(
    """host hostname host_name server server_name address ip ip_address addr domain remote_host
    target_host remote_address endpoint hosts proxy base_url api_base"""
)
_COMMANDS = _words(
    """command cmd shell script bash commands shell_command command_line cmdline bash_command
    terminal_command shell_script sh"""
)
_CODE = frozenset({"code", "python", "python_code", "source_code", "py"})
_SQL = frozenset({"sql", "sql_query", "sql_statement"})
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
_HOST = re.compile(r"[A-Za-z0-9_\-.:\[\]%\u0080-\U0010ffff]{1,255}")
# An address that is no host: an account of Ethereum, or, in base58, of Solana and Bitcoin.
_ACCOUNT = re.compile(
    r"0[xX][0-9A-Fa-f]{40}|(?=.*[A-Z])(?=.*[a-z])(?=.*[1-9])[1-9A-HJ-NP-Za-km-z]{32,44}"
)
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_WRITING = _words(
    """write create save edit append update put add modify replace insert patch rename move copy
    download export generate set store touch mkdir make install"""
)
_CLOUDS = frozenset({"aws", "boto", "boto3", "amazon"})
_ACTIONS = ("action", "operation", "operation_name", "api", "method")
_DELETING = frozenset({"delete", "remove", "rm", "unlink", "trash", "destroy", "erase", "purge"})


class ArgumentReader(KnownTools):
    """Reads the arguments of one call into `parsed`."""

    __slots__ = ()

    def call(self, tool: str, arguments: Mapping[str, Any], depth: int = 0) -> None:
        """Read one call, by the tool's reader where there is one.

        Raises:
            BudgetExceededError: a bound was hit; what was read so far is in `parsed`.
        """
        reader = self.tools.find(tool)
        arguments = self._paid(tool, arguments)
        if reader is None:
            self._use(tool)
            self._cloud(tool, arguments)
            if looks_like_payment(tool, arguments):
                self._effects(tool, read_payment(tool, Payment(), arguments))
            self._scan_mapping(arguments, _verb(tool), depth)
            return
        before = len(self.parsed.operations)
        used = self._known(tool, reader, arguments)
        if len(used) < len(arguments):
            rest = {key: value for key, value in arguments.items() if key not in used}
            self._scan_mapping(rest, _verb(tool), depth)
        if len(self.parsed.operations) == before:
            self._use(tool)

    def _cloud(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """A tool that passes an action to a service of AWS: the command line says the same."""
        words = {part.lower() for part in _NAME_PARTS.findall(tool[:256])}
        service = arguments.get("service", arguments.get("service_name"))
        action = next((arguments[key] for key in _ACTIONS if key in arguments), None)
        if not words & _CLOUDS or not isinstance(service, str) or not isinstance(action, str):
            return
        given = next((arguments[k] for k in _NESTED_ARGUMENTS if k in arguments), None)
        options: list[str] = []
        for name, value in given.items() if isinstance(given, Mapping) else ():
            if isinstance(value, str | int) and not isinstance(value, bool):
                options += [f"--{_dashed(name)}", str(value)]
        if service.lower() == "s3":
            service = "s3api"
        self.shell(shlex.join(["aws", service.lower(), _dashed(action), *options]))

    def _paid(self, tool: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """A call of MCP may carry its payment in `_meta`; return what else there is."""
        meta = arguments.get("_meta")
        if not isinstance(meta, Mapping) or payment_x402.META not in meta:
            return arguments
        payload = meta[payment_x402.META]
        self._effects(tool, payment_x402.read_payload(payload, f"tool:{tool}"))
        rest = {key: value for key, value in meta.items() if key != payment_x402.META}
        return {**arguments, "_meta": rest}

    def _forms(self, value: Mapping[str, Any]) -> tuple[str, ...]:
        """Objects that pay wherever they stand; return the names that are done with."""
        if payment_x402.is_payload(value):
            self._effects("", payment_x402.read_payload(value, ""))
            return ("accepted", "payload")
        if payment_x402.is_offer(value):
            self._effects("", payment_x402.read_offer(value))
        elif isinstance(value.get("method"), str) and "params" in value:
            self._effects("", read_rpc(value["method"], value["params"]) or ())
        return ()

    def _scan_mapping(self, value: Mapping[str, Any], verb: str, depth: int) -> None:
        done = (*self._forms(value), *self._nested_call(value, depth))
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
        if "<tool_use:" in text and key not in _THOUGHTS and not self._too_long(text):
            self._effects("", read_tags(text))
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
        self.budget.tick(len(text) >> 6)
        urls = find_urls(text)
        for url in urls:
            self.budget.tick(8)
            self._url(url, "", "may", verb)
        if urls:
            return
        if key in _HOSTS and _is_host(key, text.strip()):
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


def _dashed(name: str) -> str:
    """`RunInstances` and `run_instances` as the command line spells them."""
    return "-".join(part.lower() for part in _NAME_PARTS.findall(name[:256]))


def _verb(tool: str) -> str:
    """What a tool's name says that it does to paths."""
    if len(tool) > 1024:
        return "delete"
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


def _is_host(key: str, text: str) -> bool:
    if key in ("address", "addr") and _ACCOUNT.fullmatch(text):
        return False
    return _HOST.fullmatch(text) is not None


def _looks_like_code(text: str) -> bool:
    """A coupon is no code; a line that calls, assigns or imports is."""
    return any(mark in text for mark in ("(", "\n", "=", ";", "import ", "!", "%"))


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
