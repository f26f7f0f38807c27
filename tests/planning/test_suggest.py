"""Days for one visit more: colours by detour, and offers that hold when taken."""

from __future__ import annotations

from typing import Any

import pytest

from planning.town import at, history, rep, shops
from visitroute.errors import InputError
from visitroute.planning import VisitPlan, plan_routes


def plan(rows: Any, **changes: Any) -> VisitPlan:
    settings = {"start": "2026-11-30", "weeks": 1, "effort": 20, "visits": history(shops(10))}
    return plan_routes(rows, changes.pop("reps", [rep()]), "straight", **{**settings, **changes})


def test_an_offer_for_a_known_retailer_can_be_taken() -> None:
    rows = shops(10)
    found = plan(rows)
    offers = found.best_days("S003", minutes=30)
    assert offers["colour"].iloc[0] == "green"
    assert set(offers["rep"]) == {"A"}
    visited = {str(r.visits[0]) for r in found.rhythms if r.retailer == "S003"}
    best = offers.iloc[0]
    assert best["date"].date().isoformat() in visited  # the rep is there anyway
    assert best["detour_minutes"] == 0
    other = offers[offers["detour_minutes"] > 0].iloc[0]
    taken = plan(
        rows,
        tasks=[
            {
                "id": "t",
                "retailer": "S003",
                "quadrant": "Q1",
                "due": other["date"].date().isoformat(),
                "appointment": other["time"],
                "minutes": 10,
            }
        ],
    )
    assert taken.check() == ()
    assert not any(d.task == "t" for d in taken.schedule.dropped)


def test_a_new_retailer_near_by_is_green_and_one_far_away_is_red() -> None:
    found = plan(shops(10))
    near = at(100, 20)
    offers = found.best_days(lon=near["lon"], lat=near["lat"])
    assert offers.iloc[0]["colour"] == "green"
    assert offers.iloc[0]["detour_minutes"] < 10
    far = at(60_000, 0)
    offers = found.best_days(lon=far["lon"], lat=far["lat"])
    assert set(offers["colour"]) == {"red"}
    assert offers["detour_minutes"].isna().all() or offers["detour_minutes"].min() > 25


def test_full_days_are_red_or_name_who_would_move() -> None:
    found = plan(shops(10), reps=[rep(target_visits=2, max_visits=2)])
    offers = found.best_days(lon=at(0, 0)["lon"], lat=at(0, 0)["lat"], language="zh")
    assert set(offers["chance"]) <= {"full", "off", "move"}
    assert offers[offers["chance"] == "full"]["reason"].str.contains("已排满2次拜访").all()
    moved = offers[offers["chance"] == "move"]
    assert moved["moves"].notna().all()
    assert not (offers["colour"] == "green").any()


def test_every_rep_is_asked_for_a_new_retailer() -> None:
    reps = [rep("A"), rep("B", 900, 900)]
    found = plan(shops(10), reps=reps)
    place = at(900, 890)
    assert set(found.best_days(lon=place["lon"], lat=place["lat"])["rep"]) == {"A", "B"}
    assert set(found.best_days(lon=place["lon"], lat=place["lat"], rep="A")["rep"]) == {"A"}
    with pytest.raises(InputError, match="VR1410"):
        found.best_days(lon=place["lon"], lat=place["lat"], rep="C")
    with pytest.raises(InputError, match="VR1410"):
        found.map(rep="C")


def test_the_policy_says_what_is_green() -> None:
    strict = {"suggest": {"green_minutes": 0, "yellow_minutes": 0}}
    found = plan(shops(10), policy=strict)
    place = at(500, 500)
    assert set(found.best_days(lon=place["lon"], lat=place["lat"])["colour"]) == {"red"}


def test_what_is_asked_without_a_place_is_refused() -> None:
    found = plan(shops(10))
    for name, code in (("nobody", "VR1408"), (None, "VR1409")):
        with pytest.raises(InputError) as caught:
            found.best_days(name)
        assert [p.code for p in caught.value.problems] == [code]
