"""Ten million people in a process of its own, whose peak memory is then its own.

``python -m performance.people_alone tanshi|one_thread|numpy paper|everything [PEOPLE]`` prints a
line of JSON: seconds, peak memory, share who sell and its distance from the exact one in standard
errors. Loading and compiling are over before the clock starts.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace

import numpy as np
from scipy.special import betaincinv, ndtr

from performance.million import peak_memory_gb
from tanshi.personal.population import simulate_sales
from tanshi.personal.reservation import SupplyCurve
from tanshi.personal.traits import PopulationPlan, PopulationTraits

TEN_MILLION = 10_000_000
PRICE = 36.0
POPULATIONS = {
    "paper": PopulationTraits(),
    "everything": PopulationTraits(
        theta_a=2.0,
        theta_b=3.0,
        amount_deviation=0.6,
        cost_deviation=0.5,
        theta_amount=0.3,
        theta_cost=-0.2,
        amount_cost=0.4,
        amount_income=0.3,
        cost_income=0.5,
    ),
}
WORKERS = {"tanshi": None, "one_thread": 1}


def plain(traits: PopulationTraits, people: int) -> tuple[float, float, float, list[float]]:
    """Do it with arrays of everyone, as one writes it in numpy: share, supply, surplus, groups."""
    rng = np.random.default_rng(1)
    root = np.linalg.cholesky(traits.correlation)
    latent = rng.standard_normal((people, 4)) @ root.T
    rank = ndtr(latent[:, 0])
    same = traits.theta_a == traits.theta_b == 1.0
    theta = rank if same else betaincinv(traits.theta_a, traits.theta_b, rank)

    def lognormal(column: int, mean: float, deviation: float) -> np.ndarray:
        return mean * np.exp(deviation * latent[:, column] - deviation**2 / 2)

    amount = lognormal(1, traits.amount_mean_tco2, traits.amount_deviation)
    cost = lognormal(2, traits.cost_mean_cny_per_tco2, traits.cost_deviation)
    income = lognormal(3, traits.income_mean_cny, traits.income_deviation)
    gain = PRICE - theta * cost
    sells = gain >= 0
    group = np.digitize(income, np.quantile(income, [0.2, 0.4, 0.6, 0.8]))
    sold = np.where(sells, amount, 0.0)
    surplus = sold * gain
    by_group = [float(surplus[group == one].mean()) for one in range(5)]
    return float(sells.mean()), float(sold.mean()), float(surplus.mean()), by_group


def count(who: str, traits: PopulationTraits, people: int) -> float:
    """Return the share who sell, found by one of the contenders."""
    if who == "numpy":
        return plain(traits, people)[0]
    plan = PopulationPlan(people=people, workers=WORKERS[who])
    return float(simulate_sales(traits, [PRICE], plan).share()[0])


def main(who: str, name: str, people: int) -> None:
    traits = POPULATIONS[name]
    count(who, traits, 300_000)
    started = time.perf_counter()
    share = count(who, traits, people)
    seconds = time.perf_counter() - started
    exact = float(SupplyCurve(replace(traits, amount_deviation=0.0)).share(PRICE)[0])
    answer = {
        "seconds": seconds,
        "peak_gb": peak_memory_gb(),
        "share": share,
        "z": (share - exact) / (exact * (1.0 - exact) / people) ** 0.5,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else TEN_MILLION)
