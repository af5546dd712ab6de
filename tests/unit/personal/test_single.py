"""The single platform: every case against a search for the best price, and its bookkeeping."""

import numpy as np
import pytest
import sympy
from scipy.optimize import minimize_scalar

from tanshi.core import InputError
from tanshi.personal.single import SinglePlatformInputs, solve_single_platform

BASE = {
    "total_emissions": 400.0,
    "offset_ratio": 0.25,
    "credit_cost": 60.0,
    "mean_reduction": 0.5,
    "population": 4000.0,
    "operating_cost": 4.0,
    "allowance_price": 100.0,
    "abatement_ease": 8.0,
}


def solve(**changes):
    return solve_single_platform(SinglePlatformInputs(**(BASE | changes)))


def random_markets(n, seed):
    draw = np.random.default_rng(seed)
    return SinglePlatformInputs(
        total_emissions=draw.uniform(50, 5000, n),
        offset_ratio=draw.uniform(0, 1, n),
        credit_cost=draw.uniform(5, 120, n),
        mean_reduction=draw.uniform(0.2, 1.3, n),
        population=draw.uniform(500, 4000, n),
        operating_cost=draw.uniform(0, 40, n),
        allowance_price=draw.uniform(1, 250, n),
        abatement_ease=draw.uniform(0.3, 60, n),
        blockchain_unit_cost=draw.uniform(0, 5, n),
        fee=draw.uniform(0, 3, n),
        commission=draw.uniform(0, 0.3, n),
    )


MANY = random_markets(400, 1)


def row_of(inputs, row):
    return {name: float(getattr(inputs, name)[row]) for name in inputs.__dataclass_fields__}


def test_every_case_occurs_and_no_buyer_pays_more_than_an_allowance():
    table = solve_single_platform(MANY).table()
    assert set(table["status"]) == {"interior", "capped", "rationed"}
    assert table.null_count().sum_horizontal()[0] == 0
    traded = table.filter(table["volume_tco2"] > 0)
    assert (traded["sale_price"] <= traded["allowance_price"] * (1 + 1e-12)).all()
    assert table["participation"].is_between(0, 1).all()
    volume_limit = table["total_emissions"] * table["offset_ratio"] * (1 + 1e-12)
    assert (table["volume_tco2"] <= volume_limit).all()


