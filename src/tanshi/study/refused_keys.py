"""What is left of a scenario without the keys that are refused, so that the rest can be checked."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanshi.core import Fault
    from tanshi.study.toml_lines import Place


def place_of(fault: Fault) -> Place:
    """Return the parts of the key that a fault names."""
    return tuple(fault.column.split("."))


def follows(place: Place, refused: list[Place]) -> bool:
    """Tell whether a refusal may only follow from keys of its table that were left out."""
    return any(place[:-1] == one[:-1] or place[: len(one)] == one for one in refused)


def without_keys(content: dict[str, Any], places: list[Place]) -> dict[str, Any] | None:
    """Return the content without some keys, or the tables that lack them; None if it cannot be.

    Examples
    --------
    >>> without_keys({"floor": {"rule": "x", "cpi": {}}}, [("floor", "rule")])
    {'floor': {'cpi': {}}}
    >>> without_keys({"rows": [{"a": 1}]}, [("rows", "0", "b")]) is None
    True
    """
    rest = deepcopy(content)
    gone: list[Place] = []
    for place in places:
        if any(place[: len(one)] == one for one in gone):
            continue
        chain: list[Any] = [rest]
        for part in place:
            if not _has(chain[-1], part):
                break
            chain.append(chain[-1][int(part) if isinstance(chain[-1], list) else part])
        depth = len(chain) - 1
        if depth < len(place) and isinstance(chain[depth - 1], list):
            return None  # a row without a key that it needs
        while isinstance(chain[depth - 1], list):
            depth -= 1  # an entry goes with its list
        if depth == 0 or (depth == 1 and len(place) > 1):
            return None
        del chain[depth - 1][place[depth - 1]]
        gone.append(place[:depth])
    return rest


def _has(here: Any, part: str) -> bool:
    if isinstance(here, list):
        return part.isdigit() and int(part) < len(here)
    return isinstance(here, dict) and part in here
