"""The 42 sectors of the sample table: official names, invented structure.

Names follow the 42-sector classification of China's input-output tables. Every number is an
assumption chosen for a plausible structure and taken from no table: imports and final uses
take only the steps 1, 2, 5, 10, ..., and intermediate inputs a few round classes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector's name and its assumed structure.

    Parameters
    ----------
    code, name, chinese : str
        As in the official classification.
    intermediate, imported : int
        Intermediate inputs in output, and imports in the uses of the product; percent.
    consumption, investment, exports : int
        Final uses, 1e9 CNY.
    value_added : str
        Key of the split of value added in `VALUE_ADDED`.
    inputs : dict of str to int
        The main inputs, percent of output; the rest of `intermediate` is overhead.
    """

    code: str
    name: str
    chinese: str
    intermediate: int
    imported: int
    consumption: int
    investment: int
    exports: int
    value_added: str
    inputs: dict[str, int]


# Percent of value added: compensation, net taxes, depreciation; the rest is surplus.
# Farms and water management receive more in subsidies than they pay in taxes.
VALUE_ADDED = {
    "farm": (90, -6, 7),
    "mine": (40, 18, 15),
    "make": (45, 15, 14),
    "grid": (30, 8, 36),
    "build": (62, 12, 5),
    "serve": (45, 10, 13),
    "house": (14, 14, 46),
    "water": (50, -4, 40),
    "state": (78, 1, 12),
}

_NAMES = """
01|Agriculture, forestry, animal husbandry and fishery|农林牧渔产品和服务
02|Mining and washing of coal|煤炭采选产品
03|Exploitation of petroleum and natural gas|石油和天然气开采产品
04|Mining and processing of metal ores|金属矿采选产品
05|Mining and processing of nonmetal and other ores|非金属矿和其他矿采选产品
06|Manufacture of foods and tobacco|食品和烟草
07|Manufacture of textiles|纺织品
08|Manufacture of wearing apparel, leather, fur, feather and related products|\
纺织服装鞋帽皮革羽绒及其制品
09|Processing of timber and furniture|木材加工品和家具
10|Manufacture of paper, printing, and articles for culture, education, sports|\
造纸印刷和文教体育用品
11|Processing of petroleum, coking, and nuclear fuel|石油、炼焦产品和核燃料加工品
12|Manufacture of chemical products|化学产品
13|Manufacture of non-metallic mineral products|非金属矿物制品
14|Smelting and processing of metals|金属冶炼和压延加工品
15|Manufacture of metal products|金属制品
16|Manufacture of general purpose machinery|通用设备
17|Manufacture of special purpose machinery|专用设备
18|Manufacture of transport equipment|交通运输设备
19|Manufacture of electrical machinery and equipment|电气机械和器材
20|Manufacture of communication equipment, computers and other electronic equipment|\
通信设备、计算机和其他电子设备
21|Manufacture of instruments and meters|仪器仪表
22|Other manufacturing and waste resources|其他制造产品和废品废料
23|Repair of metal products, machinery and equipment|金属制品、机械和设备修理服务
24|Production and supply of electric power and heat power|电力、热力的生产和供应
25|Production and supply of gas|燃气生产和供应
26|Production and supply of water|水的生产和供应
27|Construction|建筑
28|Wholesale and retail trades|批发和零售
29|Transport, storage, and postal services|交通运输、仓储和邮政
30|Accommodation and catering|住宿和餐饮
31|Information transmission, software and information technology services|\
信息传输、软件和信息技术服务
32|Finance|金融
33|Real estate|房地产
34|Leasing and commercial services|租赁和商务服务
35|Research and experimental development|研究和试验发展
36|Technical services|综合技术服务
37|Management of water conservancy, environment and public facilities|\
水利、环境和公共设施管理
38|Resident, repair and other services|居民服务、修理和其他服务
39|Education|教育
40|Health care and social work|卫生和社会工作
41|Culture, sports, and entertainment|文化、体育和娱乐
42|Public administration, social security, and social organizations|公共管理、社会保障和社会组织
"""

