"""What the tables of the benchmark market share: their headers and words, English and Chinese.

A column is found by its own name first, then by a word for it; headers are compared as in
`tanshi.data.roles`. Cells that hold a name out of a list (industry, process, tier) are
matched the same way.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tanshi.core import Fault
from tanshi.data.amounts import UNIT_IN_HEADER
from tanshi.data.columns import numeric_column
from tanshi.data.roles import plain
from tanshi.data.unit_text import scale_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tanshi.data.columns import Sign
    from tanshi.data.table import Table

KWH_PER_MWH = 1e3

HEADERS: dict[str, tuple[str, ...]] = {
    "firm": ("enterprise", "company", "entity", "企业", "企业名称", "公司", "重点排放单位"),
    "industry": ("industry type", "sector", "行业", "行业类型", "所属行业"),
    "process": ("product line", "工艺", "生产工艺", "工序", "机组类型"),
    "region": ("province", "地区", "省份", "省", "省区市"),
    "technology": ("tier", "technology tier", "技术水平", "技术等级"),
    "output": ("production", "产量", "产品产量"),
    "intensity_tco2_per_unit": ("intensity", "emission intensity", "排放强度", "碳排放强度"),
    "mac_slope": ("slope", "减排成本斜率"),
    "mac_curve": ("curve", "cost curve", "减排成本曲线", "边际减排成本曲线"),
    "mac_cap": ("mac cap tco2 per unit", "减排上限", "最大减排量"),
    "entities": ("number of entities", "企业数", "企业数量", "重点排放单位数量"),
    "emissions_1e8_tco2": ("annual emissions", "年排放量", "年碳排放量"),
    "benchmark": (*("current benchmark", "benchmark tco2 per unit", "基准值", "碳排放基准值"),),
    "benchmark_unit": ("unit of benchmark", "基准值单位"),
    "reduction_potential_percent": ("reduction potential", "减排潜力"),
    "emissions_tco2": ("emissions", "verified emissions", "排放量", "核查排放量", "经核查排放量"),
    "allocation_tco2": ("allocation", "allowances", "配额", "免费配额", "配额量"),
    "abated_tco2": ("abated", "abatement", "减排量", "已减排量"),
    "intensity_before_tco2_per_unit": ("intensity before", "上年排放强度", "上年度排放强度"),
    "intensity_first_tco2_per_unit": ("intensity first", "基准年排放强度"),
    "complaint": ("opinion", "意见", "异议"),
}

INDUSTRIES: dict[str, tuple[str, ...]] = {
    "power": ("power generation", "electricity", "电力", "发电", "发电行业", "火电"),
    "steel": ("iron and steel", "钢铁", "钢铁行业"),
    "cement": ("水泥", "水泥行业"),
    "aluminium": ("aluminum", "aluminium smelting", "电解铝", "铝", "铝冶炼"),
    "chemicals": ("化工", "化工行业"),
    "petrochemicals": ("石化", "石化行业"),
    "paper": ("造纸", "造纸行业"),
    "aviation": ("航空", "民航"),
}
TECHNOLOGIES: dict[str, tuple[str, ...]] = {
    "advanced": ("先进",),
    "medium": ("moderate", "typical", "中等", "一般"),
    "lagging": ("less advanced", "落后", "较落后"),
}
CURVES: dict[str, tuple[str, ...]] = {
    "linear": ("线性",),
    "power": ("quadratic", "幂函数", "幂"),
    "log": ("logarithmic", "对数"),
    "stepped": ("step", "阶梯", "分段"),
}
ANSWERS: dict[str, tuple[str, ...]] = {
    "yes": ("y", "true", "1", "是", "有"),
    "no": ("n", "false", "0", "否", "无"),
}


def find_headers_of(
    table: Table, roles: Iterable[str], faults: list[Fault], *, optional: Iterable[str] = ()
) -> dict[str, str]:
    """Find a header for each role; a needed one without is a fault, an optional one left out.

    Parameters
    ----------
    table : Table
    roles, optional : iterables of str
        Keys of `HEADERS`.
    faults : list of Fault
        Every needed role without a column, and every role with two, is appended.

    Examples
    --------
    >>> import numpy as np
    >>> from tanshi.data.table import Table
    >>> table = Table("a.csv", "", ("企业名称", "Output (t)"), ((), ()), np.array([]))
    >>> find_headers_of(table, ["firm", "output"], [])
    {'firm': '企业名称', 'output': 'Output (t)'}
    """
    needed = list(roles)
    found: dict[str, str] = {}
    for role in (*needed, *optional):
        words = {plain(word) for word in HEADERS[role]}
        own = [one for one in table.headers if plain(one) == plain(role)]
        fitting = own or [one for one in table.headers if plain(one) in words]
        if len(fitting) == 1:
            found[role] = fitting[0]
        elif fitting:
            what, shown = f"{len(fitting)} columns could be {role}", ", ".join(fitting)
            remedy = f"call one of them '{role}'"
            allowed = f"one column for {role}"
            faults.append(Fault(what, shown, allowed, remedy, file=table.source))
        elif role in needed:
            shown, allowed = ", ".join(table.headers), ", ".join((role, *HEADERS[role]))
            remedy = f"add the column, or call it '{role}'"
            faults.append(Fault(f"no column for {role}", shown, allowed, remedy, table.source))
    return found


@dataclass(frozen=True)
class Words:
    """Names that a cell may hold, with other words for them.

    Parameters
    ----------
    known : tuple of str
    synonyms : mapping of str to tuple of str
        Of some of them.
    """

    known: tuple[str, ...]
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def match(self, cell: str) -> str | None:
        """Return the name that a cell means; None where it means none."""
        wanted = plain(cell)
        for name in self.known:
            if wanted == plain(name):
                return name
        for name in self.known:
            if wanted in {plain(word) for word in self.synonyms.get(name, ())}:
                return name
        return None

    def remedy(self, cell: str) -> str:
        """Return what to do about a cell that means none of them."""
        # Of short names a half in common is chance: 'coal' is not meant to be 'all'.
        near = difflib.get_close_matches(cell, self.known, n=1, cutoff=0.6)
        return f"did you mean '{near[0]}'?" if near else "use one of these names"


def name_column(
    table: Table, header: str, names: Sequence[str], words: Words, faults: list[Fault]
) -> list[str]:
    """Return the names that a column of text means; every unknown one is a fault.

    Parameters
    ----------
    table : Table
    header : str
        To name in the faults.
    names : sequence of str
        The cells; empty ones are returned as they are.
    words : Words
    faults : list of Fault
    """
    meant = []
    matches = {cell: words.match(cell) if cell else "" for cell in set(names)}
    for cell, row in zip(names, table.row_numbers.tolist(), strict=True):
        name = matches[cell]
        if name is None:
            what, allowed = f"unknown {plain_role(header)}", ", ".join(words.known)
            remedy = words.remedy(cell)
            faults.append(Fault(what, f"'{cell}'", allowed, remedy, table.source, row, header))
        meant.append(name or "")
    return meant


def amounts_of(
    table: Table, header: str, faults: list[Fault], *, sign: Sign = "positive", blank: bool = False
) -> NDArray[np.float64]:
    """Return a column of amounts in tonnes or MWh, whatever unit its header names.

    Parameters
    ----------
    table : Table
    header : str
        May end with a unit in brackets; without one the amounts are taken as they are.
    faults : list of Fault
        Every unusable cell, and a unit that is not known, is appended.
    sign : {"positive", "nonnegative", "any"}
    blank : bool
        Whether a cell may be blank.

    Examples
    --------
    >>> import numpy as np
    >>> from tanshi.data.table import Table
    >>> headers = ("产量（万吨）", "output (GWh)")
    >>> table = Table("a.csv", "", headers, (("1.5",), ("2",)), np.array([2]))
    >>> amounts_of(table, headers[0], []), amounts_of(table, headers[1], [])
    (array([15000.]), array([2000.]))
    """
    values = numeric_column(table, header, faults, sign=sign, blank=blank)
    stated = UNIT_IN_HEADER.search(header)
    if stated is None:
        return values
    scale = scale_of(stated[1])
    if scale is None:
        what, allowed = "unknown unit in a header", "t, kt, Mt, 万吨, 亿吨, MWh, GWh, TWh, or none"
        remedy = "state tonnes or MWh; leave the bracket out where the product has another unit"
        faults.append(Fault(what, stated[1], allowed, remedy, table.source, None, header))
        return values
    return values * (scale / KWH_PER_MWH if "Wh" in stated[1] else scale)


def unused_headers(table: Table, headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the headers that play no role.

    Parameters
    ----------
    table : Table
    headers : mapping of role to header
        As `find_headers_of` returns them.
    """
    return tuple(one for one in table.headers if one and one not in headers.values())


def unused_note(source: str, unused: Sequence[str]) -> str:
    """Return what to say of columns that are not read.

    Examples
    --------
    >>> unused_note("firms.csv", ["phone"])
    'firms.csv: column not used: phone'
    """
    noun = "column" if len(unused) == 1 else "columns"
    return f"{source}: {noun} not used: {', '.join(unused)}"


def plain_role(header: str) -> str:
    """Return the role a header plays, for a message; the header itself where it plays none."""
    for role, words in HEADERS.items():
        if plain(header) in {plain(word) for word in (role, *words)}:
            return role
    return header


def optional_text(table: Table, header: str | None) -> list[str]:
    """Return the cells of a column as text, blanks as empty; all empty without a column."""
    if header is None:
        return [""] * len(table.row_numbers)
    column = table.column(header)
    cells = column if isinstance(column, tuple) else column.to_list()
    return ["" if cell is None else _text(cell) for cell in cells]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
