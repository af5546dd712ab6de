"""Wang et al. (2024) derived anew with SymPy, from utilities and costs to every closed form.

Each function returns expressions by (place, quantity), the keys of
`tanshi.personal.published`. Nothing here reads a formula from there.
"""

import sympy as sp

NAMES = (
    "N D W P P_c P_ph c c_1 c_b e k delta A B f_d f_s N_d N_s a_s d C theta v D_i S_d S_s pi_ "
    "m p t h q b_d b_s lam"
)
S = {name: sp.Symbol(name, positive=True) for name in NAMES.split()}
S |= {name: sp.Symbol(name, real=True) for name in ("a_d", "g")}  # of either sign
A, B, C, c, d, a_s = (S[name] for name in ("A", "B", "C", "c", "d", "a_s"))
f_d, f_s, N_d, N_s = (S[name] for name in ("f_d", "f_s", "N_d", "N_s"))
m, p, h, g, k, q = (S[name] for name in ("m", "p", "h", "g", "k", "q"))
v, a_d, c_b, b_d, b_s = (S[name] for name in ("v", "a_d", "c_b", "b_d", "b_s"))


def _root(expression, symbol):
    [root] = sp.solve(sp.numer(sp.together(expression)), symbol)
    return root


def single_printed():
    """From a person's utility and the platform's choice to total welfare."""
    N, D, W, P, P_c, P_ph = (S[n] for n in ("N", "D", "W", "P", "P_c", "P_ph"))
    e, delta, theta, D_i, c_1 = (S[n] for n in ("e", "delta", "theta", "D_i", "c_1"))
    utility = (P_ph - theta * e) * D_i
    indifferent = _root(utility, theta)
    supply = W * sp.integrate(D, (theta, 0, indifferent))
    demand = N * delta
    profit = (P_c - P_ph - c) * supply
    best = _root(sp.diff(profit, P_ph), P_ph)
    clearing = _root(supply - demand, P_ph)
    sale = _root(best - clearing, P_c)
    surplus = W * sp.integrate(utility.subs(D_i, D), (theta, 0, indifferent))
    surplus = surplus.subs(P_ph, clearing)
    welfare = surplus + profit.subs(P_c, sale).subs(P_ph, clearing)
    enterprises, unit_cost = (P - c_1) * N * (1 - delta), N * (1 - delta) / k
    total = enterprises.subs(c_1, unit_cost) + welfare
    ratio = _root(sp.diff(total, delta), delta)
    return {
        ("Eq. 1", "profit"): (P_c - P_ph - c - c_b) * supply,
        ("Eq. 2", "utility of selling D_i"): utility,
        ("Eq. 3", "θ*"): indifferent,
        ("3.1", "demand for credits"): demand,
        ("Eq. 4", "supply, as a sum over i = 0 … W"): supply,
        ("Eq. 4", "supply"): supply,
        ("Eq. 5", "profit"): profit,
        ("Eq. 6", "what P_ph maximises"): profit,
        ("Eq. 7", "P_ph*"): best,
        ("Eq. 7", "P_c"): sale,
        ("Eq. 8", "U"): surplus,
        ("Eq. 9", "π + U"): welfare,
        ("Eq. 10", "enterprises' benefit"): enterprises,
        ("Eq. 10", "c_1"): unit_cost,
        ("Eq. 11", "total welfare, first line"): total,
        ("Eq. 11", "total welfare, second line"): total,
        ("Proposition 2", "k where Eq. 11 stops being concave"): _root(sp.diff(total, delta, 2), k),
        ("Proposition 2", "k where δ* reaches 0"): _root(ratio, k),
        ("Proposition 2", "N where δ* reaches 1"): _root(ratio - 1, N),
    }


