"""Paper figures of counted populations: who sells, what trade does to emissions, who gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from tanshi.report.drawing import (
    DARK,
    INK,
    LIGHT,
    MIDDLE,
    SOFT,
    Picture,
    legend_above,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tanshi.study.personal_population import PopulationRun

PAPER = "paper"
PARTIES = ("government", "platform", "sellers", "buyers")
# Told apart in grey as well.
OF_PARTY = {"government": "#a63d2f", "platform": SOFT, "sellers": DARK, "buyers": LIGHT}
LINES = (
    (DARK, "-"),
    (DARK, (0, (5, 2))),
    (MIDDLE, "-"),
    (MIDDLE, (0, (5, 2))),
    (LIGHT, "-"),
    (LIGHT, (0, (5, 2))),
    (SOFT, "-"),
    (SOFT, (0, (1, 1.5))),
    (MIDDLE, (0, (1, 1.5))),
)
BAR = 0.8  # of the height of a row
PER_HEAD = "change of emissions by trade, tCO₂ a head"


def population_pictures(run: PopulationRun) -> dict[str, Picture]:
    """Return the figures with their numbers, by file name."""
    tables = run.tables()
    return {
        "population_supply": Picture(supply_data(run), supply_curves),
        "population_drift": Picture(drift_data(tables["distributions"]), drift_bars),
        "population_emissions": Picture(emission_data(tables["emissions"]), emission_cases),
        "population_gains": Picture(gain_data(tables["pareto"]), gains_by_party),
        "population_income": Picture(income_data(tables["income_groups"]), gains_by_income),
    }


def supply_data(run: PopulationRun) -> pl.DataFrame:
    """Return exact supply curves, each with the price posted for it, and the paper's price."""
    paper = run.check.cases[0]
    own = pl.DataFrame(
        [
            {
                "case": case.name,
                "own_price_cny_per_tco2": case.purchase_price,
                "own_supply_percent": 100.0 * case.supply_tco2 / run.check.could_sell_tco2,
            }
            for case in run.check.cases
        ]
    )
    posted = pl.lit(float(paper.sales.prices[0])).alias("paper_price_cny_per_tco2")
    return run.check.supply_curves().join(own, on="case", how="left").with_columns(posted)


def supply_curves(data: pl.DataFrame) -> Figure:
    """Draw the share supplied at a price, a line a population, with the price that clears."""
    figure, axes = new_figure(6.4, 4.0)
    cases = data["case"].unique(maintain_order=True).to_list()
    for at, case in enumerate(cases):
        part = data.filter(pl.col("case") == case)
        colour, style = (INK, "-") if case == PAPER else LINES[(at - 1) % len(LINES)]
        axes.plot(
            part["price_cny_per_tco2"].to_numpy(),
            part["supply_percent"].to_numpy(),
            color=colour,
            ls=style,
            lw=2.0 if case == PAPER else 1.2,
            label=case,
        )
        own = part.row(0, named=True)
        axes.plot(
            [own["own_price_cny_per_tco2"]],
            [own["own_supply_percent"]],
            "o",
            ms=6,
            color=colour,
            markeredgecolor="white",
            zorder=3,
        )
    axes.axvline(float(data["paper_price_cny_per_tco2"][0]), color=SOFT, lw=0.8, ls=":")
    axes.set_xlim(0.0, float(data["price_cny_per_tco2"].cast(pl.Float64).to_numpy().max()))
    axes.set_ylim(0.0, 102.0)
    axes.set_xlabel("purchase price, CNY/tCO₂ (dotted: the paper's; points: the platform's own)")
    axes.set_ylabel("supply, % of what could be sold")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def drift_data(table: pl.DataFrame) -> pl.DataFrame:
    """Return the changes against the paper's population, %."""
    return table.select(
        "case",
        "status",
        "supply_drift_percent",
        "price_change_percent",
        "profit_change_percent",
        "surplus_change_percent",
    ).filter(pl.col("case") != PAPER)


