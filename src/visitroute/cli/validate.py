"""``visitroute validate``: read the input and name every problem, without planning."""

from __future__ import annotations

from typing import Any

import click

from visitroute.cli import exits
from visitroute.cli.options import input_options, read_inputs


@click.command(epilog=exits.EPILOG)
@input_options
@click.option("--json", "as_json", is_flag=True, help="Print problems as JSON.")
def validate(workspace: str | None, *, as_json: bool, **options: Any) -> int:
    """Read the tables of a WORKSPACE file and name every problem in them.

    Errors stop a run; quarantined records are left out of it; warnings say what is assumed.
    """
    if options.get("roads") is None and workspace is None:
        options["roads"] = "straight"
    inputs = read_inputs(workspace, **options).load()
    if as_json:
        value = {"exit_code": exits.PLANNED, "problems": [p.as_dict() for p in inputs.problems]}
        click.echo(exits.dump(value))
        return exits.PLANNED
    for problem in inputs.problems:
        click.echo(str(problem), err=True)
    click.echo(
        f"{len(inputs.retailers)} retailers, {len(inputs.reps)} reps, {len(inputs.tasks)} tasks, "
        f"{len(inputs.visits)} visits, {len(inputs.locks)} locks: "
        + exits.count_severities(inputs.problems)
    )
    return exits.PLANNED
