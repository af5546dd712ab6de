"""The page: what is found, tables, figures, and how it was run; all from the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.benchmark import noted
from simulation.benchmark.findings import found, kind_of, moved_figures, seen_figures
from simulation.benchmark.markets import SCENARIO
from simulation.benchmark.outcomes import PRACTICE, TIERED, UNIFORM, WHOLE
from simulation.benchmark.regime import AS_IT_IS
from simulation.benchmark.regimes import TOPICS
from simulation.benchmark.texts import (
    ABLATION,
    CHECKS,
    CLASSES,
    COLLAR,
    ELASTICITY,
    HEAD,
    HOW,
    LEFT_ALONE,
    ORDERINGS,
    REGIMES,
    SAVINGS,
    SETTLING,
    STEPS,
    TABLE_2,
    TIGHT_ABLATION,
)
from simulation.benchmark.words import interval, number, of_row, residual, signed
from simulation.markdown import filled, sentences, table
from tanshi.benchmark.ablation import FULL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Results = dict[str, Any]
    Row = dict[str, Any]


SHOWN = ("replicates", "settling", "draws", "registers", "years", "later", "seed", "version")


def page(results: Results) -> str:
    """Return the results as Markdown."""
    parts: dict[str, Callable[[Any], str]] = {
        "checks": _checks,
        "orderings": _orderings,
        "elasticity": _elasticity,
        "classes": _classes,
        "collar": _collar,
        "regimes": _regimes,
        "left alone": _left_alone,
        "ablation": _ablation,
        "tight ablation": _tight_ablation,
        "table 2": _table_2,
        "settling": _settling,
        "savings": _savings,
        "steps": _steps,
        "composition": _composition,
    }
    body = [show(results[part]["values"]) for part, show in parts.items() if part in results]
    return "\n".join([HEAD, sentences("## What is found", found(results)), *body, _how(results)])


def _section(text: str, headers: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> str:
    return f"{filled(text)}\n{table(headers, rows, left=left)}\n"


def _checks(rows: list[Row]) -> str:
    cells = [
        (
            row["check"],
            row["where"],
            residual(row["found"]),
            "" if row["allowed"] is None else residual(row["allowed"]),
            "" if row["allowed"] is None else _yes(holds=row["found"] <= row["allowed"]),
        )
        for row in rows
    ]
    return _section(CHECKS, ("Check", "Where", "Found", "Allowed", "Holds"), cells, 2)


def _yes(*, holds: bool) -> str:
    return "yes" if holds else "**no**"


def _orderings(rows: list[Row]) -> str:
    cells = [
        (
            row["ordering"],
            str(row["draws"]),
            number(100 * row["share_holding"]),
            f"{number(100 * row['low'])} to {number(100 * row['high'])}",
        )
        for row in rows
    ]
    return _section(ORDERINGS, ("Ordering", "Draws", "Holds in, %", "95 % interval"), cells, 1)


def _elasticity(rows: list[Row]) -> str:
    cells = [
        (
            f"{row['factor']:g}",
            f"{100 * row['shortage']:g}",
            interval(row["cost_ratio"], 2),
            number(noted.STANDARD_OVER_CAP[row["factor"]], 2),
            interval(row["price_standard"], 0),
            interval(row["price_cap"], 0),
        )
        for row in sorted(rows, key=lambda one: (one["factor"], one["shortage"]))
    ]
    headers = ("Factor", "Shortage, %", "Cost ratio", "Noted", "Price, standard", "Price, cap")
    figure = "\n![Three scans](figures/benchmark_scans.svg)\n\n*Bars: 95 % intervals.*\n"
    return _section(ELASTICITY, headers, cells, 0) + figure


def _classes(rows: list[Row]) -> str:
    cells = [
        (
            f"{row['substitution']:g}",
            interval(row["cost_percent"]),
            number(noted.THREE_OVER_ONE[row["substitution"]]),
            interval(row["spread_one"], 4),
            interval(row["spread_three"], 4),
        )
        for row in rows
    ]
    headers = ("σ", "Three over one, cost, %", "Noted", "Spread of losses, one", "Three")
    return _section(CLASSES, headers, cells, 0)


def _collar(rows: list[Row]) -> str:
    slopes = sorted({row["steepness"] for row in rows})
    by_variation: dict[float, list[Row]] = {}
    for row in rows:
        by_variation.setdefault(row["variation"]["mean"], []).append(row)
    cells = [
        (
            interval(ours[0]["variation"], 2),
            *(interval(row["gain_percent"]) for row in ours),
            f"{number(at, 2)}: {number(gain)}",
        )
        for ours, (at, gain) in zip(by_variation.values(), noted.COLLAR.items(), strict=True)
    ]
    headers = ("Variation", *(f"Gain, slope {one:g}" for one in slopes), "Noted, slope 0")
    return _section(COLLAR, headers, cells, 0)


def _regimes(values: Row) -> str:
    by_topic: dict[str, list[tuple[str, ...]]] = {topic.title: [] for topic in TOPICS}
    differing: dict[str, dict[str, list[str]]] = {topic.title: {} for topic in TOPICS}
    for regime, figure, row, seen in seen_figures(values):
        verdict = "" if seen is None else _yes(holds=seen)
        found_and_usual = (interval(row[key], figure.digits) for key in ("found", "as_it_is"))
        by_topic[row["topic"]].append(
            (regime, figure.name, figure.noted, *found_and_usual, verdict)
        )
        if figure.differs:
            differing[row["topic"]].setdefault(figure.differs, []).append(regime)
    headers = ("Regime", "Figure", "Noted", "Here", "Market as it is", "As seen")
    parts = [REGIMES]
    for topic in TOPICS:
        parts.append(filled(f"### {topic.title}\n\n{topic.text}\n"))
        parts.append(table(headers, by_topic[topic.title]) + "\n")
        why = [
            f"{f'{len(ours)} of them' if len(ours) > 2 else ' and '.join(ours)}: {text}."
            for text, ours in differing[topic.title].items()
        ]
        if why:
            parts.append("What differs:\n\n" + "\n".join(f"* {one}" for one in why) + "\n")
    drawn = "; ".join(name for name in values["paths"] if name != AS_IT_IS)
    parts.append(
        "![Prices in the regimes](figures/benchmark_regimes.svg)\n\n*Price of one replicate, "
        f"and of the lowest and highest of all: the market as it is; {drawn}.*\n"
    )
    return "\n".join(parts)


def _left_alone(rows: list[Row]) -> str:
    floor, cost, emissions = noted.LEFT_ALONE
    marks = {
        1.0: f"floor {floor} %, cost {number(cost, 0)}, emissions {signed(emissions)}",
        rows[-1]["scale"]: f"cost {number(noted.LEFT_ALONE_EQUAL, 0)} at equal emissions",
    }
    cells = [
        (
            number(row["scale"], 3),
            marks.get(row["scale"], ""),
            interval(row["first_price"], 0),
            interval(row["on_floor"], 0),
            interval(row["emissions"], 2),
            interval(row["cost"]),
        )
        for row in rows
    ]
    headers = ("Benchmark over the table's", "Noted", "First price", "Floor, % of years")
    headers += ("Emissions, %", "Cost, %")
    return _section(LEFT_ALONE, headers, cells, 2)


def _ablation(rows: list[Row]) -> str:
    figure = (
        "\n![Cost without each mechanism](figures/benchmark_ablation.svg)\n\n*Linear within ±1 %, "
        "logarithmic beyond. Mechanisms whose cost has no meaning at equal emissions (shocks) are "
        "left out.*\n"
    )
    return _mechanisms(ABLATION, rows, noted.ABLATION) + figure


def _tight_ablation(rows: list[Row]) -> str:
    return _mechanisms(TIGHT_ABLATION, rows, {})


def _mechanisms(text: str, rows: list[Row], earlier: dict[str, float]) -> str:
    """Return a table of mechanisms, the dearest to do without first, below a text."""
    full = next(row for row in rows if row["mechanism"] == FULL)
    others = [row for row in rows if row["mechanism"] != FULL]
    others.sort(key=lambda row: -abs(row["cost_change_percent"] or 0.0))
    cells = []
    for row in (full, *others):
        is_full = row is full
        mechanism = row["mechanism"]
        cells.append(
            (
                mechanism,
                row["switched"],
                "" if is_full else kind_of(row),
                interval(of_row(row, "cost_change_percent"), 2),
                number(earlier[mechanism]) if mechanism in earlier else "",
                *(
                    interval(of_row(row, f"{name}_change_percent"), 2)
                    for name in ("emissions", "fees")
                ),
                *(
                    interval(of_row(row, f"{end}_price_cny_per_tco2"), 0)
                    for end in ("lowest", "highest")
                ),
                interval(of_row(row, "balance_need_percent")),
                interval(of_row(row, "noncompliant_firms_percent")),
                number(100 * row["settled_share"], 0),
                "" if is_full else ", ".join(moved_figures(row, full)),
            )
        )
    headers = ("Mechanism", "Switched", "Kind", "Cost, %", "Noted", "Emissions, %", "Fees, %")
    headers += ("Lowest price", "Highest", "Need, %", "Not complying, %", "Settled, %", "Moves")
    missed = max(
        row["largest_emission_gap_percent"]
        for row in others
        if row["cost_change_percent"] is not None
    )
    return _section(text.format(missed=number(missed, 2)), headers, cells, 3)


def _table_2(rows: list[Row]) -> str:
    lengths = sorted({row["years"] for row in rows})
    baselines = {PRACTICE: "", UNIFORM: " over uniform"}
    by_place: dict[tuple[str, str], dict[int, Row]] = {}
    for row in rows:
        name = f"{row['figure']}{baselines[row['baseline']]}"
        by_place.setdefault((row["industry"], name), {})[row["years"]] = row
    cells, why = [], {}
    for (industry, name), ours in by_place.items():
        first = ours[lengths[0]]
        published = first.get("published")
        judged = [ours[length].get("inside") for length in lengths]
        cells.append(
            (
                industry,
                name.replace("_", " ").replace(" percent", ", %"),
                "" if published is None else number(published, 2),
                *(interval(_ours(ours[length]), 2) for length in lengths),
                "" if None in judged else " / ".join(_yes(holds=bool(one)) for one in judged),
            )
        )
        if industry != WHOLE:
            why[first["figure"]] = first["why"]
    headers = (
        "Industry",
        "Figure",
        "Table 2",
        *(f"{length} years" for length in lengths),
        "Inside",
    )
    reasons = "\n".join(f"* {name.replace('_', ' ')}: {text}." for name, text in why.items())
    figure = "\n![Beside Table 2](figures/benchmark_table_2.svg)\n\n*Bars: 95 % intervals.*\n"
    return _section(TABLE_2, headers, cells, 2) + f"\nWhat differs:\n\n{reasons}\n" + figure


def _ours(row: Row) -> dict[str, float | None]:
    return {"mean": row["ours"], "low": row["low"], "high": row["high"]}


def _settling(rows: list[Row]) -> str:
    cells = [
        (
            row["rule"].replace("_", " "),
            str(row["years"]),
            f"{row['settled']} of {row['replicates']}",
            f"{number(100 * row['low'], 0)} to {number(100 * row['high'], 0)}",
            f"{noted.SETTLED[row['years']]} %" if _has_note(row) else "",
            "; ".join(f"{why} ({count})" for why, count in row["reasons"].items()),
        )
        for row in rows
    ]
    headers = ("Rule", "Years", "Settled", "95 % interval, %", "Noted", "Why others did not")
    return _section(SETTLING, headers, cells, 1)


def _has_note(row: Row) -> bool:
    return row["rule"] == "uniform" and row["years"] in noted.SETTLED


def _savings(rows: list[Row]) -> str:
    whole = rows[0]["over"]
    cells = [
        (
            row["market"],
            interval(row["over"], 2),
            "" if row is rows[0] else signed(whole["mean"] - row["over"]["mean"], 2),
        )
        for row in rows
    ]
    headers = ("Market", "Cost over the practice, %", "Its part in that")
    return _section(SAVINGS, headers, cells, 1)


def _steps(rows: list[Row]) -> str:
    by_step: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_step.setdefault(row["step"], {})[row["rule"]] = row
    cells = [
        (
            step,
            str(ours[TIERED[0]]["years"]),
            *(
                interval(ours[rule][figure], 2)
                for rule in TIERED
                for figure in ("cost", "cost_and_fees")
            ),
            " / ".join(signed(one, 2) for one in noted.STEPS[step]) if step in noted.STEPS else "",
        )
        for step, ours in by_step.items()
    ]
    headers = ("What is added to a textbook's market", "Years", "Published, cost, %", "and fees")
    headers += ("Reversed, cost, %", "and fees", "Noted")
    return _section(STEPS, headers, cells, 1)


def _composition(rows: list[Row]) -> str:
    parts = {row["part"]: interval(row["percent"]) for row in rows}
    fees = parts.pop("fees_cny")
    named = [f"{name.removesuffix('_cny').replace('_', ' ')} {one}" for name, one in parts.items()]
    return (
        f"Cost is made of, in percent: {', '.join(named)}. Fees of trade, which are income of "
        f"others, come to {fees} % of it.\n"
    )


def _how(results: Results) -> str:
    if not results:
        return ""
    cells = []
    for part, one in results.items():
        before, after = one["load_average_before_and_after"]
        cells.append((part, number(one["seconds"]), f"{before} / {after}"))
    total = sum(one["seconds"] for one in results.values())
    settings = next(iter(results.values()))["settings"]
    text = HOW.format(
        **{name: settings[name] for name in SHOWN},
        processors=next(iter(results.values()))["processors"],
        scenario=SCENARIO,
        total=number(total, 0),
    )
    return _section(text, ("Part", "Seconds", "Load before / after"), cells, 1)
