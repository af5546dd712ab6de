"""Groups of households of a study: which table, which columns, what is said of it."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.data import load_pack, load_sample_pack
from tanshi.data.input_output import load_input_output
from tanshi.leontief.classification import detailed_codes, load_detailed_sectors
from tanshi.study import build_scenario
from tanshi.study.cost_push import covered_elsewhere, covered_sectors
from tanshi.study.households import HouseholdRequest
from tanshi.study.price_effects import estimate_price_effects, pack_price_effects
from tanshi.study.price_table import build_price_model
from tanshi.study.price_uncertainty import Uncertainty
from tanshi.study.scenario import Covered, Household

POWER = (Covered(sector="24", intensity_tco2_per_1e4_cny=6.0),)
CODES_42 = tuple(load_detailed_sectors())


@pytest.fixture(scope="module")
def table():
    pack = load_sample_pack()
    return load_input_output(pack.file(role="input_output").location, pack=pack)


def effects_of(table, households, covered=POWER, **options):
    return estimate_price_effects(
        table,
        None,
        covered=covered,
        price_cny_per_tco2=50.0,
        paid_shares=(0.2, 1.0),
        paths=1,
        households=households,
        **options,
    )


def split_sectors(table):
    """Return a 153-sector table: everything of a sector is its first inner sector's."""
    codes = detailed_codes()
    at = [codes.index(inside[0]) for inside in load_detailed_sectors().values()]

    def spread(values):
        wide = np.zeros((153,) * values.ndim)
        wide[np.ix_(*[at] * values.ndim)] = values
        return wide

    def uses(columns):
        return MappingProxyType({mark: spread(values) for mark, values in columns.items()})

    return replace(
        table,
        source="detailed.csv",
        codes=codes,
        names=codes,
        names_zh=codes,
        domestic=spread(table.domestic),
        imported=spread(table.imported),
        final_use_domestic=uses(table.final_use_domestic),
        final_use_imported=uses(table.final_use_imported),
        imports=spread(table.imports),
        value_added=uses(table.value_added),
        gross_output=spread(table.gross_output),
    )


def without(table, *marks):
    def kept(columns):
        return MappingProxyType({m: v for m, v in columns.items() if m not in marks})

    return replace(
        table,
        source="totals.csv",
        final_use_domestic=kept(table.final_use_domestic),
        final_use_imported=kept(table.final_use_imported),
    )


def test_groups_add_up_to_what_all_households_buy(table):
    """Weighted by spending, rural and urban burdens make that of all households."""
    both = HouseholdRequest(table=table)
    everybody = (Household(name="all", column="THC"), Household(name="again", column="THC"))
    burden = effects_of(table, both).households.burden
    whole = effects_of(table, replace(both, groups=everybody)).households.burden
    together = burden.burden_percent @ burden.spending_cny / burden.spending_cny.sum()
    assert together == pytest.approx(whole.burden_percent[:, 0], rel=1e-12)
    assert whole.verdict == "neutral"


def test_products_come_in_the_nine_groups(table):
    burden = effects_of(table, HouseholdRequest(table=table)).households.burden
    assert len(burden.products) == 9
    assert burden.contribution_percent.sum(axis=2) == pytest.approx(burden.burden_percent)
    assert burden.spending_share_percent.sum(axis=1) == pytest.approx([100.0, 100.0])


def test_a_column_may_be_named_by_its_header_of_the_file(table):
    named = (
        Household(name="rural", column="农村居民消费"),
        Household(name="urban", column="fu102"),
    )
    found = effects_of(table, HouseholdRequest(table=table, groups=named))
    default = effects_of(table, HouseholdRequest(table=table))
    assert found.households.burden.ratio == default.households.burden.ratio


def test_every_column_that_is_not_there_is_told_with_the_other_faults(table):
    groups = (Household(name="rural", column="FU1"), Household(name="urban", column="X"))
    with pytest.raises(InputError) as error:
        effects_of(
            table,
            HouseholdRequest(table=table, groups=groups),
            covered=[Covered(sector="24")],
        )
    assert [fault.what for fault in error.value.faults] == [
        "no column of what rural households buy",
        "no column of what urban households buy",
        "no emission intensity",
    ]


def test_one_group_is_refused(table):
    request = HouseholdRequest(table=table, groups=(Household(name="rural", column="FU101"),))
    with pytest.raises(InputError, match="too few groups of households"):
        effects_of(table, request)


def test_a_detailed_table_beside_the_main_one_gives_the_same_burdens(table):
    detailed = split_sectors(table)
    here = effects_of(table, HouseholdRequest(table=table))
    there = effects_of(without(table, "FU101", "FU102"), HouseholdRequest(table=detailed))
    assert there.households.burden.burden_percent == pytest.approx(
        here.households.burden.burden_percent, rel=1e-12
    )
    assert there.households.source == "detailed.csv"
    assert "households: prices and purchases of detailed.csv" in there.notes
    assert set(there.data_sha256) == {"totals.csv", "detailed.csv"}


