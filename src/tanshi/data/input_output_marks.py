"""The marks by which national input-output tables name what is no sector.

Above columns: TIU (intermediate use), FU… and their sums THC, TC, GCF and TFU (final use),
EX (exports), IM (imports), ERR (discrepancy), GO (gross output). Before rows: TII
(intermediate input), VA… and their sum TVA (value added), TI (total input).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tanshi.data.roles import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

DOMESTIC, IMPORTS, TOTAL = "Domestic", "Imports", "Total"
TEXT_MARKS = ("Code", "Description", "DescriptionInChinese", "Origin")

MARKS: dict[str, tuple[str, ...]] = {
    "Code": ("sector code", "代码", "部门代码"),
    "Description": ("sector", "name"),
    "DescriptionInChinese": ("name in chinese", "中文名称", "部门名称", "名称"),
    "Origin": ("来源", "产地"),
    "TIU": ("total intermediate use", "中间使用合计"),
    "FU101": ("农村居民消费", "农村居民消费支出"),
    "FU102": ("城镇居民消费", "城镇居民消费支出"),
    "THC": ("居民消费支出小计", "居民消费小计"),
    "FU103": ("政府消费", "政府消费支出"),
    "TC": ("total consumption", "最终消费支出", "最终消费支出合计"),
    "FU201": ("固定资本形成", "固定资本形成总额"),
    "FU202": ("存货增加", "存货变动"),
    "GCF": ("gross capital formation", "资本形成总额", "资本形成总额合计"),
    "EX": ("exports", "出口"),
    "TFU": ("total final use", "最终使用合计"),
    "IM": ("imports", "进口"),
    "ERR": ("error", "errors", "误差", "统计误差"),
    "GO": ("gross output", "总产出"),
}
MARK_OF = {plain(word): mark for mark, words in MARKS.items() for word in (mark, *words)}
FINAL_USE = re.compile(r"FU\d+", re.ASCII | re.IGNORECASE)
OTHER_ROW = re.compile(r"TII|TI|TVA|VA\w*", re.ASCII | re.IGNORECASE)
ORIGINS = {
    **dict.fromkeys(("domestic", "d", "国内", "国产", "国内产品"), DOMESTIC),
    **dict.fromkeys(("imports", "import", "imported", "m", "进口", "进口产品"), IMPORTS),
}

# The sum that a final use enters directly, where the table has that sum.
SUM_OF = {"FU101": "THC", "FU102": "THC", "THC": "TC", "TC": "TFU", "GCF": "TFU", "EX": "TFU"}
SUM_OF_GROUP = {"FU1": "TC", "FU2": "GCF"}


def mark_of(header: str) -> str | None:
    """Return the mark that a header stands for; None for the code of a sector.

    Examples
    --------
    >>> mark_of("总产出（万元）"), mark_of("fu201"), mark_of("01")
    ('GO', 'FU201', None)
    """
    text = plain(header)
    return MARK_OF.get(text) or (text.upper() if FINAL_USE.fullmatch(text) else None)


def row_mark_of(code: str) -> str | None:
    """Return the mark that a row's code stands for; None for the code of a sector.

    Examples
    --------
    >>> row_mark_of("va001"), row_mark_of("TI"), row_mark_of("42")
    ('VA001', 'TI', None)
    """
    return code.upper() if OTHER_ROW.fullmatch(code) else None


def final_uses(marks: Iterable[str]) -> tuple[str, ...]:
    """List the final uses among marks, their sums included."""
    return tuple(mark for mark in marks if FINAL_USE.fullmatch(mark) or mark in {*SUM_OF, "TFU"})


def parts_of(marks: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """List the columns that make up each sum of final uses, nothing counted twice.

    Parameters
    ----------
    marks : iterable of str
        Those of a table.

    Returns
    -------
    dict of str to tuple of str
        Always with ``"TFU"``; the other sums only if the table has them and their parts.

    Examples
    --------
    >>> parts_of(["FU101", "FU102", "THC", "FU103", "TC", "FU201", "TFU"])
    {'TFU': ('TC', 'FU201'), 'THC': ('FU101', 'FU102'), 'TC': ('THC', 'FU103')}
    """
    uses = final_uses(marks)
    parts: dict[str, tuple[str, ...]] = {}
    for mark in uses:
        if mark == "TFU":
            continue
        above = _sum_above(mark)
        while above not in (*uses, "TFU"):
            above = _sum_above(above)
        parts[above] = (*parts.get(above, ()), mark)
    return {"TFU": ()} | parts


def _sum_above(mark: str) -> str:
    return SUM_OF.get(mark) or SUM_OF_GROUP.get(mark[:3], "TFU")
