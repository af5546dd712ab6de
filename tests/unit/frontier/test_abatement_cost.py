"""Positions and payments by hand-made cases: Zhang & Chang (2025), Eq. 10, section 3.3."""

import dataclasses

import numpy as np
import pytest

from tanshi.core import InputError, frozen
from tanshi.frontier import PAYMENT_RULES, POSITION_RULES, estimate_abatement_costs
from tanshi.frontier.abatement_cost import payment_factor, quantile_positions

TAUS = (0.05, 0.35, 0.65, 0.95)
PRICES = (10.0, 100.0, 1000.0, 10000.0)  # by column, so that a mean tells which two it is of

# distances | published: star, exact, cost | rearranged: star, exact, cost
CASES = {
    "below every quantile": ([-4, -3, -2, -1], (3, False, 10000), (3, False, 10000)),
    "above every quantile": ([1, 2, 3, 4], (-1, False, 10), (-1, False, 10)),
    "on the first, never below": ([0, 1, 2, 3], (-1, False, 10), (-1, False, 10)),
    "between first and second": ([-1, 1, 2, 3], (0, False, 55), (0, False, 55)),
    "between third and last": ([-3, -2, -1, 1], (2, False, 5500), (2, False, 5500)),
    "exactly on the second": ([-1, 0, 1, 2], (0, True, 505), (0, True, 505)),
    "exactly on the third": ([-2, -1, 0, 1], (1, True, 5050), (1, True, 5050)),
    "exactly on the last": ([-3, -2, -1, 0], (2, True, 10000), (2, True, 10000)),
    "within rounding of the second": ([-1, 9e-10, 1, 2], (0, True, 505), (0, True, 505)),
    "just off the second": ([-1, 2e-9, 1, 2], (0, False, 55), (0, False, 55)),
    "within rounding below": ([-9e-10, 1, 2, 3], (-1, False, 10), (-1, False, 10)),
    "crossing inside": ([-2, 2, -1, 3], (2, False, 5500), (1, False, 550)),
    "crossing at the start": ([1, -1, 2, 3], (1, False, 550), (0, False, 55)),
    "crossing at the end": ([1, 2, 3, -1], (3, False, 10000), (0, False, 55)),
    "on a quantile once sorted": ([-2, 0, -1, 2], (2, False, 5500), (1, True, 5050)),
    "on a quantile until sorted": ([2, -1, 0, 1], (1, True, 5050), (0, True, 505)),
}


@pytest.mark.parametrize("rule", POSITION_RULES)
@pytest.mark.parametrize("name", CASES)
def test_position_of_one_observation(name, rule):
    distance, published, rearranged = CASES[name]
    row = np.array([distance], dtype=float)
    row = np.sort(row) if rule == "rearranged" else row
    star, _, _, exact = quantile_positions(row)
    wanted = published if rule == "published" else rearranged
    assert (int(star[0]), bool(exact[0])) == wanted[:2]


@pytest.mark.parametrize("rule", POSITION_RULES)
def test_costs_average_the_two_quantiles_of_the_position(make_estimate, rule):
    distance = np.array([case[0] for case in CASES.values()], dtype=float)
    costs = estimate_abatement_costs(
        make_estimate(distance, PRICES, TAUS), payment_rule="full", position=rule
    )
    wanted = [case[1 + POSITION_RULES.index(rule)] for case in CASES.values()]
    assert costs.mac_cny_per_tco2 == pytest.approx([cost for _, _, cost in wanted], rel=1e-12)
    assert costs.tau_position.tolist() == [TAUS[max(star, 0)] for star, _, _ in wanted]
    for (star, exact, _), flags in zip(wanted, costs.flags, strict=True):
        assert ("below_grid" in flags) == (star == -1)
        assert ("above_grid" in flags) == (star == 3)
        assert ("on_quantile" in flags) == exact


def test_one_quantile_alone_decides(make_estimate):
    distance = np.array([[-1.0], [0.0], [1.0]] * 2)
    costs = estimate_abatement_costs(make_estimate(distance, [7.0], (0.5,)), payment_rule="full")
    assert costs.mac_cny_per_tco2 == pytest.approx([7.0] * 6)


