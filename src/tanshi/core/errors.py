"""One tree of errors; a message says what, where, found, allowed, remedy.

Bad input is collected fault by fault and raised once as `InputError`, so that a
user mends a file in one round. The other kinds carry a single message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_FAULTS = 40


class TanshiError(Exception):
    """Anything Tanshi refuses or cannot do; never raised itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input.

    Parameters
    ----------
    what : str
        The fault, in a few words, for example ``"not a number"``.
    found, allowed, remedy : str
        What stands there, what may stand there, what to do.
    file : str
        File (or scenario section) it was found in; empty when there is none.
    row : int or None
        Row as a spreadsheet counts it: the header of a table is row 1. Of a TOML file, the line.
    column : str
        Column header or scenario key; empty when the fault is not in one.
    """

    what: str
    found: str
    allowed: str
    remedy: str
    file: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        unit = "line" if self.file.endswith(".toml") else "row"
        place = ", ".join(
            part
            for part in (
                self.file,
                f"{unit} {self.row}" if self.row is not None else "",
                f"column '{self.column}'" if self.column else "",
            )
            if part
        )
        where = f"{place}: " if place else ""
        return (
            f"{where}{self.what}\n"
            f"    found:   {self.found}\n"
            f"    allowed: {self.allowed}\n"
            f"    remedy:  {self.remedy}"
        )


class InputError(TanshiError):
    """Input that cannot be used, with every fault in it.

    Parameters
    ----------
    faults : sequence of Fault
        At least one.

    Examples
    --------
    >>> fault = Fault("not a number", "'n/a'", "a number above 0", "correct the cell",
    ...               file="panel.csv", row=7, column="gdp")
    >>> print(InputError([fault]))
    1 fault in the input; nothing was written.
    panel.csv, row 7, column 'gdp': not a number
        found:   'n/a'
        allowed: a number above 0
        remedy:  correct the cell
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        if not faults:
            message = "InputError needs at least one fault"
            raise ValueError(message)
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        count = len(self.faults)
        noun = "fault" if count == 1 else "faults"
        lines = [f"{count} {noun} in the input; nothing was written."]
        lines += [str(fault) for fault in self.faults[:SHOWN_FAULTS]]
        if count > SHOWN_FAULTS:
            lines.append(f"… and {count - SHOWN_FAULTS} more (all of them with --json)")
        return "\n".join(lines)


class NotIdentifiedError(TanshiError):
    """The data do not determine the parameters, for example collinear inputs."""


class InfeasibleError(TanshiError):
    """No parameters satisfy the constraints, or the solver found none."""


class CertificateError(TanshiError):
    """A solution failed its own check of feasibility or optimality."""


class OutputError(TanshiError):
    """The output folder cannot be written."""
