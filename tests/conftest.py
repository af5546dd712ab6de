"""Fixtures that tests of several rooms share."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def china_pack_path() -> Path:
    """Folder of the China pack; the test is skipped where the pack is not there.

    The pack is never part of the project: it is read from the folder named by the
    environment variable TANSHI_CHINA_PACK, or from ``../shared/data/china``.
    """
    named = os.environ.get("TANSHI_CHINA_PACK")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data" / "china"
    if not (folder / "manifest.toml").is_file():
        pytest.skip(f"no China pack in {folder}; set TANSHI_CHINA_PACK to its folder")
    return folder
