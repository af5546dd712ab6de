"""Which header plays which role."""

import pytest

from tanshi.core import InputError
from tanshi.data import find_column
from tanshi.data.roles import SYNONYMS, plain


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Province", "unit"),
        ("地区", "unit"),
        ("企业", "unit"),
        ("YEAR", "time"),
        ("年 份", "time"),
        ("labor", "labour"),
        ("从业人员（万人）", "labour"),
        ("Capital_Stock", "capital"),
        ("资本存量", "capital"),
        ("GDP (1e8 CNY)", "output"),
        ("地区生产总值", "output"),
        ("value-added", "output"),
        ("CO2", "emissions"),
        ("二氧化碳排放量[万吨]", "emissions"),
        ("能源消费总量", "energy"),
        ("固定资产投资", "investment"),
        ("CPI", "price_index"),
        ("price index", "price_index"),
        ("原煤", "coal"),
        ("made up", "made_up"),
    ],
)
def test_a_header_is_found_by_its_meaning(header, role):
    assert find_column(["x", header, "y"], role) == header


def test_no_name_stands_for_two_roles():
    """Else a header could be taken for either, whichever was asked first."""
    seen = {}
    for role, synonyms in SYNONYMS.items():
        for name in {plain(word) for word in (role, *synonyms)}:
            assert seen.setdefault(name, role) == role


def test_ranks_explicit_then_manifest_then_own_name_then_synonym():
    headers = ["gdp", "output", "gdp_real", "gdp_nom"]
    assert find_column(headers, "output", "gdp_nom", manifest=["gdp_real"]) == "gdp_nom"
    assert find_column(headers, "output", manifest=["gdp_real"]) == "gdp_real"
    assert find_column(headers, "output") == "output"
    assert find_column(["gdp", "gdp_real_2013"], "output") == "gdp"


def test_an_explicit_header_may_differ_in_case_and_spaces():
    assert find_column(["GDP 2013p", "gdp"], "output", "gdp2013P") == "GDP 2013p"
    assert find_column(["GDP", "gdp"], "output", "gdp") == "gdp"


@pytest.mark.parametrize(
    ("headers", "options", "what", "found", "remedy"),
    [
        (
            ["GDP", "gdp "],
            {"explicit": "Gdp"},
            "2 columns could be output",
            "'GDP', 'gdp '",
            "--output",
        ),
        (["a"], {"explicit": "zzz"}, "no such column for output", "'zzz'", "correct --output"),
        (
            ["gdp_a", "gdp_b"],
            {"manifest": ["gdp_a", "gdp_b"]},
            "2 columns could be output",
            "'gdp_a', 'gdp_b'",
            "choose one with --output HEADER",
        ),
        (
            ["gdp"],
            {"manifest": ["gdp_2013p"]},
            "column of the manifest is not there",
            "'gdp_2013p'",
            "mend the manifest",
        ),
        (
            [f"c{k}" for k in range(20)],
            {},
            "no column for output",
            "'c11' and 8 more",
            "rename it 'output'",
        ),
    ],
)
def test_no_column_or_two(headers, options, what, found, remedy):
    with pytest.raises(InputError) as error:
        find_column(headers, "output", source="a.csv", **options)
    (fault,) = error.value.faults
    assert fault.what == what
    assert fault.file == "a.csv"
    assert found in fault.found
    assert remedy in fault.remedy


def test_the_option_of_a_role_of_two_words():
    with pytest.raises(InputError, match="--price-index HEADER"):
        find_column(["a"], "price_index")
