"""``visitroute report``: the map page of a plan, in one file that needs no network."""

from __future__ import annotations

from pathlib import Path

import click

from visitroute.cli import exits


@click.command(epilog=exits.EPILOG)
@click.argument("plan", type=click.Path(file_okay=False))
@click.option("-o", "--out", default="report.html", show_default=True, help="File to write.")
@click.option(
    "--split/--whole",
    default=None,
    help="A page for each rep and an index, or one page; split above 6,000 stops unless told.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing.")
def report(plan: str, out: str, *, split: bool | None, quiet: bool) -> int:
    """Make a map page of PLAN, the folder that `visitroute plan -o` wrote.

    The page is one HTML file with everything in it: open it in any browser, offline, on a
    desktop or a phone.
    """
    from visitroute.export import read_record  # noqa: PLC0415 - slow to import
    from visitroute.report import write_report  # noqa: PLC0415

    record = read_record(plan)
    try:
        paths = write_report(record, Path(out), split=split)
    except OSError as error:
        message = f"'{out}' can't be written: {error.strerror}"
        raise click.BadParameter(message, param_hint="--out") from None
    if not quiet:
        size = sum(path.stat().st_size for path in paths)
        pages = "" if len(paths) == 1 else f" and {len(paths) - 1} pages beside it"
        click.echo(f"wrote {paths[0].as_posix()}{pages}, {size / 1e6:.2f} MB")
    return exits.PLANNED
