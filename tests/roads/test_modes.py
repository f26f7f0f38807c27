from __future__ import annotations

import pytest

from visitroute.model import TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.roads.modes import (
    CLOSED,
    find_passage,
    is_snappable,
    parse_duration,
    parse_maxspeed,
)

CAR, MOTORBIKE, EBIKE = TravelMode.CAR, TravelMode.MOTORBIKE, TravelMode.EBIKE
BICYCLE, FOOT = TravelMode.BICYCLE, TravelMode.FOOT


def passage(policy: Policy, mode: TravelMode, **tags: str) -> tuple[float, float]:
    tags = {key.replace("__", ":"): value for key, value in tags.items()}
    found = find_passage(tags, mode, policy.speeds[mode])
    return found.forward, found.backward


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "motorway"}, (90, 0)),
        ({"highway": "motorway", "oneway": "no"}, (90, 90)),
        ({"highway": "residential"}, (25, 25)),
        ({"highway": "residential", "oneway": "yes"}, (25, 0)),
        ({"highway": "residential", "oneway": "-1"}, (0, 25)),
        ({"highway": "residential", "oneway": "reversible"}, (0, 0)),
        ({"highway": "tertiary", "junction": "roundabout"}, (40, 0)),
        ({"highway": "primary_link"}, (30, 30)),
        ({"highway": "secondary", "maxspeed": "50"}, (40, 40)),
        ({"highway": "secondary", "maxspeed": "90"}, (72, 72)),
        ({"highway": "secondary", "maxspeed": "RU:urban"}, (55, 55)),
        ({"highway": "motorway", "maxspeed": "120", "oneway": "yes"}, (96, 0)),
        ({"highway": "motorway_link", "maxspeed": "120", "oneway": "yes"}, (96, 0)),
        ({"highway": "motorway_link", "maxspeed": "40", "oneway": "yes"}, (32, 0)),
        ({"highway": "primary", "maxspeed": "90", "maxspeed:backward": "50"}, (72, 40)),
        ({"highway": "residential", "maxspeed": "50"}, (25, 25)),
        ({"highway": "secondary", "maxspeed": "60", "maxspeed:backward": "30"}, (48, 24)),
        ({"highway": "residential", "access": "private"}, (0, 0)),
        ({"highway": "residential", "access": "private", "motor_vehicle": "yes"}, (25, 25)),
        ({"highway": "residential", "access": "yes", "motor_vehicle": "no"}, (0, 0)),
        ({"highway": "residential", "access": "destination"}, (25, 25)),
        ({"highway": "footway"}, (0, 0)),
        ({"highway": "footway", "access": "yes"}, (0, 0)),
        ({"highway": "pedestrian", "motor_vehicle": "yes"}, (10, 10)),
        ({"highway": "construction", "motor_vehicle": "yes"}, (0, 0)),
        ({"highway": "service", "service": "emergency_access"}, (0, 0)),
        ({"highway": "service", "area": "yes"}, (0, 0)),
        ({"highway": "maxspeed_share"}, (0, 0)),
    ],
)
def test_car(policy: Policy, tags: dict[str, str], expected: tuple[float, float]) -> None:
    found = find_passage(tags, CAR, policy.speeds[CAR])
    assert (found.forward, found.backward) == pytest.approx(expected)


def test_the_ground_caps_what_a_limit_sets(policy: Policy) -> None:
    tags = {"highway": "trunk", "maxspeed": "100", "surface": "gravel"}
    speeds, surfaces = policy.speeds[CAR], policy.surfaces[CAR]
    assert find_passage(tags, CAR, speeds, surfaces).forward == 40
    assert find_passage(tags, CAR, speeds).forward == pytest.approx(80)
    ignored = {**speeds, "maxspeed_share": 0.0}
    assert find_passage(tags, CAR, ignored).forward == 85


def test_a_link_without_a_speed_of_its_own_has_its_roads_speed(policy: Policy) -> None:
    assert passage(policy, BICYCLE, highway="primary_link") == (15, 15)


