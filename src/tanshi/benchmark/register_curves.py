"""Which shape of abatement cost curve each firm of a register has.

A mix is given in weights of the shapes, for an industry's process, an industry or all of them;
the closest one counts. Firms get the shapes in proportion, by largest remainders, in an order
drawn from random numbers of their own: with another mix sizes, costs and regions stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark._apportion import apportioned
from tanshi.benchmark.firms import CURVES
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.industries import Industry

    Codes = NDArray[np.int64]
    Mixes = Mapping[str, Mapping[str, float]]

EVERY = "all"  # industries without a mix of their own
_STREAM = 1  # of the register's seed, beside that of sizes, costs and regions


def draw_curves(
    industries: Sequence[Industry],
    industry: Codes,
    process: Codes,
    *,
    curves: Mixes,
    otherwise: str,
    seed: int,
) -> Codes:
    """Return each firm's curve, its place in `CURVES`.

    Parameters
    ----------
    industries : sequence of Industry
    industry, process : (n,) arrays of int
        Of the firms, as in `FirmRegister`.
    curves : mapping of str to mapping of curve to number, >= 0
        Weights of the shapes under ``"steel/short"`` (an industry's process), ``"steel"`` (the
        rest of the industry) or ``"all"`` (the other industries).
    otherwise : str
        Curve of firms that no mix is given for.
    seed : int
        Of the register.

    Raises
    ------
    InputError
        A shape that is not known, a weight below 0, or a mix without any.

    Examples
    --------
    >>> from tanshi.benchmark.industries import Industry
    >>> steel = Industry(name="steel", entities=4, emissions_tco2=4e6,
    ...                  benchmark_tco2_per_unit=2.0, reduction_potential=0.06)
    >>> zeros = np.zeros(4, np.int64)
    >>> mix = {"steel": {"log": 3, "stepped": 1}}
    >>> drawn = draw_curves([steel], zeros, zeros, curves=mix, otherwise="linear", seed=1)
    >>> sorted(CURVES[k] for k in drawn)
    ['log', 'log', 'log', 'stepped']
    """
    faults = mix_faults(curves)
    if faults:
        raise InputError(faults)
    drawn = np.full(len(industry), CURVES.index(otherwise))
    for s, one in enumerate(industries):
        keys = [_closest(curves, one.name, process.name) for process in one.processes]
        for key in dict.fromkeys(keys):
            if key is None:
                continue
            of_key = np.array([other == key for other in keys])
            members = np.flatnonzero(industry == s)
            members = members[of_key[process[members]]]
            rng = np.random.default_rng([seed, _STREAM, s, keys.index(key)])
            names = np.array([CURVES.index(name) for name in curves[key]])
            places = apportioned(list(curves[key].values()), len(members))
            drawn[members] = rng.permutation(names[places])
    return drawn


def mix_keys(industries: Sequence[Industry]) -> list[str]:
    """Return the names that a mix may be given under."""
    return [
        EVERY,
        *(one.name for one in industries),
        *(f"{one.name}/{process.name}" for one in industries for process in one.processes),
    ]


def mix_faults(curves: Mixes) -> list[Fault]:
    """Return what is wrong with mixes, but for the names they are given under."""
    faults = []
    for key, weights in curves.items():
        unknown = sorted(set(weights) - set(CURVES))
        if unknown:
            faults.append(_fault(key, "unknown curve", unknown[0], ", ".join(CURVES)))
        values = np.array(list(weights.values()), np.float64)
        if not (np.isfinite(values).all() and (values >= 0).all() and values.sum() > 0):
            found = ", ".join(f"{name} {value:g}" for name, value in weights.items()) or "nothing"
            allowed = "weights of 0 or more, one of them above 0"
            faults.append(_fault(key, "impossible mix of curves", found, allowed))
    return faults


def _closest(curves: Mixes, industry: str, process: str) -> str | None:
    keys = (f"{industry}/{process}", industry, EVERY)
    return next((key for key in keys if key in curves), None)


def _fault(key: str, what: str, found: str, allowed: str) -> Fault:
    remedy = "correct the mix"
    return Fault(what, found, allowed, remedy, column=f"register.curves.{key}")
