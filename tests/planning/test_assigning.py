"""Territories from tables to a plan: who gets a rep, who keeps one, and what is told of it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.town import Row, rep, shop
from strategies import Problem, problems
from visitroute import Territories, assign_territories, plan_routes
from visitroute.errors import InputError
from visitroute.planning import TerritoryOptions, assign_inputs
from visitroute.roads import given_matrix

SIDES = [rep("A", 0, 600), rep("B", 1200, 600)]


def assign(
    rows: Any, reps: list[Row] | None = None, roads: Any = "straight", **changes: Any
) -> Any:
    settings = {"start": "2026-11-30", "weeks": 2, **changes}
    return assign_territories(rows, SIDES if reps is None else reps, roads, **settings)


def street(count: int = 24, owner: Any = "") -> list[Row]:
    """Return shops from west to east."""
    return [shop(f"S{i:02d}", 50.0 * i, 600.0 + 10 * (i % 3), rep=owner) for i in range(count)]


def halves(found: Territories) -> tuple[list[str | None], list[str | None]]:
    owners = list(found.after.values())
    return owners[: len(owners) // 2], owners[len(owners) // 2 :]


# ── Who gets whom ────────────────────────────────────────────────────────────────────────


def test_retailers_without_a_rep_get_the_near_one() -> None:
    found = assign(street())
    west, east = halves(found)
    assert set(west) == {"A"}
    assert set(east) == {"B"}
    assert found.is_balanced
    assert found.moved == ()
    assert [f.pieces for f in found.figures_after] == [1, 1]


def test_those_with_a_rep_keep_it_unless_all_is_redesigned() -> None:
    rows = street(owner="A")
    rows[0]["rep"] = ""
    kept = assign(rows)
    assert set(list(kept.after.values())[1:]) == {"A"}
    assert not kept.is_balanced
    anew = assign(rows, redesign=True)
    assert anew.is_balanced
    assert halves(anew)[1] == ["B"] * 12
    assert len(anew.moved) == 12


def test_new_ones_even_out_what_the_others_have() -> None:
    rows = street(owner="A")
    for row in rows[8:16]:
        row["rep"] = ""
    found = assign([*rows[:16]])
    assert set(list(found.after.values())[8:]) == {"B"}


def test_fixed_retailers_keep_their_rep() -> None:
    rows = [{**row, "rep_fixed": "是" if row["id"] == "S23" else ""} for row in street(owner="A")]
    found = assign(rows, redesign=True, fixed=["S22"])
    assert found.after["S22"] == found.after["S23"] == "A"
    assert found.after["S21"] == "B"
    assert found.inputs.retailers[23].rep_fixed


@pytest.mark.parametrize("most", [0, 3])
def test_no_more_change_their_rep_than_may(most: int) -> None:
    found = assign(street(owner="A"), redesign=True, max_moved=most)
    assert len(found.moved) == most
    assert set(found.moved) <= {f"S{i:02d}" for i in range(12, 24)}
    spreads = [
        max(abs(f.off_share) for f in own) for own in (found.figures_before, found.figures_after)
    ]
    assert spreads[1] < spreads[0] if most else spreads[1] == pytest.approx(spreads[0])


def test_retailers_of_several_reps_stay_shared_until_a_redesign() -> None:
    reps = [*SIDES, rep("C", 600, 1200)]
    rows = [*street(8), shop("BOTH", 600, 600, rep="A;B", service_minutes=300)]
    found = assign(rows, reps)
    assert found.after["BOTH"] is None
    assert found.inputs.retailers[-1].team == ("A", "B")
    assert found.figures_after[0].minutes > 5 * 60
    anew = assign(rows, reps, redesign=True)
    assert anew.after["BOTH"] in ("A", "B")
    assert anew.inputs.retailers[-1].team == ()


def test_who_works_twice_as_long_gets_twice_as_much() -> None:
    short = rep("B", 1200, 600, shift="Mo-Fr 08:30-12:45", lunch_window="off")
    found = assign(street(60), [SIDES[0], short])
    a, b = found.figures_after
    assert a.share_minutes == pytest.approx(2 * b.share_minutes, rel=0.1)
    assert found.is_balanced


# ── Out of reach ─────────────────────────────────────────────────────────────────────────


def matrix_of(rows: list[Row], lost: dict[str, str]) -> Any:
    """Return a matrix of a line in which some retailers are not reached from some bases."""
    ids = [r["id"] for r in rows] + ["A", "B"]
    place = {r["id"]: 60.0 * i for i, r in enumerate(rows)} | {"A": 0.0, "B": 60.0 * len(rows)}
    time = [[abs(place[a] - place[b]) for b in ids] for a in ids]
    for shop_id, reps in lost.items():
        for name in reps:
            time[ids.index(name)][ids.index(shop_id)] = float("inf")
    return given_matrix(ids, time, time)


def test_nobody_gets_whom_no_rep_reaches_and_it_is_said_why() -> None:
    rows = street(6)
    found = assign(rows, roads=matrix_of(rows, {"S01": "A", "S03": "AB"}))
    assert found.after["S03"] is None
    assert found.after["S01"] == "B"
    assert [(e.retailer, e.code) for e in found.unassigned] == [("S03", "VR3061")]
    assert found.changes.set_index("retailer").loc["S03", "reason"].startswith("no way leads")


def test_a_rep_who_does_not_reach_a_retailer_gives_it_up_only_in_a_redesign() -> None:
    rows = street(6, owner="A")
    roads = matrix_of(rows, {"S05": "A"})
    kept = assign(rows, roads=roads)
    assert kept.after["S05"] == "A"
    assert [e.retailer for e in kept.unassigned] == ["S05"]
    anew = assign(rows, roads=roads, redesign=True, max_moved=0)
    assert anew.after["S05"] == "B"
    assert set(list(anew.after.values())[:5]) == {"A"}
    assert anew.unassigned == ()


@settings(max_examples=12, deadline=None)
@given(problems(), st.booleans())
def test_everybody_has_a_rep_who_may_have_it_or_a_reason(problem: Problem, redesign: bool) -> None:
    inputs = problem.inputs
    options = TerritoryOptions(redesign=redesign)
    found = assign_inputs(inputs, problem.roads, problem.policy, options)
    told = {e.retailer: e for e in found.unassigned}
    assert all(e.code.startswith("VR3") and e.reason for e in told.values())
    for shop_before, shop_after in zip(inputs.retailers, found.inputs.retailers, strict=True):
        name = shop_before.id
        if name in told:
            assert found.after[name] in (None, found.before[name])
        elif shop_before.team and found.after[name] is None:
            assert not redesign
        else:
            assert found.after[name] == shop_after.rep
            assert shop_after.rep in {rep.id for rep in inputs.reps}
            assert not shop_before.team or shop_after.rep in shop_before.team
        if shop_before.rep is not None and not redesign:
            assert found.after[name] == shop_before.rep
    figures = found.figures_after
    assert sum(f.minutes for f in figures) == pytest.approx(sum(f.share_minutes for f in figures))


# ── What comes of it ─────────────────────────────────────────────────────────────────────


def test_the_table_comes_back_with_reps_and_plans() -> None:
    rows = pd.DataFrame(street(8)).rename(columns={"id": "零售户编号", "rep": "客户经理"})
    rows["我的列"] = "x"
    found = assign(rows)
    table = found.retailers
    assert list(table.columns) == list(rows.columns)
    assert list(table["客户经理"]) == list(found.after.values())
    assert table.drop(columns="客户经理").equals(rows.drop(columns="客户经理"))
    plan = plan_routes(table, SIDES, "straight", start="2026-11-30", weeks=2, effort=1)
    assert {s.retailer: r.rep for r in plan.schedule.routes for s in r.stops} == dict(found.after)


def test_a_table_without_a_column_for_reps_gets_one() -> None:
    rows = [{k: v for k, v in row.items() if k != "rep"} for row in street(4)]
    assert list(assign(rows).retailers["rep"]) == ["A", "A", "B", "B"]


def test_records_set_aside_stay_in_the_table_as_they_are() -> None:
    rows = [*street(6), shop("BAD", 0, 0, lon="", rep="B"), {**street(1)[0], "rep": "B"}]
    found = assign(rows)
    assert list(found.retailers["rep"])[6:] == ["B", "B"]
    assert "BAD" not in found.after


def test_figures_are_told_before_and_after() -> None:
    found = assign(street(owner="A"), redesign=True)
    summary = found.summary()
    assert summary["moved"] == 12
    assert summary["before"]["spread"] == pytest.approx(1.0)
    assert summary["after"]["spread"] <= 0.05
    assert summary["after"]["compactness_minutes"] < summary["before"]["compactness_minutes"]
    assert list(found.kpis["when"]) == ["before", "before", "after", "after"]
    assert found.kpis["visits"].sum() == 2 * 24 * 2
    assert "12 moved" in repr(found)
    assert "<table" in found._repr_html_()


def test_the_same_input_gives_the_same_files(tmp_path: Any) -> None:
    for name in ("one", "two"):
        assign(street(owner="A"), redesign=True).write(tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert files == [
        "changes.csv",
        "retailers.csv",
        "territories.csv",
        "territories.geojson",
        "territories.html",
        "territories.json",
    ]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"tolerance": 0}, "tolerance"),
        ({"max_moved": -1}, "max_moved"),
        ({"fixed": ["nobody"]}, "fixed"),
        ({"fixed": ["S00"]}, "fixed"),
        ({"fixed": "S00"}, "fixed"),
    ],
)
def test_options_that_make_no_sense_are_named(changes: dict[str, Any], column: str) -> None:
    with pytest.raises(InputError) as caught:
        assign(street(4), **changes)
    assert [(p.code, p.column) for p in caught.value.problems] == [("VR1415", column)]


def test_too_many_retailers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visitroute.planning.landscape.LARGEST_LAND", 3)
    with pytest.raises(InputError, match="VR1416"):
        assign(street(4))


# ── Headcount ────────────────────────────────────────────────────────────────────────────


def test_a_target_bounds_how_many_visits_a_rep_makes() -> None:
    reps = [rep("A", 0, 600, target_visits=4, max_visits=6)]
    # 24 weekly shops, two weeks of five days: 48 visits, 40 of which one rep makes.
    count = assign(street(), reps).headcount
    assert count.visits == 48
    assert count.visits_a_day == 4
    assert (count.limit, count.needed) == ("target", 2)


def test_time_bounds_it_where_no_target_does() -> None:
    reps = [rep("A", 0, 600, target_visits=None, max_visits=None)]
    count = assign([{**row, "service_minutes": 100} for row in street()], reps).headcount
    assert count.limit == "time"
    # 480 minutes of work: four visits of 100 minutes and a little travel.
    assert 4 < count.visits_a_day < 4.8
    assert count.needed == 2


def test_no_number_of_reps_helps_who_is_too_far_away() -> None:
    rows = street(4)
    roads = matrix_of([{**row, "id": row["id"]} for row in rows], {})
    slow = given_matrix(roads.ids, roads._deciseconds * 100, roads._decimetres)
    assert assign(rows, roads=slow).headcount.needed is None


def test_a_rep_who_does_not_work_gets_nobody_and_spoils_nothing() -> None:
    reps = [*SIDES, rep("C", 600, 600, leave="2026-11-30..2026-12-31")]
    found = assign(street(), reps)
    assert set(found.after.values()) == {"A", "B"}
    assert found.is_balanced
    idle = found.figures_after[2]
    assert (idle.retailers, idle.share_minutes, idle.off_share) == (0, 0.0, 0.0)
    anew = assign(street(owner="C"), reps, redesign=True, max_moved=0)
    assert set(anew.after.values()) == {"A", "B"}  # nobody is left with C, moves or not
    kept = assign([{**row, "rep_fixed": "yes"} for row in street(owner="C")], reps, redesign=True)
    assert set(kept.after.values()) == {"C"}
    assert kept.figures_after[2].off_share == 1.0
    assert not kept.is_balanced


def test_territories_of_retailers_who_are_only_called_have_their_middle_amid_them() -> None:
    rows = [{**row, "channel": "phone"} for row in street()]
    found = assign(rows, redesign=True)
    west, east = halves(found)
    assert (set(west), set(east)) == ({"A"}, {"B"})
