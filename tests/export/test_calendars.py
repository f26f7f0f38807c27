"""Calendars are read back by the library that programs use."""

from __future__ import annotations

from dataclasses import replace

from icalendar import Calendar

from export.handmade import TUE, Sample
from visitroute.export import PlanRecord
from visitroute.export.calendars import to_ics, visit_uid


def events(record: PlanRecord, rep: str = "R1") -> list[Calendar]:
    return list(Calendar.from_ical(to_ics(record, rep)).walk("VEVENT"))


def test_every_visit_is_an_event(sample: Sample) -> None:
    found = events(sample.record)
    assert [str(e["summary"]) for e in found] == [
        "1. 福源烟酒店",
        '2. "Bravo", <b>&co</b>',
        "1. C",
    ]
    times = [found[0].decoded(key).isoformat() for key in ("dtstart", "dtend")]
    assert times == ["2026-11-30T08:38:02", "2026-11-30T09:02:47"]
    assert str(found[0]["location"]) == "=1+1"
    assert str(found[0]["description"]).startswith(
        "Business advice: display\n☐ t1 [Q1]\n☐ Shelf full?\n+86138"
    )
    assert found[0]["geo"].to_ical() == "60.17;24.94"
    assert len(events(sample.record, "R2")) == 1


def test_a_visit_keeps_its_uid_when_it_moves(sample: Sample) -> None:
    record = sample.record
    first, *rest = record.schedule.routes
    moved = replace(first, rep="R2", date=TUE)
    record = replace(record, schedule=replace(record.schedule, routes=(moved, *rest)))
    before = {str(e["uid"]) for rep in ("R1", "R2") for e in events(sample.record, rep)}
    after = {str(e["uid"]) for rep in ("R1", "R2") for e in events(record, rep)}
    assert before == after
    assert len(before) == 4


def test_another_month_has_other_uids(sample: Sample) -> None:
    stop = sample.schedule.routes[0].stops[0]
    assert visit_uid(TUE, stop) != visit_uid(sample.inputs.horizon.start, stop)


def test_a_name_can_not_add_events(sample: Sample) -> None:
    evil = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:owned\x00\x0b"
    shops = tuple(replace(r, address=evil, notes=evil) for r in sample.record.inputs.retailers)
    first, *rest = sample.schedule.routes
    stops = tuple(replace(s, name=evil, purpose=evil) for s in first.stops)
    record = replace(
        sample.record,
        inputs=replace(sample.record.inputs, retailers=shops),
        schedule=replace(sample.schedule, routes=(replace(first, stops=stops), *rest)),
    )
    found = events(record)
    assert len(found) == 3
    assert "owned" in str(found[0]["summary"])
    assert b"\x00" not in to_ics(record, "R1")


def test_the_same_plan_gives_the_same_bytes(sample: Sample) -> None:
    assert to_ics(sample.record, "R1") == to_ics(sample.record, "R1")
    assert b"\r\n" in to_ics(sample.record, "R1")
