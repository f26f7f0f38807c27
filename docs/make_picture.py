"""Draws docs/plan.png: the demo's territories, one rep's week and one day, on real streets.

Run ``python docs/make_picture.py`` after a change that alters the demo's plan.
"""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from PIL import Image

from visitroute import VisitPlan, plan_workspace
from visitroute.model import Rep, TravelMode

ROOT = Path(__file__).resolve().parents[1]

METRIC = "EPSG:3067"
"""Finland's own plane coordinates: metres in both directions."""

REP = "R1"
DAY = date(2026, 12, 15)
"""The rep whose week is drawn, and the day of it that is drawn with numbers."""

REP_COLOURS = ("#0072b2", "#d55e00", "#009e73")
"""Okabe and Ito's: told apart by colour-blind readers, as in routes.geojson."""

BY_MODE = {"foot": "on foot", "bicycle": "by bicycle", "ebike": "by e-bike"}

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr")
WEEKDAY_COLOURS = ("#332288", "#cc3377", "#117733", "#b8860b", "#2b9fd8")
WEEKDAY_MARKS = ("o", "s", "^", "D", "v")
"""After Paul Tol's muted scheme; the marks say the same without colour."""

INK, PALE, STREET = "#1f1f1f", "#666666", "#dcdad6"
PAPER = "#fbfaf8"

LONGEST = 24
"""Letters of a retailer's name that fit into the timetable."""

MARGIN = 60.0
"""Metres of street shown around what is drawn."""

GAP = 7.0
"""Metres between the routes of two weekdays that share a street."""

Array = NDArray[np.float64]
Frame = tuple[float, float, float, float]
"""West, south, east, north in metres."""


def main() -> None:
    """Plan the demo and write the picture."""
    plan = plan_workspace(ROOT / "data" / "helsinki" / "visitroute.toml")
    mpl.rcParams.update({"font.family": "DejaVu Sans", "font.size": 6.2, "text.color": INK})
    figure = Figure(figsize=(7.0, 4.1), dpi=200, facecolor="white")
    first, second = (figure.add_axes((x, 0.05, 0.315, 0.85)) for x in (0.004, 0.333))
    town = _shape(_widen(plan.visits.to_crs(METRIC).total_bounds), _aspect(first))
    draw_territories(first, plan, town)
    draw_week(second, plan, town)
    draw_day(
        figure.add_axes((0.662, 0.43, 0.334, 0.47)),
        figure.add_axes((0.662, 0.045, 0.334, 0.375)),
        plan,
    )
    figure.text(
        0.994,
        0.013,
        "A plan of the demo data. Streets and shops © OpenStreetMap contributors (ODbL); "
        "reps, cadences and tasks are made up.",
        ha="right",
        fontsize=5,
        color=PALE,
    )
    with io.BytesIO() as drawn:
        figure.savefig(drawn)
        picture = Image.open(drawn).convert("RGB")
    # 256 colours are enough for flat ink, and a third of the bytes.
    picture.quantize(256, dither=Image.Dither.NONE).save(ROOT / "docs" / "plan.png", optimize=True)


def draw_territories(axes: Axes, plan: VisitPlan, town: Frame) -> None:
    """Draw every retailer in the colour of the rep who visits it."""
    shops = plan.visits.to_crs(METRIC).drop_duplicates("retailer")
    _draw_streets(axes, plan, town)
    keys = []
    for rep, colour in zip(plan.inputs.reps, REP_COLOURS, strict=True):
        mine = shops[shops.rep == rep.id]
        area = shapely.concave_hull(shapely.multipoints(mine.geometry.to_numpy()), ratio=0.3)
        soft = gpd.GeoSeries([area.buffer(45).buffer(-15)], crs=METRIC)
        soft.plot(ax=axes, facecolor=colour, alpha=0.14, edgecolor="none", zorder=1)
        _draw_points(axes, mine, colour, "o", 9)
        keys.append(_key(f"{rep.name}, {BY_MODE[rep.mode]}: {len(mine)} retailers", colour, "o"))
    _finish(axes, plan, town, keys)
    _title(axes, "Territories", f"{len(shops)} retailers, three reps, one office")


