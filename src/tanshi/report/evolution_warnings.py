"""What a reader must know before quoting a figure of a market, and what to do about it."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from tanshi.report.numbers import percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.benchmark_run import MarketRun

    Translate = Callable[[str], str]

FEW = 8  # replicates; of fewer an interval is more than twice as wide as a normal one at the ends
LARGEST_GAP = 1e-3  # of emissions, between baseline and market


def market_warnings(run: MarketRun, _: Translate, *, synthetic: bool) -> list[str]:
    """Return the warnings that this market needs.

    Parameters
    ----------
    run : MarketRun
    _ : callable
        Translation.
    synthetic : bool
        Whether a floor that is taken from a study rests on synthetic data.
    """
    unused = _("Columns of {file} that are not used: {columns}.")
    found = [
        unused.format(file=PurePath(file).name, columns=", ".join(columns))
        for file, columns in run.unused.items()
    ]
    found += [*_about_firms(run, _), *_about_chance(run, _), *_about_price(run, _)]
    gap = run.assessment.baseline.path_gap
    if gap is not None and np.abs(gap).max() > LARGEST_GAP:
        text = _(
            "The baseline misses this market's emissions by up to {gap}: benchmarks alone do not "
            "reach them. Do not quote the change of cost; lower the trend or the target, and "
            "compare again."
        )
        found.append(text.format(gap=percent(float(np.abs(gap).max()))))
    if synthetic and run.taken_floor is not None:
        found.append(
            _(
                "The floor comes from synthetic data: it shows how the parts join, and is no "
                "finding. Run the study with `--pack` on real data."
            )
        )
    return found


def _about_firms(run: MarketRun, _: Translate) -> list[str]:
    if run.own_firms:
        return []
    text = _(
        "The {firms} firms are drawn: their number and emissions are the scenario's, size, "
        "intensity and cost of each are assumptions. For real firms give a register: `tanshi "
        "benchmark evolve --firms`."
    )
    found = [text.format(firms=f"{run.n_firms:,}")]
    if len(run.published) and not run.is_paper:
        found.append(
            _(
                "The industries are not those of the paper's Table 1, so its Table 2 stands beside "
                "ours for orientation only. For a comparison run `scenarios/benchmark_china.toml`."
            )
        )
    return found


def _about_chance(run: MarketRun, _: Translate) -> list[str]:
    found, count = [], len(run.evolution.replicates)
    if count == 1:
        found.append(
            _("One replicate has no interval: ask for more (`benchmark.replicates`), such as 12.")
        )
    elif count < FEW:
        text = _(
            "{count} replicates: intervals are wide, and a figure may differ from 0 and not show "
            "it. Ask for more (`benchmark.replicates`), such as 12."
        )
        found.append(text.format(count=count))
    settled = run.convergence
    if not settled["converged"]:
        text = _(
            "The market is still under way in {missed} of {count} replicates: figures of its last "
            "years are not those of a market at rest. Ask for more years (`benchmark.years`; "
            "twenty to thirty are usual); why it has not settled is said below."
        )
        missed = count - settled["converged_replicates"]
        found.append(text.format(missed=missed, count=count))
    return found


def _about_price(run: MarketRun, _: Translate) -> list[str]:
    price = run.evolution.price_cny_per_tco2
    floors, ceilings = np.array(run.band).T
    found = []
    at_floor = float((price <= floors).mean())
    at_ceiling = float((price >= ceilings).mean())
    if at_floor > 0.0:
        text = _(
            "The price stands at its floor in {share} of all years and replicates: there it is the "
            "rule's number, and allowances were left over. Aim at a larger deficit "
            "(`benchmark.adjustment.deficit`) or lower the floor ({floor}) before reading it as a "
            "cost of abatement."
        )
        source = "`benchmark.price.floor`" if run.taken_floor is None else "`take_floor = false`"
        found.append(text.format(share=percent(at_floor), floor=source))
    if at_ceiling > 0.0:
        text = _(
            "The price stands at its ceiling in {share} of all years and replicates: there demand "
            "was not served, and firms that miss allowances count as not complying. Read tonnes "
            "instead of firms, and look at a reserve (`benchmark.price.reserve_share`) or a "
            "smaller deficit."
        )
        found.append(text.format(share=percent(at_ceiling)))
    return found
