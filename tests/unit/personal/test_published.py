"""Every claim of the paper: where it holds, and a market in which it fails."""

import numpy as np
import pytest

from tanshi.personal import (
    SinglePlatformInputs,
    TwoSidedInputs,
    solve_single_platform,
    solve_two_sided,
)
from tanshi.personal.derivatives import estimate_responses
from tanshi.personal.published import CLAIMS, COUNTEREXAMPLES, SIGN_CLAIMS

FLAT = 1e-9
BOUNDS = ("demand_full", "supply_full", "demand_empty", "supply_empty")


def volume_q(g, a, b, beta_d, beta_s):
    rise = (1 + g**2) * b + 2 * g * a, (1 + g**2) * a + 2 * g * b
    return beta_d * rise[0] + beta_s * rise[1] > 0


def everywhere(g, *_):
    return np.ones_like(g, dtype=bool)


def nowhere(g, *_):
    return np.zeros_like(g, dtype=bool)


# Where the claim holds inside, from g, A, B, β_d, β_s and with q > 0; keyed as in the table.
REGIONS = {
    "q > 0 and N_d > 0, else flat: it never falls": everywhere,
    "q > 0 and N_s > 0, else flat: it never falls": everywhere,
    "only where the price reaches nobody; 0 where payments are closed": everywhere,
    "(4 + g²)B + 4gA > 0; 0 where payments are closed": lambda g, a, b, *_: (
        (4 + g**2) * b + 4 * g * a > 0
    ),
    "everywhere inside; 0 where payments are closed": everywhere,
    "q > 0": everywhere,
    "nowhere": nowhere,
    "q > 0, g < 0: everywhere inside": lambda g, *_: g < 0,
    "g > 0: nowhere inside": lambda g, *_: g > 0,
    "β_d + gβ_s > 0": lambda g, _a, _b, beta_d, beta_s: beta_d + g * beta_s > 0,
    "β_s + gβ_d > 0": lambda g, _a, _b, beta_d, beta_s: beta_s + g * beta_d > 0,
    "(1 + g²)B + 2gA > 0": lambda g, a, b, *_: (1 + g**2) * b + 2 * g * a > 0,
    "g < 0 and B/A > (1 + g²)/(2 abs(g))": lambda g, a, b, *_: (
        (g < 0) & (b / a > (1 + g**2) / (2 * np.abs(g)))
    ),
    "β_d((1 + g²)B + 2gA) + β_s((1 + g²)A + 2gB) > 0": volume_q,
}


def random_inputs(n, seed, **given):
    draw = np.random.default_rng(seed)
    drawn = {
        "beta_d": draw.uniform(0, 0.8, n),
        "beta_s": draw.uniform(0, 0.8, n),
        "service_level": draw.uniform(0.05, 0.8, n),
        "service_cost": draw.uniform(0.5, 4, n),
        "allowance_price": draw.uniform(0.1, 4.5, n) * draw.uniform(0.3, 1, n),
        "alpha_d": draw.uniform(-0.2, 1, n),
        "alpha_s": draw.uniform(-0.6, 1, n),
    }
    return TwoSidedInputs(**(drawn | given))


def only(inputs, rows):
    return TwoSidedInputs(**{n: getattr(inputs, n)[rows] for n in inputs.__dataclass_fields__})


@pytest.fixture(scope="module", params=[1.0, 0.7], ids=["all-meet", "some-meet"])
def markets(request):
    """Markets by matching, and the status of their greatest profit and welfare."""
    inputs = random_inputs(3000, 23, matching=request.param, blockchain_unit_cost=0.05)
    solved = solve_two_sided(inputs)
    status = {name: np.array(getattr(solved, name).status) for name in ("profit", "welfare")}
    return inputs, status


def slopes(claim, inputs, **options):
    """Return the derivative of a claim in the direction that the paper says."""
    responses = estimate_responses(inputs, claim.objective, **options)
    return claim.sign * responses.of(claim.quantity, claim.parameter)


@pytest.mark.parametrize("claim", SIGN_CLAIMS, ids=lambda c: f"{c.quantity}-{c.parameter}")
def test_a_claim_holds_exactly_in_its_region(markets, claim):
    inputs = only(markets[0], markets[1][claim.objective] == "interior")
    found = slopes(claim, inputs)
    g = inputs.matching * (
        inputs.alpha_s - inputs.allowance_price + inputs.alpha_d - inputs.blockchain_unit_cost
    )
    a, b = (1 + inputs.service_level * beta for beta in (inputs.beta_d, inputs.beta_s))
    region = REGIONS[claim.region](g, a, b, inputs.beta_d, inputs.beta_s)
    clear = np.abs(found) > FLAT
    assert clear.sum() > 50
    assert ((found > 0) == region)[clear].all()
    holds = (found > 0)[clear]
    if claim.quantity != "value" or claim.parameter != "allowance_price":  # see below
        both = {(True, True): "confirmed", (True, False): "conditional"}
        assert claim.verdict == both.get((bool(holds.any()), bool(holds.all())), "refuted")


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("claim", SIGN_CLAIMS, ids=lambda c: f"{c.quantity}-{c.parameter}")
def test_what_becomes_of_a_claim_at_a_bound(markets, claim, bound):
    status = markets[1][claim.objective]
    inside = status == bound if bound.endswith("full") else np.char.find(status, bound) >= 0
    found = slopes(claim, only(markets[0], inside))
    assert len(found) > 5
    verdict = getattr(claim, bound)
    assert (np.sign(found) == {"holds": 1, "flat": 0, "fails": -1}[verdict]).all()


