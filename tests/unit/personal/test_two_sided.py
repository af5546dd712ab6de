"""The two-sided platform: the bounded optimum against search, fees, shares of everyone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from tanshi.core import InputError
from tanshi.personal._candidates import Square, candidates, maximise
from tanshi.personal._market import market_of
from tanshi.personal._ramsey import BreakEven, _on_break_even
from tanshi.personal.two_sided import TwoSidedInputs, solve_two_sided

NAMES = ("beta_d", "beta_s", "service_level", "service_cost", "allowance_price", "alpha_d")


def random_markets(n, seed):
    draw = np.random.default_rng(seed)
    return TwoSidedInputs(
        beta_d=draw.uniform(0, 1.5, n),
        beta_s=draw.uniform(0, 1.5, n),
        service_level=draw.uniform(0, 1, n),
        service_cost=draw.uniform(0.3, 4, n),
        allowance_price=draw.uniform(0, 3, n),
        alpha_d=draw.uniform(-1, 2, n),
        alpha_s=draw.uniform(-1.5, 2, n),
        blockchain_unit_cost=draw.uniform(0, 0.3, n),
        fee=draw.uniform(0, 0.3, n),
        matching=draw.uniform(0.3, 1, n),
    )


MANY = random_markets(300, 7)
SOLVED = {
    payments: solve_two_sided(MANY, payments=payments) for payments in ("published", "closed")
}


def rows(inputs, at):
    return TwoSidedInputs(**{n: getattr(inputs, n)[at] for n in inputs.__dataclass_fields__})


def objective(inputs, payments, h):
    """Profit or welfare from the model's own words: fees, surplus, trades, costs."""
    credited = inputs.allowance_price if payments == "closed" else 0.0
    m, q = inputs.matching, inputs.service_level

    def value(x, y):
        to_buyer = m * (inputs.alpha_d - inputs.allowance_price) * y
        to_seller = m * (inputs.alpha_s + credited - inputs.fee) * x
        fee_d = 1 + q * inputs.beta_d + to_buyer - x
        fee_s = 1 + q * inputs.beta_s + to_seller - y
        trades = m * x * y
        profit = fee_d * x + fee_s * y + (inputs.fee - inputs.blockchain_unit_cost) * trades
        profit = profit - inputs.service_cost * q**2 / 2
        return profit if h == 2 else profit + (x**2 + y**2) / 2

    return value


def test_all_bounds_occur():
    found = {*SOLVED["published"].profit.status, *SOLVED["closed"].welfare.status}
    assert {
        *("interior", "demand_full", "supply_full", "demand_full+supply_full"),
        *("demand_empty+supply_full", "demand_full+supply_empty"),
    } <= found


@pytest.mark.parametrize("payments", ["published", "closed"])
@pytest.mark.parametrize("h", [1, 2])
def test_no_participation_is_better(payments, h):
    """A grid over the square, and polished random starts for some markets."""
    part = SOLVED[payments].profit if h == 2 else SOLVED[payments].welfare
    value = objective(MANY, payments, h)
    assert part.value == pytest.approx(value(part.n_d, part.n_s), abs=1e-10)
    grid = np.linspace(0, 1, 41)
    best = np.max([value(x, y) for x in grid for y in grid], axis=0)
    assert (part.value >= best - 1e-10).all()
    draw = np.random.default_rng(3)
    for at in range(0, 300, 25):
        one = objective(rows(MANY, [at]), payments, h)
        for start in draw.uniform(0, 1, (4, 2)):
            found = minimize(lambda p, one=one: -one(*p)[0], start, bounds=[(0, 1)] * 2)
            assert -found.fun <= part.value[at] + 1e-9
            if abs(SOLVED[payments].cross_effect[at]) < h:  # then it is the only summit
                assert -found.fun == pytest.approx(part.value[at], abs=1e-6)


