"""A bundle: Rego files and data with a digest, checked before any decision is taken.

Immutable; engines and threads share it. Which rules there are and what they say is
the bundle's matter, never this module's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guard.canonical import Json, dumps
from guard.errors import PolicyError
from guard.policy import builtins, embedded, linking, sources
from guard.policy.linking import Parts
from guard.policy.profiles import resolve_profiles
from guard.policy.routes import Routes
from guard.policy.settings import apply_settings

if TYPE_CHECKING:
    from guard.policy.annotations import RuleInfo

__all__ = ["Bundle"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Policy files and data, read and checked. Made by `Bundle.load`.

    `modules` are (relative path, source) in order of path. `data_json` is what engines
    get as `data`; at `data.guard.bundle` it holds the `digest`, the ids of the `rules` and
    how they are `reached`. `routes` tell which rules concern a request, and `parts` what an
    engine that holds only those consists of; both are None where all must be asked.
    `source` says where the files came from, for people; the digest does not depend on it.
    """

    modules: tuple[tuple[str, str], ...]
    data_json: str
    digest: str
    profiles: tuple[str, ...]
    source: str = ""
    routes: Routes | None = None
    parts: Parts | None = None

    @classmethod
    def load(
        cls,
        root: Path | str | Sequence[Path | str] | None = None,
        settings: Mapping[str, Any] | Path | str | None = None,
        *,
        add: Path | str | Sequence[Path | str] = (),
    ) -> Bundle:
        """Read policy folders, several side by side if need be; None is the shipped one.

        The folders `add` are laid beside those of `root`. `settings`, a mapping or the path
        of a JSON file, is laid over `data.guard.settings`.

        Raises:
            PolicyError: a folder without policies, a file that does not parse or compile,
                no `guard.main.decision`, a call that not both engines know, data that
                clash, or a setting that does not exist or has another type.
        """
        roots = _roots(root)
        if add:
            # What is added may clash with the rest, or not be known to it: check the whole.
            roots += _roots(add)
            root = roots
        modules, data = _read(roots)
        modules.pop(linking.REACHED, None)  # from a bundle that was written; it is written anew
        file = str(settings) if isinstance(settings, Path | str) else ""
        settings = _settings(settings)
        recorded = _take_recorded_digest(data)
        if settings:
            apply_settings(data, settings, file)
        ordered = tuple(sorted(modules.items()))
        rules = _rule_ids(ordered)
        parts = linking.take_apart(ordered)
        if parts is not None:
            _resolve_profiles(data.get("guard", {}), rules)
        digest = _digest(ordered, data)
        if recorded is not None and not settings and recorded != digest:
            raise PolicyError(
                f"`{roots[0]}` was changed after it was written as bundle `{recorded:.12}`",
                help="write it anew, or take `guard.bundle` out of its data.json",
            )
        if root is not None:
            # The shipped policies pass this in the test-suite; a process that judges one
            # call and ends should not wait for it again.
            _check(ordered, data)
        known: dict[str, Any] = {"digest": digest, "rules": rules, "reached": "all"}
        routes = None
        if parts is not None:
            routes = _routes(parts, ordered, data, shipped=root is None)
            known |= {"reached": "index", "index": routes.index}
            reached = (linking.REACHED, linking.all_reached(parts.rules))
            ordered = tuple(sorted((*ordered, reached)))
        data.setdefault("guard", {})["bundle"] = known
        profiles = data["guard"].get("profiles", {})
        bundle = cls(
            ordered,
            dumps(data),
            digest,
            tuple(sorted(profiles)) if isinstance(profiles, dict) else (),
            ", ".join(str(r) for r in roots),
            routes,
            parts,
        )
        if root is not None:
            embedded.check(dict(ordered), bundle.data_json)
        return bundle

    @property
    def data(self) -> dict[str, Any]:
        """A copy of the effective data."""
        data: dict[str, Any] = json.loads(self.data_json)
        return data

    def write(self, folder: Path | str) -> Path:
        """Write the bundle where OPA can load it: `opa run --server --bundle FOLDER`.

        The folder must be new or empty: files of an older bundle would be loaded too.

        Raises:
            PolicyError: the folder holds something, or cannot be written.
        """
        folder = Path(folder)
        roots = {module.package[0] for module in _modules(self.modules)} | set(self.data)
        manifest: Json = {"revision": self.digest, "roots": [*sorted(roots)], "rego_version": 1}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise PolicyError(f"`{folder}` is not empty", help="name a new folder")
            for name, source in self.modules:
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(source.encode())
            (folder / "data.json").write_text(self.data_json + "\n", encoding="utf-8")
            (folder / ".manifest").write_text(dumps(manifest) + "\n", encoding="utf-8")
        except OSError as error:
            raise PolicyError(f"cannot write `{folder}`: {error.strerror}") from None
        return folder

    def rules(self) -> list[RuleInfo]:
        """Return what each rule's metadata say about it, in order of rule id.

        Raises:
            PolicyError: metadata that cannot be read.
        """
        from guard.policy.annotations import read_rules

        return read_rules(self.modules, self.data.get("guard", {}).get("settings", {}))


