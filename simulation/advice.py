"""What a user should conclude: sentences made of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.cells import ELSEWHERE, NOISE, SIZES, SMALL, Cell
from simulation.findings import MEASURED_ALONG, NOMINAL, with_fewer, with_noise_along
from simulation.markdown import listed
from simulation.measures import LEVELS, WAYS
from simulation.wording import WAYS_IN_WORDS, WHERE, change, drawn, percent, size

if TYPE_CHECKING:
    from simulation.record import Findings

HOW = {
    "percentile": "as reported",
    "reflected": "twice the estimate less the upper and less the lower end",
    "envelope": "from the least lower end to the least upper end of the costs' own intervals in "
    "the floor's period, both in `mac.csv`",
}


def advice(findings: Findings) -> list[str]:
    """Return what a user should conclude."""
    parts = (_costs, _floor, _fewer_units, _bias)
    return [sentence for part in parts for sentence in part(findings)]


def sound_ways(findings: Findings) -> list[tuple[str, int]]:
    """Return the intervals that serve as one of 90 % for the floor, noise being along.

    All units drawn; an interval serves if it covers too few in no cell, that is, less than
    90 % by more than two Monte Carlo errors. With each way, the level that it was made at.
    """
    cells = with_noise_along(findings)
    return [
        (way, level)
        for way in WAYS
        for level in LEVELS
        if not any(findings.number(c, f"floor_{way}_{level}").is_below(NOMINAL) for c in cells)
    ]


def better_with_fewer(findings: Findings) -> list[tuple[Cell, str]]:
    """Return the m and the ways in which they cover the floor more often than all units."""
    return [
        (cell, way)
        for units in SIZES
        for cell in with_fewer(findings, units)
        for way in WAYS
        if change(
            findings.number(Cell("coverage", "along", units), f"floor_{way}_90"),
            findings.number(cell, f"floor_{way}_90"),
        )
        > 0
    ]


def _costs(findings: Findings) -> list[str]:
    cells = with_noise_along(findings)
    if not cells:
        return []
    short = [cell for cell in cells if findings.number(cell, "cost_90").is_below(NOMINAL)]
    worse = all(
        findings.number(cell, "cost_reflected_90").mean < findings.number(cell, "cost_90").mean
        for cell in cells
    )
    compared = " Do not reflect them around the estimate: that covers less." * worse
    if short:
        where = listed([f"noise {WHERE[cell.design]} at {size(cell)}" for cell in short])
        return [f"**Costs.** Percentile intervals cover too few with {where}.{compared}"]
    sentence = (
        "**Costs.** Where noise is along the direction, quote the percentile intervals: they "
        f"cover at least what they say.{compared}"
    )
    return [sentence]


def _floor(findings: Findings) -> list[str]:
    cells = with_noise_along(findings)
    if not cells:
        return []
    sound = sound_ways(findings)
    if not sound:
        return ["**Floor.** No interval of the floor compared here covers 90 %: quote none."]

    def length(choice: tuple[str, int]) -> float:
        way, level = choice
        ends = [
            findings.number(cell, f"floor_{way}_high_{level}").mean
            - findings.number(cell, f"floor_{way}_low_{level}").mean
            for cell in cells
        ]
        return sum(ends) / len(ends)

    way, level = best = min(sound, key=length)
    shares = [findings.number(cell, f"floor_{way}_{level}") for cell in cells]
    least, most = (pick(shares, key=lambda one: one.mean) for pick in (min, max))
    text = (
        f"**Floor.** As an interval of 90 %, quote the {WAYS_IN_WORDS[way]} at {level} %: "
        f"{HOW[way]}. Where noise is along the direction it covers the floor in {percent(least)} "
        f"to {percent(most)} of the panels and is {length(best):.1f} times the true floor long on "
        "average."
    )
    elsewhere = [
        cell
        for cell in findings.known("coverage")
        if cell.design not in MEASURED_ALONG
        and findings.number(cell, f"floor_{way}_{level}").is_below(NOMINAL)
    ]
    if elsewhere:
        where = listed([f"noise {WHERE[cell.design]}, {size(cell)}" for cell in elsewhere])
        text += f" It covers too few with {where}."
    useless = [one for one in WAYS if one not in {name for name, _ in sound}]
    if useless:
        text += f" Too rarely right at any level: {listed([WAYS_IN_WORDS[w] for w in useless])}."
    return [text]


def _fewer_units(findings: Findings) -> list[str]:
    if not any(with_fewer(findings, units) for units in SIZES):
        return []
    helped = better_with_fewer(findings)
    text = "**m out of n.**"
    for way in dict.fromkeys(way for _, way in helped):
        where = [
            f"{drawn(cell)} ({percent(findings.number(cell, f'floor_{way}_90'))})"
            for cell, name in helped
            if name == way
        ]
        text += (
            f" The {WAYS_IN_WORDS[way]} of nominal 90 % covers the floor more often with "
            f"{listed(where)} than with all."
        )
    idle = [WAYS_IN_WORDS[way] for way in WAYS if way not in {name for _, name in helped}]
    if idle:
        text += f" Nothing here speaks for drawing fewer units for the {listed(idle)}."
    low = all(
        findings.number(cell, "floor_error").is_below(0.0) for cell in with_noise_along(findings)
    )
    if low:
        text += (
            " The floor is the least of many uncertain costs and too low however many are drawn."
        )
    return [text]


def _bias(findings: Findings) -> list[str]:
    floors = [
        f"{100.0 / (1.0 + error.mean):.0f} with noise {WHERE[cell.design]}"
        for cell in (Cell("bias", design, SMALL) for design in ELSEWHERE)
        if findings.has(cell)
        for error in [findings.number(cell, "quantile_floor_error")]
    ]
    if not floors:
        return []
    sentence = (
        f"**What the bias does to a floor.** On panels of {size(Cell('bias', 'along', SMALL))} "
        f"with noise of {100 * NOISE:g} %, an estimated floor of 100 stands for a true one of "
        f"about {listed(floors)}. No interval of a bootstrap shows this: ask where the noise in "
        "output and emissions comes from, and try other directions."
    )
    return [sentence]
