"""docs/inputs.md names every table, field and word that is read, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from visitroute.load.cadence import read_cadence
from visitroute.load.columns import FIELDS, REQUIRED, match_columns
from visitroute.load.values import (
    read_clock,
    read_date,
    read_dates,
    read_degrees,
    read_minutes,
    read_number,
)
from visitroute.load.vocabulary import (
    CHANNELS,
    GRADES,
    MODES,
    QUADRANTS,
    SEGMENTS,
    WEEKDAYS,
    fold_word,
    read_answer,
)

ROW = re.compile(r"^\| (\*\*)?`(\w+)`(?:\*\*)? \| ([^|]+) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def sections(read_page: Callable[[str], str]) -> dict[str, list[tuple[bool, str, str]]]:
    """Table → (is required, field, Chinese header) of each row of its section."""
    parts = re.split(r"^## ", read_page("docs/inputs.md"), flags=re.MULTILINE)
    found = {part.split()[0]: part for part in parts if part.split()[0] in FIELDS}
    return {
        table: [(bool(bold), field, chinese.strip()) for bold, field, chinese in ROW.findall(part)]
        for table, part in found.items()
    }


@pytest.mark.parametrize("table", FIELDS)
def test_every_field_has_one_row(
    sections: dict[str, list[tuple[bool, str, str]]], table: str
) -> None:
    assert sorted(field for _, field, _ in sections[table]) == sorted(FIELDS[table])


@pytest.mark.parametrize("table", FIELDS)
def test_required_fields_are_bold(
    sections: dict[str, list[tuple[bool, str, str]]], table: str
) -> None:
    assert {field for bold, field, _ in sections[table] if bold} == set(REQUIRED[table])


@pytest.mark.parametrize("table", FIELDS)
def test_named_headers_are_read(
    sections: dict[str, list[tuple[bool, str, str]]], table: str
) -> None:
    for _, field, chinese in sections[table]:
        assert match_columns(table, [field]) == {field: [field]}
        assert match_columns(table, [chinese]) == {field: [chinese]}, f"{table}.{field}: {chinese}"


@pytest.mark.parametrize(
    ("title", "vocabulary"),
    [
        ("segment", SEGMENTS),
        ("quadrant", QUADRANTS),
        ("strong / weak", GRADES),
        ("channel", CHANNELS),
        ("travel mode", MODES),
        ("weekday", WEEKDAYS),
    ],
)
def test_words_are_read_as_what_they_stand_beside(
    read_page: Callable[[str], str], title: str, vocabulary: dict[str, object]
) -> None:
    row = re.search(rf"^\| {title} \| (.*) \|$", read_page("docs/inputs.md"), re.MULTILINE)
    assert row is not None
    groups = re.split(r"[,…;]", row[1].split("; also")[0])
    seen = set()
    for group in groups:
        meant = {vocabulary[fold_word(word)] for word in group.replace("`", " ").split()}
        assert len(meant) == 1, group
        seen |= meant
    assert seen == set(vocabulary.values()) or title == "weekday"


def test_workspace_keys_are_those_that_are_read(read_page: Callable[[str], str]) -> None:
    page = read_page("docs/inputs.md")
    for key in ("retailers", "reps", "tasks", "visits", "locks", "roads", "datum"):
        assert f"`inputs.{key}`" in page


@pytest.mark.parametrize(
    ("title", "reader", "expected"),
    [
        ("date", read_date, {date(2026, 12, 1)}),
        ("clock time", read_clock, {30_600, 51_300}),
        ("minutes", read_minutes, {20.0, 90.0}),
        ("number", read_number, {1234.0, 12.5, 12_000.0}),
        ("yes / no", read_answer, {True, False}),
    ],
)
def test_spellings_of_values_are_read(
    read_page: Callable[[str], str],
    title: str,
    reader: Callable[[str], object],
    expected: set[object],
) -> None:
    row = re.search(rf"^\| {title} \| (.*) \|$", read_page("docs/inputs.md"), re.MULTILINE)
    assert row is not None
    assert {reader(text) for text in re.findall(r"`([^`]+)`", row[1])} == expected


def test_spellings_of_cadences_are_read(read_page: Callable[[str], str]) -> None:
    row = re.search(r"^\| cadence \| (.*) \|$", read_page("docs/inputs.md"), re.MULTILINE)
    assert row is not None
    texts = [re.sub(r"\(.*?\)|`", "", part).strip() for part in row[1].split(",")]
    found = {text: read_cadence(text, 0.3) for text in texts}
    assert [(found[t].visits, found[t].per) for t in ("monthly", "quarterly", "2/week")] == [
        (1, 28),
        (1, 91),
        (2, 7),
    ]
    assert (found["每周两次"].visits, found["每周两次"].per) == (2, 7)


def test_spellings_of_date_lists_are_read(read_page: Callable[[str], str]) -> None:
    row = re.search(r"^\| dates \| `([^`]+)`", read_page("docs/inputs.md"), re.MULTILINE)
    assert row is not None
    assert len(read_dates(row[1])) == 4


def test_spellings_of_degrees_are_read(read_page: Callable[[str], str]) -> None:
    part = read_page("docs/inputs.md").split("## Coordinates")[1].split("are read")[0]
    assert {read_degrees(text) for text in re.findall(r"`([^`]+)`", part)} == {116.404}
