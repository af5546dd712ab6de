"""What panels are drawn from: where noise points, and what stays with a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.frontier.simulation import (
    ALONG,
    ON_BOTH,
    ON_EMISSIONS,
    ON_OUTPUT,
    simulate_technology,
)

if TYPE_CHECKING:
    from tanshi.frontier.simulation import SimulatedPanel

LASTING = 0.6  # share of the variance that is a unit's own
SPREAD = 0.6


@dataclass(frozen=True)
class Design:
    """A way to draw panels.

    Parameters
    ----------
    text : str
        For the page.
    directions : tuple of (g_y, g_b)
    unit_effects, spread : float
        As in `simulate_technology`.
    """

    text: str
    directions: tuple[tuple[float, float], ...] = ALONG
    unit_effects: float = LASTING
    spread: float = 0.0

    def simulate(self, units: int, periods: int, *, noise: float, seed: int) -> SimulatedPanel:
        """Draw one panel."""
        return simulate_technology(
            units,
            periods,
            noise=noise,
            noise_directions=self.directions,
            unit_effects=self.unit_effects,
            spread=self.spread,
            seed=seed,
        )


DESIGNS = {
    "along": Design("noise along the direction (1, −1)"),
    "independent": Design("the same, nothing lasting: periods are independent", unit_effects=0.0),
    "spread": Design("along the direction, growing with y + b: slopes differ", spread=SPREAD),
    "output": Design("noise on output alone", ON_OUTPUT),
    "emissions": Design("noise on emissions alone", ON_EMISSIONS),
    "both": Design("independent noise on output and on emissions", ON_BOTH),
}


@dataclass(frozen=True)
class Seeds:
    """The seeds of one simulated panel, whatever the design and whoever computes it."""

    panel: int
    bootstrap: int


def seeds_of(study_seed: int, number: int) -> Seeds:
    """Return the seeds of panel `number`: the same in every design, so that they compare."""
    state = np.random.SeedSequence([study_seed, number]).generate_state(2)
    return Seeds(*(int(word) for word in state))
