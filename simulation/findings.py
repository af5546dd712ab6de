"""What is found: sentences made of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.cells import DRAWN, ELSEWHERE, SIZES, SMALL, Cell
from simulation.markdown import listed
from simulation.measures import WAYS
from simulation.wording import (
    WAYS_IN_WORDS,
    WHERE,
    change,
    direction_of,
    drawn,
    percent,
    signed,
    size,
    verdict,
)
from tanshi.frontier import PAPER_TAUS

if TYPE_CHECKING:
    from simulation.record import Findings

NOMINAL = 0.90  # of the level that sentences quote
MEASURED_ALONG = ("along", "independent", "spread")
_ALL_UNITS = [Cell("coverage", "along", units) for units in SIZES]


def found(findings: Findings) -> list[str]:
    """Return the findings, in the order of the tables."""
    parts = (_costs, _costs_elsewhere, _blocks, _floor, _fewer_units, _bias, _frontier, _shares)
    return [sentence for part in parts for sentence in part(findings)]


def with_noise_along(findings: Findings) -> list[Cell]:
    """Return the cells of coverage with noise along the direction and all units drawn."""
    cells = [*(Cell("coverage", design, SMALL) for design in MEASURED_ALONG), _ALL_UNITS[-1]]
    return [cell for cell in cells if findings.has(cell)]


def with_fewer(findings: Findings, units: int) -> list[Cell]:
    """Return the cells of a size that draw fewer units, where one with all is known as well."""
    cells = [Cell("coverage", "along", units, units_drawn=m) for m in DRAWN[units] if m]
    whole = Cell("coverage", "along", units)
    return [cell for cell in cells if findings.has(cell, whole)]


def _costs(findings: Findings) -> list[str]:
    sentences = []
    for cell in with_noise_along(findings):
        one = findings.number(cell, "cost_90")
        sentences.append(
            f"Costs, noise {WHERE[cell.design]}, {size(cell)}: 90 % percentile intervals cover "
            f"{percent(one)} of the true costs, {verdict(one, NOMINAL)}."
        )
    return sentences


def _costs_elsewhere(findings: Findings) -> list[str]:
    sentences = []
    for cell in findings.known("coverage"):
        if cell.design in MEASURED_ALONG:
            continue
        true, limit = (findings.number(cell, f"cost_{what}90") for what in ("", "limit_"))
        sentence = (
            f"Costs, noise {WHERE[cell.design]}, {size(cell)}: {percent(true)} of the true costs "
            f"are covered, {verdict(true, NOMINAL)}, and {percent(limit)} of what the estimator "
            "converges to instead"
        )
        misled = true.is_below(NOMINAL) and not limit.is_below(NOMINAL)
        sentences.append(f"{sentence}{': a good interval around the wrong number' * misled}.")
    return sentences


def _blocks(findings: Findings) -> list[str]:
    whole, single = Cell("coverage", "along", SMALL), Cell("coverage", "along", SMALL, singly=True)
    if not findings.has(whole, single):
        return []
    before, after = (findings.number(cell, "cost_90") for cell in (whole, single))
    shorter = findings.number(single, "cost_length_90").mean
    shorter /= findings.number(whole, "cost_length_90").mean
    told = {
        -1: "observations drawn one by one cover fewer",
        0: "this study cannot tell the two apart",
        1: "observations drawn one by one cover more",
    }
    sentence = (
        f"Blocks: with units that last, {percent(before)} of the costs are covered when units are "
        f"drawn and {percent(after)} when observations are, by intervals {shorter:.2f} times as "
        f"long; {told[change(before, after)]}."
    )
    return [sentence]


def _floor(findings: Findings) -> list[str]:
    sentences = []
    for cell in with_noise_along(findings):
        error, corrected = (
            findings.number(cell, name) for name in ("floor_error", "corrected_floor_error")
        )
        ways = [
            f"the {WAYS_IN_WORDS[way]} {percent(one)} ({verdict(one, NOMINAL)})"
            for way in WAYS
            for one in [findings.number(cell, f"floor_{way}_90")]
        ]
        again = " and replicates of it err the same way once more" * (
            error.is_below(0.0) and corrected.mean > error.mean
        )
        sentences.append(
            f"Floor, noise {WHERE[cell.design]}, {size(cell)}: of nominal 90 %, "
            f"{listed(ways)}. The estimated floor is {direction_of(error)} ({signed(error)})"
            f"{again}."
        )
    return sentences


def _fewer_units(findings: Findings) -> list[str]:
    sentences = []
    for units in SIZES:
        cells = with_fewer(findings, units)
        whole = Cell("coverage", "along", units)
        for way in WAYS if cells else ():
            name = f"floor_{way}_90"
            steps = [
                f"{percent(findings.number(cell, name))} with {drawn(cell)}"
                for cell in (whole, *cells)
            ]
            before, after = (findings.number(cell, name) for cell in (whole, cells[-1]))
            told = {-1: "the fewer, the less", 0: "no difference to be seen", 1: "fewer cover more"}
            sentences.append(
                f"m out of n, {size(whole)}: the floor's {WAYS_IN_WORDS[way]} of nominal 90 % "
                f"covers {listed(steps)}; {told[change(before, after)]}."
            )
    return sentences


def _bias(findings: Findings) -> list[str]:
    sentences = []
    for design in ELSEWHERE:
        small, large = (Cell("bias", design, units) for units in SIZES)
        if not findings.has(small):
            continue
        errors = [findings.number(small, "quantile_error")]
        text = f"Bias, noise {WHERE[design]}: costs are {direction_of(errors[0])} "
        text += f"({signed(errors[0])} on average at {size(small)}"
        foreseen = findings.number(small, "foreseen")
        if findings.has(large):
            errors.append(findings.number(large, "quantile_error"))
            text += f", {signed(errors[1])} at {size(large)}"
        text += f"); {signed(foreseen)} is what a large panel would leave."
        if len(errors) == 2 and abs(errors[1].mean) > 0.5 * abs(errors[0].mean):
            text += " More data do not take it away." * (abs(foreseen.mean) > 0.0)
        floor = findings.number(small, "quantile_floor_error")
        sentences.append(f"{text} The floor is {direction_of(floor)} ({signed(floor)}).")
    return sentences


def _frontier(findings: Findings) -> list[str]:
    cells = [cell for cell in findings.known("bias") if cell.noise > 0.02]
    if not cells:
        return []
    better = [
        cell
        for cell in cells
        if findings.number(cell, "quantile_size_of_error").root_mean_square
        < findings.number(cell, "frontier_size_of_error").root_mean_square
    ]
    sentence = (
        f"Quantiles and the enveloping frontier: in {len(better)} of {len(cells)} cells with noise "
        "of 5 or 10 % the quantiles' costs have the smaller root mean square error."
    )
    return [sentence]


def _shares(findings: Findings) -> list[str]:
    sentences = []
    for cell in findings.known("calibration"):
        gaps = {
            where: max(
                abs(findings.number(cell, f"{where}_{tau:g}").mean - tau) for tau in PAPER_TAUS
            )
            for where in ("inside", "outside")
        }
        crossings, binding = (findings.number(cell, name) for name in ("crossings", "binding"))
        sentences.append(
            f"Share covered, noise {WHERE[cell.design]}, {size(cell)}: surfaces cover a share τ to "
            f"within {100 * gaps['inside']:.1f} points on the panel that they were estimated on "
            f"and {100 * gaps['outside']:.1f} on another one; {percent(crossings, 1)} of adjacent "
            f"pairs of quantiles cross at an observation, and {binding.mean:.1f} constraints bind "
            "at a quantile on average."
        )
    return sentences
