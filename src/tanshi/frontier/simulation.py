"""Panels from a known technology, to see whether the estimator finds it.

Because D depends on the outputs only through b and s = y + b, an observation on the
frontier has b0 = -Q(x, s0). With w = -Q_s its shadow price is (1 - w) / w, Eq. 8. Noise u
that points to g = (g_y, g_b) takes it to y = y0 - g_y u, b = b0 - g_b u.

*Along the direction*, g = (1, -1): s = s0, b = -Q(x, s) + u and D = u. Deviations that do
not depend on (x, s) shift every quantile by a constant, so all of them have the true shadow
prices, and the estimator converges to these. Where the deviation is sigma(s) e with
sigma(s) = noise (1 + spread (s - 2)), the surface at tau is b = -Q(x, s) + sigma(s) z with
z the (1 - tau)-quantile of e: quadratic again, with the slope

    w_tau = w + noise spread z.

The estimator converges to w_tau; what is true of an observation is the slope of the
quantile on which it lies, z = e.

*Elsewhere*, s = s0 - a u with a = g_y + g_b: the noise is in the regressor too. To first
order b = -Q(x, s) + c u with c = w g_y - (1 - w) g_b, which goes together with s. What the
estimator converges to is then not w but, for s0 given x and u jointly normal and Q nearly
linear over their range, the slope of the linear projection, at every quantile:

    w* = w - sum(c a) noise^2 / (V + sum(a^2) noise^2),

V being the variance of s0 given x and the sums running over independent noises. With
r = V / (V + noise^2): noise in y alone gives w* = r w, prices that are too high; noise in b
alone w* = r w + (1 - r), prices that are too low; in both, w is drawn towards 1/2, prices
towards 1. This is the errors-in-variables bias (Fuller 1987, Measurement Error Models, 1.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from tanshi.core import Fault, InputError, frozen
from tanshi.frontier.inputs import FrontierInputs
from tanshi.frontier.technology import gradient_features, quadratic_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

ALONG = ((1.0, -1.0),)  # the direction that the estimator measures in
ON_OUTPUT = ((1.0, 0.0),)
ON_EMISSIONS = ((0.0, -1.0),)
ON_BOTH = (*ON_OUTPUT, *ON_EMISSIONS)
_CUT = 3.0  # deviations at which noise is cut
_MEAN_TOTAL, _HALF_WIDTH, _MOST_TOTAL = 2.0, 0.25, 3.25  # of s0: mean, spread given x, bound


@dataclass(frozen=True, eq=False)
class SimulatedPanel:
    """A panel with its true shadow prices.

    Parameters
    ----------
    inputs : FrontierInputs
        The panel, in units of 1: prices are output per unit of emissions.
    true_shadow_price : (n,) array
        q of Eq. 8 for every observation: on the quantile on which it lies where noise is
        along (1, -1), at the frontier point from which it came where it is not.
    true_distance : (n,) array
        D(x, y, b; 1, -1) from the frontier without noise, in the units of the outputs.
    limit_shadow_price : (n,) array
        What the estimator converges to in a large panel: the true price, or to first order
        (1 - w*) / w* where noise is not along (1, -1).
    frontier_weight : (n,) array
        w on the frontier without noise.
    weight_per_deviation : float or None
        noise times spread; None where noise is not along (1, -1).
    """

    inputs: FrontierInputs
    true_shadow_price: Array
    true_distance: Array
    limit_shadow_price: Array
    frontier_weight: Array
    weight_per_deviation: float | None

    def quantile_shadow_price(self, taus: Sequence[float]) -> Array:
        """Return the true shadow price of the surface at each quantile.

        Parameters
        ----------
        taus : sequence of float, strictly between 0 and 1, length T

        Returns
        -------
        (n, T) array

        Raises
        ------
        InputError
            Noise is not along (1, -1), so that quantiles have no price in closed form.

        Examples
        --------
        >>> panel = simulate_technology(5, 3, spread=0.5, seed=1)
        >>> low, middle, high = panel.quantile_shadow_price([0.05, 0.5, 0.95])[0]
        >>> bool(low < middle < high)
        True
        """
        if self.weight_per_deviation is None:
            what = "quantiles have no true shadow price in closed form"
            remedy = "take limit_shadow_price, or simulate with noise along (1, -1)"
            raise InputError([Fault(what, "noise elsewhere", "noise along (1, -1)", remedy)])
        deviation = np.clip(ndtri(1.0 - np.asarray(taus, np.float64)), -_CUT, _CUT)
        # The larger tau, the closer to the frontier: D >= 0 for a share tau.
        weight = self.frontier_weight[:, None] + self.weight_per_deviation * deviation
        return frozen((1.0 - weight) / weight)


def simulate_technology(
    n_units: int,
    n_periods: int,
    *,
    n_inputs: int = 2,
    noise: float = 0.05,
    noise_directions: Sequence[tuple[float, float]] = ALONG,
    unit_effects: float = 0.0,
    spread: float = 0.0,
    seed: int,
) -> SimulatedPanel:
    """Draw a panel from a quadratic technology that satisfies every printed constraint.

    Parameters
    ----------
    n_units, n_periods : int, >= 1
        Size of the balanced panel.
    n_inputs : int, default 2
        K.
    noise : float, default 0.05
        Standard deviation of each noise, as a share of mean output.
    noise_directions : sequence of (g_y, g_b), default ((1, -1),)
        Where noise points: one independent noise for each, in the order of the sequence.
        ``ALONG``, ``ON_OUTPUT``, ``ON_EMISSIONS`` and ``ON_BOTH`` are the usual ones.
    unit_effects : float in [0, 1], default 0
        Share of the variance of inputs, of s0 given inputs and of noise (on the normal
        scale) that is a unit's own and stays over its periods. Marginal distributions do
        not depend on it.
    spread : float, |spread| < 0.8, default 0
        By how much, relatively, deviations grow with s; noise along (1, -1) only.
    seed : int
        Of the random numbers.

    Returns
    -------
    SimulatedPanel

    Raises
    ------
    InputError
        A count below 1, a negative noise, no direction or one that is not finite and
        different from (0, 0), a share outside [0, 1], a spread that is too large or given
        for noise elsewhere than along (1, -1).

    Examples
    --------
    >>> panel = simulate_technology(50, 2, noise=0.0, seed=1)
    >>> bool((panel.true_shadow_price > 0).all())
    True
    >>> panel = simulate_technology(50, 2, noise_directions=ON_EMISSIONS, seed=1)
    >>> bool((panel.limit_shadow_price < panel.true_shadow_price).all())
    True
    """
    counts = {"n_units": n_units, "n_periods": n_periods, "n_inputs": n_inputs}
    faults = [
        *_size_faults(counts, noise),
        *_design_faults(noise_directions, unit_effects, spread),
    ]
    if faults:
        raise InputError(faults)
    directions = np.array([*noise_directions], np.float64)
    draw = _Draws(np.random.default_rng(seed), n_units, n_periods, unit_effects)
    x = draw.uniform(0.5, 1.5, n_inputs)
    total = 2.0 * x.mean(axis=1) + draw.uniform(-_HALF_WIDTH, _HALF_WIDTH, 1)[:, 0]
    theta = _true_parameters(n_inputs)
    # Uniform between bounds of 3 deviations would make the edges informative: use normal
    # noise cut at 3 deviations, so that both outputs stay positive.
    deviations = np.column_stack([np.clip(draw.normal(1)[:, 0], -_CUT, _CUT) for _ in directions])
    size = noise * (1.0 + spread * (total - _MEAN_TOTAL))
    of_total, of_bad = directions.sum(axis=1), directions[:, 1]
    bad = -(quadratic_features(np.column_stack([x, total])) @ theta)
    bad -= size * (deviations @ of_bad)
    observed = total - size * (deviations @ of_total)
    # Equal means of both outputs, so that (1, -1) is still the direction after the
    # estimator has divided each by its mean. Only Q's constant changes.
    shift = 0.5 * observed.mean() - bad.mean()
    bad += shift
    weight = -(gradient_features(np.column_stack([x, total]), n_inputs) @ theta)
    frontier = shift - quadratic_features(np.column_stack([x, observed])) @ theta
    along = bool((of_total == 0.0).all())
    # Along (1, -1) a deviation of 1 is -g_b on the scale of D.
    own = weight - noise * spread * (deviations @ of_bad) if along else weight
    limit = own if along else _limit_weight(weight, directions, noise)
    return SimulatedPanel(
        inputs=FrontierInputs(
            inputs=x,
            desirable_output=observed - bad,
            undesirable_output=bad,
            unit=tuple(f"unit {i + 1:06d}" for i in range(n_units) for _ in range(n_periods)),
            period=np.tile(np.arange(1, n_periods + 1), n_units),
            input_names=tuple(f"input_{k + 1}" for k in range(n_inputs)),
            output_scale_cny=1.0,
            emissions_scale_t=1.0,
        ),
        true_shadow_price=frozen((1.0 - own) / own),
        true_distance=frozen(bad - frontier),
        limit_shadow_price=frozen((1.0 - limit) / limit),
        frontier_weight=frozen(weight),
        weight_per_deviation=noise * spread * float(np.linalg.norm(of_bad)) if along else None,
    )


@dataclass(frozen=True)
class _Draws:
    """Random numbers of a balanced panel, of which a share is the unit's own."""

    rng: np.random.Generator
    n_units: int
    n_periods: int
    share: float

    def normal(self, columns: int) -> Array:
        """Return standard normal numbers, (n, columns)."""
        n = self.n_units * self.n_periods
        if self.share == 0.0:
            return self.rng.standard_normal((n, columns))
        lasting = self.rng.standard_normal((self.n_units, columns)).repeat(self.n_periods, axis=0)
        passing = self.rng.standard_normal((n, columns))
        return np.asarray(np.sqrt(self.share) * lasting + np.sqrt(1.0 - self.share) * passing)

    def uniform(self, low: float, high: float, columns: int) -> Array:
        """Return uniform numbers, (n, columns)."""
        if self.share == 0.0:
            return self.rng.uniform(low, high, (self.n_units * self.n_periods, columns))
        return np.asarray(low + (high - low) * ndtr(self.normal(columns)))


