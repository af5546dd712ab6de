"""What a carbon price on covered sectors does to all prices.

Zhang & Chang (2025): Eq. 14, dv_k = paid share x intensity x price; Eq. 15, prices;
Eq. 16, CI with consumption weights; Eq. 17, PI with output weights. The weights of CI are
domestic consumption over all consumption, domestic and imported: prices of imports do
not move, but imports are part of what is consumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.leontief.results import CostPush

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanshi.leontief.inputs import PriceModelInputs
    from tanshi.leontief.prices import Array, PriceModel

CNY_PER_INTENSITY_UNIT = 1e4  # intensities are tCO2 per 1e4 CNY


@dataclass(frozen=True, kw_only=True)
class CoveredSector:
    """A sector that pays for emissions.

    Parameters
    ----------
    code : str
        Of the table.
    intensity_tco2_per_1e4_cny : float, >= 0
        Emissions by unit of output of the whole sector.
    covered_share : float in (0, 1], default 1
        Share of the sector's emissions that the market covers; steel and aluminium, for
        example, are parts of one sector.
    """

    code: str
    intensity_tco2_per_1e4_cny: float
    covered_share: float = 1.0


def estimate_cost_push(
    model: PriceModel,
    covered: Sequence[CoveredSector],
    *,
    price_cny_per_tco2: float,
    paid_shares: Sequence[float] = (0.2, 0.5, 1.0),
) -> CostPush:
    """Return the price change of every sector, CI, PI and public revenue.

    Parameters
    ----------
    model : PriceModel
    covered : sequence of CoveredSector
        Different sectors; one that is named twice adds up.
    price_cny_per_tco2 : float, >= 0
    paid_shares : sequence of float in [0, 1]
        Shares of the covered emissions that must be paid for.

    Returns
    -------
    CostPush

    Raises
    ------
    InputError
        An unknown sector, a share or intensity out of range, a sector covered more than
        once, no covered sector, a table without output or consumption.

    Notes
    -----
    Everything is linear in price, intensity and paid share; quantities do not react, so
    the effects are upper bounds for the short run.

    References
    ----------
    Zhang & Chang (2025), Eq. 14-17.
    """
    _check_request(model.inputs, covered, price_cny_per_tco2, paid_shares)
    inputs = model.inputs
    per_tonne = covered_intensity(inputs, covered)
    full = per_tonne * price_cny_per_tco2 / CNY_PER_INTENSITY_UNIT  # Eq. (14), share 1
    change = model.price_change(full)  # Eq. (15)
    shares = np.array(paid_shares, dtype=np.float64)
    consumer, producer = _weights(inputs)
    output_cny = inputs.gross_output * inputs.money_scale_cny
    emissions = float(per_tonne @ output_cny) / CNY_PER_INTENSITY_UNIT
    percent = 100.0 * shares
    return CostPush(
        codes=inputs.codes,
        names=inputs.names,
        covered_codes=tuple(dict.fromkeys(inputs.codes[inputs.place(one.code)] for one in covered)),
        price_cny_per_tco2=price_cny_per_tco2,
        paid_shares=tuple(float(share) for share in paid_shares),
        direct_percent=frozen(percent[:, None] * full),
        total_percent=frozen(percent[:, None] * change),
        consumer_weights=frozen(consumer),
        producer_weights=frozen(producer),
        consumer_index_percent=frozen(percent * float(consumer @ change)),  # Eq. (16)
        producer_index_percent=frozen(percent * float(producer @ change)),  # Eq. (17)
        covered_emissions_tco2=emissions,
        revenue_cny=frozen(shares * emissions * price_cny_per_tco2),
    )


def covered_intensity(inputs: PriceModelInputs, covered: Sequence[CoveredSector]) -> Array:
    """Return paid-for emissions by 1e4 CNY of output at a paid share of 1, (n,).

    Parameters
    ----------
    inputs : PriceModelInputs
    covered : sequence of CoveredSector
        Of known codes.
    """
    intensity = np.zeros(inputs.n_sectors)
    for one in covered:
        intensity[inputs.place(one.code)] += one.covered_share * one.intensity_tco2_per_1e4_cny
    return intensity


def _weights(inputs: PriceModelInputs) -> tuple[Array, Array]:
    domestic = inputs.domestic_consumption
    everything = domestic.sum() + inputs.imported_consumption.sum()
    output = inputs.gross_output
    return domestic / everything, output / output.sum()


def _check_request(
    inputs: PriceModelInputs,
    covered: Sequence[CoveredSector],
    price: float,
    paid_shares: Sequence[float],
) -> None:
    faults = []
    if not covered:
        faults.append(Fault("no covered sector", "nothing", "one or more", "name a sector"))
    if not (np.isfinite(price) and price >= 0):
        faults.append(Fault("not a price", str(price), "0 or more", "give CNY per tonne"))
    if len(paid_shares) == 0:
        faults.append(Fault("no paid share", "nothing", "one or more", "give one such as 0.2"))
    for share in paid_shares:
        if not 0.0 <= share <= 1.0:
            what, remedy = "not a paid share", "give a share such as 0.2"
            faults.append(Fault(what, str(share), "between 0 and 1", remedy))
    faults += _covered_faults(inputs, covered)
    consumption = float(inputs.domestic_consumption.sum() + inputs.imported_consumption.sum())
    weights = {"consumption": consumption, "output": float(inputs.gross_output.sum())}
    for what, total in weights.items():
        if not total > 0:
            remedy = f"give a table with {what}, the weights of an index"
            faults.append(Fault(f"no {what} in the table", f"{total:g}", "above 0", remedy))
    if faults:
        raise InputError(faults)


def _covered_faults(inputs: PriceModelInputs, covered: Sequence[CoveredSector]) -> list[Fault]:
    faults = []
    totals: dict[str, float] = {}
    for one in covered:
        own = _sector_faults(inputs, one)
        faults += own
        if not own:
            code = inputs.codes[inputs.place(one.code)]  # "7" and "07" are one sector
            totals[code] = totals.get(code, 0.0) + one.covered_share
    for code, total in totals.items():
        if total > 1.0 + 1e-9:
            what = f"sector {code} is covered more than once"
            remedy = "give covered shares that add up to 1 or less"
            faults.append(Fault(what, f"shares add up to {total:g}", "at most 1", remedy))
    return faults


def _sector_faults(inputs: PriceModelInputs, one: CoveredSector) -> list[Fault]:
    faults: list[Fault] = []
    intensity, share = one.intensity_tco2_per_1e4_cny, one.covered_share
    if not (np.isfinite(intensity) and intensity >= 0):
        what = f"not an intensity: sector {one.code}"
        remedy = "give tonnes of CO2 per 1e4 CNY of output"
        faults.append(Fault(what, str(intensity), "0 or more", remedy))
    if not 0.0 < share <= 1.0:
        what = f"not a covered share: sector {one.code}"
        remedy = "give the share of the sector's emissions that is covered"
        faults.append(Fault(what, str(share), "above 0, at most 1", remedy))
    try:
        inputs.place(one.code)
    except InputError as error:
        faults += error.faults
    return faults
