"""The call auction's rules one by one, on books whose answers are seen by eye."""

import pytest

from tanshi.auction import ASK, BID, Orders, clear_auction
from tanshi.auction.orders import MAX_PRICE, MAX_QUANTITY
from tanshi.core import InputError

PRESSURE = {"floor_price": 10, "ceiling_price": 90, "equal_prices": "pressure"}


def faults_of(orders, **options):
    with pytest.raises(InputError) as error:
        clear_auction(orders, **({"reference_price": 50} | options))
    return error.value.faults


class TestPrice:
    def test_the_largest_volume_comes_first(self, make_book):
        """8 at 30; 10 at 20, with an imbalance of 5 and far from the reference."""
        orders = make_book(bids=[(30, 8), (20, 7)], asks=[(20, 10)])
        result = clear_auction(orders, reference_price=30)
        assert (result.clearing_price, result.volume, result.imbalance) == (20, 10, 5)

    def test_then_the_smallest_imbalance(self, make_book):
        """10 anywhere; 5 too many bids at 20, 2 too many asks at 30, neither between them."""
        orders = make_book(bids=[(30, 10), (20, 5)], asks=[(20, 10), (30, 2)])
        result = clear_auction(orders, reference_price=20)
        assert (result.clearing_price, result.volume, result.imbalance) == (21, 10, 0)
        assert result.equal_prices == (21, 29)

    @pytest.mark.parametrize(
        ("reference", "price"), [(0, 20), (20, 20), (24, 24), (30, 30), (99, 30)]
    )
    def test_then_the_nearest_to_the_reference(self, make_book, reference, price):
        """Any price from 20 to 30 will do; between them nobody named one."""
        orders = make_book(bids=[(30, 10)], asks=[(20, 10)])
        result = clear_auction(orders, reference_price=reference)
        assert (result.clearing_price, result.equal_prices) == (price, (20, 30))

    @pytest.mark.parametrize(("reference", "price"), [(24, 20), (25, 20), (26, 30)])
    def test_then_the_lower(self, make_book, reference, price):
        """In steps of 10, a reference of 25 is as far from 20 as from 30."""
        orders = make_book(bids=[(30, 10)], asks=[(20, 10)])
        assert clear_auction(orders, reference_price=reference, tick=10).clearing_price == price

    def test_two_stretches_that_meet_are_one(self, make_book):
        """At 20 five too many bids, at 21 to 30 five too many asks, and 5 traded either way."""
        orders = make_book(bids=[(30, 5), (20, 5)], asks=[(10, 5), (21, 5)])
        for reference, price, imbalance in ((15, 15, 5), (20, 20, 5), (21, 21, -5), (28, 28, -5)):
            result = clear_auction(orders, reference_price=reference)
            found = (result.clearing_price, result.volume, result.imbalance)
            assert found == (price, 5, imbalance)
            assert result.equal_prices == (10, 30)

    def test_an_order_more_can_lower_the_price(self, make_book):
        """Ten are offered from 10 on; the bid at 20 makes 20 the last price to sell them all."""
        before = clear_auction(make_book([(50, 5)], [(10, 10)]), reference_price=50)
        after = clear_auction(make_book([(50, 5), (20, 5)], [(10, 10)]), reference_price=50)
        assert (before.clearing_price, before.volume) == (50, 5)
        assert (after.clearing_price, after.volume) == (20, 10)


