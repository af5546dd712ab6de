"""One row of the table of published figures and ours."""

from __future__ import annotations


def compared(
    item: str,
    quantity: str,
    basis: str,
    *,
    published: str,
    ours: str,
    reproduced: bool,
    reason: str,
    difference: float | None = None,
) -> dict[str, object]:
    """Return a row.

    Parameters
    ----------
    item : str
        Where the paper has it, for example ``"Table 2"``.
    quantity : str
        What it is.
    basis : str
        Output column, or the intensity, that ours rests on.
    published, ours : str
        As they are to be read.
    reproduced : bool
    reason : str
        Why ours differs, or what makes it comparable.
    difference : float, optional
        ours / published - 1; None where they are words.
    """
    return {
        "item": item,
        "quantity": quantity,
        "output_column": basis,
        "published": published,
        "ours": ours,
        "difference_percent": None if difference is None else 100.0 * difference,
        "reproduced": reproduced,
        "reason": reason,
    }
