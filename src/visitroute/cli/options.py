"""The inputs of a run, from a workspace file, from options, or from both."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from visitroute.load import Workspace

_Command = TypeVar("_Command", bound=Callable[..., Any])

PLAN_OF_WORKBOOK = "Folder of the plan the workbook was made from; by default the workbook's own."

TABLES = ("retailers", "reps", "tasks", "visits", "locks")

WEATHER_OPTIONS = (
    click.option("--weather", metavar="NAME", help="rain, snow or another of the policy."),
    click.option(
        "--closed",
        multiple=True,
        metavar="WAY|LON,LAT",
        help="A closed road: id of an OSM way, or a place beside it. Repeatable.",
    ),
)
"""Options on the day's conditions, as ``weather_settings`` takes them."""


def input_options(command: _Command) -> _Command:
    """Add the workspace argument and one option for every key a workspace can have."""
    workspace = click.argument("workspace", required=False, type=click.Path(dir_okay=False))
    return workspace(override_options(command))


def override_options(command: _Command) -> _Command:
    """Add one option for every key a workspace can have."""
    decorators = [
        *(
            click.option(f"--{name}", metavar="FILE", help=f"Table of {name}; - is standard input.")
            for name in TABLES
        ),
        click.option("--roads", metavar="SOURCE", help="OSM extract, .npz matrix, or straight."),
        click.option("--datum", metavar="DATUM", help="wgs84, gcj02 or bd09, for all tables."),
        click.option("--start", metavar="DATE", help="First day of the horizon, 2026-12-01."),
        click.option("--weeks", type=click.IntRange(1), help="Weeks in the horizon."),
        *WEATHER_OPTIONS,
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="KEY=VALUE",
            help="Change one policy value, for example segments.watch.per=28. Repeatable.",
        ),
    ]
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def read_inputs(workspace: str | None, settings: tuple[str, ...], **given: Any) -> Workspace:
    """Return the workspace that file and options describe; options win."""
    from visitroute.coordinates import Datum  # noqa: PLC0415 - not for --help
    from visitroute.load import Workspace, read_workspace  # noqa: PLC0415
    from visitroute.load.values import read_date  # noqa: PLC0415
    from visitroute.model import Horizon  # noqa: PLC0415
    from visitroute.policy import load_policy  # noqa: PLC0415

    conditions = weather_settings(given.pop("weather", None), given.pop("closed", ()))
    changes = read_settings((*settings, *conditions))
    if given.get("start") is not None:
        try:
            given["start"] = read_date(given["start"])
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--start") from None
    datum = given.pop("datum", None)
    if datum is not None:
        try:
            folded = Datum(datum.strip().lower().replace("-", ""))
        except ValueError:
            message = f"'{datum}' is none of {', '.join(Datum)}"
            raise click.BadParameter(message, param_hint="--datum") from None
        datum = dict.fromkeys(("retailers", "reps"), folded)
    start, weeks = given.pop("start", None), given.pop("weeks", None)
    files = {name: value for name, value in given.items() if value is not None}
    if workspace is not None:
        found = read_workspace(workspace, changes)
        horizon = Horizon(start or found.horizon.start, weeks or found.horizon.weeks)
        return replace(found, horizon=horizon, datum=datum or found.datum, **files)
    missing = [f"--{name}" for name in ("retailers", "reps", "roads") if name not in files]
    if start is None:
        missing.append("--start")
    if missing:
        raise click.UsageError(f"give a workspace file, or {', '.join(missing)}")
    return Workspace(
        path=Path("command line"),
        horizon=Horizon(start, weeks or 4),
        policy=load_policy(changes, file="--set"),
        datum=datum or dict.fromkeys(("retailers", "reps"), Datum.WGS84),
        **files,
    )


def weather_settings(weather: str | None, closed: tuple[str, ...]) -> list[str]:
    """Return ``--weather`` and ``--closed`` as settings of the policy."""
    settings = [] if weather is None else [f'conditions.weather="{weather}"']
    ways = [text.strip() for text in closed if text.strip().isdecimal()]
    places = [text.split(",") for text in closed if not text.strip().isdecimal()]
    for place in places:
        try:
            _, _ = (float(part) for part in place)
        except ValueError:
            message = f"'{','.join(place)}' is neither the id of a way nor LON,LAT"
            raise click.BadParameter(message, param_hint="--closed") from None
    if ways:
        settings.append(f"conditions.closed_ways=[{', '.join(ways)}]")
    if places:
        pairs = ", ".join(f"[{float(lon)}, {float(lat)}]" for lon, lat in places)
        settings.append(f"conditions.closed_at=[{pairs}]")
    return settings


def read_settings(settings: tuple[str, ...]) -> Mapping[str, Any]:
    """Return ``a.b=value`` texts as a nested mapping; values are TOML, else plain text."""
    tree: dict[str, Any] = {}
    for text in settings:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise click.BadParameter(f"'{text}' is not KEY=VALUE", param_hint="--set")
        branch = tree
        *parents, leaf = key.strip().split(".")
        for name in parents:
            branch = branch.setdefault(name, {})
            if not isinstance(branch, dict):
                raise click.BadParameter(f"'{text}' contradicts '{name}'", param_hint="--set")
        try:
            branch[leaf] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            branch[leaf] = value.strip()
    return tree
