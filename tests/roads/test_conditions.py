from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitroute.errors import PolicyError
from visitroute.model import TravelMode
from visitroute.policy import load_policy
from visitroute.roads.conditions import RushHours, plan_factor
from visitroute.roads.network import CLOSED
from visitroute.roads.streets import Streets, load_streets

At = Callable[[float, float], tuple[float, float]]
CAR, FOOT = TravelMode.CAR, TravelMode.FOOT
# Two streets from a to b: the short way 1 over node 3, the long way 2 over node 4, and a spur.
NODES = {1: (0, 0), 2: (1000, 0), 3: (500, 0), 4: (500, 2500), 5: (500, 300), 6: (600, 300)}
WAYS = [
    ([1, 3, 2], {"highway": "residential"}),
    ([1, 4, 2], {"highway": "tertiary"}),
    ([3, 5, 6], {"highway": "service"}),
]


@pytest.fixture
def town(write_osm: Callable[..., Path]) -> Callable[..., Streets]:
    def make(ways: object = WAYS, on: date | None = None, **conditions: object) -> Streets:
        policy = load_policy({"conditions": conditions})
        return load_streets(write_osm(NODES, ways), policy, cache=False, on=on)

    return make


def seconds(streets: Streets, at: At, mode: TravelMode = CAR, **more: object) -> float:
    lon, lat = zip(at(0, 0), at(1000, 0), strict=True)
    located = streets.locate(["a", "b"], lon, lat, mode)
    return float(streets.matrix(located, **more).deciseconds[0, 1]) / 10


def test_weather_slows_by_mode_and_class(town: Callable[..., Streets], at: At) -> None:
    dry = seconds(town(), at)
    assert seconds(town(weather="snow"), at) == pytest.approx(1.45 * dry, abs=0.2)
    assert seconds(town(weather="rain"), at) == pytest.approx(1.05 * dry, abs=0.2)
    on_foot = seconds(town(), at, FOOT)
    assert seconds(town(weather="snow"), at, FOOT) == pytest.approx(1.25 * on_foot, abs=0.2)


def test_a_weather_of_ones_own(write_osm: Callable[..., Path], at: At) -> None:
    fog = {"weather": {"fog": {"car": {"all": 2.0}}}, "conditions": {"weather": "fog"}}
    path = write_osm(NODES, WAYS)
    slow, free = (seconds(load_streets(path, load_policy(p), cache=False), at) for p in (fog, {}))
    assert slow == pytest.approx(2 * free, abs=0.2)
    with pytest.raises(PolicyError, match="'hail' is none of rain, snow"):
        load_policy({"conditions": {"weather": "hail"}})


@pytest.mark.parametrize("how", ["way", "area", "place"])
def test_closed_roads_are_driven_round(town: Callable[..., Streets], at: At, how: str) -> None:
    area = [list(at(x, y)) for x, y in ((200, -50), (300, -50), (300, 50), (200, 50))]
    closed: dict[str, dict[str, object]] = {
        "way": {"closed_ways": [1]},
        "area": {"closed_areas": [area]},
        "place": {"closed_at": [list(at(250, 30))]},
    }
    streets = town(**closed[how])
    assert seconds(streets, at) > seconds(town(), at) + 30
    line = streets.line(
        streets.locate(["a", "b"], *zip(at(0, 0), at(1000, 0), strict=True), CAR), [0, 1]
    )
    assert any(lat > at(0, 800)[1] for _, lat in line)


def test_what_lies_behind_a_closed_road_is_told_apart(town: Callable[..., Streets], at: At) -> None:
    streets = town(closed_ways=[1, 3])
    lon, lat = zip(at(600, 310), at(0, 5), strict=True)
    located = streets.locate(["spur", "a"], lon, lat, CAR)
    assert [(p.id, p.code) for p in located.problems] == [("spur", "VR3013")]
    assert "10 m from a street for car that no way leads to" in located.problems[0].reason
    # The spur behind a closed road that is itself open.
    streets = town(closed_at=[list(at(500, 150))])
    located = streets.locate(["spur"], lon[:1], lat[:1], CAR)
    assert [p.code for p in located.problems] == ["VR3013"]


def test_a_dead_end_before_a_closed_road_is_still_reached(
    town: Callable[..., Streets], at: At
) -> None:
    # Way 1 is closed in its second half: who stops in the first has to turn round there.
    streets = town(closed_at=[list(at(750, 0))])
    lon, lat = zip(at(250, 0), at(1000, 5), strict=True)
    located = streets.locate(["before", "b"], lon, lat, CAR)
    assert located.usable.all()
    matrix = streets.matrix(located)
    assert matrix.metres[0, 1] > 2000
    assert matrix.metres[1, 0] > 2000


