"""What holds of every price model, whatever the table."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tanshi.leontief import (
    CoveredSector,
    PriceModel,
    PriceModelInputs,
    estimate_cost_push,
    largest_paths,
)

few = settings(max_examples=40, deadline=None, derandomize=True)
fractions = st.floats(0.05, 1.0)
prices = st.floats(0.1, 1000.0)
# Cells of a real table are zero or matter; denormal numbers would test the processor.
cells = st.just(0.0) | st.floats(0.01, 1.0)
SMALL = 1e-9  # tables are well conditioned: the radius is at most 0.8


@st.composite
def economies(draw, largest=5):
    """Draw a balanced table of spectral radius 0.8 or less.

    Columns sum to 0.8 or less, and then each product is counted in units of its own. That
    keeps the radius, but coefficients and column sums may come to exceed 1.
    """
    n = draw(st.integers(2, largest))
    coefficients = draw(arrays(np.float64, (2 * n, n), elements=cells))
    coefficients *= 0.8 / np.maximum(coefficients.sum(axis=0), 0.8)
    unit = draw(arrays(np.float64, n, elements=st.floats(0.3, 3.0)))
    coefficients *= unit / np.tile(unit, 2)[:, None]
    output = draw(arrays(np.float64, n, elements=st.floats(1.0, 1e4)))
    flows = coefficients * output
    consumption = draw(arrays(np.float64, (2, n), elements=st.floats(0.1, 1e3)))
    return PriceModel(
        PriceModelInputs(
            codes=tuple(f"{i:02d}" for i in range(1, n + 1)),
            names=tuple(f"sector {i}" for i in range(1, n + 1)),
            domestic_flows=flows[:n],
            imported_flows=flows[n:],
            value_added=output - flows.sum(axis=0),
            gross_output=output,
            domestic_consumption=consumption[0],
            imported_consumption=consumption[1],
        )
    )


@st.composite
def pushes(draw):
    """Draw a model and every sector's intensity, some of them none."""
    model = draw(economies())
    n = model.inputs.n_sectors
    return model, draw(arrays(np.float64, n, elements=cells.map(lambda cell: 10.0 * cell)))


def push(model, intensity, *, price=60.0, share=1.0, covered_share=1.0):
    covered = [
        CoveredSector(code=code, intensity_tco2_per_1e4_cny=one, covered_share=covered_share)
        for code, one in zip(model.inputs.codes, intensity.tolist(), strict=True)
    ]
    return estimate_cost_push(model, covered, price_cny_per_tco2=price, paid_shares=(share,))


def close(one, other):
    return np.allclose(one, other, rtol=SMALL, atol=1e-12)


@few
@given(economies())
def test_the_tables_own_value_added_gives_unit_prices(model):
    assert close(model.unit_prices(), 1.0)


@few
@given(pushes(), prices, fractions, st.floats(0.1, 10.0))
def test_it_is_linear_in_price_intensity_and_paid_share(drawn, price, share, factor):
    model, intensity = drawn
    base = push(model, intensity)
    for found, times in (
        (push(model, intensity, price=price), price / 60.0),
        (push(model, intensity * factor), factor),
        (push(model, intensity, share=share), share),
    ):
        assert close(found.total_percent, times * base.total_percent)
        assert close(found.consumer_index_percent, times * base.consumer_index_percent)
        assert close(found.producer_index_percent, times * base.producer_index_percent)
        assert close(found.revenue_cny, times * base.revenue_cny)


@few
@given(pushes())
def test_sectors_that_pay_add_up(drawn):
    model, intensity = drawn
    alone = [push(model, intensity * one) for one in np.eye(len(intensity))]
    together = push(model, intensity)
    assert close(sum(one.total_percent for one in alone), together.total_percent)
    assert close(sum(one.revenue_cny for one in alone), together.revenue_cny)


@few
@given(pushes(), fractions)
def test_a_part_of_every_sector_does_its_part(drawn, part):
    model, intensity = drawn
    whole, found = push(model, intensity), push(model, intensity, covered_share=part)
    assert close(found.total_percent, part * whole.total_percent)
    assert np.isclose(found.covered_emissions_tco2, part * whole.covered_emissions_tco2)


