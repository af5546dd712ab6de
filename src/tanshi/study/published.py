"""Figures printed in Zhang & Chang (2025), cited facts to compare with.

Journal of Environmental Management, https://doi.org/10.1016/j.jenvman.2025.126599.
"""

from __future__ import annotations

PANEL_YEARS = (2013, 2018)
PANEL_UNITS = 30

# Table 2: mean, population standard deviation, maximum, minimum. The print's "10^9 CNY"
# are 1e8 CNY.
TABLE_2 = {
    "labour": (982.24, 827.48, 4585.20, 66.50),
    "capital": (99997.86, 66055.96, 322642.40, 9411.42),
    "output": (20865.35, 15542.22, 69495.45, 1953.57),
    "emissions": (45637.29, 31577.63, 156469.65, 5846.52),
}
MOMENTS = ("mean", "standard deviation", "maximum", "minimum")

# Section 4.2, averages over 2013-2018, CNY per tonne.
LOWEST_AVERAGE = ("Shanxi", 56.09)
HIGHEST_AVERAGE = ("Guangdong", 1789.38)

# Section 4.2: the direction of the equivalent abatement cost from 2013 to 2018.
FALLING = ("Gansu", "Ningxia", "Xinjiang")
RISING = ("Beijing", "Guangdong", "Zhejiang")

# Table 3, CNY per tonne. It starts at 58.31 for 2020, which Eq. 20 makes of the 2019 floor
# and the 2019 consumer price index, 102.9 (National Bureau of Statistics).
TABLE_3 = {2020: 58.31, 2021: 59.68, 2022: 61.17, 2023: 62.95, 2024: 64.21}
CPI_2019 = 1.029

# Table 4: year -> board -> mean, low, high, share of volume. 2024 until 31 October.
TABLE_4 = {
    2021: {"listing": (47.16, 41.46, 58.70, 17.21), "block": (41.95, 30.21, 52.92, 82.79)},
    2022: {"listing": (57.54, 55.00, 61.38, 12.22), "block": (54.98, 42.54, 62.54, 87.78)},
    2023: {"listing": (73.42, 50.52, 81.42, 16.51), "block": (67.11, 42.96, 80.51, 83.49)},
    2024: {"listing": (94.93, 66.00, 105.0, 30.17), "block": (89.99, 54.58, 104.1, 69.83)},
}

# Section 4.5 and appendix: carbon price inside the green premium of 0.05 and 0.08 CNY/kWh.
GREEN_PREMIUM = {0.05: 65.8, 0.08: 105.3}

# Section 5, percent, at 58.31 CNY/t on the power sector.
POWER_SECTOR = "24"
PAID_SHARES = (0.2, 0.5, 1.0)
COST_PUSH = {
    "price of sector 24": (1.0867, 2.7166, 5.4333),
    "smallest rise of another sector": (0.0207, 0.0519, 0.1037),
    "largest rise of another sector": (0.16, 0.4, 0.8),
    "mean of all sectors": (0.0601, 0.1502, 0.3005),
    "consumer index CI": (0.037, 0.0925, 0.1850),
    "producer index PI": (0.0717, 0.1793, 0.3585),
}
MOST_AFFECTED = ("04", "05", "12", "13", "14", "15", "26")

# Where figures of another paper stand, those of Liu, *Optimization of Quota Benchmark
# Coefficient and Mechanism Design*; they are in `tanshi.benchmark.published`.
LIU_TABLE_2 = "Liu, Table 2"
