"""A cross of four streets, and what may be turned at it.

    3
    |
1 - 5 - 2     ways: 1 = west, 2 = east, 3 = north, 4 = south, each from its end to node 5;
    |         6 closes the way round from north to east by the corner node 6
    4
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import osmium
import pytest

from visitroute.model import TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.roads.building import build_network
from visitroute.roads.network import Network
from visitroute.roads.osm import read_extract
from visitroute.roads.streets import Streets, load_streets
from visitroute.roads.turns import turn_angles

At = Callable[[float, float], tuple[float, float]]
CAR = TravelMode.CAR
STREET = {"highway": "residential"}
NODES = {1: (-500, 0), 2: (500, 0), 3: (0, 500), 4: (0, -500), 5: (0, 0), 6: (500, 500)}
WAYS = [
    ([1, 5], STREET),
    ([2, 5], STREET),
    ([3, 5], STREET),
    ([4, 5], STREET),
    ([3, 6, 2], STREET),
]
WEST, EAST, NORTH, SOUTH = (-250, 0), (250, 0), (0, 250), (0, -250)


def no_turn(kind: str, start: int, goal: int, via: int = 5, **tags: str) -> object:
    return ([("from", start), ("via", via), ("to", goal)], {"restriction": kind, **tags})


def seconds_between(streets: Streets, at: At, mode: TravelMode = CAR, **places: object) -> dict:
    names = list(places)
    lon, lat = zip(*(at(*places[n]) for n in names), strict=True)
    matrix = streets.matrix(streets.locate(names, lon, lat, mode))
    return {
        f"{a}-{b}": matrix.deciseconds[i, j] / 10
        for i, a in enumerate(names)
        for j, b in enumerate(names)
        if a != b
    }


@pytest.fixture
def cross(write_osm: Callable[..., Path], at: At) -> Callable[..., dict]:
    """Return a function that gives seconds between the middles of the four streets."""

    def make(
        *restrictions: object,
        mode: TravelMode = CAR,
        policy: Policy | None = None,
        **more: object,
    ) -> dict:
        path = write_osm(NODES, WAYS, restrictions=restrictions, **more)
        streets = load_streets(path, policy or load_policy(), cache=False)
        return seconds_between(streets, at, mode, w=WEST, e=EAST, n=NORTH, s=SOUTH)

    return make


def test_turning_costs_seconds_and_more_across_the_traffic(cross: Callable[..., dict]) -> None:
    free = 500 * 3.6 / 25
    found = cross()
    straight, right, left = found["w-e"], found["w-s"], found["w-n"]
    assert straight == pytest.approx(free, abs=0.2)
    assert right - free == pytest.approx(7.5 * 0.27, abs=0.3)
    assert left - free == pytest.approx(7.5 * 0.70, abs=0.3)
    other = cross(policy=load_policy({"roads": {"driving": "left"}}))
    assert (other["w-n"], other["w-s"]) == (right, left)


def test_who_walks_turns_freely(cross: Callable[..., dict]) -> None:
    found = cross(no_turn("no_left_turn", 1, 3), mode=TravelMode.FOOT)
    assert found["w-n"] == found["w-s"] == found["w-e"] == pytest.approx(360, abs=0.3)


def test_a_forbidden_turn_sends_round(cross: Callable[..., dict]) -> None:
    free, kept = cross(), cross(no_turn("no_left_turn", 1, 3))
    assert kept["w-n"] > free["w-n"] + 150  # east, and back round the corner
    assert {k: v for k, v in kept.items() if k != "w-n"} == {
        k: v for k, v in free.items() if k != "w-n"
    }


def test_a_prescribed_turn_forbids_the_others(cross: Callable[..., dict]) -> None:
    free, kept = cross(), cross(no_turn("only_straight_on", 1, 2))
    assert kept["w-e"] == free["w-e"]
    assert kept["w-n"] > free["w-n"] + 100
    assert kept["w-s"] > free["w-s"] + 100
    assert kept["n-s"] == free["n-s"]


@pytest.mark.parametrize(
    ("tags", "holds"),
    [
        ({"except": "bicycle"}, True),
        ({"except": "motorcar;psv"}, False),
        ({"except": "motor_vehicle"}, False),
    ],
)
def test_exceptions(cross: Callable[..., dict], tags: dict[str, str], *, holds: bool) -> None:
    kept = cross(no_turn("no_left_turn", 1, 3, **tags))
    assert (kept["w-n"] > cross()["w-n"] + 100) == holds


def test_a_restriction_of_another_mode_does_not_hold(cross: Callable[..., dict]) -> None:
    members = [("from", 1), ("via", 5), ("to", 3)]
    for tags in ({"restriction:bicycle": "no_left_turn"}, {"restriction:hgv": "no_left_turn"}):
        assert cross((members, tags)) == cross()
    only_cars = (members, {"restriction:motorcar": "no_left_turn"})
    assert cross(only_cars, mode=TravelMode.BICYCLE) == cross(mode=TravelMode.BICYCLE)
    assert cross(only_cars) != cross()


def test_conditional_restrictions_hold_when_they_hold_all_day(
    write_osm: Callable[..., Path], at: At
) -> None:
    members = [("from", 1), ("via", 5), ("to", 3)]
    winter = (members, {"restriction:conditional": "no_left_turn @ (Nov-Mar)"})
    rush = (members, {"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"})
    times = {}
    for name, restriction, day in (
        ("winter", winter, date(2026, 12, 1)),
        ("summer", winter, date(2026, 7, 1)),
        ("rush", rush, date(2026, 12, 1)),
    ):
        path = write_osm(NODES, WAYS, restrictions=[restriction])
        streets = load_streets(path, load_policy(), cache=False, on=day)
        times[name] = seconds_between(streets, at, w=WEST, n=NORTH)["w-n"]
    assert times["winter"] > times["summer"] + 100
    assert times["summer"] == times["rush"]


def test_a_turn_forbidden_after_two_ways(write_osm: Callable[..., Path], at: At) -> None:
    # Two parallel one-way streets, joined by way 3: no turning round from the one to the other.
    nodes = {1: (0, 0), 2: (500, 0), 3: (1000, 0), 4: (0, 20), 5: (500, 20), 6: (1000, 20)}
    oneway = {**STREET, "oneway": "yes"}
    ways = [
        ([1, 2], oneway),
        ([2, 3], oneway),
        ([2, 5], STREET),
        ([6, 5], oneway),
        ([5, 4], oneway),
        ([3, 6], STREET),
        ([4, 1], STREET),
    ]
    back = ([("from", 1), ("via way", 3), ("to", 5)], {"restriction": "no_u_turn"})
    found = {}
    for name, restrictions in (("free", []), ("kept", [back])):
        path = write_osm(nodes, ways, restrictions=restrictions)
        streets = load_streets(path, load_policy(), cache=False)
        found[name] = seconds_between(
            streets, at, a=(250, 0), b=(250, 20), c=(500, 10), d=(750, 20)
        )
    assert found["kept"]["a-b"] > found["free"]["a-b"] + 100  # by the far end
    # Who stops in the short street goes on as he likes, and who comes along the other road too.
    assert found["kept"]["c-b"] == found["free"]["c-b"]
    assert found["kept"]["d-b"] == found["free"]["d-b"]
    assert found["kept"]["a-c"] == found["free"]["a-c"]


def test_only_after_two_ways(write_osm: Callable[..., Path], at: At) -> None:
    nodes = {1: (0, 0), 2: (500, 0), 5: (500, 20), 4: (0, 20), 6: (1000, 20), 7: (1000, 500)}
    ways = [
        ([1, 2], STREET),
        ([2, 5], STREET),
        ([5, 4], STREET),
        ([5, 6], STREET),
        ([6, 7], STREET),
        ([4, 1], STREET),
    ]
    only = ([("from", 1), ("via way", 2), ("to", 4)], {"restriction": "only_right_turn"})
    found = []
    for restrictions in ([only], []):
        path = write_osm(nodes, ways, restrictions=restrictions)
        streets = load_streets(path, load_policy(), cache=False)
        found.append(seconds_between(streets, at, a=(250, 0), c=(400, 20)))
    kept, free = found
    assert kept["a-c"] > free["a-c"]
    assert kept["c-a"] == free["c-a"]


def test_barriers_part_a_street_for_some(write_osm: Callable[..., Path], at: At) -> None:
    nodes = {1: (0, 0), 2: (500, 0), 3: (1000, 0), 4: (1000, 800), 5: (0, 800)}
    ways = [([1, 2, 3], STREET), ([3, 4, 5, 1], STREET)]
    policy = load_policy()

    def ask(tags: dict[str, str], mode: TravelMode) -> float:
        path = write_osm(nodes, ways, node_tags={2: tags})
        streets = load_streets(path, policy, cache=False)
        return seconds_between(streets, at, mode, a=(400, 0), b=(600, 0))["a-b"]

    bollard = {"barrier": "bollard"}
    assert ask(bollard, CAR) > 400
    assert ask(bollard, TravelMode.BICYCLE) < 60
    assert ask({"barrier": "gate"}, CAR) < 60
    assert ask({"barrier": "gate", "locked": "yes"}, CAR) > 400
    assert ask({"barrier": "gate", "access": "private"}, CAR) > 400
    assert ask({"barrier": "bollard", "motor_vehicle": "yes"}, CAR) < 60
    assert ask({"barrier": "wall"}, TravelMode.FOOT) > 1000


def test_signals_and_which_way_they_look(write_osm: Callable[..., Path], at: At) -> None:
    nodes = {1: (0, 0), 2: (500, 0), 3: (1000, 0)}

    def ask(**tags: str) -> tuple[float, float]:
        signals = {2: {"highway": "traffic_signals", **tags}} if tags else {}
        path = write_osm(nodes, [([1, 2, 3], STREET)], node_tags=signals)
        streets = load_streets(path, load_policy({"turns": {"car": {"signal_s": 9}}}), cache=False)
        found = seconds_between(streets, at, a=(0, 0), b=(1000, 0))
        return found["a-b"], found["b-a"]

    free = ask()
    assert ask(crossing="yes") == pytest.approx((free[0] + 9, free[1] + 9))
    ahead = ask(**{"traffic_signals:direction": "forward"})
    assert ahead == pytest.approx((free[0] + 9, free[1]))


def test_private_ways_are_open_when_the_policy_says_so(
    write_osm: Callable[..., Path], at: At
) -> None:
    nodes = {1: (0, 0), 2: (500, 0), 3: (1000, 0), 4: (1000, 800), 5: (0, 800)}
    ways = [([1, 2, 3], {**STREET, "access": "private"}), ([3, 4, 5, 1], STREET)]
    found = []
    for private in (False, True):
        policy = load_policy({"roads": {"private": private}})
        streets = load_streets(write_osm(nodes, ways), policy, cache=False)
        found.append(seconds_between(streets, at, a=(0, 0), b=(1000, 0))["a-b"])
    assert found[0] > 2 * found[1]


def test_right_is_positive(write_osm: Callable[..., Path], policy: Policy) -> None:
    network = build_network(read_extract(write_osm(NODES, WAYS)), CAR, policy)
    tail, head = network.turn_tail, network.turn_head
    a, b = network.state_arc[tail], network.state_arc[head]
    angle = turn_angles(network, a, b)
    way = network.way
    west_south = (way[a // 2] == 1) & (way[b // 2] == 4)
    west_north = (way[a // 2] == 1) & (way[b // 2] == 3)
    assert angle[west_south] == pytest.approx([90], abs=1)
    assert angle[west_north] == pytest.approx([-90], abs=1)


def restrictions_of(path: Path) -> dict[int, tuple[str, int, int, int]]:
    """Return (kind, from way, via node, to way) of restrictions with one of each."""
    found = {}
    for relation in osmium.FileProcessor(str(path), osmium.osm.RELATION):
        tags = {t.k: t.v for t in relation.tags}
        members = {m.role: (m.type, m.ref) for m in relation.members}
        if (
            "restriction" in tags
            and set(members) == {"from", "via", "to"}
            and members["via"][0] == "n"
        ):
            ways = members["from"][1], members["via"][1], members["to"][1]
            found[relation.id] = (tags["restriction"], *ways)
    return found


def allowed_turns(network: Network, start: int, via: int, goal: int) -> tuple[list[bool], int]:
    """Return whether each possible turn at a node from way to way is in the table."""
    (node,) = np.flatnonzero(network.node == via)
    arcs = network.state_arc[: network.num_edges]
    tail = np.column_stack((network.start, network.end)).ravel()
    head = np.column_stack((network.end, network.start)).ravel()
    into = [a for a in arcs if network.way[a // 2] == start and head[a] == node]
    out = [a for a in arcs if network.way[a // 2] == goal and tail[a] == node]
    turns = set(
        zip(
            network.state_arc[network.turn_tail].tolist(),
            network.state_arc[network.turn_head].tolist(),
            strict=True,
        )
    )
    others = sum(1 for b in arcs if tail[b] == node and into and (into[0], b) in turns)
    return [(a, b) in turns for a in into for b in out], others


def test_real_restrictions_are_obeyed(shared_data: Path, policy: Policy) -> None:
    path = shared_data / "cathedral-no-left.osm.pbf"
    if not path.is_file():
        pytest.skip("no extract of restrictions beside the project")
    network = build_network(read_extract(path), CAR, policy)
    real = restrictions_of(path)
    known = set(network.node.tolist())
    checked = {"no": 0, "only": 0}
    for kind, start, via, goal in real.values():
        if via not in known:
            continue
        turns, others = allowed_turns(network, start, via, goal)
        if len(turns) != 1:
            continue  # one of its ways is one-way the other way, or closed to cars
        if kind.startswith("no_"):
            assert turns == [False], (kind, start, via, goal)
            checked["no"] += 1
        else:
            assert (turns, others) == ([True], 1), (kind, start, via, goal)
            checked["only"] += 1
    assert checked["no"] >= 80
    assert checked["only"] >= 10
