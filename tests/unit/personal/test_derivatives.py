"""Derivatives against differences; the claims about them are in `test_published`."""

import numpy as np
import pytest

from tanshi.personal.derivatives import PARAMETERS, QUANTITIES, estimate_responses
from tanshi.personal.two_sided import TwoSidedInputs, solve_two_sided


def random_inputs(n, seed, reach=1.2, **given):
    draw = np.random.default_rng(seed)
    return TwoSidedInputs(
        beta_d=draw.uniform(0, reach, n),
        beta_s=draw.uniform(0, reach, n),
        service_level=draw.uniform(0.05, 0.8, n),
        service_cost=draw.uniform(0.5, 4, n),
        allowance_price=draw.uniform(0.1, 2, n),
        alpha_d=draw.uniform(-0.2, 1, n),
        alpha_s=draw.uniform(-0.6, 1, n),
        **given,
    )


def part_of(inputs, objective, payments="published"):
    return getattr(solve_two_sided(inputs, payments=payments), objective)


def moved(inputs, parameter, step):
    given = {n: getattr(inputs, n) for n in inputs.__dataclass_fields__}
    return TwoSidedInputs(**(given | {parameter: given[parameter] + step}))


@pytest.mark.parametrize("objective", ["profit", "welfare"])
@pytest.mark.parametrize("payments", ["published", "closed"])
def test_derivatives_are_the_limits_of_differences(objective, payments):
    inputs, step = random_inputs(60, 11), 1e-6
    here = part_of(inputs, objective, payments)
    responses = estimate_responses(inputs, objective, payments=payments)
    for parameter in PARAMETERS:
        up, down = (
            part_of(moved(inputs, parameter, by), objective, payments) for by in (step, -step)
        )
        same = np.array(here.status) == np.array(up.status)
        same &= np.array(here.status) == np.array(down.status)
        assert same.sum() > 50
        for quantity in QUANTITIES:
            slope = (getattr(up, quantity) - getattr(down, quantity)) / (2 * step)
            found = responses.of(quantity, parameter)
            assert found[same] == pytest.approx(slope[same], abs=2e-6, rel=1e-5)


def test_service_pays_at_first_and_no_longer_at_last_and_is_concave_where_said():
    """Result 1(3), with bounds wherever they bind."""
    inputs, step = random_inputs(300, 41), 1e-4
    profit, rise = part_of(inputs, "profit"), estimate_responses(inputs, "profit")
    slope, k, q = rise.value["service_level"], inputs.service_cost, inputs.service_level
    pull = inputs.beta_d * profit.n_d + inputs.beta_s * profit.n_s
    clear = np.abs(pull - k * q) > 1e-12
    assert ((slope > 0) == (k * q < pull))[clear].all()
    assert (slope[k * q > inputs.beta_d + inputs.beta_s] < 0).all()
    values = [part_of(moved(inputs, "service_level", by), "profit") for by in (step, 0.0, -step)]
    interior = np.all([np.array(one.status) == "interior" for one in values], axis=0)
    bend = (values[0].value - 2 * values[1].value + values[2].value) / step**2
    g = inputs.alpha_s - inputs.allowance_price + inputs.alpha_d
    squares = inputs.beta_d**2 + inputs.beta_s**2 + g * inputs.beta_d * inputs.beta_s
    concave = k > 2 * squares / (4 - g**2)
    clear = interior & (np.abs(bend) > 1e-4)
    assert ((bend < 0) == concave)[clear].all()
    assert 0 < concave[clear].sum() < clear.sum()


def test_the_price_lowers_profit_only_where_it_reaches_nobody():
    inputs = random_inputs(50, 5)
    open_, closed = (
        estimate_responses(inputs, "profit", payments=payments).of("value", "allowance_price")
        for payments in ("published", "closed")
    )
    assert (open_ <= 0).all()
    assert (open_ < 0).sum() > 25  # elsewhere one side is empty, and nothing is traded
    assert closed == pytest.approx(np.zeros(50))
