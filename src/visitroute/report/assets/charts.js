// Figures: cards with numerator and denominator, and charts drawn as SVG.
(() => {
  const { data, reps, routes, state, t, h, s } = VR;
  const ALL = ["coverage", "visits_kept", "cadence_kept", "target_met", "visits_per_day", "travel_share", "fairness", "load_balance", "tasks_on_time"];
  const STRIP = ["coverage", "visits_kept", "cadence_kept", "target_met", "visits_per_day", "travel_share"];
  const scope = () => (state.rep >= 0 ? ["rep", reps[state.rep].id] : ["all", ""]);

  const strip = () => h("div", { class: "strip", role: "list" }, STRIP.map((name) => {
    const k = VR.kpi(name, ...scope());
    return h("div", { role: "listitem", title: `${t(`kpi_of.${name}`)}: ${VR.kpiParts(k)}` },
      h("span", {}, t(`kpi.${name}`)), h("b", {}, VR.kpiShown(k)));
  }));

  const cards = () => h("div", { class: "cards" }, ALL.map((name) => {
    const k = VR.kpi(name, ...scope());
    const share = k && k.value !== null && !["visits_per_day"].includes(name) ? Math.min(1, k.value) : null;
    return h("article", {},
      h("h3", {}, t(`kpi.${name}`)),
      h("p", { class: "big" }, VR.kpiShown(k), h("small", {}, VR.kpiParts(k))),
      share === null ? h("div", { class: "gauge none" }) : h("div", { class: "gauge" }, h("i", { style: { width: `${100 * share}%` } })),
      h("p", { class: "soft" }, t(`kpi_of.${name}`)));
  }));

  const weeks = () => VR.days.filter((d) => routes.some((r) => r.date === d));

  // One row of bars for each rep; a line marks the target.
  const byDay = () => {
    const shown = reps.filter((r) => state.rep < 0 || r.index === state.rep);
    const days = weeks();
    const most = Math.max(1, ...routes.map((r) => r.stops.length), ...reps.map((r) => r.target || 0));
    const W = Math.min(1340, Math.max(340, innerWidth - 90)), left = 104, step = (W - left) / Math.max(1, days.length), high = shown.length > 4 ? 34 : 54;
    const rows = shown.map((rep, row) => {
      const y = row * (high + 16) + 14;
      const level = (n) => y + high - (n / most) * high;
      return s("g", {},
        s("text", { x: 0, y: y + high - 2, class: "label" }, rep.name.length > 12 ? `${rep.name.slice(0, 11)}…` : rep.name),
        s("line", { x1: left, x2: W, y1: y + high + 0.5, y2: y + high + 0.5, class: "axis" }),
        days.map((day, i) => {
          const route = routes.find((r) => r.rep === rep.index && r.date === day);
          const n = route ? route.stops.length : 0;
          const x = left + i * step + step * 0.14;
          return n ? s("g", { class: "bar", onclick: () => VR.choose({ view: "map", rep: rep.index, date: day, stop: 0 }) },
            s("title", {}, `${rep.name} · ${VR.longDate(day)}: ${VR.visits(n)}`),
            s("rect", { x, y: level(n), width: step * 0.72, height: (n / most) * high, fill: VR.repVar(rep.index) }),
            step > 24 ? s("text", { x: x + step * 0.36, y: level(n) - 3, class: "tiny", "text-anchor": "middle" }, n) : null) : null;
        }),
        rep.target ? s("g", {},
          s("line", { x1: left, x2: W, y1: level(rep.target), y2: level(rep.target), class: "aim" }),
          s("text", { x: 0, y: level(rep.target) + 4, class: "tiny" }, t("page.target", { n: rep.target }))) : null);
    });
    const bottom = shown.length * (high + 16) + 12;
    const marks = days.map((day, i) => (VR.weekday(day) === 0 || i === 0
      ? s("text", { x: left + i * step, y: bottom + 10, class: "tiny" }, VR.shown(day, { day: "numeric", month: "numeric" })) : null));
    return s("svg", { viewBox: `0 0 ${W} ${bottom + 16}`, role: "img", "aria-label": t("page.by_day") }, rows, marks);
  };

  const bars = (rows, most, legend) => h("div", { class: "rows" }, rows.map((row) => h("div", { class: "row", title: row.title || "" },
    h("span", {}, row.label),
    h("div", { class: "track" }, row.parts.map((part) => h("i", { class: part.kind, style: { width: `${(100 * part.size) / most}%`, ...(part.colour ? { background: part.colour } : {}) } }))),
    h("b", {}, row.value))), legend || null);

  const byTime = () => {
    const rows = reps.filter((r) => state.rep < 0 || r.index === state.rep).map((rep) => {
      const own = routes.filter((r) => r.rep === rep.index);
      const sum = (key) => own.reduce((all, r) => all + r[key], 0);
      const [travel, service, waiting] = ["travel", "service", "waiting"].map(sum);
      const all = travel + service + waiting;
      return { label: rep.name, all, value: t("page.hours", { n: Math.round(all / 3600) }), parts: [
        { kind: "service", size: service }, { kind: "travel", size: travel }, { kind: "waiting", size: waiting }],
        title: [["service", service], ["travel", travel], ["waiting", waiting]].map(([k, v]) => `${t(`page.${k}`)} ${VR.minutes(v)}`).join(" · ") };
    });
    const legend = h("p", { class: "legend" }, ["service", "travel", "waiting"].map((kind) => [h("i", { class: kind }), t(`page.${kind}`)]));
    return bars(rows, Math.max(1, ...rows.map((r) => r.all)), legend);
  };

  const shares = (by, groups, label) => bars(groups.map((group) => {
    const k = VR.kpi("visits_kept", by, group);
    return { label: label(group), value: VR.kpiShown(k), title: VR.kpiParts(k), parts: [{ kind: "service", size: (k && k.value) || 0 }], rest: k };
  }).filter((row) => row.rest && row.rest.denominator), 1);

  const table = () => h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, h("th", {}, t("page.rep")), ALL.map((name) => h("th", { class: "num" }, t(`kpi.${name}`))))),
    h("tbody", {}, reps.map((rep) => h("tr", {},
      h("td", {}, h("button", { class: "link", onclick: () => VR.choose({ rep: state.rep === rep.index ? -1 : rep.index }) },
        h("i", { class: "key", style: { background: VR.repVar(rep.index) } }), rep.name)),
      ALL.map((name) => h("td", { class: "num" }, VR.kpiShown(VR.kpi(name, "rep", rep.id)))))))));

  const figures = () => {
    // Figures by segment and distance are those of the whole plan, whoever is chosen.
    const whole = state.rep >= 0 ? ` · ${t("page.all_reps")}` : "";
    const box = (title, body, wide) => h("section", { class: `box${wide ? " wide" : ""}` }, h("h2", {}, title), body);
    return h("div", { class: "figures" },
      cards(),
      h("div", { class: "boxes" },
        box(t("page.by_day"), byDay(), true),
        box(t("page.by_time"), byTime()),
        box(t("page.by_segment") + whole, shares("segment", data.words.segment, (g) => t(`segment.${g}`))),
        box(t("page.by_distance") + whole, shares("band", ["near", "middle", "far"], (g) => t(`band.${g}`))),
        reps.length > 1 ? box(t("page.by_rep"), table(), true) : null));
  };

  VR.charts = { strip, figures };
})();
