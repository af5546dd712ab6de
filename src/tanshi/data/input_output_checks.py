"""Check the figures of an input-output table: signs, sums, and both balances.

For every sector, with Z the intermediate flows, Y final use, V value added, M imports, E
the discrepancy and x gross output (Miller & Blair 2022, ch. 2):

- inputs: sum_i Z_ij + V_j = x_j, over domestic and imported products;
- uses: sum_j Z_ij + Y_i - M_i + E_i = x_i, where M is subtracted only if imports stand
  inside Z and Y (competitive tables).

A sum may miss by 1e-6 of output, and by what rounding explains: half a unit of the last
digit that the table writes, for each figure that is not 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault
from tanshi.data.input_output_marks import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.data.input_output_layout import Layout

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]

RELATIVE_TOLERANCE = 1e-6
MOST_DECIMALS = 6
# Capital formation may be negative: stocks are drawn down, used equipment is sold.
NEVER_NEGATIVE = ("FU101", "FU102", "THC", "FU103", "TC", "EX", "GO")
TOTALS = {"TII": "rows of sectors", "TVA": "rows VA…", "TI": "rows of sectors and value added"}
ADD_UP = "correct the figure that is wrong, or add the one that is missing; one unit throughout"


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The figures of a table.

    Parameters
    ----------
    layout : Layout
    values : mapping of header to (n_records,) float64
        Every column but those of text; NaN where a cell is blank or was refused.
    """

    layout: Layout
    values: Mapping[str, Array]

    @property
    def sector_records(self) -> Places:
        """The records of all blocks, as far as there are any."""
        blocks = self.layout.rows.blocks.values()
        return np.array([at for places in blocks for at in places.values()], dtype=np.int64)

    @property
    def value_added_records(self) -> Places:
        """The records of value added."""
        return np.array([*self.layout.rows.value_added.values()], dtype=np.int64)

    @property
    def imports_sign(self) -> int:
        """-1 if the column IM holds imports as negative numbers, else 1."""
        if "IM" not in self.layout.marks:
            return 1
        imports = self.column("IM")[self.sector_records]
        return -1 if np.sum(imports < 0) > np.sum(imports > 0) else 1

    def column(self, mark: str) -> Array:
        """Return a column that is no sector, (n_records,)."""
        return self.values[self.layout.marks[mark]]

    def flows(self, records: Places) -> Array:
        """Return the columns of the sectors, (len(records), n)."""
        return np.column_stack([self.values[code][records] for code in self.layout.codes])

    def output(self) -> Array:
        """Return gross output, (n,)."""
        return self.column("GO")[self.layout.records(next(iter(self.layout.rows.blocks)))]

    def last_digit(self) -> float:
        """Return the unit of the last digit that any cell has, at least 1e-6.

        Examples
        --------
        Cells of 1.5 and 20 end at the first decimal:

        >>> Cells(None, {"01": np.array([1.5, 20.0])}).last_digit()
        0.1
        """
        numbers = np.concatenate(list(self.values.values()))
        numbers = numbers[np.isfinite(numbers)]
        for decimals in range(MOST_DECIMALS):
            shifted = numbers * 10.0**decimals
            if np.allclose(shifted, np.rint(shifted), rtol=1e-15, atol=1e-6):
                return float(10.0**-decimals)
        return float(10.0**-MOST_DECIMALS)


def sign_faults(cells: Cells) -> Iterator[Fault]:
    """List negative flows, consumption, exports and outputs, and imports of either sign."""
    layout, records = cells.layout, cells.sector_records
    for code in layout.codes:
        for at in records[cells.values[code][records] < 0].tolist():
            yield Fault(
                "negative flow",
                f"{cells.values[code][at]:.10g} ({layout.label(at)}, used by "
                f"{layout.sector(code)})",
                "a flow of 0 or more",
                "correct the sign; a by-product is output of its sector, not a negative input",
                layout.table.source,
                layout.row(at),
                code,
            )
    marks = [mark for mark in NEVER_NEGATIVE if mark in layout.marks]
    wrong = {mark: records[cells.column(mark)[records] < 0] for mark in marks}
    if "IM" in layout.marks:
        wrong["IM"] = records[cells.imports_sign * cells.column("IM")[records] < 0]
    for mark, ats in wrong.items():
        header = layout.marks[mark]
        allowed = "imports of one sign in all rows" if mark == "IM" else "a number of 0 or more"
        for at in ats.tolist():
            yield Fault(
                f"wrong sign in {mark}" if mark == "IM" else f"negative {mark}",
                f"{cells.values[header][at]:.10g} for {layout.label(at)}",
                allowed,
                "correct the value or its sign",
                layout.table.source,
                layout.row(at),
                header,
            )


def empty_sector_faults(cells: Cells) -> Iterator[Fault]:
    """List sectors without output that buy or are used nevertheless."""
    layout = cells.layout
    records = layout.records(next(iter(layout.rows.blocks)))
    headers = [h for mark, h in layout.marks.items() if h in cells.values and mark != "GO"]
    inputs = np.r_[cells.sector_records, cells.value_added_records].tolist()
    for j in np.flatnonzero(cells.output() == 0).tolist():
        code, at = layout.codes[j], int(records[j])
        used = [h for h in (*layout.codes, *headers) if abs(cells.values[h][at]) > 0]
        bought = [layout.row(k) for k in inputs if abs(cells.values[code][k]) > 0]
        if not used and not bought:
            continue
        there = [f"column '{used[0]}' of its row"] if used else []
        there += [f"row {bought[0]} of its column"] if bought else []
        yield Fault(
            "sector without output is not empty",
            f"GO of {layout.label(at)} is 0, but {' and '.join(there)} is not",
            "an output above 0, or 0 in the sector's whole row and column",
            "enter the sector's output, or merge it with a sector that has one",
            layout.table.source,
            layout.row(at),
            layout.marks["GO"],
        )


