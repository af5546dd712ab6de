"""The personal market as a part of a study: where its price is from, and what follows from it."""

import numpy as np
import polars as pl
import pytest
from tests.conftest import CountedSteps

from tanshi.core import InputError
from tanshi.floor import FloorPath
from tanshi.personal.published import CLAIMS
from tanshi.personal.service_level import adoption_margins
from tanshi.study import build_scenario, run_study
from tanshi.study.benchmark_joined import market_of_study
from tanshi.study.personal_joined import check_personal, personal_of_study

FIRMS = {
    "name": "paper",
    "entities": 12,
    "emissions_tco2": 2e6,
    "benchmark_tco2_per_unit": 0.6,
    "reduction_potential": 0.07,
}
MARKET = {"industries": [FIRMS], "rule": "uniform", "years": 4, "replicates": 2}
# Demand so large that every price up to 100 CNY is taken.
RATIONED = {"single": {"offset_ratio": 0.12, "credit_cost": 60.0}}
QUICK = {"frontier": {"taus": [0.5]}, "report": {"sensitivity": False, "robustness": False}}


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


def solved(section, *, floor=30.0, market=None):
    return personal_of_study(build_scenario({"personal": section}), path_to(floor), market)


@pytest.fixture(scope="module")
def cheap():
    return joined(CountedSteps(), floor=20.0, ceiling=45.0)


@pytest.fixture(scope="module")
def dear():
    return joined(CountedSteps(), floor=60.0, ceiling=95.0)


def joined(steps, **price):
    """Return a market with its price band, and the personal market under it."""
    section = RATIONED | {"take_price": "benchmark", "price_years": 2}
    content = {"benchmark": MARKET | {"price": price}, "personal": section}
    scenario = build_scenario(content)
    market = market_of_study(scenario, path_to(30.0), progress=steps)
    return market, personal_of_study(scenario, path_to(30.0), market)


def test_the_price_is_the_scenario_s_the_floor_or_the_market_s(cheap):
    own = solved({"single": {"allowance_price": 55.0}})
    assert (own.price.price_cny_per_tco2, own.price.source) == (55.0, "scenario")
    floor = solved({"take_price": "floor", "single": {"allowance_price": 55.0}}, floor=31.5)
    assert (floor.price.price_cny_per_tco2, floor.price.floor_year) == (31.5, 2020)
    assert floor.price.instead_of_cny_per_tco2 == 55.0
    market, run = cheap
    last = market.evolution.price_cny_per_tco2[:, -2:]
    assert run.price.price_cny_per_tco2 == pytest.approx(last.mean(), rel=1e-12)
    ends = (run.price.lowest_cny_per_tco2, run.price.highest_cny_per_tco2)
    assert ends == (last.mean(axis=1).min(), last.mean(axis=1).max())
    assert run.price.years == 2


def test_the_mean_is_over_all_years_where_there_are_fewer(cheap):
    market, _ = cheap
    run = solved({"take_price": "benchmark", "price_years": 99}, market=market)
    price = market.evolution.price_cny_per_tco2
    assert run.price.years == price.shape[1] == 4
    assert run.price.price_cny_per_tco2 == pytest.approx(price.mean(), rel=1e-12)


def test_another_price_in_the_market_moves_the_personal_market_as_the_closed_form_says(cheap, dear):
    (low_market, low), (high_market, high) = cheap, dear
    prices = [run.price.price_cny_per_tco2 for run in (low, high)]
    assert prices[0] <= 45.0
    assert prices[1] >= 60.0
    for run, market in ((low, low_market), (high, high_market)):
        price = float(market.evolution.price_cny_per_tco2[:, -2:].mean())
        margin = price - 7.0  # the costs of a credit and of the blockchain
        one, given = run.single, run.single.inputs
        supply = given["mean_reduction"][0] * given["population"][0]
        assert one.status == ("rationed",)
        assert one.sale_price[0] == pytest.approx(price, rel=1e-12)
        assert one.net_purchase_price[0] == pytest.approx(margin / 2.0, rel=1e-12)
        assert one.volume[0] == pytest.approx(supply * margin / 120.0, rel=1e-12)
        assert one.platform_profit[0] == pytest.approx(supply * margin**2 / 240.0, rel=1e-12)
        # The same price, over the value range, is what sellers get on the two-sided platform,
        # and the greatest profit falls in it by the volume.
        assert run.two_sided.inputs["allowance_price"][0] == pytest.approx(price / 100.0)
    assert high.two_sided.profit.value[0] < low.two_sided.profit.value[0]


def test_a_sellers_price_of_its_own_stays(cheap):
    _, run = cheap
    own = solved(RATIONED | {"two_sided": {"allowance_price": 0.9}, "take_price": "floor"})
    assert own.two_sided.inputs["allowance_price"].tolist() == [0.9]
    assert run.two_sided.inputs["allowance_price"][0] < 0.5


