"""Derivatives against differences, and every sign the paper claims, with counter-examples."""

import numpy as np
import pytest

from tanshi.personal.derivatives import PARAMETERS, QUANTITIES, estimate_responses
from tanshi.personal.published import CLAIMS, SIGN_CLAIMS
from tanshi.personal.two_sided import TwoSidedInputs, solve_two_sided


def random_inputs(n, seed, reach=1.2, **given):
    draw = np.random.default_rng(seed)
    return TwoSidedInputs(
        beta_d=draw.uniform(0, reach, n),
        beta_s=draw.uniform(0, reach, n),
        service_level=draw.uniform(0.05, 0.8, n),
        service_cost=draw.uniform(0.5, 4, n),
        allowance_price=draw.uniform(0.1, 2, n),
        alpha_d=draw.uniform(-0.2, 1, n),
        alpha_s=draw.uniform(-0.6, 1, n),
        **given,
    )


def only(inputs, rows):
    return TwoSidedInputs(**{n: getattr(inputs, n)[rows] for n in inputs.__dataclass_fields__})


def part_of(inputs, objective, payments="published"):
    return getattr(solve_two_sided(inputs, payments=payments), objective)


def moved(inputs, parameter, step):
    given = {n: getattr(inputs, n) for n in inputs.__dataclass_fields__}
    return TwoSidedInputs(**(given | {parameter: given[parameter] + step}))


@pytest.mark.parametrize("objective", ["profit", "welfare"])
@pytest.mark.parametrize("payments", ["published", "closed"])
def test_derivatives_are_the_limits_of_differences(objective, payments):
    inputs, step = random_inputs(60, 11), 1e-6
    here = part_of(inputs, objective, payments)
    responses = estimate_responses(inputs, objective, payments=payments)
    for parameter in PARAMETERS:
        up, down = (
            part_of(moved(inputs, parameter, by), objective, payments) for by in (step, -step)
        )
        same = np.array(here.status) == np.array(up.status)
        same &= np.array(here.status) == np.array(down.status)
        assert same.sum() > 50
        for quantity in QUANTITIES:
            name = "volume" if quantity.startswith("emissions") else quantity
            slope = (getattr(up, name) - getattr(down, name)) / (2 * step)
            found = responses.of(quantity, parameter)
            assert found[same] == pytest.approx(slope[same], abs=2e-6, rel=1e-5)


# Where the claim holds, from g, A, B, β_d, β_s; keyed as in the table.
def volume_q(g, a, b, beta_d, beta_s):
    rise = (1 + g**2) * b + 2 * g * a, (1 + g**2) * a + 2 * g * b
    return beta_d * rise[0] + beta_s * rise[1] > 0


REGIONS = {
    "everywhere": lambda g, *_: np.ones_like(g, dtype=bool),
    "nowhere": lambda g, *_: np.zeros_like(g, dtype=bool),
    "g < 0: everywhere": lambda g, *_: g < 0,
    "g > 0: nowhere": lambda g, *_: g > 0,
    "β_d + gβ_s > 0": lambda g, _a, _b, beta_d, beta_s: beta_d + g * beta_s > 0,
    "β_s + gβ_d > 0": lambda g, _a, _b, beta_d, beta_s: beta_s + g * beta_d > 0,
    "(1 + g²)B + 2gA > 0": lambda g, a, b, *_: (1 + g**2) * b + 2 * g * a > 0,
    "g < 0 and B/A > (1 + g²)/(2 abs(g))": lambda g, a, b, *_: (
        (g < 0) & (b / a > (1 + g**2) / (2 * np.abs(g)))
    ),
    "β_d((h² + g²)B + 2hgA) + β_s((h² + g²)A + 2hgB) > 0": volume_q,
    "only where the price reaches nobody": lambda g, *_: np.ones_like(g, dtype=bool),
}


@pytest.fixture(scope="module", params=[1.0, 0.7], ids=["all-meet", "some-meet"])
def markets(request):
    """Markets by matching, and the status of their greatest profit and welfare."""
    inputs = random_inputs(3000, 23, reach=0.8, matching=request.param, blockchain_unit_cost=0.05)
    solved = solve_two_sided(inputs)
    status = {name: np.array(getattr(solved, name).status) for name in ("profit", "welfare")}
    return inputs, status


