"""Run a module of the tests in a process of its own, without compiling.

Compiled code cannot be replaced by a test; plain code can.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def answer_of(module):
    """Return what a module writes to standard output as JSON."""
    answer = subprocess.run(
        [sys.executable, "-m", module],
        check=True,
        cwd=PROJECT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(answer.stdout)
