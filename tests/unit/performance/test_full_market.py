"""The full market's timings, and that compiling it changes nothing."""

import json
import os
import subprocess
import sys
import time
import tomllib
from dataclasses import asdict, replace
from functools import partial

import pytest
from performance import full_market
from performance.record import PROJECT
from performance.timing import Contender
from tests.unit.benchmark.conftest import small_register
from tests.unit.benchmark.test_certificate import everything_on
from tests.unit.benchmark.test_market_mechanisms import CALM

from tanshi.benchmark.ablation import MECHANISMS
from tanshi.benchmark.rules import MarketRules

SAMPLE = PROJECT / "scenarios" / "benchmark_sample.toml"
PLAN = replace(CALM, years=2)


def line(key, value):
    return f"{key} = {json.dumps(value)}"


def scenario_of(rules, firms):
    """Write the sample's market with other rules and fewer firms."""
    content = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))["benchmark"]
    rows = ["[benchmark]", "years = 4"]
    for group, values in asdict(rules).items():
        rows += [f"[benchmark.{group}]", *(line(*pair) for pair in values.items())]
    for row in content["industries"]:
        share = firms / row["entities"]
        smaller = row | {"entities": firms, "emissions_tco2": row["emissions_tco2"] * share}
        rows += ["[[benchmark.industries]]"]
        rows += [line(*pair) for pair in smaller.items() if pair[0] != "processes"]
    return "\n".join(rows)


def alone(scenario, **environment):
    answer = subprocess.run(
        [sys.executable, "-m", "performance.market_alone", str(scenario), "4"],
        check=True,
        cwd=PROJECT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"} | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize("rules", [MarketRules(), everything_on()], ids=["usual", "all on"])
def test_compiled_and_plain_python_say_the_same(rules, tmp_path):
    scenario = tmp_path / "market.toml"
    scenario.write_text(scenario_of(rules, 12), encoding="utf-8")
    compiled, plain = alone(scenario), alone(scenario, NUMBA_DISABLE_JIT="1")
    assert (compiled["compiled"], plain["compiled"]) == (True, False)
    for name in ("price", "burden_cny"):
        assert plain[name] == pytest.approx(compiled[name], rel=1e-9)


def test_every_mechanism_has_its_time():
    table = full_market._mechanisms(PLAN, 1)
    assert [row[0] for row in table.rows] == [*MECHANISMS, full_market.ALL_OFF]
    for row in table.rows:
        assert len(row) == len(table.headers)
        assert float(row[2]) > 0.0


def test_parts_add_up_to_the_call():
    table = full_market._parts(PLAN, 3)
    assert [row[0] for row in table.rows][2] == "2 years"
    assert sum(float(row[2]) for row in table.rows) > 50.0


def test_both_markets_are_timed_by_firm_and_year():
    register = small_register(30)
    plan = replace(PLAN, register=register, relative=PLAN.relative[:30])
    times = full_market._beside_reference(plan, 2)
    assert set(times) == {"Tanshi", "reference market"}
    assert min(times["Tanshi"]) > min(times["reference market"]) > 0.0


def test_processor_time_leaves_waiting_out():
    _, seconds = full_market._processor_time(partial(time.sleep, 0.1))
    assert seconds < 0.05
    assert Contender(partial(time.sleep, 0.1)).seconds() >= 0.1
