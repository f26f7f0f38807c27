from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.sets import mapotempo

PUBLIC = Path(__file__).parents[3] / "shared" / "bench"


def service(name: str, point: str, visits: int, lapse: int, seconds: float) -> dict[str, Any]:
    windows = [{"start": 28_800, "end": 36_000, "day_index": d} for d in (0, 2)]
    return {
        "id": name,
        "visits_number": visits,
        "minimum_lapse": lapse,
        "quantities": [{"unit_id": "kg", "value": 10.5}],
        "activity": {
            "point_id": point,
            "duration": seconds,
            "setup_duration": 100,
            "timewindows": windows,
        },
    }


@pytest.fixture
def instance(tmp_path: Path) -> mapotempo.Instance:
    """Two points, one of them with a weekly and a single service, over two weeks."""
    folder = tmp_path / "mapotempo"
    folder.mkdir()
    raw = {
        "services": [
            service("A2", "A", 2, 7, 1000.0),
            service("A1", "A", 1, 14, 500.0),
            service("B1", "B", 1, 14, 500.0),
        ],
        "vehicles": [
            {
                "id": "v",
                "start_point_id": "D",
                "end_point_id": "D",
                "sequence_timewindows": [
                    {"start": 28_000, "end": 40_000, "day_index": d} for d in range(5)
                ],
                "capacities": [{"unit_id": "kg", "limit": 30}],
                "unavailable_work_day_indices": [2],
            }
        ],
        "configuration": {
            "resolution": {"same_point_day": True},
            "schedule": {"range_indices": {"start": 0, "end": 13}},
        },
    }
    (folder / "small.json").write_text(json.dumps(raw))
    time = np.full((3, 3), 600.0, dtype=np.float32)
    np.fill_diagonal(time, 0)
    np.savez(folder / "small.npz", ids=np.array(["D", "A", "B"]), time=time, distance=time)
    return mapotempo.load(tmp_path, "*")[0]


def plan(*routes: tuple[int, list[str]], dropped: tuple[str, ...] = ()) -> dict[str, Any]:
    lines = [{"day": d, "vehicle": 0, "stops": stops} for d, stops in routes]
    return {"routes": lines, "dropped": list(dropped)}


def test_a_valid_plan_has_its_driving(instance: mapotempo.Instance) -> None:
    good = plan((0, ["A1", "A2"]), (7, ["B1", "A2"]))
    assert mapotempo.verify(instance, good) == ((0, 3000.0), [])


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (plan((0, ["A1", "A2"]), (9, ["A2", "B1", "A1"])), "A1: 2 of 1 visits"),
        (plan((7, ["A1", "A2", "B1"]), (9, ["A2"])), "A2: 2 days apart"),
        (plan((0, ["A2"]), (7, ["B1"]), dropped=("A1",)), "A2: 1 of 2 visits"),
        (plan((0, ["A2"]), (7, ["A2"]), (9, ["B1", "A1"])), "days of its own"),
        (plan((0, ["A1", "A2"]), (7, ["A2"])), "B1: planned and dropped, or neither"),
        (plan((2, ["A1", "A2"]), (9, ["A2", "B1"])), "a day off"),
        (plan((1, ["A1", "A2"]), (9, ["A2", "B1"])), "can't begin in a window"),
        (plan((0, ["A1", "A2", "B1"]), (7, ["A2"])), "carries 31.5 of 30 kg"),
        (plan((0, ["A2", "B1", "A1"]), (7, ["A2"])), "point A twice"),
        (plan((0, ["A1", "A2"]), (7, ["A2", "X"]), dropped=("B1",)), "unknown service"),
        (plan((0, ["A1", "A2"]), (0, ["B1"]), (7, ["A2"])), "two routes"),
        (plan((14, ["B1"]), dropped=("A1", "A2")), "no such route"),
    ],
)
def test_broken_plans_are_told(
    instance: mapotempo.Instance, broken: dict[str, Any], told: str
) -> None:
    assert any(told in problem for problem in mapotempo.verify(instance, broken)[1])


def test_unassigned_visits_come_first(instance: mapotempo.Instance) -> None:
    assert mapotempo.verify(instance, plan((0, ["B1"]), dropped=("A1", "A2")))[0] == (3, 1200.0)


def test_the_core_plans_everything(instance: mapotempo.Instance) -> None:
    found = mapotempo.solve(instance, "visitroute", 1, iterations=640)
    objective, problems = mapotempo.verify(instance, found)
    assert problems == []
    assert objective == (0, 3000.0)


@pytest.mark.skipif(not (PUBLIC / "mapotempo").is_dir(), reason="the public sets are absent")
def test_a_public_instance_can_be_read() -> None:
    found = mapotempo.load(PUBLIC, "performance_13vl_0")[0]
    assert len(found.services) == 181
    assert found.same_days
    assert mapotempo.verify(found, plan(dropped=tuple(s.id for s in found.services)))[1] == []


def test_absent_instances_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent"):
        mapotempo.load(tmp_path, "*")


def small(*services: mapotempo.Service, num_days: int = 12) -> mapotempo.Instance:
    """Return a day of 100 seconds, A and B 5 away from the base and 2 from each other."""
    time = np.array([[0.0, 5, 5], [5, 0, 2], [5, 2, 0]])
    vehicle = mapotempo.Vehicle("v", "D", "D", ((None, 0.0, 100.0),), {}, frozenset())
    row = {"D": 0, "A": 1, "B": 2}
    days = range(num_days)
    return mapotempo.Instance("small", days, services, (vehicle,), row, time, same_days=True)


def wanted(name: str, point: str, visits: int, seconds: float, **other: Any) -> mapotempo.Service:
    given = {"windows": (), "load": {}, "closed": frozenset(), "setup": 1.0, "lapse": 1, **other}
    return mapotempo.Service(id=name, point=point, visits=visits, seconds=seconds, **given)


def left_out(instance: mapotempo.Instance) -> float:
    found = mapotempo.solve(instance, "visitroute", 1, iterations=640)
    objective, problems = mapotempo.verify(instance, found)
    assert problems == []
    return objective[0]


def test_what_is_impossible_does_not_hinder_the_rest_of_its_point() -> None:
    too_often = [wanted(f"a{k}", "A", 20, 5.0) for k in range(3)]
    assert left_out(small(*too_often, wanted("a", "A", 2, 5.0))) == 60


def test_short_services_stay_where_the_longest_is_left_out() -> None:
    long, short = wanted("a12", "A", 12, 80.0), wanted("a1", "A", 1, 2.0)
    others = [wanted(f"b{k}", "B", 12, 40.0) for k in range(2)]
    assert left_out(small(*others, long, short)) == 12


def test_setup_may_come_before_the_window() -> None:
    late = wanted("a", "A", 1, 35.0, setup=10.0, windows=((None, 60.0, 60.0),))
    assert left_out(small(late)) == 0


def test_services_of_a_point_may_have_hours_one_after_the_other() -> None:
    early = wanted("a", "A", 1, 30.0, windows=((None, 10.0, 20.0),))
    late = wanted("c", "A", 1, 30.0, windows=((None, 40.0, 50.0),))
    assert left_out(small(early, late, num_days=1)) == 0


def test_points_do_not_crowd_on_the_first_days() -> None:
    model = mapotempo._Model(small(wanted("a", "A", 1, 5.0), wanted("b", "B", 1, 5.0)))
    model.build()
    one, other = ([way.days for way in point.ways] for point in model.points)
    assert sorted(one) == sorted(other) == [(d,) for d in range(12)]
    assert one != other
    assert one != sorted(one)
