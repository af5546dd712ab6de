"""What an auction accepts, and how it refuses the rest."""

import numpy as np
import pytest

from tanshi.auction import ASK, BID, Orders
from tanshi.auction.orders import MAX_PRICE, MAX_QUANTITY, MAX_SEQUENCE, exact_sum
from tanshi.core import InputError

GOOD = {"side": [BID, ASK], "limit_price": [60, 50], "quantity": [8, 9], "owner": [1, 2]}


def faults_of(**changed):
    with pytest.raises(InputError) as error:
        Orders(**(GOOD | changed))
    return error.value.faults


def test_arrays_are_copied_and_read_only():
    quantity = np.array([8, 9])
    orders = Orders(**(GOOD | {"quantity": quantity}))
    quantity[0] = 99
    assert orders.quantity.tolist() == [8, 9]
    assert not orders.quantity.flags.writeable


def test_sequence_is_the_place_in_the_book_and_no_order_is_without_limit():
    orders = Orders(**GOOD)
    assert orders.sequence.tolist() == [0, 1]
    assert orders.is_market.tolist() == [False, False]
    assert orders.is_bid.tolist() == [True, False]


def test_an_empty_book_is_a_book():
    assert Orders(side=[], limit_price=[], quantity=[], owner=[]).n_orders == 0


def test_every_wrong_shape_and_kind_is_named():
    faults = faults_of(
        limit_price=[60.0, 50.0], quantity=[8], owner=["a", "b"], is_market=[0, 1], sequence=[]
    )
    assert [(fault.column, fault.what) for fault in faults] == [
        ("limit_price", "limit_price is not in whole numbers of 64 bits"),
        ("quantity", "wrong shape of quantity"),
        ("owner", "owner is not in whole numbers of 64 bits"),
        ("sequence", "wrong shape of sequence"),
        ("is_market", "is_market is not yes or no"),
    ]
    assert (faults[1].found, faults[1].allowed) == ("(1,)", "(2,)")


@pytest.mark.parametrize("values", [[True, False], [2**64, 1], np.array([8, 9], np.uint64)])
def test_numbers_that_are_not_signed_64_bit_integers_are_refused(values):
    (fault,) = faults_of(quantity=values)
    assert (fault.column, fault.allowed) == ("quantity", "signed integers")


def test_every_wrong_value_is_named_with_its_row():
    faults = faults_of(
        side=[0, ASK], limit_price=[-1, MAX_PRICE + 1], quantity=[0, -5], sequence=[7, 7]
    )
    assert [(fault.column, fault.row, fault.found) for fault in faults] == [
        ("side", 2, "0"),
        ("limit_price", 2, "-1"),
        ("limit_price", 3, str(MAX_PRICE + 1)),
        ("quantity", 2, "0"),
        ("quantity", 3, "-5"),
        ("sequence", 3, "7"),
    ]


def test_sequence_numbers_need_no_order_to_be_different():
    assert Orders(**GOOD, sequence=[MAX_SEQUENCE, 0]).sequence.tolist() == [MAX_SEQUENCE, 0]


def test_sequence_numbers_out_of_range_are_named():
    faults = faults_of(sequence=[-1, MAX_SEQUENCE + 1])
    assert [(fault.what, fault.row) for fault in faults] == [
        ("sequence out of range", 2),
        ("sequence out of range", 3),
    ]


def test_limits_of_market_orders_are_not_read():
    orders = Orders(**(GOOD | {"limit_price": [-1, 50]}), is_market=[True, False])
    assert orders.limit_price.tolist() == [-1, 50]


def test_sums_that_would_overflow_are_refused():
    n = 5
    (fault,) = faults_of(side=[BID] * n, limit_price=[1] * n, quantity=[2**62] * n, owner=[1] * n)
    assert fault.what == "the bids are more than an auction can add up"
    assert (fault.found, fault.allowed) == (str(n * 2**62), f"at most {MAX_QUANTITY}")


def test_each_side_may_have_the_most():
    orders = Orders(**(GOOD | {"quantity": [MAX_QUANTITY, MAX_QUANTITY]}))
    assert orders.quantity.tolist() == [MAX_QUANTITY] * 2


def test_the_exact_sum_is_that_of_unbounded_integers():
    values = np.random.default_rng(0).integers(0, 2**63 - 1, 1000, endpoint=True)
    assert exact_sum(values) == sum(values.tolist())
