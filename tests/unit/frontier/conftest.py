"""Small panels whose answers are known, shared by the tests of the frontier room."""

import dataclasses

import numpy as np
import pytest

from tanshi.core import frozen
from tanshi.frontier import FrontierEstimate, FrontierInputs, estimate_quantile_frontier
from tanshi.frontier.results import SurfaceValues


def panel(inputs, good, bad, **more):
    """Return FrontierInputs with made-up names for the rows."""
    inputs = np.asarray(inputs, dtype=float)
    inputs = inputs[:, None] if inputs.ndim == 1 else inputs
    n, k = inputs.shape
    given = {
        "unit": tuple(f"unit {i}" for i in range(n)),
        "period": np.full(n, 2018),
        "input_names": tuple(f"input_{j + 1}" for j in range(k)),
    } | more
    return FrontierInputs(inputs=inputs, desirable_output=good, undesirable_output=bad, **given)


@pytest.fixture
def make_panel():
    return panel


@pytest.fixture
def make_replicated():
    """Build K = 1 panels with several observations at the same (x, s).

    The two outputs have equal means, so that s = y + b repeats after normalisation too.
    With tau = 0.5 and an even number at a place, any surface between the middle two is as
    good: the optimum is not unique.
    """

    def build(x, total, emissions_at):
        repeats = [len(values) for values in emissions_at]
        bad = np.concatenate([np.asarray(values, dtype=float) for values in emissions_at])
        s = np.repeat(np.asarray(total, dtype=float), repeats)
        s += (2.0 * bad.sum() - s.sum()) / len(s)
        return panel(np.repeat(np.asarray(x, dtype=float), repeats), s - bad, bad)

    return build


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Imposed(FrontierEstimate):
    """An estimate whose surfaces say what a test wants them to say."""

    imposed: SurfaceValues
    said_unique: tuple[bool, ...]

    def values(self, rows=slice(None)):
        given = self.imposed
        names = [field.name for field in dataclasses.fields(given)]
        return SurfaceValues(*(getattr(given, name)[rows] for name in names))

    @property
    def unique(self):
        return self.said_unique


def impose(estimate, values, *, unique):
    fields = {f.name: getattr(estimate, f.name) for f in dataclasses.fields(FrontierEstimate)}
    return Imposed(**fields, imposed=values, said_unique=(unique,) * len(estimate.taus))


@pytest.fixture(name="impose")
def impose_values():
    """Replace some of an estimate's values: ``impose(estimate, output_weight=…)``."""

    def build(estimate, *, unique=True, **changed):
        whole = estimate.values()
        return impose(estimate, dataclasses.replace(whole, **changed), unique=unique)

    return build


@pytest.fixture
def make_estimate():
    """Build an estimate with distances and shadow prices of one's own choice."""

    def build(distance, price, taus) -> FrontierEstimate:
        n = len(distance)
        rng = np.random.default_rng(0)
        x = rng.uniform(1.0, 2.0, max(n, 12))
        y, b = x + rng.uniform(0.0, 1.0, len(x)), rng.uniform(1.0, 2.0, len(x))
        inputs = panel(
            x[:n],
            y[:n] / y[:n].mean(),
            b[:n] / b[:n].mean(),
            output_scale_cny=1.0,
            emissions_scale_t=1.0,
        )
        weight = 1.0 / (1.0 + np.broadcast_to(np.asarray(price, dtype=float), (n, len(taus))))
        real = estimate_quantile_frontier(inputs, taus=taus, null_jointness=False)
        values = SurfaceValues(*map(frozen, (distance, weight, weight, weight)))
        return impose(real, values, unique=True)

    return build