@pytest.mark.parametrize("claim", SIGN_CLAIMS, ids=lambda c: f"{c.quantity}-{c.parameter}")
def test_a_claim_holds_exactly_in_its_region(markets, claim):
    inputs = only(markets[0], markets[1][claim.objective] == "interior")
    found = claim.sign * estimate_responses(inputs, claim.objective).of(
        claim.quantity, claim.parameter
    )
    g = inputs.matching * (
        inputs.alpha_s - inputs.allowance_price + inputs.alpha_d - inputs.blockchain_unit_cost
    )
    a, b = (1 + inputs.service_level * beta for beta in (inputs.beta_d, inputs.beta_s))
    region = REGIONS[claim.region](g, a, b, inputs.beta_d, inputs.beta_s)
    clear = np.abs(found) > 1e-9
    assert clear.sum() > 50
    assert ((found > 0) == region)[clear].all()
    holds = (found > 0)[clear]
    if claim.place != "Result 1(2)":  # which depends on payments, see below
        both = {(True, True): "confirmed", (True, False): "conditional"}
        assert claim.verdict == both.get((bool(holds.any()), bool(holds.all())), "refuted")


@pytest.mark.parametrize("full", ["demand_full", "supply_full"])
@pytest.mark.parametrize("claim", SIGN_CLAIMS, ids=lambda c: f"{c.quantity}-{c.parameter}")
def test_what_becomes_of_a_claim_where_one_side_is_full(markets, claim, full):
    inputs = only(markets[0], markets[1][claim.objective] == full)
    found = claim.sign * estimate_responses(inputs, claim.objective).of(
        claim.quantity, claim.parameter
    )
    assert len(found) > 5
    verdict = getattr(claim, full)
    assert (np.sign(found) == {"holds": 1, "flat": 0, "fails": -1}[verdict]).all()


def test_service_pays_at_first_and_no_longer_at_last_and_is_concave_where_said():
    """Result 1(3), with bounds wherever they bind."""
    inputs, step = random_inputs(300, 41), 1e-4
    profit, rise = part_of(inputs, "profit"), estimate_responses(inputs, "profit")
    slope, k, q = rise.value["service_level"], inputs.service_cost, inputs.service_level
    pull = inputs.beta_d * profit.n_d + inputs.beta_s * profit.n_s
    clear = np.abs(pull - k * q) > 1e-12
    assert ((slope > 0) == (k * q < pull))[clear].all()
    assert (slope[k * q > inputs.beta_d + inputs.beta_s] < 0).all()
    values = [part_of(moved(inputs, "service_level", by), "profit") for by in (step, 0.0, -step)]
    interior = np.all([np.array(one.status) == "interior" for one in values], axis=0)
    bend = (values[0].value - 2 * values[1].value + values[2].value) / step**2
    g = inputs.alpha_s - inputs.allowance_price + inputs.alpha_d
    squares = inputs.beta_d**2 + inputs.beta_s**2 + g * inputs.beta_d * inputs.beta_s
    concave = k > 2 * squares / (4 - g**2)
    clear = interior & (np.abs(bend) > 1e-4)
    assert ((bend < 0) == concave)[clear].all()
    assert 0 < concave[clear].sum() < clear.sum()


def test_the_interval_of_the_offset_ratio_decides_nothing():
    """Result 2(1): inside and outside it, the blockchain pays in some markets and not in others."""
    claim = CLAIMS[-1]
    assert (claim.place, claim.verdict) == ("Result 2(1)", "refuted")
    inputs = random_inputs(900, 7, blockchain_unit_cost=0.05)
    adoption = solve_two_sided(inputs).adoption
    seen = set(
        zip(adoption.published_interval.tolist(), adoption.society_adopts.tolist(), strict=True)
    )
    assert len(seen) == 4


def test_the_price_lowers_profit_only_where_it_reaches_nobody():
    inputs = random_inputs(50, 5)
    open_, closed = (
        estimate_responses(inputs, "profit", payments=payments).of("value", "allowance_price")
        for payments in ("published", "closed")
    )
    assert (open_ <= 0).all()
    assert (open_ < 0).sum() > 25  # elsewhere one side is empty, and nothing is traded
    assert closed == pytest.approx(np.zeros(50))


def test_volume_rises_in_the_sellers_sensitivity_in_the_notes_counter_example():
    """The first bounded vector, β_s + 0.1: the profit maximum's volume .2395 → .2490."""
    volumes = [
        part_of(TwoSidedInputs(0.3, beta_s, 0.5, 1.5, 0.9, 0.2, 0.3), "profit").volume[0]
        for beta_s in (0.4, 0.5)
    ]
    assert volumes == pytest.approx([0.2395, 0.2490], abs=1e-4)