def test_payment_rules_of_the_cap():
    assert [payment_factor(rule, 0.2) for rule in PAYMENT_RULES] == [0.2, 1.0, 5.0]
    assert [payment_factor(rule, 1.0) for rule in PAYMENT_RULES] == [1.0, 1.0, 1.0]


def test_no_output_forgone_at_the_margin_is_infinite_and_flagged(make_estimate):
    """w = 0 at one quantile: the mean of two quantiles is infinite as well."""
    distance = np.array([[-1.0, 1.0], [-2.0, -1.0], [1.0, 2.0]] * 2)
    estimate = make_estimate(distance, (np.inf, 3.0), (0.25, 0.75))
    costs = estimate_abatement_costs(estimate, payment_rule="full")
    assert costs.mac_cny_per_tco2 == pytest.approx([np.inf, 3.0, np.inf] * 2)
    assert ["infinite" in flags for flags in costs.flags] == [True, False, True] * 2
    assert "infinite 4" in costs.summary()


def test_weights_within_rounding_of_their_bounds_are_the_bounds(make_estimate, impose):
    weight = np.array([[5e-10], [1.0 - 5e-10], [2e-9], [0.5], [0.5], [0.5]])
    estimate = make_estimate(np.full((6, 1), -1.0), [1.0], (0.5,))
    changed = {f"output_weight{end}": frozen(weight) for end in ("", "_low", "_high")}
    costs = estimate_abatement_costs(impose(estimate, **changed))
    assert costs.mac_cny_per_tco2[0] == np.inf
    assert costs.mac_cny_per_tco2[1] == 0.0
    assert costs.mac_cny_per_tco2[2] == pytest.approx(0.2 * 5e8, rel=1e-6)
    assert "infinite" in costs.flags[0]
    assert "zero" in costs.flags[1]
    assert not {"zero", "infinite"} & set(costs.flags[2])


def test_summary_says_so_when_no_cost_is_finite(make_estimate):
    estimate = make_estimate(np.full((6, 1), -1.0), [np.inf], (0.5,))
    assert "none is finite; infinite 6" in estimate_abatement_costs(estimate).summary()


def test_range_over_the_optimal_face_is_flagged(make_estimate, impose):
    estimate = make_estimate(np.full((6, 1), -1.0), [1.0], (0.5,))
    estimate = impose(
        estimate,
        unique=False,
        output_weight_low=frozen(np.full((6, 1), 0.25)),
        output_weight_high=frozen(np.full((6, 1), 0.8)),
    )
    costs = estimate_abatement_costs(estimate, payment_rule="full")
    assert costs.mac_low_cny_per_tco2 == pytest.approx([0.25] * 6)
    assert costs.mac_high_cny_per_tco2 == pytest.approx([3.0] * 6)
    assert all("not_unique" in flags for flags in costs.flags)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"payment_rule": "half"}, "unknown payment rule"),
        ({"payment_share": 0.0}, "not a share"),
        ({"payment_share": 1.5}, "not a share"),
        ({"payment_share": float("nan")}, "not a share"),
        ({"position": "sorted"}, "unknown position rule"),
    ],
)
def test_options_that_do_not_exist_are_refused(make_estimate, options, words):
    estimate = make_estimate(np.full((6, 1), -1.0), [1.0], (0.5,))
    with pytest.raises(InputError, match=words):
        estimate_abatement_costs(estimate, **options)


def test_both_faults_of_a_payment_come_at_once():
    with pytest.raises(InputError) as refusal:
        payment_factor("half", 2.0)
    assert len(refusal.value.faults) == 2


def test_table_and_averages(make_estimate):
    estimate = make_estimate(
        np.full((6, 1), -1.0), [[1.0], [2.0], [3.0], [5.0], [7.0], [9.0]], [0.5]
    )
    renamed = dataclasses.replace(
        estimate_abatement_costs(estimate, payment_rule="full"), unit=("b", "a", "b", "a", "b", "a")
    )
    assert renamed.table().columns == ["unit", "time", "tau_position", "mac_cny_per_tco2", "flag"]
    assert renamed.table()["flag"].to_list() == ["above_grid"] * 6
    averages = renamed.averages()
    assert averages["unit"].to_list() == ["b", "a"]
    assert averages["mac_cny_per_tco2"].to_list() == pytest.approx([11 / 3, 16 / 3])
