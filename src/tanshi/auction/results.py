"""What the auction room hands out; the only part of it that reports may import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.auction.orders import Orders

    Integers = NDArray[np.int64]

MOST_PRICE = 2**62  # beyond every limit


@dataclass(frozen=True, eq=False, kw_only=True)
class AuctionResult:
    """A cleared book. Quantities and prices are in the units of the orders.

    Parameters
    ----------
    orders : Orders
    reference_price : int
    floor_price, ceiling_price : int or None
    indicative_price : int
        Of the price rule, also where nothing can be traded.
    equal_prices : tuple of int and (int or None)
        First and last price as good as this one by volume and imbalance; None for no end.
    demand, supply : int
        What bids and asks want at that price, netted orders apart.
    fill : (n,) array of int64
        What every order buys or sells.
    netted : (n,) array of int64
        What it lost against orders of its own owner.
    """

    orders: Orders
    reference_price: int
    floor_price: int | None
    ceiling_price: int | None
    indicative_price: int
    equal_prices: tuple[int, int | None]
    demand: int
    supply: int
    fill: Integers
    netted: Integers

    @property
    def volume(self) -> int:
        """What is traded."""
        return min(self.demand, self.supply)

    @property
    def clearing_price(self) -> int | None:
        """The price that all pay and get; None where nothing is traded."""
        return self.indicative_price if self.volume else None

    @property
    def imbalance(self) -> int:
        """Demand less supply at the price."""
        return self.demand - self.supply

    @property
    def unserved_demand(self) -> int:
        """What would be bought at the price, and is not on offer."""
        return self.demand - self.volume

    @property
    def unserved_supply(self) -> int:
        """What would be sold at the price, and is not asked for."""
        return self.supply - self.volume

    @property
    def binding_bound(self) -> str | None:
        """Return ``"ceiling"`` or ``"floor"`` where it keeps the price from clearing."""
        if self.indicative_price == self.ceiling_price and self.imbalance > 0:
            return "ceiling"
        if self.indicative_price == self.floor_price and self.imbalance < 0:
            return "floor"
        return None

    @property
    def turnover(self) -> int:
        """Volume times price: milli-fen, where they are in kg and fen per tonne."""
        return self.volume * self.indicative_price

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        if self.clearing_price is None:
            head = f"no trade; indicative price {self.indicative_price:,}"
        else:
            head = f"{self.volume:,} traded at {self.clearing_price:,}"
        first, last = self.equal_prices
        end = "any higher price" if last is None else f"{last:,}"
        lines = [
            f"{head} (reference {self.reference_price:,})",
            f"demand {self.demand:,}, supply {self.supply:,}; equally good: {first:,} to {end}",
        ]
        for name, left in (("bid", self.unserved_demand), ("offered", self.unserved_supply)):
            if left:
                where = f" at the {self.binding_bound}" if self.binding_bound else ""
                lines.append(f"{left:,} {name} and not served{where}")
        if lost := int(self.netted.sum()) // 2:
            lines.append(f"{lost:,} netted between orders of the same owners")
        return "\n".join(lines)

    def table(self) -> pl.DataFrame:
        """Return the orders with netted, fill and money, which buyers pay and sellers get."""
        signed = np.where(self.orders.is_bid, -self.fill, self.fill)
        return _order_table(self.orders).with_columns(
            netted=self.netted,
            fill=self.fill,
            unfilled=self.orders.quantity - self.netted - self.fill,
            money=signed * self.indicative_price,
        )

    def owners(self) -> pl.DataFrame:
        """Return owner, bought, sold and money, one row an owner by ascending number."""
        side, fill = pl.col("side"), pl.col("fill")
        return (
            self.table()
            .group_by("owner")
            .agg(
                bought=fill.filter(side == "bid").sum(),
                sold=fill.filter(side == "ask").sum(),
                money=pl.col("money").sum(),
            )
            .sort("owner")
        )

    def schedule(self) -> pl.DataFrame:
        """Return demand, supply, volume and imbalance by price, netted orders apart.

        One row for each limit between the bounds, for the bounds and for the price. Between
        two rows demand is that of the row above and supply that of the row below in price.
        """
        orders, kept = self.orders, self.orders.quantity - self.netted
        least = self.floor_price or 0
        most = MOST_PRICE if self.ceiling_price is None else self.ceiling_price
        named = [*orders.limit_price[~orders.is_market].tolist(), self.indicative_price, least]
        named += [] if self.ceiling_price is None else [most]
        prices = np.array(sorted({price for price in named if least <= price <= most}))
        bids, asks = orders.is_bid, ~orders.is_bid
        limit = np.where(orders.is_market, np.where(bids, MOST_PRICE, 0), orders.limit_price)
        demand = _quantity_from(prices, limit[bids], kept[bids])
        supply = _quantity_from(-prices, -limit[asks], kept[asks])
        return pl.DataFrame(
            {
                "price": prices,
                "demand": demand,
                "supply": supply,
                "volume": np.minimum(demand, supply),
                "imbalance": demand - supply,
            }
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class PrimaryAuctionResult:
    """An issue of allowances to the highest bids. Units are those of the bids.

    Parameters
    ----------
    bids : Orders
    offered : int
    reserve_price : int
    ceiling_price : int or None
    clearing_price : int or None
        The price that all pay; None where nothing is sold.
    demand : int
        Bids at the clearing price or above, at the reserve or above where nothing is sold;
        what a cap cuts apart.
    fill : (n,) array of int64
        What every bid buys.
    cut : (n,) array of int64
        What every bid lost to the cap on its owner.
    """

    bids: Orders
    offered: int
    reserve_price: int
    ceiling_price: int | None
    clearing_price: int | None
    demand: int
    fill: Integers
    cut: Integers

    @property
    def sold(self) -> int:
        """What is sold."""
        return min(self.demand, self.offered)

    @property
    def unsold(self) -> int:
        """What is left for a later auction, or to cancel."""
        return self.offered - self.sold

    @property
    def unserved_demand(self) -> int:
        """What would be bought at the price, and is not on offer."""
        return self.demand - self.sold

    @property
    def revenue(self) -> int:
        """Milli-fen, where quantities are in kg and prices in fen per tonne."""
        return self.sold * (self.clearing_price or 0)

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        price = f"at {self.clearing_price:,}" if self.clearing_price is not None else "nothing"
        lines = [
            f"{self.sold:,} of {self.offered:,} sold, {price} (reserve {self.reserve_price:,})",
            f"demand {self.demand:,}, revenue {self.revenue:,}",
        ]
        if lost := int(self.cut.sum()):
            lines.append(f"{lost:,} bid beyond the cap on an owner")
        return "\n".join(lines)

    def table(self) -> pl.DataFrame:
        """Return the bids with what was cut, their fill and the money they pay."""
        return _order_table(self.bids).with_columns(
            cut=self.cut,
            fill=self.fill,
            unfilled=self.bids.quantity - self.cut - self.fill,
            money=-self.fill * (self.clearing_price or 0),
        )


def _order_table(orders: Orders) -> pl.DataFrame:
    limit = pl.Series(orders.limit_price).set(pl.Series(orders.is_market), None)
    return pl.DataFrame(
        {
            "sequence": orders.sequence,
            "owner": orders.owner,
            "side": np.where(orders.is_bid, "bid", "ask"),
            "limit_price": limit,
            "quantity": orders.quantity,
        }
    )


def _quantity_from(prices: Integers, limit: Integers, quantity: Integers) -> Integers:
    """Return how much has a limit at each price or above."""
    order = np.argsort(limit)
    below = np.concatenate([[0], np.cumsum(quantity[order])])
    more: Integers = below[-1] - below[np.searchsorted(limit[order], prices)]
    return more
