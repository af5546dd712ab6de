"""Where each province stands on the tile map, and its Chinese name.

One square a province keeps small regions legible and gives none a weight by area. The
layout follows neighbourhood and compass direction.
"""

from __future__ import annotations

# English name: (column, row, Chinese short name); row 0 is the north.
TILES: dict[str, tuple[int, int, str]] = {
    "Heilongjiang": (8, 0, "黑龙江"),
    "Inner Mongolia": (6, 1, "内蒙古"),
    "Jilin": (8, 1, "吉林"),
    "Xinjiang": (1, 2, "新疆"),
    "Gansu": (3, 2, "甘肃"),
    "Ningxia": (4, 2, "宁夏"),
    "Shanxi": (5, 2, "山西"),
    "Beijing": (6, 2, "北京"),
    "Tianjin": (7, 2, "天津"),
    "Liaoning": (8, 2, "辽宁"),
    "Qinghai": (2, 3, "青海"),
    "Shaanxi": (4, 3, "陕西"),
    "Henan": (5, 3, "河南"),
    "Hebei": (6, 3, "河北"),
    "Shandong": (7, 3, "山东"),
    "Tibet": (1, 4, "西藏"),
    "Sichuan": (3, 4, "四川"),
    "Chongqing": (4, 4, "重庆"),
    "Hubei": (5, 4, "湖北"),
    "Anhui": (6, 4, "安徽"),
    "Jiangsu": (7, 4, "江苏"),
    "Shanghai": (8, 4, "上海"),
    "Yunnan": (3, 5, "云南"),
    "Guizhou": (4, 5, "贵州"),
    "Hunan": (5, 5, "湖南"),
    "Jiangxi": (6, 5, "江西"),
    "Zhejiang": (7, 5, "浙江"),
    "Guangxi": (4, 6, "广西"),
    "Guangdong": (5, 6, "广东"),
    "Fujian": (6, 6, "福建"),
    "Hainan": (5, 7, "海南"),
}


def are_provinces(units: set[str]) -> bool:
    """Whether every unit is a province of the tile map, in English or Chinese."""
    chinese = {name for _, _, name in TILES.values()}
    return bool(units) and (units <= set(TILES) or units <= chinese)


def tile_of(unit: str) -> tuple[int, int] | None:
    """Return column and row of a province by either name."""
    for name, (column, row, chinese) in TILES.items():
        if unit in (name, chinese):
            return column, row
    return None


def unit_name(unit: str, language: str) -> str:
    """Return how a unit is called in a language; units that are no province keep theirs.

    Examples
    --------
    >>> unit_name("Shanxi", "zh"), unit_name("plant 7", "zh")
    ('山西', 'plant 7')
    """
    return TILES[unit][2] if language == "zh" and unit in TILES else unit
