"""The carbon price inside the premium of green electricity.

Zhang & Chang (2025), Eq. 22: P_g = premium / (coal per kWh x emission factor of coal): what a
buyer of green power pays to avoid one tonne of a coal plant's CO2.
"""

from __future__ import annotations

from tanshi.core import Fault, InputError

G_PER_KG, KG_PER_T = 1000.0, 1000.0


def green_premium_price(
    premium_cny_per_kwh: float, *, coal_g_per_kwh: float, coal_factor_kgco2_per_kg: float
) -> float:
    """Return the carbon price that a green premium implies, in CNY per tonne of CO2.

    Parameters
    ----------
    premium_cny_per_kwh : float, >= 0
        Price of green power above the coal benchmark.
    coal_g_per_kwh : float, > 0
        Standard coal burnt per kWh.
    coal_factor_kgco2_per_kg : float, > 0
        kg of CO2 per kg of that coal.

    Raises
    ------
    InputError
        A negative premium or a factor that is not positive.

    Examples
    --------
    The State Grid and the Southern Grid in 2022:

    >>> [round(green_premium_price(p, coal_g_per_kwh=304.8, coal_factor_kgco2_per_kg=2.493), 1)
    ...  for p in (0.05, 0.06, 0.08)]
    [65.8, 79.0, 105.3]
    """
    faults = []
    if not premium_cny_per_kwh >= 0:
        what, found = "negative premium", str(premium_cny_per_kwh)
        faults.append(Fault(what, found, "0 or more CNY per kWh", "correct it"))
    for name, value in (("coal rate", coal_g_per_kwh), ("coal factor", coal_factor_kgco2_per_kg)):
        if not value > 0:
            faults.append(Fault(f"{name} is not positive", str(value), "above 0", "correct it"))
    if faults:
        raise InputError(faults)
    tco2_per_kwh = coal_g_per_kwh / G_PER_KG * coal_factor_kgco2_per_kg / KG_PER_T
    return premium_cny_per_kwh / tco2_per_kwh  # Eq. (22)
