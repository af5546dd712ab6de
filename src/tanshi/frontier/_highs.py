"""One way to start the solver: silent, one thread, tight tolerances."""

from __future__ import annotations

from typing import Any

import highspy

_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "presolve": "off",  # a presolved model could not start from the last basis
    "threads": 1,
    "primal_feasibility_tolerance": 1e-10,
    "dual_feasibility_tolerance": 1e-10,
}


def new_solver() -> Any:
    """Return a HiGHS instance with the options every solve here uses."""
    solver: Any = highspy.Highs
    solver = solver()
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    return solver
