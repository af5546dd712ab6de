"""Monte Carlo of the price model: against a factorisation a draw, and by hand."""

from dataclasses import replace

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.leontief import CoveredSector, PriceModel, estimate_cost_push
from tanshi.leontief.draws import draw_costs
from tanshi.leontief.monte_carlo import simulate_cost_push

FIRST = CoveredSector(code="01", intensity_tco2_per_1e4_cny=7.575)
SECOND = CoveredSector(code="02", intensity_tco2_per_1e4_cny=2.0, covered_share=0.5)
PRICE = 10.0


def simulate(model, *covered, **options):
    given = {"price_cny_per_tco2": PRICE, "paid_shares": (0.2, 1.0), "seed": 7} | options
    return simulate_cost_push(model, covered or (FIRST, SECOND), **given)


def quantities(push, baskets):
    """Return prices, CI, PI, revenue and baskets of a push, (S, q)."""
    domestic = push.total_percent
    return np.column_stack(
        [
            domestic,
            push.consumer_index_percent,
            push.producer_index_percent,
            push.revenue_cny,
            *(domestic @ weights for weights in baskets.values()),
        ]
    )


def parts(found):
    """Return every spread of a result in the order of `quantities`."""
    return [
        found.total_percent,
        found.consumer_index_percent,
        found.producer_index_percent,
        found.revenue_cny,
        *found.baskets_percent.values(),
    ]


@pytest.mark.parametrize(
    "distribution",
    [{"price_cv": 0.3}, {"price_draws": np.array([4.0, 9.0, 17.0])}],
    ids=["lognormal", "draws"],
)
def test_equals_a_factorisation_for_every_draw(two_sectors, distribution):
    """Each draw by itself: a model of its own, its own intensities and price."""
    cv, draws, baskets = {"01": 0.2, "02": 0.4}, 60, {"poor": np.array([0.7, 0.1])}
    found = simulate(
        PriceModel(two_sectors), intensity_cv=cv, draws=draws, baskets=baskets, **distribution
    )
    made = draw_costs(PRICE, [0.2, 0.4], draws=draws, seed=7, **distribution)
    values = []
    for price, factors in zip(made.price_cny_per_tco2, made.intensity_factor, strict=True):
        covered = [
            replace(one, intensity_tco2_per_1e4_cny=one.intensity_tco2_per_1e4_cny * factor)
            for one, factor in zip((FIRST, SECOND), factors, strict=True)
        ]
        push = estimate_cost_push(
            PriceModel(two_sectors), covered, price_cny_per_tco2=price, paid_shares=(0.2, 1.0)
        )
        values.append(quantities(push, baskets))
    values = np.array(values)
    expected = {
        "mean": values.mean(axis=0),
        "standard_deviation": values.std(axis=0),
        "lower": np.quantile(values, 0.025, axis=0),
        "upper": np.quantile(values, 0.975, axis=0),
    }
    for name, wanted in expected.items():
        got = np.column_stack([getattr(spread, name) for spread in parts(found)])
        assert got == pytest.approx(wanted, rel=1e-12)


def test_without_variance_everything_is_the_point_estimate(two_sector_model):
    found = simulate(two_sector_model, draws=50, baskets={"poor": np.array([0.5, 0.2])})
    push = estimate_cost_push(
        two_sector_model, (FIRST, SECOND), price_cny_per_tco2=PRICE, paid_shares=(0.2, 1.0)
    )
    wanted = quantities(push, {"poor": np.array([0.5, 0.2])})
    for name in ("point", "mean", "lower", "upper"):
        got = np.column_stack([getattr(spread, name) for spread in parts(found)])
        assert got == pytest.approx(wanted, rel=1e-13)
    assert found.consumer_index_percent.from_price_percent.tolist() == [0.0]
    assert found.consumer_index_percent.from_intensity_percent.tolist() == [0.0]


def test_the_seed_alone_decides(two_sector_model):
    options = {"price_cv": 0.1, "intensity_cv": 0.1, "draws": 100}
    one, same, other = (simulate(two_sector_model, **options | {"seed": s}) for s in (3, 3, 4))
    assert one.total_percent.lower.tolist() == same.total_percent.lower.tolist()
    assert one.total_percent.lower.tolist() != other.total_percent.lower.tolist()


def test_prices_are_the_same_draws_whatever_the_intensities_do():
    one, other = (
        draw_costs(PRICE, cv, price_cv=0.2, draws=20, seed=5) for cv in ([0.0], [0.3, 0.1])
    )
    assert one.price_cny_per_tco2.tolist() == other.price_cny_per_tco2.tolist()


