from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.roads.graphs import from_networkx
from visitroute.roads.streets import load_streets

At = Callable[[float, float], tuple[float, float]]
CAR = TravelMode.CAR


def small(at: At) -> nx.MultiDiGraph[str]:
    """Return a corner a–b–c, open both ways from a to b and one-way in the ring b→c→a."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs="epsg:4326")
    for name, (x, y) in {"a": at(0, 0), "b": at(1000, 0), "c": at(1000, 1000)}.items():
        graph.add_node(name, x=x, y=y)
    bend = [at(0, 0), at(500, 100), at(1000, 0)]
    graph.add_edge("a", "b", length=1020.0, travel_time=100.0, geometry=shapely.LineString(bend))
    graph.add_edge(
        "b", "a", length=1020.0, travel_time=110.0, geometry=shapely.LineString(bend[::-1])
    )
    graph.add_edge("b", "c", length=1000.0, speed_kph=36.0)
    graph.add_edge("c", "a", speed_kph=36.0)
    return graph


def test_attributes_of_osmnx(at: At, policy: Policy) -> None:
    streets = from_networkx(small(at), policy)
    network = streets.network(CAR)
    # Both directions of a–b are one street: a point on it can go either way.
    assert (network.num_stretches, network.num_edges) == (3, 4)
    lon, lat = zip(at(0, 0), at(1000, 0), at(1000, 1000), at(500, 95), strict=True)
    located = streets.locate(["a", "b", "c", "m"], lon, lat, CAR)
    seconds = streets.matrix(located).seconds
    assert seconds[0, 1] == 100
    assert seconds[1, 0] == 110
    assert seconds[1, 2] == 100
    assert seconds[2, 0] == pytest.approx(142, abs=1)
    assert seconds[2, 1] == pytest.approx(242, abs=1)
    assert seconds[3, 1] == pytest.approx(50, abs=1)
    assert seconds[3, 0] == pytest.approx(55, abs=1)
    # Both ends and the bend.
    assert len(streets.line(located, [0, 1])) == 3
    assert streets.kind == "streets"


def test_there_and_back(write_grid: Callable[..., Path]) -> None:
    # A graph of junctions holds no turns.
    policy = load_policy({"turns": {"car": {"turn_s": 0, "u_turn_s": 0}}})
    streets = load_streets(write_grid(seed=2), policy, cache=False)
    network = streets.network(CAR)
    graph = network.to_networkx()
    assert graph.number_of_edges() == network.num_edges
    assert graph.graph["crs"] == "epsg:4326"
    again = from_networkx(graph, policy)
    assert again.network(CAR).num_stretches == network.num_stretches
    rng = np.random.default_rng(1)
    lon = rng.uniform(network.lon.min(), network.lon.max(), 25).tolist()
    lat = rng.uniform(network.lat.min(), network.lat.max(), 25).tolist()
    ids = [str(i) for i in range(25)]
    one, two = (s.matrix(s.locate(ids, lon, lat, CAR)) for s in (streets, again))
    # The line of a street may run the other way: parts of it round to the other side.
    assert np.abs(one.deciseconds - two.deciseconds).max() <= 2
    assert np.abs(one.decimetres - two.decimetres).max() <= 2
    nodes = (network.lon.tolist(), network.lat.tolist())
    ids = [str(i) for i in range(network.num_nodes)]
    one, two = (s.matrix(s.locate(ids, *nodes, CAR)) for s in (streets, again))
    assert np.array_equal(one.deciseconds, two.deciseconds)
    assert np.array_equal(one.decimetres, two.decimetres)


def test_edges_that_only_lead_through(at: At, policy: Policy) -> None:
    graph = small(at)
    graph.edges["b", "c", 0]["highway"] = ["motorway", "motorway_link"]
    graph.edges["c", "a", 0].update(highway="motorway", snappable=True)
    # One direction that takes points is enough.
    graph.edges["a", "b", 0]["snappable"] = False
    graph.edges["b", "a", 0]["highway"] = ["motorway", "primary"]
    streets = from_networkx(graph, policy)
    network = streets.network(CAR)
    assert network.snappable.tolist() == [True, False, True]
    again = from_networkx(network.to_networkx(), policy).network(CAR)
    assert sorted(again.snappable.tolist()) == [False, True, True]
    lon, lat = at(1010, 200)
    assert streets.locate(["p"], [lon], [lat], CAR).snap_m[0] > 100


def test_undirected_graphs_are_open_both_ways(at: At, policy: Policy) -> None:
    graph: nx.Graph[str] = nx.Graph()
    for name, (x, y) in {"a": at(0, 0), "b": at(1000, 0)}.items():
        graph.add_node(name, x=x, y=y)
    graph.add_edge("a", "b", speed_kph=36)
    network = from_networkx(graph, policy).network(CAR)
    assert network.forward.tolist() == network.backward.tolist() == [1000]


def test_of_doubled_edges_the_quicker_counts(at: At, policy: Policy) -> None:
    for times in ((30.0, 50.0), (50.0, 30.0)):
        graph = small(at)
        for time in times:
            graph.add_edge("b", "c", length=1000.0, travel_time=time)
        network = from_networkx(graph, policy).network(CAR)
        assert network.num_edges == 4
        assert 300 in network.forward.tolist() + network.backward.tolist()


def test_graphs_by_mode(at: At, policy: Policy) -> None:
    streets = from_networkx({CAR: small(at)}, policy)
    assert streets.network(CAR).num_nodes == 3
    with pytest.raises(RoadsError, match="no graph for foot, only for car") as caught:
        streets.network(TravelMode.FOOT)
    assert caught.value.code == "VR3042"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda g: g.nodes["a"].pop("x"), "VR3040"),
        (lambda g: g.edges["c", "a", 0].pop("speed_kph"), "VR3040"),
        (lambda g: g.edges["c", "a", 0].update(speed_kph=0), "VR3040"),
        (lambda g: g.edges["a", "b", 0].update(length=-5), "VR3040"),
        (lambda g: g.edges["a", "b", 0].update(travel_time=float("nan")), "VR3040"),
        (lambda g: g.nodes["b"].update(x=385_000.0, y=6_672_000.0), "VR3041"),
        (lambda g: g.remove_edges_from(list(g.edges)), "VR3003"),
        (lambda g: g.clear(), "VR3003"),
    ],
)
def test_graphs_that_do_not_fit(
    at: At, policy: Policy, spoil: Callable[[nx.MultiDiGraph[str]], None], code: str
) -> None:
    graph = small(at)
    spoil(graph)
    with pytest.raises(RoadsError) as caught:
        from_networkx(graph, policy).network(CAR)
    assert caught.value.code == code