def test_a_price_from_a_market_needs_the_market():
    scenario = build_scenario({"personal": {"take_price": "benchmark"}})
    for attempt in (
        lambda: check_personal(scenario),
        lambda: personal_of_study(scenario, path_to(30.0), None),
    ):
        with pytest.raises(InputError) as caught:
            attempt()
        (fault,) = caught.value.faults
        assert fault.column == "personal.take_price"
        assert "add [benchmark]" in fault.remedy


def test_numbers_too_large_to_calculate_with_are_refused_by_file():
    with pytest.raises(InputError) as caught:
        solved({"single": {"total_emissions": 1e300, "credit_cost": 1e300}})
    assert {fault.file for fault in caught.value.faults} == {"scenario"}


def test_a_study_holds_its_personal_market(steps):
    content = QUICK | {"personal": {"take_price": "floor"}}
    found = run_study(build_scenario(content), command="", progress=steps)
    assert steps.done == steps.total == 1 + 1 + 1  # a quantile, the frontier, the market
    floor = found.chain.path.price_cny_per_tco2[-1]
    assert found.personal.single.inputs["allowance_price"].tolist() == [floor]
    told = found.headline()["personal"]
    assert (told["price_source"], told["price_floor_year"]) == ("floor", 2024)
    assert told["allowance_price_cny_per_tco2"] == floor
    assert {name for name in found.tables() if name.startswith("personal_")} == {
        f"personal_{name}"
        for name in (
            *("single", "two_sided", "gains", "emissions", "objectives"),
            *("claims", "further_claims"),
        )
    }


def test_without_the_section_a_study_has_none(sample_study):
    assert sample_study.personal is None
    assert "personal" not in sample_study.headline()
    assert not [name for name in sample_study.tables() if name.startswith("personal")]


def test_marked_points_are_solved_and_are_where_the_cases_change():
    run = solved({})
    curve = run.curves["offset"]
    assert curve["offset_ratio"].is_sorted()
    marks = {
        name: row
        for row in curve.filter(pl.col("mark") != "").iter_rows(named=True)
        for name in row["mark"].split("; ")
    }
    assert marks["in use"]["platform_profit_1e6_cny"] == pytest.approx(
        run.single.platform_profit[0] / 1e6
    )
    edge = marks["rationed from"]["offset_ratio"]
    before = curve.filter(pl.col("offset_ratio") < edge)
    after = curve.filter(pl.col("offset_ratio") > edge)
    assert set(before["status"]) == {"interior"}
    assert set(after["status"]) == {"rationed"}
    # At the exact optimum no point of the curve has more welfare, up to what supply can meet.
    met = curve.filter(pl.col("offset_ratio") <= marks["full supply"]["offset_ratio"])
    assert marks["exact optimum"]["total_welfare_1e6_cny"] == met["total_welfare_1e6_cny"].max()


def test_every_price_of_the_study_is_marked_once():
    run = solved({"take_price": "floor"}, floor=31.5)
    marked = run.curves["price"].filter(pl.col("mark") != "")
    at = dict(marked.select("mark", "allowance_price_cny_per_tco2").iter_rows())
    assert at["in use"] == 31.5
    assert at["the scenario's"] == 70.0
    assert "floor of the study" not in at
    served = at["all demand served from"]
    curve = run.curves["price"]
    below = curve.filter(pl.col("allowance_price_cny_per_tco2") < served)
    assert set(below["status"]) == {"rationed"}
    assert curve.filter(pl.col("allowance_price_cny_per_tco2") >= served)[
        "status"
    ].unique().to_list() == ["interior"]


def test_no_service_level_beats_the_marked_ones():
    run = solved({})
    curve = run.curves["service"]
    for objective in ("profit", "welfare"):
        best = curve.filter(pl.col("mark") == f"best for {objective}")
        assert best[objective].item() == curve[objective].max()


def test_the_map_of_adoption_agrees_with_the_platform_s_own_row():
    run = solved({})
    table = run.curves["adoption"]
    # Without service and without a cost nothing changes.
    origin = table.filter((pl.col("service_level") == 0) & (pl.col("blockchain_unit_cost") == 0))
    assert origin.select("platform_margin", "society_margin").row(0) == (0.0, 0.0)
    adoption = run.two_sided.adoption
    margins = adoption_margins(run.section.two_sided.inputs(70.0), payments="published")
    assert [float(one[0]) for one in margins] == [
        float(one[0]) for one in (adoption.platform_margin, adoption.society_margin)
    ]
    cost, level = 0.02, 0.5
    near = table.sort(
        (pl.col("blockchain_unit_cost") - cost).abs() + (pl.col("service_level") - level).abs()
    )
    assert near["society_margin"][0] == pytest.approx(adoption.society_margin[0], abs=0.02)
    # The blockchain pays nowhere on the far edge, so the map shows all that pays.
    edge = table.filter(pl.col("blockchain_unit_cost") == table["blockchain_unit_cost"].max())
    assert edge["society_margin"].max() <= 0.0
    assert edge["platform_margin"].max() <= 0.0


