"""The search: candidates, common scale, archive, methods, and planted optima that it must find."""

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from tests.unit.benchmark.conftest import small_register
from tests.unit.benchmark.test_market_mechanisms import CALM

from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.industries import Process
from tanshi.benchmark.rules import MarketRules
from tanshi.benchmark.search import search_benchmarks
from tanshi.benchmark.search_archive import (
    MISSED,
    Archive,
    Trial,
    Yardstick,
    nondominated,
    simplex_lattice,
)
from tanshi.benchmark.search_cells import CandidateSpace
from tanshi.benchmark.search_choice import choose
from tanshi.benchmark.search_comparison import Comparison
from tanshi.benchmark.search_methods import (
    check_effort,
    improve_one,
    search_by_population,
    search_by_weights,
)
from tanshi.benchmark.search_scale import FirstYear
from tanshi.benchmark.search_settings import SearchSettings
from tanshi.core import InfeasibleError, InputError

PLAN = replace(CALM, years=6)
SMALL = SearchSettings(divisions=2, evaluations=70, replicates=2, fresh_replicates=3)


def with_processes(register):
    """The register with two processes in its first industry."""
    first, second = register.industries
    first = replace(
        first,
        processes=(
            Process(name="a", share=0.5, relative_intensity=0.9, relative_benchmark=0.9),
            Process(name="b", share=0.5, relative_intensity=1.1, relative_benchmark=1.1),
        ),
    )
    process = np.where(np.asarray(register.industry) == 0, np.arange(register.n_firms) % 2, 0)
    return replace(register, industries=(first, second), process=process)


@pytest.fixture(scope="module")
def found():
    return search_benchmarks(PLAN, SMALL, seed=3, workers=1)


# Candidates


def test_a_candidate_keeps_allocation_within_every_process():
    register = with_processes(small_register())
    space = CandidateSpace.of(register)
    point = np.random.default_rng(1).normal(0.0, 0.1, space.size)
    weight = register.benchmark_tco2_per_unit * np.asarray(register.output)
    group = np.asarray(register.industry) * 2 + np.asarray(register.process)
    ratio = np.bincount(group, weight * space.relative(point)) / np.bincount(group, weight)
    assert ratio[[0, 1, 2]] == pytest.approx(1.0, abs=1e-12)
    # The level of an industry's logarithms does not matter.
    shifted = point + np.array([0.3, -0.2])[space.variables[:, 0]]
    assert space.relative(shifted) == pytest.approx(space.relative(point), rel=1e-12)


def test_firms_of_a_cell_share_a_benchmark_and_the_table_says_it():
    register = with_processes(small_register())
    space = CandidateSpace.of(register)
    factors = np.random.default_rng(2).uniform(0.9, 1.1, (2, 3, 2))
    table = space.table(space.point_of(factors), np.array([0.8, 2.0]))
    assert table["firms"].sum() == register.n_firms
    rows = table.filter(industry="power", process="b", tier="medium", scale="small")
    relative = rows["relative_benchmark"].item()
    assert rows["benchmark_tco2_per_unit"].item() == pytest.approx(0.8 * 1.1 * relative)
    columns = (register.industry, register.process, register.tier, register.large)
    who = [np.asarray(one) == value for one, value in zip(columns, (0, 1, 1, False), strict=True)]
    members = np.logical_and.reduce(who)
    of_firms = space.relative(space.point_of(factors))[members]
    assert of_firms == pytest.approx(relative, rel=1e-14)
    # Between the tiers of a process only the factors given count.
    other = table.filter(industry="power", process="b", tier="lagging", scale="small")
    spread = other["relative_benchmark"].item() / relative
    assert spread == pytest.approx(factors[0, 2, 1] / factors[0, 1, 1], rel=1e-12)


# Common scale


