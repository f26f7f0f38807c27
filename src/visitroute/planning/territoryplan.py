"""Territories: what assign_territories returns, with tables, figures, files and a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visitroute.export import csv_text, write_text
from visitroute.export.files import json_text
from visitroute.export.frames import to_frame
from visitroute.export.territories import (
    CHANGE_COLUMNS,
    FIGURE_COLUMNS,
    TerritoryRecord,
    to_territory_geojson,
)
from visitroute.load import Table
from visitroute.load.rewriting import rows_with_reps
from visitroute.model import Excluded, PlanInput
from visitroute.planning.headcount import Headcount
from visitroute.planning.territoryfigures import RepFigures
from visitroute.policy import Policy
from visitroute.report import MapView
from visitroute.report.territory import Ring
from visitroute.report.territorypage import land_areas, territories_html
from visitroute.roads import RoadSource

if TYPE_CHECKING:
    import pandas as pd

    from visitroute.planning.assigning import TerritoryOptions


@dataclass(frozen=True)
class Territories:
    """Who looks after whom, before and after, and what that takes.

    ``inputs`` is the input with the new reps: ``plan_inputs(found.inputs, found.roads,
    found.policy, …)`` plans it. ``before`` and ``after`` hold the rep of every retailer by id,
    None for nobody or for several. ``unassigned`` are those that no rep reaches, or whose fixed
    rep does not, with code and reason. ``options`` are those it was made with.
    """

    inputs: PlanInput
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]
    figures_before: tuple[RepFigures, ...]
    figures_after: tuple[RepFigures, ...]
    unassigned: tuple[Excluded, ...]
    headcount: Headcount
    policy: Policy
    roads: RoadSource
    options: TerritoryOptions
    table: Table | None = None

    def __repr__(self) -> str:
        """Return the figures in one line."""
        totals = self.summary()["after"]
        spread = totals["spread"]
        return (
            f"Territories({len(self.after)} retailers of {len(self.inputs.reps)} reps, minutes "
            f"within {spread:.1%} of their share, {len(self.moved)} moved, "
            f"{len(self.unassigned)} out of reach)"
        )

    def _repr_html_(self) -> str:
        return str(self.kpis.round(2).to_html(index=False))

    @property
    def moved(self) -> tuple[str, ...]:
        """The ids of retailers whose rep is another one now; one who had none is not counted."""
        return tuple(
            name for name, rep in self.before.items() if rep is not None and self.after[name] != rep
        )

    @property
    def is_balanced(self) -> bool:
        """Whether every rep's minutes lie within the tolerance of the rep's share."""
        return all(abs(f.off_share) <= self.options.tolerance for f in self.figures_after)

    @cached_property
    def retailers(self) -> pd.DataFrame:
        """The table of retailers as it was given, with the reps of now: what ``plan_routes`` takes.

        Where the input was not read from a table: ids, names, places and reps only. To plan such
        a one, take ``inputs``.
        """
        rows, headers = self._rows()
        return to_frame(rows, headers)

    @property
    def kpis(self) -> pd.DataFrame:
        """The figures of each rep before and after, as a frame."""
        return to_frame(self.record.figure_rows(), FIGURE_COLUMNS)

    @property
    def changes(self) -> pd.DataFrame:
        """Every retailer whose rep has changed or that has none, with its reason, as a frame."""
        return to_frame(self.record.change_rows(), CHANGE_COLUMNS)

    def summary(self) -> dict[str, Any]:
        """Return the figures of all, before and after, and the headcount, as plain values."""
        return self.record.summary()

    @cached_property
    def record(self) -> TerritoryRecord:
        """What outputs are made from."""
        return TerritoryRecord(
            inputs=self.inputs,
            before=self.before,
            after=self.after,
            figures_before=tuple(map(asdict, self.figures_before)),
            figures_after=tuple(map(asdict, self.figures_after)),
            unassigned=self.unassigned,
            moved=self.moved,
            headcount=self.headcount.as_dict(),
            tolerance=self.options.tolerance,
            language=self.policy.texts.language,
        )

    @cached_property
    def _areas(self) -> dict[str, dict[str, tuple[Ring, ...]]]:
        return land_areas(self.record)

    def to_geojson(self, path: str | Path | None = None) -> str:
        """Return bases, retailers and areas before and after as GeoJSON; write it to ``path``."""
        text = to_territory_geojson(self.record, self._areas)
        if path is not None:
            write_text(Path(path), text)
        return text

    def map(self, *, height: int = 640) -> MapView:
        """Return the map page for a notebook, offline; raises VR5001 where Jinja2 is missing."""
        return MapView(territories_html(self.record, self._areas), height)

    def report(self, path: str | Path) -> Path:
        """Write the map page, before and after, in one file; raises VR5001 without Jinja2."""
        return write_text(Path(path), territories_html(self.record, self._areas))

    def write(self, folder: str | Path) -> list[Path]:
        """Write the table of retailers, figures, changes and areas to a folder; return the paths.

        The map page is added where Jinja2 is installed.
        """
        from importlib.util import find_spec  # noqa: PLC0415 - for this alone

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        rows, headers = self._rows()
        texts = {
            "retailers.csv": csv_text(rows, headers),
            "territories.csv": csv_text(self.record.figure_rows(), FIGURE_COLUMNS),
            "changes.csv": csv_text(self.record.change_rows(), CHANGE_COLUMNS),
            "territories.geojson": self.to_geojson(),
            "territories.json": json_text(self.record.summary()),
        }
        if find_spec("jinja2") is not None:
            texts["territories.html"] = territories_html(self.record, self._areas)
        return [write_text(folder / name, text) for name, text in texts.items()]

    def _rows(self) -> tuple[list[dict[str, Any]], list[str]]:
        if self.table is None:
            rows = [
                {"id": r.id, "name": r.name, "lon": r.lon, "lat": r.lat, "rep": r.rep}
                for r in self.inputs.retailers
            ]
            return rows, ["id", "name", "lon", "lat", "rep"]
        named = {name: rep for name, rep in self.after.items() if rep is not None}
        return rows_with_reps(self.table, named)
