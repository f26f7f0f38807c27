"""``visitroute check``: judge a written plan against its input."""

from __future__ import annotations

import sys

import click

from visitroute.cli import exits


@click.command(epilog=exits.EPILOG)
@click.argument("workspace", type=click.Path(dir_okay=False))
@click.argument("plan", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print violations as JSON.")
def check(workspace: str, plan: str, *, as_json: bool) -> int:
    """Check PLAN (a routes.geojson, - for standard input) against WORKSPACE (visitroute.toml).

    Recomputes everything from the input; prints one line for each rule that is broken.
    """
    from visitroute.export import read_schedule, read_schedule_file  # noqa: PLC0415 - slow
    from visitroute.planning import check_plan  # noqa: PLC0415

    if plan == "-":
        schedule = read_schedule(sys.stdin.buffer.read().decode("utf-8-sig"), "standard input")
    else:
        schedule = read_schedule_file(plan)
    violations = check_plan(schedule, workspace)
    code = exits.INCOMPLETE if violations else exits.PLANNED
    if as_json:
        click.echo(exits.dump({"exit_code": code, "violations": [v.as_dict() for v in violations]}))
        return code
    for violation in violations:
        click.echo(str(violation))
    stops = sum(len(route.stops) for route in schedule.routes)
    word = "violation" if len(violations) == 1 else "violations"
    click.echo(
        f"{len(violations)} {word} in {stops} stops on {len(schedule.routes)} route days, "
        f"{len(schedule.dropped)} dropped visits"
    )
    return code
