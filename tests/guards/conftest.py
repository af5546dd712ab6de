"""What the guards look through."""

import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def project_files():
    """Every file that is in the project or about to be: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout
    files = [PROJECT / name for name in listed.decode().split("\0") if name]
    found = [file for file in files if file.is_file()]
    assert PROJECT / "pyproject.toml" in found
    return found


@pytest.fixture(scope="session")
def project_texts(project_files):
    """The text files among them, as (path within the project, text)."""
    texts = []
    for file in project_files:
        content = file.read_bytes()
        if b"\0" not in content:
            texts.append((file.relative_to(PROJECT), content.decode("utf-8", errors="replace")))
    return texts
