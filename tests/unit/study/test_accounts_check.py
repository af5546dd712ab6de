"""The panel against the accounts that lie beside it."""

import pytest

from tanshi.core import InputError
from tanshi.study import build_scenario
from tanshi.study.accounts_check import check_accounts
from tanshi.study.sources import load_study_data

ACCOUNTS = "sample_accounts_2000_2018.csv"
ENERGY = "sample_energy_2000_2018.csv"
PANEL = "sample_panel_2013_2018.csv"


def checked(folder=None, **section):
    content = {"accounts": section}
    if folder is not None:
        content["pack"] = {"path": str(folder)}
    scenario = build_scenario(content)
    return check_accounts(load_study_data(scenario), scenario)


def rows(check):
    return {row["column"]: row for row in check.table.iter_rows(named=True)}


def keep(name, wanted):
    """Return an edit of a pack that keeps the rows of one table for which `wanted` holds."""

    def change(folder):
        file = folder / name
        header, *lines = file.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if wanted(*line.split(",")[:2])]
        assert 0 < len(kept) < len(lines)
        file.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")

    return change


def test_capital_and_emissions_of_the_sample_follow_from_its_accounts(sample_study):
    check = sample_study.accounts
    found = rows(check)
    assert list(found) == ["capital", "co2"]
    for row in found.values():
        assert (row["first_year"], row["last_year"]) == (2013, 2018)
        assert 0 < row["largest_relative_difference"] < 1e-6
    assert found["capital"]["rebuilt_by"] == "K(t) = I(t) + 0.94 K(t - 1), from the panel's 2013"
    assert "IPCC 2006" in found["co2"]["rebuilt_by"]
    assert "counted twice" in check.warnings[0]


def test_another_depreciation_shows_as_a_difference():
    row = rows(checked(depreciation=0.1))["capital"]
    assert "0.9 K(t - 1)" in row["rebuilt_by"]
    # Five years of 4 points more depreciation, on a growing stock: below 1 - 0.96^5.
    assert 0.03 < row["largest_relative_difference"] < 1 - 0.96**5


def test_emissions_from_elsewhere_are_compared_in_their_own_unit():
    check = checked(emissions="co2_inventory_mt")
    row = rows(check)["co2_inventory_mt"]
    # In tonnes both; the fuel count lies above the inventory because carbon is counted twice.
    assert 0.01 < row["largest_relative_difference"] < 1.0
    assert check.warnings == ()
    assert any("counted twice" in note for note in check.notes)


@pytest.mark.parametrize(
    ("wanted", "years"),
    [
        (lambda _, year: int(year) <= 2017, (2013, 2017)),
        (lambda _, year: int(year) >= 2015, (2015, 2018)),
        (lambda _, year: int(year) <= 2012, (None, None)),
    ],
)
def test_capital_is_compared_over_the_years_that_the_accounts_have(edited_pack, wanted, years):
    folder = edited_pack(keep(ACCOUNTS, wanted))
    base_year = 2015 if years[0] == 2015 else 2013
    row = rows(checked(folder, base_year=base_year))["capital"]
    assert (row["first_year"], row["last_year"]) == years
    known = row["largest_relative_difference"]
    assert known is None if years[0] is None else known is not None


def test_the_prices_of_a_base_year_before_the_panel_are_used(edited_pack):
    folder = edited_pack(keep(PANEL, lambda _, year: int(year) >= 2015))
    row = rows(checked(folder, base_year=2013))["capital"]
    assert (row["first_year"], row["last_year"]) == (2015, 2018)
    assert row["largest_relative_difference"] < 1e-6


@pytest.mark.parametrize(
    "wanted", [lambda _, year: int(year) <= 2012, lambda unit, _: unit != "Anhui"]
)
def test_fuels_without_the_panel_s_years_or_units_leave_the_comparison_open(edited_pack, wanted):
    check = checked(edited_pack(keep(ENERGY, wanted)))
    row = rows(check)["co2"]
    assert row["first_year"] is None
    assert row["largest_relative_difference"] is None
    assert check.warnings == ()


def test_accounts_without_a_unit_of_the_panel_are_refused(edited_pack):
    folder = edited_pack(keep(ACCOUNTS, lambda unit, _: unit != "Anhui"))
    with pytest.raises(InputError) as error:
        checked(folder)
    (fault,) = error.value.faults
    assert (fault.what, fault.allowed) == ("a unit of the panel is missing", "Anhui")
    assert fault.file.endswith(ACCOUNTS)


def test_a_pack_without_accounts_has_an_empty_check(edited_pack):
    def rename_roles(folder):
        manifest = folder / "manifest.toml"
        text = manifest.read_text(encoding="utf-8")
        for role in ("accounts", "energy"):
            assert f'role = "{role}"' in text
            text = text.replace(f'role = "{role}"', f'role = "{role} of another year"')
        manifest.write_text(text, encoding="utf-8")

    check = checked(edited_pack(rename_roles))
    assert check.table.is_empty()
    assert check.table.columns == [
        "column",
        "rebuilt_by",
        "first_year",
        "last_year",
        "largest_relative_difference",
    ]
    assert (check.notes, check.warnings) == ((), ())
