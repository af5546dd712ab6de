"""What claims, cases and optima of a personal market are called on a page.

Every text here has its translation in the catalogue.
"""

from __future__ import annotations

QUANTITIES = {
    "value": {"profit": "the greatest profit", "welfare": "the greatest welfare"},
    "n_d": {
        "profit": "participation of buyers at the profit maximum",
        "welfare": "participation of buyers at the welfare maximum",
    },
    "n_s": {
        "profit": "participation of sellers at the profit maximum",
        "welfare": "participation of sellers at the welfare maximum",
    },
    "volume": {
        "profit": "volume at the profit maximum",
        "welfare": "volume at the welfare maximum",
    },
}
PARAMETERS = {
    "beta_d": "buyers' sensitivity to service",
    "beta_s": "sellers' sensitivity to service",
    "service_level": "the service level",
    "allowance_price": "the sellers' price",
}
CLAIMED = {
    "rises": "{quantity} rises in {parameter}",
    "falls": "{quantity} falls in {parameter}",
}
STATUS = {
    "interior": "all demand is served, below the allowance price",
    "capped": "all people sell, and demand is larger",
    "rationed": "enterprises pay the allowance price, and some demand stays unserved",
}
BOUNDS = {
    "interior": "inside",
    "demand_full": "all buyers",
    "supply_full": "all sellers",
    "demand_empty": "no buyer",
    "supply_empty": "no seller",
}
