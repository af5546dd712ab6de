"""A market whose code has a fault is refused, fault by fault."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.benchmark.planted_faults import FAULTS

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def refusals():
    """Return what refused each market; compiled code cannot be replaced, plain code can."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.unit.benchmark.planted_faults"],
        check=True,
        cwd=PROJECT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(answer.stdout)


def test_a_market_without_a_fault_is_not_refused(refusals):
    assert refusals["nothing is wrong"] == ""


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name, refusals):
    assert "not conserved" in refusals[name]