def drift_bars(data: pl.DataFrame) -> Figure:
    """Draw what other populations do at the paper's price, and after the platform prices anew."""
    panels = {
        "supply_drift_percent": "supply at\nthe paper's price",
        "price_change_percent": "purchase price,\npriced anew",
        "profit_change_percent": "platform's profit,\npriced anew",
        "surplus_change_percent": "sellers' surplus,\npriced anew",
    }
    rows = data.height
    figure = Figure(figsize=(7.2, 1.0 + 0.26 * max(rows, 1)))
    first = None
    for place, (column, title) in enumerate(panels.items(), start=1):
        axes = figure.add_subplot(1, len(panels), place, sharey=first)
        first = first or axes
        values = data[column].cast(pl.Float64).fill_null(0.0).to_numpy()
        colours = [DARK if value >= 0 else LIGHT for value in values]
        axes.barh(range(rows), values, BAR, color=colours, linewidth=0)
        axes.axvline(0.0, color=INK, lw=0.8)
        axes.set_title(title, size=8, loc="left")
        axes.tick_params(labelsize=7, labelleft=place == 1)
    if first is not None:
        names = [
            f"{case} *" if status == "jump" else case
            for case, status in data.select("case", "status").rows()
        ]
        first.set_yticks(range(rows), names)
        first.set_ylim(rows - 0.5, -0.5)
    star = "; * no single price clears" if "jump" in data["status"].to_list() else ""
    figure.supxlabel(f"change against the paper's population, %{star}", size=8)
    return figure


def emission_data(table: pl.DataFrame) -> pl.DataFrame:
    """Return the change a head of every case, named by what makes it one."""
    names = []
    for row in table.iter_rows(named=True):
        name, below = row["case"], f"{row['quota_cut_percent']:g} % below need"
        if row["offset_price_cny_per_tco2"] is not None:
            names.append(f"{name} at {row['offset_price_cny_per_tco2']:g}")
        elif row["retired_percent_of_sales"]:
            names.append(f"{name}, {row['retired_percent_of_sales']:g} % of sales")
        else:
            names.append(name if name.startswith("two") else f"{name}, {below}")
    return table.select(
        pl.Series("case", names),
        "selling_costs",
        "change_tco2_per_head",
        "joint_change_tco2_per_head",
        "direction",
        "status",
    )


def emission_cases(data: pl.DataFrame) -> Figure:
    """Draw the change of emissions in every case, without and with selling costs."""
    cases = data["case"].unique(maintain_order=True).to_list()
    figure, axes = new_figure(6.4, 1.1 + 0.3 * len(cases))
    looks = {False: (LIGHT, -0.2, "without selling costs"), True: (DARK, 0.2, "with them")}
    for costs, (colour, shift, label) in looks.items():
        part = data.filter(pl.col("selling_costs") == costs)
        at = [cases.index(case) + shift for case in part["case"]]
        axes.barh(
            at, part["change_tco2_per_head"].to_numpy(), BAR / 2, color=colour, label=label, lw=0
        )
        joint = part["joint_change_tco2_per_head"].to_numpy()
        linked = [case.startswith("offset") for case in part["case"]]
        axes.plot(
            joint[linked],
            np.array(at)[linked],
            "D",
            ms=4.5,
            color=colour,
            markeredgecolor=INK,
            ls="",
            label=None if costs else "with enterprises' offsets",
        )
    axes.axvline(0.0, color=INK, lw=0.8)
    axes.set_yticks(range(len(cases)), cases)
    axes.set_ylim(len(cases) - 0.5, -0.5)
    axes.set_xlabel(PER_HEAD)
    legend_above(axes, 3)
    return figure


def gain_data(table: pl.DataFrame) -> pl.DataFrame:
    """Return what each party gains a head, with the climate's share at its damage."""
    return table.filter(pl.col("party").is_in([*PARTIES, "climate"])).select(
        "case", "party", "gain_cny_per_head", "verdict"
    )


