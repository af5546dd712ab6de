"""From an inventory's sectors to those of a table."""

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.leontief import sector_intensities
from tanshi.leontief.intensity import load_concordance

CODES_42 = tuple(f"{i:02d}" for i in range(1, 43))
HOUSEHOLDS = {"Urban", "Rural"}
CONCORDANCE = {"farms": ["a"], "mines and mills": ["b", "c"], "homes": []}


def intensities(sectors, emissions, output=(1e4, 2e4, 6e4), **options):
    options = {"concordance": CONCORDANCE} | options
    return sector_intensities(("a", "b", "c"), output, sectors, emissions, **options)


def test_a_sector_of_its_own_keeps_its_emissions():
    assert intensities(["farms"], [3.0]).tolist() == [3.0, 0.0, 0.0]


def test_a_sector_of_several_is_split_by_output():
    """8 t over 8e4 CNY: every 1e4 CNY of both emits 1 t."""
    assert intensities(["mines and mills"], [8.0]).tolist() == [0.0, 1.0, 1.0]


def test_households_make_nothing():
    assert intensities(["homes"], [5.0]).tolist() == [0.0, 0.0, 0.0]


def test_inventory_sectors_of_one_code_add_up():
    concordance = {"coal": ["a"], "ore": ["a"]}
    found = intensities(["coal", "ore"], [1.0, 2.0], concordance=concordance)
    assert found.tolist() == [3.0, 0.0, 0.0]


def test_a_sector_without_output_has_no_intensity():
    found = intensities(["mines and mills"], [8.0], output=(1e4, 0.0, 8e4))
    assert found.tolist() == [0.0, 0.0, 1.0]


def test_a_group_without_output_has_no_intensity():
    assert intensities(["mines and mills"], [8.0], output=(1e4, 0.0, 0.0)).tolist() == [0, 0, 0]


def test_every_sector_that_has_no_place_is_told_at_once():
    concordance = {"farms": ["x", "a", "y"]}
    with pytest.raises(InputError) as error:
        intensities(["ships", "farms", "moons"], [1.0, 1.0, 1.0], concordance=concordance)
    assert [(fault.what, fault.found) for fault in error.value.faults] == [
        ("an inventory sector without a place in the table", "ships"),
        ("an inventory sector without a place in the table", "moons"),
        ("the concordance is for another table", "it names x, y"),
    ]


def test_every_code_of_the_42_sectors_is_reached_and_no_other():
    reached = {code for codes in load_concordance().values() for code in codes}
    assert reached == set(CODES_42)


def test_households_alone_have_no_sector():
    assert {name for name, codes in load_concordance().items() if not codes} == HOUSEHOLDS


def totals_agree(inventory):
    """Check that emissions by output times output are those of all but households."""
    output = np.random.default_rng(0).uniform(1e9, 1e12, 42)
    tonnes = inventory["Scope 1 Total"].to_numpy() * 1e6
    found = sector_intensities(CODES_42, output, inventory["sector"].to_list(), tonnes)
    producers = ~inventory["sector"].is_in(list(HOUSEHOLDS)).to_numpy()
    # Forty-two sums and quotients in double precision.
    assert found @ output / 1e4 == pytest.approx(tonnes[producers].sum(), rel=1e-12)
    assert tonnes[~producers].sum() > 0
    return set(inventory["sector"])


def test_every_sector_of_the_sample_inventory_has_a_place_and_keeps_its_total(sample_pack_path):
    table = pl.read_csv(sample_pack_path / "sample_sector_emissions_2018.csv")
    inventory = table.filter(pl.col("sector") != "Total Consumption")
    assert HOUSEHOLDS < totals_agree(inventory) <= set(load_concordance())


@pytest.mark.china
def test_every_sector_of_the_china_inventory_has_a_place_and_keeps_its_total(china_pack_path):
    table = pl.read_csv(china_pack_path / "sector_emissions_ceads_1997_2019.csv.gz")
    for year in (1997, 2018, 2019):
        inventory = table.filter(pl.col("year") == year, pl.col("sector") != "Total Consumption")
        assert totals_agree(inventory) == set(load_concordance())
