"""What an earlier market of the same formulation showed, beside which ours is put.

Its figures were written down before this market was built. They are compared with and never
aimed at; figures of single regimes stand in `regimes`.
"""

# Cost of a performance standard over a cap, by factor on the elasticities of demand.
STANDARD_OVER_CAP = {0.01: 1.01, 0.25: 1.30, 0.5: 1.56, 1.0: 1.98, 2.0: 2.59}
# Cost of three power benchmarks over one, percent, by substitution.
THREE_OVER_ONE = {0.3: 0.4, 1.0: 1.4, 3.0: 4.3, 6.0: 8.5}
# Gain of a collar where damage is flat, percent of abatement cost, by variation of the price.
COLLAR = {0.21: 1.5, 0.43: 12.0, 0.94: 45.0}
COLLAR_STEEP = (0.94, 2.0, -15.0)  # variation, slope of damage, gain
# Share of replicates that settle under the uniform rule, percent, by years.
SETTLED = {20: 25, 30: 88}
# Cost over a uniform rule, percent: published tiers and their mirror image.
STEPS = {
    "output responds": (0.4, 0.3),
    "and trade has fees": (-0.5, 1.5),
    "and technology learns, benchmarks adjust": (-0.5, 1.3),
    "the full market": (-0.05, 1.3),
}
# Benchmarks left alone at the table's level: years on the floor, cost, emissions, percent.
LEFT_ALONE = (95, -57, 2.3)
# And at the level of equal emissions in all years together: cost.
LEFT_ALONE_EQUAL = -14
# Cost at equal emissions without a mechanism, percent; for the least of the others see below.
ABLATION = {
    "learning": 470.0,
    "diffusion": 32.0,
    "services": 16.0,
    "feedback": 13.5,
    "laggard support": 2.5,
    "concealment": -4.0,
    "fixed costs and fees": -5.3,
}
DECORATIVE = 0.25  # percent, at most
