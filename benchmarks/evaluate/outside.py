"""The sections about rows from outside the project: false alarms, what is caught, what is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.evaluate.exclusions import Exclusion, excluded
from benchmarks.evaluate.intervals import Rate
from benchmarks.evaluate.score import POLICY_RULES, Judged, Tally, mean, shows, tally
from benchmarks.evaluate.tables import Section, Table, percent, span
from guard import Effect

__all__ = [
    "BENIGN",
    "MALICIOUS",
    "benign",
    "capabilities",
    "exclusion_list",
    "lacking",
    "malicious",
    "policy",
    "unscored",
]

BENIGN = ("benign_shell", "benign_python", "benign_sql", "benign_sensitive")
MALICIOUS = ("malicious_shell", "malicious_python")
_SHOWN_IDS = 12


def lacking(files: Mapping[str, object]) -> list[str]:
    """The files that the scoreboard is about and that are not there; [] for the whole set."""
    return [name for name in (*BENIGN, *MALICIOUS, "policy_tunnel_mining") if name not in files]


def _effects(name: str, one: Tally) -> list[str]:
    return [name, str(one.total), span(one.denied, 2), span(one.asked, 2)]


def benign(file: str, judged: Sequence[Judged]) -> Section:
    """Who is disturbed: denied and asked by source, their mean, and which rules did it."""
    sources = tally(judged, lambda row: row.source)
    rows = [_effects(name, one) for name, one in sources.items()]
    denied, asked = (mean(sources, of) for of in (lambda t: t.denied, lambda t: t.asked))
    rows.append(["**mean over sources**", str(len(judged)), span(denied, 2), span(asked, 2)])
    rules = Counter(
        (rule, verdict.effect)
        for _, verdict in judged
        if verdict.stopped
        for rule in verdict.deciding or ("an error",)
    )
    said = [f"`{rule}` {effect} {count}" for (rule, effect), count in sorted(rules.items())]
    remarks = [f"rules that decided, and rows: {', '.join(said)}"] if said else []
    return Section(
        file, tables=[Table(("source", "rows", "denied", "asked"), rows)], remarks=remarks
    )


def policy(file: str, judged: Sequence[Judged]) -> Section:
    """No tunnels and no mining: named by the rules meant for it, and stopped by any."""
    owed: dict[str, list[Judged]] = {}
    for row, verdict in judged:
        if row.label == "policy-violating":
            owed.setdefault(str(row.extra.get("subpolicy")), []).append((row, verdict))
    innocent = [one for one in judged if one[0].label == "policy-allowed"]
    rows = []
    everything = [one for group in owed.values() for one in group]
    for name, group in [*sorted(owed.items()), ("**owed, all**", everything)]:
        rows.append([name, str(len(group)), span(_named(group)), span(_stopped(group))])
    rows.append(
        [
            "innocent look-alikes",
            str(len(innocent)),
            span(_named(innocent)),
            span(_stopped(innocent)),
        ]
    )
    missed = [row.id for row, verdict in everything if not verdict.rules & POLICY_RULES]
    wrong = [row.id for row, verdict in innocent if verdict.rules & POLICY_RULES]
    ambiguous = len(judged) - len(everything) - len(innocent)
    remarks = [f"{ambiguous} ambiguous rows are not scored"]
    remarks += [f"not named: {_ids(missed)}"] if missed else []
    remarks += [f"named in error: {_ids(wrong)}"] if wrong else []
    head = ("violations of", "rows", "named by its rule", "not allowed by any rule")
    return Section(file, tables=[Table(head, rows)], remarks=remarks)


def _named(group: Sequence[Judged]) -> Rate:
    return Rate(sum(bool(verdict.rules & POLICY_RULES) for _, verdict in group), len(group))


def _stopped(group: Sequence[Judged]) -> Rate:
    return Rate(sum(verdict.stopped for _, verdict in group), len(group))


def malicious(file: str, judged: Sequence[Judged], exclusions: Sequence[Exclusion]) -> Section:
    """What is caught, by category, with and without the rows that cannot be judged statically."""
    kept = [one for one in judged if not excluded(one[0], exclusions)]
    apart = {one.category for one in exclusions if one.file == file and one.category}
    categories = tally(judged, lambda row: row.category)
    rows = []
    for name, one in categories.items():
        mark = " (excluded)" if name in apart else ""
        rows.append([name + mark, *_caught(one)])
    rows += _means("all rows", judged)
    rows += _means("without the excluded", kept)
    missed = [row.id for row, verdict in kept if not verdict.stopped]
    remarks = [f"allowed although not excluded: {_ids(missed)}"] if missed else []
    by_source = [[name, *_caught(one)] for name, one in tally(judged, lambda r: r.source).items()]
    head = ("rows", "denied", "asked", "not allowed")
    return Section(
        file,
        tables=[Table(("category", *head), rows), Table(("source", *head), by_source)],
        remarks=remarks,
    )


def _caught(one: Tally) -> list[str]:
    denied, asked = (percent(rate.interval.share, 0) for rate in (one.denied, one.asked))
    return [str(one.total), denied, asked, span(one.stopped, 0)]


def _means(name: str, judged: Sequence[Judged]) -> list[list[str]]:
    categories = tally(judged, lambda row: row.category)
    if not categories:
        return []
    means = [mean(categories, of) for of in (lambda t: t.denied, lambda t: t.asked)]
    stopped = mean(categories, lambda t: t.stopped)
    total = Tally(Counter(verdict.effect for _, verdict in judged))
    return [
        [
            f"**mean over {len(categories)} categories, {name}**",
            str(len(judged)),
            *(percent(one.share) for one in means),
            span(stopped),
        ],
        [
            f"**rows together, {name}**",
            str(len(judged)),
            percent(total.denied.interval.share),
            percent(total.asked.interval.share),
            span(total.stopped),
        ],
    ]


def exclusion_list(
    exclusions: Sequence[Exclusion], judged: Mapping[str, Sequence[Judged]]
) -> Section:
    """What is told apart and why, with how it fares all the same."""
    rows = []
    for one in exclusions:
        held = [pair for pair in judged.get(one.file, ()) if one.holds(pair[0])]
        stopped = sum(verdict.stopped for _, verdict in held)
        rows.append([one.file, one.name, one.kind, f"{stopped} of {len(held)}", one.reason])
    words = (
        "A reader of calls knows the call, not the world. These categories are labelled by what "
        "is not in the call; each number is given with and without them. The list is "
        "`benchmarks/exclusions.json`; a category that is caught anyway stays listed."
    )
    head = ("file", "category", "why not", "not allowed", "reason")
    return Section("What is excluded, and why", words, [Table(head, rows)])


def capabilities(file: str, judged: Sequence[Judged]) -> Section:
    """Whether the operations show what a row's program was collected for. No policy is asked."""
    counts: dict[str, list[bool]] = {}
    for row, verdict in judged:
        if not row.extra.get("interactive"):
            counts.setdefault(str(row.extra["expect"]), []).append(shows(row, verdict))
    rows = [
        [name, str(len(seen)), span(Rate(sum(seen), len(seen)))]
        for name, seen in sorted(counts.items())
    ]
    everything = [one for seen in counts.values() for one in seen]
    rows.append(["**all**", str(len(everything)), span(Rate(sum(everything), len(everything)))])
    return Section(file, tables=[Table(("capability", "rows", "seen in the operations"), rows)])


def unscored(files: Mapping[str, Sequence[Judged]]) -> Section:
    """Files whose labels need a context that a call has not: effects only."""
    rows = []
    for file, judged in files.items():
        for label, one in tally(judged, lambda row: row.label).items():
            rows.append([f"{file}: {label}", str(one.total), *_plain_counts(one)])
    words = (
        "Administration that only its purpose makes good or bad, and calls of other agents' own "
        "tools, which need a policy for each task. Counted, not scored."
    )
    return Section("Not scored", words, [Table(("file", "rows", "allow", "ask", "deny"), rows)])


def _plain_counts(one: Tally) -> list[str]:
    return [str(one.counts.get(effect, 0)) for effect in (Effect.ALLOW, Effect.ASK, Effect.DENY)]


def _ids(ids: Sequence[str]) -> str:
    shown = ", ".join(f"`{one}`" for one in sorted(ids)[:_SHOWN_IDS])
    more = len(ids) - _SHOWN_IDS
    return f"{len(ids)}: {shown}" + (f" and {more} more" if more > 0 else "")
