"""Which rules a request concerns, from what each rule's `asked_when` says. Pure.

A rule that is not concerned is not evaluated, so that hundreds of rules cost a call nothing
that none of them looks at. `guard.main` follows the same index in Rego where a whole bundle
is loaded (OPA); a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from guard.errors import PolicyError

__all__ = ["Index", "Routes"]

# Table of texts -> rules that are asked about them, as Rego reads it: {text: {rule: true}}.
_Table: TypeAlias = "dict[str, dict[str, bool]]"
Index: TypeAlias = "dict[str, Any]"

_EXEC, _QUERY = "process.exec", "data.query"
_FIELDS = {"operations", "programs", "path_names", "verbs", "keys", "opaque"}
# In a piece of a path: it may stand for any name.
_WILD = ("*", "?", "[", "..")
# Their lower case is an ASCII letter, which engines and Python do not agree about.
_UNLIKE = ("\u0130", "\u212a")


@dataclass(frozen=True, slots=True)
class Routes:
    """The index of a bundle's rules. `index` is what Rego gets as `data.guard.bundle.index`."""

    index: Index

    @classmethod
    def build(
        cls,
        rules: Iterable[str],
        asked_when: Mapping[str, Mapping[str, Any] | None],
        settings: Mapping[str, Any],
    ) -> Routes:
        """Build the index of `rules` from their `asked_when` and the effective settings.

        A rule without one is always asked.

        Raises:
            PolicyError: an unknown key, or a table that the rule's settings do not have.
        """
        index: Index = {
            "always": {},
            "kinds": {},
            "programs": {},
            "names": {},
            "named": {},
            "verbs": {},
            "any_verb": {},
            "keys": {},
            "opaque": {},
        }
        for rule in rules:
            spec = asked_when.get(rule)
            if spec is None:
                index["always"][rule] = True
                continue
            unknown = sorted(spec.keys() - _FIELDS)
            if unknown:
                raise PolicyError(
                    f"`asked_when` of `{rule}` has a key `{unknown[0]}` that is not known",
                    help="known are " + ", ".join(f"`{name}`" for name in sorted(_FIELDS)),
                )
            _add(index, rule, spec, _tables(settings, rule))
        return cls(index)

    def asked(self, request: Mapping[str, Any]) -> frozenset[str] | None:
        """Return the rules that the request concerns, or None where only the whole set is safe."""
        try:
            context = request["context"]
            found = dict(self.index["always"])
            for operation in context["operations"]:
                if not self._ask_about(operation, found):
                    return None
            if context["complete"] is not True:
                found.update(self.index["opaque"])
        except (KeyError, TypeError, AttributeError):
            # INVARIANT: a request of another shape than expected is shown to every rule.
            return None
        return frozenset(found)

    def _ask_about(self, operation: Mapping[str, Any], found: dict[str, bool]) -> bool:
        index, kind = self.index, operation["kind"]
        found.update(index["kinds"].get(kind, _NONE))
        for key, rules in index["keys"].items():
            if key in operation:
                found.update(rules)
        if kind == _EXEC:
            program = operation["program"]
            if any(letter in program for letter in _UNLIKE):
                return False
            found.update(index["programs"].get(program.lower(), _NONE))
        elif kind == _QUERY:
            verb = operation["verb"]
            found.update(index["verbs"].get(verb, _NONE) if verb else index["any_verb"])
        named = index["named"].get(kind)
        if named:
            path = operation["path"]
            if any(letter in path for letter in _UNLIKE):
                return False
            if path in ("", "/", "~") or "\u27e8" in path or any(sign in path for sign in _WILD):
                found.update(named)
            else:
                for name in path.lower().split("/"):
                    for rule in index["names"].get(name, _NONE):
                        if rule in named:
                            found[rule] = True
        return True


_NONE: dict[str, bool] = {}


def _tables(settings: Mapping[str, Any], rule: str) -> Mapping[str, Any]:
    found: Any = settings
    for part in rule.split("."):
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _add(index: Index, rule: str, spec: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    kinds: list[str] = list(spec.get("operations") or ())
    if spec.get("path_names"):
        for name in _entries(rule, "path_names", spec, settings):
            _put(index["names"], name.lower(), rule)
        for kind in [kind for kind in kinds if kind.startswith("file.")]:
            _put(index["named"], kind, rule)
            kinds.remove(kind)
    if spec.get("verbs"):
        for verb in _entries(rule, "verbs", spec, settings):
            _put(index["verbs"], verb, rule)
        index["any_verb"][rule] = True
        kinds = [kind for kind in kinds if kind != _QUERY]
    for kind in kinds:
        _put(index["kinds"], kind, rule)
    for program in _entries(rule, "programs", spec, settings):
        _put(index["programs"], program.lower(), rule)
    for key in spec.get("keys") or ():
        _put(index["keys"], key, rule)
    if spec.get("opaque"):
        index["opaque"][rule] = True


def _put(table: _Table, text: str, rule: str) -> None:
    table.setdefault(text, {})[rule] = True


def _entries(
    rule: str, field: str, spec: Mapping[str, Any], settings: Mapping[str, Any]
) -> Iterable[str]:
    """Yield what the tables hold that a field of `asked_when` names."""
    for name in spec.get(field) or ():
        table = settings.get(name)
        if not isinstance(table, dict | list):
            raise PolicyError(
                f"`asked_when` of `{rule}` names a table `{name}` that its settings do not have",
                help=f"add it to `guard.settings.{rule}`, or correct `{field}`",
            )
        yield from (str(entry) for entry in table)
