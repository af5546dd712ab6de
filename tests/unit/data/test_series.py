"""Market prices, yearly indices, abatement costs, sector inventories: good and broken."""

import datetime as dt
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pytest
import xlsxwriter

from tanshi.core import InputError
from tanshi.data.series import (
    load_mac_table,
    load_market_prices,
    load_sector_inventory,
    load_yearly_series,
)

PRICES = """\
date,board,price_cny_per_t,volume_t,turnover_cny
2021-07-16,listing,51.23,4000,204920
2021-07-16,block,51.23,100000,4500000
2021-07-19,listing,52.30,1000,52300
2021-07-20,listing,,0,
"""
CPI = """\
year,cpi
2019,102.9
2020,102.5
2021,100.9
"""
MAC = """\
unit,time,tau_position,mac_cny_per_tco2,flag
Anhui,2017,0.3,120.5,
Anhui,2018,0.4,0,zero
Fujian,2017,0.05,inf,infinite;below_grid
Fujian,2018,0.05,98,
"""
INVENTORY = """\
year,sector,Raw Coal,Process,Scope 1 Total
2018,Total Consumption,60,10,100
2018,Cement,20,10,40
2018,Power,40,0,60
2019,Total Consumption,64,12,110.05
2019,Cement,22,12,44
2019,Power,42,0,66
"""


def load_cpi(path):
    return load_yearly_series(path, role="cpi")


