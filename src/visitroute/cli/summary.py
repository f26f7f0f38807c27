"""``visitroute summary``: the figures of a written plan."""

from __future__ import annotations

import click

from visitroute.cli import exits
from visitroute.cli.tables import format_table, rep_table


@click.command(epilog=exits.EPILOG)
@click.argument("plan", type=click.Path(file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def summary(plan: str, *, as_json: bool) -> int:
    """Print the key figures of PLAN, the folder that `visitroute plan -o` wrote.

    Each with its numerator and denominator, in all; by rep, segment and distance with --json.
    """
    from visitroute.export import read_record, summarise  # noqa: PLC0415 - slow to import
    from visitroute.texts import load_texts  # noqa: PLC0415

    record = read_record(plan)
    figures = summarise(record.schedule, record.inputs, record.requests)
    if as_json:
        click.echo(exits.dump({"exit_code": exits.PLANNED, **figures}))
        return exits.PLANNED
    texts = load_texts(record.language)
    click.echo(rep_table(figures))
    rows = [
        [
            texts.say(f"kpi.{row['kpi']}"),
            "-" if row["value"] is None else f"{row['value']:.3f}",
            f"{row['numerator']:g}",
            f"{row['denominator']:g}",
        ]
        for row in figures["kpis"]
        if row["by"] == "all"
    ]
    click.echo()
    click.echo(format_table(["", "=", "numerator", "÷ denominator"], rows))
    click.echo()
    for row in figures["kpis"]:
        if row["by"] == "all":
            name, meaning = (texts.say(f"{group}.{row['kpi']}") for group in ("kpi", "kpi_of"))
            click.echo(f"{name} = {meaning}")
    return exits.PLANNED
