"""Rest points of the four-population game, their eigenvalues and their class.

Under the replicator a share rests at 0, at 1, or where its advantage is zero, so every rest point
is on one of 81 faces of the cube. The 16 corners are complete and their eigenvalues (1-2s)Δ
exact. On the other faces, and for replicator-mutator and logit, points are found by Newton steps
from many quasi-random starts; that finds what it finds and proves no completeness.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit
from scipy.stats import qmc

from tanshi.core.arrays import frozen
from tanshi.personal.game import advantages

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from tanshi.personal.game import GameParameters

    Array = NDArray[np.float64]

Dynamics = Literal["replicator", "replicator-mutator", "logit"]
DIFFERENCE = 1e-6
HYPERBOLIC = 1e-6  # a real part nearer to 0, beside the largest eigenvalue, decides nothing


@dataclass(frozen=True, eq=False)
class RestPoint:
    """A state that the dynamics leave where it is.

    Parameters
    ----------
    shares : (4,) array
        x, y, z, w.
    eigenvalues : (4,) complex array
        Of the Jacobian there, per unit of time.
    kind : {"sink", "source", "saddle", "non-hyperbolic"}
        By the real parts of the eigenvalues; a centre is non-hyperbolic.
    """

    shares: Array
    eigenvalues: NDArray[np.complex128]
    kind: str


def velocity(
    parameters: GameParameters, shares: ArrayLike, dynamics: Dynamics, noise: float = 0.0
) -> Array:
    """Return the time derivative of shares.

    Parameters
    ----------
    parameters : GameParameters
    shares : (..., 4) array
    dynamics : {"replicator", "replicator-mutator", "logit"}
    noise : float
        Mutation rate per unit of time, or the logit's noise in CNY per tonne; scales with CNY.

    Returns
    -------
    (..., 4) array, per unit of time
        s(1-s)Δ;  s(1-s)Δ + noise (1-2s);  1/(1+exp(-Δ/noise)) - s.
    """
    s = np.asarray(shares, dtype=np.float64)
    gain = advantages(parameters, s)
    if dynamics == "logit":
        return np.asarray(expit(gain / noise) - s)
    mutation = noise * (1 - 2 * s) if dynamics == "replicator-mutator" else 0.0
    return np.asarray(s * (1 - s) * gain + mutation)


def jacobian(
    parameters: GameParameters, shares: ArrayLike, dynamics: Dynamics, noise: float = 0.0
) -> Array:
    """Return the (4, 4) Jacobian of `velocity` at one state.

    The factor s(1-s) is differentiated by hand, so that corners are exact; the advantages by
    central differences.
    """
    s = np.asarray(shares, dtype=np.float64)
    steps = np.eye(4) * DIFFERENCE
    gain = advantages(parameters, s)
    slopes = (advantages(parameters, s + steps) - advantages(parameters, s - steps)).T
    slopes = slopes / (2 * DIFFERENCE)  # (population, share)
    if dynamics == "logit":
        chosen = expit(gain / noise)
        return np.asarray((chosen * (1 - chosen) / noise)[:, None] * slopes - np.eye(4))
    matrix = (s * (1 - s))[:, None] * slopes + np.diag((1 - 2 * s) * gain)
    if dynamics == "replicator-mutator":
        matrix = matrix - 2 * noise * np.eye(4)
    return np.asarray(matrix)


def classify(
    parameters: GameParameters, shares: ArrayLike, dynamics: Dynamics, noise: float = 0.0
) -> RestPoint:
    """Return a rest point with its eigenvalues and class; that it rests is not checked here."""
    values = np.linalg.eigvals(jacobian(parameters, shares, dynamics, noise))
    real = np.sort_complex(values).real
    small = HYPERBOLIC * max(1.0, float(np.abs(values).max()))
    if (np.abs(real) <= small).any():
        kind = "non-hyperbolic"
    elif (real < 0).all():
        kind = "sink"
    else:
        kind = "source" if (real > 0).all() else "saddle"
    order = np.sort_complex(values)
    return RestPoint(frozen(shares), frozen(order, np.complex128), kind)


def find_rest_points(
    parameters: GameParameters,
    *,
    dynamics: Dynamics = "replicator",
    noise: float = 0.0,
    starts: int = 32,
    seed: int = 0,
) -> tuple[RestPoint, ...]:
    """Find rest points in the closed cube.

    Parameters
    ----------
    parameters : GameParameters
    dynamics : {"replicator", "replicator-mutator", "logit"}
    noise : float
        As for `velocity`.
    starts : int
        Newton starts on every face (replicator), or 16 times as many in the cube.
    seed : int
        Of the quasi-random starts.

    Returns
    -------
    tuple of RestPoint
        Replicator: the 16 corners first, then edges, faces, interior.

    Notes
    -----
    A continuum of rest points (an edge on which an advantage is zero throughout) is met by
    single points of it, each of them non-hyperbolic.

    Examples
    --------
    >>> from tanshi.personal.game import GameParameters
    >>> points = find_rest_points(GameParameters())
    >>> [point.shares.tolist() for point in points if point.kind == "sink"]
    [[0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 1.0]]
    """
    found: list[Array] = []
    if dynamics == "replicator":
        faces = sorted(itertools.product((0.0, 1.0, None), repeat=4), key=lambda f: f.count(None))
        for face in faces:
            free = np.array([i for i in range(4) if face[i] is None], dtype=int)
            base = np.array([0.0 if one is None else one for one in face])
            if not len(free):
                found.append(base)
                continue
            found += _on_face(parameters, base, free, starts, seed)
    else:
        found = _inside(parameters, dynamics, noise, 16 * starts, seed)
    return tuple(classify(parameters, one, dynamics, noise) for one in found)


def _on_face(
    parameters: GameParameters, base: Array, free: NDArray[np.int_], starts: int, seed: int
) -> list[Array]:
    """Return the points inside a face at which the advantages of its free shares are zero."""

    def gains(points: Array) -> Array:
        states = np.broadcast_to(base, (*points.shape[:-1], 4)).copy()
        states[..., free] = points
        return np.asarray(advantages(parameters, states)[..., free])

    return [
        _filled(base, free, point)
        for point in _roots(gains, _sobol(len(free), starts, seed))
        if (point > 0).all() and (point < 1).all()
    ]


def _inside(
    parameters: GameParameters, dynamics: Dynamics, noise: float, starts: int, seed: int
) -> list[Array]:
    roots = _roots(lambda s: velocity(parameters, s, dynamics, noise), _sobol(4, starts, seed))
    return [point for point in roots if (point >= 0).all() and (point <= 1).all()]


def _filled(base: Array, free: NDArray[np.int_], point: Array) -> Array:
    state = base.copy()
    state[free] = point
    return state


def _sobol(dimension: int, starts: int, seed: int) -> Array:
    count = 1 << max(starts - 1, 1).bit_length()
    return np.asarray(qmc.Sobol(dimension, rng=seed).random(count))


def _roots(function: Callable[[Array], Array], points: Array, *, steps: int = 60) -> list[Array]:
    """Return the distinct roots that damped Newton steps of all starts at once arrive at."""
    size = points.shape[-1]
    moves = np.eye(size) * DIFFERENCE
    for _ in range(steps):
        value = function(points)
        ahead = function(points[:, None, :] + moves) - function(points[:, None, :] - moves)
        slope = np.swapaxes(ahead, 1, 2) / (2 * DIFFERENCE)
        change = -(np.linalg.pinv(slope) @ value[..., None])[..., 0]
        length = np.abs(change).max(axis=1, keepdims=True)
        change = change * np.minimum(1.0, 0.3 / np.maximum(length, 1e-300))
        points = np.clip(points + change, -0.5, 1.5)
    value = np.abs(function(points)).max(axis=1)
    distinct: list[Array] = []
    for point in points[value < 1e-9]:
        if not any(np.abs(point - one).max() < 1e-6 for one in distinct):
            distinct.append(point)
    return sorted(distinct, key=lambda point: tuple(point.round(9)))
