"""Reading the policy: the shipped defaults, overlaid by the user's own keys."""

from __future__ import annotations

import dataclasses
import math
import tomllib
import typing
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from visitroute.errors import PolicyError, Problem
from visitroute.policy.tables import Policy
from visitroute.units import parse_clock_range

_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    date: "a date",
}


_FREE = ("weather.", "surfaces.", "robust.slack_by_rep.")
"""Tables in which a user may name further rows: a weather, a class, a surface, a rep."""

_SIGNED = "conditions.closed_"
"""Keys with coordinates, which may be negative."""


def policy_text() -> str:
    """Return the documented default policy file as text."""
    return resources.files("visitroute.policy").joinpath("default.toml").read_text("utf-8")


def load_policy(
    overrides: Mapping[str, Any] | str | Path | None = None, *, file: str = "policy"
) -> Policy:
    """Return the default policy with ``overrides`` laid over it.

    ``overrides`` is a nested mapping shaped like the policy file, or the path of a TOML
    file. Raises ``PolicyError`` naming every unknown key (VR1501) and every value that
    does not fit (VR1502).
    """
    defaults = tomllib.loads(policy_text())
    if isinstance(overrides, str | Path):
        file = str(overrides)
        overrides = read_toml(Path(overrides))
    problems: list[Problem] = []
    merged = _overlay(defaults, overrides or {}, "", file, problems)
    policy = _build(Policy, merged, "", file, problems)
    if not problems:
        problems = [_bad(file, key, why) for key, why in _conflicts(policy)]
    if problems:
        raise PolicyError(problems)
    return typing.cast("Policy", policy)


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file as a dict; raises ``PolicyError`` (VR1503) when it can't be read."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        problem = Problem("VR1503", "the file does not exist", file=str(path))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Problem(
            "VR1503", f"not a TOML file: {error}", file=str(path), hint="save it as UTF-8 text"
        )
    raise PolicyError([problem])


def _bad(file: str, key: str, why: str) -> Problem:
    return Problem("VR1502", why, file=file, column=key, hint="see `visitroute policy`")


def _overlay(
    base: Mapping[str, Any],
    over: Mapping[str, Any],
    prefix: str,
    file: str,
    problems: list[Problem],
) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        name = f"{prefix}{key}"
        if key not in base and not name.startswith(_FREE):
            near = get_close_matches(key, list(base), n=1)
            hint = f"you meant '{prefix}{near[0]}'" if near else "see `visitroute policy`"
            problems.append(Problem("VR1501", f"unknown policy key '{name}'", file=file, hint=hint))
        elif isinstance(base.get(key), Mapping):
            if isinstance(value, Mapping):
                merged[key] = _overlay(base[key], value, f"{name}.", file, problems)
            else:
                problems.append(_bad(file, name, f"'{name}' is a table, not {value!r}"))
        else:
            merged[key] = value
    return merged


