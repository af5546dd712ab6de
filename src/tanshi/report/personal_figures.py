"""Paper figures of a personal market: one platform by offset ratio and price, two sides by service.

Every line of text in them is in the catalogue, so the page can set them in Chinese as well.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from tanshi.report.drawing import DARK, INK, LIGHT, MIDDLE, SOFT, UNIT, Picture, new_figure
from tanshi.report.personal_game_figures import FIGURES as GAME_FIGURES
from tanshi.report.personal_population_figures import population_pictures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from tanshi.study.personal_game import GameStudy
    from tanshi.study.personal_joined import PersonalRun

# Of the three cases, light enough for lines on them to be seen, and apart in grey.
CASES = {"interior": "#ffffff", "capped": "#d5dde2", "rationed": "#efe3d2"}
CASE_NAMES = {
    "interior": "all demand is served",
    "capped": "all people sell",
    "rationed": "rationed: enterprises pay no more",
}
MARKS: dict[str, dict[str, Any]] = {
    "in use": {"ls": "-", "color": INK, "lw": 1.1},
    "published optimum": {"ls": (0, (5, 2)), "color": DARK, "lw": 1.1},
    "exact optimum": {"ls": (0, (1, 1.5)), "color": DARK, "lw": 1.6},
    "best for profit": {"ls": (0, (5, 2)), "color": LIGHT, "lw": 1.1},
    "best for welfare": {"ls": (0, (5, 2)), "color": DARK, "lw": 1.1},
    "the scenario's": {"ls": (0, (1, 1.5)), "color": INK, "lw": 1.2},
    "floor of the study": {"ls": (0, (5, 2)), "color": MIDDLE, "lw": 1.2},
    "market under benchmarks": {"ls": (0, (3, 1, 1, 1)), "color": DARK, "lw": 1.2},
}
# The second often lies on the third, so it is larger and hollow.
OBJECTIVES: dict[str, tuple[dict[str, Any], str]] = {
    "profit": ({"marker": "o", "ms": 6.5, "color": LIGHT}, "profit maximum"),
    "break-even": ({"marker": "D", "ms": 9, "mfc": "none"}, "welfare without a loss"),
    "welfare": ({"marker": "s", "ms": 5.5, "color": DARK}, "welfare maximum"),
}


def personal_pictures(run: PersonalRun) -> dict[str, Picture]:
    """Return the figures of a personal market with their numbers, by file name."""
    found = {
        "personal_offset": Picture(run.curves["offset"], offset_curves),
        "personal_price": Picture(run.curves["price"], price_curves),
        "personal_service": Picture(run.curves["service"], service_curves),
        "personal_objectives": Picture(objective_data(run.objectives), objective_dots),
        "personal_adoption": Picture(adoption_data(run.curves["adoption"], run), adoption_regions),
    }
    if run.game is not None:
        found |= _game_pictures(run.game)
    if run.population is not None:
        pictures = population_pictures(run.population)
        found |= {f"personal_{name}": picture for name, picture in pictures.items()}
    return found


def _game_pictures(game: GameStudy) -> dict[str, Picture]:
    """Return the figures of a game; none of what was not asked for."""
    tables = {
        "portraits": game.portraits,
        "trajectories": game.trajectories,
        "claim": game.claim,
        "levers": game.levers,
    }
    return {
        f"personal_game_{name}": Picture(table, GAME_FIGURES[name])
        for name, table in tables.items()
        if len(table)
    }


def offset_curves(data: pl.DataFrame) -> Figure:
    """Draw prices, gains and total welfare over the offset ratio, the cases shaded."""
    x = (100.0 * data["offset_ratio"]).to_numpy()
    figure, (prices, gains, welfare) = _panels(3)
    _lines(
        prices,
        data,
        x,
        {
            "allowance_price_cny_per_tco2": (SOFT, (0, (5, 2)), "allowance price"),
            "sale_price_cny_per_tco2": (DARK, "-", "sale price"),
            "net_purchase_price_cny_per_tco2": (LIGHT, "-", "purchase price"),
        },
    )
    prices.set_ylabel(UNIT)
    _lines(
        gains,
        data,
        x,
        {
            "platform_profit_1e6_cny": (DARK, "-", "profit of the platform"),
            "user_surplus_1e6_cny": (LIGHT, "-", "surplus of sellers"),
            "buyer_surplus_1e6_cny": (MIDDLE, (0, (4, 1.5)), "savings of enterprises"),
        },
    )
    gains.set_ylabel("million CNY")
    _lines(
        welfare,
        data,
        x,
        {"total_welfare_1e6_cny": (DARK, "-", "total welfare")},
    )
    welfare.set_ylabel("million CNY")
    panels = [prices, gains, welfare]
    _shade(panels, x, data)
    _mark(panels, x, data)
    welfare.set_xlabel("offset ratio, % of the enterprises' emissions")
    _legends(figure, panels, cases=set(data["status"]), marks=data)
    return figure


def price_curves(data: pl.DataFrame) -> Figure:
    """Draw prices and participation over the allowance price, the cases shaded."""
    x = data["allowance_price_cny_per_tco2"].to_numpy()
    figure, (prices, shares) = _panels(2)
    _lines(
        prices,
        data,
        x,
        {
            "sale_price_cny_per_tco2": (DARK, "-", "sale price"),
            "net_purchase_price_cny_per_tco2": (LIGHT, "-", "purchase price"),
        },
    )
    prices.set_ylabel(UNIT)
    _lines(shares, data, x, {"participation_percent": (DARK, "-", "people who sell")})
    shares.set_ylabel("people, %")
    _shade([prices, shares], x, data)
    _mark([prices, shares], x, data)
    shares.set_xlabel("allowance price, CNY/tCO₂")
    _legends(figure, [prices, shares], cases=set(data["status"]), marks=data)
    return figure


def service_curves(data: pl.DataFrame) -> Figure:
    """Draw greatest profit and welfare, and participation at each, over the service level."""
    x = data["service_level"].to_numpy()
    figure, (values, shares) = _panels(2)
    looks: dict[str, Any] = {
        "profit": (LIGHT, "-", "greatest profit"),
        "welfare": (DARK, "-", "greatest welfare"),
    }
    _lines(values, data, x, looks)
    values.set_ylabel("value range of a user = 1")
    looks = {
        "welfare_sellers_percent": (DARK, "-", "sellers, welfare"),
        "welfare_buyers_percent": (DARK, (0, (4, 1.5)), "buyers, welfare"),
        "profit_sellers_percent": (LIGHT, "-", "sellers, profit"),
        "profit_buyers_percent": (LIGHT, (0, (4, 1.5)), "buyers, profit"),
    }
    _lines(shares, data, x, looks)
    shares.set_ylabel("participation, %")
    shares.set_ylim(0.0, 104.0)
    _mark([values, shares], x, data)
    shares.set_xlabel("service level")
    _legends(figure, [values, shares], cases=set(), marks=data)
    return figure


def objective_data(objectives: pl.DataFrame) -> pl.DataFrame:
    """Return objective, group (participation, fee, who has what), quantity and value."""
    return objectives.unpivot(
        index="objective",
        on=[
            "buyers_percent",
            "sellers_percent",
            "fee_buyers",
            "fee_sellers",
            "profit",
            "surplus_buyers",
            "surplus_sellers",
            "welfare",
        ],
        variable_name="quantity",
        value_name="value",
    )


def objective_dots(data: pl.DataFrame) -> Figure:
    """Draw participation, fees and gains under the three objectives, a panel each."""
    panels = {
        "participation, %": {"buyers_percent": "buyers", "sellers_percent": "sellers"},
        "registration fee": {"fee_buyers": "buyers", "fee_sellers": "sellers"},
        "what each has": {
            "surplus_buyers": "surplus of buyers",
            "surplus_sellers": "surplus of sellers",
            "profit": "profit of the platform",
            "welfare": "all together",
        },
    }
    figure = Figure(figsize=(7.2, 3.9))
    rows = [len(names) for names in panels.values()]
    grid = figure.add_gridspec(3, 1, height_ratios=[count + 0.9 for count in rows])
    for place, (title, names) in enumerate(panels.items()):
        axes = figure.add_subplot(grid[place])
        for objective, (mark, label) in OBJECTIVES.items():
            part = data.filter(
                pl.col("objective") == objective, pl.col("quantity").is_in(list(names))
            )
            at = [list(names).index(quantity) for quantity in part["quantity"]]
            look: dict[str, Any] = {"ls": "", "label": label, "mec": INK, "mew": 0.5}
            axes.plot(part["value"].to_numpy(), at, **mark, **look)
        axes.set_yticks(range(len(names)), list(names.values()))
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.grid(axis="y", color="#e4e8ec", lw=0.6)
        axes.set_axisbelow(True)
        axes.axvline(0.0, color=SOFT, lw=0.8)
        axes.set_title(title, size=8, loc="left")
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def adoption_data(table: pl.DataFrame, run: PersonalRun) -> pl.DataFrame:
    """Return the map with the scenario's own point as its last row."""
    adoption, inputs = run.two_sided.adoption, run.two_sided.inputs
    here = pl.DataFrame(
        {
            "blockchain_unit_cost": [float(inputs["blockchain_unit_cost"][0])],
            "service_level": [float(inputs["service_level"][0])],
            "platform_margin": [float(adoption.platform_margin[0])],
            "society_margin": [float(adoption.society_margin[0])],
            "mark": ["in use"],
        }
    )
    return pl.concat([table.with_columns(mark=pl.lit("")), here])


