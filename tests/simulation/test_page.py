"""The page and the figures are made of the record, and say what the numbers say."""

import json
from dataclasses import replace

import pytest
from simulation.advice import advice, better_with_fewer, sound_ways
from simulation.cells import Cell, Effort, all_cells, quick_cells
from simulation.findings import found
from simulation.measures import LEVELS, WAYS
from simulation.page import page
from simulation.pictures import pictures
from simulation.record import RECORDED, Findings, is_done, place_in

from simulation import __main__ as program
from tanshi.frontier import PAPER_TAUS

EFFORT = Effort(panels=3, replicates=4, cheap_panels=5)


@pytest.fixture(scope="module")
def recorded():
    return RECORDED.read()


def test_the_page_is_made_of_the_record(recorded):
    assert RECORDED.page.read_text(encoding="utf-8") == page(recorded)


def test_the_figures_are_made_of_the_record(recorded):
    drawn = pictures(Findings(recorded))
    assert len(drawn) == 3
    for name, svg in drawn.items():
        assert (RECORDED.figures / name).read_text(encoding="utf-8") == svg
        assert f"(figures/{name})" in page(recorded)


def test_every_cell_is_recorded_as_the_code_would_simulate_it(recorded):
    assert list(recorded) == [cell.key for cell in all_cells()]
    for cell in all_cells():
        settings = recorded[cell.key]["settings"]
        effort = Effort(
            settings["panels"], settings["replicates"], settings["panels"], settings["seed"]
        )
        assert is_done(recorded, cell, effort), cell.key


def number(mean, error=0.01):
    return {
        "mean": mean,
        "standard_error": error,
        "root_mean_square": abs(mean),
        "low": mean,
        "high": mean,
    }


def made_up(cell, *, floor=0.5, envelope=0.9, costs=0.9, error=-0.3):
    """A record's entry whose numbers are all known."""
    settings = json.loads(json.dumps(cell.settings(EFFORT)))
    if cell.study == "calibration":
        names = [f"{where}_{tau:g}" for where in ("inside", "outside") for tau in PAPER_TAUS]
        values = {name: float(name.rpartition("_")[2]) for name in names}
        values |= {"crossings": 0.02, "binding": 1.0}
    elif cell.study == "bias":
        names = ("error", "size_of_error", "infinite", "floor_error")
        values = {f"{kind}_{name}": error for kind in ("quantile", "frontier") for name in names}
        values["foreseen"] = error
    else:
        values = {"floor_error": error, "corrected_floor_error": error / 2}
        for level in LEVELS:
            parts = ("", "_middle", "_outer", "_limit", "_reflected", "_length")
            values |= {f"cost{part}_{level}": costs for part in parts}
            for way in WAYS:
                ends = {"": envelope if way == "envelope" else floor, "_low": 0.5, "_high": 1.5}
                values |= {f"floor_{way}{end}_{level}": value for end, value in ends.items()}
    return {"settings": settings, "values": {name: number(v) for name, v in values.items()}}


def findings_of(**numbers):
    return Findings({cell.key: made_up(cell, **numbers) for cell in all_cells()})


def text_of(sentences):
    return "\n".join(sentences)


def test_sentences_follow_the_numbers():
    poor = text_of(found(findings_of(costs=0.8, error=-0.3)))
    good = text_of(found(findings_of(costs=0.9, error=0.3)))
    assert "80 ± 1.0 % of the true costs, **too few**" in poor
    assert "90 ± 1.0 % of the true costs, as said" in good
    assert "costs are too low (−30 ± 1.0 %" in poor
    assert "costs are too high (+30 ± 1.0 %" in good
    assert "neither" not in poor + good
    assert "neither too high nor too low" in text_of(found(findings_of(error=0.01)))


