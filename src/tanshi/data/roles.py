"""Which column plays which role: explicit names, the manifest's roles, synonyms.

Headers are compared without regard to case, spaces, underscores, hyphens, full-width
forms and a unit in brackets at the end, so that ``GDP（亿元）`` is found as ``gdp``.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_HEADERS = 12

# English and Chinese, in the spelling of statistical yearbooks and of usual data sets.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "unit": (
        *("province", "region", "prefecture", "city", "county", "country", "state", "firm"),
        *("company", "plant", "dmu", "entity", "id", "省份", "省", "省市", "省区市", "地区"),
        *("区域", "城市", "企业", "公司", "单位", "机组", "电厂", "国家", "名称"),
    ),
    "time": ("year", "period", "年份", "年度", "年", "时间", "时期"),
    "labour": (
        *("labor", "employment", "employees", "employed", "employed persons", "workers"),
        *("workforce", "labour force", "labor force", "persons employed", "劳动", "劳动力"),
        *("劳动投入", "从业人员", "从业人数", "从业人员数", "年末从业人员数", "就业人员"),
        *("就业人数", "就业人员数", "员工人数", "职工人数"),
    ),
    "capital": (
        *("capital stock", "physical capital", "fixed assets", "net fixed assets", "资本"),
        *("资本存量", "物质资本存量", "固定资本存量", "资本投入", "固定资产", "固定资产净值"),
    ),
    "output": (
        *("gdp", "real gdp", "grp", "gross domestic product", "gross regional product"),
        *("value added", "desirable output", "产出", "期望产出", "总产值"),
        *("地区生产总值", "国内生产总值", "生产总值", "实际gdp", "增加值", "工业增加值"),
    ),
    "emissions": (
        *("emission", "co2", "co2 emissions", "carbon", "carbon emissions", "carbon dioxide"),
        *("carbon dioxide emissions", "undesirable output", "排放", "排放量", "碳排放"),
        *("碳排放量", "二氧化碳", "二氧化碳排放", "二氧化碳排放量", "co2排放量", "非期望产出"),
    ),
    "energy": (
        *("energy use", "energy consumption", "total energy consumption", "能源", "能耗"),
        *("能源消费", "能源消费量", "能源消费总量", "能源投入"),
    ),
    "electricity": ("elec", "power consumption", "电力", "用电量", "电力消费量", "全社会用电量"),
    "investment": (
        *("fai", "gfcf", "fixed asset investment", "gross fixed capital formation", "投资"),
        *("固定资产投资", "全社会固定资产投资", "固定资本形成", "固定资本形成总额"),
    ),
    "investment_price": (
        *("fai price", "investment price index", "fixed asset price index"),
        *("固定资产投资价格指数", "投资价格指数"),
    ),
    "nominal_output": ("gdp nom", "nominal gdp", "gdp current prices", "名义gdp", "现价gdp"),
    "output_index": (
        *("gdp index", "volume index", "real growth index", "生产总值指数"),
        *("地区生产总值指数", "国内生产总值指数", "gdp指数"),
    ),
    "price_index": (
        *("cpi", "consumer price index", "deflator", "gdp deflator", "价格指数"),
        *("居民消费价格指数", "消费价格指数", "平减指数", "gdp平减指数"),
    ),
    "date": ("trading day", "trade date", "日期", "交易日", "交易日期"),
    "board": ("trading board", "trading method", "板块", "交易板块", "交易方式"),
    "price": (
        *("price cny per t", "carbon price", "allowance price", "closing price", "碳价"),
        *("收盘价", "成交价", "成交价格", "成交均价"),
    ),
    "volume": ("volume t", "trading volume", "成交量", "交易量"),
    "turnover": ("turnover cny", "trading value", "成交额", "成交金额", "交易额"),
    "mac": (*("mac cny per tco2", "marginal abatement cost", "边际减排成本", "等边际减排成本"),),
    "sector": ("industry", "sectors", "部门", "行业", "行业名称"),
    "scope_1_total": ("scope 1", "scope 1 emissions", "范围一排放量", "直接排放量"),
    "population": ("residents", "permanent population", "人口", "人口数", "常住人口"),
    "coal": ("raw coal", "煤", "煤炭", "原煤", "煤炭消费量"),
    "coke": ("焦炭", "焦炭消费量"),
    "crude": ("crude oil", "原油", "原油消费量"),
    "gasoline": ("petrol", "汽油", "汽油消费量"),
    "kerosene": ("煤油", "煤油消费量"),
    "diesel": ("diesel oil", "柴油", "柴油消费量"),
    "fueloil": ("fuel oil", "燃料油", "燃料油消费量"),
    "gas": ("natural gas", "天然气", "天然气消费量"),
}


def find_column(
    headers: Sequence[str],
    role: str,
    explicit: str | None = None,
    *,
    manifest: Sequence[str] = (),
    source: str = "",
) -> str:
    """Find the one header that plays a role.

    The first rule that names a column decides: the explicit header (as written, then
    without regard to case and spaces), the headers to which the manifest gives this
    role, the role's own name, its synonyms.

    Parameters
    ----------
    headers : sequence of str
        Of the table.
    role : str
        A key of `SYNONYMS`, or any other name: then only that name itself is looked for.
    explicit : str, optional
        Header that the user named.
    manifest : sequence of str
        Headers to which a data pack's manifest gives this role.
    source : str
        File name, for messages.

    Returns
    -------
    str
        An element of `headers`.

    Raises
    ------
    InputError
        No column, or two of equal rank.

    Examples
    --------
    >>> find_column(["省份", "年份", "GDP（亿元）"], "output")
    'GDP（亿元）'
    """
    asked = _Asked(headers, role, source)
    if explicit is not None:
        return _find_explicit(asked, explicit)
    absent = [header for header in manifest if header not in headers]
    if absent:
        raise asked.refusal(
            "column of the manifest is not there",
            f"the manifest gives the role to {_quoted(absent)}",
            _quoted(headers),
            f"mend the manifest or the table, or name the column with {asked.option} HEADER",
        )
    own, synonyms = {plain(role)}, {plain(word) for word in SYNONYMS.get(role, ())}
    ranked = (
        manifest,
        [header for header in headers if plain(header) in own],
        [header for header in headers if plain(header) in synonyms],
    )
    for candidates in ranked:
        if candidates:
            return _only(asked, candidates)
    names = (role, *SYNONYMS.get(role, ()))
    # The first names are English, the last Chinese.
    examples = dict.fromkeys((*names[:4], *names[-3:]))
    raise asked.refusal(
        f"no column for {role}",
        _quoted(headers),
        f"a header such as {_quoted(list(examples))}",
        f"name the column with {asked.option} HEADER, or rename it '{role}'",
    )


def plain(header: str) -> str:
    """Reduce a header to what is compared.

    Examples
    --------
    >>> plain("Capital_Stock (1e8 CNY)"), plain("ＧＤＰ（亿元）")
    ('capitalstock', 'gdp')
    """
    text = unicodedata.normalize("NFKC", header).strip().casefold()
    return re.sub(r"[\s_-]+", "", re.sub(r"(?<=.)[(\[][^()\[\]]*[)\]]$", "", text))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question that a fault answers: which column, of which file, for which role."""

    headers: Sequence[str]
    role: str
    source: str

    @property
    def option(self) -> str:
        return f"--{self.role.replace('_', '-').replace(' ', '-')}"

    def refusal(
        self, what: str, found: str, allowed: str, remedy: str, column: str = ""
    ) -> InputError:
        return InputError([Fault(what, found, allowed, remedy, file=self.source, column=column)])


