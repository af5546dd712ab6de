"""From shadow prices to one equivalent marginal abatement cost per observation.

Zhang & Chang (2025), Eq. 10 and section 3.3. Two choices matter and are named:

*Payment.* Eq. 9 lets a unit pay for a share of its emissions. Print multiplies the
shadow price by that share (``published``); the first-order condition of Eq. 9 divides by
it (``cost_cap``); paying for everything is ``full``. The first and the second are 1 /
share^2, for 0.2 a factor 25, apart.

*Position.* An observation lies between two quantiles; its cost is the mean of theirs.
``published`` takes the largest quantile below which it lies; because quantiles that are
estimated one by one cross, ``rearranged`` sorts its distances over the grid first
(Chernozhukov et al. 2010).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.frontier.results import (
    ON_QUANTILE,
    AbatementCosts,
    FrontierEstimate,
    SurfaceValues,
    shadow_price,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Positions = NDArray[np.intp]

PAYMENT_RULES = ("published", "full", "cost_cap")
POSITION_RULES = ("published", "rearranged")


def payment_factor(rule: str, share: float) -> float:
    """Return what the shadow price is multiplied by.

    Parameters
    ----------
    rule : {"published", "full", "cost_cap"}
    share : float in (0, 1]
        Share of emissions that is paid for.

    Raises
    ------
    InputError
        An unknown rule or a share outside (0, 1].

    Examples
    --------
    >>> [payment_factor(rule, 0.2) for rule in PAYMENT_RULES]
    [0.2, 1.0, 5.0]
    """
    faults = []
    if rule not in PAYMENT_RULES:
        allowed = ", ".join(PAYMENT_RULES)
        faults.append(Fault("unknown payment rule", rule, allowed, "use one of them"))
    if not 0.0 < share <= 1.0:
        what, remedy = "not a share", "give the share of emissions paid for, such as 0.2"
        faults.append(Fault(what, str(share), "above 0, at most 1", remedy, column="payment_share"))
    if faults:
        raise InputError(faults)
    return {"published": share, "full": 1.0, "cost_cap": 1.0 / share}[rule]


def estimate_abatement_costs(
    estimate: FrontierEstimate,
    *,
    payment_rule: str = "published",
    payment_share: float = 0.2,
    position: str = "published",
) -> AbatementCosts:
    """Return the equivalent marginal abatement cost of every observation.

    Parameters
    ----------
    estimate : FrontierEstimate
        By whatever method. The single column of the deterministic frontier is everybody's,
        and then nobody is flagged ``below_grid`` or ``above_grid``.
    payment_rule : {"published", "full", "cost_cap"}
    payment_share : float in (0, 1], default 0.2
        China's compliance cap on the share of emissions paid for.
    position : {"published", "rearranged"}

    Returns
    -------
    AbatementCosts
        In CNY per tonne of CO2, at the prices of the output column.

    Raises
    ------
    InputError
        An unknown rule or a share outside (0, 1].

    References
    ----------
    Zhang & Chang (2025), Eq. 10 and the three cases of section 3.3.
    """
    factor = payment_factor(payment_rule, payment_share)
    if position not in POSITION_RULES:
        allowed = ", ".join(POSITION_RULES)
        raise InputError([Fault("unknown position rule", position, allowed, "use one of them")])
    parts = [_positioned(values, position) for _, values in estimate.blocks()]
    star, first, second, exact = (
        np.concatenate([part[k] for part in parts]) for k in ("star", "first", "second", "exact")
    )
    scale = factor * estimate.inputs.price_scale_cny_per_tco2
    mac, low, high = (
        scale * np.concatenate([part[k] for part in parts]) for k in ("price", "low", "high")
    )
    unique = np.array(estimate.unique)
    return AbatementCosts(
        unit=estimate.inputs.unit,
        period=np.asarray(estimate.inputs.period),
        tau_position=frozen(np.array(estimate.taus)[np.maximum(star, 0)]),
        mac_cny_per_tco2=frozen(mac),
        mac_low_cny_per_tco2=frozen(low),
        mac_high_cny_per_tco2=frozen(high),
        conditions={
            # Of a frontier with every observation inside, to be inside says nothing.
            "below_grid": (star < 0) & (not estimate.deterministic),
            "above_grid": (star == len(estimate.taus) - 1) & (not estimate.deterministic),
            "on_quantile": exact,
            "infinite": np.isinf(mac),
            "zero": mac == 0.0,
            "not_unique": ~(unique[first] & unique[second]),
        },
        payment_rule=payment_rule,
        payment_share=payment_share,
        position_rule=position,
    )


def _positioned(values: SurfaceValues, position: str) -> dict[str, NDArray[Any]]:
    """Return position and normalised price, with its range, of one block."""
    distance = values.distance
    ordered = np.sort(distance, axis=1) if position == "rearranged" else distance
    star, first, second, exact = quantile_positions(ordered)

    def price(weight: Array) -> Array:
        rows = np.arange(len(weight))
        return 0.5 * (shadow_price(weight[rows, first]) + shadow_price(weight[rows, second]))

    return {
        "star": star,
        "first": first,
        "second": second,
        "exact": exact,
        "price": price(values.output_weight),
        "low": price(values.output_weight_high),
        "high": price(values.output_weight_low),
    }


def quantile_positions(
    distance: Array,
) -> tuple[Positions, Positions, Positions, NDArray[np.bool_]]:
    """Return where each observation lies on the grid, and whose costs it averages.

    Parameters
    ----------
    distance : (n, T) array
        D by quantile, ascending quantiles.

    Returns
    -------
    star : (n,) array
        Last column with D < 0, that is, below which the observation lies; -1 for none.
    first, second : (n,) arrays
        The two columns whose mean is the cost (equal where one column decides).
    exact : (n,) array of bool
        The observation lies exactly on the column after `star`.

    Examples
    --------
    Between columns 0 and 1; exactly on column 1; below all; above all:

    >>> d = np.array([[-1, 1, 2], [-1, 0, 2], [1, 2, 3], [-3, -2, -1.0]])
    >>> star, first, second, exact = quantile_positions(d)
    >>> star.tolist(), first.tolist(), second.tolist(), exact.tolist()
    ([0, 0, -1, 2], [0, 0, 0, 2], [1, 2, 0, 2], [False, True, False, False])
    """
    n, t = distance.shape
    below = distance < -ON_QUANTILE
    star = np.where(below.any(axis=1), t - 1 - below[:, ::-1].argmax(axis=1), -1)
    last = t - 1
    following = np.minimum(star + 1, last)
    between = (star >= 0) & (star < last)
    exact = between & (np.abs(distance[np.arange(n), following]) <= ON_QUANTILE)
    # On the following quantile: the mean of its two neighbours, or itself if it is the last.
    first = np.where(exact & (following == last), last, np.maximum(star, 0))
    second = np.where(exact, np.minimum(following + 1, last), following)
    second = np.where(star < 0, 0, second)
    return star, first, second, exact
