"""Where results are kept: a record, and a page with figures made of it and of nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Place:
    """Where record, page and figures are; the page names the figures relative to itself.

    Parameters
    ----------
    results, page : Path
    order : tuple of str
        Entries of the record, as the page has them; others are dropped.
    """

    results: Path
    page: Path
    order: tuple[str, ...]

    @property
    def figures(self) -> Path:
        """Return the folder of the figures, beside the page."""
        return self.page.parent / "figures"

    def read(self) -> dict[str, Any]:
        """Return what was recorded so far, by entry."""
        return json.loads(self.results.read_text("utf-8")) if self.results.exists() else {}

    def keep(self, results: dict[str, Any]) -> None:
        """Write the record whole or not at all, in the order of the page."""
        kept = {key: results[key] for key in self.order if key in results}
        self.results.parent.mkdir(parents=True, exist_ok=True)
        # What was measured is finite: a number that is not is an error, not a result.
        text = json.dumps(kept, indent=1, ensure_ascii=False, allow_nan=False)
        draft = self.results.with_suffix(".part")
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(self.results)

    def write(self, page: str, figures: dict[str, str]) -> None:
        """Write the page and its figures."""
        self.figures.mkdir(parents=True, exist_ok=True)
        self.page.write_text(page, encoding="utf-8")
        for name, svg in figures.items():
            (self.figures / name).write_text(svg, encoding="utf-8")
