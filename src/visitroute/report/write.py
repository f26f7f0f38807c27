"""Writing the report: one page, or a page for each rep and an index."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from visitroute.export import PlanRecord, measure_kpis, write_text
from visitroute.export.owners import owners_of
from visitroute.export.parts import split_record
from visitroute.export.polyline import encode_line
from visitroute.report.data import page_texts
from visitroute.report.page import asset, render_page, report_html
from visitroute.report.territory import rep_areas
from visitroute.texts import load_texts

LARGEST_PAGE = 6000
"""Stops above which a report is split unless told otherwise."""


def write_report(record: PlanRecord, path: str | Path, *, split: bool | None = None) -> list[Path]:
    """Write the report of a plan to ``path`` and return the files, the one to open first.

    With ``split`` that one is an index of all reps, and a folder of the same name beside it
    holds a page for each; None splits where there are more than ``LARGEST_PAGE`` stops. Raises
    ``VisitRouteError`` VR5001 where Jinja2 is missing.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if split is None:
        split = sum(len(route.stops) for route in record.schedule.routes) > LARGEST_PAGE
    if not split:
        return [write_text(path, report_html(record))]
    folder = path.with_name(f"{path.stem}-reps")
    folder.mkdir(exist_ok=True)
    names = page_names([rep.id for rep in record.inputs.reps])
    pages = [
        write_text(folder / name, report_html(part))
        for name, part in zip(names, split_record(record), strict=True)
    ]
    links = [f"{folder.name}/{name}" for name in names]
    return [write_text(path, _index_html(record, links)), *pages]


def page_names(reps: list[str]) -> list[str]:
    """Return a file name for each rep: its number, and of its id what every system can take."""
    safe = (re.sub(r"[^A-Za-z0-9_-]+", "", rep)[:40] for rep in reps)
    return [f"{i:03d}-{name}.html" if name else f"{i:03d}.html" for i, name in enumerate(safe, 1)]


def _index_html(record: PlanRecord, links: list[str]) -> str:
    return render_page(
        title=load_texts(record.language).say("page.title"),
        language=record.language,
        css=asset("page.css"),
        scripts=[asset("index.js")],
        data={"plan": _index_data(record, links), "texts": page_texts()},
    )


def _index_data(record: PlanRecord, links: list[str]) -> dict[str, Any]:
    """Return the figures by rep, where each one's page lies, and the land to draw."""
    inputs, schedule = record.inputs, record.schedule
    owner = owners_of(schedule, inputs)
    areas = rep_areas(record)
    visits = {rep.id: 0 for rep in inputs.reps}
    days = dict(visits)
    for route in schedule.routes:
        if route.rep in visits:
            visits[route.rep] += len(route.stops)
            days[route.rep] += 1
    missing = dict.fromkeys(visits, 0)
    for drop in (d for d in schedule.dropped if d.call is None):
        rep = owner.get(drop.retailer)
        if rep in missing:
            missing[rep] += 1
    kpis = measure_kpis(schedule, inputs, record.requests)
    return {
        "start": inputs.horizon.start.isoformat(),
        "weeks": inputs.horizon.weeks,
        "language": record.language,
        "retailers": len(inputs.retailers),
        "reps": [
            {
                "id": rep.id,
                "name": rep.name or rep.id,
                "page": link,
                "days": days[rep.id],
                "visits": visits[rep.id],
                "dropped": missing[rep.id],
                "land": [encode_line(ring) for ring in areas.get(rep.id, ())],
            }
            for rep, link in zip(inputs.reps, links, strict=True)
        ],
        "kpis": [[k.kpi, k.by, k.group, k.value, k.numerator, k.denominator] for k in kpis],
    }
