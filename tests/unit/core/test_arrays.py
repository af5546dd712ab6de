"""Frozen arrays."""

import numpy as np
import pytest

from tanshi.core import frozen


def test_a_frozen_array_cannot_be_changed_and_the_caller_keeps_his_own():
    own = np.array([1.0, 2.0])
    result = frozen(own)
    with pytest.raises(ValueError, match="read-only"):
        result[0] = 9.0
    own[0] = 5.0
    assert result.tolist() == [1.0, 2.0]


def test_the_kind_of_number_can_be_chosen():
    assert frozen([1, 2]).dtype == np.float64
    assert frozen([1.0, 0.0], bool).tolist() == [True, False]
