from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import visitroute
from planning.town import at, history, rep, shop, shops, write_town
from visitroute.errors import InputError, RoadsError
from visitroute.model import TravelMode, Verdict
from visitroute.planning import RunOptions, VisitPlan, plan_routes, plan_workspace
from visitroute.policy import load_policy
from visitroute.roads import StraightRoads, open_roads, to_networkx

START = "2026-11-30"


def plan(
    retailers: Any = None, reps: Any = None, roads: Any = "straight", **changes: Any
) -> VisitPlan:
    rows = shops() if retailers is None else retailers
    settings = {"start": START, "weeks": 2, "effort": 20, "cache": False, **changes}
    if "visits" not in settings and isinstance(rows, list):
        settings["visits"] = history(rows)
    return plan_routes(rows, [rep()] if reps is None else reps, roads, **settings)


def owners(found: VisitPlan) -> dict[str, str]:
    return {s.retailer: r.rep for r in found.schedule.routes for s in r.stops}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("town") / "town.osm")


# ── What goes in ─────────────────────────────────────────────────────────────────────────


def test_lists_frames_and_files_give_the_same_plan(tmp_path: Path) -> None:
    tables = {
        "retailers": shops(),
        "reps": [rep()],
        "tasks": [{"id": "t1", "retailer": "S001", "quadrant": "Q1", "due": "2026-12-03"}],
        "visits": history(shops()),
        "locks": [{"retailer": "S002", "date": "2026-12-02"}],
    }
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    for name, frame in frames.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    paths = {name: tmp_path / f"{name}.csv" for name in tables}
    (tmp_path / "visitroute.toml").write_text(
        "[inputs]\n"
        + "\n".join(f'{name} = "{name}.csv"' for name in tables)
        + '\nroads = "straight"\n[horizon]\nstart = 2026-11-30\nweeks = 2\n',
        "utf-8",
    )
    texts = {
        plan_routes(**given, roads="straight", start=START, weeks=2, effort=20).to_geojson()
        for given in (tables, frames, paths)
    }
    workspace = tmp_path / "visitroute.toml"
    texts.add(plan_workspace(workspace, RunOptions(effort=20)).to_geojson())
    assert len(texts) == 1
    found = plan_workspace(workspace, RunOptions(effort=20))
    assert found.is_complete
    assert found.check() == ()
    assert visitroute.check_plan(found) == ()


def test_dates_policies_and_seeds(tmp_path: Path) -> None:
    found = plan(start=date(2026, 11, 30), policy={"texts": {"language": "zh"}})
    assert "提升" in found.schedule.routes[0].stops[0].purpose or any(
        "\u4e00" <= c <= "\u9fff" for c in found.schedule.routes[0].stops[0].purpose
    )
    path = tmp_path / "mine.toml"
    path.write_text("[solve]\neffort = 0\nseed = 7\n", "utf-8")
    assert plan(policy=path, effort=None).check() == ()
    assert plan(policy=load_policy({"solve": {"effort": 0}}), effort=None).check() == ()


@pytest.mark.parametrize("start", ["soon", "2026-13-01", 20261130, None])
def test_a_start_that_is_no_date(start: Any) -> None:
    with pytest.raises(InputError, match="is no date") as caught:
        plan(start=start)
    assert caught.value.code == "VR1404"


def test_every_fault_of_every_table_is_told_at_once() -> None:
    rows = [*shops(), shop("S900", 10, 10, segment="gold")]
    with pytest.raises(InputError) as caught:
        plan(rows, [rep(shift="all day")], weeks=0)
    codes = {p.code for p in caught.value.problems}
    assert {"VR1105", "VR1110", "VR1404"} <= codes


# ── Roads ────────────────────────────────────────────────────────────────────────────────


def test_streets_a_graph_and_a_matrix(town: Path, tmp_path: Path) -> None:
    policy = load_policy()
    streets = open_roads(town, policy, cache=False)
    by_street = plan(roads=town)
    assert by_street.check() == ()
    assert {r.roads for r in by_street.schedule.routes} == {"streets"}
    # The way is not the crow's: it has the corners of the streets.
    assert any(len(r.line) > len(r.stops) + 2 for r in by_street.schedule.routes)

    graph = to_networkx(streets.network(TravelMode.CAR))
    by_graph = plan(roads=graph)
    assert by_graph.check() == ()
    assert {r.roads for r in by_graph.schedule.routes} == {"streets"}

    rows = shops()
    ids = ["A", *(row["id"] for row in rows)]
    minutes = np.abs(np.subtract.outer(np.arange(len(ids)), np.arange(len(ids)))) * 2.0
    np.savez(tmp_path / "m.npz", ids=ids, time=minutes * 60, distance=minutes * 700)
    by_matrix = plan(roads=tmp_path / "m.npz")
    assert by_matrix.check() == ()
    assert {r.roads for r in by_matrix.schedule.routes} == {"matrix"}
    travel = {s.travel_from_previous for r in by_matrix.schedule.routes for s in r.stops}
    assert {t % 120 for t in travel} == {0}


