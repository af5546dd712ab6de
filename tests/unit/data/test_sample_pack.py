"""The bundled sample pack: reproducible, calibrated, consistent, and openly synthetic."""

import csv
import hashlib
import subprocess
import sys
import tomllib

import numpy as np
import pytest

from tanshi.data.sample_pack import PACK_FOLDER, SEED, build_pack
from tanshi.data.sample_pack.provinces import PUBLISHED, Moments, bisect, calibrate

PANEL = "sample_panel_2013_2018.csv"
ACCOUNTS = "sample_accounts_2000_2018.csv"
ENERGY = "sample_energy_2000_2018.csv"
INPUT_OUTPUT = "io_sample_42.csv"
# Columns after those of the sectors: intermediate use, final uses, their sum, gross output.
USES = ["TIU", "FU101", "FU102", "THC", "FU103", "TC", "FU201", "FU202", "EX", "TFU", "GO"]
GO = 42 + USES.index("GO")

# Zhang & Chang (2025), Table 2: mean, standard deviation, maximum, minimum as printed
# (capital and GDP in 1e8 CNY, emissions in 1e4 t, labour in 1e4 persons).
TABLE_2 = {
    "labour": ("982.24", "827.48", "4585.20", "66.50"),
    "capital": ("99997.86", "66055.96", "322642.40", "9411.42"),
    "gdp": ("20865.35", "15542.22", "69495.45", "1953.57"),
    "co2": ("45637.29", "31577.63", "156469.65", "5846.52"),
}

# IPCC 2006 energy-based factors: t CO2 per t; for gas 1e4 t CO2 per 1e8 m3.
CARBON = {
    "coal": 20.908 * 98.3 / 1000,
    "coke": 28.435 * 107 / 1000,
    "crude": 41.816 * 73.3 / 1000,
    "gasoline": 43.070 * 69.3 / 1000,
    "kerosene": 43.070 * 71.5 / 1000,
    "diesel": 42.652 * 74.1 / 1000,
    "fueloil": 41.816 * 77.4 / 1000,
    "gas": 21.840291,
}


