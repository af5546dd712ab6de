"""`tanshi study`, in this process: options, scenario, refusals."""

import json

import pytest

QUICK = "[frontier]\ntaus = [0.25, 0.5, 0.75]\n[report]\nsensitivity = false\n"


@pytest.fixture
def scenario(tmp_path):
    def write(text):
        path = tmp_path / "scenario.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """Leave the figures out: drawing takes longer than all the rest."""
    monkeypatch.setattr("tanshi.report.study_folder.write_figures", lambda *_: [])


def results(folder):
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def test_a_scenario_and_its_language(tanshi, scenario, tmp_path):
    path = scenario(QUICK + 'language = "zh"\ntitle = "碳价下限"\n')
    done = tanshi("study", path, "--pdf", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF-")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh">' in page
    assert "<title>碳价下限</title>" in page
    assert done.stdout.splitlines()[-1] == f"report: {tmp_path / 'out' / 'report.html'}"
    assert "price floor" in done.stdout
    assert "note: Synthetic data" in done.stdout
    assert done.stderr == ""


def test_the_pack_of_the_command_line_wins(tanshi, scenario, edited_pack, tmp_path):
    def rename(folder):
        manifest = folder / "manifest.toml"
        text = manifest.read_text(encoding="utf-8")
        manifest.write_text(text.replace("Synthetic sample", "My pack"), encoding="utf-8")

    pack = edited_pack(rename)
    path = scenario('[pack]\npath = "not there"\n' + QUICK)
    done = tanshi(
        "study", path, "--pack", pack, "--lang", "en", "--out", tmp_path / "out", "--json"
    )
    assert done.exit_code == 0, done.stdout
    said = json.loads(done.stdout)
    assert {key: results(tmp_path / "out")[key] for key in said} == said
    assert "My pack" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[frontir]\n", "column 'frontir': unknown key"),
        ("[pack]\npath = 'none'\n", "no data pack"),
        ("[accounts]\noutput = 'gdpp'\n", "column 'gdpp': no such column for output"),
        ("[floor]\nobserved_period = 2030\n", "no abatement cost in the floor's period"),
        ("[frontier\n", "not TOML"),
    ],
)
def test_a_study_that_cannot_be_made_is_refused_and_nothing_written(
    tanshi, scenario, tmp_path, text, said
):
    path = scenario(text)
    done = tanshi("study", path, "--out", tmp_path / "new" / "out")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert said in done.stderr
    for word in ("nothing was written", "found: ", "allowed: ", "remedy: "):
        assert word in done.stderr
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_missing_scenario_is_refused(tanshi, tmp_path):
    done = tanshi("study", tmp_path / "none.toml", "--out", tmp_path / "out")
    assert (done.exit_code, "no such file" in done.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_refused(tanshi, scenario, tmp_path):
    path = scenario(QUICK)
    (tmp_path / "out").write_text("mine")
    done = tanshi("study", path, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 1
    error = json.loads(done.stdout)
    assert error["error"] == "OutputError"
    assert "is a file" in error["message"]
    assert (tmp_path / "out").read_text() == "mine"