def adoption_regions(data: pl.DataFrame) -> Figure:
    """Draw where the blockchain pays for the platform, and where for society."""
    table, here = data.filter(pl.col("mark") == ""), data.filter(pl.col("mark") == "in use")
    costs = table["blockchain_unit_cost"].unique().sort().to_numpy()
    levels = table["service_level"].unique().sort().to_numpy()
    shape = (len(costs), len(levels))
    platform, society = (
        table[name].to_numpy().reshape(shape).T for name in ("platform_margin", "society_margin")
    )
    figure, axes = new_figure(7.2, 3.6)
    # Either may pay without the other, so one is a shade and the other a hatching.
    regions: dict[str, tuple[Any, dict[str, Any]]] = {
        "pays for society": (society, {"colors": ["#a9cbc3"]}),
        "pays for the platform": (platform, {"colors": "none", "hatches": ["////"]}),
    }
    for values, look in regions.values():
        if values.max() > 0.0:
            axes.contourf(costs, levels, values, levels=[0.0, values.max()], **look)
            axes.contour(costs, levels, values, levels=[0.0], colors=[INK], linewidths=0.9)
    names = list(regions)
    handles: list[Any] = [
        Patch(facecolor="#a9cbc3", edgecolor=INK, label=names[0]),
        Patch(facecolor="none", edgecolor=INK, hatch="////", label=names[1]),
    ]
    (mark,) = axes.plot(
        here["blockchain_unit_cost"].to_numpy(),
        here["service_level"].to_numpy(),
        "o",
        ms=6,
        color=INK,
        mec="white",
        ls="",
        label="in use",
    )
    axes.set_xlabel("unit cost of the blockchain")
    axes.set_ylabel("service level")
    figure.legend(handles=[*handles, mark], loc="outside lower center", ncols=3)
    return figure


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(7.2, 0.6 + 1.75 * count))
    first = figure.add_subplot(count, 1, 1)
    others = [figure.add_subplot(count, 1, 1 + k, sharex=first) for k in range(1, count)]
    for axes in (first, *others)[:-1]:
        axes.tick_params(labelbottom=False)
    return figure, [first, *others]