# intermediate %, imported %, consumption, investment, exports (1e9 CNY), value added, inputs %
_STRUCTURE = """
01 40  5 2000  100  100 farm  01:14 06:8 12:8 11:2
02 50 10   20    0   10 mine  02:12 16:4 17:6 14:4 15:3 24:4
03 50 50    0    0   20 mine  03:4 12:4 16:3 17:7 36:6 24:3
04 50 50    0    0   20 mine  04:10 12:6 17:5 11:5 24:6
05 50  5    0    0   20 mine  05:8 12:6 17:4 11:6 24:5
06 75  5 5000    0  500 make  01:40 06:15 12:2 10:3
07 75  5  200    0  500 make  07:34 01:10 12:14 24:2
08 75  5 1000    0 1000 make  07:30 08:16 12:5
09 75  5  500  200  500 make  09:28 01:8 12:8 15:4
10 75  5  500   50  500 make  10:28 12:12 14:2 22:2
11 80  5  500    0  200 make  03:44 02:10 11:4 24:2
12 80 10 1000    0 1000 make  12:34 11:8 03:3 05:2 02:2 24:4
13 80  2  100    0  200 make  05:12 13:16 02:8 12:5 10:2 24:5
14 80 10    0    0  500 make  04:16 14:28 02:4 11:6 22:3 24:6
15 75  2  100  200  500 make  14:36 15:8 24:3
16 75 10   20 1000 1000 make  14:18 16:16 15:6 19:6 20:3
17 75 10   50 1000  500 make  14:16 16:10 17:10 15:5 19:5 20:4
18 75 10 1000 2000  500 make  18:34 14:7 16:6 12:6 20:3
19 75  5  500 1000 1000 make  14:22 19:14 12:11 20:8
20 75 20 1000 1000 2000 make  20:46 12:5 19:4
21 75 20   20  200  200 make  20:16 21:8 14:5 12:5
22 50  5  100    0  100 make  22:8 14:4 12:4
23 75  5    0   50   50 make  18:10 16:10 14:7
24 70  0  500    0   10 grid  02:22 24:22 25:2 03:1 19:3
25 70  0  500    0    0 grid  03:44 25:6 24:2
26 50  0  200    0    0 grid  26:4 24:10 12:3
27 75  0    0 20000 100 build 13:17 14:13 15:7 27:4 36:3
28 40  0 2000  500 1000 serve 34:7 29:5 33:4 32:3
29 60  5 2000  200 1000 serve 11:11 29:12 18:4 32:4
30 60  5 2000    0   50 serve 06:20 01:12 28:3
31 50  2 1000 2000  500 serve 31:14 20:7 34:4
32 40  1 2000    0  100 serve 34:6 32:5 33:4 31:4
33 40  0 5000  500    0 house 32:8 33:3 34:4
34 60  5  500    0  500 serve 34:10 29:5 30:5 31:4
35 60  0  500 1000  100 serve 12:6 21:5 34:5
36 60  0 1000  200   20 serve 36:12 34:5 14:4 20:4
37 50  0  500    0    5 water 27:6 36:4 12:4 26:2
38 50  1 1000    0    5 serve 12:5 06:3 28:3
39 40  0 5000    0    0 state 10:4 27:3 33:2
40 60  1 5000    0    2 state 12:24 21:3
41 50  5 1000  100   50 serve 10:6 41:7 34:4
42 40  0 5000    0   20 state 27:3 30:4 10:3
"""

# What every sector buys beside its main inputs, as weights.
_OVERHEADS = """
24:6 28:22 29:18 32:16 34:14 31:7 30:5 33:6 23:2 10:3 11:6 12:5 15:3 16:2 20:2 25:1 26:1
36:3 38:3 42:1 06:1 22:1 35:1 40:1 41:1
"""


def load_sectors() -> tuple[Sector, ...]:
    """Return the 42 sectors in the order of their codes."""
    names = (line.split("|") for line in _NAMES.strip().split("\n"))
    structure = (line.split(maxsplit=7) for line in _STRUCTURE.strip().split("\n"))
    sectors = []
    for (code, name, chinese), (same, *numbers, value_added, inputs) in zip(
        names, structure, strict=True
    ):
        if code != same:
            message = f"names and structure part at sector {code}"
            raise ValueError(message)
        intermediate, imported, consumption, investment, exports = (int(n) for n in numbers)
        sectors.append(
            Sector(
                code=code,
                name=name,
                chinese=chinese,
                intermediate=intermediate,
                imported=imported,
                consumption=consumption,
                investment=investment,
                exports=exports,
                value_added=value_added,
                inputs=_pairs(inputs),
            )
        )
    return tuple(sectors)


def load_overheads() -> dict[str, int]:
    """Return the weights of the products that every sector buys beside its main inputs."""
    return _pairs(_OVERHEADS)


def _pairs(text: str) -> dict[str, int]:
    return {code: int(value) for code, value in (pair.split(":") for pair in text.split())}
