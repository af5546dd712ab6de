"""Scenario files: defaults, checked keys, every fault at once."""

from pathlib import Path

import pytest

from tanshi.core import InputError
from tanshi.frontier import PAPER_TAUS
from tanshi.study import Scenario, build_scenario, load_scenario

PROJECT = Path(__file__).resolve().parents[3]
BUNDLED = sorted((PROJECT / "scenarios").glob("*.toml"))


@pytest.fixture
def written(tmp_path):
    def write(text, name="scenario.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def faults_of(text, written):
    path = written(text)
    with pytest.raises(InputError) as error:
        load_scenario(path)
    assert {fault.file for fault in error.value.faults} == {str(path)}
    return error.value.faults


def test_an_empty_file_is_the_default_scenario(written):
    scenario = load_scenario(written(""))
    assert scenario == Scenario()
    assert scenario.frontier.taus == PAPER_TAUS
    assert scenario.frontier.null_jointness
    assert (scenario.frontier.payment_rule, scenario.frontier.payment_share) == ("published", 0.2)
    assert (scenario.frontier.position, scenario.accounts.depreciation) == ("published", 0.06)
    assert scenario.pack.path is None


def test_what_is_left_out_of_a_section_has_its_default(written):
    scenario = load_scenario(written('[frontier]\npayment_rule = "full"\ntaus = [0.5]\n'))
    assert (scenario.frontier.payment_rule, scenario.frontier.taus) == ("full", (0.5,))
    assert scenario.frontier.payment_share == 0.2


def test_years_as_keys_are_years(written):
    scenario = load_scenario(written("[accounts.investment_growth_percent]\n2018 = 5.9\n"))
    assert scenario.accounts.investment_growth_percent == {2018: 5.9}


@pytest.mark.parametrize(
    ("text", "key", "allowed", "remedy"),
    [
        ("[frontir]\n", "frontir", "pack, accounts, frontier, floor", "did you mean 'frontier'?"),
        (
            "[frontier]\npayment_rules = 1\n",
            "frontier.payment_rules",
            "taus, null_jointness, payment_rule",
            "did you mean 'payment_rule'?",
        ),
        (
            "[accounts]\ndepreciaton = 0.06\n",
            "accounts.depreciaton",
            "labour, capital",
            "did you mean 'depreciation'?",
        ),
        ("[report]\nzzzz = 1\n", "report.zzzz", "title, language, sensitivity", "remove it"),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest_known_one(text, key, allowed, remedy, written):
    (fault,) = faults_of(text, written)
    assert (fault.what, fault.column, fault.remedy) == ("unknown key", key, remedy)
    assert fault.found == key.rpartition(".")[2]
    assert fault.allowed.startswith(allowed)


@pytest.mark.parametrize(
    ("section", "line", "found", "allowed"),
    [
        ("frontier", 'payment_rule = "ful"', "'ful'", "'published', 'full' or 'cost_cap'"),
        ("frontier", 'position = "sorted"', "'sorted'", "'published' or 'rearranged'"),
        ("frontier", "payment_share = 0.0", "0.0", "greater than 0"),
        ("frontier", "payment_share = 1.5", "1.5", "less than or equal to 1"),
        ("frontier", "payment_share = nan", "nan", "less than or equal to 1"),
        ("frontier", 'null_jointness = "perhaps"', "'perhaps'", "a valid boolean"),
        ("frontier", "taus = []", "[]", "ascending numbers strictly between 0 and 1"),
        ("frontier", "taus = [0.5, 0.4]", "[0.5, 0.4]", "ascending numbers"),
        ("frontier", "taus = [0.5, 0.5]", "[0.5, 0.5]", "ascending numbers"),
        ("frontier", "taus = [0.0, 0.5]", "[0.0, 0.5]", "strictly between 0 and 1"),
        ("frontier", "taus = [0.5, nan]", "[0.5, nan]", "strictly between 0 and 1"),
        ("frontier", "taus = 0.5", "0.5", "a list, such as [1, 2]"),
        ("floor", "cpi = 3", "3", "a table of keys"),
        ("personal", "game = 3", "3", "a table of keys"),
        ("personal", 'single = "x"', "'x'", "a table of keys"),
        ("accounts", "depreciation = 1.0", "1.0", "less than 1"),
        ("accounts", "growth_years = 0", "0", "greater than or equal to 1"),
        ("accounts", 'base_year = "recent"', "'recent'", "a valid integer"),
        ("accounts", "output = 3", "3", "a valid string"),
        ("floor", "observed_period = 2018.5", "2018.5", "a valid integer"),
        ("report", 'language = "de"', "'de'", "'en' or 'zh'"),
    ],
)
def test_a_value_out_of_range_is_named_with_what_is_allowed(section, line, found, allowed, written):
    (fault,) = faults_of(f"[{section}]\n{line}\n", written)
    key = line.partition(" ")[0]
    assert fault.what == "value not allowed"
    assert fault.column.startswith(f"{section}.{key}")
    assert fault.found == found
    assert allowed in fault.allowed
    assert fault.remedy


def test_every_fault_of_a_file_comes_out_at_once(written):
    text = """
    speed = 3
    [frontier]
    payment_rule = "fulll"
    tau = [0.5]
    [accounts]
    depreciation = 2.0
    """
    places = {fault.column for fault in faults_of(text, written)}
    assert places == {"speed", "frontier.payment_rule", "frontier.tau", "accounts.depreciation"}


def test_a_section_that_is_no_table_is_refused(written):
    (fault,) = faults_of("frontier = 3\n", written)
    assert (fault.column, fault.found) == ("frontier", "3")


@pytest.mark.parametrize("content", [b"[frontier\n", b"title = \xff\xfe\n", b"a = 1\na = 2\n"])
def test_what_is_not_toml_is_refused_with_the_place(tmp_path, content):
    path = tmp_path / "scenario.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        load_scenario(path)
    (fault,) = error.value.faults
    assert (fault.what, fault.file) == ("not TOML", str(path))
    assert "line" in fault.found or "position" in fault.found


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path, found in ((tmp_path / "none.toml", "no such file"), (tmp_path, "a folder")):
        with pytest.raises(InputError) as error:
            load_scenario(path)
        (fault,) = error.value.faults
        assert (fault.what, fault.found, fault.file) == ("no scenario", found, str(path))


def test_a_relative_pack_is_looked_for_beside_the_scenario(written, tmp_path):
    (tmp_path / "below").mkdir()
    path = written('[pack]\npath = "../packs/mine"\n', "below/scenario.toml")
    assert load_scenario(path).pack.path == str(tmp_path / "below/../packs/mine")


def test_an_absolute_pack_stays_where_it_is(written, tmp_path):
    path = written(f"[pack]\npath = '{tmp_path}'\n")
    assert load_scenario(str(path)).pack.path == str(tmp_path)


def test_a_scenario_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Scenario().frontier.payment_share = 0.5


def test_the_hash_is_that_of_what_the_scenario_says_defaults_included():
    said = build_scenario({"frontier": {"payment_share": 0.2}, "pack": {}})
    assert said.sha256 == Scenario().sha256
    other = build_scenario({"frontier": {"payment_share": 0.25}})
    assert other.sha256 != Scenario().sha256
    assert len(other.sha256) == 64


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_the_scenarios_of_the_project_are_accepted(path):
    assert load_scenario(path).frontier.taus == PAPER_TAUS


@pytest.mark.parametrize(
    ("content", "column", "allowed"),
    [
        ({"floor": {"cpi": {"2019": 1.029}}}, "floor.cpi", "previous year = 100"),
        (
            {"leontief": {"paid_shares": [0.5, 1.5]}},
            "leontief.paid_shares.1",
            "less than or equal to 1",
        ),
        ({"leontief": {"paid_shares": []}}, "leontief.paid_shares", "at least 1"),
        (
            {"leontief": {"covered": [{"sector": "24", "share": 1}]}},
            "leontief.covered.0.share",
            "covered_share",
        ),
    ],
)
def test_sections_of_the_second_half_are_checked(content, column, allowed):
    with pytest.raises(InputError) as error:
        build_scenario(content)
    (fault,) = error.value.faults
    assert fault.column == column
    assert allowed in fault.allowed
