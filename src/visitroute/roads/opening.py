"""Opening any kind of road source from what a user names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads.source import RoadSource

if TYPE_CHECKING:
    import networkx as nx

_CHOICES = (
    "'straight', an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2), "
    "a travel matrix (.npz) or a routing server (osrm+http://…, valhalla+http://…)"
)
_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def open_roads(
    source: str | Path | nx.Graph[Any] | Mapping[TravelMode, nx.Graph[Any]] | RoadSource,
    policy: Policy,
    *,
    base_dir: str | Path | None = None,
    cache: bool = True,
    on: date | None = None,
    near: Sequence[tuple[float, float]] = (),
) -> RoadSource:
    """Return the road source that a user names.

    ``source`` is "straight", the path of an OpenStreetMap extract or of a travel matrix
    .npz, relative to ``base_dir``, a routing server (``osrm+http://…``), a networkx graph (or
    one for each travel mode), or a road source, which is returned as it is. ``cache`` keeps
    networks of extracts on disk; ``on`` is the date whose conditions hold, ``near`` places
    (lon, lat): an extract that has no street within 20 km of any of them is of another area, which
    is found out before it is read (VR3005, when it is first used). Raises
    ``RoadsError`` VR3004 when it is none of them, VR3001 when the file does not exist, and
    the codes of the source's own kind.
    """
    # Each kind needs other heavy libraries: only those of the one chosen are loaded.
    if isinstance(source, str | Path):
        return _open_named(str(source), policy, Path(base_dir or ""), cache=cache, on=on, near=near)
    if _is_graph(source) or (
        isinstance(source, Mapping) and source and all(map(_is_graph, source.values()))
    ):
        from visitroute.roads.graphs import from_networkx  # noqa: PLC0415

        return from_networkx(cast("nx.Graph[Any]", source), policy)
    if all(hasattr(source, name) for name in ("locate", "matrix", "line", "kind", "warnings")):
        return cast("RoadSource", source)
    raise RoadsError(
        "VR3004",
        f"a {type(source).__name__} is no road source",
        f"use {_CHOICES}, a networkx graph, or an object with locate, matrix and line",
    )


def _open_named(
    name: str,
    policy: Policy,
    base_dir: Path,
    *,
    cache: bool,
    on: date | None,
    near: Sequence[tuple[float, float]],
) -> RoadSource:
    if name.strip().lower() == "straight":
        from visitroute.roads.straight import StraightRoads  # noqa: PLC0415

        return StraightRoads()
    if _ADDRESS.match(name):
        from visitroute.roads.servers import open_server  # noqa: PLC0415

        return open_server(name, policy)
    path = base_dir / Path(name).expanduser()
    if path.suffix.lower() == ".npz":
        from visitroute.roads.given import read_matrix  # noqa: PLC0415

        return read_matrix(path)
    from visitroute.roads.osm import SUFFIXES  # noqa: PLC0415

    if not path.name.lower().endswith(SUFFIXES):
        raise RoadsError("VR3004", f"'{name}' is no road source", f"use {_CHOICES}")
    from visitroute.roads.streets import load_streets  # noqa: PLC0415

    return load_streets(path, policy, cache=cache, on=on, near=near)


def _is_graph(source: object) -> bool:
    """Tell whether something is a networkx graph, without importing networkx."""
    return all(hasattr(source, name) for name in ("nodes", "edges", "is_directed"))
