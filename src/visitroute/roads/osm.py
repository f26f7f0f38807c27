"""Reading streets, barriers and turn restrictions from an OpenStreetMap extract."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from numpy.typing import NDArray

from visitroute.errors import RoadsError
from visitroute.roads.modes import NODE_KEYS, RELEVANT_KEYS

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml", ".o5m")
"""File names that are read as OpenStreetMap extracts."""

RESTRICTION_KEYS = (
    "restriction",
    "restriction:conditional",
    "restriction:motorcar",
    "restriction:motorcycle",
    "restriction:bicycle",
)
"""Keys of turn restrictions that are read; those for lorries and buses are not."""

_NO_LOCATION = 2_147_483_647
_PER_DEGREE = 1e7

_Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A relation that forbids or prescribes a turn, as the extract has it.

    ``tags`` are its restriction keys and ``except``. ``from_ways``, ``via_ways`` and
    ``to_ways`` are OSM way ids, ``via_nodes`` node ids; one of the two vias is empty.
    """

    tags: Mapping[str, str]
    from_ways: tuple[int, ...]
    via_nodes: tuple[int, ...]
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """The ways of an extract that may carry traffic, as flat arrays.

    Vertices of way i are ``first[i]:first[i + 1]`` of ``refs`` (OSM node ids, int64) and of
    ``lon``, ``lat`` (degrees, NaN where the extract lacks the node). ``kinds`` holds every
    combination of relevant tags once; way i has ``kinds[kind[i]]`` and the id ``way[i]``.
    Nodes with a barrier or signals stand in ``node_ref``, their tags in
    ``node_kinds[node_kind[i]]``.
    """

    refs: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    first: NDArray[np.int64]
    kind: NDArray[np.int64]
    kinds: tuple[Mapping[str, str], ...]
    way: NDArray[np.int64]
    node_ref: NDArray[np.int64]
    node_kind: NDArray[np.int64]
    node_kinds: tuple[Mapping[str, str], ...]
    restrictions: tuple[Restriction, ...]

    @property
    def num_ways(self) -> int:
        """Number of ways."""
        return len(self.kind)


def require_file(path: Path) -> None:
    """Raise ``RoadsError`` VR3001 when there is no such file."""
    if not path.is_file():
        raise RoadsError(
            "VR3001",
            f"the road file '{path}' does not exist",
            "the name is misspelled, or is relative to another folder",
        )


def read_extract(path: Path) -> Extract:
    """Return all ways with a highway tag, and all ferries, of an OpenStreetMap file.

    Raises ``RoadsError`` VR3001 when there is no such file, VR3002 when it is not an
    OpenStreetMap file or is damaged, VR3003 when it holds no street with coordinates.
    """
    require_file(path)
    refs, xs, ys = array("q"), array("i"), array("i")
    first, kind, ids = array("q", [0]), array("q"), array("q")
    kinds: dict[_Tags, int] = {}
    node_ref, node_kind = array("q"), array("q")
    node_kinds: dict[_Tags, int] = {}
    restrictions = []
    # Locations are stored before the filter drops the nodes: only those with tags come to Python.
    node, way, relation = osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION
    reader: Iterable[Any] = (
        osmium.FileProcessor(str(path), node | way | relation)
        .with_locations()
        .with_filter(_keep(node, "highway", "barrier"))
        .with_filter(_keep(way, "highway", "route"))
        .with_filter(_keep(relation, *RESTRICTION_KEYS))
    )
    try:
        for found in reader:
            if found.is_node():
                tags = tuple(sorted((t.k, t.v) for t in found.tags if t.k in NODE_KEYS))
                if any(_matters(key, value) for key, value in tags):
                    node_ref.append(found.id)
                    node_kind.append(node_kinds.setdefault(tags, len(node_kinds)))
                continue
            if found.is_relation():
                restrictions.append(_read_restriction(found))
                continue
            tags = tuple(sorted((t.k, t.v) for t in found.tags if t.k in RELEVANT_KEYS))
            if not any(
                key == "highway" or (key, value) == ("route", "ferry") for key, value in tags
            ):
                continue
            for node in found.nodes:
                refs.append(node.ref)
                xs.append(node.x)
                ys.append(node.y)
            first.append(len(refs))
            ids.append(found.id)
            kind.append(kinds.setdefault(tags, len(kinds)))
    except RuntimeError as error:
        raise RoadsError(
            "VR3002",
            f"'{path}' can't be read as OpenStreetMap data: {error}",
            "the download is incomplete, or the file has another format; "
            f"names end in {', '.join(SUFFIXES)}",
        ) from error
    x = np.array(xs, dtype=np.float64)
    y = np.array(ys, dtype=np.float64)
    lost = x == _NO_LOCATION
    x[lost] = y[lost] = np.nan
    if lost.all():
        raise RoadsError(
            "VR3003",
            f"'{path}' holds no street with coordinates ({len(kind)} ways)",
            "it was extracted without streets (highway=*) or without their nodes",
        )
    return Extract(
        np.array(refs, dtype=np.int64),
        x / _PER_DEGREE,
        y / _PER_DEGREE,
        np.array(first, dtype=np.int64),
        np.array(kind, dtype=np.int64),
        tuple(dict(tags) for tags in kinds),
        np.array(ids, dtype=np.int64),
        np.array(node_ref, dtype=np.int64),
        np.array(node_kind, dtype=np.int64),
        tuple(dict(tags) for tags in node_kinds),
        tuple(restrictions),
    )


def _keep(kind: Any, *keys: str) -> osmium.filter.KeyFilter:
    """Return a filter that of one kind of object keeps those with any of some keys."""
    found = osmium.filter.KeyFilter(*keys)
    found.enable_for(kind)
    return found


def _matters(key: str, value: str) -> bool:
    """Tell whether a node's tag is a barrier or signals."""
    return key == "barrier" or (key, value) == ("highway", "traffic_signals")


def _read_restriction(relation: Any) -> Restriction:
    members: dict[tuple[str, str], list[int]] = {}
    for member in relation.members:
        members.setdefault((member.role, member.type), []).append(member.ref)
    return Restriction(
        {t.k: t.v for t in relation.tags if t.k in (*RESTRICTION_KEYS, "except")},
        tuple(members.get(("from", "w"), ())),
        tuple(members.get(("via", "n"), ())),
        tuple(members.get(("via", "w"), ())),
        tuple(members.get(("to", "w"), ())),
    )
