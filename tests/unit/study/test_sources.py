"""From a pack's tables to what the models take."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.data import load_panel
from tanshi.study import build_scenario
from tanshi.study.sources import by_unit_and_year, capital_inputs, load_study_data

TABLE = "unit,time,investment,investment_price\n"
ROLES = dict.fromkeys(("unit", "time", "investment", "investment_price"))


@pytest.fixture
def accounts(tmp_path):
    def load(rows):
        path = tmp_path / "accounts.csv"
        path.write_text(TABLE + rows, encoding="utf-8")
        return load_panel(path, roles=ROLES, balanced=False, positive=False, allow_blank=True)

    return load


def study_data(**sections):
    return load_study_data(build_scenario(sections))


def test_the_manifest_says_which_column_plays_which_role(sample_study):
    data = sample_study.data
    roles = ("labour", "capital", "output", "emissions")
    assert [data.header(role) for role in roles] == ["labour", "capital", "gdp", "co2"]
    assert data.variants == {
        "labour": ("labour_urban_units",),
        "capital": (),
        "output": ("gdp_paperlike", "gdp_nominal"),
        "emissions": ("co2_inventory_mt",),
    }


def test_a_column_is_found_by_role_by_header_and_as_a_sum(sample_study):
    data = sample_study.data
    assert np.array_equal(data.column("output"), data.column("gdp"))
    assert np.array_equal(data.column("emissions"), data.panel.values["emissions"])
    total = data.column("labour + labour_urban_units")
    assert np.array_equal(total, data.column("labour") + data.column("labour_urban_units"))
    assert (total > data.column("labour")).all()


def test_a_scale_comes_from_the_manifest_else_from_the_default(sample_study):
    data = sample_study.data
    assert data.scale("emissions", "co2") == 1e4
    assert data.scale("emissions", "co2_inventory_mt") == 1e6
    assert data.scale("output", "gdp_nominal") == 1e8
    assert (data.scale("output", "?"), data.scale("emissions", "?")) == (1e8, 1e4)


def test_inputs_of_the_estimator_take_the_scale_of_the_column_in_use(sample_study):
    data = sample_study.data
    own = data.frontier_inputs()
    other = data.frontier_inputs({"emissions": "co2_inventory_mt"})
    assert (own.emissions_scale_t, other.emissions_scale_t) == (1e4, 1e6)
    assert np.array_equal(other.undesirable_output, data.column("co2_inventory_mt"))
    assert np.array_equal(other.inputs, own.inputs)


def test_values_can_stand_in_for_a_role(sample_study):
    data = sample_study.data
    twice = data.frontier_inputs({"capital": 2.0 * data.column("capital")})
    assert np.array_equal(twice.inputs[:, 1], 2.0 * data.panel.values["capital"])
    assert np.array_equal(twice.inputs[:, 0], data.panel.values["labour"])


def test_a_variant_put_in_use_is_read_and_the_old_one_becomes_the_variant(sample_study):
    data = study_data(accounts={"labour": "labour_urban_units", "output": "gdp_nominal"})
    before = sample_study.data
    assert data.header("labour") == "labour_urban_units"
    assert np.array_equal(data.panel.values["labour"], before.column("labour_urban_units"))
    # The old column is called as the role is: it must not slip back into it.
    assert data.variants["labour"] == ("labour",)
    assert np.array_equal(data.column("labour"), before.panel.values["labour"])
    assert data.variants["output"] == ("gdp", "gdp_paperlike")


def test_a_header_is_found_whatever_its_case():
    data = study_data(accounts={"output": "GDP_Paperlike"})
    assert data.header("output") == "gdp_paperlike"
    assert data.variants["output"] == ("gdp", "gdp_nominal")


def test_labour_variants_are_tried_where_the_panel_has_their_columns():
    named = ("labour_urban_units", "labour + labour_urban_units", "labour + not_there")
    data = study_data(accounts={"labour_variants": named})
    assert data.variants["labour"] == ("labour_urban_units", "labour + labour_urban_units")


def test_an_unknown_column_is_refused_with_the_nearest():
    with pytest.raises(InputError) as error:
        study_data(accounts={"output": "gdp_nominl", "emissions": "soot"})
    by_column = {fault.column: fault for fault in error.value.faults}
    assert set(by_column) == {"gdp_nominl", "soot"}
    assert "gdp_nominal" in by_column["gdp_nominl"].remedy


def test_every_file_that_was_read_is_fixed_by_its_hash(sample_study):
    data = sample_study.data
    read = [data.pack.file(role=role) for role in ("panel", "accounts", "energy")]
    listed = {file.path: file.sha256 for file in read}
    assert data.data_sha256 == {"manifest.toml": data.pack.sha256} | listed


def test_a_pack_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError) as error:
        study_data(pack={"path": str(tmp_path)})
    assert error.value.faults[0].what == "no data pack"


def test_a_column_by_unit_and_year_has_blanks_and_gaps_as_nan(accounts):
    table = accounts("A,2013,1,100\nA,2014,,100\nB,2013,3,100\nB,2016,4,100\n")
    values, years = by_unit_and_year(table, "investment", ["B", "A"])
    assert years == [2013, 2014, 2015, 2016]
    expected = [[3.0, np.nan, np.nan, 4.0], [1.0, np.nan, np.nan, np.nan]]
    np.testing.assert_array_equal(values, expected)


def test_a_unit_that_the_table_lacks_is_a_fault_each(accounts):
    table = accounts("A,2013,1,100\n")
    with pytest.raises(InputError) as error:
        by_unit_and_year(table, "investment", ["A", "B", "C"])
    assert [(fault.allowed, fault.file) for fault in error.value.faults] == [
        ("B", table.source),
        ("C", table.source),
    ]


def test_an_inventory_from_a_later_year_leaves_out_investment_but_not_prices(accounts):
    table = accounts("A,2011,5,100\nA,2012,6,110\nA,2013,7,120\n")
    section = build_scenario(
        {"accounts": {"base_year": 2011, "investment_growth_percent": {2013: 5.9, 2020: 1.0}}}
    ).accounts
    inputs, growth = capital_inputs(table, ["A"], section, first_year=2012)
    assert (inputs.years, inputs.base_year) == ((2011, 2012, 2013), 2011)
    np.testing.assert_array_equal(inputs.investment_current_1e8_cny, [[np.nan, 6.0, 7.0]])
    np.testing.assert_array_equal(inputs.investment_price_index, [[100.0, 110.0, 120.0]])
    assert growth == pytest.approx({2013: 0.059})
