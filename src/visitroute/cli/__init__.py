"""The command line: arguments, progress, tables and exit codes; heavy imports wait."""

from __future__ import annotations

import os
import sys
import traceback

import click

from visitroute import __version__
from visitroute.cli import exits
from visitroute.cli.apply import apply
from visitroute.cli.audit import audit
from visitroute.cli.check import check
from visitroute.cli.demo import demo
from visitroute.cli.explain import explain
from visitroute.cli.export import export
from visitroute.cli.plan import plan
from visitroute.cli.policy import policy
from visitroute.cli.report import report
from visitroute.cli.roads import roads
from visitroute.cli.suggest import suggest
from visitroute.cli.summary import summary
from visitroute.cli.territories import territories
from visitroute.cli.validate import validate
from visitroute.errors import InputError, VisitRouteError

__all__ = ["app", "main"]


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=exits.EPILOG,
    invoke_without_command=True,
)
@click.version_option(__version__, "--version", message="visitroute %(version)s")
@click.pass_context
def app(context: click.Context) -> None:
    """Plan retailer visits: which retailers, on which day, in what order, on real streets."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (
    plan,
    territories,
    audit,
    explain,
    suggest,
    check,
    apply,
    summary,
    report,
    export,
    validate,
    policy,
    roads,
    demo,
):
    app.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; every error becomes a message on stderr."""
    for stream in (sys.stdout, sys.stderr):
        # Names of shops are in any script, whatever the code page of the console.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        result = app.main(arguments, prog_name="visitroute", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return exits.BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return exits.INTERRUPTED
    except InputError as error:
        exits.show_problems(error.problems, as_json="--json" in arguments)
        return exits.BAD_INPUT
    except VisitRouteError as error:
        exits.show_error(error, as_json="--json" in arguments)
        return exits.BAD_INPUT
    except (BrokenPipeError, SystemExit):
        # The reader of a pipe has seen enough, as in `… | head`; click leaves by SystemExit then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.PLANNED
    except Exception:  # noqa: BLE001 - the last resort: a bug, shown as one
        traceback.print_exc()
        click.echo("This is a bug in visitroute: please report it with the lines above.", err=True)
        return exits.BUG
    return result if isinstance(result, int) else exits.PLANNED
