"""``visitroute explain``: why a retailer is visited when it is, or not at all."""

from __future__ import annotations

import click

from visitroute.cli import exits
from visitroute.cli.audit import LANGUAGE
from visitroute.cli.memo import open_plan

WORKSPACE = click.option(
    "--workspace",
    type=click.Path(dir_okay=False),
    help="What the plan was made from; else as noted in OUT/run.json.",
)


@click.command(epilog=exits.EPILOG)
@click.argument("out", type=click.Path(file_okay=False))
@click.argument("retailer")
@WORKSPACE
@LANGUAGE
@click.option("--no-cache", is_flag=True, help="Keep no road network on disk.")
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
def explain(
    out: str,
    retailer: str,
    *,
    workspace: str | None,
    language: str | None,
    no_cache: bool,
    as_json: bool,
) -> int:
    """Explain a RETAILER in the plan of the folder OUT.

    For each of its visits: why not, or why on this day; what every allowed day would do, whose
    visit would move, and the smallest change that lets a visit in.
    """
    found = open_plan(out, workspace, cache=not no_cache).explain(retailer, language)
    click.echo(exits.dump(found.as_dict()) if as_json else str(found))
    return exits.PLANNED
