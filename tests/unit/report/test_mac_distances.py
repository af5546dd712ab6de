"""The table of distances, written a block at a time."""

import dataclasses

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tanshi.frontier import estimate_quantile_frontier
from tanshi.frontier.results import estimate as results
from tanshi.frontier.simulation import simulate_technology
from tanshi.frontier.surfaces import QuadraticSurfaces
from tanshi.report.mac_distances import chosen_form, write_distances


@pytest.fixture(scope="module")
def estimate():
    return estimate_quantile_frontier(simulate_technology(40, 3, seed=2).inputs, taus=(0.3, 0.6))


@pytest.mark.parametrize("held", [1, 13, 10_000])
@pytest.mark.parametrize("name", ["distances.csv", "distances.parquet"])
def test_blocks_make_the_whole_table(estimate, tmp_path, monkeypatch, held, name):
    whole = estimate.distances()
    monkeypatch.setattr(results, "BLOCK_VALUES", held)
    write_distances(estimate, tmp_path / name)
    read = pl.read_parquet if name.endswith("parquet") else pl.read_csv
    assert_frame_equal(read(tmp_path / name), whole, rel_tol=1e-12)


def test_infinite_prices_are_written_as_such(estimate, tmp_path):
    surfaces = QuadraticSurfaces(0.0 * estimate.free_parameters, estimate.faces)
    flat = dataclasses.replace(estimate, surfaces=surfaces)
    write_distances(flat, tmp_path / "distances.csv")
    text = (tmp_path / "distances.csv").read_text()
    assert text.splitlines()[1].endswith(",inf,inf,inf")


@pytest.mark.parametrize("choice", ["csv", "parquet", "none"])
def test_what_is_asked_for_is_written_whatever_its_length(estimate, monkeypatch, choice):
    monkeypatch.setattr("tanshi.report.mac_distances.LEFT_OUT_ABOVE", 0)
    assert chosen_form(choice, estimate) == choice
    assert chosen_form("auto", estimate) == "none"
