"""How the source is written: no exemptions, small doors, short files, few needs."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "src" / "tanshi"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(file.parent for file in PACKAGE.glob("*/__init__.py"))
GUARDED = ("src", "tests", "performance", "simulation", "dev.py", ".ci")

# In parts, so that this file does not hold what it forbids.
EXEMPTIONS = ("no" + "qa", "type: " + "ignore", "pragma: " + "no cover", "|| " + "true")


def own_files(texts):
    return [
        (path, text)
        for path, text in texts
        if path.parts[0] in GUARDED and "vendor" not in path.parts
    ]


@pytest.fixture(scope="module")
def own_trees(project_texts):
    files = own_files(project_texts)
    return [(path, ast.parse(text)) for path, text in files if path.suffix == ".py"]


def test_no_exemption_from_a_check(project_texts):
    files = own_files(project_texts)
    assert len(files) > 80
    found = [(str(path), word) for path, text in files for word in EXEMPTIONS if word in text]
    assert found == []


def test_no_bare_except(own_trees):
    bare = [
        f"{path}:{node.lineno}"
        for path, tree in own_trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


def test_no_assertion_of_a_constant(own_trees):
    empty = [
        f"{path}:{node.lineno}"
        for path, tree in own_trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant | ast.Tuple)
    ]
    assert empty == []


def test_the_package_itself_asserts_nothing(own_trees):
    # python -O would take such a check away.
    found = [
        f"{path}:{node.lineno}"
        for path, tree in own_trees
        if path.parts[0] == "src"
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def called(function):
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return {ast.unparse(call.func).rpartition(".")[2] for call in calls}


def checks_something(function, checking=frozenset()):
    """Whether a function asserts, expects an error, or calls one of those that do."""
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(function))
    names = called(function)
    return (
        asserts
        or bool(names & checking)
        or any(name.startswith("assert_") or name in {"raises", "warns", "fail"} for name in names)
    )


def idle_tests(tree):
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    checking = frozenset(node.name for node in functions if checks_something(node))
    tests = [node for node in functions if node.name.startswith("test_")]
    return [test.name for test in tests if not checks_something(test, checking)]


def test_an_idle_test_is_found():
    source = "def check(x):\n assert x\ndef test_a():\n check(1)\ndef test_b():\n print(1)\n"
    assert idle_tests(ast.parse(source)) == ["test_b"]


def test_every_test_checks_something(own_trees):
    idle = [
        f"{path}:{name}"
        for path, tree in own_trees
        if path.parts[0] == "tests"
        for name in idle_tests(tree)
    ]
    assert idle == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_has_one_small_door(room):
    tree = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    lists = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    exported = lists[0] if lists else []
    assert len(exported) <= 10
    assert imported - {"annotations"} <= set(exported)


def test_every_room_stands_in_the_import_rules():
    rules = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = rules["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {room.strip() for layer in layers for room in layer.split("|")}
    assert {f"tanshi.{room.name}" for room in ROOMS} <= named


def test_no_module_is_over_400_lines():
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}
    assert len(lines) > 50
    assert {file for file, count in lines.items() if count > 400} == set()


def test_dev_py_needs_the_standard_library_only():
    tree = ast.parse((PROJECT / "dev.py").read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported
    assert imported <= sys.stdlib_module_names


def test_ci_runs_the_one_test_command_and_stops_at_the_first_failure():
    file = PROJECT / ".ci" / "run"
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert re.fullmatch(r"(exec )?python3 dev\.py test", lines[-1])
    assert file.stat().st_mode & 0o111
