"""Results of counted populations: sales at posted prices, with their sampling error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]

UNITS = {
    "participation": "share of people",
    "volume": "tCO2",
    "user_surplus": "CNY",
    "platform_profit": "CNY",
    "welfare": "CNY",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class PostedSales:
    """Sums over counted people, by price and income group (the poorest first).

    Parameters
    ----------
    prices : (n_prices,) array, CNY per tCO2
    people, amount, income : (n_groups,) array
        Number, tCO2 that they could sell, CNY.
    sellers, supply, surplus : (n_prices, n_groups) array
        Number, tCO2 sold, CNY above their costs.
    supply_squares, surplus_squares, products : (n_prices, n_groups) array
        Sums of the squares of what each person sells and gains, and of their products.
    """

    prices: FloatArray
    people: FloatArray
    amount: FloatArray
    income: FloatArray
    sellers: FloatArray
    supply: FloatArray
    surplus: FloatArray
    supply_squares: FloatArray
    surplus_squares: FloatArray
    products: FloatArray

    @property
    def n_people(self) -> float:
        """How many were counted."""
        return float(self.people.sum())

    def share(self) -> FloatArray:
        """Return the share of people who sell, (n_prices,)."""
        return np.asarray(self.sellers.sum(axis=1) / self.n_people)

    def share_error(self) -> FloatArray:
        """Return its standard error, (n_prices,)."""
        share = self.share()
        return np.asarray(np.sqrt(share * (1.0 - share) / self.n_people))

    def per_head(self, tonne: float, surplus: float) -> FloatArray:
        """Return the mean over people of a combination of what each sells and gains.

        Parameters
        ----------
        tonne : float
            What a tonne sold counts: 1 for the supply, the platform's margin for its profit.
        surplus : float
            What a CNY of sellers' surplus counts.

        Returns
        -------
        (n_prices,) array
        """
        sold, gained = self.supply.sum(axis=1), self.surplus.sum(axis=1)
        return np.asarray((tonne * sold + surplus * gained) / self.n_people)

    def per_head_error(self, tonne: float, surplus: float) -> FloatArray:
        """Return the standard error of `per_head`, people being independent; (n_prices,)."""
        squares = (
            tonne**2 * self.supply_squares.sum(axis=1)
            + 2.0 * tonne * surplus * self.products.sum(axis=1)
            + surplus**2 * self.surplus_squares.sum(axis=1)
        )
        variance = squares / self.n_people - self.per_head(tonne, surplus) ** 2
        return np.asarray(np.sqrt(np.maximum(variance, 0.0) / self.n_people))

    def income_groups(self, at: int = 0) -> pl.DataFrame:
        """Return one row an income group, at the price numbered `at`."""
        groups = len(self.people)
        return pl.DataFrame(
            {
                "income_group": np.arange(1, groups + 1),
                "mean_income_cny": self.income / self.people,
                "sellers_percent": 100.0 * self.sellers[at] / self.people,
                "sold_tco2_per_head": self.supply[at] / self.people,
                "surplus_cny_per_head": self.surplus[at] / self.people,
                "surplus_percent_of_income": 100.0 * self.surplus[at] / self.income,
                "share_of_surplus_percent": 100.0
                * self.surplus[at]
                / max(float(self.surplus[at].sum()), np.finfo(float).tiny),
            }
        )


@dataclass(frozen=True)
class CountedQuantity:
    """One quantity of the posted market: in print, exactly, and counted among people.

    Parameters
    ----------
    name : str
    closed_form : float
        Of the paper, which has uniform θ.
    exact : float
        Of the population's own distributions.
    counted, standard_error : float
        Scaled to the market's population.
    """

    name: str
    closed_form: float
    exact: float
    counted: float
    standard_error: float

    @property
    def z(self) -> float | None:
        """Counted less exact in standard errors; None where nothing is left to chance."""
        return (self.counted - self.exact) / self.standard_error if self.standard_error else None


@dataclass(frozen=True, kw_only=True, eq=False)
class PopulationCase:
    """One population: at the price of the closed form, and at the platform's price for it.

    Parameters
    ----------
    name : str
    traits : mapping of name to float
    quantities : tuple of CountedQuantity
        At the price of the closed form.
    sales : PostedSales
        At that price, and at `lower_price` and `higher_price`.
    status, purchase_price, sale_price, lower_price, higher_price, time_at_higher, \
