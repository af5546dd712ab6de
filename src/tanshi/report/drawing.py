"""What the paper figures share: a picture with its data, style, axes and shades.

A figure is drawn from a table and from nothing else, and the table is written beside it, so
the numbers in the file are the numbers in the drawing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width
from warnings import catch_warnings, filterwarnings

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

UNIT = "CNY/tCO₂"
INK, SOFT = "#1c2733", "#8d8d8d"
# Told apart in grey as well: dark, light, middle.
DARK, LIGHT, MIDDLE = "#0b3f45", "#d9a066", "#5f7f99"
HEAT = "YlGnBu"  # ever darker, in grey too
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "figure.constrained_layout.use": True,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "text.parse_math": False,  # a unit may be called $A$
    "svg.fonttype": "none",  # text stays text: searchable, and set in the reader's fonts
    "svg.hashsalt": "tanshi",  # the same file for the same result
}
# Text is set in the reader's fonts, which may be wider than those measured here.
MARGIN: dict[str, Any] = {"bbox_inches": "tight", "pad_inches": 0.3}
# Measured with, where a name is Chinese and the machine has one of them.
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Noto Serif CJK SC",
    "Noto Serif CJK JP",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
)
FEWEST_TICKS, MOST_TICKS = 3, 9
DECADES = 5  # a cost below this many powers of ten under the greatest is drawn near 0


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure and the numbers in it.

    Parameters
    ----------
    data : polars.DataFrame
        Exactly the numbers drawn; units in the column names.
    draw : callable
        From that table to the figure.
    """

    data: pl.DataFrame
    draw: Callable[[pl.DataFrame], Figure]


@contextmanager
def paper_style(table: pl.DataFrame) -> Iterator[None]:
    """Set style and fonts for the drawing and the saving of one figure.

    Without a Chinese font a Chinese name is measured too small, but still written as text,
    which the reader's machine sets.
    """
    chinese = [name for name in CHINESE_FONTS if _is_wide(table) and name in _installed()]
    families: dict[Any, Any] = {"font.sans-serif": ["DejaVu Sans", *chinese[:1]]}
    with mpl.rc_context(STYLE | families), catch_warnings():
        filterwarnings("ignore", message=r"Glyph \d+ .* missing from font")
        yield


def _is_wide(table: pl.DataFrame) -> bool:
    texts = table.select(pl.col(pl.String).unique().implode().list.join(""))
    return any(east_asian_width(one) in "WF" for row in texts.rows() for one in "".join(row))


def _installed() -> set[str]:
    return {font.name for font in fontManager.ttflist}


def new_figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of so many inches with one pair of axes."""
    figure = Figure(figsize=(width, height))
    return figure, figure.add_subplot()


def shades(count: int) -> list[Any]:
    """Return colours from light to dark that stay apart when printed in grey."""
    places = np.linspace(0.25, 1.0, count) if count > 1 else [0.8]
    return [mpl.colormaps["GnBu"](place) for place in places]


def legend_above(axes: Axes, count: int) -> None:
    """Put the legend above the axes, where it covers nothing."""
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=count, borderaxespad=0.2)


def cost_scale(axes: Axes, costs: Array, *, which: str = "y") -> None:
    """Set an axis of costs, which may span orders of magnitude and be 0.

    Logarithmic, with labels at 1, 2 and 5 times powers of ten; where there are costs of 0, or
    costs next to nothing, linear from 0 to the least power of ten that matters.
    """
    finite = costs[np.isfinite(costs)]
    positive = finite[finite > 0]
    if not len(positive):
        return
    low, high = float(positive.min()), float(positive.max())
    least = max(low, high / 10.0**DECADES)
    scale = axes.set_yscale if which == "y" else axes.set_xscale
    limits = axes.set_ylim if which == "y" else axes.set_xlim
    axis = axes.yaxis if which == "y" else axes.xaxis
    if len(finite) > len(positive) or low < least:
        threshold = 10.0 ** np.floor(np.log10(least))
        scale("symlog", linthresh=threshold, linscale=0.5)
        ticks = [0.0, *_ticks(threshold, high * 1.25)]
        limits(-0.08 * threshold, high * 1.25)
    else:
        scale("log")
        ticks = _ticks(low / 1.25, high * 1.25)
        limits(low / 1.25, high * 1.25)
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(StrMethodFormatter("{x:,g}"))


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two positive ones, some three to nine.

    Examples
    --------
    >>> _ticks(8, 640), _ticks(0.5, 4e5), _ticks(230.0, 410.0)
    ([10.0, 20.0, 50.0, 100.0, 200.0, 500.0], [1.0, 10.0, 100.0, 1000.0, 10000.0, 100000.0], \
[240.0, 280.0, 320.0, 360.0, 400.0])
    """
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [float(f"{step}e{power}") for power in powers for step in steps]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) <= MOST_TICKS:
            break
    if len(ticks) >= FEWEST_TICKS:
        return ticks
    even = mpl.ticker.MaxNLocator(5, steps=[1, 2, 4, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in even if low <= tick <= high]


def log_norm(values: Array) -> LogNorm:
    """Return a logarithmic colour scale over the positive finite values."""
    positive = values[np.isfinite(values) & (values > 0)]
    if not len(positive):
        return LogNorm(1.0, 10.0)
    return LogNorm(float(positive.min()), float(positive.max()))


def colour_of(value: float, norm: Normalize) -> Any:
    """Return the colour of a cost on a scale; white for one that is not finite."""
    if not np.isfinite(value):
        return (1.0, 1.0, 1.0, 1.0)
    return mpl.colormaps[HEAT](float(norm(max(value, float(norm.vmin or 0.0)))))


def ink_on(colour: Any) -> str:
    """Return the colour of letters that can be read on a colour."""
    return "white" if float(np.dot(colour[:3], (0.299, 0.587, 0.114))) < 0.5 else INK
