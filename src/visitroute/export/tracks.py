"""A route day as GPX 1.1 and KML 2.2, for navigation devices and map programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from xml.etree import ElementTree as ET

from visitroute.model import Retailer, RouteDay, Stop
from visitroute.units import format_clock

_GPX = "http://www.topografix.com/GPX/1/1"
_KML = "http://www.opengis.net/kml/2.2"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, not even escaped."""


def to_gpx(route: RouteDay, shops: Mapping[str, Retailer], rep: str) -> str:
    """Return a route day as GPX: a route through the stops, and a track along the streets.

    ``shops`` are the retailers by id, ``rep`` is the name to show.
    """
    root = ET.Element("gpx", {"xmlns": _GPX, "version": "1.1", "creator": "visitroute"})
    title = f"{rep} {route.date.isoformat()}"
    _add(ET.SubElement(root, "metadata"), "name", title)
    way = ET.SubElement(root, "rte")
    _add(way, "name", title)
    for stop in route.stops:
        point = ET.SubElement(way, "rtept", {"lat": f"{stop.lat:.6f}", "lon": f"{stop.lon:.6f}"})
        _add(point, "name", _label(stop))
        _add(point, "desc", _notes(stop, shops))
    if len(route.line) > 1:
        track = ET.SubElement(root, "trk")
        _add(track, "name", title)
        segment = ET.SubElement(track, "trkseg")
        for lon, lat in route.line:
            ET.SubElement(segment, "trkpt", {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"})
    return _write(root)


def to_kml(route: RouteDay, shops: Mapping[str, Retailer], rep: str) -> str:
    """Return a route day as KML: a placemark for each stop, and the line along the streets."""
    root = ET.Element("kml", {"xmlns": _KML})
    document = ET.SubElement(root, "Document")
    title = f"{rep} {route.date.isoformat()}"
    _add(document, "name", title)
    if len(route.line) > 1:
        mark = ET.SubElement(document, "Placemark")
        _add(mark, "name", title)
        style = ET.SubElement(ET.SubElement(mark, "Style"), "LineStyle")
        _add(style, "color", "ffb27200")  # opacity, blue, green, red
        _add(style, "width", "4")
        line = ET.SubElement(mark, "LineString")
        _add(line, "tessellate", "1")
        _add(line, "coordinates", " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in route.line))
    for stop in route.stops:
        mark = ET.SubElement(document, "Placemark")
        _add(mark, "name", _label(stop))
        # Viewers show descriptions as HTML: the text is escaped once for it, once more for XML.
        _add(mark, "description", _as_html(_notes(stop, shops)))
        point = ET.SubElement(mark, "Point")
        _add(point, "coordinates", f"{stop.lon:.6f},{stop.lat:.6f}")
    return _write(root)


def _label(stop: Stop) -> str:
    return f"{stop.sequence}. {stop.name or stop.retailer}"


def _notes(stop: Stop, shops: Mapping[str, Retailer]) -> str:
    shop = shops[stop.retailer]
    times = f"{format_clock(stop.begin)}-{format_clock(stop.departure)}"
    return "\n".join(text for text in (times, stop.purpose, shop.address, shop.phone) if text)


def _as_html(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _NO_XML.sub(" ", text)


def _write(root: ET.Element) -> str:
    ET.indent(root, " ")
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
