"""The section `[personal.game]` of a scenario: the evolutionary game, and what is asked of it."""

from __future__ import annotations

from itertools import product
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from tanshi.core import InputError
from tanshi.personal.game import GameParameters
from tanshi.personal.game_claim import with_lever
from tanshi.study.section import SECTION, checked_by

DynamicsName = Literal["replicator", "replicator-mutator", "logit", "pairwise"]
ShareName = Literal["supervise", "adopt", "sell", "buy"]
Share = Annotated[float, Field(ge=0, le=1)]
Inside = Annotated[float, Field(gt=0, lt=1)]
NAMES: tuple[ShareName, ...] = ("supervise", "adopt", "sell", "buy")
MOST_POINTS = 20_000  # of the map of the claim: some ten minutes


class _Section(BaseModel):
    model_config = SECTION


class Plane(_Section):
    """A phase portrait: two shares move, the two others stay at 0 or 1."""

    across: ShareName
    up: ShareName
    # A face of the cube, which the replicator never leaves.
    held: dict[ShareName, Literal[0, 1]]

    @model_validator(mode="after")
    def _four_shares(self) -> Plane:
        if sorted([self.across, self.up, *self.held]) != sorted(NAMES):
            message = f"each of {', '.join(NAMES)} once: across, up, or held at 0 or 1"
            raise ValueError(message)
        return self


class BasinSection(_Section):
    """Starts of which it is counted where they end, evenly in a box."""

    low: float = Field(default=0.0, ge=0, lt=1)
    high: float = Field(default=0.3, gt=0, le=1)
    starts: int = Field(default=1024, ge=2)
    time: float = Field(default=400.0, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _a_box(self) -> BasinSection:
        if self.low >= self.high:
            message = f"low below high (see {self.low} and {self.high})"
            raise ValueError(message)
        return self


class ClaimSection(_Section):
    """Where trading escapes lock-in: a start, a grid, and how far each lever may go."""

    # All four shares at the beginning.
    start: Inside = 0.02
    # Parameters of the game, or join_scale (both joining costs times a number). An offset price
    # of 0 pays nobody.
    axes: dict[str, tuple[float, ...]] = {
        "thinness": (float("inf"), 5.0, 1.0, 0.5, 0.2, 0.1, 0.05),
        "join_scale": (2.0, 1.0, 0.5, 0.2, 0.1, 0.05),
        "offset_price": (0.0, 12.0, 18.0, 24.0),
        "penalty": (100.0, 150.0, 300.0, 450.0),
    }
    # From the scenario's value to here.
    levers: dict[str, float] = {
        "join_scale": 0.001,
        "join_sell": -2.0,
        "join_buy": -3.0,
        "offset_price": 60.0,
        "thinness": 0.01,
        "penalty": 1500.0,
        "low_detection": 0.95,
        "high_detection": 1.0,
        "supervision_cost": 0.0,
        "fine": 1000.0,
        "fraud": 0.0,
        "service": 1.0,
        "service_value": 60.0,
        "captured": 0.0,
        "chain_cost": 0.0,
        "commission": 0.0,
        "keeping_value": 0.0,
        "green_cost": 20.0,
        "tightness": 1.0,
    }
    # h for which the levers are tried.
    lever_thinness: tuple[float, ...] = (float("inf"), 1.0, 0.2, 0.05)

    @property
    def points(self) -> list[dict[str, float]]:
        """Return the points of the grid."""
        values = product(*self.axes.values())
        return [dict(zip(self.axes, point, strict=True)) for point in values]

    @field_validator("axes", "levers")
    @classmethod
    def _known(cls, given: dict[str, Any]) -> dict[str, Any]:
        for name, value in given.items():
            for one in value if isinstance(value, tuple) else (value,):
                try:
                    with_lever(GameParameters(), name, one)
                except InputError as error:
                    raise ValueError(error.faults[0].allowed) from None
        return given

    @field_validator("axes")
    @classmethod
    def _not_too_many(cls, axes: dict[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
        count = 1
        for name, values in axes.items():
            count *= len(values)
            if not values:
                message = f"at least one value of {name}"
                raise ValueError(message)
        if count > MOST_POINTS:
            message = f"at most {MOST_POINTS:,} points (see {count:,})"
            raise ValueError(message)
        return axes

    @field_validator("lever_thinness")
    @classmethod
    def _above_zero(cls, given: tuple[float, ...]) -> tuple[float, ...]:
        if not all(one > 0 for one in given):
            message = "numbers above 0, inf for bilinear matching"
            raise ValueError(message)
        return given


class FiniteSection(_Section):
    """A case of finite populations, from lock-in."""

    # People of each of the four populations.
    size: int = Field(default=200, ge=2)
    # Strength of selection, t per CNY.
    selection: float = Field(default=0.5, ge=0, allow_inf_nan=False)
    mutation: float = Field(default=0.02, ge=0, le=1)
    # h; the game's own where it is left out.
    thinness: float | None = Field(default=None, gt=0)
    updates: int = Field(default=1_000_000, ge=1_000)
    runs: int = Field(default=8, ge=1)


class GameSection(_Section):
    """The evolutionary game of government, platform, and the two kinds of users."""

    parameters: Annotated[GameParameters, checked_by()] = GameParameters(
        heterogeneous=True, thinness=1.0
    )
    dynamics: tuple[DynamicsName, ...] = ("replicator", "replicator-mutator", "logit", "pairwise")
    # Share of people who change at random, per unit of time.
    mutation_rate: float = Field(default=0.01, gt=0, allow_inf_nan=False)
    # CNY per t.
    logit_noise: float = Field(default=0.2, gt=0, allow_inf_nan=False)
    # Of the mean field of pairwise comparison, t per CNY.
    selection: float = Field(default=0.5, gt=0, allow_inf_nan=False)
    # supervise, adopt, sell, buy.
    starts: tuple[tuple[Inside, Inside, Inside, Inside], ...] = (
        (0.02, 0.02, 0.02, 0.02),
        (0.3, 0.3, 0.3, 0.3),
        (0.5, 0.9, 0.6, 0.9),
    )
    time: float = Field(default=10.0, gt=0, allow_inf_nan=False)
    steps: int = Field(default=200, ge=2)
    basins: BasinSection = BasinSection()
    planes: tuple[Plane, ...] = (
        Plane(across="sell", up="buy", held={"supervise": 0, "adopt": 0}),
        Plane(across="sell", up="buy", held={"supervise": 0, "adopt": 1}),
        Plane(across="supervise", up="adopt", held={"sell": 1, "buy": 1}),
    )
    claim: ClaimSection = ClaimSection()
    finite: tuple[FiniteSection, ...] = (
        FiniteSection(mutation=0.001),
        FiniteSection(),
        FiniteSection(thinness=0.2),
    )
    seed: int = Field(default=0, ge=0)

    def noise_of(self, dynamics: DynamicsName) -> float:
        """Return the noise of a dynamics, in its own unit; 0 for the replicator."""
        noise = {"replicator-mutator": self.mutation_rate, "logit": self.logit_noise}
        return 1 / self.selection if dynamics == "pairwise" else noise.get(dynamics, 0.0)
