"""The page of evidence: made of the record alone, saying what its numbers say."""

import copy
import json
from dataclasses import replace

import pytest
from simulation.__main__ import main
from simulation.benchmark import program
from simulation.benchmark.findings import found, is_seen, kind_of, moved_figures, seen_figures
from simulation.benchmark.markets import Effort, changed, china, fingerprint, tight
from simulation.benchmark.page import page
from simulation.benchmark.pictures import pictures
from simulation.benchmark.record import (
    PARTS,
    RECORDED,
    is_done,
    place_in,
    settings_of,
    simulate,
)
from simulation.benchmark.regime import above, at_least, at_most, below
from simulation.benchmark.words import interval, number, signed

from tanshi.benchmark.ablation import FULL, MECHANISMS, ablate_market

TINY = Effort(replicates=2, settling=3, draws=3, registers=2, part=60, years=8, later=11)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A record of everything, of a few firms."""
    place = place_in(tmp_path_factory.mktemp("evidence"))
    program.run(place, PARTS, TINY)
    return place


@pytest.fixture
def results(tiny):
    return copy.deepcopy(tiny.read())


def text_of(results):
    return "\n".join(found(results))


def test_the_page_and_its_figures_are_made_of_the_record():
    recorded = RECORDED.read()
    assert RECORDED.page.read_text(encoding="utf-8") == page(recorded)
    drawn = pictures(recorded)
    assert len(drawn) == 4
    for name, svg in drawn.items():
        assert (RECORDED.figures / name).read_text(encoding="utf-8") == svg
        assert f"(figures/{name})" in page(recorded)


def test_every_part_is_recorded_as_the_model_would_give_it():
    recorded, numbers = RECORDED.read(), fingerprint()
    stale = [
        part
        for part in PARTS
        if not is_done(recorded, part, settings_of(part, program.FULL, numbers))
    ]
    assert stale == [], "the model has changed: run `python3 dev.py simulate benchmark`"


def test_a_fingerprint_tells_models_apart():
    plan = china(replace(TINY, part=100))
    assert fingerprint(plan) == fingerprint(plan)
    other = changed(plan.rules, technology={"diffusion": 0.03})
    assert fingerprint(replace(plan, rules=other)) != fingerprint(plan)


def test_everything_is_gathered_once_and_makes_a_page(tiny, results, monkeypatch):
    assert list(results) == list(PARTS)
    text = tiny.page.read_text(encoding="utf-8")
    for heading in (
        "What is found",
        "To the last digits",
        "Orderings over random parameters",
        "Regimes",
        "What each mechanism buys",
        "Beside the published Table 2",
        "How it was run",
    ):
        assert f"## {heading}\n" in text
    assert "nan" not in text.lower().replace("finance", "")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows if "Kind" in line or "matters" in line}) == 1
    for name in MECHANISMS:
        assert any(line.startswith(f"| {name} |") for line in rows)
    # What is recorded is not simulated again.
    monkeypatch.setattr(program, "simulate", lambda *_: pytest.fail("simulated again"))
    program.run(tiny, PARTS, TINY)
    assert tiny.page.read_text(encoding="utf-8") == text


def test_what_must_hold_to_the_last_digits_does(results):
    exact = [row for row in results["checks"]["values"] if row["allowed"] is not None]
    assert len(exact) >= 18
    for row in exact:
        assert row["found"] <= row["allowed"], row


def test_the_same_effort_gives_the_same_values(results):
    again = simulate("collar", TINY, {})
    assert json.loads(json.dumps(again["values"])) == results["collar"]["values"]


def test_a_failed_check_is_told(results):
    rows = results["checks"]["values"]
    count = sum(row["allowed"] is not None for row in rows)
    assert f"{count} of {count} checks hold" in text_of(results)
    rows[0]["found"] = 1e-3
    assert f"{count - 1} of {count} checks hold: the closed form is met to 1e-03" in text_of(
        results
    )
    assert "1.0 × 10^-3 | 1.0 × 10^-9 | **no** |" in page(results)


def test_a_regime_that_is_not_seen_is_told(results):
    for row in results["regimes"]["values"]["figures"]:
        row["found"] = {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert "Not: no trend (years on the floor, %)" in text_of(results)
    judged = {regime: seen for regime, _, _, seen in seen_figures(results["regimes"]["values"])}
    assert judged["no trend"] is False
    for row in results["regimes"]["values"]["figures"]:
        row["found"] = {"mean": 100.0, "low": 100.0, "high": 100.0}
    assert "Not: no trend" not in text_of(results)


def test_predicates_need_certainty_or_a_level():
    sure, unsure = {"mean": 2.0, "low": 1.0, "high": 3.0}, {"mean": 2.0, "low": -1.0, "high": 5.0}
    missing = {"mean": None, "low": None, "high": None}
    assert above(sure, sure)
    assert not above(sure, unsure)
    assert not above(sure, missing)
    assert below(sure, {"mean": -2.0, "low": -3.0, "high": -1.0})
    assert not below(sure, sure)
    assert at_least(2.0)(sure, sure)
    assert not at_least(2.1)(sure, sure)
    assert not at_least(2.0)(missing, sure)
    assert at_most(2.0)(sure, sure)
    assert not at_most(1.9)(sure, sure)


def test_no_mechanism_shows_noughts_in_both_tables(results):
    """Six replicates of the tight market; of China's, as many as it was recorded with."""
    table = ablate_market(tight(), replicates=6, seed=1)
    there = {row["mechanism"] for row in table.to_dicts() if is_seen(row)}
    recorded = {row["mechanism"] for row in RECORDED.read()["ablation"]["values"] if is_seen(row)}
    assert set(MECHANISMS) - there - recorded == set()
    # Those that China's scenario leaves nothing to do are all seen here.
    idle = {"reduction targets", "phase-in", "price band", "reserve", "policy response"}
    assert idle <= there
    rows = results["tight ablation"]["values"]
    count = len(MECHANISMS)
    assert f"{count} of {count} move cost, emissions or fees." in text_of(results)
    for row in rows[1:3]:
        row |= {f"{name}_change_percent": 0.0 for name in ("cost", "emissions", "fees")}
    assert f"{count - 2} of {count} move" in text_of(results)
    assert "Not: learning and renewal." in text_of(results)


