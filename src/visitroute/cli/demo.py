"""``visitroute demo``: plan the sample data that comes with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from visitroute.cli import exits
from visitroute.cli.memo import write_memo
from visitroute.cli.plan import plan_and_write, run_options


@click.command(epilog=exits.EPILOG)
@click.option("-o", "--out", default="out/demo", show_default=True, help="Folder for the files.")
@run_options
def demo(out: str, **settings: Any) -> int:
    """Plan four weeks of three reps among real shops on the streets of central Helsinki."""
    from visitroute.load import read_workspace  # noqa: PLC0415 - slow to import

    code = plan_and_write(read_workspace(find_sample()), settings, out)
    if out != "-":
        write_memo(out, str(find_sample()), {})
    return code


def find_sample() -> Path:
    """Return the sample workspace, in the installed package or in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "data", package.parents[1] / "data"):
        path = folder / "helsinki" / "visitroute.toml"
        if path.exists():
            return path
    raise click.ClickException("the sample data is not installed")
