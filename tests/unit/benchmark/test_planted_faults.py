"""A market whose code has a fault is refused, fault by fault."""

import pytest
from tests.uncompiled import answer_of
from tests.unit.benchmark.planted_faults import FAULTS


@pytest.fixture(scope="module")
def refusals():
    """Return what refused each market; compiled code cannot be replaced, plain code can."""
    return answer_of("tests.unit.benchmark.planted_faults")


def test_a_market_without_a_fault_is_not_refused(refusals):
    assert refusals["nothing is wrong"] == ""


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name, refusals):
    assert "not conserved" in refusals[name]
