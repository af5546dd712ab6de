"""Screening and indices, on functions whose answers are known."""

import numpy as np
import polars as pl
import pytest

from tanshi.study.screening import (
    importance_of,
    kept_factors,
    morris_sample,
    morris_table,
    noise_of,
    sobol_sample,
    sobol_table,
    unsure_outputs,
)

NAMES = ["x1", "x2", "x3"]


def ishigami(places):
    """Ishigami and Homma (1990) with a = 7, b = 0.1, on the unit cube."""
    x = np.pi * (2.0 * places - 1.0)
    first = np.sin(x[:, 0])
    return first + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * first


def test_the_indices_of_ishigamis_function_are_found():
    places = sobol_sample(3, base_samples=2048, seed=0)
    assert places.shape == (2048 * 5, 3)
    table = sobol_table({"y": ishigami(places)}, names=NAMES, seed=0)
    # In closed form: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2 (Sobol' and Levitan 1999).
    a, b, pi4 = 7.0, 0.1, np.pi**4
    alone = np.array([0.5 * (1.0 + b * pi4 / 5.0) ** 2, a**2 / 8.0, 0.0])
    pair = 8.0 * b**2 * pi4**2 / 225.0
    whole = alone.sum() + pair
    assert whole == pytest.approx(a**2 / 8 + b * pi4 / 5 + b**2 * pi4**2 / 18 + 0.5)
    assert table["S1"].to_numpy() == pytest.approx(alone / whole, abs=0.02)
    total = (alone + np.array([pair, 0.0, pair])) / whole
    assert table["ST"].to_numpy() == pytest.approx(total, abs=0.02)
    # The truth lies within the intervals stated.
    for found, known in (("S1", alone / whole), ("ST", total)):
        half = table[f"{found}_conf"].to_numpy()
        assert (np.abs(table[found].to_numpy() - known) < half).all()


def test_indices_of_too_few_points_are_said_to_be_unsure():
    def table(base_samples):
        places = sobol_sample(3, base_samples=base_samples, seed=0)
        return sobol_table({"y": ishigami(places)}, names=NAMES, seed=0)

    assert unsure_outputs(table(2048)) == []
    assert unsure_outputs(table(4)) == ["y"]
    flat = {"y": np.zeros(20), "z": np.ones(20)}
    assert unsure_outputs(sobol_table(flat, names=NAMES, seed=0)) == []


def test_the_effects_of_a_plane_are_its_slopes():
    places = morris_sample(3, trajectories=5, levels=4, seed=0)
    assert places.shape == (5 * 4, 3)
    plane = 3.0 * places[:, 0] - 2.0 * places[:, 1]
    table = morris_table(places, {"y": plane}, names=NAMES, levels=4, seed=0)
    assert table["mu"].to_numpy() == pytest.approx([3.0, -2.0, 0.0])
    assert table["mu_star"].to_numpy() == pytest.approx([3.0, 2.0, 0.0])
    assert table["sigma"].to_numpy() == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)


def test_the_same_seed_gives_the_same_and_another_does_not():
    def made(seed):
        places = sobol_sample(2, base_samples=16, seed=seed)
        return sobol_table({"y": places[:, 0]}, names=["a", "b"], seed=seed)

    # Also 0, which the library takes for no seed at all.
    assert made(0).equals(made(0))
    assert not made(0).equals(made(1))


def test_an_output_that_does_not_vary_has_no_indices():
    places = sobol_sample(2, base_samples=8, seed=1)
    # Only the exchanged points differ: the base samples do not vary.
    odd = np.where(np.arange(len(places)) % 4 == 1, 1.0, 0.0)
    table = sobol_table({"flat": np.ones(len(places)), "odd": odd}, names=["a", "b"], seed=1)
    assert table.columns == ["output", "factor", "S1", "S1_conf", "ST", "ST_conf"]
    assert table.null_count().row(0) == (0, 0, 4, 4, 4, 4)


def test_blocks_without_an_output_are_left_out():
    places = morris_sample(2, trajectories=6, levels=4, seed=1)
    broken = 3.0 * places[:, 0]
    broken[4] = np.nan  # in the second trajectory
    table = morris_table(places, {"y": broken}, names=["a", "b"], levels=4, seed=1)
    assert table["mu"].to_numpy() == pytest.approx([3.0, 0.0])
    none = morris_table(
        places, {"y": np.full(len(places), np.nan)}, names=["a", "b"], levels=4, seed=1
    )
    assert none["mu"].null_count() == 2
    exchanged = sobol_sample(2, base_samples=8, seed=1)
    values = exchanged[:, 0] + 0.0
    values[1] = np.nan
    found = sobol_table({"y": values}, names=["a", "b"], seed=1)
    assert found["ST"][1] == pytest.approx(0.0)


def test_factors_go_on_by_their_greatest_share_and_then_their_mean():
    table = pl.DataFrame(
        {
            "output": ["y"] * 4 + ["z"] * 4 + ["idle"] * 4,
            "factor": ["a", "b", "c", "d"] * 3,
            "mu_star": [10.0, 0.5, 4.0, 0.0, 0.0, 2.0, 2.0, 0.0, 0.0, None, 0.0, 0.0],
        }
    )
    found = importance_of(table, ["a", "b", "c", "d"])
    assert found["factor"].to_list() == ["c", "b", "a", "d"]
    assert found["greatest"].to_list() == [1.0, 1.0, 1.0, 0.0]
    assert found["mean"].to_list() == pytest.approx([0.7, 0.525, 0.5, 0.0])
    assert kept_factors(found, most=2, least_share=0.1) == ["c", "b"]
    # Who moves nothing does not go on, even where any share would do.
    assert kept_factors(found, most=4, least_share=0.0) == ["c", "b", "a"]


def test_noise_is_what_points_and_replicates_do_not_have_in_common():
    rng = np.random.default_rng(1)
    points, luck = rng.normal(size=400), rng.normal(size=3)
    together = points[:, None] + 5.0 * luck
    found = noise_of(together)
    # All points share a replicate's luck: their differences do not depend on it.
    assert found["noise_share"] == pytest.approx(0.0, abs=1e-12)
    apart = together + 0.6 * rng.normal(size=together.shape)
    found = noise_of(apart)
    assert found["noise_deviation"] == pytest.approx(0.6 / np.sqrt(3), rel=0.1)
    assert found["noise_share"] == pytest.approx(0.12 / 1.12, rel=0.3)
    single = noise_of(points[:, None])
    assert (single["noise_share"], single["least"]) == (None, points.min())
    assert noise_of(np.ones((4, 2)))["noise_share"] is None