@pytest.mark.parametrize("deficit", [0.0, 0.02, 0.05])
def test_common_scale_makes_the_first_year_short_by_the_deficit(deficit):
    relative = np.array([0.95, 1.0, 1.05])[np.asarray(PLAN.register.tier)]
    scale, missed = FirstYear(PLAN, range(2), 4).common_scale(relative, deficit)
    assert missed < 1e-12
    plan = replace(PLAN, relative=relative, benchmark_scale=np.full(2, scale), years=1)
    rows = evolve_market(plan, replicates=2, seed=4).by_industry
    balance = rows["allocation_tco2"].sum() / rows["unabated_need_tco2"].sum()
    assert balance == pytest.approx(1.0 - deficit, abs=1e-9)
    # Output answers the price that the scale makes: a rule of three would miss.
    first = FirstYear(PLAN, range(2), 4)
    naive = (1.0 - deficit) / first.balance(relative, 1.0)
    assert abs(first.balance(relative, naive) - (1.0 - deficit)) > 1e-7


def test_the_uniform_rule_must_meet_the_deficit(monkeypatch):
    monkeypatch.setattr(FirstYear, "common_scale", lambda *_, **__: (1.0, 0.01))
    with pytest.raises(InfeasibleError, match="short by 2 %: off by 1 %"):
        Comparison(PLAN, replicates=[0], seed=1, deficit=0.02)


# Equal terms


def test_rules_are_compared_at_equal_emissions_with_the_same_numbers():
    comparison = Comparison(PLAN, replicates=[1, 4], seed=2, deficit=0.02)
    space = CandidateSpace.of(PLAN.register)
    judged = comparison.judge(space.relative(np.linspace(-0.1, 0.1, space.size)))
    assert judged.missed <= MISSED
    assert judged.figures["emissions_change_percent"] == pytest.approx(0.0, abs=1e-6)
    again = comparison.judge(np.ones(PLAN.register.n_firms))
    for name, values in comparison.uniform.figures.items():
        assert again.figures[name] == pytest.approx(values, rel=1e-6, abs=1e-6)
    assert comparison.uniform.balance == pytest.approx(0.98, abs=1e-9)
    change = comparison.change(judged, "gini")
    difference = judged.figures["gini"] - comparison.uniform.figures["gini"]
    assert change.mean == pytest.approx(difference.mean())
    # Left alone, a rule emits what it emits.
    alone = comparison.judge_alone(0.97 * np.ones(PLAN.register.n_firms))
    assert (alone.figures["emissions_change_percent"] < -0.1).all()


def test_a_market_without_frictions_costs_least_under_one_benchmark():
    """Planted: with responding output a spread of benchmarks distorts it, so one is best.

    To second order: the search finds a thousandth of the loss that its start has, no more.
    """
    rules = MarketRules.frictionless()
    rules = replace(rules, demand=replace(rules.demand, responds=True))
    register = small_register(40)
    plan = EvolutionPlan(register=register, rules=rules, relative=np.ones(40), years=1)
    comparison = Comparison(plan, replicates=[0], seed=1, deficit=0.03)
    space = CandidateSpace.of(register)

    def attempt(points):
        judged = [comparison.judge(space.relative(point)) for point in points]
        return [
            Trial(
                point=point,
                objectives=one.figures["cost_change_percent"],
                missed=one.missed,
                scale=one.scale,
            )
            for point, one in zip(points, judged, strict=True)
        ]

    archive = Archive()
    start = np.random.default_rng(4).uniform(-0.06, 0.06, space.size)
    archive.add(attempt([start]), "start")
    assert archive.trials[0].objectives[0] > 0.01
    improve_one(
        attempt,
        archive,
        SearchSettings(objectives=("cost",)),
        start=start,
        rank=(np.ones(1), Yardstick(np.zeros(1), np.ones(1))),
        budget=500,
        rng=np.random.default_rng(2),
        run="cost",
    )
    costs = np.array([one.objectives[0] for one in archive.trials])
    assert costs.min() > -0.005 * costs[0]
    best = archive.trials[int(np.argmin(costs))]
    assert best.objectives[0] < 0.01 * costs[0]
    assert space.relative(best.point) == pytest.approx(1.0, abs=0.006)


# Archive