def draw_week(axes: Axes, plan: VisitPlan, town: Frame) -> None:
    """Draw one rep's week, each weekday in its own colour and mark."""
    monday = DAY - timedelta(days=DAY.weekday())
    routes, visits = _of_rep(plan)
    _draw_streets(axes, plan, town)
    keys, count = [], 0
    days = zip(WEEKDAYS, WEEKDAY_COLOURS, WEEKDAY_MARKS, strict=True)
    for k, (name, colour, mark) in enumerate(days):
        day = str(monday + timedelta(days=k))
        stops = visits[visits.date == day]
        if len(stops) == 0:
            why = "on leave" if date.fromisoformat(day) in _rep(plan).leave else "no visits"
            keys.append(_key(f"{name}: {why}", "none", mark))
            continue
        _draw_line(axes, routes[routes.date == day], colour, 1.2, GAP * (k - 2))
        _draw_points(axes, stops, colour, mark, 12)
        keys.append(_key(f"{name}: {len(stops)} visits", colour, mark))
        count += len(stops)
    _finish(axes, plan, town, keys)
    friday = monday + timedelta(days=4)
    span = f"{monday.day} to {friday.day} {friday:%B}"
    _title(
        axes, f"A week of {_rep(plan).name}", f"{span}: {count} visits {BY_MODE[_rep(plan).mode]}"
    )


def draw_day(axes: Axes, table: Axes, plan: VisitPlan) -> None:
    """Draw one day with numbered stops, and its timetable below."""
    routes, visits = _of_rep(plan)
    route, stops = routes[routes.date == str(DAY)], visits[visits.date == str(DAY)]
    colour = WEEKDAY_COLOURS[DAY.weekday()]
    frame = _shape(_widen(route.total_bounds), _aspect(axes))
    _draw_streets(axes, plan, frame)
    _draw_line(axes, route, colour, 1.6, 0)
    at = _spread(stops, apart=(frame[2] - frame[0]) / 30)
    for (x, y), number in zip(at, stops.sequence, strict=True):
        axes.plot(x, y, "o", ms=7.4, mfc=colour, mec="white", mew=0.6, zorder=6)
        axes.text(
            x, y, str(number), ha="center", va="center_baseline", color="white",
            fontsize=4.6, fontweight="bold", zorder=7,
        )  # fmt: skip
    _finish(axes, plan, frame, [])
    row = route.iloc[0]
    _title(
        axes,
        f"{_rep(plan).name}, {DAY:%A} {DAY.day} {DAY:%B}",
        f"{row.start} to {row.end}, {row.visits} visits, {row.distance_km:.1f} km",
    )
    _draw_timetable(table, stops, colour)


def _draw_timetable(axes: Axes, stops: gpd.GeoDataFrame, colour: str) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    rows = list(stops.itertuples())
    axes.set_ylim(max(12, len(rows)) + 0.2, -0.9)
    heads = ((0.075, "arrival"), (0.21, "retailer"), (0.665, "segment"), (0.845, "cadence"))
    for x, text in heads:
        axes.text(x, -0.35, text, fontsize=5, color=PALE, va="center")
    for y, row in enumerate(rows, 0):
        axes.plot(0.028, y + 0.5, "o", ms=6.2, mfc=colour, mec="none", clip_on=False)
        axes.text(
            0.028, y + 0.5, str(row.sequence), ha="center", va="center_baseline", color="white",
            fontsize=4.0, fontweight="bold",
        )  # fmt: skip
        name = row.name if len(row.name) <= LONGEST else row.name[: LONGEST - 1] + "…"
        cells = (row.arrival, name, row.segment, row.due_state)
        for (x, _), text in zip(heads, cells, strict=True):
            axes.text(x, y + 0.5, text, fontsize=5.4, va="center_baseline")


def _rep(plan: VisitPlan) -> Rep:
    return next(rep for rep in plan.inputs.reps if rep.id == REP)


def _of_rep(plan: VisitPlan) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the rep's route days and stops in metres."""
    routes, visits = plan.routes.to_crs(METRIC), plan.visits.to_crs(METRIC)
    return routes[routes.rep == REP], visits[visits.rep == REP]


def _widen(bounds: Any) -> Frame:
    west, south, east, north = bounds
    return west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN


def _aspect(axes: Axes) -> float:
    """Return how many times as wide as high the axes are on paper."""
    place, (width, height) = axes.get_position(), axes.figure.get_size_inches()
    return float(place.width * width / (place.height * height))


def _shape(frame: Frame, aspect: float) -> Frame:
    """Return the frame made wider or higher, to be ``aspect`` times as wide as high."""
    west, south, east, north = frame
    more_x = max(0.0, (north - south) * aspect - (east - west)) / 2
    more_y = max(0.0, (east - west) / aspect - (north - south)) / 2
    return west - more_x, south - more_y, east + more_x, north + more_y


