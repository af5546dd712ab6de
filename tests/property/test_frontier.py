"""What holds for every panel: the printed properties, coverage, units, order."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tanshi.frontier import (
    PAPER_TAUS,
    FrontierInputs,
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.certificate import pinball_loss
from tanshi.frontier.results import ON_QUANTILE

few = settings(max_examples=25, deadline=None, derandomize=True)


@st.composite
def panels(draw):
    """Log-normal panels of one to three inputs, from clean to so noisy that signs bind."""
    k = draw(st.integers(1, 3))
    n = draw(st.integers(4 * k + 12, 70))
    spread = draw(st.sampled_from([0.05, 0.3, 0.8]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = np.exp(0.5 * rng.normal(size=(n, k)))
    size = x.mean(axis=1)
    return FrontierInputs(
        inputs=x,
        desirable_output=size * np.exp(spread * rng.normal(size=n)),
        undesirable_output=size**1.2 * np.exp(spread * rng.normal(size=n)),
        unit=tuple(f"unit {i}" for i in range(n)),
        period=np.ones(n, dtype=int),
        input_names=tuple(f"input_{j + 1}" for j in range(k)),
    )


def printed_function(parameters, k):
    """Return D and its slopes as Eq. 3 is printed, from the named parameters alone."""
    p = parameters
    inputs = range(1, k + 1)
    alpha = {(i, j): p[f"a_{min(i, j)}_{max(i, j)}"] for i in inputs for j in inputs}

    def distance(x, y, b):
        linear = p["a0"] + p["b1"] * y + p["g1"] * b + sum(p[f"a_{i}"] * x[i - 1] for i in inputs)
        inner = sum(alpha[i, j] * x[i - 1] * x[j - 1] for i in inputs for j in inputs)
        own = 0.5 * (inner + p["b2"] * y * y + p["g2"] * b * b) + p["mu"] * y * b
        return linear + own + sum((p[f"d_{i}"] * y + p[f"e_{i}"] * b) * x[i - 1] for i in inputs)

    def slopes(x, y, b):
        of_y = p["b1"] + p["b2"] * y + p["mu"] * b + sum(p[f"d_{i}"] * x[i - 1] for i in inputs)
        of_b = p["g1"] + p["g2"] * b + p["mu"] * y + sum(p[f"e_{i}"] * x[i - 1] for i in inputs)
        of_x = [
            p[f"a_{i}"]
            + sum(alpha[i, j] * x[j - 1] for j in inputs)
            + p[f"d_{i}"] * y
            + p[f"e_{i}"] * b
            for i in inputs
        ]
        return of_y, of_b, np.array(of_x)

    return distance, slopes


def functions(estimate):
    """Yield the printed function of every quantile."""
    table = estimate.parameters()
    for label in table["tau"].unique(maintain_order=True):
        rows = table.filter(table["tau"] == label)
        named = dict(zip(rows["parameter"], rows["value"], strict=True))
        yield printed_function(named, estimate.inputs.n_inputs)


def normalised(inputs):
    return inputs.normalised_inputs.T, inputs.normalised_output, inputs.normalised_emissions


@few
@given(inputs=panels(), step=st.floats(-0.5, 0.5))
def test_translation_property(inputs, step):
    """D(x, y + t, b - t) = D(x, y, b) - t, from the printed parameters."""
    estimate = estimate_quantile_frontier(inputs, taus=[0.2, 0.6])
    x, y, b = normalised(inputs)
    for t, (distance, _) in enumerate(functions(estimate)):
        here = distance(x, y, b)
        assert here == pytest.approx(estimate.distance[:, t], abs=1e-9)
        assert distance(x, y + step, b - step) == pytest.approx(here - step, abs=1e-9)


@few
@given(inputs=panels(), null_jointness=st.booleans(), deterministic=st.booleans())
def test_signs_hold_at_every_observation(inputs, null_jointness, deterministic):
    """dD/dx >= 0, dD/dy <= 0, dD/db >= 0 and, where imposed, D(x, y, 0) <= -1e-6."""
    options = {"null_jointness": null_jointness}
    if deterministic:
        estimate = estimate_deterministic_frontier(inputs, **options)
        assert estimate.distance.min() >= -1e-8
    else:
        estimate = estimate_quantile_frontier(inputs, taus=[0.05, 0.5, 0.95], **options)
    x, y, b = normalised(inputs)
    for t, (distance, slopes) in enumerate(functions(estimate)):
        of_y, of_b, of_x = slopes(x, y, b)
        assert of_y.max() <= 1e-8
        assert of_b.min() >= -1e-8
        assert of_x.min() >= -1e-8
        assert -of_y == pytest.approx(estimate.output_weight[:, t], abs=1e-9)
        assert of_b == pytest.approx(1.0 - estimate.output_weight[:, t], abs=1e-9)
        if null_jointness:
            assert distance(x, y, 0.0 * b).max() <= -1e-6 + 1e-8


@few
@given(inputs=panels(), null_jointness=st.booleans())
def test_certificates_are_about_the_distances_handed_out(inputs, null_jointness):
    estimate = estimate_quantile_frontier(inputs, null_jointness=null_jointness)
    losses = pinball_loss(estimate.distance.T, np.array(PAPER_TAUS))
    for loss, certificate in zip(losses, estimate.certificates, strict=True):
        assert certificate.holds
        assert certificate.objective == pytest.approx(loss, rel=1e-12)
        assert certificate.dual_objective == pytest.approx(loss, rel=1e-8)


@few
@given(inputs=panels(), null_jointness=st.booleans())
def test_no_other_quantile_or_frontier_has_a_lower_loss(inputs, null_jointness):
    """All satisfy the same constraints, so none may beat the optimum at its own tau."""
    estimate = estimate_quantile_frontier(inputs, null_jointness=null_jointness)
    frontier = estimate_deterministic_frontier(inputs, null_jointness=null_jointness)
    rivals = np.column_stack([estimate.distance, frontier.distance]).T
    for tau, certificate in zip(PAPER_TAUS, estimate.certificates, strict=True):
        losses = pinball_loss(rivals, np.full(len(rivals), tau))
        assert certificate.objective <= losses.min() + 1e-9
    sums = estimate.distance.sum(axis=0)[estimate.distance.min(axis=0) >= 0.0]
    assert (sums >= frontier.distance.sum() - 1e-9).all()


@few
@given(inputs=panels())
def test_coverage_encloses_tau_where_the_intercept_is_free(inputs):
    """share(D > 0) <= tau <= share(D >= 0).

    Without null-jointness no constraint speaks of the intercept, whether signs bind or
    not: raising it by little costs (1 - tau) #(D >= 0) - tau #(D < 0) >= 0 at the optimum,
    lowering it tau #(D <= 0) - (1 - tau) #(D > 0) >= 0. Continuous data put at most as
    many observations on the surface as it has parameters, so both shares are within P / n.
    """
    estimate = estimate_quantile_frontier(inputs, null_jointness=False)
    n, p = inputs.n_observations, estimate.free_parameters.shape[1]
    above_zero = (estimate.distance > ON_QUANTILE).mean(axis=0)
    taus = np.array(PAPER_TAUS)
    assert (above_zero <= taus + 1e-12).all()
    assert (taus <= estimate.coverage + 1e-12).all()
    assert (estimate.coverage - above_zero <= p / n + 1e-12).all()


@few
@given(
    inputs=panels(),
    input_factor=st.floats(1e-3, 1e4),
    output_factor=st.floats(1e-3, 1e4),
    emissions_factor=st.floats(1e-3, 1e4),
)
def test_costs_do_not_depend_on_units(inputs, input_factor, output_factor, emissions_factor):
    factors = np.ones(inputs.n_inputs)
    factors[0] = input_factor
    rescaled = dataclasses.replace(
        inputs,
        inputs=inputs.inputs * factors,
        desirable_output=inputs.desirable_output * output_factor,
        undesirable_output=inputs.undesirable_output * emissions_factor,
        output_scale_cny=inputs.output_scale_cny / output_factor,
        emissions_scale_t=inputs.emissions_scale_t / emissions_factor,
    )
    same_costs(inputs, rescaled, np.arange(inputs.n_observations))


@few
@given(inputs=panels(), seed=st.integers(0, 1000))
def test_costs_do_not_depend_on_the_order_of_rows(inputs, seed):
    order = np.random.default_rng(seed).permutation(inputs.n_observations)
    shuffled = dataclasses.replace(
        inputs,
        inputs=inputs.inputs[order],
        desirable_output=inputs.desirable_output[order],
        undesirable_output=inputs.undesirable_output[order],
        unit=tuple(inputs.unit[i] for i in order),
        period=inputs.period[order],
    )
    same_costs(inputs, shuffled, order)


def same_costs(inputs, changed, order):
    first, second = estimate_quantile_frontier(inputs), estimate_quantile_frontier(changed)
    assume(all(first.unique))
    assert all(second.unique)
    assert second.distance == pytest.approx(first.distance[order], abs=1e-9)
    one, two = estimate_abatement_costs(first), estimate_abatement_costs(second)
    assert two.tau_position.tolist() == one.tau_position[order].tolist()
    # A weight of 1e-6 known to 1e-12 gives a price known to 1e-6 of its size.
    wanted = one.mac_cny_per_tco2[order]
    assert two.mac_cny_per_tco2 == pytest.approx(wanted, rel=1e-6, abs=1e-6)


@few
@given(inputs=panels(), position=st.sampled_from(["published", "rearranged"]))
def test_payment_rules_are_a_fifth_the_whole_and_five_times(inputs, position):
    estimate = estimate_quantile_frontier(inputs)
    fifth, whole, five = (
        estimate_abatement_costs(estimate, payment_rule=rule, position=position).mac_cny_per_tco2
        for rule in ("published", "full", "cost_cap")
    )
    assert fifth == pytest.approx(0.2 * whole, rel=1e-12)
    assert five == pytest.approx(5.0 * whole, rel=1e-12)
