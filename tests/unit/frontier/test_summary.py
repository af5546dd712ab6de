"""The printed summary: every number is the estimate's, and every line fits."""

import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.frontier import (
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.optimal_face import OptimalFace
from tanshi.frontier.quantile import PAPER_TAUS
from tanshi.frontier.results import CostIntervals
from tanshi.frontier.results._columns import fitted, places, wrapped
from tanshi.frontier.results.summary import SIDE_BY_SIDE, WIDTH, estimation_summary
from tanshi.frontier.simulation import simulate_technology

LONG = "Société générale de production d'électricité et de chaleur du Nord-Ouest, usine 12"


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(24, 3, noise=0.05, seed=3).inputs


@pytest.fixture(scope="module")
def median(panel):
    return estimate_quantile_frontier(panel, taus=(0.5,))


@pytest.fixture(scope="module")
def ten(panel):
    return estimate_quantile_frontier(panel, taus=PAPER_TAUS)


def renamed(estimate, names):
    """Return the estimate with other names of units and inputs."""
    named = dict(zip(sorted(set(estimate.inputs.unit)), names, strict=False))
    unit = tuple(named.get(one, one) for one in estimate.inputs.unit)
    inputs = replace(estimate.inputs, unit=unit, input_names=("职工人数", "x" * 150))
    return replace(estimate, inputs=inputs)


def bootstrapped(estimate):
    """Return a table of coefficients in the form that a bootstrap gives."""
    table = estimate.parameters().rename({"value": "estimate"})
    count = len(table)
    return table.with_columns(
        standard_error=pl.Series(np.linspace(0.01, 0.2, count)),
        p_value=pl.Series(np.geomspace(0.00001, 1.0, count)),
        lower=pl.col("estimate") - 0.25,
        upper=pl.col("estimate") + 0.75,
    )


def intervals_of(costs, **changed):
    content = {
        "replicates": 1000,
        "seed": 7,
        "units_drawn": None,
        "level": 0.9,
        "lower_cny_per_tco2": costs.mac_cny_per_tco2 / 2,
        "upper_cny_per_tco2": costs.mac_cny_per_tco2 * 2,
        "floor_lower_cny_per_tco2": 0.031,
        "floor_upper_cny_per_tco2": 0.094,
        "envelope_lower_cny_per_tco2": 0.025,
        "envelope_upper_cny_per_tco2": 0.099,
    }
    return CostIntervals(**content | changed)


def test_no_line_is_too_long_and_columns_stand_below_each_other(ten):
    odd = renamed(ten, [LONG, "内蒙古自治区" * 8, "山西", "e" * 60])
    costs = estimate_abatement_costs(odd)
    text = estimation_summary(odd, bootstrapped(odd), costs, intervals_of(costs), stars=True)
    assert max(places(line) for line in text.splitlines()) == WIDTH
    (head,) = (line for line in text.splitlines() if "cost" in line and "[lower" in line)
    end = head.index("upper]") + len("upper]")
    rows = [line for line in text.splitlines() if re.match(r"(内蒙|山西|Soci|eeee|unit 0)", line)]
    assert len(rows) == 10
    for row in rows:
        cut = next(k for k in range(len(row) + 1) if places(row[:k]) >= end)
        assert re.search(r"\d\.\d\d$", row[:cut]), row
        assert row[cut : cut + 2].strip() == ""


def test_the_header_says_what_was_estimated(median, ten, panel):
    text = " ".join(estimation_summary(median).split())
    free = median.free_parameters.shape[1]
    for said in (
        f"Observations: {panel.n_observations}",
        "Units: 24",
        "Periods: 3: 1 to 3",
        f"Free parameters: {free}",
        "Null-jointness: imposed",
        "Direction (y, b): (1, -1) in units of the means",
        "x1 = input_1, x2 = input_2",
        "Quantiles: 0.5",
    ):
        assert said in text
    assert "Quantiles: 10, 0.05 to 0.95" in " ".join(estimation_summary(ten).split())
    loose = estimate_quantile_frontier(panel, taus=(0.5,), null_jointness=False)
    assert "Null-jointness: not imposed" in " ".join(estimation_summary(loose).split())


def test_a_line_a_quantile_has_its_diagnostics(ten):
    lines = estimation_summary(ten).splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("tau  ") and "gap" in line)
    rows = [line.split() for line in lines[start + 2 : start + 2 + len(ten.taus)]]
    for row, one in zip(rows, ten.diagnostics().iter_rows(named=True), strict=True):
        assert row[0] == one["tau"]
        assert float(row[1]) == pytest.approx(one["objective"], rel=1e-5)
        assert float(row[2]) == pytest.approx(one["gap"], rel=0.1)
        assert float(row[3]) == pytest.approx(one["coverage"], abs=5e-5)
        assert float(row[4]) == pytest.approx(one["share_above"], abs=5e-5)
        counts = (str(one["active_constraints"]), str(one["active_null_jointness"]))
        assert tuple(row[5:7]) == counts
        assert row[7] == ("yes" if one["unique"] else "no")


