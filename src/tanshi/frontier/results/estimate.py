"""An estimated frontier: its parameters, and what they say of every observation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.core import frozen
from tanshi.frontier.technology import (
    gradient_coefficients,
    gradient_features,
    printed_parameters,
    quadratic_features,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tanshi.frontier.certificate import Certificate
    from tanshi.frontier.inputs import FrontierInputs
    from tanshi.frontier.optimal_face import OptimalFace

    Array = NDArray[np.float64]

ALL = slice(None)
BLOCK_VALUES = 4_000_000  # observations times quantiles held at a time
ON_QUANTILE = 1e-9  # a distance within this of 0 lies exactly on the quantile


@dataclass(frozen=True, eq=False)
class SurfaceValues:
    """What the surfaces say about some observations, one column a quantile.

    Parameters
    ----------
    distance : (m, T) array
        D(x, y, b; 1, -1), mean-normalised.
    output_weight : (m, T) array
        w = -dD/dy = 1 - dD/db, in [0, 1].
    output_weight_low, output_weight_high : (m, T) arrays
        Range of w over the optimal face; equal to w where the optimum is unique.
    """

    distance: Array
    output_weight: Array
    output_weight_low: Array
    output_weight_high: Array


@dataclass(frozen=True, eq=False, kw_only=True)
class FrontierEstimate:
    """Directional distance functions on one panel, one column a quantile.

    Only parameters are held; what they say about each observation is computed when it is
    asked for, and in blocks where there are millions.

    Parameters
    ----------
    inputs : FrontierInputs
        The panel.
    taus : tuple of float, length T
        Quantiles; ``(1.0,)`` for the deterministic frontier.
    deterministic : bool
        Whether this is the frontier that envelops every observation.
    null_jointness : bool
        Whether D(x, y, 0) <= -1e-6 was imposed.
    free_parameters : (T, P) array
        Coefficients of Q(x, s), mean-normalised data.
    faces : tuple of OptimalFace, length T
        All optimal parameters; a point where they are unique.
    certificates : tuple of Certificate, length T
        Proof of optimality.
    active_constraints : tuple of dict, length T
        Constraint rows that bind, by kind.
    """

    inputs: FrontierInputs
    taus: tuple[float, ...]
    deterministic: bool
    null_jointness: bool
    free_parameters: Array
    faces: tuple[OptimalFace, ...]
    certificates: tuple[Certificate, ...]
    active_constraints: tuple[dict[str, int], ...]

    def values(self, rows: slice = ALL) -> SurfaceValues:
        """Return distances and output weights of some observations, in order."""
        inputs = self.inputs
        total = inputs.normalised_output[rows] + inputs.normalised_emissions[rows]
        points = np.column_stack([inputs.normalised_inputs[rows], total])
        distance = quadratic_features(points) @ self.free_parameters.T
        distance += inputs.normalised_emissions[rows][:, None]
        last = points.shape[1] - 1
        constant, slope = gradient_coefficients(self.free_parameters, last + 1)
        weight = -(constant[:, last] + points @ slope[:, last].T)
        low, high = weight, weight
        if not all(self.unique):
            of_total = gradient_features(points, last)
            extremes = [face.functional(of_total) for face in self.faces]
            low = -np.column_stack([greatest for _, greatest in extremes])
            high = -np.column_stack([least for least, _ in extremes])
        return SurfaceValues(frozen(distance), frozen(weight), frozen(low), frozen(high))

    def blocks(self) -> Iterator[tuple[slice, SurfaceValues]]:
        """Yield the values of all observations, a bounded number at a time."""
        size = max(1, BLOCK_VALUES // len(self.taus))
        for start in range(0, self.inputs.n_observations, size):
            rows = slice(start, start + size)
            yield rows, self.values(rows)

    @property
    def unique(self) -> tuple[bool, ...]:
        """Whether the optimal parameters are unique, by quantile."""
        return tuple(face.is_point for face in self.faces)

    @property
    def distance(self) -> Array:
        """D of every observation, (n, T), mean-normalised."""
        return self._all.distance

    @property
    def output_weight(self) -> Array:
        """-dD/dy of every observation, (n, T)."""
        return self._all.output_weight

    @property
    def output_weight_low(self) -> Array:
        """Least output weight over the optimal face, (n, T)."""
        return self._all.output_weight_low

    @property
    def output_weight_high(self) -> Array:
        """Greatest output weight over the optimal face, (n, T)."""
        return self._all.output_weight_high

    @property
    def shadow_price_cny_per_tco2(self) -> Array:
        """Output forgone per tonne, Eq. 8: q = -(dD/db) / (dD/dy), (n, T); inf at w = 0."""
        return shadow_price(self.output_weight) * self.inputs.price_scale_cny_per_tco2

    @property
    def shadow_price_range_cny_per_tco2(self) -> tuple[Array, Array]:
        """Least and greatest shadow price over the optimal face, (n, T) each."""
        scale = self.inputs.price_scale_cny_per_tco2
        return (
            shadow_price(self.output_weight_high) * scale,
            shadow_price(self.output_weight_low) * scale,
        )

    @property
    def coverage(self) -> Array:
        """Share of observations that the surface covers, D >= 0; about tau, (T,)."""
        return self._counts.covered / self.inputs.n_observations

    @property
    def share_above(self) -> Array:
        """Share of observations above the surface, D < 0; about 1 - tau, (T,)."""
        return 1.0 - self.coverage

    @property
    def exact_hits(self) -> int:
        """Observations that lie exactly on some quantile."""
        return self._counts.exact_hits

    @property
    def crossings(self) -> int:
        """Pairs of adjacent quantiles, over all observations, in the wrong order."""
        return self._counts.crossings

    @cached_property
    def _all(self) -> SurfaceValues:
        return self.values()

    @cached_property
    def _counts(self) -> _Counts:
        covered = np.zeros(len(self.taus), np.int64)
        exact_hits = crossings = 0
        for _, values in self.blocks():
            distance = values.distance
            covered += (distance >= -ON_QUANTILE).sum(axis=0)
            exact_hits += int((np.abs(distance) <= ON_QUANTILE).any(axis=1).sum())
            crossings += int((np.diff(distance, axis=1) < -ON_QUANTILE).sum())
        return _Counts(covered, exact_hits, crossings)

    def parameters(self) -> pl.DataFrame:
        """Return the parameters of Eq. 3: columns tau, parameter, value."""
        rows = [
            ("frontier" if self.deterministic else f"{tau:g}", name, value)
            for tau, theta in zip(self.taus, self.free_parameters, strict=True)
            for name, value in printed_parameters(theta, self.inputs.n_inputs).items()
        ]
        return pl.DataFrame(rows, schema=["tau", "parameter", "value"], orient="row")

    def diagnostics(self) -> pl.DataFrame:
        """Return objective, certificate, coverage and active constraints by tau."""
        return pl.DataFrame(
            {
                "tau": ["frontier"] if self.deterministic else [f"{t:g}" for t in self.taus],
                "objective": [c.objective for c in self.certificates],
                "gap": [c.gap for c in self.certificates],
                "primal_infeasibility": [c.primal_infeasibility for c in self.certificates],
                "dual_infeasibility": [c.dual_infeasibility for c in self.certificates],
                "share_above": self.share_above,
                "coverage": self.coverage,
                "active_constraints": [sum(a.values()) for a in self.active_constraints],
                "active_null_jointness": [a["null_jointness"] for a in self.active_constraints],
                "unique": self.unique,
            }
        )

    def distances(self) -> pl.DataFrame:
        """Return distance and shadow price by unit, time and tau, with its range."""
        n, t = self.distance.shape
        low, high = self.shadow_price_range_cny_per_tco2
        return pl.DataFrame(
            {
                "unit": np.repeat(np.array(self.inputs.unit, dtype=object), t).tolist(),
                "time": np.repeat(np.asarray(self.inputs.period), t),
                "tau": list(self.taus) * n,
                "distance_normalised": self.distance.ravel(),
                "shadow_price_cny_per_tco2": self.shadow_price_cny_per_tco2.ravel(),
                "shadow_price_low_cny_per_tco2": low.ravel(),
                "shadow_price_high_cny_per_tco2": high.ravel(),
            }
        )

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        kind = "deterministic frontier" if self.deterministic else f"{len(self.taus)} quantiles"
        return (
            f"{kind} of a quadratic directional output distance function\n"
            f"observations {self.inputs.n_observations}, inputs "
            f"{', '.join(self.inputs.input_names)}, null-jointness "
            f"{'on' if self.null_jointness else 'off'}\n"
            f"largest gap {max(c.gap for c in self.certificates):.1e}, crossings "
            f"{self.crossings}, observations exactly on a quantile {self.exact_hits}, unique "
            f"optima {sum(self.unique)} of {len(self.unique)}"
        )


@dataclass(frozen=True, eq=False)
class _Counts:
    """Counts over all observations and quantiles."""

    covered: NDArray[np.int64]  # (T,)
    exact_hits: int
    crossings: int


def shadow_price(output_weight: Array) -> Array:
    """Return (1 - w) / w, with w within rounding of 0 or 1 taken as that bound."""
    w = np.where(output_weight <= ON_QUANTILE, 0.0, output_weight)
    w = np.where(w >= 1.0 - ON_QUANTILE, 1.0, w)
    with np.errstate(divide="ignore"):
        # Eq. (8)
        return (1.0 - w) / w
