"""Every part of a plan goes to one rep."""

from __future__ import annotations

from dataclasses import replace

from export.handmade import Sample
from visitroute.export.owners import owners_of
from visitroute.export.parts import split_record


def test_owner_is_the_rep_else_the_visitor_else_who_would_have_come(sample: Sample) -> None:
    inputs = sample.inputs
    assert owners_of(sample.schedule, inputs) == {"A": "R2", "B": "R1", "C": "R1"}
    own = replace(inputs, retailers=(replace(inputs.retailers[0], rep="R1"),))
    assert owners_of(sample.schedule, own)["A"] == "R1"


def test_parts_hold_everything_once(sample: Sample) -> None:
    record = sample.record
    shops = tuple(replace(r, rep="R2" if r.id == "D" else "R1") for r in record.inputs.retailers)
    record = replace(record, inputs=replace(record.inputs, retailers=shops))
    parts = list(split_record(record))
    assert [p.inputs.reps[0].id for p in parts] == ["R1", "R2"]
    assert [len(p.schedule.routes) for p in parts] == [2, 1]
    assert [[r.id for r in p.inputs.retailers] for p in parts] == [["A", "B", "C"], ["A", "D"]]
    assert sorted(r.id for p in parts for r in p.requests) == sorted(r.id for r in record.requests)
    assert [d.request for d in parts[0].schedule.dropped] == ["B#1", "C@t2"]
    assert [e.retailer for e in parts[1].schedule.excluded] == ["D"]


def test_streets_far_away_stay_out(sample: Sample) -> None:
    record = sample.record
    shops = tuple(replace(r, rep="R1") for r in record.inputs.retailers if r.id != "D")
    far = ((10.0, 50.0), (10.1, 50.1))
    record = replace(
        record,
        inputs=replace(record.inputs, retailers=shops),
        streets=(*record.streets, far),
    )
    first = next(split_record(record))
    assert first.main_streets == record.main_streets
    assert far not in first.streets
    assert first.streets
