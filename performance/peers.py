"""Peers in interpreters of their own, inside the ignored folder ``.dev/peers``.

Each is installed by the first comparison that wants it, with the same numpy and HiGHS as
the product, which never sees it. A peer is a script: it prints a line of versions, then
answers each line on standard input with a line of JSON that holds its ``seconds``, timed
by itself, and whatever parts of them it tells apart.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING

from performance.timing import say

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = PROJECT / ".dev" / "peers"
BIN = "Scripts" if os.name == "nt" else "bin"

_SHARED = {name: f"{name}=={version(name)}" for name in ("numpy", "highspy")}
_PYOMO = ("pyomo==6.10.1", _SHARED["highspy"], _SHARED["numpy"])
NEEDS = {
    "egttools": ("egttools==0.1.14.2", _SHARED["numpy"]),
    "mesa": ("mesa==3.3.1", _SHARED["numpy"]),
    "pymrio": ("pymrio==0.7.0", _SHARED["numpy"]),
    "pyomo": _PYOMO,
    "pystoned": ("pystoned==0.7.5", *_PYOMO),
}


@dataclass(frozen=True)
class Peer:
    """A running peer, its versions, and every answer it has given."""

    requests: IO[str]
    answers: IO[str]
    versions: str
    given: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def seconds(self, request: str) -> float:
        """Ask once; return the seconds that it took there."""
        self.requests.write(f"{request}\n")
        self.requests.flush()
        answer = json.loads(_line(self.answers))
        self.given.setdefault(request, []).append(answer)
        return float(answer["seconds"])


@contextmanager
def started(name: str, script: Path, folder: Path) -> Iterator[Peer]:
    """Run a peer's script on a folder of data; it ends with the block.

    Raises
    ------
    RuntimeError
        uv is not here to install the peer, or the peer ended before it answered.
    """
    command = [str(_interpreter(name)), str(script), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            message = f"no pipes to {name}"
            raise RuntimeError(message)
        try:
            named = json.loads(_line(process.stdout))
            versions = ", ".join(f"{library} {number}" for library, number in named.items())
            yield Peer(process.stdin, process.stdout, f"Peer: {versions}.")
            process.stdin.close()
            process.wait()
        finally:
            process.kill()


def _line(answers: IO[str]) -> str:
    line = answers.readline()
    if not line:
        message = "the peer ended without an answer; what it said is above"
        raise RuntimeError(message)
    return line


def _interpreter(name: str) -> Path:
    """Return the peer's interpreter; make its environment where it is not there yet."""
    environment = ENVIRONMENTS / name
    python = environment / BIN / "python"
    stamp = environment / "needs.txt"
    needs = "\n".join(NEEDS[name])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == needs:
        return python
    private = PROJECT / ".dev" / BIN / "uv"
    uv = shutil.which("uv") or (str(private) if private.exists() else None)
    if uv is None:
        message = f"uv is needed to install {name} beside the product; run dev.py once"
        raise RuntimeError(message)
    say(f"installing {name} into an environment of its own")
    for command in (
        (uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(environment)),
        (uv, "pip", "install", "--quiet", "--python", str(python), *NEEDS[name]),
    ):
        subprocess.run(command, check=True)
    stamp.write_text(needs, encoding="utf-8")
    return python
