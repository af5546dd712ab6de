"""Which factors move a function on the unit cube: Morris screening, and Sobol's indices.

Morris (1991) changes one factor at a time along random trajectories; an elementary effect is the
change of the output over the change of the factor, here as share of the factor's range. The mean
of effects is mu, that of their absolute values mu_star (Campolongo et al. 2007), their deviation
sigma. Sobol's indices are shares of the output's variance: S1 of a factor alone, ST with all its
interactions, by Saltelli's design and estimators (Saltelli et al. 2010). Both come from SALib,
which is imported where it is needed, because it takes a second.

Blocks of a design (a trajectory, or a point of the base sample with its exchanges) in which an
output does not exist are left out for that output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RESAMPLES = 1000  # behind an interval
INDEX_SLACK = 0.05  # outside of 0 to 1, which an estimate of a share may be
WIDEST_HALF = 0.5  # of a 95 % interval of an index
COVERAGE = 0.95
NOTHING = 1e-12  # of an output's size: variance that is rounding


def morris_sample(factors: int, *, trajectories: int, levels: int, seed: int) -> Array:
    """Return Morris trajectories, (trajectories x (factors + 1), factors), in [0, 1].

    Parameters
    ----------
    factors : int, >= 1
    trajectories : int, >= 2
    levels : int, even
        Of every factor's grid.
    seed : int
    """
    from SALib.sample import morris

    problem = _problem([str(k) for k in range(factors)])
    return np.asarray(morris.sample(problem, trajectories, num_levels=levels, seed=seed))


def morris_table(
    sample: Array,
    outputs: Mapping[str, Array],
    *,
    names: Sequence[str],
    levels: int,
    seed: int,
) -> pl.DataFrame:
    """Return the effects of every factor on every output.

    Parameters
    ----------
    sample : (n, k) array
        `morris_sample`.
    outputs : mapping of str to (n,) array
        NaN where an output does not exist.
    names : sequence of str, length k
    levels : int
    seed : int
        Of the resampling.

    Returns
    -------
    polars.DataFrame
        output, factor, mu, mu_star, mu_star_conf (half of a 95 % interval), sigma; in units of
        the output per whole range of the factor. Empty where no two trajectories are whole.
    """
    from SALib.analyze import morris

    rows = []
    for output, values in outputs.items():
        whole = _whole_blocks(values, len(names) + 1)
        found: dict[str, Any] = {}
        if whole.sum() >= 2 * (len(names) + 1):
            found = morris.analyze(
                _problem(names),
                sample[whole],
                values[whole],
                num_levels=levels,
                num_resamples=RESAMPLES,
                conf_level=COVERAGE,
                seed=seed,
            )
        rows += _rows(output, names, found, ("mu", "mu_star", "mu_star_conf", "sigma"))
    return _table(rows)


def sobol_sample(factors: int, *, base_samples: int, seed: int) -> Array:
    """Return Saltelli's design, (base_samples x (factors + 2), factors), in [0, 1].

    Parameters
    ----------
    factors : int, >= 1
    base_samples : int
        A power of two.
    seed : int
        Of the scrambling.
    """
    from SALib.sample import sobol

    problem = _problem([str(k) for k in range(factors)])
    sample = sobol.sample(problem, base_samples, calc_second_order=False, seed=seed)
    return np.asarray(sample)


def sobol_table(outputs: Mapping[str, Array], *, names: Sequence[str], seed: int) -> pl.DataFrame:
    """Return Sobol's indices of every factor for every output.

    Parameters
    ----------
    outputs : mapping of str to (n,) array
        At the points of `sobol_sample`; NaN where an output does not exist.
    names : sequence of str
    seed : int
        Of the resampling.

    Returns
    -------
    polars.DataFrame
        output, factor, S1, S1_conf, ST, ST_conf (halves of 95 % intervals). Empty for an
        output that does not vary, or where no two base samples are whole.

    Notes
    -----
    Estimates may lie a little outside of 0 to 1; a small index is known to about its interval.
    """
    from SALib.analyze import sobol

    rows = []
    size = len(names) + 2
    for output, values in outputs.items():
        kept = values[_whole_blocks(values, size)]
        found: dict[str, Any] = {}
        if len(kept) >= 2 * size and _varies(
            np.concatenate([kept[::size], kept[size - 1 :: size]])
        ):
            found = sobol.analyze(
                _problem(names),
                kept,
                calc_second_order=False,
                num_resamples=RESAMPLES,
                conf_level=COVERAGE,
                seed=seed + 1,  # the library takes 0 for "no seed"
            )
        rows += _rows(output, names, found, ("S1", "S1_conf", "ST", "ST_conf"))
    return _table(rows)


def unsure_outputs(table: pl.DataFrame) -> list[str]:
    """Return the outputs of which some index is no share of variance, or nearly unknown.

    Parameters
    ----------
    table : polars.DataFrame
        `sobol_table`.

    Notes
    -----
    Indices are estimates from a sample: a few hundredths below 0 or above 1 are usual. An output
    is named where S1 or ST is further outside of 0 to 1, or where half of a 95 % interval is
    wider than half of that range.

    Examples
    --------
    >>> names = ("output", "factor", "S1", "S1_conf", "ST", "ST_conf")
    >>> rows = [("price", "a", 0.3, 0.1, 0.6, 0.1), ("cost", "a", -0.2, 0.3, 1.3, 1.2)]
    >>> unsure_outputs(pl.DataFrame(rows, schema=names, orient="row"))
    ['cost']
    """
    outside = pl.any_horizontal(
        *(
            (pl.col(name) < -INDEX_SLACK) | (pl.col(name) > 1.0 + INDEX_SLACK)
            for name in ("S1", "ST")
        ),
        *(pl.col(f"{name}_conf") > WIDEST_HALF for name in ("S1", "ST")),
    )
    return table.filter(outside)["output"].unique(maintain_order=True).to_list()


def importance_of(table: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return how much each factor matters: mu_star over the largest of its output.

    Parameters
    ----------
    table : polars.DataFrame
        `morris_table`.
    names : sequence of str

    Returns
    -------
    polars.DataFrame
        factor, greatest and mean over the outputs that anything moves; the most important first,
        by the greatest and then by the mean.

    Examples
    --------
    >>> table = pl.DataFrame({"output": ["y", "y"], "factor": ["a", "b"], "mu_star": [1.0, 4.0]})
    >>> importance_of(table, ["a", "b"]).rows()
    [('b', 1.0, 1.0), ('a', 0.25, 0.25)]
    """
    shares = [np.zeros(len(names))]
    for _, rows in table.group_by("output", maintain_order=True):
        effect = rows["mu_star"].fill_null(0.0).to_numpy()
        if effect.max() > 0.0:
            shares.append(effect / effect.max())
    moved = np.array(shares[1:] or shares)
    found = {"factor": list(names), "greatest": moved.max(axis=0), "mean": moved.mean(axis=0)}
    return pl.DataFrame(found).sort("greatest", "mean", descending=True, maintain_order=True)


