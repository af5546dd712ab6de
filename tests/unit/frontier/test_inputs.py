"""What a panel must be: positive, finite, of one length, and long enough."""

import tracemalloc

import numpy as np
import pytest

from tanshi.core import InputError, NotIdentifiedError
from tanshi.frontier import FrontierInputs

N = 12


@pytest.fixture
def columns():
    rng = np.random.default_rng(3)
    return {
        "inputs": rng.uniform(1.0, 3.0, (N, 1)),
        "good": rng.uniform(2.0, 5.0, N),
        "bad": rng.uniform(1.0, 9.0, N),
    }


def test_columns_are_divided_by_their_means_and_the_price_scale_undoes_it(make_panel, columns):
    panel = make_panel(**columns, output_scale_cny=1e8, emissions_scale_t=1e4)
    for normalised in (panel.normalised_output, panel.normalised_emissions):
        assert normalised.mean() == pytest.approx(1.0)
    assert panel.normalised_inputs.mean(axis=0) == pytest.approx([1.0])
    # 1e8 CNY per 1e4 t is 1e4 CNY/t for each unit of y per unit of b.
    means = columns["good"].mean() / columns["bad"].mean()
    assert panel.price_scale_cny_per_tco2 == pytest.approx(1e4 * means)
    assert (panel.n_observations, panel.n_inputs) == (N, 1)


def test_a_single_input_may_be_a_plain_vector(make_panel, columns):
    columns["inputs"] = columns["inputs"][:, 0]
    assert make_panel(**columns).normalised_inputs.shape == (N, 1)


def test_arrays_are_read_only_copies(make_panel, columns):
    panel = make_panel(**columns)
    columns["good"][0] = 1e9
    assert panel.desirable_output[0] < 5.0
    for name in ("inputs", "desirable_output", "undesirable_output", "period"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(panel, name)[0] = 1.0


def test_arrays_that_nobody_can_write_to_are_held_as_they_are(make_panel, columns):
    closed = {"inputs": columns["inputs"], "good": columns["good"]}
    for array in closed.values():
        array.flags.writeable = False
    still_open = columns["bad"].view()
    still_open.flags.writeable = False
    period = np.arange(N)
    period.flags.writeable = False
    panel = make_panel(**closed, bad=still_open, period=period)
    assert np.shares_memory(panel.inputs, columns["inputs"])
    assert np.shares_memory(panel.desirable_output, columns["good"])
    assert np.shares_memory(panel.period, period)
    before = panel.undesirable_output[0]
    columns["bad"][0] = 1e9
    assert panel.undesirable_output[0] == before


def test_a_million_observations_cost_one_copy_of_each_column():
    n = 1_000_000
    rng = np.random.default_rng(1)
    x, y, b = rng.uniform(1.0, 2.0, (n, 2)), rng.uniform(1.0, 2.0, n), rng.uniform(1.0, 2.0, n)
    period = np.ones(n, dtype=np.int64)
    unit = ("the plant",) * n
    for array in (x, y, b, period):
        array.flags.writeable = False
    tracemalloc.start()
    panel = FrontierInputs(
        inputs=x,
        desirable_output=y,
        undesirable_output=b,
        unit=unit,
        period=period,
        input_names=("labour", "capital"),
    )
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The normalised columns, and masks of a byte each while values are checked.
    normalised = x.nbytes + y.nbytes + b.nbytes
    assert normalised <= held < 1.01 * normalised
    assert most < 1.2 * normalised
    assert panel.unit is unit


def test_every_bad_value_is_reported_at_once(make_panel, columns):
    columns["inputs"][3, 0] = 0.0
    columns["good"][0] = np.nan
    columns["bad"][11] = -2.0
    columns["bad"][5] = np.inf
    with pytest.raises(InputError) as refusal:
        make_panel(**columns)
    faults = refusal.value.faults
    # A spreadsheet's row: observation 0 is below the header, in row 2.
    assert [fault.row for fault in faults] == [5, 2, 7, 13]
    assert faults[0].what.startswith("input_1")
    assert faults[1].found == "nan (unit 0, 2018)"
    assert {fault.allowed for fault in faults} == {"finite and above 0"}


@pytest.mark.parametrize("name", ["good", "bad", "period", "inputs"])
def test_a_column_of_another_length_is_refused(make_panel, columns, name):
    given = {"period": np.full(N, 2018)} | columns
    given[name] = given[name][:-1]
    if name == "inputs":
        given |= {"unit": tuple(f"unit {i}" for i in range(N))}
    with pytest.raises(InputError, match="wrong shape"):
        make_panel(**given)


def test_no_input_at_all_is_refused(make_panel, columns):
    columns["inputs"] = np.empty((N, 0))
    with pytest.raises(InputError, match="no input"):
        make_panel(**columns)


@pytest.mark.parametrize("scale", [0.0, -1.0, np.inf, np.nan])
@pytest.mark.parametrize("name", ["output_scale_cny", "emissions_scale_t"])
def test_a_scale_is_finite_and_positive(make_panel, columns, name, scale):
    with pytest.raises(InputError, match=f"{name} is not a scale"):
        make_panel(**columns, **{name: scale})


def test_a_period_that_would_be_cut_short_is_refused(make_panel, columns):
    period = np.full(N, 2018.0)
    assert make_panel(**columns, period=period).period.dtype == np.int64
    period[4], period[7] = 2018.5, np.nan
    with pytest.raises(InputError, match="not a whole number") as refusal:
        make_panel(**columns, period=period)
    assert [fault.row for fault in refusal.value.faults] == [6, 9]
    with pytest.raises(InputError, match="not numbers"):
        make_panel(**columns, period=["2018Q1"] * N)


def test_as_many_observations_as_free_parameters_are_needed(make_panel, columns):
    """K = 1 has (1 + 2)(1 + 3) / 2 = 6 free parameters, K = 3 has 15."""
    six = {name: column[:6] for name, column in columns.items()}
    assert make_panel(**six).n_observations == 6
    five = {name: column[:5] for name, column in columns.items()}
    with pytest.raises(NotIdentifiedError, match="5 observations cannot identify the 6 free"):
        make_panel(**five)
    columns["inputs"] = np.tile(columns["inputs"], (1, 3))
    with pytest.raises(NotIdentifiedError, match="15 free"):
        make_panel(**columns)
