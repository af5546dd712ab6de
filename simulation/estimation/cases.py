"""Markets to draw trading data from, and what is measured in each."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.personal.estimation import estimate_both_sides, estimate_platform
from tanshi.personal.estimation_inputs import EstimationInputs
from tanshi.personal.trading_simulation import TradingDesign, simulate_trading

if TYPE_CHECKING:
    from tanshi.personal.estimation import Errors

LEVEL = 0.95
SIZE = 0.05  # at which tests reject


@dataclass(frozen=True)
class Effort:
    """Data sets of a case, and how many of them are tested too, which takes longer."""

    data_sets: int
    tested: int


@dataclass(frozen=True)
class Case:
    """One way in which data may be.

    Parameters
    ----------
    key, says : str
        Name in the record, and what the page calls it.
    sound : bool
        Whether the assumptions of the estimation hold and its instruments are strong.
    design : TradingDesign
    n_obs : int
    errors : standard errors asked for
    knows_service : bool
        Whether the data have the service level.
    """

    key: str
    says: str
    sound: bool
    design: TradingDesign = field(default_factory=TradingDesign)
    n_obs: int = 300
    errors: Errors = "robust"
    knows_service: bool = True

    def settings(self, effort: Effort) -> dict[str, Any]:
        """Return what the numbers of a case depend on, as the record holds it."""
        found = {**asdict(self), **asdict(effort)}
        return {
            name: {key: list(one) if isinstance(one, tuple) else one for key, one in value.items()}
            if isinstance(value, dict)
            else value
            for name, value in found.items()
        }

    @property
    def truth(self) -> dict[str, float]:
        """Return what the estimates should be."""
        one = self.design
        if self.knows_service:
            names = ("beta_d", "alpha_d", "beta_s", "alpha_s")
            return {name: getattr(one, name) for name in names}
        q = one.service_levels[0]
        return {
            "service_effect_d": q * one.beta_d,
            "alpha_d": one.alpha_d,
            "service_effect_s": q * one.beta_s,
            "alpha_s": one.alpha_s,
        }


EVEN = (0.5, 0.5)
HARDLY = (0.8235, 0.8265)
CASES = (
    Case("base", "300 observations", sound=True),
    Case("small", "100 observations", sound=True, n_obs=100),
    Case("large", "1,000 observations", sound=True, n_obs=1000),
    Case(
        "unrelated",
        "shocks of the two sides unrelated",
        sound=True,
        design=TradingDesign(correlation=0.0),
    ),
    Case(
        "prices",
        "the price varies: a second instrument",
        sound=True,
        design=TradingDesign(prices=(0.05, 0.15)),
    ),
    Case(
        "no service",
        "service level constant and not observed",
        sound=True,
        design=TradingDesign(service_levels=EVEN),
        knows_service=False,
    ),
    Case(
        "clusters",
        "60 markets of 10 periods, clustered errors",
        sound=True,
        design=TradingDesign(service_levels=EVEN, within_cluster=0.9),
        n_obs=600,
        errors="clustered",
    ),
    Case(
        "clusters ignored",
        "the same with robust errors",
        sound=False,
        design=TradingDesign(service_levels=EVEN, within_cluster=0.9),
        n_obs=600,
    ),
    Case(
        "few clusters",
        "8 markets of 75 periods, clustered errors",
        sound=False,
        design=TradingDesign(service_levels=EVEN, within_cluster=0.9, cluster_size=75),
        n_obs=600,
        errors="clustered",
    ),
    Case(
        "weak",
        "fees that hardly vary",
        sound=False,
        design=TradingDesign(fees=HARDLY),
    ),
    Case(
        "weak, no service",
        "fees that hardly vary, service level not observed",
        sound=False,
        design=TradingDesign(fees=HARDLY, service_levels=EVEN),
        knows_service=False,
    ),
    Case(
        "bounds",
        "lower fees: many observations at a bound",
        sound=False,
        design=TradingDesign(fees=(0.35, 0.65)),
    ),
    Case(
        "fees follow",
        "fees rise by half of the shock of their side",
        sound=False,
        design=TradingDesign(fee_response=0.5),
    ),
)


def quick_cases() -> tuple[Case, ...]:
    """Return two of the cases."""
    return CASES[:2]


def data_of(case: Case, seed: int) -> EstimationInputs:
    """Draw one data set of a case."""
    data = simulate_trading(case.design, case.n_obs, seed=seed)
    if case.errors != "clustered":
        del data["cluster"]
    if not case.knows_service:
        del data["service_level"]
    return EstimationInputs(**data)


def simulate(case: Case, effort: Effort) -> dict[str, Any]:
    """Estimate from every data set of a case and return its entry in the record."""
    truth = np.array(list(case.truth.values()))
    estimates, errors, ols, covered, bounds = [], [], [], [], []
    for seed in range(effort.data_sets):
        inputs = data_of(case, seed)
        found = estimate_both_sides(inputs, errors=case.errors)
        margin = found.standard_error * found.quantile(LEVEL)
        estimates.append(found.estimate)
        errors.append(found.standard_error)
        ols.append(found.ols_estimate)
        covered.append(np.abs(found.estimate - truth) <= margin)
        bounds.append(sum(one.left_out for one in found.equations.values()))
    columns = {
        "bias": np.mean(estimates, axis=0) - truth,
        "ols_bias": np.mean(ols, axis=0) - truth,
        "median_bias": np.median(estimates, axis=0) - truth,
        "deviation": np.std(estimates, axis=0, ddof=1),
        "standard_error": np.median(errors, axis=0),
        "coverage": np.mean(covered, axis=0),
    }
    values = {
        name: {key: float(column[place]) for key, column in columns.items()}
        for place, name in enumerate(case.truth)
    }
    return {
        "settings": case.settings(effort),
        "values": values,
        "at_bounds": float(np.mean(bounds)) / (2 * case.n_obs),
        **_tests(case, effort),
    }


def _tests(case: Case, effort: Effort) -> dict[str, float | None]:
    """Return how strong instruments are, and how often each test rejects."""
    found = [
        estimate_platform(data_of(case, seed), errors=case.errors) for seed in range(effort.tested)
    ]
    tests = [one for each in found for one in each.tests]
    over = [one.overidentification_p_value for one in tests]
    known = [one for one in over if one is not None]
    return {
        "first_stage_f": float(np.median([one.first_stage_f for one in tests])),
        "own_fee_rejected": float(np.mean([one.own_fee_p_value < SIZE for one in tests])),
        "overidentification_rejected": (
            float(np.mean([one < SIZE for one in known])) if known else None
        ),
    }
