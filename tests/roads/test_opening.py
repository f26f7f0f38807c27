from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import visitroute.roads
from visitroute.codes.roads import ROADS
from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads import GivenMatrix, StraightRoads, Streets, open_roads, to_networkx


def test_what_can_be_opened(write_grid: Callable[..., Path], policy: Policy) -> None:
    path = write_grid()
    np.savez(path.with_name("m.npz"), ids=["a"], time=[[0]], distance=[[0]])
    base = path.parent
    streets = open_roads(path.name, policy, base_dir=base, cache=False)
    assert isinstance(streets, Streets)
    assert isinstance(open_roads(path, policy, cache=False), Streets)
    assert isinstance(open_roads("Straight", policy), StraightRoads)
    assert isinstance(open_roads("m.npz", policy, base_dir=base), GivenMatrix)
    graph = to_networkx(streets.network(TravelMode.CAR))
    assert isinstance(open_roads(graph, policy), Streets)
    assert isinstance(open_roads({TravelMode.CAR: graph}, policy), Streets)
    assert open_roads(streets, policy) is streets
    assert not path.with_name(f"{path.name}.visitroute-cache").exists()


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("http://localhost:5000", "VR3004", "says not which kind of server"),
        ("city.shp", "VR3004", "osm.pbf"),
        ("", "VR3004", "'straight'"),
        (42, "VR3004", "a int is no road source"),
        ({}, "VR3004", "networkx"),
        ("nowhere.osm.pbf", "VR3001", "nowhere.osm.pbf' does not exist"),
        ("nowhere.npz", "VR3001", "nowhere.npz' does not exist"),
    ],
)
def test_what_can_not_be_opened(
    tmp_path: Path, policy: Policy, source: str, code: str, words: str
) -> None:
    with pytest.raises(RoadsError, match=re.escape(words)) as caught:
        open_roads(source, policy, base_dir=tmp_path)
    assert caught.value.code == code


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    script = (
        "import sys, visitroute.roads, visitroute.roads.matrix\n"
        "print([m for m in ('scipy', 'shapely', 'osmium', 'networkx') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_public_names_exist() -> None:
    for name in visitroute.roads.__all__:
        assert getattr(visitroute.roads, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = visitroute.roads.nothing
    assert visitroute.roads.__all__ == sorted(visitroute.roads.__all__, key=_isort)


def _isort(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_every_code_is_in_the_catalogue() -> None:
    package = Path(visitroute.roads.__file__).parents[1]
    used = {
        code
        for path in package.rglob("*.py")
        if path.parent.name != "codes"
        for code in re.findall(r"\"(?:f\")?(VR3\d{3})", path.read_text("utf-8"))
    }
    assert used == {code.code for code in ROADS}


def test_graphs_are_known_without_importing_networkx(policy: Policy) -> None:
    with pytest.raises(RoadsError) as caught:
        open_roads(nx.DiGraph(), policy).locate(["a"], [1.0], [1.0], TravelMode.CAR)
    assert caught.value.code == "VR3003"
