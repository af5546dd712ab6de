"""What every key of `[benchmark]` means, in a line: for a description of the market.

The tables of the documentation say the same of the rules.
"""

from __future__ import annotations

RULES = {
    "price.floor": "lower bound, CNY/t; also the reserve price of the primary auction",
    "price.ceiling": "upper bound, CNY/t",
    "price.first_expected": "price expected before the first year, CNY/t",
    "price.adaptation": "share of a surprise that expectations take over",
    "price.permanent_share": (
        "weight of today's price in an abatement decision, the rest being the expected price"
    ),
    "price.announced": (
        "whether a change of policy is known a year ahead, so that firms act on it before"
    ),
    "price.reserve_share": "share of emissions that the government sells at the ceiling",
    "price.block_session": "whether large orders meet in a session of their own first",
    "price.block_minimum_t": "tonnes from which on an order is large",
    "price.block_band": "band around last year's price in that session, share",
    "allocation.absolute_cap": "allowances by past instead of present output",
    "allocation.paid_share": "share sold in the primary auction",
    "allocation.unsold": (
        "what it leaves: `cancel`, `return` (handed out), `carry` (offered next year)"
    ),
    "allocation.bid_spread": "deviation of bids around the expected price, share",
    "banking.allowed": "whether allowances may be kept",
    "banking.fixed_t": "tonnes that may be kept anyway",
    "banking.net_sales_multiple": "and this multiple of net sales",
    "banking.carry_discount": "worth of an allowance kept, share of the expected price",
    "banking.indifference": "CNY/t over which firms turn from selling to keeping",
    "banking.borrowing_share": "share of next year's allocation that may be borrowed",
    "compliance.concealment": "whether firms may hide emissions",
    "compliance.hidden_share": "share of emissions hidden then",
    "compliance.detection_small": "chance that a small firm is found out",
    "compliance.detection_large": "and a large one",
    "compliance.fine_multiple": "fine over the market value of what is missing",
    "compliance.least_fine_cny": "least fine for a false report, CNY",
    "compliance.reputation": "loss of standing, in market values of what was hidden",
    "compliance.deduction": "whether what is missing is owed next year",
    "compliance.shortfall_cap": (
        "duty ends at free allocation and this share of emissions; 1 for no cap"
    ),
    "verification.noise": "deviation of verified over reported emissions, share",
    "verification.audit_share": "share of reports audited",
    "verification.audit_finds": "chance that an audit finds what is hidden",
    "verification.audit_cost_cny": "of an audit, borne by the government, CNY",
    "verification.opinion_weight": "weight of complaints in the correction of a benchmark",
    "costs.own_fixed_cny": "fixed cost of abating oneself, CNY a year",
    "costs.trade_fixed_cny": "fixed cost of trading, CNY a year",
    "costs.fee_share": "fee, share of the value traded",
    "costs.block_fee_share": "the same in the block session",
    "services.providers": "providers of abatement",
    "services.cost_factor": "their cost over the firm's own",
    "services.first_margin": "margin at first, CNY/t",
    "services.cost_spread": "deviation of the logarithm of their own cost",
    "services.first_capacity_share": "capacity at first, share of covered emissions",
    "services.choice_width": "CNY/t over which firms turn to the cheaper provider",
    "services.price_speed": "how fast margins follow demand",
    "services.capacity_speed": "how fast capacity follows margins",
    "services.offset_limit": "largest share of emissions met with credits of sinks",
    "services.sink_share": "credits supplied at the reference price, share of covered emissions",
    "services.sink_elasticity": "of that supply in the price",
    "technology.permanent_cut": "share of a cut that stays",
    "technology.renewal": "share of the used potential that comes back in a year",
    "technology.diffusion": "share of the distance to the best tenth closed in a year",
    "technology.reference_price": "CNY/t at which all shapes of cost curves agree",
    "research.pace": (
        "fall of intensity a year that research brings where the reference price lasts, "
        "share; 0 for no research"
    ),
    "research.years": "years for which firms count what a lead saves",
    "research.interest": "rate at which they discount it",
    "research.fixed_cny": "fixed cost of research, CNY a year",
    "research.foresight": (
        "expected rise of the price for each unit by which benchmarks fall faster than intensities"
    ),
    "demand.persistence": "of demand shocks",
    "demand.sector_deviation": "yearly shock of an industry's demand, share",
    "demand.common_deviation": "of all demand",
    "demand.firm_deviation": "of one firm's",
    "demand.growth": "yearly growth of demand",
    "demand.energy_deviation": "yearly change of abatement costs, logarithm",
    "demand.responds": "whether output follows costs and product prices",
    "revision.protocol": "`logit`, `replicator_mutator`, `fermi`, `smith`",
    "revision.share": "share of firms that revise in a year",
    "revision.noise": "CNY per tonne within which choices look alike",
    "revision.mutation": "share of firms that try anything, above 0",
    "adjustment.trend": "yearly fall of benchmarks, share",
    "adjustment.differential": "larger steps where the potential is larger",
    "adjustment.progress": "larger steps where progress is faster",
    "adjustment.feedback": "share of the gap to the deficit closed in a year",
    "adjustment.on_verified": "measure that gap on verified emissions instead of need",
    "adjustment.deficit": "deficit of allocation aimed at, share of need",
    "adjustment.largest_correction": "largest correction in a year, share",
    "adjustment.price_response": "share of that taken when the price swings",
    "adjustment.cost_benefit": "larger steps where cutting is cheaper",
    "adjustment.firm_progress": (
        "share of a firm's lead in progress that comes off its own benchmark"
    ),
    "adjustment.reduction_target": "fall of emissions per output aimed at, a year",
    "adjustment.target_response": "share of the lag behind it closed in a year",
    "adjustment.regional_response": "the same for regions with targets of their own",
    "adjustment.phased": "whether industries wait for their first year",
    "adjustment.laggard_support": "technical assistance to laggards",
    "adjustment.laggard_cost_factor": "their abatement cost with it, share",
    "adjustment.laggard_fixed_factor": "their fixed cost with it, share",
    "adjustment.reclassification": (
        "years between two sortings of firms into tiers by what they report; 0 for never"
    ),
    "adjustment.renewable_rich_support": (
        "share of the trend that renewable-rich regions are spared"
    ),
    "adjustment.old_industrial_support": "the same for old industrial ones",
    "adjustment.energy_security_support": "the same for energy-security ones",
}

