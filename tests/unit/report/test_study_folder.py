"""The folder of a study: its files, and that they agree with the result."""

import json
from xml.parsers.expat import ParserCreate

import polars as pl
import pytest
from python_calamine import load_workbook

from tanshi.core import OutputError
from tanshi.report.jsonfile import to_json
from tanshi.report.study_folder import LATEX_CAPTIONS, write_study
from tanshi.study import build_scenario, run_study

FIGURES = {
    "mac_by_unit_and_year",
    "mac_distribution",
    "mac_map",
    "parameters_by_tau",
    "sensitivity",
    "tau_positions",
}


def test_the_folder_holds_what_is_promised_and_nothing_else(sample_report, sample_study):
    assert {file.name for file in sample_report.iterdir()} == {
        "report.html",
        "report.pdf",
        "results.json",
        "provenance.json",
        "tables",
        "figures",
    }
    tables = sample_report / "tables"
    names = {file.stem for file in tables.glob("*.csv")}
    assert names == set(sample_study.tables())
    printed = names & set(LATEX_CAPTIONS)
    for kind in ("tex", "html"):
        assert {file.stem for file in tables.glob(f"*.{kind}")} == printed
    assert {file.name for file in tables.glob("*.xlsx")} == {"tables.xlsx", "printed.xlsx"}
    assert {file.stem for file in (sample_report / "figures").glob("*.svg")} >= FIGURES
    assert {file.suffix for file in (sample_report / "figures").iterdir()} == {".svg", ".csv"}


def test_the_results_are_those_of_the_study(sample_report, sample_study):
    results = json.loads((sample_report / "results.json").read_text(encoding="utf-8"))
    assert results["warnings"] == list(sample_study.warnings)
    headline = json.loads(to_json(sample_study.headline()))
    assert {key: results[key] for key in headline} == headline
    provenance = json.loads((sample_report / "provenance.json").read_text(encoding="utf-8"))
    assert provenance == sample_study.provenance.as_dict()


def test_every_csv_has_the_rows_of_its_table(sample_report, sample_study):
    for name, table in sample_study.tables().items():
        again = pl.read_csv(sample_report / "tables" / f"{name}.csv", infer_schema_length=None)
        assert again.columns == table.columns
        assert len(again) == len(table), name


def test_the_workbook_has_every_table(sample_report, sample_study):
    book = load_workbook(sample_report / "tables" / "tables.xlsx")
    assert book.sheet_names == ["about", *sample_study.tables()]
    for name, table in sample_study.tables().items():
        header, *rows = book.get_sheet_by_name(name).to_python()
        assert header == table.columns
        assert len(rows) == len(table), name
    about = [row[0] for row in book.get_sheet_by_name("about").to_python()]
    assert sample_study.warnings[0] in about


def test_what_is_printed_has_headings_and_says_that_the_data_are_synthetic(
    sample_report, sample_study
):
    tables = sample_report / "tables"
    book = load_workbook(tables / "printed.xlsx")
    assert book.sheet_names == [file for file in LATEX_CAPTIONS if file in sample_study.tables()]
    for name in book.sheet_names:
        cells = [str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row]
        texts = [
            (tables / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("tex", "html")
        ]
        for text in (*texts, cells[0]):
            assert "(synthetic data)" in text
        for text in (*texts, " ".join(cells)):
            assert "_per_tco2" not in text.replace(r"\_", "_"), name
            assert "_percent" not in text.replace(r"\_", "_"), name


def words_of(svg):
    """Parse an SVG, which fails when it is not XML; return its root element and its words."""
    elements, words = [], []
    parser = ParserCreate()
    parser.StartElementHandler = lambda name, _: elements.append(name)
    parser.CharacterDataHandler = words.append
    parser.Parse(svg, True)
    return elements[0], words


def test_every_figure_is_svg_and_says_that_the_data_are_synthetic(sample_report):
    for file in (sample_report / "figures").glob("*.svg"):
        root, words = words_of(file.read_bytes())
        assert root == "svg"
        assert "synthetic data" in words, file.name
        assert len(set(words)) > 5, file.name


def test_the_pdf_is_one(sample_report):
    content = (sample_report / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) > 50_000


def test_a_study_with_everything_writes_and_prints_everything(whole_study, tmp_path):
    write_study(whole_study, tmp_path / "out", pdf=True)
    tables, figures = tmp_path / "out" / "tables", tmp_path / "out" / "figures"
    printed = {file.stem for file in tables.glob("*.html")}
    markets = ("benchmark_", "personal_")
    of_a_market = {name for name in LATEX_CAPTIONS if name.startswith(markets)}
    assert set(LATEX_CAPTIONS) - printed == {"sensitivity", "replication", *of_a_market}
    for name in printed:
        page = (tables / f"{name}.html").read_text(encoding="utf-8")
        assert "_percent" not in page
        assert "_per_tco2" not in page
    drawn = {file.stem for file in figures.glob("*.svg")}
    assert {"floor_bootstrap", "leave_one_out", "directions", "household_burden"} <= drawn
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert results["floor_interval"]["replicates"] == 24
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF-")


@pytest.fixture(scope="module")
def plants():
    """A scenario over units that are no provinces, without what is optional."""
    return {"frontier": {"taus": [0.25, 0.75]}, "report": {"sensitivity": False}}


def test_a_study_without_accounts_provinces_or_sensitivity_is_written(
    edited_pack, plants, steps, tmp_path
):
    def change(folder):
        panel = folder / "sample_panel_2013_2018.csv"
        text = panel.read_text(encoding="utf-8")
        panel.write_text(text.replace("Anhui", "=plant 1"), encoding="utf-8")
        manifest = folder / "manifest.toml"
        text = manifest.read_text(encoding="utf-8")
        for role in ("accounts", "energy"):
            text = text.replace(f'role = "{role}"', f'role = "no {role}"')
        manifest.write_text(text, encoding="utf-8")

    content = plants | {"pack": {"path": str(edited_pack(change))}}
    result = run_study(build_scenario(content), command="", progress=steps)
    write_study(result, tmp_path / "out")
    figures = {file.stem for file in (tmp_path / "out" / "figures").iterdir()}
    assert FIGURES - figures == {"mac_map", "sensitivity"}
    for file in (tmp_path / "out" / "tables").glob("mac_averages.*"):
        assert "=plant 1" in file.read_text(encoding="utf-8")
    assert not (tmp_path / "out" / "tables" / "sensitivity.csv").exists()
    check = (tmp_path / "out" / "tables" / "accounts_check.csv").read_text(encoding="utf-8")
    assert check.count("\n") == 1
    book = load_workbook(tmp_path / "out" / "tables" / "tables.xlsx")
    averages = book.get_sheet_by_name("mac_averages").to_python()
    assert "=plant 1" in [row[0] for row in averages]


def test_a_folder_that_cannot_be_written_leaves_nothing(sample_study, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        write_study(sample_study, tmp_path / "out")
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
