// State, languages and small tools of the map page.
(() => {
  const { data, texts, decode, say } = VR;

  const shops = data.shops.map((s) => ({
    id: s[0], name: s[1] || s[0], lon: s[2], lat: s[3], segment: s[4],
    address: s[5], phone: s[6], cadence: s[7], stops: [], dropped: [],
  }));
  const reps = data.reps.map((r, index) => ({ ...r, index, land: r.land.map(decode), days: 0 }));
  const routes = data.routes.map((r, index) => {
    const route = { ...r, index, line: decode(r.line) };
    route.stops = r.stops.map((s, i) => {
      const stop = {
        shop: shops[s[0]], arrival: s[1], begin: s[2], departure: s[3], travel: s[4],
        metres: s[5], state: s[6], purpose: s[7], checklist: s[8], number: i + 1, route,
      };
      stop.shop.stops.push(stop);
      return stop;
    });
    route.service = route.stops.reduce((sum, s) => sum + s.departure - s.begin, 0);
    route.waiting = route.stops.reduce((sum, s) => sum + s.begin - s.arrival, 0);
    reps[route.rep].days += 1;
    return route;
  });
  const dropped = data.dropped.map((d) => {
    const drop = {
      shop: shops[d[0]], rep: d[1], due: d[2], tier: d[3], verdict: d[4], code: d[5],
      reason: d[6], fix: d[7], id: d[8],
    };
    if (drop.shop) drop.shop.dropped.push(drop);
    return drop;
  });
  const kpis = data.kpis.map((k) => ({
    kpi: k[0], by: k[1], group: k[2], value: k[3], numerator: k[4], denominator: k[5],
  }));

  // Dates are ISO texts; the calendar counts in UTC, so that no time zone moves a day.
  const DAY = 86400000;
  const toDate = (iso) => new Date(iso + "T00:00:00Z");
  const toIso = (date) => date.toISOString().slice(0, 10);
  const days = Array.from({ length: 7 * data.weeks }, (_, i) =>
    toIso(new Date(+toDate(data.start) + i * DAY)));

  const state = {
    view: "map", rep: -1, date: "", stop: 0, lang: data.language,
    segments: new Set(), states: new Set(),
    layers: { land: true, streets: true, missing: true }, tiles: "none",
  };

  const t = (key, values) => say(state.lang, key, values);
  const locale = () => (state.lang === "zh" ? "zh-CN" : "en-GB");
  const shown = (iso, options) =>
    new Intl.DateTimeFormat(locale(), { timeZone: "UTC", ...options }).format(toDate(iso));
  const longDate = (iso) =>
    shown(iso, { weekday: "short", day: "numeric", month: state.lang === "zh" ? "long" : "short" });
  const weekday = (iso) => (toDate(iso).getUTCDay() + 6) % 7;
  const clock = (s) =>
    `${String(Math.floor(s / 3600)).padStart(2, "0")}:${String(Math.floor((s % 3600) / 60)).padStart(2, "0")}`;
  const minutes = (s) => t("page.minutes", { n: Math.round(s / 60) });
  const km = (m) => t("page.km", { n: (m / 1000).toFixed(m < 9950 ? 1 : 0) });
  // Nothing is rounded to all or to nothing.
  const percent = (x) => `${(100 * x).toFixed((x > 0 && x < 0.0995) || (x > 0.99 && x < 1) ? 1 : 0)} %`;
  const visits = (n) => (n === 1 ? t("page.one_visit") : t("page.visits", { n }));

  const isShown = (stop) =>
    !state.segments.has(stop.shop.segment) && !state.states.has(stop.state);
  const chosenRoutes = () => routes.filter((r) =>
    (state.rep < 0 || r.rep === state.rep) && (!state.date || r.date === state.date));
  const chosenRoute = () =>
    state.rep >= 0 && state.date ? chosenRoutes()[0] || null : null;
  const kpi = (name, by = "all", group = "") =>
    kpis.find((k) => k.kpi === name && k.by === by && k.group === group);
  const kpiShown = (k) => {
    if (!k || k.value === null) return "–";
    if (k.kpi === "visits_per_day") return k.value.toFixed(1);
    if (k.kpi === "fairness" || k.kpi === "load_balance") return k.value.toFixed(2);
    return percent(k.value);
  };
  const kpiParts = (k) => {
    if (!k) return "";
    const plain = (x) => new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 }).format(x);
    return `${plain(k.numerator)} ÷ ${plain(k.denominator)}`;
  };

  // Colours are told by the style sheet, so that light, dark and print each have their own.
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const COLOURS = 8;
  const repColour = (rep) => css(`--c${rep % COLOURS}`);
  const repVar = (rep) => `var(--c${rep % COLOURS})`;
  // After eight reps the colours begin again, dashed and square: never told by colour alone.
  const repDash = (rep) => [null, "7 5", "2 5", "12 4 2 4"][Math.floor(rep / COLOURS) % 4];
  const dayColour = (iso) => css(`--d${weekday(iso)}`);
  const byDay = () => state.rep >= 0 && !state.date;
  const routeColour = (route) => (byDay() ? dayColour(route.date) : repColour(route.rep));

  // GCJ-02, as Amap wants it; the same formula as in visitroute.coordinates.
  const toGcj = (lon, lat) => {
    if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return [lon, lat];
    const x = lon - 105, y = lat - 35, PI = Math.PI, root = Math.sqrt(Math.abs(x));
    const ripple = ((20 * Math.sin(6 * x * PI) + 20 * Math.sin(2 * x * PI)) * 2) / 3;
    let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple;
    east += ((20 * Math.sin(x * PI) + 40 * Math.sin((x / 3) * PI)) * 2) / 3;
    east += ((150 * Math.sin((x / 12) * PI) + 300 * Math.sin((x / 30) * PI)) * 2) / 3;
    let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple;
    north += ((20 * Math.sin(y * PI) + 40 * Math.sin((y / 3) * PI)) * 2) / 3;
    north += ((160 * Math.sin((y / 12) * PI) + 320 * Math.sin((y * PI) / 30)) * 2) / 3;
    const phi = (lat * PI) / 180, e2 = 0.00669342162296594323;
    const magic = 1 - e2 * Math.sin(phi) ** 2;
    const meridian = (6378245 * (1 - e2)) / magic ** 1.5;
    const parallel = (6378245 / Math.sqrt(magic)) * Math.cos(phi);
    return [lon + (east / parallel) * (180 / PI), lat + (north / meridian) * (180 / PI)];
  };

  const readHash = () => {
    const given = new URLSearchParams(location.hash.slice(1) || data.open);
    const rep = reps.findIndex((r) => r.id === given.get("rep"));
    state.rep = rep;
    state.date = days.includes(given.get("date")) ? given.get("date") : "";
    state.view = ["map", "day", "figures", "left"].includes(given.get("view")) ? given.get("view") : "map";
    if (texts[given.get("lang")]) state.lang = given.get("lang");
    state.stop = Number(given.get("stop")) || 0;
  };
  const writeHash = () => {
    const given = new URLSearchParams();
    if (state.view !== "map") given.set("view", state.view);
    if (state.rep >= 0) given.set("rep", reps[state.rep].id);
    if (state.date) given.set("date", state.date);
    if (state.stop) given.set("stop", state.stop);
    if (state.lang !== data.language) given.set("lang", state.lang);
    const text = given.toString();
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  };

  Object.assign(VR, {
    shops, reps, routes, dropped, kpis, days, state, t, shown, longDate, weekday, clock, minutes, km, percent, visits, isShown, chosenRoutes, chosenRoute, kpi, kpiShown,
    kpiParts, css, repColour, repVar, repDash, dayColour, byDay, routeColour, toGcj, readHash,
    writeHash,
  });
})();
