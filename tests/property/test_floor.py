"""What holds of every price floor."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from tanshi.floor import set_price_floor

costs = st.floats(min_value=0.0, max_value=1e6) | st.just(np.inf)
observations = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(2013, 2018), costs), min_size=1, max_size=40
)


def floor_of(rows, period):
    return set_price_floor(*zip(*rows, strict=True), observed_period=period)


@given(observations, st.data())
def test_the_floor_is_the_least_cost_of_its_period(rows, data):
    period = data.draw(st.sampled_from([period for _, period, _ in rows]))
    there = [(unit, cost) for unit, year, cost in rows if year == period]
    assume(any(np.isfinite(cost) for _, cost in there))
    floor = floor_of(rows, period)
    assert all(floor.price_cny_per_tco2 <= cost for _, cost in there)
    assert (floor.set_by, floor.price_cny_per_tco2) in there
    assert (floor.observed_period, floor.applies_to) == (period, period + 1)


@given(observations, st.randoms(use_true_random=False))
def test_the_floor_does_not_depend_on_the_order_of_the_rows(rows, random):
    last = max(period for _, period, _ in rows)
    finite = [cost for _, period, cost in rows if period == last and np.isfinite(cost)]
    assume(finite)
    shuffled = random.sample(rows, len(rows))
    one, other = floor_of(rows, None), floor_of(shuffled, None)
    assert one.price_cny_per_tco2 == other.price_cny_per_tco2
    if finite.count(min(finite)) == 1:
        assert one == other


@given(observations, st.floats(min_value=0.01, max_value=100.0))
def test_the_floor_scales_with_the_costs(rows, factor):
    last = max(period for _, period, _ in rows)
    assume(any(period == last and np.isfinite(cost) for _, period, cost in rows))
    scaled = [(unit, period, cost * factor) for unit, period, cost in rows]
    expected = floor_of(rows, None).price_cny_per_tco2 * factor
    assert floor_of(scaled, None).price_cny_per_tco2 == expected
