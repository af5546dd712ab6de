"""Figures of the page, drawn from the record and from nothing else.

Lines are told apart by marker and dash as well as by shade, so that they can be printed in
grey; the same record gives the same file.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from tanshi.report.drawing import (
    DARK,
    INK,
    LIGHT,
    MARGIN,
    MIDDLE,
    SOFT,
    STYLE,
    legend_above,
    new_figure,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINES = (
    {"color": DARK, "marker": "o", "linestyle": "-"},
    {"color": SOFT, "marker": "", "linestyle": "--"},
    {"color": LIGHT, "marker": "s", "linestyle": "-."},
    {"color": MIDDLE, "marker": "^", "linestyle": ":"},
)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_SHADES = (DARK, LIGHT, MIDDLE, SOFT)


def draw_lines(one: dict[str, Any]) -> str:
    """Return a recorded `Figure` as SVG, both axes logarithmic."""
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(5.2, 3.4)
        for series, line in zip(one["series"], _LINES, strict=False):
            axes.loglog(series["x"], series["y"], label=series["label"], markersize=4, **line)
        axes.set_xlabel(one["x_label"])
        axes.set_ylabel(one["y_label"])
        axes.xaxis.set_major_locator(FixedLocator(one["series"][0]["x"]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.grid(visible=True, which="major", color="#e4e4e4", linewidth=0.6)
        legend_above(axes, 2)
        return _svg(figure)


def draw_ratios(ratios: Sequence[tuple[str, str, float]]) -> str:
    """Return dots on a logarithmic axis: a line a task, a marker a peer.

    Parameters
    ----------
    ratios : sequence of (task, peer, median of the peer over Tanshi's)
    """
    tasks = list(dict.fromkeys(task for task, _, _ in ratios))
    peers = list(dict.fromkeys(peer for _, peer, _ in ratios))
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(7.2, 1.2 + 0.4 * len(tasks))
        for i, peer in enumerate(peers):
            places = [(tasks.index(task), ratio) for task, name, ratio in ratios if name == peer]
            axes.scatter(
                [ratio for _, ratio in places],
                [place for place, _ in places],
                marker=_MARKERS[i % len(_MARKERS)],
                s=26,
                color=_SHADES[i % len(_SHADES)],
                edgecolors=INK,
                linewidths=0.5,
                label=peer,
                zorder=3,
            )
        axes.set_xscale("log")
        axes.axvline(1.0, color=INK, linewidth=0.8)
        axes.set_yticks(range(len(tasks)), [task.replace(": ", "\n") for task in tasks])
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=True, axis="both", which="major", color="#e4e4e4", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.4g} ×"))
        axes.set_xlabel("median time over Tanshi's, logarithmic")
        legend_above(axes, 4)
        return _svg(figure)


def _svg(figure: Any) -> str:
    buffer = StringIO()
    # Neither a date nor the version of the library: the same record, the same file.
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, **MARGIN)
    return buffer.getvalue()
