"""A fault in the code of any mechanism is seen by the plain market, mechanism by mechanism."""

import pytest
from tests.reference.planted_faults import FAULTS, plans
from tests.uncompiled import answer_of

from tanshi.benchmark.ablation import MECHANISMS


@pytest.fixture(scope="module")
def found():
    """Return by mechanism the first year in which markets differ, and the columns then."""
    return answer_of("tests.reference.planted_faults")


def test_a_fault_is_planted_in_every_mechanism():
    assert set(FAULTS) == set(MECHANISMS)
    # No two of them are the same change under two names.
    assert len({(one.module, one.right) for one in FAULTS.values()}) == len(MECHANISMS)


@pytest.mark.parametrize("name", plans())
def test_without_a_fault_the_markets_agree(name, found):
    assert found[f"{name}, as it is"] == [0, []]


@pytest.mark.parametrize("mechanism", FAULTS)
def test_a_fault_in_the_code_of_a_mechanism_is_found(mechanism, found):
    fault = FAULTS[mechanism]
    year, columns = found[mechanism]
    assert year > 0, f"not found: {fault.what}"
    assert fault.column in columns, f"{fault.what}: only {columns} differ in year {year}"
