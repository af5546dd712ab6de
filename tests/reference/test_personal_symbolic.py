"""Every closed form of the personal market, derived anew with SymPy, beside what is printed."""

import pytest
import sympy as sp
from tests.reference.personal_derivations import S, computed, printed, response

from tanshi.personal.published import COMPUTED, PRINTED, SIGN_CLAIMS

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


@pytest.mark.parametrize("claim", SIGN_CLAIMS, ids=lambda c: f"{c.quantity}-{c.parameter}")
def test_the_derivative_of_a_claim(claim):
    found, optimum = response(claim.objective, claim.quantity, claim.parameter)
    assert sp.simplify(found - sp.sympify(claim.derivative, locals=S).subs(optimum)) == 0


def test_the_volume_of_the_profit_maximum_always_falls_in_the_price():
    """(A² + B²)(4 + 3g²) + ABg(12 + g²) = (A − B)²(4 + 3g²) + AB(2 + g)³, above 0 for g > −2."""
    A, B, g = S["A"], S["B"], S["g"]
    bracket = (A**2 + B**2) * (4 + 3 * g**2) + A * B * g * (12 + g**2)
    sum_of_two = (A - B) ** 2 * (4 + 3 * g**2) + A * B * (2 + g) ** 3
    assert sp.expand(bracket - sum_of_two) == 0
