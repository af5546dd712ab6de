"""Tables for print: one content in LaTeX, HTML, Excel and CSV."""

import re
from html.parser import HTMLParser
from zipfile import ZipFile

import polars as pl
import pytest
from python_calamine import load_workbook

from tanshi.core import InputError
from tanshi.report.paper_workbook import write_paper_workbook
from tanshi.report.printed import LAYOUTS, study_tables, write_paper_table
from tanshi.report.publication import LEGEND, MOST_ROWS, paper_table
from tanshi.report.typeset import LATEX_ROWS, PAGE_ROWS, html_page, latex

INF = float("inf")
UNITS = ["a & b", "x_y", "<b>", "50 %", "=cmd|' /C calc'!A0", "[1] #~^{}\\$", "山西"]
ODD = pl.DataFrame(
    {
        "unit": UNITS,
        "estimate": [1.5, -2.25, None, INF, 12345.678, -1e-9, 0.25],
        "standard_error": [0.1, 0.2, None, 0.3, 0.4, 0.5, 0.6],
        "p_value": [0.0012, 0.04, None, 0.07, 0.00002, 0.2, 0.0],
        "lower": [1.0, -3.0, None, 2.0, 12000.0, -1.0, 0.125],
        "upper": [2.0, -1.5, None, INF, 13000.0, 1.0, 0.5],
    }
)
WIDE = pl.concat(
    [ODD.with_columns(tau=pl.lit(0.5)), ODD.with_columns(pl.col("estimate") * 2, tau=pl.lit(0.95))]
)


class Cells(HTMLParser):
    """The words of a table's cells, headings first."""

    def __init__(self, page):
        super().__init__()
        self.cells = []
        self.title = ""
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag, _):
        if tag in {"td", "th", "title"}:
            self.inside = tag
            if tag != "title":
                self.cells.append("")

    def handle_endtag(self, tag):
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data):
        if self.inside == "title":
            self.title += data
        elif self.inside:
            self.cells[-1] += data.strip()


def rows_of(text):
    """Return the cells of a LaTeX table by row, what stands between the rules."""
    body = text.split(r"\addlinespace[2.5pt]")[1].split(r"\bottomrule")[0]
    rows = [line.strip().removesuffix(r"\\") for line in body.strip().splitlines()]
    return [[cell.strip() for cell in re.split(r"(?<!\\)&", row)] for row in rows]