def single_computed():
    """The three cases with the blockchain's cost, fee and commission, and the best ratio."""
    N, D, W, P, P_c, P_ph = (S[n] for n in ("N", "D", "W", "P", "P_c", "P_ph"))
    e, delta, theta, t = (S[n] for n in ("e", "delta", "theta", "t"))
    cost = c + c_b

    def surplus(net):
        return W * sp.integrate((net - theta * e) * D, (theta, 0, net / e))

    def profit(sale, net):
        return (sale - net - cost) * D * W * net / e

    def total(delta, gains):
        return (P - N * (1 - delta) / k) * N * (1 - delta) + gains

    choice = _root(sp.diff(profit(P_c, P_ph), P_ph), P_ph)
    clearing = _root(D * W * P_ph / e - N * delta, P_ph)
    sale = _root(choice - clearing, P_c)
    rationed = choice.subs(P_c, P)  # the price can rise no further, supply is still free
    limit = _root(sale - P, delta)
    fall = total(delta, profit(P, rationed) + surplus(rationed))
    rise = total(delta, profit(sale, clearing) + surplus(clearing))
    ratio = _root(sp.diff(rise, delta), delta)
    pays = sp.Symbol("pays")
    # An offer is matched with probability m; if not, nothing is paid and nothing given up.
    expected = m * (P_ph - theta * e)
    indifferent = _root(expected, theta)
    matched = sp.integrate(m, (theta, 0, indifferent))
    matched_surplus = W * sp.integrate(expected * D, (theta, 0, indifferent))
    gross = _root((1 - t) * pays - p - P_ph, pays)  # the net price decides who sells
    return {
        ("interior", "P_ph, net"): clearing,
        ("interior", "P_c, with c_b"): sale,
        ("interior", "π"): profit(sale, clearing),
        ("interior", "buyers' surplus"): (P - sale) * N * delta,
        ("any case", "P_ph, with fee and commission"): gross,
        ("any case", "fee revenue of a tonne"): t * gross + p,
        ("any case", "volume, with matching m"): matched * D * W,
        ("any case", "U, with matching m"): matched_surplus,
        ("capped", "P from which all sell"): _root(rationed - e, P),
        ("capped", "π"): profit(P, e),
        ("capped", "U"): surplus(e),
        ("rationed", "P_ph, net"): rationed,
        ("rationed", "volume"): D * W * rationed / e,
        ("rationed", "π"): profit(P, rationed),
        ("rationed", "U"): surplus(rationed),
        ("rationed", "π, less that of full supply"): profit(P, rationed) - profit(P, e),
        ("best offset ratio", "δ*"): ratio,
        ("best offset ratio", "N where δ* needs full supply"): _root(ratio - D * W / N, N),
        ("best offset ratio", "δ from which credits are rationed"): limit,
        ("best offset ratio", "total welfare beyond it"): fall,
        ("best offset ratio", "δ* beyond it"): _root(sp.diff(fall, delta), delta),
    }


def fee_optimum(utilities, *, welfare):
    """Maximise over fees; participation solved from the thresholds of both sides' utilities."""
    thresholds = [_root(utility, v) for utility in utilities]
    shares = [1 - threshold for threshold in thresholds]  # v is uniform on [0, 1]
    [joined] = sp.solve([shares[0] - N_d, shares[1] - N_s], [N_d, N_s], dict=True)
    surpluses = [
        sp.integrate(utility, (v, threshold, 1))
        for utility, threshold in zip(utilities, thresholds, strict=True)
    ]
    profit = N_d * f_d + N_s * f_s - C
    value = (profit + sum(surpluses) if welfare else profit).subs(joined)
    [fees] = sp.solve([sp.diff(value, f_d), sp.diff(value, f_s)], [f_d, f_s], dict=True)
    return {
        "thresholds": thresholds,
        "shares": shares,
        "N_d at given fees": joined[N_d],
        "N_s at given fees": joined[N_s],
        "f_d*": fees[f_d],
        "f_s*": fees[f_s],
        "N_d*": joined[N_d].subs(fees),
        "N_s*": joined[N_s].subs(fees),
        "profit at given fees": profit.subs(joined),
        "profit": profit.subs(joined).subs(fees),
        "value": value.subs(fees),
        "surpluses": [surplus.subs(joined) for surplus in surpluses],
        "hessian": sp.hessian(value, (f_d, f_s)),
    }


