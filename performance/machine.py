"""What this machine can do: bytes a second from memory, operations a second."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

BEYOND_CACHE = 50_000_000  # numbers in an array: 400 MB, several times a server's last cache
REPEATS = 7


@dataclass(frozen=True)
class Machine:
    """Best of some repeats.

    Parameters
    ----------
    triad_gb_per_s : dict of int to float
        By threads: a = b + s c on arrays beyond cache, 24 bytes an element, as in STREAM
        (McCalpin 1995).
    read_gb_per_s : dict of int to float
        By threads: the sum of an array beyond cache, 8 bytes an element.
    gflop_per_s : float
        Product of dense matrices, all threads.
    """

    triad_gb_per_s: dict[int, float]
    read_gb_per_s: dict[int, float]
    gflop_per_s: float

    @property
    def best_gb_per_s(self) -> float:
        """Return the greatest rate at which data were moved."""
        return max(*self.triad_gb_per_s.values(), *self.read_gb_per_s.values())


def measure(size: int = BEYOND_CACHE, *, side: int = 3_000) -> Machine:
    """Measure bandwidth with one thread and with all, and the rate of a matrix product."""
    a, b, c = (np.full(size, value) for value in (0.0, 1.0, 2.0))
    triads, reads = {}, {}
    threads_before = numba.get_num_threads()
    for threads in sorted({1, threads_before}):
        numba.set_num_threads(threads)
        triads[threads] = 24 * size / _best(lambda: _triad(a, b, c, 3.0)) / 1e9
        reads[threads] = 8 * size / _best(lambda: _total(b)) / 1e9
    numba.set_num_threads(threads_before)
    square = np.random.default_rng(1).random((side, side))
    return Machine(triads, reads, 2 * side**3 / _best(lambda: square @ square) / 1e9)


def _best(run: Callable[[], object]) -> float:
    run()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


@numba.njit(parallel=True, fastmath=True)
def _triad(a, b, c, scale):
    for i in numba.prange(len(a)):
        a[i] = b[i] + scale * c[i]


@numba.njit(parallel=True, fastmath=True)
def _total(values):
    total = 0.0
    for i in numba.prange(len(values)):
        total += values[i]
    return total