def _roots(root: Path | str | Sequence[Path | str] | None) -> list[Path]:
    if root is None:
        return [sources.shipped()]
    if isinstance(root, str | Path):
        return [Path(root)]
    if not root:
        raise PolicyError("no policy folder is named", help="name one, or None for the shipped one")
    return [Path(r) for r in root]


def _read(roots: Sequence[Path]) -> tuple[dict[str, str], dict[str, Any]]:
    modules: dict[str, str] = {}
    data: dict[str, Any] = {}
    for root in roots:
        more, more_data = sources.read_folder(root)
        for name in more.keys() & modules.keys():
            raise PolicyError(
                f"`{root}` holds `{name}`, and so does another folder", help="rename one of them"
            )
        modules |= more
        sources.merge(data, more_data, str(root))
    if not isinstance(data.get("guard", {}), dict):
        raise PolicyError("`data.guard` is not an object", help="correct data.json")
    return modules, data


def _settings(settings: Mapping[str, Any] | Path | str | None) -> Mapping[str, Any]:
    if isinstance(settings, str | Path):
        return sources.read_json(Path(settings))
    if not settings:
        return {}
    try:
        text = json.dumps(settings)
    except (TypeError, ValueError, RecursionError) as error:
        raise PolicyError(f"settings are not JSON: {error}") from None
    return sources.parse_json(text, "settings")


def _take_recorded_digest(data: dict[str, Any]) -> str | None:
    """Take out what `Bundle.write` put in, so that the digest is of the rest."""
    recorded = data.get("guard", {}).pop("bundle", None)
    if recorded is None:
        return None
    if not isinstance(recorded, dict) or not isinstance(recorded.get("digest"), str):
        raise PolicyError("`data.guard.bundle` is set", help="the loader sets it; take it out")
    if not data["guard"]:
        del data["guard"]
    return str(recorded["digest"])


def _digest(modules: Sequence[tuple[str, str]], data: dict[str, Any]) -> str:
    """SHA-256 over each file's path and text and the data, every part with its length."""
    digest = hashlib.sha256()
    for part in (*(p for module in modules for p in module), dumps(data)):
        content = part.encode()
        digest.update(b"%d\n" % len(content))
        digest.update(content)
    return digest.hexdigest()


def _rule_ids(modules: Sequence[tuple[str, str]]) -> list[str]:
    """Return the packages below `guard.rules`."""
    names = {linking.package_of(source) for _, source in modules}
    prefix = "guard.rules."
    return sorted(name[len(prefix) :] for name in names if name.startswith(prefix))


def _modules(modules: Sequence[tuple[str, str]]) -> list[builtins.Module]:
    return [
        builtins.read_module(name, source, embedded.syntax_tree(name, source))
        for name, source in modules
    ]


def _check(sources_: Sequence[tuple[str, str]], data: dict[str, Any]) -> None:
    modules = _modules(sources_)
    # INVARIANT: an empty bundle is refused here, and can never decide.
    if not any(("guard", "main", "decision") in module.rules for module in modules):
        raise PolicyError(
            "no rule `decision` in package `guard.main`, which every request is asked of",
            help="load your rules beside the shipped policies, or write that rule",
        )
    for module in modules:
        for path in module.rules | module.functions:
            if _holds(data, path):
                raise PolicyError(
                    f"`{module.file}` defines `{'.'.join(path)}`, and so do the data",
                    help="rename one of them",
                )
    builtins.check_calls(modules)


def _routes(
    parts: Parts, modules: Sequence[tuple[str, str]], data: dict[str, Any], *, shipped: bool
) -> Routes:
    """Return the index of the rules, which their metadata and settings make."""
    settings = data.get("guard", {}).get("settings", {})
    if shipped:
        # Reading the metadata takes longer than all else; a test keeps this copy true.
        asked_when = data["guard"]["asked_when"]
    else:
        from guard.policy.annotations import asked_when as read

        asked_when = read(modules)
    return Routes.build(parts.rules, asked_when, settings)


def _resolve_profiles(known: dict[str, Any], rules: Sequence[str]) -> None:
    profiles = known.get("profiles")
    if isinstance(profiles, dict):
        known["profiles"] = resolve_profiles(profiles, rules, known.get("settings", {}))


def _holds(data: Any, path: Sequence[str]) -> bool:
    for part in path:
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True
