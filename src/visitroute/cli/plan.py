"""``visitroute plan``: read the input, plan, write the files, print the table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visitroute.cli import exits
from visitroute.cli.memo import write_memo
from visitroute.cli.options import input_options, read_inputs
from visitroute.cli.progress import ProgressLine
from visitroute.cli.tables import rep_table

if TYPE_CHECKING:
    from visitroute.load import Workspace
    from visitroute.planning import RunOptions, VisitPlan


def run_options(command: Any) -> Any:
    """Add the options of how a run is carried out."""
    for decorator in reversed(
        [
            click.option(
                "--effort", type=click.IntRange(0), help="How long to search; the policy says 500."
            ),
            click.option("--seed", type=int, help="Seed of the search."),
            click.option(
                "--solver",
                type=click.Choice(["visitroute", "ortools"]),
                help="What searches: the compiled search, or OR-Tools alone; the policy says.",
            ),
            click.option(
                "--time-limit", type=click.FloatRange(0), help="Seconds after which to stop."
            ),
            click.option("-j", "--jobs", type=click.IntRange(1), default=1, show_default=True),
            click.option("--no-cache", is_flag=True, help="Keep no road network on disk."),
            click.option("--json", "as_json", is_flag=True, help="Print figures as JSON."),
            click.option("-q", "--quiet", is_flag=True, help="No progress, no table."),
        ]
    ):
        command = decorator(command)
    return command


@click.command(epilog=exits.EPILOG)
@input_options
@click.option(
    "-o",
    "--out",
    default="out",
    show_default=True,
    help="Folder for the files; - prints routes.geojson.",
)
@run_options
def plan(workspace: str | None, out: str, **options: Any) -> int:
    """Plan the visits of a WORKSPACE file (visitroute.toml), or of tables given by options.

    Writes routes.geojson, visits.csv, dropped.csv, excluded.csv, tasks.csv, calls.csv,
    cadence.csv, audit.txt, summary.json and background.json, from which `visitroute report` and
    others make what people look at.
    """
    settings = run_settings(options)
    named = read_inputs(workspace, **options)
    code = plan_and_write(named, settings, out)
    if out != "-":
        write_memo(out, workspace, options)
    return code


def run_settings(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options of how to run out of all options."""
    names = ("effort", "seed", "solver", "time_limit", "jobs", "no_cache", "as_json", "quiet")
    return {name: options.pop(name) for name in names}


def solver_options(settings: Mapping[str, Any], progress: ProgressLine) -> RunOptions:
    """Return how to run, from what ``run_settings`` took."""
    from visitroute.planning import RunOptions  # noqa: PLC0415 - slow to import

    return RunOptions(
        effort=settings["effort"],
        seed=settings["seed"],
        solver=settings["solver"],
        time_limit=settings["time_limit"],
        jobs=settings["jobs"],
        cache=not settings["no_cache"],
        progress=progress,
    )


def plan_and_write(workspace: Workspace, settings: dict[str, Any], out: str) -> int:
    """Plan a workspace, write and print the result, and return the exit code."""
    from visitroute.planning import plan_workspace  # noqa: PLC0415 - slow to import

    if out != "-":
        make_folder(out)
    quiet, as_json = settings["quiet"], settings["as_json"]
    with ProgressLine(quiet=quiet or as_json) as progress:
        found = plan_workspace(workspace, solver_options(settings, progress))
    return show_plan(found, out, as_json=as_json, quiet=quiet)


def show_plan(
    found: VisitPlan,
    out: str,
    *,
    as_json: bool,
    quiet: bool,
    more: Mapping[str, str] | None = None,
) -> int:
    """Write a plan and what else belongs to it, print the result, and return the exit code."""
    if out == "-":
        click.echo(found.to_geojson(), nl=False)
        files = []
    else:
        files = write_files(found, out, more or {})
    code = exit_code(found)
    if as_json and out != "-":
        value = {"exit_code": code, "files": [p.as_posix() for p in files], **found.summary()}
        value["seconds"] = {k: round(v, 3) for k, v in found.stage_seconds.items()}
        value["problems"] = [p.as_dict() for p in found.inputs.problems]
        click.echo(exits.dump(value))
    elif not quiet:
        _report(found, files, to_stderr=out == "-")
    return code


def make_folder(out: str) -> None:
    """Make the folder of the files: before the work, for a name that can't be used."""
    try:
        Path(out).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"'{out}' is no folder that can be made: {error.strerror}"
        raise click.BadParameter(message, param_hint="--out") from None


def write_files(found: VisitPlan, out: str, more: Mapping[str, str]) -> list[Path]:
    """Write the files of a plan, and more texts by name; return their paths."""
    from visitroute.export import write_text  # noqa: PLC0415 - slow to import

    try:
        return [
            *found.write(out),
            *(write_text(Path(out) / name, text) for name, text in more.items()),
        ]
    except OSError as error:
        raise click.ClickException(f"the plan can't be written to {out}: {error}") from None


def exit_code(found: VisitPlan) -> int:
    """Return the exit code that says what kind of plan this is."""
    if found.interrupted:
        return exits.INTERRUPTED
    if found.is_empty:
        return exits.NOTHING_PLANNED
    return exits.PLANNED if found.is_complete else exits.INCOMPLETE


def _report(found: VisitPlan, files: list[Path], *, to_stderr: bool) -> None:
    for problem in found.inputs.problems:
        click.echo(str(problem), err=True)
    for warning in found.roads.warnings:
        click.echo(warning, err=True)
    for warning in found.schedule.warnings:
        if warning.startswith(("VR4004", "VR4005", "VR4006", "VR4007")):
            click.echo(warning, err=True)
    summary = found.summary()
    totals = summary["totals"]
    click.echo(rep_table(summary), err=to_stderr)
    click.echo(
        f"requested {totals['requested']} = planned {totals['planned']} + "
        + (f"called {totals['called']} + " if totals["called"] else "")
        + f"dropped {totals['dropped']} + quarantined {totals['quarantined']}; "
        f"{totals['excluded']} {'record' if totals['excluded'] == 1 else 'records'} excluded",
        err=to_stderr,
    )
    for tier, count in totals["dropped_by_tier"].items():
        verdicts: dict[str, int] = {}
        for drop in found.schedule.dropped:
            if drop.tier.name.lower() == tier and drop.call is None:
                key = f"{drop.verdict} {drop.code}"
                verdicts[key] = verdicts.get(key, 0) + 1
        detail = ", ".join(f"{n} {name}" for name, n in sorted(verdicts.items()))
        click.echo(f"dropped, tier {tier}: {count} ({detail})", err=to_stderr)
    _report_trust(found, to_stderr=to_stderr)
    if found.interrupted:
        click.echo("VR4002: interrupted: this is the best plan so far", err=True)
    if found.is_empty:
        click.echo("VR4001: nothing could be planned: see excluded.csv and dropped.csv", err=True)
    if files:
        click.echo(f"wrote {files[0].as_posix()} and {len(files) - 1} files beside it")


def _report_trust(found: VisitPlan, *, to_stderr: bool) -> None:
    """Print what no plan could make, where visits are left out, and the cadences kept."""
    from visitroute.explain import count_rhythms  # noqa: PLC0415 - slow to import
    from visitroute.texts import load_texts  # noqa: PLC0415

    if not found.is_complete:
        texts = load_texts(found.policy.texts.language)
        for line in found.audit.shortages(texts):
            click.echo(line, err=to_stderr)
    counts = count_rhythms(found.rhythms)
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    click.echo(f"cadence: {said}", err=to_stderr)
