// Puts the parts together and redraws what a choice changes.
(() => {
  const { data, reps, shops, state, t, h } = VR;
  const VIEWS = [["map", "▦"], ["day", "☰"], ["figures", "▥"], ["left", "!"]];
  const titles = { map: "page.map", day: "page.day", figures: "page.figures", left: "page.left_out" };
  const app = document.getElementById("app");
  let parts;

  const build = () => {
    parts = {
      top: h("header", { class: "top" }), strip: h("div", { class: "stripbox" }), side: h("aside", {}),
      map: h("div", { id: "map", role: "application", "aria-label": t("page.map") }), over: h("div", { class: "over" }),
      line: h("div", { class: "linebox" }), other: h("main", { class: "other", tabindex: "-1" }), tabs: h("nav", { class: "tabs" }),
    };
    app.append(parts.top, parts.strip, h("div", { class: "body" }, parts.side, h("div", { class: "stage" }, h("div", { class: "mapbox" }, parts.map, parts.over), parts.line), parts.other), parts.tabs);
    VR.map.create(parts.map);
  };

  const top = () => {
    const span = `${VR.shown(VR.days[0], { day: "numeric", month: "long" })} – ${VR.shown(VR.days.at(-1), { day: "numeric", month: "long", year: "numeric" })}`;
    const missing = data.dropped.length + data.excluded.length;
    parts.top.replaceChildren(
      h("div", { class: "brand" }, h("h1", {}, t("page.title")), h("p", {}, `${span} · ${t("page.reps_count", { n: reps.length })} · ${t("page.retailers", { n: shops.length })}`)),
      h("nav", { class: "views", "aria-label": t("page.sections") }, VIEWS.filter(([view]) => view !== "day").map(([view]) => h("button", {
        "aria-current": view === state.view || (view === "map" && state.view === "day") ? "page" : null, "data-view": view, onclick: () => VR.choose({ view }),
      }, t(titles[view]), view === "left" && missing ? h("sup", {}, String(missing)) : null))),
      VR.panel.search(),
      h("button", { class: "plain", id: "language", lang: state.lang === "zh" ? "en" : "zh", onclick: () => VR.choose({ lang: state.lang === "zh" ? "en" : "zh" }) }, state.lang === "zh" ? "English" : "中文"));
    parts.tabs.replaceChildren(...VIEWS.map(([view, sign]) => h("button", { "aria-current": view === state.view ? "page" : null, "data-tab": view, onclick: () => VR.choose({ view }) }, h("i", { "aria-hidden": "true" }, sign), t(titles[view]))));
  };

  const layers = () => {
    const box = (name, label) => h("label", {}, h("input", { type: "checkbox", checked: state.layers[name], onchange: (e) => { state.layers[name] = e.target.checked; VR.map.draw(); } }), label);
    const inChina = reps.some((r) => VR.toGcj(...r.base)[0] !== r.base[0]);
    const tiles = ["none", "osm", ...(inChina ? ["amap"] : [])];
    return h("details", { class: "layers", open: VR.layersOpen, ontoggle: (e) => (VR.layersOpen = e.target.open) }, h("summary", {}, t("page.layers")),
      box("land", t("page.territories")), box("streets", t("page.streets")), box("missing", t("page.missing")),
      h("label", { class: "column" }, t("page.tiles"), h("select", { onchange: (e) => { state.tiles = e.target.value; VR.map.setTiles(); VR.map.draw(); } },
        tiles.map((name) => h("option", { value: name, selected: state.tiles === name }, t(`page.tiles_${name}`))))));
  };

  const legend = () => {
    if (VR.chosenRoute()) return null;
    const rows = VR.byDay()
      ? [...new Set(VR.chosenRoutes().map((r) => VR.weekday(r.date)))].sort().map((d) => [`var(--d${d})`, VR.shown(`2024-01-0${d + 1}`, { weekday: "short" })])
      : reps.slice(0, 16).map((r) => [VR.repVar(r.index), r.name, Math.floor(r.index / 8)]);
    return h("div", { class: "key-box" }, rows.map(([colour, name, cycle]) => h("span", {}, h("i", { class: `key k${(cycle || 0) % 4}`, style: { "--c": colour } }), name)),
      data.dropped.length && state.layers.missing && !state.date ? h("span", {}, h("i", { class: "ring" }), t("page.missing")) : null);
  };

  const phoneBar = () => h("div", { class: "phonebar" },
    h("select", { "aria-label": t("page.rep"), onchange: (e) => VR.choose({ rep: Number(e.target.value), stop: 0 }) },
      h("option", { value: "-1", selected: state.rep < 0 }, t("page.all_reps")), reps.map((r) => h("option", { value: r.index, selected: state.rep === r.index }, r.name))),
    h("button", { class: "icon", onclick: () => VR.panel.step(-1), "aria-label": t("page.previous") }, "‹"),
    h("button", { class: "date", onclick: () => VR.choose({ date: "", stop: 0 }) }, state.date ? VR.longDate(state.date) : t("page.all_days")),
    h("button", { class: "icon", onclick: () => VR.panel.step(1), "aria-label": t("page.next") }, "›"));

  const draw = () => {
    document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
    document.title = t("page.title");
    document.body.dataset.view = state.view;
    const focus = document.activeElement?.dataset?.date;
    const scrolled = parts.side.scrollTop;
    top();
    parts.strip.replaceChildren(VR.charts.strip());
    parts.side.replaceChildren(VR.panel.repChips(), VR.panel.calendar(), VR.panel.filters(), VR.panel.schedule(), h("p", { class: "soft foot" }, t("page.keys")));
    parts.side.scrollTop = scrolled;
    if (focus) parts.side.querySelector(`[data-date="${focus}"]`)?.focus();
    parts.over.replaceChildren(phoneBar(), layers(), legend() || "");
    parts.line.replaceChildren(VR.panel.timeline() || "");
    parts.other.replaceChildren(...(state.view === "figures" ? [VR.charts.figures()] : state.view === "left" ? [VR.panel.leftOut()] : []));
    if (state.view === "map" || state.view === "day") VR.map.draw();
    document.getElementById("sheet").replaceChildren(...VR.panel.sheet());
    try { VR.writeHash(); } catch { /* a page inside a notebook has no address to write to */ }
  };

  VR.choose = (changes, open = true) => {
    const before = { view: state.view, rep: state.rep, date: state.date };
    Object.assign(state, changes);
    if (state.view !== before.view || state.rep !== before.rep || state.date !== before.date) VR.map.close();
    if ("stop" in changes && !open) { VR.writeHash(); mark(); return; }
    draw();
    if (state.rep !== before.rep || state.date !== before.date) scrollToSchedule();
    if (state.stop && open && (changes.stop || changes.view)) VR.map.openStop(state.stop);
    mark();
  };
  const mark = () => document.querySelectorAll(".stop").forEach((node) => {
    const own = Number(node.dataset.stop) === state.stop;
    own ? node.setAttribute("aria-current", "true") : node.removeAttribute("aria-current");
  });
  const scrollToSchedule = () => {
    const list = parts.side.querySelector(".schedule");
    if (VR.chosenRoute() && list) parts.side.scrollTop = 0;
  };
  VR.openShop = (shop) => { VR.choose({ view: "map" }); VR.map.openShop(shop); };

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape") {
      if (typing) event.target.blur();
      VR.choose({ rep: -1, date: "", stop: 0 });
    } else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      document.getElementById("search").focus();
    } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && !event.target.closest?.("#map")) {
      event.preventDefault();
      VR.panel.step(event.key === "ArrowLeft" ? -1 : 1);
    }
  });
  addEventListener("hashchange", () => { VR.readHash(); draw(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", () => VR.map.draw());

  VR.readHash();
  build();
  draw();
  if (state.stop) VR.map.openStop(state.stop);
})();
