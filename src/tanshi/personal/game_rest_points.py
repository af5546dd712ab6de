"""Rest points of the four-population game, their eigenvalues and their class.

Under the replicator, and under the mean field of pairwise comparison, a share rests at 0, at 1, or
where its advantage is zero, so every rest point is on one of 81 faces of the cube. The 16 corners
are complete and their eigenvalues (1-2s)Δ exact. On the other faces, and for replicator-mutator and
logit, bounds of payoffs and slopes decide box by box (`_game_search`): the points found come with a
proof that there are no others, or the face is said to be open. An open face (a continuum of rest
points, or one that touches its edge) is also searched by Newton steps, which prove nothing.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit
from scipy.stats import qmc

from tanshi.core.arrays import frozen
from tanshi.personal._game_bounds import span_of_log_odds
from tanshi.personal._game_kernels import LOGIT, MUTATOR, PAIRWISE, REPLICATOR
from tanshi.personal._game_search import search_face
from tanshi.personal.game import advantages
from tanshi.personal.results.game import RestPoint, RestPoints

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from tanshi.personal.game import GameParameters

    Array = NDArray[np.float64]
    Whole = NDArray[np.int64]

Dynamics = Literal["replicator", "replicator-mutator", "logit", "pairwise"]
KINDS = {
    "replicator": REPLICATOR,
    "replicator-mutator": MUTATOR,
    "logit": LOGIT,
    "pairwise": PAIRWISE,
}
ON_FACES = ("replicator", "pairwise")  # dynamics that never leave a face
DIFFERENCE = 1e-6
HYPERBOLIC = 1e-6  # a real part nearer to 0, beside the largest eigenvalue, decides nothing
MOST_BOXES = 100_000  # on a face; some hundreds are usual
INSIDE = "****"


def velocity(
    parameters: GameParameters, shares: ArrayLike, dynamics: Dynamics, noise: float = 0.0
) -> Array:
    """Return the time derivative of shares.

    Parameters
    ----------
    parameters : GameParameters
    shares : (..., 4) array
    dynamics : {"replicator", "replicator-mutator", "logit", "pairwise"}
    noise : float
        Mutation rate per unit of time; or the noise of logit and pairwise comparison in CNY per
        tonne, for the latter one over the strength of selection. Both scale with CNY.

    Returns
    -------
    (..., 4) array, per unit of time
        s(1-s)Δ;  s(1-s)Δ + noise (1-2s);  1/(1+exp(-Δ/noise)) - s;  s(1-s) tanh(Δ/(2 noise)).
    """
    s = np.asarray(shares, dtype=np.float64)
    gain = advantages(parameters, s)
    if dynamics == "logit":
        return np.asarray(expit(gain / noise) - s)
    if dynamics == "pairwise":
        return np.asarray(s * (1 - s) * np.tanh(gain / (2 * noise)))
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
    if dynamics == "pairwise":
        gain = np.tanh(gain / (2 * noise))
        slopes = ((1 - gain**2) / (2 * noise))[:, None] * slopes
    matrix = (s * (1 - s))[:, None] * slopes + np.diag((1 - 2 * s) * gain)
    if dynamics == "replicator-mutator":
        matrix = matrix - 2 * noise * np.eye(4)
    return np.asarray(matrix)


def classify(
    parameters: GameParameters,
    shares: ArrayLike,
    dynamics: Dynamics,
    noise: float = 0.0,
    *,
    face: str = INSIDE,
    complete: bool = False,
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
    return RestPoint(frozen(shares), frozen(order, np.complex128), kind, face, complete)


def find_rest_points(
    parameters: GameParameters,
    *,
    dynamics: Dynamics = "replicator",
    noise: float = 0.0,
    starts: int = 32,
    seed: int = 0,
) -> RestPoints:
    """Find all rest points in the closed cube, or say on which faces more may be.

    Parameters
    ----------
    parameters : GameParameters
    dynamics : {"replicator", "replicator-mutator", "logit", "pairwise"}
    noise : float
        As for `velocity`.
    starts : int
        Newton starts on a face that stays open.
    seed : int
        Of the quasi-random starts.

    Returns
    -------
    RestPoints
        Replicator and pairwise: the 16 corners first, then edges, faces, interior.

    Notes
    -----
    A continuum of rest points (an edge on which an advantage is zero throughout) is met by
    single points of it, each of them non-hyperbolic; its face is open.

    Examples
    --------
    >>> from tanshi.personal.game import GameParameters
    >>> points = find_rest_points(GameParameters())
    >>> points.complete, [point.shares.tolist() for point in points.sinks]
    (True, [[0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 1.0]])
    """
    faces = ["".join(face) for face in itertools.product("01*", repeat=4)]
    faces = sorted(faces, key=lambda face: face.count("*")) if dynamics in ON_FACES else [INSIDE]
    rule = (KINDS[dynamics], noise)
    points, open_faces = [], []
    for face in faces:
        found, complete = _on_face(parameters, face, rule)
        if not complete:
            open_faces.append(face)
            found = _distinct(found + _by_newton(parameters, face, (dynamics, noise), starts, seed))
        for shares in found:
            made = classify(parameters, shares, dynamics, noise, face=face, complete=complete)
            points.append(made)
    return RestPoints(dynamics, noise, tuple(points), tuple(open_faces))


def _on_face(
    parameters: GameParameters, face: str, rule: tuple[int, float]
) -> tuple[list[Array], bool]:
    """Return the rest points inside a face that are proved, and whether there are no others."""
    fixed = np.array([0.0 if one == "*" else float(one) for one in face])
    free = np.array([i for i in range(4) if face[i] == "*"], dtype=np.int64)
    if not len(free):
        return [fixed], True
    kind = REPLICATOR if rule[0] == PAIRWISE else rule[0]
    values = parameters.as_array()
    bounds = np.stack([fixed, fixed], axis=1)
    bounds[free] = (0.0, 1.0)
    if kind == LOGIT:
        bounds = span_of_log_odds(values, rule[1])
    call = (kind, rule[1], 0.0, 0.0, 0)
    zeros, left_open, _ = search_face(call, values, bounds, free, MOST_BOXES)
    middles = zeros.mean(axis=2)
    if kind == LOGIT:
        middles = expit(middles)
    return sorted(middles, key=lambda point: tuple(point.round(9))), left_open == 0


def _by_newton(
    parameters: GameParameters, face: str, rule: tuple[Dynamics, float], starts: int, seed: int
) -> list[Array]:
    """Return the points on a face that Newton steps from many starts arrive at."""
    fixed = np.array([0.0 if one == "*" else float(one) for one in face])
    free = np.array([i for i in range(4) if face[i] == "*"], dtype=np.int64)

    def states(points: Array) -> Array:
        whole = np.broadcast_to(fixed, (*points.shape[:-1], 4)).copy()
        whole[..., free] = points
        return whole

    def vanishing(points: Array) -> Array:
        if rule[0] in ON_FACES:
            return np.asarray(advantages(parameters, states(points))[..., free])
        return velocity(parameters, points, *rule)

    count = 1 << max(starts - 1, 1).bit_length()
    drawn = qmc.Sobol(len(free), rng=seed).random(count)
    return [
        states(point)
        for point in _roots(vanishing, drawn)
        if (point > 0).all() and (point < 1).all()
    ]


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
    return _distinct(list(points[value < 1e-9]))


def _distinct(points: list[Array]) -> list[Array]:
    distinct: list[Array] = []
    for point in points:
        if not any(np.abs(point - one).max() < 1e-6 for one in distinct):
            distinct.append(point)
    return sorted(distinct, key=lambda point: tuple(point.round(9)))
