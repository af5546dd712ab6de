"""The scenario: one TOML file that says what a study does, with checked keys.

Each section holds the keyword arguments of its room; what is left out has the default
given here. An unknown key is refused with the nearest known one, and every fault of the
file is reported at once.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, ValidationError, field_validator

from tanshi.core import Fault, InputError
from tanshi.frontier import PAPER_TAUS
from tanshi.study.benchmark_scenario import BenchmarkSection
from tanshi.study.personal_scenario import PersonalSection
from tanshi.study.refused_keys import follows, place_of, without_keys
from tanshi.study.section import IN_TOML, SECTION
from tanshi.study.toml_lines import Place, with_lines

ROUNDS = 4  # in which refused keys are left out, and the rest is checked again
# Of a table that is a model, and of one that is a dataclass.
UNKNOWN_KEY = {"extra_forbidden", "unexpected_keyword_argument"}


class _Section(BaseModel):
    model_config = SECTION


class PackSection(_Section):
    """Which data: a folder with a manifest; the bundled sample when it is not given."""

    path: str | None = None


class AccountsSection(_Section):
    """Which columns of the panel play which role, and how capital is rebuilt beside it."""

    labour: str | None = None
    capital: str | None = None
    output: str | None = None
    emissions: str | None = None
    # Tried as labour in the sensitivity table where the panel has them.
    labour_variants: tuple[str, ...] = ("emp_urban_units", "emp_private_self + emp_urban_units")
    depreciation: float = Field(default=0.06, gt=0, lt=1)
    base_year: int = 2013
    growth_years: int = Field(default=10, ge=1)
    # Total fixed-asset investment of China grew by 5.9 % in 2018 (NBS, Statistical
    # Communique 2018); the provincial series ends in 2017.
    investment_growth_percent: dict[int, float] = {2018: 5.9}


class FrontierSection(_Section):
    """How abatement costs are estimated."""

    taus: tuple[float, ...] = PAPER_TAUS
    null_jointness: bool = True
    payment_rule: Literal["published", "full", "cost_cap"] = "published"
    payment_share: float = Field(default=0.2, gt=0, le=1)
    position: Literal["published", "rearranged"] = "published"
    # Replicates of the panel block bootstrap; 0 for none, 1000 for a 95 % interval.
    bootstrap: int = Field(default=0, ge=0)
    seed: int = Field(default=0, ge=0)
    units_drawn: int | None = Field(default=None, ge=2)

    @field_validator("taus")
    @classmethod
    def _ascending(cls, taus: tuple[float, ...]) -> tuple[float, ...]:
        inside = all(0 < tau < 1 for tau in taus)
        if not taus or not inside or list(taus) != sorted(set(taus)):
            message = "ascending numbers strictly between 0 and 1"
            raise ValueError(message)
        return taus


class GreenPremium(_Section):
    """What green power costs above coal power, by grid, and what a kWh of coal emits."""

    # World Resources Institute, 2022: State Grid 0.08, Southern Grid 0.05 to 0.06 CNY/kWh.
    premium_cny_per_kwh: dict[str, float] = {
        "Southern Grid, low": 0.05,
        "Southern Grid, high": 0.06,
        "State Grid": 0.08,
    }
    # National Energy Administration, 2022; both as quoted in Zhang & Chang (2025), 4.5.
    coal_g_per_kwh: float = Field(default=304.8, gt=0)
    coal_factor_kgco2_per_kg: float = Field(default=2.493, gt=0)


class FloorSection(_Section):
    """Which period's least cost becomes the floor, how it moves on, and its market."""

    observed_period: int | None = None
    rule: Literal["cpi", "cpi_plus", "fixed", "rggi"] = "cpi"
    escalator_percent: float = 0.0
    price_base: Literal["as_printed", "reflated"] = "as_printed"
    last_year: int = 2024
    # Consumer price index of China, previous year = 100 (National Bureau of Statistics).
    cpi: dict[int, float] = {
        2014: 102.0,
        2015: 101.4,
        2016: 102.0,
        2017: 101.6,
        2018: 102.1,
        2019: 102.9,
        2020: 102.5,
        2021: 100.9,
        2022: 102.0,
        2023: 100.2,
    }
    market: str | None = None
    green_premium: GreenPremium = GreenPremium()

    @field_validator("cpi")
    @classmethod
    def _previous_year_100(cls, cpi: dict[int, float]) -> dict[int, float]:
        wrong = [year for year, value in cpi.items() if not 50 <= value <= 200]
        if wrong:
            message = f"an index with the previous year = 100, such as 102.5 (see {wrong[0]})"
            raise ValueError(message)
        return cpi


