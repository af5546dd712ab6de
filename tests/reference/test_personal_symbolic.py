"""Every closed form of the personal market, derived anew with SymPy, beside what is printed."""

import re
from pathlib import Path

import pytest
import sympy as sp
from tests.reference.personal_derivations import S, computed, printed

from tanshi.personal.published import CLAIMS, COMPUTED, COUNTEREXAMPLES, PRINTED, SIGN_CLAIMS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "replication.md"
STATEMENTS = (*PRINTED, *COMPUTED)


@pytest.fixture(scope="module")
def derived():
    return printed() | computed()


def test_every_statement_is_derived(derived):
    assert set(derived) == {(one.place, one.quantity) for one in STATEMENTS}
    assert len(derived) == len(STATEMENTS)


def test_no_numbered_equation_is_left_out():
    numbers = {one.place for one in PRINTED if one.place.startswith("Eq.")}
    assert numbers == {f"Eq. {number}" for number in range(1, 19)}


@pytest.mark.parametrize("one", STATEMENTS, ids=lambda one: f"{one.place} {one.quantity}")
def test_the_derivation_gives_the_formula_and_the_finding(derived, one):
    ours = sp.sympify(one.derived, locals=S)
    assert sp.simplify(derived[one.place, one.quantity] - ours) == 0
    if one.finding == "not printed":
        assert not one.printed
    else:
        print_ = sp.sympify(one.printed, locals=S)
        assert (sp.simplify(print_ - ours) == 0) == (one.finding != "corrected")
