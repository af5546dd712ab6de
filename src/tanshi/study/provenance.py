"""Where a result comes from: version, command, scenario, data, seed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What is needed to make a result again.

    Parameters
    ----------
    command : str
        The command as given.
    scenario_sha256 : str
        Of the scenario with its defaults.
    data_sha256 : dict
        File name to hash, of every file read.
    seed : int or None
        None where nothing is random.
    tanshi_version : str
        Version of this package.
    """

    command: str
    scenario_sha256: str
    data_sha256: dict[str, str]
    seed: int | None = None
    tanshi_version: str = version("tanshi")

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, for ``provenance.json``."""
        return asdict(self)
