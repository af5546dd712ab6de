"""The numbers in the figures of a market under benchmarks, one table a figure.

Over the years a figure shows the mean over replicates, and the lowest and the highest of them;
figures of the last years stand with the 95 % interval of their mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.study.benchmark_run import MarketRun

    Array = NDArray[np.float64]

WHOLE = "all"  # the whole market among its industries
STRATEGIES = ("own", "contract", "trade", "conceal")
TIERS = ("advanced", "medium", "lagging")
AGAINST = {"need": "unabated_need_tco2", "verified": "verified_tco2"}
STATES = {"baseline": "before", "market": "after"}
PUBLISHED = "published"
COMPARED = (
    "cost_change_percent",
    "balance_need_percent",
    "balance_verified_percent",
    "noncompliant_firms_percent",
)
NO_CLAUSE = "other mechanisms of the market"
# What switching a mechanism does to the cost of the same emissions.
MOVES, UNSURE = "moves cost", "not told apart from 0"
HARDLY, IDLE = "moves cost by less than 0.01 %", "moves nothing"
OTHER_TASK, MISSES = "another task, no cost to compare", "misses the same emissions"
DRAWN = (MOVES, UNSURE)  # the others have no mark on the axis of cost
LEAST_PERCENT = 0.01  # of cost that is worth telling
LARGEST_GAP_PERCENT = 0.1  # of emissions, up to which cost is compared
NOISE = 1e-6  # percent or CNY: what the search for equal emissions leaves
CHANGES = ("emissions_change_percent", "fees_change_percent")
LEVELS = ("lowest_price_cny_per_tco2", "highest_price_cny_per_tco2", "noncompliant_firms_percent")


def price_data(run: MarketRun) -> pl.DataFrame:
    """Return by year the price, what was expected, the baseline's price, and the band."""
    ours, baseline = run.evolution, run.assessment.baseline
    price = ours.price_cny_per_tco2
    floors, ceilings = zip(*run.band, strict=True)
    return pl.DataFrame(
        {
            "year": np.arange(1, price.shape[1] + 1),
            "price_cny_per_tco2": price.mean(axis=0),
            "lowest_cny_per_tco2": price.min(axis=0),
            "highest_cny_per_tco2": price.max(axis=0),
            "expected_cny_per_tco2": ours.years["expected_price_cny_per_tco2"].mean(axis=0),
            "baseline_cny_per_tco2": baseline.price_cny_per_tco2.mean(axis=0),
            "floor_cny_per_tco2": floors,
            "ceiling_cny_per_tco2": ceilings,
        }
    )


def price_axis(data: pl.DataFrame) -> tuple[float, float]:
    """Return where an axis of prices begins and ends.

    A ceiling that no price comes near is left out, or it would squeeze all prices to a line.

    Parameters
    ----------
    data : polars.DataFrame
        As `price_data` gives it.
    """
    shown = ("highest_cny_per_tco2", "expected_cny_per_tco2", "baseline_cny_per_tco2")
    most = max(float(data[name].to_numpy().max()) for name in shown)
    least = min(
        float(data[f"{name}_cny_per_tco2"].to_numpy().min()) for name in ("floor", "lowest")
    )
    ceiling = float(data["ceiling_cny_per_tco2"].to_numpy().max())
    top = most + 0.25 * (most - least) + 1.0
    if ceiling < 2.0 * most - least:
        top = max(top, ceiling + 0.05 * (ceiling - least))
    return max(least - 0.12 * (top - least), 0.0), top


def balance_data(run: MarketRun) -> pl.DataFrame:
    """Return allocation over need before abatement and over verified emissions, by industry.

    100 is balance, less is a deficit; null before an industry enters.
    """
    rows = run.evolution.by_industry
    allocation = _with_whole(rows["allocation_tco2"])
    parts = []
    for against, column in AGAINST.items():
        share = 100.0 * _over(allocation, _with_whole(rows[column]))
        parts.append(_spread(run, share, "allocation_percent", against=against))
    return pl.concat(parts).rename({"lowest": "lowest_percent", "highest": "highest_percent"})


def aimed_of(run: MarketRun) -> float:
    """Return the allocation over need that the last year's rules aim at, percent."""
    return 100.0 * (1.0 - float(run.evolution.deficit[-1]))


def strategy_data(run: MarketRun) -> pl.DataFrame:
    """Return the shares of firms that abate, contract, only trade and conceal, by industry."""
    rows = run.evolution.by_industry
    firms = _with_whole(rows["firms"])
    shares = {
        f"{name}_percent": (100.0 * _over(_with_whole(rows[f"{name}_firms"]), firms)).mean(axis=0)
        for name in STRATEGIES
    }
    years, groups = shares["own_percent"].shape
    table = pl.DataFrame(
        {
            "industry": np.repeat(_groups(run), years),
            "year": np.tile(np.arange(1, years + 1), groups),
        }
        | {name: values.T.ravel() for name, values in shares.items()}
    )
    return table.with_columns(pl.col(name).fill_nan(None) for name in shares)


def tier_data(run: MarketRun) -> pl.DataFrame:
    """Return the benchmarks of tiers by industry, beside the first one of the scenario."""
    rows = run.evolution.by_industry
    parts = []
    for tier in TIERS:
        level = np.asarray(rows[f"{tier}_benchmark_tco2_per_unit"])
        level = np.where(level > 0.0, level, np.nan)  # no firm of the tier, or not in yet
        parts.append(_spread(run, level, "benchmark_tco2_per_unit", tier=tier))
    unit = {name: f"tCO2/{unit}" for name, unit in run.units.items()}
    return (
        pl.concat(parts)
        .rename({"lowest": "lowest_tco2_per_unit", "highest": "highest_tco2_per_unit"})
        .with_columns(
            pl.col("industry").replace_strict(unit, return_dtype=pl.String).alias("unit"),
            pl.col("industry")
            .replace_strict(run.initial, return_dtype=pl.Float64)
            .alias("initial_tco2_per_unit"),
        )
    )


