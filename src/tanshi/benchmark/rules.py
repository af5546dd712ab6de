"""What the agents of the market may do and how they decide, group by group.

Every mechanism in them is a component that `MarketRules.without` switches off, so that an
ablation can say what it buys; what is off by default, `MarketRules.having` switches on.
Values are assumptions unless a source stands beside them; a study's
scenario overrides them. Prices in CNY per tCO2, shares as fractions, rates a year.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from tanshi.benchmark.rule_ranges import PROTOCOLS, UNSOLD, range_faults
from tanshi.benchmark.switches import SWITCHED_OFF, SWITCHED_ON
from tanshi.core import Fault, InputError

__all__ = [
    "PROTOCOLS",
    "STRATEGIES",
    "SWITCHED_OFF",
    "SWITCHED_ON",
    "UNSOLD",
    "AdjustmentRules",
    "AllocationRules",
    "BankingRules",
    "ComplianceRules",
    "CostRules",
    "DemandRules",
    "MarketRules",
    "PriceRules",
    "ResearchRules",
    "RevisionRules",
    "ServiceRules",
    "TechnologyRules",
    "VerificationRules",
]

STRATEGIES = ("own", "contract", "trade", "conceal")


@dataclass(frozen=True, kw_only=True)
class PriceRules:
    """The secondary market's band and how firms form expectations."""

    floor: float = 40.0
    ceiling: float = 200.0
    first_expected: float = 70.0
    adaptation: float = 0.3  # of the expectation, towards the last price
    permanent_share: float = 0.5  # f: weight of today's price in an abatement decision
    announced: bool = True  # a change of policy is known a year ahead, and firms act on it
    reserve_share: float = 0.0  # of emissions, sold by the government at the ceiling
    block_session: bool = True
    block_minimum_t: float = 1e5  # orders from here on meet in the block session first
    block_band: float = 0.3  # of last year's price, Shanghai exchange rules for block trades


@dataclass(frozen=True, kw_only=True)
class AllocationRules:
    """Benchmarks or an absolute cap, and the share that is sold first."""

    absolute_cap: bool = False
    paid_share: float = 0.0
    # What the primary auction leaves: "cancel", "return" (handed out in proportion to free
    # allocation) or "carry" (offered again next year).
    unsold: str = "cancel"
    bid_spread: float = 0.05  # deviation of bids around the expected price


@dataclass(frozen=True, kw_only=True)
class BankingRules:
    """What may be kept (plan of 2023-24: a fixed amount and a multiple of net sales), or lent.

    Who is short and expects a lower price borrows from next year's allocation; who has a
    surplus and expects a higher one keeps it.
    """

    allowed: bool = True
    fixed_t: float = 1e4
    net_sales_multiple: float = 1.5
    carry_discount: float = 0.95
    indifference: float = 5.0  # CNY; width of the logistic between keeping and selling
    borrowing_share: float = 0.0  # of next year's allocation


@dataclass(frozen=True, kw_only=True)
class ComplianceRules:
    """Hiding emissions, being found, and what it costs (Regulations of 2024: 5 to 10 times)."""

    concealment: bool = True
    hidden_share: float = 0.05
    detection_small: float = 0.15
    detection_large: float = 0.30
    fine_multiple: float = 5.0
    least_fine_cny: float = 5e5
    reputation: float = 1.0  # multiple of the hidden value
    deduction: bool = True  # what is missing is owed next year
    # Duty ends at free allocation and this share of emissions; the plan of 2021-22 said 0.2.
    shortfall_cap: float = 1.0


@dataclass(frozen=True, kw_only=True)
class VerificationRules:
    """Verifiers err, audits correct, associations speak up."""

    noise: float = 0.01  # deviation of verified over reported emissions
    audit_share: float = 0.1
    audit_finds: float = 0.8  # chance that an audit finds what is hidden
    audit_cost_cny: float = 3e4  # of one report, borne by the government
    opinion_weight: float = 0.2  # of firms' complaints in the correction of a benchmark


