"""The two classifications of China's national tables: 42 sectors, and 153 within them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@cache
def load_detailed_sectors() -> dict[str, tuple[str, ...]]:
    """Return the codes of the 153 sectors within each of the 42.

    Examples
    --------
    >>> load_detailed_sectors()["30"]
    ('123', '124')
    """
    return {
        code: tuple(f"{number:03d}" for number in range(int(first), int(last) + 1))
        for code, (first, last) in _read("detailed_sectors.toml")["sector"].items()
    }


@cache
def detailed_codes() -> tuple[str, ...]:
    """Return the codes of the 153 sectors."""
    return tuple(code for codes in load_detailed_sectors().values() for code in codes)


def sectors_within(code: str, codes: Sequence[str]) -> tuple[str, ...]:
    """Return the sectors of a table that make up one of the 42 sectors.

    Parameters
    ----------
    code : str
        Of the 42-sector classification.
    codes : sequence of str
        Of the table.

    Returns
    -------
    tuple of str
        Empty where the table is of neither classification.

    Examples
    --------
    >>> sectors_within("24", detailed_codes()), sectors_within("24", ["23", "24"])
    (('100',), ('24',))
    """
    if tuple(codes) == detailed_codes():
        return load_detailed_sectors().get(code, ())
    return (code,) if code in codes and code in load_detailed_sectors() else ()


def sectors_above(codes: Sequence[str]) -> dict[str, str]:
    """Return the sector of the 42 that each of the 153 is in; empty for other tables."""
    if tuple(codes) != detailed_codes():
        return {}
    return {inner: code for code, inside in load_detailed_sectors().items() for inner in inside}


def table_concordance(
    concordance: Mapping[str, Sequence[str]], codes: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return a concordance with the 42 sectors as one with the sectors of a table.

    A concordance is returned as it is where the table has other sectors than the 153.
    """
    if tuple(codes) != detailed_codes():
        return {name: tuple(own) for name, own in concordance.items()}
    detailed = load_detailed_sectors()
    return {
        name: tuple(code for sector in own for code in detailed[sector])
        for name, own in concordance.items()
    }


def product_groups(codes: Sequence[str]) -> tuple[str, ...] | None:
    """Return the group of household purchases of every sector's product.

    Parameters
    ----------
    codes : sequence of str, length n

    Returns
    -------
    tuple of str, length n
        None where the table is of neither classification.

    Examples
    --------
    >>> product_groups(["24"]), product_groups(["power"])
    (('electricity and heat',), None)
    """
    content = _read("product_groups.toml")
    own = {code: name for name, sectors in content["group"].items() for code in sectors}
    if above := sectors_above(codes):
        own = {inner: own[code] for inner, code in above.items()} | content["detailed"]
    return tuple(own[code] for code in codes) if own.keys() >= set(codes) else None


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("tanshi.leontief") / name).read_text(encoding="utf-8"))