def _first_positive_root(expression, symbol):
    numerator = sp.numer(sp.together(expression))
    return min(root for root in sp.solve(numerator, symbol) if root.is_positive)


def two_sided_printed():
    """From the utilities of Eq. 12 and 13 to section 3.2.2's welfare."""
    buyer = v + A - 1 - c * N_s - f_d
    seller = v + B - 1 + N_d - f_s  # α_s = 1, as in the print's own N_s and π*
    profit = fee_optimum((buyer, seller), welfare=False)
    aloof = fee_optimum((buyer, seller - N_d), welfare=False)
    social = fee_optimum((v + A - 1 - d * N_s - f_d, v + B - 1 + a_s * N_d - f_s), welfare=True)
    # Both sides of [0, c] up to where a side is empty; either may be the first.
    empty = [_root(profit[name], c) for name in ("N_d*", "N_s*")]
    derived = {
        ("Eq. 12", "U_d, N read as N_s"): buyer,
        ("Eq. 13", "U_s"): seller,
        ("3.2.1", "v_d*"): profit["thresholds"][0],
        ("3.2.1", "v_s*"): profit["thresholds"][1],
        ("Eq. 16", "π"): N_d * f_d + N_s * f_s - C,
        ("Eq. 17", "f_d*"): profit["f_d*"],
        ("Eq. 18", "f_s*"): profit["f_s*"],
        ("Eq. 17", "f_d*, if sellers gain nothing from buyers"): aloof["f_d*"],
        ("Eq. 18", "f_s*, if sellers gain nothing from buyers"): aloof["f_s*"],
        ("3.2.1", "H(π), on the diagonal"): profit["hessian"][0, 0],
        ("3.2.1", "H(π), beside it"): profit["hessian"][0, 1],
        ("3.2.1", "c where H(π) stops being negative definite, print: c(c − 1) = 2"): (
            _first_positive_root(profit["hessian"].det(), c)
        ),
        ("3.2.1", "π*"): profit["value"],
        ("3.2.1", "c where a side becomes empty, print: c(c − 1) = 1"): sp.Min(*empty),
        ("3.2.2", "third line, π at given fees, f read as f_d"): social["profit at given fees"],
        ("3.2.2", "W, printed as π"): S["S_d"] + S["S_s"] + S["pi_"],
        ("3.2.2", "S_d"): social["surpluses"][0],
        ("3.2.2", "S_s"): social["surpluses"][1],
        ("3.2.2", "f_d* for welfare"): social["f_d*"],
        ("3.2.2", "f_s* for welfare"): social["f_s*"],
        ("3.2.2", "H(W), demand"): social["hessian"][0, 0],
        ("3.2.2", "H(W), beside the diagonal"): social["hessian"][0, 1],
        ("3.2.2", "H(W), supply"): social["hessian"][1, 1],
        ("3.2.2", "determinant of H(W)"): social["hessian"].det(),
        ("3.2.2", "N_d* for welfare"): social["N_d*"],
        ("3.2.2", "N_s* for welfare"): social["N_s*"],
        ("3.2.2", "π at the welfare maximum"): social["profit"],
        ("3.2.2", "W*"): social["value"],
    }
    for name, place, share in (("N_d", "Eq. 14", 0), ("N_s", "Eq. 15", 1)):
        for form in ("with 1 + P[…]", "at the right"):
            derived[place, f"{name}, {form}"] = profit["shares"][share]
    for name in ("N_d at given fees", "N_s at given fees", "N_d*", "N_s*"):
        derived["3.2.1", name] = profit[name]
    for name in ("N_d at given fees", "N_s at given fees"):
        derived["3.2.2", name] = social[name]
    return derived


