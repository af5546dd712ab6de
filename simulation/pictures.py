"""Figures of the page, drawn from the record and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

from simulation.cells import ELSEWHERE, LARGE, NOISES, Cell
from simulation.drawn import GRID, MARKS, as_svg
from simulation.measures import LEVELS, WAYS
from simulation.wording import WAYS_IN_WORDS, WHERE, drawn, size
from tanshi.report.drawing import INK, STYLE, legend_above, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulation.record import Findings

SHIFT = 0.16  # between marks of one line


def pictures(findings: Findings) -> dict[str, str]:
    """Return the figures that the record has the numbers for, as SVG by file name."""
    drawings = {}
    if findings.known("coverage"):
        drawings["monte_carlo_coverage.svg"] = _coverage
        drawings["monte_carlo_floor.svg"] = _floor
    if has_bias_picture(findings):
        drawings["monte_carlo_bias.svg"] = _bias
    with mpl.rc_context(STYLE):
        return {name: as_svg(draw(findings)) for name, draw in drawings.items()}


def has_bias_picture(findings: Findings) -> bool:
    """Return whether bias was simulated at the size that is drawn."""
    return any(cell.units == LARGE for cell in findings.known("bias"))


def _coverage(findings: Findings) -> Figure:
    """Draw the share of true costs covered, a line a cell, with two Monte Carlo errors."""
    cells = findings.known("coverage")
    return _lines(
        findings,
        cells,
        {f"cost_{level}": f"nominal {level} %" for level in LEVELS},
        x_label="true costs covered, %",
        nominal=LEVELS,
    )


def _floor(findings: Findings) -> Figure:
    """Draw how often the true floor is covered, a line a cell, a marker a way."""
    cells = findings.known("coverage")
    return _lines(
        findings,
        cells,
        {f"floor_{way}_90": WAYS_IN_WORDS[way] for way in WAYS},
        x_label="panels whose true floor is covered by a nominal 90 % interval, %",
        nominal=(90,),
    )


def _lines(
    findings: Findings,
    cells: list[Cell],
    names: dict[str, str],
    *,
    x_label: str,
    nominal: tuple[int, ...],
) -> Figure:
    figure, axes = new_figure(7.2, 1.3 + 0.36 * len(cells))
    for i, (name, label) in enumerate(names.items()):
        marker, colour = MARKS[i]
        numbers = [findings.number(cell, name) for cell in cells]
        places = [place + SHIFT * (i - (len(names) - 1) / 2) for place in range(len(cells))]
        axes.errorbar(
            [100 * one.mean for one in numbers],
            places,
            xerr=[200 * one.standard_error for one in numbers],
            fmt=marker,
            color=colour,
            markeredgecolor=INK,
            markeredgewidth=0.5,
            markersize=4.5,
            elinewidth=1.0,
            label=label,
        )
    for level, (_, colour) in zip(nominal, MARKS, strict=False):
        axes.axvline(level, color=colour, linestyle="--", linewidth=0.9, zorder=0)
    labels = [f"{WHERE[one.design]}, {size(one)}\n{drawn(one)}" for one in cells]
    axes.set_yticks(range(len(cells)), labels, fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.grid(visible=True, axis="x", **GRID)
    axes.set_axisbelow(True)
    axes.set_xlabel(x_label)
    legend_above(axes, len(names))
    return figure


def _bias(findings: Findings) -> Figure:
    """Draw relative errors against the size of noise, costs on the left, floors on the right."""
    figure = Figure(figsize=(7.2, 3.4))
    axes = figure.subplots(1, 2)
    _errors(findings, axes[0], "quantile_error", "costs: mean error, %")
    _errors(findings, axes[1], "quantile_floor_error", "floor: mean error, %")
    for i, design in enumerate(ELSEWHERE):
        foreseen = [
            100 * findings.number(Cell("bias", design, LARGE, noise), "foreseen").mean
            for noise in NOISES
            if findings.has(Cell("bias", design, LARGE, noise))
        ]
        shown = [100 * noise for noise in NOISES][: len(foreseen)]
        axes[0].plot(shown, foreseen, linestyle=":", color=MARKS[i][1], linewidth=1.2)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2)
    return figure


def _errors(findings: Findings, axes: Axes, name: str, y_label: str) -> None:
    for i, design in enumerate(ELSEWHERE):
        marker, colour = MARKS[i]
        cells = [Cell("bias", design, LARGE, noise) for noise in NOISES]
        cells = [cell for cell in cells if findings.has(cell)]
        numbers = [findings.number(cell, name) for cell in cells]
        axes.errorbar(
            [100 * cell.noise for cell in cells],
            [100 * one.mean for one in numbers],
            yerr=[200 * one.standard_error for one in numbers],
            marker=marker,
            color=colour,
            markersize=4.5,
            linewidth=1.0,
            label=f"noise {WHERE[design]}",
        )
    axes.axhline(0.0, color=INK, linewidth=0.8)
    axes.grid(visible=True, **GRID)
    axes.set_axisbelow(True)
    axes.set_xlabel("noise, % of mean output")
    axes.set_ylabel(y_label)
