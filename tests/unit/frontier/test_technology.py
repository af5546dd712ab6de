"""The quadratic in its free parameters, and the vertices that carry its signs."""

import numpy as np
import pytest
from scipy.optimize import linprog

from tanshi.frontier.technology import (
    gradient_features,
    hull_vertices,
    monotonicity_rows,
    printed_parameters,
    quadratic_features,
)


@pytest.mark.parametrize("axes", [2, 3, 4])
def test_gradient_is_the_derivative_of_the_quadratic(axes):
    """A central difference of a quadratic is its derivative, whatever the step."""
    rng = np.random.default_rng(axes)
    points, theta = rng.normal(size=(7, axes)), rng.normal(size=(axes + 1) * (axes + 2) // 2)
    for axis in range(axes):
        step = np.eye(axes)[axis] * 0.5
        difference = quadratic_features(points + step) - quadratic_features(points - step)
        assert gradient_features(points, axis) @ theta == pytest.approx(difference @ theta)


def test_rows_say_the_signs_of_eq_3():
    points = np.array([[1.0, 2.0], [3.0, 5.0]])
    rows, bounds, kinds = monotonicity_rows(points)
    assert kinds == ("input_1", "desirable_output", "undesirable_output")
    assert bounds.tolist() == [0.0] * 4 + [1.0] * 2
    # Q = -0.5 s: dD/dx = 0, dD/dy = -0.5, dD/db = 0.5, so two rows bind and four are slack.
    theta = np.array([0.0, 0.0, -0.5, 0.0, 0.0, 0.0])
    assert (bounds - rows @ theta).tolist() == [0.0, 0.0, 0.5, 0.5, 0.5, 0.5]


def test_printed_parameters_satisfy_the_printed_identities():
    names = printed_parameters(np.arange(1.0, 16.0), 3)
    assert names["b1"] - names["g1"] == pytest.approx(-1.0)
    assert names["b2"] == names["g2"] == names["mu"] == 15.0
    assert [names[f"d_{k}"] for k in (1, 2, 3)] == [names[f"e_{k}"] for k in (1, 2, 3)]
    assert len([name for name in names if name.startswith("a_") and name.count("_") == 2]) == 6
    assert (names["a0"], names["a_1"], names["a_3"], names["b1"]) == (1.0, 2.0, 4.0, 5.0)
    assert (names["a_1_1"], names["a_1_3"], names["d_1"], names["a_2_2"]) == (6.0, 8.0, 9.0, 10.0)


def is_inside(point, corners, *, slack=1e-9):
    """Say whether `point` is a mixture of the rows of `corners`, up to `slack`."""
    m = len(corners)
    equal = np.vstack([corners.T, np.ones(m)])
    target = np.append(point, 1.0)
    answer = linprog(
        np.zeros(m),
        A_ub=np.vstack([equal, -equal]),
        b_ub=np.concatenate([target, -target]) + slack,
        bounds=(0, None),
    )
    return answer.status == 0


def points_of(kind):
    rng = np.random.default_rng(7)
    plane = rng.normal(size=(2, 4))
    return {
        "a square with its middle": np.array([[0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.5]], float),
        "a cloud": rng.normal(size=(40, 3)),
        "a cloud, each point twice": np.repeat(rng.normal(size=(15, 3)), 2, axis=0),
        "on a line": np.outer(rng.normal(size=9), [1.0, 2.0, -1.0]) + 3.0,
        "on a plane in four dimensions": rng.normal(size=(25, 2)) @ plane + 1.0,
        "all but on a plane": rng.normal(size=(25, 2)) @ plane + 1e-12 * rng.normal(size=(25, 4)),
        "a constant column": np.column_stack([rng.normal(size=(20, 2)), np.ones(20)]),
        "one point many times": np.full((6, 3), 2.0),
        "two points": np.array([[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]]),
        "fewer points than dimensions": rng.normal(size=(4, 6)),
        "eight dimensions": rng.normal(size=(12, 8)),
        "a plane in eight dimensions": rng.normal(size=(20, 2)) @ rng.normal(size=(2, 8)),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("a square with its middle", 4),
        ("a cloud", 30),
        ("a cloud, each point twice", 15),
        ("on a line", 2),
        ("on a plane in four dimensions", 15),
        ("all but on a plane", 15),
        ("a constant column", 12),
        ("one point many times", 1),
        ("two points", 2),
        ("fewer points than dimensions", 4),
        ("eight dimensions", 12),
        ("a plane in eight dimensions", 12),
    ],
)
def test_every_point_is_a_mixture_of_the_hull_vertices(kind, most):
    """The signs at the vertices then hold everywhere; `most` says they are fewer than all."""
    points = points_of(kind)
    vertices = hull_vertices(points)
    assert sorted(set(vertices.tolist())) == vertices.tolist()
    assert 1 <= len(vertices) <= most
    assert all(is_inside(point, points[vertices]) for point in points)


def test_many_dimensions_give_every_distinct_row():
    """Inside the hull or not: looking for it would cost more than the rows it saves."""
    points = np.random.default_rng(1).normal(size=(30, 8))
    with_middle = np.vstack([points, points, points.mean(axis=0)])
    assert len(hull_vertices(with_middle)) == 31