def write(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_market_prices_in_the_order_of_days(tmp_path):
    header, *rows = PRICES.splitlines()
    prices = load_market_prices(write(tmp_path, "\n".join([header, *reversed(rows)])))
    days = ["2021-07-16", "2021-07-16", "2021-07-19", "2021-07-20"]
    assert prices.date.astype(str).tolist() == days
    assert prices.date.dtype == np.dtype("datetime64[D]")
    assert prices.board == ("listing", "block", "listing", "listing")
    np.testing.assert_array_equal(prices.price, [51.23, 51.23, 52.30, np.nan])
    assert prices.volume_t.tolist() == [4000, 100000, 1000, 0]
    assert prices.turnover_cny.tolist() == [204920, 4500000, 52300, 0]
    assert prices.year.tolist() == [2021] * 4
    arrays = (prices.date, prices.price, prices.volume_t, prices.turnover_cny)
    assert not any(array.flags.writeable for array in arrays)


CHINESE = """\
日期,交易方式,收盘价（元/吨）,成交量（万吨）,成交额（万元）
2021/7/16,挂牌协议交易,51.23,0.4,20.492
2021年7月16日,大宗协议交易,51.23,10,450
20210719,挂牌,52.30,0.1,5.23
2021.7.20,挂牌,,0,
"""


@pytest.mark.parametrize(
    "text",
    [
        CHINESE,
        PRICES.replace("listing", "Listing ").replace("block", "BLOCK"),
        PRICES.replace("2021-07-", "202107"),
    ],
    ids=["Chinese", "case", "digits"],
)
def test_another_spelling_is_the_same_trade(tmp_path, text):
    prices = load_market_prices(write(tmp_path, text))
    other = load_market_prices(write(tmp_path, PRICES, "other.csv"))
    assert prices.board == other.board
    for name in ("date", "price", "volume_t", "turnover_cny"):
        theirs = getattr(other, name)
        if name == "date":
            np.testing.assert_array_equal(prices.date, theirs)
        else:
            np.testing.assert_allclose(getattr(prices, name), theirs, rtol=1e-15)


def test_dates_of_a_workbook_and_of_a_parquet_file(tmp_path):
    day = dt.date(2021, 7, 16)
    row = {"date": day, "board": "block", "price": 50.0, "volume": 10.0, "turnover": 400.0}
    book = tmp_path / "prices.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        page = workbook.add_worksheet("all")
        page.write_row(0, 0, row)
        page.write_datetime(1, 0, day, workbook.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_row(1, 1, list(row.values())[1:])
    pl.DataFrame([row]).write_parquet(tmp_path / "prices.parquet")
    moment = pl.DataFrame([row]).with_columns(pl.col("date").cast(pl.Datetime))
    moment.write_parquet(tmp_path / "moment.parquet")
    for name in ("prices.xlsx", "prices.parquet", "moment.parquet"):
        prices = load_market_prices(tmp_path / name)
        assert prices.date.tolist() == [day]
        assert prices.turnover_cny.tolist() == [400.0]


@pytest.mark.parametrize("role", ["cpi", "price_index", "居民消费价格指数"])
def test_a_yearly_series_by_any_name_of_its_role(tmp_path, role):
    header, *rows = CPI.splitlines()
    series = load_yearly_series(write(tmp_path, "\n".join([header, *reversed(rows)])), role=role)
    assert series.by_year() == {2019: 102.9, 2020: 102.5, 2021: 100.9}
    assert (series.role, series.header) == ("price_index", "cpi")
    assert not any(array.flags.writeable for array in (series.year, series.values))


def test_the_name_asked_for_goes_before_the_others_of_its_role(tmp_path):
    text = CPI.replace("cpi", "cpi,deflator").replace("102.9", "102.9,101").replace("2.5", "2.5,99")
    path = write(tmp_path, text.replace("100.9", "100.9,104"))
    assert load_yearly_series(path, role="cpi").values.tolist() == [102.9, 102.5, 100.9]
    assert load_yearly_series(path, role="deflator").values.tolist() == [101, 99, 104]


def test_a_series_that_is_no_index_may_take_any_value(tmp_path):
    series = load_yearly_series(write(tmp_path, CPI.replace("cpi", "rainfall")), role="rainfall")
    assert series.role == "rainfall"
    small = write(tmp_path, "year,balance\n2020,-3\n2021,0\n")
    assert load_yearly_series(small, role="balance").values.tolist() == [-3, 0]


def test_abatement_costs_may_be_infinite(tmp_path):
    table = load_mac_table(write(tmp_path, MAC))
    assert table.unit == ("Anhui", "Anhui", "Fujian", "Fujian")
    assert table.period.tolist() == [2017, 2018, 2017, 2018]
    assert table.mac.tolist() == [120.5, 0.0, np.inf, 98.0]
    assert not any(array.flags.writeable for array in (table.mac, table.period))


def test_abatement_costs_of_a_parquet_file(tmp_path):
    frame = pl.read_csv(io.StringIO(MAC))
    frame.write_parquet(tmp_path / "mac.parquet")
    assert load_mac_table(tmp_path / "mac.parquet").mac.tolist() == [120.5, 0.0, np.inf, 98.0]
    spoilt = frame.with_columns(pl.Series("mac_cny_per_tco2", [np.nan, None, np.inf, -np.inf]))
    spoilt.write_parquet(tmp_path / "spoilt.parquet")
    with pytest.raises(InputError) as error:
        load_mac_table(tmp_path / "spoilt.parquet")
    found = sorted((fault.row, fault.what, fault.found) for fault in error.value.faults)
    assert found == [
        (2, "not a number", "'nan'"),
        (3, "missing value", "a blank cell"),
        (5, "not a number", "'-inf'"),
    ]


def test_a_sector_inventory(tmp_path):
    path = tmp_path / "inventory.csv.gz"
    path.write_bytes(gzip.compress(INVENTORY.encode()))
    last = load_sector_inventory(path)
    # The total of 2019 misses the sum by 0.05 %, which rounding explains.
    assert (last.years, last.year, last.sectors) == ((2018, 2019), 2019, ("Cement", "Power"))
    assert last.emissions_mt.tolist() == [44, 66]
    first = load_sector_inventory(path, year=2018)
    assert (first.year, first.emissions_mt.tolist()) == (2018, [40, 60])


def test_the_unit_in_the_header_of_an_inventory_counts(tmp_path):
    path = write(tmp_path, INVENTORY.replace("Scope 1 Total", "Scope 1 Total (1e4 t)"))
    assert load_sector_inventory(path).emissions_mt.tolist() == [0.44, 0.66]


@pytest.mark.china
def test_the_national_inventory(china_pack_path):
    path = china_pack_path / "sector_emissions_ceads_1997_2019.csv.gz"
    inventory = load_sector_inventory(path, year=2018)
    assert inventory.years == tuple(range(1997, 2020))
    assert len(inventory.sectors) == 47
    assert "Total Consumption" not in inventory.sectors
    assert inventory.emissions_mt.sum() == pytest.approx(9621.119877, rel=1e-9)
    power = inventory.sectors.index("Production and Supply of Electric Power, Steam and Hot Water")
    # 4,510 Mt, as the literature quotes for 2018.
    assert inventory.emissions_mt[power] == pytest.approx(4510, rel=1e-3)


@dataclass(frozen=True)
class Broken:
    """A table, and the fault that reading it must report, besides those of `also`."""

    what: str
    load: Callable
    text: str
    row: int | None
    column: str
    found: str
    allowed: str
    remedy: str
    also: list[str] = field(default_factory=list)


def price(old: str, new: str) -> str:
    assert old in PRICES
    return PRICES.replace(old, new, 1)


TRADES = [
    Broken(
        "not a date",
        load_market_prices,
        price("2021-07-19", "19/07/2021"),
        row=4,
        column="date",
        found="'19/07/2021'",
        allowed="2021-07-16, 2021/7/16 or 20210716",
        remedy="year, month, day, in this order",
    ),
    Broken(
        "not a date",
        load_market_prices,
        price("2021-07-19", "2021-02-29"),
        row=4,
        column="date",
        found="'2021-02-29'",
        allowed="a day such as",
        remedy="the month has such a day",
    ),
    Broken(
        "not a date",
        load_market_prices,
        price("2021-07-19", "44396"),
        row=4,
        column="date",
        found="'44396'",
        allowed="a day such as",
        remedy="a spreadsheet's number for 2021-07-19",
    ),
    Broken(
        "missing date",
        load_market_prices,
        price("2021-07-19", ""),
        row=4,
        column="date",
        found="a blank cell",
        allowed="a day such as",
        remedy="fill the cell in",
    ),
    Broken(
        "duplicate day and board",
        load_market_prices,
        price("2021-07-19", "2021/7/16"),
        row=4,
        column="date",
        found="2021-07-16 listing stands in row 2 and in row 4",
        allowed="one row for each day and board",
        remedy="delete or correct",
    ),
    Broken(
        "unknown board",
        load_market_prices,
        price("block", "auction"),
        row=3,
        column="board",
        found="'auction'",
        allowed="listing, 挂牌, 挂牌协议, 挂牌协议交易, block, 大宗",
        remedy="write listing or block",
    ),
    Broken(
        "missing name",
        load_market_prices,
        price("block", " "),
        row=3,
        column="board",
        found="a blank cell",
        allowed="a name",
        remedy="fill the cell in",
    ),
    Broken(
        "value out of range",
        load_market_prices,
        price("52.30,", "-52.30,"),
        row=4,
        column="price_cny_per_t",
        found="-52.3",
        allowed="a number of 0 or more, or a blank",
        remedy="sign",
    ),
    Broken(
        "value out of range",
        load_market_prices,
        price("52.30,1000", "52.30,-1000"),
        row=4,
        column="volume_t",
        found="-1000",
        allowed="a number of 0 or more",
        remedy="sign",
    ),
    Broken(
        "trade without a price",
        load_market_prices,
        price("52.30,", "0,"),
        row=4,
        column="price_cny_per_t",
        found="a price of 0 with a volume of 1000 t",
        allowed="a price above 0",
        remedy="or a volume of 0",
    ),
    Broken(
        "missing value",
        load_market_prices,
        price("52.30,", ","),
        row=4,
        column="price_cny_per_t",
        found="a blank cell beside a volume of 1000 t",
        allowed="a number",
        remedy="fill the cell in",
    ),
    Broken(
        "missing value",
        load_market_prices,
        price("1000,52300", "1000,"),
        row=4,
        column="turnover_cny",
        found="a blank cell beside a volume of 1000 t",
        allowed="a number",
        remedy="fill the cell in",
    ),
    Broken(
        "missing value",
        load_market_prices,
        price("52.30,1000,", "52.30,,"),
        row=4,
        column="volume_t",
        found="a blank cell",
        allowed="a number of 0 or more",
        remedy="fill the cell in",
    ),
    Broken(
        "turnover without volume",
        load_market_prices,
        price("listing,,0,", "listing,,0,500"),
        row=5,
        column="turnover_cny",
        found="500 CNY with a volume of 0",
        allowed="a turnover of 0",
        remedy="enter the volume",
    ),
    Broken(
        "turnover does not fit",
        load_market_prices,
        price("1000,52300", "1000,5.23"),
        row=4,
        column="turnover_cny",
        found="turnover 5.23 CNY / volume 1000 t = 0.00523 CNY/t beside a price of 52.3",
        allowed="between 1/10 and 10 times the price",
        remedy="万 = 1e4",
    ),
    Broken(
        "turnover does not fit",
        load_market_prices,
        price("100000,4500000", "10,4500000"),
        row=3,
        column="turnover_cny",
        found="= 450000 CNY/t beside a price of 51.23",
        allowed="between 1/10 and 10 times the price",
        remedy="in brackets at the end of the header",
    ),
    Broken(
        "not a number",
        load_market_prices,
        price("52.30,", "n/a,"),
        row=4,
        column="price_cny_per_t",
        found="'n/a'",
        allowed="a number of 0 or more, or a blank",
        remedy="fill the cell in",
    ),
    Broken(
        "no column for turnover",
        load_market_prices,
        price("turnover_cny", "remarks"),
        row=None,
        column="",
        found="'volume_t', 'remarks'",
        allowed="'成交额'",
        remedy="name one column 'turnover'",
    ),
    Broken(
        "2 columns could be price",
        load_market_prices,
        PRICES.replace("turnover_cny", "收盘价"),
        row=None,
        column="",
        found="'price_cny_per_t', '收盘价'",
        allowed="one column for price",
        remedy="name one column 'price'",
        also=["no column for turnover"],
    ),
]

INDICES = [
    Broken(
        "not an index with the previous year as 100",
        load_cpi,
        CPI.replace("102.5", written),
        row=3,
        column="cpi",
        found=written,
        allowed="between 50 and 200",
        remedy="as 102.5, not as 1.025 or 2.5",
    )
    for written in ("1.025", "2.5", "-0.7", "678.9")
]
INDICES += [
    Broken(
        "missing value",
        load_cpi,
        CPI.replace("102.5", ""),
        row=3,
        column="cpi",
        found="a blank cell",
        allowed="a finite number",
        remedy="fill the cell in",
    ),
    Broken(
        "duplicate year",
        load_cpi,
        CPI + "2020,102.5\n",
        row=5,
        column="year",
        found="2020 stands in row 3 and in row 5",
        allowed="one row for each year",
        remedy="delete or correct",
    ),
    Broken(
        "missing year",
        load_cpi,
        CPI.replace("2021", "2024"),
        row=None,
        column="year",
        found="no row for 2021, 2022, 2023",
        allowed="every year from 2019 to 2024",
        remedy="add the missing years",
    ),
    Broken(
        "not a whole year",
        load_cpi,
        CPI.replace("2020", "20x0"),
        row=3,
        column="year",
        found="'20x0'",
        allowed="a whole year",
        remedy="four digits",
    ),
    Broken(
        "no column for price_index",
        load_cpi,
        CPI.replace("cpi", "index"),
        row=None,
        column="",
        found="'year', 'index'",
        allowed="'price_index', 'cpi'",
        remedy="name one column 'price_index'",
    ),
]

COSTS = [
    Broken(
        "value out of range",
        load_mac_table,
        MAC.replace("120.5", "-120.5"),
        row=2,
        column="mac_cny_per_tco2",
        found="-120.5",
        allowed="a number of 0 or more, or inf",
        remedy="sign",
    ),
    Broken(
        "not a number",
        load_mac_table,
        MAC.replace("inf,", "NaN,"),
        row=4,
        column="mac_cny_per_tco2",
        found="'NaN'",
        allowed="or inf",
        remedy="fill the cell in",
    ),
    Broken(
        "missing value",
        load_mac_table,
        MAC.replace("98", ""),
        row=5,
        column="mac_cny_per_tco2",
        found="a blank cell",
        allowed="or inf",
        remedy="fill the cell in",
    ),
    Broken(
        "duplicate unit and year",
        load_mac_table,
        MAC.replace("Fujian,2018", "Anhui,2018"),
        row=5,
        column="time",
        found="Anhui 2018 stands in row 3 and in row 5",
        allowed="one row for each unit and year",
        remedy="delete or correct",
    ),
    Broken(
        "no column for mac",
        load_mac_table,
        MAC.replace("mac_cny_per_tco2", "cost"),
        row=None,
        column="",
        found="'cost'",
        allowed="'marginal abatement cost'",
        remedy="name one column 'mac'",
    ),
]

INVENTORIES = [
    Broken(
        "no such year",
        lambda path: load_sector_inventory(path, year=2020),
        INVENTORY,
        row=None,
        column="year",
        found="2020",
        allowed="2018, 2019",
        remedy="choose one of these years",
    ),
    Broken(
        "no such year",
        load_sector_inventory,
        "\n".join(
            line for line in INVENTORY.splitlines() if "Cement" not in line and "Power" not in line
        ),
        row=None,
        column="year",
        found="no row of a sector",
        allowed="none",
        remedy="add the year's rows",
    ),
    Broken(
        "duplicate year and sector",
        load_sector_inventory,
        INVENTORY + "2018,Cement,0,0,0\n",
        row=8,
        column="sector",
        found="2018 Cement stands in row 3 and in row 8",
        allowed="one row for each year and sector",
        remedy="delete or correct",
    ),
    Broken(
        "value out of range",
        load_sector_inventory,
        INVENTORY.replace("42,0,66", "42,0,-66"),
        row=7,
        column="Scope 1 Total",
        found="-66",
        allowed="a number of 0 or more",
        remedy="sign",
    ),
    Broken(
        "total is not the sum of the sectors",
        load_sector_inventory,
        INVENTORY.replace("10,100", "10,101"),
        row=2,
        column="Scope 1 Total",
        found="101 beside a sum of 100, both in 1e6 t",
        allowed="at most 0.1%",
        remedy="add the sectors that are missing",
    ),
    Broken(
        "missing name",
        load_sector_inventory,
        INVENTORY.replace("2018,Power", "2018,"),
        row=4,
        column="sector",
        found="a blank cell",
        allowed="a name",
        remedy="fill the cell in",
    ),
    Broken(
        "no column for scope_1_total",
        load_sector_inventory,
        INVENTORY.replace("Scope 1 Total", "Sum"),
        row=None,
        column="",
        found="'Process', 'Sum'",
        allowed="'scope_1_total'",
        remedy="name one column 'scope_1_total'",
    ),
]


@pytest.mark.parametrize(
    "broken", [*TRADES, *INDICES, *COSTS, *INVENTORIES], ids=lambda b: f"{b.what} {b.found}"
)
def test_a_broken_table_is_reported_with_place_found_allowed_and_remedy(tmp_path, broken):
    path = write(tmp_path, broken.text)
    with pytest.raises(InputError) as error:
        broken.load(path)
    faults = error.value.faults
    assert sorted(fault.what for fault in faults) == sorted([broken.what, *broken.also])
    fault = next(fault for fault in faults if fault.what == broken.what)
    assert (fault.file, fault.row, fault.column) == (str(path), broken.row, broken.column)
    assert broken.found in fault.found
    assert broken.allowed in fault.allowed
    assert broken.remedy in fault.remedy


def test_all_faults_of_a_price_file_come_out_at_once(tmp_path):
    text = PRICES.replace("block", "auction").replace("2021-07-19", "x").replace("52300", "-1")
    with pytest.raises(InputError) as error:
        load_market_prices(write(tmp_path, text.replace("51.23,4000", ",4000")))
    assert {(fault.what, fault.row, fault.column) for fault in error.value.faults} == {
        ("unknown board", 3, "board"),
        ("not a date", 4, "date"),
        ("value out of range", 4, "turnover_cny"),
        ("missing value", 2, "price_cny_per_t"),
    }
