"""What an extract holds for each travel mode."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import osmium

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.roads.streets import Streets


def describe_extract(streets: Streets, path: Path, modes: Sequence[str]) -> dict[str, Any]:
    """Return size, date and bounds of an extract, and figures of the networks of some modes.

    Modes for which nothing is usable have no row; raises ``RoadsError`` VR3003 when none is.
    """
    rows, bounds = [], []
    missing: RoadsError | None = None
    for name in modes:
        mode = TravelMode(name)
        try:
            network = streets.network(mode)
        except RoadsError as error:
            if error.code != "VR3003":
                raise
            missing = error
            continue
        bounds.append(network.bounds)
        rows.append(
            {
                "mode": str(mode),
                "junctions": network.num_nodes,
                "edges": network.num_edges,
                "turns": len(network.turn_tail),
                "km": float(network.decimetres.sum()) / 10_000,
                "share": network.share,
            }
        )
    if missing is not None and not rows:
        raise missing
    west, south, east, north = zip(*bounds, strict=True)
    return {
        "file": str(path),
        "megabytes": path.stat().st_size / 1e6,
        "date": _date(path),
        "bounds": [min(west), min(south), max(east), max(north)],
        "modes": rows,
    }


def _date(path: Path) -> str:
    """Return the date of the data, as the file's header has it; empty when it has none."""
    reader = osmium.io.Reader(str(path))
    try:
        header = reader.header()
        return str(header.get("osmosis_replication_timestamp") or header.get("timestamp") or "")
    finally:
        reader.close()
