"""What the code returns is what the derived closed forms give, each in the case it belongs to."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from tests.reference.personal_derivations import S

from tanshi.personal import (
    SinglePlatformInputs,
    TwoSidedInputs,
    solve_single_platform,
    solve_two_sided,
)
from tanshi.personal._market import market_of
from tanshi.personal.derivatives import estimate_responses
from tanshi.personal.published import COMPUTED, SIGN_CLAIMS

DERIVED = {(one.place, one.quantity): one.derived for one in COMPUTED}
CLOSE = {"rel": 1e-9, "abs": 1e-9}
# A multiplier that the code never forms: it looks for h itself.
NOT_IN_CODE = {("without loss", "h")}


def evaluate(formula, letters):
    expression = sp.sympify(formula, locals=S)
    names = sorted(str(symbol) for symbol in expression.free_symbols)
    return sp.lambdify([S[name] for name in names], expression)(*(letters[name] for name in names))


def only(columns, rows):
    return {name: np.asarray(column)[rows] for name, column in columns.items()}


def single_market():
    draw, n = np.random.default_rng(3), 3000
    inputs = SinglePlatformInputs(
        total_emissions=draw.uniform(50, 5000, n),
        offset_ratio=draw.uniform(0.05, 1, n),
        credit_cost=draw.uniform(10, 90, n),
        mean_reduction=draw.uniform(0.2, 1, n),
        population=draw.uniform(500, 6000, n),
        operating_cost=draw.uniform(0, 20, n),
        allowance_price=draw.uniform(25, 250, n),
        abatement_ease=draw.uniform(0.5, 20, n),
        blockchain_unit_cost=draw.uniform(0, 4, n),
        fee=draw.uniform(0, 3, n),
        commission=draw.uniform(0, 0.2, n),
        matching=draw.uniform(0.6, 1, n),
    )
    solved = solve_single_platform(inputs)
    letters = {
        "N": inputs.total_emissions,
        "delta": inputs.offset_ratio,
        "e": inputs.credit_cost,
        "D": inputs.mean_reduction,
        "W": inputs.population * inputs.matching,  # mDW stands wherever DW does
        "c": inputs.operating_cost,
        "P": inputs.allowance_price,
        "k": inputs.abatement_ease,
        "c_b": inputs.blockchain_unit_cost,
        "p": inputs.fee,
        "t": inputs.commission,
        "P_ph": solved.net_purchase_price,
    }
    matched = {"W": inputs.population, "m": inputs.matching}
    return letters, matched, solved


def single_values(letters, solved):
    """Return, by key, where a form holds and what the code says there."""
    status, exact = np.array(solved.status), np.array(solved.exact_optimum)
    interior, capped, rationed = (status == name for name in ("interior", "capped", "rationed"))
    supply = letters["D"] * letters["W"]
    margin = letters["P"] - letters["c"] - letters["c_b"]
    full_supply = (margin - letters["e"]) * supply
    short = letters["N"] * letters["delta"] > supply
    everywhere = np.ones_like(interior)
    return {
        ("interior", "P_ph, net"): (interior, solved.net_purchase_price),
        ("interior", "P_c, with c_b"): (interior, solved.sale_price),
        ("interior", "π"): (interior, solved.platform_profit),
        ("interior", "buyers' surplus"): (interior, solved.buyer_surplus),
        ("any case", "P_ph, with fee and commission"): (everywhere, solved.purchase_price),
        ("any case", "fee revenue of a tonne"): (everywhere, solved.fee_revenue / solved.volume),
        ("capped", "π"): (capped, solved.platform_profit),
        ("capped", "U"): (capped, solved.user_surplus),
        ("rationed", "P_ph, net"): (rationed, solved.net_purchase_price),
        ("rationed", "volume"): (rationed, solved.volume),
        ("rationed", "π"): (rationed, solved.platform_profit),
        ("rationed", "U"): (rationed, solved.user_surplus),
        ("rationed", "π, less that of full supply"): (
            rationed & short,
            solved.platform_profit - full_supply,
        ),
        ("best offset ratio", "δ*"): (
            np.array(solved.optimum) == "interior",
            solved.optimal_offset_ratio,
        ),
        ("best offset ratio", "δ from which credits are rationed"): (
            exact == "kink",
            solved.exact_optimal_offset_ratio,
        ),
        ("best offset ratio", "total welfare beyond it"): (rationed, solved.total_welfare),
        ("best offset ratio", "δ* beyond it"): (
            exact == "rationed",
            solved.exact_optimal_offset_ratio,
        ),
    }


def matched_values(solved):
    """Return the two forms that have the matching by itself."""
    everywhere = np.ones_like(solved.volume, dtype=bool)
    return {
        ("any case", "volume, with matching m"): (everywhere, solved.volume),
        ("any case", "U, with matching m"): (everywhere, solved.user_surplus),
    }


def two_sided_inputs():
    draw, n = np.random.default_rng(5), 600
    return TwoSidedInputs(
        beta_d=draw.uniform(0, 0.8, n),
        beta_s=draw.uniform(0, 0.8, n),
        service_level=draw.uniform(0.05, 0.8, n),
        service_cost=draw.uniform(0.5, 4, n),
        allowance_price=draw.uniform(0.1, 4.5, n) * draw.uniform(0.3, 1, n),
        alpha_d=draw.uniform(-0.2, 1, n),
        alpha_s=draw.uniform(-0.6, 1, n),
        blockchain_unit_cost=draw.uniform(0, 0.1, n),
        fee=draw.uniform(0, 0.2, n),
        matching=draw.uniform(0.6, 1, n),
    )


def letters_of(inputs, solved):
    q = inputs.service_level
    return {
        "A": 1 + q * inputs.beta_d,
        "B": 1 + q * inputs.beta_s,
        "C": inputs.service_cost * q**2 / 2,
        "b_d": inputs.beta_d,
        "b_s": inputs.beta_s,
        "q": q,
        "k": inputs.service_cost,
        "c": inputs.allowance_price,
        "a_d": inputs.alpha_d,
        "a_s": inputs.alpha_s,
        "c_b": inputs.blockchain_unit_cost,
        "p": inputs.fee,
        "m": inputs.matching,
        "g": solved.cross_effect,
    }


def at(letters, optimum, h):
    """Add what is read off an optimum to the letters."""
    fees = {"f_d": optimum.fee_d, "f_s": optimum.fee_s}
    curvature = np.broadcast_to(h, optimum.n_d.shape)
    return letters | fees | {"N_d": optimum.n_d, "N_s": optimum.n_s, "h": curvature}


def objective_values(inputs, solved, closed):
    """Return the forms that hold at any participation, checked at both optima."""
    market = market_of(inputs, closed=False)
    everywhere = np.ones(len(inputs.beta_d), dtype=bool)
    for h, one in ((2.0, solved.profit), (1.0, solved.welfare)):
        letters = at(letters_of(inputs, solved), one, h)
        status = np.array(one.status)
        welfare = one.platform_profit + one.surplus_d + one.surplus_s
        empty_d, empty_s = status == "demand_empty", status == "supply_empty"
        yield (
            letters,
            {
                ("two sides", "g"): (everywhere, solved.cross_effect),
                ("two sides", "π"): (everywhere, one.platform_profit),
                ("two sides", "W"): (everywhere, welfare),
                ("two sides", "f_d"): (everywhere, one.fee_d),
                ("two sides", "f_s"): (everywhere, one.fee_s),
                ("two sides", "S_d"): (everywhere, one.surplus_d),
                ("two sides", "S_s"): (everywhere, one.surplus_s),
                ("two sides", "U_m of buyers"): (everywhere, one.financial_utility_d),
                ("two sides", "U_m of sellers"): (everywhere, one.financial_utility_s),
                ("two sides", "E"): (everywhere, one.total_carbon_benefit),
                ("two sides", "unpaid payments"): (everywhere, one.unpaid_payments),
                ("two sides", "slope of N_d in itself, fees given"): (
                    everywhere,
                    -market.d * market.s,
                ),
                ("two sides", "N_s where all of demand join"): (status == "demand_full", one.n_s),
                ("two sides", "N_d where all of supply join"): (status == "supply_full", one.n_d),
                ("two sides", "N_s where no demand joins"): (empty_d, one.n_s),
                ("two sides", "N_d where no supply joins"): (empty_s, one.n_d),
                ("two sides", "value where all of demand join"): (
                    status == "demand_full",
                    one.value,
                ),
                ("two sides", "value where all join"): (
                    status == "demand_full+supply_full",
                    one.value,
                ),
            },
        )
        letters = at(letters_of(inputs, closed), closed.profit, 2.0)
        yield (
            letters,
            {
                ("two sides", "g, closed payments"): (everywhere, closed.cross_effect),
                ("two sides", "f_s, closed payments"): (everywhere, closed.profit.fee_s),
            },
        )


def optimum_values(inputs, solved):
    for place, h, one in (
        ("profit maximum", 2.0, solved.profit),
        ("welfare maximum", 1.0, solved.welfare),
    ):
        inside = np.array(one.status) == "interior"
        values = {
            (place, "N_d"): (inside, one.n_d),
            (place, "N_s"): (inside, one.n_s),
            (place, "f_d"): (inside, one.fee_d),
            (place, "f_s"): (inside, one.fee_s),
            (place, "π"): (inside, one.platform_profit),
        }
        if h == 1.0:
            values[place, "W"] = inside, one.value
        yield at(letters_of(inputs, solved), one, h), values


def ramsey_values(inputs, solved):
    one = solved.ramsey
    letters = at(letters_of(inputs, solved), one, one.h)
    status = np.array(one.status)
    inside = (status == "interior") & (one.h > 1 + 1e-9) & (one.h < 2 - 1e-9)
    nothing = np.zeros_like(one.n_d)
    yield (
        letters,
        {
            ("without loss", "N_d"): (inside, one.n_d),
            ("without loss", "N_s"): (inside, one.n_s),
            ("without loss", "break-even"): (inside, nothing),
            ("without loss", "break-even, a quartic in h"): (inside, nothing),
            ("without loss", "π where all of demand join"): (status == "demand_full", one.profit),
        },
    )


def service_values(inputs, solved):
    for name, h in (("profit", 2.0), ("welfare", 1.0)):
        best = getattr(solved, f"{name}_max_service_level")
        there = replace(inputs, service_level=best)
        again = solve_two_sided(there)
        one = getattr(again, name)
        inside = np.array(one.status) == "interior"
        everywhere = np.ones_like(inside)
        yield (
            at(letters_of(there, again), one, h),
            {
                ("service level", "best q for given N"): (everywhere, best),
                ("service level", "value at that q"): (everywhere, one.value),
                ("service level", f"q* for {name}"): (inside, best),
            },
        )
    bare = solve_two_sided(replace(inputs, service_level=0 * best, blockchain_unit_cost=0 * best))
    letters = letters_of(inputs, solved)
    inside = {
        name: (np.array(getattr(solved, name).status) == "interior")
        & (np.array(getattr(bare, name).status) == "interior")
        for name in ("profit", "welfare")
    }
    yield (
        letters,
        {
            ("adoption", "gain of the platform"): (
                inside["profit"],
                solved.adoption.platform_margin,
            ),
            ("adoption", "gain of society"): (inside["welfare"], solved.adoption.society_margin),
        },
    )
    without_cost = replace(inputs, blockchain_unit_cost=0 * best)
    solved = solve_two_sided(without_cost)
    inside = (np.array(solved.welfare.status) == "interior") & (
        np.array(bare.welfare.status) == "interior"
    )
    yield (
        letters_of(without_cost, solved),
        {
            ("adoption", "gain of society, c_b = 0"): (inside, solved.adoption.society_margin),
        },
    )


# Forms that decide between cases instead of giving a number.
def decisions(letters, single, inputs, solved):
    supply = letters["D"] * letters["W"]
    short = letters["N"] * letters["delta"] > supply
    top = (np.array(single.optimum) == "corner") & (single.optimal_offset_ratio > 0)
    concave = single.k_below_2n_over_p & single.n_below_dwp_over_3e
    market = letters_of(inputs, solved)
    return {
        ("capped", "P from which all sell"): (
            lambda form: letters["P"] >= form,
            np.array(single.status) == "capped",
            short,
            letters,
        ),
        ("best offset ratio", "N where δ* needs full supply"): (
            lambda form: letters["N"] > form,
            top,
            concave,
            letters,
        ),
        ("two sides", "determinant of the Hessian, N chosen"): (
            lambda form: form > 0,
            solved.profit.second_order_condition,
            np.ones_like(solved.profit.second_order_condition),
            market | {"h": 2.0},
        ),
        ("service level", "k above which profit is concave in q"): (
            lambda form: market["k"] > form,
            solved.profit_concave_in_service_level,
            np.abs(market["g"]) < 2,
            market,
        ),
    }


@pytest.fixture(scope="module")
def single():
    return single_market()


@pytest.fixture(scope="module")
def two_sided():
    inputs = two_sided_inputs()
    return inputs, solve_two_sided(inputs), solve_two_sided(inputs, payments="closed")


def test_every_computed_form_is_what_the_code_returns(single, two_sided):
    inputs, solved, closed = two_sided
    letters, matched, one = single
    groups = [
        (letters, single_values(letters, one)),
        (letters | matched, matched_values(one)),
        *objective_values(inputs, solved, closed),
        *optimum_values(inputs, solved),
        *ramsey_values(inputs, solved),
        *service_values(inputs, solved),
    ]
    seen = dict.fromkeys(set(DERIVED) - NOT_IN_CODE, 0)
    for known, values in groups:
        for key, (rows, found) in values.items():
            if rows.any():
                form = evaluate(DERIVED[key], only(known, rows))
                assert found[rows] == pytest.approx(form, **CLOSE), key
                seen[key] += rows.sum()
    for key, (decide, found, rows, known) in decisions(letters, one, inputs, solved).items():
        decided = decide(evaluate(DERIVED[key], known))
        assert (decided == found)[rows].all(), key
        assert 0 < found[rows].sum() < rows.sum(), key
        seen[key] += rows.sum()
    assert min(seen.values()) > 5, {key: number for key, number in seen.items() if number <= 5}


@pytest.mark.parametrize("claim", SIGN_CLAIMS, ids=lambda c: f"{c.quantity}-{c.parameter}")
def test_the_derivative_of_a_claim_is_what_the_code_returns(two_sided, claim):
    inputs, solved, _ = two_sided
    one = getattr(solved, claim.objective)
    inside = np.array(one.status) == "interior"
    form = evaluate(claim.derivative, only(at(letters_of(inputs, solved), one, 0.0), inside))
    responses = estimate_responses(inputs, claim.objective)
    assert inside.sum() > 50
    assert responses.of(claim.quantity, claim.parameter)[inside] == pytest.approx(form, **CLOSE)