@few
@given(pushes())
def test_what_suppliers_pass_on_never_lowers_a_price(drawn):
    found = push(*drawn)
    assert (found.total_percent >= found.direct_percent * (1.0 - SMALL)).all()
    assert (found.direct_percent >= 0.0).all()


@few
@given(pushes())
def test_an_index_rises_by_no_more_than_the_dearest_price(drawn):
    model, intensity = drawn
    found = push(model, intensity)
    highest = found.total_percent.max(axis=1) * (1.0 + SMALL)
    assert (found.consumer_index_percent <= highest).all()
    assert (found.producer_index_percent <= highest).all()
    # What is imported weighs in CI and does not rise.
    assert found.consumer_weights.sum() < 1.0
    assert close(found.producer_weights.sum(), 1.0)


@few
@given(pushes(), prices, fractions)
def test_revenue_is_paid_share_times_emissions_times_price(drawn, price, share):
    model, intensity = drawn
    found = push(model, intensity, price=price, share=share)
    tonnes = intensity @ model.inputs.gross_output  # 1e4 CNY is the unit of table and intensity
    assert np.isclose(found.covered_emissions_tco2, tonnes, rtol=SMALL)
    assert close(found.revenue_cny, share * tonnes * price)


@few
@given(pushes())
def test_final_users_bear_the_revenue_and_nothing_else(drawn):
    """Final use y and output x = (I - A_D)^-1 y: y' dp = y' (I - A_D')^-1 dv = x' dv."""
    model, intensity = drawn
    found, inputs = push(model, intensity), model.inputs
    final_use = inputs.gross_output - inputs.domestic_flows.sum(axis=1)
    borne = found.total_percent @ final_use / 100.0 * inputs.money_scale_cny
    # Final use is what is left of output, and may be small beside it or negative.
    scale = found.revenue_cny.max() + np.abs(final_use).max() * inputs.money_scale_cny
    assert np.allclose(borne, found.revenue_cny, rtol=SMALL, atol=1e-12 * scale)


def every_chain(coefficients, cost, longest):
    """Return each chain with a weight, one step to the longest, by plain enumeration."""
    chains = {}
    for steps in range(1, longest + 1):
        for places in itertools.product(range(len(cost)), repeat=steps + 1):
            weight = cost[places[0]]
            for seller, buyer in itertools.pairwise(places):
                weight = weight * coefficients[seller, buyer]
            if weight > 0:
                chains[places] = weight
    return chains


@few
@given(economies(largest=3), st.data(), st.integers(1, 4))
def test_paths_are_the_largest_of_all_chains_in_descending_order(model, data, longest):
    n = model.inputs.n_sectors
    cost = data.draw(arrays(np.float64, n, elements=cells))
    chains = every_chain(model.domestic_coefficients, cost, longest)
    paths = largest_paths(model, cost, count=len(chains) + 1, longest=longest)
    found = {tuple(int(code) - 1 for code in path.codes): path.price_percent for path in paths}
    assert found.keys() == chains.keys()
    assert all(close(found[places], 100.0 * weight) for places, weight in chains.items())
    weights = np.array([path.price_percent for path in paths])
    assert close(weights, 100.0 * np.array(sorted(chains.values(), reverse=True)))
    for count in (1, 5):
        first = largest_paths(model, cost, count=count, longest=longest)
        assert [path.codes for path in first] == [path.codes for path in paths[:count]]


@few
@given(economies(largest=3), st.data())
def test_all_chains_and_the_cost_itself_add_up_to_the_whole(model, data):
    """Chains of at most m steps leave out exactly (A_D')^(m+1) of the whole."""
    n, longest = model.inputs.n_sectors, 6
    cost = data.draw(arrays(np.float64, n, elements=cells))
    total = model.price_change(cost)
    summed, shares = cost.copy(), np.zeros(n)
    for path in largest_paths(model, cost, count=10**6, longest=longest):
        target = int(path.codes[-1]) - 1
        summed[target] += path.price_percent / 100.0
        shares[target] += path.share_of_target
    left_out = np.linalg.matrix_power(model.domestic_coefficients.T, longest + 1) @ total
    assert close(summed, total - left_out)
    assert (left_out <= total * (1.0 + SMALL)).all()
    assert close(shares * total, summed - cost)
