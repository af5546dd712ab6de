"""Join a file of trading data with the estimation of a two-sided platform."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.data.benchmark_columns import unused_note
from tanshi.data.personal_inputs import load_personal_columns
from tanshi.personal.estimation import estimate_platform
from tanshi.personal.estimation_inputs import EstimationInputs
from tanshi.personal.implied_optimum import Circumstances, imply_optimum
from tanshi.study.faults import gathering

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from tanshi.data.personal_inputs import PersonalColumns
    from tanshi.personal.estimation import Errors
    from tanshi.personal.results.estimation import ImpliedOptimum, PlatformEstimate
    from tanshi.personal.two_sided import Payments

NEEDED = ("n_d", "n_s", "fee_d", "fee_s", "allowance_price")
OPTIONAL = ("service_level", "instrument_d", "instrument_s")
STAND_IN = 0.5  # breaks no condition of a column that could not be read


@dataclass(frozen=True, kw_only=True)
class EstimateChoices:
    """How to estimate, and what for.

    Parameters
    ----------
    errors, payments, price_instrument, lags, level
        As in `estimate_platform`.
    circumstances : Circumstances
    draws, seed : int
        As in `imply_optimum`.
    """

    errors: Errors = "auto"
    payments: Payments = "published"
    price_instrument: bool = True
    lags: int | None = None
    level: float = 0.95
    circumstances: Circumstances = field(default_factory=Circumstances)
    draws: int = 4000
    seed: int = 0


@dataclass(frozen=True, eq=False)
class EstimatedFile:
    """Estimates, what they imply, and the file they come from.

    Parameters
    ----------
    estimate : PlatformEstimate
    implied : ImpliedOptimum
    row_numbers : (n,) int array
        Rows of the file, as a spreadsheet counts them.
    data_sha256 : dict of file to hash
    notes : tuple of str
        What a user should know of the file.
    """

    estimate: PlatformEstimate
    implied: ImpliedOptimum
    row_numbers: NDArray[np.int64]
    data_sha256: dict[str, str]
    notes: tuple[str, ...] = ()


def estimate_file(
    path: str | os.PathLike[str], choices: EstimateChoices, *, sheet: str | None = None
) -> EstimatedFile:
    """Estimate from a file with an observation a row.

    Parameters
    ----------
    path : path-like
        Columns n_d, n_s, fee_d, fee_s, allowance_price; optional service_level, cluster (a name
        or a number), instrument_d, instrument_s.
    choices : EstimateChoices
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Raises
    ------
    InputError
        Every fault of the file, of its cells and of their values at once.
    """
    columns = load_personal_columns(
        path, required=NEEDED, optional=OPTIONAL, texts=("cluster",), sheet=sheet
    )
    inputs = _inputs_of(columns)
    estimate = estimate_platform(
        inputs,
        errors=choices.errors,
        payments=choices.payments,
        price_instrument=choices.price_instrument,
        lags=choices.lags,
        level=choices.level,
    )
    implied = imply_optimum(estimate, choices.circumstances, draws=choices.draws, seed=choices.seed)
    notes = (unused_note(columns.source, columns.unused),) if columns.unused else ()
    hashes = {columns.source: columns.sha256}
    return EstimatedFile(estimate, implied, columns.row_numbers, hashes, notes)


def _inputs_of(columns: PersonalColumns) -> EstimationInputs:
    faults = list(columns.faults)
    found: list[Fault] = []
    n = len(columns.row_numbers)
    given: dict[str, Any] = {name: np.full(n, STAND_IN) for name in NEEDED}
    given |= columns.values
    cells = columns.texts.get("cluster")
    if cells is not None:
        _, codes = np.unique(np.array(cells), return_inverse=True)
        given["cluster"] = codes.astype(np.float64)
    inputs = None
    with gathering(found):
        inputs = EstimationInputs(**given)
    told = {(fault.row, fault.column) for fault in faults}
    lacking = {name for name in NEEDED if name not in columns.values}
    placed = [
        replace(
            fault,
            file=columns.source,
            row=None if fault.row is None else int(columns.row_numbers[fault.row - 1]),
            column=columns.headers.get(fault.column, fault.column),
        )
        for fault in found
        if fault.column not in lacking
    ]
    faults += [fault for fault in placed if (fault.row, fault.column) not in told]
    if faults or inputs is None:
        raise InputError(sorted(faults, key=lambda fault: fault.row or 0))
    return inputs
