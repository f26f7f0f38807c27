"""VisitPlan: what plan_routes returns, with frames, files, figures and the checker at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from visitroute.check import Violation, check_schedule
from visitroute.errors import InputError, Problem
from visitroute.explain import (
    RUNS,
    SEED,
    Audit,
    Explanation,
    Rhythm,
    count_rhythms,
    explain_drops,
    find_short_days,
    judge_cadence,
)
from visitroute.export import (
    PlanRecord,
    csv_text,
    frames,
    known_reps,
    measure_kpis,
    summarise,
    to_geojson,
    write_plan,
    write_text,
)
from visitroute.export.kpis import KPI_COLUMNS
from visitroute.model import DroppedVisit, PlanInput, Schedule, Tier, VisitRequest
from visitroute.planning.backdrop import draw_streets
from visitroute.planning.capacity import audit_land, working_calendar
from visitroute.planning.desk import explain_retailer, reopen, unknown_retailer
from visitroute.planning.ease import keep_slack
from visitroute.planning.measuring import measure_schedule
from visitroute.planning.outlook import foresee
from visitroute.planning.suggest import able_reps, day_rows, new_retailer, offer_days
from visitroute.planning.territories import Land, survey
from visitroute.planning.views import (
    CADENCE_COLUMNS,
    DAY_COLUMNS,
    OUTLOOK_COLUMNS,
    SHORT_COLUMNS,
    cadence_rows,
    outlook_rows,
    short_rows,
)
from visitroute.policy import Policy
from visitroute.priority import Demand, derive_segment, request_visits
from visitroute.report import MapView, explore_frames, html_tables, report_html, write_report
from visitroute.roads import RoadSource
from visitroute.solve import State
from visitroute.texts import Texts, load_texts

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

T = TypeVar("T")

_REPEATED = frozenset({"VR1211", "VR1216", "VR1217"})
"""Codes of rows set aside because an earlier one says the same: retailer, task, lock."""


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """A visit plan 拜访计划: route days by rep and date, and everything left out with its reason.

    ``schedule`` holds the plan as data; the frames are views of it. ``interrupted`` tells
    that the search was stopped before its effort was spent. ``stage_seconds`` says how long
    each stage took; it is not part of the plan. ``land`` holds who may visit whom and the travel
    between, measured again where it is missing.
    """

    inputs: PlanInput
    policy: Policy
    roads: RoadSource
    schedule: Schedule
    requests: tuple[VisitRequest, ...]
    interrupted: bool = False
    stage_seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
    land: Land | None = field(default=None, compare=False, repr=False)
    _kept: dict[str, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

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

        No visit is dropped but fillers and those for which a call stands in, and no retailer,
        task or lock is excluded. A repeated
        row is nothing missing, for the first one stays; neither is a record of a past visit.
        """
        return all(
            d.tier is Tier.FILLER or d.call is not None for d in self.schedule.dropped
        ) and all(e.table == "visits" or e.code in _REPEATED for e in self.schedule.excluded)

    @property
    def audit(self) -> Audit:
        """What was required against what the days hold, with proved bounds; worked out once."""
        return self._keep(
            "audit",
            lambda: audit_land(self.inputs, self.policy, self._demand(), self._survey()),
        )

    @property
    def rhythms(self) -> tuple[Rhythm, ...]:
        """What the plan makes of every retailer's cadence, counted from the last actual visit."""
        return self._keep(
            "rhythms",
            lambda: judge_cadence(
                self.inputs,
                self._demand(),
                self.schedule,
                working_calendar(self.inputs, self.policy),
                load_texts(self.policy.texts.language),
            ),
        )

    @property
    def cadence(self) -> pd.DataFrame:
        """One row for each retailer to be visited: planned gaps, verdict, and its cause."""
        return frames.to_frame(cadence_rows(self.rhythms, self.inputs), CADENCE_COLUMNS)

    @property
    def short_days(self) -> pd.DataFrame:
        """One row for each day under its rep's minimum of visits, with what binds it."""
        texts = load_texts(self.policy.texts.language)
        found = [d for state in self._states().values() for d in find_short_days(state, texts)]
        return frames.to_frame(short_rows(found), SHORT_COLUMNS)

    @property
    def calls(self) -> pd.DataFrame:
        """One row for each call to be made, on the rep's day with most time left for it."""
        return frames.to_frame(frames.call_rows(self.schedule, self.inputs), frames.CALL_COLUMNS)

    def _keep(self, name: str, make: Callable[[], T]) -> T:
        """Return what was worked out before under a name, or work it out."""
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found

    def _demand(self) -> Demand:
        return self._keep("demand", lambda: request_visits(self.inputs, self.policy))

    def _survey(self) -> Land:
        return self.land or self._keep(
            "land",
            lambda: survey(
                keep_slack(self.inputs, self.policy),
                self.roads,
                continuity=self.policy.teams.continuity,
            ),
        )

    def _states(self) -> Mapping[str, State]:
        return self._keep(
            "states",
            lambda: reopen(self.inputs, self.policy, self._demand(), self._survey(), self.schedule),
        )

    def explain(self, retailer: str, language: str | None = None) -> Explanation:
        """Tell why a retailer is visited when it is, or not, and what else would do.

        Parameters
        ----------
        retailer
            Its id.
        language
            Of reasons and sentences set while explaining, ``en`` or ``zh``; the policy's if None.

        Returns
        -------
        Explanation
            Print it, or look into its ``answers``.

        Raises
        ------
        InputError
            VR1408 when no retailer has this id.
        """
        texts = load_texts(language or self.policy.texts.language)
        states = self._states()
        schedule = self.schedule
        if language not in {None, self.policy.texts.language}:
            schedule = replace(schedule, dropped=self._reworded(texts))
        return explain_retailer(retailer, self.inputs, self._demand(), schedule, states, texts)

    def best_days(
        self,
        retailer: str | None = None,
        *,
        lon: float | None = None,
        lat: float | None = None,
        minutes: float = 20,
        rep: str | None = None,
        language: str | None = None,
    ) -> pd.DataFrame:
        """Return the days for one visit more, green, yellow or red by the minutes of detour.

        Parameters
        ----------
        retailer
            Id of a known retailer, for an appointment.
        lon, lat
            Place of a new retailer in WGS 84 degrees, where no ``retailer`` is given.
        minutes
            Service minutes of the visit, 20 if not given.
        rep
            The rep who is to go; else the retailer's own, or for a new one any.
        language
            Of the reasons, ``en`` or ``zh``; the policy's if None.

        Returns
        -------
        DataFrame
            One row for each rep and date, the best ones first. A day is green or yellow up to
            ``suggest.green_minutes`` and ``yellow_minutes`` of the policy; where another visit
            would have to move, at most yellow.

        Raises
        ------
        InputError
            VR1408 for an unknown retailer, VR1409 without a retailer or a place, VR1410 for an
            unknown rep.
        """
        texts = load_texts(language or self.policy.texts.language)
        known = {r.id: r for r in self.inputs.retailers}
        if retailer is not None:
            if retailer not in known:
                raise InputError([unknown_retailer(retailer, self.inputs)])
            shop = known[retailer]
        elif lon is not None and lat is not None:
            shop = new_retailer(lon, lat, minutes)
        else:
            message = "neither a retailer nor a place is given"
            raise InputError([Problem("VR1409", message, hint="give an id, or lon and lat")])
        owner = {s.retailer: route.rep for route in self.schedule.routes for s in route.stops}
        reps = able_reps(self.inputs, shop, owner, rep)
        offers = offer_days(
            self.inputs, self.policy, self.schedule, self.roads, shop, minutes, reps
        )
        return frames.to_frame(day_rows(offers, texts), DAY_COLUMNS)

    def simulate(self, runs: int = RUNS, seed: int = SEED) -> pd.DataFrame:
        """Run every day many times with service and travel times that vary.

        Parameters
        ----------
        runs
            How many times each day is run, 1000 if not given.
        seed
            The same seed gives the same numbers.

        Returns
        -------
        DataFrame
            One row for each route day: ``in_time``, the share of runs that end within the shift
            less review; ``windows``, the share in which every shop is still open on arrival;
            ``is_enough``, whether both reach ``robust.min_chance`` of the policy; the planned and
            the mean end, the end that 95 of 100 runs keep, and the stop met least often.
        """
        outlooks = foresee(self.inputs, self.policy, self.schedule.routes, runs, seed)
        rows = outlook_rows(outlooks, self.schedule, self.policy.robust.min_chance)
        return frames.to_frame(rows, OUTLOOK_COLUMNS)

    def _reworded(self, texts: Texts) -> tuple[DroppedVisit, ...]:
        """Return the dropped visits with their reasons in another language."""
        known = {
            d.request: d for state in self._states().values() for d in explain_drops(state, texts)
        }
        return tuple(
            replace(found, call=d.call)
            if (found := known.get(d.request)) is not None and found.code == d.code
            else d
            for d in self.schedule.dropped
        )

    def summary(self) -> dict[str, Any]:
        """Return the figures of the plan, in all and by rep; see docs/outputs.md for each.

        Cadences kept and the capacity audit are among them.
        """
        counts = count_rhythms(self.rhythms)
        trust = {
            "cadence": {str(verdict): count for verdict, count in counts.items()},
            "audit": self.audit.as_dict(),
        }
        return {**self._figures(), **trust}

    def _figures(self) -> dict[str, Any]:
        return summarise(self.schedule, self._told(), self.requests)

    def to_geojson(self, path: str | Path | None = None) -> str:
        """Return the plan as GeoJSON text, and write it where a path is given."""
        text = to_geojson(self.schedule, self.inputs)
        if path is not None:
            write_text(Path(path), text)
        return text

    def write(self, folder: str | Path) -> list[Path]:
        """Write routes.geojson, the CSV tables and JSON files to a folder; return the paths."""
        texts = load_texts(self.policy.texts.language)
        words = "\n".join(self.audit.lines(texts)) + "\n"
        more = {
            "cadence.csv": csv_text(cadence_rows(self.rhythms, self.inputs), CADENCE_COLUMNS),
            "audit.txt": words,
        }
        return [
            *write_plan(folder, self.record(), self.summary()),
            *(write_text(Path(folder) / name, text) for name, text in more.items()),
        ]

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
            self.policy.checklists,
        )

    def _told(self) -> PlanInput:
        """Return the input with segment and cadence of every retailer filled in."""

        def tell() -> PlanInput:
            shops = []
            for shop in self.inputs.retailers:
                segment = derive_segment(shop, self.policy)
                cadence = shop.cadence or self.policy.segments[segment].cadence
                shops.append(replace(shop, segment=segment, cadence=cadence))
            return replace(self.inputs, retailers=tuple(shops))

        return self._keep("told", tell)

    def check(self) -> tuple[Violation, ...]:
        """Return every rule the plan breaks, found by the independent checker; none: empty."""
        matrices = measure_schedule(self.inputs, self.schedule, self.roads)
        return check_schedule(self.inputs, self.policy, self.schedule, matrices)

    def __repr__(self) -> str:
        """Return the plan in one line."""
        totals = self._figures()["totals"]
        return (
            f"VisitPlan({totals['planned']} of {totals['requested']} requested visits on "
            f"{totals['days']} route days of {len(self.inputs.reps)} reps, "
            f"{totals['dropped']} dropped, {totals['excluded']} excluded)"
        )

    def _repr_html_(self) -> str:
        """Return the key figures and the figures by rep as tables, for notebooks."""
        return html_tables(repr(self), self._figures(), self.policy.texts.language)

    def map(self, *, rep: str | None = None, date: str | None = None, height: int = 640) -> MapView:
        """Return the map page for a notebook: an iframe that needs no network.

        ``rep`` and ``date`` (ISO 8601) say what it shows at first; ``height`` is in pixels.
        Raises ``InputError`` VR1410 for an unknown rep, ``VisitRouteError`` VR5001 without the
        extra ``report``.
        """
        known_reps([rep] if rep else [], self.inputs)
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
