"""Counted people against closed forms, and what other populations do to the platform."""

from dataclasses import replace

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.personal import SinglePlatformInputs, solve_single_platform
from tanshi.personal.population import BLOCK, simulate_sales
from tanshi.personal.population_check import check_population
from tanshi.personal.posted_price import PlatformMarket, solve_posted_price
from tanshi.personal.reservation import SupplyCurve
from tanshi.personal.traits import PopulationPlan, PopulationTraits

# Nδ/(DW) = 0.6, e = 60: the market of the model notes.
MARKET = SinglePlatformInputs(600, 1.0, 60, 1.0, 1000, 5, 100, 8)
NOTES = PlatformMarket(
    demand_over_supply=0.6, unit_cost_cny_per_tco2=5.0, allowance_price_cny_per_tco2=100.0
)
EVERYTHING = PopulationTraits(
    theta_a=2.0,
    theta_b=3.0,
    amount_deviation=0.6,
    cost_deviation=0.5,
    theta_amount=0.3,
    theta_cost=-0.2,
    amount_cost=0.4,
    cost_income=0.5,
    amount_income=0.3,
)
POPULATIONS = {
    "paper": PopulationTraits(),
    "Beta(2, 2)": PopulationTraits(theta_a=2.0, theta_b=2.0),
    "Beta(5, 5)": PopulationTraits(theta_a=5.0, theta_b=5.0),
    "Beta(2, 5)": PopulationTraits(theta_a=2.0, theta_b=5.0),
    "Beta(5, 2)": PopulationTraits(theta_a=5.0, theta_b=2.0),
    "two camps": PopulationTraits(theta_a=0.5, theta_b=0.5),
    "more from those who mind": PopulationTraits(amount_deviation=0.6, theta_amount=0.6),
    "more from those who do not": PopulationTraits(amount_deviation=0.6, theta_amount=-0.6),
    "spread costs": PopulationTraits(cost_deviation=0.5),
}


def test_the_paper_s_people_give_the_closed_form_within_sampling_error():
    plan = PopulationPlan(people=400_000, seed=3)
    check = check_population(MARKET, {"paper": PopulationTraits()}, plan)
    closed = solve_single_platform(MARKET)
    rows = {row.name: row for row in check.cases[0].quantities}
    assert rows["participation"].closed_form == pytest.approx(0.6, abs=1e-12)
    assert rows["volume"].closed_form == pytest.approx(float(closed.volume[0]))
    assert rows["welfare"].closed_form == pytest.approx(float(closed.welfare[0]))
    for row in rows.values():
        assert row.exact == pytest.approx(row.closed_form, rel=1e-12)
        assert abs(row.z) < 4.0
        assert row.standard_error < 0.003 * row.exact
    assert check.cases[0].status == check.status == "interior"
    assert check.largest_z < 4.0


def test_standard_errors_are_those_of_repeated_populations():
    traits = replace(EVERYTHING, cost_mean_cny_per_tco2=80.0)
    curve = SupplyCurve(traits)
    exact = 3.0 * float(curve.share(36.0)[0]) + curve.surplus(36.0)
    z = []
    for seed in range(100):
        sales = simulate_sales(traits, [36.0], PopulationPlan(people=2_000, seed=seed))
        z.append(float((sales.per_head(3.0, 1.0) - exact)[0] / sales.per_head_error(3.0, 1.0)[0]))
    # Four standard errors of the mean and of the deviation of a hundred standard normals.
    assert abs(np.mean(z)) < 0.4
    assert np.std(z) == pytest.approx(1.0, abs=0.28)


@pytest.mark.parametrize("name", POPULATIONS)
def test_every_population_agrees_with_its_exact_supply_curve(name):
    check = check_population(
        MARKET, {name: POPULATIONS[name]}, PopulationPlan(people=200_000, seed=5)
    )
    assert check.largest_z < 4.5
    volume = check.cases[0].quantities[1]
    moved = abs(volume.counted - volume.closed_form) > 10.0 * volume.standard_error
    assert moved == (name != "paper")


def drift(name):
    """Return supply at the paper's price, %, and what the platform earns anew, %."""
    curve = SupplyCurve(POPULATIONS[name])
    solved = solve_posted_price(curve, NOTES)
    return 100.0 * (float(curve.share(36.0)[0]) / 0.6 - 1.0), 100.0 * (solved.profit / 21.6 - 1.0)


