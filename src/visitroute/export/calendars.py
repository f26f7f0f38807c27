"""A rep's visits as an iCalendar file."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, time, timedelta

from visitroute.errors import VisitRouteError
from visitroute.export.record import PlanRecord
from visitroute.model import RouteDay, Stop

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def visit_uid(start: date, stop: Stop) -> str:
    """Return an id that stays with a visit when it moves to another day or rep.

    It hangs on the first day of the horizon and the request that the visit serves.
    """
    text = f"{start.isoformat()}|{stop.request}"
    return hashlib.sha256(text.encode()).hexdigest()[:32] + "@visitroute"


def to_ics(record: PlanRecord, rep: str) -> bytes:
    """Return the visits of a rep as iCalendar (RFC 5545): one event each, in local time.

    Times have no zone: they are those of the clock where the rep is. Raises ``VisitRouteError``
    VR5001 where icalendar is missing.
    """
    try:
        from icalendar import Calendar, Event  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise VisitRouteError(
            "VR5001", "icalendar is not installed", "pip install 'visitroute[report]'"
        ) from None
    start = record.inputs.horizon.start
    shops = {shop.id: shop for shop in record.inputs.retailers}
    names = {r.id: r.name or r.id for r in record.inputs.reps}
    calendar = Calendar()
    calendar.add("prodid", "-//visitroute//visit plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _plain(names.get(rep, rep)))
    for route in (r for r in record.schedule.routes if r.rep == rep):
        for stop in route.stops:
            shop = shops[stop.retailer]
            event = Event()
            event.add("uid", visit_uid(start, stop))
            event.add("dtstamp", datetime.combine(start, time()))
            event.add("dtstart", _moment(route, stop.begin))
            event.add("dtend", _moment(route, stop.departure))
            event.add("summary", _plain(f"{stop.sequence}. {stop.name or stop.retailer}"))
            lines = [f"☐ {line}" for line in stop.checklist or ()]
            notes = (stop.purpose, *lines, shop.phone, shop.notes)
            event.add("description", _plain("\n".join(text for text in notes if text)))
            if shop.address:
                event.add("location", _plain(shop.address))
            event.add("geo", (round(stop.lat, 6), round(stop.lon, 6)))
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _moment(route: RouteDay, seconds: int) -> datetime:
    return datetime.combine(route.date, time()) + timedelta(seconds=seconds)


def _plain(text: str) -> str:
    return _CONTROL.sub(" ", text)
