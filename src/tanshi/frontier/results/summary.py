"""An estimate on paper: what was estimated, how well, and every coefficient.

The layout follows what readers of regression tables know: a block about the model in two
columns, a line a quantile, the coefficients, then notes. There is no t statistic in it.
Constraints bind and the criterion has kinks, so estimates are not normal around the truth;
where a bootstrap was run, its exact p-values and percentile intervals stand instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.frontier.results._columns import fitted, places, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from tanshi.frontier.results.costs import AbatementCosts
    from tanshi.frontier.results.estimate import FrontierEstimate
    from tanshi.frontier.results.inference import CostIntervals

WIDTH = 100
NAME = 12  # places of a parameter's name, or of a quantile's
SIDE_BY_SIDE, NARROW_NAME, NARROW = 10, 10, 9  # ten quantiles, a usual grid, in one line
ENDS = 5  # units shown at each end of the costs
LONGEST_UNIT = 40
COEFFICIENTS = ("tau", "parameter", "estimate", "standard_error", "p_value", "lower", "upper")
STARS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
METHOD_LINES = {
    "quantile": ("quadratic, Eq. 3", "quantile regression as a linear", "programme, certified"),
    "deterministic": ("quadratic, Eq. 3", "linear programme, every", "observation inside"),
    "expectile": ("quadratic, Eq. 3", "asymmetric least squares as a", "quadratic programme"),
    "convex_quantile": ("convex, piecewise linear", "quantile regression, Afriat", "inequalities"),
    "convex_expectile": (
        "convex, piecewise linear",
        "asymmetric least squares, Afriat",
        "inequalities",
    ),
}
RULE, LINE = "=" * WIDTH, "-" * WIDTH
PRINTED = (
    "By the translation property g1 = b1 + 1, g2 = b2 = mu and e = d: all are printed, as in the "
    "paper, but only one of each is free."
)
BOOTSTRAP_WANTED = (
    "No standard errors: constraints bind, so they come from a bootstrap. Hand its table of "
    "coefficients to this summary for p-values and intervals."
)
HYPERPLANES = (
    "The surface is the least of its hyperplanes, which are in parameters(). Where several meet "
    "every slope between theirs is optimal: the middle is used, the range is in distances()."
)
NO_T = (
    "Standard errors, p-values and intervals are those of the bootstrap that was handed in. There "
    "is no t statistic: with binding constraints estimates are not normal."
)


def estimation_summary(
    estimate: FrontierEstimate,
    coefficients: pl.DataFrame | None = None,
    costs: AbatementCosts | None = None,
    intervals: CostIntervals | None = None,
    *,
    stars: bool = False,
) -> str:
    """Return an estimate as text of fixed width, in the manner of regression tables.

    Parameters
    ----------
    estimate : FrontierEstimate
    coefficients : polars.DataFrame, optional
        From a bootstrap: tau (a number or a text), parameter, estimate, standard_error,
        p_value, lower, upper. Without it the coefficients stand alone, quantiles side by
        side.
    costs : AbatementCosts, optional
        Costs made of the estimate: their spread, and the units at both ends.
    intervals : CostIntervals, optional
        Of these costs; needs `costs`.
    stars : bool, default False
        Mark coefficients with p < 0.1, 0.05, 0.01; needs `coefficients`.

    Returns
    -------
    str
        Lines of at most 100 places, a wide character taken as two.

    Raises
    ------
    InputError
        `coefficients` lacks a column, `intervals` come without their costs or with those of
        another panel, or stars are asked for without p-values.
    """
    _check(coefficients, costs, intervals, stars=stars)
    level = None if intervals is None else intervals.level
    lines = [*_header(estimate), *_by_quantile(estimate)]
    if coefficients is None and _is_quadratic(estimate):
        lines += _plain_coefficients(estimate)
    elif coefficients is not None:
        lines += _coefficient_blocks(coefficients, level, stars=stars)
    if costs is not None:
        lines += _costs(costs, intervals)
    notes = _notes(estimate, coefficients, costs, intervals, stars=stars)
    lines += [RULE, "Notes"]
    for number, note in enumerate(notes, start=1):
        lines += wrapped(note, WIDTH, first=f"[{number}] ", later=" " * len(f"[{number}] "))
    return "\n".join(line.rstrip() for line in lines)


def _check(
    coefficients: pl.DataFrame | None,
    costs: AbatementCosts | None,
    intervals: CostIntervals | None,
    *,
    stars: bool,
) -> None:
    faults = []
    remedy = "make them by a bootstrap of the same estimate"
    if coefficients is not None:
        found = ", ".join(coefficients.columns)
        faults += [
            Fault("coefficients lack a column", found, ", ".join(COEFFICIENTS), remedy, column=name)
            for name in COEFFICIENTS
            if name not in coefficients.columns
        ]
    elif stars:
        faults.append(Fault("stars without p-values", "none", "coefficients with p_value", remedy))
    if intervals is not None:
        have = 0 if costs is None else len(costs.unit)
        n = len(intervals.lower_cny_per_tco2)
        if n != have:
            what = "intervals of other costs"
            faults.append(Fault(what, f"{n} intervals", f"{have}, the costs'", "hand in both"))
    if faults:
        raise InputError(faults)


def _header(estimate: FrontierEstimate) -> list[str]:
    inputs, taus = estimate.inputs, estimate.taus
    periods = np.unique(np.asarray(inputs.period))
    span = f"{periods[0]}" if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
    grid = f"{taus[0]:g}" if len(taus) == 1 else f"{len(taus)}, {taus[0]:g} to {taus[-1]:g}"
    model, method, more = METHOD_LINES[estimate.method]
    pairs = [
        ("Model", model, "Observations", f"{inputs.n_observations:,}"),
        ("Dependent variable", "distance D(x, y, b)", "Units", f"{len(set(inputs.unit)):,}"),
        ("Method", method, "Periods", f"{len(periods)}: {span}"),
        ("", more, *_size(estimate)),
        (
            "Direction (y, b)",
            _direction(estimate),
            "Expectiles" if "expectile" in estimate.method else "Quantiles",
            "frontier" if estimate.deterministic else grid,
        ),
        (
            "Null-jointness",
            "imposed" if estimate.null_jointness else "not imposed",
            "Unique optima",
            f"{sum(estimate.unique)} of {len(taus)}",
        ),
    ]
    half = WIDTH // 2 - 2
    lines = ["Directional output distance function".center(WIDTH), RULE]
    lines += [f"{_pair(a, b, half)}    {_pair(c, d, half)}" for a, b, c, d in pairs]
    named = ", ".join(f"x{k} = {name}" for k, name in enumerate(inputs.input_names, start=1))
    return [*lines, *wrapped(named, WIDTH, first="Inputs:  ", later=" " * 9), RULE]


def _is_quadratic(estimate: FrontierEstimate) -> bool:
    return not estimate.method.startswith("convex")


def _size(estimate: FrontierEstimate) -> tuple[str, str]:
    if _is_quadratic(estimate):
        return "Free parameters", str(estimate.free_parameters.shape[1])
    counts = [sum(name.startswith("alpha") for name in one) for one in _hyperplanes(estimate)]
    least, most = min(counts), max(counts)
    return "Hyperplanes", str(least) if least == most else f"{least} to {most}"


def _hyperplanes(estimate: FrontierEstimate) -> tuple[dict[str, float], ...]:
    return estimate.surfaces.parameters(estimate.inputs.n_inputs)


def _pair(name: str, value: str, width: int) -> str:
    label = f"{name}:" if name else ""
    return label + fitted(value, width - places(label), right=True)


def _direction(estimate: FrontierEstimate) -> str:
    good, bad = estimate.inputs.direction
    return f"({good:g}, -{bad:g}) in units of the means"


def _by_quantile(estimate: FrontierEstimate) -> list[str]:
    names = ("objective", "gap", "coverage", "share above", "active", "null-joint", "unique")
    widths = (16, 12, 12, 14, 10, 13, 10)
    head = fitted("tau", NAME) + _row(names, widths)
    lines = [head, LINE]
    for t, label in enumerate(_labels(estimate)):
        certificate, active = estimate.certificates[t], estimate.active_constraints[t]
        cells = (
            f"{certificate.objective:.6g}",
            f"{certificate.gap:.1e}",
            f"{estimate.coverage[t]:.4f}",
            f"{estimate.share_above[t]:.4f}",
            str(sum(active.values())),
            str(active.get("null_jointness", 0)),
            "yes" if estimate.unique[t] else "no",
        )
        lines.append(fitted(label, NAME) + _row(cells, widths))
    return lines


def _labels(estimate: FrontierEstimate) -> list[str]:
    return ["frontier"] if estimate.deterministic else [f"{tau:g}" for tau in estimate.taus]


def _row(cells: Iterable[str], widths: Sequence[int]) -> str:
    return "".join(
        fitted(cell, width, right=True) for cell, width in zip(cells, widths, strict=True)
    )


def _plain_coefficients(estimate: FrontierEstimate) -> list[str]:
    """Return the coefficients with as many quantiles side by side as a line takes."""
    table = estimate.parameters()
    names = table["parameter"].unique(maintain_order=True).to_list()
    values = table["value"].to_numpy().reshape(-1, len(names))
    labels = _labels(estimate)
    lines = []
    for start in range(0, len(labels), SIDE_BY_SIDE):
        some = slice(start, start + SIDE_BY_SIDE)
        widths = [NARROW] * len(labels[some])
        lines += [RULE, fitted("tau", NARROW_NAME) + _row(labels[some], widths), LINE]
        for row, name in enumerate(names):
            cells = [_number(value, narrow=True) for value in values[some, row]]
            lines.append(fitted(name, NARROW_NAME) + _row(cells, widths))
    return lines


def _coefficient_blocks(table: pl.DataFrame, level: float | None, *, stars: bool) -> list[str]:
    ends = ("[lower", "upper]")
    if level is not None:
        tail = (1.0 - level) / 2.0
        ends = (f"[{tail:.4g}", f"{1.0 - tail:.4g}]")
    widths = (16, 4, 14, 12, 16, 14)
    head = fitted("", NAME) + _row(("coef", "", "std err", "p", *ends), widths)
    lines = []
    for (tau,), part in table.group_by("tau", maintain_order=True):
        label = f"{tau:g}" if isinstance(tau, float) else str(tau)
        named = "frontier" if label == "frontier" else f"tau = {label}"
        lines += [RULE, named + head[len(named) :], LINE]
        for row in part.select(COEFFICIENTS[1:]).iter_rows():
            name, value, error, p, low, high = row
            mark = "" if not stars else next((m for at, m in STARS if p is not None and p < at), "")
            cells = (_number(value), f" {mark}".ljust(4), _number(error), _p_value(p))
            lines.append(fitted(name, NAME) + _row((*cells, _number(low), _number(high)), widths))
    return lines


def _number(value: float | None, *, narrow: bool = False) -> str:
    if value is None:
        return ""
    if value == 0.0 or 1e-3 <= abs(value) < 1e3 or np.isinf(value):
        return f"{value:.4f}"
    return f"{value:.1e}" if narrow else f"{value:.3e}"


def _p_value(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if value == 0.0 or value >= 1e-4 else f"{value:.1e}"


def _costs(costs: AbatementCosts, intervals: CostIntervals | None) -> list[str]:
    """Return the spread of the costs, and the units at both ends in the last period."""
    period = int(costs.period.max())
    rows = np.flatnonzero(costs.period == period)
    order = rows[np.argsort(costs.mac_cny_per_tco2[rows], kind="stable")]
    shown = order if len(order) <= 2 * ENDS + 1 else np.r_[order[:ENDS], -1, order[-ENDS:]]
    finite = costs.mac_cny_per_tco2[np.isfinite(costs.mac_cny_per_tco2)]
    spread = "none is finite"
    if len(finite):
        spread = (
            f"least {finite.min():,.2f}, median {np.median(finite):,.2f}, "
            f"greatest {finite.max():,.2f}"
        )
    infinite = len(costs.mac_cny_per_tco2) - len(finite)
    lines = [RULE, "Equivalent marginal abatement cost, CNY per tonne of CO2"]
    lines += wrapped(f"all {len(costs.unit):,}: {spread}; infinite {infinite}", WIDTH)
    floor = f"price floor, the least cost of {period}: {costs.mac_cny_per_tco2[rows].min():,.2f}"
    ends: tuple[str, ...] = ()
    if intervals is not None:
        floor += f" [{_money(intervals.floor_lower_cny_per_tco2)}, "
        floor += f"{_money(intervals.floor_upper_cny_per_tco2)}]"
        ends = ("[lower", "upper]")
    name = min(LONGEST_UNIT, max(places(costs.unit[i]) for i in shown if i >= 0))
    name = max(name, places(str(period)))
    widths = (8, 14, *(12 for _ in ends))
    head = fitted(str(period), name) + _row(("tau", "cost", *ends), widths) + "  flags"
    lines += [*wrapped(floor, WIDTH), LINE, head, LINE]
    for i in shown.tolist():
        if i < 0:
            lines.append("…")
            continue
        cells = [f"{costs.tau_position[i]:g}", _money(costs.mac_cny_per_tco2[i])]
        if intervals is not None:
            cells += [_money(intervals.lower_cny_per_tco2[i])]
            cells += [_money(intervals.upper_cny_per_tco2[i])]
        start = fitted(costs.unit[i], name) + _row(cells, widths) + "  "
        said = " ".join(flag for flag, holds in costs.conditions.items() if holds[i])
        lines.append(start + (fitted(said, min(places(said), WIDTH - places(start)))))
    return lines


def _money(value: float) -> str:
    return f"{value:,.2f}"


def _notes(
    estimate: FrontierEstimate,
    coefficients: pl.DataFrame | None,
    costs: AbatementCosts | None,
    intervals: CostIntervals | None,
    *,
    stars: bool,
) -> list[str]:
    notes = [_scales(estimate)]
    if _is_quadratic(estimate):
        notes += [PRINTED, BOOTSTRAP_WANTED if coefficients is None else NO_T]
    else:
        notes.append(HYPERPLANES)
    if stars:
        notes.append("Stars: *** p < 0.01, ** p < 0.05, * p < 0.1.")
    active = sum(sum(one.values()) > 0 for one in estimate.active_constraints)
    kind = "Expectiles" if "expectile" in estimate.method else "Quantiles"
    notes.append(
        f"Constraints bind at {active} of {len(estimate.taus)} surfaces; they, and observations "
        "exactly on a surface, keep coverage away from tau."
    )
    if len(estimate.taus) > 1:
        notes.append(
            f"{kind} are estimated one by one: {estimate.crossings:,} adjacent pairs are in "
            f"the wrong order, and {estimate.exact_hits:,} observations lie exactly on a quantile."
        )
    if _is_quadratic(estimate):
        notes.append(_uniqueness(estimate))
    if costs is not None:
        notes.append(
            f"Payment rule {costs.payment_rule}, share {costs.payment_share:g}; position rule "
            f"{costs.position_rule}."
        )
    if intervals is not None:
        drawn = "" if intervals.units_drawn is None else f", {intervals.units_drawn} units drawn"
        notes.append(
            f"Intervals of costs: {intervals.level:.4g}, percentiles of {intervals.replicates:,} "
            f"bootstrap replicates by unit, seed {intervals.seed}{drawn}."
        )
    return notes


def _scales(estimate: FrontierEstimate) -> str:
    inputs = estimate.inputs
    return (
        "Estimated on data divided by their means (Zhang & Chang 2025, Eq. 3); "
        f"output in {inputs.output_scale_cny:g} CNY, emissions in {inputs.emissions_scale_t:g} t. "
        f"A normalised shadow price of 1 is {inputs.price_scale_cny_per_tco2:,.2f} CNY per tonne "
        "of CO2."
    )


def _uniqueness(estimate: FrontierEstimate) -> str:
    several = [
        label
        for label, unique in zip(_labels(estimate), estimate.unique, strict=True)
        if not unique
    ]
    if not several:
        return "Every optimum is unique."
    return (
        f"More than one optimum at {', '.join(several)}: the coefficients shown are one of them; "
        "the ranges of shadow prices over all of them are in distances()."
    )
