"""The page in a browser without network: drawn, filtered, linked to, read by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from report.browser import console
from report.conftest import HOSTILE
from visitroute.export import PlanRecord
from visitroute.report import MapView, report_html, write_report

pytestmark = pytest.mark.filterwarnings("default::ResourceWarning")  # selenium's own sockets


class Page:
    """A page that was opened, with the few things tests do to it."""

    def __init__(self, driver: Any, path: Path) -> None:
        self.driver = driver
        self.url = f"file://{quote(path.as_posix())}"

    def open(self, part: str = "", width: int = 1440, height: int = 900) -> Page:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.get("about:blank")
        self.driver.get(self.url + part)
        return self

    def all(self, selector: str) -> list[Any]:
        return list(self.driver.find_elements("css selector", selector))

    def click(self, selector: str) -> None:
        self.driver.find_element("css selector", selector).click()

    def texts(self, selector: str) -> list[str]:
        return [node.text for node in self.all(selector)]

    def run(self, script: str) -> Any:
        return self.driver.execute_script(f"return {script}")

    def press(self, key: str) -> None:
        self.driver.find_element("css selector", "body").send_keys(key)


@pytest.fixture
def page(driver: Any, record: PlanRecord, tmp_path: Path) -> Page:
    (path,) = write_report(record, tmp_path / "report.html")
    return Page(driver, path)


def test_it_opens_without_a_complaint(page: Page) -> None:
    page.open()
    assert console(page.driver) == []
    assert page.texts(".views button") == ["Map", "Figures", "Not planned4"]
    assert len(page.all(".routes > li")) == 3
    assert page.run("performance.getEntriesByType('resource').length") == 0
    for view in ("figures", "left", "map"):
        page.click(f'[data-view="{view}"]')
    assert console(page.driver) == []


def test_filters_change_what_is_shown(page: Page) -> None:
    page.open()
    page.click(".chips button:nth-child(2)")
    assert len(page.all(".routes > li")) == 2
    page.click('.calendar [data-date="2026-11-30"]')
    assert page.texts(".stop .what b") == ["福源烟酒店", '"Bravo", <b>&co</b>']
    assert len(page.all(".leaflet-marker-pane .pin")) == 2
    assert len(page.all(".timeline .bar .service")) == 2
    page.click(".filters summary")
    page.click('[data-filter="state-overdue"]')
    assert len(page.all(".stops .dim")) == 1
    assert len(page.all(".leaflet-marker-pane .pin.dim")) == 1
    page.click(".chips button:nth-child(1)")
    page.press("\ue00c")  # Escape
    assert len(page.all(".routes > li")) == 3


def test_a_rep_day_can_be_linked_to(page: Page) -> None:
    page.open("#rep=R1&date=2026-12-01")
    assert "".join(page.texts(".schedule h2")).split() == ["Tue", "1", "Dec", "王伟"]
    assert page.texts(".stop .what b") == ["-Charlie"]
    page.press("\ue012")  # left arrow: the day before
    assert "date=2026-11-30" in page.driver.current_url
    page.click(".stop")
    assert "stop=1" in page.driver.current_url
    assert page.texts(".leaflet-popup .card > b") == ["福源烟酒店"]


def test_the_language_changes_everything(page: Page) -> None:
    page.open("#rep=R1&date=2026-11-30")
    page.click("#language")
    assert page.texts(".views button")[:2] == ["地图", "指标"]
    assert "经营指导" in page.texts(".stop .what")[0]
    assert "lang=zh" in page.driver.current_url
    assert page.run("document.documentElement.lang") == "zh-CN"


def test_search_leads_to_the_retailer(page: Page) -> None:
    page.open()
    page.press("/")
    box = page.driver.switch_to.active_element
    assert box.get_attribute("id") == "search"
    box.send_keys("bravo")
    assert page.texts(".found b") == ['"Bravo", <b>&co</b>']
    box.send_keys("\n")
    assert page.texts(".leaflet-popup .card > b") == ['"Bravo", <b>&co</b>']
    assert "the days are full" in page.texts(".leaflet-popup .card")[0]


@pytest.mark.parametrize("view", ["map", "day", "figures", "left"])
def test_nothing_is_wider_than_a_phone(page: Page, view: str) -> None:
    page.open(f"#view={view}&rep=R1&date=2026-11-30", width=390, height=844)
    assert page.run("document.documentElement.scrollWidth") <= 390
    assert len([tab for tab in page.all(".tabs button") if tab.is_displayed()]) == 4
    assert console(page.driver) == []


def test_what_is_not_planned_stands_with_its_reasons(page: Page) -> None:
    page.open("#view=left")
    rows = page.texts(".left tbody tr")
    assert len(rows) == 4
    assert "the days are full" in rows[0]
    assert "allow one more visit" in rows[0]


def test_figures_show_both_of_their_numbers(page: Page) -> None:
    page.open("#view=figures")
    cards = page.texts(".cards article")
    assert cards[0].split()[:6] == ["Coverage", "75", "%", "3", "÷", "4"]
    assert len(cards) == 9


def test_the_day_sheet_is_what_is_printed(page: Page) -> None:
    page.open("#rep=R1&date=2026-11-30")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        shown = page.texts("#sheet td b")
        assert shown == ["福源烟酒店", '"Bravo", <b>&co</b>']
        assert not page.all("#app")[0].is_displayed()
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_hostile_texts_are_shown_and_do_nothing(
    driver: Any, hostile: PlanRecord, tmp_path: Path
) -> None:
    (path,) = write_report(hostile, tmp_path / "report.html")
    page = Page(driver, path).open("#rep=R1&date=2026-11-30&stop=1")
    assert HOSTILE[0] in page.texts(".stop .what b")
    assert page.texts(".leaflet-popup .card > b") == [HOSTILE[0]]
    for view in ("figures", "left", "map"):
        page.click(f'[data-view="{view}"]')
    assert page.all("#app img[src=x], #app svg[onload], #sheet img, #app script") == []
    assert console(driver) == []  # an alert would have stopped the driver, an error be logged


def test_the_datum_of_amap_is_that_of_the_package(page: Page) -> None:
    from visitroute.coordinates import from_wgs84  # noqa: PLC0415

    page.open()
    for lon, lat in ((116.404, 39.915), (121.47, 31.23), (24.9, 60.1)):
        x, y = from_wgs84(lon, lat, "gcj02")
        assert page.run(f"VR.toGcj({lon}, {lat})") == pytest.approx([float(x), float(y)], abs=1e-9)


def test_the_page_works_in_the_frame_of_a_notebook(
    driver: Any, record: PlanRecord, tmp_path: Path
) -> None:
    frame = MapView(report_html(record, show="rep=R1&date=2026-12-01"))._repr_html_()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{frame}", "utf-8")
    page = Page(driver, path).open()
    driver.switch_to.frame(0)
    assert page.texts(".stop .what b") == ["-Charlie"]
    driver.switch_to.default_content()
    assert console(driver) == []


def test_the_index_of_a_split_report_leads_to_its_pages(
    driver: Any, record: PlanRecord, tmp_path: Path
) -> None:
    index, *_ = write_report(record, tmp_path / "report.html", split=True)
    page = Page(driver, index).open()
    assert console(driver) == []
    assert page.texts("td a") == ["王伟", "R2"]
    page.click("td a")
    assert "report-reps/001-R1.html" in driver.current_url
    assert len(page.all(".routes > li")) == 2
    assert console(driver) == []