def trials_of(values, missed=0.0):
    return [
        Trial(point=np.zeros(1), objectives=np.array(row, float), missed=missed, scale=1.0)
        for row in values
    ]


def test_front_is_what_pairwise_comparison_leaves():
    values = np.random.default_rng(1).integers(1, 20, size=(200, 3)).astype(float)
    kept = nondominated(values)
    for place, row in enumerate(values):
        better = [(one <= row).all() and (one < row).any() for one in values]
        assert kept[place] == (not any(better))
    archive = Archive()
    archive.add(trials_of(values), "a")
    archive.add(trials_of([[-1, -1, -1]], missed=2e-6), "cheats")
    assert archive.front() == np.flatnonzero(kept).tolist()
    chosen = archive.selection(simplex_lattice(3, 2), 5)
    assert len(chosen) == 5
    assert set(chosen) <= set(archive.front())
    yardstick = archive.yardstick()
    assert yardstick.ideal == pytest.approx(values[kept].min(axis=0))
    # The best of a weight is not dominated, and what misses its terms is behind all others.
    assert archive.best(np.array([0.2, 0.3, 0.5]), yardstick) in archive.front()
    weight = np.ones(3) / 3
    distances = [yardstick.distance(one, weight) for one in archive.trials]
    assert int(np.argmax(distances)) == 200


def test_lattice_has_all_weights_those_of_one_objective_first():
    for objectives, divisions in ((1, 3), (2, 5), (3, 4), (4, 3)):
        weights = simplex_lattice(objectives, divisions)
        assert len(weights) == comb(divisions + objectives - 1, objectives - 1)
        assert weights.sum(axis=1) == pytest.approx(1.0)
        assert len({tuple(row) for row in weights.round(9).tolist()}) == len(weights)
        assert (weights[:objectives].max(axis=1) == 1.0).all()


# Methods, on a problem whose front is known: between two points (or three) in the plane


def known_front(targets):
    def attempt(points):
        values = [[((point - one) ** 2).sum() for one in targets] for point in points]
        return [
            Trial(point=np.array(point), objectives=np.array(row), missed=0.0, scale=1.0)
            for point, row in zip(points, values, strict=True)
        ]

    archive = Archive()
    archive.add(attempt([np.zeros(len(targets[0]))]), "start")
    return attempt, archive


def gap_to_hull(archive, targets):
    """Mean distance of the front's points to the segment or triangle of the targets."""
    corner, sides = targets[0], (targets[1:] - targets[0]).T
    points = np.stack([archive.trials[place].point for place in archive.front()])
    inside = np.linalg.lstsq(sides, (points - corner).T, rcond=None)[0]
    return np.linalg.norm(corner + (sides @ inside).T - points, axis=1)


@pytest.fixture
def own_numbers_only(monkeypatch):
    """Whoever draws from the shared generator of NumPy, or seeds it, fails."""

    def refuse(*_, **__):
        message = "the shared generator was used"
        raise AssertionError(message)

    for name in ("seed", "rand", "randn", "random", "normal", "standard_normal", "uniform"):
        monkeypatch.setattr(f"numpy.random.{name}", refuse)


def test_cma_covers_a_known_front():
    targets = np.array([[0.1, 0.0, 0.05, 0.0], [-0.05, 0.1, 0.0, 0.0]])
    attempt, archive = known_front(targets)
    settings = SearchSettings(
        objectives=("cost", "gini"), divisions=4, evaluations=800, initial_step=0.05
    )
    search_by_weights(attempt, archive, settings, np.random.SeedSequence(1))
    assert len(archive.trials) <= 801
    yardstick = Yardstick(np.zeros(2), np.ones(2))
    far = ((targets[0] - targets[1]) ** 2).sum()
    for weight in simplex_lattice(2, 4)[2:]:
        best = archive.trials[archive.best(weight, yardstick)].objectives
        # On the segment both distances follow from one number t: t^2 and (1 - t)^2.
        assert np.sqrt(best / far).sum() == pytest.approx(1.0, abs=0.02)
    ends = np.stack([one.objectives for one in archive.trials]).min(axis=0)
    assert (ends < 0.01 * far).all()


