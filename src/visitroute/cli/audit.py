"""``visitroute audit``: what is required against what the days hold, without planning."""

from __future__ import annotations

from typing import Any

import click

from visitroute.cli import exits
from visitroute.cli.options import input_options, read_inputs

LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "zh"]), help="Of the answer; the policy says."
)


@click.command(epilog=exits.EPILOG)
@input_options
@LANGUAGE
@click.option("--no-cache", is_flag=True, help="Keep no road network on disk.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def audit(
    workspace: str | None, *, language: str | None, no_cache: bool, as_json: bool, **options: Any
) -> int:
    """Tell how many visits of a WORKSPACE no plan can make, by rep, week and segment.

    The numbers are proved lower bounds. Ends with 3 when some visits cannot be made.
    """
    named = read_inputs(workspace, **options)
    from visitroute.planning import audit_workspace  # noqa: PLC0415 - slow to import
    from visitroute.texts import load_texts  # noqa: PLC0415

    found = audit_workspace(named, cache=not no_cache)
    code = exits.INCOMPLETE if found.least else exits.PLANNED
    if as_json:
        click.echo(exits.dump({"exit_code": code, **found.as_dict()}))
    else:
        texts = load_texts(language or named.policy.texts.language)
        click.echo("\n".join(found.lines(texts)))
    return code
