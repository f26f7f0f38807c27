"""``visitroute apply``: the plan an edited workbook means, or a new one around the edits."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visitroute.cli import exits
from visitroute.cli.memo import write_memo
from visitroute.cli.options import PLAN_OF_WORKBOOK, override_options, read_inputs
from visitroute.cli.plan import (
    make_folder,
    run_options,
    run_settings,
    show_plan,
    solver_options,
)
from visitroute.cli.progress import ProgressLine

if TYPE_CHECKING:
    from visitroute.model import Lock
    from visitroute.planning import EditedPlan


@click.command(epilog=exits.EPILOG)
@click.argument("workspace", type=click.Path(dir_okay=False))
@click.argument("workbook", type=click.Path(dir_okay=False))
@click.option("-o", "--out", required=True, help="Folder for the files of the new plan.")
@click.option("--plan", "folder", type=click.Path(file_okay=False), help=PLAN_OF_WORKBOOK)
@click.option(
    "--replan", is_flag=True, help="Fix what was changed and plan everything else again around it."
)
@override_options
@run_options
def apply(
    workspace: str, workbook: str, out: str, folder: str | None, *, replan: bool, **options: Any
) -> int:
    """Make a plan of WORKSPACE (visitroute.toml) from an edited WORKBOOK.

    Without --replan the plan is what the workbook says, with new times; where it breaks a rule,
    the rules are named and nothing is written. With --replan, moved and added visits keep their
    dates and reps, days that were put in order keep their order, a visit that was moved or
    deleted does not come back on the date it left, and all else is planned again; locks.csv
    beside the plan says what was fixed, with the locks of WORKSPACE, in the form of its table
    of locks.
    """
    from visitroute.planning import check_workbook  # noqa: PLC0415 - slow to import

    settings = run_settings(options)
    named = read_inputs(workspace, **options)
    quiet, as_json = settings["quiet"], settings["as_json"]
    edited = check_workbook(workbook, named, folder, cache=not settings["no_cache"])
    if not replan:
        if edited.violations:
            return _refuse(edited, as_json=as_json)
        make_folder(out)
        write_memo(out, workspace, options)
        return show_plan(edited.plan, out, as_json=as_json, quiet=quiet)
    make_folder(out)
    with ProgressLine(quiet=quiet or as_json) as progress:
        found, _ = edited.replan(solver_options(settings, progress))
    more = {"locks.csv": lock_table(found.inputs.locks)}
    code = show_plan(found, out, as_json=as_json, quiet=quiet, more=more)
    write_memo(out, workspace, {**options, "locks": str(Path(out) / "locks.csv")})
    return code


def _refuse(edited: EditedPlan, *, as_json: bool) -> int:
    if as_json:
        told = [violation.as_dict() for violation in edited.violations]
        click.echo(exits.dump({"exit_code": exits.INCOMPLETE, "violations": told}))
        return exits.INCOMPLETE
    for violation in edited.violations:
        click.echo(str(violation))
    click.echo("nothing is written: mend the workbook, or plan around the edits with --replan")
    return exits.INCOMPLETE


def lock_table(locks: tuple[Lock, ...]) -> str:
    """Return the text of a table of locks: input, so that ids stand in it as they are."""
    from visitroute.export import MARK  # noqa: PLC0415 - slow to import
    from visitroute.units import format_clock  # noqa: PLC0415 - with the rest

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["retailer", "date", "rep", "time"])
    for lock in locks:
        time = ""
        if lock.time is not None:
            time = f"{format_clock(lock.time)}:{lock.time % 60:02d}"
        writer.writerow([lock.retailer, lock.date.isoformat(), lock.rep or "", time])
    return MARK + text.getvalue()
