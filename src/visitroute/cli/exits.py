"""Exit codes, and how problems are shown."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click

from visitroute.errors import Problem, Severity, VisitRouteError

PLANNED = 0
BUG = 1
BAD_INPUT = 2
INCOMPLETE = 3
NOTHING_PLANNED = 4
INTERRUPTED = 130

EPILOG = (
    "Exit codes: 0 nothing due is missing; 1 a bug; 2 bad input; 3 some due visits dropped or "
    "retailers, tasks or locks excluded, or the check found violations; 4 nothing could be "
    "planned; 130 interrupted, the best plan so far was written."
)


def show_problems(problems: Iterable[Problem], *, as_json: bool) -> None:
    """Print every problem, and how many there are of each severity, to stderr."""
    problems = tuple(problems)
    if as_json:
        click.echo(dump({"exit_code": BAD_INPUT, "problems": [p.as_dict() for p in problems]}))
        return
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(count_severities(problems), err=True)


def count_severities(problems: Iterable[Problem]) -> str:
    """Return how many problems of each severity there are, in words."""
    counts = dict.fromkeys(Severity, 0)
    for problem in problems:
        counts[problem.severity] += 1
    words = {
        Severity.ERROR: ("error", "errors"),
        Severity.QUARANTINE: ("record quarantined", "records quarantined"),
        Severity.WARNING: ("warning", "warnings"),
    }
    return ", ".join(f"{count} {words[severity][count != 1]}" for severity, count in counts.items())


def show_error(error: VisitRouteError, *, as_json: bool) -> None:
    """Print one error to stderr, or as JSON to stdout."""
    if as_json:
        value = {"code": error.code, "message": error.message, "hint": error.hint}
        click.echo(dump({"exit_code": BAD_INPUT, "problems": [value]}))
    else:
        click.echo(str(error), err=True)


def dump(value: object) -> str:
    """Return a value as indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)