class TestPressure:
    def test_scarcity_takes_the_highest_price(self, make_book):
        orders = make_book(bids=[(60, 10)], asks=[(20, 4)])
        assert clear_auction(orders, reference_price=30).clearing_price == 30
        result = clear_auction(orders, reference_price=30, **PRESSURE)
        assert (result.clearing_price, result.binding_bound) == (60, None)

    def test_without_limits_scarcity_ends_at_the_ceiling(self, make_book):
        orders = make_book(bids=[(None, 10)], asks=[(20, 4)])
        result = clear_auction(orders, reference_price=30, **PRESSURE)
        assert (result.clearing_price, result.binding_bound) == (90, "ceiling")
        assert (result.unserved_demand, result.unserved_supply) == (6, 0)

    def test_glut_takes_the_lowest_price(self, make_book):
        orders = make_book(bids=[(60, 4)], asks=[(20, 10)])
        assert clear_auction(orders, reference_price=30, **PRESSURE).clearing_price == 20
        orders = make_book(bids=[(60, 4)], asks=[(None, 10)])
        result = clear_auction(orders, reference_price=30, **PRESSURE)
        assert (result.clearing_price, result.binding_bound) == (10, "floor")
        assert (result.unserved_demand, result.unserved_supply) == (0, 6)

    @pytest.mark.parametrize(
        ("bids", "asks"),
        [([(60, 10)], [(20, 10)]), ([(60, 5), (29, 5)], [(20, 5), (30, 5)])],
        ids=["balanced", "either side in excess"],
    )
    def test_without_a_common_excess_the_reference_decides(self, make_book, bids, asks):
        result = clear_auction(make_book(bids, asks), reference_price=33, **PRESSURE)
        assert (result.clearing_price, result.equal_prices) == (33, (20, 60))


class TestMargin:
    def test_better_limits_go_first_and_the_last_level_shares(self, make_book):
        orders = make_book(bids=[(50, 4), (40, 30), (40, 10), (39, 5)], asks=[(30, 24)])
        result = clear_auction(orders, reference_price=40)
        assert result.clearing_price == 40
        assert result.fill.tolist() == [4, 15, 5, 0, 24]

    def test_the_last_level_need_not_be_at_the_price(self, make_book):
        """At 40, 100 kg are wanted up to 50 and 60 offered from 30: bids share at 50."""
        orders = make_book(bids=[(50, 75), (50, 25)], asks=[(30, 60)])
        result = clear_auction(orders, reference_price=40)
        assert result.clearing_price == 40
        assert result.fill.tolist() == [45, 15, 60]

    def test_asks_share_as_bids_do(self, make_book):
        orders = make_book(bids=[(50, 12)], asks=[(20, 4), (30, 10), (30, 30)])
        result = clear_auction(orders, reference_price=30)
        assert result.fill.tolist() == [12, 4, 2, 6]

    def test_the_largest_remainder_gets_what_is_left_over(self, make_book):
        """10 shared by 5, 3 and 6 of 14: quotas 3.57, 2.14 and 4.29."""
        orders = make_book(bids=[(50, 5), (50, 3), (50, 6)], asks=[(30, 10)])
        assert clear_auction(orders, reference_price=40).fill.tolist() == [4, 2, 4, 10]

    @pytest.mark.parametrize(
        ("sequence", "fills"), [([1, 2, 3, 4], [2, 2, 1]), ([9, 2, 3, 4], [1, 2, 2])]
    )
    def test_equal_remainders_go_by_sequence_number(self, make_book, sequence, fills):
        orders = make_book(bids=[(50, 3)] * 3, asks=[(30, 5)], sequence=sequence)
        assert clear_auction(orders, reference_price=40).fill.tolist() == [*fills, 5]

    def test_shares_are_exact_where_products_exceed_64_bits(self, make_book):
        """The rest of q1 * R / (q1 + q2) by Python's unbounded integers."""
        first, second, rest = 2**49 - 1, 2**48 + 12345, 2**49 + 987654321
        orders = make_book(bids=[(1, first), (1, second)], asks=[(1, rest)])
        quotas = [divmod(one * rest, first + second) for one in (first, second)]
        up = int(quotas[1][1] > quotas[0][1])
        assert quotas[0][1] + quotas[1][1] == first + second  # exactly one is left over
        expected = [quotas[0][0] + 1 - up, quotas[1][0] + up]
        assert clear_auction(orders, reference_price=1).fill.tolist()[:2] == expected


