"""Days that reach a minimum chance: slack that grows by rounds, what is told, what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings

from planning.town import history, rep, shops
from strategies import Problem, problems
from visitroute.explain import DayOutlook, Given
from visitroute.export import read_schedule
from visitroute.model import Place, Rep, Tier
from visitroute.planning import RunOptions, VisitPlan, plan_inputs, plan_routes
from visitroute.planning.ease import as_written
from visitroute.planning.jobs import RepPlan
from visitroute.planning.robust import ROUNDS, Trial, reach_chance
from visitroute.policy import load_policy
from visitroute.solve import DayFrame, Effort
from visitroute.solve import Problem as RepProblem
from visitroute.solve.problem import policy_costs

SHORT = rep(shift="Mo-Fr 08:30-11:00", lunch_minutes=0, target_visits=6, max_visits=6)
SURE = {"reach_chance": True}


def plan(count: int = 30, who: Any = SHORT, robust: Any = SURE, **changes: Any) -> VisitPlan:
    rows = changes.pop("rows", None) or shops(count)
    given = {"start": "2026-11-30", "weeks": 1, "effort": 40, "visits": history(rows), **changes}
    return plan_routes(
        rows,
        who if isinstance(who, list) else [who],
        "straight",
        policy={"robust": robust},
        **given,
    )


def notes(found: VisitPlan, code: str) -> list[str]:
    return [w for w in found.schedule.warnings if w.startswith(code)]


def test_days_that_end_late_are_planned_again_with_more_slack() -> None:
    before, found = plan(robust={}), plan()
    assert not before.simulate()["is_enough"].any()
    assert found.simulate()["is_enough"].all()
    assert found.check() == ()
    slack = found.policy.robust.slack_by_rep["A"]
    assert slack >= 5
    assert all(r.end <= (11 * 60 - 15 - slack) * 60 for r in found.schedule.routes)
    assert [d.tier for d in found.schedule.dropped] == [Tier.DUE] * 5
    assert notes(found, "VR4007") == []
    (told,) = notes(found, "VR4006")
    assert told == (
        f"VR4006: A: {slack} minutes are kept free at the end of every day: 5 of 5 days end in "
        "time in 80 of 100 runs, without them 0 of 5; 25 visits are planned, without them 30"
    )


def test_a_rep_whose_days_are_sure_is_not_planned_again() -> None:
    rows = [*shops(30), *(dict(r, id=f"B{r['id']}", rep="B") for r in shops(5))]
    who = [SHORT, rep("B")]
    before, found = plan(rows=rows, who=who, robust={}), plan(rows=rows, who=who)
    assert set(found.policy.robust.slack_by_rep) == {"A"}
    easy = [[r for r in p.schedule.routes if r.rep == "B"] for p in (before, found)]
    assert easy[0] == easy[1]


def test_sure_days_cost_nothing_and_without_the_wish_nothing_changes() -> None:
    easy, calm = plan(6, rep()), plan(6, rep(), robust={})
    assert easy.to_geojson() == calm.to_geojson()
    assert easy.policy.robust.slack_by_rep == {}
    assert plan(robust={}).to_geojson() == plan(robust={"reach_chance": False}).to_geojson()


def test_the_number_of_processes_changes_nothing() -> None:
    rows = [*shops(30), *(dict(r, id=f"B{r['id']}", rep="B") for r in shops(28))]
    who = [SHORT, {**SHORT, "id": "B"}]
    one, two = (plan(rows=rows, who=who, jobs=jobs) for jobs in (1, 2))
    assert set(one.policy.robust.slack_by_rep) == {"A", "B"}
    assert one.to_geojson() == two.to_geojson()


def test_a_written_plan_knows_its_slack() -> None:
    found = plan()
    slack = found.policy.robust.slack_by_rep
    schedule = read_schedule(found.to_geojson())
    plain = load_policy({"robust": SURE})
    again = replace(found, schedule=schedule, policy=as_written(plain, schedule), land=None)
    assert again.policy.robust.slack_by_rep == slack
    assert again.to_geojson() == found.to_geojson()
    left = found.schedule.dropped[0].retailer
    assert str(again.explain(left)) == str(found.explain(left))
    assert again.audit.as_dict() == found.audit.as_dict()
    assert again.audit.as_dict() != replace(again, policy=plain, land=None).audit.as_dict()
    assert again.best_days(left).equals(found.best_days(left))


def test_a_visit_at_a_fixed_time_is_kept_and_told_as_the_cause() -> None:
    task = {
        "id": "T1",
        "retailer": "S003",
        "quadrant": "Q1",
        "due": "2026-12-02",
        "time": "10:10",
        "minutes": 10,
    }
    found = plan(tasks=[task])
    assert [t.status for t in found.schedule.tasks] == ["done"]
    assert found.check() == ()
    (told,) = notes(found, "VR4007")
    assert "(a visit at a fixed time lets no more time be kept free)" in told
    late = found.simulate().query("in_time < 0.8")
    assert len(late) > 0
    assert all(f"{day:%Y-%m-%d} (" in told for day in late["date"])


def test_windows_are_named_and_left_as_they_are() -> None:
    plain = plan(8, who=rep(), robust={"service_cv": 0.8, "travel_cv": 0.8})
    last = plain.schedule.routes[0].stops[-1]
    closes = f"{last.departure // 3600:02d}:{last.departure // 60 % 60 + 1:02d}"
    rows = [dict(row, opening_hours=f"08:00-{closes}") for row in shops(8)]
    found = plan(
        rows=rows,
        who=rep(),
        robust={**SURE, "service_cv": 0.8, "travel_cv": 0.8, "min_chance": 0.99},
    )
    shut = found.simulate().query("windows < 0.99")
    assert len(shut) > 0
    told = [n for n in notes(found, "VR4007") if "still open on arrival" in n]
    assert len(told) == 1
    assert all(f"{day:%Y-%m-%d} (" in told[0] for day in shut["date"])


def test_notes_are_in_the_language_of_the_policy() -> None:
    rows = shops(30)
    found = plan_routes(
        rows,
        [SHORT],
        "straight",
        start="2026-11-30",
        weeks=1,
        effort=10,
        policy={"robust": SURE, "texts": {"language": "zh"}},
    )
    (told,) = notes(found, "VR4006")
    assert told.startswith("VR4006：A：每天收工前预留")


def test_slack_of_single_reps_by_hand() -> None:
    rows = [*shops(15), *(dict(r, id=f"B{r['id']}", rep="B") for r in shops(15))]
    who = [SHORT, {**SHORT, "id": "B"}]
    found = plan(
        rows=rows, who=who, robust={"slack_minutes": 10, "slack_by_rep": {"B": 40, "b": 5}}
    )
    ends = {name: max(r.end for r in found.schedule.routes if r.rep == name) for name in ("A", "B")}
    assert ends["A"] <= (10 * 60 + 35) * 60
    assert ends["B"] <= (10 * 60 + 5) * 60
    assert [b.slack_minutes for b in found.schedule.bases] == [None, 40]
    (unknown,) = (p for p in found.inputs.problems if p.code == "VR1504")
    assert (unknown.id, unknown.column) == ("b", "robust.slack_by_rep")


def test_a_stopped_run_keeps_the_plan_it_has() -> None:
    found = plan(time_limit=0.0)
    assert found.check() == ()
    assert found.policy.robust.slack_by_rep == {}
    assert "the run ended before more time was tried" in notes(found, "VR4007")[0]


BASE = Place(25.0, 60.0)
FRAME = DayFrame(date(2026, 11, 30), 30_600, 61_200, 0, (), (), 12, 10**6)


def trial(extra: int, *days: tuple[float, int], served: int = 10, fixed: int = 1) -> Trial:
    """Return a made-up plan: chance and lacking seconds of its days, weights in two tiers."""
    problem = RepProblem(
        Rep("A", BASE, BASE), (FRAME,), (0,), (), [], [], policy_costs(load_policy()), 0, None, 0
    )
    outlooks = tuple(
        DayOutlook("A", date(2026, 11, 30) + timedelta(i), chance, 1.0, 0, 0, 0, (1.0,), lacking)
        for i, (chance, lacking) in enumerate(days)
    )
    weights = (fixed, 0, 0, served, 0, 0)
    return Trial(extra, problem, Given("A"), RepPlan((), ()), outlooks, weights)


def run_rounds(*tries: Trial) -> tuple[Trial, str, list[int]]:
    """Return the trial kept of one rep, why no more was tried, and the minutes asked for."""
    asked: list[int] = []

    def again(extra: Mapping[int, int], *_: Any) -> list[Trial]:
        asked.append(extra[0])
        return [tries[len(asked)]]

    (found,) = reach_chance(tries[:1], again, 0.8, Effort(1), lambda _: None)
    assert found.first is tries[0]
    return found.kept, found.cause, asked


def test_a_round_keeps_free_what_is_missing_on_the_worst_day_and_five_minutes_at_least() -> None:
    sure = trial(23, (0.9, 0), (0.85, 0))
    first = trial(0, (0.7, 200), (0.5, 1001))
    assert run_rounds(first, trial(17, (0.79, 60), (0.9, 0)), sure) == (sure, "", [17, 22])


def test_rounds_end_when_neither_the_worst_chance_rises_nor_fewer_days_are_late() -> None:
    first, second = trial(0, (0.5, 600), (0.6, 60)), trial(10, (0.7, 300), (0.9, 0))
    worse = trial(15, (0.7, 400), (0.9, 0), served=9)
    assert run_rounds(first, second, worse) == (second, "no_better", [10, 15])


def test_rounds_are_few() -> None:
    tries = [
        trial(10 * i, *((0.9 if day < i else 0.5, 600) for day in range(ROUNDS + 1)))
        for i in range(ROUNDS + 1)
    ]
    kept, cause, asked = run_rounds(*tries)
    assert (kept, cause) == (tries[-1], "rounds")
    assert asked == [10, 20, 30, 40]


def test_the_round_kept_has_most_sure_days_then_leaves_least_out() -> None:
    first = trial(0, (0.5, 600), (0.5, 600))
    one = trial(10, (0.9, 0), (0.7, 60), served=8)
    other = trial(15, (0.71, 60), (0.9, 0), served=9)
    assert run_rounds(first, one, other, replace(other, extra=20))[0] is other


def test_days_that_lost_all_visits_are_not_sure() -> None:
    first = trial(0, (0.5, 600), (0.9, 0))
    empty = trial(10, (0.9, 0), served=5)
    assert run_rounds(first, empty)[0] is first
    moved = trial(10, (0.9, 0))
    assert run_rounds(first, moved)[0] is moved


def test_a_fixed_visit_is_never_given_up_for_a_sure_day() -> None:
    first = trial(0, (0.5, 600))
    kept, cause, _ = run_rounds(first, trial(10, (0.9, 0), fixed=0))
    assert (kept, cause) == (first, "fixed")


@settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=10,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(problem=problems())
def test_every_day_reaches_the_chance_or_is_named(problem: Problem) -> None:
    robust = replace(
        problem.policy.robust, min_chance=0.95, reach_chance=True, service_cv=1.5, travel_cv=1.0
    )
    texts = replace(problem.policy.texts, language="en")
    wish = replace(problem.policy, robust=robust, texts=texts)
    # Short days, so that some end late.
    reps = tuple(
        replace(r, shifts=tuple(s and (s[0], min(s[1], s[0] + 9_000)) for s in r.shifts))
        for r in problem.inputs.reps
    )
    inputs = replace(problem.inputs, reps=reps)
    found = plan_inputs(inputs, problem.roads, wish, RunOptions(effort=8, seed=3))
    assert [str(v) for v in found.check()] == []
    totals = found.summary()["totals"]
    left = totals["called"] + totals["dropped"]
    assert totals["requested"] == totals["planned"] + left + totals["quarantined"]
    told = notes(found, "VR4007")
    for day in found.simulate().itertuples():
        mine = [
            n
            for n in told
            if n.startswith(f"VR4007: {day.rep}: ") and f"{day.date:%Y-%m-%d} (" in n
        ]
        reasons = (day.in_time < robust.min_chance) + (day.windows < robust.min_chance)
        assert len(mine) == reasons, (day, told)
    raised = {n.split(": ")[1] for n in notes(found, "VR4006")}
    assert raised == {
        r.id
        for r in problem.inputs.reps
        if found.policy.robust.slack_of(r.id) > problem.policy.robust.slack_of(r.id)
    }
    schedule = read_schedule(found.to_geojson())
    assert as_written(wish, schedule) == found.policy
