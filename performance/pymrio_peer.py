"""pymrio on one table, in an interpreter of its own; started by `performance.price_model`.

Reads flows, output and costs from a folder, says its versions, then answers every line on
standard input, ``calc_system`` or ``calc_all``, with the seconds that this call took on a
fresh system. Building the system is not timed. At the end of input it leaves the
multipliers of the last ``calc_all``, which are price changes, in the folder.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pymrio


def build(flows, output, costs):
    """Return an uncalculated system: one region, one final demand, costs as an extension."""
    sectors = [f"sector {i}" for i in range(len(output))]
    names = pd.MultiIndex.from_product([["home"], sectors], names=["region", "sector"])
    demand = pd.MultiIndex.from_product([["home"], ["final"]], names=["region", "category"])
    shares = pd.Index([f"share {i}" for i in range(len(costs))], name="stressor")
    final = (output - flows.sum(axis=1))[:, None]
    system = pymrio.IOSystem(
        Z=pd.DataFrame(flows, index=names, columns=names),
        Y=pd.DataFrame(final, index=names, columns=demand),
    )
    system.cost = pymrio.Extension(
        name="cost",
        F=pd.DataFrame(costs, index=shares, columns=names),
        unit=pd.DataFrame({"unit": ["CNY"] * len(costs)}, index=shares),
    )
    return system


def main(folder):
    table = [np.load(folder / f"{name}.npy") for name in ("flows", "output", "costs")]
    versions = {name: version(name) for name in ("pymrio", "pandas", "numpy")}
    print(json.dumps(versions), flush=True)
    multipliers = None
    for line in sys.stdin:
        system = build(*table)
        call = getattr(system, line.strip())
        started = time.perf_counter()
        call()
        seconds = time.perf_counter() - started
        if system.cost.M is not None:
            multipliers = system.cost.M.to_numpy()
        print(json.dumps({"seconds": seconds}), flush=True)
    np.save(folder / "multipliers.npy", multipliers)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