def before_after_data(run: MarketRun) -> pl.DataFrame:
    """Return four figures of every industry: the baseline's, this market's, the published."""
    printed = {
        (row["industry"], row["figure"]): row["published"]
        for row in run.published.iter_rows(named=True)
    }
    table = run.before_after.filter(by="industry")
    rows: list[tuple[str, str, str, float | None, float | None, float | None]] = []
    for figure in COMPARED:
        for row in table.filter(figure=figure).iter_rows(named=True):
            group = row["group"]
            rows += [
                (figure, group, state, row[name], row[f"{name}_low"], row[f"{name}_high"])
                for state, name in STATES.items()
            ]
            if (group, figure) in printed:
                rows.append((figure, group, PUBLISHED, printed[group, figure], None, None))
    return pl.DataFrame(rows, schema=_schema("figure", "industry", "state"), orient="row")


def fairness_data(run: MarketRun) -> pl.DataFrame:
    """Return burden over revenue by size and region, of the baseline and of this market."""
    table = run.before_after.filter(pl.col("by").is_in(["size", "region"]))
    rows = [
        (row["by"], row["group"], state, row[name], row[f"{name}_low"], row[f"{name}_high"])
        for row in table.filter(figure="burden_percent").iter_rows(named=True)
        for state, name in STATES.items()
    ]
    return pl.DataFrame(rows, schema=_schema("by", "group", "state"), orient="row")


def ablation_data(table: pl.DataFrame, clauses: list[str]) -> pl.DataFrame:
    """Return what the same emissions cost without each mechanism, by clause of section 4.2.

    Parameters
    ----------
    table : polars.DataFrame
        As `ablate_market` gives it.
    clauses : list of str
        As the paper has them; what belongs to none of them comes last.
    """
    names = ("cost_change_percent", "cost_change_percent_low", "cost_change_percent_high")
    full, *others = table.iter_rows(named=True)
    rows: list[dict[str, Any]] = [
        {
            "clause": row["clause"].split(", ")[0] or NO_CLAUSE,
            "mechanism": row["mechanism"],
            "switched": row["switched"],
            **{name: row[name] for name in names},
            "verdict": verdict_of(row, full),
        }
        for row in others
    ]
    order = [*clauses, NO_CLAUSE]
    rows.sort(key=lambda row: order.index(row["clause"]))
    floats = dict.fromkeys(names, pl.Float64)
    return pl.DataFrame(rows, schema_overrides=floats)


def verdict_of(row: dict[str, Any], full: dict[str, Any]) -> str:
    """Say whether switching a mechanism moves the cost of the same emissions, or anything.

    Parameters
    ----------
    row, full : dict
        Rows of the table of `ablate_market`: the mechanism's, and that of the full market.

    Examples
    --------
    >>> row = {"cost_change_percent": 2.0, "cost_change_percent_low": -1.0,
    ...        "cost_change_percent_high": 5.0, "largest_emission_gap_percent": 0.0}
    >>> verdict_of(row, row), verdict_of(row | {"cost_change_percent_low": 1.5}, row)
    ('not told apart from 0', 'moves cost')
    """
    cost, low, high = (row[f"cost_change_percent{end}"] for end in ("", "_low", "_high"))
    if cost is None:
        return OTHER_TASK
    if row["largest_emission_gap_percent"] > LARGEST_GAP_PERCENT:
        return MISSES
    if abs(cost) < LEAST_PERCENT:
        changes = [cost, *(row[name] for name in CHANGES)]
        pairs = [(row[name], full[name]) for name in LEVELS]
        changes += [now - before for now, before in pairs if None not in (now, before)]
        # A change of nothing, such as fees where nobody trades, has no percentage.
        known = [change for change in changes if change is not None]
        return HARDLY if any(abs(change) >= NOISE for change in known) else IDLE
    if low is None or high is None or low <= 0.0 <= high:
        return UNSURE
    return MOVES


def clauses_of(run: MarketRun) -> list[str]:
    """Return the clauses of section 4.2 that mechanisms stand behind, in their order."""
    return run.mechanisms.filter(kind="clause")["group"].unique(maintain_order=True).to_list()


def _groups(run: MarketRun) -> list[str]:
    return [*run.evolution.industries, WHOLE]


def _with_whole(values: Array) -> Array:
    """Return a figure by industry and, last, its sum, (R, T, S + 1)."""
    return np.concatenate([values, values.sum(axis=2, keepdims=True)], axis=2)


def _over(above: Array, below: Array) -> Array:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))


def _spread(run: MarketRun, values: Array, name: str, **what: str) -> pl.DataFrame:
    """Return industry, year, what it is, mean, lowest and highest over replicates."""
    years, groups = values.shape[1:]
    ends = {name: values.mean(axis=0), "lowest": values.min(axis=0), "highest": values.max(axis=0)}
    table = pl.DataFrame(
        {
            "industry": np.repeat(_groups(run)[:groups], years),
            "year": np.tile(np.arange(1, years + 1), groups),
        }
        | {key: np.full(years * groups, value) for key, value in what.items()}
        | {key: one.T.ravel() for key, one in ends.items()}
    )
    return table.with_columns(pl.col(key).fill_nan(None) for key in ends)


def _schema(*names: str) -> dict[str, Any]:
    numbers = ("value_percent", "low_percent", "high_percent")
    return dict.fromkeys(names, pl.String) | dict.fromkeys(numbers, pl.Float64)
