"""`guard explain`: everything that led to a decision, for a person."""

from __future__ import annotations

import argparse
from typing import Any

from guard.cli import show
from guard.cli.opening import one_call, open_calls, open_guard, open_journal
from guard.model import Decision, Finding

__all__ = ["run"]


def run(options: argparse.Namespace) -> int:
    """Judge and explain what the options name; return 0 if all of it is allowed, else 1."""
    call = one_call(options)
    rules = _rules(options)
    with open_guard(options, open_journal(options)) as guard:
        if call is not None:
            decision = guard.check(call)
            _explain(decision, rules)
            return 0 if decision.allowed else 1
        return _explain_lines(options, guard, rules)


def _explain_lines(options: argparse.Namespace, guard: Any, rules: dict[str, str]) -> int:
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


def _explain(decision: Decision, rules: dict[str, str]) -> None:
    show.summary(decision)
    if decision.opaque:
        show.line("  what was not seen is judged by its severity, never ignored")
    elif not decision.errors:
        show.line("  everything in the call was understood")
    show.line("rules:")
    found: dict[str, list[Finding]] = {}
    for finding in decision.findings:
        found.setdefault(finding.rule, []).append(finding)
    for rule in sorted(rules.keys() | found.keys()):
        if rule not in found:
            show.line(f"  silent  {rule:<34} {rules[rule]}")
        for finding in found.get(rule, ()):
            word = show.effect_word(finding.effect, 6)
            show.line(f"  {word}  {rule:<34} {show.printable(finding.reason)}")
    show.line(
        f"decided: {decision.effect.value}, {_why(decision)}\n"
        f"  profile {decision.profile}, engine {decision.engine}, "
        f"policies {decision.digest[:12] or 'unknown'}, "
        f"read in {decision.parse_ns / 1000:.0f} us, judged in {decision.evaluate_ns / 1000:.0f} us"
    )


def _why(decision: Decision) -> str:
    if decision.errors:
        return "because the guard could not judge it"
    if not decision.findings:
        return "because no rule allows it"
    names = ", ".join(dict.fromkeys(finding.rule for finding in decision.deciding))
    return f"the strictest that a rule said ({names})" if names else "by the profile"


def _rules(options: argparse.Namespace) -> dict[str, str]:
    """Return the title of each rule that looks, {} where OPA holds the rules."""
    if options.engine == "opa":
        return {}
    from guard.policy.bundle import Bundle

    bundle = Bundle.load(options.policy, options.settings, add=options.add_policy)
    return {rule.id: rule.title for rule in bundle.rules()}
