"""``visitroute territories``: give every retailer a rep, balanced, near and compact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from visitroute.cli import exits
from visitroute.cli.options import input_options, read_inputs
from visitroute.cli.plan import make_folder
from visitroute.cli.progress import ProgressLine
from visitroute.cli.tables import format_table

if TYPE_CHECKING:
    from visitroute.load import Workspace
    from visitroute.planning import Territories

PERCENT = 100


@click.command(epilog=exits.EPILOG)
@input_options
@click.option("-o", "--out", default="territories", show_default=True, help="Folder to write.")
@click.option(
    "--redesign",
    is_flag=True,
    help="Divide all retailers anew; else only those without a rep get one.",
)
@click.option(
    "--fixed",
    multiple=True,
    metavar="ID",
    help="With --redesign, a retailer that keeps its rep, as do those with rep_fixed in the table. "
    "Repeatable.",
)
@click.option(
    "--max-moved",
    type=click.IntRange(0),
    help="With --redesign, most retailers that may change their rep.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 100, min_open=True),
    default=5.0,
    show_default=True,
    help="Percent by which a rep's minutes may be off the rep's share.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the starts.")
@click.option("--headcount", is_flag=True, help="Tell only how many reps the cadences need.")
@click.option("--no-cache", is_flag=True, help="Keep no road network on disk.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no table.")
def territories(
    workspace: str | None,
    *,
    out: str,
    redesign: bool,
    fixed: tuple[str, ...],
    max_moved: int | None,
    tolerance: float,
    seed: int,
    headcount: bool,
    no_cache: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Give every retailer of a WORKSPACE a rep: near, compact, balanced in minutes.

    Writes retailers.csv, the table with the new reps, for `visitroute plan --retailers`; and
    territories.csv, changes.csv, territories.geojson, territories.json, territories.html. Ends
    with 3 when minutes are not within the tolerance, or a retailer is out of reach.
    """
    named = read_inputs(workspace, **options)
    if headcount:
        return _tell_headcount(named, cache=not no_cache, as_json=as_json)
    from visitroute.planning import TerritoryOptions, assign_workspace  # noqa: PLC0415 - slow

    make_folder(out)
    with ProgressLine(quiet=quiet or as_json) as progress:
        found = assign_workspace(
            named,
            TerritoryOptions(
                redesign=redesign,
                fixed=fixed,
                max_moved=max_moved,
                tolerance=tolerance / PERCENT,
                seed=seed,
                cache=not no_cache,
                progress=progress,
            ),
        )
    try:
        files = found.write(out)
    except OSError as error:
        raise click.ClickException(f"the files can't be written to {out}: {error}") from None
    code = exits.PLANNED if found.is_balanced and not found.unassigned else exits.INCOMPLETE
    if as_json:
        value = {"exit_code": code, "files": [p.as_posix() for p in files], **found.summary()}
        value["problems"] = [p.as_dict() for p in found.inputs.problems]
        click.echo(exits.dump(value))
    elif not quiet:
        _report(found)
        click.echo(f"wrote {files[0].as_posix()} and {len(files) - 1} files beside it")
    return code


def _tell_headcount(named: Workspace, *, cache: bool, as_json: bool) -> int:
    from visitroute.export.territories import headcount_lines  # noqa: PLC0415 - slow to import
    from visitroute.planning import count_workspace_reps  # noqa: PLC0415
    from visitroute.texts import load_texts  # noqa: PLC0415

    found = count_workspace_reps(
        named, cache=cache, warn=lambda text: click.echo(text, err=True)
    ).as_dict()
    if as_json:
        click.echo(exits.dump(found))
    else:
        texts = load_texts(named.policy.texts.language)
        click.echo("\n".join(headcount_lines(found, texts)))
    return exits.PLANNED


def _report(found: Territories) -> None:
    from visitroute.export.territories import headcount_lines  # noqa: PLC0415 - slow to import
    from visitroute.texts import load_texts  # noqa: PLC0415

    for problem in found.inputs.problems:
        click.echo(str(problem), err=True)
    for warning in found.roads.warnings:
        click.echo(warning, err=True)
    summary = found.summary()
    record = found.record
    rows = [
        _cells(before["rep"], before, after)
        for before, after in zip(record.figures_before, record.figures_after, strict=True)
    ]
    before, after = (
        {**summary[when], "off_share": summary[when]["spread"]} for when in ("before", "after")
    )
    rows.append(_cells("all", before, after))
    head = ["rep", "retailers", "minutes", "off share", "travel", "to the middle", "pieces"]
    click.echo(format_table(head, rows))
    click.echo(
        f"{summary['moved']} of {summary['retailers']} retailers changed their rep, "
        f"{summary['new']} got one, {summary['out_of_reach']} are out of reach"
    )
    for shop in found.unassigned:
        click.echo(f"{shop.retailer}: {shop.code}: {shop.reason}", err=True)
    texts = load_texts(found.policy.texts.language)
    click.echo("\n".join(headcount_lines(summary["headcount"], texts)))


def _cells(name: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return a row of the table: figures before and after."""

    def pair(key: str, form: str) -> str:
        return f"{before[key]:{form}} > {after[key]:{form}}"

    return [
        name,
        pair("retailers", "d"),
        pair("minutes", ".0f"),
        pair("off_share", ".1%"),
        pair("travel_minutes", ".0f"),
        pair("compactness_minutes", ".1f"),
        pair("pieces", "d"),
    ]
