"""One year's update from reports: who gets which benchmark, and why."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.report.tables import write_csv
from tanshi.study import build_scenario
from tanshi.study.benchmark_reports import UpdateRequest
from tanshi.study.benchmark_update import update_benchmarks

HEADER = (
    "firm,industry,process,region,technology,output,emissions_tco2,allocation_tco2,abated_tco2,"
    "intensity_before_tco2_per_unit,intensity_first_tco2_per_unit,complaint"
)
LINES = (
    "A,power,,north,advanced,1000,780,823,20,0.81,0.81,no",
    "B,power,,north,medium,1000,815,823,10,0.83,0.83,no",
    "C,power,,south,lagging,1000,880,823,0,0.88,0.88,yes",
    "D,steel,,south,medium,500,1000,1000,20,2.05,2.05,",
)


@pytest.fixture
def reports(tmp_path):
    def write(*lines, header=HEADER):
        path = tmp_path / "reports.csv"
        path.write_text("\n".join([header, *(lines or LINES)]) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def updated(reports):
    def update(*lines, header=HEADER, section=None, **options):
        scenario = build_scenario({"benchmark": section or {}})
        request = UpdateRequest(reports=reports(*lines, header=header), **options)
        return update_benchmarks(scenario.benchmark, request)

    return update


def row_of(table, **where):
    (row,) = table.filter(**where).iter_rows(named=True)
    return SimpleNamespace(**row)


def test_need_is_emissions_and_what_was_abated(updated):
    power = row_of(updated().benchmarks, industry="power")
    assert (power.allocation_tco2, power.need_tco2) == (2469.0, 2505.0)
    assert power.balance_percent == pytest.approx(100 * 2469 / 2505)
    assert power.feedback_percent == pytest.approx(-100 * (2469 / 2505 - 0.98))
    assert power.improvement_percent == pytest.approx(100 * (1 - 2505 / 2520))
    assert power.complaint_percent == pytest.approx(100 / 3)


def test_on_verified_emissions_it_would_be_tighter(updated):
    section = {"adjustment": {"on_verified": True}}
    verified = row_of(updated(section=section).benchmarks, industry="power")
    assert verified.need_tco2 == 2475.0
    assert (
        verified.feedback_percent < row_of(updated().benchmarks, industry="power").feedback_percent
    )


def test_a_share_that_was_sold_counts_as_allocated(updated):
    section = {"allocation": {"paid_share": 0.1}}
    power = row_of(updated(section=section).benchmarks, industry="power")
    assert power.allocation_tco2 == pytest.approx(2469.0 / 0.9)


def test_the_table_of_cells_has_the_tiers_of_the_rule(updated):
    section = {"mean_preserving": False, "rule": "published_table"}
    update = updated(section=section)
    power = update.coefficients.filter(industry="power")
    assert power["tier"].to_list() == ["advanced", "medium", "lagging"]
    base = row_of(update.benchmarks, industry="power").next_benchmark_tco2_per_unit
    relative = power["next_benchmark_tco2_per_unit"].to_numpy() / base
    assert relative == pytest.approx([0.795 / 0.823, 1.0, 0.850 / 0.823])
    assert power["firms"].to_list() == [1, 1, 1]


def test_tiers_leave_the_allocation_of_an_industry_as_it_is(updated):
    update = updated(section={"adjustment": {"firm_progress": 0.0}})
    power = update.firms.filter(industry="power")
    base = row_of(update.benchmarks, industry="power").next_benchmark_tco2_per_unit
    assert power["next_benchmark_tco2_per_unit"].sum() * 1000 == pytest.approx(3000 * base)
    assert power["next_benchmark_tco2_per_unit"].is_sorted()


def test_who_leads_in_progress_gets_less(updated):
    update = updated(section={"rule": "uniform", "adjustment": {"firm_progress": 0.5}})
    factor = dict(update.firms.select("firm", "next_own_factor").rows())
    assert factor["A"] < factor["B"] < factor["C"]
    assert factor["D"] == pytest.approx(1.0)


def test_regions_are_supported_or_held_to_their_targets(updated):
    section = {
        "supported_regions": {"renewable_rich": ["north"], "energy_security": ["north", "south"]},
        "regional_targets": {"south": 0.05},
        "adjustment": {"renewable_rich_support": 0.5},
    }
    update = updated(section=section)
    north, south = (row_of(update.regions, region=name) for name in ("north", "south"))
    assert (north.supported, south.supported) == (True, False)
    assert (north.kind, south.kind) == ("renewable rich and energy security", "energy security")
    assert north.next_factor == pytest.approx(1.005)
    reached = 1 - (880 + 1000) / (880 + 1025)
    behind = (1 - reached) / 0.95 - 1
    assert south.next_factor == pytest.approx(1 - 0.5 * behind)
    assert south.reduction_percent == pytest.approx(100 * reached)


def test_a_waiting_industry_is_watched(updated):
    steel = {
        "name": "steel",
        "entities": 1,
        "emissions_tco2": 1e6,
        "benchmark_tco2_per_unit": 2.0,
        "reduction_potential": 0.06,
        "first_year": 3,
    }
    power = steel | {"name": "power", "benchmark_tco2_per_unit": 0.823, "first_year": 1}
    section = {"industries": [power, steel]}
    waiting = row_of(updated(section=section, year=2).benchmarks, industry="steel")
    assert waiting.change_percent == pytest.approx(-100 * (1 - 1020 / 1025))
    assert (waiting.watched_percent, waiting.feedback_percent) == (waiting.change_percent, 0.0)
    covered = row_of(updated(section=section, year=3).benchmarks, industry="steel")
    assert (covered.watched_percent, covered.need_tco2) == (0.0, 1020.0)


def test_the_next_update_begins_where_the_last_ended(updated, tmp_path):
    first = updated(price_cny_per_tco2=90.0, expected_price_cny_per_tco2=70.0)
    for name, table in first.tables().items():
        write_csv(table, tmp_path / f"{name}.csv")
    second = updated(year=2, last=tmp_path)
    before = second.benchmarks["benchmark_tco2_per_unit"].to_list()
    after = first.benchmarks["next_benchmark_tco2_per_unit"].to_list()
    assert before == after
    own = second.firms["benchmark_tco2_per_unit"] / first.firms["next_benchmark_tco2_per_unit"]
    assert own.to_numpy() == pytest.approx(np.ones(4), rel=1e-12)
    assert len(second.data_sha256) == 4


def test_components_switch_off(updated):
    update = updated(without=("feedback", "laggard support"))
    assert set(update.benchmarks["feedback_percent"]) == {0.0}
    rows = update.principles
    off = rows.filter(~pl.col("switched_on"))["component"].to_list()
    assert off == ["reclassification", "feedback", "laggard support", "regional support"]


def test_the_six_principles_stand_in_the_order_of_the_paper(updated):
    rows = updated().principles
    assert rows["principle"].unique(maintain_order=True).to_list() == [
        "differentiation",
        "dynamic adaptation",
        "fairness and efficiency",
        "cost-benefit",
        "regional coordination",
        "phased implementation",
    ]
    tiers = row_of(rows, component="tier and scale coefficients")
    assert tiers.effect_percent == pytest.approx(0.0, abs=1e-9)
    assert tiers.least_percent < -3 < 3 < tiers.greatest_percent
    trend = row_of(rows, component="trend")
    assert (trend.effect_percent, trend.switched_on) == (-1.0, True)


def test_what_the_reports_do_not_say_is_told(updated):
    header = "firm,industry,output,emissions_tco2,allocation_tco2"
    update = updated(
        "A,power,1000,800,823",
        header=header,
        section={"supported_regions": {"old_industrial": ["x"]}},
    )
    told = " ".join(update.notes)
    for word in ("abated_tco2", "intensity_before", "intensity_first", "no price", "regions: x"):
        assert word in told
    assert update.notes[0] in update.summary()
    (region,) = update.regions["region"]
    assert region == "not stated"


def test_policy_in_force_is_that_of_the_year(updated):
    section = {"policy_changes": {"3": {"adjustment": {"trend": 0.02}}}}
    for year, trend in ((2, -1.0), (3, -2.0)):
        power = row_of(updated(section=section, year=year).benchmarks, industry="power")
        assert power.regular_trend_percent == trend


def test_every_fault_of_options_and_files_at_once(updated, tmp_path):
    with pytest.raises(InputError) as refused:
        updated(
            "A,powr,,north,advanced,0,780,823,20,0.81,0.81,no",
            year=0,
            last=tmp_path / "none",
            price_cny_per_tco2=-1.0,
            without=("feedbak",),
        )
    faults = refused.value.faults
    assert {fault.what for fault in faults} == {
        "no such year",
        "not a price",
        "no such component",
        "unknown industry",
        "value out of range",
        "file not found",
    }
    (component,) = [fault for fault in faults if fault.column == "--without"]
    assert component.remedy == "did you mean 'feedback'?"


BLANK = (
    "A,power,,north,,1000,780,823,20,0.81,0.81,no",
    "B,power,,north,,1000,815,823,10,0.83,0.83,no",
    "C,power,,south,,1000,880,823,0,0.88,0.88,yes",
)
# The laggard has become the cleanest.
TURNED = (BLANK[0], BLANK[1], "C,power,,south,,1000,700,823,0,0.88,0.88,no")


def test_tiers_stay_those_of_the_last_update(updated, tmp_path):
    first = updated(*BLANK)
    assert first.firms["next_tier"].to_list() == ["advanced", "medium", "lagging"]
    for name, table in first.tables().items():
        write_csv(table, tmp_path / f"{name}.csv")
    kept = updated(*TURNED, year=2, last=tmp_path).firms
    assert kept["tier"].to_list() == kept["next_tier"].to_list() == first.firms["tier"].to_list()
    table = first.firms.with_columns(next_tier=pl.lit("lazy"))
    write_csv(table, tmp_path / "firms.csv")
    with pytest.raises(InputError) as refused:
        updated(*TURNED, year=2, last=tmp_path)
    assert [fault.column for fault in refused.value.faults] == ["next_tier"] * 3


@pytest.mark.parametrize(("year", "due"), [(1, False), (2, True)])
def test_firms_are_sorted_again_in_the_years_that_are_due(updated, year, due):
    again = {"adjustment": {"reclassification": 2, "firm_progress": 0.0}}
    named = zip(TURNED, ("advanced", "medium", "lagging"), strict=True)
    lines = [line.replace("th,,", f"th,{tier},") for line, tier in named]
    update = updated(*lines, year=year, section=again)
    found = update.firms["next_tier"].to_list()
    assert update.firms["tier"].to_list() == ["advanced", "medium", "lagging"]
    assert found == (
        ["medium", "lagging", "advanced"] if due else ["advanced", "medium", "lagging"]
    )
    # The industry's allocation at its output stays, whoever is where.
    base = row_of(update.benchmarks, industry="power").next_benchmark_tco2_per_unit
    assert update.firms["next_benchmark_tco2_per_unit"].sum() == pytest.approx(3 * base)
    moved = row_of(update.principles, component="reclassification")
    assert (moved.greatest_percent > 2) == due
    assert moved.effect_percent == pytest.approx(0.0, abs=1e-9)
    cells = update.coefficients.select("tier", "firms").rows()
    assert cells == [("advanced", 1), ("medium", 1), ("lagging", 1)]