def ablated(cost, low, high, moved=0.5):
    row = {
        f"cost_change_percent{end}": v
        for end, v in zip(("", "_low", "_high"), (cost, low, high), strict=True)
    }
    return row | {"emissions_change_percent": moved, "fees_change_percent": moved}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (ablated(5.0, 2.0, 8.0), "matters"),
        (ablated(-5.0, -8.0, -2.0), "matters"),
        (ablated(5.0, 0.5, 9.5), "small"),
        (ablated(0.0, -2.0, 2.0), "small"),
        (ablated(0.1, 0.0, 0.2), "decorative"),
        (ablated(0.1, 0.0, 0.3), "small"),
        (ablated(0.0, 0.0, 0.0, moved=0.0), "idle"),
        (ablated(None, None, None), "small"),
    ],
)
def test_mechanisms_are_sorted_by_what_they_cost(row, kind):
    assert kind_of(row) == kind


def test_what_moves_is_told_from_chance(results):
    full = next(row for row in results["ablation"]["values"] if row["mechanism"] == FULL)
    same = dict(full)
    assert moved_figures(same, full) == []
    ends = {f"highest_price_cny_per_tco2{end}": 300.0 for end in ("", "_low", "_high")}
    assert moved_figures(same | ends, full) == ["highest price"]


def test_figures_of_table_2_are_counted_where_they_lie_inside(results):
    for row in results["table 2"]["values"]:
        row["inside"] = row["industry"] == "steel" and row["figure"] == "cost_change_percent"
    text = text_of(results)
    for years in (TINY.years, TINY.later):
        assert f"**Table 2, {years} years.** 1 of " in text
    assert "intervals: steel (cost)." in text


def test_a_part_of_the_record_makes_a_page(results):
    part = {"checks": results["checks"]}
    assert "## Regimes" not in page(part)
    assert pictures(part) == {}
    assert "## What is found" not in page({})


def test_an_interrupted_run_keeps_what_it_has(tmp_path, results, monkeypatch):
    place, done = place_in(tmp_path), []

    def simulated(part, _, settings):
        done.append(part)
        if len(done) == 3:
            raise KeyboardInterrupt
        return results[part] | {"settings": settings}

    monkeypatch.setattr(program, "simulate", simulated)
    monkeypatch.setattr(program, "pictures", lambda _: {})
    with pytest.raises(KeyboardInterrupt):
        program.run(place, PARTS, TINY)
    assert list(place.read()) == list(PARTS)[:2]
    program.run(place, PARTS, TINY)
    assert done == [*list(PARTS)[:3], *list(PARTS)[2:]]
    # Another effort is another record.
    program.run(place, PARTS, replace(TINY, seed=2))
    assert len(done) == 1 + 2 * len(PARTS)


def test_what_is_not_finite_is_not_recorded(tmp_path, results):
    results["collar"]["values"][0]["steepness"] = float("nan")
    with pytest.raises(ValueError, match="not JSON compliant"):
        place_in(tmp_path).keep(results)


def test_the_study_is_found_by_its_name(tmp_path, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(program, "run", lambda *given: asked.append(given))
    assert main(["benchmark", "--folder", str(tmp_path), "--quick"]) == 0
    ((place, parts, effort),) = asked
    assert (place.page.parent, list(parts), effort) == (tmp_path, list(PARTS), program.QUICK)
    assert "benchmark_evidence.md" in capsys.readouterr().out


def test_numbers_have_a_true_minus_and_no_minus_zero():
    assert number(-0.04, 1) == "0.0"
    assert number(-0.06, 1) == "−0.1"
    assert signed(0.06) == "+0.1"
    assert signed(-2.0, 0) == "−2"
    assert interval({"mean": 1.0, "low": None, "high": None}) == "1.0"
