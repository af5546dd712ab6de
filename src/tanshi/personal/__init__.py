"""The personal quota market: prices, a two-sided platform, welfare, and an evolutionary game."""

from tanshi.personal.single import SinglePlatformInputs, solve_single_platform
from tanshi.personal.two_sided import TwoSidedInputs, solve_two_sided

__all__ = [
    "SinglePlatformInputs",
    "TwoSidedInputs",
    "solve_single_platform",
    "solve_two_sided",
]
