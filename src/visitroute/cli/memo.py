"""The memo of a run beside its files: which workspace and options a plan was made with."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from visitroute.load import Workspace
    from visitroute.planning import VisitPlan

MEMO = "run.json"
_FILES = ("retailers", "reps", "tasks", "visits", "locks", "roads")


def write_memo(out: str, workspace: str | None, given: dict[str, Any]) -> None:
    """Write where a plan came from, with paths as seen from its folder."""
    options = {
        key: _seen_from(out, value) if key in _FILES else value
        for key, value in given.items()
        if value not in (None, ())
    }
    memo = {
        "workspace": None if workspace is None else _seen_from(out, workspace),
        "options": options,
    }
    text = json.dumps(memo, ensure_ascii=False, indent=2) + "\n"
    (Path(out) / MEMO).write_text(text, "utf-8")


def _seen_from(out: str, name: str) -> str:
    """Return a path as seen from a folder; what is no path stays as it is."""
    path = Path(name)
    if not path.exists():
        return name
    try:
        return Path(os.path.relpath(path.resolve(), Path(out).resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def read_memo(out: str, workspace: str | None) -> Workspace:
    """Return the workspace that the plan in a folder was made from.

    ``workspace`` is taken instead of the one noted, with the options noted.
    """
    from visitroute.cli.options import read_inputs  # noqa: PLC0415 - only where it is needed

    path = Path(out) / MEMO
    try:
        memo = json.loads(path.read_text("utf-8"))
        options = dict(memo["options"])
        noted = memo["workspace"]
    except FileNotFoundError:
        options, noted = {}, None
    except (OSError, ValueError, KeyError, TypeError):
        raise click.ClickException(f"{path} can't be read: name the workspace") from None
    for key in _FILES:
        if key in options:
            options[key] = _from(out, options[key])
    settings = tuple(options.pop("settings", ()))
    named = workspace or (None if noted is None else _from(out, noted))
    if named is None and not options:
        message = f"{out} does not say what it was planned from: give --workspace"
        raise click.UsageError(message)
    return read_inputs(named, settings, **options)


def _from(out: str, name: str) -> str:
    path = Path(out) / name
    return str(path) if path.exists() else name


def open_plan(out: str, workspace: str | None, *, cache: bool) -> VisitPlan:
    """Return the plan of a folder with everything to look into it."""
    from visitroute.planning import reopen_plan  # noqa: PLC0415 - slow to import

    named = read_memo(out, workspace)
    return reopen_plan(Path(out) / "routes.geojson", named, cache=cache)
