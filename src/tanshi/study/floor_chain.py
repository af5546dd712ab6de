"""The floor and what surrounds it: its path, the market, green power, who acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.data.market_prices import load_market_prices
from tanshi.floor import (
    MarketYear,
    abatement_supply,
    compare_market,
    green_premium_price,
    index_floor,
)
from tanshi.study import published

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanshi.data.market_prices import MarketPrices
    from tanshi.floor import AbatementSupply, FloorPath, PriceFloor
    from tanshi.frontier import AbatementCosts
    from tanshi.study.scenario import Scenario
    from tanshi.study.sources import StudyData

PAPER_MARKET = "Zhang & Chang (2025), Table 4"


@dataclass(frozen=True, eq=False, kw_only=True)
class FloorChain:
    """What follows from a floor.

    Parameters
    ----------
    path : FloorPath
    market : tuple of MarketYear
        By year and board.
    market_source : str
        File, or the paper's table.
    green_premium_cny_per_tco2 : dict of str to float
        Grid to the carbon price inside its premium.
    supply : AbatementSupply
        Of the observed period.
    market_sha256 : dict of str to str
        File to hash; empty for the paper's table.
    """

    path: FloorPath
    market: tuple[MarketYear, ...]
    market_source: str
    green_premium_cny_per_tco2: dict[str, float]
    supply: AbatementSupply
    market_sha256: dict[str, str]


def follow_floor(
    data: StudyData, scenario: Scenario, costs: AbatementCosts, floor: PriceFloor
) -> FloorChain:
    """Return path, market comparison, green premium and supply curve.

    Raises
    ------
    InputError
        A CPI year is missing, or the market file has faults.
    """
    section = scenario.floor
    path = index_floor(
        floor,
        section.cpi,
        last_year=max(section.last_year, floor.applies_to),
        rule=section.rule,
        escalator_percent=section.escalator_percent,
        price_base=section.price_base,
        base_year=scenario.accounts.base_year,
    )
    prices = None if section.market is None else load_market_prices(section.market)
    market = (
        yearly_market(path.as_mapping())
        if prices is None
        else daily_market(prices, path.as_mapping())
    )
    premium = section.green_premium
    in_period = np.asarray(costs.period) == floor.observed_period
    rows = np.flatnonzero(in_period).tolist()
    emissions = data.panel.values["emissions"] * data.scale("emissions", data.header("emissions"))
    return FloorChain(
        path=path,
        market=market,
        market_source=PAPER_MARKET if prices is None else prices.source,
        green_premium_cny_per_tco2={
            grid: green_premium_price(
                value,
                coal_g_per_kwh=premium.coal_g_per_kwh,
                coal_factor_kgco2_per_kg=premium.coal_factor_kgco2_per_kg,
            )
            for grid, value in premium.premium_cny_per_kwh.items()
        },
        supply=abatement_supply(
            [costs.unit[i] for i in rows], costs.mac_cny_per_tco2[rows], emissions[rows]
        ),
        market_sha256={} if prices is None else {prices.source: prices.sha256},
    )


def daily_market(prices: MarketPrices, floor: Mapping[int, float]) -> tuple[MarketYear, ...]:
    """Return a file of daily trades by year and board, beside the floor."""
    return compare_market(
        prices.year,
        prices.board,
        price_cny_per_t=prices.price,
        volume_t=prices.volume_t,
        turnover_cny=prices.turnover_cny,
        floor_cny_per_tco2=floor,
    )


def yearly_market(floor: Mapping[int, float]) -> tuple[MarketYear, ...]:
    """Return the paper's yearly market table beside the floor; no daily shares exist."""
    return tuple(
        MarketYear(
            year=year,
            board=board,
            mean_cny_per_t=mean,
            low_cny_per_t=low,
            high_cny_per_t=high,
            volume_share_percent=share,
            volume_below_floor_percent=None,
            days=None,
            days_below_floor=None,
            floor_cny_per_tco2=floor.get(year),
        )
        for year, boards in published.TABLE_4.items()
        for board, (mean, low, high, share) in boards.items()
    )