def _limit_weight(weight: Array, directions: Array, noise: float) -> Array:
    """Return w* of the linear projection, (n,)."""
    of_total = directions.sum(axis=1)
    # c: how far each noise moves an observation from the frontier, to first order.
    moved = weight[:, None] * directions[:, 0] - (1.0 - weight[:, None]) * directions[:, 1]
    variance = _HALF_WIDTH**2 / 3.0  # of a uniform distribution
    together = (moved @ of_total) * noise**2
    return np.asarray(weight - together / (variance + (of_total**2).sum() * noise**2))


def _size_faults(counts: dict[str, int], noise: float) -> list[Fault]:
    faults = [
        Fault(f"{name} is too small", str(value), "1 or more", "ask for a larger panel")
        for name, value in counts.items()
        if value < 1
    ]
    if noise < 0:
        faults.append(Fault("negative noise", str(noise), "0 or more", "give a deviation"))
    return faults


def _design_faults(
    directions: Sequence[tuple[float, float]], unit_effects: float, spread: float
) -> list[Fault]:
    faults = []
    sound = all(len(g) == 2 and np.isfinite(g).all() and any(g) for g in directions)
    if not (len(directions) and sound):
        what, allowed = "not a direction of noise", "pairs (g_y, g_b) other than (0, 0)"
        faults.append(Fault(what, str([*directions]), allowed, "for example ((1, -1),)"))
    if not 0.0 <= unit_effects <= 1.0:
        what, remedy = "unit_effects is not a share", "0 for no dependence over time"
        faults.append(Fault(what, str(unit_effects), "from 0 to 1", remedy))
    most = 1.0 / (_MOST_TOTAL - _MEAN_TOTAL)
    if not abs(spread) < most:
        what, allowed = "spread leaves some deviation negative", f"above -{most:g}, below {most:g}"
        faults.append(Fault(what, str(spread), allowed, "take a smaller one"))
    elif spread != 0.0 and any(sum(g) != 0.0 for g in directions):
        what, allowed = "spread with noise elsewhere than along (1, -1)", "0"
        faults.append(Fault(what, str(spread), allowed, "leave one of the two out"))
    return faults


def _true_parameters(n_inputs: int) -> Array:
    """Return a Q with Q_k > 0 and -1 < Q_s < 0 on the region that is drawn from."""
    j = n_inputs + 1
    first, second = np.triu_indices(j)
    quadratic = np.zeros(len(first))
    of_total = second == n_inputs
    quadratic[(first == second) & ~of_total] = -0.10 / n_inputs
    quadratic[of_total & (first == second)] = -0.12
    quadratic[of_total & (first != second)] = 0.10 / n_inputs
    return np.concatenate([[-0.1], np.full(n_inputs, 0.45 / n_inputs), [-0.55], quadratic])
