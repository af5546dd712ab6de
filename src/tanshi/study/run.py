"""Run a study: scenario to models to one result."""

from __future__ import annotations

from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.floor import set_price_floor
from tanshi.frontier import (
    PAYMENT_RULES,
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.study.accounts_check import check_accounts
from tanshi.study.alternatives import alternatives_table, count_alternatives
from tanshi.study.confidence import (
    bootstrap_study,
    check_robustness,
    count_bootstrap,
    count_robustness,
)
from tanshi.study.engine import LocalEngine
from tanshi.study.faults import gathering
from tanshi.study.floor_chain import follow_floor
from tanshi.study.price_effects import pack_price_effects
from tanshi.study.provenance import Provenance
from tanshi.study.replication import covers_the_paper, replication_table
from tanshi.study.results import StudyResult
from tanshi.study.scenario import read_scenario
from tanshi.study.sensitivity import count_estimates, sensitivity_table
from tanshi.study.sources import load_study_data
from tanshi.study.toml_lines import naming_lines

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from tanshi.data import Note
    from tanshi.floor import PriceFloor
    from tanshi.frontier import AbatementCosts, FrontierInputs
    from tanshi.study.benchmark_run import MarketRun
    from tanshi.study.confidence import BootstrapResult, Robustness
    from tanshi.study.engine import Engine
    from tanshi.study.floor_chain import FloorChain
    from tanshi.study.personal_credits import CreditSettlement
    from tanshi.study.personal_joined import PersonalRun
    from tanshi.study.price_effects import PriceEffects
    from tanshi.study.scenario import Scenario
    from tanshi.study.sources import StudyData

    Array = NDArray[np.float64]


class Progress(Protocol):
    """What a study tells about its way: how much there is, and each step done."""

    def start(self, total: int) -> None:
        """Announce the number of steps."""

    def step(self) -> None:
        """Report one step done."""


def run_study(
    scenario: Scenario,
    *,
    command: str,
    progress: Progress,
    engine: Engine | None = None,
    record: Path | None = None,
    workers: int | None = None,
) -> StudyResult:
    """Run the whole chain that a scenario describes.

    Parameters
    ----------
    scenario : Scenario
    command : str
        The command as given, for the provenance.
    progress : Progress
        Told of each estimate.
    engine : Engine, optional
        Where sweeps and replicates run; by default in this process. The result does not
        depend on it.
    record : path, optional
        Folder that lets an interrupted bootstrap go on; without it, it starts anew.
    workers : int, optional
        Threads of the market, where the scenario has one; by default one a processor.

    Returns
    -------
    StudyResult

    Raises
    ------
    TanshiError
        Anything wrong with the data, or an estimate that fails its check.
    """
    market_steps = check_markets(scenario)
    data = load_study_data(scenario)
    rules = scenario.frontier
    inputs = data.frontier_inputs()
    progress.start(_count(data, scenario, inputs) + market_steps)
    quantiles = estimate_quantile_frontier(
        inputs, taus=rules.taus, null_jointness=rules.null_jointness, progress=progress.step
    )
    frontier = estimate_deterministic_frontier(inputs, null_jointness=rules.null_jointness)
    progress.step()

    def costs_under(payment_rule: str) -> AbatementCosts:
        return estimate_abatement_costs(
            quantiles,
            payment_rule=payment_rule,
            payment_share=rules.payment_share,
            position=rules.position,
        )

    by_rule = {rule: costs_under(rule) for rule in PAYMENT_RULES}
    floors = {
        rule: set_price_floor(
            costs.unit,
            costs.period,
            costs.mac_cny_per_tco2,
            observed_period=scenario.floor.observed_period,
        )
        for rule, costs in by_rule.items()
    }
    costs = by_rule[rules.payment_rule]
    sensitivity: pl.DataFrame | None = None
    robustness: Robustness | None = None
    alternatives: pl.DataFrame | None = None
    sureness: BootstrapResult | None = None
    with engine or LocalEngine(workers=1) as running, TemporaryDirectory() as scratch:
        if scenario.report.sensitivity:
            sensitivity = sensitivity_table(data, scenario, progress.step, engine=running)
        if scenario.report.robustness:
            robustness = check_robustness(scenario, quantiles, progress.step, engine=running)
        if rules.bootstrap:
            sureness = bootstrap_study(
                scenario,
                quantiles,
                costs,
                progress.step,
                engine=running,
                record=record or Path(scratch) / "record",
            )
    if scenario.report.alternatives:
        alternatives = alternatives_table(data, scenario, progress.step)
    accounts = check_accounts(data, scenario)
    floor = floors[rules.payment_rule]
    chain = follow_floor(data, scenario, costs, floor)
    effects = _price_effects(data, scenario, chain, floor, sureness)
    market, personal = _markets(scenario, chain, costs, progress, workers)
    read = effects.data_sha256 if effects is not None else {}
    table: pl.DataFrame | None = None
    if covers_the_paper(data):
        table = replication_table(data, scenario, costs, chain, effects)
    market_read = market.data_sha256 if market is not None else {}
    return StudyResult(
        scenario=scenario,
        data=data,
        quantiles=quantiles,
        frontier=frontier,
        costs=costs,
        floor=floor,
        floors_by_payment_rule=floors,
        sensitivity=sensitivity,
        replication=_with_liu(table, market),
        chain=chain,
        price_effects=effects,
        benchmark=market,
        personal=personal,
        accounts=accounts,
        bootstrap=sureness,
        robustness=robustness,
        alternatives=alternatives,
        warnings=(*_warnings(data), *accounts.warnings),
        notes=_notes_in_use(data),
        provenance=Provenance(
            command=command,
            scenario_sha256=scenario.sha256,
            data_sha256=data.data_sha256 | chain.market_sha256 | _by_name(read | market_read),
            seed=_seed(sureness, effects, market),
        ),
    )


def _count(data: StudyData, scenario: Scenario, inputs: FrontierInputs) -> int:
    """Return how many estimates a study makes, for the progress bar."""
    report = scenario.report
    count = len(scenario.frontier.taus) + 1
    count += count_estimates(data, scenario) if report.sensitivity else 0
    count += count_robustness(inputs) if report.robustness else 0
    count += count_bootstrap(scenario)
    return count + (count_alternatives(data, scenario) if report.alternatives else 0)


def _seed(
    sureness: BootstrapResult | None, effects: PriceEffects | None, market: MarketRun | None
) -> int | None:
    """Return the seed of whatever was drawn; the bootstrap's goes first, the market's last."""
    if sureness is not None:
        return sureness.intervals.seed
    if effects is not None and effects.intervals is not None:
        return effects.intervals.seed
    return None if market is None else market.section.seed


def check_markets(scenario: Scenario) -> int:
    """Refuse markets of a scenario that cannot be run or solved, before anything is estimated.

    Returns
    -------
    int
        How many steps they will tell of.

    Raises
    ------
    InputError
        Every fault of all of them.
    """
    steps, faults = 0, list[Fault]()
    for check in (_check_market, _check_personal):
        with gathering(faults):
            steps += check(scenario)
    if faults:
        raise InputError(faults)
    return steps


def load_study(path: Path | str) -> Scenario:
    """Read the scenario of a study.

    Raises
    ------
    InputError
        Every fault of the file, and of the markets that it describes, with its line.
    """
    scenario, faults = read_scenario(path)
    if scenario is None:
        raise InputError(faults)
    if faults:
        known = {fault.column for fault in faults}
        more: list[Fault] = []
        with gathering(more), naming_lines(path, known_as="scenario"):
            check_markets(scenario)
        raise InputError([*faults, *(one for one in more if one.column not in known)])
    return scenario


def _check_market(scenario: Scenario) -> int:
    """Return how many steps the market takes; it is loaded only where there is one."""
    if not scenario.has_market:
        return 0
    from tanshi.study.benchmark_joined import check_market

    return check_market(scenario)


def _markets(
    scenario: Scenario,
    chain: FloorChain,
    costs: AbatementCosts,
    progress: Progress,
    workers: int | None,
) -> tuple[MarketRun | None, PersonalRun | None]:
    """Run the market under benchmarks and the personal one, those that the scenario has."""
    settlement: CreditSettlement | None = None
    market: MarketRun | None = None
    personal: PersonalRun | None = None
    if scenario.has_personal and scenario.personal.credits_to_market:
        from tanshi.study.personal_credits import settle_credits

        settlement = settle_credits(scenario, chain.path, costs=costs, workers=workers)
        progress.step()
    if scenario.has_market:
        from tanshi.study.benchmark_joined import market_of_study

        market = market_of_study(
            scenario,
            chain.path,
            progress=progress,
            costs=costs,
            workers=workers,
            settlement=settlement,
        )
    if scenario.has_personal:
        from tanshi.study.personal_joined import personal_of_study

        personal = personal_of_study(
            scenario,
            chain.path,
            market,
            settlement=settlement,
            step=progress.step,
            workers=workers,
        )
    return market, personal


def _check_personal(scenario: Scenario) -> int:
    """Return how many steps the personal market takes; it is loaded only where there is one."""
    if not scenario.has_personal:
        return 0
    from tanshi.study.personal_joined import check_personal

    return check_personal(scenario)


def _with_liu(table: pl.DataFrame | None, market: MarketRun | None) -> pl.DataFrame | None:
    """Return the published figures beside ours, with those of Liu where the market is his."""
    if market is None or not market.is_paper:
        return table
    from tanshi.study.benchmark_replication import liu_table

    liu = liu_table(market)
    return liu if table is None else table.vstack(liu)


def _price_effects(
    data: StudyData,
    scenario: Scenario,
    chain: FloorChain,
    floor: PriceFloor,
    sureness: BootstrapResult | None,
) -> PriceEffects | None:
    """Return the effects of the scenario's price, or of the floor in its price year.

    Where the floor was drawn, its draws carry on along the path, and with them CI and PI.
    """
    section = scenario.leontief
    price = section.price_cny_per_tco2
    draws: Array | None = None
    if price is None:
        path = chain.path.as_mapping()
        if section.price_year not in path:
            known = f"{chain.path.years[0]} to {chain.path.years[-1]}"
            remedy = "choose a year of the path, or give price_cny_per_tco2"
            what, column = "no floor in the price year", "leontief.price_year"
            raise InputError([Fault(what, str(section.price_year), known, remedy, column=column)])
        price = path[section.price_year]
        if sureness is not None and floor.price_cny_per_tco2 > 0:
            carried = price / floor.price_cny_per_tco2
            drawn = sureness.floor_draws_cny_per_tco2
            draws = carried * drawn[np.isfinite(drawn)]
    return pack_price_effects(data.pack, scenario, price, floor.observed_period, price_draws=draws)


def _by_name(files: dict[str, str]) -> dict[str, str]:
    """Return hashes by file name, without the folder the pack lies in."""
    return {PurePath(path).name: digest for path, digest in files.items()}


def _notes_in_use(data: StudyData) -> tuple[Note, ...]:
    """Return the manifest's notes on the columns that play a role, not on variants."""
    in_use = {data.header(role) for role in ("labour", "capital", "output", "emissions")}
    return tuple(note for note in data.panel.notes if note.column in in_use)


def _warnings(data: StudyData) -> list[str]:
    found = list(data.pack.warnings)
    for note in _notes_in_use(data):
        if note.years:
            years = ", ".join(str(year) for year in note.years)
            found.append(f"{years}: {note.column} is not observed ({note.text})")
    return found