def test_advice_follows_the_numbers():
    assert sound_ways(findings_of()) == [("envelope", 90), ("envelope", 95)]
    text = text_of(advice(findings_of()))
    assert "quote the envelope at 90 %" in text
    assert "Too rarely right at any level: percentile interval and reflected interval." in text
    assert "covers too few" not in text
    assert sound_ways(findings_of(floor=0.89)) == [(way, level) for way in WAYS for level in LEVELS]
    none = findings_of(envelope=0.5)
    assert sound_ways(none) == []
    assert "quote none" in text_of(advice(none))
    assert "cover too few with" in text_of(advice(findings_of(costs=0.8)))
    # A floor that is found 30 % too low stands for one of 100 / 0.7.
    assert "a true one of about 143 with noise along" in text_of(advice(findings_of()))


def test_the_shortest_sound_interval_is_recommended_with_where_it_fails():
    results = {cell.key: made_up(cell) for cell in all_cells()}
    short, failing = Cell("coverage", "along", 100), Cell("coverage", "emissions", 30)
    results[short.key]["values"]["floor_envelope_90"] = number(0.7)
    results[failing.key]["values"]["floor_envelope_95"] = number(0.6)
    text = text_of(advice(Findings(results)))
    assert "quote the envelope at 95 %" in text
    assert "It covers too few with noise on emissions alone, 30 × 6." in text


def test_fewer_units_are_recommended_where_they_help_and_only_there():
    fewer = Cell("coverage", "along", 30, units_drawn=12)
    results = {cell.key: made_up(cell) for cell in all_cells()}
    assert better_with_fewer(Findings(results)) == []
    every = "percentile interval, reflected interval and envelope"
    assert f"drawing fewer units for the {every}." in text_of(advice(Findings(results)))
    results[fewer.key] = made_up(fewer, envelope=0.98)
    assert better_with_fewer(Findings(results)) == [(fewer, "envelope")]
    text = text_of(advice(Findings(results)))
    assert "more often with 12 of 30 units (98 ± 1.0 %) than with all" in text
    assert "drawing fewer units for the percentile interval and reflected interval." in text


def test_a_table_has_a_row_a_cell_and_a_part_of_the_record_makes_a_page():
    results = {cell.key: made_up(cell) for cell in all_cells()}
    rows = [line for line in page(results).splitlines() if line.startswith("|")]
    count = {study: len(Findings(results).known(study)) for study in ("bias", "coverage")}
    expected = 8 + 2 * (2 + count["coverage"]) + 2 + count["bias"] + 2 + 2 * 4
    assert len(rows) == expected
    part = {cell.key: made_up(cell) for cell in quick_cells()}
    assert set(pictures(Findings(part))) == {
        "monte_carlo_coverage.svg",
        "monte_carlo_floor.svg",
    }
    assert "## Coverage of the floor" in page(part)
    assert "## Coverage" not in page({})


def test_a_run_goes_on_from_the_record(tmp_path, monkeypatch):
    place, cells = place_in(tmp_path / "kept"), quick_cells()
    done = []

    def simulated(cell, effort, **_):
        done.append((cell, effort))
        if len(done) == 3:
            raise KeyboardInterrupt
        return made_up(cell) | {"settings": cell.settings(effort)}

    monkeypatch.setattr(program, "simulate", simulated)
    with pytest.raises(KeyboardInterrupt):
        program.run(place, cells, EFFORT, workers=1)
    assert set(place.read()) == {cell.key for cell in cells[:2]}
    program.run(place, cells, EFFORT, workers=2)
    assert [cell for cell, _ in done] == [*cells[:3], *cells[2:]]
    assert place.page.read_text(encoding="utf-8") == page(place.read())
    # Another effort for the bootstrap's cells leaves the others as they are.
    program.run(place, cells, replace(EFFORT, replicates=9), workers=1)
    again = done[len(cells) + 1 :]
    assert [cell for cell, _ in again] == [cell for cell in cells if cell.study == "coverage"]


def test_a_number_that_is_not_finite_is_not_recorded(tmp_path):
    cell = quick_cells()[0]
    broken = made_up(cell, error=float("nan"))
    with pytest.raises(ValueError, match="not JSON compliant"):
        place_in(tmp_path).keep({cell.key: broken})
    assert not (tmp_path / "results.json").exists()


def test_impossible_numbers_of_panels_are_refused(capsys):
    with pytest.raises(SystemExit):
        program.main(["--panels", "1"])
    assert "at least 2 panels" in capsys.readouterr().err
