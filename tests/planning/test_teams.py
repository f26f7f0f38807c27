"""Teams from tables to a checked plan: retailers of several reps, or of nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planning.town import Row, history, rep, shop
from visitroute.planning import VisitPlan, plan_routes
from visitroute.planning import territories as land_module
from visitroute.planning.territories import split_teams
from visitroute.roads import Located, StraightRoads, TravelMatrix, given_matrix

BOTH = "A;B"


def plan(rows: list[Row], reps: list[Row], roads: Any = "straight", **changes: Any) -> VisitPlan:
    settings = {"start": "2026-11-30", "weeks": 2, "effort": 10, "cache": False, **changes}
    settings.setdefault("visits", history(rows))
    return plan_routes(rows, reps, roads, **settings)


def owners(found: VisitPlan) -> dict[str, str]:
    return {s.retailer: r.rep for r in found.schedule.routes for s in r.stops}


def near_a(count: int, owner: str | None = BOTH, **changes: Any) -> list[Row]:
    """Return shops beside the base of A."""
    return [shop(f"S{i:03d}", 10.0 + 7 * i, 20.0, rep=owner, **changes) for i in range(count)]


# ── Who may visit whom ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("owner", [BOTH, "A|B", "Rep B、A", None])
@pytest.mark.parametrize("solver", ["visitroute", "ortools"])
def test_a_rep_without_time_is_relieved_by_the_team(owner: str | None, solver: str) -> None:
    reps = [
        rep("A", target_visits=None, max_visits=2),
        rep("B", 1200, 1200, target_visits=None, max_visits=2),
    ]
    alone = plan(near_a(18, "A"), reps, solver=solver)
    assert len(alone.schedule.dropped) >= 12
    found = plan(near_a(18, owner), reps, solver=solver)
    assert found.schedule.dropped == ()
    assert set(owners(found).values()) == {"A", "B"}
    assert found.check() == ()
    assert found.is_complete


def test_only_reps_of_the_team_visit() -> None:
    reps = [rep("A"), rep("B", 1200, 1200), rep("C", 10, 10)]
    rows = [*near_a(10, BOTH, service_minutes=60), shop("MINE", 30, 30, rep="C")]
    found = plan(rows, reps)
    assert owners(found).pop("MINE") == "C"
    assert {r for s, r in owners(found).items() if s != "MINE"} <= {"A", "B"}
    assert found.check() == ()


def test_a_lock_says_whose_a_shared_retailer_is() -> None:
    reps = [rep("A"), rep("B", 1200, 1200), rep("C", 10, 10)]
    rows = near_a(4)
    locks = [
        {"retailer": "S001", "date": "2026-12-02", "rep": "B"},
        {"retailer": "S002", "date": "2026-12-02", "rep": "C"},
        {"retailer": "S003", "date": "2026-12-02"},
    ]
    found = plan(rows, reps, locks=locks)
    assert owners(found)["S001"] == "B"
    # C is not of the team: the lock can't be kept, the visits are made.
    assert owners(found)["S002"] in {"A", "B"}
    assert [(d.request, d.code) for d in found.schedule.dropped] == [("S002!2026-12-02", "VR4106")]
    assert found.check() == ()


def test_reps_of_different_modes_share() -> None:
    reps = [
        rep("A", target_visits=None, max_visits=2),
        rep("B", 1200, 1200, mode="foot", target_visits=None, max_visits=2),
    ]
    found = plan(near_a(18), reps)
    assert set(owners(found).values()) == {"A", "B"}
    assert found.check() == ()


def test_who_does_not_reach_a_retailer_is_no_choice() -> None:
    rows, reps = near_a(4), [rep("A"), rep("B")]
    ids = [row["id"] for row in rows]
    ids += [f"@{side}/{key}" for key in "AB" for side in ("start", "end")]
    time = [[0.0 if i == j else 300.0 for j in range(8)] for i in range(8)]
    # B doesn't get to S000 and not back from S001; nobody gets to S003.
    for base in (6, 7):
        time[base][0] = time[1][base] = float("inf")
    for place in (0, 1, 2, 4, 5, 6, 7):
        time[place][3] = float("inf")
    found = plan(rows, reps, given_matrix(ids, time, time))
    assert owners(found)["S000"] == owners(found)["S001"] == "A"
    assert [(e.retailer, e.code) for e in found.schedule.excluded] == [("S003", "VR3061")]
    assert found.check() == ()


def test_whose_a_retailer_is_takes_the_ways_of_bases_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(land_module, "LARGEST_TEAM", 1)
    asked: list[int] = []
    measure = StraightRoads.matrix

    def count(roads: StraightRoads, located: Located) -> TravelMatrix:
        asked.append(len(located.ids))
        return measure(roads, located)

    monkeypatch.setattr(StraightRoads, "matrix", count)
    rows = [shop(f"S{i:03d}", 400.0 * (i % 4), 20.0 + i, rep=None) for i in range(40)]
    found = plan(rows, [rep("A"), rep("B", 400), rep("C", 800), rep("D", 1200)], effort=1)
    assert {name: "ABCD"[int(name[1:]) % 4] for name in owners(found)} == owners(found)
    # Each rep's own ten retailers and base: never all forty at a time.
    assert set(asked) == {12}


def test_retailers_of_one_rep_in_a_team_keep_it() -> None:
    reps = [
        rep("A", target_visits=None, max_visits=3),
        rep("B", 1200, 1200, target_visits=None, max_visits=3),
    ]
    own = [shop(f"A{i}", 30.0 + i, 40.0, rep="A") for i in range(5)]
    own += [shop(f"B{i}", 1100.0 + i, 1100.0, rep="B") for i in range(5)]
    found = plan([*own, *near_a(14)], reps)
    assert {k: v for k, v in owners(found).items() if k[0] in "AB"} == {
        r["id"]: r["rep"] for r in own
    }
    assert found.check() == ()


def test_meetings_shifts_and_leave_of_each_rep_are_kept() -> None:
    reps = [
        rep("A", meetings="Mo 09:00-11:00", leave="2026-12-02", target_visits=None, max_visits=4),
        rep(
            "B",
            600,
            600,
            shift="Mo-Fr 12:00-20:00",
            meetings="14:00-15:00",
            target_visits=None,
            max_visits=4,
        ),
    ]
    rows = near_a(20, opening_hours="Mo-Su 08:00-13:00,14:30-19:00")
    tasks = [{"id": f"t{i}", "retailer": f"S{i:03d}", "quadrant": "Q1", "due": "2026-12-04",
              "minutes": 15} for i in range(6)]  # fmt: skip
    found = plan(rows, reps, tasks=tasks)
    assert set(owners(found).values()) == {"A", "B"}
    assert found.check() == ()


# ── How it runs ──────────────────────────────────────────────────────────────────────────


def test_processes_do_not_change_a_byte_of_teams() -> None:
    reps = [rep("A"), rep("B", 900, 900), rep("C", 40_000, 0), rep("D", 40_900, 0), rep("E", 9, 9)]
    rows = near_a(20)
    rows += [shop(f"T{i:02d}", 40_000.0 + 50 * i, 60.0, rep="C|D") for i in range(12)]
    rows += [shop("MINE", 80, 80, rep="E")]
    alone, together = (plan(rows, reps, jobs=jobs) for jobs in (1, 2))
    assert together.to_geojson() == alone.to_geojson()
    assert together.check() == ()
    assert "teams" in alone.stage_seconds


def test_no_time_at_all_still_gives_a_valid_plan_of_the_team() -> None:
    found = plan(near_a(16), [rep("A"), rep("B", 900, 0)], effort=10**9, time_limit=0)
    assert found.schedule.routes
    assert found.check() == ()


def test_without_shared_retailers_there_is_no_team() -> None:
    found = plan(near_a(4, "A"), [rep("A"), rep("B", 900, 0)])
    assert "teams" not in found.stage_seconds
    assert found.check() == ()


# ── Who is planned together ──────────────────────────────────────────────────────────────


def test_shared_retailers_connect_reps() -> None:
    choices = [(0,), (1, 3), (3, 4), (2,), (0,)]
    assert split_teams(6, choices, []) == [[0], [1, 3, 4], [2], [5]]


def test_too_large_a_team_is_cut_where_reps_are_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(land_module, "LARGEST_TEAM", 2)
    everybody = [(0, 1, 2, 3)] * 5
    close = [(0, 2), (0, 2), (1, 3), (0, 1)]
    assert split_teams(4, everybody, close) == [[0, 2], [1, 3]]
    # Who has no close retailer in common with anybody is planned alone, while too many are left.
    assert split_teams(4, everybody, [(1, 2)]) == [[0], [1, 2], [3]]


def test_a_cut_team_is_planned_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(land_module, "LARGEST_TEAM", 2)
    reps = [rep(key, x, 0) for key, x in (("A", 0), ("B", 9000), ("C", 200), ("D", 9200))]
    rows = [shop(f"S{i}", 500.0 * i, 50.0, rep=None) for i in range(20)]
    found = plan(rows, reps)
    assert found.check() == ()
    assert {owners(found)[f"S{i}"] for i in range(8)} <= {"A", "C"}
    assert {owners(found)[f"S{i}"] for i in range(11, 20)} <= {"B", "D"}


# ── Continuity off ───────────────────────────────────────────────────────────────────────

ANYONE = {"teams": {"continuity": False}}


def visitors(found: VisitPlan) -> dict[str, set[str]]:
    who: dict[str, set[str]] = {}
    for route in found.schedule.routes:
        for stop in route.stops:
            who.setdefault(stop.retailer, set()).add(route.rep)
    return who


def half_week(days: str) -> dict[str, Any]:
    return {"shift": f"{days} 08:30-17:30", "target_visits": None}


def test_without_continuity_each_visit_finds_its_rep() -> None:
    # Twice a week, three or four days apart: A works on Mondays, B on Thursdays.
    reps = [rep("A", **half_week("Mo")), rep("B", **half_week("Th"))]
    rows = near_a(6, cadence="2/week")
    kept = plan(rows, reps)
    assert kept.schedule.dropped
    assert all(len(own) == 1 for own in visitors(kept).values())
    found = plan(rows, reps, policy=ANYONE)
    assert found.schedule.dropped == ()
    assert all(own == {"A", "B"} for own in visitors(found).values())
    assert found.check() == ()
    assert found.is_complete


def test_without_continuity_two_locks_name_two_reps() -> None:
    reps = [rep("A"), rep("B", 400, 0)]
    locks = [
        {"retailer": "S000", "date": "2026-12-02", "rep": "A"},
        {"retailer": "S000", "date": "2026-12-09", "rep": "B"},
    ]
    rows = near_a(3)
    assert [d.request for d in plan(rows, reps, locks=locks).schedule.dropped] == [
        "S000!2026-12-09"
    ]
    found = plan(rows, reps, locks=locks, policy=ANYONE)
    assert found.schedule.dropped == ()
    assert visitors(found)["S000"] == {"A", "B"}
    assert found.check() == ()


def test_what_nobody_can_hold_is_reported_once_without_continuity() -> None:
    # Each has room for two visits a day: too little for nine shops three times in two weeks.
    small = {"target_visits": None, "max_visits": 2}
    reps = [
        rep("A", **{**half_week("Mo-We"), **small}),
        rep("B", **{**half_week("We-Fr"), **small}),
    ]
    rows = near_a(9, cadence="3/14d")
    tasks = [{"id": f"t{i}", "retailer": f"S{i:03d}", "quadrant": "Q4" if i % 2 else "Q2",
              "due": "2026-12-09", "minutes": 15} for i in range(9)]  # fmt: skip
    found = plan(rows, reps, tasks=tasks, policy=ANYONE)
    assert found.check() == ()
    assert any(len(own) == 2 for own in visitors(found).values())
    dropped = [d.request for d in found.schedule.dropped]
    assert dropped
    assert len(dropped) == len(set(dropped))
    told = {d.retailer: d for d in found.schedule.dropped}
    for name, own in visitors(found).items():
        if len(own) == 2 and name in told:
            assert told[name].code == "VR4110"


@pytest.mark.parametrize("seed", range(4))
def test_random_teams_without_continuity_break_no_rule(seed: int) -> None:
    reps = [
        rep("A", meetings="Mo 09:00-11:00", target_visits=None, max_visits=4),
        rep("B", 300, 0, leave="2026-12-02", target_visits=None, max_visits=4),
        rep("C", 0, 300, **half_week("Tu-Th")),
    ]
    rows = near_a(18, None, opening_hours="Mo-Su 08:00-13:00,14:30-19:00")
    for i, row in enumerate(rows):
        row["cadence"] = ("1/week", "2/week", "3/14d")[(i + seed) % 3]
    tasks = [{"id": f"t{i}", "retailer": f"S{i:03d}", "quadrant": f"Q{1 + (i + seed) % 4}",
              "due": f"2026-12-{3 + i:02d}", "minutes": 15} for i in range(9)]  # fmt: skip
    found = plan(rows, reps, tasks=tasks, policy=ANYONE, seed=seed)
    assert [str(v) for v in found.check()] == []
    assert any(len(own) > 1 for own in visitors(found).values())


def test_solver_ortools_keeps_continuity_anyway() -> None:
    found = plan(near_a(6), [rep("A"), rep("B", 400, 0)], policy=ANYONE, solver="ortools")
    assert all(len(own) == 1 for own in visitors(found).values())
    assert found.check() == ()


def test_a_plan_surveyed_again_without_continuity_proves_no_more() -> None:
    reps = [rep("A"), rep("B", 400, 0)]
    locks = [
        {"retailer": "S000", "date": "2026-12-02", "rep": "A"},
        {"retailer": "S000", "date": "2026-12-09", "rep": "B"},
    ]
    found = plan(near_a(3), reps, locks=locks, policy=ANYONE)
    assert found.schedule.dropped == ()
    assert found.audit.least == 0
    assert replace(found, land=None).audit.least == 0


def test_a_shared_retailer_is_explained_with_the_visits_of_all_its_reps() -> None:
    reps = [rep("A", **half_week("Mo")), rep("B", **half_week("Th"))]
    found = plan(near_a(6, cadence="2/week"), reps, policy=ANYONE)
    said = found.explain("S000")
    assert said.rep == "A+B"
    mine = [r for r in found.requests if r.retailer == "S000"]
    assert [a.request.id for a in said.answers] == [r.id for r in mine]
    on = {s.request: route.date for route in found.schedule.routes for s in route.stops}
    assert [a.date for a in said.answers] == [on[r.id] for r in mine]


def test_days_of_a_shared_retailer_keep_the_gaps_to_the_visits_of_others() -> None:
    # A could come any day; B is locked to one of them, and the retailer is visited twice a week.
    locks = [{"retailer": "S000", "date": "2026-12-03", "rep": "B"}]
    rows = near_a(3, cadence="2/week")
    found = plan(rows, [rep("A"), rep("B", 400, 0)], locks=locks, policy=ANYONE)
    assert visitors(found)["S000"] == {"A", "B"}
    on = {
        name: (route.rep, route.date)
        for route in found.schedule.routes
        for s in route.stops
        if s.retailer == "S000"
        for name in (s.request, *s.also)
    }
    (min_gap,) = (r.cadence.min_gap for r in found.rhythms if r.retailer == "S000")
    looked = 0
    for answer in found.explain("S000").answers:
        own, index = on[answer.request.id][0], answer.request.index
        for name, (other, date) in on.items():
            if other != own:
                gap = min_gap if index >= 0 and "#" in name else 1
                assert all(abs((day.date - date).days) >= gap for day in answer.best)
                looked += len(answer.best)
    assert looked > 3
