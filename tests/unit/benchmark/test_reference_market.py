import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from tanshi.benchmark._reference_kernels import _uniform, clear, clear_plain, imitate
from tanshi.benchmark.reference_market import ReferenceMarket, run_reference_market
from tanshi.core import InputError


def market(n=200, seed=1, **changes):
    rng = np.random.default_rng(seed)
    intensity = 0.83 * np.exp(0.06 * rng.standard_normal(n))
    content = {
        "output": 1e6 * np.exp(1.2 * rng.standard_normal(n)),
        "intensity_tco2_per_unit": intensity,
        "benchmark_tco2_per_unit": np.full(n, 0.8),
        "mac_slope": 280.0 * np.exp(0.4 * rng.standard_normal(n)) / (0.0878 * intensity),
        "mac_cap_tco2_per_unit": 0.0878 * intensity,
        "fixed_cost_cny": 4e5,
    }
    return ReferenceMarket(**content | changes)


def test_first_price_is_the_closed_form_where_no_cap_is_reached():
    given_market = market(mac_cap_tco2_per_unit=np.full(200, 10.0))
    run = run_reference_market(given_market, 1, seed=1, first_share=1.0)
    output = np.asarray(given_market.output)
    intensity = np.asarray(given_market.intensity_tco2_per_unit)
    need = ((intensity - 0.8) * output).sum()
    expected = need / (output / np.asarray(given_market.mac_slope)).sum()
    assert run.price_cny_per_tco2[0] == pytest.approx(expected, rel=1e-12)
    assert run.abating_share[0] == 1.0


@given(seed=st.integers(0, 10_000), share=st.floats(0.05, 0.6), start=st.floats(1e-6, 500.0))
@settings(max_examples=80, deadline=None)
def test_compiled_and_plain_clearing_agree_from_any_start(seed, share, start):
    rng = np.random.default_rng(seed)
    width, limit = np.exp(rng.standard_normal(30)), 100.0 * np.exp(rng.standard_normal(30))
    abates = rng.random(30) < 0.7
    deficit = share * float((width * limit)[abates].sum())
    plain = clear_plain(deficit, width, limit, abates)
    ceiling = 1e6
    expected = min(plain, ceiling)
    assert clear(deficit, width, limit, abates, (start, ceiling)) == pytest.approx(expected)


def test_a_deficit_beyond_all_caps_meets_the_ceiling_and_none_costs_nothing():
    width, limit, abates = np.ones(3), np.full(3, 50.0), np.ones(3, bool)
    assert clear(151.0, width, limit, abates, (10.0, 200.0)) == 200.0
    assert clear(0.0, width, limit, abates, (10.0, 200.0)) == 0.0


def test_same_seed_same_run_and_mutation_keeps_both_strategies():
    runs = [run_reference_market(market(), 60, seed=seed) for seed in (3, 3, 4)]
    assert np.array_equal(runs[0].price_cny_per_tco2, runs[1].price_cny_per_tco2)
    assert not np.array_equal(runs[0].price_cny_per_tco2, runs[2].price_cny_per_tco2)
    assert 0.0 < runs[0].abating_share[-1] < 1.0
    assert runs[0].abates.mean() != pytest.approx(0.0)


def test_imitation_is_what_numpy_makes_of_it():
    """Who abates next, for the same uniform numbers; and these are uniform and independent."""
    rng, n, key, distance = np.random.default_rng(5), 4_001, np.uint32(77), 1_234
    width, limit = np.exp(rng.standard_normal(n)), 100.0 * np.exp(rng.standard_normal(n))
    per_tonne, now = np.exp(rng.standard_normal(n)), rng.random(n) < 0.6
    following, worth = np.empty_like(now), np.empty(n)
    count = imitate(
        80.0, (width, limit, per_tonne), (now, following), (1e-3, 50.0, distance), (worth, key)
    )
    uniform = np.array([_uniform(key, i) for i in range(n)])
    reached = np.minimum(80.0, limit)
    gain = 1e-3 * now * (width * reached * (80.0 - reached / 2) - 50.0) * per_tonne
    peer = (np.arange(n) + distance) % n
    expected = np.where(uniform < gain[peer] - gain, now[peer], now)
    assert np.array_equal(following, expected)
    assert count == expected.sum()
    assert 0 < (following != now).sum() < n
    assert kstest(uniform, "uniform").pvalue > 1e-3
    later = np.array([_uniform(np.uint32(78), i) for i in range(n)])
    for other in (later[:-1], uniform[:-1]):
        assert abs(np.corrcoef(uniform[1:], other)[0, 1]) < 4 / np.sqrt(n)


def test_who_cannot_gain_by_abating_stops():
    costly = market(fixed_cost_cny=1e12, mutation=0.0, imitation=1.0)
    run = run_reference_market(costly, 30, seed=1)
    assert run.abating_share[-1] < run.abating_share[0] / 4


def test_every_impossible_value_at_once():
    with pytest.raises(InputError) as refused:
        market(output=np.zeros(200), mac_slope=np.ones(3), mutation=2.0, ceiling=0.0)
    said = str(refused.value)
    for word in ("impossible output", "wrong shape of mac_slope", "mutation", "ceiling"):
        assert word in said
    with pytest.raises(InputError, match="no step"):
        run_reference_market(market(), 0, seed=1)