def _model(*, closed):
    """Return what each side's fee must be, both surpluses, profit and welfare, N chosen."""
    credited = c if closed else 0
    buyer = v + A - 1 + m * (a_d - c) * N_s - f_d
    seller = v + B - 1 + m * (a_s + credited - p) * N_d - f_s
    fees = {
        fee: _root(utility.subs(v, 1 - share), fee)  # the last to join gains nothing
        for utility, share, fee in ((buyer, N_d, f_d), (seller, N_s, f_s))
    }
    surpluses = [
        sp.integrate(utility.subs(fees), (v, 1 - share, 1))
        for utility, share in ((buyer, N_d), (seller, N_s))
    ]
    trades = m * N_d * N_s
    profit = f_d * N_d + f_s * N_s + (p - c_b) * trades - C
    welfare = profit.subs(fees) + sum(surpluses)
    return fees, surpluses, sp.expand(profit.subs(fees)), sp.expand(welfare)


def objective(curvature):
    """Return the value of a participation in terms of the cross effect g."""
    return A * N_d + B * N_s - curvature * (N_d**2 + N_s**2) / 2 + g * N_d * N_s - C


def _inside(value):
    [found] = sp.solve([sp.diff(value, N_d), sp.diff(value, N_s)], [N_d, N_s], dict=True)
    return found


def two_sided_computed():
    """Matching, fee and blockchain in; participation chosen; bounds; what users get."""
    fees, surpluses, profit, welfare = _model(closed=False)
    closed_fees, _, closed_profit, closed_welfare = _model(closed=True)
    cross, closed_cross = (
        sp.factor(value.coeff(N_d, 1).coeff(N_s, 1)) for value in (profit, closed_profit)
    )
    in_g = {a_s: _root(cross - g, a_s)}
    value = objective(h)
    full_d, full_s = value.subs(N_d, 1), value.subs(N_s, 1)
    best_s = _root(sp.diff(full_d, N_s), N_s)
    trades = m * N_d * N_s
    # What a member gets: v, service, money and carbon; money is what is left of the surplus.
    fixed_d, fixed_s = (sp.integrate(v, (v, 1 - share, 1)) for share in (N_d, N_s))
    money_d = surpluses[0] - fixed_d - (A - 1) * N_d - a_d * trades
    money_s = surpluses[1] - fixed_s - (B - 1) * N_s - a_s * trades
    money_d = money_d.subs(A, _root(fees[f_d] - f_d, A))
    money_s = money_s.subs(B, _root(fees[f_s] - f_s, B))
    derived = {
        ("two sides", "g"): cross,
        ("two sides", "g, closed payments"): closed_cross,
        ("two sides", "π"): profit.subs(in_g),
        ("two sides", "W"): welfare.subs(in_g),
        ("two sides", "f_d"): fees[f_d],
        ("two sides", "f_s"): fees[f_s],
        ("two sides", "f_s, closed payments"): closed_fees[f_s],
        ("two sides", "S_d"): surpluses[0],
        ("two sides", "S_s"): surpluses[1],
        ("two sides", "U_m of buyers"): money_d,
        ("two sides", "U_m of sellers"): money_s,
        ("two sides", "E"): (a_d + a_s) * trades,
        ("two sides", "unpaid payments"): closed_welfare - welfare,
        ("two sides", "slope of N_d in itself, fees given"): _slope(),
        ("two sides", "determinant of the Hessian, N chosen"): sp.hessian(value, (N_d, N_s)).det(),
        ("two sides", "N_s where all of demand join"): best_s,
        ("two sides", "N_d where all of supply join"): _root(sp.diff(full_s, N_d), N_d),
        ("two sides", "N_s where no demand joins"): _root(sp.diff(value.subs(N_d, 0), N_s), N_s),
        ("two sides", "N_d where no supply joins"): _root(sp.diff(value.subs(N_s, 0), N_d), N_d),
        ("two sides", "value where all of demand join"): full_d.subs(N_s, best_s),
        ("two sides", "value where all join"): full_d.subs(N_s, 1),
    }
    return derived | _optima(fees) | _without_loss()


def _slope():
    """Return how far buyers that join bring further buyers, through the sellers they attract."""
    buyers = A - f_d + m * (a_d - c) * N_s
    return sp.diff(buyers.subs(N_s, B - f_s + m * (a_s - p) * N_d), N_d)


