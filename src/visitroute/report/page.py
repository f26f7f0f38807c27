"""Self-contained HTML pages: style, scripts, Leaflet and data in one file, nothing loaded.

A content security policy lets only the scripts run that stand in the page when it is made (by
their SHA-256), so that no text of a table can ever become code, and nothing but the map tiles a
user asks for is fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from visitroute.errors import VisitRouteError
from visitroute.export import PlanRecord
from visitroute.report.data import embed_json, page_data, page_texts
from visitroute.texts import load_texts

TILE_HOSTS = ("https://tile.openstreetmap.org", "https://*.is.autonavi.com")
MAP_SCRIPTS = ("base.js", "map.js", "charts.js", "panel.js", "app.js")


def report_html(record: PlanRecord, *, show: str = "") -> str:
    """Return the map page of a plan: one HTML file that needs no network.

    ``show`` is what it shows at first, as in its address after the ``#``: for example
    ``rep=R1&date=2026-12-01&view=figures&lang=zh``. Raises ``VisitRouteError`` VR5001 where
    Jinja2 is missing.
    """
    scripts = [f"/* {asset('leaflet/LICENSE')} */\n" + asset("leaflet/leaflet.js")]
    scripts.append("".join(map(asset, MAP_SCRIPTS)))
    return render_page(
        title=load_texts(record.language).say("page.title"),
        language=record.language,
        css=asset("leaflet/leaflet.css") + asset("page.css"),
        scripts=scripts,
        data={"plan": {**page_data(record), "open": show}, "texts": page_texts()},
        images=TILE_HOSTS,
    )


def render_page(
    *,
    title: str,
    language: str,
    css: str,
    scripts: Sequence[str],
    data: Mapping[str, Any],
    images: Sequence[str] = (),
) -> str:
    """Return a page of style, scripts and JSON; ``images`` are hosts pictures may come from.

    The last of the scripts finds what all pages share (``common.js``) before it.
    """
    try:
        from jinja2 import Environment  # noqa: PLC0415 - an extra
        from markupsafe import Markup  # noqa: PLC0415
    except ModuleNotFoundError:
        raise VisitRouteError(
            "VR5001", "Jinja2 is not installed", "pip install 'visitroute[report]'"
        ) from None
    scripts = [*scripts[:-1], asset("common.js") + scripts[-1]]
    # A source map can't be loaded from a page in one file.
    scripts = [text.replace("//# sourceMappingURL=leaflet.js.map", "") for text in scripts]
    hashes = " ".join(f"'sha256-{_digest(text)}'" for text in scripts)
    sources = " ".join(("data:", *images))
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        f"img-src {sources}; base-uri 'none'; form-action 'none'"
    )
    template = Environment(autoescape=True, keep_trailing_newline=True).from_string(
        asset("page.html.j2")
    )
    return template.render(
        title=title,
        language="zh-CN" if language == "zh" else language,
        policy=Markup(policy.replace('"', "")),  # noqa: S704 - hashes and hosts of our own
        css=Markup(css),  # noqa: S704 - a file of this package
        scripts=[Markup(text) for text in scripts],  # noqa: S704 - files of this package
        data={name: Markup(embed_json(value)) for name, value in data.items()},  # noqa: S704
        noscript=load_texts(language).say("page.noscript"),
    )


@cache
def asset(name: str) -> str:
    """Return the text of a file of ``report/assets``."""
    return resources.files("visitroute.report").joinpath("assets", name).read_text("utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
