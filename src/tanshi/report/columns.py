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
    "published": "as published",
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
    "lower": "lower",
    "upper": "upper",
    "lower_cny_per_tco2": "lower end, CNY/tCO₂",
    "upper_cny_per_tco2": "upper end, CNY/tCO₂",
    "parameter": "parameter",
    "estimate": "estimate",
    "standard_error": "standard error",
    "p_value": "p",
    "set_by": "set by",
    "direction": "output : emissions",
    "null_jointness": "null-jointness",
    "median_mac_cny_per_tco2": "median MAC, CNY/tCO₂",
    "coverage_of_last_tau": "coverage at the last τ",
    "crossings": "crossings",
    "lower_tau": "τ",
    "upper_tau": "next τ",
    "share": "share of observations",
    "largest_output_1e8_cny": "largest, 1e8 CNY of output",
    "largest_emissions_1e4_t": "largest, 1e4 t of emissions",
    "coverage_without": "coverage without null-jointness",
    "coverage_moved": "moved by",
    "sides_changed": "observations that change sides",
    "taus": "quantiles compared",
    "restrictions": "restrictions",
    "statistic": "Wald statistic",
    "method": "method",
    "inputs": "inputs",
    "observed_period": "year of the cost",
    "rank_correlation_with_default": "rank correlation with this study",
    "null_joint_violations": "null-jointness violated at",
    "group": "households",
    "burden_percent": "dearer by, % of spending",
    "burden_lower_percent": "lower",
    "burden_upper_percent": "upper",
    "cost_cny_per_head": "CNY by head",
    "burden_of_income_percent": "% of income",
    "cost_1e8_cny": "all together, 1e8 CNY",
    "consumer_interval": "interval",
    "producer_interval": "interval",
    "revenue_interval": "interval",
    "figure": "figure",
    "industry": "industry",
    "of": "of",
    "before_interval": "baseline",
    "after_interval": "this market",
    "change_interval": "change",
    "printed_interval": "as published",
    "ours_interval": "ours",
    "advanced_interval": "advanced",
    "medium_interval": "medium",
    "lagging_interval": "lagging",
    "principle": "principle",
    "clause": "clause",
    "mechanism": "mechanism",
    "switched": "switched",
    "switched_on": "at work",
    "does": "what it does",
    "without_interval": "cost of the same emissions with it switched, change, %",
    "cost_interval": "cost, change, %",
    "emissions_interval": "emissions left alone, change, %",
    "fees_interval": "fees, change, %",
    "firms_interval": "firms that do not comply, %",
    "verdict": "verdict",
    "state": "state",
    "initial_interval": "initial",
    "rule": "rule",
    "mean_preserving": "keeps the mean",
    "equal_emissions": "equal emissions",
    "scale_interval": "common scale",
    "deviation_interval": "deviation of burden, basis points",
    "gini_interval": "Gini coefficient of burden",
    "region_deviation_interval": "deviation between regions, basis points",
    "size_deviation_interval": "deviation between sizes, basis points",
    "noncompliant_firms_interval": "non-compliant firms, percentage points",
    "noncompliant_tonnes_interval": "non-compliant tonnes, percentage points",
    "price_interval": "price, CNY/tCO₂",
    "process": "process",
    "tier": "tier",
    "scale": "scale",
    "firms": "firms",
    "relative_benchmark": "benchmark over the process's",
    "benchmark_tco2_per_unit": "benchmark, tCO₂ per unit",
    "gainer": "who",
    "gain_1e6_cny": "gain, million CNY",
    "gain_cny_per_tco2": "by tonne traded, CNY",
    "additional_share_percent": "additional tonnes, % of those sold",
    "enterprises_1e6_tco2": "enterprises, million t",
    "people_1e6_tco2": "people, million t",
    "total_1e6_tco2": "total, million t",
    "cancel_1e6_tco2": "to be cancelled, million t",
    "goal": "goal",
    "buyers_percent": "buyers, %",
    "sellers_percent": "sellers, %",
    "fee_buyers": "fee of buyers",
    "fee_sellers": "fee of sellers",
    "platform_profit": "profit",
    "surplus_buyers": "surplus of buyers",
    "surplus_sellers": "surplus of sellers",
    "all_together": "all together",
    "bounds": "participation",
    "place": "where",
    "claim": "claim",
    "holds_where": "where it holds",
    "derivative_here": "derivative here",
    "here": "here",
    "dynamics": "dynamics",
    "ends_in": "ends in",
    "supervise": "supervise",
    "adopt": "adopt",
    "sell": "sell",
    "buy": "buy",
    "starts_percent": "of starts, %",
    "starts_error_percent": "standard error",
    "lever": "lever",
    "case": "case",
    "selling_costs": "selling costs",
    "quota_cut_percent": "quota below need, %",
    "change_tco2_per_head": "change, tCO₂ a head",
    "which_case": "which case holds",
    "audit_says": "by the condition alone",
    "government_cny": "government, CNY",
    "platform_cny": "platform, CNY",
    "sellers_cny": "sellers, CNY",
    "buyers_cny": "buyers, CNY",
    "climate_cny": "climate, CNY",
}
# Further columns, of tables that are printed but not set on a page.
PAPER_LABELS = LABELS | {
    "profit": "profit",
    "welfare": "welfare",
    "region": "where it holds",
    "value": "estimate",
    "interval": "interval",
    "floor_price_cny_per_tco2": "floor, CNY/tCO₂",
    "floor_cny_per_tco2": "floor, CNY/tCO₂",
    "in_use": "in use",
    "unit_left_out": "without",
    "remaining_floor_cny_per_tco2": "floor of the others, CNY/tCO₂",
    "remaining_set_by": "set by",
    "floor_of_all_cny_per_tco2": "floor of all on their surfaces, CNY/tCO₂",
    "observations": "observations",
    "share_inside": "share inside",
    "exact_hits": "exactly on it",
    "ratio": "ratio",
    "income_ratio": "ratio by income",
    "income_verdict": "verdict by income",
    "spending_1e8_cny": "spending, 1e8 CNY",
    "point_percent": "rise, %",
    "energy_emissions_correlation": "correlation of energy with emissions",
    "median_ratio_to_two_inputs": "median ratio to two inputs",
    "lowest_average_unit": "lowest average",
    "lowest_average_cny_per_tco2": "its MAC, CNY/tCO₂",
    "highest_average_unit": "highest average",
    "highest_average_cny_per_tco2": "its MAC, CNY/tCO₂",
    "distance_normalised": "distance, normalised",
    "shadow_price_cny_per_tco2": "shadow price, CNY/tCO₂",
    "shadow_price_low_cny_per_tco2": "least, CNY/tCO₂",
    "shadow_price_high_cny_per_tco2": "greatest, CNY/tCO₂",
    "emissions_tco2": "emissions, tCO₂",
    "share_reached_percent": "share of emissions reached, %",
    "sector": "sector",
    "name": "name",
    "direct_percent": "own cost increase, %",
    "total_percent": "price rise, %",
}
# What the tables of this program call a method, as a reader knows it.
METHODS = {
    "quantile": "quantile, quadratic",
    "deterministic": "deterministic frontier, quadratic",
    "expectile": "expectile, quadratic",
    "convex_quantile": "quantile, convex",
    "convex_expectile": "expectile, convex",
}
SPANNING = "reason"
MERGED = (SPANNING, "figure", "principle", "clause")  # equal neighbours share one cell
TWO_DECIMALS = (
    "cny",
    "floor",
    "difference_percent",
    "volume",
    "share_of_target",
    "paid_share",
    "additional_share",
    "_1e6_tco2",
)
QUANTILES = ("tau", "lower_tau", "upper_tau", "tau_position")
DISTANT = 0.001


def heading(column: str) -> str:
    """Return how a column is headed in print; a column of the user's data keeps its name.

    Examples
    --------
    >>> heading("floor_price_cny_per_tco2"), heading("gdp_nominal")
    ('floor, CNY/tCO₂', 'gdp_nominal')
    """
    return PAPER_LABELS.get(column, column)


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
    if isinstance(value, float) and column in QUANTILES:
        return f"{value:g}"
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
    if column not in MERGED:
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
    text = f"{value:,.2f}" if size < 1000 else f"{value:,.1f}"
    return "0.00" if text == "-0.00" else text