def kept_factors(importance: pl.DataFrame, *, most: int, least_share: float) -> list[str]:
    """Return the factors that go on, the most important first.

    Parameters
    ----------
    importance : polars.DataFrame
        `importance_of`.
    most : int
    least_share : float
        Of the most important factor, for some output; who moves nothing never goes on.
    """
    matters = (pl.col("greatest") > 0.0) & (pl.col("greatest") >= least_share)
    return importance.filter(matters).head(most)["factor"].to_list()


def noise_of(values: Array) -> dict[str, float | None]:
    """Return how much of the spread between points is the luck of their replicates.

    Parameters
    ----------
    values : (n, R) array
        By point and replicate; replicates share their random numbers over points.

    Returns
    -------
    dict
        ``mean``, ``least`` and ``greatest`` of the points' means, ``deviation`` between them,
        ``noise_deviation`` of a point's mean, and ``noise_share`` of the variance between
        means. What all points of a replicate have in common is no noise between points: the
        noise is the interaction of point and replicate of a two-way analysis of variance. None
        with a single replicate.
    """
    mean = values.mean(axis=1)
    n, count = values.shape
    found: dict[str, float | None] = {
        "mean": float(mean.mean()),
        "least": float(mean.min()),
        "greatest": float(mean.max()),
        "deviation": float(mean.std(ddof=1)),
        "noise_deviation": None,
        "noise_share": None,
    }
    if count > 1:
        own = values - mean[:, None] - values.mean(axis=0) + values.mean()
        noise = float((own**2).sum()) / ((n - 1) * (count - 1) * count)
        found["noise_deviation"] = float(np.sqrt(noise))
        spread = float(mean.var(ddof=1))
        found["noise_share"] = min(noise / spread, 1.0) if spread > 0.0 else None
    return found


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _whole_blocks(values: Array, size: int) -> NDArray[np.bool_]:
    """Return which points belong to a block in which the output exists everywhere."""
    return np.repeat(np.isfinite(values).reshape(-1, size).all(axis=1), size)


def _varies(values: Array) -> bool:
    return bool(np.ptp(values) > NOTHING * np.abs(values).max())


def _rows(
    output: str, names: Sequence[str], found: Mapping[str, Any], columns: Sequence[str]
) -> list[dict[str, Any]]:
    rows = []
    for k, name in enumerate(names):
        numbers = {column: float(found[column][k]) if found else None for column in columns}
        rows.append({"output": output, "factor": name} | numbers)
    return rows


def _table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    floats = [name for name in rows[0] if name not in {"output", "factor"}]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(floats, pl.Float64))