@pytest.mark.parametrize(
    ("name", "supply", "profit"),
    [
        ("Beta(2, 2)", 8, -32),
        ("Beta(5, 5)", 22, -58),
        ("Beta(2, 5)", 60, -53),
        ("Beta(5, 2)", -61, -59),
    ],
)
def test_other_perceptions_move_supply_and_profit_as_in_the_model_notes(name, supply, profit):
    assert drift(name) == (pytest.approx(supply, abs=0.5), pytest.approx(profit, abs=0.5))


@pytest.mark.parametrize(
    ("name", "supply"),
    [("more from those who mind", -24), ("more from those who do not", 22), ("spread costs", 15)],
)
def test_unequal_amounts_and_costs_move_supply_as_in_the_model_notes(name, supply):
    assert drift(name)[0] == pytest.approx(supply, abs=0.5)


def test_spread_costs_lower_the_clearing_price_as_in_the_model_notes():
    solved = solve_posted_price(SupplyCurve(POPULATIONS["spread costs"]), NOTES)
    assert 100.0 * (solved.purchase_price / 36.0 - 1.0) == pytest.approx(-17.0, abs=0.5)


def test_with_two_camps_the_first_order_price_is_no_maximum_and_no_single_price_clears():
    curve = SupplyCurve(POPULATIONS["two camps"])
    solved = solve_posted_price(curve, NOTES)
    assert solved.first_order_price == pytest.approx(39.3, abs=0.05)
    assert not solved.first_order_is_maximum
    assert solved.better_price == pytest.approx(60.0, abs=1e-6)
    assert solved.status == "jump"
    assert solved.lower_price < 39.3 < solved.higher_price
    # Both prices earn the same, no price between or outside them earns more, demand is met.
    x = solved.sale_price - 5.0
    tried = np.linspace(0.0, 60.0, 4001)
    earned = (x - tried) * curve.share(tried)
    for price in (solved.lower_price, solved.higher_price):
        own = (x - price) * float(curve.share(price)[0])
        assert own == pytest.approx(solved.profit, rel=1e-7)
        assert own >= earned.max() * (1.0 - 1e-7)
    assert solved.supply == pytest.approx(0.6)


def test_the_general_solution_is_the_closed_form_for_the_paper_s_people():
    rng = np.random.default_rng(0)
    n = 60
    low = np.array([1, 0.05, 1, 0.1, 10, 0, 0])
    high = np.array([100, 1, 100, 2, 200, 10, 200])
    emissions, ratio, e, reduction, people, c, price = rng.uniform(low, high, (n, 7)).T
    closed = solve_single_platform(
        SinglePlatformInputs(emissions, ratio, e, reduction, people, c, price, 8.0)
    )
    supply = reduction * people
    assert set(closed.status) == {"interior", "capped", "rationed"}
    for row in range(n):
        market = PlatformMarket(
            demand_over_supply=emissions[row] * ratio[row] / supply[row],
            unit_cost_cny_per_tco2=c[row],
            allowance_price_cny_per_tco2=price[row],
        )
        solved = solve_posted_price(
            SupplyCurve(PopulationTraits(cost_mean_cny_per_tco2=e[row])), market
        )
        ours = (solved.purchase_price, solved.sale_price, solved.supply * supply[row])
        theirs = (closed.purchase_price[row], closed.sale_price[row], closed.volume[row])
        assert ours == pytest.approx(theirs, rel=1e-7, abs=1e-9)
        assert solved.profit * supply[row] == pytest.approx(closed.platform_profit[row], abs=1e-6)
        assert solved.status in {closed.status[row], "no trade"}
        assert (solved.status == "no trade") == (closed.volume[row] == 0.0)


def test_the_supply_curve_is_the_integral_over_its_slope_and_the_surplus_that_over_supply():
    curve = SupplyCurve(EVERYTHING)
    prices = np.linspace(0.5, 200.0, 60)
    width = 1e-4
    difference = (curve.share(prices + width) - curve.share(prices - width)) / (2.0 * width)
    assert curve.slope(prices) == pytest.approx(difference, rel=1e-5, abs=1e-9)
    below = np.linspace(0.0, 50.0, 2_001)
    sold = curve.share(below)
    trapezes = ((sold[1:] + sold[:-1]) / 2.0 * np.diff(below)).sum()
    assert curve.surplus(50.0) == pytest.approx(trapezes, rel=1e-4)


def test_costs_of_nothing_or_without_spread_depend_on_nothing():
    free = SupplyCurve(PopulationTraits(cost_mean_cny_per_tco2=0.0, cost_deviation=0.5))
    assert free.share([0.0, 10.0]).tolist() == [1.0, 1.0]
    assert free.surplus(10.0) == 10.0
    same = SupplyCurve(PopulationTraits(theta_cost=0.7))
    assert same.share([15.0, 36.0, 90.0]) == pytest.approx([0.25, 0.6, 1.0])
    assert same.surplus(90.0) == pytest.approx(60.0)