@pytest.mark.usefixtures("own_numbers_only")
def test_nsga3_covers_a_known_front_in_four_objectives():
    targets = 0.1 * np.eye(6)[:4]
    attempt, archive = known_front(targets)
    settings = SearchSettings(
        objectives=("cost", "gini", "price", "deviation"), divisions=3, evaluations=1000
    )
    assert settings.method_used == "nsga3"
    search_by_population(attempt, archive, settings, np.random.SeedSequence(1))
    first = np.median(gap_to_hull_of(archive, targets, range(1, 21)))
    last = np.median(gap_to_hull(archive, targets))
    assert last < 0.5 * first
    ends = np.stack([one.objectives for one in archive.trials]).min(axis=0)
    start = archive.trials[0].objectives
    assert (ends < 0.3 * start).all()


def gap_to_hull_of(archive, targets, places):
    part = Archive()
    part.add([archive.trials[place] for place in places], "part")
    return gap_to_hull(part, targets)


@pytest.mark.usefixtures("own_numbers_only")
def test_cma_leaves_the_librarys_own_numbers_and_the_folder_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    attempt, archive = known_front(np.array([[0.1, 0.0], [0.0, 0.1]]))
    settings = SearchSettings(objectives=("cost", "gini"), divisions=1, evaluations=40)
    search_by_weights(attempt, archive, settings, np.random.SeedSequence(1))
    assert list(tmp_path.iterdir()) == []


# The whole


def test_the_front_is_judged_on_streams_that_the_search_has_not_seen(found):
    search = found.recommendation()["search"]
    assert search["replicates"] == [0, 1]
    assert search["fresh_replicates"] == [2, 3, 4]
    assert len(found.archive.trials) <= 70 + 4
    table = found.front_table()
    changed = table.filter(table["rule"] == "evolved")
    assert (changed["cost_change_percent"] != changed["search_cost_change_percent"]).any()
    # Every figure again, from the point's relative benchmarks and the fresh streams alone.
    one = found.recommended
    comparison = Comparison(PLAN, replicates=[2, 3, 4], seed=3, deficit=0.02)
    again = comparison.judge(found.space.relative(one.trial.point))
    for name, values in one.judged.figures.items():
        assert np.array_equal(values, again.figures[name])


def test_only_what_is_not_dominated_on_fresh_streams_is_the_front(found):
    table = found.front_table()
    values = table.select("cost_change_percent", "deviation_basis_points", "gini").to_numpy()
    assert table["on_front"].to_list() == nondominated(values).tolist()
    assert table["rule"].to_list()[:4] == ["uniform", "published_table", "reversed", "printed"]
    assert table.filter(point=0)["cost_change_percent_high"].item() == 0.0
    assert table["gini_change_low"].null_count() == 0


def test_rules_stand_in_one_table(found):
    table = found.rules_table()
    assert table["rule"].to_list() == [
        *("uniform", "published_table", "reversed", "printed"),
        *("published_table", "printed") * 2,
        *("evolved for cost", "evolved for deviation", "evolved for gini"),
        "recommended",
    ]
    held = table.filter(equal_emissions=True)
    assert held["emissions_change_percent"].to_numpy() == pytest.approx(0.0, abs=1e-6)
    alone = table.filter(equal_emissions=False, rule="printed")
    assert alone["first_year_balance_percent"].item() < 96.0  # it starts short
    assert alone["emissions_change_percent"].item() < -0.1
    assert table.filter(rule="recommended")["point"].item() == found.choice.number


def test_choice_follows_its_rule(found):
    table = found.front_table().filter("on_front")
    allowed = table.filter(table["cost_change_percent_low"] <= 0.0)
    assert allowed["point"].to_list() == list(found.choice.eligible)
    values = table.select("cost_change_percent", "deviation_basis_points", "gini").to_numpy()
    away = (values - values.min(axis=0)) / np.ptp(values, axis=0)
    distance = away.max(axis=1) + 0.01 * away.sum(axis=1)
    place = min(
        (one for one in range(table.height) if table["point"][one] in found.choice.eligible),
        key=lambda one: distance[one],
    )
    assert table["point"][place] == found.choice.number
    assert found.choice.distance == pytest.approx(distance[place])
    assert f"Point {found.choice.number} (" in found.choice.reason


