"""The project's own commands, on a machine that has Python 3.11 and nothing else.

``python3 dev.py demo``  set up, run the study on the bundled sample, say where the report is
``python3 dev.py test``  set up, then ruff, mypy, import-linter and pytest
``python3 dev.py perf``  set up, then the side-by-side timings of ``performance/``
``python3 dev.py simulate`` set up, then a study: monte_carlo, benchmark or estimation
``python3 dev.py lock``  resolve ``pyproject.toml`` anew into ``requirements.lock``
``python3 dev.py run …`` set up, then run any command inside the environment
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
TOOLS = ROOT / ".dev"
BIN = "Scripts" if os.name == "nt" else "bin"


def run(*command: str | Path) -> None:
    """Run a command in the project folder; stop with its exit code when it fails."""
    words = [str(word) for word in command]
    environment = dict(os.environ, VIRTUAL_ENV=str(VENV), PYTHONUNBUFFERED="1")
    environment["PATH"] = f"{VENV / BIN}{os.pathsep}{environment.get('PATH', '')}"
    code = subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode
    if code:
        print(f"dev.py: '{' '.join(words)}' ended with exit code {code}", file=sys.stderr)
        raise SystemExit(code)


def find_uv() -> Path:
    """Find uv on the machine, or install it into a private environment."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    private = TOOLS / BIN / "uv"
    if not private.exists():
        print("dev.py: uv is not here; installing it into .dev/")
        try:
            venv.create(TOOLS, with_pip=True, clear=True)
        except subprocess.CalledProcessError:
            raise SystemExit(
                "dev.py: Python cannot make a virtual environment with pip here. "
                "On Debian or Ubuntu: apt-get install python3-venv"
            ) from None
        run(TOOLS / BIN / "python", "-m", "pip", "install", "--quiet", "uv")
    return private


def set_up() -> None:
    """Make ``.venv`` hold exactly what the lock names; do nothing when it already does."""
    facts = LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    wanted = hashlib.sha256(facts).hexdigest()
    stamp = VENV / "tanshi-lock.sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    started = time.monotonic()
    uv = find_uv()
    python = VENV / BIN / "python"
    run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    # Compiled once here, or every first command would spend seconds on it.
    options = ("--quiet", "--compile-bytecode", "--require-hashes")
    run(uv, "pip", "sync", *options, "--python", python, LOCK)
    own = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
    run(uv, "pip", "install", "--quiet", "--python", python, *own)
    run(python, "-m", "compileall", "-q", ROOT / "src")
    stamp.write_text(wanted)
    print(f"dev.py: environment ready in {time.monotonic() - started:.0f} s")


def drop_stale_kernels() -> None:
    """Delete compiled kernels of a room one of whose sources is newer.

    Numba compares a kernel with its own file only, and what it calls may stand in another.
    """
    for room in {kernel.parent.parent for kernel in (ROOT / "src").rglob("__pycache__/*.nb[ic]")}:
        kernels = list(room.glob("__pycache__/*.nb[ic]"))
        newest = max(source.stat().st_mtime for source in room.glob("*.py"))
        if newest > min(kernel.stat().st_mtime for kernel in kernels):
            for kernel in kernels:
                kernel.unlink()


def demo() -> None:
    """Run the whole chain on the bundled synthetic sample."""
    run("tanshi", "study", "--out", "out/demo")
    print(f"Open {ROOT / 'out' / 'demo' / 'report.html'} in a browser.")


def test(*pytest_arguments: str) -> None:
    """Run every check that a change must pass."""
    run("ruff", "check", ".")
    run("ruff", "format", "--check", ".")
    run("mypy")
    run("lint-imports", "--no-cache")
    run("pytest", "-n", "2", *pytest_arguments)


def perf(*arguments: str) -> None:
    """Time the product beside the straightforward version and its peers."""
    run("python", "-m", "performance", *arguments)


def simulate(*arguments: str) -> None:
    """Run one of the simulated studies behind the pages of the documentation."""
    run("python", "-m", "simulation", *arguments)


def lock() -> None:
    """Write ``requirements.lock``: versions and hashes, no download address."""
    options = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate")
    header = "--custom-compile-command", "python3 dev.py lock"
    output = "--quiet", "--upgrade", "--output-file", LOCK
    run(find_uv(), "pip", "compile", "pyproject.toml", "--group", "dev", *options, *header, *output)


def main(arguments: list[str]) -> None:
    """Dispatch the first word to its command."""
    commands = {
        "demo": demo,
        "test": test,
        "perf": perf,
        "simulate": simulate,
        "lock": lock,
        "run": run,
    }
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        raise SystemExit(0 if arguments in ([], ["--help"], ["-h"]) else 2)
    if arguments[0] != "lock":
        set_up()
        drop_stale_kernels()
    commands[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
