"""What a population supplies at a price, exactly: the reference of the drawn people.

A person sells where the price p covers θe. By the Gaussian copula of `traits` the supply over
all that could be sold, S(p) = E[D 1(θe ≤ p)] / E[D], is one integral: weighting with the
lognormal amount D only shifts the normal vector, by its standard deviation times the
correlations with D, and given the normal x behind e the normal behind θ has mean m(x) and
variance s², so

    S(p) = ∫ φ(x) Φ((t(p / e(x)) − m(x)) / s) dx,      t = Φ⁻¹ of the distribution of θ.

For θ ~ U(0, 1), one e and no correlation it is p/e, Eq. 4 of Wang, Zhao, Chen & Tang (2024).
The sellers' surplus is the integral of S up to the price (Eq. 8).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, ndtr, xlog1py, xlogy

from tanshi.personal.traits import AMOUNT, COST, THETA

if TYPE_CHECKING:
    from tanshi.personal.traits import PopulationTraits

FloatArray: TypeAlias = NDArray[np.float64]

FARTHEST = 9.0  # beyond so many standard deviations no weight is left
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


class SupplyCurve:
    """Supply, its slope and the sellers' surplus at a price, of all that could be sold.

    Parameters
    ----------
    traits : PopulationTraits
    """

    def __init__(self, traits: PopulationTraits) -> None:
        self.traits = traits
        correlation = traits.correlation
        tilt = traits.amount_deviation * correlation[AMOUNT]
        # Costs that are one number depend on nothing.
        self._spread = traits.cost_deviation if traits.cost_mean_cny_per_tco2 else 0.0
        self._joint = float(correlation[THETA, COST]) if self._spread else 0.0
        self._own = math.sqrt(1.0 - self._joint**2)
        self._theta_shift, self._cost_shift = float(tilt[THETA]), float(tilt[COST])

    @property
    def highest_reservation(self) -> float:
        """Price at which everyone sells, CNY per tCO2; infinite where costs have no end."""
        return math.inf if self._spread else self.traits.cost_mean_cny_per_tco2

    def share(self, price: float | FloatArray) -> FloatArray:
        """Return S, share of all that could be sold; price of shape (n,) or a number, >= 0."""
        prices, nodes, weights, costs = self._nodes(price)
        filled = prices[:, None] >= costs
        theta = np.where(filled, 1.0, prices[:, None] / np.where(filled, 1.0, costs))
        place = (self.traits.latent_of(theta) - self._mean(nodes)) / self._own
        return np.asarray((weights * ndtr(place)).sum(axis=1) + self._always(prices))

    def slope(self, price: float | FloatArray) -> FloatArray:
        """Return dS/dp, per CNY and tCO2; 0 where everyone sells."""
        prices, nodes, weights, costs = self._nodes(price)
        inside = (prices[:, None] < costs) & (prices[:, None] > 0.0)
        theta = np.where(inside, prices[:, None] / costs, 0.5)
        a, b = self.traits.theta_a, self.traits.theta_b
        latent = self.traits.latent_of(theta)
        place = (latent - self._mean(nodes)) / self._own
        density = xlogy(a - 1.0, theta) + xlog1py(b - 1.0, -theta) - betaln(a, b)
        ratio = np.exp((latent**2 - place**2) / 2.0 + density) / self._own
        return np.asarray((weights * np.where(inside, ratio / costs, 0.0)).sum(axis=1))

    def surplus(self, price: float) -> float:
        """Return the sellers' surplus by tonne that could be sold, CNY per tCO2."""
        end = min(price, self.highest_reservation)
        # v = end (3t² - 2t³) is flat at both ends, where S may have a square root.
        t, weight = (_NODES + 1.0) / 2.0, _WEIGHTS / 2.0
        below = self.share(end * (3.0 * t**2 - 2.0 * t**3))
        return float((weight * 6.0 * t * (1.0 - t) * below).sum()) * end + price - end

    def _mean(self, nodes: FloatArray) -> FloatArray:
        return self._theta_shift + self._joint * nodes

    def _nodes(
        self, price: float | FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return prices (n,), and nodes, weights and costs of the integral, (n, m).

        The integral begins where e(x) = p: everyone below sells (`_always`). x goes with the
        square of a node's place, since S may have a square root there.
        """
        prices = np.atleast_1d(np.asarray(price, dtype=np.float64))
        deviation, mean = self._spread, self.traits.cost_mean_cny_per_tco2
        if deviation == 0.0:
            one = np.ones((len(prices), 1))
            return prices, 0.0 * one, one, mean * one
        start = self._all_sell_below(prices)[:, None]
        span = np.sqrt(FARTHEST - start)
        t = (_NODES + 1.0) / 2.0
        nodes = start + (span * t) ** 2
        weights = _WEIGHTS * span**2 * t * _normal(nodes)
        costs = mean * np.exp(deviation * (nodes + self._cost_shift) - deviation**2 / 2.0)
        return prices, nodes, weights, costs

    def _all_sell_below(self, prices: FloatArray) -> FloatArray:
        """Return the normal behind e below which everyone sells, clipped to where weight is."""
        deviation, mean = self._spread, self.traits.cost_mean_cny_per_tco2
        with np.errstate(divide="ignore", over="ignore"):  # no price, hardly any spread
            place = (np.log(prices / mean) + deviation**2 / 2.0) / deviation - self._cost_shift
        return np.clip(place, -FARTHEST, FARTHEST)

    def _always(self, prices: FloatArray) -> FloatArray:
        """Return the weight of those whose cost the price covers whatever their θ."""
        return np.asarray(ndtr(self._all_sell_below(prices))) if self._spread else 0.0 * prices


def _normal(x: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-(x**2) / 2.0) / math.sqrt(2.0 * math.pi))
