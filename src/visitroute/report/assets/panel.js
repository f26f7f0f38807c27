// The panel: reps, calendar, filters, the day's timeline and stops; what is not planned; the sheet.
(() => {
  const { data, shops, reps, routes, dropped, state, t, h } = VR;

  const key = (rep) => h("i", { class: `key k${Math.floor(rep / 8) % 4}`, style: { "--c": VR.repVar(rep) } });
  const segmentMark = (segment) => h("i", { class: `mark m${segment}`, title: t(`segment.${data.words.segment[segment]}`), "aria-hidden": "true" });

  const repChips = () => h("div", { class: "chips", role: "group", "aria-label": t("page.reps") },
    h("button", { "aria-pressed": String(state.rep < 0), onclick: () => VR.choose({ rep: -1, stop: 0 }) }, t("page.all_reps")),
    reps.map((rep) => h("button", {
      "aria-pressed": String(state.rep === rep.index), title: `${rep.name} · ${t(`mode.${rep.mode}`)}`,
      onclick: () => VR.choose({ rep: state.rep === rep.index ? -1 : rep.index, stop: 0 }),
    }, key(rep.index), rep.name)));

  const calendar = () => {
    const counts = new Map();
    for (const r of routes) {
      if (state.rep >= 0 && r.rep !== state.rep) continue;
      counts.set(r.date, (counts.get(r.date) || 0) + r.stops.length);
    }
    const most = Math.max(1, ...counts.values());
    const first = VR.weekday(VR.days[0]);
    const pick = (day) => VR.choose({ date: state.date === day ? "" : day, stop: 0 });
    const heads = Array.from({ length: 7 }, (_, i) => VR.shown(`2024-01-0${i + 1}`, { weekday: "narrow" }));
    return h("div", { class: "calendar", role: "group", "aria-label": t("page.calendar") },
      heads.map((head) => h("span", { class: "head", "aria-hidden": "true" }, head)),
      Array.from({ length: first }, () => h("span", {})),
      VR.days.map((day) => {
        const n = counts.get(day) || 0;
        return h("button", {
          class: n ? "" : "off", disabled: !n, "aria-pressed": String(state.date === day), "data-date": day,
          title: `${VR.longDate(day)}: ${VR.visits(n)}`, "aria-label": `${VR.longDate(day)}: ${VR.visits(n)}`,
          style: { "--fill": `${n ? Math.round(10 + (45 * n) / most) : 0}%` }, onclick: () => pick(day),
        }, h("b", {}, Number(day.slice(8))), h("small", {}, n || ""));
      }));
  };

  const toggles = (kind, set, title) => {
    const words = data.words[kind];
    const used = new Set();
    routes.forEach((r) => r.stops.forEach((s) => used.add(kind === "segment" ? s.shop.segment : s.state)));
    return h("div", { class: "chips small", role: "group", "aria-label": title }, words.map((word, i) => used.has(i) && h("button", {
      "aria-pressed": String(!set.has(i)), "data-filter": `${kind}-${word}`,
      onclick: () => { set.has(i) ? set.delete(i) : set.add(i); VR.choose({}); },
    }, kind === "segment" ? segmentMark(i) : null, t(`${kind}.${word}`))));
  };

  const filters = () => h("details", { class: "filters", open: VR.filtersOpen, ontoggle: (e) => (VR.filtersOpen = e.target.open) },
    h("summary", {}, t("page.filters"), state.segments.size + state.states.size ? h("sup", {}, String(state.segments.size + state.states.size)) : null),
    h("p", { class: "soft" }, t("page.segments")), toggles("segment", state.segments, t("page.segments")),
    h("p", { class: "soft" }, t("page.states")), toggles("state", state.states, t("page.states")));

  const summaryOf = (route) => [
    `${VR.clock(route.start)}–${VR.clock(route.end)}`,
    reps[route.rep].target ? t("page.of_target", { n: route.stops.length, target: reps[route.rep].target }) : VR.visits(route.stops.length),
    t("page.travel_of", { n: VR.minutes(route.travel) }),
    VR.km(route.metres),
  ].join(" · ");

  const stopItem = (stop) => h("li", { class: VR.isShown(stop) ? "" : "dim" }, h("button", {
    class: "stop", "data-stop": stop.number, "aria-current": state.stop === stop.number ? "true" : null,
    onclick: () => VR.choose({ stop: stop.number, ...(state.view === "day" ? {} : { view: "map" }) }, true),
  },
    h("span", { class: "when" }, VR.clock(stop.begin), h("small", {}, VR.clock(stop.departure))),
    h("span", { class: "pin", style: { "--c": VR.repVar(stop.route.rep) } }, stop.number),
    h("span", { class: "what" },
      h("b", {}, stop.shop.name),
      h("small", {}, segmentMark(stop.shop.segment), t(`segment.${data.words.segment[stop.shop.segment]}`),
        h("em", { class: `state s-${data.words.state[stop.state]}` }, t(`state.${data.words.state[stop.state]}`))),
      h("small", {}, data.purposes[state.lang][stop.purpose]))));

  // A pause is listed before the stop that begins after it.
  const dayList = (route) => {
    const items = [h("li", { class: "event" }, h("span", {}, VR.clock(route.start)), `⌂ ${t("page.leaves")}`)];
    let paused = route.lunch === null;
    for (const stop of route.stops) {
      if (!paused && route.lunch < stop.begin) {
        items.push(h("li", { class: "event" }, h("span", {}, VR.clock(route.lunch)), `${t("page.lunch")} ${VR.minutes(route.pause)}`));
        paused = true;
      }
      items.push(stopItem(stop));
    }
    if (!paused) items.push(h("li", { class: "event" }, h("span", {}, VR.clock(route.lunch)), `${t("page.lunch")} ${VR.minutes(route.pause)}`));
    items.push(h("li", { class: "event" }, h("span", {}, VR.clock(route.end)), `⌂ ${t("page.returns")}`));
    return h("ol", { class: "stops" }, items);
  };

  const routeItem = (route, most) => h("li", {}, h("button", {
    class: "route", onclick: () => VR.choose({ rep: route.rep, date: route.date, stop: 0 }),
  },
    key(route.rep),
    h("span", { class: "what" }, h("b", {}, `${VR.longDate(route.date)} · ${reps[route.rep].name}`), h("small", {}, summaryOf(route))),
    h("span", { class: "mini", "aria-hidden": "true" }, h("i", { style: { width: `${(100 * route.stops.length) / most}%`, background: VR.repVar(route.rep) } }))));

  const schedule = () => {
    const one = VR.chosenRoute();
    if (one) {
      return h("section", { class: "schedule", "aria-live": "polite" },
        h("header", {},
          h("button", { class: "icon", onclick: () => step(-1), "aria-label": t("page.previous"), title: t("page.previous") }, "‹"),
          h("h2", {}, VR.longDate(one.date), h("small", {}, reps[one.rep].name)),
          h("button", { class: "icon", onclick: () => step(1), "aria-label": t("page.next"), title: t("page.next") }, "›"),
          h("button", { class: "plain", onclick: () => print(), title: t("page.print_hint") }, t("page.print"))),
        h("p", { class: "soft" }, summaryOf(one)),
        one.roads === "straight" ? h("p", { class: "soft" }, t("page.straight")) : null,
        dayList(one));
    }
    const chosen = VR.chosenRoutes().filter((r) => r.stops.some(VR.isShown));
    const most = Math.max(1, ...routes.map((r) => r.stops.length));
    return h("section", { class: "schedule", "aria-live": "polite" },
      h("header", {},
        h("h2", {}, t("page.route_days"), h("small", {}, String(chosen.length))),
        state.rep >= 0 || state.date ? h("button", { class: "plain", onclick: () => print(), title: t("page.print_hint") }, t("page.print")) : null,
        state.rep >= 0 || state.date ? h("button", { class: "plain", onclick: () => VR.choose({ rep: -1, date: "", stop: 0 }) }, t("page.reset")) : null),
      chosen.length ? h("ol", { class: "routes" }, chosen.map((r) => routeItem(r, most))) : h("p", { class: "soft" }, t("page.no_routes")));
  };

  const step = (by) => {
    const own = routes.filter((r) => state.rep < 0 || r.rep === state.rep).map((r) => r.date);
    const dates = [...new Set(own)].sort();
    if (!dates.length) return;
    const at = dates.indexOf(state.date);
    const next = at < 0 ? (by > 0 ? 0 : dates.length - 1) : Math.min(dates.length - 1, Math.max(0, at + by));
    VR.choose({ date: dates[next], stop: 0 });
  };

  const timeline = () => {
    const route = VR.chosenRoute();
    if (!route) return null;
    const from = Math.floor(route.start / 3600) * 3600, to = Math.ceil(route.end / 3600) * 3600;
    const place = (a, b) => ({ left: `${(100 * (a - from)) / (to - from)}%`, width: `${(100 * (b - a)) / (to - from)}%` });
    const blocks = [];
    const block = (kind, a, b, title, label, action) => b > a && blocks.push(h(action ? "button" : "i", {
      class: kind, style: { ...place(a, b), "--c": VR.repVar(route.rep) }, title: `${VR.clock(a)}–${VR.clock(b)} ${title}`, onclick: action, tabindex: action ? "-1" : null,
    }, label));
    const pause = route.lunch === null ? [0, 0] : [route.lunch, route.lunch + route.pause];
    // A pause on the way lengthens the ride that it interrupts.
    let free = route.start;
    const ride = (end, seconds) => {
      const breaks = pause[0] >= free && pause[0] < end && pause[1] > end - seconds;
      block("travel", Math.max(free, end - seconds - (breaks ? route.pause : 0)), end, `${t("page.travel")} ${VR.minutes(seconds)}`);
    };
    for (const stop of route.stops) {
      ride(stop.arrival, stop.travel);
      block("waiting", stop.arrival, stop.begin, t("page.waiting"));
      block("service", stop.begin, stop.departure, `${stop.number} ${stop.shop.name}`, String(stop.number), () => VR.choose({ stop: stop.number }, true));
      free = stop.departure;
    }
    ride(route.end, route.back);
    block("lunch", pause[0], pause[1], t("page.lunch"));
    const hours = [];
    for (let at = from; at <= to; at += 3600) hours.push(h("span", { style: { left: `${(100 * (at - from)) / (to - from)}%` } }, VR.clock(at)));
    return h("div", { class: "timeline", role: "group", "aria-label": t("page.timeline") },
      h("p", { class: "legend" }, ["service", "travel", "waiting", "lunch"].map((kind) => [h("i", { class: kind, style: { "--c": VR.repVar(route.rep) } }), t(`page.${kind}`)])),
      h("div", { class: "bar" }, blocks), h("div", { class: "hours", "aria-hidden": "true" }, hours));
  };

  const leftOut = () => {
    const own = dropped.filter((d) => state.rep < 0 || d.rep === state.rep);
    const name = (d) => (d.shop ? d.shop.name : d.id);
    const cell = (label, ...body) => h("td", { "data-label": label }, body.some(Boolean) ? h("span", {}, ...body) : null);
    return h("div", { class: "left" },
      h("section", { class: "box wide" }, h("h2", {}, t("page.dropped"), h("small", {}, String(own.length))),
        own.length ? h("table", { class: "stack" },
          h("thead", {}, h("tr", {}, ["name", "rep", "due", "rank", "verdict", "reason", "fix"].map((k) => h("th", {}, t(`page.${k}`))))),
          h("tbody", {}, own.map((d) => h("tr", {},
            cell(t("page.name"), h("button", { class: "link", onclick: () => d.shop && VR.openShop(d.shop) }, name(d))),
            cell(t("page.rep"), d.rep >= 0 ? reps[d.rep].name : ""),
            cell(t("page.due"), VR.longDate(d.due)),
            cell(t("page.rank"), t(`tier.${data.words.tier[d.tier]}`)),
            cell(t("page.verdict"), t(`verdict.${data.words.verdict[d.verdict]}`)),
            cell(t("page.reason"), d.reason, " ", h("small", { class: "soft" }, d.code)),
            cell(t("page.fix"), d.fix))))) : h("p", { class: "good" }, t("page.nothing_dropped"))),
      h("section", { class: "box wide" }, h("h2", {}, t("page.excluded"), h("small", {}, String(data.excluded.length))),
        data.excluded.length ? h("table", { class: "stack" },
          h("thead", {}, h("tr", {}, ["name", "table", "row", "reason"].map((k) => h("th", {}, t(`page.${k}`))))),
          h("tbody", {}, data.excluded.map((e) => h("tr", {},
            cell(t("page.name"), e[1] || e[0]), cell(t("page.table"), e[4]), cell(t("page.row"), e[5] ?? ""),
            cell(t("page.reason"), e[3], " ", h("small", { class: "soft" }, e[2])))))) : h("p", { class: "good" }, t("page.nothing_excluded"))),
      data.warnings.length ? h("section", { class: "box wide" }, h("h2", {}, t("page.warnings")), h("ul", {}, data.warnings.map((w) => h("li", {}, w)))) : null);
  };

  const search = () => {
    const list = h("ul", { class: "found", role: "listbox" });
    const show = (box) => {
      const wanted = box.value.trim().toLowerCase();
      list.replaceChildren();
      if (!wanted) return;
      const hits = shops.filter((s) => `${s.name} ${s.id} ${s.address}`.toLowerCase().includes(wanted)).slice(0, 8);
      list.append(...(hits.length ? hits.map((shop) => h("li", { role: "option" }, h("button", {
        onclick: () => { box.value = ""; list.replaceChildren(); VR.openShop(shop); },
      }, segmentMark(shop.segment), h("b", {}, shop.name), h("small", {}, shop.address || shop.id)))) : [h("li", { class: "soft" }, t("page.no_match"))]));
    };
    return h("div", { class: "search" }, h("input", {
      type: "search", id: "search", placeholder: t("page.search"), "aria-label": t("page.search"), autocomplete: "off",
      oninput: (event) => show(event.target),
      onkeydown: (event) => {
        if (event.key === "ArrowDown") list.querySelector("button")?.focus();
        if (event.key === "Enter") list.querySelector("button")?.click();
      },
    }), list);
  };

  // What is printed: one sheet for each route day shown, in a page of its own.
  const sheet = () => (state.rep < 0 && !state.date ? [] : VR.chosenRoutes()).map((route) => h("section", {},
    h("h1", {}, `${t("page.day_sheet")} · ${reps[route.rep].name} · ${VR.longDate(route.date)}`),
    h("p", {}, summaryOf(route)),
    h("table", {},
      h("thead", {}, h("tr", {}, ["", t("page.time"), t("page.name"), t("page.purpose"), t("page.checklist"), t("page.notes")].map((x) => h("th", {}, x)))),
      h("tbody", {}, route.stops.map((stop) => h("tr", {},
        h("td", {}, stop.number), h("td", {}, `${VR.clock(stop.begin)}–${VR.clock(stop.departure)}`),
        h("td", {}, h("b", {}, stop.shop.name), h("br"), [stop.shop.address, stop.shop.phone].filter(Boolean).join(" · ")),
        h("td", {}, data.purposes[state.lang][stop.purpose]), h("td", {}, data.checklists[state.lang][stop.checklist].map((line) => h("div", {}, `☐ ${line}`))), h("td", {})))))));

  VR.panel = { repChips, calendar, filters, schedule, timeline, leftOut, search, sheet, step };
})();
