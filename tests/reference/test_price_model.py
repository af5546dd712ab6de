"""The price model against a textbook, explicit inverses and another form of the table."""

import itertools

import numpy as np
import pytest

from tanshi.leontief import (
    CoveredSector,
    PriceModel,
    PriceModelInputs,
    estimate_cost_push,
    split_imports,
)


def model_of(domestic, imported, output, *, consumption=None, imported_consumption=None):
    n = len(output)
    return PriceModel(
        PriceModelInputs(
            codes=tuple(f"{i:03d}" for i in range(1, n + 1)),
            names=tuple(f"sector {i}" for i in range(1, n + 1)),
            domestic_flows=domestic,
            imported_flows=imported,
            value_added=output - domestic.sum(axis=0) - imported.sum(axis=0),
            gross_output=output,
            domestic_consumption=np.ones(n) if consumption is None else consumption,
            imported_consumption=np.zeros(n)
            if imported_consumption is None
            else imported_consumption,
        )
    )


class TestMillerAndBlair:
    """Miller & Blair (2022), Input-Output Analysis, ch. 2, the Leontief price model.

    Two sectors that sell (150, 500) and (200, 100) to each other and themselves out of
    1000 and 2000. With D = 0.85 x 0.95 - 0.25 x 0.20 = 0.7575 the inverse of I - A is
    [[0.95, 0.25], [0.20, 0.85]] / D = [[1.254, 0.330], [0.264, 1.122]]. Value added by
    unit is (0.65, 0.70); of the 0.65, labour is 0.35.
    """

    FLOWS = np.array([[150.0, 500.0], [200.0, 100.0]])
    OUTPUT = np.array([1000.0, 2000.0])

    @pytest.fixture
    def model(self):
        return model_of(self.FLOWS, np.zeros((2, 2)), self.OUTPUT)

    def test_inverse(self, model):
        inverse = model.price_change(np.eye(2)).T
        exact = np.array([[0.95, 0.25], [0.20, 0.85]]) / 0.7575
        assert inverse == pytest.approx(exact, rel=1e-13)
        # The book prints three decimals.
        printed = np.array([[1.254, 0.330], [0.264, 1.122]])
        assert inverse == pytest.approx(printed, abs=5e-4)

    def test_value_added_gives_prices_of_one(self, model):
        value_added = model.inputs.value_added / self.OUTPUT
        assert value_added == pytest.approx([0.65, 0.70], rel=1e-14)
        assert model.unit_prices() == pytest.approx([1.0, 1.0], rel=1e-14)
        assert model.price_change(value_added) == pytest.approx([1.0, 1.0], rel=1e-14)

    def test_labour_of_sector_1_costs_30_percent_more(self, model):
        dearer = np.array([0.65 + 0.30 * 0.35, 0.70])
        assert dearer == pytest.approx([0.755, 0.70], rel=1e-14)
        prices = model.price_change(dearer)
        # 0.105 more: 1 + 0.105 x 0.95 / D and 1 + 0.105 x 0.25 / D.
        exact = [1.0 + 0.09975 / 0.7575, 1.0 + 0.02625 / 0.7575]
        assert prices == pytest.approx(exact, rel=1e-13)
        # The book prints three decimals.
        assert prices == pytest.approx([1.132, 1.035], abs=5e-4)

    def test_the_same_as_a_carbon_price(self, model):
        """0.105 CNY by unit of output is 10.5 t per 1e4 CNY at 100 CNY/t."""
        sector = CoveredSector(code="001", intensity_tco2_per_1e4_cny=10.5)
        push = estimate_cost_push(model, [sector], price_cny_per_tco2=100.0, paid_shares=(1.0,))
        assert push.total_percent[0] == pytest.approx([13.2, 3.5], abs=0.05)


