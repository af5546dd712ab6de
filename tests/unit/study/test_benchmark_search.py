"""A search from a scenario file, and the scenario it writes: loaded back and evolved."""

import tomllib
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from tests.unit.study.conftest import TINY

from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.given_rule import GivenBenchmark, given_benchmarks
from tanshi.benchmark.search_settings import SearchSettings
from tanshi.core import InputError
from tanshi.data.firm_register import load_firm_register
from tanshi.report.tomlfile import to_toml
from tanshi.study import build_scenario, load_scenario
from tanshi.study.benchmark_plan import market_plan
from tanshi.study.benchmark_search import SearchRequest, run_search
from tanshi.study.benchmark_sources import build_register, processes_of

PROJECT = Path(__file__).resolve().parents[3]
SEARCH = """
[benchmark.search]
objectives = ["cost", "gini"]
divisions = 1
evaluations = 44
replicates = 2
fresh_replicates = 2
deficit = 0.015

[[benchmark.industries.processes]]
name = "long"
share = 0.5
relative_intensity = 1.2
relative_benchmark = 1.2

[[benchmark.industries.processes]]
name = "short"
share = 0.5
relative_intensity = 0.8
relative_benchmark = 0.8
"""
REGISTER = """\
firm,industry,process,region,output,intensity_tco2_per_unit
A,steel,long,north,1e6,2.3
B,steel,long,north,2e6,2.4
C,steel,long,south,1e6,2.6
D,steel,short,north,1e6,1.5
E,steel,short,south,3e6,1.6
F,steel,short,south,1e6,1.7
"""


@pytest.fixture
def scenario(tmp_path):
    file = tmp_path / "tiny.toml"
    # Tables of the search first: processes belong to the last industry.
    head, tail = SEARCH.split("\n[[", 1)
    first, rest = TINY.split("\n[[", 1)
    file.write_text(f"{first}{head}\n\n[[{rest}\n[[{tail}", encoding="utf-8")
    return file


@pytest.fixture
def searched(scenario, steps):
    return run_search(SearchRequest(scenario=scenario, workers=1), progress=steps)


def test_what_is_found_is_a_scenario_that_meets_the_deficit(searched, tmp_path):
    file = tmp_path / "evolved.toml"
    file.write_text(to_toml(searched.evolved, ("about",)), encoding="utf-8")
    section = load_scenario(file).benchmark
    plan = market_plan(section)
    point = searched.recommended["point"]
    rows = searched.points.filter(point=point)
    register = plan.register
    weight = np.asarray(register.output)
    group = np.asarray(register.industry) * 2 + np.asarray(register.process)
    kept = np.bincount(group, weight * plan.relative) / np.maximum(np.bincount(group, weight), 1)
    assert kept[[0, 2, 3]] == pytest.approx(1.0, abs=1e-12)
    firm = int(np.flatnonzero(np.asarray(register.process) == 1)[0])
    one = rows.filter(
        industry="steel",
        process="short",
        tier=("advanced", "medium", "lagging")[np.asarray(register.tier)[firm]],
        scale="large" if np.asarray(register.large)[firm] else "small",
    )
    assert plan.relative[firm] == one["relative_benchmark"].item()
    benchmark = plan.benchmark_scale[1] * 2.0 * 0.8 * plan.relative[firm]
    assert benchmark == pytest.approx(one["benchmark_tco2_per_unit"].item(), rel=1e-12)
    # On the streams that the front was judged on, the first year is short as asked.
    fresh = searched.recommended["search"]["fresh_replicates"]
    first = evolve_market(plan, replicates=fresh, seed=section.seed).by_industry[:, 0]
    balance = first["allocation_tco2"].sum() / first["unabated_need_tco2"].sum()
    assert balance == pytest.approx(1.0 - 0.015, abs=1e-9)


def test_options_go_before_the_scenario_and_steps_are_told(scenario, steps):
    request = SearchRequest(scenario=scenario, evaluations=25, seed=7, workers=1)
    run = run_search(request, progress=steps)
    assert run.recommended["search"]["seed"] == 7
    assert run.history.height <= 25 + 4
    assert 0 < steps.done <= steps.total
    assert run.summary.startswith("28 firms\n")


