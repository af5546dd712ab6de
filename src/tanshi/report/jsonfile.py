"""JSON for machines."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file as `to_json` has it, with a line end."""
    path.write_text(to_json(content) + "\n", encoding="utf-8")


def to_json(content: dict[str, Any]) -> str:
    """Return JSON that every parser reads: infinity, which JSON lacks, as the text inf.

    Examples
    --------
    >>> print(to_json({"price": float("inf")}))
    {
      "price": "inf"
    }
    """
    return json.dumps(_plain(content), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value
