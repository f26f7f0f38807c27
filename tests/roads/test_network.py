from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads.building import build_network
from visitroute.roads.network import CLOSED, Network
from visitroute.roads.osm import read_extract

STREET = {"highway": "residential"}
SQUARE = {1: (0, 0), 2: (300, 0), 3: (300, 300), 4: (0, 300)}
WriteOsm = Callable[..., Path]


def build(path: Path, policy: Policy, mode: TravelMode = TravelMode.CAR) -> Network:
    return build_network(read_extract(path), mode, policy)


def test_streets_are_split_at_junctions_and_keep_their_shape(
    write_osm: WriteOsm, policy: Policy
) -> None:
    nodes = {1: (0, 0), 2: (100, 50), 3: (200, 0), 4: (300, 0), 5: (200, 100)}
    network = build(write_osm(nodes, [([1, 2, 3, 4], STREET), ([3, 5], STREET)]), policy)
    assert (network.num_nodes, network.num_stretches, network.num_edges) == (4, 3, 6)
    assert np.diff(network.first).tolist() == [3, 2, 2]
    assert network.decimetres == pytest.approx([2236, 1000, 1000], abs=1)
    # 100 m at 25 km/h are 14.4 s.
    assert network.forward[1:].tolist() == [144, 144]
    assert network.along[:3] == pytest.approx([0, 111.8, 223.6], abs=0.1)
    lon, _ = network.piece(0, int(network.decimetres[0]), 0)
    assert lon.tolist() == network.vertex_lon[2::-1].tolist()


def test_oneways_have_one_edge(write_osm: WriteOsm, policy: Policy) -> None:
    path = write_osm(SQUARE, [([1, 2, 3, 4, 1], {**STREET, "oneway": "yes"}), ([1, 3], STREET)])
    network = build(path, policy)
    assert network.num_edges == network.num_stretches + 1
    assert (network.backward == CLOSED).sum() == 2


def test_a_dead_end_oneway_is_no_part_of_the_network(write_osm: WriteOsm, policy: Policy) -> None:
    nodes = {**SQUARE, 5: (600, 0)}
    ways = [([1, 2, 3, 4, 1], STREET), ([2, 5], {**STREET, "oneway": "yes"})]
    network = build(write_osm(nodes, ways), policy)
    # The square and its way out: whoever takes it never comes back.
    assert network.share == pytest.approx(1200 / 1500, abs=1e-3)
    assert network.lon.max() == pytest.approx(network.vertex_lon.max())
    assert build(write_osm(nodes, ways), policy, TravelMode.FOOT).share == 1.0


def test_private_streets_are_left_out(write_osm: WriteOsm, policy: Policy) -> None:
    ways = [([1, 2, 3, 4, 1], STREET), ([1, 3], {**STREET, "access": "private"})]
    network = build(write_osm(SQUARE, ways), policy)
    assert network.decimetres.sum() == pytest.approx(12_000, abs=3)
    assert network.num_stretches == 1


def test_islands_are_left_out_and_their_share_is_told(write_osm: WriteOsm, policy: Policy) -> None:
    nodes = {**SQUARE, 11: (5000, 0), 12: (5300, 0)}
    network = build(write_osm(nodes, [([11, 12], STREET), ([1, 2, 3, 4, 1], STREET)]), policy)
    assert network.lon.max() < 25.02
    assert network.share == pytest.approx(1200 / 1500, abs=1e-3)


def test_short_stubs_do_not_count_in_the_share(write_osm: WriteOsm, policy: Policy) -> None:
    nodes = {**SQUARE, 5: (450, 0), 6: (300, -150), 7: (450, -150), 11: (5000, 0), 12: (5150, 0)}
    oneway = {**STREET, "oneway": "yes"}
    stubs = [([1, 2, 3, 4, 1], STREET), ([2, 5], oneway), ([2, 6], oneway), ([11, 12], STREET)]
    network = build(write_osm(nodes, stubs), policy)
    assert network.decimetres.sum() == pytest.approx(12_000, abs=3)
    assert network.share == 1.0
    # Tied together at their far ends they are one piece of 600 m.
    joined = build(write_osm(nodes, [*stubs, ([6, 7, 5], oneway)]), policy)
    assert joined.share == pytest.approx(1200 / 1800, abs=1e-3)