def test_bicycles_ride_against_a_oneway_only_where_a_tag_says_so(policy: Policy) -> None:
    street = {"highway": "residential", "oneway": "yes"}
    assert passage(policy, BICYCLE, **street) == (15, 0)
    assert passage(policy, BICYCLE, **street, oneway__bicycle="no") == (15, 15)
    assert passage(policy, BICYCLE, **street, cycleway="opposite_lane") == (15, 15)
    assert passage(policy, EBIKE, **street, cycleway__left="lane", cycleway__left__oneway="-1") == (
        20,
        20,
    )
    assert passage(policy, CAR, **street, oneway__bicycle="no") == (25, 0)


def test_walkers_ignore_oneways_and_keep_off_motorways(policy: Policy) -> None:
    assert passage(policy, FOOT, highway="residential", oneway="yes") == (5, 5)
    assert passage(policy, FOOT, highway="steps") == (2.5, 2.5)
    assert passage(policy, FOOT, highway="motorway") == (0, 0)
    assert passage(policy, FOOT, highway="trunk", motorroad="yes") == (0, 0)
    assert passage(policy, FOOT, highway="residential", access="no", foot="yes") == (5, 5)
    assert passage(policy, FOOT, highway="residential", motor_vehicle="no") == (5, 5)


def test_modes_have_keys_of_their_own(policy: Policy) -> None:
    assert passage(policy, MOTORBIKE, highway="residential", motorcycle="no") == (0, 0)
    assert passage(policy, CAR, highway="residential", motorcycle="no") == (25, 25)
    assert passage(policy, BICYCLE, highway="footway", bicycle="yes") == (8, 8)
    assert passage(policy, EBIKE, highway="residential", electric_bicycle="no") == (0, 0)
    assert passage(policy, BICYCLE, highway="residential", electric_bicycle="no") == (15, 15)
    assert passage(policy, BICYCLE, highway="residential", maxspeed="5") == (15, 15)


@pytest.mark.parametrize(
    ("tags", "bicycle", "ebike"),
    [
        ({"highway": "steps"}, (0, 0), (0, 0)),
        ({"highway": "steps", "bicycle": "yes"}, (2, 2), (0, 0)),
        ({"highway": "steps", "bicycle": "dismount"}, (2, 2), (0, 0)),
        ({"highway": "steps", "ramp:bicycle": "yes"}, (2, 2), (0, 0)),
        ({"highway": "steps", "ramp:bicycle": "yes", "bicycle": "no"}, (0, 0), (0, 0)),
        ({"highway": "footway"}, (0, 0), (0, 0)),
        ({"highway": "footway", "bicycle": "dismount"}, (4, 4), (4, 4)),
        ({"highway": "pedestrian", "bicycle": "dismount"}, (4, 4), (4, 4)),
        ({"highway": "residential", "bicycle": "dismount"}, (4, 4), (4, 4)),
        ({"highway": "residential", "bicycle": "dismount", "oneway": "yes"}, (4, 4), (4, 4)),
        ({"highway": "motorway"}, (0, 0), (0, 0)),
        ({"highway": "motorway_link"}, (0, 0), (0, 0)),
        ({"highway": "trunk", "motorroad": "yes"}, (0, 0), (0, 0)),
    ],
)
def test_bicycles_are_pushed_where_a_tag_says_so(
    policy: Policy,
    tags: dict[str, str],
    bicycle: tuple[float, float],
    ebike: tuple[float, float],
) -> None:
    assert passage(policy, BICYCLE, **tags) == bicycle
    assert passage(policy, EBIKE, **tags) == ebike


def test_a_policy_can_have_bicycles_pushed_anywhere() -> None:
    policy = load_policy({"speeds": {"bicycle": {"steps": 1, "pedestrian": 3}}})
    assert passage(policy, BICYCLE, highway="steps") == (1, 1)
    assert passage(policy, BICYCLE, highway="pedestrian") == (3, 3)
    assert passage(policy, BICYCLE, highway="pedestrian", bicycle="dismount") == (3, 3)


