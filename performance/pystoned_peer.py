"""pystoned's convex quantile regression; started by `performance.convex`.

Runs in an interpreter of its own. Reads panels from a folder, says its versions, then
answers every line on standard input, ``PANEL TAU``, with the seconds that this estimate
took, and leaves its distances in the folder.

The direction (1, -1) is ``gy=[1], gb=[+1]`` there: emissions stand at the right-hand side
of its regression, gamma y = alpha + beta x + delta b + residual, and its translation
property gamma gy + delta gb = 1 with gamma, delta >= 0 then says that moving along (1, -1)
by u takes u off the distance. With ``gb=[-1]`` gamma would be 1 + delta: another direction.
Its residual is -D, so its weight tau on residuals above 0 is our weight tau on D < 0. The
solver is HiGHS through Pyomo, on this machine.
"""

import contextlib
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pystoned import CQERDDF
from pystoned.constant import FUN_PROD, OPT_LOCAL


def estimate(x, y, b, tau):
    """Return the seconds of building and of solving, and the distances."""
    started = time.perf_counter()
    model = CQERDDF.CQRDDF(
        y=y, x=x, b=b, gy=[1], gx=[0] * x.shape[1], gb=[1], fun=FUN_PROD, tau=tau
    )
    built = time.perf_counter()
    # It shows the solver's log, and standard output carries the answers.
    with Path(os.devnull).open("w") as nothing, contextlib.redirect_stdout(nothing):
        model.optimize(OPT_LOCAL, solver="appsi_highs")
    distance = -model.get_residual()
    solved = time.perf_counter()
    return {"build_s": built - started, "solve_s": solved - built}, distance


def main(folder):
    with np.load(folder / "panels.npz") as file:
        panels = [
            (file[f"inputs_{i}"], file[f"output_{i}"], file[f"emissions_{i}"])
            for i in range(int(file["count"]))
        ]
    # The first solve loads the solver's library.
    estimate(*(part[:10] for part in panels[0]), 0.5)
    versions = {name: version(name) for name in ("pystoned", "pyomo", "highspy", "numpy")}
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        panel, tau = line.split()
        parts, distance = estimate(*panels[int(panel)], float(tau))
        np.save(folder / f"distance_{panel}_{tau}.npy", distance)
        print(json.dumps({"seconds": sum(parts.values()), **parts}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
