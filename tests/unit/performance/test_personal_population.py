"""Ten million people: the contenders count the same population."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from performance.people_alone import POPULATIONS, PRICE, count, plain
from performance.personal_population import CONTENDERS, TASKS
from performance.record import PROJECT

from tanshi.personal.reservation import SupplyCurve

PEOPLE = 100_000


@pytest.mark.parametrize("name", TASKS.values())
def test_arrays_of_everyone_and_streamed_people_agree_with_the_exact_curve(name):
    traits = POPULATIONS[name]
    curve = SupplyCurve(traits)
    exact = float(SupplyCurve(replace(traits, amount_deviation=0.0)).share(PRICE)[0])
    error = (exact * (1.0 - exact) / PEOPLE) ** 0.5
    for who in CONTENDERS.values():
        assert abs(count(who, traits, PEOPLE) - exact) < 4.5 * error
    _, sold, surplus, groups = plain(traits, PEOPLE)
    assert sold == pytest.approx(float(curve.share(PRICE)[0]), rel=0.02)
    assert surplus == pytest.approx(curve.surplus(PRICE), rel=0.02)
    assert sum(groups) / len(groups) == pytest.approx(surplus)


def test_a_process_of_its_own_prints_what_it_found():
    words = [sys.executable, "-m", "performance.people_alone", "tanshi", "paper", "50000"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=PROJECT)
    found = json.loads(done.stdout)
    assert found["share"] == pytest.approx(0.6, abs=0.01)
    assert abs(found["z"]) < 4.5
    assert 0.05 < found["peak_gb"] < 1.0
    assert found["seconds"] > 0.0
