"""``visitroute check``: judge a written plan against its input."""

from __future__ import annotations

from typing import Any

import click

from visitroute.cli import exits
from visitroute.cli.options import PLAN_OF_WORKBOOK, override_options, read_inputs


@click.command(epilog=exits.EPILOG)
@click.argument("workspace", type=click.Path(dir_okay=False))
@click.argument("plan", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--plan", "folder", type=click.Path(file_okay=False), help=PLAN_OF_WORKBOOK)
@override_options
@click.option("--no-cache", is_flag=True, help="Keep no road network on disk.")
@click.option("--json", "as_json", is_flag=True, help="Print violations as JSON.")
def check(
    workspace: str, plan: str, *, folder: str | None, no_cache: bool, as_json: bool, **options: Any
) -> int:
    """Check PLAN against WORKSPACE (visitroute.toml).

    PLAN is a routes.geojson, - for standard input, or a workbook that `visitroute export` wrote
    and somebody edited.

    Recomputes everything from the input; prints one line for each rule that is broken. Give
    the same options that the plan was made with.
    """
    from visitroute.export import read_schedule_file  # noqa: PLC0415 - slow to import
    from visitroute.planning import check_plan, check_workbook  # noqa: PLC0415

    named = read_inputs(workspace, **options)
    if plan.lower().endswith(".xlsx"):
        edited = check_workbook(plan, named, folder, cache=not no_cache)
        schedule, violations = edited.plan.schedule, edited.violations
    else:
        schedule = read_schedule_file(plan)
        violations = check_plan(schedule, named, cache=not no_cache)
    code = exits.INCOMPLETE if violations else exits.PLANNED
    if as_json:
        click.echo(exits.dump({"exit_code": code, "violations": [v.as_dict() for v in violations]}))
        return code
    for violation in violations:
        click.echo(str(violation))
    stops = sum(len(route.stops) for route in schedule.routes)
    word = "violation" if len(violations) == 1 else "violations"
    dropped = sum(visit.call is None for visit in schedule.dropped)
    click.echo(
        f"{len(violations)} {word} in {stops} stops on {len(schedule.routes)} route days, "
        f"{dropped} dropped visits, {len(schedule.dropped) - dropped} called"
    )
    return code
