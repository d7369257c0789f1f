"""Opens the engine that a guard was asked for. Engines load when they are chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from guard.errors import InputError, PolicyError
from guard.parse.resolver import FileResolver
from guard.parse.tools import ToolTable
from guard.policy.engine import Engine

if TYPE_CHECKING:
    from guard.parse.worker import ParserWorker

__all__ = ["Policies", "check_modes", "open_engine", "open_worker"]


class Policies(NamedTuple):
    """Where policies and settings come from: the options of `Guard` of these names."""

    policy: Path | str | Sequence[Path | str] | None
    add_policy: Path | str | Sequence[Path | str]
    settings: Path | str | Mapping[str, Any] | None

    @property
    def named(self) -> bool:
        """True if any of them was given."""
        return self.policy is not None or bool(self.add_policy) or self.settings is not None


def check_modes(audit: str, mode: str) -> None:
    """Check the options of `Guard` that are one of two words.

    Raises:
        InputError: one of them is another word.
    """
    if audit not in ("required", "best_effort"):
        raise InputError(f"`{audit}` is no audit mode", help="use `required` or `best_effort`")
    if mode not in ("enforce", "observe"):
        raise InputError(f"`{mode}` is no mode", help="use `enforce` or `observe`")


def open_worker(isolate: bool, tools: ToolTable, files: FileResolver | None) -> ParserWorker | None:
    """Return a started worker if calls are to be read in a process of their own."""
    if not isolate:
        return None
    from guard.parse.worker import ParserWorker

    return ParserWorker(tools, files)


def open_engine(
    engine: Literal["regorus", "opa"] | Engine,
    policies: Policies,
    *,
    profile: str,
    url: str,
    timeout: float,
) -> Engine:
    """Return the engine named by the options of `Guard`, or the one handed in.

    Raises:
        InputError: the options contradict one another, or name nothing.
        PolicyError: the policies cannot be loaded, or have no such profile.
    """
    if engine == "opa":
        if policies.named:
            raise InputError("OPA holds its own policies and settings", help="leave them out here")
        from guard.policy.sidecar import SidecarEngine

        return SidecarEngine(url, timeout=timeout)
    if engine == "regorus":
        from guard.policy.bundle import Bundle
        from guard.policy.embedded import EmbeddedEngine

        bundle = Bundle.load(policies.policy, policies.settings, add=policies.add_policy)
        if profile not in bundle.profiles:
            known = ", ".join(f"`{name}`" for name in sorted(bundle.profiles))
            raise PolicyError(
                f"there is no profile `{profile}`", help=f"there is {known or 'none'}"
            )
        return EmbeddedEngine(bundle)
    if isinstance(engine, str):
        raise InputError(f"there is no engine `{engine}`", help="use `regorus` or `opa`")
    if policies.named:
        raise InputError("an engine object brings its own policies", help="leave `policy` out")
    if not isinstance(engine, Engine):
        raise InputError(
            f"a `{type(engine).__name__}` is no engine",
            help="see `guard.policy.engine.Engine` for what one has",
        )
    return engine
