"""The section `[benchmark]` of a scenario: industries, firms, rules of the market, years.

Every key is a keyword argument of the room `tanshi.benchmark`. What its tables leave out has
the default of the room; the industries are those of Table 1 of Liu, *Optimization of Quota
Benchmark Coefficient and Mechanism Design Based on Multi-Agent Evolution under the
Background of Carbon Market Expansion*, with emissions in 1e8 t and the power benchmark by
MWh. What the table does not give is an assumption, with its reason in `scenarios/`.
"""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from tanshi.benchmark.given_rule import GivenBenchmark
from tanshi.benchmark.industries import REGION_KINDS, Industry
from tanshi.benchmark.register_curves import mix_keys
from tanshi.benchmark.rules import (
    AdjustmentRules,
    AllocationRules,
    BankingRules,
    ComplianceRules,
    CostRules,
    DemandRules,
    MarketRules,
    PriceRules,
    ResearchRules,
    RevisionRules,
    ServiceRules,
    TechnologyRules,
    VerificationRules,
)
from tanshi.benchmark.search_settings import SearchSettings
from tanshi.core import Fault, InputError
from tanshi.study.benchmark_sensitivity_section import SensitivitySection
from tanshi.study.section import SECTION, checked_by, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import InitErrorDetails

GROUPS = tuple(one.name for one in fields(MarketRules))

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1)]
Curve = Literal["linear", "power", "log", "stepped"]
GivenRows = tuple[Annotated[GivenBenchmark, checked_by()], ...]


def _a_kind(name: str) -> str:
    if name not in REGION_KINDS:
        raise ValueError(", ".join(REGION_KINDS))
    return name


RegionKind = Annotated[str, AfterValidator(_a_kind)]


class _Section(BaseModel):
    model_config = SECTION


class FirmsSection(_Section):
    """A register that is drawn: `tanshi.benchmark.register_draw.RegisterPlan`."""

    seed: int = Field(default=1, ge=0)
    output_rule: Literal["implied", "statistics"] = "implied"
    output_units: dict[str, Positive] = Field(default_factory=dict)
    initial_deficit: float = Field(default=0.01, ge=0, lt=0.5)
    size_deviation: Amount = 1.2
    size_intensity_correlation: float = Field(default=-0.4, gt=-1, lt=1)
    least_emissions_tco2: Amount = 26_000.0
    cost_deviation: Amount = 0.4
    curve: Curve = "linear"
    # Mixes of curves by industry, or by industry and process, as "steel/short"; "all" is the rest.
    curves: dict[str, dict[Curve, Amount]] = Field(default_factory=dict)
    region_shares: dict[str, dict[str, Amount]] = Field(default_factory=dict)
    # Firms by region in a list of another year or size: apportioned by their proportions.
    region_counts: dict[str, dict[str, Amount]] = Field(default_factory=dict)
    cost_level_by_region: dict[str, Positive] = Field(default_factory=dict)
    # Abatement costs as `tanshi mac` writes them: levels by region follow from the last year.
    cost_level_file: str | None = None


# Table 1 of Liu; dispersion, costs, prices and elasticities are assumptions.
TABLE_1 = (
    Industry(
        name="power",
        entities=2100,
        emissions_tco2=51.2e8,
        benchmark_tco2_per_unit=0.823,
        reduction_potential=0.0878,
        unit="MWh",
        intensity_deviation=0.06,
        cap_cost_cny_per_tco2=250.0,
        product_price_cny=400.0,
        demand_elasticity=0.2,
        autonomous_improvement=0.0048,
        covered_before=True,
    ),
    Industry(
        name="steel",
        entities=800,
        emissions_tco2=18.5e8,
        benchmark_tco2_per_unit=2.0,
        reduction_potential=0.062,
        unit="t crude steel",
        intensity_deviation=0.09,
        cap_cost_cny_per_tco2=300.0,
        product_price_cny=3600.0,
        demand_elasticity=0.5,
    ),
    Industry(
        name="cement",
        entities=650,
        emissions_tco2=12.3e8,
        benchmark_tco2_per_unit=0.85,
        reduction_potential=0.049,
        unit="t cement",
        intensity_deviation=0.06,
        cap_cost_cny_per_tco2=350.0,
        product_price_cny=350.0,
        demand_elasticity=0.3,
    ),
    Industry(
        name="aluminium",
        entities=320,
        emissions_tco2=6.8e8,
        benchmark_tco2_per_unit=8.5,
        reduction_potential=0.057,
        unit="t aluminium",
        intensity_deviation=0.05,
        cap_cost_cny_per_tco2=300.0,
        product_price_cny=20_000.0,
        demand_elasticity=0.6,
    ),
)


