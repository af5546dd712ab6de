"""Every closed form of the paper, derived anew with SymPy, beside what is printed."""

import re
from pathlib import Path

import pytest
import sympy as sp

from tanshi.personal.published import CLAIMS, SIGN_CLAIMS, STATEMENTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "replication.md"
NAMES = "N D W P P_c P_ph c c_b e k delta A B f_d f_s N_d N_s a_s d C theta x y"
S = {name: sp.Symbol(name, positive=True) for name in NAMES.split()}
A, B, C, c, d, a_s = (S[name] for name in ("A", "B", "C", "c", "d", "a_s"))
f_d, f_s, N_d, N_s = (S[name] for name in ("f_d", "f_s", "N_d", "N_s"))


def single():
    """From the supply of people and the platform's choice to total welfare."""
    N, D, W, P, P_c, P_ph, c_b = (S[n] for n in ("N", "D", "W", "P", "P_c", "P_ph", "c_b"))
    e, k, delta, theta = (S[n] for n in ("e", "k", "delta", "theta"))
    [indifferent] = sp.solve(P_ph - theta * e, theta)
    supply = W * sp.integrate(D, (theta, 0, indifferent))
    [best] = sp.solve(sp.diff((P_c - P_ph - c) * supply, P_ph), P_ph)
    [clearing] = sp.solve(supply - N * delta, P_ph)
    [sale] = sp.solve(best - clearing, P_c)
    surplus = sp.integrate((P_ph - theta * e) * D * W, (theta, 0, indifferent))
    surplus = surplus.subs(P_ph, clearing)
    welfare = surplus + ((P_c - P_ph - c) * supply).subs(P_c, sale).subs(P_ph, clearing)
    total = (P - N * (1 - delta) / k) * N * (1 - delta) + welfare
    [ratio] = sp.solve(sp.diff(total, delta), delta)
    return {
        ("Eq. 1", "profit"): (P_c - P_ph - c - c_b) * supply,
        ("Eq. 3", "θ*"): indifferent,
        ("Eq. 4", "supply"): supply,
        ("Eq. 7", "P_ph*"): best,
        ("Eq. 7", "P_c"): sale,
        ("Eq. 8", "U"): surplus,
        ("Eq. 9", "π + U"): welfare,
        ("Eq. 11", "total welfare"): total,
        ("Proposition 2", "k where Eq. 11 stops being concave"): sp.solve(
            sp.diff(total, delta, 2), k
        )[0],
        ("Proposition 2", "k where δ* reaches 0"): sp.solve(sp.numer(sp.together(ratio)), k)[0],
        ("Proposition 2", "N where δ* reaches 1"): sp.solve(sp.numer(sp.together(ratio - 1)), N)[0],
    }


def optimum(delta, alpha_s, *, welfare):
    """Maximise over fees; participation solved from both sides' thresholds."""
    joined = sp.solve(
        [A - f_d - delta * N_s - N_d, B - f_s + alpha_s * N_d - N_s], [N_d, N_s], dict=True
    )[0]
    value = joined[N_d] * f_d + joined[N_s] * f_s - C
    profit = value
    if welfare:  # a side's surplus: the integral of v − v* from the threshold to one
        value += (joined[N_d] ** 2 + joined[N_s] ** 2) / 2
    [fees] = sp.solve([sp.diff(value, f_d), sp.diff(value, f_s)], [f_d, f_s], dict=True)
    return {
        "N_d at given fees": joined[N_d],
        "N_s at given fees": joined[N_s],
        "f_d*": fees[f_d],
        "f_s*": fees[f_s],
        "N_d*": joined[N_d].subs(fees),
        "N_s*": joined[N_s].subs(fees),
        "profit": profit.subs(fees),
        "value": value.subs(fees),
        "hessian": sp.hessian(value, (f_d, f_s)),
    }


def two_sided():
    v = sp.Symbol("v")
    share_d = sp.integrate(1, (v, c * N_s + f_d - (A - 1), 1))
    share_s = sp.integrate(1, (v, f_s - (B - 1), 1))
    profit = optimum(c, sp.Integer(1), welfare=False)  # 3.2.1: α_d = 0, α_s = 1
    social = optimum(d, a_s, welfare=True)
    derived = {
        ("Eq. 14", "N_d"): share_d,
        ("Eq. 15", "N_s"): share_s,
        ("Eq. 17", "f_d*"): profit["f_d*"],
        ("Eq. 18", "f_s*"): profit["f_s*"],
        ("3.2.1", "H(π), on the diagonal"): profit["hessian"][0, 0],
        ("3.2.1", "H(π), beside it"): profit["hessian"][0, 1],
        ("3.2.1", "π*"): profit["value"],
        ("3.2.2", "f_d* for welfare"): social["f_d*"],
        ("3.2.2", "f_s* for welfare"): social["f_s*"],
        ("3.2.2", "H(W), demand"): social["hessian"][0, 0],
        ("3.2.2", "H(W), beside the diagonal"): social["hessian"][0, 1],
        ("3.2.2", "H(W), supply"): social["hessian"][1, 1],
        ("3.2.2", "N_d* for welfare"): social["N_d*"],
        ("3.2.2", "N_s* for welfare"): social["N_s*"],
        ("3.2.2", "π at the welfare maximum"): social["profit"],
        ("3.2.2", "W*"): social["value"],
    }
    for name in ("N_d at given fees", "N_s at given fees", "N_d*", "N_s*"):
        derived["3.2.1", name] = profit[name]
    for name in ("N_d at given fees", "N_s at given fees"):
        derived["3.2.2", name] = social[name]
    return derived


@pytest.fixture(scope="module")
def derived():
    return single() | two_sided()


def test_every_statement_is_derived(derived):
    assert set(derived) == {(one.place, one.quantity) for one in STATEMENTS}
    assert len(derived) == len(STATEMENTS)


@pytest.mark.parametrize("one", STATEMENTS, ids=lambda one: f"{one.place} {one.quantity}")
def test_the_derivation_gives_the_formula_and_the_finding(derived, one):
    ours, printed = (sp.sympify(text, locals=S) for text in (one.derived, one.printed))
    assert sp.simplify(derived[one.place, one.quantity] - ours) == 0
    assert (sp.simplify(printed - ours) == 0) == (one.finding == "confirmed")


def test_the_page_on_replication_has_these_rows():
    page = PAGE.read_text(encoding="utf-8").split("## Individual quota trading\n")[1]
    rows = re.findall(r"^\|.*\|$", re.split(r"\n## ", page)[0], re.MULTILINE)
    statements = [
        f"| {one.place} | {one.quantity} | `{one.printed}` | "
        f"{'the same' if one.printed == one.derived else f'`{one.derived}`'} | {one.finding} |"
        for one in STATEMENTS
    ]
    claims = [
        f"| {one.place} | {one.quantity} of the {one.objective} maximum "
        f"{'rises' if one.sign > 0 else 'falls'} in {one.parameter} | "
        f"{one.derivative} | {one.region} | {one.verdict} | {one.demand_full} | {one.supply_full} |"
        for one in SIGN_CLAIMS
    ]
    others = [f"| {one.place} | {one.claim} | {one.region} | {one.verdict} |" for one in CLAIMS]
    found = [row for row in rows if row.startswith(("| Eq", "| Prop", "| 3.2", "| Result"))]
    assert found == [*statements, *claims, *others]