def _build(kind: Any, value: Any, key: str, file: str, problems: list[Problem]) -> Any:
    """Return ``value`` as an instance of the annotated type ``kind``, noting what does not fit."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(
            **{
                f.name: _build(
                    hints[f.name], value[f.name], f"{key}.{f.name}".lstrip("."), file, problems
                )
                for f in dataclasses.fields(kind)
            }
        )
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            problems.append(_bad(file, key, f"'{key}' is a table, not {value!r}"))
            return {}
        # A plain dict, because a mapping proxy can't be sent to another process.
        return {
            _scalar(args[0], k, key, file, problems): _build(
                args[1], v, f"{key}.{k}", file, problems
            )
            for k, v in value.items()
        }
    if origin is tuple:
        if not isinstance(value, list | tuple):
            problems.append(_bad(file, key, f"'{key}' is a list, not {value!r}"))
            return ()
        return tuple(_build(args[0], v, key, file, problems) for v in value)
    return _scalar(kind, value, key, file, problems)


def _scalar(kind: Any, value: Any, key: str, file: str, problems: list[Problem]) -> Any:
    if issubclass(kind, StrEnum):
        try:
            return kind(value)
        except ValueError:
            choices = ", ".join(kind)
            problems.append(_bad(file, key, f"'{key}' is one of {choices}, not {value!r}"))
            return next(iter(kind))
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        value = float(value)
    right = type(value) is kind or (kind is date and type(value) is date)
    if not right:
        problems.append(_bad(file, key, f"'{key}' is {_KINDS[kind]}, not {value!r}"))
        return kind() if kind is not date else date(2000, 1, 1)
    signed = key.startswith(_SIGNED)
    if kind in (int, float) and not (math.isfinite(value) and (value >= 0 or signed)):
        problems.append(_bad(file, key, f"'{key}' is {value!r}, not a number from 0 up"))
    return value


def _conflicts(policy: Policy) -> list[tuple[str, str]]:
    """Return (key, why) of every value that is of the right type but makes no sense."""
    found = []
    for name, segment in policy.segments.items():
        key = f"segments.{name}"
        if segment.visits < 1 or segment.per < 1:
            found.append((key, f"'{key}' asks for {segment.visits} visits in {segment.per} days"))
        elif segment.visits > segment.per:
            found.append((key, f"'{key}' asks for more than one visit a day"))
        elif not segment.min_gap <= segment.cadence.ideal_gap <= segment.max_gap:
            found.append((key, f"'{key}': the ideal gap lies outside min_gap..max_gap"))
    for key, text in (
        ("rep.shift", policy.rep.shift),
        ("rep.lunch_window", policy.rep.lunch_window),
    ):
        try:
            parse_clock_range(text)
        except ValueError as error:
            found.append((key, str(error)))
    found += [
        ("rep.workdays", f"{day} is not a weekday 0..6")
        for day in policy.rep.workdays
        if day not in range(7)
    ]
    if policy.calendar.makeup_weekday not in range(7):
        found.append(("calendar.makeup_weekday", "not a weekday 0..6"))
    if policy.solve.solver not in ("visitroute", "ortools"):
        found.append(("solve.solver", f"'{policy.solve.solver}' is not visitroute or ortools"))
    if policy.overload.stretch < 2:  # noqa: PLR2004 - once as long is no longer
        found.append(("overload.stretch", "an interval grows by a factor of 2 or more"))
    if policy.robust.min_chance > 1:
        found.append(("robust.min_chance", f"{policy.robust.min_chance:g} is no share from 0 to 1"))
    if policy.roads.driving not in ("right", "left"):
        found.append(("roads.driving", f"'{policy.roads.driving}' is not right or left"))
    return found + _odd_conditions(policy) + _odd_texts(policy)


def _odd_conditions(policy: Policy) -> list[tuple[str, str]]:
    """Return what makes no sense in the day's conditions and the tables they draw on."""
    found: list[tuple[str, str]] = []
    day = policy.conditions
    if day.weather and day.weather not in policy.weather:
        known = ", ".join(policy.weather)
        found.append(("conditions.weather", f"'{day.weather}' is none of {known}"))
    if day.date:
        try:
            date.fromisoformat(day.date)
        except ValueError:
            found.append(("conditions.date", f"'{day.date}' is no date such as 2026-12-01"))
    try:
        read_rush(day.rush)
    except ValueError as error:
        found.append(("conditions.rush", str(error)))
    if day.rush_plan not in ("mean", "worst"):
        found.append(("conditions.rush_plan", f"'{day.rush_plan}' is not mean or worst"))
    for key, places in (
        ("conditions.closed_at", day.closed_at),
        *(("conditions.closed_areas", area) for area in day.closed_areas),
    ):
        if key.endswith("areas") and len(places) < 3:  # noqa: PLR2004 - a polygon's corners
            found.append((key, f"an area has {len(places)} corners, not three or more"))
        found += [
            (key, f"{list(place)} is no [longitude, latitude] in degrees")
            for place in places
            if len(place) != 2 or abs(place[0]) > 180 or abs(place[1]) > 90  # noqa: PLR2004
        ]
    for name, modes in policy.weather.items():
        for mode, factors in modes.items():
            found += [
                (f"weather.{name}.{mode}.{road}", f"a factor of {factor:g} is none: 0.1 to 20")
                for road, factor in factors.items()
                if not 0.1 <= factor <= 20  # noqa: PLR2004 - beyond, it is a slip of the pen
            ]
    found += [
        (f"pace.{mode}", f"a factor of {pace:g} is none: 0.1 to 20")
        for mode, pace in policy.pace.items()
        if not 0.1 <= pace <= 20  # noqa: PLR2004
    ]
    return found


def read_rush(spans: Iterable[str]) -> tuple[tuple[int, int, float], ...]:
    """Return rush hours ``07:30-09:00 1.4`` as (from, to, factor), in seconds after midnight.

    Raises ``ValueError`` for what is no such text, and for hours that overlap.
    """
    read = []
    for text in spans:
        clock, _, factor = text.strip().partition(" ")
        try:
            begin, end = parse_clock_range(clock)
            slower = float(factor)
        except ValueError:
            raise ValueError(f"'{text}' is no rush hour such as '07:30-09:00 1.4'") from None
        if not 1 <= slower <= 20 or begin >= end:  # noqa: PLR2004
            raise ValueError(f"'{text}': hours run forward, the factor lies in 1..20")
        read.append((begin, end, slower))
    read.sort()
    for (_, end, _), (begin, _, _) in pairwise(read):
        if begin < end:
            raise ValueError("rush hours overlap")
    return tuple(read)


def _odd_texts(policy: Policy) -> list[tuple[str, str]]:
    found = []
    if policy.texts.language not in ("en", "zh"):
        found.append(("texts.language", f"'{policy.texts.language}' is not en or zh"))
    return found