def read_sheet(table, tmp_path):
    write_paper_workbook([table], tmp_path / "a.xlsx")
    return load_workbook(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()


def test_exact_p_stand_beside_the_estimate_and_stars_are_off():
    table = paper_table(ODD, caption="c", show="p")
    assert table.head == ("unit", "estimate", "p")
    assert [row[2].text for row in table.body] == [
        *("0.0012", "0.0400", "", "0.0700", "2.0e-05", "0.2000", "0.0000"),
    ]
    assert all(cell.stars == "" for row in table.body for cell in row)
    assert LEGEND not in table.note
    assert "*" not in latex(table).replace("tabular*", "")
    assert "*" not in "".join(Cells(html_page(table)).cells)


@pytest.mark.parametrize(
    ("show", "heading", "texts"),
    [
        ("standard_error", "standard error", ["0.1000", "0.2000", ""]),
        ("interval", "interval", ["[1.00, 2.00]", "[−3.00, −1.50]", ""]),
    ],
)
def test_errors_or_intervals_stand_there_instead(show, heading, texts):
    table = paper_table(ODD, caption="c", show=show)
    assert table.head == ("unit", "estimate", heading)
    assert [row[2].text for row in table.body[:3]] == texts


def test_without_a_word_the_surest_that_is_there_is_shown():
    heads = {
        "p": ODD,
        "95 % interval": ODD.drop("p_value"),
        "standard error": ODD.drop("p_value", "lower"),
    }
    for heading, frame in heads.items():
        assert paper_table(frame, caption="c", level=0.95).head[2] == heading
    alone = ODD.select("unit", "estimate")
    assert paper_table(alone, caption="c").head == ("unit", "estimate")
    assert paper_table(ODD, caption="c", show="none").head == ("unit", "estimate")


def test_every_format_says_the_same_and_escapes_what_it_must(tmp_path):
    table = paper_table(ODD, caption="Costs, 50 % & <more>", name="odd_one", show="interval")
    names = write_paper_table(table, tmp_path)
    assert names == ["odd_one.tex", "odd_one.html", "odd_one.xlsx", "odd_one.csv"]
    # LaTeX
    text = (tmp_path / "odd_one.tex").read_text(encoding="utf-8")
    rows = rows_of(text)
    assert [row[0] for row in rows] == [
        *(r"a \& b", r"x\_y", r"\textless{}b\textgreater{}", r"50 \%", "=cmd|' /C calc'!A0"),
        # A bracket at the start of a row would be an option of the row before.
        r"{}[1] \#\textasciitilde{}\textasciicircum{}\{\}\textbackslash{}\$",
        "山西",
    ]
    estimates = ["1.50", "$-$2.25", "", r"$\infty$", "12,345.68", "0.0000", "0.2500"]
    assert [row[1] for row in rows][:5] == estimates[:5]
    assert rows[1][2] == "[$-$3.00, $-$1.50]"
    assert r"\caption{Costs, 50 \% \& \textless{}more\textgreater{}}\label{tab:odd-one}" in text
    assert "% Chinese words: set with XeLaTeX" in text
    # HTML: the same words, nothing outside, no element of the reader's making
    page = (tmp_path / "odd_one.html").read_text(encoding="utf-8")
    parsed = Cells(page)
    assert parsed.title == "Costs, 50 % & <more>"
    assert parsed.cells[0] == "Costs, 50 % & <more>"
    assert parsed.cells[1:4] == ["unit", "estimate", "interval"]
    assert parsed.cells[4:] == [cell.text for row in table.body for cell in row]
    for outside in ("http:" + "//", "https:" + "//", "<script", "<link", "<b>"):
        assert outside not in page
    # Excel: words as words, numbers as numbers
    sheet = load_workbook(tmp_path / "odd_one.xlsx").get_sheet_by_name("odd_one").to_python()
    assert sheet[0][0] == "Costs, 50 % & <more>"
    assert sheet[2] == ["unit", "estimate", "interval, lower", "interval, upper"]
    assert [row[0] for row in sheet[3:10]] == UNITS
    assert [row[1] for row in sheet[3:10]] == [1.5, -2.25, "", "∞", 12345.678, -1e-9, 0.25]
    assert [row[3] for row in sheet[3:10]] == [2.0, -1.5, "", "∞", 13000.0, 1.0, 0.5]
    with ZipFile(tmp_path / "odd_one.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    # CSV: every digit
    assert pl.read_csv(tmp_path / "odd_one.csv").equals(ODD)


def test_quantiles_stand_side_by_side_with_what_is_shown_below(tmp_path):
    table = paper_table(WIDE, caption="c", across="tau", show="p", decimals=2)
    assert table.head == ("unit", "0.5", "0.95")
    assert table.note == "In parentheses: p-values."
    assert [cell.text for cell in table.body[0]] == ["a & b", "1.50", "3.00"]
    assert [cell.text for cell in table.body[1]] == ["", "(0.0012)", "(0.0012)"]
    assert [cell.text for cell in table.body[5]] == ["", "", ""]
    text = latex(table)
    assert r"\multicolumn{2}{c}{$\tau$}" in text
    assert r"\cmidrule(lr){2-3}" in text
    assert rows_of(text)[1] == ["", "(0.0012)", "(0.0012)"]
    cells = Cells(html_page(table)).cells
    assert "τ" in cells
    assert "In parentheses: p-values." in cells
    sheet = read_sheet(table, tmp_path)
    assert sheet[2] == ["", "τ", ""]
    assert sheet[4:6] == [["a & b", 1.5, 3.0], ["", 0.0012, 0.0012]]


def test_below_an_estimate_the_ends_of_an_interval_are_two_cells_of_a_sheet(tmp_path):
    table = paper_table(WIDE, caption="c", across="tau", show="interval", level=0.9)
    assert table.note == "In brackets: 90 % interval."
    assert table.body[1][1].text == "[1.00, 2.00]"
    sheet = read_sheet(table, tmp_path)
    assert sheet[4:7] == [["a & b", 1.5, 3.0], ["", 1.0, 1.0], ["", 2.0, 2.0]]
    with ZipFile(tmp_path / "a.xlsx") as book:
        formats = book.read("xl/styles.xml").decode()
    assert "&quot;[&quot;#,##0.00" in formats
    assert "#,##0.00&quot;]&quot;" in formats
    errors = paper_table(WIDE, caption="c", across="tau", show="standard_error")
    assert errors.body[1][1].text == "(0.1000)"
    assert errors.note == "In parentheses: standard errors."


def test_stars_come_with_a_legend_and_leave_numbers_numbers(tmp_path):
    table = paper_table(ODD, caption="c", show="p", stars=True)
    assert [row[1].stars for row in table.body] == ["***", "**", "", "", "***", "", "***"]
    assert table.note == LEGEND
    rows = rows_of(latex(table))
    assert rows[0][1] == r"1.50\rlap{$^{***}$}"
    assert rows[3][1] == r"$\infty$"
    assert "1.50***" in Cells(html_page(table)).cells
    sheet = read_sheet(table, tmp_path)
    assert sheet[3][1] == 1.5
    with ZipFile(tmp_path / "a.xlsx") as book:
        assert "#,##0.00&quot;***&quot;" in book.read("xl/styles.xml").decode()


def test_decimals_are_those_asked_for_and_zero_has_no_sign():
    texts = [row[1].text for row in paper_table(ODD, caption="c", decimals=3).body]
    assert texts == ["1.500", "−2.250", "", "∞", "12,345.678", "0.000", "0.250"]


def test_a_place_without_an_estimate_stays_empty(tmp_path):
    table = paper_table(WIDE.head(8), caption="c", across="tau", show="p")
    assert [cell.text for cell in table.body[2]] == ["x_y", "−2.25", ""]
    assert [cell.text for cell in table.body[3]] == ["", "(0.0400)", ""]
    assert read_sheet(table, tmp_path)[6] == ["x_y", -2.25, ""]


def test_a_single_value_across_and_no_key_are_set(tmp_path):
    one = WIDE.filter(pl.col("tau") == 0.5).head(1).drop("unit")
    table = paper_table(one, caption="c", across="tau", show="interval")
    assert table.head == ("0.5",)
    assert rows_of(latex(table)) == [["1.50"], ["{}[1.00, 2.00]"]]
    assert read_sheet(table, tmp_path)[2:6] == [["τ"], ["0.5"], [1.5], [1.0]]


def test_long_headings_and_long_words_are_broken():
    frame = pl.DataFrame({"option": ["a word " * 9], "least_uncovered_percent": [1.0]})
    text = latex(paper_table(frame, caption="c"))
    assert r"\shortstack[r]{least\\uncovered, \%}" in text
    assert r">{\raggedright\arraybackslash}p{0.33\linewidth}r}" in text
    many = pl.DataFrame({f"c{k}": [1.0] for k in range(10)})
    assert r"\setlength{\tabcolsep}{3pt}" in latex(paper_table(many, caption="c"))


def test_a_table_that_is_too_long_says_what_is_left_out(tmp_path):
    count = MOST_ROWS + 7
    frame = pl.DataFrame({"unit": [f"u{k}" for k in range(count)], "estimate": [1.0] * count})
    table = paper_table(frame, caption="c")
    assert len(table.body) == MOST_ROWS
    assert len(table.data) == count
    text = latex(table)
    assert r"\begin{longtable}" in text
    assert f"\nu{LATEX_ROWS - 1} & " in text
    assert f"\nu{LATEX_ROWS} & " not in text
    assert f"% {count - LATEX_ROWS} more rows in the CSV file of the same name" in text
    assert read_sheet(table, tmp_path)[-1][0] == "7 more rows in the CSV file."
    double = frame.with_columns(p_value=pl.lit(0.5), time=pl.lit(2018))
    wide = paper_table(double, caption="c", across="time", show="p")
    assert len(wide.body) == 2 * MOST_ROWS
    assert f"% {count - LATEX_ROWS // 2} more rows" in latex(wide)
    short = paper_table(frame.head(PAGE_ROWS), caption="c")
    assert r"\begin{table}" in latex(short)
    assert "more rows" not in latex(short) + html_page(short)


def test_html_says_what_is_left_out():
    count = MOST_ROWS + 7
    frame = pl.DataFrame({"unit": [f"u{k}" for k in range(count)]})
    assert "7 more rows in the CSV file of the same name." in html_page(
        paper_table(frame, caption="c")
    )


def test_a_table_without_rows_or_estimates_is_set():
    empty = ODD.clear()
    table = paper_table(empty, caption="c", show="p")
    assert table.body == ()
    assert table.head == ("unit", "estimate", "p")
    assert r"\bottomrule" in latex(table)
    assert "p" in Cells(html_page(table)).cells


def test_every_fault_is_named():
    with pytest.raises(InputError, match="p, interval, standard_error, none"):
        paper_table(ODD, caption="c", show="t")
    with pytest.raises(InputError) as refused:
        paper_table(ODD.select("unit"), caption="c", show="interval", stars=True, across="tau")
    assert "5 faults" in str(refused.value)
    for column in ("lower", "upper", "p_value", "tau", "estimate"):
        assert f"column '{column}'" in str(refused.value)
    with pytest.raises(InputError, match="two estimates for one place"):
        paper_table(pl.concat([WIDE, WIDE.head(1)]), caption="c", across="tau")


@pytest.fixture(scope="module")
def of_a_study(whole_study):
    captions = dict.fromkeys([*LAYOUTS, "paths"], "c")
    printed = study_tables(whole_study.tables(), captions, level=0.95)
    return {table.name: table for table in printed}


def test_intervals_beside_the_costs_of_a_study_are_printed(of_a_study, whole_study):
    of_a_market = {name for name in LAYOUTS if name.startswith(("benchmark_", "personal_"))}
    assert set(of_a_study) == {*LAYOUTS, "paths"} - {"replication", "sensitivity", *of_a_market}
    mac = of_a_study["mac"]
    assert mac.head == ("unit", *(str(year) for year in range(2013, 2019)))
    assert mac.note == "In brackets: 95 % interval."
    assert len(mac.body) == 60
    lower = whole_study.bootstrap.intervals.lower_cny_per_tco2
    assert mac.body[1][1].numbers[0] == lower[0]
    parameters = of_a_study["parameters"]
    assert parameters.head[-1] == "frontier"
    assert len(parameters.body) == 15
    row = of_a_study["floor"].body[0]
    assert row[1].numbers == (whole_study.floor.price_cny_per_tco2,)


def test_coefficients_are_printed_with_p_values_and_intervals(of_a_study, whole_study):
    table = of_a_study["coefficients"]
    assert table.lines == 3
    assert "In parentheses: p-values. In brackets: 95 % interval." in table.note
    first = whole_study.bootstrap.coefficients.row(0, named=True)
    estimate, p, interval = (line[1] for line in table.body[:3])
    assert estimate.numbers == (first["estimate"],)
    assert p.text == f"({first['p_value']:.4f})"
    assert interval.numbers == (first["lower"], first["upper"])
    assert len(table.body) == 3 * 15


def test_a_wide_table_says_so_in_latex(of_a_study):
    assert "pdflscape" in latex(of_a_study["mac"])
    assert "pdflscape" not in latex(of_a_study["slope_equality"])


def test_what_is_found_of_methods_indices_and_households_is_printed(of_a_study, whole_study):
    methods = [row[0].text for row in of_a_study["alternatives"].body]
    assert methods[0] == "quantile, quadratic"
    assert methods[2] == "deterministic frontier, quadratic"
    names = [(row[0].text, row[1].text) for row in of_a_study["intervals"].body]
    assert names[0] == ("consumer index", "0.20")
    assert {name for name, _ in names} == {"consumer index", "producer index"}
    burden = whole_study.price_effects.households.burden
    row = of_a_study["households"].body[0]
    assert row[2].numbers == (burden.burden_percent[0, 0],)
    assert len(row[3].numbers) == 2
    tests = of_a_study["slope_equality"]
    assert tests.head[-2:] == ("Wald statistic", "p")
    assert [row[0].text for row in of_a_study["directions"].body][2] == "1 : 0.5"


def test_without_intervals_households_and_indices_are_printed_as_they_are(sample_study):
    captions = dict.fromkeys(LAYOUTS, "c")
    found = {table.name: table for table in study_tables(sample_study.tables(), captions)}
    assert "intervals" not in found
    assert len(found["households"].body[0]) == 3


def test_several_things_stand_with_an_estimate():
    both = paper_table(ODD, caption="c", show=("p", "interval"), level=0.9)
    assert both.head == ("unit", "estimate", "p", "90 % interval")
    assert [cell.text for cell in both.body[0]][2:] == ["0.0012", "[1.00, 2.00]"]
    with pytest.raises(InputError, match="2 faults"):
        paper_table(ODD, caption="c", show=("p", "t", "z"))


def test_the_same_table_gives_the_same_files(tmp_path):
    table = paper_table(WIDE, caption="c", across="tau", show="p", stars=True)
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        write_paper_table(table, tmp_path / place)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
