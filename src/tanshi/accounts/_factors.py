"""Emission factors of fuels and the bundled table they come from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from tanshi.accounts._checks import choice_faults
from tanshi.core import Fault, InputError

CO2_PER_CARBON = 44.0 / 12.0
# kg in a unit of mass, m3 in a unit of volume.
QUANTITY_SIZES = {"t": 1e3, "1e4 t": 1e7, "m3": 1.0, "1e4 m3": 1e4, "1e8 m3": 1e8}
NCV_SOURCE = "China Energy Statistical Yearbook"
CO2_SOURCE = "2006 IPCC Guidelines, vol. 2, table 1.4"


@dataclass(frozen=True)
class FuelFactor:
    """How much CO2 a unit of one fuel gives off when burnt, Zhang & Chang (2025), Eq. 19.

    Parameters
    ----------
    fuel : str
        Name in results.
    names : tuple of str
        Column headers it answers to, English or Chinese, in any case.
    family : {"coal", "oil", "gas"}
        Fuels of one family are made from its primary fuel.
    derived : bool
        True for coke and refined products, false for what is mined or pumped.
    quantity_unit : {"t", "1e4 t", "m3", "1e4 m3", "1e8 m3"}
        Unit consumption is stated in.
    net_calorific_value_mj : float, MJ/kg (units of mass) or MJ/m3 (units of volume)
        NCV of Eq. 19.
    co2_kg_per_gj : float, optional
        Effective CO2 factor before oxidation, 44/12 included.
    carbon_kg_per_gj : float, optional
        Carbon content, the CF of Eq. 19. Exactly one of the two is given.
    oxidation : float, default 1
        Share of the carbon that burns, the COF of Eq. 19.
    source : str
        Where the numbers come from.

    Raises
    ------
    InputError
        A factor at or below zero, oxidation outside 0 to 1, an unknown unit or family,
        or not exactly one of the two factors.

    Examples
    --------
    10,000 t of coal, 20.908 GJ/t and 98.3 kg CO2/GJ:

    >>> coal = FuelFactor("coal", ("coal",), "coal", False, "1e4 t", 20.908,
    ...                   co2_kg_per_gj=98.3)
    >>> round(coal.tco2_per_quantity_unit, 3)
    20552.564
    """

    fuel: str
    names: tuple[str, ...]
    family: Literal["coal", "oil", "gas"]
    derived: bool
    quantity_unit: Literal["t", "1e4 t", "m3", "1e4 m3", "1e8 m3"]
    net_calorific_value_mj: float
    co2_kg_per_gj: float | None = None
    carbon_kg_per_gj: float | None = None
    oxidation: float = 1.0
    source: str = ""

    def __post_init__(self) -> None:
        faults = choice_faults(self.family, ("coal", "oil", "gas"), f"{self.fuel}.family")
        faults += choice_faults(
            self.quantity_unit, tuple(QUANTITY_SIZES), f"{self.fuel}.quantity_unit"
        )
        if (self.co2_kg_per_gj is None) == (self.carbon_kg_per_gj is None):
            faults.append(
                Fault(
                    "factor is not given in one way",
                    f"co2_kg_per_gj {self.co2_kg_per_gj}, carbon_kg_per_gj {self.carbon_kg_per_gj}",
                    "exactly one of co2_kg_per_gj and carbon_kg_per_gj",
                    "leave one of them out",
                    column=self.fuel,
                )
            )
        for name in ("net_calorific_value_mj", "co2_kg_per_gj", "carbon_kg_per_gj"):
            value = getattr(self, name)
            if value is not None and not (np.isfinite(value) and value > 0.0):
                faults.append(_number_fault(self.fuel, name, value, "a number above 0"))
        if not 0.0 <= self.oxidation <= 1.0:
            faults.append(_number_fault(self.fuel, "oxidation", self.oxidation, "0 to 1"))
        if faults:
            raise InputError(faults)

    @property
    def tco2_per_quantity_unit(self) -> float:
        """Tonnes of CO2 for one `quantity_unit` of the fuel."""
        if self.carbon_kg_per_gj is not None:
            co2_kg_per_gj = self.carbon_kg_per_gj * CO2_PER_CARBON
        else:
            co2_kg_per_gj = float(self.co2_kg_per_gj or 0.0)
        heat_gj = QUANTITY_SIZES[self.quantity_unit] * self.net_calorific_value_mj / 1e3
        return heat_gj * co2_kg_per_gj * self.oxidation / 1e3  # Eq. (19), one fuel


def load_default_factors(factor_set: str = "ipcc_2006_anthracite") -> tuple[FuelFactor, ...]:
    """Read the bundled factors of the eight fuels.

    Parameters
    ----------
    factor_set : {"ipcc_2006_anthracite", "ipcc_2006_bituminous"}
        The IPCC has no default for "coal": the first counts all of it as anthracite
        (98.3 kg CO2/GJ), the second as other bituminous coal (94.6), which lowers the
        emissions from coal by 3.8 %. The other seven fuels are the same in both.

    Returns
    -------
    tuple of FuelFactor
        Coal, coke, crude, gasoline, kerosene, diesel, fueloil, gas.

    Raises
    ------
    InputError
        An unknown factor set.

    Examples
    --------
    >>> [f.fuel for f in load_default_factors()]
    ['coal', 'coke', 'crude', 'gasoline', 'kerosene', 'diesel', 'fueloil', 'gas']
    """
    text = files("tanshi.accounts").joinpath("factors.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    faults = choice_faults(factor_set, tuple(table["sets"]), "factor_set")
    if faults:
        raise InputError(faults)
    changes: dict[str, Any] = table["sets"][factor_set]
    return tuple(_factor(row, changes) for row in table["fuel"])


def _factor(row: dict[str, Any], changes: dict[str, Any]) -> FuelFactor:
    fuel = row["fuel"]
    ipcc_name = changes.get("ipcc_name", {}).get(fuel, row["ipcc_name"])
    return FuelFactor(
        fuel=fuel,
        names=tuple(row["names"]),
        family=row["family"],
        derived=row["derived"],
        quantity_unit=row["quantity_unit"],
        net_calorific_value_mj=row["ncv"],
        co2_kg_per_gj=changes.get("co2_kg_per_gj", {}).get(fuel, row["co2_kg_per_gj"]),
        source=f"NCV: {NCV_SOURCE}; CO2: {CO2_SOURCE}, {ipcc_name}, full oxidation",
    )


def _number_fault(fuel: str, name: str, found: float, allowed: str) -> Fault:
    return Fault(
        "not a possible factor",
        f"{found:g}",
        allowed,
        "correct the factor",
        column=f"{fuel}.{name}",
    )
