"""What holds of every auction, whatever the book."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tanshi.auction import ASK, BID, Orders, clear_auction, clear_primary_auction

few = settings(max_examples=60, deadline=None, derandomize=True)
HIGHEST = 10_000
prices = st.integers(0, HIGHEST)
quantities = st.integers(1, 10**12)
LOT, TICK = 100, 5


@st.composite
def books(draw, largest=25, owners=6):
    """Draw orders on a few limits, so that levels are shared, sequences in any order."""
    limits = draw(st.lists(prices, min_size=1, max_size=6))
    n = draw(st.integers(0, largest))
    several = {"min_size": n, "max_size": n}
    return {
        "side": np.array(draw(st.lists(st.sampled_from([BID, ASK]), **several)), np.int64),
        "limit_price": np.array(draw(st.lists(st.sampled_from(limits), **several)), np.int64),
        "quantity": np.array(draw(st.lists(quantities, **several)), np.int64),
        "owner": np.array(draw(st.lists(st.integers(1, owners), **several)), np.int64),
        "sequence": np.array(draw(st.permutations(range(n))), np.int64),
        "is_market": np.array(
            draw(st.lists(st.sampled_from([False] * 9 + [True]), **several)), bool
        ),
    }


@st.composite
def options(draw):
    """Draw a reference, and perhaps a floor, a ceiling and pressure."""
    floor, ceiling = sorted((draw(prices), draw(prices)))
    both = {"floor_price": floor, "ceiling_price": ceiling}
    chosen = draw(st.sampled_from([(), ("floor_price",), ("ceiling_price",), tuple(both)]))
    rule = draw(st.sampled_from(["reference", "pressure"])) if len(chosen) == 2 else "reference"
    bounds = {name: both[name] for name in chosen}
    return {"reference_price": draw(prices), "equal_prices": rule, **bounds}


def taken(book, rows):
    return {name: values[rows] for name, values in book.items()}


def wanted(result, price):
    """Return demand and supply at a price, netted orders apart."""
    orders, left = result.orders, result.orders.quantity - result.netted
    bids = orders.is_bid & (orders.is_market | (orders.limit_price >= price))
    asks = ~orders.is_bid & (orders.is_market | (orders.limit_price <= price))
    return int(left[bids].sum()), int(left[asks].sum())


@few
@given(books(), options(), prices)
def test_no_other_price_is_better_by_volume_and_then_imbalance(book, rule, other):
    result = clear_auction(Orders(**book), **rule)
    low, high = rule.get("floor_price", 0), rule.get("ceiling_price", HIGHEST)
    demand, supply = wanted(result, min(max(other, low), high))
    assert wanted(result, result.indicative_price) == (result.demand, result.supply)
    found = (min(demand, supply), -abs(demand - supply))
    assert (result.volume, -abs(result.imbalance)) >= found


@few
@given(books(), options())
def test_what_is_bought_is_sold_and_nobody_gets_more_or_worse_than_he_asked_for(book, rule):
    result = clear_auction(Orders(**book), **rule)
    orders, fill = result.orders, result.fill
    assert fill[orders.is_bid].sum() == fill[~orders.is_bid].sum() == result.volume
    assert ((fill >= 0) & (fill <= orders.quantity - result.netted)).all()
    named = (fill > 0) & ~orders.is_market
    assert (orders.limit_price[named & orders.is_bid] >= result.indicative_price).all()
    assert (orders.limit_price[named & ~orders.is_bid] <= result.indicative_price).all()
    assert rule.get("floor_price", 0) <= result.indicative_price
    assert result.indicative_price <= rule.get("ceiling_price", result.indicative_price)
    assert result.owners()["money"].sum() == 0
    assert result.owners()["bought"].sum() == result.volume


@few
@given(books(), options())
def test_who_is_not_served_in_full_shares_the_last_level(book, rule):
    """Better limits are served in full, and shares are within one unit of proportion."""
    result = clear_auction(Orders(**book), **rule)
    orders, left = result.orders, result.orders.quantity - result.netted
    low, high = rule.get("floor_price", 0), rule.get("ceiling_price", 2**41)
    bids = orders.is_bid
    limit = np.where(orders.is_market, np.where(bids, high, low), orders.limit_price)
    merit = np.where(bids, np.minimum(limit, high), -np.maximum(limit, low))
    for side in (bids, ~bids):
        short = side & (result.fill < left)
        served = side & (result.fill > 0)
        if not (short & served).any():
            continue
        (level,) = set(merit[short & served].tolist())
        assert (result.fill[side & (merit > level)] == left[side & (merit > level)]).all()
        assert not result.fill[side & (merit < level)].any()
        here = side & (merit == level)
        total, got = int(left[here].sum()), int(result.fill[here].sum())
        for mine, fill in zip(left[here].tolist(), result.fill[here].tolist(), strict=True):
            assert abs(fill * total - mine * got) < total


@few
@given(books(), options(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(book, rule, random):
    n = len(book["side"])
    rows = np.array(random.sample(range(n), n), np.int64)
    one = clear_auction(Orders(**book), **rule)
    other = clear_auction(Orders(**taken(book, rows)), **rule)
    assert other.indicative_price == one.indicative_price
    assert other.fill.tolist() == one.fill[rows].tolist()
    assert other.netted.tolist() == one.netted[rows].tolist()


@few
@given(books(), books(largest=3), options())
def test_orders_of_others_never_lessen_the_volume(book, more, rule):
    before = clear_auction(Orders(**book), **rule)
    more["owner"] += 100
    more["sequence"] += 100
    both = {name: np.concatenate([book[name], more[name]]) for name in book}
    assert clear_auction(Orders(**both), **rule).volume >= before.volume


@few
@given(books(owners=3), options())
def test_nobody_trades_with_himself(book, rule):
    result = clear_auction(Orders(**book), **rule)
    orders, netted = result.orders, result.netted
    both = result.owners().filter((pl.col("bought") > 0) & (pl.col("sold") > 0))
    assert both.is_empty()
    for owner in set(orders.owner.tolist()):
        own = orders.owner == owner
        assert netted[own & orders.is_bid].sum() == netted[own & ~orders.is_bid].sum()
    assert ((netted >= 0) & (netted <= orders.quantity)).all()


@few
@given(books(), options())
def test_who_stands_on_one_side_only_loses_nothing_to_himself(book, rule):
    book["owner"] = 2 * book["owner"] + (book["side"] == BID)
    net = clear_auction(Orders(**book), **rule)
    allowed = clear_auction(Orders(**book), **rule, self_trade="allow")
    assert not net.netted.any()
    assert net.fill.tolist() == allowed.fill.tolist()


@few
@given(books(), options())
def test_in_units_of_tick_and_lot_it_is_the_same_auction(book, rule):
    one = clear_auction(Orders(**book), **rule)
    scaled = book | {
        "limit_price": TICK * book["limit_price"],
        "quantity": LOT * book["quantity"],
    }
    in_ticks = {
        name: TICK * value if name.endswith("price") else value for name, value in rule.items()
    }
    other = clear_auction(Orders(**scaled), **in_ticks, tick=TICK, lot=LOT)
    assert other.indicative_price == TICK * one.indicative_price
    assert other.fill.tolist() == (LOT * one.fill).tolist()


@few
@given(books(), options(), prices)
def test_moving_all_prices_moves_the_price(book, rule, step):
    rule = {"floor_price": 0, **rule}
    one = clear_auction(Orders(**book), **rule)
    moved = book | {"limit_price": book["limit_price"] + step}
    steps = {
        name: value + step if name.endswith("price") else value for name, value in rule.items()
    }
    other = clear_auction(Orders(**moved), **steps)
    assert other.indicative_price == one.indicative_price + step
    assert other.fill.tolist() == one.fill.tolist()


@few
@given(books(), options())
def test_buying_and_selling_mirror_each_other(book, rule):
    """Turned round, a book trades as much, and is as far from balance, the other way."""
    bounds = {"floor_price": 0, "ceiling_price": HIGHEST} | rule
    one = clear_auction(Orders(**book), **bounds)
    turned = book | {"side": -book["side"], "limit_price": HIGHEST - book["limit_price"]}
    other = clear_auction(
        Orders(**turned),
        reference_price=HIGHEST - bounds["reference_price"],
        floor_price=HIGHEST - bounds["ceiling_price"],
        ceiling_price=HIGHEST - bounds["floor_price"],
        equal_prices=bounds["equal_prices"],
    )
    assert (other.volume, abs(other.imbalance)) == (one.volume, abs(one.imbalance))
    assert other.netted.tolist() == one.netted.tolist()
    # An interval of whole prices has one price nearest to a whole reference: no tie to turn.
    assert other.indicative_price == HIGHEST - one.indicative_price
    assert other.fill.tolist() == one.fill.tolist()


@few
@given(books(), options())
def test_the_schedule_holds_the_price_and_nothing_better(book, rule):
    result = clear_auction(Orders(**book), **rule)
    schedule = result.schedule()
    assert schedule["price"].is_unique().all()
    assert schedule["demand"].is_sorted(descending=True)
    assert schedule["supply"].is_sorted()
    (row,) = schedule.filter(pl.col("price") == result.indicative_price).rows(named=True)
    assert (row["demand"], row["supply"]) == (result.demand, result.supply)
    assert schedule["volume"].max() == result.volume


@few
@given(books(), st.integers(0, 10**13), prices, st.none() | st.integers(0, 10**12))
def test_an_issue_is_sold_to_bids_that_would_pay_the_price(book, offered, reserve, cap):
    book |= {"side": np.full(len(book["side"]), BID), "is_market": np.zeros_like(book["is_market"])}
    bids = Orders(**book)
    result = clear_primary_auction(bids, offered=offered, reserve_price=reserve, owner_cap=cap)
    assert result.fill.sum() == result.sold <= offered
    assert ((result.fill >= 0) & (result.fill <= bids.quantity - result.cut)).all()
    assert result.table()["money"].sum() == -result.revenue
    if result.clearing_price is not None:
        assert (bids.limit_price[result.fill > 0] >= result.clearing_price).all()
        assert result.clearing_price >= reserve
    if cap is not None:
        for owner in set(bids.owner.tolist()):
            assert (bids.quantity - result.cut)[bids.owner == owner].sum() <= cap
