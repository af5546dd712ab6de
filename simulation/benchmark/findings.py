"""What is found: sentences made of the record, and how mechanisms are sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.benchmark import noted
from simulation.benchmark.outcomes import PRACTICE, UNIFORM, WHOLE
from simulation.benchmark.regimes import TOPICS
from simulation.benchmark.words import interval, number, of_row, signed
from simulation.markdown import listed
from tanshi.benchmark.ablation import FULL
from tanshi.benchmark.published import PUBLISHED_OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.benchmark.regime import Figure

    Results = dict[str, Any]
    Row = dict[str, Any]

MATTERS = 1.0  # percent of cost
IDLE = 1e-6  # percent: the same market
WORDS = {
    "balance_verified_percent": "verified balance",
    "balance_need_percent": "balance of need",
    "cost_change_percent": "cost",
    "noncompliant_firms_percent": "compliance",
}
KINDS = ("matters", "small", "decorative", "idle")


def found(results: Results) -> list[str]:
    """Return the findings, in the order of the page."""
    parts = {
        "checks": _checks,
        "orderings": _orderings,
        "elasticity": _elasticity,
        "classes": _classes,
        "collar": _collar,
        "regimes": _regimes,
        "ablation": _ablation,
        "tight ablation": _tight_ablation,
        "table 2": _table_2,
        "settling": _settling,
        "savings": _savings,
    }
    return [
        sentence
        for part, tell in parts.items()
        if part in results
        for sentence in tell(results[part]["values"])
    ]


def seen_figures(values: Row) -> Iterator[tuple[str, Figure, Row, bool | None]]:
    """Return regime, figure, what was found, and whether it is as it was seen, in order."""
    rows = {(one["topic"], one["regime"], one["figure"]): one for one in values["figures"]}
    for topic in TOPICS:
        for regime in topic.regimes:
            for figure in regime.figures:
                row = rows[topic.title, regime.name, figure.name]
                seen = figure.holds and figure.holds(row["found"], row["difference"])
                yield regime.name, figure, row, seen


def kind_of(row: Row) -> str:
    """Return what a mechanism is, by what the same emissions cost without it.

    A mechanism whose switch leaves emissions, cost and fees as they are is idle here: the
    scenario gives it nothing to do.
    """
    moved = [row[f"{name}_change_percent"] for name in ("emissions", "cost", "fees")]
    if all(one is not None and abs(one) < IDLE for one in moved):
        return "idle"
    cost = of_row(row, "cost_change_percent")
    if cost["mean"] is None or cost["low"] is None or cost["high"] is None:
        return "small"
    if min(abs(cost["low"]), abs(cost["high"])) > MATTERS and cost["low"] * cost["high"] > 0.0:
        return "matters"
    if max(abs(cost["low"]), abs(cost["high"])) <= noted.DECORATIVE:
        return "decorative"
    return "small"


def is_seen(row: Row) -> bool:
    """Return whether a mechanism's row shows more than noughts: in cost, emissions or fees."""
    moved = [row[f"{name}_change_percent"] for name in ("cost", "emissions", "fees")]
    return any(one is not None and round(abs(one), 2) > 0.0 for one in moved)


def moved_figures(row: Row, full: Row) -> list[str]:
    """Return what a mechanism moves in the market left alone, told from chance."""
    names = {
        "lowest_price_cny_per_tco2": "lowest price",
        "highest_price_cny_per_tco2": "highest price",
        "balance_need_percent": "need",
        "noncompliant_firms_percent": "compliance",
    }
    moved = []
    for name, words in names.items():
        ours, theirs = of_row(row, name), of_row(full, name)
        if None in (ours["low"], theirs["low"]):
            continue
        if ours["low"] > theirs["high"] or ours["high"] < theirs["low"]:
            moved.append(words)
    return moved


def _checks(rows: list[Row]) -> list[str]:
    exact = [row for row in rows if row["allowed"] is not None]
    held = [row for row in exact if row["found"] <= row["allowed"]]
    closed = max(row["found"] for row in exact if "closed form" in row["check"])
    kept = max(row["found"] for row in exact if row["check"].endswith("conserved"))
    sentence = (
        f"**To the last digits.** {len(held)} of {len(exact)} checks hold: the closed form is met "
        f"to {closed:.0e}, nothing conserved is off by more than {kept:.0e} of it, excess demand "
        "never rises with the price."
    )
    return [sentence]


def _orderings(rows: list[Row]) -> list[str]:
    shares = [
        f"{row['ordering']}: {100 * row['share_holding']:.0f} % "
        f"[{100 * row['low']:.0f}, {100 * row['high']:.0f}]"
        for row in rows
    ]
    draws = rows[0]["draws"]
    return [f"**Orderings**, share of {draws} draws that each holds in: {'; '.join(shares)}."]


