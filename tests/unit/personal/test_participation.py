"""Every participation that fees allow: the notes' examples, and none is missed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanshi.personal.participation import (
    Fees,
    listed,
    participation_equilibria,
    responsive_tariffs,
)
from tanshi.personal.two_sided import TwoSidedInputs, solve_two_sided


def test_iteration_circles_around_the_only_equilibrium():
    fees = Fees(1.2, 0.4, 1.5, 1.2)
    [one] = participation_equilibria(fees)
    assert (one.n_d, one.n_s) == pytest.approx((0.2142857, 0.6571429), abs=1e-6)
    assert one.stability == "stable"
    assert not one.iteration_converges
    place, visited = 0.5, []
    for _ in range(200):
        place = fees.buyers(place)
        visited.append(place)
    assert max(visited[-10:]) - min(visited[-10:]) > 0.1


def test_optimal_fees_may_allow_an_empty_market():
    """g = 2.4: (0, 0) and (1, 1) at the same fees, and (1, 1) does not hold itself."""
    market = solve_two_sided(TwoSidedInputs(0.0, 0.0, 0.0, 1.0, 0.0, 1.2, 1.2))
    assert market.cross_effect == pytest.approx(2.4)
    assert market.profit.status == ("demand_full+supply_full",)
    assert market.profit.equilibria == ("0 0; 1 1",)
    assert market.profit.stable == ("one-sided",)
    # From below it is unstable: a small loss of members goes on.
    fees = Fees(0.0 - 0.2, 0.0 - 0.2, -1.2, 1.2)
    low, high = participation_equilibria(fees)
    assert (high.slope_below, low.stability) == (pytest.approx(1.44), "stable")


def test_tariffs_that_respond_leave_one_participation():
    tariffs = responsive_tariffs((1.0, 1.0, -1.2, 1.2), 0.8, 0.7)
    for n_s in (0.0, 0.3, 1.0):
        fee = tariffs["base_d"] + tariffs["slope_d"] * n_s
        assert 1.0 - fee + 1.2 * n_s == pytest.approx(0.8)
    for n_d in (0.0, 0.3, 1.0):
        fee = tariffs["base_s"] + tariffs["slope_s"] * n_d
        assert 1.0 - fee + 1.2 * n_d == pytest.approx(0.7)


@given(*[st.floats(-2, 3)] * 2, *[st.floats(-2, 2)] * 2)
def test_all_found_are_equilibria_and_no_sign_change_is_missed(net_d, net_s, d, s):
    fees = Fees(net_d, net_s, d, s)
    found = participation_equilibria(fees)
    assert found
    for one in found:
        assert fees.buyers(one.n_d) == pytest.approx(one.n_d, abs=1e-8)
        assert fees.suppliers(one.n_d) == one.n_s
    grid = np.linspace(0, 1, 301)
    gap = np.array([fees.buyers(place) - place for place in grid])
    for at in np.flatnonzero((gap[:-1] > 1e-9) & (gap[1:] < -1e-9)):
        assert any(grid[at] <= one.n_d <= grid[at + 1] for one in found)


def test_the_wanted_participation_is_listed_however_large_the_cross_effects():
    """Rounding moves the map at (1, 1) by more than 1e-12 here."""
    market = solve_two_sided(
        TwoSidedInputs(
            *(0.14008557719845394, 0.9219285000020752, 0.7333737612813098, 1.0),
            *(0.03810852521293573, 76.24753022369443, 89.07741383573911),
        )
    )
    assert (market.profit.n_d[0], market.profit.n_s[0]) == (1.0, 1.0)
    assert market.profit.equilibria == ("0 0; 1 1",)
    assert market.profit.stable == ("one-sided",)


def test_a_stretch_of_equilibria_is_named():
    """−d s = 1: every N_d = N_s holds itself."""
    low, high = participation_equilibria(Fees(0.0, 0.0, -1.0, 1.0))
    assert (low.stability, high.stability) == ("continuum", "continuum")
    inside = participation_equilibria(Fees(0.0, 0.0, -1.0, 1.0), (0.5, 0.5))
    assert listed(inside) == "0 0 to 0.5 0.5 to 1 1"
    with_fee = TwoSidedInputs(0.0, 0.0, 0.0, 1.0, 0.0, 1.25, 1.3, 0.0, 0.5)
    market = solve_two_sided(with_fee)
    assert market.profit.status == ("demand_full+supply_full",)
    # −δα_s = 1.625, but the fee leaves −δ(α_s − p) = 1: not several, a stretch.
    assert market.profit.stable == ("continuum",)
    assert " to 1 1" in market.profit.equilibria[0]


@given(*[st.floats(-2, 2)] * 2, st.floats(0, 1), st.floats(0, 1))
def test_a_wanted_participation_is_among_them_with_its_own_slopes(d, s, n_d, n_s):
    fees = Fees(n_d + d * n_s, n_s - s * n_d, d, s)
    found = participation_equilibria(fees, (n_d, n_s))
    assert (n_d, n_s) in [(one.n_d, one.n_s) for one in found]
    if -d * s < 1 - 1e-6:
        assert [one.stability for one in found] == ["stable"]
