"""The quadratic directional output distance function in its free parameters.

The translation property (Eq. 3: beta_1 - gamma_1 = -1, beta_2 = gamma_2 = mu,
delta_k = eta_k) means that D depends on the two outputs only through b and s = y + b:

    D(x, y, b; 1, -1) = b + Q(x, s),    Q a full quadratic in (x, s),

so (K + 2)(K + 3) / 2 parameters are free. The derivatives follow:

    dD/dy = Q_s,    dD/db = 1 + Q_s,    dD/dx_k = Q_k,

and each is affine in (x, s). A sign that holds at the vertices of the convex hull of
the data therefore holds at every observation: few rows impose monotonicity exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import ConvexHull, QhullError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.frontier.inputs import FrontierInputs

    Array = NDArray[np.float64]

ALL = slice(None)
NULL_JOINTNESS_MARGIN = 1e-6
HULL_DIMENSIONS = 6  # beyond this a hull has nearly all points as vertices and costs more


def quadratic_features(points: Array) -> Array:
    """Return the terms of a full quadratic: 1, z_j, then z_j z_l with 1/2 on squares.

    Parameters
    ----------
    points : (n, J) array
        Normally z = (x, s), so J = K + 1.

    Returns
    -------
    (n, (J + 1)(J + 2) / 2) array

    Examples
    --------
    >>> quadratic_features(np.array([[2.0, 3.0]]))
    array([[1. , 2. , 3. , 2. , 6. , 4.5]])
    """
    n, j = points.shape
    first, second = np.triu_indices(j)
    products = points[:, first] * points[:, second]
    products[:, first == second] *= 0.5
    return np.hstack([np.ones((n, 1)), points, products])


def gradient_features(points: Array, axis: int) -> Array:
    """Return the features whose product with the parameters is dQ/dz_axis.

    Parameters
    ----------
    points : (n, J) array
    axis : int
        Which z.

    Returns
    -------
    (n, (J + 1)(J + 2) / 2) array

    Examples
    --------
    >>> gradient_features(np.array([[2.0, 3.0]]), axis=1)
    array([[0., 0., 1., 0., 2., 3.]])
    """
    n, j = points.shape
    first, second = np.triu_indices(j)
    gradient = np.zeros((n, 1 + j + len(first)))
    gradient[:, 1 + axis] = 1.0
    for column, (a, b) in enumerate(zip(first, second, strict=True), start=1 + j):
        if a == axis:
            gradient[:, column] = points[:, b]
        elif b == axis:
            gradient[:, column] = points[:, a]
    return gradient


def gradient_coefficients(theta: Array, n_points: int) -> tuple[Array, Array]:
    """Return c and A with dQ/dz = c + A z, by surface.

    Parameters
    ----------
    theta : (T, P) array
    n_points : int
        J, the number of z.

    Returns
    -------
    constant : (T, J) array
    slope : (T, J, J) array, symmetric

    Examples
    --------
    >>> c, a = gradient_coefficients(np.array([[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
    >>> c.tolist(), a.tolist()
    ([[1.0, 2.0]], [[[3.0, 4.0], [4.0, 5.0]]])
    """
    first, second = np.triu_indices(n_points)
    slope = np.empty((len(theta), n_points, n_points))
    slope[:, first, second] = slope[:, second, first] = theta[:, 1 + n_points :]
    return theta[:, 1 : 1 + n_points], slope


def translation_points(inputs: FrontierInputs, rows: slice = ALL) -> Array:
    """Return z = (x, s) with s = y + b, mean-normalised, (m, K + 1)."""
    total = inputs.normalised_output[rows] + inputs.normalised_emissions[rows]
    return np.column_stack([inputs.normalised_inputs[rows], total])


def null_joint_points(inputs: FrontierInputs, rows: slice = ALL) -> Array:
    """Return (x, y): where Q is D at zero emissions, mean-normalised, (m, K + 1)."""
    return np.column_stack([inputs.normalised_inputs[rows], inputs.normalised_output[rows]])


def hull_vertices(points: Array) -> NDArray[np.intp]:
    """Return the rows of `points` whose convex hull is the hull of all of them.

    Data that lie in a subspace are projected on it first. Above six dimensions every
    distinct row is returned: exact as well, only longer.

    Parameters
    ----------
    points : (n, J) array

    Returns
    -------
    (m,) array of row numbers, ascending
    """
    if points.shape[1] <= HULL_DIMENSIONS:
        try:
            return np.sort(ConvexHull(points).vertices)
        except QhullError:
            return _flat_hull_vertices(points)
    return _flat_hull_vertices(points)


def _flat_hull_vertices(points: Array) -> NDArray[np.intp]:
    """Return hull vertices of points in a subspace, or of many dimensions."""
    distinct = np.unique(points, axis=0, return_index=True)[1]
    centred = points[distinct] - points[distinct].mean(axis=0)
    _, size, directions = np.linalg.svd(centred, full_matrices=False)
    rank = int((size > size[0] * 1e-10).sum()) if size[0] > 0 else 0
    if len(distinct) <= rank + 1 or rank > HULL_DIMENSIONS:
        return np.sort(distinct)
    flat = centred @ directions[:rank].T
    if rank == 1:
        return np.sort(distinct[[int(flat.argmin()), int(flat.argmax())]])
    return np.sort(distinct[ConvexHull(flat).vertices])


def monotonicity_rows(points: Array) -> tuple[Array, Array, tuple[str, ...]]:
    """Return rows G theta <= h for dD/dx_k >= 0, dD/dy <= 0 and dD/db >= 0.

    Parameters
    ----------
    points : (m, K + 1) array
        Where to impose the signs: the hull vertices of z = (x, s).

    Returns
    -------
    rows : (m (K + 2), P) array
    bounds : (m (K + 2),) array
    kinds : tuple of str, length K + 2
        What each block of m consecutive rows says.
    """
    m, j = points.shape
    of_total = gradient_features(points, j - 1)
    blocks = [-gradient_features(points, k) for k in range(j - 1)] + [of_total, -of_total]
    bounds = np.concatenate([np.zeros(m * j), np.ones(m)])
    kinds = tuple(f"input_{k + 1}" for k in range(j - 1))
    return np.vstack(blocks), bounds, (*kinds, "desirable_output", "undesirable_output")


def printed_parameters(theta: Array, n_inputs: int) -> dict[str, float]:
    """Return the parameters of Eq. 3 by name, from the free ones.

    Parameters
    ----------
    theta : (P,) array
        Free parameters in the order of `quadratic_features` of z = (x, s).
    n_inputs : int
        K.

    Returns
    -------
    dict
        a0, b1, g1, a_1 …, a_1_1 …, b2, g2, mu, d_1 …, e_1 …; a_k_l with k <= l stands
        for both halves of the symmetric matrix.
    """
    k = n_inputs
    first, second = np.triu_indices(k + 1)
    quadratic = {
        (int(a), int(b)): float(value)
        for a, b, value in zip(first, second, theta[k + 2 :], strict=True)
    }
    # Eq. (3)
    beta_1 = float(theta[k + 1])
    mu = quadratic[k, k]
    names = {"a0": float(theta[0]), "b1": beta_1, "g1": beta_1 + 1.0}
    names |= {f"a_{i + 1}": float(theta[1 + i]) for i in range(k)}
    names |= {f"a_{i + 1}_{j + 1}": quadratic[i, j] for i in range(k) for j in range(i, k)}
    names |= {"b2": mu, "g2": mu, "mu": mu}
    names |= {f"d_{i + 1}": quadratic[i, k] for i in range(k)}
    names |= {f"e_{i + 1}": quadratic[i, k] for i in range(k)}
    return names
