"""Makes up one rep's month on the real streets of any OpenStreetMap extract.

    python -m benchmarks.generate EXTRACT OUT --retailers 200 --seed 1 [--mode car]

A town holds most of the shops, villages around it the rest, all placed beside vertices of
the extract's streets. The same extract, number, seed and mode give the same tables.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
from benchmarks.shops import DECIMALS, roads_from
from benchmarks.workspace import (
    METRES_PER_DEGREE,
    WEEKS,
    Draws,
    Row,
    assign_segments,
    daily_bounds,
    make_tasks,
    rep_row,
    trade_columns,
    visit_history,
    workspace_toml,
    write_table,
)
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from visitroute.model import TravelMode

SHOP_STREETS = frozenset(
    ("primary", "secondary", "tertiary", "unclassified", "residential", "living_street")
)
WALKED_STREETS = frozenset(("pedestrian",))
RADIUS_M = {"car": 9_000, "motorbike": 7_000, "ebike": 4_000, "bicycle": 3_000, "foot": 1_200}
"""How far a rep's retailers lie from the town, by travel mode."""
TOWN_SHARE = 0.6
VILLAGE_M = 350.0
VILLAGE_SIZE = 6
CELL_M = 500.0
KERB_M = 8.0
HOURS = {
    "Mo-Su 07:00-22:00": 0.25,
    "Mo-Sa 08:00-20:00": 0.30,
    "Mo-Fr 09:00-12:30,14:00-19:00; Sa 09:00-13:00": 0.20,
    "Mo-Sa 06:30-14:00": 0.10,
    "": 0.15,
}


def read_street_vertices(path: str | os.PathLike[str], mode: str) -> np.ndarray:
    """Return (n, 2) lon, lat of the street vertices of the extract's largest connected part.

    Motorways, service ways and ways closed to the public are left out: no shops stand there.
    Raises ``ValueError`` when there is no such street.
    """
    classes = SHOP_STREETS | (WALKED_STREETS if mode in ("foot", "bicycle", "ebike") else set())
    place: dict[int, int] = {}
    points: list[tuple[float, float]] = []
    tails: list[int] = []
    heads: list[int] = []
    reader = osmium.FileProcessor(os.fspath(path), osmium.osm.NODE | osmium.osm.WAY)
    for way in reader.with_locations().with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)):
        closed = way.tags.get("access") in ("no", "private")
        if closed or way.tags.get("highway") not in classes:
            continue
        nodes = []
        for node in way.nodes:
            if not node.location.valid():
                continue
            if node.ref not in place:
                place[node.ref] = len(points)
                points.append((node.lon, node.lat))
            nodes.append(place[node.ref])
        tails += nodes[:-1]
        heads += nodes[1:]
    if not tails:
        raise ValueError(
            f"no street for shops in '{path}'\nMaybe the extract holds no highway=* ways"
        )
    links = coo_array((np.ones(len(tails)), (tails, heads)), shape=(len(points), len(points)))
    _, part = connected_components(links, directed=False)
    return np.array(points)[part == np.bincount(part).argmax()]


