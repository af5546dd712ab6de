"""The rows of the page on replication: formulas, signs, other claims, counter-examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Finding: TypeAlias = Literal["confirmed", "corrected", "assumption", "not printed"]
Verdict: TypeAlias = Literal["confirmed", "refuted", "conditional"]
Bounded: TypeAlias = Literal["holds", "flat", "fails"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One formula.

    Parameters
    ----------
    place, quantity : str
        Where it stands, and what it gives.
    printed, derived : str
        Formula in print, and the one that follows from the model; `printed` is empty where the
        paper has none.
    finding : {"confirmed", "corrected", "assumption", "not printed"}
        An assumption is where a derivation starts: there is nothing to derive.
    """

    place: str
    quantity: str
    printed: str
    derived: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class SignClaim:
    """One claimed sign of a derivative at an optimum.

    Derivative, region and verdict are those where participation is interior, with
    g = m(α_s − c + α_d − c_b); volume is m N_dN_s. The last four say what becomes of the claim
    at a bound; ``flat`` where the derivative is zero.

    Parameters
    ----------
    place : str
        Result in the paper.
    objective : {"profit", "welfare"}
    quantity, parameter : str
        Names as in `tanshi.personal.derivatives`.
    sign : {1, -1}
        What the paper says.
    derivative : str
    region : str
        Where the claim holds.
    verdict : {"confirmed", "refuted", "conditional"}
    demand_full, supply_full : {"holds", "flat", "fails"}
        Where all of one side join and the other side is interior.
    demand_empty, supply_empty : {"holds", "flat", "fails"}
        Where nobody of one side joins, whatever the other does.
    """

    place: str
    objective: str
    quantity: str
    parameter: str
    sign: int
    derivative: str
    region: str
    verdict: Verdict
    demand_full: Bounded
    supply_full: Bounded
    demand_empty: Bounded
    supply_empty: Bounded

    @property
    def text(self) -> str:
        """The claim in words."""
        move = "rises" if self.sign > 0 else "falls"
        return f"{self.quantity} of the {self.objective} maximum {move} in {self.parameter}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that is not the sign of one derivative.

    Parameters
    ----------
    place, claim : str
        Where it stands, and what it says.
    region : str
        Where it holds, whatever bounds bind unless it says otherwise.
    verdict : {"confirmed", "refuted", "conditional"}
    """

    place: str
    claim: str
    region: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Counterexample:
    """One market in which a claim fails, as a parameter moves.

    Parameters
    ----------
    place, claim : str
        Of the claim, as in its own row.
    market : tuple of (str, float)
        Inputs of `TwoSidedInputs`, or of `SinglePlatformInputs` where `total_emissions` is one.
    parameter : str
        The input that moves; `payments` is ``"published"`` unless `closed`.
    steps : tuple of float
        Its values.
    quantity : str
        What is looked at, as ``objective.column``.
    values : tuple of float
        What it is at each step, rounded to as many decimals as are written.
    closed : bool
        Whether the price that buyers pay reaches sellers.
    """

    place: str
    claim: str
    market: tuple[tuple[str, float], ...]
    parameter: str
    steps: tuple[float, ...]
    quantity: str
    values: tuple[float, ...]
    closed: bool = False


def same(place: str, quantity: str, formula: str) -> Statement:
    """Return a formula that follows as it is printed."""
    return Statement(place, quantity, formula, formula, "confirmed")


def corrected(place: str, quantity: str, printed: str, derived: str) -> Statement:
    """Return a formula that does not follow as it is printed."""
    return Statement(place, quantity, printed, derived, "corrected")


def assumed(place: str, quantity: str, formula: str) -> Statement:
    """Return a formula that the model starts from."""
    return Statement(place, quantity, formula, formula, "assumption")


def computed(place: str, quantity: str, derived: str) -> Statement:
    """Return a formula that is computed and not printed."""
    return Statement(place, quantity, "", derived, "not printed")
