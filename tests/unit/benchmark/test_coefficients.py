import numpy as np
import pytest

from tanshi.benchmark.coefficients import (
    RULES,
    coefficient_table,
    reachable_table,
    relative_benchmarks,
)
from tanshi.benchmark.industries import Industry
from tanshi.core import InputError

TABLE_1 = tuple(
    Industry(
        name=name,
        entities=entities,
        emissions_tco2=emissions * 1e8,
        benchmark_tco2_per_unit=benchmark,
        reduction_potential=potential / 100,
    )
    for name, entities, emissions, benchmark, potential in (
        ("power", 2100, 51.2, 0.823, 8.78),
        ("steel", 800, 18.5, 2.0, 6.2),
        ("cement", 650, 12.3, 0.85, 4.9),
        ("aluminium", 320, 6.8, 8.5, 5.7),
    )
)


def test_printed_rule_gives_24_rows_and_less_to_laggards():
    table = coefficient_table(TABLE_1, "printed")
    assert table.shape == (24, 6)
    assert (table["low"] < table["mid"]).all()
    assert (table["mid"] < table["high"]).all()
    for (_, scale), part in table.group_by("industry", "scale"):
        assert part["mid"].is_sorted(descending=True), scale


def test_middle_of_the_factors_is_not_the_mean_of_the_ends():
    table = coefficient_table(TABLE_1, "printed")
    assert not np.allclose(table["mid"], (table["low"] + table["high"]) / 2, rtol=1e-6, atol=0)


def test_published_table_is_met_to_its_printed_digits():
    table = coefficient_table(TABLE_1, "published_table")
    large = table.filter(table["scale"] == "large")["mid"].to_list()
    printed = [0.795, 0.823, 0.850, 1.88, 2.0, 2.12, 0.816, 0.85, 0.884, 8.075, 8.5, 8.925]
    assert np.allclose(large, printed, rtol=1e-12, atol=0)


def test_formula_and_table_contradict_each_other_where_they_were_seen_to():
    table = reachable_table(TABLE_1)
    reached = {
        (industry, tier): by
        for industry, tier, by in table.select("industry", "tier", "reached_by").iter_rows()
        if by != "neither"
    }
    advanced = {(name, "advanced") for name in ("power", "steel", "cement", "aluminium")}
    assert set(reached) == advanced | {("cement", "medium")}
    assert reached["power", "advanced"] == reached["cement", "medium"] == "small"


@pytest.mark.parametrize("rule", RULES[1:])
def test_tiers_that_keep_the_mean_hand_out_what_a_uniform_benchmark_does(register, rule):
    known = tuple(one.name for one in register.industries)
    assert known == ("power", "steel")
    relative = relative_benchmarks(register, rule)
    weight = np.asarray(register.output) * register.benchmark_tco2_per_unit
    for s in range(2):
        members = np.asarray(register.industry) == s
        total = (weight * relative)[members].sum()
        assert total == pytest.approx(weight[members].sum(), rel=1e-12)
    assert relative.std() > 0


def test_reversed_mirrors_the_published_tiers(register):
    tier = np.asarray(register.tier)
    published = relative_benchmarks(register, "published_table", mean_preserving=False)
    reverse = relative_benchmarks(register, "reversed", mean_preserving=False)
    for s in range(2):
        ours = np.asarray(register.industry) == s
        lagging = published[ours & (tier == 2)].max()
        assert reverse[ours & (tier == 0)].max() == lagging


def test_unknown_rule_and_industry_are_refused():
    with pytest.raises(InputError, match="printed, published_table"):
        coefficient_table(TABLE_1, "evolved by hand")
    other = Industry(
        name="paper",
        entities=1,
        emissions_tco2=1.0,
        benchmark_tco2_per_unit=1.0,
        reduction_potential=0.1,
    )
    with pytest.raises(InputError, match="paper"):
        coefficient_table([*TABLE_1, other], "published_table")
