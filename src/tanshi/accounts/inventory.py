"""CO2 from the fuels a region consumes.

Zhang & Chang (2025), Eq. 19, after the 2006 IPCC Guidelines:

    e = Σ_i E_i · NCV_i · CF_i · COF_i · 44/12,

with consumption E, net calorific value NCV, carbon content CF and oxidised share COF
of each fuel i. The effective CO2 factors of the IPCC already hold CF · 44/12.
Assumption: everything consumed is burnt. It is not: coal becomes coke, and crude oil
becomes gasoline, so that counting both counts carbon twice. The result says how much
that can be at most.
"""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from tanshi.accounts._checks import choice_faults
from tanshi.accounts._factors import FuelFactor, load_default_factors
from tanshi.accounts.results import EmissionsInventory
from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanshi.accounts._checks import BoolArray, FloatArray

__all__ = ["FuelFactor", "InventoryInputs", "estimate_emissions", "load_default_factors"]

Blanks = Literal["zero", "refuse"]
# A statistic of exactly nothing may come out of a calculation as -1e-12.
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class InventoryInputs:
    """Consumption of fuels, one row a unit and year, checked.

    Parameters
    ----------
    units, years : tuple, length n_rows
        Unit and year of each row; no pair twice.
    consumption : mapping of str to array_like, shape (n_rows,)
        By column header; a header is any of a factor's names. In the factor's
        `quantity_unit`. Blanks are NaN.
    factors : tuple of FuelFactor
        By default the bundled table. Fuels without a column are not counted.

    Raises
    ------
    InputError
        Every fault at once: an unknown header, a fuel given twice, a column of the
        wrong length, negative or infinite consumption, a unit and year given twice.
    """

    units: tuple[str, ...]
    years: tuple[int, ...]
    consumption: Mapping[str, FloatArray]
    factors: tuple[FuelFactor, ...] = field(default_factory=load_default_factors)

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", tuple(self.units))
        object.__setattr__(self, "years", tuple(self.years))
        columns = {header: frozen(values) for header, values in self.consumption.items()}
        object.__setattr__(self, "consumption", columns)
        faults = self._row_faults() + self._header_faults()
        for header, values in columns.items():
            faults += self._column_faults(header, values)
        if faults:
            raise InputError(faults)

    def by_fuel(self) -> dict[str, FloatArray]:
        """Consumption under the factors' own fuel names, in their order."""
        found = {_named(header, self.factors): header for header in self.consumption}
        return {f.fuel: self.consumption[found[f.fuel]] for f in self.factors if f.fuel in found}

    def _row_faults(self) -> list[Fault]:
        if not self.units or len(self.units) != len(self.years):
            return [
                Fault(
                    "rows do not match",
                    f"{len(self.units)} units, {len(self.years)} years",
                    "one unit and one year for each row, at least one row",
                    "give both columns in full",
                    column="units",
                )
            ]
        counts = Counter(zip(self.units, self.years, strict=True))
        return [
            Fault(
                f"row given twice: {unit}, {year}",
                f"{count} rows",
                "one row for each unit and year",
                "remove or add up the repeated rows",
                column="units",
            )
            for (unit, year), count in counts.items()
            if count > 1
        ]

    def _header_faults(self) -> list[Fault]:
        known = [name for factor in self.factors for name in factor.names]
        faults = []
        seen: dict[str, str] = {}
        for header in self.consumption:
            fuel = _named(header, self.factors)
            if fuel is None:
                near = difflib.get_close_matches(header, known, n=1, cutoff=0.0)
                faults.append(
                    Fault(
                        "unknown fuel",
                        repr(header),
                        ", ".join(factor.fuel for factor in self.factors),
                        f"did you mean '{near[0]}'? Otherwise leave it out or add a factor"
                        if near
                        else "give at least one factor",
                        column=header,
                    )
                )
            elif fuel in seen:
                faults.append(
                    Fault(
                        "fuel given twice",
                        f"'{seen[fuel]}' and '{header}'",
                        "one column a fuel",
                        "leave one of them out",
                        column=header,
                    )
                )
            else:
                seen[fuel] = header
        if not self.consumption:
            faults.append(
                Fault("no fuel", "no column", "at least one fuel", "give its consumption")
            )
        return faults

    def _column_faults(self, header: str, values: FloatArray) -> list[Fault]:
        if values.shape != (len(self.units),):
            return [
                Fault(
                    "column of the wrong length",
                    str(values.shape),
                    f"({len(self.units)},): one value a row",
                    "give every row a value or a blank",
                    column=header,
                )
            ]
        bad = np.isinf(values) | (values < -ROUNDING)
        return [
            Fault(
                f"impossible consumption: {unit}, {year}",
                f"{value:g}",
                "a number of at least 0, or blank",
                "correct the value",
                column=header,
            )
            for unit, year, value, wrong in zip(self.units, self.years, values, bad, strict=False)
            if wrong
        ]


