"""The reduced dual against Eq. 3 as printed, row by row, in another solver interface.

`performance.printed_lp` writes every printed parameter, every observation's constraints
and both deviations, and knows nothing of free parameters, hulls, cuts or duality.
"""

import numpy as np
import pytest
from performance.printed_lp import solve_printed_lp

from tanshi.frontier import (
    FrontierInputs,
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.simulation import simulate_technology

TAUS = (0.05, 0.35, 0.5, 0.95)


def random_panel(k, seed):
    """A panel that no smooth technology made: many of the printed signs bind."""
    rng = np.random.default_rng(seed)
    n = 45 + 10 * k
    x = rng.lognormal(0.0, 0.6, (n, k))
    return FrontierInputs(
        inputs=x,
        desirable_output=x.mean(axis=1) * rng.lognormal(0.0, 0.5, n),
        undesirable_output=x.mean(axis=1) * rng.lognormal(0.0, 0.5, n),
        unit=tuple(f"unit {i}" for i in range(n)),
        period=np.ones(n, dtype=int),
        input_names=tuple(f"input_{j + 1}" for j in range(k)),
    )


PANELS = {
    f"{kind}, K = {k}": (
        simulate_technology(30, 2, n_inputs=k, seed=k).inputs
        if kind == "simulated"
        else random_panel(k, k)
    )
    for k in (1, 2, 3)
    for kind in ("simulated", "random")
}


def printed(inputs, tau, **options):
    return solve_printed_lp(
        inputs.normalised_inputs,
        inputs.normalised_output,
        inputs.normalised_emissions,
        tau,
        **options,
    )


def compare(estimate, t, reference):
    # Both solve the same programme to optimality; the other solver's default tolerance of
    # 1e-7 on a constraint times multipliers of order one could show from 1e-7 on, and does
    # not: vertices are vertices.
    assert estimate.certificates[t].objective == pytest.approx(reference.objective, rel=1e-9)
    if estimate.unique[t]:
        assert estimate.distance[:, t] == pytest.approx(reference.distance, abs=1e-8)
        assert -estimate.output_weight[:, t] == pytest.approx(reference.slope_output, abs=1e-8)
        weight_of_emissions = 1.0 - estimate.output_weight[:, t]
        assert weight_of_emissions == pytest.approx(reference.slope_emissions, abs=1e-8)


@pytest.mark.parametrize("null_jointness", [False, True])
@pytest.mark.parametrize("name", PANELS)
def test_quantiles(name, null_jointness):
    inputs = PANELS[name]
    estimate = estimate_quantile_frontier(inputs, taus=TAUS, null_jointness=null_jointness)
    assert sum(estimate.unique) >= 3
    for t, tau in enumerate(TAUS):
        compare(estimate, t, printed(inputs, tau, null_jointness=null_jointness))


@pytest.mark.parametrize("null_jointness", [False, True])
@pytest.mark.parametrize("name", PANELS)
def test_deterministic_frontier(name, null_jointness):
    inputs = PANELS[name]
    estimate = estimate_deterministic_frontier(inputs, null_jointness=null_jointness)
    options = {"null_jointness": null_jointness, "deterministic": True}
    compare(estimate, 0, printed(inputs, 1.0, **options))


def plain_cost(distance, price, position):
    """Eq. 10 for one observation, read aloud from section 3.3."""
    order = sorted(distance) if position == "rearranged" else list(distance)
    below = [t for t in range(len(order)) if order[t] < -1e-9]
    if not below:
        return price[0]
    star = below[-1]
    if star == len(order) - 1:
        return price[star]
    if abs(order[star + 1]) > 1e-9:
        return (price[star] + price[star + 1]) / 2
    if star + 1 == len(order) - 1:
        return price[star + 1]
    return (price[star] + price[star + 2]) / 2


@pytest.mark.parametrize("position", ["published", "rearranged"])
@pytest.mark.parametrize("name", ["simulated, K = 2", "random, K = 1"])
def test_costs_from_statistics_to_money(name, position):
    """The whole chain a second time: printed programme, ratio of slopes, position, units."""
    inputs = PANELS[name]
    estimate = estimate_quantile_frontier(inputs, taus=TAUS)
    assert all(estimate.unique)
    answers = [printed(inputs, tau) for tau in TAUS]
    distance = np.column_stack([answer.distance for answer in answers])
    slopes = [(answer.slope_emissions, answer.slope_output) for answer in answers]
    scale = inputs.desirable_output.mean() * inputs.output_scale_cny
    scale /= inputs.undesirable_output.mean() * inputs.emissions_scale_t
    with np.errstate(divide="ignore", invalid="ignore"):
        # Slopes that the other solver leaves within its 1e-9 of 0 are 0: the sign binds.
        price = np.column_stack(
            [np.where(of_y > -1e-9, np.inf, -of_b / of_y) for of_b, of_y in slopes]
        )
    price = np.where(np.abs(price) < 1e-8, 0.0, price) * scale
    wanted = [0.2 * plain_cost(d, q, position) for d, q in zip(distance, price, strict=True)]
    costs = estimate_abatement_costs(estimate, position=position)
    assert costs.mac_cny_per_tco2 == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_sparse_and_dense_forms_of_the_printed_programme_agree():
    inputs = PANELS["random, K = 2"]
    dense, sparse = (printed(inputs, 0.35, sparse=form) for form in (False, True))
    assert sparse.objective == pytest.approx(dense.objective, rel=1e-12)
    assert sparse.distance == pytest.approx(dense.distance, abs=1e-9)
