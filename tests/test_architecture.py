"""The shape of the package: who imports whom, what loads when, what is public."""

from __future__ import annotations

import importlib
import pkgutil
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import guard

ROOT = Path(__file__).parent.parent
# One module each may know the library behind it.
ONLY_IN = {
    "regorus": {"guard.policy.embedded", "guard.policy.builtins", "guard.policy.bundle"},
    "opa_client": {"guard.policy.sidecar"},
}
HEAVY = ("langchain", "langchain_core", "langgraph", "opentelemetry.sdk", "opa_client", "aiohttp")


def test_imports_run_one_way() -> None:
    """import-linter's contracts hold (pyproject.toml lists the layers)."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_import_guard_is_light() -> None:
    """`import guard` loads no framework, no SDK, no engine, no HTTP client."""
    code = "import guard, sys; print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    heavy = (*HEAVY, "opentelemetry", "regorus", "pydantic", "yaml", "rich", "requests", "duckdb")
    assert [name for name in loaded if name in heavy] == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_to_one_place(library: str) -> None:
    """What stands behind the engine protocol is imported nowhere else."""
    pattern = re.compile(rf"^\s*(?:import|from) {library}\b", re.MULTILINE)
    users = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "guard").rglob("*.py")
        if pattern.search(path.read_text(encoding="utf-8"))
    }
    assert users <= ONLY_IN[library]


def test_all_is_complete_everywhere() -> None:
    """Every public name that a module defines is in its `__all__`, and nothing else is."""
    wrong = []
    for info in pkgutil.walk_packages(guard.__path__, "guard."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        declared = getattr(module, "__all__", None)
        own = {
            name
            for name, value in vars(module).items()
            if not name.startswith("_")
            and getattr(value, "__module__", None) == info.name
            and callable(value)
        }
        if declared is not None:
            wrong += [f"{info.name}.{name} is not in __all__" for name in own - set(declared)]
            wrong += [
                f"{info.name}.__all__ names {name}"
                for name in declared
                if not hasattr(module, name)
            ]
    assert wrong == []


def test_modules_say_what_lives_in_them_and_stay_small() -> None:
    """Every module has a docstring; few are long. A reader of a language may be longer."""
    core: list[int] = []
    readers: list[int] = []
    for path in (ROOT / "guard").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if text.strip():
            assert text.lstrip().startswith(('"""', 'r"""')), f"{path} has no docstring"
            parts = path.relative_to(ROOT).parts
            (readers if "parse" in parts else core).append(len(text.splitlines()))
    assert statistics.median(core) <= 150
    assert max(core) <= 410
    assert statistics.median(readers) <= 220
    assert sum(length > 400 for length in readers) <= len(readers) // 10
