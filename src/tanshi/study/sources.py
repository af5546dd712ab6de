"""Turn a pack's tables into what the models take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.accounts import CapitalInputs
from tanshi.core import Fault, InputError
from tanshi.data import (
    Pack,
    Panel,
    find_column,
    load_pack,
    load_panel,
    load_sample_pack,
    read_table,
)
from tanshi.frontier import FrontierInputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.data import PackFile
    from tanshi.study.scenario import AccountsSection, Scenario

    Array = NDArray[np.float64]

ROLES = ("labour", "capital", "output", "emissions")
DEFAULT_SCALE = {"output": 1e8, "emissions": 1e4}
FUELS = ("coal", "coke", "crude", "gasoline", "kerosene", "diesel", "fueloil", "gas")


@dataclass(frozen=True, eq=False, kw_only=True)
class StudyData:
    """The tables of one study.

    Parameters
    ----------
    pack : Pack
    panel_file : PackFile
    panel : Panel
        Values by role; a variant plays a role of its own, "variant " and its header.
    variants : dict of str to tuple of str
        Role to the headers that may stand in for the one in use.
    accounts, energy : Panel or None
        Investment, prices and output; fuels. None where the pack has no such table.
    data_sha256 : dict
        File to hash, of everything read.
    """

    pack: Pack
    panel_file: PackFile
    panel: Panel
    variants: dict[str, tuple[str, ...]]
    accounts: Panel | None
    energy: Panel | None
    data_sha256: dict[str, str]

    def column(self, name: str) -> Array:
        """Return a panel column by header, by role, or a sum of headers: ``"a + b"``."""
        playing = {header: role for role, header in self.panel.headers.items()}
        parts = [part.strip() for part in name.split(" + ")]
        columns = [self.panel.values[playing.get(part, part)] for part in parts]
        return np.asarray(np.sum(columns, axis=0))

    def header(self, role: str) -> str:
        """Return the header that plays a role."""
        return self.panel.headers[role]

    def scale(self, role: str, header: str) -> float:
        """Return CNY or tonnes in one unit of a column; the surface's default if unsaid."""
        described = self.pack.column(self.panel_file, header)
        if described is not None and described.scale is not None:
            return described.scale
        return DEFAULT_SCALE[role]

    def frontier_inputs(self, replaced: Mapping[str, str | Array] | None = None) -> FrontierInputs:
        """Return the estimator's inputs, with some roles played by something else.

        Parameters
        ----------
        replaced : mapping, optional
            Role to a header of the panel, or to the values themselves.
        """
        chosen: dict[str, str | Array] = {role: self.header(role) for role in ROLES}
        chosen |= dict(replaced or {})
        values: dict[str, Array] = {}
        scales = dict(DEFAULT_SCALE)
        for role, source in chosen.items():
            if isinstance(source, str):
                values[role] = self.column(source)
                if role in scales:
                    scales[role] = self.scale(role, source)
            else:
                values[role] = source
        return FrontierInputs(
            inputs=np.column_stack([values["labour"], values["capital"]]),
            desirable_output=values["output"],
            undesirable_output=values["emissions"],
            unit=self.panel.unit,
            period=self.panel.time,
            input_names=("labour", "capital"),
            output_scale_cny=scales["output"],
            emissions_scale_t=scales["emissions"],
        )


def load_study_data(scenario: Scenario) -> StudyData:
    """Open the scenario's pack and read every table the study needs.

    Raises
    ------
    InputError
        Every fault of the pack, its panel and its accounts.
    """
    pack = load_sample_pack() if scenario.pack.path is None else load_pack(scenario.pack.path)
    file = pack.file(role="panel")
    headers = read_table(file.location).headers
    roles, variants = _panel_roles(pack, file, scenario.accounts, headers)
    panel = load_panel(file.location, roles=roles, pack=pack)
    accounts = _unit_years(pack, "accounts", ("investment", "investment_price"))
    energy = _unit_years(pack, "energy", FUELS)
    read = [(file.path, panel)]
    read += [
        (pack.file(role=role).path, table)
        for role, table in (("accounts", accounts), ("energy", energy))
        if table is not None
    ]
    return StudyData(
        pack=pack,
        panel_file=file,
        panel=panel,
        variants=variants,
        accounts=accounts,
        energy=energy,
        data_sha256={"manifest.toml": pack.sha256} | {path: table.sha256 for path, table in read},
    )


