"""What the demo shows: rich on a terminal, plain text elsewhere. Decides nothing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guard.demo.agent import Line
from guard.model import Effect

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from rich.text import Text

__all__ = ["Screen"]

_STYLES = {Effect.ALLOW: "green", Effect.ASK: "bold yellow", Effect.DENY: "bold red"}
_INDENT = 12  # columns before the tool's name
_WIDEST = 120


class Screen:
    """Writes to standard output; colours follow the terminal and NO_COLOR.

    With `record`, a copy in colours is kept for `save`, whatever the output is.
    """

    def __init__(self, *, record: bool = False) -> None:
        from rich.console import Console

        recorded = {"record": True, "force_terminal": True, "width": 100} if record else {}
        self._console = Console(highlight=False, soft_wrap=False, **recorded)  # type: ignore[arg-type]
        self._width = min(self._console.width, _WIDEST)

    def save(self, path: str) -> None:
        """Write what was recorded as a picture (SVG)."""
        self._console.save_svg(path, title="guard demo")

    def title(self, engine: str, profile: str, calls: int) -> None:
        """Say what is about to happen."""
        self._print(f"An agent proposes {calls} calls. Engine {engine}, profile {profile}.\n")

    def decided(self, line: Line) -> None:
        """Show the call and the decision, before anything runs."""
        from rich.text import Text

        effect = line.effect or Effect.DENY
        time = f"{line.micros:,} µs"
        room = self._width - _INDENT - 12 - len(time) - 1
        row = Text(f"{line.number:>3}  ")
        row.append(f"{effect:<5}", _STYLES[effect])
        row.append(f"  {line.step.tool:<10}  ")
        row.append(f"{_cut(line.step.shown, room):<{room}} ")
        row.append(time, "dim")
        self._print(row)
        if effect is not Effect.ALLOW:
            self._below(f"{', '.join(line.rules) or 'error'}: {line.reason}", "")

    def ended(self, line: Line) -> None:
        """Show the last line of the output, or what the person said."""
        if line.outcome == "ran":
            last = line.output.strip().rpartition("\n")[2]
            if last:
                self._below(f"> {last}", "dim")
        elif line.outcome == "rejected":
            self._below(f"a person says no: {line.step.answer}", "yellow")

    def summary(self, lines: Sequence[Line]) -> None:
        """Count what ran and what did not, and name every surprise."""
        ran = sum(line.outcome == "ran" for line in lines)
        times = sorted(line.micros for line in lines)
        median = f"{times[len(times) // 2]:,} µs" if times else "-"
        self._print(f"\n{ran} ran, {len(lines) - ran} did not. Median time to decide {median}.")
        for line in lines:
            for surprise in line.surprises:
                self._print(f"step {line.number}: {surprise}", "bold red")

    def trace(self, spans: Iterable[ReadableSpan]) -> None:
        """Show the spans as they nest."""
        from rich.tree import Tree

        ordered = sorted(spans, key=lambda span: span.start_time or 0)
        nodes: dict[int, Tree] = {}
        known = {span.context.span_id for span in ordered if span.context}
        roots = []
        for span in ordered:
            if span.context is None:
                continue
            parent = span.parent.span_id if span.parent else None
            if parent in nodes:
                node = nodes[parent].add(_label(span))
            else:
                node = Tree(_label(span), guide_style="dim")
                roots.append(node)
            nodes[span.context.span_id] = node
        self._print(f"\nThe trace ({len(known)} spans):")
        for root in roots:
            self._print(root)

    def journal(self, path: Path, records: int, broken: str) -> None:
        """Show whether the journal holds, and how to look again."""
        if broken:
            self._print(f"\nThe journal does not hold: {broken}", "bold red")
        else:
            self._print(f"\nThe journal holds: {records} records, each bound to those before.")
        self._print("Look again with")
        # Never wrapped: it is to be copied.
        command = f"{_guard_command()} journal verify {path}"
        self._console.print(f"  {command}", soft_wrap=True, markup=False)

    def _below(self, text: str, style: str) -> None:
        from rich.padding import Padding
        from rich.text import Text

        room = 2 * (self._width - _INDENT)
        self._print(Padding(Text(_cut(text, room), style), (0, 0, 0, _INDENT)))

    def _print(self, item: Any, style: str | None = None) -> None:
        self._console.print(item, style=style, markup=False, width=self._width)


def _label(span: ReadableSpan) -> Text:
    from rich.text import Text

    attributes = span.attributes or {}
    label = Text(span.name)
    effect = attributes.get("regoguard.effect")
    if effect is not None:
        label.append(f" {attributes.get('gen_ai.tool.name')} ")
        label.append(str(effect), _STYLES[Effect(str(effect))])
        rules = attributes.get("gen_ai.guardrail.security.policy.rule.id")
        if effect != "allow" and isinstance(rules, tuple):
            label.append(f" {', '.join(dict.fromkeys(str(rule) for rule in rules))}")
    milliseconds = ((span.end_time or 0) - (span.start_time or 0)) / 1e6
    label.append(f"  {milliseconds:.1f} ms", "dim")
    return label


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _guard_command() -> str:
    """Return how to call `guard` from here: by name if it is on PATH, else by its place."""
    if shutil.which("guard"):
        return "guard"
    beside = Path(sys.executable).with_name("guard")
    return os.path.relpath(beside) if beside.exists() else f"{sys.executable} -m guard"
