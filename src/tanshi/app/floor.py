"""`tanshi floor`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

import typer

from tanshi.app.console import command_line, refusals, request_sha256
from tanshi.core import Fault, InputError
from tanshi.data.market_prices import MarketPrices, load_market_prices
from tanshi.data.series import MacTable, YearlySeries, load_mac_table, load_yearly_series
from tanshi.floor import index_floor, set_price_floor
from tanshi.report.jsonfile import to_json
from tanshi.report.price_folders import write_floor
from tanshi.study.floor_chain import PAPER_MARKET, daily_market, yearly_market
from tanshi.study.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class FloorRequest:
    """The options of `tanshi floor`, as given."""

    mac: Path
    cpi: Path
    market: Path | None
    observed_period: int | None
    last_year: int | None
    rule: str
    escalator_percent: float
    price_base: str
    base_year: int | None


def run(request: FloorRequest, *, out: Path, as_json: bool) -> None:
    """Set the floor, carry it on, compare it with the market, and write the folder."""
    with refusals(as_json=as_json, out=out):
        costs, cpi, prices = _load(request)
        floor = set_price_floor(
            costs.unit,
            costs.period,
            costs.mac,
            observed_period=request.observed_period,
        )
        path = index_floor(
            floor,
            cpi.by_year(),
            last_year=request.last_year or max(int(cpi.year.max()) + 1, floor.applies_to),
            rule=request.rule,
            escalator_percent=request.escalator_percent,
            price_base=request.price_base,
            base_year=request.base_year,
        )
        if prices is None:
            market, source = yearly_market(path.as_mapping()), PAPER_MARKET
        else:
            market, source = daily_market(prices, path.as_mapping()), prices.source
        read = {costs.source: costs.sha256, cpi.source: cpi.sha256}
        if prices is not None:
            read[prices.source] = prices.sha256
        summary = write_floor(
            out,
            path=path,
            market=market,
            market_source=source,
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=request_sha256(asdict(request)),
                data_sha256=read,
            ),
        )
        if as_json:
            typer.echo(to_json(summary))
            return
        lines = [floor.summary()]
        lines += [f"{year}: {price:.2f} CNY/tCO2" for year, price in path.as_mapping().items()]
        typer.echo("\n".join([*lines, f"market: {source}", f"written: {out}"]))


def _load(request: FloorRequest) -> tuple[MacTable, YearlySeries, MarketPrices | None]:
    """Read the files; the faults of all of them at once."""
    faults: list[Fault] = []
    costs = _read(load_mac_table, request.mac, faults)
    cpi = _read(lambda path: load_yearly_series(path, role="cpi"), request.cpi, faults)
    prices = None
    if request.market is not None:
        prices = _read(load_market_prices, request.market, faults)
    if costs is None or cpi is None or faults:
        raise InputError(faults)
    return costs, cpi, prices


def _read(reader: Callable[[Path], T], path: Path, faults: list[Fault]) -> T | None:
    try:
        return reader(path)
    except InputError as error:
        faults += error.faults
        return None