def _revising(group: RevisionRules) -> MarketRules:
    """Refuse a market without mutation; an ablation alone may look at one."""
    if group.mutation == 0.0:
        allowed = "a number above 0 to 1: without mutation a strategy that dies out never returns"
        fault = Fault("out of range", "0.0", allowed, "raise it", column="revision.mutation")
        raise InputError([fault])
    return MarketRules(revision=group)


class RulesSection(_Section):
    """The rules of the market, a table a group: `tanshi.benchmark.rules.MarketRules`."""

    price: Annotated[PriceRules, checked_by(lambda group: MarketRules(price=group))] = PriceRules()
    allocation: Annotated[
        AllocationRules, checked_by(lambda group: MarketRules(allocation=group))
    ] = AllocationRules()
    banking: Annotated[BankingRules, checked_by(lambda group: MarketRules(banking=group))] = (
        BankingRules()
    )
    compliance: Annotated[
        ComplianceRules, checked_by(lambda group: MarketRules(compliance=group))
    ] = ComplianceRules()
    verification: Annotated[
        VerificationRules, checked_by(lambda group: MarketRules(verification=group))
    ] = VerificationRules()
    costs: Annotated[CostRules, checked_by(lambda group: MarketRules(costs=group))] = CostRules()
    services: Annotated[ServiceRules, checked_by(lambda group: MarketRules(services=group))] = (
        ServiceRules()
    )
    technology: Annotated[
        TechnologyRules, checked_by(lambda group: MarketRules(technology=group))
    ] = TechnologyRules()
    research: Annotated[ResearchRules, checked_by(lambda group: MarketRules(research=group))] = (
        ResearchRules()
    )
    demand: Annotated[DemandRules, checked_by(lambda group: MarketRules(demand=group))] = (
        DemandRules()
    )
    revision: Annotated[RevisionRules, checked_by(_revising)] = RevisionRules()
    adjustment: Annotated[
        AdjustmentRules, checked_by(lambda group: MarketRules(adjustment=group))
    ] = AdjustmentRules()

    def market_rules(self) -> MarketRules:
        """Return the groups as the room takes them."""
        return MarketRules(**{name: getattr(self, name) for name in GROUPS})


def _on_top(changes: Any, info: ValidationInfo) -> Any:
    """Put each year's changes on the rules in force before it."""
    if not isinstance(changes, dict) or not all(str(year).isdigit() for year in changes):
        return changes
    force = {name: asdict(info.data[name]) for name in GROUPS if name in info.data}
    whole = {}
    for year in sorted(changes, key=int):
        new = changes[year]
        if not isinstance(new, dict):
            return changes
        force |= {
            name: force.get(name, {}) | group if isinstance(group, dict) else group
            for name, group in new.items()
        }
        whole[year] = dict(force)
    return whole


