"""``visitroute suggest``: the best days for one visit more."""

from __future__ import annotations

import click

from visitroute.cli import exits
from visitroute.cli.audit import LANGUAGE
from visitroute.cli.explain import WORKSPACE
from visitroute.cli.memo import open_plan
from visitroute.cli.tables import format_table


@click.command(epilog=exits.EPILOG)
@click.argument("out", type=click.Path(file_okay=False))
@click.option("--retailer", metavar="ID", help="A known retailer, for an appointment.")
@click.option("--lon", type=float, help="Longitude of a new retailer, WGS 84.")
@click.option("--lat", type=float, help="Latitude of a new retailer, WGS 84.")
@click.option("--minutes", type=click.FloatRange(0), default=20, show_default=True)
@click.option("--rep", metavar="ID", help="Who is to go; else the retailer's own rep, or any.")
@click.option("--most", type=click.IntRange(1), default=10, show_default=True, help="Days shown.")
@WORKSPACE
@LANGUAGE
@click.option("--no-cache", is_flag=True, help="Keep no road network on disk.")
@click.option("--json", "as_json", is_flag=True, help="Print all days as JSON.")
def suggest(
    out: str,
    *,
    retailer: str | None,
    lon: float | None,
    lat: float | None,
    minutes: float,
    rep: str | None,
    most: int,
    workspace: str | None,
    language: str | None,
    no_cache: bool,
    as_json: bool,
) -> int:
    """Suggest days for one visit more in the plan of the folder OUT.

    Green and yellow days cost few minutes on the road, see the policy; red ones cost more, or
    cannot hold the visit.
    """
    plan = open_plan(out, workspace, cache=not no_cache)
    found = plan.best_days(retailer, lon=lon, lat=lat, minutes=minutes, rep=rep, language=language)
    found["date"] = found["date"].dt.strftime("%Y-%m-%d")
    rows = found.astype(object).where(found.notna(), None).to_dict("records")
    if as_json:
        click.echo(exits.dump({"days": rows}))
        return exits.PLANNED
    shown = [[r["date"], r["rep"], r["colour"], r["time"] or "-", r["reason"]] for r in rows[:most]]
    click.echo(format_table(["date", "rep", "colour", "time", "reason"], shown))
    return exits.PLANNED
