"""Small tables whose answers are known, shared by the tests of the leontief room."""

import numpy as np
import pytest

from tanshi.leontief import PriceModel, PriceModelInputs


def inputs(domestic, output, **more):
    """Return PriceModelInputs that balance: value added is what flows leave of output."""
    domestic, output = np.asarray(domestic, dtype=float), np.asarray(output, dtype=float)
    imported = np.asarray(more.pop("imported_flows", np.zeros_like(domestic)), dtype=float)
    n = len(output)
    given = {
        "codes": tuple(f"{i:02d}" for i in range(1, n + 1)),
        "names": tuple(f"sector {i}" for i in range(1, n + 1)),
        "value_added": output - domestic.sum(axis=0) - imported.sum(axis=0),
        "domestic_consumption": np.ones(n),
        "imported_consumption": np.zeros(n),
    } | more
    return PriceModelInputs(
        domestic_flows=domestic, imported_flows=imported, gross_output=output, **given
    )


@pytest.fixture
def make_inputs():
    return inputs


@pytest.fixture
def two_sectors():
    """A_D = [[0.15, 0.25], [0.20, 0.05]], whose inverse has determinant 1 / 0.7575."""
    return inputs(
        [[150.0, 500.0], [200.0, 100.0]],
        [1000.0, 2000.0],
        domestic_consumption=[30.0, 50.0],
        imported_consumption=[10.0, 10.0],
    )


@pytest.fixture
def two_sector_model(two_sectors):
    return PriceModel(two_sectors)
