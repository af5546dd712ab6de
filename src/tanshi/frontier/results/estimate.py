"""An estimated frontier: its surfaces, and what they say of every observation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.frontier.surfaces import QuadraticSurfaces, SurfaceValues
from tanshi.frontier.technology import ALL, NULL_JOINTNESS_MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tanshi.frontier.certificate import Certificate
    from tanshi.frontier.inputs import FrontierInputs
    from tanshi.frontier.optimal_face import OptimalFace
    from tanshi.frontier.surfaces import Surfaces

    Array = NDArray[np.float64]

METHODS = ("quantile", "deterministic", "expectile", "convex_quantile", "convex_expectile")
BLOCK_VALUES = 4_000_000  # observations times quantiles held at a time
DISTANCE_SCHEMA = {
    "unit": pl.String,
    "time": pl.Int64,
    "tau": pl.Float64,
    "distance_normalised": pl.Float64,
    "shadow_price_cny_per_tco2": pl.Float64,
    "shadow_price_low_cny_per_tco2": pl.Float64,
    "shadow_price_high_cny_per_tco2": pl.Float64,
}
ON_QUANTILE = 1e-9  # a distance within this of 0 lies exactly on the quantile


@dataclass(frozen=True, eq=False, kw_only=True)
class FrontierEstimate:
    """Directional distance functions on one panel, one column a quantile.

    Only surfaces are held; what they say about each observation is computed when it is
    asked for, and in blocks where there are millions. Several methods stand behind it.

    Parameters
    ----------
    inputs : FrontierInputs
        The panel.
    taus : tuple of float, length T
        Quantiles or expectiles; ``(1.0,)`` for the deterministic frontier.
    method : str
        One of `METHODS`.
    null_jointness : bool
        Whether D(x, y, 0) <= -1e-6 was imposed.
    surfaces : Surfaces
        Quadratic, or convex and piecewise linear.
    certificates : tuple of Certificate, length T
        Proof of optimality.
    active_constraints : tuple of dict, length T
        Constraint rows that bind, by kind; of a piecewise linear surface, hyperplanes on
        which a sign binds.
    """

    inputs: FrontierInputs
    taus: tuple[float, ...]
    method: str
    null_jointness: bool
    surfaces: Surfaces
    certificates: tuple[Certificate, ...]
    active_constraints: tuple[dict[str, int], ...]

    def values(self, rows: slice = ALL) -> SurfaceValues:
        """Return distances and output weights of some observations, in order."""
        return self.surfaces.values(self.inputs, rows)

    def blocks(self) -> Iterator[tuple[slice, SurfaceValues]]:
        """Yield the values of all observations, a bounded number at a time."""
        for rows in self._rows():
            yield rows, self.values(rows)

    def _rows(self) -> Iterator[slice]:
        size = max(1, BLOCK_VALUES // len(self.taus))
        for start in range(0, self.inputs.n_observations, size):
            yield slice(start, start + size)

    @property
    def deterministic(self) -> bool:
        """Whether this is the frontier that envelops every observation."""
        return self.method == "deterministic"

    @property
    def unique(self) -> tuple[bool, ...]:
        """Whether surface and slopes are known to be the only optimal ones, by quantile."""
        return self.surfaces.unique

    @property
    def free_parameters(self) -> Array:
        """Coefficients of Q(x, s) of quadratic surfaces, (T, P)."""
        return self._quadratic("free parameters").free_parameters

    @property
    def faces(self) -> tuple[OptimalFace, ...]:
        """All optimal parameters of quadratic surfaces, length T."""
        return self._quadratic("an optimal face").faces

    def _quadratic(self, what: str) -> QuadraticSurfaces:
        if isinstance(self.surfaces, QuadraticSurfaces):
            return self.surfaces
        message = (
            f"{self.surfaces.form} surfaces have no {what}; 'parameters()' lists what they have"
        )
        raise AttributeError(message)

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
        """Least output weight over the optimal face, or of hyperplanes that meet, (n, T)."""
        return self._all.output_weight_low

    @property
    def output_weight_high(self) -> Array:
        """Greatest output weight over the optimal face, or of those hyperplanes, (n, T)."""
        return self._all.output_weight_high

    @property
    def shadow_price_cny_per_tco2(self) -> Array:
        """Output forgone per tonne, Eq. 8: q = -(dD/db) / (dD/dy), (n, T); inf at w = 0."""
        return shadow_price(self.output_weight) * self.inputs.price_scale_cny_per_tco2

    @property
    def shadow_price_range_cny_per_tco2(self) -> tuple[Array, Array]:
        """Shadow prices at the greatest and the least output weight, (n, T) each."""
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
    def null_joint_violations(self) -> tuple[int, ...]:
        """Observations at which D(x, y, 0) exceeds -1e-6, by quantile; 0 where imposed."""
        most = ON_QUANTILE - NULL_JOINTNESS_MARGIN
        counts = [
            (self.surfaces.at_zero_emissions(self.inputs, rows) > most).sum(axis=0)
            for rows in self._rows()
        ]
        return tuple(np.sum(counts, axis=0).tolist())

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
        """Return the parameters of Eq. 3, or hyperplanes: columns tau, parameter, value."""
        found = self.surfaces.parameters(self.inputs.n_inputs)
        rows = [
            (label, name, value)
            for label, parameters in zip(self._labels, found, strict=True)
            for name, value in parameters.items()
        ]
        return pl.DataFrame(rows, schema=["tau", "parameter", "value"], orient="row")

    @property
    def _labels(self) -> list[str]:
        return ["frontier"] if self.deterministic else [f"{tau:g}" for tau in self.taus]

    def diagnostics(self) -> pl.DataFrame:
        """Return objective, certificate, coverage and active constraints by tau."""
        return pl.DataFrame(
            {
                "tau": self._labels,
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
        return pl.concat(self.distance_blocks())

    def distance_blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the rows of `distances`, a bounded number at a time."""
        scale = self.inputs.price_scale_cny_per_tco2
        for rows, values in self.blocks():
            m, t = values.distance.shape
            prices = (values.output_weight, values.output_weight_high, values.output_weight_low)
            units = pl.Series(self.inputs.unit[rows], dtype=pl.String)
            columns = (
                units.gather(np.repeat(np.arange(m), t)),
                np.repeat(np.asarray(self.inputs.period)[rows], t),
                np.tile(np.array(self.taus), m),
                values.distance.ravel(),
                *(shadow_price(weight).ravel() * scale for weight in prices),
            )
            yield pl.DataFrame(dict(zip(DISTANCE_SCHEMA, columns, strict=True)))

    def summary(self) -> str:
        """Return the estimate as regression tables are printed, lines of at most 100 places.

        With coefficients of a bootstrap, costs or intervals: `estimation_summary`.
        """
        from tanshi.frontier.results.summary import estimation_summary

        return estimation_summary(self)

    def headline(self) -> str:
        """Return a few lines for a terminal."""
        many = "expectiles" if "expectile" in self.method else "quantiles"
        kind = "deterministic frontier" if self.deterministic else f"{len(self.taus)} {many}"
        return (
            f"{kind} of a {self.surfaces.form} directional output distance function\n"
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
