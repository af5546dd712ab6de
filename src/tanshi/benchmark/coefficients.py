"""Benchmark coefficients by tier and scale: the printed formula and the published table.

Source: Liu, section 3.2: initial benchmark x (1 - reduction potential x technology factor) x
scale factor, with factors in ranges by tier and by scale. The formula and the paper's
Table 2 contradict each other: since potential and technology factor are positive, the
formula lies below the initial benchmark almost everywhere and gives laggards *less*, while
the table gives them more. Both are offered by name; neither is tuned to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark.industries import SCALES, TIERS
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.industries import Industry

    Array = NDArray[np.float64]

RULES = ("uniform", "printed", "published_table", "reversed")
TECHNOLOGY_RANGES = {"advanced": (0.8, 0.9), "medium": (0.9, 1.0), "lagging": (1.0, 1.1)}
SCALE_RANGES = {"large": (0.95, 1.0), "small": (1.0, 1.05)}

# Table 2 over Table 1, as printed: advanced and lagging; medium is the initial benchmark.
PUBLISHED = {
    "power": (0.795 / 0.823, 0.850 / 0.823),
    "steel": (1.880 / 2.000, 2.120 / 2.000),
    "cement": (0.816 / 0.850, 0.884 / 0.850),
    "aluminium": (8.075 / 8.500, 8.925 / 8.500),
}


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """A benchmark with the range its factors span.

    Parameters
    ----------
    industry, tier, scale : str
    low, mid, high : float
        tCO2 per unit of product; `mid` is the formula at the middle of both factors'
        ranges, which is not the mean of `low` and `high`.
    """

    industry: str
    tier: str
    scale: str
    low: float
    mid: float
    high: float


def printed_coefficient(industry: Industry, tier: str, scale: str) -> Coefficient:
    """Return the formula of section 3.2 over the ranges of its factors.

    Parameters
    ----------
    industry : Industry
    tier : {"advanced", "medium", "lagging"}
    scale : {"large", "small"}

    Examples
    --------
    >>> from tanshi.benchmark.industries import Industry
    >>> row = Industry(name="power", entities=1, emissions_tco2=1.0, reduction_potential=0.0878,
    ...                benchmark_tco2_per_unit=0.823)
    >>> found = printed_coefficient(row, "advanced", "large")
    >>> round(found.low, 6), round(found.mid, 6), round(found.high, 6)
    (0.720068, 0.74254, 0.765192)
    """
    base, potential = industry.benchmark_tco2_per_unit, industry.reduction_potential

    def at(technology: float, size: float) -> float:
        return base * (1.0 - potential * technology) * size  # section 3.2

    technology, size = TECHNOLOGY_RANGES[tier], SCALE_RANGES[scale]
    return Coefficient(
        industry=industry.name,
        tier=tier,
        scale=scale,
        # More technology lowers, more scale raises.
        low=at(technology[1], size[0]),
        mid=at(sum(technology) / 2.0, sum(size) / 2.0),
        high=at(technology[0], size[1]),
    )


def published_coefficient(industry: Industry, tier: str, scale: str) -> Coefficient:
    """Return Table 2's coefficient, which does not depend on scale.

    Raises
    ------
    InputError
        Table 2 has no such industry.
    """
    if industry.name not in PUBLISHED:
        allowed = ", ".join(PUBLISHED)
        remedy = "use the rule 'printed' for other industries"
        fault = Fault("not in the published table", industry.name, allowed, remedy)
        raise InputError([fault])
    advanced, lagging = PUBLISHED[industry.name]
    factor = {"advanced": advanced, "medium": 1.0, "lagging": lagging}[tier]
    value = industry.benchmark_tco2_per_unit * factor
    return Coefficient(
        industry=industry.name, tier=tier, scale=scale, low=value, mid=value, high=value
    )


def coefficient_table(industries: Sequence[Industry], rule: str) -> pl.DataFrame:
    """Return industry, tier, scale, low, mid, high; one row a cell.

    Parameters
    ----------
    industries : sequence of Industry
    rule : {"printed", "published_table"}

    Raises
    ------
    InputError
        An unknown rule, or an industry that the published table does not have.
    """
    makers = {"printed": printed_coefficient, "published_table": published_coefficient}
    if rule not in makers:
        fault = Fault("unknown rule", rule, ", ".join(makers), "use one of them", column="--rule")
        raise InputError([fault])
    faults: list[Fault] = []
    rows: list[Coefficient] = []
    for industry in industries:
        try:
            rows += [makers[rule](industry, tier, scale) for tier in TIERS for scale in SCALES]
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return pl.DataFrame([vars(row) for row in rows])


def reachable_table(industries: Sequence[Industry]) -> pl.DataFrame:
    """Return which published coefficients the printed formula can give.

    Returns
    -------
    polars.DataFrame
        industry, tier, published, large_low, large_high, small_low, small_high, reached_by
        (``large``, ``small``, ``large and small`` or ``neither``), one row a tier.
    """
    rows = []
    for industry in industries:
        for tier in TIERS:
            value = published_coefficient(industry, tier, "large").mid
            spans = {scale: printed_coefficient(industry, tier, scale) for scale in SCALES}
            inside = [scale for scale, span in spans.items() if span.low <= value <= span.high]
            row: dict[str, object] = {"industry": industry.name, "tier": tier, "published": value}
            for scale, span in spans.items():
                row |= {f"{scale}_low": span.low, f"{scale}_high": span.high}
            rows.append(row | {"reached_by": " and ".join(inside) or "neither"})
    return pl.DataFrame(rows)


def relative_benchmarks(
    register: FirmRegister, rule: str, *, mean_preserving: bool = True
) -> Array:
    """Return each firm's benchmark over that of its industry.

    Parameters
    ----------
    register : FirmRegister
    rule : {"uniform", "printed", "published_table", "reversed"}
        `reversed` mirrors the published table: laggards get less.
    mean_preserving : bool, default True
        Scale within each industry so that allocation at full output stays what a uniform
        benchmark gives: what is compared is then the spread, not the level.

    Returns
    -------
    (n,) array

    Raises
    ------
    InputError
        An unknown rule, or an industry that the published table does not have.
    """
    factors = np.ones((len(register.industries), len(TIERS), len(SCALES)))
    if rule not in RULES:
        allowed = ", ".join(RULES)
        raise InputError([Fault("unknown benchmark rule", rule, allowed, "use one of them")])
    if rule != "uniform":
        named = "printed" if rule == "printed" else "published_table"
        table = coefficient_table(register.industries, named)
        mids = table["mid"].to_numpy().reshape(factors.shape)
        initial = np.array([one.benchmark_tco2_per_unit for one in register.industries])
        factors = mids / initial[:, None, None]
    if rule == "reversed":
        factors = factors[:, ::-1]
    return relative_from_factors(register, factors, mean_preserving=mean_preserving)


def relative_from_factors(
    register: FirmRegister, factors: Array, *, mean_preserving: bool = True
) -> Array:
    """Return each firm's relative benchmark from a table of factors.

    Parameters
    ----------
    register : FirmRegister
    factors : (S, 3, 2) array, > 0
        By industry, tier and scale (large, small).
    mean_preserving : bool, default True

    Returns
    -------
    (n,) array
    """
    industry = np.asarray(register.industry)
    small = (~np.asarray(register.large)).astype(np.int64)
    relative: Array = np.asarray(factors, np.float64)[industry, np.asarray(register.tier), small]
    return keep_mean(register, relative) if mean_preserving else relative


def keep_mean(register: FirmRegister, relative: Array) -> Array:
    """Scale relative benchmarks within each industry to the allocation of a uniform one.

    Parameters
    ----------
    register : FirmRegister
    relative : (n,) array, > 0
        Benchmarks over those of processes.
    """
    industry = np.asarray(register.industry)
    weight = np.asarray(register.output) * register.benchmark_tco2_per_unit
    count = len(register.industries)
    whole = np.bincount(industry, weight, count)
    shared = np.bincount(industry, weight * relative, count)
    scale = np.divide(whole, shared, out=np.ones(count), where=shared > 0)
    return np.asarray(relative * scale[industry])
