"""``visitroute export``: a plan as workbook, calendars, tracks, pages for the phone."""

from __future__ import annotations

from pathlib import Path

import click

from visitroute.cli import exits

FORMATS = ("xlsx", "ics", "gpx", "kml", "phone")


@click.command(epilog=exits.EPILOG)
@click.argument("plan", type=click.Path(file_okay=False))
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    required=True,
    help="xlsx: a workbook to edit; ics, gpx, kml, phone: files for every rep.",
)
@click.option("-o", "--out", help="File (xlsx) or folder to write; within PLAN if not given.")
@click.option("--rep", "reps", multiple=True, help="Only this rep, not for xlsx; repeatable.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing.")
def export(plan: str, kind: str, out: str | None, reps: tuple[str, ...], *, quiet: bool) -> int:
    """Write PLAN, the folder that `visitroute plan -o` wrote, in another format.

    xlsx writes one workbook, plan.xlsx, which `visitroute check` and `visitroute apply` read
    back. The others write files for each rep: ics one calendar, gpx and kml one file for each
    day, phone one page with the stops, tasks and navigation of all days.
    """
    from visitroute.export import known_reps, read_record  # noqa: PLC0415 - slow to import
    from visitroute.export.workbook import write_workbook  # noqa: PLC0415
    from visitroute.report import write_pocket  # noqa: PLC0415

    record = read_record(plan)
    if reps and kind == "xlsx":
        message = "a workbook holds all reps: leave --rep out"
        raise click.BadParameter(message, param_hint="--rep")
    known_reps(reps, record.inputs)
    target = Path(out) if out else Path(plan) / ("plan.xlsx" if kind == "xlsx" else kind)
    try:
        if kind == "xlsx":
            target.parent.mkdir(parents=True, exist_ok=True)
            paths = [write_workbook(record, target)]
        else:
            paths = write_pocket(record, target, kind, frozenset(reps))
    except OSError as error:
        message = f"'{target}' can't be written: {error.strerror}"
        raise click.BadParameter(message, param_hint="--out") from None
    if not quiet:
        name = target.as_posix()
        click.echo(f"wrote {name}" if kind == "xlsx" else f"wrote {len(paths)} files to {name}")
    return exits.PLANNED
