"""How far a study reproduces the paper: published, ours, difference, reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanshi.floor import set_price_floor
from tanshi.frontier import estimate_abatement_costs, estimate_quantile_frontier
from tanshi.study import published
from tanshi.study.comparison import compared
from tanshi.study.floor_chain import follow_floor
from tanshi.study.price_replication import path_rows, premium_rows, price_rows

if TYPE_CHECKING:
    from tanshi.frontier import AbatementCosts
    from tanshi.study.floor_chain import FloorChain
    from tanshi.study.price_effects import PriceEffects
    from tanshi.study.scenario import Scenario
    from tanshi.study.sources import StudyData

PAPER_LIKE_OUTPUT = "gdp_paperlike"
ITEMS = ("Table 2", "Section 4.2", "Table 3", "Eq. 22", "Section 5")
DECIMALS = 1  # a number counts as reproduced when it agrees to one decimal

_REASONS = {
    "labour": (
        "private-enterprise and self-employed employment, not total employment; mean and "
        "deviation agree to two decimals, the extremes to one"
    ),
    "capital": (
        "the paper does not give the starting stock of Eq. 18, nor how 2018 investment, which "
        "provinces did not publish, was filled in"
    ),
    "output": (
        "correct constant prices: the base year's value chained by the volume index; the print "
        "is nearest to nominal GDP divided by the volume index"
    ),
    PAPER_LIKE_OUTPUT: (
        "nominal GDP before the 2018 census revision, divided by the volume index: nearest to "
        "the print, but not constant-price output"
    ),
    "emissions": (
        "eight fuels with IPCC 2006 factors; the paper's factors and its treatment of 2018, "
        "whose fuels were not published, are not stated"
    ),
    "level": (
        "the paper's capital, emissions and choice among crossing quantiles cannot be "
        "reconstructed from the text; the order of provinces is reproduced only in part"
    ),
    "floor": (
        "Table 3 implies 58.31 / 1.029 for 2019; the floor rests on one province in one year and "
        "moves with most choices of the sensitivity table"
    ),
    "trend": "direction of the equivalent cost, 2018 against 2013, CNY/tCO2",
}


def covers_the_paper(data: StudyData) -> bool:
    """Whether the data are real and of the paper's provinces and years."""
    years = set(data.panel.time.tolist())
    same_years = (min(years), max(years)) == published.PANEL_YEARS
    same_units = len(set(data.panel.unit)) == published.PANEL_UNITS
    known = published.LOWEST_AVERAGE[0] in data.panel.unit
    return not data.pack.synthetic and same_years and same_units and known


def replication_table(
    data: StudyData,
    scenario: Scenario,
    costs: AbatementCosts,
    chain: FloorChain,
    effects: PriceEffects | None,
) -> pl.DataFrame:
    """Compare with Table 2, section 4.2 and the start of Table 3.

    Parameters
    ----------
    data : StudyData
        For which `covers_the_paper` holds.
    scenario : Scenario
    costs : AbatementCosts
        Of the scenario; the paper-like definition of output is estimated beside it.
    chain : FloorChain
    effects : PriceEffects or None

    Returns
    -------
    polars.DataFrame
        Columns item, quantity, output_column, published, ours, difference_percent,
        reproduced, reason. Names and directions stand as text.
    """
    rows = _moment_rows(data)
    in_use = data.header("output")
    rows += _cost_rows(costs, in_use)
    if PAPER_LIKE_OUTPUT in data.variants["output"]:
        estimate = estimate_quantile_frontier(
            data.frontier_inputs({"output": PAPER_LIKE_OUTPUT}),
            taus=scenario.frontier.taus,
            null_jointness=scenario.frontier.null_jointness,
        )
        paper_like = estimate_abatement_costs(
            estimate,
            payment_rule=scenario.frontier.payment_rule,
            payment_share=scenario.frontier.payment_share,
            position=scenario.frontier.position,
        )
        rows += _cost_rows(paper_like, PAPER_LIKE_OUTPUT)
        floor = set_price_floor(paper_like.unit, paper_like.period, paper_like.mac_cny_per_tco2)
        paper_like_chain = follow_floor(data, scenario, paper_like, floor)
        rows += path_rows(chain, in_use) + path_rows(paper_like_chain, PAPER_LIKE_OUTPUT)
    else:
        rows += path_rows(chain, in_use)
    premium = scenario.floor.green_premium.premium_cny_per_kwh
    rows += premium_rows(
        {premium[grid]: price for grid, price in chain.green_premium_cny_per_tco2.items()}
    )
    if effects is not None:
        rows += price_rows(effects, data.pack)
    rows.sort(key=lambda row: ITEMS.index(str(row["item"])))  # stable: as found within an item
    return pl.DataFrame(rows)


