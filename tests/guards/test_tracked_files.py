"""What must not be in the project's files: paths of a machine, copies of the China pack."""

import hashlib
import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

# The China pack is read where it lies.
PACK_NAMES = {
    "province_panel_2013_2018.csv",
    "province_accounts_2000_2019.csv",
    "province_energy_2000_2019.csv",
    "province_emissions_ceads_1997_2019.csv",
    "sector_emissions_ceads_1997_2019.csv.gz",
    "io_china_2020_42.csv",
    "io_china_2020_153.csv",
}
SAMPLE = Path("src/tanshi/data/sample")


def home_like(text):
    """Absolute paths that only one machine has."""
    begins = r"(?<![\w.~:/-])"  # not the middle of a longer path, nor of an address
    homes = ("home/[a-z]", "Users/[A-Za-z]", "root/", "tmp/", "work/", "var/folders/", "mnt/[a-z]")
    own = re.escape(str(PROJECT)) + r"\b"
    pattern = f"{begins}(?:/(?:{'|'.join(homes)})|{own}|[A-Z]:\\\\Users)"
    return [match[0] for match in re.finditer(pattern, text)]


def test_the_search_for_machine_paths_finds_them():
    slash = "/"
    told = ["home", "someone", "x"], ["work", "x"], ["root", "x"], ["tmp", "x"]
    for parts in told:
        assert home_like("see " + slash + slash.join(parts)) != [], parts
    assert home_like(f'"{PROJECT}"') != []
    assert home_like("src/tanshi/data/home/x, https://work.example/tmp/x") == []


def test_no_path_of_this_machine_stands_in_a_file(project_texts):
    found = [
        (str(path), hits)
        for path, text in project_texts
        if "vendor" not in path.parts and (hits := home_like(text))
    ]
    assert found == []


def test_no_file_of_the_china_pack_is_in_the_project_by_name(project_files):
    paths = [file.relative_to(PROJECT) for file in project_files]
    assert [path for path in paths if path.name in PACK_NAMES] == []
    manifest = tomllib.loads((PROJECT / SAMPLE / "manifest.toml").read_text(encoding="utf-8"))
    assert manifest["synthetic"] is True


def test_no_file_of_the_china_pack_is_in_the_project_by_content(project_files, china_pack_path):
    manifest = tomllib.loads((china_pack_path / "manifest.toml").read_text(encoding="utf-8"))
    names = {file["path"] for file in manifest["file"]}
    assert names == PACK_NAMES
    digests = {file["sha256"] for file in manifest["file"]}
    ours = {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in project_files}
    assert [ours[digest] for digest in digests & ours.keys()] == []


def test_no_row_of_the_china_pack_is_in_the_project(project_texts, china_pack_path):
    rows = set()
    for file in china_pack_path.glob("*.csv"):
        _, *lines = file.read_text(encoding="utf-8-sig").splitlines()
        # Rows of zeros and short rows can be the same by chance.
        rows |= {line for line in lines if len(set(line)) > 8 and line.count(",") > 3}
    assert len(rows) > 1000
    copied = [
        (str(path), line)
        for path, text in project_texts
        if path.suffix in {".csv", ".txt", ".py", ".md", ".json", ".toml"}
        for line in text.splitlines()
        if line in rows
    ]
    assert copied == []
