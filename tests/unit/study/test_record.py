"""A record goes on from where it was, and refuses what was not asked for."""

import polars as pl
import pytest

from tanshi.core import InputError, OutputError
from tanshi.study.record import Record

TABLE = pl.DataFrame({"a": [1.0, 2.0]})


def test_parts_are_kept_for_the_same_request(tmp_path):
    folder = tmp_path / "new" / ".out-sweep"
    record = Record(folder, {"values": (1, 2)})
    assert not record.has("one")
    record.keep("one", TABLE)
    again = Record(folder, {"values": (1, 2)})
    assert again.has("one")
    assert again.kept("one").equals(TABLE)
    assert {file.name for file in folder.iterdir()} == {"record.json", "one.parquet"}
    again.remove()
    assert not folder.exists()


def test_another_request_is_refused_with_what_differs_and_what_to_do(tmp_path):
    Record(tmp_path / "kept", {"seed": 1, "values": [1]}).keep("one", TABLE)
    with pytest.raises(InputError) as refused:
        Record(tmp_path / "kept", {"seed": 2, "values": [1]})
    (fault,) = refused.value.faults
    assert fault.found.endswith("with another seed")
    assert "--anew" in fault.remedy
    assert Record(tmp_path / "kept", {"seed": 1, "values": [1]}).has("one")
    anew = Record(tmp_path / "kept", {"seed": 2, "values": [1]}, anew=True)
    assert not anew.has("one")


def test_another_version_is_another_request(tmp_path, monkeypatch):
    Record(tmp_path / "kept", {})
    monkeypatch.setattr("tanshi.study.record.version", lambda _: "9.9.9")
    with pytest.raises(InputError, match="another tanshi_version"):
        Record(tmp_path / "kept", {})


def test_a_place_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="choose another --out"):
        Record(tmp_path / "file" / "kept", {})
    record = Record(tmp_path / "kept", {})

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OutputError, match="No space left on device"):
        record.keep("one", TABLE)
    assert not record.has("one")
