"""Estimation from trading data: against linearmodels, in simulations, and what is refused."""

import numpy as np
import pytest
from scipy.stats import t

from tanshi.core import InputError, NotIdentifiedError
from tanshi.personal.estimation import estimate_both_sides, estimate_platform
from tanshi.personal.estimation_inputs import EstimationInputs
from tanshi.personal.implied_optimum import Circumstances, imply_optimum
from tanshi.personal.trading_simulation import TradingDesign, simulate_trading
from tanshi.personal.two_sided import TwoSidedInputs, solve_two_sided

DESIGN = TradingDesign()
TRUTH = np.array([DESIGN.beta_d, DESIGN.alpha_d, DESIGN.beta_s, DESIGN.alpha_s])
PRICES = (0.05, 0.15)


def data_of(design=DESIGN, n=300, seed=1, *, drop=("cluster",), **changes):
    data = simulate_trading(design, n, seed=seed)
    return EstimationInputs(**({name: data[name] for name in data if name not in drop} | changes))


def linear_fits(inputs, options):
    """Both equations as linearmodels estimates them."""
    from linearmodels.iv import IV2SLS

    equations = estimate_both_sides(inputs).equations
    return [
        IV2SLS(
            one.outcome,
            one.service[:, None],
            one.other[:, None],
            np.column_stack(list(one.instruments.values())),
        ).fit(debiased=True, **options)
        for one in equations.values()
    ]


@pytest.mark.parametrize("errors", ["robust", "clustered", "hac"])
def test_estimates_and_standard_errors_are_those_of_linearmodels(errors):
    design = TradingDesign(prices=PRICES, within_cluster=0.5)
    inputs = data_of(design, drop=())
    assert not any(estimate_platform(inputs).left_out)
    found = estimate_platform(inputs, errors=errors, lags=3)
    groups = np.asarray(inputs.cluster).astype(int)
    options = {
        "robust": {"cov_type": "robust"},
        "clustered": {"cov_type": "clustered", "clusters": groups[:, None]},
        "hac": {"cov_type": "kernel", "kernel": "bartlett", "bandwidth": 3},
    }[errors]
    fits = linear_fits(inputs, options)
    for place, fit in enumerate(fits):
        part = slice(2 * place, 2 * place + 2)
        assert found.estimate[part] == pytest.approx(fit.params.to_numpy(), rel=1e-9)
        block = found.covariance[part, part]
        assert block == pytest.approx(fit.cov.to_numpy(), rel=1e-8)
    assert found.errors == errors
    assert np.all(np.linalg.eigvalsh(found.covariance) > 0)


def covers(design, n, repeats, *, clusters=False):
    """Coverage of 95 % intervals, and means of both estimators, over simulated data."""
    inside, two, one = [], [], []
    for seed in range(repeats):
        inputs = data_of(design, n, seed, drop=() if clusters else ("cluster",))
        found = estimate_both_sides(inputs, errors="clustered" if clusters else "robust")
        margin = found.standard_error * found.quantile(0.95)
        inside.append(np.abs(found.estimate - TRUTH) <= margin)
        two.append(found.estimate)
        one.append(found.ols_estimate)
    return np.mean(inside, axis=0), np.mean(two, axis=0), np.mean(one, axis=0)


def test_simulated_data_recover_the_truth_and_intervals_cover_it():
    repeats = 400
    coverage, two_stage, ols = covers(DESIGN, 300, repeats)
    # Three standard errors of a share of .95 in 400 are .033; finite samples cost a little.
    assert np.all(np.abs(coverage - 0.95) < 0.035)
    # The estimates scatter by .04 to .05: their mean over 400 by less than .0025.
    assert np.all(np.abs(two_stage - TRUTH) < 0.01)
    # Ordinary least squares credits the service with less, the other side with more.
    assert np.all((ols - TRUTH)[[0, 2]] < -0.05)
    assert np.all((ols - TRUTH)[[1, 3]] > 0.06)