def _lines(axes: Axes, data: pl.DataFrame, x: Any, looks: Mapping[str, Any]) -> None:
    for name, (colour, style, label) in looks.items():
        axes.plot(x, data[name].to_numpy(), color=colour, ls=style, lw=1.6, label=label)
    axes.margins(x=0.0)


def _shade(panels: list[Axes], x: Any, data: pl.DataFrame) -> None:
    """Shade each stretch of one case; it ends where the next one begins."""
    statuses = data["status"].to_list()
    at = 0
    for status, run in groupby(statuses):
        count = len(list(run))
        end = x[min(at + count, len(x) - 1)]
        for axes in panels:
            axes.axvspan(x[at], end, color=CASES[status], zorder=0, lw=0)
        at += count


def _mark(panels: list[Axes], x: Any, data: pl.DataFrame) -> None:
    for place, names in zip(x, data["mark"].to_list(), strict=True):
        for name in names.split("; "):
            if name in MARKS:
                for axes in panels:
                    axes.axvline(place, **MARKS[name], zorder=1.5)


def _legends(figure: Figure, panels: list[Axes], *, cases: set[str], marks: pl.DataFrame) -> None:
    """Put each panel's lines beside it, and cases and marks below all."""
    for axes in panels:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    shaded = [
        Patch(facecolor=CASES[name], edgecolor=SOFT, label=CASE_NAMES[name])
        for name in CASES
        if name in cases
    ]
    there = {name for names in marks["mark"] for name in names.split("; ")}
    lines = [
        panels[0].plot([], [], label=name, **look)[0]
        for name, look in MARKS.items()
        if name in there
    ]
    figure.legend(handles=[*lines, *shaded], loc="outside lower center", ncols=3)