class Covered(_Section):
    """A sector or industry that pays; its intensity comes from the inventory if not given."""

    sector: str
    intensity_tco2_per_1e4_cny: float | None = Field(default=None, ge=0)
    covered_share: float | None = Field(default=None, gt=0, le=1)


class Household(_Section):
    """A group of households: its column of the input-output table, and statistics by head."""

    name: str
    column: str
    consumption_cny_per_head: float | None = Field(default=None, gt=0)
    income_cny_per_head: float | None = Field(default=None, gt=0)


class LeontiefSection(_Section):
    """Who pays, how much of it, what the price is, and who bears it."""

    covered: tuple[Covered, ...] = (Covered(sector="24"),)
    paid_shares: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        default=(0.2, 0.5, 1.0), min_length=1
    )
    price_cny_per_tco2: float | None = Field(default=None, ge=0)
    price_year: int = 2020
    inventory_year: int | None = None
    paths: int = Field(default=20, ge=0)
    # From the lower to the higher income. FU101 and FU102 are the marks of rural and urban
    # households in the national tables.
    households: tuple[Household, ...] = (
        Household(name="rural", column="FU101"),
        Household(name="urban", column="FU102"),
    )
    # Own choice: burdens within 1 % of each other count as equal.
    neutral_tolerance: float = Field(default=0.01, ge=0)
    # Relative standard deviation of the intensities. No source gives one for emissions of a
    # sector over its output; 0 takes them as exact.
    intensity_cv: float = Field(default=0.0, ge=0)
    # Ten thousand draws settle the ends of a 95 % interval to some 2 % of its width.
    draws: int = Field(default=10_000, ge=2)
    seed: int = Field(default=1, ge=0)


class ReportSection(_Section):
    """What the report holds."""

    title: str | None = None
    language: Literal["en", "zh"] = "en"
    sensitivity: bool = True
    robustness: bool = True
    # Other estimators on the same panel; seconds to minutes, so only when asked for.
    alternatives: bool = False


