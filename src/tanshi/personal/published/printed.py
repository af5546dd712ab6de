"""Every formula of the paper, equation by equation, in the order of print.

D is the mean reduction, W the population, A = 1 + qβ_d, B = 1 + qβ_s, `d` is δ = c − α_d,
`a_s` is α_s, `C` is kq²/2, `v` a member's fixed utility.
"""

from __future__ import annotations

from tanshi.personal.published.kinds import assumed, computed, corrected, same

_SINGLE = (
    same("Eq. 1", "profit", "(P_c - P_ph - c - c_b)*P_ph*D*W/e"),
    assumed("Eq. 2", "utility of selling D_i", "(P_ph - theta*e)*D_i"),
    same("Eq. 3", "θ*", "P_ph/e"),
    assumed("3.1", "demand for credits", "N*delta"),
    corrected("Eq. 4", "supply, as a sum over i = 0 … W", "(W + 1)*W*D*P_ph/e", "W*D*P_ph/e"),
    same("Eq. 4", "supply", "P_ph*D*W/e"),
    same("Eq. 5", "profit", "(P_c - P_ph - c)*P_ph*D*W/e"),
    same("Eq. 6", "what P_ph maximises", "(P_c - P_ph - c)*P_ph*D*W/e"),
    same("Eq. 7", "P_ph*", "(P_c - c)/2"),
    same("Eq. 7", "P_c", "2*N*delta*e/(D*W) + c"),
    same("Eq. 8", "U", "e*N**2*delta**2/(2*D*W)"),
    same("Eq. 9", "π + U", "3*e*N**2*delta**2/(2*D*W)"),
    assumed("Eq. 10", "enterprises' benefit", "(P - c_1)*N*(1 - delta)"),
    assumed("Eq. 10", "c_1", "N*(1 - delta)/k"),
    same(
        "Eq. 11",
        "total welfare, first line",
        "(P - N*(1 - delta)/k)*N*(1 - delta) + 3*e*N**2*delta**2/(2*D*W)",
    ),
    same(
        "Eq. 11",
        "total welfare, second line",
        "(3*e*N**2/(2*D*W) - N**2/k)*delta**2 + (2*N**2/k - P*N)*delta - N**2/k + P*N",
    ),
    corrected(
        "Proposition 2", "k where Eq. 11 stops being concave", "2*D*W/(3*e*k)", "2*D*W/(3*e)"
    ),
    same("Proposition 2", "k where δ* reaches 0", "2*N/P"),
    same("Proposition 2", "N where δ* reaches 1", "D*W*P/(3*e)"),
)

# Eq. 13 and what is made of it have no N_d, but the N_s that follows from them in 3.2.1, and so
# the confirmed π*, has α_s = 1: what follows is given with it.
_PROFIT = (
    assumed("Eq. 12", "U_d, N read as N_s", "v + A - 1 - c*N_s - f_d"),
    corrected("Eq. 13", "U_s", "v + B - 1 - f_s", "v + B - 1 + N_d - f_s"),
    same("3.2.1", "v_d*", "c*N_s + f_d - (A - 1)"),
    corrected("3.2.1", "v_s*", "f_s - (B - 1)", "f_s - (B - 1) - N_d"),
    corrected("Eq. 14", "N_d, with 1 + P[…]", "1 + (A - c*N_s - f_d)", "A - c*N_s - f_d"),
    same("Eq. 14", "N_d, at the right", "A - c*N_s - f_d"),
    corrected("Eq. 15", "N_s, with 1 + P[…]", "1 + (B - f_s)", "B + N_d - f_s"),
    corrected("Eq. 15", "N_s, at the right", "B - f_s", "B + N_d - f_s"),
    assumed("Eq. 16", "π", "N_d*f_d + N_s*f_s - C"),
    corrected(
        "3.2.1",
        "N_d at given fees",
        "(A - f_d + c*(f_s - (B - 1)))/(1 + c)",
        "(A - f_d + c*(f_s - B))/(1 + c)",
    ),
    corrected(
        "3.2.1",
        "N_s at given fees",
        "(1 - f_s + (A - 1) + (B - 1) - f_d)/(1 + c)",
        "(A + B - f_s - f_d)/(1 + c)",
    ),
    corrected("Eq. 17", "f_d*", "((c - 2)*A + c*B)/(c**2 - 4)", "(A - B)/(3 - c)"),
    corrected(
        "Eq. 17",
        "f_d*, if sellers gain nothing from buyers",
        "((c - 2)*A + c*B)/(c**2 - 4)",
        "(c*B - 2*A)/(c**2 - 4)",
    ),
    corrected("Eq. 18", "f_s*", "(c*(c - 1) - 2*B - c*A)/(c**2 - 4)", "(A + (2 - c)*B)/(3 - c)"),
    corrected(
        "Eq. 18",
        "f_s*, if sellers gain nothing from buyers",
        "(c*(c - 1) - 2*B - c*A)/(c**2 - 4)",
        "(c**2*B - 2*B - c*A)/(c**2 - 4)",
    ),
    corrected("3.2.1", "H(π), on the diagonal", "-2/(1 + c*(c - 1))", "-2/(1 + c)"),
    corrected("3.2.1", "H(π), beside it", "(c - 1)/(1 + c*(c - 1))", "(c - 1)/(1 + c)"),
    corrected("3.2.1", "c where H(π) stops being negative definite, print: c(c − 1) = 2", "2", "3"),
    corrected(
        "3.2.1",
        "N_d*",
        "((c - 1)*A - 2*B)/((c - 1)**2 - 4)",
        "((c - 1)*B - 2*A)/((c - 1)**2 - 4)",
    ),
    corrected(
        "3.2.1",
        "N_s*",
        "((c - 1)*B - 2*A)/((c - 1)**2 - 4)",
        "((c - 1)*A - 2*B)/((c - 1)**2 - 4)",
    ),
    same("3.2.1", "π*", "(A**2 + B**2 + (1 - c)*A*B)/(4 - (c - 1)**2) - C"),
    corrected(
        "3.2.1",
        "c where a side becomes empty, print: c(c − 1) = 1",
        "(1 + sqrt(5))/2",
        "Min(1 + 2*A/B, 1 + 2*B/A)",
    ),
)

