"""The installed command, in processes of its own."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

TANSHI = Path(sys.executable).with_name("tanshi")
HEAVY = {"numpy", "polars", "scipy", "highspy", "matplotlib", "pydantic", "jinja2", "rich"}


def tanshi(*words, cwd=None):
    command = [TANSHI, *(str(word) for word in words)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, encoding="utf-8", check=False, timeout=120
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run `tanshi study` without arguments."""
    folder = tmp_path_factory.mktemp("demo")
    done = tanshi("study", "--out", "out/demo", cwd=folder)
    return done, folder / "out" / "demo"


@pytest.mark.parametrize("words", [(), ("study",), ("mac",)])
def test_help_is_given_and_exits_with_0(words):
    done = tanshi(*words, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: {' '.join(['tanshi', *words])} ")
    assert "--help" in done.stdout
    assert done.stderr == ""


def test_help_loads_no_heavy_library():
    # The promise is a time; what it rests on is that nothing heavy is imported.
    code = "import sys, tanshi.app.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "typer" in loaded
    assert loaded & HEAVY == set()


def test_the_version_is_that_of_the_package():
    done = tanshi("--version")
    assert (done.returncode, done.stdout) == (0, f"tanshi {version('tanshi')}\n")


@pytest.mark.parametrize("words", [(), ("stduy",), ("study",), ("mac", "panel.csv")])
def test_a_wrong_use_exits_with_2_and_writes_nothing(words, tmp_path):
    done = tanshi(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert "Usage: tanshi" in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_demo_writes_its_folder_and_says_where(demo, sample_study):
    done, folder = demo
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"report: {Path('out/demo/report.html')}"
    assert {file.name for file in folder.iterdir()} == {
        "report.html",
        "results.json",
        "provenance.json",
        "tables",
        "figures",
    }
    assert [file.name for file in folder.parent.iterdir()] == ["demo"]
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["command"] == "tanshi study --out out/demo"
    assert provenance["scenario_sha256"] == sample_study.scenario.sha256


def test_another_process_writes_the_same_tables_and_figures_byte_for_byte(demo, sample_report):
    _, folder = demo
    files = [
        file.relative_to(folder)
        for pattern in ("figures/*.svg", "tables/*.csv", "tables/*.tex", "results.json")
        for file in folder.glob(pattern)
    ]
    assert len(files) > 15
    different = [
        str(file)
        for file in files
        if (folder / file).read_bytes() != (sample_report / file).read_bytes()
    ]
    assert different == []


def test_a_refusal_exits_with_1_and_names_column_found_allowed_and_remedy(
    sample_pack_path, tmp_path
):
    panel = sample_pack_path / "sample_panel_2013_2018.csv"
    done = tanshi("mac", panel, "--output", "gpd", "--out", "new/out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{panel}, column 'gpd': no such column for output" in done.stderr
    assert "    found:   'gpd'" in done.stderr
    assert "    allowed: 'province', 'year'" in done.stderr
    assert "    remedy:  nearest: 'gdp'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_sees_no_progress_and_json_alone(sample_pack_path, tmp_path):
    panel = sample_pack_path / "sample_panel_2013_2018.csv"
    done = tanshi("mac", panel, "--taus", "0.5", "--out", "out", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout) == summary
