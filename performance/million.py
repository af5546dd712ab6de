"""A million observations in a process of its own, whose peak memory is then its own.

``python -m performance.million QUANTILES [OBSERVATIONS]`` prints a line of JSON: seconds of
the estimate and of the costs, peak memory, largest gap.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from tanshi.frontier import estimate_abatement_costs, estimate_quantile_frontier
from tanshi.frontier.simulation import simulate_technology

MILLION = 1_000_000
LOADS_KERNELS = 25_000  # observations from which the compiled passes are used


def grid(count: int) -> list[float]:
    """Return so many quantiles, evenly spaced."""
    return [round((k + 1) / (count + 1), 4) for k in range(count)]


def warm_up() -> None:
    """Load what the first call of a process loads, compiled passes included."""
    estimate_quantile_frontier(simulate_technology(LOADS_KERNELS, 1, seed=2).inputs, taus=[0.5])


def peak_memory_gb() -> float:
    """Return the greatest resident memory of this process so far."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not `getrusage`: Linux hands its figure on from the process that started this one.
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return float(line.split()[1]) * 1024 / 1e9
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def main(quantiles: int, observations: int) -> None:
    warm_up()
    inputs = simulate_technology(observations // 2, 2, seed=1).inputs
    started = time.perf_counter()
    estimate = estimate_quantile_frontier(inputs, taus=grid(quantiles))
    estimated = time.perf_counter()
    estimate_abatement_costs(estimate)
    answer = {
        "estimate_s": estimated - started,
        "costs_s": time.perf_counter() - estimated,
        "peak_gb": peak_memory_gb(),
        "gap": max(one.gap for one in estimate.certificates),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else MILLION)
