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

# Table 3 starts at 58.31 for 2020, which Eq. 20 makes of the 2019 floor and the 2019
# consumer price index, 102.9 (National Bureau of Statistics).
FLOOR_2020 = 58.31
CPI_2019 = 1.029
