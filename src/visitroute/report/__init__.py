"""Pages to look at, offline: the map page of a plan, and what notebooks show."""

from visitroute.report.notebook import MapView, explore_frames, html_tables
from visitroute.report.page import report_html
from visitroute.report.pocket import phone_html, write_pocket
from visitroute.report.write import write_report

__all__ = [
    "MapView",
    "explore_frames",
    "html_tables",
    "phone_html",
    "report_html",
    "write_pocket",
    "write_report",
]
