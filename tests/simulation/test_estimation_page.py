"""The page of the estimation's evidence is made of the record, and the record of the code."""

from simulation.estimation.cases import CASES, Case, Effort, simulate
from simulation.estimation.page import chance, findings, page
from simulation.estimation.program import FULL, RECORDED, main

from tanshi.personal.trading_simulation import TradingDesign


def recorded():
    return RECORDED.read()


def test_the_page_is_made_of_the_record():
    assert RECORDED.page.read_text(encoding="utf-8") == page(recorded())


def test_every_case_is_recorded_as_the_code_would_simulate_it():
    results = recorded()
    assert list(results) == [case.key for case in CASES]
    for case in CASES:
        assert results[case.key]["settings"] == case.settings(FULL), case.key


def test_what_is_recorded_is_what_a_few_data_sets_say_too():
    """A case simulated anew with few data sets stays near its record: no old model in it."""
    effort = Effort(data_sets=60, tested=1)
    case = CASES[0]
    anew, kept = simulate(case, effort)["values"], recorded()[case.key]["values"]
    for name, one in kept.items():
        near = 4.0 * one["deviation"] / 60**0.5
        assert abs(anew[name]["bias"] - one["bias"]) < near
        assert abs(anew[name]["ols_bias"] - one["ols_bias"]) < near
        assert abs(anew[name]["coverage"] - one["coverage"]) < 2 * chance(60)


def test_sound_cases_cover_and_least_squares_is_biased():
    results = recorded()
    for case in CASES:
        if not case.sound:
            continue
        for one in results[case.key]["values"].values():
            assert abs(one["coverage"] - 0.95) < 2 * chance(FULL.data_sets), case.key
            error = one["deviation"] / FULL.data_sets**0.5
            assert abs(one["bias"]) < 0.1 * one["deviation"] + 3 * error, case.key
            assert abs(one["ols_bias"]) > 3 * abs(one["bias"]), case.key


def test_sentences_say_what_the_numbers_say():
    results = recorded()
    said = " ".join(findings(results))
    ignored = results["clusters ignored"]["values"]
    least = min(100 * one["coverage"] for one in ignored.values())
    assert f"**The same with robust errors**: coverage {least:.1f} to" in said
    fewer = {key: results[key] for key in ("base", "bounds")}
    text = page(fewer)
    assert text.count("lower fees: many observations at a bound") == 5  # cases, parameters
    assert "fees that hardly vary" not in text


def test_a_quick_run_is_kept_apart_and_goes_on_from_its_record(tmp_path, capsys):
    assert main(["--quick", "--folder", str(tmp_path)]) == 0
    assert "base:" in capsys.readouterr().err
    assert main(["--quick", "--folder", str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""
    assert (tmp_path / "estimation_evidence.md").exists()


def test_the_truth_of_a_case_is_that_of_its_design():
    case = Case(
        "x", "x", sound=True, design=TradingDesign(service_levels=(0.4, 0.4)), knows_service=False
    )
    assert case.truth == {
        "service_effect_d": 0.1,
        "alpha_d": 0.3,
        "service_effect_s": 0.12,
        "alpha_s": 0.35,
    }
