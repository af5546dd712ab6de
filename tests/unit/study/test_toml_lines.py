"""Lines of keys in a TOML file, whatever stands around them."""

import tomllib
from pathlib import Path

import pytest

from tanshi.core import Fault, InputError
from tanshi.study.toml_lines import line_of, lines_of_keys, naming_lines, with_lines

PROJECT = Path(__file__).resolve().parents[3]
FILES = sorted((PROJECT / "scenarios").glob("*.toml"))
TEXT = '''top = 1
# [not.a.table]
[a]
list = [
    "x = 1",  # y = 2 ]
    """
[b]
""",
    { c = 1, d = [2] },
]
b.c = 'q # " ['
"quoted.key" = """one
e = 5
"""  # behind
[[a.rows]]
name = "A \\" = ["
  [a.rows.inside]
  deep = { x = 1 }
[ a . rows . "s p" ]
k = 1
[[a.rows]]
name = 'B'
[c]
'''


def test_every_way_to_write_a_key():
    assert tomllib.loads(TEXT)["a"]["rows"][1]["name"] == "B"
    found = lines_of_keys(TEXT)
    assert found == {
        ("top",): 1,
        ("a",): 3,
        ("a", "list"): 4,
        ("a", "b"): 11,
        ("a", "b", "c"): 11,
        ("a", "quoted.key"): 12,
        ("a", "rows"): 15,
        ("a", "rows", "0"): 15,
        ("a", "rows", "0", "name"): 16,
        ("a", "rows", "0", "inside"): 17,
        ("a", "rows", "0", "inside", "deep"): 18,
        ("a", "rows", "0", "s p"): 19,
        ("a", "rows", "0", "s p", "k"): 20,
        ("a", "rows", "1"): 21,
        ("a", "rows", "1", "name"): 22,
        ("c",): 23,
    }
    assert line_of(found, ["a", "rows", "0", "inside", "deep", "x"]) == 18
    assert line_of(found, ["a", "nothing"]) == 3
    assert line_of(found, ["nothing"]) is None


def leaves(content, place=()):
    """Every key of a file that stands in a line of its own."""
    for key, value in content.items():
        yield (*place, key)
        if isinstance(value, dict):
            yield from leaves(value, (*place, key))
        elif isinstance(value, list):
            for k, row in enumerate(value):
                if isinstance(row, dict):
                    yield from leaves(row, (*place, key, str(k)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_key_of_every_scenario_is_found_in_its_line(file):
    text = file.read_text(encoding="utf-8")
    lines, found = text.splitlines(), lines_of_keys(text)
    for place in leaves(tomllib.loads(text)):
        line = line_of(found, place)
        assert line is not None
        if place in found:
            shown = lines[line - 1].replace('"', "")
            assert shown.strip().startswith("[") or place[-1] in shown.partition("=")[0]


def test_faults_of_the_file_get_its_lines_and_no_others(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TEXT, encoding="utf-8")

    def fault(**where):
        return Fault("wrong", "x", "y", "z", **where)

    there = fault(file=str(path), column="a.rows.1.name")
    others = [fault(file="b.csv", column="a"), fault(file=str(path)), fault(column="a")]
    assert [one.row for one in with_lines([there, *others], path)] == [22, None, None, None]
    assert with_lines([there], tmp_path / "gone.toml") == [there]
    said = r"mine\.toml, line 22, column 'a\.rows\.1\.name'"
    with pytest.raises(InputError, match=said), naming_lines(path):
        raise InputError([there])
    elsewhere = fault(file="scenario", column="a.rows.1.name")
    with pytest.raises(InputError, match=said), naming_lines(path, known_as="scenario"):
        raise InputError([elsewhere])
