"""Which sector of the table an industry of the market belongs to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tanshi.core import Fault, InputError


@dataclass(frozen=True, slots=True)
class Industry:
    """An industry of the market.

    Parameters
    ----------
    sector : str
        Code in the 42-sector table.
    whole : bool
        Whether it is the whole sector, or a part of it.
    """

    sector: str
    whole: bool


@cache
def load_industries() -> dict[str, Industry]:
    """Return the bundled map from industry to sector."""
    text = (resources.files("tanshi.leontief") / "industries.toml").read_text(encoding="utf-8")
    return {name: Industry(**entry) for name, entry in tomllib.loads(text)["industry"].items()}


def resolve_sector(name: str, covered_share: float | None) -> tuple[str, float]:
    """Return the sector's code and its covered share for a code or an industry's name.

    Parameters
    ----------
    name : str
        A code of the table, or an industry such as ``"steel"``.
    covered_share : float or None
        None means all of the sector.

    Raises
    ------
    InputError
        The industry is a part of its sector and no share is given.

    Examples
    --------
    >>> resolve_sector("power", None), resolve_sector("24", 0.5), resolve_sector("steel", 0.9)
    (('24', 1.0), ('24', 0.5), ('14', 0.9))
    """
    industry = load_industries().get(name)
    if industry is None:
        return name, 1.0 if covered_share is None else covered_share
    if covered_share is None and not industry.whole:
        fault = Fault(
            f"{name} is a part of sector {industry.sector}",
            "no covered share",
            "the share of the sector's emissions that is covered",
            f"write --covered-share {name}:SHARE",
            column="sector",
        )
        raise InputError([fault])
    return industry.sector, 1.0 if covered_share is None else covered_share