FIRMS = {
    "firms.seed": "of the register that is drawn",
    "firms.output_rule": (
        "`implied`: output is emissions over benchmark; `statistics`: output is given by "
        "industry, and intensity gives way"
    ),
    "firms.output_units": "output by industry under `statistics`, units a year",
    "firms.initial_deficit": "of allocation at the initial benchmark, share",
    "firms.size_deviation": "deviation of the logarithm of output between firms",
    "firms.size_intensity_correlation": "correlation of the logarithms of output and intensity",
    "firms.least_emissions_tco2": "threshold of coverage, tCO2 a year",
    "firms.cost_deviation": "deviation of the logarithm of abatement costs between firms",
    "firms.curve": "marginal abatement cost: `linear`, `power`, `log`, `stepped`",
    "firms.curves": (
        "weights of curves in an industry, its process (`steel/short`) or all others (`all`), in "
        "place of `curve`"
    ),
    "firms.region_shares": (
        'by industry and region, share of firms; what is missing up to 1 is "not stated"'
    ),
    "firms.region_counts": "the same in firms of a list of another size, taken in proportion",
    "firms.cost_level_by_region": "abatement cost of a region over the mean",
    "firms.cost_level_file": "abatement costs whose last year gives the levels of regions",
}

INDUSTRY = {
    "name": "of the industry",
    "entities": "firms covered",
    "emissions_tco2": "of all of them, tCO2 a year",
    "benchmark_tco2_per_unit": "initial benchmark, tCO2 per unit",
    "unit": "of the product",
    "reduction_potential": "share of intensity that can be cut",
    "intensity_deviation": "deviation of the logarithm of intensity between firms",
    "cap_cost_cny_per_tco2": "marginal cost at which the whole potential is used, CNY/t",
    "product_price_cny": "of a unit, CNY",
    "demand_elasticity": "of the product, to its price",
    "supply_elasticity": "of the product, to its price",
    "autonomous_improvement": "yearly fall of intensity without a policy, share",
    "first_year": "in which the industry enters the market",
    "covered_before": "in the market before it expands; else newly joined in the baseline",
    "processes": "ways to make the product",
}

PROCESS = {
    "name": "of the process",
    "share": "of the industry's firms",
    "relative_intensity": "mean intensity over the industry's",
    "relative_benchmark": "benchmark over the industry's",
}

MARKET = {
    "industries": "rows of the industries",
    "firms": "what a drawn register assumes",
    "rule": (
        "benchmarks by tier and scale: `uniform`, `printed`, `published_table`, `reversed`, `given`"
    ),
    "given": "rows of the rule `given`: benchmark over that of the process",
    "mean_preserving": (
        "whether tiers leave an industry's allocation as a uniform benchmark gives it"
    ),
    "initial_benchmark": (
        "`table`: as the industries say; `deficit`: scaled so that allocation is short by "
        "`firms.initial_deficit`"
    ),
    "common_scale": "factor on all benchmarks of the start",
    "years": "of a run, at most",
    "stop": (
        "`limit`: after all years; `settled`: in the first year in which all replicates have "
        "settled"
    ),
    "replicates": "runs that differ by their random numbers",
    "seed": "of all random numbers but those of the register",
    "supported_regions": (
        "by kind (`renewable_rich`, `old_industrial`, `energy_security`), regions that may be "
        "spared a share of the trend; of two kinds the larger share counts"
    ),
    "regional_targets": "by region, fall of emissions per output, share a year",
    "cost_level": "of abatement by year over the first, a given path of energy prices",
    "given_violations": (
        "by industry, share of firms that conceal whatever it costs; its others never do"
    ),
    "policy_changes": "by year, rules that change then and stay",
    "take_costs": (
        "whether levels of abatement costs by region follow from a study's costs of its last year"
    ),
    "take_floor": "whether a study's price floor takes the place of `price.floor`",
    "search_in_study": "whether a study also searches for coefficients; no part of the market",
    "ablation": "whether the market also runs without each mechanism; no part of the market",
    "search": "what `tanshi benchmark search` tries; no part of the market",
    "sensitivity": "what `tanshi benchmark sensitivity` shakes; no part of the market",
}
