"""From an inventory's sectors to those of a table."""

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.leontief import sector_intensities
from tanshi.leontief.classification import detailed_codes
from tanshi.leontief.intensity import load_concordance

CODES_42 = tuple(f"{i:02d}" for i in range(1, 43))
HOUSEHOLDS = {"Urban", "Rural"}
CONCORDANCE = {"farms": ["a"], "mines and mills": ["b", "c"], "homes": []}


def intensities(sectors, emissions, output=(1e4, 2e4, 6e4), **options):
    options = {"concordance": CONCORDANCE} | options
    found = sector_intensities(("a", "b", "c"), output, sectors, emissions, **options)
    return found.tco2_per_1e4_cny


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


def test_what_a_sector_without_output_emits_is_counted_and_told():
    concordance = {"ships": ["b"], "mines": ["c"], "farms": ["a"], "homes": []}
    found = sector_intensities(
        ("a", "b", "c"),
        (1e4, 0.0, 0.0),
        ["ships", "mines", "farms", "homes"],
        [1500.0, 0.0, 1.0, 9.0],
        concordance=concordance,
    )
    assert found.tco2_per_1e4_cny.tolist() == [1.0, 0.0, 0.0]
    assert found.dropped_tco2 == {"ships": 1500.0}
    (note,) = found.notes
    assert note.startswith("1,500 t of the inventory are in no intensity")
    assert note.endswith("no output in the table: ships 1,500 t")


def test_where_nothing_is_dropped_nothing_is_noted():
    found = sector_intensities(("a",), (1e4,), ["farms"], [1.0], concordance={"farms": ["a"]})
    assert found.dropped_tco2 == {}
    assert found.notes == ()
    assert not found.tco2_per_1e4_cny.flags.writeable


def test_the_153_sectors_share_what_their_sector_of_the_42_emits():
    """12 t of catering and trade over 4 of its 4 sectors: 109, 110, 123 and 124."""
    codes = detailed_codes()
    name = "Wholesale, Retail Trade and Catering Services"
    found = sector_intensities(codes, np.full(153, 1e4), [name], [12.0])
    emitting = {
        code: value for code, value in zip(codes, found.tco2_per_1e4_cny, strict=True) if value > 0
    }
    assert emitting == {"109": 3.0, "110": 3.0, "123": 3.0, "124": 3.0}


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
    assert found.tco2_per_1e4_cny @ output / 1e4 == pytest.approx(
        tonnes[producers].sum(), rel=1e-12
    )
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