def test_a_register_of_ones_own_is_searched(scenario, tmp_path, steps):
    firms = tmp_path / "firms.csv"
    firms.write_text(REGISTER, encoding="utf-8")
    request = SearchRequest(scenario=scenario, firms=firms, workers=1)
    run = run_search(request, progress=steps)
    assert list(run.data_sha256) == [str(firms)]
    assert set(run.points["industry"]) == {"steel"}
    # The scenario written is for the same register; its power has no firm there.
    section = build_scenario(run.evolved).benchmark
    table = load_firm_register(firms, processes=processes_of(section))
    assert market_plan(section, table).relative.shape == (6,)


def test_what_a_search_is_refused_for_names_file_and_key(scenario, steps):
    request = SearchRequest(scenario=scenario, evaluations=5)
    with pytest.raises(InputError, match=r"tiny.toml, column 'benchmark.search.evaluations'"):
        run_search(request, progress=steps)


def test_wrong_values_of_the_section_come_out_together():
    section = {"search": {"method": "best", "divisions": 0, "evaluation": 3, "bound": 2.0}}
    with pytest.raises(InputError) as refused:
        build_scenario({"benchmark": section})
    assert {fault.column: fault.allowed for fault in refused.value.faults} == {
        "benchmark.search.evaluation": ", ".join(one.name for one in fields(SearchSettings)),
        "benchmark.search.method": "auto, cma, nsga3",
        "benchmark.search.divisions": "1 or more",
        "benchmark.search.bound": "above 0, at most 1",
    }


def test_the_scenario_of_china_writes_out_every_setting_with_its_default():
    file = PROJECT / "scenarios" / "benchmark_china.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))["benchmark"]["search"]
    assert set(content) == {one.name for one in fields(SearchSettings)}
    given = load_scenario(file).benchmark
    # Those that follow the market stand there with the market's own.
    followed = {"years": given.years, "deficit": given.adjustment.deficit, "seed": given.seed}
    assert given.search == SearchSettings(**followed)


def rows_of(**changed):
    rows = [
        {"industry": "power", "tier": tier, "scale": scale, "relative": 1.0}
        for tier in ("advanced", "medium", "lagging")
        for scale in ("large", "small")
    ]
    return [row | changed for row in rows]


def test_a_given_rule_is_for_all_firms_or_refused():
    section = build_scenario(
        {"benchmark": {"rule": "given", "given": rows_of(), "industries": [POWER]}}
    ).benchmark
    register = build_register(section)
    assert (given_benchmarks(register, section.given) == 1.0).all()
    rows = [*section.given[1:], section.given[1]]
    strange = GivenBenchmark(
        industry="power", tier="medium", scale="large", relative=1.0, process="gas"
    )
    with pytest.raises(InputError) as refused:
        given_benchmarks(register, [*rows, strange])
    assert [fault.what for fault in refused.value.faults] == [
        "given twice",
        "unknown process",
        "no benchmark for its firms",
    ]
    # With the mean kept, only the spread of the numbers counts.
    doubled = [
        GivenBenchmark(**vars(row) | {"relative": 2.0 if row.tier == "lagging" else 1.0})
        for row in section.given
    ]
    relative = given_benchmarks(register, doubled)
    weight = np.asarray(register.output)
    assert (weight * relative).sum() == pytest.approx(weight.sum(), rel=1e-12)
    raw = given_benchmarks(register, doubled, mean_preserving=False)
    assert set(raw) == {1.0, 2.0}


POWER = {
    "name": "power",
    "entities": 60,
    "emissions_tco2": 1e8,
    "benchmark_tco2_per_unit": 0.8,
    "reduction_potential": 0.1,
}


@pytest.mark.parametrize(
    ("section", "allowed"),
    [
        ({"rule": "given"}, "with the rule 'given' its numbers"),
        ({"given": [rows_of()[0] | {"industry": "glass"}]}, "rows of a given rule for power"),
        ({"given": [rows_of()[0] | {"tier": "old"}]}, "advanced, medium, lagging"),
        ({"given": [rows_of()[0] | {"relative": 0.0}]}, "a number above 0"),
        ({"common_scale": 0.0}, "greater than 0"),
    ],
)
def test_given_rules_that_are_not_allowed(section, allowed):
    with pytest.raises(InputError) as refused:
        build_scenario({"benchmark": section})
    assert [allowed in fault.allowed for fault in refused.value.faults] == [True]


def test_a_scenario_written_is_the_scenario_read():
    file = PROJECT / "scenarios" / "benchmark_china.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    assert tomllib.loads(to_toml(content, ("a", "", "b"))) == content
    odd = {"a": {"x y": [], "t": 'say "5 €"\n', "r": [{"k": [1, 2]}, {"k": []}], "e": {}}}
    assert tomllib.loads(to_toml(odd)) == odd