@pytest.mark.parametrize("row", range(0, 400, 10))
def test_the_purchase_price_is_the_best_at_the_sale_price(row):
    """Found by search over prices, with the fee and the commission in the seller's decision."""
    one, solved = row_of(MANY, row), solve_single_platform(MANY).table().row(row, named=True)
    people = one["mean_reduction"] * one["population"]
    cost = one["operating_cost"] + one["blockchain_unit_cost"]

    def profit(price):
        net = (1 - one["commission"]) * price - one["fee"]
        share = min(max(net / one["credit_cost"], 0), 1)
        return (solved["sale_price"] - net - cost) * share * people

    top = (one["credit_cost"] + one["fee"]) / (1 - one["commission"])
    # minimize_scalar would stop at a flat stretch without sellers.
    grid = np.linspace(0, top, 4001)
    best = grid[np.argmax([profit(price) for price in grid])]
    step = top / 4000
    found = minimize_scalar(
        lambda price: -profit(price),
        bounds=(max(best - step, 0), min(best + step, top)),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert solved["platform_profit"] == pytest.approx(max(-found.fun, 0), rel=1e-7, abs=1e-7)
    if solved["volume_tco2"] > 0:
        assert profit(solved["purchase_price"]) == pytest.approx(solved["platform_profit"])


@pytest.mark.parametrize("row", range(0, 400, 20))
def test_surplus_and_welfare_are_sums_over_people(row):
    solved = solve_single_platform(MANY).table().row(row, named=True)
    theta = (np.arange(200_000) + 0.5) / 200_000
    gain = np.maximum(solved["net_purchase_price_cny_per_tco2"] - theta * solved["credit_cost"], 0)
    people = solved["mean_reduction"] * solved["population"]
    assert solved["user_surplus"] == pytest.approx(gain.mean() * people, rel=1e-6, abs=1e-9)
    total = solved["platform_profit"] + solved["user_surplus"]
    assert solved["welfare"] == pytest.approx(total)
    assert solved["total_welfare"] == pytest.approx(total + solved["enterprise_benefit_cny"])


def test_money_is_conserved_whatever_the_fee():
    table = solve_single_platform(MANY).table()
    cost = table["operating_cost"] + table["blockchain_unit_cost"]
    paid = table["sale_price"] * table["volume_tco2"]
    kept = table["net_purchase_price_cny_per_tco2"] * table["volume_tco2"]
    assert (paid - kept - cost * table["volume_tco2"]).to_list() == pytest.approx(
        table["platform_profit"].to_list(), abs=1e-6
    )
    assert (table["purchase_price"] * table["volume_tco2"] - kept).to_list() == pytest.approx(
        table["fee_revenue_cny"].to_list()
    )


def test_a_fee_raises_the_purchase_price_and_nothing_else():
    plain, charged = solve(), solve(fee=2.5)
    assert charged.purchase_price - plain.purchase_price == pytest.approx(2.5)
    for name in ("sale_price", "participation", "platform_profit", "total_welfare"):
        assert getattr(charged, name) == pytest.approx(getattr(plain, name))
    taxed = solve(commission=0.2)
    assert taxed.purchase_price == pytest.approx(plain.purchase_price / 0.8)


def test_capped_and_rationed_by_hand():
    capped = solve(total_emissions=4000.0, offset_ratio=1.0, allowance_price=200.0)
    assert capped.status == ("capped",)
    found = [
        *(capped.purchase_price, capped.sale_price, capped.participation),
        *(capped.platform_profit, capped.user_surplus),
    ]
    assert np.concatenate(found) == pytest.approx([60, 200, 1, 136 * 2000, 60 * 2000 / 2])
    rationed = solve(offset_ratio=1.0, allowance_price=20.0)
    assert rationed.status == ("rationed",)
    assert rationed.purchase_price == pytest.approx(8)
    assert rationed.volume == pytest.approx(2000 * 16 / 120)
    assert rationed.platform_profit == pytest.approx(2000 * 16**2 / 240)
    none = solve(allowance_price=4.0)
    assert (none.volume[0], none.platform_profit[0], none.status) == (0, 0, ("rationed",))
    assert none.status_reason[0].startswith("no trade")


def test_full_supply_is_left_where_it_costs_more_than_it_brings():
    """Nδ > DW, but P < c + 2e: the audit's capped price would earn less."""
    market = solve(total_emissions=4000.0, offset_ratio=1.0, allowance_price=100.0)
    assert market.status == ("rationed",)
    assert market.platform_profit[0] > (100 - 60 - 4) * 2000
    edge = solve(total_emissions=4000.0, offset_ratio=1.0, allowance_price=124.0)
    assert edge.status == ("capped",)
    assert edge.platform_profit == pytest.approx(60 * 2000)


@pytest.mark.parametrize("row", range(0, 400, 5))
def test_best_offset_ratios_against_a_grid(row):
    one = row_of(MANY, row)
    solved = solve_single_platform(MANY).table().row(row, named=True)
    upper = min(1, one["mean_reduction"] * one["population"] / one["total_emissions"])
    grid = np.unique([*np.linspace(0, upper, 5001), solved["exact_optimal_offset_ratio"]])
    cases = solve_single_platform(SinglePlatformInputs(**(one | {"offset_ratio": grid})))
    best = cases.total_welfare.max()
    at = cases.total_welfare[grid == solved["exact_optimal_offset_ratio"]][0]
    assert at == pytest.approx(best, rel=1e-12, abs=1e-9)
    # The published one maximises Eq. 11 as if no price were ever refused.
    grid = np.unique([*np.linspace(0, upper, 5001), solved["optimal_offset_ratio"]])
    free = SinglePlatformInputs(**(one | {"offset_ratio": grid}))
    n, k = one["total_emissions"], one["abatement_ease"]
    kept = n * (1 - grid)
    people = one["mean_reduction"] * one["population"]
    printed = (one["allowance_price"] - kept / k) * kept + 3 * one["credit_cost"] * (
        n * free.offset_ratio
    ) ** 2 / (2 * people)
    at = printed[grid == solved["optimal_offset_ratio"]][0]
    assert at == pytest.approx(printed.max(), rel=1e-12, abs=1e-9)


def test_rationing_moves_the_best_offset_ratio():
    """The last reference vector: print says all, but from δ = 0.094 on buyers refuse the price."""
    market = solve_single_platform(
        SinglePlatformInputs(298.96, 0.1543, 115.85, 0.612, 1187.0, 4.62, 40.15, 3.898)
    )
    assert market.optimal_offset_ratio == [1.0]
    assert market.exact_optimal_offset_ratio == pytest.approx(1 - 40.15 * 3.898 / (2 * 298.96))
    assert market.exact_optimum == ("rationed",)


def test_the_blockchain_cost_passes_into_the_sale_price_in_full():
    market = solve(blockchain_unit_cost=3.0)
    assert market.sale_price - market.sale_price_without_blockchain == pytest.approx(3)
    assert market.platform_profit == pytest.approx(market.platform_profit_without_blockchain)
    tight = solve(offset_ratio=1.0, allowance_price=20.0, blockchain_unit_cost=3.0)
    assert tight.platform_profit[0] < tight.platform_profit_without_blockchain[0]


def test_conditions_of_proposition_2_decide_the_interior():
    table = solve_single_platform(MANY).table()
    supply = table["mean_reduction"] * table["population"]
    meant = table["k_below_2n_over_p"] & table["k_below_2dw_over_3e"] & table["n_below_dwp_over_3e"]
    able = supply >= table["total_emissions"]
    inside = table["optimum"] == "interior"
    assert (inside.filter(able) == meant.filter(able)).all()
    assert inside.sum() > 20
    printed = table["k_below_printed_2dw_over_3ek"]
    assert (printed != table["k_below_2dw_over_3e"]).any()


def test_impossible_input_is_refused_at_once_with_the_condition():
    with pytest.raises(InputError) as refused:
        SinglePlatformInputs(
            **(BASE | {"credit_cost": [0.0, 5.0], "population": [-1.0, float("nan")]})
        )
    assert [(fault.row, fault.column, fault.allowed) for fault in refused.value.faults] == [
        (1, "credit_cost", "credit_cost e > 0"),
        (1, "population", "population W > 0"),
        (2, "population", "population W > 0"),
    ]
    with pytest.raises(InputError, match="of one length"):
        SinglePlatformInputs(**(BASE | {"credit_cost": [1.0, 2.0], "population": [1.0] * 3}))
    with pytest.raises(InputError, match="too large or too small"):
        solve(total_emissions=1e200, mean_reduction=1e-200)


def first(*row):
    return solve_single_platform(SinglePlatformInputs(*row))


def test_cases_that_tie_in_decimals_are_not_decided_by_rounding():
    full = first(2.1, 1, 60, 0.7, 3, 4, 200, 8)  # Nδ = DW
    assert 0.7 * 3 < 2.1  # as the computer has it
    assert (full.status, full.participation.tolist()) == (("interior",), [1.0])
    assert (full.sale_price[0], full.platform_profit[0]) == pytest.approx((124, 126), rel=1e-14)
    dear = first(7, 0.1, 10, 0.7, 10, 0.1, 2.1, 1)  # P_c = P
    assert 7 * 0.1 * 10 / 7 * 2 + 0.1 > 2.1
    assert (dear.status, dear.sale_price.tolist()) == (("interior",), [2.1])
    assert dear.unserved_demand.tolist() == [0.0]
    worth = first(3, 1, 0.1, 0.1, 1, 0.1, 0.3, 8)  # Nδ > DW and P = c + 2e
    assert 0.1 + 2 * 0.1 > 0.3
    assert worth.status == ("capped",)
    closed = first(400, 0.25, 60, 0.5, 4000, 0.3, 0.1 * 3, 8)  # P = c
    assert (closed.volume.tolist(), closed.sale_price.tolist()) == ([0.0], [0.1 * 3])
    assert closed.status_reason[0].startswith("no trade")


def test_offset_ratios_that_tie_in_decimals():
    level = first(2.1, 0.5, 0.5, 0.7, 30, 4, 0.7 * 0.3, 20)  # kP = 2N: the top of Eq. 11 is at 0
    assert not level.k_below_2n_over_p[0]
    assert (level.optimal_offset_ratio.tolist(), level.optimum) == ([0.0], ("corner",))
    straight = first(300, 0.5, 0.7, 0.1, 21, 4, 2, 2)  # 3ek = 2DW
    assert not straight.second_order_condition[0]
    assert straight.optimum == ("corner",)


def test_profit_is_not_lost_in_a_difference_of_prices():
    market = first(1e9, 1, 60, 1, 6e18, 100, 200, 1e9)
    assert market.platform_profit[0] == pytest.approx(10, rel=1e-14)


def test_rationing_earns_more_than_full_supply_where_that_hardly_pays():
    """The audit would cap this row; the platform would lose by it."""
    market = first(400, 1, 60, 0.05, 4000, 4, 100, 8)
    assert market.status == ("rationed",)
    assert market.platform_profit[0] == pytest.approx(7680)
    full_supply = (100 - 60 - 4) * 0.05 * 4000
    assert full_supply == pytest.approx(7200)


def test_matching_scales_supply_and_nothing_else():
    half, fewer = solve(matching=0.5), solve(population=2000.0)
    for name in ("purchase_price", "platform_profit", "volume", "total_welfare", "participation"):
        assert getattr(half, name) == pytest.approx(getattr(fewer, name), rel=1e-14)
    assert half.optimal_offset_ratio == pytest.approx(fewer.optimal_offset_ratio)
    sold = 0.5 * 0.5 * 4000 * half.participation  # of what is offered, half
    assert half.volume == pytest.approx(sold)
    # Money: what buyers pay is what sellers keep, the costs, and the profit.
    rest = half.sale_price * sold - half.net_purchase_price * sold - 4 * sold
    assert rest == pytest.approx(half.platform_profit)


def test_matching_follows_from_what_sellers_and_platform_want():
    """Derived: a share m of offers is traded, and only what is traded is paid or given up."""
    price, sale, e, d, w, m, c, demand = sympy.symbols("p s e D W m c Q", positive=True)
    theta = sympy.symbols("theta", positive=True)
    # A seller gains m(p − θe), so those below p/e offer, and a share m of their DWp/e is traded.
    [last] = sympy.solve(m * (price - theta * e), theta)
    traded = m * d * w * last
    profit = (sale - price - c) * traded
    [best] = sympy.solve(sympy.diff(profit, price), price)
    [clearing] = sympy.solve(traded.subs(price, best) - demand, sale)
    values = {sale: clearing, price: best.subs(sale, clearing)}
    surplus = sympy.integrate(m * d * w * (price - theta * e), (theta, 0, last))
    numbers = {e: 60, d: 0.5, w: 4000, m: 0.5, c: 4, demand: 100}
    solved = solve(matching=0.5)
    for name, formula in {
        "purchase_price": price,
        "sale_price": sale,
        "participation": last,
        "volume": traded,
        "platform_profit": profit,
        "user_surplus": surplus,
    }.items():
        expected = float(formula.subs(values).subs(values).subs(numbers))
        assert getattr(solved, name) == pytest.approx(expected, rel=1e-12), name


def test_no_zero_has_a_sign():
    table = solve(allowance_price=0.0, operating_cost=0.0, offset_ratio=0.0).table()
    for name in table.columns:
        if table[name].dtype.is_float():
            assert not np.signbit(table[name].to_numpy()[table[name].to_numpy() == 0]).any(), name
