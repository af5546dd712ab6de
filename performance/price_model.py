"""The price model against pymrio, at 42 and at 5,000 sectors."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from performance.comparison import Comparison, Requirement, Row, rows_of
from performance.frontier import china_pack
from performance.peers import started
from performance.timing import Contender, say, side_by_side
from tanshi.data import load_sample_pack
from tanshi.data.input_output import load_input_output
from tanshi.leontief import CoveredSector, PriceModel, PriceModelInputs, estimate_cost_push
from tanshi.study.price_effects import build_price_model

if TYPE_CHECKING:
    from collections.abc import Mapping

PEER = Path(__file__).with_name("pymrio_peer.py")
OURS, CALC_ALL, CALC_SYSTEM = "Tanshi", "pymrio calc_all", "pymrio calc_system"
PRICE, SHARES = 58.31, (0.2, 0.5, 1.0)
SAME_PRICES = 1e-9
MANY = 1000

_TEXT = """\
Price changes of every sector when one sector pays for its emissions, at three paid shares.
*Tanshi* is `PriceModel(inputs)` and `estimate_cost_push`: coefficients, productivity check,
factorisation, three sets of prices, CI, PI and revenue. *pymrio calc_all* is the call that
gets the same prices there: the three costs are an extension of the same domestic table, and
its multipliers M = S L are the price changes. On the way it computes output, coefficients,
the whole inverse, and for the extension consumption- and production-based accounts, which
Tanshi does not. *pymrio calc_system* is its part without extension, up to the inverse, so
without prices: no peer could ask for less. Reading and checking the table, and building
pymrio's labelled frames, are timed for neither. pymrio runs in an interpreter of its own,
with the same numpy, and times itself; the two take turns, each with all processors."""


def price_model_42(*, quick: bool) -> Comparison:
    """Time tables of 42 sectors; at least 100 times calc_all is required."""
    tables = {"sample, 42 sectors": load_sample_pack().file(role="input_output").location}
    pack = china_pack()
    if pack is not None:
        tables["China 2020, 42 sectors"] = pack / "io_china_2020_42.csv"
    rows, requirements, notes = [], [], []
    for task, location in tables.items():
        inputs = build_price_model(load_input_output(location)).inputs
        turns = 5 if quick else 40
        # About as long a turn for both: a clock that starts cold favours the longer run.
        times, apart, versions = _side_by_side(task, inputs, turns=turns, a_turn=(150, 1))
        measured, required = _judge(task, times, apart, at_least=100.0)
        rows += measured
        requirements += required
        notes.append(versions)
    return Comparison("Price model, 42 sectors", _TEXT, rows, requirements, sorted(set(notes)))


def price_model_5000(*, quick: bool) -> Comparison:
    """Time 5,000 sectors; 3 times calc_all, and 1,000 more scenarios in one factorisation."""
    task, turns = "random, 5,000 sectors", 1 if quick else 5
    inputs = random_table(5000)
    times, apart, versions = _side_by_side(task, inputs, turns=turns, a_turn=(1, 1))
    rows, requirements = _judge(task, times, apart, at_least=3.0)
    more, required = _many_scenarios(inputs, turns=turns)
    return Comparison(
        "Price model, 5,000 sectors", _TEXT, rows + more, [*requirements, required], [versions]
    )


def _judge(
    task: str, times: Mapping[str, list[float]], apart: float, *, at_least: float
) -> tuple[list[Row], list[Requirement]]:
    rows = rows_of(task, times, ours=OURS)
    ratio = median(times[CALC_ALL]) / median(times[OURS])
    return rows, [
        Requirement.at_least(
            f"{task}: calc_all over Tanshi at least {at_least:g}", at_least, ratio
        ),
        Requirement.at_most(
            f"{task}: largest relative difference of price changes at most {SAME_PRICES:g}",
            SAME_PRICES,
            apart,
        ),
    ]


def _many_scenarios(inputs: PriceModelInputs, *, turns: int) -> tuple[list[Row], Requirement]:
    say(f"{inputs.n_sectors:,} sectors: {MANY:,} more scenarios")
    model = PriceModel(inputs)
    costs = np.random.default_rng(2).uniform(0.0, 0.1, (inputs.n_sectors, MANY))
    first, more = "first factorisation", f"{MANY:,} more scenarios"
    times = side_by_side(
        {
            first: Contender(partial(PriceModel, inputs)),
            more: Contender(partial(model.price_change, costs)),
        },
        turns=turns,
    )
    rows = [
        row
        for task, seconds in times.items()
        for row in rows_of(f"{task}, {inputs.n_sectors:,} sectors", {OURS: seconds}, ours=OURS)
    ]
    ratio = median(times[more]) / median(times[first])
    text = f"{more} over the {first} at most 1"
    return rows, Requirement.at_most(text, 1.0, ratio)


def _side_by_side(
    task: str, inputs: PriceModelInputs, *, turns: int, a_turn: tuple[int, int]
) -> tuple[dict[str, list[float]], float, str]:
    """Return times, the largest relative difference of prices, and the peer's versions."""
    say(f"price model: {task}")
    payer = inputs.codes[inputs.n_sectors // 2]
    covered = [CoveredSector(code=payer, intensity_tco2_per_1e4_cny=6.4)]

    def ours():
        return estimate_cost_push(
            PriceModel(inputs), covered, price_cny_per_tco2=PRICE, paid_shares=SHARES
        )

    push = ours()
    costs = push.direct_percent / 100.0 * inputs.gross_output
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = {"flows": inputs.domestic_flows, "output": inputs.gross_output, "costs": costs}
        for item, values in table.items():
            np.save(folder / f"{item}.npy", values)
        own, theirs = a_turn
        with started("pymrio", PEER, folder) as peer:
            contenders = {
                OURS: Contender(ours, own),
                CALC_SYSTEM: Contender(
                    partial(peer.seconds, "calc_system"), theirs, times_itself=True
                ),
                CALC_ALL: Contender(partial(peer.seconds, "calc_all"), theirs, times_itself=True),
            }
            if own > theirs:  # quick enough for a first call to differ from the rest
                side_by_side(contenders, turns=1)
            times = side_by_side(contenders, turns=turns)
            versions = peer.versions
        multipliers = np.load(folder / "multipliers.npy")
    expected = push.total_percent / 100.0
    apart = float(np.abs(multipliers - expected).max() / expected.max())
    return times, apart, versions


def random_table(n: int) -> PriceModelInputs:
    """Return a dense table: inputs of about 0.6 of output, one in seven of them imported."""
    flows = np.random.default_rng(1).random((n, n))
    output = 1.8 * np.maximum(flows.sum(axis=0), flows.sum(axis=1))
    imported = 0.15 * flows
    final = output - flows.sum(axis=1)
    codes = tuple(f"{i:04d}" for i in range(n))
    return PriceModelInputs(
        codes=codes,
        names=codes,
        domestic_flows=flows,
        imported_flows=imported,
        value_added=output - flows.sum(axis=0) - imported.sum(axis=0),
        gross_output=output,
        domestic_consumption=0.5 * final,
        imported_consumption=0.1 * final,
    )