def test_choice_says_where_nothing_beats_the_uniform_rule(found):
    dear = [
        replace(
            one,
            judged=replace(
                one.judged,
                figures=one.judged.figures
                | {"cost_change_percent": np.array([0.9, 1.0, 1.1]) * one.number},
            ),
        )
        for one in found.entries
    ]
    choice = choose(dear, found.comparison, SMALL)
    assert (choice.number, choice.cheaper, choice.eligible) == (0, (), (0,))
    assert "No point beats the uniform rule on cost" in choice.reason
    assert "The uniform rule itself is nearest" in choice.reason
    # Not even the uniform rule need be on the front where cost is no objective.
    fair = choose(dear, found.comparison, replace(SMALL, objectives=("deviation",)))
    assert (fair.number, fair.eligible) == (0, ())
    assert "the uniform rule itself is recommended" in fair.reason


def test_the_same_result_for_any_number_of_workers(found):
    told = []
    again = search_benchmarks(PLAN, SMALL, seed=3, workers=3, progress=lambda: told.append(1))
    for name in ("front_table", "rules_table", "points_table", "history_table"):
        assert getattr(again, name)().equals(getattr(found, name)())
    assert again.recommendation() == found.recommendation()
    assert len(told) >= len(again.archive.trials)


def test_a_search_of_fewer_years_and_one_objective(found):
    settings = replace(SMALL, objectives=("gini",), evaluations=30, years=5, deficit=0.01, seed=9)
    one = search_benchmarks(PLAN, settings, seed=3, given=np.ones(PLAN.register.n_firms))
    assert (one.years, one.seed, one.deficit) == (5, 9, 0.01)
    assert len(one.choice.front) == 1
    rules = one.rules_table()
    own = rules.filter(rule="given")
    assert own["cost_change_percent"].item() == pytest.approx(0.0, abs=1e-6)
    assert rules.filter(rule="uniform")["first_year_balance_percent"].item() == pytest.approx(99.0)
    assert one.seed != found.seed


def test_a_search_that_cannot_begin_is_refused():
    with pytest.raises(InputError, match=r"too few for one round.*\n.*\n.*66 or more, for 6"):
        search_benchmarks(PLAN, replace(SMALL, evaluations=60), seed=1)
    with pytest.raises(InputError, match="more years than the market"):
        search_benchmarks(PLAN, replace(SMALL, years=7), seed=1)
    register = small_register(4)
    alike = replace(register, tier=np.zeros(4, int), large=np.zeros(4, bool))
    plan = replace(PLAN, register=alike, relative=np.ones(4), supported_regions={})
    with pytest.raises(InputError, match="nothing to move allowances between"):
        search_benchmarks(plan, SMALL, seed=1)
    four = SearchSettings(objectives=("cost", "gini", "price", "deviation"), evaluations=34)
    with pytest.raises(InputError, match="35 or more"):
        check_effort(four, 10)


def test_settings_out_of_range_come_out_together():
    with pytest.raises(InputError) as refused:
        SearchSettings(
            objectives=("cost", "cost", "profit"),
            method="best",
            divisions=0,
            evaluations=0,
            replicates=0,
            fresh_replicates=1,
            years=0,
            bound=0.0,
            initial_step=float("nan"),
            deficit=0.6,
            front_points=1,
            seed=-1,
        )
    names = [fault.column for fault in refused.value.faults]
    assert names == [
        *("search.objectives", "search.objectives", "search.method", "search.divisions"),
        *("search.evaluations", "search.replicates", "search.fresh_replicates", "search.years"),
        *("search.bound", "search.initial_step", "search.deficit", "search.front_points"),
        "search.seed",
    ]
    with pytest.raises(InputError, match="nothing to search for"):
        SearchSettings(objectives=())