def test_clustered_intervals_cover_shocks_that_hang_together():
    """Whatever clusters share moves fees' effects too, so robust intervals are too narrow."""
    design = TradingDesign(within_cluster=0.9, service_levels=(0.5, 0.5))
    clustered, _, _ = covers(design, 600, 200, clusters=True)
    robust, _, _ = covers(design, 600, 200)
    assert np.all(np.abs(clustered - 0.95) < 0.055)
    assert np.all(robust[[0, 2]] <= clustered[[0, 2]])


def test_the_interval_is_that_of_the_level_and_the_estimator_beside_is_least_squares():
    inputs = data_of()
    found = estimate_platform(inputs, level=0.9)
    degrees = min(one.observations for one in found.tests) - 2
    margin = found.standard_error * t.ppf(0.95, degrees)
    assert found.high - found.estimate == pytest.approx(margin)
    x = np.column_stack([inputs.service_level, inputs.n_s])
    y = inputs.n_d + inputs.fee_d - 1.0 + inputs.allowance_price * inputs.n_s
    assert found.ols_estimate[:2] == pytest.approx(np.linalg.lstsq(x, y, rcond=None)[0])


def test_without_service_level_its_effect_is_estimated():
    design = TradingDesign(service_levels=(0.5, 0.5))
    found = estimate_platform(data_of(design, 2000, drop=("cluster", "service_level")))
    assert found.parameters[0] == "service_effect_d"
    truth = [0.5 * DESIGN.beta_d, DESIGN.alpha_d, 0.5 * DESIGN.beta_s, DESIGN.alpha_s]
    assert np.all(np.abs(found.estimate - truth) < 3.5 * found.standard_error)
    assert np.isnan(found.mean_service_level)
    assert [one.intercept for one in found.tests] == [None, None]
    with pytest.raises(InputError, match="no service level to find"):
        imply_optimum(found, Circumstances(service_cost=1.0))
    implied = imply_optimum(found, Circumstances())
    solved = solve_two_sided(
        TwoSidedInputs(*found.estimate[[0, 2]], 1.0, 1e-9, 0.1, *found.estimate[[1, 3]])
    )
    point = implied.table.filter(objective="profit", quantity="n_d")["estimate"].item()
    assert point == pytest.approx(solved.profit.n_d[0], abs=1e-6)


def test_a_price_that_varies_is_a_second_instrument_and_over_identifies():
    inputs = data_of(TradingDesign(prices=PRICES))
    found = estimate_platform(inputs)
    assert [one.instruments for one in found.tests] == [
        *("fee_s, allowance_price", "fee_d, allowance_price"),
    ]
    assert all(one.overidentification_degrees == 1 for one in found.tests)
    assert all(0 < one.overidentification_p_value <= 1 for one in found.tests)
    alone = estimate_platform(inputs, price_instrument=False)
    assert [one.overidentification_p_value for one in alone.tests] == [None, None]
    fits = linear_fits(inputs, {"cov_type": "robust"})
    for one, fit in zip(found.tests, fits, strict=True):
        assert one.overidentification_p_value == pytest.approx(fit.wooldridge_overid.pval)


def test_the_first_stage_is_of_the_variation_of_the_instrument():
    """With one instrument its robust F is the square of its t in a plain regression."""
    inputs = data_of()
    found = estimate_platform(inputs).tests[0]
    x = np.column_stack([np.ones(300), inputs.service_level, inputs.fee_s])[inputs.n_d < 1]
    y = inputs.n_s[inputs.n_d < 1]
    bread = np.linalg.inv(x.T @ x)
    b = bread @ x.T @ y
    scores = x * (y - x @ b)[:, None]
    robust = bread @ scores.T @ scores @ bread * len(y) / (len(y) - 3)
    assert found.first_stage_f == pytest.approx(b[2] ** 2 / robust[2, 2], rel=1e-2)