class Scenario(_Section):
    """A study, whole. Sections are named after the rooms they speak to."""

    pack: PackSection = PackSection()
    accounts: AccountsSection = AccountsSection()
    frontier: FrontierSection = FrontierSection()
    floor: FloorSection = FloorSection()
    leontief: LeontiefSection = LeontiefSection()
    benchmark: BenchmarkSection = BenchmarkSection()
    personal: PersonalSection = PersonalSection()
    report: ReportSection = ReportSection()

    @property
    def has_market(self) -> bool:
        """Whether there is a section ``[benchmark]``, were it empty: then a study runs it."""
        return "benchmark" in self.model_fields_set

    @property
    def has_personal(self) -> bool:
        """Whether there is a section ``[personal]``, were it empty: then a study runs it."""
        return "personal" in self.model_fields_set

    @property
    def sha256(self) -> str:
        """Hash of everything the scenario says, defaults included.

        Without a section ``[benchmark]`` or ``[personal]`` there is no such market, and its
        defaults are no part of it.
        """
        there = {"benchmark": self.has_market, "personal": self.has_personal}
        left_out = {name for name, present in there.items() if not present}
        content = self.model_dump(mode="json", exclude=left_out)
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def load_scenario(path: Path | str) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : path
        A TOML file. Relative paths in it are taken from the file's folder.

    Raises
    ------
    InputError
        The file is missing or not TOML, or has unknown keys or values out of range.
    """
    scenario, faults = read_scenario(path)
    if faults or scenario is None:
        raise InputError(faults)
    return scenario


def read_scenario(path: Path | str) -> tuple[Scenario | None, list[Fault]]:
    """Read a scenario file as far as it can be read.

    What is refused is left out, and the rest is checked again: keys that do not fit together
    come out with those that are wrong by themselves.

    Parameters
    ----------
    path : path

    Returns
    -------
    scenario : Scenario or None
        Without the keys that are refused; None where too little is left.
    faults : list of Fault
        All of them, with the line of the file.

    Raises
    ------
    InputError
        The file is missing or not TOML.
    """
    content = read_content(path)
    faults: list[Fault] = []
    places: list[Place] = []
    scenario: Scenario | None = None
    for _ in range(ROUNDS):
        try:
            scenario = scenario_of(content, path)
            break
        except InputError as error:
            new = [one for one in error.faults if not follows(place_of(one), places)]
            faults += new
            places += [place_of(one) for one in new]
            rest = without_keys(content, [place_of(one) for one in error.faults])
            if rest is None:
                break
            content = rest
    return scenario, with_lines(faults, path)


def read_content(path: Path | str) -> dict[str, Any]:
    """Return what a scenario file says, unchecked: sections, each a dict of keys.

    Parameters
    ----------
    path : path

    Raises
    ------
    InputError
        The file is missing or not TOML.
    """
    file = Path(path)
    if not file.is_file():
        found = "a folder" if file.is_dir() else "no such file"
        remedy = "give the path of a scenario file"
        raise InputError([Fault("no scenario", found, "a TOML file", remedy, file=str(path))])
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        remedy = "correct the file at the place named"
        fault = Fault("not TOML", str(error), "TOML 1.0 in UTF-8", remedy, file=str(path))
        raise InputError([fault]) from None


def scenario_of(content: dict[str, Any], path: Path | str) -> Scenario:
    """Check the content of a scenario file; its relative paths are taken from its folder.

    Parameters
    ----------
    content : dict
        As `read_content` returns it, or changed.
    path : path
        Of the file, also for messages.

    Raises
    ------
    InputError
        Every unknown key and every value out of range, at once.
    """
    folder = Path(path).parent
    scenario = build_scenario(content, source=str(path))
    update: dict[str, _Section | BenchmarkSection] = {}
    if scenario.pack.path is not None:
        update["pack"] = PackSection(path=str(folder / scenario.pack.path))
    if scenario.floor.market is not None:
        market = str(folder / scenario.floor.market)
        update["floor"] = scenario.floor.model_copy(update={"market": market})
    if scenario.benchmark.firms.cost_level_file is not None:
        update["benchmark"] = scenario.benchmark.beside(folder)
    return scenario.model_copy(update=update)


def build_scenario(content: dict[str, Any], *, source: str = "scenario") -> Scenario:
    """Check the content of a scenario.

    Parameters
    ----------
    content : dict
        Sections, each a dict of keys.
    source : str
        Name for messages.

    Raises
    ------
    InputError
        Every unknown key and every value out of range, at once.

    Examples
    --------
    >>> build_scenario({"frontier": {"payment_rule": "full"}}).frontier.payment_rule
    'full'
    """
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        faults = [_fault(dict(detail), source) for detail in error.errors()]
        raise InputError(faults) from None


def _fault(detail: dict[str, Any], source: str) -> Fault:
    place = [str(part) for part in detail["loc"]]
    key = ".".join(place)
    if detail["type"] in UNKNOWN_KEY:
        known = _known_keys(place[:-1])
        near = difflib.get_close_matches(place[-1], known, n=1, cutoff=0.4)
        remedy = f"did you mean '{near[0]}'?" if near else "remove it"
        allowed = ", ".join(known)
        return Fault("unknown key", place[-1], allowed, remedy, file=source, column=key)
    allowed = str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    allowed = IN_TOML.get(detail["type"], allowed)
    remedy = "correct the value"
    return Fault(
        "value not allowed", repr(detail["input"]), allowed, remedy, file=source, column=key
    )


def _known_keys(section: list[str]) -> list[str]:
    model: Any = Scenario
    named = False
    for name in section:
        if named or name.isdigit():
            named = False
            continue  # an entry of a table or list: its model was found with that
        room = is_dataclass(model)
        model = get_type_hints(model)[name] if room else model.model_fields[name].annotation
        while parts := get_args(model):  # tuple[Row, ...], dict[int, Rules] and the like
            named = named or get_origin(model) is dict
            model = parts[1] if get_origin(model) is dict else parts[0]
        if not is_dataclass(model) and not (
            isinstance(model, type) and issubclass(model, BaseModel)
        ):
            return []
    return [one.name for one in fields(model)] if is_dataclass(model) else list(model.model_fields)
