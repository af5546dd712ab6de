"""A Parquet panel in order is handed on as it lies in memory, however large."""

import tracemalloc

import numpy as np
import polars as pl
import pytest

import tanshi.data.panel
from tanshi.core import InputError
from tanshi.data import load_panel
from tanshi.data.reading import scan_table

UNITS, YEARS, INPUTS = 5_000, 10, 16
ROLES = ("output", *(f"input {k}" for k in range(INPUTS)))


@pytest.fixture
def frame():
    rng = np.random.default_rng(5)
    columns = {role: rng.uniform(1.0, 2.0, UNITS * YEARS) for role in ROLES}
    return pl.DataFrame(
        {
            "unit": np.repeat([f"plant {i:05d}" for i in range(UNITS)], YEARS),
            "time": np.tile(np.arange(2000, 2000 + YEARS), UNITS),
        }
        | columns
    )


@pytest.fixture
def load(tmp_path):
    def run(frame, **options):
        frame.write_parquet(tmp_path / "panel.parquet")
        roles = {"unit": None, "time": None} | {role: role for role in ROLES}
        return load_panel(tmp_path / "panel.parquet", roles=roles, **options)

    return run


@pytest.fixture
def tables(monkeypatch):
    """Collect the tables that panels are made of."""
    seen = []

    def scan(path, *, sheet):
        table, faults = scan_table(path, sheet=sheet)
        seen.append(table)
        return table, faults

    monkeypatch.setattr(tanshi.data.panel, "scan_table", scan)
    return seen


def test_numbers_of_a_sorted_file_are_views_of_what_was_read(load, frame, tables):
    panel = load(frame)
    (table,) = tables
    for role in ROLES:
        assert np.shares_memory(panel.values[role], table.column(role).to_numpy())
    assert np.shares_memory(panel.time, table.column("time").to_numpy())
    assert np.shares_memory(panel.row_numbers, table.row_numbers)
    for array in (panel.time, panel.row_numbers, *panel.values.values()):
        assert not array.flags.writeable
    assert panel.unit == tuple(frame["unit"])


def test_views_outlive_the_table(load, frame):
    values = load(frame).values["output"]
    others = [np.full(len(values), -1.0) for _ in range(50)]
    assert values.tolist() == frame["output"].to_list()
    assert len(others) == 50


def test_what_has_to_be_converted_or_sorted_comes_out_the_same(load, frame, tables):
    plain = load(frame)
    changed = frame.with_columns(pl.col("unit").cast(pl.Categorical), pl.col("time").cast(pl.Int16))
    mixed = load(changed.sample(fraction=1.0, shuffle=True, seed=3))
    assert mixed.unit == plain.unit
    assert mixed.time.tolist() == plain.time.tolist()
    for role in ROLES:
        assert mixed.values[role].tolist() == plain.values[role].tolist()
        assert not mixed.values[role].flags.writeable
        assert not np.shares_memory(mixed.values[role], tables[1].column(role).to_numpy())


def test_loading_holds_no_copy_of_the_columns(load, frame):
    load(frame[:YEARS])  # what is imported and cached on first use does not count
    tracemalloc.start()
    panel = load(frame)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    column = panel.values["output"].nbytes
    # Codes, years' ranks, row numbers and the tuple of names, each the size of a column, and
    # masks: a copy of each of the seventeen columns of numbers would go beyond it.
    assert most < 10 * column
    assert len(panel.values) == 17


def test_all_faults_of_a_big_file_come_out(load, frame):
    spoilt = frame.with_row_index("row").with_columns(
        output=pl.when(pl.col("row") == 5).then(-1.0).otherwise("output"),
        time=pl.when(pl.col("row") == 14).then(2003).otherwise("time"),
        **{"input 3": pl.when(pl.col("row") == 777).then(1e6).otherwise("input 3")},
        **{"input 7": pl.when(pl.col("row") == 31).then(None).otherwise("input 7")},
    )
    with pytest.raises(InputError) as refusal:
        load(spoilt.drop("row"))
    found = [(fault.what, fault.row) for fault in refusal.value.faults]
    assert found == [
        ("value out of range", 7),
        ("missing value", 33),
        ("duplicate unit and year", 16),
        ("missing unit and year", None),
        ("value out of line with the unit's other years", 779),
    ]
