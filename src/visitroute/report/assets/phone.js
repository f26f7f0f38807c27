// A rep's days on the phone: stops with purpose, tasks to tick, and the way to each.
(() => {
  const { data, texts, say, h, s } = VR;
  let lang = data.language;
  const t = (key, values) => say(lang, key, values);
  const date = (iso, options) => new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { timeZone: "UTC", ...options }).format(new Date(`${iso}T00:00:00Z`));
  const clock = (x) => `${String(Math.floor(x / 3600)).padStart(2, "0")}:${String(Math.floor((x % 3600) / 60)).padStart(2, "0")}`;

  // What is ticked stays on this phone; a browser that keeps nothing just forgets it.
  const keep = {
    get: (key) => { try { return localStorage.getItem(`visitroute ${key}`) === "1"; } catch { return false; } },
    set: (key, on) => { try { on ? localStorage.setItem(`visitroute ${key}`, "1") : localStorage.removeItem(`visitroute ${key}`); } catch { /* forgotten */ } },
  };

  // The day that is shown first: the one asked for, else today's, else the first to come.
  const now = new Date(), today = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  const asked = new URLSearchParams(location.hash.slice(1));
  if (texts[asked.get("lang")]) lang = asked.get("lang");
  const find = (iso) => data.days.findIndex((d) => d.date === iso);
  let at = find(asked.get("date"));
  if (at < 0) at = data.days.findIndex((d) => d.date >= today);
  if (at < 0) at = 0;

  const sketch = (day) => {
    const points = day.stops.map((x) => [x.lon, x.lat]);
    const line = day.line ? VR.points(day.line) : [data.base, ...points, data.base];
    const all = [...line, ...points];
    if (all.length < 2) return null;
    const lons = all.map((p) => p[0]), lats = all.map((p) => p[1]);
    const [w, e, b, n] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
    const squeeze = Math.cos((((b + n) / 2) * Math.PI) / 180), W = 360, H = 200, pad = 16;
    const scale = Math.min((W - 2 * pad) / Math.max(1e-6, (e - w) * squeeze), (H - 2 * pad) / Math.max(1e-6, n - b));
    const left = (W - (e - w) * squeeze * scale) / 2, top = (H - (n - b) * scale) / 2;
    const xy = ([x, y]) => [left + (x - w) * squeeze * scale, top + (n - y) * scale];
    return s("svg", { viewBox: `0 0 ${W} ${H}`, class: "sketch", role: "img", "aria-label": t("page.map") },
      s("polyline", { points: line.map((p) => xy(p).map((v) => v.toFixed(1)).join()).join(" ") }),
      points.map((p, i) => { const [x, y] = xy(p); return s("g", {}, s("circle", { cx: x, cy: y, r: 8 }), s("text", { x, y: y + 3.2 }, i + 1)); }));
  };

  const stopCard = (x, number) => {
    const place = `${x.lat},${x.lon}`, name = encodeURIComponent(x.name);
    const ride = { car: "car", motorbike: "car", ebike: "ride", bicycle: "ride", foot: "walk" }[data.mode] || "car";
    const travel = { car: "driving", motorbike: "driving", ebike: "bicycling", bicycle: "bicycling", foot: "walking" }[data.mode] || "driving";
    const amap = ["高德", `https://uri.amap.com/navigation?to=${x.gcj[0]},${x.gcj[1]},${name}&mode=${ride}`];
    const inChina = x.gcj[0] !== x.lon;
    const links = [
      ...(inChina ? [amap] : []),
      ["Google", `https://www.google.com/maps/dir/?api=1&destination=${place}&travelmode=${travel}`],
      ["Apple", `https://maps.apple.com/?daddr=${place}&dirflg=${travel === "walking" ? "w" : "d"}`],
      ["geo", `geo:${place}?q=${place}(${name})`],
      ...(inChina ? [] : [amap]),
    ];
    const done = keep.get(x.uid);
    const alarm = ["overdue", "appointment", "locked"].includes(x.state);
    return h("li", { class: done ? "stop done" : "stop" },
      h("div", { class: "head" }, h("span", { class: "number" }, number),
        h("div", {}, h("b", {}, x.name), h("small", {}, `${clock(x.begin)}–${clock(x.departure)} · ${t(`segment.${x.segment}`)} · `, h("span", { class: alarm ? "state" : "" }, t(`state.${x.state}`)))),
        h("button", { class: "tick", "aria-pressed": String(done), "aria-label": `${t("page.checklist")}: ${x.name}`, onclick: () => { keep.set(x.uid, !keep.get(x.uid)); draw(); } }, "✓")),
      x.address && h("p", { class: "soft" }, x.address),
      h("p", {}, x.purpose[lang]),
      x.notes && h("p", { class: "soft" }, x.notes),
      x.checklist[lang].length ? h("div", { class: "tasks" }, x.checklist[lang].map((line, i) => h("label", {},
        h("input", { type: "checkbox", checked: keep.get(`${x.uid} ${i}`), onchange: (e) => keep.set(`${x.uid} ${i}`, e.target.checked) }), line))) : null,
      h("div", { class: "links" },
        x.phone && h("a", { class: "call", href: `tel:${x.phone.replace(/[^\d+*#]/g, "")}` }, `☎ ${x.phone}`),
        links.map(([label, href]) => h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label))));
  };

  const callCard = (x) => {
    const done = keep.get(x.uid);
    return h("li", { class: done ? "stop done" : "stop" },
      h("div", { class: "head" }, h("span", { class: "number" }, "☎"),
        h("div", {}, h("b", {}, x.name), h("small", {}, t("page.minutes", { n: x.minutes }))),
        h("button", { class: "tick", "aria-pressed": String(done), "aria-label": `${t("page.checklist")}: ${x.name}`, onclick: () => { keep.set(x.uid, !keep.get(x.uid)); draw(); } }, "✓")),
      h("p", {}, x.purpose),
      x.phone && h("div", { class: "links" }, h("a", { class: "call", href: `tel:${x.phone.replace(/[^\d+*#]/g, "")}` }, `☎ ${x.phone}`)));
  };

  const draw = () => {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    const day = data.days[at];
    const app = document.getElementById("app");
    if (!day) { app.replaceChildren(h("p", { class: "foot" }, t("page.no_routes"))); return; }
    const list = [];
    const driven = day.stops.length > 0;
    let paused = !driven || day.lunch === null;
    const pause = () => { list.push(h("li", { class: "event" }, clock(day.lunch), ` ${t("page.lunch")} ${t("page.minutes", { n: Math.round(day.pause / 60) })}`)); paused = true; };
    day.stops.forEach((x, i) => { if (!paused && day.lunch < x.begin) pause(); list.push(stopCard(x, i + 1)); });
    if (!paused) pause();
    const go = (to) => { at = to; draw(); scrollTo(0, 0); document.querySelector(".days [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }); };
    app.replaceChildren(
      h("header", { class: "bar" },
        h("button", { disabled: at === 0, "aria-label": t("page.previous"), onclick: () => go(at - 1) }, "‹"),
        h("div", {}, h("h1", {}, date(day.date, { weekday: "long", day: "numeric", month: "long" })), h("p", {}, `${data.rep} · ${day.stops.length === 1 ? t("page.one_visit") : t("page.visits", { n: day.stops.length })}`)),
        h("button", { disabled: at === data.days.length - 1, "aria-label": t("page.next"), onclick: () => go(at + 1) }, "›")),
      h("nav", { class: "days", "aria-label": t("page.calendar") }, data.days.map((d, i) => h("button", { "aria-current": i === at ? "date" : null, onclick: () => go(i) }, date(d.date, { weekday: "short" }), h("b", {}, Number(d.date.slice(8))), d.stops.length))),
      driven && h("p", { class: "facts" }, h("span", {}, `${clock(day.start)}–${clock(day.end)}`), h("span", {}, `${t("page.travel")} ${t("page.minutes", { n: Math.round(day.travel / 60) })}`), h("span", {}, t("page.km", { n: (day.metres / 1000).toFixed(1) }))),
      (driven && sketch(day)) || "",
      h("ol", {}, list),
      day.calls.length ? h("section", { class: "calls" }, h("h2", {}, t("page.calls")), h("ol", {}, day.calls.map(callCard))) : "",
      h("p", { class: "foot" }, h("button", { id: "language", onclick: () => { lang = lang === "zh" ? "en" : "zh"; draw(); } }, lang === "zh" ? "English" : "中文")));
  };
  draw();
  document.querySelector(".days [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
})();
