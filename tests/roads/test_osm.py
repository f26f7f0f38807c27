from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from visitroute.errors import RoadsError
from visitroute.roads.osm import read_extract

NODES = {1: (0, 0), 2: (100, 0), 3: (200, 0)}


def test_only_streets_and_ferries_are_read(write_osm: Callable[..., Path]) -> None:
    path = write_osm(
        NODES,
        [
            ([1, 2], {"highway": "residential", "name": "中山路"}),
            ([2, 3], {"route": "ferry"}),
            ([1, 3], {"building": "yes"}),
            ([1, 3], {"route": "bus"}),
            ([3, 1], {"highway": "residential"}),
        ],
    )
    extract = read_extract(path)
    assert extract.num_ways == 3
    assert extract.refs.tolist() == [1, 2, 2, 3, 3, 1]
    # Names don't matter for travel: ways alike in relevant tags share one entry.
    assert extract.kinds == ({"highway": "residential"}, {"route": "ferry"})
    assert extract.kind.tolist() == [0, 1, 0]
    assert extract.lat[:2] == pytest.approx([60.0, 60.0])


def test_gzip(write_osm: Callable[..., Path], tmp_path: Path) -> None:
    plain = write_osm(NODES, [([1, 2, 3], {"highway": "residential"})])
    packed = tmp_path / "town.osm.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert np.array_equal(read_extract(packed).refs, read_extract(plain).refs)


def test_nodes_missing_from_the_extract_have_no_coordinates(write_osm: Callable[..., Path]) -> None:
    path = write_osm(NODES, [([1, 2, 99, 3], {"highway": "residential"})])
    assert np.isnan(read_extract(path).lon).tolist() == [False, False, True, False]


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RoadsError, match=r"nowhere\.osm\.pbf' does not exist") as caught:
        read_extract(tmp_path / "nowhere.osm.pbf")
    assert caught.value.code == "VR3001"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.osm", "hello"),
        ("b.osm.pbf", "hello world, I am no protocol buffer"),
        ("c.csv", "id,lon,lat"),
        ("d.osm", ""),
        ("e.osm", "<osm version='0.6'><node id='1' lat='1' lon='1'/>"),
    ],
)
def test_not_osm(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(RoadsError) as caught:
        read_extract(path)
    assert caught.value.code == "VR3002"
    assert name in str(caught.value)


def test_no_streets(write_osm: Callable[..., Path]) -> None:
    with pytest.raises(RoadsError) as caught:
        read_extract(write_osm(NODES, [([1, 2], {"building": "yes"})]))
    assert caught.value.code == "VR3003"
