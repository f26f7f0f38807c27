"""``visitroute policy``: print the documented default policy."""

from __future__ import annotations

from pathlib import Path

import click

from visitroute.cli import exits


@click.command(epilog=exits.EPILOG)
@click.option("-o", "--out", default="-", help="File to write; - prints.")
def policy(out: str) -> int:
    """Print the policy file: segments, cadences, quadrants, weights, limits, each explained."""
    from visitroute.policy import policy_text  # noqa: PLC0415 - not for --help

    if out == "-":
        click.echo(policy_text(), nl=False)
    else:
        try:
            Path(out).write_text(policy_text(), "utf-8")
        except OSError as error:
            message = f"'{out}' can't be written: {error.strerror}"
            raise click.BadParameter(message, param_hint="--out") from None
        click.echo(f"wrote {out}")
    return exits.PLANNED
