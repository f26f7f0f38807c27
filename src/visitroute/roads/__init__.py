"""Roads: travel times, distances and routes between points, from streets or a substitute.

``open_roads`` is the way in. What needs scipy, shapely, osmium or networkx is imported
when its name is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from visitroute.roads.matrix import UNREACHABLE, TravelMatrix
from visitroute.roads.opening import open_roads
from visitroute.roads.source import Located, LocateProblem, RoadSource

if TYPE_CHECKING:
    from visitroute.roads.given import GivenMatrix, given_matrix, read_matrix
    from visitroute.roads.graphs import from_networkx, to_networkx, to_turn_graph
    from visitroute.roads.network import Network
    from visitroute.roads.straight import StraightRoads
    from visitroute.roads.streets import Streets, load_streets

_LATER = {
    "GivenMatrix": "given",
    "Network": "network",
    "StraightRoads": "straight",
    "Streets": "streets",
    "from_networkx": "graphs",
    "given_matrix": "given",
    "load_streets": "streets",
    "read_matrix": "given",
    "to_networkx": "graphs",
    "to_turn_graph": "graphs",
}

__all__ = [
    "UNREACHABLE",
    "GivenMatrix",
    "LocateProblem",
    "Located",
    "Network",
    "RoadSource",
    "StraightRoads",
    "Streets",
    "TravelMatrix",
    "from_networkx",
    "given_matrix",
    "load_streets",
    "open_roads",
    "read_matrix",
    "to_networkx",
    "to_turn_graph",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _LATER:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
