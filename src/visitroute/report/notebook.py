"""What a plan shows in a notebook: tables, the map page in a frame, folium."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from visitroute.errors import VisitRouteError
from visitroute.export.kpis import SHARES
from visitroute.texts import load_texts

if TYPE_CHECKING:
    import geopandas as gpd

_SHOWN = ("rep", "date", "sequence", "retailer", "name", "arrival", "departure", "purpose")


@dataclass(frozen=True, slots=True)
class MapView:
    """A page shown by a notebook in a frame of its own, ``height`` pixels high.

    The frame is a sandbox: scripts run in it, but reach nothing of the notebook.
    """

    page: str
    height: int = 640

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.page)}" sandbox="allow-scripts allow-popups" '
            f'style="width:100%;height:{self.height:d}px;border:1px solid #ccc;'
            'border-radius:8px"></iframe>'
        )


def html_tables(title: str, summary: Mapping[str, Any], language: str) -> str:
    """Return key figures, and figures by rep, as HTML tables; every text is escaped."""
    texts = load_texts(language)
    kpis = [row for row in summary["kpis"] if row["by"] == "all"]
    rows = [
        (
            texts.say(f"kpi.{row['kpi']}"),
            _ratio(row["kpi"], row["value"]),
            f"{row['numerator']:g} ÷ {row['denominator']:g}",
            texts.say(f"kpi_of.{row['kpi']}"),
        )
        for row in kpis
    ]
    figures = [
        (
            row["name"] or row["rep"],
            row["days"],
            row["visits"],
            "" if row["visits_per_day"] is None else f"{row['visits_per_day']:.1f}",
            _ratio("travel_share", row["travel_share"]),
            f"{row['distance_km']:.0f}",
            row["dropped"],
        )
        for row in summary["reps"]
    ]
    heads = (
        "page.rep",
        "page.route_days",
        "column.visits",
        "kpi.visits_per_day",
        "kpi.travel_share",
        "column.distance_km",
        "sheet.dropped",
    )
    return (
        f"<div><p>{html.escape(title)}</p>"
        + _table(("", "", "", ""), rows)
        + _table([texts.say(key) for key in heads], figures)
        + "</div>"
    )


def explore_frames(routes: gpd.GeoDataFrame, visits: gpd.GeoDataFrame, **options: Any) -> Any:
    """Return a folium map of routes and stops, coloured by rep; texts are escaped first."""
    try:
        import folium  # noqa: F401, PLC0415 - an extra, which geopandas asks for
        import mapclassify  # noqa: F401, PLC0415
    except ModuleNotFoundError as error:
        raise VisitRouteError(
            "VR5001", f"{error.name} is not installed", "pip install 'visitroute[notebooks]'"
        ) from None
    lines, points = _escaped(routes), _escaped(visits)
    lines = lines[~lines.geometry.isna()]
    shown = [name for name in _SHOWN if name in points]
    given = {"column": "rep", "categorical": True, **options}
    found = lines.explore(**given)
    return points.explore(m=found, tooltip=shown, popup=shown, **{**given, "legend": False})


def _escaped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame whose texts are harmless as HTML: folium shows them as such."""
    safe = frame.copy()
    for column in safe.columns:
        if column == "geometry":
            continue
        if safe[column].dtype.kind == "M":
            safe[column] = safe[column].dt.strftime("%Y-%m-%d")
        elif safe[column].dtype.kind not in "if":
            safe[column] = [html.escape(str(value)) for value in safe[column]]
    return safe


def _ratio(kpi: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if kpi in SHARES else f"{value:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    top = "".join(f"<th>{html.escape(text)}</th>" for text in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
