"""The lock names every version and hash, and no place to download from."""

import re
import tomllib
from collections import Counter
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(\[[a-z0-9,_-]+\])?==(\S+)", re.MULTILINE)


def entries():
    """The lock's packages: name, version, number of hashes."""
    found = []
    for block in re.split(r"\n(?=\S)", LOCK):
        pinned = PINNED.match(block)
        if pinned:
            hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)
            found.append((pinned[1], pinned[3], len(hashes)))
    return found


def test_every_line_of_the_lock_is_a_pin_a_hash_or_a_comment():
    allowed = re.compile(r"#|    --hash=sha256:[0-9a-f]{64}( \\)?$|[a-z0-9._-]+(\[\S+\])?==\S+ ")
    odd = [line for line in LOCK.splitlines() if line.strip() and not allowed.match(line.rstrip())]
    assert odd == []


def test_every_package_has_a_hash():
    found = entries()
    assert len(found) > 30
    assert [name for name, _, hashes in found if hashes == 0] == []


def test_one_version_of_numpy_and_of_scipy_and_within_the_bounds():
    versions = Counter(name for name, _, _ in entries())
    assert (versions["numpy"], versions["scipy"]) == (1, 1)
    pinned = {
        name: tuple(map(int, version.split(".")[:2]))
        for name, version, _ in entries()
        if name in ("numpy", "scipy")
    }
    assert pinned["numpy"] < (2, 5)
    assert pinned["scipy"] < (1, 18)


def test_the_lock_holds_every_dependency_that_the_project_names():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    wanted = {re.match(r"[a-z0-9._-]+", line)[0] for line in named}
    assert wanted - {name for name, _, _ in entries()} == set()


def test_no_address_in_a_lock_file(project_files):
    locks = [
        file
        for file in project_files
        if "lock" in file.suffixes
        or file.name.endswith((".lock", "-lock.json", "-lock.yaml", "pylock.toml"))
    ]
    assert PROJECT / "requirements.lock" in locks
    for file in locks:
        text = file.read_text(encoding="utf-8")
        assert "://" not in text, file
        for option in ("index-url", "find-links", "trusted-host"):
            assert option not in text, file


def test_no_registry_is_named_anywhere(project_texts):
    dot = "."
    hosts = [
        dot.join(parts)
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("pypi", "tuna"),
            ("registry", "npmjs"),
            ("registry", "yarnpkg"),
            ("npmmirror", "com"),
            ("mirrors", "aliyun"),
            ("conda", "anaconda"),
            ("jfrog", "io"),
            ("proxy", "golang"),
            ("static", "crates"),
        )
    ]
    named = [(path, host) for path, text in project_texts for host in hosts if host in text]
    assert named == []
