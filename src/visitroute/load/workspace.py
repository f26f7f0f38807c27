"""The workspace file visitroute.toml: which files, which weeks, which policy."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from visitroute.coordinates import Datum
from visitroute.errors import InputError, PolicyError, Problem
from visitroute.load.findings import Findings
from visitroute.load.inputs import load_inputs, read_datums
from visitroute.load.tables import Source
from visitroute.load.values import UnreadableError, read_date
from visitroute.model import Horizon, PlanInput
from visitroute.policy import Policy, load_policy, read_toml

_TABLES = ("retailers", "reps", "tasks", "visits", "locks")
_KEYS = {
    "": ("inputs", "horizon", "policy"),
    "inputs": (*_TABLES, "roads", "datum"),
    "horizon": ("start", "weeks"),
}


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a workspace file says, with paths relative to the file made whole.

    ``roads`` is a path, a URL, or "straight"; None when the file names none.
    """

    path: Path
    retailers: str
    reps: str
    horizon: Horizon
    policy: Policy
    tasks: str | None = None
    visits: str | None = None
    locks: str | None = None
    roads: str | None = None
    datum: Mapping[str, Datum] = field(default_factory=dict)

    def load(self, retailers: Source | None = None) -> PlanInput:
        """Read the tables; ``retailers`` stands in for the table of that name.

        Raises ``InputError`` as ``load_inputs`` does.
        """
        return load_inputs(
            self.retailers if retailers is None else retailers,
            self.reps,
            self.tasks,
            self.visits,
            self.locks,
            horizon=self.horizon,
            policy=self.policy,
            datum=dict(self.datum),
        )


def load_workspace(path: str | Path, **changes: Any) -> PlanInput:
    """Read a workspace file and its tables.

    ``changes`` replace fields of the workspace, for example ``horizon``. Raises
    ``InputError`` with every problem of the file, or else of the tables.
    """
    return replace(read_workspace(path), **changes).load()


def read_workspace(path: str | Path, policy: Mapping[str, Any] | None = None) -> Workspace:
    """Return what a workspace file says; ``policy`` is laid over the policy it names.

    Raises ``InputError`` with every unknown key (VR1401), missing key (VR1402), value that
    does not fit (VR1403-VR1405), and every problem of the policy (VR15xx); VR1001 and
    VR1002 when the file can't be read.
    """
    path = Path(path)
    data = _read_toml(path)
    findings = Findings()

    def fail(code: str, key: str, message: str, hint: str = "") -> None:
        findings.add("", Problem(code, message, file=str(path), column=key, hint=hint))

    _note_unknown(data, "", fail)
    inputs = _table(data, "inputs", fail)
    files = {name: _place(path, inputs, name, fail) for name in (*_TABLES, "roads")}
    for name in ("retailers", "reps"):
        if name not in inputs and "inputs" in data:
            fail("VR1402", f"inputs.{name}", f"the file of {name} is not named", "add the key")
    datum = inputs.get("datum", "wgs84")
    if not isinstance(datum, str | Mapping):
        fail("VR1405", "inputs.datum", f"{datum!r} is no datum", "wgs84, gcj02 or bd09")
        datum = "wgs84"
    datums = read_datums(datum, findings, str(path), "inputs.datum")
    horizon = _read_horizon(data, fail)
    rules = _read_policy(path, data, policy or {}, findings)
    findings.stop_on_errors()
    return Workspace(
        path,
        files["retailers"] or "",
        files["reps"] or "",
        horizon,
        rules,
        files["tasks"],
        files["visits"],
        files["locks"],
        files["roads"],
        datums,
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        problem = Problem("VR1001", "the file does not exist", file=str(path))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        hint = "save it as UTF-8 text; text values stand in quotes"
        problem = Problem("VR1002", f"not a TOML file: {error}", file=str(path), hint=hint)
    raise InputError([problem])


def _note_unknown(table: Mapping[str, Any], name: str, fail: Any) -> None:
    for key in table:
        if key in _KEYS[name]:
            continue
        full = f"{name}.{key}".lstrip(".")
        near = get_close_matches(key, _KEYS[name], n=1)
        hint = f"you meant '{near[0]}'" if near else f"one of {', '.join(_KEYS[name])}"
        fail("VR1401", full, f"unknown key '{full}'", hint)


def _table(data: Mapping[str, Any], name: str, fail: Any) -> Mapping[str, Any]:
    """Return a required table of the file, empty when it is missing or none (noted)."""
    if name not in data:
        fail("VR1402", name, f"the table [{name}] is missing", f"write [{name}] and its keys")
        return {}
    table = data[name]
    if not isinstance(table, Mapping):
        fail("VR1403", name, f"'{name}' is a table, not {table!r}", f"write [{name}]")
        return {}
    _note_unknown(table, name, fail)
    return table


def _place(path: Path, inputs: Mapping[str, Any], name: str, fail: Any) -> str | None:
    """Return the path or URL of one input, seen from the current folder."""
    value = inputs.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        fail("VR1403", f"inputs.{name}", f"{value!r} is not the name of a file")
        return None
    if value == "-" or "://" in value or (name == "roads" and value == "straight"):
        return value
    return str(path.parent / value)


def _read_horizon(data: Mapping[str, Any], fail: Any) -> Horizon:
    table = _table(data, "horizon", fail)
    start, weeks = date(2000, 1, 1), 1
    hint = "write start = 2026-12-01 and weeks = 4"
    if "horizon" in data:
        for key in ("start", "weeks"):
            if key not in table:
                fail("VR1404", f"horizon.{key}", f"the horizon has no {key}", hint)
    if "start" in table:
        try:
            start = read_date(table["start"])
        except UnreadableError as error:
            fail("VR1404", "horizon.start", str(error), hint)
    if "weeks" in table:
        value = table["weeks"]
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            fail("VR1404", "horizon.weeks", f"the horizon has {value!r} weeks", hint)
        else:
            weeks = value
    return Horizon(start, weeks)


def _read_policy(
    path: Path, data: Mapping[str, Any], changes: Mapping[str, Any], findings: Findings
) -> Policy:
    """Return the policy of the file: a table laid over the defaults, or another file's name."""
    given = data.get("policy", {})
    file = str(path)
    try:
        if isinstance(given, str):
            file = str(path.parent / given)
            given = read_toml(path.parent / given)
        if isinstance(given, Mapping):
            return load_policy(lay_over(given, changes), file=file)
        message = f"'policy' is a table or the name of a file, not {given!r}"
        findings.add("", Problem("VR1403", message, file=file, column="policy"))
    except PolicyError as error:
        findings.extend("", error.problems)
    return load_policy()


def lay_over(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a nested mapping with the changes of another in it."""
    merged = dict(base)
    for key, value in changes.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            merged[key] = lay_over(below, value)
        else:
            merged[key] = value
    return merged
