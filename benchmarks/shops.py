"""Reads the shops of an OpenStreetMap extract and writes them as a workspace of retailers.

    python -m benchmarks.shops EXTRACT OUT.csv [--reps 2 --mode car]
        [--encoding gb18030] [--datum gcj02] [--chinese]

Places, names, addresses and opening hours are the extract's; segments, volumes, reps and
their bounds are made up. Beside OUT.csv stand a table of reps and a visitroute.toml.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import shapely
from benchmarks.workspace import (
    WEEKS,
    Draws,
    Row,
    assign_segments,
    daily_bounds,
    parse_hours,
    rep_row,
    trade_columns,
    workspace_toml,
    write_table,
)

from visitroute.coordinates import from_wgs84
from visitroute.model import Segment, TravelMode

DECIMALS = 7
CHINESE_COLUMNS: Mapping[str, str] = {
    "id": "零售户编号",
    "name": "店名",
    "lon": "经度",
    "lat": "纬度",
    "address": "地址",
    "phone": "电话",
    "shop_type": "店铺类型",
    "rep": "客户经理",
    "segment": "客户细分",
    "monthly_volume": "月销量",
    "brands": "品牌数",
    "display": "陈列",
    "willingness": "成长意愿",
    "value": "价值",
    "opening_hours": "营业时间",
}
CHINESE_REP_COLUMNS: Mapping[str, str] = {
    "id": "编号",
    "name": "姓名",
    "lon": "经度",
    "lat": "纬度",
    "mode": "出行方式",
    "shift": "班次",
    "lunch_window": "午休",
    "lunch_minutes": "午休分钟",
    "min_visits": "每日下限",
    "target_visits": "每日目标",
    "max_visits": "每日上限",
    "review_minutes": "复盘分钟",
    "leave": "请假",
    "meetings": "会议",
}
CHINESE_VALUES: Mapping[str, str] = {
    "promote": "提升型",
    "maintain": "维持型",
    "guide": "指导型",
    "watch": "关注型",
    "strong": "强",
    "weak": "弱",
    "car": "汽车",
    "motorbike": "摩托车",
    "ebike": "电动车",
    "bicycle": "自行车",
    "foot": "步行",
}


@dataclass(frozen=True, slots=True)
class Shop:
    """One object with a shop tag; a way or multipolygon stands at its centroid."""

    id: str
    shop_type: str
    name: str
    lon: float
    lat: float
    address: str
    phone: str
    opening_hours: str


def read_shops(path: str | os.PathLike[str]) -> list[Shop]:
    """Return every node, way and multipolygon with a shop tag, by kind and OSM id.

    Ids are ``n``, ``w`` or ``r`` with the OSM id. Opening hours that can't be parsed are
    left empty. Raises what osmium raises (``RuntimeError``) when the file can't be read.
    """
    found: dict[tuple[int, int], Shop] = {}
    reader = osmium.FileProcessor(os.fspath(path)).with_locations().with_areas()
    for thing in reader.with_filter(osmium.filter.KeyFilter("shop")):
        if thing.is_node():
            key, point = (0, thing.id), (thing.location.lon, thing.location.lat)
        elif thing.is_way():
            key, point = (1, thing.id), _way_centroid(thing)
        elif thing.is_area() and not thing.from_way():
            rings = [[(n.lon, n.lat) for n in ring] for ring in thing.outer_rings()]
            centre = shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings]).centroid
            key, point = (2, thing.orig_id()), (centre.x, centre.y)
        else:
            continue
        if point is not None:
            found[key] = _shop("nwr"[key[0]] + str(key[1]), point, dict(thing.tags))
    return [found[key] for key in sorted(found)]


def _way_centroid(way: osmium.osm.Way) -> tuple[float, float] | None:
    points = [(n.lon, n.lat) for n in way.nodes if n.location.valid()]
    if not points:
        return None
    is_ring = len(points) > 3 and points[0] == points[-1]
    shape = shapely.Polygon(points) if is_ring else shapely.MultiPoint(points)
    return shape.centroid.x, shape.centroid.y


def _shop(shop_id: str, point: tuple[float, float], tags: Mapping[str, str]) -> Shop:
    street = f"{tags.get('addr:street', '')} {tags.get('addr:housenumber', '')}".strip()
    town = f"{tags.get('addr:postcode', '')} {tags.get('addr:city', '')}".strip()
    hours = " ".join(tags.get("opening_hours", "").split())
    return Shop(
        id=shop_id,
        shop_type=tags["shop"],
        name=" ".join(tags.get("name", "").split()),
        lon=round(point[0], DECIMALS),
        lat=round(point[1], DECIMALS),
        address=", ".join(part for part in (street, town) if part),
        phone=tags.get("phone", tags.get("contact:phone", "")).strip(),
        opening_hours=hours if parse_hours(hours) is not None else "",
    )


def cluster(lon: np.ndarray, lat: np.ndarray, num: int) -> np.ndarray:
    """Return the cluster 0..num-1 of each point: k-means from points far apart, no chance."""
    xy = np.column_stack([lon * np.cos(np.radians(lat.mean())), lat])
    first = int(np.argmin(((xy - xy.mean(axis=0)) ** 2).sum(axis=1)))
    centres = xy[[first]]
    while len(centres) < num:
        apart = ((xy[:, None] - centres[None]) ** 2).sum(axis=2).min(axis=1)
        centres = np.vstack([centres, xy[int(np.argmax(apart))]])
    label = np.zeros(len(xy), dtype=np.int64)
    for _ in range(50):
        label = ((xy[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        moved = np.array(
            [xy[label == k].mean(axis=0) if (label == k).any() else centres[k] for k in range(num)]
        )
        if np.array_equal(moved, centres):
            break
        centres = moved
    return label


def make_tables(
    shops: Sequence[Shop], num_reps: int, mode: str, seed: int = 1
) -> dict[str, pd.DataFrame]:
    """Return the tables ``retailers`` and ``reps``: shops in clusters, one rep for each.

    A rep's base is the shop nearest to the median of the cluster. Raises ``ValueError``
    when there are fewer shops than reps.
    """
    if not 1 <= num_reps <= len(shops):
        raise ValueError(f"{num_reps} reps for {len(shops)} shops\nMaybe ask for fewer reps")
    draws = Draws(seed)
    label = cluster(np.array([s.lon for s in shops]), np.array([s.lat for s in shops]), num_reps)
    segments = assign_segments([s.id for s in shops], draws)
    retailers: list[Row] = [
        {
            "id": shop.id,
            "name": shop.name,
            "lon": shop.lon,
            "lat": shop.lat,
            "address": shop.address,
            "phone": shop.phone,
            "shop_type": shop.shop_type,
            "rep": f"R{label[k] + 1:02d}",
            "segment": str(segments[shop.id]),
            **trade_columns(shop.id, segments[shop.id], draws),
            "opening_hours": shop.opening_hours,
        }
        for k, shop in enumerate(shops)
    ]
    reps = [_rep(f"R{k + 1:02d}", retailers, segments, mode) for k in range(num_reps)]
    return {"retailers": pd.DataFrame(retailers), "reps": pd.DataFrame(reps)}


def _rep(rep: str, retailers: list[Row], segments: Mapping[str, Segment], mode: str) -> Row:
    own = [row for row in retailers if row["rep"] == rep]
    points = np.array([(row["lon"], row["lat"]) for row in own])
    away = points - np.median(points, axis=0)
    away[:, 0] *= np.cos(np.radians(points[:, 1].mean()))
    base = own[int(np.argmin((away**2).sum(axis=1)))]
    return rep_row(rep, base, mode, daily_bounds([segments[r["id"]] for r in own], 5 * WEEKS))


def shift_datum(table: pd.DataFrame, datum: str) -> pd.DataFrame:
    """Return the table with lon and lat moved from WGS 84 to ``datum``."""
    if datum == "wgs84":
        return table
    lon, lat = from_wgs84(table["lon"].to_numpy(), table["lat"].to_numpy(), datum)
    return table.assign(lon=np.round(lon, DECIMALS), lat=np.round(lat, DECIMALS))


def in_chinese(table: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return the table with Chinese headers and Chinese names of segments, modes and shares."""
    spoken = table.copy()
    for column in ("segment", "willingness", "mode"):
        if column in spoken:
            spoken[column] = spoken[column].map(CHINESE_VALUES)
    return spoken.rename(columns=columns)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the retailers, the reps and the workspace file; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shops", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("extract", type=Path, help="an .osm.pbf or .osm file")
    parser.add_argument("out", type=Path, help="the CSV of retailers to write")
    parser.add_argument("--reps", type=int, default=1, help="number of reps (default 1)")
    parser.add_argument("--mode", choices=list(TravelMode), default=TravelMode.CAR)
    parser.add_argument("--seed", type=int, default=1, help="seed of what is made up")
    parser.add_argument("--encoding", default="utf-8", help="utf-8 (default), utf-8-sig, gb18030")
    parser.add_argument("--datum", choices=["wgs84", "gcj02", "bd09"], default="wgs84")
    parser.add_argument("--chinese", action="store_true", help="Chinese headers and values")
    args = parser.parse_args(arguments)
    try:
        tables = make_tables(read_shops(args.extract), args.reps, str(args.mode), args.seed)
    except (ValueError, RuntimeError) as error:
        parser.error(str(error))
    names = {"retailers": args.out.name, "reps": f"{args.out.stem}-reps.csv"}
    for key, columns in (("retailers", CHINESE_COLUMNS), ("reps", CHINESE_REP_COLUMNS)):
        table = shift_datum(tables[key], args.datum)
        table = in_chinese(table, columns) if args.chinese else table
        write_table(args.out.with_name(names[key]), table, args.encoding)
    toml = workspace_toml(
        names,
        roads=roads_from(args.out.parent, args.extract),
        datum=args.datum,
        title=f"Shops of {args.extract.name}, © OpenStreetMap contributors (ODbL), trade made up",
    )
    args.out.with_name("visitroute.toml").write_bytes(toml.encode())
    print(f"{len(tables['retailers'])} retailers, {len(tables['reps'])} reps in {args.out.parent}")
    return 0


def roads_from(folder: Path, extract: Path) -> str:
    """Return the extract's path seen from ``folder``, absolute where there is no such path."""
    try:
        return Path(os.path.relpath(extract, folder)).as_posix()
    except ValueError:  # on another drive
        return extract.resolve().as_posix()


if __name__ == "__main__":
    raise SystemExit(main())
