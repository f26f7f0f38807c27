"""Territories in files: figures and changes as rows, areas and retailers as GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from visitroute.export.compact import feature_collection
from visitroute.export.features import COLOURS, DECIMALS
from visitroute.model import Excluded, PlanInput
from visitroute.texts import Texts

FORMAT = "visitroute territories 1"
"""Name and version of the layout, in the foreign member ``visitroute``."""

FIGURE_COLUMNS = (
    "when",
    "rep",
    "name",
    "retailers",
    "visits",
    "service_minutes",
    "travel_minutes",
    "minutes",
    "share_minutes",
    "off_share",
    "load",
    "compactness_minutes",
    "pieces",
)
CHANGE_COLUMNS = ("retailer", "name", "before", "after", "code", "reason")

Row = dict[str, Any]
Rings = Sequence[Sequence[tuple[float, float]]]


@dataclass(frozen=True)
class TerritoryRecord:
    """Everything that outputs of territories are made from.

    ``before`` and ``after`` hold the rep of every retailer by id, None for nobody or several;
    figures are those of each rep, in order; ``moved`` are retailers who had another rep.
    """

    inputs: PlanInput
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]
    figures_before: Sequence[Row]
    figures_after: Sequence[Row]
    unassigned: Sequence[Excluded]
    moved: Sequence[str]
    headcount: Mapping[str, Any]
    tolerance: float
    language: str

    def figure_rows(self) -> list[Row]:
        """Return one row for each rep before, and one after."""
        names = {rep.id: rep.name for rep in self.inputs.reps}
        return [
            {"when": when, "name": names[figures["rep"]], **_rounded(figures)}
            for when, own in (("before", self.figures_before), ("after", self.figures_after))
            for figures in own
        ]

    def change_rows(self) -> list[Row]:
        """Return one row for each retailer with another rep than before, or out of reach."""
        why = {e.retailer: e for e in self.unassigned}
        return [
            {
                "retailer": shop.id,
                "name": shop.name,
                "before": self.before[shop.id],
                "after": self.after[shop.id],
                "code": why[shop.id].code if shop.id in why else "",
                "reason": why[shop.id].reason if shop.id in why else "",
            }
            for shop in self.inputs.retailers
            if self.before[shop.id] != self.after[shop.id] or shop.id in why
        ]

    def summary(self) -> Row:
        """Return the figures of all, before and after, and the headcount."""
        return {
            "before": self._totals(self.figures_before),
            "after": self._totals(self.figures_after),
            "retailers": len(self.after),
            "moved": len(self.moved),
            "new": sum(
                self.before[name] is None and rep is not None for name, rep in self.after.items()
            ),
            "out_of_reach": len(self.unassigned),
            "tolerance": self.tolerance,
            "headcount": dict(self.headcount),
            "reps": self.figure_rows(),
        }

    def _totals(self, figures: Sequence[Row]) -> Row:
        count = sum(f["retailers"] for f in figures)
        way = sum(f["compactness_minutes"] * f["retailers"] for f in figures)
        return {
            "retailers": count,
            "minutes": round(sum(f["minutes"] for f in figures), 1),
            "service_minutes": round(sum(f["service_minutes"] for f in figures), 1),
            "travel_minutes": round(sum(f["travel_minutes"] for f in figures), 1),
            "spread": round(max((abs(f["off_share"]) for f in figures), default=0.0), 4),
            "compactness_minutes": round(way / count, 2) if count else 0.0,
            "pieces": sum(f["pieces"] for f in figures),
            "most_load": round(max((f["load"] for f in figures), default=0.0), 4),
        }


def _rounded(figures: Mapping[str, Any]) -> Row:
    fine = ("off_share", "load")
    return {
        key: round(value, 4 if key in fine else 1) if isinstance(value, float) else value
        for key, value in figures.items()
    }


def headcount_lines(headcount: Mapping[str, Any], texts: Texts) -> list[str]:
    """Return in words how many reps the cadences need, how that comes, and what is assumed."""
    values = {
        "reps": headcount["reps"],
        "out_of_reach": headcount["out_of_reach"],
        "needed": headcount["needed"],
        "visits": f"{headcount['visits']:.0f}",
        "days": f"{headcount['days']:.1f}",
        "day": f"{headcount['day_minutes']:.0f}",
        "service": f"{headcount['service_minutes']:.1f}",
        "leg": f"{headcount['leg_minutes']:.1f}",
        "haul": f"{headcount['haul_minutes']:.1f}",
        "a_day": f"{headcount['visits_a_day']:.1f}",
    }
    answer = "none" if headcount["needed"] is None else "answer"
    keys = [answer, headcount["limit"], "assumed"]
    if headcount["out_of_reach"]:
        keys.append("out_of_reach")
    return [texts.say(f"headcount.{key}", **values) for key in keys]


def to_territory_geojson(
    record: TerritoryRecord, areas: Mapping[str, Mapping[str, Rings]] | None = None
) -> str:
    """Return bases, retailers and areas as a GeoJSON FeatureCollection, one feature a line.

    ``areas`` holds outlines as (lon, lat) by ``before`` and ``after`` and by rep.
    """
    head = {
        "format": FORMAT,
        "start": record.inputs.horizon.start.isoformat(),
        "weeks": record.inputs.horizon.weeks,
        "tolerance": record.tolerance,
    }
    return feature_collection(head, _features(record, areas or {}))


def _features(record: TerritoryRecord, areas: Mapping[str, Mapping[str, Rings]]) -> Iterator[Row]:
    colour = {rep.id: COLOURS[i % len(COLOURS)] for i, rep in enumerate(record.inputs.reps)}
    for when, own in areas.items():
        yield from (_area(when, name, rings, colour[name]) for name, rings in own.items() if rings)
    for rep in record.inputs.reps:
        properties: Row = {
            "kind": "base",
            "rep": rep.id,
            "name": rep.name,
            "marker-symbol": "building",
            "marker-color": colour[rep.id],
        }
        yield _point(rep.start.lon, rep.start.lat, properties)
    why = {e.retailer: e for e in record.unassigned}
    moved = set(record.moved)
    for shop in record.inputs.retailers:
        after = record.after[shop.id]
        properties = {
            "kind": "retailer",
            "retailer": shop.id,
            "name": shop.name,
            "before": record.before[shop.id],
            "rep": after,
            "moved": shop.id in moved,
            "code": why[shop.id].code if shop.id in why else "",
            "reason": why[shop.id].reason if shop.id in why else "",
            "marker-size": "small",
            "marker-color": colour.get(after or "", "#999999"),
        }
        yield _point(shop.lon, shop.lat, properties)


def _area(when: str, rep: str, rings: Rings, colour: str) -> Row:
    return {
        "type": "Feature",
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [[[_degrees(p) for p in _left(ring)]] for ring in rings],
        },
        "properties": {
            "kind": "territory",
            "when": when,
            "rep": rep,
            "stroke": colour,
            "fill": colour,
            "fill-opacity": 0.25,
        },
    }


def _left(ring: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """Return a ring that runs counter-clockwise, as RFC 7946 asks of outlines."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    return ring if twice >= 0 else ring[::-1]


def _point(lon: float, lat: float, properties: Row) -> Row:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": _degrees((lon, lat))},
        "properties": properties,
    }


def _degrees(point: tuple[float, float]) -> list[float]:
    return [round(point[0], DECIMALS) + 0.0, round(point[1], DECIMALS) + 0.0]
