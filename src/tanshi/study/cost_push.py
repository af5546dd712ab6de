"""From who is to pay, and how much, to a cost push on one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanshi.core import Fault, InputError
from tanshi.leontief import (
    CostPush,
    CoveredSector,
    estimate_cost_push,
    resolve_sector,
    sector_intensities,
)
from tanshi.leontief.classification import load_detailed_sectors, sectors_within
from tanshi.leontief.industries import load_industries
from tanshi.study.price_uncertainty import simulate_intervals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanshi.data.series import SectorInventory
    from tanshi.leontief import PriceModel
    from tanshi.leontief.households import HouseholdGroup
    from tanshi.leontief.results import CostPushIntervals, SectorIntensities
    from tanshi.study.price_uncertainty import Uncertainty
    from tanshi.study.scenario import Covered


@dataclass(frozen=True, eq=False, kw_only=True)
class PushRequest:
    """Who pays, how much for how large a part, and how sure that is.

    Parameters
    ----------
    covered : tuple of Covered
    inventory : SectorInventory or None
        For sectors without an intensity.
    price_cny_per_tco2 : float
    paid_shares : tuple of float
    uncertainty : Uncertainty
    """

    covered: tuple[Covered, ...]
    inventory: SectorInventory | None
    price_cny_per_tco2: float
    paid_shares: tuple[float, ...]
    uncertainty: Uncertainty

    @property
    def inventory_used(self) -> SectorInventory | None:
        """The inventory, if any sector takes its intensity from it."""
        given = all(one.intensity_tco2_per_1e4_cny is not None for one in self.covered)
        return None if given else self.inventory


@dataclass(frozen=True, eq=False, kw_only=True)
class Pushed:
    """A cost push on one table.

    Parameters
    ----------
    covered : tuple of CoveredSector
        With the intensities used.
    push : CostPush
    intervals : CostPushIntervals or None
        None where nothing is uncertain.
    notes : tuple of str
        On the intensities.
    """

    covered: tuple[CoveredSector, ...]
    push: CostPush
    intervals: CostPushIntervals | None
    notes: tuple[str, ...]


def push_costs(
    model: PriceModel, request: PushRequest, groups: Sequence[HouseholdGroup] = ()
) -> Pushed:
    """Return the cost push of a request on one table.

    Parameters
    ----------
    model : PriceModel
    request : PushRequest
    groups : sequence of HouseholdGroup
        Whose spending gets intervals too.

    Raises
    ------
    InputError
        Anything wrong with the request.
    """
    intensities = inventory_intensities(model, request.covered, request.inventory)
    covered = covered_sectors(model, request.covered, intensities)
    # First, because it also refuses whatever the push itself would refuse.
    intervals = simulate_intervals(
        model,
        covered,
        request.uncertainty,
        price_cny_per_tco2=request.price_cny_per_tco2,
        paid_shares=request.paid_shares,
        baskets={group.name: group.weights() for group in groups},
    )
    push = estimate_cost_push(
        model,
        covered,
        price_cny_per_tco2=request.price_cny_per_tco2,
        paid_shares=request.paid_shares,
    )
    notes = () if intensities is None else intensities.notes
    return Pushed(covered=covered, push=push, intervals=intervals, notes=notes)


def inventory_intensities(
    model: PriceModel, wanted: Sequence[Covered], inventory: SectorInventory | None
) -> SectorIntensities | None:
    """Return the intensities of an inventory; None without one, or where none is wanted.

    Raises
    ------
    InputError
        The inventory's sectors do not fit those of the table.
    """
    if inventory is None or all(one.intensity_tco2_per_1e4_cny is not None for one in wanted):
        return None
    output_cny = model.inputs.gross_output * model.inputs.money_scale_cny
    return sector_intensities(
        model.inputs.codes, output_cny, inventory.sectors, inventory.emissions_mt * 1e6
    )


def covered_sectors(
    model: PriceModel, wanted: Sequence[Covered], intensities: SectorIntensities | None
) -> tuple[CoveredSector, ...]:
    """Return the sectors that pay, with given intensities or those of the inventory.

    An industry stands for its sector of the 42-sector table, or for the sectors of the
    153-sector table within that one.

    Raises
    ------
    InputError
        An intensity is neither given nor to be had from an inventory, an industry lacks its
        share, or its sector is not in the table.
    """
    missing = [one.sector for one in wanted if one.intensity_tco2_per_1e4_cny is None]
    if missing and intensities is None:
        raise InputError(
            [
                Fault(
                    "no emission intensity",
                    f"sector {', '.join(missing)} without one",
                    "tonnes of CO2 per 1e4 CNY of output, given or from an inventory",
                    "write --sector CODE:INTENSITY, or give --inventory FILE",
                    column="sector",
                )
            ]
        )
    found = None if intensities is None else intensities.tco2_per_1e4_cny
    sectors = []
    for one in wanted:
        resolved, share = resolve_sector(one.sector, one.covered_share)
        codes: tuple[str, ...] = (resolved,)
        if one.sector in load_industries():
            codes = sectors_within(resolved, model.inputs.codes)
            if not codes:
                raise InputError([_no_industry(one.sector, resolved, model)])
        for code in codes:
            given = one.intensity_tco2_per_1e4_cny
            if given is None and found is not None:
                given = float(found[model.inputs.place(code)])
            if given is not None:
                sectors.append(
                    CoveredSector(code=code, intensity_tco2_per_1e4_cny=given, covered_share=share)
                )
    return tuple(sectors)


def covered_elsewhere(
    wanted: Sequence[Covered], codes: Sequence[str], other: Sequence[str]
) -> tuple[Covered, ...] | None:
    """Return a request about one table as a request about another.

    Parameters
    ----------
    wanted : sequence of Covered
        Sectors of the first table, or industries.
    codes, other : sequence of str
        Codes of both tables.

    Returns
    -------
    tuple of Covered or None
        None where nothing says how the sectors of the tables correspond: they are neither the
        same, nor the 42 sectors and the 153 within them.
    """
    if tuple(codes) == tuple(other):
        return tuple(wanted)
    if tuple(codes) != tuple(load_detailed_sectors()):
        return None
    moved = []
    for one in wanted:
        code, share = resolve_sector(one.sector, one.covered_share)
        inside = sectors_within(code.zfill(len(codes[0])), other)
        if not inside:
            return None
        moved += [
            one.model_copy(update={"sector": sector, "covered_share": share}) for sector in inside
        ]
    return tuple(moved)


def _no_industry(name: str, code: str, model: PriceModel) -> Fault:
    codes = model.inputs.codes
    return Fault(
        "industries are named for the national tables of 42 and 153 sectors only",
        f"{name} is sector {code} of the 42; this table has {codes[0]} to {codes[-1]}",
        "a code of this table",
        "look up the sector's code in the table and give that",
        column="sector",
    )
