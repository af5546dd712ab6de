"""What trading data say about a two-sided platform: estimates, their tests, what they imply."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

WEAK_F = 10.0
SIDES = {"d": "buyers", "s": "sellers"}


@dataclass(frozen=True, kw_only=True)
class EquationTests:
    """Diagnostics of one side's equation.

    Parameters
    ----------
    side : {"d", "s"}
        Buyers or sellers.
    observations, left_out_at_bounds : int
        Used, and left out since the side's participation is 0 or 1.
    instruments : str
        Names, for the other side's participation.
    first_stage_f : float
        Of the instruments' variation (beside an intercept), with the standard errors chosen.
    first_stage_partial_r2 : float
    own_fee_coefficient, own_fee_standard_error, own_fee_p_value : float
        Where it is estimated freely; p-value of its being −1.
    intercept, intercept_standard_error, intercept_p_value : float or None
        Beside that, where the service level varies; p-value of its being 1.
    overidentification_statistic, overidentification_p_value : float or None
        Wooldridge's robust score test; None with one instrument.
    overidentification_degrees : int
    endogeneity_p_value : float
        Wooldridge's robust test that ordinary least squares would do.
    """

    side: str
    observations: int
    left_out_at_bounds: int
    instruments: str
    first_stage_f: float
    first_stage_partial_r2: float
    own_fee_coefficient: float
    own_fee_standard_error: float
    own_fee_p_value: float
    intercept: float | None
    intercept_standard_error: float | None
    intercept_p_value: float | None
    overidentification_statistic: float | None
    overidentification_p_value: float | None
    overidentification_degrees: int
    endogeneity_p_value: float


@dataclass(frozen=True, kw_only=True, eq=False)
class PlatformEstimate:
    """Estimates of both sides' equations.

    Parameters
    ----------
    parameters : tuple of str
        ``beta_d, alpha_d, beta_s, alpha_s``; without a service level ``service_effect_d`` and
        ``service_effect_s``, that is qβ_d and qβ_s, in place of the betas.
    estimate, standard_error, low, high : (p,) array
        Two-stage least squares, and the bounds of the interval.
    ols_estimate, ols_standard_error : (p,) array
        Ordinary least squares, beside.
    covariance : (p, p) array
        Of all estimates together, both equations'.
    level : float
        Of the intervals.
    errors : {"robust", "clustered", "hac"}
    payments : {"published", "closed"}
    tests : tuple of EquationTests
        Of buyers and of sellers.
    left_out : (n,) array of str
        Per observation ``""``, ``"d"``, ``"s"`` or ``"ds"``: whose equation it is left out of.
    warnings : tuple of str
    mean_price, mean_service_level : float
        Of the data; the service level is NaN where it is not observed.
    """

    parameters: tuple[str, ...]
    estimate: FloatArray
    standard_error: FloatArray
    low: FloatArray
    high: FloatArray
    ols_estimate: FloatArray
    ols_standard_error: FloatArray
    covariance: FloatArray
    level: float
    errors: str
    payments: str
    tests: tuple[EquationTests, ...]
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]
    mean_price: float
    mean_service_level: float

    @property
    def knows_service_level(self) -> bool:
        """Whether the service level was observed."""
        return "beta_d" in self.parameters

    def table(self) -> pl.DataFrame:
        """Return one row a parameter."""
        return pl.DataFrame(
            {
                "parameter": self.parameters,
                "estimate": self.estimate,
                "standard_error": self.standard_error,
                "low": self.low,
                "high": self.high,
                "ols_estimate": self.ols_estimate,
                "ols_standard_error": self.ols_standard_error,
            }
        )

    def diagnostics(self) -> pl.DataFrame:
        """Return one row a side, every test a column; what does not exist is blank."""
        rows = [asdict(one) | {"side": SIDES[one.side]} for one in self.tests]
        optional = ("intercept", "overidentification")
        kinds = {
            name: pl.Float64
            for name in rows[0]
            if name.startswith(optional) and not name.endswith("degrees")
        }
        return pl.DataFrame(rows, schema_overrides=kinds)

    def summary(self) -> str:
        """Return lines for a terminal."""
        lines = [
            f"{name} = {value:.4f} ({error:.4f}), {self.level:.0%} from {low:.4f} to {high:.4f}; "
            f"ordinary least squares {ols:.4f}"
            for name, value, error, low, high, ols in zip(
                self.parameters,
                self.estimate,
                self.standard_error,
                self.low,
                self.high,
                self.ols_estimate,
                strict=True,
            )
        ]
        lines += [
            f"{SIDES[one.side]}: {one.observations} observations, "
            f"{one.left_out_at_bounds} left out at bounds; first-stage F "
            f"{one.first_stage_f:.1f}; own fee {one.own_fee_coefficient:.3f}, "
            f"p-value of -1 {one.own_fee_p_value:.3f}"
            for one in self.tests
        ]
        return "\n".join([*lines, *(f"warning: {one}" for one in self.warnings)])

    def as_dict(self) -> dict[str, Any]:
        """Return what a machine wants to know."""
        return {
            "errors": self.errors,
            "payments": self.payments,
            "level": self.level,
            "parameters": self.table().to_dicts(),
            "covariance": self.covariance.tolist(),
            "tests": [asdict(one) for one in self.tests],
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class ImpliedOptimum:
    """What the estimates imply for the platform, with draws from their distribution.

    Parameters
    ----------
    table : polars.DataFrame
        ``objective`` (profit or welfare), ``service_level_is`` (``optimal``, or ``observed``:
        the mean of the data), ``quantity`` (``service_level``, ``n_d``, ``n_s``, ``fee_d``,
        ``fee_s``, ``value``), ``estimate``, ``standard_error``, ``low``, ``high``.
    draws : int
    draws_with_negative_beta_share : float
        Draws in which a sensitivity to service is below 0, where 0 stands in.
    allowance_price, service_cost, blockchain_unit_cost : float
        As used; the service cost is NaN where none was given, and values are then before it.
    """

    table: pl.DataFrame
    draws: int
    draws_with_negative_beta_share: float
    allowance_price: float
    service_cost: float
    blockchain_unit_cost: float
