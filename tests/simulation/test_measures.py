"""What is measured on a panel: coverage against a toy whose coverage is known, signs of bias."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm
from simulation.cells import Cell, Effort, simulate, summaries
from simulation.designs import DESIGNS, Seeds, seeds_of
from simulation.measures import PERIODS, coverage

from simulation import measures
from tanshi.frontier.simulation import _true_parameters
from tanshi.frontier.technology import quadratic_features

FEW = Effort(panels=3, replicates=4, cheap_panels=12)
OPTIONS = {"units_drawn": None, "singly": False, "replicates": 2}


class ToyBootstrap:
    """Estimates that are true up to normal errors of deviation 0.1, with exact intervals."""

    def __init__(self, inputs, *, replicates, seed, **_):
        rng = np.random.default_rng(seed)
        truth = ToyBootstrap.truth
        self.costs = truth + 0.1 * rng.standard_normal(len(truth))
        self.last = inputs.period == PERIODS
        self.floor = truth[self.last].min() + 0.1 * rng.standard_normal()
        self.floor_draws = np.full(replicates, self.floor - 0.05)

    def intervals(self, level):
        reach = 0.1 * norm.ppf(0.5 + level / 2)
        return SimpleNamespace(
            lower_cny_per_tco2=self.costs - reach,
            upper_cny_per_tco2=self.costs + reach,
            floor_lower_cny_per_tco2=self.floor - reach,
            floor_upper_cny_per_tco2=self.floor + reach,
        )


@pytest.fixture
def toy(monkeypatch):
    design = DESIGNS["along"]

    def drawn(units, periods, *, noise, seed):
        made = design.simulate(units, periods, noise=noise, seed=seed)
        ToyBootstrap.truth = made.true_shadow_price
        return made

    monkeypatch.setattr(measures, "Bootstrap", ToyBootstrap)
    toy = SimpleNamespace(simulate=drawn)
    rows = [coverage(toy, 10, 0.05, seeds_of(1, k), **OPTIONS) for k in range(400)]
    return summaries(rows)


def test_exact_intervals_cover_as_often_as_they_say(toy):
    for level in (90, 95):
        nominal = level / 100
        # 24,000 costs and 400 floors: three standard errors of a share.
        assert toy[f"cost_{level}"]["mean"] == pytest.approx(nominal, abs=0.006)
        assert toy[f"floor_percentile_{level}"]["mean"] == pytest.approx(nominal, abs=0.045)
        # Symmetric around the estimate: reflection changes nothing.
        for share in (f"cost_{level}", f"floor_percentile_{level}"):
            mirrored = share.replace("cost", "cost_reflected").replace("percentile", "reflected")
            assert toy[mirrored]["mean"] == toy[share]["mean"]
        assert toy[f"cost_limit_{level}"]["mean"] == toy[f"cost_{level}"]["mean"]
        halves = [toy[f"cost_{part}_{level}"]["mean"] for part in ("middle", "outer")]
        assert halves == pytest.approx([nominal, nominal], abs=0.01)


def test_a_floor_is_corrected_by_what_its_replicates_are_off(toy):
    """Replicates lie 0.05 below the estimate, so the corrected floor lies 0.05 above it."""
    shift = toy["corrected_floor_error"]["mean"] - toy["floor_error"]["mean"]
    lengths = [toy[f"floor_percentile_{end}_90"]["mean"] for end in ("low", "high")]
    assert shift == pytest.approx(0.05 * (lengths[1] - lengths[0]) / (0.2 * norm.ppf(0.95)))


def test_the_envelope_runs_from_the_least_lower_to_the_least_upper_end(monkeypatch):
    made = DESIGNS["along"].simulate(10, PERIODS, noise=0.05, seed=3)
    ToyBootstrap.truth = made.true_shadow_price
    monkeypatch.setattr(measures, "Bootstrap", ToyBootstrap)
    row = coverage(DESIGNS["along"], 10, 0.05, Seeds(3, 4), **OPTIONS)
    drawn = ToyBootstrap(made.inputs, replicates=2, seed=4)
    reach, floor = 0.1 * norm.ppf(0.95), made.true_shadow_price[drawn.last].min()
    least = drawn.costs[drawn.last].min()
    found = [row[f"floor_envelope_{end}_90"] * floor for end in ("low", "high")]
    assert found == pytest.approx([least - reach, least + reach])


def test_monte_carlo_errors_are_those_of_a_mean():
    values = np.random.default_rng(1).uniform(size=50)
    found = summaries([{"x": value} for value in values])["x"]
    assert found["standard_error"] == pytest.approx(values.std(ddof=1) / np.sqrt(50))
    assert found["root_mean_square"] ** 2 == pytest.approx(np.mean(values**2))
    assert (found["low"], found["high"]) == pytest.approx(np.quantile(values, [0.1, 0.9]))


@pytest.mark.parametrize(("design", "sign"), [("emissions", -1), ("output", 1), ("both", 1)])
def test_noise_elsewhere_moves_costs_the_way_that_is_foreseen(design, sign):
    values = simulate(Cell("bias", design, 60), FEW, workers=1)["values"]
    error, foreseen = values["quantile_error"], values["foreseen"]["mean"]
    assert sign * error["mean"] > 2 * error["standard_error"]
    assert sign * foreseen > 0
    assert error["mean"] == pytest.approx(foreseen, abs=4 * error["standard_error"])


def test_numbers_do_not_depend_on_the_number_of_workers():
    for cell in (
        Cell("coverage", "along", 12, units_drawn=10),
        Cell("calibration", "spread", 12),
    ):
        one, two = (simulate(cell, FEW, workers=workers) for workers in (1, 2))
        assert one == two
        assert one["settings"]["panels"] == (3 if cell.study == "coverage" else 12)


def test_observations_drawn_singly_are_blocks_of_their_own(monkeypatch):
    seen = []

    def spy(inputs, **options):
        seen.append(len(set(inputs.unit)))
        return ToyBootstrap(inputs, **options)

    ToyBootstrap.truth = DESIGNS["along"].simulate(10, PERIODS, noise=0.05, seed=1).inputs.period
    monkeypatch.setattr(measures, "Bootstrap", spy)
    for singly in (False, True):
        coverage(DESIGNS["along"], 10, 0.05, Seeds(1, 1), **OPTIONS | {"singly": singly})
    assert seen == [10, 10 * PERIODS]


def test_a_surface_covers_about_its_share_on_the_panel_it_was_estimated_on():
    values = simulate(Cell("calibration", "along", 30), FEW, workers=1)["values"]
    # P = 10 parameters put up to 10 of 180 observations on the surface, which count as covered.
    for tau in (0.05, 0.45, 0.95):
        assert tau - 0.03 < values[f"inside_{tau:g}"]["mean"] < tau + 10 / 180
    assert 0.0 < values["crossings"]["mean"] < 0.1


@pytest.mark.parametrize(("noise", "most"), [(0.05, 0.0), (0.1, 0.01)])
def test_true_surfaces_meet_null_jointness_as_the_page_says(noise, most):
    violated = []
    for number in range(10):
        made = DESIGNS["along"].simulate(100, PERIODS, noise=noise, seed=number)
        x, y, b = made.inputs.inputs, made.inputs.desirable_output, made.inputs.undesirable_output
        at_zero, here = (
            quadratic_features(np.column_stack([x, total])) @ _true_parameters(2)
            for total in (y, y + b)
        )
        # D at zero emissions from the frontier without noise, then from that at tau = 0.95.
        distance = made.true_distance - b + at_zero - here
        violated.append((distance - noise * norm.ppf(0.05) > 0).mean())
    assert np.mean(violated) <= most
