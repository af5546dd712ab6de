"""The compiled auction against the same rules written plainly."""

import math
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest

from tanshi.auction import Book, PriceRule, clear_book
from tanshi.auction._kernels import ANY_PRICE, _part, clear_book_plain
from tanshi.auction.orders import MAX_QUANTITY


def random_book(n, seed, *, levels=30, most=9):
    """Draw orders, some without a limit and some of 0."""
    rng = np.random.default_rng(seed)
    is_bid = rng.random(n) < 0.5
    limit = rng.integers(0, levels, n)
    limit = np.where(rng.random(n) < 0.1, np.where(is_bid, ANY_PRICE, -ANY_PRICE), limit)
    quantity = rng.integers(0, most, n, endpoint=True)
    return Book(is_bid, limit, quantity, rng.permutation(n))


def same(one, other):
    return one[:5] == other[:5] and np.array_equal(one.fill, other.fill)


@pytest.mark.parametrize("pressure", [False, True])
@pytest.mark.parametrize("n", [0, 1, 2, 5, 60])
def test_small_quantities(n, pressure):
    for seed in range(60):
        book = random_book(n, seed)
        for rule in (
            PriceRule(reference=seed % 35, lowest=0, highest=40, pressure=pressure),
            PriceRule(reference=seed % 35, lowest=10, highest=20, pressure=pressure),
            PriceRule(reference=seed % 35, lowest=15, highest=15, pressure=pressure),
        ):
            assert same(clear_book(book, rule), clear_book_plain(book, rule))


@pytest.mark.parametrize("levels", [1, 3, 2**40])
def test_the_largest_quantities_and_the_widest_range(levels):
    """Products of two of them have 100 bits; the plain version has no limit."""
    rule = PriceRule(reference=levels // 3, lowest=0, highest=2**40 + 1, pressure=False)
    for seed in range(60):
        book = random_book(40, seed, levels=levels, most=MAX_QUANTITY // 40)
        assert same(clear_book(book, rule), clear_book_plain(book, rule))


def test_quotient_and_remainder_are_exact_where_floating_point_is_not():
    """Products beside a multiple of the divisor, where a quotient is first one off."""
    rng = np.random.default_rng(0)
    first_off = set()
    for _ in range(3000):
        wanted = int(rng.integers(2, MAX_QUANTITY, endpoint=True))
        available = int(rng.integers(1, wanted))
        # Minus the inverse makes the product one less than a multiple; the divisor makes it one.
        coprime = math.gcd(available, wanted) == 1
        quantity = pow(-available, -1, wanted) if coprime else wanted
        exact = divmod(quantity * available, wanted)
        assert _part(quantity, available, wanted) == exact
        first_off.add(int(quantity * (available / wanted)) - exact[0])
    assert first_off == {-1, 0, 1}


def test_an_order_of_nothing_changes_nothing():
    """The bid of 0 at 40 is no level, and does not part the equally good prices 30 to 50."""
    rule = PriceRule(reference=45, lowest=0, highest=100, pressure=False)
    is_bid, limit = np.array([True, True, False]), np.array([50, 40, 30])
    book = Book(is_bid, limit, np.array([100, 0, 60]), np.arange(3))
    cleared = clear_book(book, rule)
    assert (cleared.price, cleared.first, cleared.last) == (45, 30, 50)
    assert cleared.fill.tolist() == [60, 0, 60]


def test_it_leaves_the_book_as_it_was():
    book = random_book(50, seed=1)
    before = [array.copy() for array in book]
    clear_book(book, PriceRule(15, 0, 40, pressure=True))
    assert all(np.array_equal(*pair) for pair in zip(book, before, strict=True))


def test_compiled_code_and_threads_may_call_it():
    @numba.njit(nogil=True)
    def mean_price(is_bid, limit, quantity, sequence, years):
        total = 0
        for year in range(years):
            book = Book(is_bid, limit, quantity + year, sequence)
            total += clear_book(book, PriceRule(15, 0, 40, False)).price
        return total / years

    books = [random_book(200, seed) for seed in range(8)]
    alone = [mean_price(*book, 20) for book in books]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda book: mean_price(*book, 20), books))
    assert together == alone
    first = [
        clear_book_plain(books[0]._replace(quantity=books[0].quantity + year), rule).price
        for rule in [PriceRule(15, 0, 40, pressure=False)]
        for year in range(20)
    ]
    assert alone[0] == sum(first) / 20