@pytest.mark.parametrize("payments", ["published", "closed"])
def test_random_fees_bring_the_platform_no_more(payments):
    """Any fees, through every participation they allow, not through the candidates."""
    from tanshi.personal.participation import Fees, participation_equilibria

    draw = np.random.default_rng(5)
    market = market_of(MANY, closed=payments == "closed")
    for at in range(0, 300, 30):
        value = objective(rows(MANY, [at]), payments, 2)
        for fee_d, fee_s in draw.uniform(-3, 4, (120, 2)):
            net = (market.a[at] - fee_d, market.b[at] - fee_s, market.d[at], market.s[at])
            for one in participation_equilibria(Fees(*map(float, net))):
                x, y = one.n_d, one.n_s
                # At a bound the fees may leave members more than they need.
                m, trades = MANY.matching[at], MANY.matching[at] * x * y
                profit = (
                    fee_d * x + fee_s * y - MANY.service_cost[at] / 2 * MANY.service_level[at] ** 2
                )
                profit += (MANY.fee[at] - MANY.blockchain_unit_cost[at]) * trades
                assert profit <= SOLVED[payments].profit.value[at] + 1e-9
                assert profit <= value(x, y)[0] + 1e-9
                assert m > 0


@pytest.mark.parametrize("payments", ["published", "closed"])
def test_fees_bring_the_participation_about(payments):
    for part in (SOLVED[payments].profit, SOLVED[payments].welfare):
        for at, (x, y) in enumerate(zip(part.n_d, part.n_s, strict=True)):
            listed = [tuple(map(float, one.split())) for one in part.equilibria[at].split("; ")]
            assert min(max(abs(u - x), abs(v - y)) for u, v in listed) < 1e-9


@pytest.mark.parametrize("payments", ["published", "closed"])
def test_utility_of_users_adds_up_to_their_surplus(payments):
    """Fixed and service utility, U_m and U_e make the surplus, and money goes round."""
    q = MANY.service_level
    for part in (SOLVED[payments].profit, SOLVED[payments].welfare):
        fixed_d, fixed_s = (n - n**2 / 2 for n in (part.n_d, part.n_s))
        buyers = fixed_d + q * MANY.beta_d * part.n_d
        buyers = buyers + part.financial_utility_d + part.carbon_utility_d
        sellers = fixed_s + q * MANY.beta_s * part.n_s
        sellers = sellers + part.financial_utility_s + part.carbon_utility_s
        assert buyers == pytest.approx(part.surplus_d, abs=1e-10)
        assert sellers == pytest.approx(part.surplus_s, abs=1e-10)
        money = part.financial_utility_d + part.financial_utility_s + part.platform_profit
        costs = MANY.blockchain_unit_cost * part.volume + MANY.service_cost * q**2 / 2
        assert money + costs + part.unpaid_payments == pytest.approx(np.zeros(300), abs=1e-10)
        benefit = (MANY.alpha_d + MANY.alpha_s) * part.volume
        assert part.total_carbon_benefit == pytest.approx(benefit, abs=1e-12)
    unpaid = SOLVED[payments].profit.unpaid_payments
    assert (unpaid > 0).any() == (payments == "published")


def test_the_price_is_neutral_where_payments_are_closed():
    changed = {n: getattr(MANY, n) for n in MANY.__dataclass_fields__}
    changed["allowance_price"] = MANY.allowance_price + 0.7
    dearer = TwoSidedInputs(**changed)
    closed = solve_two_sided(dearer, payments="closed")
    assert closed.profit.value == pytest.approx(SOLVED["closed"].profit.value, abs=1e-10)
    assert closed.welfare.n_d == pytest.approx(SOLVED["closed"].welfare.n_d, abs=1e-9)
    published = solve_two_sided(dearer).profit.value
    trading = SOLVED["published"].profit.volume > 1e-6
    assert (published[trading] < SOLVED["published"].profit.value[trading]).all()


def test_the_transaction_fee_moves_only_the_sellers_registration_fee():
    changed = {n: getattr(MANY, n) for n in MANY.__dataclass_fields__} | {"fee": 0.0}
    free = solve_two_sided(TwoSidedInputs(**changed)).profit
    charged = SOLVED["published"].profit
    for name in ("n_d", "n_s", "value", "fee_d", "financial_utility_s"):
        assert getattr(charged, name) == pytest.approx(getattr(free, name), abs=1e-10)
    shift = MANY.fee * MANY.matching * charged.n_d
    assert free.fee_s - charged.fee_s == pytest.approx(shift, abs=1e-10)


def test_the_interior_formula_stands_beside_and_is_wrong_outside():
    """Slightly above g = 1 the formula of print promises far more welfare than there is."""
    market = solve_two_sided(TwoSidedInputs(0.6, 0.7, 0.9, 1.0, 0.3, 0.6, 0.75))
    assert not market.welfare.second_order_condition[0]
    assert market.welfare.status == ("demand_full+supply_full",)
    assert market.welfare.interior_n_d[0] < 0
    assert market.profit.second_order_condition[0]