@dataclass(frozen=True, kw_only=True)
class CostRules:
    """Fixed costs and fees."""

    own_fixed_cny: float = 4e5
    trade_fixed_cny: float = 5e4
    fee_share: float = 0.005
    block_fee_share: float = 0.0025


@dataclass(frozen=True, kw_only=True)
class ServiceRules:
    """Reduction enterprises: providers that compete, and sinks."""

    providers: int = 5
    cost_factor: float = 0.85  # of a firm's own abatement cost
    first_margin: float = 10.0
    cost_spread: float = 0.3  # of providers' own cost around the first margin's half
    first_capacity_share: float = 0.02  # of covered emissions
    choice_width: float = 3.0  # CNY; how sharply firms choose the cheaper provider
    price_speed: float = 0.5
    capacity_speed: float = 0.1
    offset_limit: float = 0.05  # of emissions, in sink credits
    sink_share: float = 0.002  # of covered emissions supplied at the reference price
    sink_elasticity: float = 1.0


@dataclass(frozen=True, kw_only=True)
class TechnologyRules:
    """Learning and diffusion."""

    permanent_cut: float = 0.25  # lambda: share of a cut that stays
    renewal: float = 0.15  # omega: of the potential towards its first value
    diffusion: float = 0.02  # towards the frontier
    reference_price: float = 60.0  # where all shapes of cost curves agree


@dataclass(frozen=True, kw_only=True)
class ResearchRules:
    """Research as far as it pays, given the prices and the tightening that firms expect."""

    pace: float = 0.001  # fall of intensity a year where the reference price lasts
    years: int = 10  # for which firms count what a lead saves
    interest: float = 0.08
    fixed_cny: float = 1e5  # a year, before the first idea
    # Expected rise of the price where benchmarks fall faster than intensities, over the gap.
    foresight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class DemandRules:
    """Shocks to product demand and to the cost of abatement."""

    persistence: float = 0.6
    sector_deviation: float = 0.02
    common_deviation: float = 0.01
    firm_deviation: float = 0.04
    growth: float = 0.0
    energy_deviation: float = 0.0  # of the yearly change of the logarithm of abatement cost
    responds: bool = True  # output reacts to cost and product prices


@dataclass(frozen=True, kw_only=True)
class RevisionRules:
    """How strategies change."""

    protocol: str = "logit"
    share: float = 0.4  # of firms, a year
    noise: float = 0.15  # CNY per tonne
    mutation: float = 0.005


@dataclass(frozen=True, kw_only=True)
class AdjustmentRules:
    """The yearly update of benchmarks, section 4 of Liu."""

    trend: float = 0.01
    differential: bool = True  # by potential
    progress: bool = True  # by each industry's own progress
    feedback: float = 1.0  # phi
    on_verified: bool = False  # feed back on verified balance instead of unabated need
    deficit: float = 0.02  # delta, "slight deficit"
    largest_correction: float = 0.03
    price_response: float = 0.1  # of swings of the price, in the correction
    cost_benefit: bool = True  # industries that cut cheaply are led faster
    firm_progress: float = 0.1  # of a firm's lead in progress, off its own benchmark
    reduction_target: float = 0.005  # of emissions per output, a year
    target_response: float = 0.5  # of the lag behind the target, in the correction
    regional_response: float = 0.5  # of a region's lag behind its own target
    phased: bool = True  # industries enter in their first year, not all at once
    laggard_support: bool = True
    laggard_cost_factor: float = 0.9
    laggard_fixed_factor: float = 0.7
    # Years between two classifications of firms into tiers, by what they report; 0 for never.
    reclassification: int = 0
    # Share of the trend that regions are spared, by their kind (Liu, section 4.1, fifth).
    renewable_rich_support: float = 0.0
    old_industrial_support: float = 0.0
    energy_security_support: float = 0.0


