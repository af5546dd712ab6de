"""Small books, shared by the tests of the auction room."""

import numpy as np
import pytest

from tanshi.auction import ASK, BID, Orders


def book(bids=(), asks=(), **more):
    """Return orders of (limit or None, quantity), bids first, everybody an owner of his own."""
    both = [*bids, *asks]
    given = {
        "side": [BID] * len(bids) + [ASK] * len(asks),
        "limit_price": [limit or 0 for limit, _ in both],
        "quantity": [quantity for _, quantity in both],
        "owner": list(range(len(both))),
        "is_market": np.array([limit is None for limit, _ in both], dtype=bool),
    } | more
    return Orders(**given)


@pytest.fixture
def make_book():
    return book