def read(name):
    with (PACK_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def province_table(name):
    """Return the provinces, the years and each column as (province, year)."""
    header, *rows = read(name)
    assert header[:2] == ["province", "year"]
    provinces = sorted({row[0] for row in rows})
    years = sorted({int(row[1]) for row in rows})
    keys = [(row[0], int(row[1])) for row in rows]
    assert keys == [(province, year) for province in provinces for year in years]
    numbers = np.array([[float(cell) for cell in row[2:]] for row in rows])
    shaped = numbers.reshape(len(provinces), len(years), -1)
    return provinces, years, {name: shaped[:, :, i] for i, name in enumerate(header[2:])}


@pytest.fixture(scope="module")
def panel():
    return province_table(PANEL)[2]


@pytest.fixture(scope="module")
def accounts():
    return province_table(ACCOUNTS)[2]


@pytest.fixture(scope="module")
def manifest():
    return tomllib.loads((PACK_FOLDER / "manifest.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def table():
    """Return the header and each row's cells after Origin by (code, origin)."""
    header, *rows = read(INPUT_OUTPUT)
    return header, {(row[0], row[3]): row[4:] for row in rows}


@pytest.fixture(scope="module")
def blocks(table):
    """Return the domestic and the import rows as integer arrays (42, 53)."""
    _, rows = table
    codes = [f"{number:02d}" for number in range(1, 43)]
    return tuple(
        np.array([[int(cell) for cell in rows[code, origin]] for code in codes])
        for origin in ("Domestic", "Imports")
    )


def test_script_reproduces_the_committed_bytes(tmp_path):
    command = [sys.executable, "-m", "tanshi.data.sample_pack", str(tmp_path / "new" / "pack")]
    subprocess.run(command, check=True, capture_output=True)
    written = {path.name: path.read_bytes() for path in (tmp_path / "new" / "pack").iterdir()}
    committed = {path.name: path.read_bytes() for path in PACK_FOLDER.iterdir()}
    assert written == committed


def test_script_refuses_what_is_not_one_folder(tmp_path):
    for arguments in (["--help"], ["a", "b"]):
        command = [sys.executable, "-m", "tanshi.data.sample_pack", *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 2
        assert "usage" in done.stderr
    assert not list(tmp_path.iterdir())


def test_another_seed_gives_other_figures_with_the_same_moments():
    other = build_pack(SEED + 1)
    header, *rows = list(csv.reader(other[PANEL].decode().splitlines()))
    assert other[PANEL] != (PACK_FOLDER / PANEL).read_bytes()
    for name, (mean, deviation, _, _) in TABLE_2.items():
        values = np.array([float(row[header.index(name)]) for row in rows])
        assert f"{values.mean():.2f}" == mean
        assert f"{values.std():.2f}" == deviation


@pytest.mark.parametrize("name", TABLE_2)
def test_moments_equal_zhang_and_chang_2025_table_2(panel, name):
    values = panel[name]
    found = (values.mean(), values.std(), values.max(), values.min())
    assert tuple(f"{number:.2f}" for number in found) == TABLE_2[name]


def test_panel_has_thirty_provinces_and_six_years():
    provinces, years, columns = province_table(PANEL)
    assert len(provinces) == 30
    assert years == list(range(2013, 2019))
    assert "Tibet" not in provinces
    assert {"Inner Mongolia", "Shaanxi", "Shanxi"} < set(provinces)
    assert all((values > 0).all() for values in columns.values())


@pytest.mark.parametrize("name", [ACCOUNTS, ENERGY])
def test_long_tables_cover_the_panel_provinces_from_2000(name):
    provinces, years, columns = province_table(name)
    assert provinces == province_table(PANEL)[0]
    assert years == list(range(2000, 2019))
    assert all((values > 0).all() for values in columns.values())


def test_relations_between_variables_are_economically_sensible(panel):
    def correlation(one, other):
        return np.corrcoef(panel[one].ravel(), panel[other].ravel())[0, 1]

    assert 0.8 < correlation("capital", "gdp") < 0.96
    assert 0.7 < correlation("labour", "gdp") < 0.95
    assert 0.5 < correlation("co2", "gdp") < 0.8
    intensity = panel["co2"] / panel["gdp"]
    assert (intensity[:, -1] < intensity[:, 0]).all()
    assert intensity.max() / intensity.min() > 5


def test_energy_provinces_emit_more_per_output_than_metropolises(panel):
    provinces = province_table(PANEL)[0]
    intensity = dict(zip(provinces, (panel["co2"] / panel["gdp"])[:, -1], strict=True))
    energy = [intensity[p] for p in ("Shanxi", "Inner Mongolia", "Ningxia", "Xinjiang")]
    services = [intensity[p] for p in ("Beijing", "Shanghai", "Guangdong", "Zhejiang")]
    assert min(energy) > 2 * max(services)


def test_panel_output_is_2013_output_chained_by_the_volume_index(panel, accounts):
    chain = np.hstack([np.ones((30, 1)), np.cumprod(accounts["gdp_index"][:, 14:] / 100, axis=1)])
    np.testing.assert_allclose(panel["gdp"], accounts["gdp_nominal"][:, 13:14] * chain, rtol=1e-6)
    np.testing.assert_array_equal(panel["gdp_nominal"], accounts["gdp_nominal"][:, 13:])
    np.testing.assert_allclose(panel["gdp_paperlike"], panel["gdp_nominal"] / chain, rtol=1e-6)


def test_panel_capital_is_the_perpetual_inventory_of_investment(panel, accounts):
    price = np.cumprod(accounts["investment_price"] / 100, axis=1)
    real = accounts["investment"] / (price / price[:, 13:14])
    growth = (real[:, 1:11] / real[:, :10] - 1).mean(axis=1)
    stocks = [real[:, 0] / (growth + 0.06)]
    for year in range(1, 19):
        stocks.append(real[:, year] + 0.94 * stocks[-1])
    np.testing.assert_allclose(panel["capital"], np.array(stocks[13:]).T, rtol=1e-6)


def test_past_growth_and_investment_are_plausible(accounts):
    assert accounts["gdp_index"].min() > 102
    assert accounts["gdp_index"].max() < 118
    share = accounts["investment"] / accounts["gdp_nominal"]
    assert share.min() > 0.2
    assert share.max() < 1.6
    yearly = accounts["investment"][:, 1:] / accounts["investment"][:, :-1]
    assert yearly.min() > 0.85
    assert yearly.max() < 1.5


def test_panel_emissions_are_fuels_times_factors(panel):
    fuels = province_table(ENERGY)[2]
    assert set(fuels) == set(CARBON)
    emissions = sum(CARBON[fuel] * quantity for fuel, quantity in fuels.items())
    np.testing.assert_allclose(panel["co2"], emissions[:, 13:], rtol=1e-6)


def test_variants_differ_plausibly_from_the_main_series(panel):
    ratio = 100 * panel["co2_inventory_mt"] / panel["co2"]
    assert 0.75 < ratio.mean() < 0.85
    assert ratio.min() > 0.5
    assert ratio.max() < 1.1
    assert ratio.std() > 0.02
    urban = panel["labour_urban_units"] / panel["labour"]
    assert urban.min() > 0.2
    assert urban.max() < 1


def test_table_layout_is_the_non_competitive_one(table):
    header, rows = table
    codes = [f"{number:02d}" for number in range(1, 43)]
    totals = ["TII", "VA001", "VA002", "VA003", "VA004", "TVA", "TI"]
    assert header[:4] == ["Code", "Description", "DescriptionInChinese", "Origin"]
    assert header[4:46] == codes
    assert header[46:] == USES
    expected = [(code, origin) for origin in ("Domestic", "Imports") for code in codes]
    assert list(rows) == expected + [(code, "TOT") for code in totals]
    for (code, _), cells in rows.items():
        blank = [i for i, cell in enumerate(cells) if cell == ""]
        assert blank == (list(range(43, 53)) if code in totals[1:] else [])


def test_rows_of_the_table_add_up(blocks):
    for block in blocks:
        use = dict(zip(USES, block[:, 42:].T, strict=True))
        np.testing.assert_array_equal(block[:, :42].sum(axis=1), use["TIU"])
        np.testing.assert_array_equal(use["FU101"] + use["FU102"], use["THC"])
        np.testing.assert_array_equal(use["THC"] + use["FU103"], use["TC"])
        final = use["TC"] + use["FU201"] + use["FU202"] + use["EX"]
        np.testing.assert_array_equal(final, use["TFU"])
        np.testing.assert_array_equal(use["TIU"] + use["TFU"], use["GO"])


def test_columns_of_the_table_add_up(table, blocks):
    domestic, imports = blocks
    total = {code: cells for (code, origin), cells in table[1].items() if origin == "TOT"}
    inputs = [int(cell) for cell in total["TII"]]
    np.testing.assert_array_equal((domestic + imports).sum(axis=0), inputs)
    numbers = {code: np.array([int(cell) for cell in cells[:43]]) for code, cells in total.items()}
    parts = sum(numbers[f"VA00{number}"] for number in range(1, 5))
    np.testing.assert_array_equal(parts, numbers["TVA"])
    np.testing.assert_array_equal(numbers["TII"] + numbers["TVA"], numbers["TI"])
    np.testing.assert_array_equal(numbers["TI"][:42], domestic[:, GO])
    for values in numbers.values():
        assert values[:42].sum() == values[42]


def test_income_equals_expenditure(table, blocks):
    domestic, imports = blocks
    value_added = int(table[1]["TVA", "TOT"][42])
    assert value_added == domestic[:, GO - 1].sum() - imports[:, 42].sum()


def test_structure_of_the_table_is_plausible(blocks):
    domestic, imports = blocks
    output = domestic[:, GO]
    used = (domestic[:, :42] + imports[:, :42]).sum(axis=0) / output
    assert used.min() > 0.3
    assert used.max() < 0.85
    power = domestic[23, :42] / output
    assert power.min() > 0.001
    assert power[13] > 2 * power[31]
    assert 0.3 < (domestic[:, :42] == 0).mean() < 0.7
    import_share = imports[:, GO] / (imports[:, GO] + output)
    assert import_share[[23, 26]].max() == 0
    assert import_share[2] > 0.3


def test_consumers_of_the_table_buy_plausible_things(blocks):
    both = sum(blocks)
    rural, urban, households, government, total = both[:, 43:48].sum(axis=0)
    assert 0.15 < rural / households < 0.25
    assert 0.15 < government / total < 0.35
    share = both[:, 43:45] / (rural, urban)
    # Food and electricity weigh more in the country, finance in towns.
    assert (share[[0, 5, 23], 0] > share[[0, 5, 23], 1]).all()
    assert share[31, 0] < share[31, 1]
    # Public administration is bought by nobody but the government.
    assert both[41, 45] == 0
    assert both[41, 46] > 0


def test_only_inventories_and_net_taxes_are_ever_negative(table, blocks):
    header, rows = table
    domestic, imports = blocks
    inventories = header.index("FU202") - 4
    assert (domestic[:, inventories] < 0).any()
    assert (np.delete(domestic, inventories, axis=1) >= 0).all()
    assert (imports >= 0).all()
    negative = {
        code
        for (code, origin), cells in rows.items()
        if origin == "TOT" and any(cell.startswith("-") for cell in cells)
    }
    assert negative == {"VA002"}
    assert int(rows["VA002", "TOT"][0]) < 0


def test_manifest_says_that_the_pack_is_synthetic(manifest):
    assert manifest["name"] == "sample"
    assert manifest["synthetic"] is True
    assert "synthetic" in manifest["title"].lower()
    assert manifest["warnings"][0].startswith("Synthetic data")
    assert all("synthetic" in file["source"] for file in manifest["file"])


def test_manifest_lists_every_file_with_its_hash(manifest):
    listed = {file["path"]: file["sha256"] for file in manifest["file"]}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in PACK_FOLDER.iterdir()
        if path.name != "manifest.toml"
    }
    assert listed == found


def test_manifest_describes_every_column_of_the_province_tables(manifest):
    for file in manifest["file"]:
        if file["path"] != INPUT_OUTPUT:
            described = [column["name"] for column in file["column"]]
            assert described == read(file["path"])[0]
    roles = {c["name"]: c["role"] for c in manifest["file"][0]["column"]}
    assert roles["gdp"] == "output"
    assert roles["co2"] == "emissions"
    assert roles["co2_inventory_mt"] == "emissions variant"
    assert roles["labour_urban_units"] == "labour variant"
    assert [name for name, role in roles.items() if role == "output variant"] == [
        "gdp_paperlike",
        "gdp_nominal",
    ]


def test_calibration_keeps_the_order_of_all_values():
    raw = np.random.default_rng(1).random((30, 6)) ** 2
    mapped = calibrate(raw, PUBLISHED["gdp"])
    assert (np.diff(mapped.ravel()[np.argsort(raw.ravel())]) >= 0).all()


def test_calibration_refuses_moments_that_no_map_reaches():
    target = Moments(mean=0.5, deviation=0.6, maximum=1.0, minimum=0.0)
    with pytest.raises(ArithmeticError, match="cannot be calibrated"):
        calibrate(np.linspace(0, 1, 50), target)


def test_bisect_finds_a_zero_to_the_last_bit():
    assert bisect(lambda x: x * x - 2, 0.0, 2.0) == pytest.approx(2**0.5, abs=1e-15)
