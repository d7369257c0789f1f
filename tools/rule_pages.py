"""Makes `docs/rules/`: a page for each rule, with examples that were judged to write it.

Examples are the cases of `tests/cases` in which the rule must speak; beside them stand cases of
the same file that must stay allowed. Nothing here is written down twice.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from guard import Guard, ToolCall
from guard.policy.annotations import AskedWhen, RuleInfo
from guard.policy.bundle import Bundle

__all__ = ["rule_pages"]

_EXAMPLES = 6
_NOTE = "<!-- written by `make generate`; change the rule, its settings or its cases instead -->\n"


def rule_pages(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield each page and its text."""
    bundle = Bundle.load()
    rules, data = bundle.rules(), bundle.data["guard"]
    examples = _examples(root / "tests" / "cases")
    folder = root / "docs" / "rules"
    guard = Guard()
    for rule in rules:
        yield folder / f"{rule.id}.md", _page(rule, data, examples[rule.id], guard)
    yield folder / "README.md", _contents(rules, data["profiles"])


def _examples(folder: Path) -> dict[str, tuple[list[Any], list[Any]]]:
    """For each rule the cases in which it speaks, and allowed ones of the same files."""
    found: dict[str, tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
    for path in sorted(folder.glob("*.yaml")):
        cases = [
            case
            for case in yaml.safe_load(path.read_text(encoding="utf-8"))
            if case.get("profile", "baseline") == "baseline" and len(str(case["arguments"])) < 300
        ]
        spoken = {rule for case in cases for rule in case.get("rules", [])}
        for rule in spoken:
            speaks, silent = found[rule]
            speaks += [case for case in cases if rule in case.get("rules", [])]
            silent += [case for case in cases if case["effect"] == "allow"]
    return found


def _page(
    rule: RuleInfo, data: dict[str, Any], examples: tuple[list[Any], list[Any]], guard: Guard
) -> str:
    lines = [
        f"# {rule.title}",
        "",
        _NOTE,
        f"`{rule.id}` · severity {rule.severity} · risk category `{rule.risk_category}`",
        "",
        rule.description.strip(),
        "",
        f"**What to do instead:** {rule.solution}.",
        "",
        "## Effect",
        "",
        "| profile | effect |",
        "|---|---|",
        *(
            f"| `{name}` | {_effect(rule, profile)} |"
            for name, profile in sorted(data["profiles"].items())
        ),
        "",
        *_asked(rule.asked_when),
        *_settings(rule, data["settings"]),
        *_judged(rule, examples, guard),
        "## References",
        "",
        *(f"- {reference}" for reference in rule.references),
        "",
    ]
    return "\n".join(lines)


def _effect(rule: RuleInfo, profile: dict[str, Any]) -> str:
    word = profile["effects"].get(rule.id, rule.effect)
    if word == "ask" and profile["ask"] == "deny":
        return "deny (it asks, and here nobody is asked)"
    return word or "by severity" if rule.id.startswith("opacity.") else word or "allow"


def _asked(asked: AskedWhen | None) -> list[str]:
    lines = ["## When it is asked", ""]
    if asked is None:
        return [*lines, "About every call.", ""]
    parts = [f"an operation `{kind}`" for kind in asked.operations]
    parts += [f"the start of a program of `{table}`" for table in asked.programs]
    parts += [f"an operation with a key `{key}`" for key in asked.keys]
    parts += [f"a query with a verb of `{table}`" for table in asked.verbs]
    if asked.opaque:
        parts.append("a part that could not be resolved")
    text = "About a call with " + ", ".join(parts) + "."
    if asked.path_names:
        names = ", ".join(f"`{table}`" for table in asked.path_names)
        text += f" Of files, only where the path holds a name of {names}."
    return [*lines, text, ""]


def _settings(rule: RuleInfo, settings: dict[str, Any]) -> list[str]:
    category, _, name = rule.id.partition(".")
    own = settings.get(category, {}).get(name, {})
    if not own:
        return []
    lines = ["## Settings", "", f"Below `guard.settings.{rule.id}`:", "", "| setting | value |"]
    lines.append("|---|---|")
    return [*lines, *(f"| `{key}` | {_value(value)} |" for key, value in sorted(own.items())), ""]


def _value(value: Any) -> str:
    if isinstance(value, dict | list) and value:
        shown = list(value)[:6]
        kind = "a table of" if isinstance(value, dict) else "a list of"
        texts = ", ".join(
            _code(entry if isinstance(entry, str) else _json(entry)) for entry in shown
        )
        return f"{kind} {len(value)}: {texts}{', ...' if len(value) > len(shown) else ''}"
    return _code(_json(value))


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 80 else text[:77] + "..."


def _code(text: str) -> str:
    ticks = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}".replace("|", "\\|").replace("\n", "⏎")


def _judged(
    rule: RuleInfo, examples: tuple[Sequence[Any], Sequence[Any]], guard: Guard
) -> list[str]:
    speaks, silent = examples
    lines: list[str] = []
    if speaks:
        lines += ["## Examples", "", "| call | decision | reason |", "|---|---|---|"]
        for case in speaks[:_EXAMPLES]:
            decision = guard.check(ToolCall(case["tool"], case["arguments"]))
            reason = next((f.reason for f in decision.findings if f.rule == rule.id), "")
            lines.append(f"| {_call(case)} | {decision.effect} | {_cell(reason)} |")
        lines.append("")
    if silent and not rule.id.startswith("profile."):
        lines += ["These look alike and are allowed:", ""]
        for case in silent[:_EXAMPLES]:
            decision = guard.check(ToolCall(case["tool"], case["arguments"]))
            lines.append(f"- {_call(case)}: {decision.effect}")
        lines.append("")
    return lines


def _call(case: dict[str, Any]) -> str:
    arguments = case["arguments"]
    texts = [value for value in arguments.values() if isinstance(value, str)]
    if len(arguments) == 1 and texts:
        text = texts[0].strip()
        return _code(text) if case["tool"] == "bash" else f"{case['tool']}: {_code(text)}"
    return f"{case['tool']}: {_code(json.dumps(arguments, ensure_ascii=False))}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _contents(rules: Sequence[RuleInfo], profiles: dict[str, Any]) -> str:
    names = [name for name in ("baseline", "strict", "locked") if name in profiles]
    lines = [
        "# The rules",
        "",
        _NOTE,
        f"{len(rules)} rules. What a profile makes of a rule stands in its column.",
        "",
    ]
    for category in dict.fromkeys(rule.id.partition(".")[0] for rule in rules):
        lines += [
            f"## {category.replace('_', ' ')}",
            "",
            "| rule | what | severity | " + " | ".join(names) + " |",
            "|---|---|---|" + "---|" * len(names),
        ]
        for rule in rules:
            if rule.id.startswith(category + "."):
                effects = " | ".join(
                    _effect(rule, profiles[name]).partition(" (")[0] for name in names
                )
                lines.append(
                    f"| [{rule.id}]({rule.id}.md) | {_cell(rule.title)} | {rule.severity} "
                    f"| {effects} |"
                )
        lines.append("")
    return "\n".join(lines)