def test_the_outline_of_an_area_is_for_walkers_and_bicycles(policy: Policy) -> None:
    square = {"highway": "pedestrian", "area": "yes"}
    assert passage(policy, FOOT, **square) == (5, 5)
    assert passage(policy, BICYCLE, **square) == (0, 0)
    assert passage(policy, BICYCLE, **square, bicycle="yes") == (8, 8)
    assert passage(policy, EBIKE, highway="service", area="yes") == (15, 15)
    for mode in (CAR, MOTORBIKE):
        assert passage(policy, mode, **square, motor_vehicle="yes") == (0, 0)


@pytest.mark.parametrize("mode", list(TravelMode))
def test_access_at_the_last_metre(policy: Policy, mode: TravelMode) -> None:
    street = passage(policy, mode, highway="residential")
    assert street != (0, 0)
    for word in ("destination", "customers", "delivery", "permissive"):
        assert passage(policy, mode, highway="residential", access=word) == street
    for word in ("private", "no", "residents", "permit"):
        assert passage(policy, mode, highway="residential", access=word) == (0, 0)


def test_walkers_keep_off_motorways_and_their_links(policy: Policy) -> None:
    for name in ("motorway", "motorway_link"):
        assert passage(policy, FOOT, highway=name) == (0, 0)
    assert passage(policy, FOOT, highway="trunk") == (5, 5)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "service"}, True),
        ({"highway": "service", "tunnel": "yes"}, False),
        ({"highway": "service", "tunnel": "yes", "layer": "-4"}, False),
        ({"highway": "footway", "tunnel": "yes", "layer": "-1;-2"}, False),
        ({"highway": "footway", "tunnel": "yes", "layer": "-1;0"}, True),
        ({"highway": "footway", "tunnel": "yes", "layer": "1"}, True),
        ({"highway": "footway", "tunnel": "yes", "layer": "low"}, False),
        ({"highway": "service", "tunnel": "avalanche_protector", "layer": "-1"}, False),
        ({"highway": "service", "tunnel": "avalanche_protector"}, True),
        ({"highway": "service", "tunnel": "building_passage"}, True),
        ({"highway": "service", "tunnel": "building_passage", "layer": "-1"}, True),
        ({"highway": "service", "tunnel": "no", "layer": "-1"}, True),
        ({"highway": "footway", "layer": "-1"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "motorway_link"}, False),
        ({"highway": "trunk"}, True),
        ({"route": "ferry"}, False),
    ],
)
def test_is_snappable(tags: dict[str, str], expected: bool) -> None:
    assert is_snappable(tags) is expected


def test_ferries(policy: Policy) -> None:
    speeds = policy.speeds[CAR]
    timed = find_passage({"route": "ferry", "duration": "0:20"}, CAR, speeds)
    assert (timed.forward, timed.backward, timed.duration) == (5, 5, 1200)
    assert find_passage({"route": "ferry", "foot": "yes"}, CAR, speeds) == CLOSED
    assert find_passage({"route": "ferry", "motor_vehicle": "no"}, CAR, speeds) == CLOSED
    both = {"route": "ferry", "foot": "yes", "motor_vehicle": "yes"}
    assert find_passage(both, CAR, speeds).forward == 5
    assert find_passage({"route": "ferry", "foot": "yes"}, FOOT, policy.speeds[FOOT]).forward == 5


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("30 mph", 48.28032),
        ("walk", 6),
        ("50;30", 30),
        ("none", None),
        ("signals", None),
        ("RU:urban", None),
        ("0", None),
        ("", None),
    ],
)
def test_parse_maxspeed(text: str, kmh: float | None) -> None:
    assert parse_maxspeed(text) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20", 1200),
        ("1:20", 4800),
        ("00:12:30", 750),
        ("PT1H20M", 4800),
        ("P1DT1H", 90_000),
        ("soon", None),
        ("0", None),
    ],
)
def test_parse_duration(text: str, seconds: float | None) -> None:
    assert parse_duration(text) == seconds