def test_best_service_level_against_search():
    fixed = {n: getattr(MANY, n) for n in MANY.__dataclass_fields__}

    def greatest(level, h):
        market = market_of(TwoSidedInputs(**(fixed | {"service_level": level})), closed=False)
        curved = np.full_like(market.a, h)
        best = maximise(Square(market.a, market.b, curved, curved, market.cross))
        return best.value - market.cost

    for h, found in (
        (2.0, SOLVED["published"].profit_max_service_level),
        (1.0, SOLVED["published"].welfare_max_service_level),
    ):
        searched = np.max([greatest(level, h) for level in np.linspace(0, 12, 241)], axis=0)
        assert (greatest(found, h) >= searched - 1e-9).all()


def test_adoption_is_the_difference_of_two_optima():
    fixed = {n: getattr(MANY, n) for n in MANY.__dataclass_fields__}
    without = solve_two_sided(
        TwoSidedInputs(**(fixed | {"service_level": 0.0, "blockchain_unit_cost": 0.0}))
    )
    adoption = SOLVED["published"].adoption
    margin = SOLVED["published"].profit.value - without.profit.value
    assert adoption.platform_margin == pytest.approx(margin, abs=1e-10)
    assert (adoption.platform_adopts == (margin > 0)).all()
    margin = SOLVED["published"].welfare.value - without.welfare.value
    assert adoption.society_margin == pytest.approx(margin, abs=1e-10)


def test_the_published_interval_is_neither_necessary_nor_sufficient():
    """The first bounded vector: .0854 with interior participation; −.852 at a dear service."""
    cheap, dear = (
        solve_two_sided(TwoSidedInputs(0.3, 0.4, 0.5, k, 0.9, 0.2, 0.3)).adoption
        for k in (1.5, 9.0)
    )
    assert cheap.published_interval[0]
    assert dear.published_interval[0]
    assert cheap.society_margin == pytest.approx(0.085416, abs=1e-6)
    assert dear.society_margin == pytest.approx(-0.852083, abs=1e-6)
    outside = solve_two_sided(TwoSidedInputs(0.3, 0.4, 0.5, 1.5, 1.4, 0.2, 0.3)).adoption
    assert not outside.published_interval[0]
    assert outside.society_adopts[0]


def test_ramsey_vector_of_the_notes():
    ramsey = solve_two_sided(TwoSidedInputs(0.2, 0.6, 0.8, 2.2, 1.1, 0.3, 0.4, 0.05)).ramsey
    assert (ramsey.n_d[0], ramsey.n_s[0]) == pytest.approx((0.498494, 0.769042), abs=5e-7)
    assert ramsey.h == pytest.approx(1.632781, abs=5e-7)
    assert (ramsey.fee_d[0], ramsey.fee_s[0]) == pytest.approx((0.046272, 0.910355), abs=5e-7)
    assert ramsey.welfare == pytest.approx(0.41996, abs=5e-6)
    assert ramsey.profit == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize("payments", ["published", "closed"])
def test_ramsey_against_a_search_on_the_break_even_line(payments):
    ramsey, profit = SOLVED[payments].ramsey, SOLVED[payments].profit
    lost = np.array([status == "infeasible" for status in ramsey.status])
    assert (lost == (profit.value < 0)).all()
    assert lost.any()
    gain, welfare = objective(MANY, payments, 2), objective(MANY, payments, 1)
    assert (ramsey.profit[~lost] >= -1e-9).all()
    grid = np.linspace(0, 1, 61)
    best = np.full(300, -np.inf)
    for x in grid:
        for y in grid:
            allowed = gain(x, y) >= 0
            best = np.where(allowed, np.maximum(best, welfare(x, y)), best)
    assert (ramsey.welfare[~lost] >= best[~lost] - 1e-9).all()
    # …and not above it by more than a grid this fine can miss.
    assert (ramsey.welfare[~lost] - best[~lost]).max() < 0.2
    binding = ~lost & (ramsey.h > 1 + 1e-9) & (ramsey.h < 2 - 1e-9)
    assert binding.any()
    assert ramsey.profit[binding] == pytest.approx(np.zeros(binding.sum()), abs=1e-9)
    assert (ramsey.welfare[~lost] <= SOLVED[payments].welfare.value[~lost] + 1e-9).all()


