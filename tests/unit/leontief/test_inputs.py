"""What a price model accepts, and how it refuses the rest."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.leontief import PriceModelInputs, split_imports

FLOWS, OUTPUT = [[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0]


def faults_of(function, *arguments, **options):
    with pytest.raises(InputError) as error:
        function(*arguments, **options)
    return error.value.faults


def test_coefficients_are_flows_by_unit_of_the_buyers_output(make_inputs):
    inputs = make_inputs(FLOWS, OUTPUT, imported_flows=[[1.0, 0.0], [0.0, 2.0]])
    domestic, imported = inputs.technical_coefficients()
    assert domestic == pytest.approx(np.array([[0.1, 0.1], [0.3, 0.2]]), rel=1e-15)
    assert imported == pytest.approx(np.array([[0.1, 0.0], [0.0, 0.1]]), rel=1e-15)


def test_a_sector_without_output_is_fine_when_it_is_empty(make_inputs):
    inputs = make_inputs([[1.0, 0.0], [0.0, 0.0]], [10.0, 0.0])
    domestic, imported = inputs.technical_coefficients()
    assert domestic.tolist() == [[0.1, 0.0], [0.0, 0.0]]
    assert imported.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_product_that_is_only_imported_is_fine(make_inputs):
    """Its sector makes nothing at home, yet others use the imports."""
    inputs = make_inputs(
        [[1.0, 0.0], [0.0, 0.0]], [10.0, 0.0], imported_flows=[[0.0, 0.0], [4.0, 0.0]]
    )
    assert inputs.technical_coefficients()[1][1, 0] == 0.4


def test_arrays_are_copied_and_read_only(make_inputs):
    flows = np.array(FLOWS)
    inputs = make_inputs(flows, OUTPUT)
    flows[0, 0] = 99.0
    assert inputs.domestic_flows[0, 0] == 1.0
    assert not inputs.domestic_flows.flags.writeable


@pytest.mark.parametrize(("code", "row"), [("01", 0), ("1", 0), ("02", 1)])
def test_codes_are_found_with_and_without_leading_zeros(make_inputs, code, row):
    assert make_inputs(FLOWS, OUTPUT).place(code) == row


def test_an_unknown_code_is_answered_with_the_known_ones(make_inputs):
    (fault,) = faults_of(make_inputs(FLOWS, OUTPUT).place, "77")
    assert (fault.what, fault.found, fault.allowed) == ("no such sector", "77", "01 to 02")


def test_a_column_that_does_not_balance_is_named_with_both_sums(make_inputs):
    (fault,) = faults_of(make_inputs, FLOWS, OUTPUT, value_added=[6.0, 13.0])
    assert fault.what == "the column of 02 sector 2 does not balance"
    assert fault.found == "inputs and value added 19, output 20"


def test_rounding_of_the_figures_is_no_imbalance(make_inputs):
    assert make_inputs(FLOWS, OUTPUT, value_added=[6.0 + 9e-6, 14.0]).n_sectors == 2
    (fault,) = faults_of(make_inputs, FLOWS, OUTPUT, value_added=[6.0 + 2e-5, 14.0])
    assert "01 sector 1" in fault.what


def test_every_negative_flow_is_told_with_seller_and_buyer(make_inputs):
    faults = faults_of(
        make_inputs,
        [[1.0, -2.0], [3.0, 4.0]],
        OUTPUT,
        imported_flows=[[0.0, 0.0], [-5.0, 0.0]],
    )
    assert [(fault.what, fault.found) for fault in faults] == [
        ("negative domestic flows", "-2 from 01 sector 1 to 02 sector 2"),
        ("negative imported flows", "-5 from 02 sector 2 to 01 sector 1"),
    ]


def test_negative_output_is_refused(make_inputs):
    (fault,) = faults_of(make_inputs, [[0.0, 0.0], [0.0, 4.0]], [-1.0, 20.0])
    assert (fault.what, fault.found) == ("negative gross output", "-1 in 01 sector 1")


@pytest.mark.parametrize(
    ("flows", "total"), [([[1.0, 2.0], [0.0, 0.0]], "2"), ([[1.0, 0.0], [3.0, 0.0]], "3")]
)
def test_a_sector_without_output_may_neither_buy_nor_sell(make_inputs, flows, total):
    (fault,) = faults_of(make_inputs, flows, [10.0, 0.0])
    assert fault.what == "a sector without output buys or sells"
    assert fault.found == f"{total} in 02 sector 2"


def test_signs_and_balance_are_told_at_once(make_inputs):
    faults = faults_of(make_inputs, [[1.0, -2.0], [3.0, 4.0]], OUTPUT, value_added=[0.0, 18.0])
    assert [fault.what for fault in faults] == [
        "negative domestic flows",
        "the column of 01 sector 1 does not balance",
    ]


def test_shapes_are_told_at_once(make_inputs):
    faults = faults_of(
        make_inputs, FLOWS, OUTPUT, value_added=[1.0], domestic_consumption=[1.0], names=("one",)
    )
    assert [(fault.what, fault.found, fault.allowed) for fault in faults] == [
        ("value_added is unfit", "(1,)", "(2,)"),
        ("domestic_consumption is unfit", "(1,)", "(2,)"),
        ("names do not fit", "1", "2"),
    ]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_counted(make_inputs, bad):
    (fault,) = faults_of(make_inputs, FLOWS, OUTPUT, imported_consumption=[bad, bad])
    assert (fault.what, fault.found) == ("imported_consumption is unfit", "2 that are not finite")


def test_a_code_that_is_there_twice_is_refused(make_inputs):
    (fault,) = faults_of(make_inputs, FLOWS, OUTPUT, codes=("07", "07"))
    assert (fault.what, fault.found) == ("a sector's code is there twice", "07")


def test_a_table_without_sectors_is_refused():
    empty = np.zeros(0)
    (fault,) = faults_of(
        PriceModelInputs,
        codes=(),
        names=(),
        domestic_flows=np.zeros((0, 0)),
        imported_flows=np.zeros((0, 0)),
        value_added=empty,
        gross_output=empty,
        domestic_consumption=empty,
        imported_consumption=empty,
    )
    assert fault.what == "no sector"


def test_imports_are_split_by_product_and_nothing_is_lost():
    flows = np.array([[10.0, 30.0], [8.0, 4.0]])
    domestic, imported, share = split_imports(flows, np.array([80.0, 12.0]), np.array([20.0, 12.0]))
    assert share.tolist() == [0.25, 1.0]
    assert imported.tolist() == [[2.5, 7.5], [8.0, 4.0]]
    assert (domestic + imported == flows).all()


def test_a_product_that_nobody_uses_has_no_imports():
    domestic, imported, share = split_imports(np.zeros((1, 1)), np.zeros(1), np.zeros(1))
    assert (domestic.item(), imported.item(), share.item()) == (0.0, 0.0, 0.0)


def test_rounding_above_home_use_counts_as_all_of_it():
    flows = np.array([[10.0]])
    domestic, _, share = split_imports(flows, np.array([20.0]), np.array([20.0 + 1e-6]))
    assert (domestic.item(), share.item()) == (0.0, 1.0)


def test_imports_that_do_not_fit_are_told_by_row():
    faults = faults_of(
        split_imports, np.ones((3, 3)), np.array([5.0, 5.0, 0.0]), np.array([-1.0, 6.0, 2.0])
    )
    assert [fault.found for fault in faults] == [
        "imports -1, home use 5 in sector row 1",
        "imports 6, home use 5 in sector row 2",
        "imports 2, home use 0 in sector row 3",
    ]
