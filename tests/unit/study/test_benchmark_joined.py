"""The market as a part of a study: when it runs, its floor, its tables, Table 2 of Liu."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.floor import FloorPath
from tanshi.study import Scenario, build_scenario, load_scenario, run_study
from tanshi.study.benchmark_joined import check_market, market_of_study
from tanshi.study.benchmark_mechanisms import mechanisms_table
from tanshi.study.benchmark_plan import market_plan
from tanshi.study.benchmark_replication import liu_table
from tanshi.study.benchmark_run import run_market

PAPER = {
    "name": "paper",
    "entities": 12,
    "emissions_tco2": 2e6,
    "benchmark_tco2_per_unit": 0.6,
    "reduction_potential": 0.07,
}
SMALL = {"industries": [PAPER], "rule": "uniform", "years": 2, "replicates": 2}
# Marginal costs of three provinces: of one the last year's is 0, of another it is not finite.
COSTS = SimpleNamespace(
    unit=("Hebei", "Shanxi", "Hebei", "Shanxi", "Tibet", "Hainan"),
    period=np.array([2017, 2017, 2018, 2018, 2018, 2018]),
    mac_cny_per_tco2=np.array([9.0, 9.0, 100.0, 400.0, np.inf, 0.0]),
)
QUICK = {
    "frontier": {"taus": [0.5]},
    "report": {"sensitivity": False, "robustness": False},
}


PROJECT = Path(__file__).resolve().parents[3]


def path_to(price):
    return FloorPath(
        years=(2019, 2020),
        price_cny_per_tco2=(12.0, price),
        set_by="A",
        observed_period=2018,
        rule="cpi",
        escalator_percent=0.0,
        price_base="as_printed",
    )


def test_a_study_has_a_market_where_the_scenario_has_the_section(tmp_path):
    assert not Scenario().has_market
    assert not build_scenario({"report": {"sensitivity": False}}).has_market
    assert build_scenario({"benchmark": {}}).has_market
    file = tmp_path / "mine.toml"
    file.write_text("[benchmark]\n", encoding="utf-8")
    assert load_scenario(file).has_market


def test_the_market_is_part_of_the_scenario_s_hash_only_where_there_is_one():
    bare = Scenario()
    rest = bare.benchmark.model_copy(update={"years": 3})
    unnamed = Scenario.model_construct(_fields_set=set(), **dict(bare) | {"benchmark": rest})
    assert unnamed.sha256 == bare.sha256
    assert build_scenario({"benchmark": {}}).sha256 != bare.sha256
    named = bare.model_copy(update={"benchmark": rest})
    assert named.sha256 != build_scenario({"benchmark": {}}).sha256


def test_a_study_runs_its_market_under_its_floor(steps):
    market = SMALL | {"take_floor": True, "price": {"floor": 40.0, "ceiling": 200.0}}
    found = run_study(build_scenario(QUICK | {"benchmark": market}), command="", progress=steps)
    assert steps.done == steps.total == 1 + 1 + 2  # a quantile, the frontier, two replicates
    run, floor = found.benchmark, found.chain.path.price_cny_per_tco2[-1]
    assert run.taken_floor.price_cny_per_tco2 == floor
    assert (run.taken_floor.year, run.taken_floor.instead_of_cny_per_tco2) == (2024, 40.0)
    assert run.band == ((floor, 200.0),) * 2
    assert run.evolution.floor.tolist() == [floor] * 2
    told = found.headline()["benchmark"]
    assert (told["floor_cny_per_tco2"], told["floor_of_study_year"]) == (floor, 2024)
    assert set(told["market"]) >= {"price_cny_per_tco2", "cost_change_percent"}
    tables = {name for name in found.tables() if name.startswith("benchmark_")}
    assert tables == {
        f"benchmark_{name}"
        for name in ("years", "regions", "outcome", "fairness", "before_after", "mechanisms")
    }
    assert found.provenance.seed == market.get("seed", 1)
    assert found.replication is None  # neither the paper's provinces nor its industries


def test_without_the_section_a_study_has_no_market(sample_study):
    assert sample_study.benchmark is None
    assert "benchmark" not in sample_study.headline()
    assert [name for name in sample_study.tables() if name.startswith("benchmark")] == []


def test_a_floor_that_is_not_below_the_ceiling_is_refused(steps):
    changes = {"policy_changes": {2: {"price": {"ceiling": 50.0}}}}
    market = SMALL | {"take_floor": True, "price": {"ceiling": 60.0}} | changes
    scenario = build_scenario({"benchmark": market})
    assert check_market(scenario) == 2
    with pytest.raises(InputError) as caught:
        market_of_study(scenario, path_to(60.0), costs=COSTS, progress=steps)
    first, second = caught.value.faults
    assert first.column == "benchmark.price.ceiling"
    assert first.found == "60.00 CNY per tonne in 2020, ceiling 60"
    assert "remove take_floor" in first.remedy
    assert second.column == "benchmark.policy_changes.2.price.ceiling"
    with pytest.raises(InputError, match=r"policy_changes\.2"):
        market_of_study(scenario, path_to(55.0), costs=COSTS, progress=steps)
    assert market_of_study(scenario, path_to(49.0), costs=COSTS, progress=steps).band[1] == (
        49.0,
        50.0,
    )


def of_regions(**shares):
    return SMALL | {"take_costs": True, "firms": {"region_shares": {"paper": shares}}}


def test_a_study_s_costs_are_the_levels_of_the_regions(steps):
    market = of_regions(Hebei=0.25, Shanxi=0.25, Tibet=0.25, Nowhere=0.25)
    scenario = build_scenario({"benchmark": market})
    assert check_market(scenario) == 2
    run = market_of_study(scenario, path_to(30.0), costs=COSTS, progress=steps)
    taken = run.taken_costs
    assert taken.year == 2018
    assert taken.level == pytest.approx({"Hebei": 0.5, "Shanxi": 2.0}, rel=1e-12)
    assert taken.without == ("Nowhere", "Tibet")
    assert run.section.firms.cost_level_by_region == taken.level
    assert run.headline()["costs_of_study_year"] == 2018
    assert "costs of the study in 2018: 2 regions" in run.summary
    # What they do: the slopes of a market without them, multiplied.
    with_levels = market_plan(run.section).register
    bare = market_plan(scenario.benchmark.with_costs({})).register
    level = [run.section.firms.cost_level_by_region.get(name, 1.0) for name in bare.region]
    assert np.array_equal(with_levels.mac_slope, np.array(level) * bare.mac_slope)
    own = scenario.benchmark.with_costs({"Hebei": 9.0}).with_costs({"Hebei": 0.5, "Tibet": 2.0})
    assert own.firms.cost_level_by_region == {"Hebei": 9.0, "Tibet": 2.0}


def test_costs_of_no_region_of_the_market_are_refused(steps):
    scenario = build_scenario({"benchmark": of_regions(Nowhere=0.5, Tibet=0.5)})
    with pytest.raises(InputError) as caught:
        market_of_study(scenario, path_to(30.0), costs=COSTS, progress=steps)
    (fault,) = caught.value.faults
    assert (fault.column, fault.found) == ("benchmark.take_costs", "Nowhere, Tibet")
    assert fault.allowed == "regions called as the study's units: Hebei, Shanxi"
    with pytest.raises(InputError, match="no study to take costs from"):
        market_plan(scenario.benchmark, source="mine.toml")


def test_a_shipped_study_takes_its_costs_from_end_to_end(steps):
    joined = load_scenario(PROJECT / "scenarios" / "joined_sample.toml")
    assert joined.benchmark.take_costs
    quick = {
        "frontier": joined.frontier.model_copy(update={"taus": (0.5,)}),
        "report": joined.report.model_copy(update={"sensitivity": False, "robustness": False}),
    }
    found = run_study(joined.model_copy(update=quick), command="", progress=steps)
    costs, taken = found.costs, found.benchmark.taken_costs
    last = costs.period == costs.period.max()
    mac = dict(zip(np.array(costs.unit)[last], costs.mac_cny_per_tco2[last], strict=True))
    usable = [value for value in mac.values() if np.isfinite(value) and value > 0]
    mean = np.exp(np.mean(np.log(usable)))
    assert set(taken.level) == {"Guangdong", "Jiangsu", "Liaoning"}
    assert taken.level == pytest.approx({name: mac[name] / mean for name in taken.level})
    assert len(set(taken.level.values())) == 3
    assert found.benchmark.description.count("`firms.cost_level_by_region` | ") == 1


def test_regions_named_with_no_firm_are_rows_without_figures(steps):
    counts = {"Hebei": 8, "Tibet": 0, "Hunan": 0, "Anhui": 4}
    kinds = {"renewable_rich": ["Tibet"]}
    market = SMALL | {"supported_regions": kinds, "firms": {"region_counts": {"paper": counts}}}
    run = run_market(build_scenario({"benchmark": market}), progress=steps)
    assert run.empty_regions == ("Hunan", "Tibet")
    assert "named, but without a firm: Hunan, Tibet" in run.description
    table = run.regions
    assert table.height == 2 * 2 * 4
    assert table["region"].to_list()[:4] == ["Anhui", "Hebei", "Hunan", "Tibet"]
    assert table["firms"].to_list()[:4] == [4, 8, 0, 0]
    assert table["kind"].to_list()[:4] == ["", "", "", "renewable rich"]
    none = table.filter(table["firms"] == 0)
    assert none["emissions_tco2"].sum() == 0.0
    assert none["benchmark_factor"].null_count() == none.height
    # They are no part of the market: it is the same, to the last bit, without them.
    there = {name: count for name, count in counts.items() if count}
    bare = SMALL | {"firms": {"region_counts": {"paper": there}}}
    other = run_market(build_scenario({"benchmark": bare}), progress=steps)
    assert np.array_equal(other.evolution.years, run.evolution.years)
    assert other.empty_regions == ()
    assert other.regions.height == 2 * 2 * 2


def test_a_policy_s_own_floor_stays():
    changes = {2: {"price": {"floor": 70.0}}, 3: {"price": {"ceiling": 150.0}}}
    content = SMALL | {"years": 3, "policy_changes": changes}
    section = build_scenario({"benchmark": content}).benchmark.with_floor(30.0)
    floors = [rules.price.floor for rules in section.policy_changes.values()]
    assert (section.price.floor, floors) == (30.0, [70.0, 70.0])


def test_a_market_that_cannot_run_is_refused_before_anything_is_estimated(steps):
    market = SMALL | {"supported_regions": {"old_industrial": ["nowhere"]}, "take_floor": True}
    scenario = build_scenario(QUICK | {"benchmark": market})
    with pytest.raises(InputError, match=r"benchmark\.supported_regions"):
        run_study(scenario, command="", progress=steps)
    assert steps.total == 0


def test_no_study_no_floor():
    section = build_scenario({"benchmark": SMALL | {"take_floor": True}}).benchmark
    with pytest.raises(InputError, match="no study to take a floor from"):
        market_plan(section, source="mine.toml")


def test_mechanisms_say_whether_they_are_at_work():
    rules = {"banking": {"borrowing_share": 0.1}, "adjustment": {"trend": 0.0}}
    plan = market_plan(build_scenario({"benchmark": SMALL | rules}).benchmark)
    rows = {
        (row["group"], row["mechanism"]): row["switched_on"]
        for row in mechanisms_table(plan).iter_rows(named=True)
    }
    assert rows["regular adjustment", "trend"] is False
    assert rows["dynamic adaptation", "trend"] is False
    assert rows["compliance guarantee", "borrowing"] is True
    assert rows["response to prices", "reserve"] is False
    # One benchmark for all firms: no differentiation by tier.
    assert rows["differentiation", "tier and scale coefficients"] is False


@pytest.fixture(scope="module")
def of_the_paper():
    class Unheard:
        def start(self, total):
            """Take the number of steps."""

        def step(self):
            """Take one step."""

    section = {"years": 1, "replicates": 2}
    return run_market(build_scenario({"benchmark": section}), progress=Unheard())


def test_table_2_of_liu_stands_beside_ours(of_the_paper):
    table = liu_table(of_the_paper)
    assert table.height == 24
    assert set(table["item"]) == {"Liu, Table 2"}
    printed = dict(table.select("quantity", "published").iter_rows())
    assert printed["power: reduction of cost, %"] == "4.2"
    assert printed["steel: benchmark, lagging"] == "2.120"
    outcome = of_the_paper.outcome.row(0, named=True)
    ours = dict(table.select("quantity", "ours").iter_rows())
    saved = ours["power: reduction of cost, %"].split(" ")[0]
    assert float(saved) == pytest.approx(-outcome["cost_change_percent"], abs=5e-3)
    coefficients = table.filter(table["quantity"].str.contains("benchmark"))
    assert coefficients["reproduced"].sum() == 5
    assert not coefficients.filter(coefficients["quantity"].str.ends_with("lagging"))[
        "reproduced"
    ].any()


def test_a_figure_counts_as_reproduced_where_it_agrees_to_one_decimal(of_the_paper):
    published = of_the_paper.published
    near = published.with_columns(ours=published["published"] + 0.04, low=-1e9, high=1e9)
    far = published.with_columns(ours=published["published"] + 0.2, low=-1e9, high=1e9)
    for table, count in ((near, 12), (far, 0)):
        found = liu_table(replace(of_the_paper, published=table))
        assert found["reproduced"][:12].sum() == count


def test_other_industries_are_not_the_paper_s(of_the_paper, steps):
    assert of_the_paper.is_paper
    other = run_market(build_scenario({"benchmark": SMALL}), progress=steps)
    assert not other.is_paper
    assert other.published.is_empty()