@pytest.mark.parametrize("count", [1, SIDE_BY_SIDE, SIDE_BY_SIDE + 2])
def test_plain_coefficients_are_those_of_the_estimate(panel, count):
    taus = tuple(np.linspace(0.05, 0.95, count).round(3)) if count > 1 else (0.5,)
    estimate = estimate_quantile_frontier(panel, taus=taus, uniqueness=False)
    text = estimation_summary(estimate)
    found = {}
    blocks = re.findall(r"={100}\ntau +([^\n]+)\n-{100}\n(.*?)\n(?==)", text, re.DOTALL)
    assert len(blocks) == 1 + -(-count // SIDE_BY_SIDE)  # the first is that of diagnostics
    for head, body in blocks[1:]:
        for line in body.splitlines():
            name, *values = line.split()
            for tau, value in zip(head.split(), values, strict=True):
                found[tau, name] = float(value)
    table = estimate.parameters()
    assert len(found) == len(table)
    for tau, name, value in table.iter_rows():
        rough = 0 < abs(value) < 1e-3
        assert found[tau, name] == pytest.approx(value, abs=5e-5, rel=0.06 if rough else 0)
    assert "come from a bootstrap" in " ".join(text.split())


def test_coefficients_of_a_bootstrap_come_with_error_p_and_interval(median):
    table = bootstrapped(median)
    text = estimation_summary(median, table)
    assert "[lower" in text
    assert "*" not in text
    rows = [line.split() for line in text.splitlines() if re.match(r"\w+ +-?\d+\.\d{4} ", line)]
    assert len(rows) == len(table)
    for row, one in zip(rows, table.iter_rows(named=True), strict=True):
        assert row[0] == one["parameter"]
        numbers = (one["estimate"], one["standard_error"], one["p_value"])
        for said, meant in zip(row[1:], (*numbers, one["lower"], one["upper"]), strict=True):
            assert float(said) == pytest.approx(meant, abs=5e-5, rel=0.05)
    # The exact p, never only "< 0.001".
    assert rows[0][3] == "1.0e-05"


def test_stars_are_off_unless_asked_for_and_have_a_legend(median):
    table = bootstrapped(median)
    text = estimation_summary(median, table, stars=True)
    marked = re.findall(r"^\w+ +\S+ (\*+)? +\S+ +(\S+) +\S+ +\S+$", text, re.MULTILINE)
    assert len(marked) == len(table)
    for mark, p in marked:
        level = float(p)
        assert len(mark) == (level < 0.1) + (level < 0.05) + (level < 0.01)
    assert "Stars: *** p < 0.01, ** p < 0.05, * p < 0.1." in text


def test_costs_are_shown_with_the_floor_and_both_ends(median):
    costs = estimate_abatement_costs(median)
    text = estimation_summary(median, costs=costs, intervals=intervals_of(costs))
    flat = " ".join(text.split())
    last = costs.mac_cny_per_tco2[costs.period == costs.period.max()]
    assert f"price floor, the least cost of 3: {last.min():,.2f} [0.03, 0.09]" in flat
    assert f"median {np.median(costs.mac_cny_per_tco2):,.2f}" in flat
    assert "Intervals of costs: 0.9, percentiles of 1,000 bootstrap replicates by unit" in flat
    assert "…" in text.splitlines()
    assert "Payment rule published, share 0.2; position rule published." in flat
    some = intervals_of(costs, units_drawn=12)
    text = estimation_summary(median, bootstrapped(median), costs, some)
    assert "12 units drawn" in " ".join(text.split())
    assert "[0.05" in text
    assert "0.95]" in text


def test_costs_without_a_finite_value_and_of_few_units_are_shown(median):
    costs = estimate_abatement_costs(median)
    few = np.flatnonzero([unit in {"unit 000001", "unit 000002"} for unit in costs.unit])
    costs = replace(
        costs,
        unit=tuple(costs.unit[i] for i in few),
        period=costs.period[few],
        mac_cny_per_tco2=np.full(len(few), np.inf),
        conditions={name: held[few] for name, held in costs.conditions.items()},
    )
    text = estimation_summary(median, costs=costs)
    assert f"all {len(few)}: none is finite; infinite {len(few)}" in text
    assert "…" not in text
    assert text.count("unit 00000") == 2


def test_the_deterministic_frontier_has_a_summary_of_its_own(panel):
    text = estimation_summary(estimate_deterministic_frontier(panel))
    assert "observation inside" in text
    assert re.search(r"^frontier +\S+ +\S+ +1\.0000", text, re.MULTILINE)
    assert "Quantiles are estimated one by one" not in text


def test_what_is_not_unique_is_named(ten):
    assert "Every optimum is unique." in estimation_summary(ten)
    theta = ten.free_parameters[3]
    ends = (np.array([[1.0], [-1.0]]), np.array([0.01, 0.01]))
    loose = OptimalFace(theta, np.eye(len(theta))[:, :1], *ends)
    faces = (*ten.faces[:3], loose, *ten.faces[4:])
    surfaces = replace(ten.surfaces, faces=faces)
    text = " ".join(estimation_summary(replace(ten, surfaces=surfaces)).split())
    assert "Unique optima: 9 of 10" in text
    assert f"More than one optimum at {ten.taus[3]:g}: the coefficients shown" in text


def test_every_fault_is_named_at_once(median):
    costs = estimate_abatement_costs(median)
    lacking = bootstrapped(median).drop("p_value", "upper")
    with pytest.raises(InputError) as refused:
        estimation_summary(median, lacking, None, intervals_of(costs))
    said = str(refused.value)
    assert "3 faults" in said
    for word in ("'p_value'", "'upper'", "intervals of other costs"):
        assert word in said
    with pytest.raises(InputError, match="stars without p-values"):
        estimation_summary(median, stars=True)


def test_a_text_is_broken_where_a_line_ends():
    assert wrapped("a " + "长" * 12, 10) == ["a", "长" * 5, "长" * 5, "长" * 2]
    assert wrapped("", 10, first="x: ") == ["x: "]
    assert fitted("", 3) == "   "
