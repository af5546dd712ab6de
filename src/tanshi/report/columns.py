"""How table columns are headed and set on a page."""

from __future__ import annotations

# Column names of the result tables, as a reader knows them. Other names (columns of the
# data) are set as they stand.
LABELS = {
    "unit": "unit",
    "time": "year",
    "tau": "τ",
    "tau_position": "position τ",
    "mac_cny_per_tco2": "MAC, CNY/tCO₂",
    "flag": "flag",
    "role": "role",
    "column": "column",
    "mean": "mean",
    "standard_deviation": "standard deviation",
    "max": "maximum",
    "min": "minimum",
    "dimension": "choice",
    "option": "option",
    "item": "where",
    "quantity": "quantity",
    "output_column": "output column",
    "published": "published",
    "ours": "ours",
    "difference_percent": "difference, %",
    "reproduced": "reproduced",
    "reason": "reason",
    "rebuilt_by": "rebuilt by",
    "first_year": "first year",
    "last_year": "last year",
    "largest_relative_difference": "largest relative difference",
    "objective": "objective",
    "gap": "gap",
    "primal_infeasibility": "primal infeasibility",
    "dual_infeasibility": "dual infeasibility",
    "share_above": "share above",
    "coverage": "coverage",
    "active_constraints": "active constraints",
    "active_null_jointness": "of which null-jointness",
    "unique": "unique",
    "year": "year",
    "board": "board",
    "mean_cny_per_t": "mean, CNY/t",
    "low_cny_per_t": "low",
    "high_cny_per_t": "high",
    "volume_share_percent": "share of volume, %",
    "volume_below_floor_percent": "volume below floor, %",
    "days": "days",
    "days_below_floor": "days below floor",
    "floor_cny_per_tco2": "floor, CNY/t",
    "grid": "grid",
    "premium_cny_per_kwh": "premium, CNY/kWh",
    "carbon_price_cny_per_tco2": "carbon price inside, CNY/tCO₂",
    "paid_share": "paid share",
    "consumer_index_percent": "CI, %",
    "producer_index_percent": "PI, %",
    "mean_all_sectors_percent": "mean of sectors, %",
    "least_uncovered_percent": "least uncovered, %",
    "greatest_uncovered_percent": "greatest uncovered, %",
    "revenue_1e8_cny": "revenue, 1e8 CNY",
    "rank": "rank",
    "path": "path",
    "target": "price that rises",
    "price_percent": "rise by this path, %",
    "share_of_target_percent": "share of that price's rise, %",
}
SPANNING = "reason"  # equal neighbours in this column share one cell
TWO_DECIMALS = ("cny", "floor", "difference_percent", "volume", "share_of_target", "paid_share")
DISTANT = 0.001


def format_cell(value: object, column: str = "") -> str:
    """Return a cell as a reader expects it.

    Money and percentages have two decimals, other numbers up to five digits.

    Examples
    --------
    >>> [format_cell(v) for v in (12.0551, 1234.56, 2018, 3.1e-15, True, None)]
    ['12.06', '1,234.6', '2018', '3.1e-15', 'yes', '']
    >>> format_cell(0.00021, "difference_percent")
    '0.00'
    """
    if isinstance(value, float):
        money = any(word in column for word in TWO_DECIMALS)
        return "∞" if value == float("inf") else _number(value, money=money)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def cell_heights(column: str, texts: list[str]) -> list[int]:
    """Return how many rows each cell covers; 0 for one that is covered from above.

    Examples
    --------
    >>> cell_heights("reason", ["a", "a", "b"]), cell_heights("unit", ["a", "a"])
    ([2, 0, 1], [1, 1])
    """
    heights = [1] * len(texts)
    if column != SPANNING:
        return heights
    start = 0
    for row in range(1, len(texts)):
        if texts[row] == texts[start]:
            heights[row] = 0
            heights[start] += 1
        else:
            start = row
    return heights


def _number(value: float, *, money: bool) -> str:
    size = abs(value)
    if not money and 0 < size < DISTANT:
        return f"{value:.1e}"
    if not money and size < 1:
        return f"{value:.4f}"
    return f"{value:,.2f}" if size < 1000 else f"{value:,.1f}"
