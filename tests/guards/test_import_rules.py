"""The import rules bite: a forbidden import, planted in a copy, is found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LAYERS = "The rooms in the order data flows"
RESULTS_ONLY = "A report sees a model's results, never the model"


@pytest.fixture
def copied(tmp_path):
    """The package and its configuration, where a plant does no harm."""
    source = PROJECT / "src" / "tanshi"
    ignored = shutil.ignore_patterns("__pycache__", "vendor", "sample")
    shutil.copytree(source, tmp_path / "tanshi", ignore=ignored)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder):
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def plant(folder, module, line):
    file = folder / "tanshi" / module
    file.write_text(file.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")


def test_the_copy_passes_without_a_plant(copied):
    found = lint(copied)
    assert found.returncode == 0, found.stdout
    assert f"{LAYERS} KEPT" in found.stdout
    assert f"{RESULTS_ONLY} KEPT" in found.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract", "named"),
    [
        (
            "frontier/quantile.py",
            "from tanshi.study import run_study",
            LAYERS,
            "tanshi.frontier is not allowed to import tanshi.study",
        ),
        (
            "frontier/__init__.py",
            "import tanshi.accounts",
            LAYERS,
            "tanshi.frontier is not allowed to import tanshi.accounts",
        ),
        (
            "activity/rules.py",
            "import tanshi.auction",
            LAYERS,
            "tanshi.activity is not allowed to import tanshi.auction",
        ),
        (
            "core/arrays.py",
            "def late():\n    import tanshi.data",
            LAYERS,
            "tanshi.core is not allowed to import tanshi.data",
        ),
        (
            "data/table.py",
            "from tanshi.app.cli import app",
            LAYERS,
            "tanshi.data is not allowed to import tanshi.app",
        ),
        (
            "report/page.py",
            "from tanshi.frontier import estimate_quantile_frontier",
            RESULTS_ONLY,
            "tanshi.report is not allowed to import tanshi.frontier",
        ),
    ],
)
def test_a_planted_import_is_found_and_its_contract_named(copied, module, line, contract, named):
    plant(copied, module, line)
    found = lint(copied)
    assert found.returncode == 1, found.stdout
    assert f"{contract} BROKEN" in found.stdout
    assert named in " ".join(found.stdout.split())