def test_lognormal_factors_have_the_mean_and_deviation_asked_for():
    made = draw_costs(PRICE, [0.25, 0.0], price_cv=0.5, draws=400_000, seed=1)
    # Four standard errors of a mean: 4 * 0.25 / sqrt(4e5) and 4 * 5 / sqrt(4e5).
    assert made.intensity_factor[:, 0].mean() == pytest.approx(1.0, abs=0.0016)
    assert made.intensity_factor[:, 0].std() == pytest.approx(0.25, rel=0.01)
    assert made.price_cny_per_tco2.mean() == pytest.approx(PRICE, abs=0.032)
    assert made.price_cny_per_tco2.std() == pytest.approx(5.0, rel=0.02)
    assert (made.intensity_factor[:, 1] == 1.0).all()
    assert (made.intensity_factor > 0).all()


@pytest.mark.parametrize("draws", [3, 9, 10])
def test_draws_of_a_price_are_used_equally_often(draws):
    made = draw_costs(PRICE, [0.0], price_draws=np.array([1.0, 2.0, 3.0]), draws=draws, seed=2)
    _, counts = np.unique(made.price_cny_per_tco2, return_counts=True)
    assert counts.max() - counts.min() <= draws % 3
    assert (made.price_mean, made.price_variance) == pytest.approx((2.0, 2.0 / 3.0))


def test_shares_of_the_variance_are_those_of_a_product(two_sector_model):
    """One sector: Var(pI) / (E[p] E[I])^2 = a + b + ab, with a and b the squared deviations."""
    found = simulate(two_sector_model, FIRST, price_cv=0.2, intensity_cv=0.1, draws=200_000)
    a, b = 0.04, 0.01
    whole = a + b + a * b
    for spread in parts(found):
        assert spread.from_price_percent == pytest.approx(100 * a / whole, rel=1e-12)
        assert spread.from_intensity_percent == pytest.approx(100 * b / whole, rel=1e-12)
    relative = found.consumer_index_percent.standard_deviation / found.consumer_index_percent.point
    assert relative == pytest.approx(np.sqrt(whole), rel=0.01)


def test_shares_of_the_variance_are_what_fixing_one_leaves(two_sector_model):
    options = {"intensity_cv": {"01": 0.1, "02": 0.6}, "draws": 200_000}
    both = simulate(two_sector_model, price_cv=0.2, **options)
    fixed_price = simulate(two_sector_model, **options)
    fixed_intensity = simulate(two_sector_model, price_cv=0.2, draws=200_000)
    whole = both.total_percent.standard_deviation[1] ** 2
    for part, share in (
        (fixed_price, both.total_percent.from_intensity_percent),
        (fixed_intensity, both.total_percent.from_price_percent),
    ):
        # Variances of 2e5 draws are good to some 0.5 %.
        assert share == pytest.approx(
            100 * part.total_percent.standard_deviation[1] ** 2 / whole, rel=0.02
        )


def test_sectors_that_vary_together_have_one_factor(two_sector_model):
    """What both do is then proportional to one factor, so that relative deviations agree."""
    options = {"intensity_cv": 0.3, "draws": 500}
    apart = simulate(two_sector_model, **options)
    together = simulate(two_sector_model, together={"01": "a", "02": "a"}, **options)
    named = simulate(
        two_sector_model, together={"01": "a", "02": "a"}, intensity_cv={"a": 0.3}, draws=500
    )
    relative = together.total_percent.standard_deviation / together.total_percent.mean
    assert relative == pytest.approx(np.full((2, 2), relative[0, 0]), rel=1e-12)
    assert (
        apart.total_percent.standard_deviation[1, 1]
        < (together.total_percent.standard_deviation[1, 1])
    )
    assert named.total_percent.lower.tolist() == together.total_percent.lower.tolist()
    assert together.intensity_cv == {"a": 0.3}


def test_two_covered_parts_of_a_sector_share_its_intensity(two_sector_model):
    halves = [replace(FIRST, code=code, covered_share=0.5) for code in ("01", "1")]
    options = {"intensity_cv": {"1": 0.2}, "draws": 40}
    split, whole = (simulate(two_sector_model, *one, **options) for one in (halves, [FIRST]))
    assert split.total_percent.upper == pytest.approx(whole.total_percent.upper, rel=1e-14)
    assert split.intensity_cv == {"01": 0.2}


def test_blocks_of_quantities_change_nothing(two_sector_model, monkeypatch):
    options = {"intensity_cv": 0.2, "price_cv": 0.1, "draws": 30}
    at_once = simulate(two_sector_model, **options)
    monkeypatch.setattr("tanshi.leontief.monte_carlo.VALUES_AT_ONCE", 1)
    one_by_one = simulate(two_sector_model, **options)
    for left, right in zip(parts(at_once), parts(one_by_one), strict=True):
        assert left.lower == pytest.approx(right.lower, rel=1e-13)


