"""The table `[benchmark.sensitivity]`: which assumptions are shaken, how far and how often."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, field_validator, model_validator

from tanshi.study.section import SECTION

Number = Annotated[float, Field(allow_inf_nan=False)]


class FactorRange(BaseModel):
    """Range of a factor; uniform between its ends."""

    model_config = SECTION

    low: Number
    high: Number
    # The ends multiply what the scenario says, for every key the factor stands for.
    times: bool = False
    # Uniform in the logarithm.
    log: bool = False

    @model_validator(mode="after")
    def _a_range(self) -> FactorRange:
        if not self.low < self.high:
            message = f"low below high (see {self.low:g} and {self.high:g})"
            raise ValueError(message)
        if self.log and self.low <= 0:
            message = f"a low end above 0 for a logarithm (see {self.low:g})"
            raise ValueError(message)
        return self


class SensitivitySection(BaseModel):
    """Screening by Morris, then Sobol's indices of the factors that it keeps."""

    model_config = SECTION

    # By key of the section, written with points, perhaps with `*`; see `tanshi benchmark sweep`.
    factors: dict[str, FactorRange] = Field(default_factory=dict)
    # Of a run; by default the scenario's.
    years: int | None = Field(default=None, ge=1)
    # At every point.
    replicates: int = Field(default=2, ge=1)
    # Of both designs and of the resampling behind their intervals.
    seed: int = Field(default=1, ge=0)
    # Of Morris: runs are trajectories x (factors + 1).
    trajectories: int = Field(default=10, ge=2)
    levels: int = Field(default=4, ge=2)
    # Factors that go on to Sobol: so many at most, none that matters less than this share of
    # the most important factor for every output.
    keep: int = Field(default=8, ge=1)
    keep_share: float = Field(default=0.1, ge=0, le=1)
    # Of Sobol: runs are base_samples x (factors kept + 2); 0 leaves it out.
    base_samples: int = Field(default=128, ge=0)

    @field_validator("levels")
    @classmethod
    def _even(cls, levels: int) -> int:
        if levels % 2:
            message = f"an even number of levels (see {levels})"
            raise ValueError(message)
        return levels

    @field_validator("base_samples")
    @classmethod
    def _power_of_two(cls, count: int) -> int:
        # Only so many points of a Sobol' sequence are balanced.
        if count & (count - 1):
            message = f"a power of two, or 0 (see {count})"
            raise ValueError(message)
        return count
