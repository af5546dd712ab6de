"""Tables as papers print them: estimates with p-values, intervals or standard errors.

One table is built here, cell by cell, and set as LaTeX, HTML and Excel elsewhere
(`typeset`, `paper_workbook`), so the three say the same. Exact p-values or intervals stand
beside an estimate; stars are an option and come with a legend.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanshi.core import Fault, InputError
from tanshi.report.columns import format_cell, heading

if TYPE_CHECKING:
    import polars as pl

# What may stand with an estimate, and the columns it is made of.
SHOWS: dict[str, tuple[str, ...]] = {
    "p": ("p_value",),
    "interval": ("lower", "upper"),
    "standard_error": ("standard_error",),
    "none": (),
}
OF_ESTIMATE = ("standard_error", "p_value", "lower", "upper")
# Names under which the tables of this program hold an estimate, the first found counts.
ESTIMATES = (
    "estimate",
    "mac_cny_per_tco2",
    "floor_price_cny_per_tco2",
    "floor_cny_per_tco2",
    "value",
)
STARS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
LEGEND = "*** p < 0.01, ** p < 0.05, * p < 0.1."
MOST_ROWS = 2000  # what is longer is read from the CSV file
LEAST_P = 1e-4  # a smaller one is printed with its power of ten


@dataclass(frozen=True)
class Cell:
    """What one place of a table says.

    Parameters
    ----------
    text : str
        As it is printed, without stars.
    numbers : tuple of float
        The same to every digit: none for words, one for a number, two for an interval.
    formats : tuple of str
        How a workbook shows each number.
    stars : str
    """

    text: str
    numbers: tuple[float, ...] = ()
    formats: tuple[str, ...] = ()
    stars: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class PaperTable:
    """A table ready to be set.

    Parameters
    ----------
    name : str
        Of its files, and of its label in LaTeX, ``tab:NAME``.
    caption, note : str
    data : polars.DataFrame
        The numbers to every digit, one row an estimate: what the CSV file holds.
    head : tuple of str
        Headings.
    right : tuple of bool
        Which columns hold numbers.
    body : tuple of tuple of Cell
        The first 2000 rows.
    left_out : int
        Rows beyond them.
    spanner : tuple of (str, int) or None
        What stands over the columns from a number on, where estimates stand side by side.
    lines : int
        Lines of `body` that a row takes: one more for each of p-value, standard error and
        interval that stands below the estimates, not beside them.
    """

    name: str
    caption: str
    note: str
    data: pl.DataFrame
    head: tuple[str, ...]
    right: tuple[bool, ...]
    body: tuple[tuple[Cell, ...], ...]
    left_out: int
    spanner: tuple[str, int] | None
    lines: int


@dataclass(frozen=True, kw_only=True)
class _Choices:
    """How estimates are printed."""

    estimate: str
    shows: tuple[str, ...]
    stars: bool
    decimals: int | None


def paper_table(
    data: pl.DataFrame,
    *,
    caption: str,
    name: str = "table",
    show: str | tuple[str, ...] | None = None,
    stars: bool = False,
    decimals: int | None = None,
    across: str | None = None,
    estimate: str | None = None,
    level: float | None = None,
    note: str = "",
) -> PaperTable:
    """Build a table for print from a frame of estimates.

    Parameters
    ----------
    data : polars.DataFrame
        One row an estimate, or any table without estimates. Beside the estimate it may hold
        ``standard_error``, ``p_value``, ``lower`` and ``upper``.
    caption : str
    name : str, default "table"
    show : {"p", "interval", "standard_error", "none"} or tuple of them, optional
        What stands with each estimate; by default the first of them that `data` holds.
    stars : bool, default False
        Mark p < 0.1, 0.05 and 0.01, with a legend in the note; needs ``p_value``.
    decimals : int, optional
        Of estimates and what stands with them; by default as many as each number needs.
    across : str, optional
        Column whose values become columns, such as ``tau``; what is shown with an estimate
        then stands below it, in brackets.
    estimate : str, optional
        Column of the estimate; by default the first of those this program writes.
    level : float, optional
        Of the intervals, such as 0.95, for the heading.
    note : str
        Printed below.

    Raises
    ------
    InputError
        An unknown option, or a column that is asked for and not there, or two estimates for
        one place.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"tau": ["0.5"], "estimate": [1.25], "p_value": [0.0321]})
    >>> table = paper_table(frame, caption="One coefficient", decimals=2)
    >>> table.head, [cell.text for cell in table.body[0]]
    (('τ', 'estimate', 'p'), ['0.5', '1.25', '0.0321'])
    """
    shown = show or next(one for one, need in SHOWS.items() if set(need) <= set(data.columns))
    shows = (shown,) if isinstance(shown, str) else shown
    found = estimate or next((one for one in ESTIMATES if one in data.columns), "")
    _check(data, shows, found, across, stars=stars)
    shows = tuple(one for one in shows if one != "none")
    choices = _Choices(estimate=found, shows=shows, stars=stars, decimals=decimals)
    keys = [one for one in data.columns if one not in (across, found, *OF_ESTIMATE)]
    count = len(data.select(keys).unique()) if across and keys else len(data)
    left_out = max(count - MOST_ROWS, 0)
    if across:
        some = _of_first_rows(data, keys) if left_out else data
        head, right, body = _side_by_side(some, choices, keys, across)
    else:
        head, right, body = _one_below_the_other(data.head(MOST_ROWS), choices, level)
    keys_to_it = [_key(one, level) for one in shows] if across else []
    notes = [note, *keys_to_it, LEGEND if stars else ""]
    return PaperTable(
        name=name,
        caption=" ".join(caption.split()),
        note=" ".join(part for part in notes if part),
        data=data,
        head=tuple(head),
        right=tuple(right),
        body=tuple(tuple(row) for row in body),
        left_out=left_out,
        spanner=(heading(across), len(right) - data[across].n_unique()) if across else None,
        lines=1 + len(shows) if across else 1,
    )


def _check(
    data: pl.DataFrame, shows: tuple[str, ...], estimate: str, across: str | None, *, stars: bool
) -> None:
    have = ", ".join(data.columns)
    unknown = [one for one in shows if one not in SHOWS]
    if unknown:
        allowed, remedy = ", ".join(SHOWS), "choose among these"
        raise InputError([Fault("cannot be shown", one, allowed, remedy) for one in unknown])
    wanted = [need for one in shows for need in SHOWS[one]]
    wanted += [*(["p_value"] if stars else []), *([across] if across else [])]
    if set(shows) != {"none"} or across or estimate:
        wanted.append(estimate or "estimate")
    faults = [
        Fault("no such column", have, f"a column {column}", "make the table with it", column=column)
        for column in dict.fromkeys(wanted)
        if column not in data.columns
    ]
    if not faults and across:
        keys = [one for one in data.columns if one not in (estimate, *OF_ESTIMATE)]
        double = data.select(keys).is_duplicated()
        if double.any():
            row = data.select(keys).row(double.arg_true()[0])
            what, remedy = (
                "two estimates for one place",
                "leave the column out that tells them apart",
            )
            found = ", ".join(str(value) for value in row)
            faults.append(Fault(what, found, "one", remedy, column=across))
    if faults:
        raise InputError(faults)


def _of_first_rows(data: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    first = data.select(keys).unique(maintain_order=True).head(MOST_ROWS)
    return data.join(first, on=keys, how="semi", nulls_equal=True, maintain_order="left")


def _one_below_the_other(
    data: pl.DataFrame, choices: _Choices, level: float | None
) -> tuple[list[str], list[bool], list[list[Cell]]]:
    """Return one line an estimate, p-value or interval in columns of their own."""
    filled = [one for one in data.columns if data[one].null_count() < max(len(data), 1)]
    names = [one for one in filled if one not in OF_ESTIMATE]
    head, right, columns = [], [], []
    for name in names:
        head.append(heading(name))
        right.append(data[name].dtype.is_numeric())
        if name != choices.estimate:
            columns.append([_cell(value, name) for value in data[name]])
            continue
        rows = list(data.iter_rows(named=True))
        columns.append([_estimate(row, choices) for row in rows])
        for show in choices.shows:
            head.append(_heading_of(show, level))
            right.append(True)
            columns.append([_with_estimate(row, choices, show) for row in rows])
    return head, right, [list(row) for row in zip(*columns, strict=True)]


def _side_by_side(
    data: pl.DataFrame, choices: _Choices, keys: list[str], across: str
) -> tuple[list[str], list[bool], list[list[Cell]]]:
    """Return one column a value of `across`, p-value or interval below each estimate."""
    values = data[across].unique(maintain_order=True).to_list()
    rows: dict[tuple[Any, ...], dict[Any, dict[str, Any]]] = {}
    for row in data.iter_rows(named=True):
        rows.setdefault(tuple(row[key] for key in keys), {})[row[across]] = row
    body = []
    for key, found in rows.items():
        named = [_cell(value, column) for column, value in zip(keys, key, strict=True)]
        some = [found.get(value) for value in values]
        body.append([*named, *(_estimate(one, choices) if one else Cell("") for one in some)])
        for show in choices.shows:
            below = [
                _bracketed(_with_estimate(one, choices, show), show) if one else Cell("")
                for one in some
            ]
            body.append([*(Cell("") for _ in keys), *below])
    head = [*map(heading, keys), *(_cell(value, across).text for value in values)]
    right = [*(data[key].dtype.is_numeric() for key in keys), *(True for _ in values)]
    return head, right, body


def _estimate(row: dict[str, Any], choices: _Choices) -> Cell:
    cell = _cell(row[choices.estimate], choices.estimate, choices.decimals)
    p = row.get("p_value")
    if not choices.stars or p is None or not cell.numbers:
        return cell
    stars = next((mark for below, mark in STARS if p < below), "")
    formats = tuple(f'{one}"{stars}"' if stars else one for one in cell.formats)
    return Cell(cell.text, cell.numbers, formats, stars)


def _with_estimate(row: dict[str, Any], choices: _Choices, show: str) -> Cell:
    """Return p-value, standard error or interval of an estimate."""
    if show == "p":
        p = row["p_value"]
        if p is None or p == 0.0 or p >= LEAST_P:
            return _cell(p, "p_value", 4)
        return Cell(f"{p:.1e}", (p,), ("0.0E+00",))
    if show == "standard_error":
        return _cell(row["standard_error"], choices.estimate, choices.decimals)
    ends = [_cell(row[end], choices.estimate, choices.decimals) for end in ("lower", "upper")]
    if not all(end.text for end in ends):
        return Cell("")
    formats = tuple(end.formats[0] if end.formats else "General" for end in ends)
    numbers = (float(row["lower"]), float(row["upper"]))
    return Cell(f"[{ends[0].text}, {ends[1].text}]", numbers, formats)


def _bracketed(cell: Cell, show: str) -> Cell:
    """Return a cell that stands below its estimate; a workbook's numbers get brackets too."""
    if not cell.text:
        return cell
    if show == "interval":
        low, high = cell.formats
        return Cell(cell.text, cell.numbers, (f'"["{low}', f'{high}"]"'))
    return Cell(f"({cell.text})", cell.numbers, tuple(f'"("{one}")"' for one in cell.formats))


