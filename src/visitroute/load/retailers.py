"""The table of retailers to Retailer objects, with the records that are set aside."""

from __future__ import annotations

import re
from typing import Any

from visitroute.errors import Severity
from visitroute.load.cadence import read_cadence
from visitroute.load.cells import Cells
from visitroute.load.hours import read_opening, read_windows, weekly_opening
from visitroute.load.points import Points, same_spot
from visitroute.load.reps import RepNames
from visitroute.load.values import (
    counted,
    is_shortened,
    read_amount,
    read_amounts,
    read_dates,
    read_id,
    read_minutes,
)
from visitroute.load.vocabulary import (
    read_answer,
    read_channel,
    read_grade,
    read_segment,
    read_weekday,
)
from visitroute.model import (
    ALWAYS_OPEN,
    Channel,
    Excluded,
    Horizon,
    OpeningHours,
    Retailer,
)
from visitroute.policy import Policy

_HALF = 0.5


def note_identifiers(cells: Cells) -> None:
    """Read the ids; empty ones are errors (VR1101), those a spreadsheet cut warnings (VR1115)."""
    cells.ids = cells.required_keys("id")
    shortened = [i for i, key in enumerate(cells.ids) if is_shortened(key)]
    if shortened:
        cells.warn(
            "VR1115",
            f"{counted(len(shortened), 'id')} cut short by a spreadsheet as it seems, the first "
            f"'{cells.ids[shortened[0]]}' in row {cells.table.rows[shortened[0]]}",
            "id",
            "export the column as text",
        )


def read_retailers(
    cells: Cells, points: Points, reps: RepNames | None, horizon: Horizon, policy: Policy
) -> tuple[tuple[Retailer, ...], tuple[Excluded, ...]]:
    """Return the retailers that can be planned for and those set aside, in the table's order.

    ``cells`` has its ids and ``points`` its faults already; ``reps`` None leaves the reps
    unchecked. One record is set aside once, for its first reason: duplicate, coordinate, rep.
    """
    aside = _note_duplicates(cells)
    for i, fault in points.faults.items():
        aside.setdefault(i, fault)
    owners = _read_owners(cells, reps, aside)
    stays = cells.read("rep_fixed", read_answer, "VR1105")
    names = cells.texts("name")
    addresses, phones, notes = (cells.texts(field) for field in ("address", "phone", "notes"))
    segments = cells.read("segment", read_segment, "VR1105")
    capability = cells.read("capability", read_grade, "VR1105")
    willingness = cells.read("willingness", read_grade, "VR1105")
    volumes, brands, displays, values = (
        cells.read(field, read_amount, "VR1102")
        for field in ("monthly_volume", "brands", "display", "value")
    )
    tolerance = policy.cadence.gap_tolerance
    cadences = cells.read("cadence", lambda cell: read_cadence(cell, tolerance), "VR1106")
    minutes = cells.read("service_minutes", read_minutes, "VR1102")
    openings = _read_openings(cells, horizon, policy.calendar.country)
    closed = cells.read("closed", read_dates, "VR1103")
    weekdays = cells.read("preferred_weekday", read_weekday, "VR1105")
    channels = cells.read("channel", read_channel, "VR1105")
    loads = cells.read("load", read_amounts, "VR1102")
    extras = cells.extras()
    retailers, excluded = [], []
    for i, key in enumerate(cells.ids):
        if i in aside:
            excluded.append(_excluded(cells, points, i, names[i], *aside[i]))
            continue
        retailers.append(
            Retailer(
                key,
                float(points.lon[i]),
                float(points.lat[i]),
                name=names[i],
                address=addresses[i],
                phone=phones[i],
                rep=owners[i][0] if len(owners[i]) == 1 else None,
                team=owners[i] if len(owners[i]) > 1 else (),
                rep_fixed=bool(stays[i]),
                segment=segments[i],
                capability=capability[i],
                willingness=willingness[i],
                monthly_volume=volumes[i],
                brands=brands[i],
                display=displays[i],
                cadence=cadences[i],
                service_minutes=minutes[i],
                opening=openings[i],
                closed=closed[i] or frozenset(),
                value=values[i],
                preferred_weekday=weekdays[i],
                channel=channels[i] or Channel.VISIT,
                notes=notes[i],
                load=loads[i] or (),
                extra=extras[i],
            )
        )
    kept = [i for i in range(len(cells)) if i not in aside]
    _judge_table(cells, points, kept, retailers, policy)
    return tuple(retailers), tuple(excluded)


