"""Closed forms that Tanshi computes and the paper does not print.

Beside the letters of `printed`: m is the probability of a match, p the transaction fee, t the
commission, `a_d` is α_d, `b_d` and `b_s` are β_d and β_s, g = m(α_s − c + α_d − c_b) is the
cross effect in the objective, h its curvature (2 for profit, 1 for welfare, between them without
a loss), and `lam` the multiplier of the break-even constraint.
"""

from __future__ import annotations

from tanshi.personal.published.kinds import computed

_SINGLE = (
    computed("interior", "P_ph, net", "N*delta*e/(D*W)"),
    computed("interior", "P_c, with c_b", "2*N*delta*e/(D*W) + c + c_b"),
    computed("interior", "π", "e*N**2*delta**2/(D*W)"),
    computed("interior", "buyers' surplus", "(P - 2*N*delta*e/(D*W) - c - c_b)*N*delta"),
    computed("any case", "P_ph, with fee and commission", "(P_ph + p)/(1 - t)"),
    computed("any case", "fee revenue of a tonne", "(P_ph + p)/(1 - t) - P_ph"),
    computed("any case", "volume, with matching m", "m*D*W*P_ph/e"),
    computed("any case", "U, with matching m", "m*D*W*P_ph**2/(2*e)"),
    computed("capped", "P from which all sell", "c + c_b + 2*e"),
    computed("capped", "π", "(P - c - c_b - e)*D*W"),
    computed("capped", "U", "e*D*W/2"),
    computed("rationed", "P_ph, net", "(P - c - c_b)/2"),
    computed("rationed", "volume", "D*W*(P - c - c_b)/(2*e)"),
    computed("rationed", "π", "D*W*(P - c - c_b)**2/(4*e)"),
    computed("rationed", "U", "D*W*(P - c - c_b)**2/(8*e)"),
    computed("rationed", "π, less that of full supply", "D*W*(P - c - c_b - 2*e)**2/(4*e)"),
    computed("best offset ratio", "δ*", "D*W*(2*N - P*k)/(N*(2*D*W - 3*e*k))"),
    computed("best offset ratio", "N where δ* needs full supply", "D*W + k*(P - 3*e)/2"),
    computed("best offset ratio", "δ from which credits are rationed", "D*W*(P - c - c_b)/(2*e*N)"),
    computed(
        "best offset ratio",
        "total welfare beyond it",
        "(P - N*(1 - delta)/k)*N*(1 - delta) + 3*D*W*(P - c - c_b)**2/(8*e)",
    ),
    computed("best offset ratio", "δ* beyond it", "1 - P*k/(2*N)"),
)

_OBJECTIVE = (
    computed("two sides", "g", "m*(a_s - c + a_d - c_b)"),
    computed("two sides", "g, closed payments", "m*(a_s + a_d - c_b)"),
    computed("two sides", "π", "A*N_d + B*N_s - N_d**2 - N_s**2 + g*N_d*N_s - C"),
    computed("two sides", "W", "A*N_d + B*N_s - N_d**2/2 - N_s**2/2 + g*N_d*N_s - C"),
    computed("two sides", "f_d", "A - m*(c - a_d)*N_s - N_d"),
    computed("two sides", "f_s", "B + m*(a_s - p)*N_d - N_s"),
    computed("two sides", "f_s, closed payments", "B + m*(a_s + c - p)*N_d - N_s"),
    computed("two sides", "S_d", "N_d**2/2"),
    computed("two sides", "S_s", "N_s**2/2"),
    computed("two sides", "U_m of buyers", "-c*m*N_d*N_s - f_d*N_d"),
    computed("two sides", "U_m of sellers", "-p*m*N_d*N_s - f_s*N_s"),
    computed("two sides", "E", "(a_d + a_s)*m*N_d*N_s"),
    computed("two sides", "unpaid payments", "c*m*N_d*N_s"),
    computed("two sides", "slope of N_d in itself, fees given", "-m**2*(c - a_d)*(a_s - p)"),
    computed("two sides", "determinant of the Hessian, N chosen", "h**2 - g**2"),
    computed("two sides", "N_s where all of demand join", "(B + g)/h"),
    computed("two sides", "N_d where all of supply join", "(A + g)/h"),
    computed("two sides", "N_s where no demand joins", "B/h"),
    computed("two sides", "N_d where no supply joins", "A/h"),
    computed("two sides", "value where all of demand join", "A - h/2 + (B + g)**2/(2*h) - C"),
    computed("two sides", "value where all join", "A + B - h + g - C"),
)