def _cell(value: Any, column: str, decimals: int | None = None) -> Cell:
    """Return a cell in as many decimals as asked for, else as many as the number needs."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Cell(format_cell(value, column))
    if isinstance(value, int):
        return Cell(str(value).replace("-", "−"), (value,), ("0",))
    if not math.isfinite(value):
        return Cell({math.inf: "∞", -math.inf: "−∞"}.get(value, ""))
    if decimals is not None:
        text = f"{value:,.{decimals}f}"
    elif column in ("tau", "tau_position"):
        text = f"{value:g}"
    else:
        text = f"{value:,.2f}" if abs(value) >= 1 else format_cell(value, column)
    if not text.strip("-0.,"):
        text = text.removeprefix("-")  # what is rounded to 0 has no sign
    return Cell(text.replace("-", "−"), (value,), (_workbook_format(text),))


def _workbook_format(text: str) -> str:
    """Return the number format that shows as many digits as a printed number.

    Examples
    --------
    >>> _workbook_format("1,234.50"), _workbook_format("12"), _workbook_format("3.1e-15")
    ('#,##0.00', '#,##0', '0.0E+00')
    """
    if "e" in text:
        return "0.0E+00"
    digits = len(text.partition(".")[2])
    return "#,##0" + ("." + "0" * digits if digits else "")


def _heading_of(show: str, level: float | None) -> str:
    if show != "interval":
        return heading(SHOWS[show][0])
    return "interval" if level is None else f"{_percent(level)} interval"


def _key(show: str, level: float | None) -> str:
    """Return what stands below the estimates, for the note."""
    return {
        "p": "In parentheses: p-values.",
        "standard_error": "In parentheses: standard errors.",
        "interval": f"In brackets: {_heading_of('interval', level)}.",
    }[show]


def _percent(level: float) -> str:
    return f"{100 * level:g} %"
