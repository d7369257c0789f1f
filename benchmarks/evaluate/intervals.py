"""How sure a counted share is. Arithmetic alone: no rows, no guard, no printing."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

__all__ = ["Interval", "Rate", "bootstrap_mean", "wilson"]

# The quantile of the normal distribution that leaves 2.5 % above itself.
_Z = statistics.NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Interval:
    """A share and the bounds that hold it with 95 % confidence, all from 0 to 1."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `total`."""

    hits: int
    total: int

    @property
    def interval(self) -> Interval:
        """The share with its Wilson interval."""
        return wilson(self.hits, self.total)


def wilson(hits: int, total: int, z: float = _Z) -> Interval:
    """The score interval of E. B. Wilson, "Probable inference, the law of succession, and
    statistical inference", JASA 22 (1927), pp. 209-212.

    Unlike the textbook interval it stays within 0 and 1, and does not shrink to nothing where
    nothing was hit. Without any row the share is unknown: 0 to 1. Raises ValueError where
    `hits` is not between 0 and `total`.
    """
    if not 0 <= hits <= total:
        raise ValueError(f"`{hits}` hits of `{total}` rows cannot be: count again")
    if total == 0:
        return Interval(math.nan, 0.0, 1.0)
    share = hits / total
    centre = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return Interval(share, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))


def bootstrap_mean(values: Sequence[float], *, rounds: int = 4000, seed: int = 1) -> Interval:
    """The mean over sources, and the percentile bootstrap over which sources were drawn.

    B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979).
    It answers: how different could the mean be with other sources of the same kind? With few
    sources it is rough. Seeded, so that a page can be made again. Raises ValueError for no values.
    """
    if not values:
        raise ValueError("a mean needs at least one source: give rows")
    random = Random(seed)
    count = len(values)
    means = sorted(statistics.fmean(random.choices(values, k=count)) for _ in range(rounds))
    return Interval(
        statistics.fmean(values), means[int(0.025 * rounds)], means[math.ceil(0.975 * rounds) - 1]
    )