def test_straight_lines_are_said_to_be_straight() -> None:
    found = plan()
    assert any(w.startswith("VR3021") for w in found.schedule.warnings)
    assert plan(roads=StraightRoads()).to_geojson() == found.to_geojson()


def test_a_retailer_far_from_any_road_is_excluded(town: Path) -> None:
    rows = [*shops(), shop("FAR", 600, -900), shop("NEAR", 600, -100)]
    tasks = [{"id": "t1", "retailer": "FAR", "quadrant": "Q1", "due": "2026-12-03"}]
    found = plan(rows, roads=town, tasks=tasks)
    (excluded,) = found.schedule.excluded
    assert (excluded.retailer, excluded.code, excluded.requests) == ("FAR", "VR3010", 3)
    assert "900 m" in excluded.reason
    assert (excluded.lon, excluded.lat) == (at(600, -900)["lon"], at(600, -900)["lat"])
    assert "NEAR" in owners(found)
    assert not [d for d in found.schedule.dropped if d.retailer == "FAR"]
    (outcome,) = found.schedule.tasks
    assert (outcome.status, outcome.code) == ("dropped", "VR4203")
    totals = found.summary()["totals"]
    assert (totals["quarantined"], totals["excluded"]) == (3, 1)
    assert totals["requested"] == totals["planned"] + totals["dropped"] + 3
    assert found.check() == ()
    assert not found.is_complete


def test_a_base_off_the_roads_stops_the_run(town: Path) -> None:
    reps = [rep("A"), rep("B", 600, -2000), rep("C", end_lon=25.2, end_lat=60.0)]
    with pytest.raises(RoadsError) as caught:
        plan(reps=reps, roads=town)
    assert caught.value.code == "VR3060"
    message = str(caught.value)
    assert "rep B (start): 2000 m" in message
    assert "rep C (end):" in message
    assert "rep A" not in message
    assert "Maybe" in message


def test_a_retailer_no_way_leads_to_is_excluded() -> None:
    names = ["A", "S000", "S001"]
    never = float("inf")
    for time, lost in (
        ([[0, 60, 60], [60, 0, 60], [never, 60, 0]], "S001"),  # no way back
        ([[0, never, 60], [60, 0, 60], [60, 60, 0]], "S000"),  # no way there
    ):
        matrix = visitroute.roads.given_matrix(names, time, time)
        for owner in ("A", None):
            rows = [dict(row, rep=owner) for row in shops(2)]
            found = plan(rows, roads=matrix)
            (excluded,) = found.schedule.excluded
            assert (excluded.retailer, excluded.code) == (lost, "VR3061")
            assert found.check() == ()


# ── Who visits whom ──────────────────────────────────────────────────────────────────────


def test_retailers_without_rep_go_to_who_is_near() -> None:
    reps = [rep("A", 0, 0), rep("B", 1200, 1200), rep("C", 0, 1200, mode="foot")]
    rows = [
        shop("W", 50, 100, rep=None),
        shop("E", 1150, 1100, rep=None),
        shop("N", 20, 1100, rep=None),
        shop("MINE", 1100, 1190, rep="B"),
    ]
    found = plan(rows, reps)
    # By time, not by distance: the car of A is at N before C is there on foot.
    assert owners(found)["W"] == "A"
    assert owners(found)["E"] == "B"
    assert owners(found)["MINE"] == "B"
    assert found.check() == ()


def test_a_lock_with_a_rep_says_whose_a_retailer_without_rep_is() -> None:
    reps = [rep("A", 0, 0), rep("B", 1200, 1200)]
    rows = [shop("W", 50, 100, rep=None), shop("V", 60, 100, rep=None)]
    locks = [{"retailer": "W", "date": "2026-12-02", "rep": "B"}]
    found = plan(rows, reps, locks=locks)
    assert owners(found) == {"W": "B", "V": "A"}
    assert found.schedule.dropped == ()
    assert found.check() == ()


