"""``visitroute roads``: look at an extract, make a travel matrix, draw a route."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visitroute.cli import exits
from visitroute.cli.options import WEATHER_OPTIONS, read_settings, weather_settings

if TYPE_CHECKING:
    from visitroute.roads import Located, RoadSource, TravelMatrix

MODES = ("car", "motorbike", "ebike", "bicycle", "foot")
_FORMATS = (".npz", ".parquet", ".csv")


@click.group(epilog=exits.EPILOG)
def roads() -> None:
    """Look at the roads of an extract, measure between points, and draw routes."""


def _road_options(command: Any) -> Any:
    for decorator in reversed(
        [
            click.option(
                "--mode", type=click.Choice(MODES), default="car", show_default=True, help="How."
            ),
            click.option("--policy", metavar="FILE", help="A policy file (TOML)."),
            *WEATHER_OPTIONS,
            click.option("--on", metavar="DATE", help="Date on which ways closed by date count."),
            click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Policy."),
            click.option("--no-cache", is_flag=True, help="Keep no road network on disk."),
        ]
    ):
        command = decorator(command)
    return command


def _open(source: str, options: dict[str, Any]) -> RoadSource:
    from datetime import date  # noqa: PLC0415 - with the others

    from visitroute.load.workspace import lay_over  # noqa: PLC0415 - not for --help
    from visitroute.policy import load_policy, read_toml  # noqa: PLC0415
    from visitroute.roads import open_roads  # noqa: PLC0415

    settings = (*options["settings"], *weather_settings(options["weather"], options["closed"]))
    changes = read_settings(settings)
    if options["policy"]:
        changes = lay_over(read_toml(Path(options["policy"])), changes)
    policy = load_policy(changes, file=options["policy"] or "--set")
    on = None
    if options["on"]:
        try:
            on = date.fromisoformat(options["on"])
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--on") from None
    return open_roads(source, policy, cache=not options["no_cache"], on=on)


@roads.command()
@click.argument("extract", metavar="EXTRACT")
@click.option("--mode", "modes", type=click.Choice(MODES), multiple=True, help="Only these.")
@click.option("--no-cache", is_flag=True, help="Keep no road network on disk.")
@click.option("--json", "as_json", is_flag=True, help="Print figures as JSON.")
def info(extract: str, modes: Sequence[str], *, no_cache: bool, as_json: bool) -> int:
    """Say what EXTRACT (.osm.pbf, .osm) holds for each travel mode."""
    from visitroute.policy import load_policy  # noqa: PLC0415 - not for --help
    from visitroute.roads import load_streets  # noqa: PLC0415
    from visitroute.roads.info import describe_extract  # noqa: PLC0415

    streets = load_streets(extract, load_policy(), cache=not no_cache)
    found = describe_extract(streets, Path(extract), modes or MODES)
    if as_json:
        click.echo(exits.dump(found))
        return exits.PLANNED
    west, south, east, north = found["bounds"]
    click.echo(f"{extract}: {found['megabytes']:.1f} MB, data of {found['date'] or 'unknown date'}")
    click.echo(f"bounds {west:.4f},{south:.4f} .. {east:.4f},{north:.4f}")
    click.echo("mode       junctions  edges    turns    km       connected")
    for row in found["modes"]:
        click.echo(
            f"{row['mode']:<10} {row['junctions']:<10,} {row['edges']:<8,} {row['turns']:<8,} "
            f"{row['km']:<8,.0f} {row['share']:.1%}"
        )
    for warning in streets.warnings:
        click.echo(warning, err=True)
    return exits.PLANNED


@roads.command()
@click.argument("source", metavar="ROADS")
@click.argument("points", type=click.Path(dir_okay=False))
@click.option("-o", "--out", required=True, metavar="FILE", help="A .npz, .parquet or .csv file.")
@click.option("--depart", metavar="HH:MM", help="Count the rush hours for trips that leave then.")
@_road_options
def matrix(source: str, points: str, out: str, depart: str | None, **options: Any) -> int:
    """Measure times and distances on ROADS between all POINTS, a table with id, lon and lat.

    An .npz file can be used as roads again; .parquet and .csv have one row for each pair.
    """
    from visitroute.load.places import read_places  # noqa: PLC0415 - not for --help
    from visitroute.units import parse_clock  # noqa: PLC0415

    suffix = Path(out).suffix.lower()
    if suffix not in _FORMATS:
        raise click.BadParameter(f"'{out}' is none of {', '.join(_FORMATS)}", param_hint="-o")
    try:
        leave = None if depart is None else parse_clock(depart)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--depart") from None
    ids, lon, lat = read_places(points)
    opened = _open(source, options)
    if leave is None:
        located = opened.locate(ids, lon, lat, _mode(options))
        measured = opened.matrix(located)
    else:
        from visitroute.roads import Streets  # noqa: PLC0415 - only where it is needed

        if not isinstance(opened, Streets):
            message = f"'{source}' knows no hours of the day: only extracts do"
            raise click.BadParameter(message, param_hint="--depart")
        located = opened.locate(ids, lon, lat, _mode(options))
        measured = opened.matrix(located, leave)
    _write_matrix(Path(out), measured)
    _tell(opened, located)
    click.echo(
        f"wrote {out}: {len(ids)} x {len(ids)}, {len(located.problems)} points off the roads"
    )
    return exits.INCOMPLETE if located.problems else exits.PLANNED


@roads.command(context_settings={"ignore_unknown_options": True})
@click.argument("source", metavar="ROADS")
@click.argument("places", nargs=-1, required=True, metavar="LON,LAT...")
@click.option("-o", "--out", metavar="FILE", help="Write the route as GeoJSON; - prints it.")
@_road_options
def route(source: str, places: Sequence[str], out: str | None, **options: Any) -> int:
    """Find the quickest way on ROADS through two or more places, each as LON,LAT."""
    if len(places) < 2:  # noqa: PLR2004 - a way has two ends
        raise click.UsageError("give two places or more, each as LON,LAT")
    lon, lat = zip(*(_place(text) for text in places), strict=True)
    opened = _open(source, options)
    ids = [f"{i + 1}" for i in range(len(places))]
    located = opened.locate(ids, lon, lat, _mode(options))
    _tell(opened, located)
    if located.problems:
        return exits.BAD_INPUT
    order = list(range(len(places)))
    measured = opened.matrix(located)
    legs = [
        (a, b, int(measured.deciseconds[a, b]) / 10, int(measured.decimetres[a, b]) / 10)
        for a, b in pairwise(order)
    ]
    line = opened.line(located, order)
    for a, b, seconds, metres in legs:
        click.echo(
            f"{places[a]} -> {places[b]}: {seconds / 60:.1f} min, {metres / 1000:.2f} km",
            err=out == "-",
        )
    seconds, metres = (sum(leg[k] for leg in legs) for k in (2, 3))
    click.echo(f"all: {seconds / 60:.1f} min, {metres / 1000:.2f} km", err=out == "-")
    if out is not None:
        feature = {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [list(p) for p in line]},
            "properties": {
                "mode": options["mode"],
                "travel_s": round(seconds, 1),
                "distance_m": round(metres, 1),
                "legs": [{"travel_s": leg[2], "distance_m": leg[3]} for leg in legs],
            },
        }
        text = json.dumps(feature, ensure_ascii=False)
        if out == "-":
            click.echo(text)
        else:
            Path(out).write_text(text + "\n", "utf-8")
    return exits.PLANNED


def _mode(options: dict[str, Any]) -> Any:
    from visitroute.model import TravelMode  # noqa: PLC0415 - not for --help

    return TravelMode(options["mode"])


def _place(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(f"'{text}' is no place such as 9.52,47.14") from None
    return lon, lat


def _tell(opened: RoadSource, located: Located) -> None:
    for warning in opened.warnings:
        click.echo(warning, err=True)
    for problem in located.problems:
        click.echo(f"{problem.code} {problem.id}: {problem.reason}", err=True)


def _write_matrix(path: Path, measured: TravelMatrix) -> None:
    import numpy as np  # noqa: PLC0415 - not for --help

    from visitroute.roads import UNREACHABLE  # noqa: PLC0415

    time, distance = (
        np.where(values < UNREACHABLE, values / 10, np.inf)
        for values in (measured.deciseconds, measured.decimetres)
    )
    if path.suffix.lower() == ".npz":
        with path.open("wb") as file:
            np.savez_compressed(file, ids=np.array(measured.ids), time=time, distance=distance)
        return
    import pandas as pd  # noqa: PLC0415 - only for tables

    count = len(measured.ids)
    table = pd.DataFrame(
        {
            "from": np.repeat(measured.ids, count),
            "to": np.tile(measured.ids, count),
            "seconds": time.ravel(),
            "metres": distance.ravel(),
        }
    )
    write: Callable[..., None] = (
        table.to_parquet if path.suffix.lower() == ".parquet" else table.to_csv
    )
    write(path, index=False)


@roads.command()
@click.argument("workspace", type=click.Path(dir_okay=False))
@click.option("--no-cache", is_flag=True, help="Keep no road network on disk.")
@click.option("--json", "as_json", is_flag=True, help="Print figures as JSON.")
def calibrate(workspace: str, *, no_cache: bool, as_json: bool) -> int:
    """Learn from the visits of WORKSPACE how much longer trips take than the roads say.

    Visits need arrival and departure. What is printed goes into [policy.pace].
    """
    from dataclasses import asdict  # noqa: PLC0415 - with the others

    from visitroute.planning.learning import learn_pace  # noqa: PLC0415 - slow to import

    learned = learn_pace(workspace, cache=not no_cache)
    if as_json:
        click.echo(exits.dump({str(mode): asdict(found) for mode, found in learned.items()}))
    elif not learned:
        click.echo("too few trips: visits of one rep on one day need arrival and departure")
    else:
        click.echo("[policy.pace]")
        for mode, found in learned.items():
            click.echo(
                f"{mode} = {found.pace:.3f}  # ± {1.96 * found.pace_error:.3f} (95 %), and "
                f"{found.fixed_s:.0f} ± {1.96 * found.fixed_error:.0f} s a trip; {found.trips} "
                f"trips, {found.outliers} far off; off by {found.before:.0f} s before, "
                f"{found.after:.0f} s after (median)"
            )
    return exits.PLANNED if learned else exits.INCOMPLETE