class TestBounds:
    def test_bids_above_the_ceiling_count_at_the_ceiling(self, make_book):
        """80 and 70 are one level at 60, and the bid of 60 belongs to it."""
        orders = make_book(bids=[(80, 20), (70, 10), (60, 10), (59, 9)], asks=[(50, 20)])
        result = clear_auction(orders, reference_price=75, ceiling_price=60)
        assert (result.clearing_price, result.binding_bound) == (60, "ceiling")
        assert result.fill.tolist() == [10, 5, 5, 0, 20]
        assert (result.unserved_demand, result.unserved_supply) == (20, 0)

    def test_asks_below_the_floor_count_at_the_floor(self, make_book):
        orders = make_book(bids=[(50, 20)], asks=[(10, 20), (20, 10), (40, 10), (41, 9)])
        result = clear_auction(orders, reference_price=5, floor_price=40)
        assert (result.clearing_price, result.binding_bound) == (40, "floor")
        assert result.fill.tolist() == [20, 10, 5, 5, 0]
        assert (result.unserved_demand, result.unserved_supply) == (0, 20)

    def test_a_reference_outside_leads_to_the_bound_only(self, make_book):
        orders = make_book(bids=[(90, 10)], asks=[(10, 10)])
        options = {"floor_price": 40, "ceiling_price": 60}
        for reference, price in ((5, 40), (50, 50), (200, 60)):
            result = clear_auction(orders, reference_price=reference, **options)
            assert (result.clearing_price, result.binding_bound) == (price, None)
            assert result.equal_prices == (40, 60)

    def test_orders_beyond_the_other_bound_do_not_trade(self, make_book):
        orders = make_book(bids=[(39, 10), (50, 5)], asks=[(61, 10), (50, 5)])
        result = clear_auction(orders, reference_price=50, floor_price=40, ceiling_price=60)
        assert result.fill.tolist() == [0, 5, 0, 5]

    def test_floor_and_ceiling_may_be_one_price(self, make_book):
        orders = make_book(bids=[(90, 10)], asks=[(10, 4)])
        result = clear_auction(orders, reference_price=1, floor_price=50, ceiling_price=50)
        assert (result.clearing_price, result.volume) == (50, 4)


class TestMarketOrders:
    def test_they_go_before_every_limit(self, make_book):
        orders = make_book(bids=[(None, 6), (MAX_PRICE, 6)], asks=[(30, 8)])
        assert clear_auction(orders, reference_price=40).fill.tolist() == [6, 2, 8]

    def test_with_a_ceiling_they_count_at_the_ceiling(self, make_book):
        orders = make_book(bids=[(None, 6), (90, 6)], asks=[(30, 8)])
        result = clear_auction(orders, reference_price=40, ceiling_price=60)
        assert result.fill.tolist() == [4, 4, 8]

    def test_an_ask_without_a_limit_counts_at_the_floor(self, make_book):
        orders = make_book(bids=[(50, 8)], asks=[(None, 6), (2, 6)])
        assert clear_auction(orders, reference_price=40).fill.tolist() == [8, 6, 2]
        result = clear_auction(orders, reference_price=40, floor_price=30)
        assert result.fill.tolist() == [8, 4, 4]

    def test_among_themselves_they_trade_at_the_reference(self, make_book):
        result = clear_auction(make_book([(None, 6)], [(None, 9)]), reference_price=47)
        assert (result.clearing_price, result.volume) == (47, 6)
        assert result.equal_prices == (0, None)


class TestNoTrade:
    def test_limits_that_do_not_cross_leave_an_indicative_price(self, make_book):
        result = clear_auction(make_book([(40, 5)], [(50, 5)]), reference_price=45)
        assert (result.clearing_price, result.volume) == (None, 0)
        assert (result.indicative_price, result.equal_prices) == (45, (41, 49))
        assert result.fill.tolist() == [0, 0]

    def test_an_empty_book_indicates_the_reference_within_bounds(self, make_book):
        result = clear_auction(make_book(), reference_price=45, floor_price=60)
        assert (result.clearing_price, result.indicative_price) == (None, 60)

    @pytest.mark.parametrize(("bids", "asks", "price"), [([(50, 5)], [], 51), ([], [(40, 5)], 39)])
    def test_one_side_alone_indicates_where_nobody_is_left(self, make_book, bids, asks, price):
        result = clear_auction(make_book(bids, asks), reference_price=45)
        assert (result.clearing_price, result.indicative_price) == (None, price)

    def test_nobody_bids_the_floor(self, make_book):
        orders = make_book([(39, 5)], [(10, 5)])
        for reference, price, bound in ((45, 45, None), (30, 40, "floor")):
            result = clear_auction(orders, reference_price=reference, floor_price=40)
            assert (result.clearing_price, result.indicative_price) == (None, price)
            assert (result.binding_bound, result.unserved_supply) == (bound, 5)