def _draw_streets(axes: Axes, plan: VisitPlan, frame: Frame) -> None:
    """Draw all streets a pedestrian may use, those for cars wider."""
    axes.set_facecolor(PAPER)
    metres = 2.0 if frame[2] - frame[0] > 1000 else 1.0  # noqa: PLR2004
    for mode, width in ((TravelMode.FOOT, 0.5), (TravelMode.CAR, 1.5)):
        network = plan.roads.network(mode)
        points = gpd.GeoSeries.from_xy(network.vertex_lon, network.vertex_lat, crs="EPSG:4326")
        at = points.to_crs(METRIC)
        xy = np.column_stack((at.x, at.y))
        lines = [xy[network.vertices(s)] for s in range(network.num_stretches)]
        axes.add_collection(
            LineCollection(lines, colors=STREET, linewidths=width / metres * 1.3, zorder=0,
                           capstyle="round")
        )  # fmt: skip


def _draw_line(
    axes: Axes, route: gpd.GeoDataFrame, colour: str, width: float, offset: float
) -> None:
    """Draw a route, moved aside a little, so that routes on one street can be told apart."""
    for line in route.geometry:
        x, y = _aside(shapely.get_coordinates(line.simplify(3)), offset).T
        axes.plot(x, y, color="white", lw=width + 1.0, zorder=3, solid_joinstyle="round")
        axes.plot(x, y, color=colour, lw=width, zorder=4, solid_joinstyle="round")


def _aside(line: Array, offset: float) -> Array:
    """Return a line with every piece moved to its left, also where it runs back on itself."""
    along = np.diff(line, axis=0)
    normal = np.column_stack((-along[:, 1], along[:, 0])) / np.hypot(*along.T)[:, None]
    return np.stack((line[:-1] + offset * normal, line[1:] + offset * normal), axis=1).reshape(
        -1, 2
    )


def _draw_points(axes: Axes, points: gpd.GeoDataFrame, colour: str, mark: str, size: float) -> None:
    axes.scatter(
        points.geometry.x, points.geometry.y, c=colour, marker=mark, s=size,
        linewidths=0.45, edgecolors="white", zorder=5,
    )  # fmt: skip


def _spread(stops: gpd.GeoDataFrame, apart: float) -> Array:
    """Return where numbers stand: at the stops, pushed apart where they would cover each other."""
    at = np.column_stack((stops.geometry.x, stops.geometry.y))
    for _ in range(200):
        gaps = at[:, None] - at[None]
        length = np.hypot(gaps[..., 0], gaps[..., 1])
        np.fill_diagonal(length, np.inf)
        push = np.clip(apart - length, 0, None) / 2
        at = at + ((gaps / np.maximum(length, 1e-6)[..., None]) * push[..., None]).sum(axis=1) * 0.5
    return at


def _key(text: str, colour: str, mark: str) -> Line2D:
    return Line2D(
        [], [], ls="", marker=mark, color=colour, mec="white", mew=0.4, ms=4.6, label=text
    )


def _finish(axes: Axes, plan: VisitPlan, frame: Frame, keys: list[Line2D]) -> None:
    """Draw the office, the frame and the legend."""
    bases = gpd.GeoSeries.from_xy(
        [b.lon for b in plan.schedule.bases], [b.lat for b in plan.schedule.bases], crs="EPSG:4326"
    ).to_crs(METRIC)
    axes.plot(bases.x[:1], bases.y[:1], "s", ms=6, mfc=INK, mec="white", mew=0.9, zorder=8)
    axes.set_xlim(frame[0], frame[2])
    axes.set_ylim(frame[1], frame[3])
    axes.set_aspect("equal", adjustable="box", anchor="N")
    axes.set(xlabel="", ylabel="")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set(color="#d8d5cf", linewidth=0.6)
    if keys:
        office = Line2D([], [], ls="", marker="s", color=INK, mec="white", ms=4.6, label="office")
        axes.legend(
            handles=[*keys, office], loc="upper left", frameon=True, framealpha=0.92,
            edgecolor="none", fontsize=5.6, handletextpad=0.1, borderpad=0.5, labelspacing=0.35,
        )  # fmt: skip


def _title(axes: Axes, title: str, below: str) -> None:
    axes.annotate(
        title, (0, 1), (0, 13.5), xycoords="axes fraction", textcoords="offset points",
        fontsize=8.4, fontweight="bold", annotation_clip=False,
    )  # fmt: skip
    axes.annotate(
        below, (0, 1), (0, 4.5), xycoords="axes fraction", textcoords="offset points",
        fontsize=6, color=PALE, annotation_clip=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
