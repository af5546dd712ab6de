"""Eq. 3 in Pyomo, in an interpreter of its own; started by `performance.frontier`.

The model is what an economist writes: the parameters of the print as variables, a
constraint at every observation, translation and symmetry as equations. HiGHS solves it
through Pyomo's own interface. Reads panels from a folder, says its versions, then answers
every line on standard input: ``anew`` builds a model for each quantile, ``one model``
builds one a panel with tau as a parameter and lets the solver go on from its last basis.
The objectives of each answer are left in the folder.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyomo.environ as pyo

MARGIN = 1e-6


def build(x, y, b):
    """Return Eq. 3 on one panel, with tau as a mutable parameter."""
    model = with_variables(*x.shape)
    add_signs(model, x.tolist(), y.tolist(), b.tolist())
    add_identities(model)
    model.loss = pyo.Objective(
        expr=sum(
            (1 - model.tau) * model.inside[i] + model.tau * model.above[i]
            for i in model.observations
        )
    )
    return model


def with_variables(n, k):
    model = pyo.ConcreteModel()
    model.observations, model.inputs = pyo.RangeSet(0, n - 1), pyo.RangeSet(0, k - 1)
    model.tau = pyo.Param(mutable=True, initialize=0.5)
    for name in ("a0", "b1", "g1", "b2", "g2", "mu"):
        setattr(model, name, pyo.Var())
    for name in ("a", "d", "e"):
        setattr(model, name, pyo.Var(model.inputs))
    model.aa = pyo.Var(model.inputs, model.inputs)
    model.inside = pyo.Var(model.observations, domain=pyo.NonNegativeReals)
    model.above = pyo.Var(model.observations, domain=pyo.NonNegativeReals)
    return model


def add_signs(model, x, y, b):
    """Add what holds at every observation."""

    def distance(m, i, bad):
        linear = m.a0 + sum(m.a[j] * x[i][j] for j in m.inputs) + m.b1 * y[i] + m.g1 * bad
        squares = sum(m.aa[j, k] * x[i][j] * x[i][k] for j in m.inputs for k in m.inputs)
        squares += m.b2 * y[i] ** 2 + m.g2 * bad**2
        crossed = sum((m.d[j] * y[i] + m.e[j] * bad) * x[i][j] for j in m.inputs)
        return linear + 0.5 * squares + crossed + m.mu * y[i] * bad

    def surface(m, i):
        return distance(m, i, b[i]) == m.inside[i] - m.above[i]

    def null_jointness(m, i):
        return distance(m, i, 0.0) <= -MARGIN

    def of_output(m, i):
        return m.b1 + m.b2 * y[i] + m.mu * b[i] + sum(m.d[j] * x[i][j] for j in m.inputs) <= 0

    def of_emissions(m, i):
        return m.g1 + m.g2 * b[i] + m.mu * y[i] + sum(m.e[j] * x[i][j] for j in m.inputs) >= 0

    def of_input(m, i, j):
        squares = sum(m.aa[j, k] * x[i][k] for k in m.inputs)
        return m.a[j] + squares + m.d[j] * y[i] + m.e[j] * b[i] >= 0

    for rule in (surface, null_jointness, of_output, of_emissions):
        setattr(model, rule.__name__, pyo.Constraint(model.observations, rule=rule))
    model.of_input = pyo.Constraint(model.observations, model.inputs, rule=of_input)


def add_identities(model):
    """Add symmetry and the translation property."""

    def symmetry(m, j, k):
        return m.aa[j, k] == m.aa[k, j] if j < k else pyo.Constraint.Skip

    model.symmetry = pyo.Constraint(model.inputs, model.inputs, rule=symmetry)
    model.translation_1 = pyo.Constraint(expr=model.b1 - model.g1 == -1)
    model.translation_2 = pyo.Constraint(expr=model.b2 == model.mu)
    model.translation_3 = pyo.Constraint(expr=model.g2 == model.mu)
    model.translation_4 = pyo.Constraint(model.inputs, rule=lambda m, j: m.d[j] == m.e[j])


class Stopwatch:
    """Seconds by part."""

    def __init__(self):
        self.parts = {"build_s": 0.0, "solve_s": 0.0}

    def __call__(self, part, run, *arguments):
        started = time.perf_counter()
        answer = run(*arguments)
        self.parts[part] += time.perf_counter() - started
        return answer


def solve(model, solver, tau):
    model.tau = tau
    solver.solve(model)
    return pyo.value(model.loss)


def run(panels, taus, *, anew):
    """Return the seconds by part and the objectives of all panels and quantiles."""
    watch = Stopwatch()
    objectives = []
    for panel in panels:
        model = solver = None
        for tau in taus:
            if model is None or anew:
                model = watch("build_s", build, *panel)
                solver = pyo.SolverFactory("appsi_highs")
            objectives.append(watch("solve_s", solve, model, solver, tau))
    return watch.parts, objectives


def main(folder):
    with np.load(folder / "panels.npz") as file:
        taus = file["taus"].tolist()
        panels = [
            (file[f"inputs_{i}"], file[f"output_{i}"], file[f"emissions_{i}"])
            for i in range(int(file["count"]))
        ]
    # The first solve loads the solver's library.
    run([tuple(part[:30] for part in panels[0])], taus[:1], anew=True)
    versions = {name: version(name) for name in ("pyomo", "highspy", "numpy")}
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        word = line.strip()
        parts, objectives = run(panels, taus, anew=word == "anew")
        np.save(folder / f"{word}.npy", objectives)
        print(json.dumps({"seconds": sum(parts.values()), **parts}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
