"""What all figures of the simulation's pages share."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from tanshi.report.drawing import DARK, LIGHT, MARGIN, MIDDLE, SOFT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKS = (("o", DARK), ("s", LIGHT), ("^", MIDDLE), ("D", SOFT))  # told apart in grey as well
GRID = {"color": "#e4e4e4", "linewidth": 0.6}


def as_svg(figure: Figure) -> str:
    """Return a figure as SVG: the same record, the same file."""
    buffer = StringIO()
    # Neither a date nor the version of the library.
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, **MARGIN)
    return buffer.getvalue()
