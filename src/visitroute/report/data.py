"""What the map page is fed with: the plan as compact JSON, texts in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

from visitroute.export import PlanRecord, measure_kpis
from visitroute.export.compact import dump
from visitroute.export.polyline import encode_line
from visitroute.model import (
    Cadence,
    DueState,
    Retailer,
    RouteDay,
    Segment,
    Stop,
    Tier,
    Verdict,
)
from visitroute.priority import checklist_of, purpose_of
from visitroute.report.territory import rep_areas
from visitroute.texts import load_texts

LANGUAGES = ("en", "zh")
PAGE_GROUPS = ("page", "segment", "state", "tier", "verdict", "kpi", "kpi_of", "band", "mode")
"""Groups of sentences that the page speaks."""

_LABELS = frozenset(("segment", "verdict"))
"""Groups whose words stand inside sentences elsewhere, and by themselves here."""

STREET_BYTES = 260_000
"""Most bytes of one page that may be backdrop."""

_SEGMENTS = tuple(Segment)
_STATES = tuple(DueState)
_TIERS = tuple(Tier)
_VERDICTS = tuple(Verdict)


def page_data(record: PlanRecord) -> dict[str, Any]:
    """Return everything a map page shows, as plain values.

    Retailers, reps and purposes are named by their number; closed vocabularies by their
    place in ``words``; times are seconds after midnight; lines are encoded polylines.
    """
    return _PageData(record).build()


def embed_json(value: Any) -> str:
    """Return JSON that can stand inside a script element: no text in it ends the element."""
    text = dump(value)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def page_texts() -> dict[str, dict[str, str]]:
    """Return the sentences of the page by language."""
    return {
        language: {
            key: text[:1].upper() + text[1:] if key.split(".")[0] in _LABELS else text
            for key, text in load_texts(language).table.items()
            if key.split(".")[0] in PAGE_GROUPS
        }
        for language in LANGUAGES
    }


class _PageData:
    """Numbers retailers and purposes while the parts are built."""

    def __init__(self, record: PlanRecord) -> None:
        self.record = record
        inputs = record.inputs
        self.shops = {r.id: i for i, r in enumerate(inputs.retailers)}
        self.reps = {r.id: i for i, r in enumerate(inputs.reps)}
        self.tasks = {t.id: t for t in inputs.tasks}
        self.overdue = {r.id: r.days_overdue for r in record.requests}
        self.purposes: dict[tuple[str, ...], int] = {}
        self.checklists: dict[tuple[tuple[str, ...], ...], int] = {}
        self.said: tuple[list[str], ...] = tuple([] for _ in LANGUAGES)

    def build(self) -> dict[str, Any]:
        record, inputs, schedule = self.record, self.record.inputs, self.record.schedule
        kpis = measure_kpis(schedule, inputs, record.requests)
        routes = [self._route(route) for route in schedule.routes if route.rep in self.reps]
        areas = rep_areas(record)
        return {
            "start": inputs.horizon.start.isoformat(),
            "weeks": inputs.horizon.weeks,
            "language": record.language,
            "words": {
                "segment": [str(s) for s in _SEGMENTS],
                "state": [str(s) for s in _STATES],
                "tier": [t.name.lower() for t in _TIERS],
                "verdict": [str(v) for v in _VERDICTS],
            },
            "reps": [
                {
                    "id": rep.id,
                    "name": rep.name or rep.id,
                    "base": [rep.start.lon, rep.start.lat],
                    "mode": str(rep.mode),
                    "min": rep.min_visits,
                    "target": rep.target_visits,
                    "max": rep.max_visits,
                    "land": [encode_line(ring) for ring in areas.get(rep.id, ())],
                }
                for rep in inputs.reps
            ],
            "shops": [_shop(shop) for shop in inputs.retailers],
            "routes": routes,
            "dropped": [
                [
                    self.shops.get(d.retailer, -1),
                    self.reps.get(d.rep or "", -1),
                    d.due.isoformat(),
                    _TIERS.index(d.tier),
                    _VERDICTS.index(d.verdict),
                    d.code,
                    d.reason,
                    d.fix if d.call is None else self._called(d.call),
                    d.retailer,
                ]
                for d in schedule.dropped
            ],
            "excluded": [
                [e.retailer, e.name, e.code, e.reason, e.table, e.row, e.requests, e.lon, e.lat]
                for e in schedule.excluded
            ],
            "kpis": [[k.kpi, k.by, k.group, k.value, k.numerator, k.denominator] for k in kpis],
            "warnings": list(schedule.warnings),
            "purposes": dict(zip(LANGUAGES, self.said, strict=True)),
            "checklists": {
                language: [lines[i] for lines in self.checklists]
                for i, language in enumerate(LANGUAGES)
            },
            "streets": self._streets(),
        }

    def _route(self, route: RouteDay) -> dict[str, Any]:
        return {
            "rep": self.reps[route.rep],
            "date": route.date.isoformat(),
            "start": route.start,
            "end": route.end,
            "lunch": route.lunch,
            "pause": route.lunch_seconds,
            "travel": route.travel,
            "metres": route.distance,
            "back": route.travel_back,
            "roads": route.roads,
            "line": encode_line(route.line),
            "stops": [self._stop(stop) for stop in route.stops if stop.retailer in self.shops],
        }

    def _stop(self, stop: Stop) -> list[Any]:
        return [
            self.shops[stop.retailer],
            stop.arrival,
            stop.begin,
            stop.departure,
            stop.travel_from_previous,
            stop.distance_from_previous,
            _STATES.index(stop.state),
            self._purpose(stop),
            self._checklist(stop),
        ]

    def _purpose(self, stop: Stop) -> int:
        """Return the number of the sentence that says what a stop is for, in every language."""
        tasks = [self.tasks[name] for name in stop.tasks if name in self.tasks]
        days = self.overdue.get(stop.request, 0)
        said = tuple(
            purpose_of(stop.segment, tasks, load_texts(language), days) for language in LANGUAGES
        )
        if said not in self.purposes:
            self.purposes[said] = len(self.purposes)
            for sentences, sentence in zip(self.said, said, strict=True):
                sentences.append(sentence)
        return self.purposes[said]

    def _checklist(self, stop: Stop) -> int:
        """Return the number of the list of what a stop goes through, in every language."""
        tasks = [self.tasks[name] for name in stop.tasks if name in self.tasks]
        lists = self.record.checklists
        lines = tuple(
            checklist_of(stop.segment, tasks, lists, load_texts(language)) for language in LANGUAGES
        )
        if lines not in self.checklists:
            self.checklists[lines] = len(self.checklists)
        return self.checklists[lines]

    def _called(self, day: date) -> str:
        return load_texts(self.record.language).say("explain.called", date=day.isoformat())

    def _streets(self) -> list[list[str]]:
        """Return main streets and other streets that fit into the page, in their order."""
        parts: list[list[str]] = []
        size = 0
        for lines in (self.record.main_streets, self.record.streets):
            parts.append([])
            for line in lines:
                text = encode_line(line)
                size += len(text) + 3
                if size > STREET_BYTES:
                    break
                parts[-1].append(text)
        return parts


def _shop(shop: Retailer) -> list[Any]:
    segment = -1 if shop.segment is None else _SEGMENTS.index(shop.segment)
    return [
        shop.id,
        shop.name,
        round(shop.lon, 6),
        round(shop.lat, 6),
        segment,
        shop.address,
        shop.phone,
        _rhythm(shop.cadence),
    ]


def _rhythm(cadence: Cadence | None) -> list[int]:
    return [] if cadence is None else [cadence.visits, cadence.per]
