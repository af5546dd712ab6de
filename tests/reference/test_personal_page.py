"""The page on replication shows the rows of `tanshi.personal.published`, all and no others."""

from collections import Counter
from pathlib import Path

from tanshi.personal.published import CLAIMS, COMPUTED, COUNTEREXAMPLES, PRINTED, SIGN_CLAIMS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "replication.md"


def printed_rows():
    head = ["Place", "Quantity", "Printed", "Follows", "Finding"]
    rows = [
        [
            one.place,
            one.quantity,
            f"`{one.printed}`" if one.printed else "—",
            "the same" if one.printed == one.derived else f"`{one.derived}`",
            one.finding,
        ]
        for one in PRINTED
    ]
    return [head, *rows]


def computed_rows():
    rows = [[one.place, one.quantity, f"`{one.derived}`", one.finding] for one in COMPUTED]
    return [["Case", "Quantity", "Follows", "Finding"], *rows]


def sign_rows():
    head = ["Place", "Claim", "Derivative", "Holds", "Verdict"]
    bounds = ["Demand full", "Supply full", "Demand empty", "Supply empty"]
    rows = [
        [
            *(one.place, one.text, f"`{one.derivative}`", one.region, one.verdict),
            *(one.demand_full, one.supply_full, one.demand_empty, one.supply_empty),
        ]
        for one in SIGN_CLAIMS
    ]
    return [head + bounds, *rows]


def claim_rows():
    rows = [[one.place, one.claim, one.region, one.verdict] for one in CLAIMS]
    return [["Place", "Claim", "Holds", "Verdict"], *rows]


def counterexample_rows():
    rows = []
    for one in COUNTEREXAMPLES:
        market = ",".join(
            "·" if name == one.parameter else f"{number:g}" for name, number in one.market
        )
        steps, values = (
            " → ".join(f"{n:.5g}" for n in numbers) for numbers in (one.steps, one.values)
        )
        option = ", payments closed" if one.closed else ""
        move, found = f"{one.parameter} {steps}{option}", f"{one.quantity} {values}"
        rows.append([one.place, one.claim, f"`{market}`", move, found])
    return [["Place", "Claim", "Market", "Moves", "Found"], *rows]


def table(rows):
    head, *body = ["| " + " | ".join(cells) + " |" for cells in rows]
    return [head, "|" + "---|" * len(rows[0]), *body]


TABLES = (printed_rows, computed_rows, sign_rows, claim_rows, counterexample_rows)


def section():
    page = PAGE.read_text(encoding="utf-8").split("## Individual quota trading\n")[1]
    return page.split("\n## ")[0].split("\nThe evolutionary game")[0]


def test_the_page_has_these_tables_and_no_others():
    lines = [line for line in section().splitlines() if line.startswith("|")]
    assert lines == [line for rows in TABLES for line in table(rows())]


def test_the_page_counts_the_findings_right():
    found = Counter(one.finding for one in PRINTED)
    words = (
        f"{found['confirmed']} follow as printed, {found['corrected']} do not, "
        f"{found['assumption']} are where the model starts"
    )
    assert words in " ".join(section().split())