class TestTickAndLot:
    def test_prices_lie_on_the_tick_and_fills_are_whole_lots(self, make_book):
        orders = make_book(bids=[(60, 300), (60, 300), (60, 300)], asks=[(40, 500)])
        result = clear_auction(orders, reference_price=47, tick=10, lot=100)
        assert result.clearing_price == 50
        assert result.fill.tolist() == [200, 200, 100, 500]

    def test_orders_and_bounds_off_them_are_refused_at_once(self, make_book):
        orders = make_book(bids=[(65, 300), (None, 150)], asks=[(40, 250)])
        faults = faults_of(orders, tick=10, lot=100, floor_price=5, ceiling_price=101)
        assert [(fault.column, fault.row, fault.found) for fault in faults] == [
            ("floor_price", None, "5"),
            ("ceiling_price", None, "101"),
            ("limit_price", 2, "65"),
            ("quantity", 3, "150"),
            ("quantity", 4, "250"),
        ]

    def test_a_reference_off_the_tick_is_fine(self, make_book):
        orders = make_book(bids=[(60, 5)], asks=[(40, 5)])
        assert clear_auction(orders, reference_price=56, tick=20).clearing_price == 60


class TestRefusals:
    def test_every_fault_is_named_at_once(self, make_book):
        faults = faults_of(
            make_book(),
            reference_price=-1,
            floor_price=2.5,
            ceiling_price=MAX_PRICE + 1,
            tick=0,
            lot=True,
            self_trade="never",
            equal_prices="middle",
        )
        assert [fault.column for fault in faults] == [
            *("tick", "lot", "floor_price", "ceiling_price", "reference_price"),
            *("self_trade", "equal_prices"),
        ]

    def test_a_floor_above_the_ceiling(self, make_book):
        (fault,) = faults_of(make_book(), floor_price=60, ceiling_price=50)
        assert (fault.what, fault.found) == ("floor_price is above the ceiling", "60")

    @pytest.mark.parametrize("bound", ["floor_price", "ceiling_price"])
    def test_pressure_without_a_bound(self, make_book, bound):
        (fault,) = faults_of(make_book(), equal_prices="pressure", **{bound: 50})
        assert fault.what == "pressure has no bound to stop at"

    def test_a_turnover_beyond_64_bits(self, make_book):
        orders = make_book(bids=[(MAX_PRICE, MAX_QUANTITY)], asks=[(0, MAX_QUANTITY)])
        (fault,) = faults_of(orders, reference_price=8192)
        assert fault.what == "the turnover does not fit 64 bits"
        result = clear_auction(orders, reference_price=8191)
        assert result.turnover == MAX_QUANTITY * 8191
        assert result.table()["money"].to_list() == [-result.turnover, result.turnover]


def test_one_owner_on_both_sides_is_netted_unless_allowed():
    orders = Orders(
        side=[BID, ASK, ASK], limit_price=[60, 40, 40], quantity=[10, 4, 5], owner=[1, 1, 2]
    )
    result = clear_auction(orders, reference_price=50)
    assert (result.netted.tolist(), result.fill.tolist()) == ([4, 4, 0], [5, 0, 5])
    allowed = clear_auction(orders, reference_price=50, self_trade="allow")
    assert (allowed.netted.tolist(), allowed.fill.tolist()) == ([0, 0, 0], [9, 4, 5])