first_order_price, first_order_is_maximum, better_price
        The platform's own solution, `tanshi.personal.posted_price.PostedPrice`; CNY per tCO2.
    supply_tco2, profit_cny, surplus_cny : float
    counted_supply : CountedQuantity
        At that solution.
    curve_prices, curve_shares : (n,) array
        Supply at a price, exactly, of all that could be sold.
    """

    name: str
    traits: dict[str, float]
    quantities: tuple[CountedQuantity, ...]
    sales: PostedSales
    status: str
    purchase_price: float
    sale_price: float
    supply_tco2: float
    profit_cny: float
    surplus_cny: float
    lower_price: float
    higher_price: float
    time_at_higher: float
    first_order_price: float | None
    first_order_is_maximum: bool | None
    better_price: float | None
    counted_supply: CountedQuantity
    curve_prices: FloatArray
    curve_shares: FloatArray

    @property
    def largest_z(self) -> float:
        """Largest size of a z-score; 0 where nothing is left to chance."""
        rows = (*self.quantities, self.counted_supply)
        return max((abs(row.z) for row in rows if row.z is not None), default=0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class PopulationCheck:
    """Counted populations in one market.

    Parameters
    ----------
    status : str
        Of the closed form: interior, capped or rationed.
    could_sell_tco2, population : float
        DW and W of the market.
    cases : tuple of PopulationCase
        The first is the paper's.
    """

    status: str
    could_sell_tco2: float
    population: float
    cases: tuple[PopulationCase, ...]

    @property
    def largest_z(self) -> float:
        """Largest size of a z-score over all cases and quantities; 0 where there is none."""
        return max((case.largest_z for case in self.cases), default=0.0)

    def table(self) -> pl.DataFrame:
        """Return one row a case and quantity, at the price of the closed form."""
        return pl.DataFrame(
            [
                {
                    "case": case.name,
                    "quantity": row.name,
                    "unit": UNITS[row.name],
                    "closed_form": row.closed_form,
                    "exact": row.exact,
                    "simulated": row.counted,
                    "standard_error": row.standard_error,
                    "z": row.z,
                    "from_closed_form_percent": _change(row.counted, row.closed_form),
                }
                for case in self.cases
                for row in case.quantities
            ],
            infer_schema_length=None,
        )

    def distributions(self) -> pl.DataFrame:
        """Return one row a case: its traits, drift at the posted price, and its own solution."""
        first = self.cases[0]
        first_volume = first.quantities[1].exact
        return pl.DataFrame(
            [
                {"case": case.name}
                | case.traits
                | {
                    "supply_drift_percent": _change(case.quantities[1].exact, first_volume),
                    "status": case.status,
                    "purchase_price_cny_per_tco2": case.purchase_price,
                    "sale_price_cny_per_tco2": case.sale_price,
                    "lower_price_cny_per_tco2": case.lower_price,
                    "higher_price_cny_per_tco2": case.higher_price,
                    "time_at_higher_price": case.time_at_higher,
                    "first_order_price_cny_per_tco2": case.first_order_price,
                    "first_order_is_maximum": case.first_order_is_maximum,
                    "better_price_cny_per_tco2": case.better_price,
                    "volume_tco2": case.supply_tco2,
                    "simulated_volume_tco2": case.counted_supply.counted,
                    "simulated_volume_z": case.counted_supply.z,
                    "platform_profit_cny": case.profit_cny,
                    "user_surplus_cny": case.surplus_cny,
                    "price_change_percent": _change(case.purchase_price, first.purchase_price),
                    "profit_change_percent": _change(case.profit_cny, first.profit_cny),
                    "surplus_change_percent": _change(case.surplus_cny, first.surplus_cny),
                }
                for case in self.cases
            ],
            infer_schema_length=None,
        )

    def supply_curves(self) -> pl.DataFrame:
        """Return one row a case and price: the exact supply, percent of all that could be sold."""
        return pl.concat(
            pl.DataFrame(
                {
                    "case": [case.name] * len(case.curve_prices),
                    "price_cny_per_tco2": case.curve_prices,
                    "supply_percent": 100.0 * case.curve_shares,
                }
            )
            for case in self.cases
        )

    def income_groups(self) -> pl.DataFrame:
        """Return one row a case and income group, at the price of the closed form."""
        tables = [
            case.sales.income_groups().insert_column(
                0, pl.Series("case", [case.name] * len(case.sales.people))
            )
            for case in self.cases
        ]
        return pl.concat(tables)


def _change(value: float, base: float) -> float | None:
    """Return the change in percent; None from nothing."""
    return 100.0 * (value / base - 1.0) if base else None
