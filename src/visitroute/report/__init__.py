"""Pages to look at, offline: the map page of a plan, and what notebooks show."""

from visitroute.report.notebook import MapView, explore_frames, html_tables
from visitroute.report.page import report_html
from visitroute.report.write import write_report

__all__ = ["MapView", "explore_frames", "html_tables", "report_html", "write_report"]