def by_unit_and_year(table: Panel, role: str, units: Sequence[str]) -> tuple[Array, list[int]]:
    """Return one column as (units, years), first to last year; blanks and gaps are NaN.

    Raises
    ------
    InputError
        A unit of the panel is not in the table.
    """
    years = list(range(int(table.time.min()), int(table.time.max()) + 1))
    place = {
        (unit, int(year)): row
        for row, (unit, year) in enumerate(zip(table.unit, table.time, strict=True))
    }
    known = set(table.unit)
    faults = [
        Fault("a unit of the panel is missing", "no row", unit, "add its years", file=table.source)
        for unit in units
        if unit not in known
    ]
    if faults:
        raise InputError(faults)
    column = table.values[role]
    rows = [[place.get((unit, year)) for year in years] for unit in units]
    values = [[np.nan if i is None else column[i] for i in row] for row in rows]
    return np.array(values, dtype=np.float64), years


def capital_inputs(
    accounts: Panel, units: Sequence[str], section: AccountsSection, *, first_year: int
) -> tuple[CapitalInputs, dict[int, float]]:
    """Return what a perpetual inventory from `first_year` on takes.

    Parameters
    ----------
    accounts : Panel
        With the roles investment and investment_price.
    units : sequence of str
    section : AccountsSection
    first_year : int
        Earlier investment is left out; prices are kept, for the base year may be earlier.

    Returns
    -------
    CapitalInputs
    dict of int to float
        Growth of investment in the years after the statistics stop, 0.059 being 5.9 %.
    """
    investment, years = by_unit_and_year(accounts, "investment", units)
    prices, _ = by_unit_and_year(accounts, "investment_price", units)
    before = np.array(years) < first_year
    inputs = CapitalInputs(
        tuple(units),
        tuple(years),
        section.base_year,
        investment_current_1e8_cny=np.where(before, np.nan, investment),
        investment_price_index=prices,
        depreciation=section.depreciation,
    )
    growth = section.investment_growth_percent.items()
    return inputs, {year: percent / 100.0 for year, percent in growth if year in years}


def _panel_roles(
    pack: Pack, file: PackFile, section: AccountsSection, headers: Sequence[str]
) -> tuple[dict[str, str | None], dict[str, tuple[str, ...]]]:
    """Return role to header for reading, and the stand-ins of each role."""
    roles: dict[str, str | None] = {"unit": None, "time": None}
    roles |= {role: getattr(section, role) for role in ROLES}
    variants: dict[str, tuple[str, ...]] = {}
    for role in ROLES:
        own = file.headers_for(role)
        listed = [*own, *(column.name for column in pack.variants(file, role))]
        if role == "labour":
            listed += [
                name
                for name in section.labour_variants
                if all(part.strip() in headers for part in name.split(" + "))
            ]
        # A variant put in place of the manifest's own column makes that one a variant in
        # turn: the comparison stays complete.
        in_use = _header_in_use(headers, role, roles[role], own)
        variants[role] = tuple(dict.fromkeys(name for name in listed if name != in_use))
        parts = {part.strip() for name in variants[role] for part in name.split(" + ")} - {in_use}
        # A role of its own: a variant's header may be called "labour" or "output".
        roles |= {f"variant {part}": part for part in sorted(parts)}
    return roles, variants


def _header_in_use(
    headers: Sequence[str], role: str, explicit: str | None, own: Sequence[str]
) -> str | None:
    """Return the header as the table writes it; None where reading the panel will refuse."""
    try:
        return find_column(headers, role, explicit, manifest=own)
    except InputError:
        return None


def _unit_years(pack: Pack, role: str, columns: Sequence[str]) -> Panel | None:
    files = pack.find(role)
    if len(files) != 1:
        return None
    roles: dict[str, str | None] = {"unit": None, "time": None}
    roles |= dict.fromkeys(columns)
    return load_panel(
        files[0].location,
        roles=roles,
        pack=pack,
        balanced=False,
        positive=False,
        allow_blank=True,
        max_jump=float("inf"),
    )
