"""A small town: a grid of streets written as an OpenStreetMap file, and shops on it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

ORIGIN = (25.0, 60.0)
METRES_PER_DEGREE = 111_195.0
BLOCK = 300.0
SIDE = 5

Row = dict[str, Any]


def at(x: float, y: float) -> Row:
    """Return lon and lat of a point x metres east and y metres north of the town's corner."""
    per_lon = METRES_PER_DEGREE * math.cos(math.radians(ORIGIN[1]))
    return {
        "lon": round(ORIGIN[0] + x / per_lon, 6),
        "lat": round(ORIGIN[1] + y / METRES_PER_DEGREE, 6),
    }


def write_town(path: Path) -> Path:
    """Write a grid of five by five streets, 300 m apart."""
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<osm version='0.6'>"]
    for i in range(SIDE * SIDE):
        point = at(BLOCK * (i % SIDE), BLOCK * (i // SIDE))
        lines.append(f"<node id='{i + 1}' version='1' lat='{point['lat']}' lon='{point['lon']}'/>")
    rows = [[1 + k * SIDE + i for i in range(SIDE)] for k in range(SIDE)]
    for number, refs in enumerate([*rows, *map(list, zip(*rows, strict=True))], start=1):
        nodes = "".join(f"<nd ref='{ref}'/>" for ref in refs)
        lines.append(
            f"<way id='{number}' version='1'>{nodes}<tag k='highway' v='residential'/></way>"
        )
    path.write_text("\n".join([*lines, "</osm>"]), "utf-8")
    return path


def rep(key: str = "A", x: float = 0, y: float = 0, **changes: Any) -> Row:
    """Return a row of the table of reps: a whole day, at most twelve visits, no lunch."""
    return {
        "id": key,
        **at(x, y),
        "name": f"Rep {key}",
        "shift": "Mo-Fr 08:30-17:30",
        "lunch_window": "11:30-13:30",
        "lunch_minutes": 45,
        "min_visits": 0,
        "target_visits": 10,
        "max_visits": 12,
        "review_minutes": 15,
        "mode": "car",
        **changes,
    }


def shop(key: str, x: float, y: float, **changes: Any) -> Row:
    """Return a row of the table of retailers: a weekly shop of rep A."""
    return {
        "id": key,
        **at(x, y),
        "name": f"店 {key}",
        "rep": "A",
        "segment": "guide",
        "service_minutes": 20,
        **changes,
    }


def shops(count: int = 8, **changes: Any) -> list[Row]:
    """Return weekly shops beside the streets of the town."""
    return [
        shop(f"S{i:03d}", 70.0 + 113 * i % 1100, 10 + BLOCK * (i % SIDE), **changes)
        for i in range(count)
    ]


def history(rows: list[Row], day: str = "2026-11-26") -> list[Row]:
    """Return one visit to each shop on a date."""
    return [{"retailer": row["id"], "date": day} for row in rows]
