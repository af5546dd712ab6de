"""What uncertain prices and intensities do to a cost push, by Monte Carlo.

The problem: a price floor is an estimate, and so are emissions by unit of output; how far do
CI, PI and the price of every sector move within what is known of them?
Source: Zhang & Chang (2025), Eq. 14-17, linear in the cost increases. With l_qk the effect on
quantity q of a unit cost in sector k, a draw of price p and intensities I_k gives
q = p * sum_k l_qk I_k. One factorisation and one solve for each covered sector give all
l_qk; any number of draws is then a matrix product.
Assumptions: intensities are independent of each other and of the price, lognormal with the
mean given; the price is fixed, lognormal with the mean given, or one of a list of draws (such
as those of a bootstrap of the floor), each used equally often. The table itself is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.leontief.cost_push import CNY_PER_INTENSITY_UNIT, covered_intensity, estimate_cost_push
from tanshi.leontief.draws import draw_costs, price_faults, price_in_words, size_faults
from tanshi.leontief.results import CostPushIntervals, Spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanshi.leontief.cost_push import CoveredSector
    from tanshi.leontief.draws import CostDraws
    from tanshi.leontief.inputs import PriceModelInputs
    from tanshi.leontief.prices import Array, PriceModel
    from tanshi.leontief.results import CostPush

VALUES_AT_ONCE = 2**22  # draws times quantities; 32 MB


def simulate_cost_push(
    model: PriceModel,
    covered: Sequence[CoveredSector],
    *,
    price_cny_per_tco2: float,
    price_cv: float = 0.0,
    price_draws: Array | None = None,
    intensity_cv: float | Mapping[str, float] = 0.0,
    paid_shares: Sequence[float] = (0.2, 0.5, 1.0),
    together: Mapping[str, str] | None = None,
    baskets: Mapping[str, Array] | None = None,
    draws: int = 10_000,
    seed: int,
    level: float = 0.95,
) -> CostPushIntervals:
    """Return percentile intervals of every price, CI, PI and public revenue.

    Parameters
    ----------
    model : PriceModel
    covered : sequence of CoveredSector
        With the mean intensities.
    price_cny_per_tco2 : float, >= 0
        The point estimate, and the mean of a lognormal price.
    price_cv : float, >= 0, default 0
        Relative standard deviation of a lognormal price.
    price_draws : (P,) array_like, >= 0, optional
        An empirical distribution instead, CNY per tonne.
    intensity_cv : float or mapping of code to float, >= 0, default 0
        Relative standard deviation of the intensities: one for all covered sectors, or one
        for each, 0 where none is given. Two covered parts of one sector share its intensity.
    together : mapping of code to str, optional
        Sectors with the same name here have intensities from one figure and vary together;
        the name may stand for them in `intensity_cv`. By default each varies by itself.
    paid_shares : sequence of float in [0, 1]
    baskets : mapping of name to (n,) array, optional
        Weights of further indices, as those of CI: domestic purchases over all purchases.
    draws : int, >= 2, default 10 000
    seed : int, >= 0
    level : float in (0, 1), default 0.95

    Returns
    -------
    CostPushIntervals

    Raises
    ------
    InputError
        What `estimate_cost_push` refuses; a distribution, basket, number of draws, seed or
        level out of range.

    Notes
    -----
    Shares of the variance are exact, not drawn. With price p and Y_q = sum_k l_qk I_k
    independent, Var(pY) = E[p]^2 Var(Y) + Var(p) E[Y]^2 + Var(p) Var(Y); the first term is
    the intensities', the second the price's, the third that of both together. These are the
    first-order and interaction indices of Sobol' (1993).

    References
    ----------
    Zhang & Chang (2025), Eq. 14-17.
    Sobol', I. M. (1993). Sensitivity estimates for nonlinear mathematical models.
    Mathematical Modelling and Computational Experiments 1, 407-414.
    """
    prices = None if price_draws is None else np.asarray(price_draws, dtype=np.float64)
    baskets = {} if baskets is None else baskets
    together = {} if together is None else together
    faults = [
        *price_faults(price_cv, prices),
        *size_faults(draws, seed, level),
        *_cv_faults(model.inputs, covered, intensity_cv, together),
        *_basket_faults(model.inputs, baskets),
    ]
    try:
        push = estimate_cost_push(
            model, covered, price_cny_per_tco2=price_cny_per_tco2, paid_shares=paid_shares
        )
    except InputError as error:
        faults = [*error.faults, *faults]
    if faults:
        raise InputError(faults)
    inputs = model.inputs
    sources = _sources(push.covered_codes, together)
    cv = _by_source(inputs, sources, intensity_cv)
    made = draw_costs(
        price_cny_per_tco2, cv, price_cv=price_cv, price_draws=prices, draws=draws, seed=seed
    )
    effects = _effects(model, push, covered, baskets) @ _membership(push.covered_codes, sources)
    everything = _spread(effects, made, price_cny_per_tco2, push.paid_shares, level)
    n = inputs.n_sectors
    return CostPushIntervals(
        codes=push.codes,
        names=push.names,
        paid_shares=push.paid_shares,
        draws=draws,
        seed=seed,
        level=level,
        price=price_in_words(price_cny_per_tco2, price_cv, prices),
        intensity_cv=dict(zip(sources, cv.tolist(), strict=True)),
        total_percent=_part(everything, slice(0, n)),
        consumer_index_percent=_part(everything, slice(n, n + 1)),
        producer_index_percent=_part(everything, slice(n + 1, n + 2)),
        revenue_cny=_part(everything, slice(n + 2, n + 3)),
        baskets_percent={
            name: _part(everything, slice(at, at + 1)) for at, name in enumerate(baskets, n + 3)
        },
    )


def _effects(
    model: PriceModel,
    push: CostPush,
    covered: Sequence[CoveredSector],
    baskets: Mapping[str, Array],
) -> Array:
    """Return what 1 CNY per tonne does through each of the K sectors that pay, (q, K).

    In percent of prices and indices, and in CNY of revenue; in the order prices, CI, PI,
    revenue, baskets.
    """
    inputs = model.inputs
    payers = [inputs.place(code) for code in push.covered_codes]
    costs = np.zeros((inputs.n_sectors, len(payers)))
    intensity = covered_intensity(inputs, covered)[payers]
    costs[payers, np.arange(len(payers))] = intensity / CNY_PER_INTENSITY_UNIT  # Eq. (14)
    response = 100.0 * model.price_change(costs)  # Eq. (15)
    revenue = costs[payers].diagonal() * inputs.gross_output[payers] * inputs.money_scale_cny
    indices = [push.consumer_weights @ response, push.producer_weights @ response]  # Eq. (16), (17)
    return np.vstack(
        [response, *indices, revenue, *(basket @ response for basket in baskets.values())]
    )


def _spread(
    effects: Array, made: CostDraws, price: float, paid_shares: Sequence[float], level: float
) -> Spread:
    """Return the spread of all q quantities."""
    costs = made.price_cny_per_tco2[:, None] * made.intensity_factor
    tails = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
    found = np.empty((4, len(effects)))
    step = max(1, VALUES_AT_ONCE // len(costs))
    for start in range(0, len(effects), step):
        some = slice(start, start + step)
        values = costs @ effects[some].T
        found[:2, some] = values.mean(axis=0), values.std(axis=0)
        found[2:, some] = np.quantile(values, tails, axis=0)
    from_price, from_intensity = _variance_shares(effects, made)
    by_share = np.multiply.outer(np.array(paid_shares), found)
    return Spread(
        point=frozen(np.multiply.outer(np.array(paid_shares), price * effects.sum(axis=1))),
        mean=frozen(by_share[:, 0]),
        standard_deviation=frozen(by_share[:, 1]),
        lower=frozen(by_share[:, 2]),
        upper=frozen(by_share[:, 3]),
        from_price_percent=frozen(from_price),
        from_intensity_percent=frozen(from_intensity),
    )


def _variance_shares(effects: Array, made: CostDraws) -> tuple[Array, Array]:
    """Return the shares of price and intensities in the variance of a product, percent."""
    mean = effects.sum(axis=1)
    variance = ((effects * made.intensity_cv) ** 2).sum(axis=1)
    from_price = made.price_variance * mean**2
    from_intensity = made.price_mean**2 * variance
    whole = from_price + from_intensity + made.price_variance * variance
    scale = np.divide(100.0, whole, out=np.zeros_like(whole), where=whole > 0)
    return from_price * scale, from_intensity * scale


def _part(spread: Spread, quantities: slice) -> Spread:
    """Return the spread of some of the quantities; arrays stay read-only."""
    return Spread(**{name: values[..., quantities] for name, values in vars(spread).items()})


def _sources(codes: Sequence[str], together: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what varies, by name, with the covered sectors that vary with it."""
    sources: dict[str, list[str]] = {}
    for code in codes:
        sources.setdefault(together.get(code, code), []).append(code)
    return sources


