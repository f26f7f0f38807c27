"""Reading streets and ferries from an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2)."""

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
from visitroute.roads.modes import RELEVANT_KEYS

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml", ".o5m")
"""File names that are read as OpenStreetMap extracts."""

_NO_LOCATION = 2_147_483_647
_PER_DEGREE = 1e7


@dataclass(frozen=True, slots=True)
class Extract:
    """The ways of an extract that may carry traffic, as flat arrays.

    Vertices of way i are ``first[i]:first[i + 1]`` of ``refs`` (OSM node ids, int64) and of
    ``lon``, ``lat`` (degrees, NaN where the extract lacks the node). ``kinds`` holds every
    combination of relevant tags once; way i has ``kinds[kind[i]]``.
    """

    refs: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    first: NDArray[np.int64]
    kind: NDArray[np.int64]
    kinds: tuple[Mapping[str, str], ...]

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
    first, kind = array("q", [0]), array("q")
    kinds: dict[tuple[tuple[str, str], ...], int] = {}
    # Locations are stored before the filter drops the nodes: only ways come to Python.
    reader: Iterable[Any] = (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.KeyFilter("highway", "route"))
    )
    try:
        for way in reader:
            if not way.is_way():
                continue
            tags = tuple(sorted((t.k, t.v) for t in way.tags if t.k in RELEVANT_KEYS))
            if not any(
                key == "highway" or (key, value) == ("route", "ferry") for key, value in tags
            ):
                continue
            for node in way.nodes:
                refs.append(node.ref)
                xs.append(node.x)
                ys.append(node.y)
            first.append(len(refs))
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
    )