@pytest.mark.parametrize("claim", SIGN_CLAIMS, ids=lambda c: f"{c.quantity}-{c.parameter}")
def test_where_both_sides_are_full_only_the_greatest_profit_moves(markets, claim):
    status = markets[1][claim.objective]
    found = slopes(claim, only(markets[0], status == "demand_full+supply_full"))
    assert len(found) > 5
    if claim.quantity == "value":
        assert (found > 0).all()
    else:
        assert (found == 0).all()


def test_without_service_no_sensitivity_moves_anything():
    inputs = random_inputs(200, 3, service_level=np.zeros(200))
    for claim in SIGN_CLAIMS:
        if claim.parameter in {"beta_d", "beta_s"}:
            assert (slopes(claim, inputs) == 0).all()


def test_the_price_moves_nothing_where_it_reaches_the_sellers():
    inputs = random_inputs(200, 5)
    for claim in SIGN_CLAIMS:
        if claim.parameter == "allowance_price":
            assert (np.abs(slopes(claim, inputs)) > FLAT).any()
            assert slopes(claim, inputs, payments="closed") == pytest.approx(np.zeros(200))


def test_the_intervals_of_the_offset_ratio_decide_nothing():
    """Result 2(1): inside and outside, the blockchain pays in some markets, not in others."""
    adoption = solve_two_sided(random_inputs(900, 7, blockchain_unit_cost=0.05)).adoption
    seen = set(
        zip(adoption.published_interval.tolist(), adoption.society_adopts.tolist(), strict=True)
    )
    assert len(seen) == 4


def test_outside_the_intervals_the_blockchain_can_pay():
    """The first bounded market with c = 1.4, as the page says."""
    adoption = solve_two_sided(TwoSidedInputs(0.3, 0.4, 0.5, 1.5, 1.4, 0.2, 0.3)).adoption
    assert adoption.published_interval.tolist() == [False]
    assert adoption.society_margin == pytest.approx([0.0191], abs=5e-5)


def test_in_the_second_interval_the_printed_welfare_is_no_maximum():
    draw = np.random.default_rng(9)
    alpha_s = draw.uniform(0.01, 3, 500)
    sigma = draw.uniform(-1, alpha_s - np.sqrt(alpha_s**2 + 1))
    ones = np.ones(500)
    inputs = TwoSidedInputs(0.3 * ones, 0.4 * ones, 0.5 * ones, ones, 1 + sigma, ones, alpha_s)
    solved = solve_two_sided(inputs)
    assert solved.adoption.published_interval.all()
    assert not solved.welfare.second_order_condition.any()
    assert set(solved.welfare.status) == {"demand_full+supply_full"}


def test_the_conditions_of_proposition_2_put_the_top_inside_and_two_of_them_suffice():
    draw = np.random.default_rng(13)
    inputs = SinglePlatformInputs(
        draw.uniform(10, 4000, 2000),
        np.full(2000, 0.3),
        draw.uniform(10, 100, 2000),
        draw.uniform(0.1, 1, 2000),
        draw.uniform(1000, 9000, 2000),
        np.full(2000, 4.0),
        draw.uniform(20, 300, 2000),
        draw.uniform(0.1, 20, 2000),
    )
    solved = solve_single_platform(inputs)
    two = solved.k_below_2n_over_p & solved.n_below_dwp_over_3e
    assert two.sum() > 100
    assert solved.k_below_2dw_over_3e[two].all()
    supply, needed = inputs.mean_reduction * inputs.population, inputs.total_emissions
    kinds = np.array(solved.optimum)
    enough = (
        needed
        <= supply + inputs.abatement_ease * (inputs.allowance_price - 3 * inputs.credit_cost) / 2
    )
    assert (kinds[two & enough] == "interior").all()
    assert (kinds[two & ~enough] == "corner").all()
    assert (kinds[~two] == "corner").all()