def test_an_instrument_that_moves_the_side_itself_is_found_out():
    rng = np.random.default_rng(0)
    inputs = data_of(n=1000)
    push = rng.uniform(0.0, 0.2, 1000)
    inputs = data_of(n=1000, n_d=inputs.n_d + push, instrument_d=push)
    found = estimate_platform(inputs)
    assert found.tests[0].overidentification_p_value < 1e-4
    assert any("contradict each other" in one for one in found.warnings)


def test_fees_in_other_units_break_the_restriction():
    inputs = data_of(n=1000)
    good = estimate_platform(inputs)
    assert all(
        abs(one.own_fee_coefficient + 1) < 4 * one.own_fee_standard_error for one in good.tests
    )
    assert all(abs(one.intercept - 1) < 4 * one.intercept_standard_error for one in good.tests)
    cents = data_of(n=1000, fee_d=2.0 * inputs.fee_d)
    found = estimate_platform(cents)
    assert found.tests[0].own_fee_coefficient == pytest.approx(-0.5, abs=0.05)
    assert found.tests[0].own_fee_p_value < 1e-6
    assert any("own fee of buyers" in one for one in found.warnings)


def test_a_fee_that_hardly_varies_is_called_weak():
    found = estimate_platform(data_of(TradingDesign(fees=(0.845, 0.855)), 200))
    assert all(one.first_stage_f < 10 for one in found.tests)
    assert sum("weak instruments" in one for one in found.warnings) == 2
    assert not any("weak" in one for one in estimate_platform(data_of()).warnings)


def test_observations_at_bounds_are_left_out_of_that_sides_equation_and_counted():
    data = simulate_trading(DESIGN, 300, seed=1)
    del data["cluster"]
    data["n_d"][[3, 4]], data["n_s"][[4, 7, 9]] = (0.0, 1.0), (1.0, 1.0, 0.0)
    found = estimate_platform(EstimationInputs(**data))
    assert [one.left_out_at_bounds for one in found.tests] == [2, 3]
    assert [one.observations for one in found.tests] == [298, 297]
    assert {row: side for row, side in enumerate(found.left_out) if side} == {
        3: "d",
        4: "ds",
        7: "s",
        9: "s",
    }
    kept = np.setdiff1d(np.arange(300), [3, 4])
    part = EstimationInputs(**{name: column[kept] for name, column in data.items()})
    assert estimate_platform(part).estimate[:2] == pytest.approx(found.estimate[:2])
    many = estimate_platform(data_of(TradingDesign(fees=(0.4, 0.9))))
    assert any("at a bound" in one for one in many.warnings)


def test_closed_payments_credit_the_sellers_with_the_price():
    """Sellers who get c behave as if α_s were greater by c."""
    truth = TradingDesign(alpha_s=0.5, prices=(0.1, 0.1))
    published = estimate_platform(data_of(truth, 1000))
    closed = estimate_platform(data_of(truth, 1000), payments="closed")
    assert closed.estimate == pytest.approx(published.estimate - [0, 0, 0, 0.1])


def test_the_implied_optimum_is_that_of_the_model_and_its_errors_those_of_draws():
    found = estimate_platform(data_of(n=1000))
    here = Circumstances(service_cost=1.5, allowance_price=0.2, blockchain_unit_cost=0.05)
    implied = imply_optimum(found, here, draws=4000, seed=3)
    beta_d, alpha_d, beta_s, alpha_s = found.estimate
    model = (1.5, 0.2, alpha_d, alpha_s, 0.05)
    best = solve_two_sided(TwoSidedInputs(beta_d, beta_s, 0.5, *model)).profit_max_service_level[0]
    at_best = solve_two_sided(TwoSidedInputs(beta_d, beta_s, best, *model)).profit
    table = {
        row["quantity"]: row
        for row in implied.table.filter(objective="profit", service_level_is="optimal").to_dicts()
    }
    assert table["service_level"]["estimate"] == pytest.approx(best)
    for name in ("n_d", "n_s", "fee_d", "fee_s", "value"):
        assert table[name]["estimate"] == pytest.approx(getattr(at_best, name)[0])
        assert table[name]["low"] < table[name]["estimate"] < table[name]["high"]
    # Where the optimum lies inside, the delta method must say the same of the service level.
    gradient = np.empty(4)
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5
        ends = []
        for sign in (1, -1):
            b_d, a_d, b_s, a_s = found.estimate + sign * step
            inputs = TwoSidedInputs(b_d, b_s, 0.5, 1.5, 0.2, a_d, a_s, 0.05)
            ends.append(solve_two_sided(inputs).profit_max_service_level[0])
        gradient[place] = (ends[0] - ends[1]) / 2e-5
    delta = np.sqrt(gradient @ found.covariance @ gradient)
    assert table["service_level"]["standard_error"] == pytest.approx(delta, rel=0.06)
    again = imply_optimum(found, here, draws=4000, seed=3)
    assert again.table.equals(implied.table)


