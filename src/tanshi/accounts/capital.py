"""Capital stock by perpetual inventory.

No Chinese office publishes the capital stock of provinces, so it is built up from
investment. Zhang & Chang (2025), Eq. 18:

    K_t = I_t + (1 - δ) K_{t-1},

with investment I at constant prices and δ = 6 % a year. Assumptions: one asset that
wears out geometrically; investment works from the year it is made; the first stock
follows a rule the study chooses, because the paper does not state one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.accounts._checks import (
    FloatArray,
    axis_faults,
    shape_faults,
    value_faults,
)
from tanshi.accounts._extension import extended_investment, extension_fault
from tanshi.accounts._start import (
    GrowthMean,
    GrowthOf,
    StartAt,
    StartOptions,
    StartRule,
    given_growth,
    mean_growth,
    start_stock,
)
from tanshi.accounts.prices import chain_index
from tanshi.accounts.results import CapitalStock
from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class CapitalInputs:
    """Investment of units over years, checked.

    Give either investment at current prices with its price index, or investment at
    constant prices. Blanks (NaN) may stand only before a unit's first investment and
    after its last: a gap between them is refused.

    Parameters
    ----------
    units : tuple of str
        Names of the units, for example provinces.
    years : tuple of int
        Consecutive years.
    base_year : int
        Year whose prices the stock is stated in.
    investment_current_1e8_cny : array_like, shape (n_units, n_years), optional
        Investment in fixed assets at current prices.
    investment_price_index : array_like, shape (n_units, n_years), optional
        Price index of investment, previous year = 100. The first year's is not used.
    investment_constant_1e8_cny : array_like, shape (n_units, n_years), optional
        Investment at prices of `base_year`.
    depreciation : float, default 0.06
        Yearly share of the stock that wears out, 0 to 1.

    Raises
    ------
    InputError
        Every fault at once: shapes, a gap in the middle, negative investment, a price
        index missing in a year it is needed, a base year outside the years.
    """

    units: tuple[str, ...]
    years: tuple[int, ...]
    base_year: int
    investment_current_1e8_cny: FloatArray | None = None
    investment_price_index: FloatArray | None = None
    investment_constant_1e8_cny: FloatArray | None = None
    depreciation: float = 0.06

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", tuple(self.units))
        object.__setattr__(self, "years", tuple(self.years))
        faults = axis_faults(self.units, self.years) + self._scalar_faults()
        shape = (len(self.units), len(self.years))
        for name in (
            "investment_current_1e8_cny",
            "investment_price_index",
            "investment_constant_1e8_cny",
        ):
            values = getattr(self, name)
            if values is not None:
                object.__setattr__(self, name, frozen(values))
                faults += shape_faults(getattr(self, name), shape, name)
        if faults:
            raise InputError(faults)
        faults = self._investment_faults() or self._price_faults()
        if faults:
            raise InputError(faults)

    @property
    def investment_1e8_cny(self) -> FloatArray:
        """Investment as given, at constant prices where those are given."""
        if self.investment_constant_1e8_cny is not None:
            return self.investment_constant_1e8_cny
        # __post_init__ admits exactly one of the two.
        return np.asarray(self.investment_current_1e8_cny, dtype=np.float64)

    def _scalar_faults(self) -> list[Fault]:
        faults = []
        constant = self.investment_constant_1e8_cny is not None
        current = self.investment_current_1e8_cny is not None
        if constant == current or current != (self.investment_price_index is not None):
            faults.append(
                Fault(
                    "investment is not given in one way",
                    "constant prices and current prices or a price index together"
                    if constant
                    else "neither constant prices nor current prices with a price index",
                    "current prices with a price index, or constant prices alone",
                    "leave out what does not belong",
                    column="investment",
                )
            )
        if self.base_year not in self.years:
            faults.append(
                Fault(
                    "base year outside the series",
                    str(self.base_year),
                    f"{self.years[0]} to {self.years[-1]}" if self.years else "a year",
                    "choose a base year the series covers",
                    column="base_year",
                )
            )
        if not 0.0 <= self.depreciation <= 1.0:
            faults.append(
                Fault(
                    "not a depreciation rate",
                    f"{self.depreciation:g}",
                    "0 to 1; 0.06 is 6 % a year",
                    "give the rate as a share, not in percent",
                    column="depreciation",
                )
            )
        return faults

    def _investment_faults(self) -> list[Fault]:
        investment = self.investment_1e8_cny
        blank = np.isnan(investment)
        faults = value_faults(
            ~blank & ~(np.isfinite(investment) & (investment >= 0.0)),
            investment,
            self.units,
            self.years,
            what="impossible investment",
            allowed="a number of at least 0",
            remedy="correct the value, or leave it blank at either end",
            column="investment",
        )
        empty = blank.all(axis=1)
        gap = np.zeros_like(blank)
        for i in np.flatnonzero(~empty):
            seen = np.flatnonzero(~blank[i])
            gap[i, seen[0] : seen[-1]] = blank[i, seen[0] : seen[-1]]
        gap[empty] = True
        return faults + value_faults(
            gap,
            investment,
            self.units,
            self.years,
            what="gap in investment",
            allowed="blanks only before the first and after the last investment",
            remedy="fill the gap from the statistics, or leave the unit out",
            column="investment",
        )

    def _price_faults(self) -> list[Fault]:
        if self.investment_price_index is None:
            return []
        prices = self.investment_price_index
        base = self.years.index(self.base_year)
        needed = np.zeros(prices.shape, dtype=np.bool_)
        for i, row in enumerate(self.investment_1e8_cny):
            seen = np.flatnonzero(~np.isnan(row))
            # An index leads from the year before, hence the first of the span is not used.
            needed[i, min(seen[0], base) + 1 : max(seen[-1], base) + 1] = True
        impossible = ~np.isnan(prices) & ~(np.isfinite(prices) & (prices > 0.0))
        impossible[:, 0] = False
        return value_faults(
            (needed & np.isnan(prices)) | impossible,
            prices,
            self.units,
            self.years,
            what="price index missing or impossible",
            allowed="a number above 0, previous year = 100",
            remedy="fill it, or leave the unit out",
            column="investment_price_index",
        )


def estimate_capital_stock(
    inputs: CapitalInputs,
    *,
    start: StartRule = "growth",
    start_at: StartAt = "year_end",
    growth_years: int = 10,
    growth_mean: GrowthMean = "arithmetic",
    growth_of: GrowthOf = "constant",
    growth_rate: ArrayLike | None = None,
    ratio: float = 10.0,
    initial_stock_1e8_cny: ArrayLike | None = None,
    extend: Mapping[int, float] | None = None,
) -> CapitalStock:
    """Build up the capital stock of every unit, Zhang & Chang (2025), Eq. 18.

    Parameters
    ----------
    inputs : CapitalInputs
        Investment, prices, depreciation.
    start : {"growth", "steady_state", "ratio", "given"}
        The first stock: ``"growth"`` I₀ / (g + δ) with g the mean yearly growth of
        investment over the first `growth_years` rates; ``"steady_state"`` the same with
        g = `growth_rate`; ``"ratio"`` `ratio` x I₀, where the default of 10 is the
        I₀ / 10 % of Zhang, Wu & Zhang (2004); ``"given"`` `initial_stock_1e8_cny`.
    start_at : {"year_end", "year_opening"}
        Whether that is the stock at the end of the first year, as such studies usually
        have it, or at its opening, so that Eq. 18 already applies to the first year.
    growth_years : int, default 10
        Number of yearly growth rates in g; observed years only.
    growth_mean : {"arithmetic", "geometric"}
        Mean of the yearly rates, or the constant rate between the two ends.
    growth_of : {"constant", "current"}
        Prices of the investment whose growth g is.
    growth_rate : float or array_like of shape (n_units,), optional
        For ``"steady_state"``; 0.05 is 5 % a year.
    ratio : float, default 10
        For ``"ratio"``, in years of first-year investment.
    initial_stock_1e8_cny : float or array_like of shape (n_units,), optional
        For ``"given"``, at prices of the base year.
    extend : mapping of year to growth rate, optional
        Growth of *nominal* investment in years after the statistics stop, for example
        ``{2018: 0.059}``. The result, deflated by that year's price index, fills the
        blank and is marked as extrapolated. Observed values are never replaced.

    Returns
    -------
    CapitalStock
        Stock and investment at base-year prices, NaN before a unit's first year and
        after its last.

    Raises
    ------
    InputError
        g + δ ≤ 0, a growth window longer than the series or with zero investment, an
        extension without prices or that would leave a gap, an unknown option.

    Notes
    -----
    On a path where investment grows at a constant g, Eq. 18 keeps K growing at g from
    the start only if I₀ / (g + δ) is the *opening* stock. Taken as the year-end stock it
    lies below that path by g I₀ / (g + δ); the shortfall shrinks by the factor
    (1 - δ) / (1 + g) a year, relative to the stock. `CapitalStock.start_share` tells how
    much of a stock is still the assumption. With δ = 1 the start has no influence.

    Examples
    --------
    >>> inputs = CapitalInputs(("A",), (2013, 2014, 2015), 2013, depreciation=0.06,
    ...                        investment_constant_1e8_cny=[[10.0, 12.0, 15.0]])
    >>> estimate_capital_stock(inputs, start="ratio").capital_stock_1e8_cny.tolist()
    [[100.0, 106.0, 114.64]]

    References
    ----------
    Zhang, Chang (2025), Journal of Environmental Management, Eq. 18. Zhang, Wu, Zhang
    (2004), Economic Research Journal 10, 35-44. Hall, Jones (1999), Quarterly Journal of
    Economics 114, 83-116: I₀ / (g + δ) with δ = 6 % and ten years of growth.
    """
    options = StartOptions(
        start,
        start_at,
        growth_years,
        growth_mean,
        growth_of,
        growth_rate,
        ratio,
        initial_stock_1e8_cny,
    )
    observed = ~np.isnan(inputs.investment_1e8_cny)
    first = observed.argmax(axis=1)
    last = observed.shape[1] - 1 - observed[:, ::-1].argmax(axis=1)
    investment = _constant_investment(inputs, extend or {})
    growth = _growth(inputs, options, investment, first, last)
    first_investment = investment[np.arange(len(first)), first]
    stock = start_stock(options, inputs.units, first_investment, growth, inputs.depreciation)
    if start_at == "year_opening":
        stock = first_investment + (1.0 - inputs.depreciation) * stock
    return CapitalStock(
        units=inputs.units,
        years=inputs.years,
        base_year=inputs.base_year,
        depreciation=inputs.depreciation,
        start=start,
        start_at=start_at,
        growth_rate=None if growth is None else frozen(growth),
        investment_constant_1e8_cny=frozen(investment),
        capital_stock_1e8_cny=frozen(_accumulate(investment, stock, first, inputs.depreciation)),
        extrapolated=frozen(~np.isnan(investment) & ~observed, np.bool_),
    )


def _constant_investment(inputs: CapitalInputs, extend: Mapping[int, float]) -> FloatArray:
    """Investment at base-year prices, blanks at the end filled where `extend` says so."""
    if inputs.investment_price_index is None:
        if extend:
            raise InputError([extension_fault("no price index", "investment at current prices")])
        return inputs.investment_1e8_cny
    level = chain_index(inputs.investment_price_index, inputs.years.index(inputs.base_year))
    nominal = inputs.investment_1e8_cny
    return extended_investment(nominal, level, inputs.units, inputs.years, extend) / level


def _growth(
    inputs: CapitalInputs,
    options: StartOptions,
    investment: FloatArray,
    first: np.ndarray[tuple[int], np.dtype[np.intp]],
    last: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> FloatArray | None:
    if options.rule == "steady_state":
        return given_growth(options, inputs.units)
    if options.rule != "growth":
        return None
    series = investment
    if options.growth_of == "current":
        if inputs.investment_current_1e8_cny is None:
            fault = Fault(
                "growth of investment at current prices is not known",
                "investment at constant prices only",
                "growth_of='constant'",
                "give investment at current prices with its price index",
                column="growth_of",
            )
            raise InputError([fault])
        series = inputs.investment_current_1e8_cny
    return mean_growth(options, inputs.units, series, first.tolist(), last.tolist())


def _accumulate(
    investment: FloatArray,
    first_stock: FloatArray,
    first: np.ndarray[tuple[int], np.dtype[np.intp]],
    depreciation: float,
) -> FloatArray:
    stock = np.full_like(investment, np.nan)
    previous = np.full(len(first), np.nan)
    for t in range(investment.shape[1]):
        carried = investment[:, t] + (1.0 - depreciation) * previous  # Eq. (18)
        previous = np.where(first == t, first_stock, carried)
        stock[:, t] = previous
    return stock
