"""Files for the pocket, and the phone page in a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from report.browser import console
from report.conftest import HOSTILE
from report.test_browser import Page
from visitroute.coordinates import from_wgs84
from visitroute.export import PlanRecord
from visitroute.report import write_pocket

pytestmark = pytest.mark.filterwarnings("default::ResourceWarning")


def names(paths: list[Path], folder: Path) -> list[str]:
    return [p.relative_to(folder).as_posix() for p in paths]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ics", ["001-R1.ics", "002-R2.ics"]),
        ("phone", ["001-R1.html", "002-R2.html"]),
        (
            "gpx",
            ["001-R1/2026-11-30.gpx", "001-R1/2026-12-01.gpx", "002-R2/2026-12-01.gpx"],
        ),
    ],
)
def test_each_rep_has_files(
    record: PlanRecord, tmp_path: Path, kind: str, expected: list[str]
) -> None:
    assert names(write_pocket(record, tmp_path, kind), tmp_path) == expected


def test_one_rep_only(record: PlanRecord, tmp_path: Path) -> None:
    found = write_pocket(record, tmp_path, "kml", frozenset({"R2"}))
    assert names(found, tmp_path) == ["002-R2/2026-12-01.kml"]


@pytest.fixture
def phone(driver: Any, record: PlanRecord, tmp_path: Path) -> Page:
    path, _ = write_pocket(record, tmp_path, "phone")
    return Page(driver, path)


def test_the_day_stands_on_the_phone(phone: Page) -> None:
    phone.open("#date=2026-11-30", width=390, height=844)
    bravo = '"Bravo", <b>&co</b>'
    assert phone.texts(".head b") == ["福源烟酒店", bravo, bravo]
    assert phone.texts(".calls p") == ["Ask for stock"]
    assert phone.texts(".links .call") == ["☎ +8613800000000"]
    assert phone.all(".links .call")[0].get_attribute("href") == "tel:+8613800000000"
    assert phone.texts(".tasks label") == ["t1 [Q1]", "Shelf full?", "Shelf full?"]
    assert phone.run("document.documentElement.scrollWidth") <= 390
    phone.click(".bar button:last-child")
    assert phone.texts(".head b") == ["C"]
    assert phone.all(".calls") == []
    phone.click(".bar button:last-child")
    assert phone.texts(".calls .head b") == phone.texts(".head b") == ["福源烟酒店"]
    assert phone.all(".facts, .sketch") == []
    phone.click("#language")
    phone.click(".days button")
    assert phone.texts(".tasks label") == ["t1 [Q1]", "货架是否补满", "货架是否补满"]
    assert console(phone.driver) == []


def test_ticks_are_kept(phone: Page) -> None:
    phone.open("#date=2026-11-30", width=390, height=844)
    phone.click(".tick")
    assert len(phone.all(".stop.done")) == 1
    phone.open("#date=2026-11-30", width=390, height=844)
    assert len(phone.all(".stop.done")) == 1


def test_links_lead_to_the_shop_in_the_datum_of_each_map(
    driver: Any, record: PlanRecord, tmp_path: Path
) -> None:
    lon, lat = 116.404, 39.915
    first, *_ = record.schedule.routes
    stops = tuple(replace(s, lon=lon, lat=lat) for s in first.stops)
    record = replace(
        record, schedule=replace(record.schedule, routes=(replace(first, stops=stops),))
    )
    path, _ = write_pocket(record, tmp_path, "phone")
    page = Page(driver, path).open("#date=2026-11-30&lang=zh")
    links = {a.text: a.get_attribute("href") for a in page.all(".stop:first-of-type .links a")}
    x, y = from_wgs84(lon, lat, "gcj02")
    assert f"to={float(x):.6f},{float(y):.6f}," in links["高德"]
    assert "destination=39.915,116.404" in links["Google"]
    assert "daddr=39.915,116.404" in links["Apple"]
    assert links["geo"].startswith("geo:39.915,116.404")
    assert "经营指导" in page.texts(".stop p")[1]


def test_hostile_texts_do_nothing_on_the_phone(
    driver: Any, hostile: PlanRecord, tmp_path: Path
) -> None:
    first, *rest = hostile.schedule.routes
    stops = tuple(replace(s, name=HOSTILE[i]) for i, s in enumerate(first.stops))
    hostile = replace(
        hostile, schedule=replace(hostile.schedule, routes=(replace(first, stops=stops), *rest))
    )
    path, _ = write_pocket(hostile, tmp_path, "phone")
    page = Page(driver, path).open("#date=2026-11-30")
    assert page.texts(".head b") == [*HOSTILE[:2], HOSTILE[1]]
    assert page.all("#app img, #app script") == []
    assert console(driver) == []