def _optima(fees):
    """Return both optima inside the square, with the fees that bring them about."""
    derived = {}
    for place, curvature, name in (("profit maximum", 2, "π"), ("welfare maximum", 1, "W")):
        value = objective(curvature)
        found = _inside(value)
        derived |= {
            (place, "N_d"): found[N_d],
            (place, "N_s"): found[N_s],
            (place, "f_d"): fees[f_d].subs(found),
            (place, "f_s"): fees[f_s].subs(found),
            (place, name): value.subs(found),
        }
    derived["welfare maximum", "π"] = objective(2).subs(_inside(objective(1)))
    return derived


def _without_loss():
    """Welfare under break-even: the Lagrangian, divided by 1 + λ, is the objective at h."""
    lam = S["lam"]
    lagrangian = sp.expand(objective(1) + lam * objective(2))
    curvature = sp.simplify(-sp.diff(lagrangian, N_d, 2) / (1 + lam))
    assert sp.simplify(lagrangian / (1 + lam) - objective(curvature)) == 0
    found = _inside(objective(h))
    # First-order conditions put in for A and B leave break-even in N_d, N_s and h.
    levels = {A: h * N_d - g * N_s, B: h * N_s - g * N_d}
    slopes = [sp.diff(objective(h), share).subs(levels) for share in (N_d, N_s)]
    assert [sp.simplify(slope) for slope in slopes] == [0, 0]
    loss_free = objective(2)
    return {
        ("without loss", "h"): curvature,
        ("without loss", "N_d"): found[N_d],
        ("without loss", "N_s"): found[N_s],
        ("without loss", "break-even"): sp.expand(loss_free.subs(levels)),
        ("without loss", "break-even, a quartic in h"): sp.simplify(
            loss_free.subs(found) * (h**2 - g**2) ** 2
        ),
        ("without loss", "π where all of demand join"): loss_free.subs(N_d, 1),
    }


def service():
    """The best service level, and what is gained over none."""
    level = {A: 1 + q * b_d, B: 1 + q * b_s, C: k * q**2 / 2}
    value = objective(h).subs(level)
    best = _root(sp.diff(value, q), q)
    derived = {
        ("service level", "best q for given N"): best,
        ("service level", "value at that q"): value.subs(q, best),
    }
    reached = {}
    for curvature, name in ((2, "profit"), (1, "welfare")):
        inside = objective(curvature).subs(_inside(objective(curvature)))
        top = inside.subs(level)
        derived["service level", f"q* for {name}"] = _root(sp.diff(top, q), q)
        if name == "profit":
            bend = sp.diff(top, q, 2)
            derived["service level", "k above which profit is concave in q"] = _root(bend, k)
        # Without the blockchain q and c_b are zero, so g is greater by m c_b.
        bare = inside.subs({A: 1, B: 1, C: 0}).subs(g, g + m * c_b)
        reached[name] = inside - bare, (inside - bare).subs(level)
    derived["adoption", "gain of the platform"] = reached["profit"][0]
    derived["adoption", "gain of society"] = reached["welfare"][0]
    derived["adoption", "gain of society, c_b = 0"] = reached["welfare"][1].subs(c_b, 0)
    return derived


def response(objective_name, quantity, parameter):
    """Return how the optimum inside the square answers to a parameter."""
    curvature = {"profit": 2, "welfare": 1}[objective_name]
    value = objective(curvature)
    found = _inside(value)
    answer = {
        "value": value.subs(found),
        "n_d": found[N_d],
        "n_s": found[N_s],
        "volume": m * found[N_d] * found[N_s],
    }[quantity]
    moves = {  # of A = 1 + qβ_d, B = 1 + qβ_s, g and C = kq²/2
        "beta_d": {A: q},
        "beta_s": {B: q},
        "service_level": {A: b_d, B: b_s, C: k * q},
        "allowance_price": {g: -m},
        "service_cost": {C: q**2 / 2},
    }[parameter]
    return sum(sp.diff(answer, through) * step for through, step in moves.items()), found


def printed():
    """Return everything the paper prints."""
    return single_printed() | two_sided_printed()


def computed():
    """Return everything that is computed and not printed."""
    return single_computed() | two_sided_computed() | service()