def test_a_lost_tunnel_does_not_count_in_the_share(write_osm: WriteOsm, policy: Policy) -> None:
    nodes = {**SQUARE, 5: (900, 0)}
    dead_end = {**STREET, "oneway": "yes"}
    square = ([1, 2, 3, 4, 1], STREET)
    tunnel = build(write_osm(nodes, [square, ([2, 5], {**dead_end, "tunnel": "yes"})]), policy)
    street = build(write_osm(nodes, [square, ([2, 5], dead_end)]), policy)
    assert (tunnel.share, street.share) == (1.0, pytest.approx(1200 / 1800, abs=1e-3))
    assert tunnel.snappable.all()


def test_where_all_is_underground_all_counts(write_osm: WriteOsm, policy: Policy) -> None:
    nodes = {**SQUARE, 11: (5000, 0), 12: (5300, 0)}
    below = {**STREET, "tunnel": "yes", "layer": "-1"}
    network = build(write_osm(nodes, [([1, 2, 3, 4, 1], below), ([11, 12], below)]), policy)
    assert not network.snappable.any()
    assert network.share == pytest.approx(1200 / 1500, abs=1e-3)


def test_stretches_keep_whether_shops_stand_on_them(write_osm: WriteOsm, policy: Policy) -> None:
    below = {**STREET, "tunnel": "yes", "layer": "-1"}
    ways = [([1, 2], STREET), ([2, 3], below), ([3, 4, 1], STREET), ([1, 3], below)]
    network = build(write_osm({**SQUARE, 9: (5000, 0)}, [([9, 1], STREET), *ways]), policy)
    assert network.snappable.tolist() == [True, True, False, True, False]


def test_a_ferry_joins_an_island_and_takes_its_duration(
    write_osm: WriteOsm, policy: Policy
) -> None:
    nodes = {**SQUARE, 10: (2000, 0), 11: (5000, 0), 12: (5200, 0)}
    ferry = {"route": "ferry", "duration": "00:30"}
    ways = [([11, 12], STREET), ([1, 2, 3, 4, 1], STREET), ([2, 10, 11], ferry)]
    network = build(write_osm(nodes, ways), policy)
    assert network.share == 1.0
    longest = int(network.decimetres.argmax())
    assert network.decimetres[longest] == pytest.approx(47_000, abs=3)
    assert (
        network.forward[longest] == network.backward[longest] == 24_000
    )  # ten minutes until it leaves


def test_a_ferrys_duration_is_shared_by_its_legs(write_osm: WriteOsm, policy: Policy) -> None:
    nodes = {1: (0, 0), 2: (1000, 0), 3: (4000, 0), 4: (1000, 500)}
    ways = [([1, 2, 3], {"route": "ferry", "duration": "40"}), ([2, 4], STREET)]
    # At the pier in the middle half of the ten minutes of waiting falls to either leg.
    network = build(write_osm(nodes, ways), policy)
    assert sorted(network.forward.tolist())[1:] == pytest.approx([9000, 21_000], abs=1)


def test_a_way_falls_into_pieces_where_its_nodes_are_missing(
    write_osm: WriteOsm, policy: Policy
) -> None:
    path = write_osm(
        {1: (0, 0), 2: (500, 0), 4: (900, 0), 5: (1200, 0)}, [([1, 2, 3, 4, 5], STREET)]
    )
    network = build(path, policy)
    assert network.decimetres.tolist() == pytest.approx([5000], abs=1)
    assert network.share == pytest.approx(500 / 800, abs=1e-3)


def test_a_loop_street_and_a_doubled_node(write_osm: WriteOsm, policy: Policy) -> None:
    ways = [([1, 2, 2, 3, 1], STREET), ([1, 4], STREET)]
    network = build(write_osm(SQUARE, ways), policy)
    assert network.start[0] == network.end[0]
    assert np.diff(network.first)[0] == 4
    assert network.decimetres[0] == pytest.approx(3000 + 3000 + 4243, abs=2)


@pytest.mark.parametrize("refs", [[1, 2], [1]])
def test_nothing_usable(write_osm: WriteOsm, policy: Policy, refs: list[int]) -> None:
    tags = {"highway": "footway"} if len(refs) == 2 else STREET
    with pytest.raises(RoadsError, match="usable by car") as caught:
        build(write_osm(SQUARE, [(refs, tags)]), policy)
    assert caught.value.code == "VR3003"