def test_the_result_does_not_depend_on_the_number_of_workers():
    people = 3 * BLOCK + 17
    alone, together = (
        simulate_sales(EVERYTHING, [20.0, 40.0], PopulationPlan(people=people, workers=workers))
        for workers in (1, 3)
    )
    assert alone.n_people == people
    for name in ("income", "sellers", "supply", "surplus", "supply_squares", "products"):
        assert (getattr(alone, name) == getattr(together, name)).all()
    other = simulate_sales(EVERYTHING, [20.0], PopulationPlan(people=people, seed=2))
    assert (other.supply[0] != alone.supply[0]).any()


def test_marginals_and_dependence_of_drawn_people_are_those_asked_for():
    traits = replace(EVERYTHING, amount_mean_tco2=0.7, income_mean_cny=30_000.0)
    sales = simulate_sales(traits, [0.0, 1e9], PopulationPlan(people=400_000))
    assert sales.share()[1] == 1.0
    assert sales.amount.sum() / 400_000 == pytest.approx(0.7, rel=0.005)
    assert sales.income.sum() / 400_000 == pytest.approx(30_000.0, rel=0.01)
    assert sales.people / 400_000 == pytest.approx(0.2, abs=0.004)
    # Shares of the fifths of a lognormal income: differences of Φ(z - deviation).
    assert sales.income[-1] / sales.income.sum() == pytest.approx(0.4833, abs=0.005)
    # Amounts rise with income, costs too: the rich have more and sell less of it.
    assert (np.diff(sales.amount / sales.people) > 0.0).all()
    mean = simulate_sales(traits, [20.0], PopulationPlan(people=400_000))
    assert (np.diff((mean.supply / mean.amount)[0]) < 0.0).all()


def test_every_impossible_trait_is_refused_at_once():
    with pytest.raises(InputError) as refused:
        PopulationTraits(theta_a=0.0, amount_mean_tco2=-1.0, theta_cost=1.0, cost_deviation=np.nan)
    assert [fault.column for fault in refused.value.faults] == [
        "traits.theta_a",
        "traits.amount_mean_tco2",
        "traits.cost_deviation",
        "traits.theta_cost",
    ]
    with pytest.raises(InputError, match="impossible correlations"):
        PopulationTraits(theta_amount=0.9, theta_cost=0.9, amount_cost=-0.9)


@pytest.mark.parametrize(
    ("wrong", "columns"),
    [
        ({"people": 499}, ["plan.people"]),
        ({"people": 1000, "seed": -1, "workers": 0}, ["plan.seed", "plan.workers"]),
        ({"people": 1000, "income_groups": 0}, ["plan.income_groups"]),
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong, columns):
    with pytest.raises(InputError) as refused:
        PopulationPlan(**wrong)
    assert [fault.column for fault in refused.value.faults] == columns


def test_prices_and_markets_that_cannot_be_are_refused():
    plan = PopulationPlan(people=1_000)
    for prices in ([], [-1.0], [np.nan]):
        with pytest.raises(InputError, match="impossible prices"):
            simulate_sales(PopulationTraits(), prices, plan)
    with pytest.raises(InputError) as refused:
        PlatformMarket(
            demand_over_supply=0.0, unit_cost_cny_per_tco2=-1.0, allowance_price_cny_per_tco2=1.0
        )
    assert len(refused.value.faults) == 2
    two = SinglePlatformInputs([1, 2], 1.0, 60, 1.0, 1000, 5, 100, 8)
    with pytest.raises(InputError) as refused:
        check_population(two, {"other": PopulationTraits(amount_mean_tco2=2.0)}, plan)
    assert [fault.what for fault in refused.value.faults] == [
        "not one market",
        "mean of 'other' differs from the market's",
    ]


def test_capped_and_rationed_markets_are_counted_too():
    capped = SinglePlatformInputs(4000, 1, 60, 0.5, 4000, 4, 200, 8)
    rationed = SinglePlatformInputs(400, 1, 60, 0.5, 4000, 4, 20, 8)
    traits = {"paper": PopulationTraits(amount_mean_tco2=0.5)}
    for inputs, status in ((capped, "capped"), (rationed, "rationed")):
        check = check_population(inputs, traits, PopulationPlan(people=100_000))
        rows = check.table()
        assert check.status == check.cases[0].status == status
        assert check.largest_z < 4.0
        nothing_random = rows["standard_error"] == 0.0
        assert rows.filter(nothing_random)["z"].null_count() == nothing_random.sum()
    assert check.distributions()["status"].to_list() == ["rationed"]
