"""VisitPlan: what plan_routes returns, with frames, files, figures and the checker at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from visitroute.check import Violation, check_schedule
from visitroute.export import (
    PlanRecord,
    frames,
    measure_kpis,
    summarise,
    to_geojson,
    write_plan,
    write_text,
)
from visitroute.export.kpis import KPI_COLUMNS
from visitroute.model import PlanInput, Schedule, Tier, VisitRequest
from visitroute.planning.backdrop import draw_streets
from visitroute.planning.measuring import measure_schedule
from visitroute.policy import Policy
from visitroute.priority import derive_segment
from visitroute.report import MapView, explore_frames, html_tables, report_html, write_report
from visitroute.roads import RoadSource

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_REPEATED = frozenset({"VR1211", "VR1216", "VR1217"})
"""Codes of rows set aside because an earlier one says the same: retailer, task, lock."""


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """A visit plan 拜访计划: route days by rep and date, and everything left out with its reason.

    ``schedule`` holds the plan as data; the frames are views of it. ``interrupted`` tells
    that the search was stopped before its effort was spent. ``stage_seconds`` says how long
    each stage took; it is not part of the plan.
    """

    inputs: PlanInput
    policy: Policy
    roads: RoadSource
    schedule: Schedule
    requests: tuple[VisitRequest, ...]
    interrupted: bool = False
    stage_seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def visits(self) -> gpd.GeoDataFrame:
        """One row for each stop, with a Point where the retailer stands."""
        from shapely import Point  # noqa: PLC0415 - slow to import

        points = [Point(s.lon, s.lat) for route in self.schedule.routes for s in route.stops]
        rows = frames.visit_rows(self.schedule, self.inputs)
        return frames.to_geoframe(rows, frames.VISIT_COLUMNS, points)

    @property
    def routes(self) -> gpd.GeoDataFrame:
        """One row for each route day, with its line along the streets."""
        from shapely import LineString  # noqa: PLC0415

        lines = [LineString(r.line) if len(r.line) > 1 else None for r in self.schedule.routes]
        return frames.to_geoframe(frames.route_rows(self.schedule), frames.ROUTE_COLUMNS, lines)

    @property
    def dropped(self) -> pd.DataFrame:
        """One row for each requested visit that is not in the plan."""
        rows = frames.dropped_rows(self.schedule, self.inputs)
        return frames.to_frame(rows, frames.DROPPED_COLUMNS)

    @property
    def excluded(self) -> pd.DataFrame:
        """One row for each record that was set aside before planning."""
        return frames.to_frame(frames.excluded_rows(self.schedule), frames.EXCLUDED_COLUMNS)

    @property
    def tasks(self) -> pd.DataFrame:
        """One row for each task with what became of it."""
        return frames.to_frame(frames.task_rows(self.schedule), frames.TASK_COLUMNS)

    @property
    def kpis(self) -> pd.DataFrame:
        """One row for each key figure with numerator and denominator; see docs/concepts.md."""
        found = measure_kpis(self.schedule, self._told(), self.requests)
        return frames.to_frame([kpi.as_row() for kpi in found], KPI_COLUMNS)

    @property
    def is_empty(self) -> bool:
        """Tell whether not one visit is planned."""
        return not self.schedule.routes

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing due is missing.

        No visit but fillers is dropped, and no retailer, task or lock is excluded. A repeated
        row is nothing missing, for the first one stays; neither is a record of a past visit.
        """
        return all(d.tier is Tier.FILLER for d in self.schedule.dropped) and all(
            e.table == "visits" or e.code in _REPEATED for e in self.schedule.excluded
        )

    def summary(self) -> dict[str, Any]:
        """Return the figures of the plan, in all and by rep; see docs/outputs.md for each."""
        return summarise(self.schedule, self._told(), self.requests)

    def to_geojson(self, path: str | Path | None = None) -> str:
        """Return the plan as GeoJSON text, and write it where a path is given."""
        text = to_geojson(self.schedule, self.inputs)
        if path is not None:
            write_text(Path(path), text)
        return text

    def write(self, folder: str | Path) -> list[Path]:
        """Write routes.geojson, the CSV tables and summary.json to a folder; return the paths."""
        return write_plan(folder, self.record(), self.summary())

    def record(self) -> PlanRecord:
        """Return the plan with what outputs tell of its input; map page and workbook need it."""
        main_streets, streets = draw_streets(self.roads, self.inputs)
        return PlanRecord(
            self.schedule,
            self._told(),
            self.requests,
            main_streets,
            streets,
            self.policy.texts.language,
        )

    def _told(self) -> PlanInput:
        """Return the input with segment and cadence of every retailer filled in."""
        shops = []
        for shop in self.inputs.retailers:
            segment = derive_segment(shop, self.policy)
            cadence = shop.cadence or self.policy.segments[segment].cadence
            shops.append(replace(shop, segment=segment, cadence=cadence))
        return replace(self.inputs, retailers=tuple(shops))

    def check(self) -> tuple[Violation, ...]:
        """Return every rule the plan breaks, found by the independent checker; none: empty."""
        matrices = measure_schedule(self.inputs, self.schedule, self.roads)
        return check_schedule(self.inputs, self.policy, self.schedule, matrices)

    def __repr__(self) -> str:
        """Return the plan in one line."""
        totals = self.summary()["totals"]
        return (
            f"VisitPlan({totals['planned']} of {totals['requested']} requested visits on "
            f"{totals['days']} route days of {len(self.inputs.reps)} reps, "
            f"{totals['dropped']} dropped, {totals['excluded']} excluded)"
        )

    def _repr_html_(self) -> str:
        """Return the key figures and the figures by rep as tables, for notebooks."""
        return html_tables(repr(self), self.summary(), self.policy.texts.language)

    def map(self, *, rep: str | None = None, date: str | None = None, height: int = 640) -> MapView:
        """Return the map page for a notebook: an iframe that needs no network.

        ``rep`` and ``date`` (ISO 8601) say what it shows at first; ``height`` is in pixels.
        Raises ``VisitRouteError`` VR5001 without the extra ``report``.
        """
        chosen = {name: text for name, text in (("rep", rep), ("date", date)) if text}
        return MapView(report_html(self.record(), show=urlencode(chosen)), height)

    def report(self, path: str | Path, *, split: bool | None = None) -> list[Path]:
        """Write the map page, as ``visitroute report`` does; return the files written."""
        return write_report(self.record(), path, split=split)

    def explore(self, **options: Any) -> Any:
        """Return routes and stops on an interactive folium map with tiles from the network.

        ``options`` go to ``GeoDataFrame.explore``. Raises ``VisitRouteError`` VR5001 without
        folium and mapclassify (extra ``notebooks``).
        """
        return explore_frames(self.routes, self.visits, **options)
