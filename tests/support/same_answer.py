"""Pytest plugin: whatever the embedded engine answered in a test run, OPA must answer too.

Records each distinct (bundle, request) that `EmbeddedEngine.evaluate` takes, with the
answer or that there was none. When the run ends, a real OPA is asked the same, and so is
an embedded engine that asks every rule, not only those that its index names. One
difference fails the run. A test that breaks an engine on purpose opts out with
`@pytest.mark.not_compared("reason")`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from guard.errors import EvaluationError
from guard.policy import embedded
from guard.policy.bundle import Bundle
from guard.policy.embedded import EmbeddedEngine
from guard.policy.engine import ENTRY_POINT
from guard.policy.sidecar import SidecarEngine
from tests.support.opa import OpaServer, find_opa, opa_version, required

__all__ = ["Answers", "compare"]

_SHOWN = 5
_OUTPUT = "same_answer"


@dataclass
class Answers:
    """What was asked and answered. An answer is JSON with sorted keys, or None for none."""

    bundles: dict[str, Bundle] = field(default_factory=dict)
    answers: dict[tuple[str, str], str | None] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    not_compared: set[str] = field(default_factory=set)
    recording: bool = True

    def keep(self, bundle: Bundle, request: str, answer: Mapping[str, Any] | None) -> None:
        if self.recording:
            self.bundles[bundle.digest] = bundle
            self.answers[bundle.digest, request] = _text(answer)


def compare(answers: Answers, binary: str) -> None:
    """Ask OPA everything that was recorded, and note each difference."""
    for digest, bundle in answers.bundles.items():
        asked = {request: a for (d, request), a in answers.answers.items() if d == digest}
        if bundle.routes is not None:
            _ask_every_rule(answers, bundle, asked)
        try:
            with OpaServer(binary, bundle) as server:
                _compare_bundle(answers, server.url, asked)
        except RuntimeError as error:
            answers.differences.append(f"bundle `{digest:.12}` from {bundle.source}: {error}")


def _ask_every_rule(answers: Answers, bundle: Bundle, asked: Mapping[str, str | None]) -> None:
    """INVARIANT: a rule that the index does not name had nothing to say."""
    data = bundle.data
    data["guard"]["bundle"] = {"digest": bundle.digest}
    engine = embedded.build(dict(bundle.modules), json.dumps(data))
    for request, routed in asked.items():
        try:
            engine.set_input_json(request)
            every = _text(json.loads(engine.eval_rule_as_json(ENTRY_POINT)))
        except RuntimeError:
            every = None
        if every != routed:
            answers.differences.append(
                f"request: {request}\n  by index:   {routed or 'error'}\n  every rule: {every}"
            )


def _compare_bundle(answers: Answers, url: str, asked: Mapping[str, str | None]) -> None:
    engine = SidecarEngine(url, timeout=10)
    try:
        for request, embedded in asked.items():
            try:
                opa = _text(engine.evaluate(request))
                said = opa
            except EvaluationError as error:
                opa, said = None, f"error: {error}"
            if opa != embedded:
                answers.differences.append(
                    f"request: {request}\n  regorus: {embedded or 'error'}\n  opa:     {said}"
                )
        # Had OPA ended on the way, errors would agree with errors.
        if not engine.ready():
            answers.differences.append(f"opa at {url} ended while it was asked")
    finally:
        engine.close()


def _text(answer: Mapping[str, Any] | None) -> str | None:
    return None if answer is None else json.dumps(answer, sort_keys=True)


class _Plugin:
    """Holds the record of one process; under xdist the workers compare what they saw."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.answers = Answers()
        self.lines: list[str] = []
        self.totals = {"decisions": 0, "bundles": 0, "marked": 0}
        self._class: Any = EmbeddedEngine
        self._evaluate = self._class.evaluate

    def install(self) -> None:
        answers, evaluate = self.answers, self._evaluate

        def recorded(engine: EmbeddedEngine, request: str) -> Mapping[str, Any]:
            try:
                answer = evaluate(engine, request)
            except EvaluationError:
                answers.keep(engine.bundle, request, None)
                raise
            answers.keep(engine.bundle, request, answer)
            return answer

        self._class.evaluate = recorded

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        marker = item.get_closest_marker("not_compared")
        if marker is not None:
            if len(marker.args) != 1:
                pytest.fail("give `not_compared` a reason")
            self.answers.not_compared.add(item.nodeid)
        self.answers.recording = marker is None

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._class.evaluate = self._evaluate
        binary = find_opa()
        if self.answers.answers and binary is not None:
            compare(self.answers, binary)
        self._add(
            {
                "decisions": len(self.answers.answers),
                "bundles": len(self.answers.bundles),
                "marked": len(self.answers.not_compared),
            },
            self.answers.differences,
        )
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = json.dumps([self.totals, self.lines])
        missing = binary is None and required() and self.totals["decisions"]
        if (self.lines or missing) and session.exitstatus in {
            0,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        }:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        if text := getattr(node, "workeroutput", {}).get(_OUTPUT):
            totals, lines = json.loads(text)
            self._add(totals, lines)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.totals["decisions"]:
            return
        binary = find_opa()
        decisions, bundles = self.totals["decisions"], self.totals["bundles"]
        line = f"same answer: {decisions} decisions under {bundles} bundles, taken by regorus"
        if binary is None:
            terminalreporter.write_line(f"{line}, not compared: there is no opa binary")
            return
        line += f" and by OPA {opa_version(binary)}: {len(self.lines)} differences"
        if marked := self.totals["marked"]:
            line += f"; {marked} tests not compared, by their marker"
        terminalreporter.write_line(line, red=bool(self.lines), green=not self.lines)
        for difference in self.lines[:_SHOWN]:
            terminalreporter.write_line(difference)

    def _add(self, totals: Mapping[str, int], lines: list[str]) -> None:
        for key, value in totals.items():
            self.totals[key] += value
        self.lines += lines


def pytest_configure(config: pytest.Config) -> None:
    """Start recording."""
    config.addinivalue_line(
        "markers", "not_compared(reason): the test's decisions are not asked of OPA again"
    )
    plugin = _Plugin(config)
    plugin.install()
    config.pluginmanager.register(plugin, "same-answer")