def random_economy(n, seed, *, empty_rows=False):
    """Return flows, imported flows and output of columns that leave value added."""
    rng = np.random.default_rng(seed)
    both = rng.lognormal(0.0, 2.0, (2 * n, n)) * (rng.random((2 * n, n)) < 0.6)
    both *= rng.uniform(0.2, 0.9, n) / np.maximum(both.sum(axis=0), 1e-12)
    output = rng.lognormal(8.0, 1.0, n)
    if empty_rows:
        output[:2] = 0.0
        both[:2] = 0.0
    return both[:n] * output, both[n:] * output, output


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("empty_rows", [False, True])
def test_random_tables_agree_with_an_explicit_inverse(seed, empty_rows):
    n = 5 + 12 * seed
    domestic, imported, output = random_economy(n, seed, empty_rows=empty_rows)
    model = model_of(domestic, imported, output)
    made = output > 0
    coefficients = np.zeros((n, n))
    coefficients[:, made] = domestic[:, made] / output[made]
    inverse = np.linalg.inv(np.eye(n) - coefficients.T)
    costs = np.random.default_rng(seed).uniform(0.0, 0.3, (n, 4))
    # Column sums of at most 0.9 bound the condition number by 1.9 / 0.1 = 19: two ways to
    # invert agree to rounding.
    assert model.price_change(costs) == pytest.approx(inverse @ costs, rel=1e-12)
    assert model.unit_prices() == pytest.approx(made.astype(float), abs=1e-12)

    covered = [
        CoveredSector(code=model.inputs.codes[i], intensity_tco2_per_1e4_cny=1e4 * costs[i, 0])
        for i in np.flatnonzero(made)
    ]
    push = estimate_cost_push(model, covered, price_cny_per_tco2=1.0, paid_shares=(1.0,))
    change = inverse @ np.where(made, costs[:, 0], 0.0)
    assert push.total_percent[0] == pytest.approx(100.0 * change, rel=1e-12)
    assert push.producer_index_percent[0] == pytest.approx(
        100.0 * (change * output).sum() / output.sum(), rel=1e-12
    )
    assert push.consumer_index_percent[0] == pytest.approx(100.0 * change.mean(), rel=1e-12)


def test_the_neumann_series_comes_to_the_same_from_below():
    """dp = dv + A_D' dv + A_D' A_D' dv + …: what suppliers, their suppliers … pass on."""
    domestic, imported, output = random_economy(30, seed=1)
    model = model_of(domestic, imported, output)
    cost = np.random.default_rng(1).uniform(0.0, 0.1, 30)
    total = model.price_change(cost)
    round_, summed = cost, cost.copy()
    missing = [np.abs(total - summed).max()]
    for _ in range(400):
        round_ = model.domestic_coefficients.T @ round_
        summed += round_
        missing.append(np.abs(total - summed).max())
    assert (summed <= total * (1.0 + 1e-12)).all()
    assert summed == pytest.approx(total, rel=1e-12)
    # Column sums are at most 0.9, so each round leaves at most nine tenths missing.
    assert all(later <= 0.9 * now + 1e-15 for now, later in itertools.pairwise(missing))


@pytest.mark.parametrize("seed", range(5))
def test_a_competitive_table_with_proportional_imports_is_the_non_competitive_one(seed):
    """One economy, written twice.

    Every buyer of product i imports the share m_i of it, exporters none. The
    non-competitive form shows domestic and imported uses apart. The competitive form shows
    their sum and a column of imports, from which the share has to come out as m_i.
    """
    rng = np.random.default_rng(seed)
    n = 12
    share = rng.uniform(0.0, 0.6, n)
    share[0] = 0.0
    consumption, investment = rng.uniform(10.0, 100.0, (2, n))
    exports = rng.uniform(0.0, 30.0, n)
    # Output covers home use of domestic products: x = (I - m)(A x + c + f) + e.
    coefficients = rng.uniform(0.0, 1.0, (n, n))
    coefficients *= 0.7 / coefficients.sum(axis=0)
    kept = np.diag(1.0 - share)
    output = np.linalg.solve(
        np.eye(n) - kept @ coefficients, kept @ (consumption + investment) + exports
    )
    flows = coefficients * output
    home_use = flows.sum(axis=1) + consumption + investment
    imports = share * home_use

    apart = model_of(
        (1.0 - share)[:, None] * flows,
        share[:, None] * flows,
        output,
        consumption=(1.0 - share) * consumption,
        imported_consumption=share * consumption,
    )
    domestic, imported, found = split_imports(flows, output + imports - exports, imports)
    together = model_of(
        domestic,
        imported,
        output,
        consumption=(1.0 - found) * consumption,
        imported_consumption=found * consumption,
    )
    assert found == pytest.approx(share, rel=1e-12)

    sectors = [
        CoveredSector(code=code, intensity_tco2_per_1e4_cny=one)
        for code, one in zip(apart.inputs.codes, rng.uniform(0.0, 9.0, n).tolist(), strict=True)
    ]
    one, other = (
        estimate_cost_push(model, sectors, price_cny_per_tco2=60.0) for model in (apart, together)
    )
    for name in ("total_percent", "consumer_index_percent", "producer_index_percent"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12)

    # The form in which textbooks write it: dp = (I - A'(I - m))^-1 dv.
    cost = one.direct_percent[2]
    written_out = np.linalg.inv(np.eye(n) - coefficients.T @ kept) @ cost
    assert one.total_percent[2] == pytest.approx(written_out, rel=1e-12)
    # Taking imports for domestic products overstates every price that uses some.
    all_domestic = np.linalg.inv(np.eye(n) - coefficients.T) @ cost
    assert (all_domestic > written_out).all()
