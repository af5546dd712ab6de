"""Scenario to models to results, with where they come from."""

from tanshi.study.provenance import Provenance
from tanshi.study.results import StudyResult
from tanshi.study.run import Progress, run_study
from tanshi.study.scenario import Scenario, build_scenario, load_scenario

__all__ = [
    "Progress",
    "Provenance",
    "Scenario",
    "StudyResult",
    "build_scenario",
    "load_scenario",
    "run_study",
]
