"""The arithmetic of shares: Wilson against published values, and the bootstrap."""

from __future__ import annotations

import math

import pytest

from benchmarks.evaluate.intervals import Rate, bootstrap_mean, wilson

# R. G. Newcombe, "Two-sided confidence intervals for the single proportion: comparison of seven
# methods", Statistics in Medicine 17 (1998), table I, method 3 (score, no correction).
PUBLISHED = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("hits", "total", "low", "high"), PUBLISHED)
def test_wilson_gives_the_published_bounds(hits: int, total: int, low: float, high: float) -> None:
    """To the four digits that were printed."""
    interval = wilson(hits, total)
    assert interval.share == hits / total
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_wilson_is_the_same_from_both_sides() -> None:
    """What was missed has the mirrored interval of what was hit."""
    hit, missed = wilson(7, 31), wilson(24, 31)
    assert hit.low == pytest.approx(1 - missed.high)
    assert hit.high == pytest.approx(1 - missed.low)


def test_nothing_counted_is_nothing_known() -> None:
    """Without rows the share is unknown and the interval is everything."""
    interval = Rate(0, 0).interval
    assert math.isnan(interval.share)
    assert (interval.low, interval.high) == (0.0, 1.0)


@pytest.mark.parametrize(("hits", "total"), [(-1, 3), (4, 3)])
def test_counts_that_cannot_be_are_refused(hits: int, total: int) -> None:
    """More hits than rows is a mistake in counting, not a share."""
    with pytest.raises(ValueError, match="count again"):
        wilson(hits, total)


def test_the_bootstrap_holds_the_mean_and_repeats_itself() -> None:
    """Seeded, around the mean, within the values, and nothing wide where all are equal."""
    values = [0.0, 0.1, 0.4, 0.5]
    interval = bootstrap_mean(values)
    assert interval.share == pytest.approx(0.25)
    assert min(values) <= interval.low < interval.share < interval.high <= max(values)
    assert interval == bootstrap_mean(values)
    same = bootstrap_mean([0.3, 0.3])
    assert (same.low, same.high) == (0.3, 0.3)


def test_a_mean_of_nothing_is_refused() -> None:
    """No source, no mean."""
    with pytest.raises(ValueError, match="at least one source"):
        bootstrap_mean([])
