"""Set a table as LaTeX with booktabs rules, and as HTML that needs nothing beside it.

Both are set by great-tables, which escapes what either would stumble over. Its LaTeX gets
here what a paper asks for: a caption with a number and a label, headings in two lines, long
words in a column that wraps, and letters that plain LaTeX has only in mathematics.
"""

from __future__ import annotations

import html
import re
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.report.publication import Cell, PaperTable

LATEX_ROWS = 60  # a longer table belongs into a data file, not into a paper
PAGE_ROWS = 40  # a table with more lines than a page takes runs on over the next
HEADING = 14  # letters of a heading in one line
WIDE = 125  # letters that a page takes from side to side in small type
LONG_WORDS = 26  # letters from which on a column of words wraps
# Marks of places that are set after the escaping; no text has these letters.
STAR, BREAK = "\ue000", "\ue001"
MATHEMATICS = {
    "τ": r"$\tau$",
    "₂": r"$_2$",
    "²": r"$^2$",
    "∞": r"$\infty$",
    "−": r"$-$",
    "→": r"$\rightarrow$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "×": r"$\times$",
    "–": "--",
    "…": r"\dots{}",
}


def latex(table: PaperTable) -> str:
    """Return a table in LaTeX; packages ``booktabs``, ``caption``, ``array``, ``longtable``.

    Parameters
    ----------
    table : PaperTable
        At most 60 lines are set; the last says how many rows were left out.
    """
    rows = table.body[: LATEX_ROWS // table.lines * table.lines]
    left_out = (len(table.body) - len(rows)) // table.lines + table.left_out
    long = len(rows) > PAGE_ROWS
    set_table = _great_table(table, rows, lambda cell: cell.text + STAR * len(cell.stars), BREAK)
    count = len(table.head)
    size = 9 if count <= 6 else 8 if count <= 8 else 7
    set_table = set_table.tab_options(table_font_size=f"{size}pt")
    text = str(set_table.as_latex(use_longtable=long))
    text = _with_columns(text, table, rows)
    text = re.sub(
        r"\\caption\*\{\s*\{\\large (.*)\}\s*\}",
        lambda found: f"\\caption{{{found[1]}}}\\label{{tab:{_label(table.name)}}}",
        text,
    )
    text = re.sub(f"{STAR}+", lambda found: rf"\rlap{{$^{{{'*' * len(found[0])}}}$}}", text)
    text = "\n".join(
        _stacked_heads(line, table.right) if BREAK in line else line for line in text.splitlines()
    )
    # After the end of a row LaTeX would take these for an option of it.
    text = re.sub(r"^(?=[\[*])", "{}", text, flags=re.MULTILINE)
    for letter, command in MATHEMATICS.items():
        text = text.replace(letter, command)
    head = "% Needs \\usepackage{booktabs,caption,array,longtable}\n"
    if re.search(r"[⺀-鿿豈-﫿]", text):
        head += "% Chinese words: set with XeLaTeX and \\usepackage{ctex}\n"
    if _letters(rows) > WIDE:
        head += "% Wide: set it in landscape, \\usepackage{pdflscape}\n"
    tail = f"% {left_out} more rows in the CSV file of the same name\n" if left_out else ""
    return f"{head}{text.strip()}\n{tail}"


def html_page(table: PaperTable) -> str:
    """Return a table as an HTML page of its own, style included.

    Parameters
    ----------
    table : PaperTable
        The note says how many rows were left out.
    """
    more = "more rows in the CSV file of the same name."
    note = f"{table.left_out} {more}" if table.left_out else ""
    made = _great_table(table, table.body, lambda cell: cell.text + cell.stars, " ", note)
    made = made.tab_options(table_font_size="13px", heading_align="left")
    text = str(made.as_raw_html(make_page=True))
    title = f'<meta charset="utf-8"/>\n<title>{html.escape(table.caption)}</title>'
    return text.replace('<meta charset="utf-8"/>', title, 1)


def _great_table(
    table: PaperTable,
    rows: tuple[tuple[Cell, ...], ...],
    text_of: Callable[[Cell], str],
    line_end: str,
    more: str = "",
) -> Any:
    from great_tables import GT

    # Names of our own: a heading may hold anything, or stand twice.
    names = [f"c{place}" for place in range(len(table.head))]
    cells = {name: [text_of(row[k]) for row in rows] for k, name in enumerate(names)}
    made = GT(pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String)), id=_label(table.name))
    heads = [line_end.join(wrap(one, HEADING, break_long_words=False)) for one in table.head]
    made = made.cols_label(dict(zip(names, heads, strict=True)))
    numbers = [name for name, right in zip(names, table.right, strict=True) if right]
    words = [name for name in names if name not in numbers]
    made = made.cols_align("right", numbers).cols_align("left", words)
    if table.spanner is not None:
        label, first = table.spanner
        made = made.tab_spanner(label, columns=names[first:], id="spanner")
    made = made.tab_header(title=table.caption)
    note = " ".join(part for part in (table.note, more) if part)
    return made.tab_source_note(note) if note else made


def _with_columns(text: str, table: PaperTable, rows: tuple[tuple[Cell, ...], ...]) -> str:
    """Return the text with columns of long words that wrap, and narrow gaps where many."""
    plain = "".join("r" if right else "l" for right in table.right)
    long = [
        not right and max((len(row[k].text) for row in rows), default=0) > LONG_WORDS
        for k, right in enumerate(table.right)
    ]
    share = 0.33 / max(sum(long), 1)
    wraps = rf">{{\raggedright\arraybackslash}}p{{{share:.2f}\linewidth}}"
    columns = "".join(wraps if wide else one for wide, one in zip(long, plain, strict=True))
    text = text.replace(f"{plain}}}", f"{columns}}}", 1)
    if len(plain) > 8:
        text = text.replace(r"\selectfont", "\\selectfont\n\\setlength{\\tabcolsep}{3pt}", 1)
    return text


def _stacked_heads(line: str, right: tuple[bool, ...]) -> str:
    """Return the line of headings with those of several lines stacked."""
    cells = re.split(r"(?<!\\)&", line.rstrip().removesuffix(r"\\"))
    stacked = []
    for cell, number in zip(cells, right, strict=True):
        text = cell.strip()
        if BREAK in text:
            side = "r" if number else "l"
            text = rf"\shortstack[{side}]{{{text.replace(BREAK, chr(92) * 2)}}}"
        stacked.append(text)
    return " & ".join(stacked) + r" \\"


def _letters(rows: tuple[tuple[Cell, ...], ...]) -> int:
    """Return how many letters the widest cells of all columns have together."""
    columns = zip(*rows, strict=True)
    return sum(min(max(len(cell.text) for cell in column), LONG_WORDS) + 2 for column in columns)


def _label(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", name)
