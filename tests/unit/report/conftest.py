"""A small study of the sample with all that a study can find."""

import pytest

from tanshi.study import build_scenario, run_study

REPLICATES = 24
WITH_EVERYTHING = {
    "frontier": {"taus": [0.25, 0.5, 0.75], "bootstrap": REPLICATES, "seed": 3},
    "leontief": {
        "intensity_cv": 0.1,
        "draws": 400,
        "households": [
            {
                "name": "rural",
                "column": "FU101",
                "consumption_cny_per_head": 13713.0,
                "income_cny_per_head": 17131.0,
            },
            {
                "name": "urban",
                "column": "FU102",
                "consumption_cny_per_head": 27007.0,
                "income_cny_per_head": 43834.0,
            },
        ],
    },
    "report": {"sensitivity": False, "alternatives": True},
}


class Unheard:
    """Hears of a study's progress and forgets it."""

    def start(self, total):
        """Take the number of steps."""

    def step(self):
        """Take one step."""


@pytest.fixture(scope="session")
def whole_study():
    """The study with a bootstrap, robustness, other estimators and households."""
    return run_study(
        build_scenario(WITH_EVERYTHING),
        command="tanshi study whole.toml --out whole",
        progress=Unheard(),
    )
