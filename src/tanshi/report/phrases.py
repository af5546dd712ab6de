"""What a study says of itself with names and numbers inside, for translation."""

from __future__ import annotations

# In this order: of two that fit, the first is taken.
PHRASES = (
    "{years}: {column} is not observed ({text})",
    (
        "primary and derived fuels are both counted, so carbon is counted twice: coal and coke "
        "(up to {coke}), crude oil and refined products (up to {refined}); together at most "
        "{both} of the total. An emissions inventory built on energy balances avoids this and "
        "may be used instead."
    ),
    "no column for {fuels}: not counted",
    "blank cells counted as no consumption: {count}",
    (
        "rows that report no fuel at all, whose emissions are missing and not zero: {count} "
        "(the first is {unit}, {year})"
    ),
    (
        "the table does not separate imports: every buyer of a product is taken to import the "
        "same share of it"
    ),
    "the table does not say its unit: 1e4 CNY is taken",
    "intensities: emissions of {year} over the output of the table's year",
    "households: prices and purchases of {file}, whose imports are split in proportion",
    "households: prices and purchases of {file}",
    "inventory from {year}, mean growth of {count} years",
    "inventory from {year}, nominal growth of {count} years",
    "inventory from {year}, ten times investment",
    "{rule}, from the panel's {year}",
    "{industry}: balance of supply and demand, %",
    "{industry}: reduction of cost, %",
    "{industry}: firms that do not comply, %",
    "{industry}: benchmark, {tier}",
    "rule {rule}",
    "evolved for {objective}",
    "Liu, Table {number}",
    "{role}: mean",
    "{role}: standard deviation",
    "{role}: maximum",
    "{role}: minimum",
    "average of {unit}",
    "trend of {unit}",
    "falls, {start} to {end}",
    "rises, {start} to {end}",
    "floor of {year}, the least cost of {before}",
    "floor of {year}",
    "carbon price in a premium of {premium} CNY/kWh",
    "{quantity}, %, 20 % paid",
    "calibrated: {intensity} tCO2/1e4 CNY",
    "inventory {year}: {intensity} tCO2/1e4 CNY",
    "Table {number}",
    "Section {number}",
    "Result {number}",
    "Proposition {number}",
    "{case}, {share} % below need",
    "retirement, {share} % of sales",
    "offset link at {price}",
    "From {share} % everywhere",
    "Eq. {number}",
)
