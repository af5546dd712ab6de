"""Pairwise comparison by egttools, in an interpreter of its own; started by `personal_game`.

One population of 200 with two strategies, a matrix game, its compiled `PairwiseComparisonNumerical`
with fitness cached: what it is fastest at. Says its versions, then answers each line on standard
input, JSON with ``updates``, ``selection``, ``mutation`` and ``runs``, with the seconds of one call
and with the variance of the first strategy's count over `runs` short calls of 100 updates, where a
fair game without selection has 25 if a generation is one update.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
from egttools.games import Matrix2PlayerGameHolder
from egttools.numerical import PairwiseComparisonNumerical

SIZE, CACHE, SHORT = 200, 10_000, 100
START = np.array([SIZE // 2, SIZE // 2], dtype=np.uint64)
# Each strategy earns more where it is rare: both stay, and comparisons of unlike ones go on.
PAYOFFS = np.array([[-1.0, 2.0], [0.0, 1.0]])


def main():
    print(json.dumps({name: version(name) for name in ("egttools", "numpy")}), flush=True)
    game = Matrix2PlayerGameHolder(2, PAYOFFS)
    solver = PairwiseComparisonNumerical(SIZE, game, CACHE)
    fair = Matrix2PlayerGameHolder(2, np.zeros((2, 2)))
    plain = PairwiseComparisonNumerical(SIZE, fair, CACHE)
    for line in sys.stdin:
        asked = json.loads(line)
        rates = asked["selection"], asked["mutation"]
        started = time.perf_counter()
        solver.evolve(asked["updates"], *rates, START)
        seconds = time.perf_counter() - started
        counts = [int(plain.evolve(SHORT, 1.0, 1e-3, START)[0]) for _ in range(asked["runs"])]
        variance = float(np.var(counts)) if counts else 0.0
        print(json.dumps({"seconds": seconds, "variance": variance}), flush=True)


if __name__ == "__main__":
    main()
