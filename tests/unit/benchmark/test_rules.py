"""Rules refuse what no market can be run with, all of it at once."""

from dataclasses import fields, replace

import numpy as np
import pytest
from tests.unit.benchmark.test_market_mechanisms import PLAN

from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.rules import MarketRules
from tanshi.core import InputError

# A value that something is divided by, or with which nothing would be left, and one beside it.
BOUNDS = {
    "price.first_expected": (0.0, 1.0),
    "services.first_margin": (0.0, 0.01),
    "services.cost_factor": (0.0, 0.01),
    "services.providers": (2.5, 2),
    "research.years": (0.5, 1),
    "demand.growth": (-1.0, -0.9),
    "demand.persistence": (1.1, 1.0),
    "adjustment.trend": (3.0, 0.3),
    "adjustment.largest_correction": (5.0, 0.5),
    "adjustment.laggard_cost_factor": (0.0, 0.01),
    "adjustment.laggard_fixed_factor": (0.0, 0.01),
    "adjustment.reduction_target": (1.0, 0.5),
    "adjustment.reclassification": (1.5, 2),
    "revision.noise": (0.0, 0.01),
    "revision.protocol": ("magic", "smith"),
}


def rules_with(values):
    groups = {one.name: getattr(PLAN.rules, one.name) for one in fields(MarketRules)}
    for column, value in values.items():
        group, name = column.split(".")
        groups[group] = replace(groups[group], **{name: value})
    return MarketRules(**groups)


def test_all_impossible_values_are_named_at_once():
    with pytest.raises(InputError) as caught:
        rules_with({column: values[0] for column, values in BOUNDS.items()})
    assert {fault.column for fault in caught.value.faults} == set(BOUNDS)


@pytest.mark.parametrize("column", BOUNDS)
def test_what_is_just_possible_runs(column):
    result = evolve_market(
        replace(PLAN, rules=rules_with({column: BOUNDS[column][1]}), years=5), seed=1
    )
    for table in (result.years, result.by_industry, result.by_region):
        assert all(np.isfinite(table[name]).all() for name in table.dtype.names)
