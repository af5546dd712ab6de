"""Manifests: what they say, and every way they can be wrong."""

import hashlib

import pytest

from tanshi.core import InputError
from tanshi.data import Note, load_pack, load_sample_pack
from tanshi.data.unit_text import extrapolated_years_of, scale_of

CONTENT = b"province,year,gdp\nAnhui,2013,1\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
HEAD = 'name = "mine"\ntitle = "A pack"\nsynthetic = false\n'
FILE = f'[[file]]\npath = "panel.csv"\nrole = "panel"\nsha256 = "{DIGEST}"\n'
COLUMN = '[[file.column]]\nname = "gdp"\nrole = "output"\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "panel.csv").write_bytes(CONTENT)
    (tmp_path / "outside.csv").write_bytes(CONTENT)
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "panel.csv").write_bytes(CONTENT)
    return pack


def load(folder, manifest):
    (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
    return load_pack(folder)


def faults_of(folder, manifest):
    with pytest.raises(InputError) as error:
        load(folder, manifest)
    return error.value.faults


def test_a_pack(folder):
    text = HEAD + 'warnings = ["Preliminary."]\n' + FILE + COLUMN + 'unit = "1e8 CNY; a; b"\n'
    pack = load(folder, text)
    assert (pack.name, pack.title, pack.synthetic) == ("mine", "A pack", False)
    assert pack.folder == folder
    assert pack.sha256 == hashlib.sha256(text.encode()).hexdigest()
    file = pack.file(role="panel")
    assert pack.find("panel") == (file,)
    assert (file.path, file.location, file.sha256) == ("panel.csv", folder / "panel.csv", DIGEST)
    assert (file.title, file.source, file.licence) == ("", "", "")
    column = pack.column(file, "gdp")
    assert (column.role, column.unit, column.note) == ("output", "1e8 CNY", "a; b")
    assert (column.scale, column.extrapolated_years) == (1e8, ())
    assert pack.column(file, "year") is None
    assert pack.notes_for(file, ["year", "gdp"]) == (Note("", "Preliminary."), Note("gdp", "a; b"))


def test_explicit_scale_and_years_win_over_the_unit_text(folder):
    keys = 'unit = "1e8 CNY; 2012 extrapolated"\nscale = 1e4\nextrapolated_years = [2013, 2014]\n'
    pack = load(folder, HEAD + FILE + COLUMN + keys)
    column = pack.files[0].columns[0]
    assert (column.scale, column.extrapolated_years) == (1e4, (2013, 2014))


def test_years_without_a_note_are_carried_all_the_same(folder):
    pack = load(folder, HEAD + FILE + COLUMN + "extrapolated_years = [2013, 2014]\n")
    assert pack.notes_for(pack.files[0], ["gdp"]) == (
        Note("gdp", "extrapolated: 2013, 2014", (2013, 2014)),
    )


def test_variants(folder):
    other = COLUMN.replace('"gdp"', '"gdp_nom"').replace('"output"', '"output variant"')
    pack = load(folder, HEAD + FILE + COLUMN + other)
    assert [column.name for column in pack.variants(pack.files[0], "output")] == ["gdp_nom"]
    assert pack.files[0].headers_for("output") == ("gdp",)


def test_a_role_that_no_file_or_two_files_have(folder):
    (folder / "b.csv").write_bytes(CONTENT)
    pack = load(folder, HEAD + FILE + FILE.replace("panel.csv", "b.csv"))
    assert len(pack.find("panel")) == 2
    with pytest.raises(InputError, match="2 files with the role 'panel'"):
        pack.file(role="panel")
    with pytest.raises(InputError, match="no files with the role 'energy'"):
        pack.file(role="energy")


BROKEN = {
    "not TOML": (
        "name = \ntitle",
        "damaged manifest", 1, "", "at line 1", "a TOML file in UTF-8", "mend"),
    "unknown key": (
        HEAD + 'warning = ["x"]\n' + FILE,
        "unknown key", None, "warning", "'warning'", "warnings", "did you mean 'warnings'?",
    ),
    "unknown key of a file": (
        HEAD + FILE + 'license = "x"\n',
        "unknown key", None, "file 'panel.csv', license", "'license'", "licence", "'licence'?",
    ),
    "unknown key of a column": (
        HEAD + FILE + COLUMN + 'units = "t"\n',
        "unknown key", None, "file 'panel.csv', column 'gdp', units", "'units'", "unit", "'unit'?",
    ),
    "unlike any key": (HEAD + "xyz = 1\n" + FILE, "unknown key", None, "xyz", "", "", "delete"),
    "missing key": (
        HEAD.replace('title = "A pack"\n', "") + FILE,
        "missing key", None, "title", "nothing", "a value", "add 'title = …'",
    ),
    "nameless column": (
        HEAD + FILE + '[[file.column]]\nrole = "x"\n',
        "missing key", None, "file 'panel.csv', column number 1, name", "nothing", "", "add",
    ),
    "no file": (HEAD, "missing key", None, "file", "nothing", "", "add 'file = …'"),
    "empty list of files": (HEAD + "file = []\n", "wrong value", None, "file", "[]", "1 item", ""),
    "wrong type": (
        HEAD.replace("false", '"no"') + FILE,
        "wrong value", None, "synthetic", "'no'", "boolean", "correct 'synthetic'",
    ),
    "file is no table": (HEAD + "file = 3\n", "wrong value", None, "file", "3", "list", "correct"),
    "scale of zero": (
        HEAD + FILE + COLUMN + "scale = 0.0\n",
        "wrong value", None, "file 'panel.csv', column 'gdp', scale", "0.0", "greater than 0", "",
    ),
    "infinite scale": (
        HEAD + FILE + COLUMN + "scale = inf\n",
        "wrong value", None, "file 'panel.csv', column 'gdp', scale", "inf", "finite", "",
    ),
    "year out of range": (
        HEAD + FILE + COLUMN + "extrapolated_years = [2013, 18]\n",
        "wrong value", None, "file 'panel.csv', column 'gdp', extrapolated_years number 2", "18",
        "1000", "",
    ),
    "no hash": (
        HEAD + FILE.replace(DIGEST, "abc"),
        "wrong value", None, "file 'panel.csv', sha256", "'abc'", "64 hexadecimal digits", "",
    ),
    "wrong hash": (
        HEAD + FILE.replace(DIGEST, "0" * 64),
        "file differs from the manifest", None, "panel.csv", DIGEST, "0" * 64, "restore the file",
    ),
    "file not there": (
        HEAD + FILE.replace("panel.csv", "gone.csv"),
        "file of the pack cannot be read", None, "gone.csv", "No such file", "'gone.csv'", "copy",
    ),
    "folder": (
        HEAD + FILE.replace("panel.csv", "."),
        "file of the pack cannot be read", None, ".", "Is a directory", "", "",
    ),
    "path upwards": (
        HEAD + FILE.replace("panel.csv", "../outside.csv"),
        "path outside the pack", None, "../outside.csv", "../outside.csv", "a relative", "move",
    ),
    "absolute path": (
        HEAD + FILE.replace("panel.csv", "/etc/hostname"),
        "path outside the pack", None, "/etc/hostname", "/etc/hostname", "inside the pack", "move",
    ),
    "backslashes": (
        HEAD + FILE.replace('"panel.csv"', "'sub\\panel.csv'"),
        "path outside the pack", None, "sub\\panel.csv", "sub\\panel.csv", "forward slashes", "",
    ),
    "file listed twice": (
        HEAD + FILE + FILE.replace("panel.csv", "./panel.csv"),
        "file listed more than once", None, "panel.csv", "2 entries", "one [[file]]", "delete",
    ),
    "column described twice": (
        HEAD + FILE + COLUMN + COLUMN,
        "column described more than once", None, "gdp", "2 entries for 'gdp' of 'panel.csv'",
        "one [[file.column]]", "delete",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_manifest_is_reported(folder, name):
    manifest, what, row, column, found, allowed, remedy = BROKEN[name]
    (fault,) = faults_of(folder, manifest)
    assert (fault.what, fault.row, fault.column) == (what, row, column)
    assert fault.file == str(folder / "manifest.toml")
    assert found in fault.found
    assert allowed in fault.allowed
    assert remedy in fault.remedy


def test_a_link_out_of_the_pack_is_refused(folder):
    (folder / "link.csv").symlink_to(folder.parent / "outside.csv")
    (fault,) = faults_of(folder, HEAD + FILE.replace("panel.csv", "link.csv"))
    assert fault.what == "path outside the pack"


def test_all_faults_of_a_manifest_come_out_at_once(folder):
    manifest = (
        HEAD.replace("title", "titel")
        + FILE.replace(DIGEST, "0" * 64)
        + COLUMN
        + "scale = -1.0\n"
        + FILE.replace("panel.csv", "gone.csv")
    )
    found = sorted(fault.what for fault in faults_of(folder, manifest))
    assert found == [
        "file differs from the manifest",
        "file of the pack cannot be read",
        "missing key",
        "unknown key",
        "wrong value",
    ]


def test_a_manifest_in_another_encoding_is_refused(folder):
    (folder / "manifest.toml").write_bytes('name = "包"'.encode("gbk"))
    with pytest.raises(InputError, match="damaged manifest"):
        load_pack(folder)


def test_a_folder_without_a_manifest_is_no_pack(tmp_path):
    with pytest.raises(InputError, match=r"a folder with a manifest\.toml"):
        load_pack(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("unit", "scale"),
    [
        ("1e8 CNY at 2013 prices", 1e8),
        ("1e4 t", 1e4),
        ("1e6 t", 1e6),
        ("1e4 persons", 1e4),
        ("1e4 CNY, producer prices", 1e4),
        ("1e8 kWh", 1e8),
        ("10000 t", 1e4),
        ("t", 1.0),
        ("Mt", 1e6),
        ("亿元", 1e8),
        ("万人", 1e4),
        ("previous year = 100", None),
        ("2013 prices", None),
        ("name", None),
        ("", None),
    ],
)
def test_scales(unit, scale):
    assert scale_of(unit) == scale


@pytest.mark.parametrize(
    ("note", "years"),
    [
        ("the 2018 value rests on an EXTRAPOLATED investment (2017 + 5.9 %)", (2018,)),
        ("IPCC 2006; 2018 Extrapolated from 2017", (2018,)),
        ("as of 2018; extrapolated", (2018,)),
        ("extrapolated", ()),
        ("blank in 2018 (not published)", ()),
    ],
)
def test_extrapolated_years(note, years):
    assert extrapolated_years_of(note) == years


def test_the_sample_pack_is_synthetic_and_complete():
    pack = load_sample_pack()
    assert pack.synthetic
    assert pack.warnings
    file = pack.file(role="panel")
    for role in ("unit", "time", "labour", "capital", "output", "emissions"):
        assert len(file.headers_for(role)) == 1
    for role in ("labour", "capital", "output", "emissions"):
        assert pack.column(file, *file.headers_for(role)).scale in {1e4, 1e8}
    assert pack.find("accounts")
    assert pack.find("energy")
    assert pack.find("input_output")


@pytest.mark.china
def test_the_china_manifest(china_pack_path):
    pack = load_pack(china_pack_path)
    assert (pack.name, pack.synthetic, len(pack.files)) == ("china", False, 7)
    file = pack.file(role="panel")
    extrapolated = {c.name: c.extrapolated_years for c in file.columns if c.extrapolated_years}
    assert extrapolated == {"K_pim6": (2018,), "co2_ipcc_8fuel_1e4t": (2018,)}
    scales = {column.name: column.scale for column in file.columns}
    assert scales["emp_private_self"] == scales["co2_ipcc_8fuel_1e4t"] == 1e4
    assert scales["K_pim6"] == scales["gdp_2013p"] == 1e8
    assert scales["co2_ceads_mt"] == 1e6
    variants = [column.name for column in pack.variants(file, "output")]
    assert variants == ["gdp_paperlike", "gdp_nom"]
    notes = pack.notes_for(file, ["K_pim6", "co2_ceads_mt"])
    assert [(note.column, note.years) for note in notes] == [
        ("K_pim6", (2018,)),
        ("co2_ceads_mt", ()),
    ]
