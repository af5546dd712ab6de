"""An output folder is written whole or not at all."""

import os
import stat
import tempfile

import pytest

import tanshi.report.folder as folder_module
from tanshi.core import OutputError
from tanshi.report.folder import check_folder, whole_folder


def write(path, *names, error=None):
    """Write files that say "new" through a draft; raise an error at the end if given one."""
    with whole_folder(path) as draft:
        for name in names:
            (draft / name).parent.mkdir(exist_ok=True)
            (draft / name).write_text("new")
        if error is not None:
            raise error


def contents(path):
    return {
        str(file.relative_to(path)): file.read_text() for file in path.rglob("*") if file.is_file()
    }


def test_a_new_folder_is_made_with_its_parents(tmp_path):
    target = tmp_path / "a" / "b" / "out"
    write(str(target), "one.txt")
    assert contents(tmp_path) == {"a/b/out/one.txt": "new"}
    assert stat.S_IMODE(target.stat().st_mode) == 0o755


def test_a_folder_that_is_there_keeps_foreign_files_and_has_its_own_replaced(tmp_path):
    target = tmp_path / "out"
    (target / "tables").mkdir(parents=True)
    (target / "notes.txt").write_text("mine")
    (target / "one.txt").write_text("old")
    (target / "tables" / "own.csv").write_text("mine")
    write(target, "one.txt", "tables/a.csv")
    assert contents(tmp_path) == {
        "out/notes.txt": "mine",
        "out/one.txt": "new",
        "out/tables/own.csv": "mine",
        "out/tables/a.csv": "new",
    }


@pytest.mark.parametrize("error", [OutputError("x"), KeyError("x"), KeyboardInterrupt()])
def test_an_error_inside_leaves_nothing_not_even_the_parents(tmp_path, error):
    with pytest.raises(type(error)):
        write(tmp_path / "a" / "out", "one.txt", error=error)
    assert list(tmp_path.iterdir()) == []


def test_an_error_inside_leaves_an_old_folder_as_it_was(tmp_path):
    write(tmp_path / "out", "one.txt")
    with pytest.raises(KeyError):
        write(tmp_path / "out", "two.txt", error=KeyError("x"))
    assert contents(tmp_path) == {"out/one.txt": "new"}


def test_a_file_cannot_be_the_folder(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match=r"out is a file\. Allowed: a folder\. Remedy: .*--out"):
        write(tmp_path / "out", "one.txt")
    assert contents(tmp_path) == {"out": "mine"}


def test_a_file_cannot_be_a_parent(tmp_path):
    (tmp_path / "a").write_text("mine")
    with pytest.raises(OutputError, match=r"cannot be written: Not a directory\. Allowed"):
        write(tmp_path / "a" / "b" / "out", "one.txt")
    assert contents(tmp_path) == {"a": "mine"}


@pytest.mark.parametrize("there", ["a file", "a folder"])
def test_what_is_in_the_way_is_found_before_anything_is_replaced(tmp_path, there):
    target = tmp_path / "out"
    target.mkdir()
    (target / "a.txt").write_text("old")
    if there == "a file":
        (target / "tables").write_text("mine")
    else:
        (target / "z.txt").mkdir()
    before = contents(tmp_path)
    with pytest.raises(OutputError, match=f"is {there}, in the way"):
        write(target, "a.txt", "tables/b.csv", "z.txt")
    assert contents(tmp_path) == before


def test_a_disk_that_refuses_is_reported(tmp_path, monkeypatch):
    # Permissions do not bind every user, root least of all: the refusal is played.
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(OutputError, match=r"cannot be written: Permission denied\. .*Remedy"):
        write(tmp_path / "out", "one.txt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_parent_that_may_not_be_written_is_reported(tmp_path):
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked").chmod(0o500)
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "locked" / "out", "one.txt")
    assert list((tmp_path / "locked").iterdir()) == []


def test_a_full_disk_inside_the_block_is_reported_and_leaves_nothing(tmp_path):
    full = OSError(28, "No space left on device")
    with pytest.raises(OutputError, match=r"No space left on device\. Allowed: .*room"):
        write(tmp_path / "out", "one.txt", error=full)
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_system_without_a_text_is_still_told(tmp_path):
    with pytest.raises(OutputError, match="too long a name"):
        write(tmp_path / "out", error=OSError("too long a name"))


def test_the_draft_lies_on_the_disk_of_a_folder_that_is_there(tmp_path):
    # The folder may be a mount of its own: a file cannot be renamed into it from outside.
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    with whole_folder(tmp_path / "out") as draft:
        assert draft.resolve().parent == tmp_path / "disk"
        (draft / "one.txt").write_text("1")
    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "disk") == {"one.txt": "1"}


def test_the_present_folder_can_be_the_target(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(".", "one.txt")
    assert contents(tmp_path) == {"one.txt": "new"}


def test_a_move_that_fails_removes_the_draft(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(folder_module, "_publish", refuse)
    with pytest.raises(OutputError, match="Input/output error"):
        write(tmp_path / "out", "one.txt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["", "more/and/more"])
def test_a_place_that_cannot_be_a_folder_is_refused_before_the_work(tmp_path, below):
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    with pytest.raises(OutputError, match=r"is a file\..*Remedy"):
        check_folder(tmp_path / "file" / below)
    check_folder(tmp_path / "not yet" / below)
    check_folder(tmp_path)
    assert contents(tmp_path) == {"file": "kept"}


def test_a_folder_that_may_not_be_written_to_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="is read-only for you"):
        check_folder(tmp_path / "out")