def place_shops(
    vertices: np.ndarray, num: int, mode: str, rng: np.random.Generator
) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Return lon, lat (num, 2), names, and the town's centre of ``num`` shops.

    Raises ``ValueError`` when the streets have fewer vertices than shops are asked for.
    """
    if not 1 <= num <= len(vertices):
        raise ValueError(
            f"{num} retailers on {len(vertices)} street vertices\nMaybe ask for fewer retailers"
        )
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(vertices[:, 1].mean())), 1.0])
    xy = (vertices - vertices.mean(axis=0)) * scale
    _, cell, crowd = np.unique(
        np.floor(xy / CELL_M), axis=0, return_inverse=True, return_counts=True
    )
    cell = cell.reshape(-1)
    density = crowd[cell].astype(float)
    # squared: a rep is based where streets are dense, not anywhere in the suburbs
    town = int(rng.choice(len(xy), p=density**2 / (density**2).sum()))
    away = np.hypot(*(xy - xy[town]).T)
    radius = float(RADIUS_M[mode])
    while (away <= radius).sum() < num:
        radius *= 2

    num_town = round(TOWN_SHARE * num)
    pull = np.where(away <= radius, np.exp(-((away / (radius / 6)) ** 2) / 2) + 1e-9, 0.0)
    chosen = [int(i) for i in rng.choice(len(xy), num_town, replace=False, p=pull / pull.sum())]
    names = [f"Town shop {k + 1}" for k in range(num_town)]
    taken = set(chosen)
    village = 0
    while len(chosen) < num:
        # by cell, not by vertex: villages lie where streets are thin as well
        free = np.flatnonzero((away <= radius) & ~np.isin(np.arange(len(xy)), list(taken)))
        spot = int(rng.choice(free[cell[free] == rng.choice(np.unique(cell[free]))]))
        near = free[np.hypot(*(xy[free] - xy[spot]).T) <= VILLAGE_M]
        size = min(int(rng.integers(2, 2 * VILLAGE_SIZE - 1)), len(near), num - len(chosen))
        village += 1
        for k, index in enumerate(rng.choice(near, size, replace=False)):
            chosen.append(int(index))
            taken.add(int(index))
            names.append(f"Village {village} shop {k + 1}")
    kerb = rng.normal(0.0, KERB_M, size=(num, 2)) / scale
    return np.round(vertices[chosen] + kerb, DECIMALS), names, vertices[town]


def rep_month(
    extract_path: str | os.PathLike[str], num_retailers: int, seed: int, mode: str = "car"
) -> dict[str, pd.DataFrame]:
    """Return the tables retailers, reps, tasks and visits of one rep's month.

    Parameters
    ----------
    extract_path
        An .osm.pbf or .osm file; WGS 84.
    num_retailers
        Retailers of the rep, up to the number of street vertices.
    seed
        Same seed, same tables.
    mode
        Travel mode: sets how far the retailers are spread, 1.2 km (foot) to 9 km (car).

    Raises
    ------
    ValueError
        When the extract has no streets, or too few for so many retailers.
    """
    draws = Draws(seed)
    vertices = read_street_vertices(extract_path, mode)
    points, names, town = place_shops(vertices, num_retailers, mode, np.random.default_rng(seed))
    ids = [f"S{k + 1:04d}" for k in range(num_retailers)]
    segments = assign_segments(ids, draws)
    retailers: list[Row] = [
        {
            "id": retailer,
            "name": name,
            "lon": float(point[0]),
            "lat": float(point[1]),
            "rep": "R01",
            "segment": str(segments[retailer]),
            **trade_columns(retailer, segments[retailer], draws),
            "opening_hours": draws.pick(HOURS, retailer, "hours"),
        }
        for retailer, name, point in zip(ids, names, points, strict=True)
    ]
    base = {"lon": round(float(town[0]), DECIMALS), "lat": round(float(town[1]), DECIMALS)}
    reps = [rep_row("R01", base, mode, daily_bounds(segments.values(), 5 * WEEKS))]
    return {
        "retailers": pd.DataFrame(retailers),
        "reps": pd.DataFrame(reps),
        "tasks": pd.DataFrame(make_tasks(retailers, max(4, num_retailers // 12), draws)),
        "visits": pd.DataFrame(visit_history(retailers, reps, segments, draws, share=0.7)),
    }


def write_month(out: Path, tables: Mapping[str, pd.DataFrame], extract: Path, title: str) -> None:
    """Write the tables and the workspace file that names them, and print what was written."""
    for name, table in tables.items():
        write_table(out / f"{name}.csv", table)
    toml = workspace_toml(
        {name: f"{name}.csv" for name in tables}, roads=roads_from(out, extract), title=title
    )
    (out / "visitroute.toml").write_bytes(toml.encode())
    print(", ".join(f"{len(table)} {name}" for name, table in tables.items()), f"in {out}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables and the workspace file; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("extract", type=Path, help="an .osm.pbf or .osm file")
    parser.add_argument("out", type=Path, help="the folder to write")
    parser.add_argument("--retailers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=list(TravelMode), default=TravelMode.CAR)
    args = parser.parse_args(arguments)
    try:
        tables = rep_month(args.extract, args.retailers, args.seed, str(args.mode))
    except (ValueError, RuntimeError) as error:
        parser.error(str(error))
    title = f"{args.retailers} made-up retailers on the streets of {args.extract.name}"
    write_month(args.out, tables, args.extract, title)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
