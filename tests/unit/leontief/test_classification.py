"""42 sectors, and 153 within them."""

import polars as pl
import pytest

from tanshi.leontief.classification import (
    detailed_codes,
    load_detailed_sectors,
    product_groups,
    sectors_above,
    sectors_within,
    table_concordance,
)

CODES_42 = tuple(f"{number:02d}" for number in range(1, 43))
CODES_153 = tuple(f"{number:03d}" for number in range(1, 154))


def test_the_runs_cover_all_153_sectors_in_order_and_once():
    assert tuple(load_detailed_sectors()) == CODES_42
    assert detailed_codes() == CODES_153


@pytest.mark.china
def test_outputs_within_a_sector_add_up_to_its_own(china_pack_path):
    outputs = []
    for size in (42, 153):
        table = pl.read_csv(
            china_pack_path / f"io_china_2020_{size}.csv", infer_schema_length=None
        ).head(size)
        outputs.append(dict(table.select("Code", pl.col("GO").cast(pl.Float64)).iter_rows()))
    of_42, of_153 = (
        {f"{int(c):0{w}d}": v for c, v in o.items()} for o, w in zip(outputs, (2, 3), strict=True)
    )
    for code, inside in load_detailed_sectors().items():
        assert sum(of_153[inner] for inner in inside) == pytest.approx(of_42[code], rel=1e-12)


def test_a_sector_is_itself_in_its_table_and_a_run_in_the_detailed_one():
    assert sectors_within("14", CODES_42) == ("14",)
    assert sectors_within("14", CODES_153) == ("061", "062", "063", "064", "065")
    assert sectors_within("24", CODES_153) == ("100",)


@pytest.mark.parametrize("codes", [("024", "025"), CODES_153[:-1], ("a", "b")])
def test_in_another_table_a_sector_is_nowhere(codes):
    assert sectors_within("24", codes) == ()
    assert sectors_above(codes) == {}


def test_above_a_detailed_sector_is_the_one_it_is_within():
    above = sectors_above(CODES_153)
    assert len(above) == 153
    assert (above["100"], above["123"]) == ("24", "30")


def test_a_concordance_follows_the_table():
    concordance = {"trade and catering": ["28", "30"], "homes": []}
    assert table_concordance(concordance, CODES_42) == {
        "trade and catering": ("28", "30"),
        "homes": (),
    }
    assert table_concordance(concordance, CODES_153) == {
        "trade and catering": ("109", "110", "123", "124"),
        "homes": (),
    }


def test_every_product_of_both_tables_has_a_group():
    of_42, of_153 = product_groups(CODES_42), product_groups(CODES_153)
    assert len(set(of_42)) == len(set(of_153)) == 9
    assert of_42[CODES_42.index("24")] == of_153[CODES_153.index("100")] == "electricity and heat"


def test_the_153_products_tell_medicines_from_plastics():
    groups = dict(zip(CODES_153, product_groups(CODES_153), strict=True))
    assert (groups["050"], groups["053"]) == ("health care", "household goods")


def test_other_products_have_no_group():
    assert product_groups(("a", "24")) is None