def estimate_emissions(inputs: InventoryInputs, *, blanks: Blanks = "zero") -> EmissionsInventory:
    """Estimate the CO2 of every row, Zhang & Chang (2025), Eq. 19.

    Parameters
    ----------
    inputs : InventoryInputs
        Consumption and factors.
    blanks : {"zero", "refuse"}
        A blank beside reported fuels: ``"zero"`` counts it as no consumption, as the
        statistics mean it, and the result says how often; ``"refuse"`` stops. A row
        that reports no fuel at all is missing in either case (NaN), never zero.

    Returns
    -------
    EmissionsInventory
        Total and by fuel, in tonnes of CO2, with warnings.

    Raises
    ------
    InputError
        A blank while `blanks` is ``"refuse"``, or an unknown option.

    Notes
    -----
    The bound on double counting is taken year by year over all units, because products
    travel between units: coke can repeat at most the carbon of coal, refined products at
    most that of crude oil, hence min(derived, primary). It is an upper bound: imported
    coke and products are not made from fuel counted here.

    Examples
    --------
    10,000 t of coal and 1,000 t of coke:

    >>> inputs = InventoryInputs(("A",), (2017,), {"煤炭": [1.0], "焦炭": [0.1]})
    >>> result = estimate_emissions(inputs)
    >>> result.emissions_tco2.round(1).tolist()
    [23595.1]
    >>> round(result.double_counted_share_upper_bound, 3)
    0.129
    """
    faults = choice_faults(blanks, ("zero", "refuse"), "blanks")
    if faults:
        raise InputError(faults)
    consumption = inputs.by_fuel()
    factors = tuple(factor for factor in inputs.factors if factor.fuel in consumption)
    quantity = np.column_stack([consumption[factor.fuel] for factor in factors])
    blank = np.isnan(quantity)
    silent = np.asarray(blank.all(axis=1))
    filled = blank & ~silent[:, None]
    if blanks == "refuse" and filled.any():
        raise InputError(_blank_faults(inputs, factors, filled))

    per_unit = np.array([factor.tco2_per_quantity_unit for factor in factors])
    emissions = np.where(filled, 0.0, np.maximum(quantity, 0.0)) * per_unit  # Eq. (19)
    coke_share = _double_counted_share(emissions, inputs.years, factors, "coal")
    refined_share = _double_counted_share(emissions, inputs.years, factors, "oil")
    return EmissionsInventory(
        units=inputs.units,
        years=inputs.years,
        fuels=tuple(factor.fuel for factor in factors),
        factors_tco2=frozen(per_unit),
        quantity_units=tuple(factor.quantity_unit for factor in factors),
        emissions_by_fuel_tco2=frozen(emissions),
        blanks_as_zero=int(filled.sum()),
        double_counted_coke_share=coke_share,
        double_counted_refined_share=refined_share,
        warnings=(
            *_double_counting_warnings(coke_share, refined_share),
            *_coverage_warnings(inputs, factors, filled, silent),
        ),
    )


def _named(header: str, factors: tuple[FuelFactor, ...]) -> str | None:
    wanted = header.strip().casefold()
    for factor in factors:
        if wanted in (name.casefold() for name in (factor.fuel, *factor.names)):
            return factor.fuel
    return None


def _blank_faults(
    inputs: InventoryInputs, factors: tuple[FuelFactor, ...], filled: BoolArray
) -> list[Fault]:
    return [
        Fault(
            f"blank consumption: {inputs.units[row]}, {inputs.years[row]}",
            "blank",
            "a number of at least 0",
            "write 0 if nothing was consumed, or set blanks='zero'",
            column=factors[column].fuel,
        )
        for row, column in np.argwhere(filled)
    ]


def _double_counted_share(
    emissions: FloatArray, years: tuple[int, ...], factors: tuple[FuelFactor, ...], family: str
) -> float:
    """Emissions of derived fuels, up to those of the primary fuel, over the total."""
    total = np.nansum(emissions)
    if total == 0.0:
        return 0.0
    primary = np.array([factor.family == family and not factor.derived for factor in factors])
    derived = np.array([factor.family == family and factor.derived for factor in factors])
    year_of_row = np.asarray(years)
    twice = 0.0
    for year in np.unique(year_of_row):
        rows = emissions[year_of_row == year]
        twice += min(np.nansum(rows[:, derived]), np.nansum(rows[:, primary]))
    return float(twice / total)


def _double_counting_warnings(coke_share: float, refined_share: float) -> list[str]:
    pairs = [
        f"{names} (up to {share:.1%})"
        for names, share in (
            ("coal and coke", coke_share),
            ("crude oil and refined products", refined_share),
        )
        if share > 0.0
    ]
    if not pairs:
        return []
    return [
        "primary and derived fuels are both counted, so carbon is counted twice: "
        + ", ".join(pairs)
        + f"; together at most {coke_share + refined_share:.1%} of the total. An emissions "
        "inventory built on energy balances avoids this and may be used instead."
    ]


def _coverage_warnings(
    inputs: InventoryInputs, factors: tuple[FuelFactor, ...], filled: BoolArray, silent: BoolArray
) -> list[str]:
    warnings = []
    counted = {factor.fuel for factor in factors}
    absent = [factor.fuel for factor in inputs.factors if factor.fuel not in counted]
    if absent:
        warnings.append(f"no column for {', '.join(absent)}: not counted")
    if filled.any():
        warnings.append(f"blank cells counted as no consumption: {int(filled.sum())}")
    if silent.any():
        first = int(np.flatnonzero(silent)[0])
        warnings.append(
            "rows that report no fuel at all, whose emissions are missing and not zero: "
            f"{int(silent.sum())} (the first is {inputs.units[first]}, {inputs.years[first]})"
        )
    return warnings
