"""The uniform-price call auction on integers that simulated markets and real ones share."""

from tanshi.auction._kernels import Book, PriceRule, clear_book
from tanshi.auction.call import clear_auction
from tanshi.auction.orders import ASK, BID, Orders
from tanshi.auction.primary import clear_primary_auction
from tanshi.auction.results import AuctionResult, PrimaryAuctionResult

__all__ = [
    "ASK",
    "BID",
    "AuctionResult",
    "Book",
    "Orders",
    "PriceRule",
    "PrimaryAuctionResult",
    "clear_auction",
    "clear_book",
    "clear_primary_auction",
]
