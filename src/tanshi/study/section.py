"""What sections of a scenario share: no unknown key, and a room's own checks of its values.

A room checks the ranges of its inputs when they are built. `checked_by` runs that check while
the scenario is read, so that a value out of range comes out together with unknown keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, ValidationError, WrapValidator
from pydantic_core import InitErrorDetails, PydanticCustomError

from tanshi.core import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import ValidatorFunctionWrapHandler

    from tanshi.core import Fault


# What a file of TOML calls the kinds of values that pydantic asks for.
IN_TOML = {
    "tuple_type": "a list, such as [1, 2]",
    "dict_type": "a table of keys",
    "model_type": "a table of keys",
    "dataclass_type": "a table of keys",
}
# A section is a table of keys; an unknown one is refused.
SECTION = ConfigDict(extra="forbid", frozen=True)
REFUSED = "refused_by_room"


def checked_by(build: Callable[[Any], object] | None = None) -> WrapValidator:
    """Return a validator that also hears what a room says to the values.

    Parameters
    ----------
    build : callable, optional
        From the section to the room's object; the faults it raises name the key in their
        column, as the last part behind a point. Not needed where the section is the room's
        object itself, which checks its values when it is made.
    """

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        lines: list[InitErrorDetails] = []
        section = None
        try:
            section = _what_can_be_read(value, handler, lines)
            if section is not None and build is not None:
                build(section)
        except InputError as error:
            # Of a key that was left out the room has seen the default.
            known = {line["loc"][:1] for line in lines}
            found = [_line(fault) for fault in error.faults]
            lines += [line for line in found if line["loc"][:1] not in known]
        if lines:
            raise ValidationError.from_exception_data("scenario", lines)
        return section

    return WrapValidator(check)


def _what_can_be_read(
    value: Any, handler: ValidatorFunctionWrapHandler, lines: list[InitErrorDetails]
) -> Any:
    """Read a table, without the keys that are refused; None where nothing is left to check."""
    try:
        return handler(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == REFUSED:  # by the room of a table inside this one
            lines.append(refusal(detail["ctx"]["allowed"], detail["loc"], detail["input"]))
            continue
        line = InitErrorDetails(type=detail["type"], loc=detail["loc"], input=detail["input"])
        if "ctx" in detail:
            line["ctx"] = detail["ctx"]
        lines.append(line)
    refused = {detail["loc"][0] for detail in details if detail["loc"]}
    if not isinstance(value, dict) or not refused:
        return None
    try:
        return handler({key: one for key, one in value.items() if key not in refused})
    except ValidationError:
        return None  # a key it cannot do without is among the refused


def _line(fault: Fault) -> InitErrorDetails:
    return refusal(fault.allowed, tuple(fault.column.split(".")[1:]), fault.found)


def refusal(allowed: str, place: tuple[int | str, ...], found: Any) -> InitErrorDetails:
    """Return what is wrong at a key, named from the section that is checked downwards."""
    kind = PydanticCustomError(REFUSED, "{allowed}", {"allowed": allowed})
    return InitErrorDetails(type=kind, loc=place, input=found)