def test_nothing_to_close_is_said(town: Callable[..., Streets], at: At) -> None:
    streets = town(closed_ways=[1, 77], closed_at=[list(at(5000, 5000))])
    streets.network(CAR)
    (warning,) = [w for w in streets.warnings if w.startswith("VR3014")]
    assert "way 77, place [25." in warning


@pytest.mark.parametrize(
    ("tags", "winter", "summer"),
    [
        ({"access:conditional": "no @ (Nov 15-Apr 30)"}, True, False),
        ({"motor_vehicle:conditional": "no @ Nov-Apr"}, True, False),
        ({"access": "no", "access:conditional": "yes @ (May-Oct)"}, True, False),
        ({"access:conditional": "no @ (Mo-Fr 07:00-09:00)"}, False, False),
        ({"access:conditional": "no @ (weight>3.5)"}, False, False),
        ({"bicycle:conditional": "no @ (Nov-Apr)"}, False, False),
    ],
)
def test_ways_closed_by_date(
    town: Callable[..., Streets], at: At, tags: dict[str, str], *, winter: bool, summer: bool
) -> None:
    ways = [(WAYS[0][0], {**WAYS[0][1], **tags}), *WAYS[1:]]
    free = seconds(town(), at)
    closed = [
        seconds(town(ways, on=day), at) > free + 30 for day in (date(2026, 12, 1), date(2026, 7, 1))
    ]
    assert closed == [winter, summer]
    named = town(ways, on=date(2026, 7, 1), date="2026-12-01")
    assert (seconds(named, at) > free + 30) == winter


def test_nothing_is_built_anew(
    write_osm: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("VISITROUTE_CACHE", str(tmp_path / "kept"))
    path = write_osm(NODES, WAYS)
    load_streets(path, load_policy()).network(CAR)

    def fail(_: object) -> None:
        pytest.fail("the extract was read again")

    monkeypatch.setattr("visitroute.roads.streets.read_extract", fail)
    snow = load_policy({"conditions": {"weather": "snow", "closed_ways": [1]}})
    network = load_streets(path, snow, on=date(2026, 12, 1)).network(CAR)
    assert (network.forward[network.way == 1] == CLOSED).all()
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_rush_hours_in_plans_and_by_departure(town: Callable[..., Streets], at: At) -> None:
    free = seconds(town(), at)
    streets = town(rush=["07:00-09:00 2.0", "17:00-18:00 1.5"])
    assert seconds(streets, at, departure=8 * 3600) == pytest.approx(2 * free, abs=0.1)
    assert seconds(streets, at, departure=12 * 3600) == free
    policy = load_policy({"conditions": {"rush": ["07:00-09:00 2.0", "17:00-18:00 1.5"]}})
    # The shift 08:30-17:30 has half an hour at 2.0 and half an hour at 1.5.
    expected = 9 / (8 + 0.5 / 2 + 0.5 / 1.5)
    assert plan_factor(policy, CAR) == pytest.approx(expected)
    assert seconds(streets, at) == pytest.approx(expected * free, abs=0.1)
    assert seconds(streets, at, FOOT) == seconds(town(), at, FOOT)
    worst = town(rush=["07:00-09:00 2.0"], rush_plan="worst")
    assert seconds(worst, at) == pytest.approx(2 * free, abs=0.1)


@given(
    st.lists(st.floats(1, 5), min_size=1, max_size=4),
    st.floats(0, 86_000),
    st.floats(0, 3600),
    st.floats(0, 7200),
)
def test_who_leaves_later_never_arrives_earlier(
    factors: list[float], leave: float, wait: float, travel: float
) -> None:
    spans = [(20_000 + 6000 * i, 24_000 + 6000 * i, f) for i, f in enumerate(factors)]
    hours = RushHours(spans)
    first, second = hours.arrival(np.array([leave, leave + wait]), travel)
    assert second >= first - 1e-6
    assert first - leave >= travel - 1e-6


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"rush": ["7-9 2"]}, "rush"),
        ({"rush": ["07:00-09:00 2.0", "08:00-10:00 1.5"]}, "overlap"),
        ({"closed_at": [[200.0, 10.0]]}, "closed_at"),
        ({"closed_areas": [[[9.5, 47.1], [9.6, 47.1]]]}, "corners"),
        ({"date": "1.12.2026"}, "date"),
        ({"rush_plan": "best"}, "rush_plan"),
    ],
)
def test_conditions_that_make_no_sense(changes: dict[str, object], key: str) -> None:
    with pytest.raises(PolicyError, match=key):
        load_policy({"conditions": changes})


def test_western_places_are_no_error() -> None:
    policy = load_policy({"conditions": {"closed_at": [[-8.6, 41.1]]}})
    assert policy.conditions.closed_at == ((-8.6, 41.1),)
    json.dumps(policy.conditions.closed_at)