def test_detailed_sectors_within_one_vary_together(table):
    """Steel and metals are one figure of the inventory, whatever the table tells apart."""
    covered = [Covered(sector="14", intensity_tco2_per_1e4_cny=2.0), *POWER]
    options = {"covered": covered, "uncertainty": Uncertainty(intensity_cv=0.3, draws=500)}
    here = effects_of(table, HouseholdRequest(table=table), **options).households
    there = effects_of(
        without(table, "FU101"), HouseholdRequest(table=split_sectors(table)), **options
    ).households
    assert list(there.intervals.intensity_cv) == ["14", "24"]
    for end in ("burden_lower_percent", "burden_upper_percent"):
        assert there.table()[end].to_list() == pytest.approx(here.table()[end].to_list(), rel=1e-12)


def test_where_sectors_do_not_match_there_are_no_effects_and_a_note(table):
    letters = tuple(f"s{code}" for code in table.codes)
    other = replace(table, source="letters.csv", codes=letters)
    found = effects_of(table, HouseholdRequest(table=other))
    assert found.households is None
    assert "households: no effects, the sectors of letters.csv do not match" in found.notes
    assert "households" not in found.tables()


def test_an_industry_is_its_sectors_in_the_detailed_table(table):
    model = build_price_model(split_sectors(table))
    steel = Covered(sector="steel", intensity_tco2_per_1e4_cny=2.0, covered_share=0.5)
    found = covered_sectors(model, [steel], None)
    assert [one.code for one in found] == ["061", "062", "063", "064", "065"]
    assert {(one.intensity_tco2_per_1e4_cny, one.covered_share) for one in found} == {(2.0, 0.5)}


def test_a_request_moves_from_the_42_sectors_to_the_153_only():
    wanted = (Covered(sector="power"), Covered(sector="1", covered_share=0.5))
    moved = covered_elsewhere(wanted, CODES_42, detailed_codes())
    assert [one.sector for one in moved] == ["100", "001", "002", "003", "004", "005"]
    assert [one.covered_share for one in moved] == [1.0] + [0.5] * 5
    assert covered_elsewhere(wanted, CODES_42, CODES_42) == wanted
    assert covered_elsewhere(wanted, detailed_codes(), CODES_42) is None
    assert covered_elsewhere(wanted, CODES_42, ("a", "b")) is None


def sample_effects(**section):
    scenario = build_scenario({"leontief": section})
    return pack_price_effects(load_sample_pack(), scenario, 50.0, 2018)


def test_the_scenario_gives_heads_incomes_and_tolerance():
    rural = {"name": "rural", "column": "FU101", "consumption_cny_per_head": 10.0}
    urban = {"name": "urban", "column": "FU102", "consumption_cny_per_head": 10.0}
    found = sample_effects(
        households=[rural | {"income_cny_per_head": 10.0}, urban | {"income_cny_per_head": 40.0}],
        neutral_tolerance=0.5,
    ).households.burden
    assert (found.verdict, found.income_verdict) == ("neutral", "regressive")
    assert found.income_ratio == pytest.approx(4.0 * found.ratio, rel=1e-12)


def test_a_scenario_without_households_has_no_such_effects():
    assert sample_effects(households=[]).households is None


def test_a_column_that_the_scenario_names_and_no_table_has_is_refused():
    with pytest.raises(InputError, match="no column of what poor households buy"):
        sample_effects(
            households=[{"name": "poor", "column": "FU111"}, {"name": "rich", "column": "FU112"}]
        )


def drop_consumers(folder):
    """Leave only the sum of consumption in the pack's table."""
    import polars as pl

    file = folder / "io_sample_42.csv"
    text = pl.read_csv(file, infer_schema_length=0)
    text.drop("FU101", "FU102", "THC", "FU103").write_csv(file)


def test_a_pack_without_the_columns_has_no_such_effects(edited_pack):
    pack = load_pack(edited_pack(drop_consumers))
    found = pack_price_effects(pack, build_scenario({}), 50.0, 2018)
    assert found.households is None
    assert found.cost_push.consumer_index_percent[0] > 0


@pytest.mark.china
def test_in_china_rural_households_bear_the_smaller_share_of_spending(china_pack_path):
    """Per head and of income, with NBS figures of 2020, it is the other way round."""
    rural = {"name": "rural", "column": "FU101", "consumption_cny_per_head": 13713}
    urban = {"name": "urban", "column": "FU102", "consumption_cny_per_head": 27007}
    households = [rural | {"income_cny_per_head": 17131}, urban | {"income_cny_per_head": 43834}]
    section = {"households": households, "inventory_year": 2018}
    scenario = build_scenario({"leontief": section})
    found = pack_price_effects(load_pack(china_pack_path), scenario, 58.31, 2018)
    burden = found.households.burden
    assert burden.verdict == "progressive"
    assert burden.ratio == pytest.approx(0.962, abs=0.001)
    assert burden.income_verdict == "regressive"
    # The tables are of one year: the sector's output, and so its intensity, is the same.
    (own,) = found.covered
    assert own.code == "24"
    assert found.cost_push.covered_emissions_tco2 == pytest.approx(4.51e9, rel=0.001)
