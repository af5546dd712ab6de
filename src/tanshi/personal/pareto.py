"""Who gains and who loses by personal trade, in money, against the same period without it.

Wang, Zhao, Chen & Tang (2024), §1 and §3, promise a Pareto optimum of government, platform,
low-carbon and high-carbon users without subsidies. Users never lose, since whoever does not gain
does not trade. What buyers save are penalties, though, and these are what the government took in.
Under a hard cap there are no penalties to lose, but emissions rise, which costs those whom they
harm. Payments cancel: the sum of all gains is what is saved in abatement less what selling and
operating cost, checked to rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.core import Fault, InputError
from tanshi.personal.results.pareto import ParetoCase

if TYPE_CHECKING:
    from tanshi.personal.results.emissions import QuotaOutcome


def share_gains(name: str, outcome: QuotaOutcome, *, damage_cny_per_tco2: float) -> ParetoCase:
    """Add up what every party gains.

    Parameters
    ----------
    name : str
    outcome : QuotaOutcome
        Of one period, without a link to enterprises.
    damage_cny_per_tco2 : float, >= 0
        What a tonne more or less is worth to those whom emissions harm.

    Returns
    -------
    ParetoCase

    Raises
    ------
    InputError
        A damage below 0; a market with enterprises, whose gain is not in it.
    """
    faults = []
    if not damage_cny_per_tco2 >= 0.0:
        what, allowed = "impossible damage", "CNY per tonne, 0 or more"
        faults.append(
            Fault(
                what, str(damage_cny_per_tco2), allowed, "correct it", column="damage_cny_per_tco2"
            )
        )
    if outcome.status == "offsets":
        found, remedy = "an offset link", "take a market between people"
        faults.append(Fault("not a market between people", found, "one without a link", remedy))
    if faults:
        raise InputError(faults)
    total = outcome.total
    paid = (outcome.sale_price or 0.0) * total("bought_tco2")
    received = (outcome.purchase_price or 0.0) * total("sold_tco2")
    operating = outcome.unit_cost * total("sold_tco2")
    fines = (outcome.penalty or 0.0) * (total("violated_tco2") - total("violated_alone_tco2"))
    change = total("emissions_tco2") - total("emissions_alone_tco2")
    saved = total("abatement_alone_cny") - total("abatement_cny")
    gains = {
        "government": fines,
        "platform": paid - received - operating,
        "sellers": total("seller_gain_cny"),
        "buyers": total("buyer_gain_cny"),
    }
    residual = sum(gains.values()) - (saved - total("selling_cost_cny") - operating)
    return ParetoCase(
        name=name,
        outcome=outcome,
        gains_cny=gains,
        climate_cny=-damage_cny_per_tco2 * change,
        damage_cny_per_tco2=damage_cny_per_tco2,
        money_residual_cny=residual,
        money_moved_cny=abs(paid) + abs(received) + abs(fines),
    )
