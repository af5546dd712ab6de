"""What the evolutionary game hands out: rest points, basins, finite populations, the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SHARES = ("supervise", "adopt", "sell", "buy")


@dataclass(frozen=True, eq=False)
class RestPoint:
    """A state that the dynamics leave where it is.

    Parameters
    ----------
    shares : (4,) array
        x, y, z, w.
    eigenvalues : (4,) complex array
        Of the Jacobian there, per unit of time.
    kind : {"sink", "source", "saddle", "non-hyperbolic"}
        By the real parts of the eigenvalues; a centre is non-hyperbolic.
    face : str
        For supervise, adopt, sell and buy ``0``, ``1``, or ``*`` where the share is inside.
    complete : bool
        Whether it is proved that the face holds no other rest point.
    """

    shares: Array
    eigenvalues: NDArray[np.complex128]
    kind: str
    face: str = "****"
    complete: bool = False


@dataclass(frozen=True, eq=False)
class RestPoints:
    """The rest points of one dynamics.

    Parameters
    ----------
    dynamics : str
    noise : float
        CNY per tonne for logit and pairwise comparison, a rate for the mutator; 0 for none.
    points : tuple of RestPoint
        Corners first, then edges, faces, interior.
    open_faces : tuple of str
        Faces on which other rest points than those found are not excluded.
    """

    dynamics: str
    noise: float
    points: tuple[RestPoint, ...]
    open_faces: tuple[str, ...]

    def __iter__(self) -> Iterator[RestPoint]:
        """Iterate over the points."""
        return iter(self.points)

    @property
    def complete(self) -> bool:
        """Whether it is proved that there are no other rest points."""
        return not self.open_faces

    @property
    def sinks(self) -> tuple[RestPoint, ...]:
        """Return the points that every trajectory nearby runs into."""
        return tuple(point for point in self.points if point.kind == "sink")

    def table(self) -> pl.DataFrame:
        """Return one row a point."""
        rows = []
        for point in self.points:
            values = point.eigenvalues
            row = {"dynamics": self.dynamics, "noise": self.noise, "face": point.face}
            row |= dict(zip(SHARES, point.shares.tolist(), strict=True)) | {"class": point.kind}
            for place, value in enumerate(values, 1):
                row |= {f"eigenvalue_{place}_real": float(value.real)}
                row |= {f"eigenvalue_{place}_imag": float(value.imag)}
            row |= {"trace": float(values.sum().real), "complete": point.complete}
            rows.append(row)
        return pl.DataFrame(rows, infer_schema_length=None)


@dataclass(frozen=True, eq=False)
class Basins:
    """Shares of starts that end in each attractor.

    Parameters
    ----------
    dynamics : str
    noise : float
    low, high : float
        Starts are quasi-random in [low, high]⁴.
    attractors : tuple of RestPoint
    share, standard_error : (n_attractors,) array
        Of starts; the error is the binomial one, an upper guide for quasi-random starts.
    unsettled : float
        Share of starts that are near no attractor at the last time.
    starts : int
    """

    dynamics: str
    noise: float
    low: float
    high: float
    attractors: tuple[RestPoint, ...]
    share: Array
    standard_error: Array
    unsettled: float
    starts: int

    def table(self) -> pl.DataFrame:
        """Return one row an attractor, and one for what is unsettled, its shares blank."""
        error = float(np.sqrt(self.unsettled * (1 - self.unsettled) / self.starts))
        found = [
            (dict(zip(SHARES, one.shares.tolist(), strict=True)), float(share), float(own))
            for one, share, own in zip(
                self.attractors, self.share, self.standard_error, strict=True
            )
        ]
        found.append((dict.fromkeys(SHARES), self.unsettled, error))
        ends = ["attractor"] * len(self.attractors) + ["unsettled"]
        rows = [
            {"dynamics": self.dynamics, "noise": self.noise, "from": self.low, "to": self.high}
            | {"end": end}
            | shares
            | {"share_of_starts": share, "standard_error": own, "starts": self.starts}
            for end, (shares, share, own) in zip(ends, found, strict=True)
        ]
        schema = dict.fromkeys(SHARES, pl.Float64)
        return pl.DataFrame(rows, schema_overrides=schema)


@dataclass(frozen=True, eq=False)
class FiniteCase:
    """What finite populations do from one start, over several seeds.

    Parameters
    ----------
    settings : mapping
        Columns that say what was run: size, selection, mutation, thinness and the like.
    runs : int
        Seeds.
    updates : int
        Of each run.
    trade_frequency, frequency_error : float
        Share of the second half of a run in which trade is on, mean over the runs, and the
        standard error of that mean; the error is missing for one run.
    escapes : int
        Runs in which trade began.
    escape_updates, escape_error : float or None
        Mean updates until trade begins, from all runs (time run over escapes, which counts
        runs that never escaped), and its standard error; missing without an escape.
    """

    settings: Mapping[str, float]
    runs: int
    updates: int
    trade_frequency: float
    frequency_error: float | None
    escapes: int
    escape_updates: float | None
    escape_error: float | None

    def row(self) -> dict[str, float | None]:
        """Return one row for a table."""
        return {
            **self.settings,
            "runs": self.runs,
            "updates": self.updates,
            "trade_frequency": self.trade_frequency,
            "trade_frequency_standard_error": self.frequency_error,
            "runs_escaped": self.escapes,
            "mean_escape_updates": self.escape_updates,
            "mean_escape_standard_error": self.escape_error,
        }


def table_of(rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Return rows as a table; a column may begin with missing cells."""
    return pl.DataFrame([dict(row) for row in rows], infer_schema_length=None)
