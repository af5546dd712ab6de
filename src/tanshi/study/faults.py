"""Collect refusals of several steps, so that a user hears of all of them at once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tanshi.core import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanshi.core import Fault


@contextmanager
def gathering(faults: list[Fault]) -> Iterator[None]:
    """Add the faults of a refused block to a list, and go on behind the block.

    Examples
    --------
    >>> from tanshi.core import Fault
    >>> found = []
    >>> with gathering(found):
    ...     raise InputError([Fault("no sector", "nothing", "one", "name one")])
    >>> [fault.what for fault in found]
    ['no sector']
    """
    try:
        yield
    except InputError as error:
        faults += error.faults
