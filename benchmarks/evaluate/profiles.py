"""One table over all profiles of the bundle: what each disturbs, and what each stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.evaluate.exclusions import Exclusion, excluded
from benchmarks.evaluate.intervals import Rate
from benchmarks.evaluate.score import Judged, mean, tally
from benchmarks.evaluate.tables import Section, Table, percent
from guard.policy.bundle import Bundle

__all__ = ["FILES", "names", "profile_section"]

FILES = (
    "benign_shell",
    "benign_python",
    "benign_sql",
    "malicious_shell",
    "malicious_python",
    "policy_tunnel_mining",
)


def names(bundle: Bundle) -> list[str]:
    """The profiles of a bundle, the default one first."""
    return sorted(bundle.profiles, key=lambda name: (name != "baseline", name))


def profile_section(
    profiles: Mapping[str, Mapping[str, Sequence[Judged]]], exclusions: Sequence[Exclusion]
) -> Section:
    """Rows for each profile. `profiles` holds the judged files of each."""
    return Section(
        "Profiles",
        "Denied and asked are means over sources, not allowed is the mean over categories "
        "(without the excluded rows; in brackets with them). Where a profile says that nobody "
        "is there to be asked, what others ask about is denied.",
        [Table(("profile", *_HEAD), [[n, *_cells(f, exclusions)] for n, f in profiles.items()])],
    )


_HEAD = (
    "benign shell denied",
    "asked",
    "benign python denied",
    "asked",
    "benign sql denied",
    "asked",
    "malicious shell not allowed",
    "malicious python not allowed",
    "tunnels and mining not allowed",
)


def _cells(files: Mapping[str, Sequence[Judged]], exclusions: Sequence[Exclusion]) -> list[str]:
    cells = []
    for name in FILES[:3]:
        sources = tally(files.get(name, ()), lambda row: row.source)
        cells += (
            [percent(mean(sources, of).share, 2) for of in (lambda t: t.denied, lambda t: t.asked)]
            if sources
            else ["-", "-"]
        )
    for name in FILES[3:5]:
        judged = files.get(name, ())
        kept = [one for one in judged if not excluded(one[0], exclusions)]
        shares = [
            percent(mean(tally(some, lambda row: row.category), lambda t: t.stopped).share)
            for some in (kept, judged)
            if some
        ]
        cells.append(f"{shares[0]} ({shares[1]})" if len(shares) == 2 else "-")
    owed = [v for r, v in files.get("policy_tunnel_mining", ()) if r.label == "policy-violating"]
    cells.append(percent(Rate(sum(v.stopped for v in owed), len(owed)).interval.share))
    return cells
