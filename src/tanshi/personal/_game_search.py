"""All rest points on a face of the cube, and the proof that there are no others (Krawczyk 1969).

A face is cut into boxes. A box is thrown away where the bounds of a function that has to vanish
exclude zero; it is settled where Krawczyk's operator maps it into its own inside, which proves
exactly one zero in it; else it is halved. If no box is left open, the zeros found are all there
are. The mean value theorem behind the operator also holds across kinks, for slopes that lie
between those of both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.personal._game_bounds import (
    NONE,
    ONE,
    add,
    mul,
    sub,
    times,
    vanishing_bounds,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.personal._game_kernels import Rule

    Array = NDArray[np.float64]
    Whole = NDArray[np.int64]

NARROW = 1e-9  # a box of this width that is neither settled nor thrown away stays open
TIGHT = 1e-7  # what holds a zero is narrower
WIDER = 0.02  # a box is tested with so much of its width on either side
MOST_ZEROS = 64  # on a face; more are a continuum
DEEPEST = 1000  # boxes waiting; a search goes down, so this is never met
OPEN, EMPTY, SETTLED = 2, 0, 1


@numba.njit(cache=True)
def _inverse(matrix: Array) -> tuple[bool, Array]:
    """Return whether a small matrix can be inverted, and its inverse (need not be exact)."""
    size = len(matrix)
    left, right = matrix.copy(), np.eye(size)
    for i in range(size):
        best = i
        for k in range(i + 1, size):
            if abs(left[k, i]) > abs(left[best, i]):
                best = k
        if abs(left[best, i]) < 1e-14:
            return False, right
        for j in range(size):
            left[i, j], left[best, j] = left[best, j], left[i, j]
            right[i, j], right[best, j] = right[best, j], right[i, j]
        pivot = left[i, i]
        for j in range(size):
            left[i, j] /= pivot
            right[i, j] /= pivot
        for k in range(size):
            factor = left[k, i]
            if k != i and factor != 0.0:
                for j in range(size):
                    left[k, j] -= factor * left[i, j]
                    right[k, j] -= factor * right[i, j]
    return True, right


@numba.njit(cache=True)
def _krawczyk(rule: Rule, p: Array, box: Array, free: Whole, image: Array) -> bool:
    """Write Krawczyk's image of a box; return False where the slopes cannot be inverted."""
    size = len(free)
    value, slope, middle = np.empty((4, 2)), np.empty((4, 4, 2)), box.copy()
    for i in free:
        middle[i] = 0.5 * (box[i, 0] + box[i, 1])
    vanishing_bounds(rule, p, box, value, slope)
    guess = np.empty((size, size))
    for a in range(size):
        for b in range(size):
            guess[a, b] = 0.5 * (slope[free[a], free[b], 0] + slope[free[a], free[b], 1])
    regular, inverse = _inverse(guess)
    if not regular:
        return False
    unused = np.empty((4, 4, 2))
    vanishing_bounds(rule, p, middle, value, unused)
    for a in range(size):
        at = middle[free[a], 0]
        total = (at, at)
        for b in range(size):
            total = sub(total, times(inverse[a, b], (value[free[b], 0], value[free[b], 1])))
        for b in range(size):
            entry = ONE if a == b else NONE
            for k in range(size):
                held = (slope[free[k], free[b], 0], slope[free[k], free[b], 1])
                entry = sub(entry, times(inverse[a, k], held))
            centre = middle[free[b], 0]
            reach = sub((box[free[b], 0], box[free[b], 1]), (centre, centre))
            total = add(total, mul(entry, reach))
        image[free[a], 0], image[free[a], 1] = total
    return True


@numba.njit(cache=True)
def _refine(rule: Rule, p: Array, box: Array, free: Whole) -> None:
    """Tighten a box that is known to hold one zero."""
    image = box.copy()
    for _ in range(30):
        if not _krawczyk(rule, p, box, free, image):
            return
        moved = False
        for i in free:
            low, high = max(box[i, 0], image[i, 0]), min(box[i, 1], image[i, 1])
            moved = moved or high - low < 0.9 * (box[i, 1] - box[i, 0])
            box[i, 0], box[i, 1] = low, high
        if not moved:
            return