_WELFARE = (
    corrected(
        "3.2.2",
        "N_d at given fees",
        "(A - f_d + d*(f_s - A))/(1 + d*a_s)",
        "(A - f_d + d*(f_s - B))/(1 + d*a_s)",
    ),
    corrected(
        "3.2.2",
        "N_s at given fees",
        "(A + A*a_s - f_s - f_d*a_s)/(1 + d*a_s)",
        "(B + A*a_s - f_s - f_d*a_s)/(1 + d*a_s)",
    ),
    corrected(
        "3.2.2",
        "third line, π at given fees, f read as f_d",
        "(f_s*(B + d*f_d - A) - f_d)/(1 + d*a_s) - C",
        "(f_d*(A - f_d + d*(f_s - B)) + f_s*(B - f_s + a_s*(A - f_d)))/(1 + d*a_s) - C",
    ),
    assumed("3.2.2", "W, printed as π", "S_d + S_s + pi_"),
    corrected(
        "3.2.2",
        "S_d",
        "(A - f_d + d*f_s*A**2)/(2*(1 + d*a_s)**2)",
        "(A - f_d + d*(f_s - B))**2/(2*(1 + d*a_s)**2)",
    ),
    corrected(
        "3.2.2",
        "S_s",
        "(f_s + a_s*B - A**2)/(2*(1 + d*a_s)**2)",
        "(B - f_s + a_s*(A - f_d))**2/(2*(1 + d*a_s)**2)",
    ),
    corrected(
        "3.2.2",
        "f_d* for welfare",
        "(a_s*(a_s - d)*B + a_s*A)/((a_s - d)**2 - 1)",
        "(a_s*(a_s - d)*A + a_s*B)/((a_s - d)**2 - 1)",
    ),
    corrected(
        "3.2.2",
        "f_s* for welfare",
        "(d*(a_s - d)*A + B)/(1 - (a_s - d)**2)",
        "(d*(a_s - d)*B + d*A)/(1 - (a_s - d)**2)",
    ),
    same("3.2.2", "H(W), demand", "(a_s**2 - 1 - 2*d*a_s)/(1 + d*a_s)**2"),
    same("3.2.2", "H(W), beside the diagonal", "d*(d - a_s)*a_s/(1 + d*a_s)**2"),
    same("3.2.2", "H(W), supply", "(d**2 - 2*d*a_s - 1)/(1 + d*a_s)**2"),
    computed("3.2.2", "determinant of H(W)", "(1 - (a_s - d)**2)/(1 + d*a_s)**2"),
    same("3.2.2", "N_d* for welfare", "((d - a_s)*B - A)/((a_s - d)**2 - 1)"),
    same("3.2.2", "N_s* for welfare", "((d - a_s)*A - B)/((a_s - d)**2 - 1)"),
    corrected(
        "3.2.2",
        "π at the welfare maximum",
        "(d - a_s)*((d - a_s)*A - B)/((a_s - 1 - d)**2*(a_s + 1 - d)**2) - C",
        "(d - a_s)*((d - a_s)*A - B)*((d - a_s)*B - A)/((a_s - 1 - d)**2*(a_s + 1 - d)**2) - C",
    ),
    corrected(
        "3.2.2",
        "W*",
        "(2*(d - a_s)*A*B - (A - B)**2)/(2*(a_s - d)**2 - 2) - C",
        "(2*(d - a_s)*A*B - A**2 - B**2)/(2*(a_s - d)**2 - 2) - C",
    ),
)

PRINTED = _SINGLE + _PROFIT + _WELFARE
