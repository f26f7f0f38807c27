from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
import shapely
import xlsxwriter

from visitroute.errors import Severity
from visitroute.load.files import read_table, sniff_delimiter
from visitroute.load.tables import Table, table_of_rows

HEADER = ["编号", "店名", "lon", "lat", "备注"]
ROWS = [
    ["001", "四季青商店", "-8.61", "41.15", "近\n路口"],
    ["002", "Café, São João", "-8.6", "41.2", ""],
]


def as_csv(delimiter: str = ",") -> str:
    lines = [HEADER, *ROWS]
    return "".join(
        delimiter.join(f'"{cell}"' if set(cell) & set(",;\n") else cell for cell in line) + "\r\n"
        for line in lines
    )


def records(table: Table) -> list[dict[str, Any]]:
    return [
        dict(zip(table.headers, cells, strict=True)) for cells in zip(*table.columns, strict=True)
    ]


EXPECTED = [dict(zip(HEADER, [cell or None for cell in row], strict=True)) for row in ROWS]


@pytest.mark.parametrize(
    ("encoding", "warned"),
    [("utf-8", False), ("utf-8-sig", False), ("gb18030", True), ("utf-16", True)],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_in_every_encoding_and_with_every_separator(
    tmp_path: Path, encoding: str, delimiter: str, *, warned: bool
) -> None:
    path = tmp_path / "retailers.csv"
    path.write_bytes(as_csv(delimiter).encode(encoding))
    table = read_table("retailers", path)
    assert records(table) == EXPECTED
    assert list(table.rows) == [2, 3]
    assert [p.code for p in table.problems] == (["VR1008"] if warned else [])
    if warned:
        assert encoding.upper() in table.problems[0].message
        assert table.problems[0].severity is Severity.WARNING


def test_gbk_written_by_a_chinese_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,店名\n1,烟酒商店\n".encode("gbk"))
    assert records(read_table("retailers", str(path))) == [{"编号": "1", "店名": "烟酒商店"}]


def test_empty_lines_are_passed_over_but_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n\nid,lon\n1,2\n\n,\n3,4\n")
    table = read_table("retailers", path)
    assert list(table.rows) == [4, 7]
    assert [p.code for p in table.problems] == []


def test_a_row_longer_than_the_header_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name\n1,Smith, Jones and Co\n2,Ok\n3,Fine,,\n")
    (problem,) = read_table("retailers", path).problems
    assert (problem.code, problem.row) == ("VR1007", 2)


def test_standard_input_is_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(as_csv(";").encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    table = read_table("retailers", "-")
    assert table.file == "standard input"
    assert records(table) == EXPECTED


def test_the_separator_is_counted_outside_quotes() -> None:
    assert sniff_delimiter('"a,b,c";d;e\n') == ";"
    assert sniff_delimiter("one\n") == ","


def test_workbooks_keep_numbers_dates_and_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        first = book.add_worksheet("visits")
        first.write_row(1, 0, ["retailer", "date", "arrival"])
        first.write_row(2, 0, [1001, date(2026, 11, 20), 0.375])
        first.write_row(4, 0, ["B7", datetime(2026, 11, 21, 9, 30), "9:30"])  # noqa: DTZ001
        book.add_worksheet("其他").write_row(0, 0, ["a"])
    table = read_table("visits", path)
    assert list(table.rows) == [3, 5]
    first_row, second_row = records(table)
    assert first_row["retailer"] == 1001
    assert first_row["date"] == date(2026, 11, 20)
    assert first_row["arrival"] == 0.375
    assert second_row["retailer"] == "B7"
    other = read_table("visits", f"{path}#其他")
    assert other.headers == ("a",)
    (problem,) = read_table("visits", f"{path}#none").problems
    assert problem.code == "VR1002"
    assert "'其他'" in problem.hint


@pytest.fixture
def places() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {"id": ["a", "b", "c"], "lon": [0.0, 0.0, 0.0]},
        geometry=[
            shapely.Point(-8.61, 41.15),
            shapely.box(-8.62, 41.1, -8.6, 41.2),
            shapely.Point(),
        ],
        crs=4326,
    )


@pytest.mark.parametrize(
    ("suffix", "write"),
    [
        ("geojson", lambda gdf, path: gdf.to_file(path, driver="GeoJSON")),
        ("gpkg", lambda gdf, path: gdf.to_file(path, driver="GPKG")),
        ("gpkg", lambda gdf, path: gdf.to_crs(3763).to_file(path, driver="GPKG")),
        ("parquet", lambda gdf, path: gdf.to_parquet(path)),
        ("parquet", lambda gdf, path: gdf.to_crs(3763).to_parquet(path)),
    ],
)
def test_geometry_gives_longitude_and_latitude(
    tmp_path: Path,
    places: geopandas.GeoDataFrame,
    suffix: str,
    write: Callable[[geopandas.GeoDataFrame, Path], None],
) -> None:
    path = tmp_path / f"places.{suffix}"
    write(places, path)
    table = read_table("retailers", path)
    assert set(table.headers) == {"id", "lon", "lat"}
    point, polygon, empty = records(table)
    assert (point["lon"], point["lat"]) == pytest.approx((-8.61, 41.15), abs=1e-6)
    assert (polygon["lon"], polygon["lat"]) == pytest.approx((-8.61, 41.15), abs=1e-3)
    assert (empty["lon"], empty["lat"]) == (None, None)


def test_a_geodataframe_is_a_table(places: geopandas.GeoDataFrame) -> None:
    table = read_table("retailers", places)
    assert table.file == "retailers"
    assert records(table)[0]["lat"] == pytest.approx(41.15)


def test_parquet_without_geometry(tmp_path: Path) -> None:
    path = tmp_path / "visits.parquet"
    pd.DataFrame({"retailer": ["a"], "date": [pd.Timestamp("2026-11-20")]}).to_parquet(path)
    assert records(read_table("visits", path)) == [
        {"retailer": "a", "date": pd.Timestamp("2026-11-20")}
    ]


def test_frames_lose_their_missing_values() -> None:
    frame = pd.DataFrame(
        {
            "id": ["a", None],
            "value": [1.5, None],
            "count": pd.array([1, None], dtype="Int64"),
            "due": [pd.Timestamp("2026-12-01"), pd.NaT],
        },
        index=[7, 9],
    )
    table = read_table("tasks", frame)
    assert [column[1] for column in table.columns] == [None] * 4
    assert table.columns[2][0] == 1
    assert list(table.rows) == [2, 3]


def test_lists_of_dicts_may_differ_in_their_keys() -> None:
    table = read_table("retailers", [{"id": 1}, {"lon": 2.0, "id": 3}])
    assert records(table) == [{"id": 1, "lon": None}, {"id": 3, "lon": 2.0}]


def test_columns_without_header_are_named_when_they_hold_something() -> None:
    table = table_of_rows("retailers", "x", [["id", "", "lon", ""], ["1", "hm", "2", ""]])
    assert table.headers == ("id", "column 2", "lon")


@pytest.mark.parametrize(
    ("name", "content", "code", "part"),
    [
        ("gone.csv", None, "VR1001", "does not exist"),
        ("a.docx", b"x", "VR1003", ".docx"),
        ("noend", b"x", "VR1003", "no suffix"),
        ("empty.csv", b"", "VR1004", "empty"),
        ("blank.csv", b"\n , \n", "VR1004", "no header"),
        ("header.csv", b"id,lon,lat\n", "VR1004", "no records"),
        ("broken.xlsx", b"PK\x03\x04 no", "VR1002", "xlsx"),
        ("broken.geojson", b"{", "VR1002", "geojson"),
        ("broken.parquet", b"PAR1", "VR1002", "parquet"),
        ("binary.csv", b"id\0\0lon\n1\n", "VR1002", "not text"),
        ("strange.csv", b"id\n\xff\xff\xff\n", "VR1002", "encodings"),
    ],
)
def test_unusable_files_are_named(
    tmp_path: Path, name: str, content: bytes | None, code: str, part: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    table = read_table("retailers", path)
    (problem,) = table.problems
    assert (problem.code, problem.severity) == (code, Severity.ERROR)
    assert part in problem.message
    assert problem.file == str(path)
    assert len(table) == 0


def test_a_missing_file_hints_at_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "retailers.csv").write_text("id\n1\n")
    (problem,) = read_table("retailers", tmp_path / "retailer.csv").problems
    assert "retailers.csv" in problem.hint


def test_other_objects_are_refused() -> None:
    (problem,) = read_table("retailers", 42).problems
    assert problem.code == "VR1003"
    assert "int" in problem.message