def _number(
    item: str, quantity: str, output: str, *, printed: float, ours: float, reason: str
) -> dict[str, object]:
    return compared(
        item,
        quantity,
        output,
        published=f"{printed:.2f}",
        ours=f"{ours:.2f}",
        difference=ours / printed - 1.0,
        reproduced=f"{ours:.{DECIMALS}f}" == f"{printed:.{DECIMALS}f}",
        reason=reason,
    )


def _moment_rows(data: StudyData) -> list[dict[str, object]]:
    columns = [(role, data.header(role)) for role in published.TABLE_2]
    if PAPER_LIKE_OUTPUT in data.variants["output"]:
        columns.append(("output", PAPER_LIKE_OUTPUT))
    rows = []
    for role, header in columns:
        values = data.column(header)
        ours = (values.mean(), values.std(), values.max(), values.min())
        for moment, printed, found in zip(
            published.MOMENTS, published.TABLE_2[role], ours, strict=True
        ):
            what = f"{role}: {moment}"
            reason = _REASONS[header if header == PAPER_LIKE_OUTPUT else role]
            rows.append(
                _number("Table 2", what, header, printed=printed, ours=float(found), reason=reason)
            )
    return rows


def _cost_rows(costs: AbatementCosts, output: str) -> list[dict[str, object]]:
    """Return section 4.2 and the start of Table 3, for one definition of output."""
    item, level = "Section 4.2", _REASONS["level"]
    averages = costs.averages()
    mean = dict(averages.iter_rows())
    extremes = {
        "lowest": (published.LOWEST_AVERAGE, averages["unit"][0]),
        "highest": (published.HIGHEST_AVERAGE, averages["unit"][-1]),
    }
    rows = []
    for word, ((unit, value), found) in extremes.items():
        what = f"province with the {word} average"
        same = unit == found
        rows.append(
            compared(item, what, output, published=unit, ours=found, reproduced=same, reason=level)
        )
        what = f"average of {unit}"
        rows.append(_number(item, what, output, printed=value, ours=mean[unit], reason=level))
    floor = set_price_floor(costs.unit, costs.period, costs.mac_cny_per_tco2)
    rows.append(
        _number(
            "Table 3",
            "floor of 2019, the least cost of 2018",
            output,
            printed=published.TABLE_3[2020] / published.CPI_2019,
            ours=floor.price_cny_per_tco2,
            reason=_REASONS["floor"],
        )
    )
    return rows + _trend_rows(costs, output)


def _trend_rows(costs: AbatementCosts, output: str) -> list[dict[str, object]]:
    first, last = published.PANEL_YEARS
    places = zip(costs.unit, costs.period.tolist(), strict=True)
    at = dict(zip(places, costs.mac_cny_per_tco2.tolist(), strict=True))
    rows = []
    for unit in (*published.FALLING, *published.RISING):
        printed = "falls" if unit in published.FALLING else "rises"
        start, end = at[unit, first], at[unit, last]
        ours = "falls" if end < start else "rises"
        rows.append(
            compared(
                "Section 4.2",
                f"trend of {unit}",
                output,
                published=printed,
                ours=f"{ours}, {start:.1f} to {end:.1f}",
                reproduced=printed == ours,
                reason=_REASONS["trend"],
            )
        )
    return rows
