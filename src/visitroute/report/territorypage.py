"""The map page of territories: before and after beside each other, in one file, offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visitroute.export.polyline import encode_line
from visitroute.export.territories import TerritoryRecord, headcount_lines
from visitroute.report.data import LANGUAGES
from visitroute.report.page import asset, render_page
from visitroute.report.territory import Ring, owned_areas
from visitroute.texts import load_texts

WHENS = ("before", "after")
Areas = Mapping[str, Mapping[str, tuple[Ring, ...]]]
FIGURES = (
    "retailers",
    "minutes",
    "off_share",
    "load",
    "travel_minutes",
    "compactness_minutes",
    "pieces",
)


def land_areas(record: TerritoryRecord) -> dict[str, dict[str, tuple[Ring, ...]]]:
    """Return the outlines of each rep's land, before and after: see ``draw_areas``."""
    owners = zip(WHENS, (record.before, record.after), strict=True)
    return {when: owned_areas(record.inputs, owner) for when, owner in owners}


def territories_html(record: TerritoryRecord, areas: Areas) -> str:
    """Return the map page of territories: one HTML file that needs no network.

    ``areas`` are those of ``land_areas``.
    Raises ``VisitRouteError`` VR5001 where Jinja2 is missing.
    """
    texts = {
        language: {
            key: text for key, text in load_texts(language).table.items() if key.startswith("land.")
        }
        for language in LANGUAGES
    }
    return render_page(
        title=load_texts(record.language).say("land.title"),
        language=record.language,
        css=asset("page.css") + asset("territories.css"),
        scripts=[asset("territories.js")],
        data={"plan": page_data(record, areas), "texts": texts},
    )


def page_data(record: TerritoryRecord, areas: Areas) -> dict[str, Any]:
    """Return what the page shows as plain values; reps are named by their number."""
    number = {rep.id: i for i, rep in enumerate(record.inputs.reps)}
    summary = record.summary()
    figures = (record.figures_before, record.figures_after)
    return {
        "language": record.language,
        "start": record.inputs.horizon.start.isoformat(),
        "weeks": record.inputs.horizon.weeks,
        "moved": summary["moved"],
        "new": summary["new"],
        "out": summary["out_of_reach"],
        "totals": {when: _figures(summary[when], "spread") for when in WHENS},
        "reps": [
            {
                "id": rep.id,
                "name": rep.name or rep.id,
                "base": [round(rep.start.lon, 5), round(rep.start.lat, 5)],
                "land": {
                    when: [encode_line(ring) for ring in areas[when].get(rep.id, ())]
                    for when in WHENS
                },
                "figures": {
                    when: _figures(own[i], "off_share")
                    for when, own in zip(WHENS, figures, strict=True)
                },
            }
            for i, rep in enumerate(record.inputs.reps)
        ],
        "shops": [
            [
                round(shop.lon, 5),
                round(shop.lat, 5),
                number.get(record.before[shop.id] or "", -1),
                number.get(record.after[shop.id] or "", -1),
                shop.name or shop.id,
            ]
            for shop in record.inputs.retailers
        ],
        "headcount": {
            language: headcount_lines(record.headcount, load_texts(language))
            for language in LANGUAGES
        },
    }


def _figures(figures: Mapping[str, Any], off: str) -> list[float]:
    given = {**figures, "off_share": figures[off], "load": figures.get("load", 0)}
    return [round(float(given[name]), 4) for name in FIGURES]