def gains_by_party(data: pl.DataFrame) -> Figure:
    """Draw gains and losses by party, stacked on both sides of nothing, a panel a kind of cap."""
    kinds = data["case"].str.split(",").list.first().unique(maintain_order=True).to_list()
    figure = Figure(figsize=(6.6, 0.9 + 1.15 * len(kinds)))
    colours = OF_PARTY | {"climate": "#7fa650"}
    for place, kind in enumerate(kinds, start=1):
        axes = figure.add_subplot(len(kinds), 1, place)
        part = data.filter(pl.col("case").str.starts_with(f"{kind},"))
        cases = part["case"].unique(maintain_order=True).to_list()
        left, right = np.zeros(len(cases)), np.zeros(len(cases))
        for party, colour in colours.items():
            rows = part.filter(pl.col("party") == party)
            gain = rows["gain_cny_per_head"].to_numpy()
            base = np.where(gain < 0.0, left, right)
            axes.barh(range(len(cases)), gain, BAR, left=base, color=colour, label=party, lw=0)
            left, right = left + np.minimum(gain, 0.0), right + np.maximum(gain, 0.0)
        axes.axvline(0.0, color=INK, lw=0.8)
        axes.set_yticks(range(len(cases)), [case.removeprefix(f"{kind}, ") for case in cases])
        axes.set_ylim(len(cases) - 0.5, -0.5)
        axes.set_title(kind, size=8, loc="left")
        axes.tick_params(labelsize=7)
    figure.supxlabel("gain against no trade, CNY a head of the population", size=8)
    _legend_below(figure, figure.axes[0])
    return figure


def income_data(table: pl.DataFrame) -> pl.DataFrame:
    """Return gains by income group under the penalty, or whatever caps there are."""
    payable = table.filter(pl.col("case").str.starts_with("payable"))
    rows = payable if payable.height else table
    return rows.select(
        "case",
        "income_group",
        "mean_income_cny",
        "seller_gain_cny_per_head",
        "buyer_gain_cny_per_head",
        "gain_percent_of_income",
    )


def gains_by_income(data: pl.DataFrame) -> Figure:
    """Draw gains as seller and as buyer by income group, and their share of income."""
    cases = data["case"].unique(maintain_order=True).to_list()
    figure = Figure(figsize=(2.3 * len(cases) + 0.6, 2.7))
    first = beside = None
    for place, case in enumerate(cases, start=1):
        axes = figure.add_subplot(1, len(cases), place, sharey=first)
        part = data.filter(pl.col("case") == case)
        groups = part["income_group"].to_numpy()
        sold, bought = (
            part[f"{side}_gain_cny_per_head"].to_numpy() for side in ("seller", "buyer")
        )
        axes.bar(groups, sold, BAR, color=DARK, label="as seller", lw=0)
        axes.bar(groups, bought, BAR, bottom=sold, color=LIGHT, label="as buyer", lw=0)
        share = axes.twinx()
        if beside is not None:
            share.sharey(beside)
        share.plot(groups, part["gain_percent_of_income"].to_numpy(), "o-", ms=3, lw=1, color=INK)
        share.spines["right"].set_visible(True)
        share.set_ylim(bottom=0.0)
        last = place == len(cases)
        share.tick_params(labelsize=7, labelright=last)
        axes.tick_params(labelsize=7, labelleft=place == 1)
        axes.set_title(case, size=8, loc="left")
        axes.set_xticks(groups)
        if last:
            share.set_ylabel("% of income (line)", size=8)
        first, beside = first or axes, beside or share
    if first is not None:
        first.set_ylabel("CNY a head (bars)", size=8)
        figure.supxlabel("income group, the poorest first", size=8)
        _legend_below(figure, first)
    return figure


def _legend_below(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    place: dict[str, Any] = {"loc": "outside lower center", "ncols": len(labels), "fontsize": 7.5}
    figure.legend(handles, labels, **place)
