"""Names of units as codes: the quick way for typed columns against the plain one."""

import numpy as np
import polars as pl
import pytest

from tanshi.data import Table
from tanshi.data.columns import text_column
from tanshi.data.unit_codes import name_codes


def table(column):
    return Table("a.parquet", "", ("x",), (column,), np.arange(2, 2 + len(column)))


COLUMNS = {
    "sorted": pl.Series(["A", "A", "B", "C", "C"]),
    "unsorted": pl.Series(["C", "A", "C", "B", "A"]),
    "categorical": pl.Series(["C", "A", "C", "B"], dtype=pl.Categorical),
    "enum": pl.Series(["C", "A", "C"], dtype=pl.Enum(["C", "B", "A"])),
    "codes": pl.Series([110000, 9, 110000, -1]),
    "codes typed as numbers": pl.Series([110000.0, 9.0, 9.5, 110000.0]),
    "chinese": pl.Series(["福建", "安徽", "福建"]),
    "padded": pl.Series([" A", "A", "A ", "B\u3000"]),
    "padded with a control character": pl.Series(["A\x1f", "A"]),
    "blanks": pl.Series(["B", None, "", " ", "A"]),
    "truth values": pl.Series([True, False, True]),
    "lists": pl.Series([[1], [2], [1]]),
    "raw cells": ("B", 7, 7.0, True, None, " A"),
    "blank only": pl.Series([None, None], dtype=pl.String),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_names_are_those_of_the_cells_one_by_one(name):
    given = table(COLUMNS[name])
    faults, wanted_faults = [], []
    names, codes = name_codes(given, "x", faults)
    wanted = text_column(given, "x", wanted_faults)
    assert [names[code] if code >= 0 else "" for code in codes] == wanted
    assert names == tuple(sorted(set(wanted) - {""}))
    assert faults == wanted_faults
    assert codes.dtype == np.int64