def test_draws_cost_no_solve_of_their_own(two_sector_model, monkeypatch):
    """One solve for the point estimate and one for the covered sectors, however many draws."""
    solved = []
    price_change = PriceModel.price_change

    def counted(model, cost_increase):
        solved.append(np.shape(cost_increase))
        return price_change(model, cost_increase)

    monkeypatch.setattr(PriceModel, "price_change", counted)
    simulate(two_sector_model, intensity_cv=0.1, price_cv=0.2, draws=10_000)
    assert solved == [(2,), (2, 2)]


def test_results_are_read_only(two_sector_model):
    found = simulate(two_sector_model, price_cv=0.1, draws=10)
    arrays = [array for spread in parts(found) for array in vars(spread).values()]
    assert len(arrays) == 28
    assert not any(array.flags.writeable for array in arrays)


def test_tables_name_units_and_items(two_sector_model):
    found = simulate(two_sector_model, price_cv=0.1, draws=10, baskets={"poor": np.ones(2) / 2})
    table = found.table()
    assert table.columns == [
        "item",
        "name",
        "paid_share",
        "point_percent",
        "mean_percent",
        "standard_deviation_percent",
        "lower_percent",
        "upper_percent",
        "variance_from_price_percent",
        "variance_from_intensity_percent",
    ]
    assert table["item"].to_list() == ["CI", "CI", "PI", "PI", "01", "02", "01", "02"]
    assert table["paid_share"].to_list() == [0.2, 1.0, 0.2, 1.0, 0.2, 0.2, 1.0, 1.0]
    assert table["lower_percent"][5] == found.total_percent.lower[0, 1]
    assert found.baskets_table()["item"].to_list() == ["poor", "poor"]
    assert found.baskets_table().schema == table.schema
    revenue = found.revenue_table()
    assert revenue["upper_1e8_cny"].to_list() == (found.revenue_cny.upper[:, 0] / 1e8).tolist()
    assert revenue["variance_from_price_percent"].to_list() == [100.0, 100.0]


def test_the_summary_says_what_varies(two_sector_model):
    lines = simulate(
        two_sector_model, price_draws=[8.0, 12.0], intensity_cv={"01": 0.1}, draws=4
    ).summary()
    assert "95% intervals of 4 draws, seed 7" in lines
    assert "2 draws of 8.00 to 12.00, mean 10.00, around an estimate of 10.00 CNY/tCO2" in lines
    assert "relative standard deviation by sector: 01 0.1" in lines
    fixed = simulate(two_sector_model, draws=4).summary()
    assert "price: 10.00 CNY/tCO2, fixed\nintensities: taken as exact" in fixed


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"price_cv": -0.1}, "not a relative standard deviation of the price"),
        ({"price_cv": np.nan}, "not a relative standard deviation of the price"),
        ({"price_draws": []}, "not draws of a price"),
        ({"price_draws": [[1.0], [2.0]]}, "not draws of a price"),
        ({"price_draws": [1.0, np.inf]}, "not a price among the draws"),
        ({"price_draws": [-1.0]}, "not a price among the draws"),
        ({"price_draws": [1.0], "price_cv": 0.1}, "two distributions of the price"),
        ({"intensity_cv": -0.1}, "not a relative standard deviation of an intensity"),
        ({"intensity_cv": {"01": np.inf}}, "not a relative standard deviation of an intensity: "),
        ({"intensity_cv": {"03": 0.1}}, "a deviation for a sector that does not pay"),
        ({"draws": 1}, "too few draws"),
        ({"seed": -1}, "not a seed"),
        ({"level": 1.0}, "not a level"),
        ({"baskets": {"poor": np.ones(3)}}, "not the weights of a basket: poor"),
        ({"baskets": {"poor": np.array([0.5, -0.1])}}, "not the weights of a basket: poor"),
        ({"baskets": {"poor": np.array([0.5, np.nan])}}, "not the weights of a basket: poor"),
    ],
)
def test_what_cannot_be_drawn_is_refused(two_sector_model, options, what):
    with pytest.raises(InputError) as error:
        simulate(two_sector_model, **options)
    (fault,) = error.value.faults
    assert fault.what.startswith(what)
    assert fault.found
    assert fault.allowed
    assert fault.remedy


def test_every_fault_of_push_and_draws_is_told_at_once(two_sector_model):
    with pytest.raises(InputError) as error:
        simulate(
            two_sector_model,
            CoveredSector(code="77", intensity_tco2_per_1e4_cny=1.0),
            price_cny_per_tco2=-1.0,
            price_cv=-1.0,
            intensity_cv={"88": -1.0},
            draws=0,
        )
    assert [fault.what for fault in error.value.faults] == [
        "not a price",
        "no such sector",
        "not a relative standard deviation of the price",
        "too few draws",
        "not a relative standard deviation of an intensity: sector 88",
        "a deviation for a sector that does not pay",
    ]
