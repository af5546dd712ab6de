"""Convex frontiers: cases solved by hand, what holds for every panel, what is refused."""

import dataclasses

import numpy as np
import pytest

from tanshi.core import CertificateError, InputError
from tanshi.frontier import estimate_abatement_costs
from tanshi.frontier._convex_programme import Cuts, QuantileProgramme
from tanshi.frontier._envelope import Envelope
from tanshi.frontier.certificate import asymmetric_squares, pinball_loss
from tanshi.frontier.convex import LOSSES, estimate_convex_frontier
from tanshi.frontier.simulation import simulate_technology
from tanshi.frontier.technology import translation_points

TAUS = (0.1, 0.5, 0.9)


def noisy_panel(make_panel, n, k, seed):
    """A panel that no technology made: every sign binds somewhere."""
    rng = np.random.default_rng(seed)
    x = rng.lognormal(0.0, 0.6, (n, k))
    size = x.mean(axis=1)
    good, bad = (size * rng.lognormal(0.0, 0.5, n) for _ in range(2))
    return make_panel(x, good, bad)


@pytest.fixture(scope="module")
def simulated():
    inputs = simulate_technology(60, 1, seed=3).inputs
    return {loss: estimate_convex_frontier(inputs, taus=TAUS, loss=loss) for loss in LOSSES}


def ladder(make_panel, at_each):
    """Three places z = (x, s) with x the same, 2 and 4 and 6 apart in s, emissions as given."""
    counts = [len(values) for values in at_each]
    bad = np.concatenate([np.asarray(values, dtype=float) for values in at_each])
    total = np.repeat([4.0, 6.0, 8.0], counts)
    total += (2.0 * bad.sum() - total.sum()) / len(bad)
    return make_panel(np.ones(len(bad)), total - bad, bad)


def test_medians_of_convex_places_are_the_surface(make_panel):
    """Emissions 1, 1.5 and 3 at s, s + 2, s + 4: convex, slopes 1/4 and 3/4, between 0 and 1."""
    inputs = ladder(make_panel, [[0.8, 1.0, 1.3], [1.2, 1.5, 1.6], [2.5, 3.0, 3.1]])
    estimate = estimate_convex_frontier(inputs, taus=[0.5])
    unit = inputs.undesirable_output.mean()
    wanted = np.array([-0.2, 0.0, 0.3, -0.3, 0.0, 0.1, -0.5, 0.0, 0.1]) / unit
    assert estimate.distance[:, 0] == pytest.approx(wanted, abs=1e-10)
    assert estimate.exact_hits == 3
    # Below the first place the slope may be anything from 0, beyond the last anything to 1.
    low, high = np.repeat([0.0, 0.25, 0.75], 3), np.repeat([0.25, 0.75, 1.0], 3)
    assert estimate.output_weight_low[:, 0] == pytest.approx(low, abs=1e-9)
    assert estimate.output_weight_high[:, 0] == pytest.approx(high, abs=1e-9)
    assert estimate.output_weight[:, 0] == pytest.approx(0.5 * (low + high), abs=1e-9)


def test_a_dent_is_bridged_where_that_costs_least(make_panel):
    """Medians 1, 2.5 and 3 are not convex, so the middle, m, must come down to the chord.

    Raising an end by t lets m stay t / 2 higher. Up to the highest of its three observations
    that costs t and saves 3 t / 2; beyond, it costs 3 t. So the ends are 1.1 and 3.1, m = 2.1.
    """
    inputs = ladder(make_panel, [[0.9, 1.0, 1.1], [2.4, 2.5, 2.6], [2.9, 3.0, 3.1]])
    estimate = estimate_convex_frontier(inputs, taus=[0.5])
    unit = inputs.undesirable_output.mean()
    wanted = np.array([-0.2, -0.1, 0.0, 0.3, 0.4, 0.5, -0.2, -0.1, 0.0]) / unit
    assert estimate.distance[:, 0] == pytest.approx(wanted, abs=1e-10)
    assert estimate.output_weight[3:6, 0] == pytest.approx(0.5, abs=1e-9)
    assert estimate.certificates[0].objective == pytest.approx(0.5 * 1.8 / unit, rel=1e-10)