@numba.njit(cache=True)
def _widest(box: Array, free: Whole) -> tuple[int, float]:
    place, width = free[0], -1.0
    for i in free:
        if box[i, 1] - box[i, 0] > width:
            place, width = i, box[i, 1] - box[i, 0]
    return place, width


@numba.njit(cache=True)
def _settle(rule: Rule, p: Array, face: Array, free: Whole, boxes: Array) -> int:
    """Return EMPTY, SETTLED or OPEN for the first of two boxes.

    The second becomes the first and a little more; settled, it is tight around the only zero in
    it. An open box is cut down to where zeros can be.
    """
    box, wide = boxes[0], boxes[1]
    value, slope, image = np.empty((4, 2)), np.empty((4, 4, 2)), box.copy()
    vanishing_bounds(rule, p, box, value, slope)
    for i in free:
        if value[i, 0] > 0 or value[i, 1] < 0:
            return EMPTY
    wide[:] = box
    for i in free:
        more = WIDER * (box[i, 1] - box[i, 0])
        wide[i, 0] = max(box[i, 0] - more, face[i, 0])
        wide[i, 1] = min(box[i, 1] + more, face[i, 1])
    if not _krawczyk(rule, p, wide, free, image):
        return OPEN
    inside = True
    for i in free:
        inside = inside and wide[i, 0] < image[i, 0] and image[i, 1] < wide[i, 1]
        if image[i, 1] < box[i, 0] or image[i, 0] > box[i, 1]:
            return EMPTY
    if inside:
        _refine(rule, p, wide, free)
        # A kink beside the zero can hold the operator back: then the box is halved first.
        if _widest(wide, free)[1] < TIGHT:
            return SETTLED
    for i in free:
        box[i, 0], box[i, 1] = max(box[i, 0], image[i, 0]), min(box[i, 1], image[i, 1])
    return OPEN


@numba.njit(cache=True)
def _is_new(zeros: Array, wide: Array, free: Whole) -> bool:
    """Return whether a settled box meets none of those before; if it does, it is that zero."""
    for zero in zeros:
        same = True
        for i in free:
            same = same and zero[i, 0] <= wide[i, 1] and wide[i, 0] <= zero[i, 1]
        if same:
            return False
    return True


@numba.njit(cache=True)
def _push(stack: Array, height: int, box: Array, place: int) -> int:
    """Put an open box back, in halves of one share, or whole for -1; return the height."""
    stack[height] = box
    if place < 0:
        return height + 1
    half = 0.5 * (box[place, 0] + box[place, 1])
    stack[height + 1] = box
    stack[height, place, 1], stack[height + 1, place, 0] = half, half
    return height + 2


@numba.njit(cache=True)
def search_face(
    rule: Rule, p: Array, face: Array, free: Whole, most: int
) -> tuple[Array, int, int]:
    """Find every zero on a face.

    Parameters
    ----------
    rule : Rule
        Of `_game_kernels`; only kind and noise count.
    p : (27,) array
    face : (4, 2) array
        Bounds of the shares, both the same where a share is fixed; of log-odds for the logit.
    free : array of int
        The shares that are not.
    most : int
        Boxes looked at.

    Returns
    -------
    (n, 4, 2) array, int, int
        Bounds of the zeros, boxes left open, boxes looked at. With no box left open there are
        these zeros and no others.
    """
    stack, zeros = np.empty((DEEPEST + 4, 4, 2)), np.empty((MOST_ZEROS, 4, 2))
    stack[0] = face
    boxes = np.empty((2, 4, 2))
    height, count, left_open, used = 1, 0, 0, 0
    while height > 0:
        if used >= most or height > DEEPEST or count >= MOST_ZEROS:
            return zeros[:count].copy(), left_open + height, used
        height -= 1
        used += 1
        boxes[0] = stack[height]
        before = _widest(boxes[0], free)[1]
        found = _settle(rule, p, face, free, boxes)
        if found == SETTLED and _is_new(zeros[:count], boxes[1], free):
            zeros[count] = boxes[1]
            count += 1
        if found == OPEN:
            place, width = _widest(boxes[0], free)
            if width < NARROW:
                left_open += 1
            else:
                # What the operator has cut down need not be halved as well.
                height = _push(stack, height, boxes[0], -1 if width < 0.7 * before else place)
    return zeros[:count].copy(), left_open, used
