"""`guard explain`: everything that led to a decision, for a person."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from guard.cli import asked, show
from guard.cli.opening import one_call, open_calls, open_guard, open_journal
from guard.model import Decision, Finding

if TYPE_CHECKING:
    from guard.policy.annotations import RuleInfo

__all__ = ["run"]


def run(options: argparse.Namespace) -> int:
    """Judge and explain what the options name; return 0 if all of it is allowed, else 1."""
    call = one_call(options)
    rules = _policies(options)
    with open_guard(options, open_journal(options)) as guard:
        if call is not None:
            decision = guard.check(call)
            _explain(decision, rules)
            return 0 if decision.allowed else 1
        return _explain_lines(options, guard, rules)


def _explain_lines(options: argparse.Namespace, guard: Any, rules: _Policies) -> int:
    from guard.cli.calls import Refused, read_calls

    refused = 0
    with open_calls(options.calls) as file:
        for number, (name, call) in enumerate(read_calls(file), 1):
            if number > 1:
                show.line()
            if isinstance(call, Refused):
                show.line(f"deny: line {number}: {show.printable(call.error)}")
                refused += 1
                continue
            show.line(f"call {show.printable(str(name))}")
            decision = guard.check(call)
            _explain(decision, rules)
            refused += not decision.allowed
    return 1 if refused else 0


def _explain(decision: Decision, rules: _Policies) -> None:
    show.summary(decision)
    if decision.opaque:
        show.line("  what was not seen is judged by its severity, never ignored")
    elif not decision.errors:
        show.line("  everything in the call was understood")
    show.line("rules:")
    _explain_rules(decision, rules)
    show.line(
        f"decided: {decision.effect.value}, {_why(decision)}\n"
        f"  profile {decision.profile}, engine {decision.engine}, "
        f"policies {decision.digest[:12] or 'unknown'}, "
        f"read in {decision.parse_ns / 1000:.0f} us, judged in {decision.evaluate_ns / 1000:.0f} us"
    )


def _explain_rules(decision: Decision, policies: _Policies) -> None:
    """Show the rules that spoke, those that looked in vain, and why others were not asked."""
    found: dict[str, list[Finding]] = {}
    for finding in decision.findings:
        found.setdefault(finding.rule, []).append(finding)
    for rule in sorted(found):
        for finding in found[rule]:
            word = show.effect_word(finding.effect, 6)
            note = policies.note(rule, finding.effect)
            show.line(f"  {word}  {rule:<34} {show.printable(finding.reason)}{note}")
    unasked: dict[str, list[str]] = {}
    for info in policies.rules:
        if info.id in found:
            continue
        when, tables = info.asked_when, policies.tables(info.id)
        looked = asked.concerning(when, tables, decision.operations, decision.opaque)
        if looked:
            told = f"{info.title}; looked at {', '.join(looked)}{policies.note(info.id)}"
            show.line(f"  silent  {info.id:<34} {told}")
        elif when:
            unasked.setdefault(asked.looks_at(when), []).append(info.id)
    if unasked:
        number = sum(map(len, unasked.values()))
        show.line(f"  {number} rules were not asked, for nothing that they look at is in the call:")
    for looks, names in sorted(unasked.items()):
        show.line(f"    {', '.join(names)}: {looks}")


def _why(decision: Decision) -> str:
    if decision.errors:
        return "because the guard could not judge it"
    if not decision.findings:
        return "because no rule allows it"
    names = ", ".join(dict.fromkeys(finding.rule for finding in decision.deciding))
    return f"the strictest that a rule said ({names})" if names else "by the profile"


@dataclass(frozen=True, slots=True)
class _Policies:
    """The rules of the bundle, and what its settings and the profile say of them."""

    rules: Sequence[RuleInfo] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)  # of the profile, by rule

    def tables(self, rule: str) -> Mapping[str, Any]:
        """Return the rule's own settings."""
        category, _, name = rule.partition(".")
        tables: Mapping[str, Any] = self.settings.get(category, {}).get(name, {})
        return tables

    def note(self, rule: str, effect: str = "") -> str:
        """Return whose word counts, where it is not what the rule's settings say."""
        own, word = self.tables(rule).get("effect", ""), self.words.get(rule)
        if word == "off":
            return " (off in this profile)"
        if word is not None and word != own:
            return f" (the profile says {word}, the settings {own or 'nothing'})"
        if effect and own == "ask" and effect == "deny":
            return " (the settings say ask; nobody is there to be asked)"
        return ""


def _policies(options: argparse.Namespace) -> _Policies:
    """Return what is known of the rules; nothing where OPA holds them."""
    if options.engine == "opa":
        return _Policies()
    from guard.policy.bundle import Bundle

    bundle = Bundle.load(options.policy, options.settings, add=options.add_policy)
    tree = bundle.data.get("guard", {})
    profile = tree.get("profiles", {}).get(options.profile, {})
    return _Policies(bundle.rules(), tree.get("settings", {}), profile.get("effects", {}))
