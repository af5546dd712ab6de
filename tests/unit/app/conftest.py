"""The command line in this process, and panels to give it."""

import json
from types import SimpleNamespace

import polars as pl
import pytest
from typer.testing import CliRunner

from tanshi.app.cli import app

HEADERS = {
    "unit": "province",
    "time": "year",
    "labour": "labour",
    "capital": "capital",
    "output": "gdp",
    "emissions": "co2",
}


@pytest.fixture(scope="session")
def sample_panel(sample_pack_path):
    """The sample's panel under the default headers, without the pack around it."""
    panel = pl.read_csv(sample_pack_path / "sample_panel_2013_2018.csv")
    return panel.select(**HEADERS)


@pytest.fixture
def panel_csv(sample_panel, tmp_path):
    sample_panel.write_csv(tmp_path / "panel.csv")
    return tmp_path / "panel.csv"


@pytest.fixture(scope="session")
def tanshi():
    """Run a command; return exit code, output and errors."""
    runner = CliRunner()

    def run(*words):
        result = runner.invoke(app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def mac(tanshi, tmp_path):
    """Run `tanshi mac`, which must succeed, and read what it wrote."""

    def run(panel, *options, out="out"):
        folder = tmp_path / out
        done = tanshi("mac", panel, "--out", folder, *options)
        assert done.exit_code == 0, done.stderr
        return SimpleNamespace(
            folder=folder,
            stdout=done.stdout,
            stderr=done.stderr,
            mac=pl.read_csv(folder / "mac.csv"),
            parameters=pl.read_csv(folder / "parameters.csv", infer_schema_length=None),
            summary=json.loads((folder / "summary.json").read_text(encoding="utf-8")),
            provenance=json.loads((folder / "provenance.json").read_text(encoding="utf-8")),
        )

    return run