_OPTIMA = (
    computed("profit maximum", "N_d", "(2*A + g*B)/(4 - g**2)"),
    computed("profit maximum", "N_s", "(2*B + g*A)/(4 - g**2)"),
    computed("profit maximum", "f_d", "A - (m*(c - a_d)*(2*B + g*A) + 2*A + g*B)/(4 - g**2)"),
    computed("profit maximum", "f_s", "B + (m*(a_s - p)*(2*A + g*B) - 2*B - g*A)/(4 - g**2)"),
    computed("profit maximum", "π", "(A**2 + B**2 + g*A*B)/(4 - g**2) - C"),
    computed("welfare maximum", "N_d", "(A + g*B)/(1 - g**2)"),
    computed("welfare maximum", "N_s", "(B + g*A)/(1 - g**2)"),
    computed("welfare maximum", "f_d", "A - (m*(c - a_d)*(B + g*A) + A + g*B)/(1 - g**2)"),
    computed("welfare maximum", "f_s", "B + (m*(a_s - p)*(A + g*B) - B - g*A)/(1 - g**2)"),
    computed("welfare maximum", "W", "(A**2 + B**2 + 2*g*A*B)/(2*(1 - g**2)) - C"),
    computed("welfare maximum", "π", "-g*(A + g*B)*(B + g*A)/(1 - g**2)**2 - C"),
    computed("without loss", "h", "(1 + 2*lam)/(1 + lam)"),
    computed("without loss", "N_d", "(h*A + g*B)/(h**2 - g**2)"),
    computed("without loss", "N_s", "(h*B + g*A)/(h**2 - g**2)"),
    computed("without loss", "break-even", "(h - 1)*(N_d**2 + N_s**2) - g*N_d*N_s - C"),
    computed(
        "without loss",
        "break-even, a quartic in h",
        "(h - 1)*((h*A + g*B)**2 + (h*B + g*A)**2) - g*(h*A + g*B)*(h*B + g*A)"
        " - C*(h**2 - g**2)**2",
    ),
    computed("without loss", "π where all of demand join", "A - 1 + (B + g)*N_s - N_s**2 - C"),
)

_SERVICE = (
    computed("service level", "best q for given N", "(b_d*N_d + b_s*N_s)/k"),
    computed(
        "service level",
        "value at that q",
        "N_d + N_s - h*(N_d**2 + N_s**2)/2 + g*N_d*N_s + (b_d*N_d + b_s*N_s)**2/(2*k)",
    ),
    computed(
        "service level",
        "q* for profit",
        "(2 + g)*(b_d + b_s)/(k*(4 - g**2) - 2*(b_d**2 + b_s**2 + g*b_d*b_s))",
    ),
    computed(
        "service level",
        "k above which profit is concave in q",
        "2*(b_d**2 + b_s**2 + g*b_d*b_s)/(4 - g**2)",
    ),
    computed(
        "service level",
        "q* for welfare",
        "(1 + g)*(b_d + b_s)/(k*(1 - g**2) - b_d**2 - b_s**2 - 2*g*b_d*b_s)",
    ),
    computed(
        "adoption",
        "gain of the platform",
        "(A**2 + B**2 + g*A*B)/(4 - g**2) - C - 1/(2 - g - m*c_b)",
    ),
    computed(
        "adoption",
        "gain of society",
        "(A**2 + B**2 + 2*g*A*B)/(2*(1 - g**2)) - C - 1/(1 - g - m*c_b)",
    ),
    computed(
        "adoption",
        "gain of society, c_b = 0",
        "q*(b_d + b_s)/(1 - g) + q**2*((b_d**2 + b_s**2 + 2*g*b_d*b_s)/(2*(1 - g**2)) - k/2)",
    ),
)

COMPUTED = _SINGLE + _OBJECTIVE + _OPTIMA + _SERVICE