def _find_explicit(asked: _Asked, explicit: str) -> str:
    if explicit in asked.headers:
        return explicit
    folded = {"".join(header.casefold().split()): header for header in asked.headers}
    wanted = "".join(explicit.casefold().split())
    alike = [header for header in asked.headers if "".join(header.casefold().split()) == wanted]
    if alike:
        return _only(asked, alike)
    near = difflib.get_close_matches(wanted, folded, n=3, cutoff=0.4)
    nearest = [folded[name] for name in near]
    raise asked.refusal(
        f"no such column for {asked.role}",
        f"'{explicit}'",
        _quoted(asked.headers),
        f"nearest: {_quoted(nearest)}" if nearest else f"correct {asked.option}",
        column=explicit,
    )


def _only(asked: _Asked, candidates: Sequence[str]) -> str:
    """Return the one candidate; a header that stands there twice is the table's own fault."""
    different = list(dict.fromkeys(candidates))
    if len(different) > 1:
        raise asked.refusal(
            f"{len(different)} columns could be {asked.role}",
            _quoted(different),
            f"one column for {asked.role}",
            f"choose one with {asked.option} HEADER",
        )
    return different[0]


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:SHOWN_HEADERS])
    more = len(names) - SHOWN_HEADERS
    return f"{shown} and {more} more" if more > 0 else shown
