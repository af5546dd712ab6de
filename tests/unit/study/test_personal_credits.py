"""Credits of people flow back into compliance: used is sold, at one price in both markets."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import CountedSteps
from tests.unit.study.test_personal_joined import MARKET, QUICK, path_to

from tanshi.core import InfeasibleError, InputError
from tanshi.report.personal_text import personal_texts
from tanshi.report.text import cell_translator, translator
from tanshi.study import build_scenario, load_scenario, personal_credits, run_study
from tanshi.study.benchmark_joined import market_of_study
from tanshi.study.personal_credits import check_credits, settle_credits
from tanshi.study.personal_joined import check_personal, personal_of_study

PROJECT = Path(__file__).resolve().parents[3]
# People of about a tenth of the firms' emissions.
PEOPLE = {"total_emissions": 2e6, "population": 8e5, "offset_ratio": 0.05}
TO_MARKET = {"take_price": "benchmark", "price_years": 2, "credits_to_market": True}


def scenario_of(personal=None, single=None, **market):
    section = TO_MARKET | {"single": PEOPLE | (single or {})} | (personal or {})
    price = {"price": {"floor": 1.0, "ceiling": 300.0}}
    return build_scenario({"benchmark": MARKET | price | market, "personal": section})


@pytest.fixture(scope="module")
def scenario():
    return scenario_of()


@pytest.fixture(scope="module")
def settlement(scenario):
    return settle_credits(scenario, path_to(30.0))


def test_credits_used_are_credits_sold_at_a_lower_price(settlement):
    first, found = settlement.rounds[0], settlement.found
    assert not settlement.saturated
    assert found.credits_tco2 == pytest.approx(found.wanted_tco2, rel=0.05)
    assert 0.0 < found.credits_tco2 < first.wanted_tco2
    assert found.price_cny_per_tco2 < first.price_cny_per_tco2
    assert (first.sink_share, first.credits_tco2) == (0.0, 0.0)


def test_more_credits_never_raise_the_price(settlement):
    rounds = sorted(settlement.rounds, key=lambda one: one.sink_share)
    prices = [one.price_cny_per_tco2 for one in rounds]
    assert prices == sorted(prices, reverse=True)
    assert settlement.table().height == len(rounds)


def test_the_study_s_markets_are_at_the_price_found(scenario, settlement):
    market = market_of_study(
        scenario, path_to(30.0), progress=CountedSteps(), settlement=settlement
    )
    run = personal_of_study(scenario, path_to(30.0), market, settlement=settlement)
    found = settlement.found
    assert run.price.price_cny_per_tco2 == pytest.approx(found.price_cny_per_tco2, rel=1e-12)
    assert run.single.volume[0] == pytest.approx(found.wanted_tco2, rel=1e-12)
    # Of the credits that firms use, those of sinks are no part of what people sell.
    used = market.evolution.years["sink_credits_tco2"][:, -2:].mean()
    assert used >= found.credits_tco2
    assert "credits" in run.tables()
    assert run.headline()["credits"]["rounds"] == len(settlement.rounds)
    text = personal_texts(run, translator("en"), cell_translator("en"))["personal_price_text"]
    assert f"to {found.price_cny_per_tco2:.2f} CNY, and both markets are at that price" in text


def test_without_credits_the_page_says_what_is_left_out(scenario):
    section = scenario.personal.model_copy(update={"credits_to_market": False})
    one_way = scenario.model_copy(update={"personal": section})
    market = market_of_study(one_way, path_to(30.0), progress=CountedSteps())
    run = personal_of_study(one_way, path_to(30.0), market)
    assert run.credits is None
    need = market.evolution.years["need_tco2"][:, -2:].mean()
    assert run.price.need_tco2 == pytest.approx(need)
    for language in ("en", "zh"):
        text = personal_texts(run, translator(language), cell_translator(language))
        warned = [one for one in text["personal_warnings"] if "credits_to_market" in one]
        assert len(warned) == 1
        assert re.search(r"\d", warned[0])
    assert (
        f"short of {need / 1e6:,.2f} million"
        in personal_texts(run, str, str)["personal_price_text"]
    )


def test_firms_that_may_use_few_credits_leave_the_rest_unsold():
    limited = scenario_of(
        single={"offset_ratio": 0.01, "population": 8e6}, services={"offset_limit": 0.01}
    )
    found = settle_credits(limited, path_to(30.0))
    assert found.saturated
    # At most the limit, of emissions of 2e6 t that noise and growth move a little.
    assert found.found.credits_tco2 < 0.0125 * 2e6
    assert found.found.wanted_tco2 > found.found.credits_tco2
    market = market_of_study(limited, path_to(30.0), progress=CountedSteps(), settlement=found)
    run = personal_of_study(limited, path_to(30.0), market, settlement=found)
    warned = " ".join(personal_texts(run, str, str)["personal_warnings"])
    assert f"{-found.found.excess_tco2 / 1e6:,.2f} million that people would sell" in warned


def test_nothing_flows_back_where_nothing_is_sold():
    found = settle_credits(scenario_of(single={"operating_cost": 1e4}), path_to(30.0))
    assert len(found.rounds) == 1
    assert (found.sink_share, found.saturated) == (0.0, False)


def test_markets_that_do_not_settle_are_refused(scenario, monkeypatch):
    monkeypatch.setattr(personal_credits, "ROUNDS", 2)
    monkeypatch.setattr(personal_credits, "APART", 1e-12)
    with pytest.raises(InfeasibleError, match="did not settle"):
        settle_credits(scenario, path_to(30.0))


def test_what_cannot_flow_back_is_refused_at_once():
    wrong = scenario_of({"take_price": "scenario"}, {"offset_ratio": 0.2})
    with pytest.raises(InputError) as caught:
        check_credits(wrong)
    assert [fault.column for fault in caught.value.faults] == [
        "personal.credits_to_market",
        "personal.single.offset_ratio",
    ]
    assert "benchmark.services.offset_limit" in caught.value.faults[1].remedy
    bare = build_scenario({"personal": TO_MARKET})
    with pytest.raises(InputError, match="no market to take a price from"):
        check_personal(bare)


def test_the_figures_of_the_guide(sample_study):
    joined = load_scenario(PROJECT / "scenarios" / "joined_sample.toml")
    services = replace(joined.benchmark.services, offset_limit=0.1)
    section = joined.personal.model_copy(update={"credits_to_market": True})
    update = {
        "benchmark": joined.benchmark.model_copy(update={"services": services}),
        "personal": section,
    }
    changed = joined.model_copy(update=update)
    found = settle_credits(changed, path_to(5.0), costs=sample_study.costs)
    first, last = found.rounds[0], found.found
    told = (
        f"the price falls from {first.price_cny_per_tco2:.2f} to {last.price_cny_per_tco2:.2f} CNY "
        f"and people sell {last.wanted_tco2 / 1e6:.1f} instead of {first.wanted_tco2 / 1e6:.1f} "
        "million tonnes"
    )
    guide = (PROJECT / "docs" / "personal.md").read_text(encoding="utf-8")
    assert told in " ".join(guide.split())


def test_credits_are_there_after_a_policy_too():
    changes = {"policy_changes": {2: {"services": {"sink_elasticity": 0.5}}}}
    section = scenario_of(**changes).benchmark
    more = section.with_credits(0.01)
    later = more.policy_changes[2].services
    assert more.services == replace(section.services, sink_share=0.012)
    assert (later.sink_share, later.sink_elasticity) == (0.012, 0.5)


def test_a_study_lets_credits_flow_back(scenario):
    steps = CountedSteps()
    content = QUICK | {
        "benchmark": MARKET | {"price": {"floor": 1.0, "ceiling": 300.0}},
        "personal": TO_MARKET | {"single": PEOPLE},
    }
    found = run_study(build_scenario(content), command="", progress=steps)
    assert steps.done == steps.total == 1 + 1 + 2 + 2
    assert "personal_credits" in found.tables()
    told = found.headline()["personal"]
    assert told["credits"]["price_with_cny_per_tco2"] == pytest.approx(
        told["allowance_price_cny_per_tco2"]
    )
    assert found.benchmark.section.services.sink_share > scenario.benchmark.services.sink_share
