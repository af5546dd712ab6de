"""One year's update of benchmarks, from what a government knows of the year before.

Problem: given last year's reports, how far does each benchmark move, and why? Source: Liu,
section 4.2: regular adjustment of about 1 % a year, differential adjustment by potential and
progress, supervision and feedback, response to prices. The next benchmark of an industry is

    b' = b (1 - g p f + c),   c = -phi (A/N - 1 + delta) + opinions + prices - target,

with the trend g, the industry's pace p by potential and cost, its factor f by progress, and a
correction c within a largest step; A is allocation, N need *before* abatement (verified
balance is zero after any clearing, and feeding it back tightens for ever). The paper gives
no formula: this one is that of the simulated market (`evolve_market`), which compiles the same
source, so that an update can be followed on paper. An industry that waits for its entry is
watched: its benchmark falls as its intensity does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark._adjustment import industry_parts, lead_factors, price_lean, region_moves
from tanshi.benchmark._layout import numbers
from tanshi.benchmark.industries import REGION_KINDS
from tanshi.core import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.industries import Industry
    from tanshi.benchmark.rules import AdjustmentRules, MarketRules

    Array = NDArray[np.float64]

# What moves an industry's benchmark, in the order of `_adjustment.industry_parts`; each is
# switched off by the mechanism of `tanshi.benchmark.switches` beside it.
CONTRIBUTIONS = {
    "regular_trend": "trend",
    "potential": "differentiation",
    "cost_benefit": "cost-benefit pace",
    "progress": "differentiation",
    "feedback": "feedback",
    "opinions": "opinions",
    "price_response": "price response",
    "reduction_target": "reduction targets",
    "limits": "",  # of pace and correction
    "watched": "phase-in",
}
# Those and what moves the benchmarks of regions and of single firms, or firms' costs.
COMPONENTS = (
    *dict.fromkeys(name for name in CONTRIBUTIONS.values() if name),
    "firm progress",
    "reclassification",
    "regional support",
    "laggard support",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class ReportedYear:
    """What last year's reports say, by industry.

    Parameters
    ----------
    industries : tuple of Industry, length S
    benchmark_tco2_per_unit : (S,) array
        In force.
    allocation_tco2 : (S,) array
        Before any share of it is sold.
    need_tco2 : (S,) array
        Emissions without abatement, or verified ones; 0 for an industry that waits.
    complaint_share : (S,) array
        Of output, whose firms object to the benchmark.
    improvement : (S,) array
        Fall of mean intensity over the year, share.
    price_cny_per_tco2, expected_price_cny_per_tco2 : float or None
        Of the year; without a price there is no response to it.
    lag : float
        Emissions per output over what the reduction target asks for, less 1; 0 if none.
    """

    industries: tuple[Industry, ...]
    benchmark_tco2_per_unit: Array
    allocation_tco2: Array
    need_tco2: Array
    complaint_share: Array
    improvement: Array
    price_cny_per_tco2: float | None = None
    expected_price_cny_per_tco2: float | None = None
    lag: float = 0.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Adjustment:
    """Next benchmarks, and what each component adds.

    Parameters
    ----------
    industries : tuple of str, length S
    benchmark_tco2_per_unit, next_benchmark_tco2_per_unit : (S,) arrays
    need_tco2 : (S,) array
        Weights of a mean over industries.
    contributions : dict of str to (S,) array
        Shares of the benchmark, by the names of `CONTRIBUTIONS`; they add to the change.
    """

    industries: tuple[str, ...]
    benchmark_tco2_per_unit: Array
    next_benchmark_tco2_per_unit: Array
    need_tco2: Array
    contributions: dict[str, Array]

    @property
    def change(self) -> Array:
        """Change of each benchmark, share, (S,)."""
        return np.asarray(self.next_benchmark_tco2_per_unit / self.benchmark_tco2_per_unit - 1.0)

    def table(self) -> pl.DataFrame:
        """Return industry, benchmarks, change and contributions in percent."""
        columns = {
            "industry": pl.Series(self.industries, dtype=pl.String),
            "benchmark_tco2_per_unit": self.benchmark_tco2_per_unit,
            "next_benchmark_tco2_per_unit": self.next_benchmark_tco2_per_unit,
            "change_percent": 100.0 * self.change,
        }
        parts = {f"{name}_percent": 100.0 * part for name, part in self.contributions.items()}
        return pl.DataFrame(columns | parts)

    def summary(self) -> str:
        """Return a line for each industry: the change and its largest reasons."""
        lines = []
        for s, name in enumerate(self.industries):
            parts = {key: float(part[s]) for key, part in self.contributions.items()}
            told = sorted(parts, key=lambda key: -abs(parts[key]))[:3]
            reasons = ", ".join(
                f"{key.replace('_', ' ')} {100.0 * parts[key]:+.2f}" for key in told if parts[key]
            )
            reasons = reasons or "nothing moves it"
            before, after = self.benchmark_tco2_per_unit[s], self.next_benchmark_tco2_per_unit[s]
            change = 100.0 * self.change[s]
            lines.append(f"{name}: {before:.4f} -> {after:.4f} ({change:+.2f} %: {reasons})")
        return "\n".join(lines)


def pace_parts(industries: Sequence[Industry], rules: AdjustmentRules) -> tuple[Array, Array]:
    """Return what potential and cost add to the pace of each industry, which is 1 without.

    Half of an industry's lead over the mean, weighted by emissions, counts: in potential, and
    in what a unit of money cuts.

    Examples
    --------
    >>> from tanshi.benchmark.industries import Industry
    >>> from tanshi.benchmark.rules import AdjustmentRules
    >>> rows = [Industry(name=name, entities=1, emissions_tco2=1.0, benchmark_tco2_per_unit=1.0,
    ...                  reduction_potential=share) for name, share in (("a", 0.09), ("b", 0.03))]
    >>> [part.round(6).tolist() for part in pace_parts(rows, AdjustmentRules())]
    [[0.25, -0.25], [0.0, 0.0]]
    """
    weight = np.array([one.emissions_tco2 for one in industries])
    potential = np.array([one.reduction_potential for one in industries])
    cheap = 1.0 / np.array([one.cap_cost_cny_per_tco2 for one in industries])
    parts = [
        0.5 * (value / np.average(value, weights=weight) - 1.0) * on
        for value, on in ((potential, rules.differential), (cheap, rules.cost_benefit))
    ]
    return parts[0], parts[1]


def adjust_industries(year: ReportedYear, rules: MarketRules) -> Adjustment:
    """Return next year's benchmarks of the industries, with the reasons.

    Parameters
    ----------
    year : ReportedYear
    rules : MarketRules
        `MarketRules.without` switches components off.

    Returns
    -------
    Adjustment

    Notes
    -----
    Balanced at the deficit aimed at, with mean potential, cost and progress, nobody objecting
    beyond half of output and a price as expected, the change is minus the trend.
    """
    given = numbers(rules)[0]
    known = (year.price_cny_per_tco2, year.expected_price_cny_per_tco2)
    price, expected = (np.nan if one is None else one for one in known)
    parts = industry_parts(
        price_lean(price, expected, given),
        year.lag,
        pace_parts(year.industries, rules.adjustment),
        (year.allocation_tco2, year.need_tco2, year.complaint_share, year.improvement),
        given,
    )
    parts += 0.0  # turns -0 into 0
    benchmark = year.benchmark_tco2_per_unit
    return Adjustment(
        industries=tuple(one.name for one in year.industries),
        benchmark_tco2_per_unit=frozen(benchmark),
        next_benchmark_tco2_per_unit=frozen(benchmark * (1.0 + parts.sum(axis=0))),
        need_tco2=frozen(year.need_tco2),
        contributions={name: frozen(part) for name, part in zip(CONTRIBUTIONS, parts, strict=True)},
    )


def kinds_of_regions(regions: Sequence[str], supported: Mapping[str, Collection[str]]) -> Array:
    """Return 1 where a region is of a kind that may be supported, else 0, (R, 3).

    Parameters
    ----------
    regions : sequence of str
    supported : mapping of kind to regions
        Kinds of `REGION_KINDS`.
    """
    kinds = [[float(name in supported.get(kind, ())) for kind in REGION_KINDS] for name in regions]
    return np.array(kinds).reshape(len(regions), len(REGION_KINDS))


def names_of_kinds(kinds: Array) -> list[str]:
    """Return the kinds of regions in words, none as an empty text; the inverse of the above."""
    return [
        " and ".join(
            kind.replace("_", " ") for kind, is_one in zip(REGION_KINDS, row, strict=True) if is_one
        )
        for row in kinds
    ]


def adjust_regions(
    supported: Array, reached: Array, target: Array, rules: MarketRules
) -> tuple[Array, Array]:
    """Return what support and targets add to the factors of regions, shares.

    Parameters
    ----------
    supported : (R, 3) array
        1 where a region is of a kind, see `kinds_of_regions`.
    reached, target : (R,) arrays
        Fall of emissions per output so far, and what it is to be; 0 for no target.
    rules : MarketRules

    Returns
    -------
    eased, tightened : (R,) arrays
        The next factor is the present one times 1 + both; the second is 0 or below.
    """
    return region_moves(supported, reached, target, numbers(rules)[0])


def follow_progress(
    progress: Array,
    improvement: Array,
    weight: Array,
    industry: NDArray[np.int64],
    rules: AdjustmentRules,
) -> Array:
    """Return what firms' own factors are multiplied by: less for who leads in progress.

    Parameters
    ----------
    progress : (n,) array
        Fall of each firm's intensity over the year, share; NaN where it is not known.
    improvement : (S,) array
        Of the industry.
    weight : (n,) array
        Output times the firm's benchmark over its industry's: its mean stays.
    industry : (n,) array of int
    rules : AdjustmentRules

    Returns
    -------
    (n,) array
    """
    return lead_factors(progress, improvement, weight, industry, rules.firm_progress)
