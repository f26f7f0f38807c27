from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from visitroute.coordinates import from_wgs84
from visitroute.errors import Problem, Severity
from visitroute.model import PlanInput

Rows = list[dict[str, Any]]
Faults = Callable[..., tuple[Problem, ...]]
Load = Callable[..., PlanInput]


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (None, 41.15, "VR1201"),
        (-8.61, "", "VR1201"),
        ("west", 41.15, "VR1202"),
        (0, "0.0", "VR1203"),
        (41.15, -8.61, "VR1204"),  # in range, far away, right when exchanged
        (23.1, 113.3, "VR1204"),  # latitude beyond 90
        (-861, 41.15, "VR1205"),
        (-8.61, 99, "VR1205"),
        (-8.61, 45.15, "VR1206"),
    ],
)
def test_a_bad_point_is_set_aside(
    load: Load, shops: Rows, lon: object, lat: object, code: str
) -> None:
    shops[2] |= {"lon": lon, "lat": lat}
    if lat == 99:
        shops[2]["lon"] = -120
    plan_input = load(retailers=shops)
    (excluded,) = plan_input.excluded
    assert (excluded.retailer, excluded.code, excluded.row) == ("R2", code, 4)
    assert (excluded.lon, excluded.lat, excluded.name) == (None, None, "Shop 2")
    assert [shop.id for shop in plan_input.retailers] == ["R0", "R1", "R3", "R4", "R5"]
    (problem,) = [p for p in plan_input.problems if p.severity is Severity.QUARANTINE]
    assert (problem.code, problem.row, problem.id) == (code, 4, "R2")
    assert problem.message == excluded.reason


def test_several_swapped_points_near_each_other_are_found(load: Load, shops: Rows) -> None:
    for shop in shops[1:3]:
        shop["lon"], shop["lat"] = shop["lat"], shop["lon"]
    assert [e.code for e in load(retailers=shops).excluded] == ["VR1204", "VR1204"]


def test_a_second_town_with_a_base_is_no_fault(load: Load, shops: Rows, reps: Rows) -> None:
    for shop in shops[3:]:
        shop["lat"] += 3
    reps.append({**reps[0], "id": "B", "lat": 44.15})
    assert load(retailers=shops, reps=reps).excluded == ()


def test_a_second_town_without_a_base_is_no_fault_either(load: Load, shops: Rows) -> None:
    for shop in shops[3:]:
        shop["lat"] += 3
    assert load(retailers=shops).excluded == ()


def test_scattered_shops_are_not_far_from_all_others(load: Load, shops: Rows) -> None:
    for i, shop in enumerate(shops):
        shop["lat"] = 20 + 5 * i
    assert load(retailers=shops).excluded == ()


def test_two_places_are_not_judged(load: Load, shops: Rows) -> None:
    shops[0]["lat"] = 60
    assert load(retailers=shops[:1]).excluded == ()


def test_swapped_columns_stop_the_run(faults: Faults, shops: Rows) -> None:
    for shop in shops:
        shop["lon"], shop["lat"] = shop["lat"], shop["lon"]
    (error,) = [p for p in faults(retailers=shops) if p.severity is Severity.ERROR]
    assert error.code == "VR1204"
    assert "6 of 6" in error.message


def test_mostly_bad_coordinates_stop_the_run(faults: Faults, shops: Rows) -> None:
    for shop in shops[:4]:
        shop["lat"] = "?"
    (error,) = [p for p in faults(retailers=shops) if p.severity is Severity.ERROR]
    assert error.code == "VR1208"
    assert "4 of 6" in error.message


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (None, None, "VR1201"),
        ("x", 41.1, "VR1202"),
        (0, 0, "VR1203"),
        (41.148, -8.61, "VR1204"),
        (500, 41, "VR1205"),
    ],
)
def test_a_bad_base_stops_the_run(
    faults: Faults, reps: Rows, lon: object, lat: object, code: str
) -> None:
    reps.append({**reps[0], "id": "B", "lon": lon, "lat": lat})
    errors = [p for p in faults(reps=reps) if p.severity is Severity.ERROR]
    assert [(p.code, p.row, p.id) for p in errors] == [(code, 3, "B")]


def test_a_base_far_from_all_shops_is_warned_of(faults: Faults, reps: Rows) -> None:
    reps.append({**reps[0], "id": "B", "lat": 44.0})
    (problem,) = [p for p in faults(reps=reps) if p.code == "VR1207"]
    assert (problem.severity, problem.id) == (Severity.WARNING, "B")


def test_the_end_of_a_day_may_lie_elsewhere(load: Load, faults: Faults, reps: Rows) -> None:
    assert load().reps[0].end == load().reps[0].start
    reps[0] |= {"end_lon": -8.6, "end_lat": 41.16}
    rep = load(reps=reps).reps[0]
    assert (rep.end.lon, rep.end.lat) == (-8.6, 41.16)
    assert rep.start.lon == -8.61
    reps[0]["end_lat"] = None
    assert "VR1201" in [p.code for p in faults(reps=reps)]


def test_one_column_may_hold_both_coordinates(load: Load, faults: Faults, shops: Rows) -> None:
    for shop in shops:
        shop["经纬度"] = f"{shop.pop('lon')}, {shop.pop('lat')}"
    assert load(retailers=shops).retailers[2].lat == pytest.approx(41.15)
    shops[1]["经纬度"] = "here"
    assert [p.code for p in faults(retailers=shops) if p.row == 3] == ["VR1202"]


@pytest.mark.parametrize("datum", ["gcj02", "bd09", "GCJ-02"])
def test_the_datum_holds_for_all_tables_or_for_one(
    load: Load, shops: Rows, reps: Rows, datum: str
) -> None:
    name = datum.lower().replace("-", "")
    lon, lat = from_wgs84(np.full(6, 116.4), np.linspace(39.9, 39.92, 6), name)
    for i, shop in enumerate(shops):
        shop |= {"lon": lon[i], "lat": lat[i]}
    reps[0] |= {"lon": lon[0], "lat": lat[0]}
    plan_input = load(retailers=shops, reps=reps, datum=datum)
    assert plan_input.retailers[0].lon == pytest.approx(116.4, abs=1e-9)
    assert plan_input.reps[0].start.lat == pytest.approx(39.9, abs=1e-9)
    only = load(retailers=shops, reps=reps, datum={"reps": datum})
    assert only.retailers[0].lon == lon[0]
    assert only.reps[0].start.lat == pytest.approx(39.9, abs=1e-9)


def test_an_unknown_datum_stops_the_run(faults: Faults) -> None:
    problems = faults(datum="cgcs2000")
    assert [p.code for p in problems if p.severity is Severity.ERROR] == ["VR1405"]
    keys = faults(datum={"tasks": "wgs84", "reps": "mars"})
    assert [p.code for p in keys if p.severity is Severity.ERROR] == ["VR1405", "VR1405"]


def test_shared_spots_are_counted(load: Load, shops: Rows) -> None:
    shops[3] |= {"lon": shops[1]["lon"], "lat": shops[1]["lat"]}
    (problem,) = [p for p in load(retailers=shops).problems if p.code == "VR1305"]
    assert problem.message.startswith("2 retailers")
    assert "R1 and R3" in problem.message
