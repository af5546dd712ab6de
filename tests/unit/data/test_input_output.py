"""Input-output tables: what is read, what balances, and every way a table can be broken."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pytest
import xlsxwriter

from tanshi.core import InputError
from tanshi.data import load_pack, load_sample_pack
from tanshi.data.input_output import load_input_output
from tanshi.data.input_output_marks import parts_of

# Three sectors, in units large enough that no slip of the tests hides in the rounding.
APART = """\
Code,Description,DescriptionInChinese,Origin,01,02,03,TIU,TC,FU201,FU202,EX,TFU,GO
01,Farms,农业,Domestic,100000,200000,50000,350000,400000,0,-20000,70000,450000,800000
02,Mines,采矿,Domestic,300000,400000,100000,800000,600000,200000,30000,170000,1000000,1800000
03,Power,电力,Domestic,0,150000,250000,400000,300000,100000,0,200000,600000,1000000
01,Farms,农业,Imports,10000,20000,0,30000,10000,0,0,0,10000,40000
02,Mines,采矿,Imports,30000,0,40000,70000,20000,30000,0,0,50000,120000
03,Power,电力,Imports,5000,5000,5000,15000,5000,0,0,5000,10000,25000
TII,Inputs,投入,TOT,445000,775000,445000,1665000,1335000,330000,10000,445000,2120000,3785000
VA001,Wages,劳动者报酬,TOT,255000,725000,355000,1335000,,,,,,
VA002,Net taxes,生产税净额,TOT,-20000,100000,50000,130000,,,,,,
VA003,Depreciation,固定资产折旧,TOT,120000,200000,150000,470000,,,,,,
TVA,Value added,增加值,TOT,355000,1025000,555000,1935000,,,,,,
TI,Total input,总投入,TOT,800000,1800000,1000000,3600000,,,,,,
"""
# The same economy with imports inside the uses, consumption split up, and a discrepancy.
TOGETHER = """\
Code,Description,A,B,TIU,FU101,FU102,THC,FU103,TC,FU201,FU202,GCF,EX,TFU,IM,ERR,GO
A,Goods,110000,220000,330000,150000,200000,350000,60000,410000,50000,-20000,30000,70000,510000,41000,1000,800000
B,Services,330000,400000,730000,100000,300000,400000,220000,620000,230000,30000,260000,170000,1050000,60000,-2000,1718000
VA1,Value added,360000,1098000,,,,,,,,,,,,,,
"""


class Sheet:
    """A table that tests edit; rows go by "01 Domestic", "01 Imports" or their code."""

    def __init__(self, text: str) -> None:
        self.header, *self.rows = list(csv.reader(io.StringIO(text)))

    def at(self, name: str) -> int:
        code, _, origin = name.partition(" ")
        return next(
            k for k, row in enumerate(self.rows) if row[0] == code and (not origin or origin in row)
        )

    def put(self, name: str, header: str, cell: object) -> "Sheet":
        self.rows[self.at(name)][self.header.index(header)] = str(cell)
        return self

    def drop(self, *names: str) -> "Sheet":
        for name in names:
            del self.rows[self.at(name)]
        return self

    def drop_columns(self, *headers: str) -> "Sheet":
        for header in headers:
            k = self.header.index(header)
            for row in (self.header, *self.rows):
                del row[k]
        return self

    def rename(self, **headers: str) -> "Sheet":
        self.header = [headers.get(header, header) for header in self.header]
        return self

    def repeat(self, name: str) -> "Sheet":
        self.rows.append(list(self.rows[self.at(name)]))
        return self

    def add_column(self, header: str, cell: str) -> "Sheet":
        self.header.append(header)
        for row in self.rows:
            row.append(cell)
        return self

    def map(self, function: Callable[[str], str]) -> "Sheet":
        self.rows = [[function(cell) for cell in row] for row in self.rows]
        return self

    def csv(self) -> str:
        stream = io.StringIO()
        csv.writer(stream).writerows([self.header, *self.rows])
        return stream.getvalue()


def apart() -> Sheet:
    return Sheet(APART)


def together() -> Sheet:
    return Sheet(TOGETHER)


def load(tmp_path, sheet: Sheet):
    path = tmp_path / "io.csv"
    path.write_text(sheet.csv(), encoding="utf-8")
    return load_input_output(path)


def numbers(sheet: Sheet, names: list[str], headers: list[str]) -> np.ndarray:
    columns = [sheet.header.index(header) for header in headers]
    return np.array([[float(sheet.rows[sheet.at(n)][k]) for k in columns] for n in names])


SECTORS = ["01", "02", "03"]


def test_a_non_competitive_table(tmp_path):
    table = load(tmp_path, apart())
    assert table.kind == "non_competitive"
    assert table.codes == ("01", "02", "03")
    assert table.names == ("Farms", "Mines", "Power")
    assert table.names_zh == ("农业", "采矿", "电力")
    home, abroad = ([f"{c} {origin}" for c in SECTORS] for origin in ("Domestic", "Imports"))
    np.testing.assert_array_equal(table.domestic, numbers(apart(), home, SECTORS))
    np.testing.assert_array_equal(table.imported, numbers(apart(), abroad, SECTORS))
    assert list(table.final_use_domestic) == ["TC", "FU201", "FU202", "EX", "TFU"]
    assert table.final_use_domestic["FU202"].tolist() == [-20000, 30000, 0]
    assert table.final_use_imported["TC"].tolist() == [10000, 20000, 5000]
    assert table.final_use_parts == ("TC", "FU201", "FU202", "EX")
    assert table.imports.tolist() == [40000, 120000, 25000]
    assert list(table.value_added) == ["VA001", "VA002", "VA003"]
    assert table.value_added["VA002"].tolist() == [-20000, 100000, 50000]
    assert table.gross_output.tolist() == [800000, 1800000, 1000000]
    assert (table.notes, table.unit, table.scale_cny, table.zero_output) == ((), "", None, ())


def test_a_competitive_table(tmp_path):
    table = load(tmp_path, together())
    assert table.kind == "competitive"
    assert (table.imported, table.final_use_imported) == (None, None)
    assert table.domestic.tolist() == [[110000, 220000], [330000, 400000]]
    assert table.final_use_parts == ("FU101", "FU102", "FU103", "FU201", "FU202", "EX")
    assert table.final_use_domestic["ERR"].tolist() == [1000, -2000]
    assert (table.imports.tolist(), table.imports_written) == ([41000, 60000], "positive")
    assert table.names_zh == ("", "")


def test_what_is_handed_out_cannot_be_changed(tmp_path):
    table = load(tmp_path, apart())
    arrays = [table.domestic, table.imported, table.imports, table.gross_output]
    arrays += [*table.final_use_domestic.values(), *table.final_use_imported.values()]
    arrays += table.value_added.values()
    assert not any(array.flags.writeable for array in arrays)
    assert {array.dtype for array in arrays} == {np.dtype(np.float64)}
    for mapping in (table.final_use_domestic, table.final_use_imported, table.value_added):
        with pytest.raises(TypeError):
            mapping["TC"] = None


def excel(sheet: Sheet) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("Notes").write(0, 0, "nothing")
        page = book.add_worksheet("Table")
        for k, row in enumerate([sheet.header, *sheet.rows]):
            for j, cell in enumerate(row):
                if k and j > 3 and cell:
                    page.write_number(k, j, float(cell))
                elif cell:
                    page.write_string(k, j, cell)
    return stream.getvalue()


def parquet(sheet: Sheet) -> bytes:
    columns = dict(zip(sheet.header, zip(*sheet.rows, strict=True), strict=True))
    stream = io.BytesIO()
    pl.DataFrame(
        {
            header: list(cells) if k < 4 else [float(cell) if cell else None for cell in cells]
            for k, (header, cells) in enumerate(columns.items())
        }
    ).write_parquet(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("write", "name"), [(excel, "io.xlsx"), (parquet, "io.parquet")])
def test_other_formats_hold_the_same_table(tmp_path, write, name):
    path = tmp_path / name
    path.write_bytes(write(apart()))
    table = load_input_output(path, sheet="Table" if name.endswith("xlsx") else None)
    assert_same(table, load(tmp_path, apart()))


def assert_same(table, other):
    assert table.codes == other.codes
    for name in ("domestic", "imported", "imports", "gross_output"):
        np.testing.assert_array_equal(getattr(table, name), getattr(other, name))
    for name in ("final_use_domestic", "final_use_imported", "value_added"):
        mine, theirs = getattr(table, name), getattr(other, name)
        for key in mine.keys() | theirs.keys():
            np.testing.assert_array_equal(mine[key], theirs[key])


def reversed_rows(sheet: Sheet) -> Sheet:
    sheet.rows.reverse()
    return sheet


def spelled(**words: str) -> Sheet:
    return apart().map(lambda cell: words.get(cell, cell))


SAME = {
    "rows in another order": lambda: reversed_rows(apart()),
    "headers in lower case": lambda: apart().rename(**{h: h.lower() for h in apart().header}),
    "Chinese headers": lambda: apart().rename(Code="代码", TC="最终消费支出", GO="总产出（万元）"),
    "Chinese origins": lambda: spelled(Domestic="国内", Imports="进口", TOT=""),
    "origins by letter": lambda: spelled(Domestic="D", Imports="m", TOT="x"),
    "origins in the singular": lambda: spelled(Imports="IMPORT"),
    "rows of sums in lower case": lambda: spelled(TII="tii", VA001="va001", TI="ti"),
    "thousands grouped": lambda: apart().map(
        lambda cell: f"{int(cell):,}" if cell.isdigit() and len(cell) > 2 else cell
    ),
}


@pytest.mark.parametrize("variant", SAME)
def test_another_spelling_is_the_same_table(tmp_path, variant):
    assert_same(load(tmp_path, SAME[variant]()), load(tmp_path, apart()))


def test_sums_and_names_may_be_missing(tmp_path):
    bare = apart().drop("TII", "TVA", "TI").drop_columns("TIU", "TFU", "Description")
    table, whole = load(tmp_path, bare), load(tmp_path, apart())
    np.testing.assert_array_equal(table.domestic, whole.domestic)
    assert list(table.final_use_domestic) == ["TC", "FU201", "FU202", "EX"]
    assert table.names == table.names_zh == ("农业", "采矿", "电力")


def test_value_added_as_a_sum_alone(tmp_path):
    table = load(tmp_path, apart().drop("VA001", "VA002", "VA003"))
    assert {mark: row.tolist() for mark, row in table.value_added.items()} == {
        "TVA": [355000, 1025000, 555000]
    }


def test_imports_may_be_negative_in_the_file_and_the_table_says_so(tmp_path):
    sheet = together().put("A", "IM", -41000).put("B", "IM", -60000)
    table = load(tmp_path, sheet)
    assert table.imports.tolist() == [41000, 60000]
    assert table.imports_written == "negative"
    (note,) = table.notes
    assert (note.column, note.text) == ("IM", "imports are negative in the file, positive here")


def closed_power_sector() -> Sheet:
    """Take Power out of the economy: nothing bought, nothing sold, imports apart."""
    sheet = apart().drop_columns("TIU", "TFU").drop("TII", "TVA", "TI")
    for header in ("01", "02", "03", "TC", "FU201", "FU202", "EX", "GO"):
        sheet.put("03 Domestic", header, 0)
    for name in ("01 Domestic", "02 Domestic", "01 Imports", "02 Imports", "03 Imports"):
        sheet.put(name, "03", 0)
    for name in ("VA001", "VA002", "VA003"):
        sheet.put(name, "03", 0)
    sheet.put("01 Domestic", "GO", 750000).put("02 Domestic", "GO", 1700000)
    sheet.put("02 Imports", "GO", 80000).put("03 Imports", "GO", 20000)
    return sheet.put("VA001", "01", 205000).put("VA001", "02", 775000)


def test_a_sector_without_output_stays_if_it_is_empty(tmp_path):
    table = load(tmp_path, closed_power_sector())
    assert table.zero_output == ("03",)
    assert table.codes == ("01", "02", "03")
    # Its product may still be imported.
    assert table.imports.tolist() == [40000, 80000, 20000]


def test_a_difference_that_rounding_explains_passes(tmp_path):
    """Row 01 Domestic adds up seven figures: 6 inputs, GO; each may be off by a half."""
    bare = apart().drop("TII", "TVA", "TI").drop_columns("TIU", "TFU")
    table = load(tmp_path, bare.put("01 Domestic", "EX", 70003))
    assert table.final_use_domestic["EX"][0] == 70003
    with pytest.raises(InputError) as error:
        load(tmp_path, bare.put("01 Domestic", "EX", 70006))
    (fault,) = error.value.faults
    assert fault.allowed == (
        "a difference of 4.3 at most: 0.8, which is 1e-06 of output, and 3.5 for the "
        "rounding of 7 figures to 1"
    )


@pytest.mark.parametrize(
    ("marks", "parts"),
    [
        (["TC"], {"TFU": ("TC",)}),
        (["FU101", "FU102", "FU103", "TC"], {"TC": ("FU101", "FU102", "FU103"), "TFU": ("TC",)}),
        (["TC", "FU201", "FU202", "EX"], {"TFU": ("TC", "FU201", "FU202", "EX")}),
        (["TC", "FU201", "GCF", "FU301"], {"GCF": ("FU201",), "TFU": ("TC", "GCF", "FU301")}),
        (["FU301", "GO", "IM", "TIU"], {"TFU": ("FU301",)}),
    ],
)
def test_no_final_use_is_counted_twice(marks, parts):
    assert parts_of(marks) == parts


def test_the_pack_gives_unit_and_notes():
    pack = load_sample_pack()
    path = pack.file(role="input_output").location
    table = load_input_output(path)
    assert (table.unit, table.scale_cny) == ("1e4 CNY, producer prices", 1e4)
    assert [note.text for note in table.notes] == list(pack.warnings)
    assert (table.kind, len(table.codes), table.zero_output) == ("non_competitive", 42, ())
    assert load_input_output(path, pack=pack).notes == table.notes
    for identity in (use_gap, input_gap):
        assert identity(table).max() == 0.0


def use_gap(table) -> np.ndarray:
    """What becomes of a product against its output, relative to output."""
    final = sum(table.final_use_domestic[mark] for mark in table.final_use_parts)
    used = table.domestic.sum(axis=1) + final
    used = used - table.imports if table.imported is None else used
    return np.abs(used / table.gross_output - 1)


def input_gap(table) -> np.ndarray:
    """What a sector buys and yields against its output, relative to output."""
    paid = table.domestic.sum(axis=0) + sum(table.value_added.values())
    paid = paid if table.imported is None else paid + table.imported.sum(axis=0)
    return np.abs(paid / table.gross_output - 1)


@pytest.mark.china
@pytest.mark.parametrize(
    ("sectors", "kind", "first", "value_added"),
    [(42, "non_competitive", "01", 10164220012.65), (153, "competitive", "001", 10164220012.65)],
)
def test_the_national_tables_of_2020(china_pack_path, sectors, kind, first, value_added):
    pack = load_pack(china_pack_path)
    table = load_input_output(china_pack_path / f"io_china_2020_{sectors}.csv", pack=pack)
    assert (table.kind, len(table.codes), table.codes[0]) == (kind, sectors, first)
    assert (table.scale_cny, table.imports_written) == (1e4, "positive")
    # Published to the last digit of a double: both balances hold to 1e-13 of output.
    assert use_gap(table).max() < 1e-13
    assert input_gap(table).max() < 1e-13
    assert table.names_zh[0].startswith("农")
    total = sum(row.sum() for row in table.value_added.values())
    assert total == pytest.approx(value_added, rel=1e-12)
    assert (table.value_added["VA002"] < 0).any()
    assert (table.final_use_domestic["FU202"] < 0).any()


@dataclass(frozen=True)
class Broken:
    """A table, and the fault that reading it must report, besides those of `also`."""

    what: str
    sheet: Sheet
    row: int | None
    column: str
    found: str
    allowed: str
    remedy: str
    also: list[str] = field(default_factory=list)


def bare() -> Sheet:
    """Leave out the sums, so that one slip is one fault."""
    return apart().drop("TII", "TVA", "TI").drop_columns("TIU", "TFU")


CELLS = [
    Broken(
        "not a number",
        apart().put("02 Imports", "03", "n/a"),
        row=6,
        column="03",
        found="'n/a' (Imports 02 Mines, used by 03 Power)",
        allowed="a finite number",
        remedy="fill the cell in",
    ),
    Broken(
        "not a number",
        apart().put("VA002", "01", "5 %"),
        row=10,
        column="01",
        found="'5 %' (VA002 Net taxes, of 01 Farms)",
        allowed="a finite number",
        remedy="write 12 % as 0.12",
    ),
    Broken(
        "not a number",
        together().put("B", "IM", "6.000,5"),
        row=3,
        column="IM",
        found="'6.000,5' (B Services)",
        allowed="a finite number",
        remedy="a plain number",
    ),
    Broken(
        "missing value",
        apart().put("01 Domestic", "02", " "),
        row=2,
        column="02",
        found="a blank cell (Domestic 01 Farms, used by 02 Mines)",
        allowed="a finite number",
        remedy="write 0 where there is nothing",
    ),
    Broken(
        "missing value",
        apart().put("03 Domestic", "TC", ""),
        row=4,
        column="TC",
        found="a blank cell (Domestic 03 Power)",
        allowed="a finite number",
        remedy="write 0",
    ),
    Broken(
        "infinite value",
        apart().put("03 Imports", "01", "1e999"),
        row=7,
        column="01",
        found="inf (Imports 03 Power, used by 01 Farms)",
        allowed="a finite number",
        remedy="correct the cell",
    ),
    Broken(
        "negative flow",
        bare().put("01 Domestic", "02", -200000).put("01 Domestic", "FU201", 400000),
        row=2,
        column="02",
        found="-200000 (Domestic 01 Farms, used by 02 Mines)",
        allowed="0 or more",
        remedy="correct the sign",
        also=["inputs do not add up to output"],
    ),
    Broken(
        "negative TC",
        bare().put("03 Imports", "TC", -5000).put("03 Imports", "FU201", 10000),
        row=7,
        column="TC",
        found="-5000 for Imports 03 Power",
        allowed="0 or more",
        remedy="sign",
    ),
    Broken(
        "negative GO",
        bare().put("03 Imports", "GO", -25000),
        row=7,
        column="GO",
        found="-25000 for Imports 03 Power",
        allowed="0 or more",
        remedy="sign",
        also=["uses do not add up to output"],
    ),
    Broken(
        "wrong sign in IM",
        Sheet(TOGETHER + "C,Power,0,0,10000,0,0,0,0,0,0,0,0,0,0,-2000,0,12000\n")
        .add_column("C", "0")
        .put("C", "A", 0)
        .put("VA1", "C", 12000)
        .put("C", "TIU", 0)
        .put("C", "FU201", 10000)
        .put("C", "GCF", 10000)
        .put("C", "TFU", 10000)
        .put("VA1", "C", 12000),
        row=5,
        column="IM",
        found="-2000 for C Power",
        allowed="imports of one sign",
        remedy="sign",
    ),
    Broken(
        "sector without output is not empty",
        closed_power_sector().put("VA001", "03", 7000).put("VA002", "03", -7000),
        row=4,
        column="GO",
        found="GO of Domestic 03 Power is 0, but row 8 of its column is not",
        allowed="0 in the sector's whole row and column",
        remedy="merge it",
    ),
    Broken(
        "sector without output is not empty",
        closed_power_sector().put("03 Domestic", "TC", 9000).put("03 Domestic", "FU202", -9000),
        row=4,
        column="GO",
        found="GO of Domestic 03 Power is 0, but column 'TC' of its row is not",
        allowed="an output above 0",
        remedy="enter the sector's output",
    ),
]

BALANCES = [
    Broken(
        "uses do not add up to output",
        bare().put("02 Domestic", "EX", 160000),
        row=3,
        column="GO",
        found="GO of Domestic 02 Mines is 1800000, sectors + TC + FU201 + FU202 + EX make "
        "1790000 (difference +10000)",
        allowed="1e-06 of output",
        remedy="correct the figure",
    ),
    Broken(
        "uses do not add up to output",
        bare().put("01 Imports", "TC", 11000),
        row=5,
        column="GO",
        found="GO of Imports 01 Farms is 40000, ",
        allowed="a difference of",
        remedy="one unit",
    ),
    Broken(
        "uses do not add up to output",
        together().put("A", "IM", 40000),
        row=2,
        column="GO",
        found="GO of A Goods is 800000, TIU + TFU - IM + ERR make 801000 (difference -1000)",
        allowed="a difference of",
        remedy="one unit",
    ),
    Broken(
        "inputs do not add up to output",
        bare().put("VA003", "03", 15000),
        row=None,
        column="03",
        found="output (GO) of 03 Power is 1000000, flows and value added in its column make 865000",
        allowed="for the rounding of 9 figures to 1",
        remedy="add the one that is missing",
    ),
    Broken(
        "TIU is not its sum",
        apart().drop("TII", "TVA", "TI").put("02 Imports", "01", 80000),
        row=6,
        column="TIU",
        found="TIU of Imports 02 Mines is 70000, sectors make 120000 (difference -50000)",
        allowed="a difference of",
        remedy="correct the figure",
        also=["inputs do not add up to output"],
    ),
    Broken(
        "THC is not its sum",
        together().put("A", "FU101", 160000),
        row=2,
        column="THC",
        found="THC of A Goods is 350000, FU101 + FU102 make 360000",
        allowed="a difference of",
        remedy="correct the figure",
    ),
    Broken(
        "TFU is not its sum",
        together().put("B", "EX", 180000),
        row=3,
        column="TFU",
        found="TFU of B Services is 1050000, TC + GCF + EX make 1060000",
        allowed="a difference of",
        remedy="correct the figure",
    ),
    Broken(
        "TII is not its sum",
        apart().put("TII", "02", 785000),
        row=8,
        column="02",
        found="TII of 02 Mines is 785000, rows of sectors make 775000 (difference +10000)",
        allowed="a difference of",
        remedy="correct the figure",
    ),
    Broken(
        "TII is not its sum",
        apart().put("TII", "EX", 455000),
        row=8,
        column="EX",
        found="TII of column 'EX' is 455000, rows of sectors make 445000",
        allowed="a difference of",
        remedy="correct the figure",
    ),
    Broken(
        "TVA is not its sum",
        apart().put("TVA", "01", 365000),
        row=12,
        column="01",
        found="TVA of 01 Farms is 365000, rows VA… make 355000",
        allowed="a difference of",
        remedy="correct the figure",
    ),
    Broken(
        "TI is not its sum",
        apart().put("TI", "03", 10000000),
        row=13,
        column="03",
        found="TI of 03 Power is 10000000, rows of sectors and value added make 1000000",
        allowed="a difference of",
        remedy="one unit",
    ),
]

LAYOUTS = [
    Broken(
        "missing column Code",
        apart().rename(Code="No."),
        row=1,
        column="",
        found="'No.', 'Description'",
        allowed="a column Code",
        remedy="name the column",
    ),
    Broken(
        "missing column TC",
        apart().drop_columns("TC"),
        row=1,
        column="TC",
        found="'FU201'",
        allowed="a column TC",
        remedy="FU101 + FU102 + FU103",
    ),
    Broken(
        "missing column GO",
        apart().drop_columns("GO"),
        row=1,
        column="GO",
        found="'TFU'",
        allowed="a column GO",
        remedy="the gross output of every sector",
    ),
    Broken(
        "missing column IM",
        together().drop_columns("IM"),
        row=1,
        column="IM",
        found="'GO'",
        allowed="a column IM",
        remedy="needs a column Origin instead",
    ),
    Broken(
        "no final use",
        apart().drop_columns("TC", "FU201", "FU202", "EX", "TFU"),
        row=1,
        column="",
        found="'TIU', 'GO'",
        allowed="TC, FU…",
        remedy="between the last sector and GO",
    ),
    Broken(
        "1 columns of sectors",
        apart().drop_columns("02", "03"),
        row=1,
        column="",
        found="'01', 'TIU'",
        allowed="at least two",
        remedy="the code of its row",
    ),
    Broken(
        "duplicate header",
        apart().rename(**{"03": "02"}),
        row=1,
        column="02",
        found="2 columns called '02'",
        allowed="every header once",
        remedy="rename or delete",
        also=["row of no sector"] * 2,
    ),
    Broken(
        "duplicate column",
        apart().rename(EX="tc"),
        row=1,
        column="tc",
        found="'TC' and 'tc' both stand for TC",
        allowed="one column TC",
        remedy="delete one",
    ),
    Broken(
        "missing column Origin",
        apart().drop_columns("Origin"),
        row=1,
        column="Origin",
        found="two rows for every sector",
        allowed="or one row for every sector",
        remedy="'Domestic' or 'Imports'",
    ),
    Broken(
        "imports both as rows and as a column",
        apart().add_column("IM", "0"),
        row=1,
        column="IM",
        found="'Origin' and 'IM'",
        allowed="one of the two",
        remedy="delete the column of imports",
    ),
    Broken(
        "Domestic row without its Imports row",
        apart().drop("02 Imports"),
        row=3,
        column="Code",
        found="Domestic 02 Mines, but no Imports 02",
        allowed="a Domestic and an Imports row",
        remedy="with 0 in every cell",
    ),
    Broken(
        "Imports row without its Domestic row",
        apart().drop("02 Domestic"),
        row=5,
        column="Code",
        found="Imports 02 Mines, but no Domestic 02",
        allowed="a Domestic and an Imports row",
        remedy="add the row",
    ),
    Broken(
        "no Imports rows",
        apart().drop("01 Imports", "02 Imports", "03 Imports"),
        row=None,
        column="Origin",
        found="Domestic in every row",
        allowed="a Domestic and an Imports row",
        remedy="delete the column 'Origin'",
    ),
    Broken(
        "unknown origin",
        apart().put("03 Imports", "Origin", "Abroad"),
        row=7,
        column="Origin",
        found="'Abroad' for 03 Power",
        allowed="Domestic, D, 国内",
        remedy="write Domestic or Imports",
    ),
    Broken(
        "unknown origin",
        apart().put("01 Domestic", "Origin", ""),
        row=2,
        column="Origin",
        found="a blank cell for 01 Farms",
        allowed="Imports, Import, M, 进口",
        remedy="write Domestic or Imports",
    ),
    Broken(
        "duplicate row",
        apart().repeat("02 Imports"),
        row=14,
        column="Code",
        found="Imports 02 Mines in row 6 and in row 14",
        allowed="one such row",
        remedy="delete or correct",
    ),
    Broken(
        "duplicate row",
        apart().repeat("VA002"),
        row=14,
        column="Code",
        found="VA002 Net taxes in row 10 and in row 14",
        allowed="one such row",
        remedy="delete or correct",
    ),
    Broken(
        "sector without a row",
        apart().drop("03 Domestic", "03 Imports"),
        row=None,
        column="03",
        found="no row with the code '03'",
        allowed="a row for every column",
        remedy="delete the column",
    ),
    Broken(
        "row of no sector",
        apart().drop_columns("02"),
        row=3,
        column="Code",
        found="'02 Mines'",
        allowed="the code of a column of a sector",
        remedy="add the sector's column",
        also=["row of no sector"],
    ),
    Broken(
        "row of no sector",
        together().map(lambda cell: {"A": "07"}.get(cell, cell)).rename(A="007"),
        row=2,
        column="Code",
        found="'07 Goods'",
        allowed="the code of a column of a sector",
        remedy="write the code as in the header, '007'",
        also=["sector without a row"],
    ),
    Broken(
        "missing name",
        apart().put("VA003", "Code", ""),
        row=11,
        column="Code",
        found="a blank cell",
        allowed="a name or a code",
        remedy="fill the cell in",
    ),
    Broken(
        "no value added",
        apart().drop("VA001", "VA002", "VA003", "TVA"),
        row=None,
        column="Code",
        found="no row VA… or TVA among TII, TI",
        allowed="at least one row",
        remedy="such as VA001",
    ),
]


@pytest.mark.parametrize("broken", [*CELLS, *BALANCES, *LAYOUTS], ids=lambda b: b.what)
def test_a_broken_table_is_reported_with_sector_and_remedy(tmp_path, broken):
    with pytest.raises(InputError) as error:
        load(tmp_path, broken.sheet)
    faults = error.value.faults
    assert sorted(fault.what for fault in faults) == sorted([broken.what, *broken.also])
    fault = next(fault for fault in faults if fault.what == broken.what)
    assert fault.file == str(tmp_path / "io.csv")
    assert (fault.row, fault.column) == (broken.row, broken.column)
    assert broken.found in fault.found
    assert broken.allowed in fault.allowed
    assert broken.remedy in fault.remedy


def test_all_faults_of_a_table_come_out_at_once(tmp_path):
    sheet = apart().put("01 Domestic", "01", "x").put("02 Imports", "EX", "").drop("03 Imports")
    sheet.put("VA001", "02", "?").put("02 Domestic", "03", -1).rename(TC="Households")
    with pytest.raises(InputError) as error:
        load(tmp_path, sheet)
    found = {(fault.what, fault.row, fault.column) for fault in error.value.faults}
    assert found == {
        ("not a number", 2, "01"),
        ("missing value", 6, "EX"),
        ("Domestic row without its Imports row", 4, "Code"),
        ("not a number", 8, "02"),
        ("negative flow", 3, "03"),
        ("missing column TC", 1, "TC"),
        ("sector without a row", None, "Households"),
        ("missing value", 8, "Households"),
        ("missing value", 9, "Households"),
        ("missing value", 10, "Households"),
        ("missing value", 11, "Households"),
        ("missing value", 12, "Households"),
    }


def test_a_slip_shows_in_its_row_and_in_its_column(tmp_path):
    with pytest.raises(InputError) as error:
        load(tmp_path, apart().put("02 Domestic", "03", 1000000))
    found = {(fault.what, fault.row, fault.column) for fault in error.value.faults}
    assert found == {
        ("TIU is not its sum", 3, "TIU"),
        ("inputs do not add up to output", 13, "03"),
        ("TII is not its sum", 8, "03"),
        ("TI is not its sum", 13, "03"),
    }


def test_a_ragged_row_is_not_called_missing_as_well(tmp_path):
    path = tmp_path / "io.csv"
    path.write_text(APART.replace("03,Power,电力,Imports,5000", "03,Power,电力,Imports,5000,1"))
    with pytest.raises(InputError) as error:
        load_input_output(path)
    assert [(fault.what, fault.row) for fault in error.value.faults] == [("ragged row", 7)]


def test_a_table_that_is_not_the_one_of_the_manifest(tmp_path):
    pack = load_sample_pack()
    path = tmp_path / "io.csv"
    path.write_text(APART)
    with pytest.raises(InputError) as error:
        load_input_output(path, pack=pack)
    (fault,) = error.value.faults
    assert fault.what == "file is not in the pack"