def _elasticity(rows: list[Row]) -> list[str]:
    at = {(row["shortage"], row["factor"]): row["cost_ratio"] for row in rows}
    shortages = sorted({shortage for shortage, _ in at})
    factors = sorted({factor for _, factor in at})
    middle = shortages[len(shortages) // 2]
    first, last = (interval(at[middle, factor], 2) for factor in (factors[0], factors[-1]))
    sentence = (
        f"**Standard and cap.** At equal emissions a standard that is {100 * middle:g} % short "
        f"costs {first} times a cap at {100 * factors[0]:g} % of the elasticities of product "
        f"demand, and {last} times at {factors[-1]:g} times them: the gap vanishes with elasticity."
    )
    return [sentence]


def _classes(rows: list[Row]) -> list[str]:
    costs = [f"{interval(row['cost_percent'])} at σ = {row['substitution']:g}" for row in rows]
    sentence = (
        f"**One power benchmark or three.** Three cost more, in percent: {listed(costs)}. "
        "Where firms hardly substitute there is hardly a difference."
    )
    return [sentence]


def _collar(rows: list[Row]) -> list[str]:
    flat, steep = min(row["steepness"] for row in rows), max(row["steepness"] for row in rows)
    gains = [
        f"{interval(row['gain_percent'], 0)} at a variation of "
        f"{number(row['variation']['mean'], 2)}"
        for row in rows
        if row["steepness"] == flat
    ]
    worst = [row for row in rows if row["steepness"] == steep][-1]
    sentence = (
        f"**Collar.** Where damage is flat it gains, in percent of abatement cost, "
        f"{listed(gains)}; where damage is {steep:g} times as steep as abatement cost, "
        f"{interval(worst['gain_percent'], 0)} at the last."
    )
    return [sentence]


def _regimes(values: Row) -> list[str]:
    judged = [(regime, figure, seen) for regime, figure, _, seen in seen_figures(values)]
    judged = [one for one in judged if one[2] is not None]
    missed = [f"{regime} ({figure.name})" for regime, figure, seen in judged if not seen]
    but = f" Not: {listed(missed)}." if missed else ""
    return [f"**Regimes.** {len(judged) - len(missed)} of {len(judged)} figures are as seen.{but}"]


def _ablation(rows: list[Row]) -> list[str]:
    others = [row for row in rows if row["mechanism"] != FULL]
    sorted_rows = {kind: [row for row in others if kind_of(row) == kind] for kind in KINDS}
    matters = [
        f"{row['mechanism']} {row['switched']} {signed(row['cost_change_percent'])}"
        for row in sorted(sorted_rows["matters"], key=lambda one: -abs(one["cost_change_percent"]))
    ]
    names = {
        kind: [row["mechanism"] for row in sorted_rows[kind]] for kind in ("decorative", "idle")
    }
    sentences = [
        f"**Mechanisms that matter**, cost at equal emissions in percent: {listed(matters)}."
    ]
    if names["decorative"]:
        sentences.append(
            f"**Decorative for cost here**, at most {noted.DECORATIVE:g} % either way: "
            f"{listed(names['decorative'])}. Some of them move other things, see the table."
        )
    if names["idle"]:
        sentences.append(
            f"**Idle in this scenario**, not a figure moves: {listed(names['idle'])}. They need "
            "what it lacks: industries that enter later, a missed target, a "
            "price at its bounds."
        )
    return sentences


def _tight_ablation(rows: list[Row]) -> list[str]:
    others = [row for row in rows if row["mechanism"] != FULL]
    unseen = [row["mechanism"] for row in others if not is_seen(row)]
    but = f" Not: {listed(unseen)}." if unseen else ""
    sentence = (
        "**In a tight market** that gives every mechanism something to do, "
        f"{len(others) - len(unseen)} of {len(others)} move cost, emissions or fees.{but}"
    )
    return [sentence]


def _table_2(rows: list[Row]) -> list[str]:
    sentences = []
    for years in sorted({row["years"] for row in rows}):
        ours = [
            row
            for row in rows
            if row["years"] == years
            and row["baseline"] == PRACTICE
            and row.get("inside") is not None
        ]
        inside = [f"{row['industry']} ({WORDS[row['figure']]})" for row in ours if row["inside"]]
        total = {
            row["baseline"]: interval(
                {"mean": row["ours"], "low": row["low"], "high": row["high"]}, 2
            )
            for row in rows
            if row["years"] == years and row["industry"] == WHOLE
        }
        named = f": {listed(inside)}" if inside else ""
        best = min(row["ours"] for row in rows if row["years"] == years and _is_cost(row))
        sentences.append(
            f"**Table 2, {years} years.** {len(inside)} of {len(ours)} published figures lie in "
            f"our intervals{named}. Cost of all industries at equal yearly emissions: "
            f"{total[PRACTICE]} % over the practice, {total[UNIFORM]} % over a uniform rule; the "
            f"best change of any industry is {signed(best, 2)} %, the published ones are "
            f"{listed([signed(-saving) for _, saving, _ in PUBLISHED_OUTCOMES.values()])} %."
        )
    return sentences


def _savings(rows: list[Row]) -> list[str]:
    whole = rows[0]["over"]["mean"]
    parts = sorted(rows[1:], key=lambda row: -abs(whole - row["over"]["mean"]))
    largest = [
        f"{row['market'].removeprefix('without ')} {signed(whole - row['over']['mean'], 2)}"
        for row in parts[:3]
    ]
    tiers = next(row for row in parts if row["market"] == "without tiers")
    sentence = (
        f"**Where a saving comes from.** Of {signed(whole, 2)} % over the practice, the largest "
        f"parts are, in points, {listed(largest)}; tiers by themselves come to "
        f"{signed(whole - tiers['over']['mean'], 2)}."
    )
    return [sentence]


def _is_cost(row: Row) -> bool:
    return bool(row["figure"] == "cost_change_percent")


def _settling(rows: list[Row]) -> list[str]:
    told = [
        f"{100 * row['settled'] / row['replicates']:.0f} % [{100 * row['low']:.0f}, "
        f"{100 * row['high']:.0f}] with {row['rule'].replace('_', ' ')} at {row['years']} years"
        for row in rows
    ]
    return [f"**Settled**, of {rows[0]['replicates']} replicates: {listed(told)}."]