def test_expectiles_of_places_are_their_means(make_panel):
    """tau = 0.5 is least squares: at convex means the surface passes through them."""
    inputs = ladder(make_panel, [[0.5, 1.5], [1.0, 2.0], [2.0, 4.0]])
    estimate = estimate_convex_frontier(inputs, taus=[0.5], loss="expectile")
    wanted = np.array([-0.5, 0.5, -0.5, 0.5, -1.0, 1.0]) / inputs.undesirable_output.mean()
    assert estimate.distance[:, 0] == pytest.approx(wanted, abs=1e-5)
    assert estimate.certificates[0].objective == pytest.approx(0.5 * (wanted**2).sum(), rel=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("k", [1, 2, 3])
def test_every_pair_of_observations_satisfies_concavity_and_signs(make_panel, loss, k):
    """Afriat: the hyperplane on top at i lies on or above the fitted value of every j."""
    inputs = noisy_panel(make_panel, 50, k, seed=k)
    estimate = estimate_convex_frontier(inputs, taus=[0.05, 0.6], loss=loss)
    points = translation_points(inputs)
    for t, planes in enumerate(estimate.surfaces.hyperplanes):
        fitted = estimate.distance[:, t] - inputs.normalised_emissions
        heights = points @ planes[:, :-1].T + planes[:, -1]
        assert (heights >= fitted[:, None] - 1e-9).all()
        assert heights.min(axis=1) == pytest.approx(fitted, abs=1e-9)
        assert (planes[:, :k] >= 0.0).all()
        assert ((planes[:, k] <= 0.0) & (planes[:, k] >= -1.0)).all()
    assert ((estimate.output_weight_low >= 0.0) & (estimate.output_weight_high <= 1.0)).all()
    assert (estimate.output_weight_low <= estimate.output_weight_high).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_translation_holds(simulated, loss):
    """y + t and b - t take t off the distance, at places that were never observed as well."""
    estimate = simulated[loss]
    inputs = estimate.inputs
    rows = np.arange(5)
    moved = inputs.taken(rows)
    step = 0.05
    object.__setattr__(moved, "normalised_output", moved.normalised_output + step)
    object.__setattr__(moved, "normalised_emissions", moved.normalised_emissions - step)
    there = dataclasses.replace(estimate, inputs=moved)
    assert there.distance == pytest.approx(estimate.distance[:5] - step, abs=1e-12)
    assert there.output_weight == pytest.approx(estimate.output_weight[:5], abs=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_no_rival_of_the_same_shape_does_better(simulated, loss):
    """The surfaces of the other taus and of the other loss satisfy the same constraints."""
    rivals = np.hstack([estimate.distance for estimate in simulated.values()]).T
    for tau, certificate in zip(TAUS, simulated[loss].certificates, strict=True):
        if loss == "quantile":
            losses = pinball_loss(rivals, np.full(len(rivals), tau))
        else:
            losses = np.array([asymmetric_squares(rival, tau) for rival in rivals])
        assert certificate.objective == pytest.approx(losses.min(), rel=1e-9)


def test_coverage_encloses_tau_for_quantiles_alone(simulated):
    quantiles, expectiles = simulated["quantile"], simulated["expectile"]
    above_zero = (quantiles.distance > 1e-9).mean(axis=0)
    assert (above_zero <= TAUS).all()
    assert (quantiles.coverage >= TAUS).all()
    assert (np.diff(expectiles.coverage) > 0.0).all()


def test_a_panel_read_off_other_surfaces_has_costs(simulated):
    """As a bootstrap does: the surfaces of a drawn panel, the observations of the whole."""
    inputs = simulated["quantile"].inputs
    drawn = inputs.taken(np.random.default_rng(0).integers(60, size=60))
    estimate = estimate_convex_frontier(drawn, taus=TAUS)
    costs = estimate_abatement_costs(dataclasses.replace(estimate, inputs=inputs))
    assert len(costs.mac_cny_per_tco2) == 60
    assert (costs.mac_low_cny_per_tco2 <= costs.mac_cny_per_tco2).all()
    assert (costs.mac_cny_per_tco2 <= costs.mac_high_cny_per_tco2).all()


def test_observations_that_stand_there_twice_change_nothing(simulated):
    inputs = simulated["quantile"].inputs
    twice = inputs.taken(np.repeat(np.arange(60), 2))
    estimate = estimate_convex_frontier(twice, taus=TAUS)
    for once, double in zip(simulated["quantile"].certificates, estimate.certificates, strict=True):
        assert double.objective == pytest.approx(2.0 * once.objective, rel=1e-9)


def test_inputs_that_are_multiples_need_no_parameters(make_panel):
    """Without a form there is nothing to identify but the fitted values."""
    inputs = noisy_panel(make_panel, 30, 1, seed=4)
    x = np.column_stack([inputs.inputs, 3.0 * inputs.inputs])
    both = make_panel(x, inputs.desirable_output, inputs.undesirable_output)
    one, two = (estimate_convex_frontier(given, taus=[0.5]) for given in (inputs, both))
    assert two.certificates[0].objective == pytest.approx(one.certificates[0].objective, rel=1e-9)


def test_tables_and_summary_name_what_was_estimated(simulated):
    estimate = simulated["quantile"]
    parameters = estimate.parameters()
    assert parameters.columns == ["tau", "parameter", "value"]
    count = sum(len(planes) for planes in estimate.surfaces.hyperplanes)
    assert parameters.height == 4 * count
    gammas = parameters.filter(parameters["parameter"].str.starts_with("gamma"))["value"]
    assert gammas.is_between(0.0, 1.0).all()
    assert estimate.diagnostics()["unique"].to_list() == [False] * 3
    assert "3 quantiles of a convex piecewise linear" in estimate.headline()
    assert "3 expectiles" in simulated["expectile"].headline()
    assert "Hyperplanes:" in estimate.summary()
    with pytest.raises(AttributeError, match="no free parameters"):
        _ = estimate.free_parameters


def test_progress_is_called_once_a_quantile():
    calls = []
    inputs = simulate_technology(20, 1, seed=1).inputs
    estimate_convex_frontier(inputs, taus=TAUS, progress=lambda: calls.append(None))
    assert len(calls) == len(TAUS)


def test_an_unknown_loss_is_refused():
    inputs = simulate_technology(20, 1, seed=1).inputs
    with pytest.raises(InputError, match="unknown loss"):
        estimate_convex_frontier(inputs, loss="absolute")


def test_taus_that_are_no_grid_are_refused():
    inputs = simulate_technology(20, 1, seed=1).inputs
    with pytest.raises(InputError, match="not a grid"):
        estimate_convex_frontier(inputs, taus=[0.5, 0.1])


def test_a_bound_that_is_not_the_optimum_never_leaves_the_room(monkeypatch):
    inputs = simulate_technology(20, 1, seed=1).inputs
    solve = QuantileProgramme.solve

    def tampered(self, tau, accuracy=0.0):
        relaxed = solve(self, tau, accuracy)
        return dataclasses.replace(relaxed, bound=0.9 * relaxed.bound)

    monkeypatch.setattr(QuantileProgramme, "solve", tampered)
    with pytest.raises(CertificateError, match=r"the convex quantile tau = 0\.5"):
        estimate_convex_frontier(inputs, taus=[0.5])


def test_a_cut_that_is_no_consequence_of_concavity_is_noticed():
    points = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    envelope = Envelope(points)
    facets = envelope.facets(np.array([0.0, -0.9, -1.0]), envelope.alone(falling=True))
    cuts = Cuts.of(envelope, facets, np.array([1]))
    assert cuts.bounds.tolist() == [0.0]
    assert cuts.matrix.toarray().tolist() == [[-0.5, 1.0, -0.5]]
    assert cuts.invalidity(points) <= 1e-15
    moved = points + np.array([[0.5, 0.0], [0.0, 0.0], [0.0, 0.0]])  # the mean has more input
    assert cuts.invalidity(moved) == pytest.approx(0.25)
    assert cuts.invalidity(points - [[0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]) == pytest.approx(0.5)


def test_envelope_is_the_least_of_its_kind():
    """Places 0, 1, 3 in s with heights 0, -2, -1: D may not fall by more than 1 a unit."""
    points = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 3.0]])
    envelope = Envelope(points)
    facets = envelope.facets(np.array([0.0, -2.0, -1.0]), envelope.alone(falling=True))
    assert facets.heights == pytest.approx([0.0, -1.0 / 3.0, -1.0])
    facets = envelope.facets(np.array([0.0, -2.0, -9.0]), envelope.alone(falling=True))
    assert facets.heights == pytest.approx([0.0, -1.0, -3.0])
    places = np.array([[2.0, 0.0, 1.0], [1.0, -1.0, 1.0]])  # more input; less of both outputs
    found = envelope.facets(np.array([0.0, -2.0, -9.0]), np.array([[0, 3, 5], [0, 3, 5]]), places)
    assert found.heights == pytest.approx([0.0, 0.0])
