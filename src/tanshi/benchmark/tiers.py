"""Tiers of technology by rank of intensity, and what moving a firm to another one costs it.

The paper sorts firms into advanced, medium and lagging ones and does not say when they are
sorted again. Sorting them every year by what they report looks fair and is not free: a
laggard that abates may cross the boundary, and then loses the higher benchmark of its tier.
`boundary_losses` measures that against what its abatement saves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark.industries import TIERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.firms import FirmRegister

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]

# Ranks of intensity: 30 % advanced, 40 % medium, 30 % lagging.
ADVANCED_SHARE, MEDIUM_UP_TO = 0.3, 0.7


def tiers_in_groups(intensity: Array, group: Places) -> Places:
    """Return tiers by rank of intensity within groups; equal ones in the order they come.

    Plain numpy that the simulated market compiles, see `_reclassification`.

    Parameters
    ----------
    intensity : (n,) array
    group : (n,) array of int, >= 0
        For example an industry's process.

    Returns
    -------
    (n,) array of int
        0 advanced, 1 medium, 2 lagging.

    Examples
    --------
    >>> tiers_in_groups(np.array([0.9, 0.7, 0.8, 5.0]), np.array([0, 0, 0, 1])).tolist()
    [2, 0, 1, 1]
    """
    tier = np.zeros(len(intensity), np.int64)
    for k in range(group.max() + 1):
        members = np.flatnonzero(group == k)
        order = np.argsort(intensity[members], kind="mergesort")
        for place in range(len(members)):
            rank = (place + 0.5) / len(members)
            tier[members[order[place]]] = (rank > ADVANCED_SHARE) + (rank > MEDIUM_UP_TO)
    return tier


def groups_of(register: FirmRegister) -> Places:
    """Return the number of each firm's industry and process, (n,)."""
    first = np.cumsum([0, *(len(one.processes) for one in register.industries)])
    return np.asarray(first[np.asarray(register.industry)] + np.asarray(register.process))


def factors_in_use(register: FirmRegister, relative: Array) -> Array:
    """Return the mean relative benchmark by industry, tier and scale (large, small), (S, 3, 2).

    A cell without a firm has the mean of its tier, and a tier without one the industry's.
    """
    tier, industry = np.asarray(register.tier), np.asarray(register.industry)
    small = (~np.asarray(register.large)).astype(np.int64)
    count = len(register.industries)
    total, made = np.zeros((count, len(TIERS), 2)), np.zeros((count, len(TIERS), 2))
    output = np.asarray(register.output)
    np.add.at(total, (industry, tier, small), np.asarray(relative) * output)
    np.add.at(made, (industry, tier, small), output)
    found = _over(total, made, np.nan)
    of_tier = _over(total.sum(axis=2), made.sum(axis=2), np.nan)
    of_industry = _over(total.sum(axis=(1, 2)), made.sum(axis=(1, 2)), 1.0)
    found = np.where(np.isnan(found), of_tier[:, :, None], found)
    return np.where(np.isnan(found), of_industry[:, None, None], found)


def boundary_losses(
    register: FirmRegister, relative: Array, price_cny_per_tco2: float
) -> pl.DataFrame:
    """Return the laggards whose own abatement would move them to another tier, and their loss.

    Each firm is looked at alone: it cuts what pays at the price, the others cut nothing, and
    firms are then sorted by emissions over output. For firms with linear cost curves.

    Parameters
    ----------
    register : FirmRegister
    relative : (n,) array
        Benchmark of each firm over that of its industry and process.
    price_cny_per_tco2 : float, > 0

    Returns
    -------
    polars.DataFrame
        firm, industry, next_tier, gain_cny (what abatement saves in a year: allowances less
        cost), loss_cny (of allowances in each year after), loss_over_gain.
    """
    output, intensity = np.asarray(register.output), np.asarray(register.intensity_tco2_per_unit)
    slope, cap = np.asarray(register.mac_slope), np.asarray(register.mac_cap_tco2_per_unit)
    cut = np.minimum(price_cny_per_tco2 / slope, cap)
    gain = (price_cny_per_tco2 * cut - 0.5 * slope * cut**2) * output
    tier, group, industry = np.asarray(register.tier), groups_of(register), register.industry
    factors = factors_in_use(register, relative)
    small = (~np.asarray(register.large)).astype(np.int64)
    rows = []
    for i in np.flatnonzero(tier == TIERS.index("lagging")).tolist():
        peers = intensity[group == group[i]]
        now, following = (_tier_at(peers, one) for one in (intensity[i], intensity[i] - cut[i]))
        if following == now:
            continue
        place = int(np.asarray(industry)[i])
        fall = relative[i] * (
            1.0 - factors[place, following, small[i]] / factors[place, tier[i], small[i]]
        )
        loss = price_cny_per_tco2 * fall * register.benchmark_tco2_per_unit[i] * output[i]
        rows.append(
            {
                "firm": register.firm[i],
                "industry": register.industries[place].name,
                "next_tier": TIERS[following],
                "gain_cny": float(gain[i]),
                "loss_cny": float(loss),
                "loss_over_gain": float(loss / gain[i]),
            }
        )
    return pl.DataFrame(rows, schema=_LOSSES)


def _tier_at(peers: Array, intensity: float) -> int:
    """Return the tier of a firm with an intensity among its peers, of which it is one."""
    rank = ((peers < intensity).sum() + 0.5) / len(peers)
    return int(rank > ADVANCED_SHARE) + int(rank > MEDIUM_UP_TO)


_LOSSES = {
    "firm": pl.String,
    "industry": pl.String,
    "next_tier": pl.String,
    "gain_cny": pl.Float64,
    "loss_cny": pl.Float64,
    "loss_over_gain": pl.Float64,
}


def _over(above: Array, below: Array, otherwise: float) -> Array:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, otherwise), where=below > 0))
