// The index of a split report: figures in all, the land of every rep, and the way to each page.
(() => {
  const { data, texts, points, say, h, s } = VR;
  const asked = new URLSearchParams(location.hash.slice(1));
  let lang = texts[asked.get("lang")] ? asked.get("lang") : data.language, sorted = null, down = false, wanted = "";
  const t = (key, values) => say(lang, key, values);
  const KPIS = ["coverage", "visits_kept", "cadence_kept", "target_met", "visits_per_day", "travel_share"];
  const PLAIN = { visits_per_day: 1, fairness: 2, load_balance: 2 };
  const table = new Map(data.kpis.map((k) => [`${k[0]}|${k[1]}|${k[2]}`, k]));
  const kpi = (name, rep) => table.get(rep ? `${name}|rep|${rep}` : `${name}|all|`);
  const shown = (k) => (!k || k[3] === null ? "–" : k[0] in PLAIN ? k[3].toFixed(PLAIN[k[0]])
    : `${(100 * k[3]).toFixed((k[3] > 0 && k[3] < 0.0995) || (k[3] > 0.99 && k[3] < 1) ? 1 : 0)} %`);
  const date = (days, options) => new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { timeZone: "UTC", ...options })
    .format(new Date(Date.parse(`${data.start}T00:00:00Z`) + days * 864e5));
  const link = (rep) => `${rep.page}${lang === data.language ? "" : `#lang=${lang}`}`;
  const COLUMNS = [["name", "rep"], ["days", "route_days"], ["visits", "show_visits"], ...KPIS.map((k) => [k, null]), ["dropped", "dropped"]];
  const value = (rep, key) => (key in rep ? rep[key] : kpi(key, rep.id)?.[3] ?? -1);

  const map = () => {
    const land = data.reps.map((rep) => rep.land.map(points));
    const all = land.flat(2);
    if (!all.length) return null;
    const lons = all.map((p) => p[0]), lats = all.map((p) => p[1]);
    const low = (list) => list.reduce((a, b) => Math.min(a, b)), high = (list) => list.reduce((a, b) => Math.max(a, b));
    const [w, e, b, n] = [low(lons), high(lons), low(lats), high(lats)];
    const squeeze = Math.cos((((b + n) / 2) * Math.PI) / 180), scale = 1000 / Math.max((e - w) * squeeze, n - b);
    const at = ([x, y]) => `${((x - w) * squeeze * scale).toFixed(1)} ${((n - y) * scale).toFixed(1)}`;
    return s("svg", { viewBox: `-6 -6 ${(e - w) * squeeze * scale + 12} ${(n - b) * scale + 12}`, class: "land", role: "img", "aria-label": t("page.territories") },
      data.reps.map((rep, i) => s("a", { href: link(rep) }, s("path", {
        d: land[i].map((ring) => `M${ring.map(at).join("L")}Z`).join(""), fill: `var(--c${i % 8})`, stroke: `var(--c${i % 8})`,
        "fill-opacity": 0.28, "stroke-width": 1.5,
      }), s("title", {}, rep.name))));
  };

  const draw = () => {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    document.body.dataset.view = "index";
    const rows = data.reps.filter((rep) => `${rep.name} ${rep.id}`.toLowerCase().includes(wanted));
    if (sorted) rows.sort((a, b) => (value(a, sorted) < value(b, sorted) ? -1 : value(a, sorted) > value(b, sorted) ? 1 : 0) * (down ? -1 : 1));
    const head = COLUMNS.map(([key, label], i) => h("th", { class: i ? "num" : null, "aria-sort": sorted === key ? (down ? "descending" : "ascending") : null },
      h("button", { onclick: () => { down = sorted === key ? !down : i > 0; sorted = key; draw(); } }, label ? t(`page.${label}`) : t(`kpi.${key}`))));
    const body = rows.map((rep) => h("tr", {}, COLUMNS.map(([key], i) => (i
      ? h("td", { class: "num" }, key in rep ? rep[key] : shown(kpi(key, rep.id)))
      : h("td", {}, h("a", { href: link(rep), class: "link" }, rep.name))))));
    const span = `${date(0, { day: "numeric", month: "long" })} – ${date(7 * data.weeks - 1, { day: "numeric", month: "long", year: "numeric" })}`;
    const box = h("tbody", {}, body);
    const find = h("input", { type: "search", placeholder: t("page.rep"), "aria-label": t("page.rep"), value: wanted,
      oninput: (e) => { wanted = e.target.value.trim().toLowerCase(); const at = e.target.selectionStart; draw(); const next = document.querySelector("input"); next.focus(); next.setSelectionRange(at, at); } });
    document.getElementById("app").replaceChildren(
      h("header", { class: "top" }, h("div", { class: "brand" }, h("h1", {}, t("page.title")),
        h("p", {}, `${span} · ${t("page.reps_count", { n: data.reps.length })} · ${t("page.retailers", { n: data.retailers })}`)),
        h("div", { class: "views none" }), h("div", { class: "search" }, find),
        h("button", { class: "plain", id: "language", onclick: () => { lang = lang === "zh" ? "en" : "zh"; draw(); } }, lang === "zh" ? "English" : "中文")),
      h("div", { class: "stripbox" }, h("div", { class: "strip" }, KPIS.map((name) => h("div", { title: t(`kpi_of.${name}`) }, h("span", {}, t(`kpi.${name}`)), h("b", {}, shown(kpi(name))))))),
      h("main", { class: "index" }, h("section", { class: "box" }, h("h2", {}, t("page.territories")), map() ?? ""),
        h("section", { class: "box scroll" }, h("h2", {}, t("page.by_rep")), h("table", {}, h("thead", {}, h("tr", {}, head)), box))));
  };
  draw();
})();
