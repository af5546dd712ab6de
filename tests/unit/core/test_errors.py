"""What an error says."""

import pytest

from tanshi.core import (
    CertificateError,
    Fault,
    InfeasibleError,
    InputError,
    NotIdentifiedError,
    OutputError,
    TanshiError,
)
from tanshi.core.errors import SHOWN_FAULTS


def fault(**place):
    return Fault("not a number", "'n/a'", "a number above 0", "correct the cell", **place)


@pytest.mark.parametrize(
    ("place", "first_line"),
    [
        ({}, "not a number"),
        ({"file": "a.csv"}, "a.csv: not a number"),
        ({"row": 7}, "row 7: not a number"),
        ({"row": 0}, "row 0: not a number"),
        ({"column": "gdp"}, "column 'gdp': not a number"),
        (
            {"file": "a.csv", "row": 7, "column": "gdp"},
            "a.csv, row 7, column 'gdp': not a number",
        ),
        (
            {"file": "a.toml", "row": 7, "column": "floor.rule"},
            "a.toml, line 7, column 'floor.rule': not a number",
        ),
    ],
)
def test_a_fault_names_as_much_of_the_place_as_is_known(place, first_line):
    assert str(fault(**place)).splitlines() == [
        first_line,
        "    found:   'n/a'",
        "    allowed: a number above 0",
        "    remedy:  correct the cell",
    ]


def test_an_input_error_shows_every_fault_and_counts_them():
    error = InputError([fault(row=2), fault(row=3)])
    lines = str(error).splitlines()
    assert lines[0] == "2 faults in the input; nothing was written."
    assert [line for line in lines if line.startswith("row")] == [
        "row 2: not a number",
        "row 3: not a number",
    ]
    assert error.faults == (fault(row=2), fault(row=3))


def test_more_faults_than_fit_are_counted_not_dropped():
    error = InputError([fault(row=row) for row in range(SHOWN_FAULTS + 3)])
    lines = str(error).splitlines()
    assert sum(line.startswith("row") for line in lines) == SHOWN_FAULTS
    assert lines[-1] == "… and 3 more (all of them with --json)"
    assert len(error.faults) == SHOWN_FAULTS + 3


def test_an_input_error_without_a_fault_cannot_be_made():
    with pytest.raises(ValueError, match="at least one fault"):
        InputError([])


@pytest.mark.parametrize(
    "kind", [CertificateError, InfeasibleError, InputError, NotIdentifiedError, OutputError]
)
def test_every_kind_is_caught_as_ours(kind):
    assert issubclass(kind, TanshiError)
