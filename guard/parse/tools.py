"""Which tool is read how: a table from names of tools to readers. Data only, no reading.

Users extend it: `DEFAULT_TOOLS.extend({"my_tool": Shell("cmd")})`. Names are compared
without regard to case, `-`, `_` and blanks; of `mcp__server__bash`, `server.bash` and
`server/bash` the last segment is tried too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from guard.errors import InputError

__all__ = [
    "DEFAULT_TOOLS",
    "Code",
    "File",
    "FileEffect",
    "Http",
    "Patch",
    "Python",
    "Reader",
    "Shell",
    "Sql",
    "ToolTable",
]

FileEffect: TypeAlias = Literal["read", "write", "append", "delete", "move", "copy", "command"]


@dataclass(frozen=True, slots=True, init=False)
class _Arguments:
    """The names of the arguments that are read; every one that is there is read."""

    arguments: tuple[str, ...]

    def __init__(self, *arguments: str) -> None:
        object.__setattr__(self, "arguments", arguments or self._usual())

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return ()


class Shell(_Arguments):
    """The argument is a text for a shell, or a list: one argv, or several texts."""

    __slots__ = ()

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return (
            "command",
            "cmd",
            "commands",
            "script",
            "shell_command",
            "command_line",
            "argv",
            "code",
            "bash",
            "input",
            "tool_input",
            "__arg1",
        )


class Python(_Arguments):
    """The argument is Python code; lines of IPython (`!cmd`, `%%bash`) are understood."""

    __slots__ = ()

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return ("code", "query", "source", "script", "python_code", "input", "tool_input", "__arg1")


@dataclass(frozen=True, slots=True, init=False)
class Sql(_Arguments):
    """The argument is SQL, one statement or several.

    `dialect` is what the database speaks, by the name that sqlglot gives it ("postgres",
    "mysql", "sqlite", "tsql", "snowflake", ...); without it the usual ones are tried.
    """

    dialect: str

    def __init__(self, *arguments: str, dialect: str = "") -> None:
        object.__setattr__(self, "arguments", arguments or self._usual())
        object.__setattr__(self, "dialect", dialect.lower())

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return (
            "query",
            "sql",
            "statement",
            "statements",
            "sql_query",
            "queries",
            "input",
            "__arg1",
        )


class Http(_Arguments):
    """The argument is a URL that would be fetched; `method` is read beside it."""

    __slots__ = ()

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return ("url", "uri", "urls", "endpoint", "href", "link", "input", "__arg1")


@dataclass(frozen=True, slots=True)
class Code:
    """The argument is code in a fixed language, or in the one that `language` names."""

    language: str
    arguments: tuple[str, ...] = ("code", "script", "source", "function", "expression", "input")


@dataclass(frozen=True, slots=True)
class File:
    """The argument is a path. With effect `command` the argument `command` says what happens."""

    effect: FileEffect
    arguments: tuple[str, ...] = (
        "path",
        "file_path",
        "filepath",
        "filename",
        "file",
        "file_name",
        "target_file",
        "relative_path",
        "absolute_path",
        "notebook_path",
        "directory",
        "dir_path",
        "dir",
        "folder",
        "paths",
        "source",
        "source_path",
        "src",
        "destination",
        "destination_path",
        "dest",
        "dst",
        "__arg1",
    )


class Patch(_Arguments):
    """The argument is a patch that names the files it changes."""

    __slots__ = ()

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return ("patch", "diff", "input", "patch_text", "__arg1")


Reader: TypeAlias = Shell | Python | Sql | Http | Code | File | Patch

_SEPARATORS = str.maketrans("", "", "-_ ")


class ToolTable:
    """An immutable mapping from names of tools to readers."""

    __slots__ = ("_readers",)

    def __init__(self, readers: Mapping[str, Reader] | None = None) -> None:
        self._readers: Mapping[str, Reader] = MappingProxyType(
            {_key(name): reader for name, reader in (readers or {}).items()}
        )

    def extend(self, readers: Mapping[str, Reader]) -> ToolTable:
        """Return a table in which `readers` are added, or stand in place of what was there.

        Raises:
            InputError: a value is not a reader.
        """
        for name, reader in readers.items():
            if not isinstance(reader, Shell | Python | Sql | Http | Code | File | Patch):
                raise InputError(
                    f"tool `{name}` has no reader",
                    help='give it one, as in `{"my_tool": Shell("cmd")}`',
                )
        return ToolTable({**self._readers, **readers})

    def find(self, name: str) -> Reader | None:
        """Return the reader of a tool, or None for a tool that nobody described."""
        readers = self._readers
        found = readers.get(name) or readers.get(_key(name))
        if found is None:
            last = _last_segment(name)
            if last != name:
                found = readers.get(_key(last))
        return found

    def __len__(self) -> int:
        return len(self._readers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)


def _key(name: str) -> str:
    return name.lower().translate(_SEPARATORS)


def _last_segment(name: str) -> str:
    for separator in ("__", "/", ".", ":"):
        name = name.rpartition(separator)[2] or name
    return name


def _all(reader: Reader, names: str) -> dict[str, Reader]:
    return dict.fromkeys(names.split(), reader)


DEFAULT_TOOLS = ToolTable(
    {
        **_all(
            Shell(),
            """bash sh zsh shell terminal console cmd command run_command execute_command exec
            run_shell_command exec_command execute_bash run_bash execute_shell shell_exec
            execute_shell_command run_terminal_cmd run_terminal_command run_in_terminal local_shell
            bash_tool shell_tool bash_command shell_command bash_exec run_shell container_exec
            terminal_tool run_bash_command execute_bash_command exec_bash bash_run command_line
            execute_terminal_command run_commands bash_session computer_terminal system_exec
            sandbox_exec run_in_sandbox execute_in_container process_run bash_20241022
            bash_20250124 linux_shell unix_shell cmd_runner unified_exec""",
        ),
        **_all(Shell("chars", "input", "text"), "write_stdin send_keys terminal_input"),
        **_all(
            Python(),
            """python py python3 python_repl python_repl_ast python_interpreter execute_python
            run_python code_interpreter ipython ipython_cell execute_ipython_cell jupyter
            jupyter_cell run_cell execute_cell execute_code run_code python_exec exec_python
            python_tool python_code execute_python_code run_python_code code_execution
            code_exec run_ipython notebook_exec stateful_python final_python""",
        ),
        **_all(
            Sql(),
            """sql query sql_db_query execute_sql run_sql sql_query query_database db_query
            execute_query run_query database_query query_sql sqlite_query postgres_query
            mysql_query read_query write_query sql_exec query_db exec_sql sql_execute""",
        ),
        **_all(
            Http(),
            """http http_request fetch web_fetch url_fetch fetch_url webfetch curl wget
            requests_get requests_post requests_put requests_patch requests_delete http_get
            http_post http_put http_delete http_patch open_url read_url visit_url
            browser_navigate puppeteer_navigate playwright_navigate browser_goto scrape_url
            fetch_webpage download_url read_url_content""",
        ),
        **_all(
            File("read"),
            """read read_file view view_file cat_file open_file get_file get_file_contents
            read_text_file read_multiple_files read_many_files read_media_file notebook_read
            list_directory list_dir list_files directory_tree ls get_file_info file_read
            read_files fs_read load_file""",
        ),
        **_all(
            File("write"),
            """write write_file create_file save_file edit edit_file multi_edit file_write
            write_to_file replace replace_in_file str_replace insert_in_file update_file
            notebook_edit create_directory make_directory mkdir file_edit write_text_file
            fs_write search_replace touch_file create_or_update_file insert_content""",
        ),
        **_all(File("append"), "append_file append_to_file file_append"),
        **_all(
            File("delete"),
            """delete_file remove_file delete_directory remove_directory file_delete
            delete_path unlink_file rm_file""",
        ),
        **_all(File("move"), "move_file rename_file file_move move_path"),
        **_all(File("copy"), "copy_file file_copy copy_path"),
        **_all(
            File("command"),
            """str_replace_editor str_replace_based_edit_tool text_editor file_editor
            text_editor_20241022 text_editor_20250124 text_editor_20250429 text_editor_20250728
            memory""",
        ),
        **_all(Patch(), "apply_patch apply_diff patch patch_file git_apply"),
        **_all(
            Code("javascript"),
            """javascript js node nodejs run_javascript execute_javascript evaluate_script
            browser_evaluate run_js execute_js puppeteer_evaluate playwright_evaluate""",
        ),
        **_all(Code("perl"), "perl run_perl"),
        **_all(Code("ruby"), "ruby run_ruby"),
        **_all(Code("php"), "php run_php"),
        **_all(Code("r"), "rscript run_r"),
        **_all(Code("powershell"), "powershell pwsh run_powershell"),
    }
)
