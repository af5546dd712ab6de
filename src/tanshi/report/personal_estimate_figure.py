"""The figure of an estimation: every parameter with its interval, ordinary least squares beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.report.drawing import DARK, INK, LIGHT, MARGIN, SOFT, new_figure, paper_style

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from matplotlib.figure import Figure

LETTERS = {
    "beta_d": "β_d, buyers' sensitivity to service",
    "alpha_d": "α_d, worth of a trade to buyers",
    "beta_s": "β_s, sellers' sensitivity to service",
    "alpha_s": "α_s, worth of a trade to sellers",
    "service_effect_d": "qβ_d, effect of service on buyers",
    "service_effect_s": "qβ_s, effect of service on sellers",
}
APART = 0.16  # of a row, between the two estimators


def estimates_figure(table: pl.DataFrame) -> Figure:
    """Draw two-stage least squares with its interval, and ordinary least squares.

    Parameters
    ----------
    table : polars.DataFrame
        As in ``estimates.csv``.
    """
    figure, axes = new_figure(6.2, 0.9 + 0.55 * len(table))
    places = list(range(len(table)))
    values = table["estimate"].to_numpy()
    spans = [values - table["low"].to_numpy(), table["high"].to_numpy() - values]
    axes.errorbar(
        values,
        [place - APART for place in places],
        xerr=spans,
        fmt="o",
        color=DARK,
        markersize=4.5,
        elinewidth=1.4,
        capsize=0.0,
        label="two-stage least squares, with interval",
    )
    axes.plot(
        table["ols_estimate"].to_numpy(),
        [place + APART for place in places],
        "D",
        color=LIGHT,
        markersize=4.5,
        label="ordinary least squares, biased",
    )
    axes.axvline(0.0, color=SOFT, linewidth=0.6)
    axes.set_yticks(places, [LETTERS[name] for name in table["parameter"].to_list()])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlabel("in units of the spread of fixed utility")
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.2)
    return figure


def write_estimates_figure(table: pl.DataFrame, folder: Path) -> None:
    """Write estimates.svg, drawn from the table of the same name."""
    with paper_style(table):
        figure = estimates_figure(table)
        figure.savefig(folder / "estimates.svg", metadata={"Date": None}, **MARGIN)
