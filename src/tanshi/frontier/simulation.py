"""Panels from a known technology, to see whether the estimator finds it.

Because D depends on the outputs only through b and s = y + b, an observation on the
frontier has b0 = -Q(x, s), and moving u along the direction (1, -1) away from it leaves
s unchanged: y = s - b0 - u, b = b0 + u, D = u. Distances u that do not depend on (x, s)
shift every quantile by a constant, so all quantiles have the true shadow prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.frontier.inputs import FrontierInputs
from tanshi.frontier.technology import gradient_features, quadratic_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SimulatedPanel:
    """A panel with its true shadow prices.

    Parameters
    ----------
    inputs : FrontierInputs
        The panel, in units of 1: prices are output per unit of emissions.
    true_shadow_price : (n,) array
        q of Eq. 8 at every observation.
    true_distance : (n,) array
        u, in the units of the outputs.
    """

    inputs: FrontierInputs
    true_shadow_price: Array
    true_distance: Array


def simulate_technology(
    n_units: int, n_periods: int, *, n_inputs: int = 2, noise: float = 0.05, seed: int
) -> SimulatedPanel:
    """Draw a panel from a quadratic technology that satisfies every printed constraint.

    Parameters
    ----------
    n_units, n_periods : int, >= 1
        Size of the balanced panel.
    n_inputs : int, default 2
        K.
    noise : float, default 0.05
        Standard deviation of the distance along (1, -1), as a share of mean output.
    seed : int
        Of the random numbers.

    Returns
    -------
    SimulatedPanel

    Raises
    ------
    InputError
        A count below 1 or a negative noise.

    Examples
    --------
    >>> panel = simulate_technology(50, 2, noise=0.0, seed=1)
    >>> bool((panel.true_shadow_price > 0).all())
    True
    """
    counts = {"n_units": n_units, "n_periods": n_periods, "n_inputs": n_inputs}
    faults = [
        Fault(f"{name} is too small", str(value), "1 or more", "ask for a larger panel")
        for name, value in counts.items()
        if value < 1
    ]
    if noise < 0:
        faults.append(Fault("negative noise", str(noise), "0 or more", "give a deviation"))
    if faults:
        raise InputError(faults)
    rng = np.random.default_rng(seed)
    n = n_units * n_periods
    x = rng.uniform(0.5, 1.5, (n, n_inputs))
    mean_input = x.mean(axis=1)
    total = 2.0 * mean_input + rng.uniform(-0.25, 0.25, n)
    points = np.column_stack([x, total])
    theta = _true_parameters(n_inputs)
    # Uniform between bounds of 3 deviations would make the edges informative: use normal
    # noise cut at 3 deviations, so that both outputs stay positive.
    distance = noise * np.clip(rng.standard_normal(n), -3.0, 3.0)
    bad = -(quadratic_features(points) @ theta) + distance
    # Equal means of both outputs, so that (1, -1) is still the direction after the
    # estimator has divided each by its mean. Only Q's constant changes.
    bad += 0.5 * total.mean() - bad.mean()
    weight = -(gradient_features(points, n_inputs) @ theta)
    return SimulatedPanel(
        inputs=FrontierInputs(
            inputs=x,
            desirable_output=total - bad,
            undesirable_output=bad,
            unit=tuple(f"unit {i + 1:06d}" for i in range(n_units) for _ in range(n_periods)),
            period=np.tile(np.arange(1, n_periods + 1), n_units),
            input_names=tuple(f"input_{k + 1}" for k in range(n_inputs)),
            output_scale_cny=1.0,
            emissions_scale_t=1.0,
        ),
        true_shadow_price=frozen((1.0 - weight) / weight),
        true_distance=frozen(distance),
    )


def _true_parameters(n_inputs: int) -> Array:
    """Return a Q with Q_k > 0 and -1 < Q_s < 0 on the region that is drawn from."""
    j = n_inputs + 1
    first, second = np.triu_indices(j)
    quadratic = np.zeros(len(first))
    of_total = second == n_inputs
    quadratic[(first == second) & ~of_total] = -0.10 / n_inputs
    quadratic[of_total & (first == second)] = -0.12
    quadratic[of_total & (first != second)] = 0.10 / n_inputs
    return np.concatenate([[-0.1], np.full(n_inputs, 0.45 / n_inputs), [-0.55], quadratic])
