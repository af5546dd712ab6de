"""What the market's records hold, in words: names, units and meanings of its state variables.

The compiled year works on tables of records (`_layout`); this module says what stands in them,
for a description of the model. A test holds both to the same names.
"""

from __future__ import annotations

from typing import NamedTuple


class Variable(NamedTuple):
    """A quantity of an entity.

    Parameters
    ----------
    name : str
        As in the code.
    unit : str
        "-" where there is none.
    meaning : str
    """

    name: str
    unit: str
    meaning: str


def _variables(rows: str) -> tuple[Variable, ...]:
    """Read lines of name, unit and meaning, divided by bars."""
    lines = [line for line in rows.splitlines() if line.strip()]
    return tuple(Variable(*(part.strip() for part in line.split("|"))) for line in lines)


FIRM = _variables(
    """
    industry         | -           | the firm's industry
    region           | -           | the firm's region
    group            | -           | of firms that are ranked together: its industry and process
    large            | -           | whether it is large, by the rank of its output
    curve            | -           | shape of its marginal abatement cost
    output           | units a year | product made without shocks
    slope            | CNY per tCO2 per (tCO2 per unit) | of its marginal abatement cost
    potential        | share       | of intensity that can be cut, at first
    frontier         | tCO2 per unit | intensity of the best tenth of its industry and process
    first_intensity  | tCO2 per unit | before the first year
    grandfathered    | units       | what benchmarks are multiplied by under a cap in tonnes
    conceals         | -           | whether it hides come what may, never, or where it pays
    """
)

SECTOR = _variables(
    """
    price             | CNY per unit | of the product
    demand_elasticity | -           | of the product's demand, to its price
    supply_elasticity | -           | of its supply
    improvement       | share a year | fall of intensity without a policy
    first_year        | -           | in which the industry enters the market
    potential_pace    | share       | added to the pace of tightening by potential
    cost_pace         | share       | added to it by what a tonne costs to cut
    """
)

STATE = _variables(
    """
    active        | -           | whether the firm's industry has entered the market
    tier          | -           | advanced, medium or lagging, by the rank of its intensity
    relative      | -           | the firm's benchmark over its industry's
    demand        | units       | product asked for, before output responds to costs
    benchmark     | tCO2 per unit | of the year
    error         | -           | verified over reported emissions
    intensity     | tCO2 per unit | without this year's cuts
    potential     | share       | of intensity that can still be cut
    bank          | tCO2        | allowances kept
    debt          | tCO2        | allowances owed: borrowed, missing or hidden before
    strategy      | -           | own abatement, contracted abatement, trade alone, concealment
    before        | -           | strategy of the year, once the next is chosen
    cut           | tCO2 per unit | abatement of the year
    research      | share       | fall of intensity that the year's research brings
    research_cost | CNY         | what it costs
    unit_cost     | CNY per unit | of the year's carbon, allowances included
    produced      | units       | of the year
    verified      | tCO2        | emissions as verified
    duty          | tCO2        | of what is verified, what must be surrendered
    free          | tCO2        | allowances handed out
    returned      | tCO2        | of that, what the primary auction left
    bought_first  | tCO2        | in the primary auction
    position      | tCO2        | before the secondary market: surplus above 0, need below
    wanted        | tCO2        | order of a firm that is short
    offered       | tCO2        | order of a firm with a surplus
    borrowed      | tCO2        | from next year's allocation
    traded        | tCO2        | bought above 0, sold below
    blocks        | tCO2        | of that, in the block session
    caught        | -           | found out by an audit before surrender, or afterwards
    fine          | CNY         | of the year
    missing       | tCO2        | neither surrendered nor borrowed
    hidden        | tCO2        | not reported
    """
)

YEAR = _variables(
    """
    expected   | CNY per tCO2 | price that firms expect
    foreseen   | CNY per tCO2 | that they expect of the next year, given what is announced
    last       | CNY per tCO2 | price of the year before, the block session's reference
    margin     | CNY per tCO2 | of contracted abatement over its cost
    cost_level | -           | of abatement, 1 without energy shocks
    services   | -           | whether contracted abatement is to be had
    sinks      | tCO2        | credits supplied at the reference price
    carried    | tCO2        | left by last year's primary auction
    lag        | share       | of emissions behind the reduction target
    """
)

OTHERS = _variables(
    """
    benchmark (of an industry) | tCO2 per unit | that the government sets every year
    ahead (of an industry)     | share a year | fall of its benchmark expected beyond intensity's
    factor (of a region)       | -           | on the benchmarks of its firms
    margin (of a provider)     | CNY per tCO2 | asked over the cost of abatement
    capacity (of a provider)   | tCO2 a year | that it can abate
    cost (of a provider)       | CNY per tCO2 | least margin that it asks
    found (of small and of large firms) | share | chance of being found out that they believe in
    """
)
