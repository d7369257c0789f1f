"""Resolves profiles: those that extend others, and effects given for a whole category. Pure.

A profile is an object with `description`, `allowance`, `ask`, `effects` and `opacity`. One that
`extends` others takes the strictest of what they say, and then its own words.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from guard.errors import PolicyError

__all__ = ["resolve_profiles"]

# From lax to strict.
_RANKS: dict[str, tuple[str, ...]] = {
    "allowance": ("unless_refused", "listed"),
    "ask": ("ask", "deny"),
    "effects": ("off", "ask", "deny"),
    "opacity": ("off", "ask", "deny"),
}
_SEVERITIES = ("high", "medium", "low")
_FIELDS = {"description", "extends", *_RANKS}


def resolve_profiles(
    profiles: Mapping[str, Any], rules: Collection[str], settings: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return each profile in full, as rules and the entry point read it.

    `rules` are the ids of the bundle's rules; `settings` say which effect a rule has by itself.

    Raises:
        PolicyError: an unknown name, a word that means nothing, profiles that extend one
            another, or a profile that says too little.
    """
    done: dict[str, dict[str, Any]] = {}

    def resolve(name: str, path: tuple[str, ...]) -> dict[str, Any]:
        if name in path:
            raise PolicyError(
                f"the profile `{path[0]}` extends itself, by way of `{path[-1]}`",
                help="take one of them out of `extends`",
            )
        if name not in done:
            own = _checked(name, profiles[name], profiles, rules)
            parents = [resolve(parent, (*path, name)) for parent in own.get("extends", ())]
            done[name] = _complete(name, _merged(parents, own, settings))
        return done[name]

    for name in profiles:
        resolve(name, ())
    return done


def _merged(
    parents: Sequence[Mapping[str, Any]], own: Mapping[str, Any], settings: Mapping[str, Any]
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for field in ("allowance", "ask"):
        words = [own[field]] if field in own else [parent[field] for parent in parents]
        if words:
            merged[field] = _strictest(field, words)
    opacity = {
        severity: _strictest("opacity", [parent["opacity"][severity] for parent in parents])
        for severity in (_SEVERITIES if parents else ())
    }
    effects: dict[str, str] = {}
    for rule in {rule for parent in parents for rule in parent["effects"]}:
        itself = _own_effect(rule, settings)
        words = [parent["effects"].get(rule, itself) for parent in parents]
        word = _strictest("effects", words)
        if word != itself:
            effects[rule] = word
    merged["opacity"] = opacity | own.get("opacity", {})
    merged["effects"] = dict(sorted((effects | own.get("effects", {})).items()))
    merged["description"] = own.get("description", "")
    return merged


def _strictest(field: str, words: Sequence[str]) -> str:
    # A word that is no effect is a mistake of the rule's settings, and denies.
    return max(words, key=lambda word: _rank(field, word))


def _rank(field: str, word: str) -> int:
    ranks = _RANKS[field]
    return ranks.index(word) if word in ranks else len(ranks)


def _own_effect(rule: str, settings: Mapping[str, Any]) -> str:
    effect: Any = settings
    for part in (*rule.split("."), "effect"):
        effect = effect.get(part, "deny") if isinstance(effect, Mapping) else "deny"
    return str(effect)


def _checked(
    name: str, profile: Any, profiles: Mapping[str, Any], rules: Collection[str]
) -> dict[str, Any]:
    """Return the profile with effects of categories spelt out, if all its words mean something."""
    if not isinstance(profile, Mapping):
        raise PolicyError(f"the profile `{name}` is no object", help="see `docs/profiles.md`")
    _known(f"the profile `{name}` has a field", profile, _FIELDS)
    _known(f"the profile `{name}` extends", profile.get("extends", ()), profiles)
    for field in ("allowance", "ask"):
        if field in profile:
            _word(name, field, profile[field], _RANKS[field])
    opacity, effects = profile.get("opacity", {}), profile.get("effects", {})
    _known(f"the profile `{name}` has in `opacity`", opacity, _SEVERITIES)
    for severity, word in opacity.items():
        _word(name, f"opacity.{severity}", word, _RANKS["opacity"])
    spelt: dict[str, str] = {}
    exact: dict[str, str] = {}
    for pattern, word in effects.items():
        _word(name, f"effects.{pattern}", word, _RANKS["effects"])
        if pattern.endswith(".*"):
            covered = [rule for rule in rules if rule.startswith(pattern[:-1])]
            if covered:
                spelt |= dict.fromkeys(covered, word)
                continue
        _known(f"the profile `{name}` names the rule", [pattern], rules)
        exact[pattern] = word
    return {**profile, "opacity": opacity, "effects": spelt | exact}


def _known(what: str, names: Any, known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=2, cutoff=0.5) or sorted(known)
            raise PolicyError(
                f"{what} `{name}`, which is not known",
                help="did you mean " + " or ".join(f"`{n}`" for n in near[:3]) + "?",
            )


def _word(profile: str, where: str, word: Any, words: Sequence[str]) -> None:
    if word not in words:
        raise PolicyError(
            f"the profile `{profile}` says `{word}` in `{where}`",
            help="give " + " or ".join(f"`{w}`" for w in words),
        )


def _complete(name: str, profile: dict[str, Any]) -> dict[str, Any]:
    for field in ("allowance", "ask"):
        if field not in profile:
            raise PolicyError(
                f"the profile `{name}` has no `{field}`", help="add it, or extend another profile"
            )
    for severity in _SEVERITIES:
        if severity not in profile["opacity"]:
            raise PolicyError(
                f"the profile `{name}` has no `opacity.{severity}`",
                help="add it, or extend another profile",
            )
    return profile
