"""A market's first years in an interpreter of its own; started by `full_market`.

``python -m performance.market_alone SCENARIO YEARS`` prints, as JSON, how long the first call
took, the years' prices and what firms paid. With ``NUMBA_DISABLE_JIT=1`` the very same
functions are run by Python itself: what a market costs that is written as plainly, and not
compiled.
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numba
import numpy as np

from tanshi.benchmark._layout import Run
from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._year import run_years
from tanshi.study import load_scenario
from tanshi.study.benchmark_plan import market_plan


def plain(run: Run) -> Run:
    """Return the run with records whose fields Python finds by name, as compiled code does."""

    def named(part: Any) -> Any:
        arrays = (isinstance(one, np.ndarray) and one.dtype.names is not None for one in part)
        return type(part)(
            *(
                one.view(np.recarray) if is_table else one
                for one, is_table in zip(part, arrays, strict=True)
            )
        )

    return Run(named(run.market), named(run.beginning), run.draws, named(run.records))


def main(arguments: list[str]) -> None:
    scenario, years = arguments
    section = load_scenario(Path(scenario)).benchmark
    plan = replace(market_plan(section), years=int(years))
    run = prepared_run(shared_tables(plan), 1, 0, 0)
    compiled = not numba.config.DISABLE_JIT
    if not compiled:
        run = plain(run)
    begun = time.perf_counter()
    run_years(run)
    seconds = time.perf_counter() - begun
    answer = {
        "compiled": compiled,
        "seconds": seconds,
        "price": run.records.years["price_cny_per_tco2"].tolist(),
        "burden_cny": run.records.burden.sum(axis=1).tolist(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
