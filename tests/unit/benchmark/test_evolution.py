"""The yearly market: closed form, conservation, neutrality, order of replicates."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.conftest import frictionless

from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.firms import FirmRegister
from tanshi.benchmark.rules import MarketRules


def plan(register, rules, **changes):
    given = {"relative": np.ones(register.n_firms), "years": 6} | changes
    return EvolutionPlan(register=register, rules=rules, **given)


def closed_form(register, benchmark):
    output = np.asarray(register.output)
    need = ((np.asarray(register.intensity_tco2_per_unit) - benchmark) * output).sum()
    return need / (output / np.asarray(register.mac_slope)).sum()


def test_price_without_frictions_is_the_closed_form(register):
    found = evolve_market(plan(register, frictionless(), years=2), seed=1)
    expected = closed_form(register, register.benchmark_tco2_per_unit)
    assert np.allclose(found.price_cny_per_tco2, expected, rtol=1e-9, atol=0)


def test_tiers_at_constant_allocation_move_no_price(register):
    output = np.asarray(register.output) * register.benchmark_tco2_per_unit
    relative = np.array([0.96, 1.0, 1.05])[np.asarray(register.tier)]
    relative = relative * output.sum() / (relative * output).sum()
    uniform = evolve_market(plan(register, frictionless(), years=2), seed=1)
    tiers = evolve_market(plan(register, frictionless(), years=2, relative=relative), seed=1)
    assert np.allclose(tiers.price_cny_per_tco2, uniform.price_cny_per_tco2, rtol=1e-12, atol=0)


def test_equal_growth_of_demand_moves_no_price(register):
    rules = frictionless()
    grown = replace(rules, demand=replace(rules.demand, growth=0.05))
    flat = evolve_market(plan(register, rules), seed=1)
    more = evolve_market(plan(register, grown), seed=1)
    assert np.allclose(more.price_cny_per_tco2, flat.price_cny_per_tco2, rtol=1e-10, atol=0)
    assert (more.emissions_tco2[:, -1] > 1.2 * flat.emissions_tco2[:, -1]).all()


EVERYTHING = ("years", "by_industry", "by_region", "burden_cny", "revenue_cny", "next_benchmark")


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_number_of_workers_and_any_split_says_the_same(register, workers):
    whole = evolve_market(plan(register, MarketRules()), replicates=5, seed=4, workers=workers)
    for which in ([0, 1], [4, 2]):
        part = evolve_market(plan(register, MarketRules()), replicates=which, seed=4, workers=1)
        for name in EVERYTHING:
            assert np.array_equal(getattr(whole, name)[which], getattr(part, name)), name
    other = evolve_market(plan(register, MarketRules()), replicates=1, seed=5)
    assert not np.array_equal(whole.price_cny_per_tco2[0], other.price_cny_per_tco2[0])


def test_price_stays_between_floor_and_ceiling(register: FirmRegister):
    found = evolve_market(plan(register, MarketRules(), years=15), replicates=2, seed=1)
    price = found.price_cny_per_tco2
    assert (price >= 40.0).all()
    assert (price <= 200.0).all()
