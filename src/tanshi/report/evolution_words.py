"""What the figures, mechanisms and principles of a market are called on a page.

Every text here has its translation in the catalogue.
"""

from __future__ import annotations

# Of the table before and after; units stand in the words.
FIGURES = {
    "price_cny_per_tco2": "price, CNY per tonne",
    "emissions_1e8_tco2": "emissions, 1e8 t a year",
    "cost_1e8_cny": "cost of abatement, 1e8 CNY a year",
    "cost_change_percent": "cost of abatement, change, %",
    "balance_need_percent": "balance with need before abatement, %",
    "balance_verified_percent": "balance with verified emissions, %",
    "noncompliant_firms_percent": "firms that do not comply, %",
    "noncompliant_tonnes_percent": "tonnes hidden or missing, % of emissions",
    "advanced_over_medium": "benchmark of advanced over medium firms",
    "lagging_over_medium": "benchmark of lagging over medium firms",
}
FAIRNESS = {
    ("firms", "burden_percent"): "burden of all firms, % of revenue",
    ("firms", "deviation"): "its standard deviation over firms, share of revenue",
    ("firms", "gini"): "its Gini coefficient over firms",
    ("size", "burden_percent"): "burden by size, % of revenue",
    ("size", "deviation"): "its standard deviation over sizes, share of revenue",
    ("size", "relative_difference"): "mean difference between sizes over mean burden",
    ("region", "burden_percent"): "burden by region, % of revenue",
    ("region", "deviation"): "its standard deviation over regions, share of revenue",
    ("region", "relative_difference"): "mean difference between regions over mean burden",
}
# Where the paper has them.
PLACES = {
    "differentiation": "4.1, first",
    "dynamic adaptation": "4.1, second",
    "fairness and efficiency": "4.1, third",
    "cost-benefit": "4.1, fourth",
    "regional coordination": "4.1, fifth",
    "phased implementation": "4.1, sixth",
    "regular adjustment": "4.2 (1)",
    "differential adjustment": "4.2 (2)",
    "supervision and feedback": "4.2 (3)",
    "compliance guarantee": "4.2 (4)",
    "response to prices": "section 5",
    "response to policies": "section 5",
}
DOES = {
    "tier and scale coefficients": "firms of an industry get more or less by tier and by scale",
    "trend": "all benchmarks fall at a regular pace",
    "differentiation": (
        "benchmarks of industries with more potential or faster progress fall faster"
    ),
    "cost-benefit pace": "benchmarks of industries that cut more cheaply fall faster",
    "firm progress": "a firm that leads its industry's progress gets a lower benchmark",
    "reclassification": "firms are sorted into tiers again by what they report",
    "feedback": "benchmarks move towards the deficit aimed at, measured on need",
    "opinions": "benchmarks move where firms of more than half of the output complain",
    "audits": "some reports are audited, and false ones are found",
    "verification noise": "verifiers err",
    "laggard support": "technical assistance: laggards abate more cheaply, at public cost",
    "borrowing": "firms may borrow from next year's allocation",
    "fines": "false reports and missing allowances are fined",
    "deduction": "what is missing is taken off next year's allocation",
    "price response": "benchmarks move where the price swings or stands at a bound",
    "price band": "the price keeps within floor and ceiling",
    "reserve": "the government sells allowances at the ceiling",
    "policy response": "firms know of a change of policy a year ahead and act on it",
    "regional support": "benchmarks of supported regions fall more slowly",
    "reduction targets": "benchmarks fall faster behind a target, of all or of a region",
    "phase-in": "industries enter in their first year and are watched before",
}
# Where a mechanism can act at all: said of those that move nothing.
ACTS_WHERE = {
    "reserve": "it acts where the price reaches the ceiling",
    "price band": "it acts where the price reaches floor or ceiling",
    "policy response": "it acts where a change of policy is announced",
    "regional support": "it acts where the scenario names supported regions",
    "reduction targets": "it acts where emissions fall behind a target",
    "phase-in": "it acts where an industry has a later first year",
    "borrowing": "it acts where firms are short and expect a lower price",
    "banking": "it acts where firms hold a surplus and expect a higher price",
    "block session": "it acts where orders reach the size of a block",
    "sinks": "it acts where credits are supplied below the price",
    "primary auction": "it acts where a share of allowances is sold",
    "deduction": "it acts where allowances are missing",
    "shortfall cap": "it acts where firms are short by more than the cap",
    "audits": "it acts where firms conceal emissions",
    "fines": "it acts where firms conceal emissions or miss allowances",
    "concealment": "it acts where concealing pays",
    "reclassification": "it acts where firms change tiers",
    "opinions": "it acts where more or less than half of the output complains",
    "price response": "it acts where the price swings or stands at a bound",
}
ELSEWHERE_IDLE = "the scenario leaves it nothing to act on"
