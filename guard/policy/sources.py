"""Reads policy folders: Rego files as text, `data.json` files as one tree. File IO, no engine."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from guard.errors import PolicyError

__all__ = [
    "decides",
    "merge",
    "parse_json",
    "read_data",
    "read_folder",
    "read_json",
    "read_rego",
    "shipped",
]

# Larger integers lose precision in an engine's JSON numbers, each engine in its own way.
_SAFE_INTEGER = 2**53
_MAX_DEPTH = 64
_MAIN = re.compile(r"^[ \t]*package[ \t]+guard\.main[ \t]*(#.*)?$", re.MULTILINE)


def shipped() -> Path:
    """Return the folder of the policies that come with the package.

    Raises:
        PolicyError: the installation lacks them.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_bundle", package.parent / "rego"):
        if (folder / "guard").is_dir():
            return folder
    raise PolicyError("the policies of the package are missing", help="install regoguard again")


def read_folder(root: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the Rego files by relative path, without tests, and the data below `root`.

    A `data.json` is mounted at its folder's path. Names that start with a dot are skipped.

    Raises:
        PolicyError: nothing there, a file that cannot be read, or data that clashes.
    """
    modules = read_rego(root)
    data = read_data(root)
    if not modules:
        raise PolicyError(f"`{root}` holds no Rego file", help="name a folder of Rego files")
    return modules, data


def decides(modules: Mapping[str, str]) -> bool:
    """True if one of the files is of the package `guard.main`.

    Without it, files are made to be laid beside others.
    """
    return any(_MAIN.search(source) for source in modules.values())


def read_rego(root: Path, *, tests: bool = False) -> dict[str, str]:
    """Return the Rego files below `root` by relative path, `*_test.rego` too if wanted.

    Raises:
        PolicyError: there is no such folder, or a file that cannot be read.
    """
    _expect_folder(root)
    return {
        path.relative_to(root).as_posix(): _text(path)
        for path in _files(root)
        if path.suffix == ".rego" and (tests or not path.name.endswith("_test.rego"))
    }


def read_data(root: Path) -> dict[str, Any]:
    """Return the tree of all `data.json` below `root`, each mounted at its folder's path.

    Raises:
        PolicyError: there is no such folder, a file that cannot be read, or data that clashes.
    """
    _expect_folder(root)
    data: dict[str, Any] = {}
    for path in _files(root):
        if path.name == "data.json":
            value = read_json(path)
            for part in reversed(path.relative_to(root).parts[:-1]):
                value = {part: value}
            merge(data, value, str(path))
        elif path.name in {"data.yaml", "data.yml"}:
            raise PolicyError(f"`{path}` is YAML", help="write it as `data.json`; data are JSON")
    return data


def _expect_folder(root: Path) -> None:
    if not root.is_dir():
        raise PolicyError(f"there is no policy folder `{root}`", help="name a folder of Rego files")


def merge(into: dict[str, Any], other: dict[str, Any], file: str, at: str = "data") -> None:
    """Merge `other` into `into`; the same key twice is refused unless both are objects."""
    for key, value in other.items():
        mine = into.get(key)
        if key not in into:
            into[key] = value
        elif isinstance(mine, dict) and isinstance(value, dict):
            merge(mine, value, file, f"{at}.{key}")
        else:
            raise PolicyError(
                f"`{file}` sets `{at}.{key}`, which is set already",
                help="set it once; to change a setting, pass `settings`",
            )


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file.

    Raises:
        PolicyError: see `parse_json`; or the file cannot be read.
    """
    return parse_json(_text(path), str(path))


def parse_json(text: str, name: str) -> dict[str, Any]:
    """Return the object in `text`, which every JSON parser would read alike.

    Raises:
        PolicyError: no JSON, no object, a key given twice, a number that is not exact in
            every engine, half of a surrogate pair, or nesting deeper than 64.
    """

    def refuse(what: str) -> NoReturn:
        raise PolicyError(f"cannot read `{name}`: {what}", help="correct the file")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            refuse(f"the key `{next(k for k in keys if keys.count(k) > 1)}` is given twice")
        return found

    def exact(digits: str) -> int:
        if len(digits) > 17 or not -_SAFE_INTEGER <= int(digits) <= _SAFE_INTEGER:
            refuse(f"the number `{digits:.40}` is too large; write it as text")
        return int(digits)

    def constant(word: str) -> NoReturn:
        refuse(f"`{word}` is not a JSON value")

    try:
        value = json.loads(text, object_pairs_hook=unique, parse_int=exact, parse_constant=constant)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        refuse(f"line {error.lineno}: {error.msg.lower()}")
    except UnicodeEncodeError:
        refuse("half of a surrogate pair is no text")
    except RecursionError:
        refuse("it is nested too deeply")
    if not isinstance(value, dict):
        refuse("expected an object")
    if _depth(value) > _MAX_DEPTH:
        refuse(f"it is nested deeper than {_MAX_DEPTH} levels")
    return value


def _depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return 0
    return 1 + max((_depth(child) for child in children), default=0)


def _files(root: Path) -> Iterator[Path]:
    """Yield the files below `root` in one order on every machine."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(files) if not name.startswith("."))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise PolicyError(
            f"cannot read `{path}`: {reason}", help="check the file and its permissions"
        ) from None