def test_gains_are_what_credits_bring_less_what_they_cost():
    run = solved({"single": {"fee": 3.0, "commission": 0.1}})
    one = run.single
    gains = dict(run.gains.select("group", "gain_1e6_cny").iter_rows())
    # Allowances saved, less the effort of sellers (half their price on average) and unit costs.
    effort = one.net_purchase_price[0] / 2.0
    created = (70.0 - effort - 7.0) * one.volume[0] / 1e6
    assert gains["all together"] == pytest.approx(created, rel=1e-12)
    assert gains["all together"] == pytest.approx(sum(gains.values()) / 2.0)


def test_emissions_never_fall_one_for_one():
    table = solved({}).emissions
    assert table["total_1e6_tco2"].min() == 0.0
    additional = table["additional_share_percent"].to_numpy() / 100.0
    volume = table["enterprises_1e6_tco2"].to_numpy()
    assert np.allclose(table["total_1e6_tco2"], (1.0 - additional) * volume)
    assert np.allclose(table["total_1e6_tco2"] - table["cancel_1e6_tco2"], 0.0)
    none = solved({"take_price": "floor"}, floor=5.0)
    assert none.single.volume.tolist() == [0.0]
    assert none.emissions["total_1e6_tco2"].to_list() == [0.0, 0.0, 0.0]
    assert none.gains["gain_cny_per_tco2"].to_list() == [0.0] * 4


def test_claims_are_judged_where_this_market_is():
    run = solved({})
    rows = {
        (row["objective"], row["quantity"], row["parameter"]): row
        for row in run.claims.iter_rows(named=True)
    }
    profit = rows["profit", "value", "allowance_price"]
    assert profit["derivative_here"] == pytest.approx(-run.two_sided.profit.volume[0])
    assert (profit["claimed"], profit["here"]) == ("falls", "holds")
    assert rows["welfare", "n_s", "beta_s"]["here"] == "fails"
    closed = solved({"two_sided": {"payments": "closed"}})
    for neutral in closed.claims.filter(parameter="allowance_price").iter_rows(named=True):
        assert (neutral["derivative_here"], neutral["here"]) == (0.0, "flat")


def further(section):
    """Return what each claim that is no sign of a derivative comes to."""
    table = solved(section).further_claims
    assert table["claim"].to_list() == [one.claim for one in CLAIMS]
    return dict(zip(table["claim"].to_list(), table["here"].to_list(), strict=True))


def starting(here, start):
    [found] = [said for claim, said in here.items() if claim.startswith(start)]
    return found


def test_claims_about_one_platform_are_judged_by_its_case():
    met = further({})
    assert starting(met, "the purchase price rises") == "holds"
    dear = further({"single": {"offset_ratio": 1.0, "allowance_price": 500.0}})
    assert starting(dear, "the purchase price rises") == "flat"
    assert starting(dear, "the greater the offset ratio") == "flat"


def test_an_interval_of_result_2_is_judged_only_where_the_ratio_lies_in_it():
    seen = set()
    for price in (0.5, 3.0):
        for cost in (0.4, 9.0):
            market = {"service_level": 0.5, "allowance_price": price, "service_cost": cost}
            run = solved({"two_sided": market})
            here = run.further_claims["here"].to_list()[-2:]
            assert here[1] == "σ does not lie in it"
            inside = bool(run.two_sided.adoption.published_interval[0])
            pays = bool(run.two_sided.adoption.society_adopts[0])
            assert here[0] == (("fails", "holds")[pays] if inside else "σ does not lie in it")
            seen.add(here[0])
    assert len(seen) == 3


def test_a_service_level_below_the_best_is_called_low():
    low = solved({"two_sided": {"service_level": 0.05}}).further_claims["here"].to_list()
    assert low[5:7] == ["the level in use is low: profit rises", "the level in use is not high"]
    high = solved({"two_sided": {"service_level": 0.9}}).further_claims["here"].to_list()
    assert high[5:7] == ["the level in use is not low", "the level in use is high: profit falls"]


def test_welfare_without_a_loss_stands_between_the_two_others():
    costly = solved({"two_sided": {"service_level": 0.8, "service_cost": 2.2}})
    table = {row["objective"]: row for row in costly.objectives.iter_rows(named=True)}
    assert list(table) == ["profit", "break-even", "welfare"]
    welfare = [table[name]["welfare"] for name in table]
    assert welfare[0] <= welfare[1] <= welfare[2]
    assert table["welfare"]["profit"] < 0.0
    assert table["break-even"]["profit"] == pytest.approx(0.0, abs=1e-9)
    hopeless = solved({"two_sided": {"service_level": 3.0, "service_cost": 9.0}})
    assert hopeless.objectives["objective"].to_list() == ["profit", "welfare"]