class BenchmarkSection(RulesSection):
    """A market of firms under benchmarks, and how long it is watched."""

    industries: tuple[Annotated[Industry, checked_by()], ...] = TABLE_1
    firms: FirmsSection = FirmsSection()
    rule: Literal["uniform", "printed", "published_table", "reversed", "given"] = "published_table"
    # The numbers of the rule "given", a row each.
    given: GivenRows = ()
    mean_preserving: bool = True
    # "table": where the rows say; "deficit": where allocation is short by the initial deficit.
    initial_benchmark: Literal["table", "deficit"] = "table"
    # Of all benchmarks of the start, on top of that.
    common_scale: Positive = 1.0
    # The limit; with "settled" all replicates end in the first year in which all have settled.
    years: int = Field(default=20, ge=1)
    stop: Literal["limit", "settled"] = "limit"
    replicates: int = Field(default=12, ge=1)
    seed: int = Field(default=1, ge=0)
    supported_regions: dict[RegionKind, tuple[str, ...]] = Field(default_factory=dict)
    # Fall of emissions per output that regions are held to, a year.
    regional_targets: dict[str, Share] = Field(default_factory=dict)
    # Of abatement, year by year over the first: an exogenous path of energy prices.
    cost_level: tuple[Positive, ...] | None = None
    # Share of an industry's firms that conceal whatever it costs; the others never do.
    given_violations: dict[str, Share] = Field(default_factory=dict)
    # What `tanshi benchmark search` tries.
    search: Annotated[SearchSettings, checked_by()] = SearchSettings()
    # By year: what changes in the rules, on top of those in force before.
    policy_changes: Annotated[
        dict[int, Annotated[RulesSection, Field(title="rules from this year on")]],
        BeforeValidator(_on_top),
    ] = Field(default_factory=dict)
    # What `tanshi benchmark sensitivity` shakes.
    sensitivity: SensitivitySection = SensitivitySection()
    # In a study: the floor of its last floor year takes the place of `price.floor`.
    take_floor: bool = False
    # In a study: levels of abatement costs by region follow from its own costs of the last year.
    take_costs: bool = False
    # Also run the market without each of its mechanisms.
    ablation: bool = False
    # In a study: also search for coefficients, which takes as long as `tanshi benchmark search`.
    search_in_study: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> BenchmarkSection:
        lines = [*self._name_lines(), *self._given_lines(), *self._year_lines()]
        if lines:
            raise ValidationError.from_exception_data("scenario", lines)
        return self

    def _name_lines(self) -> Iterator[InitErrorDetails]:
        names = [row.name for row in self.industries]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not names:
            allowed = "at least one industry, each with a name of its own"
            yield refusal(allowed, ("industries",), ", ".join(twice) or "none")
        for table in ("output_units", "region_shares", "region_counts"):
            for name in sorted(set(getattr(self.firms, table)) - set(names)):
                allowed = f"tables of firms by the industries {', '.join(names)}"
                yield refusal(allowed, ("firms", table, name), name)
        known = mix_keys(self.industries)
        for name in sorted(set(self.firms.curves) - set(known)):
            allowed = f"mixes of curves for {', '.join(known)}"
            yield refusal(allowed, ("firms", "curves", name), name)

    def _given_lines(self) -> Iterator[InitErrorDetails]:
        names = [row.name for row in self.industries]
        for k, row in enumerate(self.given):
            if row.industry not in names:
                allowed = f"rows of a given rule for {', '.join(names)}"
                yield refusal(allowed, ("given", k, "industry"), row.industry)
        if self.rule == "given" and not self.given:
            allowed = "with the rule 'given' its numbers, in rows of benchmark.given"
            yield refusal(allowed, ("rule",), self.rule)

    def _year_lines(self) -> Iterator[InitErrorDetails]:
        for year in self.policy_changes:
            if not 1 <= year <= self.years:
                allowed = f"years of the market, from 1 to {self.years}"
                yield refusal(allowed, ("policy_changes", str(year)), year)

    def with_floor(self, price_cny_per_tco2: float) -> BenchmarkSection:
        """Return the section with a floor from elsewhere, and no wish for one any more.

        It also replaces the floor of later years, but where a policy sets another one.
        """
        own = self.price.floor

        def raised(price: PriceRules) -> PriceRules:
            if price.floor != own:
                return price
            return replace(price, floor=price_cny_per_tco2)

        policies = {
            year: rules.model_copy(update={"price": raised(rules.price)})
            for year, rules in self.policy_changes.items()
        }
        update = {
            "price": raised(self.price),
            "policy_changes": policies,
            "take_floor": False,
        }
        return self.model_copy(update=update)

    def with_credits(self, sink_share: float) -> BenchmarkSection:
        """Return the section with more credits supplied, now and after every policy.

        Parameters
        ----------
        sink_share : float
            Of covered emissions, at the reference price; on top of `services.sink_share`.
        """

        def more(services: ServiceRules) -> ServiceRules:
            return replace(services, sink_share=services.sink_share + sink_share)

        policies = {
            year: rules.model_copy(update={"services": more(rules.services)})
            for year, rules in self.policy_changes.items()
        }
        return self.model_copy(update={"services": more(self.services), "policy_changes": policies})

    def with_costs(self, levels: dict[str, float]) -> BenchmarkSection:
        """Return the section with levels of abatement costs from elsewhere, and no wish for any.

        Parameters
        ----------
        levels : dict of region to float
            Over their mean; those that the scenario gives itself go before them.
        """
        own = levels | self.firms.cost_level_by_region
        firms = self.firms.model_copy(update={"cost_level_by_region": own})
        return self.model_copy(update={"firms": firms, "take_costs": False})

    def beside(self, folder: Path) -> BenchmarkSection:
        """Return the section with its file of costs looked for in the scenario's folder."""
        if self.firms.cost_level_file is None:
            return self
        place = {"cost_level_file": str(folder / self.firms.cost_level_file)}
        return self.model_copy(update={"firms": self.firms.model_copy(update=place)})