def balance_faults(cells: Cells) -> Iterator[Fault]:
    """List every sum that the table states and its figures do not make.

    Sums of which a figure is missing are left out: that figure has a fault of its own.
    """
    layout = cells.layout
    digit = cells.last_digit()
    for block in layout.rows.blocks:
        for uses in _uses(cells, layout.records(block)):
            yield from uses.faults(layout.table.source, digit)
    if layout.rows.value_added:
        yield from _inputs(cells).faults(layout.table.source, digit)
        for totals in _totals(cells):
            yield from totals.faults(layout.table.source, digit)


@dataclass(frozen=True, slots=True, eq=False)
class _Sum:
    """Sums of one kind: m stated figures, the (k, m) parts of each, and where it stands."""

    what: str
    stated: Array
    parts: Array
    output: Array
    labels: Sequence[str]
    formula: str
    rows: Sequence[int | None]
    columns: Sequence[str]

    def faults(self, source: str, digit: float) -> Iterator[Fault]:
        computed = self.parts.sum(axis=0)
        count = np.count_nonzero(self.parts, axis=0) + 1
        relative = RELATIVE_TOLERANCE * np.fmax(self.output, np.abs(computed))
        rounding = 0.5 * digit * count
        difference = self.stated - computed
        # NaN, where a figure is missing, is never greater.
        for i in np.flatnonzero(np.abs(difference) > relative + rounding).tolist():
            yield Fault(
                self.what,
                f"{self.labels[i]} is {self.stated[i]:.10g}, {self.formula} make "
                f"{computed[i]:.10g} (difference {difference[i]:+.6g})",
                f"a difference of {relative[i] + rounding[i]:.4g} at most: {relative[i]:.4g}, "
                f"which is {RELATIVE_TOLERANCE:g} of output, and {rounding[i]:.4g} for the "
                f"rounding of {count[i]} figures to {digit:g}",
                ADD_UP,
                source,
                self.rows[i],
                self.columns[i],
            )


def _uses(cells: Cells, records: Places) -> Iterator[_Sum]:
    """Check along the rows of a block: TIU, the sums of final uses, GO."""
    layout = cells.layout
    signs = {"IM": -cells.imports_sign}
    sums = parts_of(layout.marks)
    final = ("TFU",) if "TFU" in layout.marks else sums.pop("TFU")
    rest = tuple(mark for mark in ("IM", "ERR") if mark in layout.marks)
    intermediate = "TIU" in layout.marks
    sums["GO"] = (*(("TIU",) if intermediate else ()), *final, *rest)
    sums |= {"TIU": ()} if intermediate else {}
    for mark, parts in sums.items():
        columns = [signs.get(part, 1) * cells.column(part)[records] for part in parts]
        with_flows = mark == "TIU" or (mark == "GO" and not intermediate)
        terms = " ".join(f"{'-' if signs.get(part, 1) < 0 else '+'} {part}" for part in parts)
        formula = f"{'sectors ' if with_flows else ''}{terms}".removeprefix("+ ").strip()
        yield _Sum(
            what="uses do not add up to output" if mark == "GO" else f"{mark} is not its sum",
            stated=cells.column(mark)[records],
            parts=np.array([*(cells.flows(records).T if with_flows else ()), *columns]),
            output=np.abs(cells.column("GO")[records]),
            labels=[f"{mark} of {layout.label(at)}" for at in records.tolist()],
            formula=formula,
            rows=[layout.row(at) for at in records.tolist()],
            columns=[layout.marks[mark]] * len(records),
        )


def _inputs(cells: Cells) -> _Sum:
    """Check down the columns of the sectors: flows and value added against GO."""
    layout = cells.layout
    total = layout.rows.others.get("TI")
    return _Sum(
        what="inputs do not add up to output",
        stated=cells.output(),
        parts=cells.flows(np.r_[cells.sector_records, cells.value_added_records]),
        output=np.abs(cells.output()),
        labels=[f"output (GO) of {layout.sector(code)}" for code in layout.codes],
        formula="flows and value added in its column",
        rows=[None if total is None else layout.row(total)] * len(layout.codes),
        columns=layout.codes,
    )


def _totals(cells: Cells) -> Iterator[_Sum]:
    """Check the rows TII, TVA and TI in every column where they are filled in."""
    layout = cells.layout
    headers = (*layout.codes, *(h for h in layout.marks.values() if h in cells.values))
    grid = np.column_stack([cells.values[header] for header in headers])
    sectors, added = cells.sector_records, cells.value_added_records
    members = {"TII": sectors, "TVA": added, "TI": np.r_[sectors, added]}
    for mark, records in members.items():
        if mark not in layout.rows.others or mark in layout.rows.value_added:
            continue
        stated = grid[layout.rows.others[mark]]
        output = np.r_[cells.output(), stated[len(layout.codes) :]]
        yield _Sum(
            what=f"{mark} is not its sum",
            stated=stated,
            parts=grid[records],
            output=np.abs(output),
            labels=[f"{mark} of {layout.sector(code)}" for code in layout.codes]
            + [f"{mark} of column '{header}'" for header in headers[len(layout.codes) :]],
            formula=TOTALS[mark],
            rows=[layout.row(layout.rows.others[mark])] * len(headers),
            columns=headers,
        )