def test_phone_retailers_are_visited_for_tasks_only() -> None:
    rows = [*shops(2), shop("P", 100, 100, channel="phone"), shop("Q", 90, 90, channel="phone")]
    tasks = [{"id": "t1", "retailer": "Q", "quadrant": "Q1", "due": "2026-12-03"}]
    found = plan(rows, tasks=tasks)
    visited = [s.retailer for r in found.schedule.routes for s in r.stops]
    assert visited.count("Q") == 1
    assert "P" not in visited
    assert found.is_complete
    assert found.check() == ()


# ── Time, effort, interruption ───────────────────────────────────────────────────────────


def test_no_time_at_all_still_gives_a_valid_plan() -> None:
    found = plan(shops(30), effort=10**9, time_limit=0)
    assert found.check() == ()
    assert not found.is_empty
    assert not found.interrupted
    assert found.summary()["totals"]["planned"] > 30


def press(number: signal.Signals, times: int = 1) -> Callable[[str, float], None]:
    """Return a progress callback that does what a signal does, when the search begins."""
    left = [number] * times

    def progress(stage: str, _: float) -> None:
        if stage == "solve" and left:
            handler = signal.getsignal(left.pop())
            assert callable(handler)
            handler(number, None)

    return progress


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_search_with_a_valid_plan(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    found = plan(shops(20), effort=10**9, progress=press(number))
    assert found.interrupted
    assert found.check() == ()
    assert not found.is_empty
    assert signal.getsignal(number) is before


def test_all_reps_are_planned_when_a_signal_comes_during_the_first() -> None:
    reps = [rep("A"), rep("B", 900, 900), rep("C", 0, 900)]
    rows = [dict(row, rep="ABC"[i % 3]) for i, row in enumerate(shops(18))]
    found = plan(rows, reps, effort=10**9, progress=press(signal.SIGINT))
    assert found.interrupted
    assert {r.rep for r in found.schedule.routes} == {"A", "B", "C"}
    assert found.check() == ()


def test_a_second_signal_ends_the_run_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        plan(
            [dict(row, rep="AB"[i % 2]) for i, row in enumerate(shops(12))],
            [rep("A"), rep("B")],
            effort=10**9,
            progress=press(signal.SIGINT, times=2),
        )
    assert signal.getsignal(signal.SIGINT) is before


def test_a_plan_can_be_made_in_a_thread() -> None:
    found: list[VisitPlan] = []
    thread = threading.Thread(target=lambda: found.append(plan()))
    thread.start()
    thread.join()
    assert found[0].to_geojson() == plan().to_geojson()


def test_progress_goes_from_nothing_to_everything() -> None:
    told: list[tuple[str, float]] = []
    found = plan(reps=[rep("A"), rep("B")], progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _ in told)) == [
        "roads",
        "priority",
        "compile",
        "solve",
        "routes",
    ]
    for stage in found.stage_seconds:
        shares = [done for name, done in told if name == stage]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
    assert all(seconds >= 0 for seconds in found.stage_seconds.values())


# ── Too much to do ───────────────────────────────────────────────────────────────────────


def test_an_overloaded_rep_drops_with_reasons() -> None:
    found = plan(shops(190, service_minutes=12), [rep(max_visits=20, target_visits=20)], effort=10)
    totals = found.summary()["totals"]
    assert totals["requested"] == totals["planned"] + totals["dropped"]
    assert 190 <= totals["planned"] <= 200  # ten days of twenty visits
    assert totals["dropped"] == len(found.schedule.dropped) > 150
    assert max(len(r.stops) for r in found.schedule.routes) == 20
    assert sum(totals["dropped_by_tier"].values()) == totals["dropped"]
    for drop in found.schedule.dropped:
        assert drop.verdict in {Verdict.OUTRANKED, Verdict.NOT_FOUND}
        assert re.match(r"VR41\d\d", drop.code)
        assert drop.reason
    assert found.check() == ()
    assert not found.is_complete


def test_nothing_can_be_planned_without_a_working_day() -> None:
    found = plan(reps=[rep(leave="2026-11-30..2026-12-13")])
    assert found.is_empty
    assert {d.code for d in found.schedule.dropped} == {"VR4101"}
    assert found.check() == ()
