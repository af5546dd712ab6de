"""Industries of the market and the sectors they belong to."""

import pytest

from tanshi.core import InputError
from tanshi.leontief import resolve_sector
from tanshi.leontief.industries import load_industries
from tanshi.leontief.intensity import load_concordance


@pytest.mark.parametrize(("name", "sector"), [("power", "24"), ("chemicals", "12")])
def test_a_whole_industry_needs_no_share(name, sector):
    assert resolve_sector(name, None) == (sector, 1.0)
    assert resolve_sector(name, 0.4) == (sector, 0.4)


@pytest.mark.parametrize(
    ("name", "sector"), [("steel", "14"), ("aluminium", "14"), ("cement", "13")]
)
def test_a_part_of_a_sector_needs_a_share(name, sector):
    assert resolve_sector(name, 0.6) == (sector, 0.6)
    with pytest.raises(InputError) as error:
        resolve_sector(name, None)
    (fault,) = error.value.faults
    assert fault.what == f"{name} is a part of sector {sector}"
    assert fault.remedy == f"write --covered-share {name}:SHARE"


@pytest.mark.parametrize(("share", "taken"), [(None, 1.0), (0.5, 0.5)])
def test_a_code_stands_for_itself(share, taken):
    assert resolve_sector("24", share) == ("24", taken)


def test_what_is_neither_is_left_to_the_table():
    assert resolve_sector("tourism", None) == ("tourism", 1.0)


def test_every_industry_lies_in_a_sector_of_the_table():
    codes = {code for codes in load_concordance().values() for code in codes}
    industries = load_industries()
    assert {"power", "steel", "cement", "aluminium"} <= set(industries)
    assert {industry.sector for industry in industries.values()} <= codes
