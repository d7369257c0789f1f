"""Opens the engine that a guard was asked for. Engines load when they are chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from guard.errors import InputError, PolicyError
from guard.policy.engine import Engine

__all__ = ["open_engine"]


def open_engine(
    engine: Literal["regorus", "opa"] | Engine,
    *,
    policy: Path | str | Sequence[Path | str] | None,
    settings: Path | str | Mapping[str, Any] | None,
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
        if policy is not None or settings is not None:
            raise InputError("OPA holds its own policies and settings", help="leave them out here")
        from guard.policy.sidecar import SidecarEngine

        return SidecarEngine(url, timeout=timeout)
    if engine == "regorus":
        from guard.policy.bundle import Bundle
        from guard.policy.embedded import EmbeddedEngine

        bundle = Bundle.load(policy, settings)
        if profile not in bundle.profiles:
            known = ", ".join(f"`{name}`" for name in sorted(bundle.profiles))
            raise PolicyError(
                f"there is no profile `{profile}`", help=f"there is {known or 'none'}"
            )
        return EmbeddedEngine(bundle)
    if isinstance(engine, str):
        raise InputError(f"there is no engine `{engine}`", help="use `regorus` or `opa`")
    if policy is not None or settings is not None:
        raise InputError("an engine object brings its own policies", help="leave `policy` out")
    if not isinstance(engine, Engine):
        raise InputError(
            f"a `{type(engine).__name__}` is no engine",
            help="see `guard.policy.engine.Engine` for what one has",
        )
    return engine