@dataclass(frozen=True, kw_only=True)
class MarketRules:
    """All mechanisms of the market.

    Raises
    ------
    InputError
        Every value out of its range, by ``group.name``.
    """

    price: PriceRules = field(default_factory=PriceRules)
    allocation: AllocationRules = field(default_factory=AllocationRules)
    banking: BankingRules = field(default_factory=BankingRules)
    compliance: ComplianceRules = field(default_factory=ComplianceRules)
    verification: VerificationRules = field(default_factory=VerificationRules)
    costs: CostRules = field(default_factory=CostRules)
    services: ServiceRules = field(default_factory=ServiceRules)
    technology: TechnologyRules = field(default_factory=TechnologyRules)
    research: ResearchRules = field(default_factory=ResearchRules)
    demand: DemandRules = field(default_factory=DemandRules)
    revision: RevisionRules = field(default_factory=RevisionRules)
    adjustment: AdjustmentRules = field(default_factory=AdjustmentRules)

    def __post_init__(self) -> None:
        faults = [fault for name in _GROUPS for fault in range_faults(name, getattr(self, name))]
        if self.price.ceiling < self.price.floor:
            what, found = (
                "ceiling below the floor",
                f"{self.price.ceiling:g} < {self.price.floor:g}",
            )
            remedy = "raise the ceiling or lower the floor"
            allowed = "a ceiling at or above the floor"
            faults.append(Fault(what, found, allowed, remedy, column="price.ceiling"))
        if faults:
            raise InputError(faults)

    def without(self, mechanism: str) -> MarketRules:
        """Return the rules with one mechanism switched off.

        Parameters
        ----------
        mechanism : str
            A key of `SWITCHED_OFF`.

        Raises
        ------
        InputError
            No such mechanism.

        Examples
        --------
        >>> MarketRules().without("banking").banking.allowed
        False
        """
        return self._switched(mechanism, SWITCHED_OFF)

    def having(self, mechanism: str) -> MarketRules:
        """Return the rules with one mechanism switched on that is off by default.

        Parameters
        ----------
        mechanism : str
            A key of `SWITCHED_ON`.

        Raises
        ------
        InputError
            No such mechanism.
        """
        return self._switched(mechanism, SWITCHED_ON)

    @classmethod
    def frictionless(cls) -> MarketRules:
        """Return the rules of a textbook: everyone abates at the price, nothing else happens.

        No band, banking, concealment, fixed cost, noise, service, learning, revision, shock,
        response of output or adjustment. With linear costs and caps slack the price is then the
        closed form sum((intensity - benchmark) x output) / sum(output / slope).
        """
        return cls(
            price=PriceRules(floor=0.0, ceiling=1e4, permanent_share=1.0),
            banking=BankingRules(allowed=False),
            compliance=ComplianceRules(concealment=False),
            verification=VerificationRules(noise=0.0, audit_share=0.0, opinion_weight=0.0),
            costs=CostRules(
                own_fixed_cny=0.0, trade_fixed_cny=0.0, fee_share=0.0, block_fee_share=0.0
            ),
            services=ServiceRules(first_capacity_share=0.0, offset_limit=0.0),
            technology=TechnologyRules(permanent_cut=0.0, renewal=0.0, diffusion=0.0),
            research=ResearchRules(pace=0.0),
            demand=DemandRules(
                sector_deviation=0.0, common_deviation=0.0, firm_deviation=0.0, responds=False
            ),
            revision=RevisionRules(share=0.0, mutation=0.0),
            adjustment=AdjustmentRules(
                trend=0.0,
                feedback=0.0,
                price_response=0.0,
                firm_progress=0.0,
                target_response=0.0,
                regional_response=0.0,
                laggard_support=False,
            ),
        )

    def _switched(self, mechanism: str, table: dict[str, dict[str, dict[str, Any]]]) -> MarketRules:
        if mechanism not in table:
            allowed = ", ".join(table)
            fault = Fault("no such mechanism", mechanism, allowed, "use one of them")
            raise InputError([fault])
        rules = self
        for group, values in table[mechanism].items():
            rules = replace(rules, **{group: replace(getattr(rules, group), **values)})
        return rules


_GROUPS = tuple(one.name for one in fields(MarketRules))
