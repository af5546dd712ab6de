"""Arrays that cannot change after a result has been handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def frozen(values: ArrayLike, dtype: Any = np.float64) -> NDArray[Any]:
    """Return a read-only array; the caller's own array stays writable.

    Parameters
    ----------
    values : array_like
        Any shape.
    dtype : numpy dtype, default float64
        Kind of number to hold.

    Returns
    -------
    ndarray
        A copy of `values` whose ``writeable`` flag is off.

    Examples
    --------
    >>> frozen([1.0, 2.0]).flags.writeable
    False
    """
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array