def test_every_fault_of_observations_is_told_at_once():
    data = simulate_trading(DESIGN, 40, seed=1)
    data["n_d"][2], data["n_s"][5], data["fee_s"][5], data["service_level"][1] = (
        1.2,
        np.nan,
        np.inf,
        -1,
    )
    with pytest.raises(InputError) as raised:
        EstimationInputs(**data)
    assert [(one.row, one.column) for one in raised.value.faults] == [
        *((2, "service_level"), (3, "n_d"), (6, "n_s"), (6, "fee_s")),
    ]


def test_data_that_say_nothing_are_refused():
    data = simulate_trading(DESIGN, 40, seed=1)
    constant = data | {"fee_s": np.full(40, 0.8), "service_level": np.zeros(40)}
    with pytest.raises(InputError) as raised:
        EstimationInputs(**constant)
    assert [one.column for one in raised.value.faults] == [
        *("fee_s", "service_level", "service_level"),
    ]
    few = {name: column[:11] for name, column in data.items()}
    with pytest.raises(InputError, match="too few observations of buyers"):
        EstimationInputs(**few)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"errors": "clustered"}, "too few clusters"),
        ({"errors": "bootstrap"}, "unknown standard errors"),
        ({"payments": "open"}, "unknown payments"),
        ({"level": 95}, "impossible level"),
        ({"errors": "hac", "lags": 300}, "impossible lags"),
    ],
)
def test_impossible_choices_are_refused(options, what):
    with pytest.raises(InputError, match=what):
        estimate_platform(data_of(), **options)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"service_cost": 0.0}, "impossible service cost"),
        ({"allowance_price": -1.0}, "impossible allowance price"),
        ({"blockchain_unit_cost": float("nan")}, "impossible unit cost"),
    ],
)
def test_impossible_circumstances_are_refused(change, what):
    found = estimate_platform(data_of())
    with pytest.raises(InputError, match=what):
        imply_optimum(found, Circumstances(**change))
    with pytest.raises(InputError, match="too few draws") as raised:
        imply_optimum(found, Circumstances(), draws=10, seed=-1)
    assert len(raised.value.faults) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda data: {"fee_s": 0.5 + 0.2 * data["service_level"]},
        lambda data: {"fee_d": data["fee_s"]},
        lambda data: {"service_level": 2.0 * data["n_s"]},
        lambda data: {"n_d": 0.0 * data["n_d"] + 0.5, "n_s": 0.0 * data["n_s"] + 0.4},
        lambda data: {"instrument_d": 3.0 * data["fee_s"]},
    ],
)
def test_columns_that_are_lines_of_one_another_identify_nothing(change):
    data = simulate_trading(DESIGN, 60, seed=1)
    inputs = EstimationInputs(**(data | change(data)))
    with pytest.raises(NotIdentifiedError, match="do not tell the parameters of"):
        estimate_platform(inputs)


def test_data_without_shocks_are_refused():
    with pytest.raises(NotIdentifiedError, match="no shocks to judge by"):
        estimate_platform(data_of(TradingDesign(deviation=0.0)))
