// Territories before and after beside each other, with the figures of each rep.
(() => {
  const { data, points, say, h, s } = VR;
  let lang = data.language, chosen = -1;
  const t = (key, values) => say(lang, `land.${key}`, values);
  const WHENS = ["before", "after"];
  const land = data.reps.map((rep) => Object.fromEntries(WHENS.map((when) => [when, rep.land[when].map(points)])));
  const all = [...data.shops.map((x) => [x[0], x[1]]), ...data.reps.map((rep) => rep.base), ...land.flatMap((own) => WHENS.flatMap((when) => own[when].flat()))];
  const low = (i) => all.reduce((a, p) => Math.min(a, p[i]), Infinity), high = (i) => all.reduce((a, p) => Math.max(a, p[i]), -Infinity);
  const [w, e, b, n] = all.length ? [low(0), high(0), low(1), high(1)] : [0, 1, 0, 1];
  const squeeze = Math.cos((((b + n) / 2) * Math.PI) / 180), scale = 1000 / Math.max((e - w) * squeeze, n - b, 1e-9);
  const at = ([x, y]) => [((x - w) * squeeze * scale).toFixed(1), ((n - y) * scale).toFixed(1)];
  const size = Math.max(2.2, Math.min(6, 150 / Math.sqrt(data.shops.length + 1)));
  const colour = (rep) => (rep < 0 ? "var(--muted)" : `var(--c${rep % 8})`);
  // After eight reps the colours begin again: land is dashed then, and every area says whose it is.
  const dash = (rep) => [null, "14 8", "4 8", "20 6 4 6"][Math.floor(rep / 8) % 4];
  const dim = (rep) => (chosen < 0 || rep === chosen ? 1 : 0.15);
  const pick = (rep) => () => { chosen = chosen === rep ? -1 : rep; draw(); };

  const map = (when, place) => s("svg", { viewBox: `-8 -8 ${(e - w) * squeeze * scale + 16} ${(n - b) * scale + 16}`, role: "img", "aria-label": t(when) },
    data.reps.map((rep, i) => s("path", {
      d: land[i][when].map((ring) => `M${ring.map((p) => at(p).join(" ")).join("L")}Z`).join(""), fill: colour(i), stroke: colour(i),
      "fill-opacity": 0.22 * dim(i), "stroke-opacity": dim(i), "stroke-width": 2, "stroke-dasharray": dash(i), onclick: pick(i),
    }, s("title", {}, rep.name))),
    data.shops.map((shop) => {
      const rep = shop[place], [x, y] = at(shop), moved = when === "after" && shop[2] >= 0 && shop[2] !== rep;
      return s("circle", {
        cx: x, cy: y, r: size, fill: rep < 0 ? "none" : colour(rep), stroke: moved ? "var(--ink)" : colour(rep),
        "stroke-width": moved || rep < 0 ? 1.6 : 0, opacity: dim(rep),
      }, s("title", {}, `${shop[4]} · ${rep < 0 ? "–" : data.reps[rep].name}`));
    }),
    data.reps.map((rep, i) => {
      const [x, y] = at(rep.base);
      return s("rect", { x: x - 7, y: y - 7, width: 14, height: 14, fill: colour(i), stroke: "var(--ink)", "stroke-width": 2, opacity: dim(i) },
        s("title", {}, `${rep.name} · ${t("base")}`));
    }));

  const plain = (x) => new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: 0 }).format(x);
  const percent = (x) => `${(100 * x).toFixed(1)} %`;
  const COLUMNS = [["retailers", plain], ["minutes", plain], ["off_share", percent], ["load", percent], ["travel", plain], ["compactness", (x) => x.toFixed(1)], ["pieces", plain]];
  const row = (name, figures, total, press) => h("tr", {}, h("td", {}, press ? h("button", { class: "link", onclick: press }, name) : name),
    COLUMNS.map(([key, show], i) => WHENS.map((when) => h("td", { class: "num" }, total && key === "load" ? "" : show(figures[when][i])))));

  const draw = () => {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    document.body.dataset.view = "index";
    document.getElementById("app").replaceChildren(
      h("header", { class: "top" }, h("div", { class: "brand" }, h("h1", {}, t("title")),
        h("p", {}, `${t("horizon", { start: data.start, weeks: data.weeks })} · ${t("moved", { n: data.moved, new: data.new, out: data.out })}`)),
        h("div", { class: "views none" }),
        h("button", { class: "plain", id: "language", onclick: () => { lang = lang === "zh" ? "en" : "zh"; draw(); } }, lang === "zh" ? "English" : "中文")),
      h("main", { class: "index" },
        h("section", { class: "box facts" }, data.headcount[lang].map((line) => h("p", {}, line)), h("p", { class: "soft" }, t("ring"))),
        h("section", { class: "box lands" }, WHENS.map((when, i) => h("div", {}, h("h2", {}, t(when)), map(when, i + 2)))),
        h("section", { class: "box scroll" }, h("h2", {}, t("by_rep")), h("table", {},
          h("thead", {}, h("tr", {}, h("th", {}, t("rep")), COLUMNS.map(([key]) => WHENS.map((when) => h("th", { class: "num" }, `${t(key)} · ${t(when)}`))))),
          h("tbody", {}, row(t("all"), data.totals, true, null), data.reps.map((rep, i) => row(rep.name, rep.figures, false, pick(i))))))));
  };
  draw();
})();
