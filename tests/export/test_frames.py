from __future__ import annotations

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest

from export.handmade import Sample
from visitroute.export import frames
from visitroute.export.frames import to_csv, to_frame, to_geoframe, visit_rows

SHOWN = "'"  # what makes a spreadsheet show a cell instead of working it out


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_visits_as_csv(sample: Sample) -> None:
    rows = rows_of(to_csv(visit_rows(sample.schedule, sample.inputs), frames.VISIT_COLUMNS))
    assert list(rows[0])[: len(frames.VISIT_COLUMNS)] == list(frames.VISIT_COLUMNS)
    first = rows[0]
    assert (first["rep"], first["date"], first["sequence"]) == ("R1", "2026-11-30", "1")
    assert (first["arrival"], first["departure"], first["tasks"]) == ("08:38", "09:02", "t1")
    assert (first["service_minutes"], first["travel_minutes"]) == ("24.8", "6.8")
    assert [r["retailer"] for r in rows] == ["A", "B", "C", "A"]
    assert rows[1]["name"] == '"Bravo", <b>&co</b>'


def test_unknown_columns_travel_to_the_output(sample: Sample) -> None:
    rows = visit_rows(sample.schedule, sample.inputs)
    assert [row.get("片区") for row in rows] == ["城东", "@城西", None, "城东"]
    # A column called as one of the visit's is not lost, and does not take its place.
    assert (rows[0]["date"], rows[0]["retailer date"]) == ("2026-11-30", "1998")
    text = to_csv(rows, frames.VISIT_COLUMNS)
    assert text.splitlines()[0].endswith("snap_m,片区,retailer date,balance")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+8613800000000",
        "-Charlie",
        "@城西",
        "\tx",
        "\r=x",
        "\n=x",
        "＝1+1",
        "＋1",
        "－x",
        "＠x",
    ],
)
def test_a_cell_that_a_spreadsheet_would_work_out_is_guarded(text: str) -> None:
    written = to_csv([{"a": text, "b": 1}], ["a", "b"])
    (_, row) = csv.reader(io.StringIO(written, newline=""))
    assert row == [SHOWN + text.replace("\r", "\n"), "1"]


def test_line_breaks_in_a_cell_keep_the_row_whole() -> None:
    rows = rows_of(to_csv([{"a": "x\r\ny\rz", "b": 1}], ["a", "b"]))
    assert rows == [{"a": "x\ny\nz", "b": "1"}]


def test_headers_are_guarded_too() -> None:
    assert to_csv([{"=cmd": 1}], []).splitlines()[0] == "'=cmd"


@pytest.mark.parametrize("value", ["-12.50", "-8", 5, -8.61, "零售户", "a=b", ""])
def test_numbers_and_plain_text_stay_as_they_are(value: object) -> None:
    assert rows_of(to_csv([{"a": value, "b": 0}], ["a", "b"]))[0]["a"] == str(value)


def test_nothing_is_an_empty_cell(sample: Sample) -> None:
    rows = rows_of(to_csv(frames.excluded_rows(sample.schedule), frames.EXCLUDED_COLUMNS))
    assert [row["lon"] for row in rows] == ["25.5", ""]
    assert [row["row"] for row in rows] == ["", "9"]


def test_the_other_tables(sample: Sample) -> None:
    dropped = frames.dropped_rows(sample.schedule, sample.inputs)
    assert [(d["retailer"], d["name"], d["tier"]) for d in dropped] == [
        ("B", '"Bravo", <b>&co</b>', "due"),
        ("C", "-Charlie", "urgent"),
    ]
    assert [t["status"] for t in frames.task_rows(sample.schedule)] == ["done", "phone", "dropped"]
    days = frames.route_rows(sample.schedule)
    assert [(r["rep"], r["visits"], r["lunch"]) for r in days] == [
        ("R1", 2, "12:00"),
        ("R1", 1, ""),
        ("R2", 1, "12:00"),
    ]
    for rows, columns in (
        (dropped, frames.DROPPED_COLUMNS),
        (frames.task_rows(sample.schedule), frames.TASK_COLUMNS),
        (days, frames.ROUTE_COLUMNS),
    ):
        assert tuple(rows[0]) == columns


def test_a_frame_has_dates_and_its_columns_even_without_rows(sample: Sample) -> None:
    frame = to_frame(frames.task_rows(sample.schedule), frames.TASK_COLUMNS)
    assert frame["due"].dtype.kind == frame["date"].dtype.kind == "M"
    assert frame["date"].isna().tolist() == [False, True, True]
    empty = to_frame([], frames.TASK_COLUMNS)
    assert list(empty.columns) == list(frames.TASK_COLUMNS)
    assert empty["due"].dtype.kind == "M"


def test_a_geoframe_is_in_wgs_84_even_without_rows(sample: Sample) -> None:
    nothing = replace(sample.schedule, routes=())
    frame = to_geoframe(visit_rows(nothing, sample.inputs), frames.VISIT_COLUMNS, [])
    assert len(frame) == 0
    assert frame.crs.to_epsg() == 4326
    assert isinstance(frame, pd.DataFrame)