def test_short_supply_is_rationed_where_that_earns_more_than_full_supply():
    """Nδ = 400 > DW = 200, x = 96 < 2e: the audit's capped case would earn (x − e)DW = 7200."""
    solved = solve_single_platform(SinglePlatformInputs(400, 1, 60, 0.05, 4000, 4, 100, 8))
    assert solved.status == ("rationed",)
    assert solved.platform_profit == pytest.approx([7680])
    assert solved.volume == pytest.approx([160])
    # No purchase price earns more, neither 60, which fills supply, nor any other.
    prices = np.linspace(0, 96, 4801)
    profits = (100 - prices - 4) * 200 * np.minimum(prices / 60, 1)
    assert profits.max() == pytest.approx(7680)
    assert profits[prices == 60] == pytest.approx([7200])


def solve(one):
    """Return what a counter-example looks at, and the status of its optimum, step by step."""
    part, column = one.quantity.split(".")
    values, status = [], []
    for step in one.steps:
        given = dict(one.market) | {one.parameter: step}
        if part == "single":
            solved = solve_single_platform(SinglePlatformInputs(**given))
            status.append(solved.status[0])
        else:
            market = solve_two_sided(
                TwoSidedInputs(**given), payments="closed" if one.closed else "published"
            )
            solved = getattr(market, part)
            status.append(market.profit.status[0] if part == "profit" else market.welfare.status[0])
        values.append(float(getattr(solved, column)[0]))
    return values, status


@pytest.mark.parametrize("one", COUNTEREXAMPLES, ids=lambda one: f"{one.claim}-{one.parameter}")
def test_a_counterexample_has_the_values_it_says(one):
    values, status = solve(one)
    assert len(set(status)) == 1
    assert values == pytest.approx(one.values, rel=2e-5, abs=5.1e-5)


@pytest.mark.parametrize("claim", SIGN_CLAIMS, ids=lambda c: f"{c.quantity}-{c.parameter}")
def test_every_sign_that_fails_has_its_counterexamples(claim):
    needed = {"interior"} if claim.verdict != "confirmed" else set()
    needed |= {bound for bound in BOUNDS if getattr(claim, bound) == "fails"}
    seen = set()
    for one in COUNTEREXAMPLES:
        if (one.place, one.claim) == (claim.place, claim.text):
            assert one.parameter == claim.parameter
            assert one.quantity == f"{claim.objective}.{claim.quantity}"
            assert one.steps[1] > one.steps[0]
            (before, after), status = solve(one)
            assert claim.sign * (after - before) <= FLAT
            seen.add(status[0])
    assert seen == needed


def falls_short(values, steps):
    """Not greater, though the offset ratio is."""
    return steps[1] > steps[0] and values[1] <= values[0]


# When the values of a counter-example contradict a claim that is no sign of a derivative.
CONTRADICTED = {
    "the purchase price rises": falls_short,
    "the greater the offset ratio": falls_short,
    "k < 2DW/(3ek) is needed": lambda values, _: 0 < values[0] < 1,
    "at that δ* total welfare": lambda values, _: values[1] < values[0],
    "the greatest profit is concave": lambda values, steps: (
        steps[1] == pytest.approx((steps[0] + steps[2]) / 2)
        and values[1] < (values[0] + values[2]) / 2 - 1e-4
    ),
    "in α_s − 1 < σ < 1": lambda values, _: values[0] < 0,
    "in −1 < σ < α_s": lambda values, _: values[0] < 0,
}


def test_every_other_claim_that_fails_has_its_counterexample():
    found = {one.claim: one for one in COUNTEREXAMPLES if one.claim in {c.claim for c in CLAIMS}}
    assert set(found) == {claim.claim for claim in CLAIMS if claim.verdict != "confirmed"}
    for claim, one in found.items():
        [contradicted] = [test for start, test in CONTRADICTED.items() if claim.startswith(start)]
        assert contradicted(solve(one)[0], one.steps), claim


def test_the_markets_against_proposition_2_and_result_2_are_where_they_should_be():
    by_claim = {one.claim: one for one in COUNTEREXAMPLES}
    for claim in CLAIMS:
        if claim.place == "Result 2(1)":
            one = by_claim[claim.claim]
            given = dict(one.market) | {one.parameter: one.steps[0]}
            assert solve_two_sided(TwoSidedInputs(**given)).adoption.published_interval.all()
    needless = dict(by_claim["k < 2DW/(3ek) is needed for it"].market)
    solved = solve_single_platform(SinglePlatformInputs(**needless))
    assert not solved.k_below_printed_2dw_over_3ek.any()
    best = by_claim["at that δ* total welfare is greatest"]
    solved = solve_single_platform(SinglePlatformInputs(**dict(best.market)))
    assert solved.optimal_offset_ratio == pytest.approx([best.steps[1]], abs=1e-4)
    assert solved.exact_optimal_offset_ratio == pytest.approx([best.steps[0]])
