"""Fixtures that tests of several rooms share."""

import hashlib
import os
import shutil
from importlib import resources
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def china_pack_path() -> Path:
    """Folder of the China pack; the test is skipped where the pack is not there.

    The pack is never part of the project: it is read from the folder named by the
    environment variable TANSHI_CHINA_PACK, or from ``../shared/data/china``.
    """
    named = os.environ.get("TANSHI_CHINA_PACK")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data" / "china"
    if not (folder / "manifest.toml").is_file():
        pytest.skip(f"no China pack in {folder}; set TANSHI_CHINA_PACK to its folder")
    return folder


class CountedSteps:
    """Hears of a study's progress and counts."""

    def __init__(self):
        self.total = 0
        self.done = 0

    def start(self, total):
        self.total = total

    def step(self):
        self.done += 1


@pytest.fixture
def steps():
    return CountedSteps()


@pytest.fixture(scope="session")
def sample_pack_path():
    """Folder of the bundled pack."""
    return Path(str(resources.files("tanshi.data"))) / "sample"


@pytest.fixture(scope="session")
def sample_study():
    """The study that `tanshi study` makes without arguments."""
    from tanshi.study import Scenario, run_study

    return run_study(Scenario(), command="tanshi study --out sample", progress=CountedSteps())


@pytest.fixture(scope="session")
def sample_report(sample_study, tmp_path_factory):
    """The folder of that study, the PDF included."""
    from tanshi.report.study_folder import write_study

    folder = tmp_path_factory.mktemp("sample") / "out"
    write_study(sample_study, folder, pdf=True)
    return folder


@pytest.fixture
def edited_pack(sample_pack_path, tmp_path):
    """Copy the sample pack, let a function edit the copy, and restate its hashes."""

    def edit(change):
        folder = tmp_path / "edited pack"
        shutil.copytree(sample_pack_path, folder)
        change(folder)
        manifest = folder / "manifest.toml"
        text = manifest.read_text(encoding="utf-8")
        for file in folder.glob("*.csv"):
            before = hashlib.sha256((sample_pack_path / file.name).read_bytes()).hexdigest()
            text = text.replace(before, hashlib.sha256(file.read_bytes()).hexdigest())
        manifest.write_text(text, encoding="utf-8")
        return folder

    return edit


@pytest.fixture(scope="session")
def market_run():
    """The market of benchmark_sample.toml, without each of its mechanisms too."""
    from tanshi.study import load_scenario
    from tanshi.study.benchmark_run import run_market

    scenario = load_scenario(PROJECT / "scenarios" / "benchmark_sample.toml")
    section = scenario.benchmark.model_copy(update={"ablation": True})
    named = scenario.model_copy(update={"benchmark": section})
    return run_market(named, progress=CountedSteps())