def _membership(codes: Sequence[str], sources: Mapping[str, list[str]]) -> Array:
    """Return 1 where a covered sector varies with a source, else 0, (K, sources)."""
    return np.array([[float(code in inside) for inside in sources.values()] for code in codes])


def _by_source(
    inputs: PriceModelInputs,
    sources: Mapping[str, list[str]],
    intensity_cv: float | Mapping[str, float],
) -> Array:
    """Return the relative standard deviation of each source."""
    if not isinstance(intensity_cv, Mapping):
        return np.full(len(sources), float(intensity_cv))
    found = []
    for name, codes in sources.items():
        own = [intensity_cv[key] for key in intensity_cv if _names(inputs, key) & {name, *codes}]
        found.append(own[0] if own else 0.0)
    return np.array(found, dtype=np.float64)


def _names(inputs: PriceModelInputs, key: str) -> set[str]:
    """Return a code as given and with the leading zeros of the table."""
    return {key, key.zfill(len(inputs.codes[0]))}


def _cv_faults(
    inputs: PriceModelInputs,
    covered: Sequence[CoveredSector],
    intensity_cv: float | Mapping[str, float],
    together: Mapping[str, str],
) -> list[Fault]:
    by_sector = isinstance(intensity_cv, Mapping)
    given = intensity_cv if isinstance(intensity_cv, Mapping) else {"": float(intensity_cv)}
    paying = {name for one in covered for name in _names(inputs, one.code)}
    paying |= {together[code] for code in paying & together.keys()}
    faults = []
    for code, cv in given.items():
        place = f": sector {code}" if by_sector else ""
        if not (np.isfinite(cv) and cv >= 0):
            what = f"not a relative standard deviation of an intensity{place}"
            faults.append(Fault(what, str(cv), "0 or more", "give one such as 0.1"))
        if by_sector and not paying & _names(inputs, code):
            what = "a deviation for a sector that does not pay"
            known = ", ".join(dict.fromkeys(one.code for one in covered))
            faults.append(Fault(what, code, known, "name a sector that pays"))
    return faults


def _basket_faults(inputs: PriceModelInputs, baskets: Mapping[str, Array]) -> list[Fault]:
    faults = []
    for name, weights in baskets.items():
        fits = np.shape(weights) == (inputs.n_sectors,)
        if not fits or not np.isfinite(weights).all() or (np.asarray(weights) < 0).any():
            allowed = f"{inputs.n_sectors} numbers of 0 or more"
            found = f"shape {np.shape(weights)}" if not fits else "negative or not finite ones"
            remedy = "give domestic purchases over all purchases"
            faults.append(Fault(f"not the weights of a basket: {name}", found, allowed, remedy))
    return faults
