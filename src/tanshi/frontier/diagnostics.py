"""Reports on an estimate: where its quantiles cross, and what its surfaces cover.

Quantiles that are estimated one by one can cross (Koenker & Bassett 1978; Chernozhukov,
Fernández-Val & Galichon 2010, Econometrica 78, 1093-1125): at an observation the surface of
a higher quantile then lies inside that of a lower one. Without null-jointness no more than a
share tau of the observations lies strictly inside the surface of tau and no less than tau
inside or on it, because the intercept is free. Null-jointness bounds the intercept and takes
that away, so coverage is a result and has a report of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.core import Fault, InputError
from tanshi.frontier.results import ON_QUANTILE

if TYPE_CHECKING:
    from tanshi.frontier.inputs import FrontierInputs
    from tanshi.frontier.results import FrontierEstimate


def crossing_table(estimate: FrontierEstimate) -> pl.DataFrame:
    """Return how often and how far adjacent quantiles are in the wrong order.

    Parameters
    ----------
    estimate : FrontierEstimate

    Returns
    -------
    polars.DataFrame
        Columns lower_tau, upper_tau; crossings, the number of observations whose distance
        from the upper quantile is the smaller; share of all observations; and the largest
        crossing as a distance: largest_normalised, and the same step along the direction
        as output, largest_output_cny, and as emissions, largest_emissions_tco2. No rows for
        a single quantile.

    Notes
    -----
    A step of D along the direction adds D to normalised output and takes D off normalised
    emissions; the last two columns undo the normalisation.
    """
    pairs = len(estimate.taus) - 1
    count, largest = np.zeros(pairs, np.int64), np.zeros(pairs)
    for _, values in estimate.blocks():
        excess = values.distance[:, :-1] - values.distance[:, 1:]
        count += (excess > ON_QUANTILE).sum(axis=0)
        largest = np.maximum(largest, excess.max(axis=0))
    largest = np.where(count > 0, largest, 0.0)
    output_cny, emissions_t = _one_normalised(estimate.inputs)
    return pl.DataFrame(
        {
            "lower_tau": list(estimate.taus[:-1]),
            "upper_tau": list(estimate.taus[1:]),
            "crossings": count,
            "share": count / estimate.inputs.n_observations,
            "largest_normalised": largest,
            "largest_output_cny": largest * output_cny,
            "largest_emissions_tco2": largest * emissions_t,
        },
        schema_overrides={"lower_tau": pl.Float64, "upper_tau": pl.Float64},
    )


def coverage_table(
    estimate: FrontierEstimate, without_null_jointness: FrontierEstimate | None = None
) -> pl.DataFrame:
    """Return what share of the observations each surface covers.

    Parameters
    ----------
    estimate : FrontierEstimate
    without_null_jointness : FrontierEstimate, optional
        The same panel and quantiles estimated without null-jointness, to see what it moves.

    Returns
    -------
    polars.DataFrame
        Columns tau; coverage, the share with D >= 0; share_inside, the share with D > 0;
        exact_hits, how many lie on the surface; active_null_jointness, how many of its
        constraints bind. With a second estimate also coverage_without, coverage_moved
        (the first minus the second) and sides_changed, how many observations
        null-jointness moves from one side of the surface to the other.

    Raises
    ------
    InputError
        A second estimate of other quantiles or observations, or with null-jointness.
    """
    n = estimate.inputs.n_observations
    covered, inside = (np.zeros(len(estimate.taus), np.int64) for _ in range(2))
    for _, values in estimate.blocks():
        covered += (values.distance >= -ON_QUANTILE).sum(axis=0)
        inside += (values.distance > ON_QUANTILE).sum(axis=0)
    table = pl.DataFrame(
        {
            "tau": list(estimate.taus),
            "coverage": covered / n,
            "share_inside": inside / n,
            "exact_hits": covered - inside,
            "active_null_jointness": [a["null_jointness"] for a in estimate.active_constraints],
        }
    )
    if without_null_jointness is None:
        return table
    other = without_null_jointness
    _check_comparable(estimate, other)
    changed = np.zeros(len(estimate.taus), np.int64)
    for (_, one), (_, two) in zip(estimate.blocks(), other.blocks(), strict=True):
        sides = (one.distance >= -ON_QUANTILE) != (two.distance >= -ON_QUANTILE)
        changed += sides.sum(axis=0)
    return table.with_columns(
        coverage_without=pl.Series(other.coverage),
        coverage_moved=pl.Series(covered / n - other.coverage),
        sides_changed=pl.Series(changed),
    )


def _check_comparable(estimate: FrontierEstimate, other: FrontierEstimate) -> None:
    faults = []
    if other.null_jointness:
        remedy = "estimate it with null_jointness=False"
        faults.append(Fault("the second estimate has null-jointness", "on", "off", remedy))
    for what, found, allowed in (
        ("other quantiles", other.taus, estimate.taus),
        ("other observations", other.inputs.n_observations, estimate.inputs.n_observations),
    ):
        if found != allowed:
            remedy = "estimate both on the same panel and grid"
            faults.append(Fault(what, str(found), str(allowed), remedy))
    if faults:
        raise InputError(faults)


def _one_normalised(inputs: FrontierInputs) -> tuple[float, float]:
    """Return one unit of normalised output in CNY and of normalised emissions in tonnes."""
    output = np.asarray(inputs.desirable_output)[0] / inputs.normalised_output[0]
    emissions = np.asarray(inputs.undesirable_output)[0] / inputs.normalised_emissions[0]
    return output * inputs.output_scale_cny, emissions * inputs.emissions_scale_t