def _excluded(cells: Cells, points: Points, i: int, name: str, code: str, reason: str) -> Excluded:
    usable = bool(points.usable[i])
    return Excluded(
        cells.ids[i],
        code,
        reason,
        float(points.lon[i]) if usable else None,
        float(points.lat[i]) if usable else None,
        name,
        cells.table.name,
        cells.table.rows[i],
    )


def _note_duplicates(cells: Cells) -> dict[int, tuple[str, str]]:
    """Return record number → (code, reason) of the second and later rows of an id."""
    first: dict[str, int] = {}
    aside = {}
    for i, key in enumerate(cells.ids):
        if key and first.setdefault(key, i) != i:
            reason = f"retailer '{key}' already stands in row {cells.table.rows[first[key]]}"
            aside[i] = ("VR1211", reason)
            hint = "remove the row, or give the shop an id of its own"
            cells.problem(i, "id", "VR1211", reason, Severity.QUARANTINE, hint)
    return aside


def _read_owners(
    cells: Cells, reps: RepNames | None, aside: dict[int, tuple[str, str]]
) -> list[tuple[str, ...]]:
    """Return the reps each record names, and set aside those that name an unknown one (VR1212)."""
    given = cells.keys("rep")
    if reps is None:
        return [() if text is None else (text,) for text in given]
    owners: list[tuple[str, ...]] = []
    unknown = 0
    for i, text in enumerate(given):
        # A rep's own id or name may hold a separator.
        parts = [] if not text else [text] if reps.find(text) else _split_reps(text)
        found = [reps.find(part) for part in parts]
        owners.append(tuple(dict.fromkeys(rep for rep in found if rep is not None)))
        missing = [f"'{part}'" for part, rep in zip(parts, found, strict=True) if rep is None]
        if missing:
            unknown += 1
            reason = f"no rep is called {' or '.join(missing)}"
            aside.setdefault(i, ("VR1212", reason))
            hint = "add the rep to the table of reps, or correct the name"
            cells.problem(i, "rep", "VR1212", reason, Severity.QUARANTINE, hint)
    if unknown > _HALF * len(cells):
        known = ", ".join(f"'{key}'" for key in sorted(reps.ids)[:5])
        cells.fail(
            "VR1213",
            f"{unknown} of {len(cells)} retailers name an unknown rep",
            "rep",
            f"the two tables do not belong together: the reps are {known}",
        )
    return owners


def _split_reps(text: str) -> list[str]:
    """Return the names of a cell such as ``R1;R2``, ``R1|R2`` or ``R1、R2``."""
    return [read_id(part) for part in re.split(r"[;；|｜、]", text) if part.strip()]


def _read_openings(cells: Cells, horizon: Horizon, country: str) -> list[OpeningHours]:
    def convert(cell: Any) -> OpeningHours:
        return read_opening(cell, horizon, country)

    given = cells.read("opening_hours", convert, "VR1107")
    by_day, _ = cells.by_weekday(read_windows, "VR1107")
    return [
        weekly_opening(base, days, blank_closes=True) if days else base or ALWAYS_OPEN
        for base, days in zip(given, by_day, strict=True)
    ]


def _judge_table(
    cells: Cells, points: Points, kept: list[int], retailers: list[Retailer], policy: Policy
) -> None:
    """Note what is wrong with the table as a whole, or assumed of it."""
    if len(points.faults) > _HALF * len(cells):
        cells.fail(
            "VR1208",
            f"{len(points.faults)} of {len(cells)} coordinates can't be used",
            "lon",
            "the columns are not longitude and latitude in degrees",
        )
    if not cells.missing and not retailers:
        cells.fail("VR1407", f"none of the {len(cells)} retailers can be planned for")
    unknown = [r for r in retailers if not _tells_segment(r)]
    if unknown:
        cells.warn(
            "VR1303",
            f"{len(unknown)} of {counted(len(retailers), 'retailer')} with nothing a segment "
            f"follows from, the first {unknown[0].id}: {policy.segment_rules.fallback} is assumed",
            "segment",
            "add a column segment, or capability and willingness",
        )
    shared, pair = same_spot(points, kept)
    if shared:
        one, other = (cells.ids[i] for i in pair)
        cells.warn(
            "VR1305",
            f"{shared} retailers share their exact coordinates with another, "
            f"the first are {one} and {other}",
            "lon",
            "the coordinates are those of a street or village, not of the shop",
        )


def _tells_segment(retailer: Retailer) -> bool:
    known = (
        retailer.segment,
        retailer.capability,
        retailer.willingness,
        retailer.monthly_volume,
        retailer.brands,
        retailer.display,
    )
    return any(value is not None for value in known)