@given(
    st.tuples(*[st.floats(-3, 3)] * 2),
    st.tuples(*[st.floats(-2, 3)] * 2),
    st.floats(-3, 3),
    st.tuples(*[st.floats(0, 1)] * 2),
)
def test_no_point_of_the_square_lies_above_the_maximum(slopes, curvatures, cross, point):
    square = Square(*(np.array([one]) for one in (*slopes, *curvatures, cross)))
    best = maximise(square)
    assert best.value[0] >= square.value(*(np.array([one]) for one in point))[0] - 1e-9
    xs, ys = candidates(square)
    inside = ~np.isnan(xs[:, 0])
    assert (best.value[0] >= square.value(xs, ys)[inside, 0] - 1e-12).all()


def test_equal_summits_are_counted():
    ones = np.ones(1)
    assert maximise(Square(ones, ones, ones, ones, -2 * ones)).optima.tolist() == [2]
    assert maximise(Square(ones, ones, ones, ones, -0.5 * ones)).optima.tolist() == [1]


def test_impossible_input_names_the_condition():
    with pytest.raises(InputError) as refused:
        TwoSidedInputs(-0.1, 0.2, -1.0, 0.0, 0.9, float("inf"), 0.3, matching=0.0)
    assert [(fault.column, fault.allowed) for fault in refused.value.faults] == [
        ("beta_d", "beta_d β_d >= 0"),
        ("service_level", "service_level q >= 0"),
        ("service_cost", "service_cost k > 0"),
        ("alpha_d", "alpha_d α_d finite"),
        ("matching", "0 < matching <= 1"),
    ]
    with pytest.raises(InputError, match="'published', 'closed'"):
        solve_two_sided(MANY, payments="open")


def test_break_even_quartics_against_roots_one_by_one():
    """Random markets, many with A = B, abs(g) at 1 or 2, or nothing to earn."""
    draw = np.random.default_rng(3)
    n = 1200
    a = 1 + draw.choice([0.0, 0.3, 1.0], n) * draw.random(n)
    b = np.where(draw.random(n) < 0.3, a, 1 + draw.random(n))
    g = np.where(draw.random(n) < 0.6, draw.uniform(-3, 3, n), draw.choice([-2.0, -1, 0, 1], n))
    cost = np.where(draw.random(n) < 0.2, 0.0, draw.random(n) / 2)
    with np.errstate(all="ignore"):
        found = _on_break_even(BreakEven(a, b, g, cost))
    seen = 0
    for row in range(n):
        x, y = np.array([a[row], g[row] * b[row]]), np.array([b[row], g[row] * a[row]])
        gap = np.array([1.0, 0.0, -(g[row] ** 2)])
        quartic = np.polymul([1.0, -1.0], np.polyadd(np.polymul(x, x), np.polymul(y, y)))
        quartic = np.polysub(quartic, g[row] * np.polymul(x, y))
        quartic = np.polysub(quartic, cost[row] * np.polymul(gap, gap))
        for root in np.roots(quartic):
            h = root.real
            simple = abs(root.imag) < 1e-9 and abs(np.polyval(np.polyder(quartic), h)) > 1e-3
            if not simple or not 1 + 1e-6 < h < 2 - 1e-6 or abs(h**2 - g[row] ** 2) < 1e-6:
                continue
            point = np.array([np.polyval(x, h), np.polyval(y, h)]) / (h**2 - g[row] ** 2)
            if (point > 1e-6).all() and (point < 1 - 1e-6).all():
                seen += 1
                at = np.nanargmin(np.abs(found.h[:, row] - h))
                assert [found.x[at, row], found.y[at, row]] == pytest.approx(point, abs=1e-8)
                profit = BreakEven(a, b, g, cost).profit(found.x, found.y)[at, row]
                assert profit == pytest.approx(0, abs=1e-10)
    assert seen > 30


def test_participation_is_exact_beside_a_cross_effect_of_the_curvature():
    """A = B and g = −2 + 1e-9: N = A/(h − g), not lost in a quotient of small differences."""
    market = solve_two_sided(TwoSidedInputs(0.3, 0.3, 1.0, 1.0, 2.5, 0.0, 0.5 + 1e-9))
    assert market.profit.n_d == pytest.approx(1.3 / (4 - 1e-9), rel=1e-14)
    assert market.profit.n_s == pytest.approx(1.3 / (4 - 1e-9), rel=1e-14)
    tie = solve_two_sided(TwoSidedInputs(0.3, 0.3, 1.0, 1.0, 2.5, 0.0, 0.5 + 2e-11))
    assert tie.profit.status == ("interior",)
