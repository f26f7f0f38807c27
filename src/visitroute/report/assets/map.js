// The map: streets faintly below, territories, routes, stops, and what is not planned.
(() => {
  const { data, shops, reps, dropped, state, t, h, css } = VR;
  let map, groups, streets, tiles, marks = new Map();

  const TILES = {
    osm: {
      url: "https://tile.openstreetmap.org/{z}/{x}/{y}.png", maxZoom: 19,
      attribution: "© OpenStreetMap contributors",
    },
    amap: {
      url: "https://wprd0{s}.is.autonavi.com/appmaptile?style=7&x={x}&y={y}&z={z}&lang=zh_cn&size=1&scl=1",
      subdomains: "1234", maxZoom: 18, attribution: "© 高德地图", gcj: true,
    },
  };

  // Amap's tiles are drawn in GCJ-02: the layer takes the map's centre there as well, so that
  // streets come to lie where WGS 84 has them.
  const shifted = (centre) => {
    const [lon, lat] = VR.toGcj(centre.lng, centre.lat);
    return L.latLng(lat, lon);
  };
  const GcjTiles = L.TileLayer.extend({
    _setZoomTransform(level, centre, zoom) {
      L.TileLayer.prototype._setZoomTransform.call(this, level, shifted(centre), zoom);
    },
    _getTiledPixelBounds(centre) {
      return L.TileLayer.prototype._getTiledPixelBounds.call(this, shifted(centre));
    },
  });

  const point = (x) => [x.lat, x.lon];

  const create = (node) => {
    map = L.map(node, { preferCanvas: true, zoomControl: false, zoomSnap: 0.25, attributionControl: false });
    L.control.zoom({ position: "topright", zoomInTitle: t("page.zoom_in"), zoomOutTitle: t("page.zoom_out") }).addTo(map);
    L.control.attribution({ prefix: "Leaflet" }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    for (const [name, z] of [["streets", 210], ["land", 220], ["lines", 410], ["dots", 420]]) {
      map.createPane(name).style.zIndex = z;
    }
    map.getPane("streets").style.pointerEvents = "none";
    map.getPane("land").style.pointerEvents = "none";
    streets = L.layerGroup().addTo(map);
    groups = { land: L.layerGroup(), lines: L.layerGroup(), dots: L.layerGroup(), numbers: L.layerGroup() };
    Object.values(groups).forEach((group) => group.addTo(map));
    map.setView(reps.length ? [reps[0].base[1], reps[0].base[0]] : [0, 0], 12);
  };

  const renderers = {};
  const renderer = (pane) => (renderers[pane] ??= L.canvas({ pane, padding: 0.4 }));

  const drawStreets = () => {
    streets.clearLayers();
    if (!state.layers.streets || state.tiles !== "none") return;
    const pane = { pane: "streets", renderer: renderer("streets"), interactive: false, smoothFactor: 1.2 };
    const [main, rest] = VR.streets ??= data.streets.map((lines) => lines.map(VR.decode));
    L.polyline(rest, { ...pane, color: css("--street"), weight: 1 }).addTo(streets);
    L.polyline(main, { ...pane, color: css("--street-main"), weight: 2 }).addTo(streets);
    if (data.streets[0].length + data.streets[1].length) {
      map.attributionControl.addAttribution(t("page.attribution"));
    }
  };

  const drawLand = () => {
    groups.land.clearLayers();
    if (!state.layers.land) return;
    for (const rep of reps) {
      const chosen = state.rep === rep.index;
      if (state.rep >= 0 && !chosen) continue;
      const colour = VR.repColour(rep.index);
      L.polygon(rep.land.map((ring) => [ring]), {
        pane: "land", renderer: renderer("land"), interactive: false, color: colour, weight: 1.2,
        opacity: 0.55, dashArray: VR.repDash(rep.index), fillColor: colour,
        fillOpacity: chosen ? 0.07 : 0.1,
      }).addTo(groups.land);
    }
  };

  const drawRoutes = (chosen) => {
    groups.lines.clearLayers();
    const one = VR.chosenRoute();
    const many = chosen.length > 24;
    for (const route of chosen) {
      if (route.line.length < 2) continue;
      const pane = { pane: "lines", renderer: renderer("lines") };
      const weight = one ? 4.5 : many ? 1.6 : 3;
      if (!many) {
        L.polyline(route.line, { ...pane, color: css("--casing"), weight: weight + 3, opacity: 0.9, interactive: false }).addTo(groups.lines);
      }
      const line = L.polyline(route.line, {
        ...pane, color: VR.routeColour(route), weight, opacity: many ? 0.5 : 0.9,
        dashArray: VR.byDay() ? null : VR.repDash(route.rep),
      }).addTo(groups.lines);
      line.bindTooltip(() => h("span", {}, `${reps[route.rep].name} · ${VR.longDate(route.date)} · ${VR.visits(route.stops.length)}`), { sticky: true });
      line.on("click", () => VR.choose({ rep: route.rep, date: route.date, stop: 0 }));
    }
  };

  const dot = (shop, options) => {
    const mark = L.circleMarker(point(shop), { pane: "dots", renderer: renderer("dots"), ...options });
    mark.bindTooltip(() => h("span", {}, shop.name), { direction: "top", offset: [0, -4] });
    mark.bindPopup(() => card(shop), { maxWidth: 300, minWidth: 240 });
    return mark.addTo(groups.dots);
  };

  const drawDots = (chosen) => {
    groups.dots.clearLayers();
    groups.numbers.clearLayers();
    marks = new Map();
    const one = VR.chosenRoute();
    if (state.layers.missing) {
      const seen = new Set();
      for (const drop of dropped) {
        if (!drop.shop || seen.has(drop.shop) || (state.rep >= 0 && drop.rep !== state.rep)) continue;
        if (state.date || state.segments.has(drop.shop.segment)) continue;
        seen.add(drop.shop);
        dot(drop.shop, { radius: 6.5, weight: 1.6, color: css("--alarm"), fill: false, dashArray: "3 2.5" });
      }
    }
    if (one) {
      one.stops.forEach((stop) => {
        const icon = L.divIcon({
          className: "", iconSize: [26, 26], iconAnchor: [13, 13],
          html: h("span", { class: `pin${VR.isShown(stop) ? "" : " dim"}`, style: { "--c": VR.repVar(one.rep) } }, stop.number),
        });
        const mark = L.marker(point(stop.shop), { icon, title: `${stop.number} ${stop.shop.name}`, keyboard: true, riseOnHover: true, zIndexOffset: -stop.number });
        mark.bindPopup(() => card(stop.shop, stop), { maxWidth: 300, minWidth: 240, offset: [0, -6] });
        mark.on("click", () => VR.choose({ stop: stop.number }, false));
        mark.addTo(groups.numbers);
        marks.set(stop.number, mark);
      });
    } else {
      const seen = new Set();
      for (const route of chosen) {
        for (const stop of route.stops) {
          if (!VR.isShown(stop) || (seen.has(stop.shop) && !VR.byDay())) continue;
          seen.add(stop.shop);
          dot(stop.shop, { radius: chosen.length > 24 ? 4 : 5, weight: 1.2, color: css("--casing"), fillColor: VR.routeColour(route), fillOpacity: 1 });
        }
      }
    }
    for (const excluded of data.excluded) {
      if (excluded[7] === null || state.rep >= 0 || !state.layers.missing || Math.abs(excluded[8]) > 85) continue;
      const mark = L.circleMarker([excluded[8], excluded[7]], { pane: "dots", renderer: renderer("dots"), radius: 5, weight: 1.6, color: css("--muted"), fill: false });
      mark.bindPopup(() => h("div", { class: "card" }, h("b", {}, excluded[1] || excluded[0]), h("p", {}, `${excluded[2]}: ${excluded[3]}`)));
      mark.addTo(groups.dots);
    }
    const bases = new Map();
    for (const rep of reps) {
      if (state.rep >= 0 && rep.index !== state.rep) continue;
      const key = rep.base.join();
      bases.set(key, [...(bases.get(key) || []), rep]);
    }
    for (const group of bases.values()) {
      const names = group.map((rep) => rep.name).join(", ");
      const icon = L.divIcon({ className: "", iconSize: [22, 22], iconAnchor: [11, 11], html: h("span", { class: "home" }, "⌂") });
      L.marker([group[0].base[1], group[0].base[0]], { icon, title: `${t("page.base")}: ${names}`, zIndexOffset: 400 })
        .bindTooltip(() => h("span", {}, `${t("page.base")}: ${names}`)).addTo(groups.numbers);
    }
  };

  // What is known of one retailer: shown in the popup, whatever the retailer is called.
  const card = (shop, stop = null) => {
    const word = (kind, i) => (i < 0 ? "" : t(`${kind}.${data.words[kind][i]}`));
    const facts = [word("segment", shop.segment), shop.cadence.length ? t("page.cadence", { n: shop.cadence[0], per: shop.cadence[1] }) : "", shop.id];
    const [lon, lat] = VR.toGcj(shop.lon, shop.lat);
    const at = (x) => x.toFixed(6);
    const name = encodeURIComponent(shop.name);
    const links = [
      ["Google", `https://www.google.com/maps/dir/?api=1&destination=${at(shop.lat)},${at(shop.lon)}`],
      ["Apple", `https://maps.apple.com/?daddr=${at(shop.lat)},${at(shop.lon)}`],
      ["高德", `https://uri.amap.com/navigation?to=${at(lon)},${at(lat)},${name}&mode=car`],
      ["geo", `geo:${at(shop.lat)},${at(shop.lon)}`],
    ];
    return h("div", { class: "card" },
      h("b", {}, shop.name),
      h("p", { class: "soft" }, facts.filter(Boolean).join(" · ")),
      shop.address && h("p", {}, shop.address),
      shop.phone && h("p", {}, h("a", { href: `tel:${shop.phone.replace(/[^\d+*#]/g, "")}` }, shop.phone)),
      stop && h("p", { class: "why" }, data.purposes[state.lang][stop.purpose]),
      h("ul", {},
        shop.stops.map((s) => h("li", {}, h("button", {
          class: "link", onclick: () => VR.choose({ rep: s.route.rep, date: s.route.date, stop: s.number }),
        }, `${VR.longDate(s.route.date)} ${VR.clock(s.begin)}`), ` ${reps[s.route.rep].name} · ${word("state", s.state)}`)),
        shop.stops.length ? null : h("li", { class: "soft" }, t("page.no_visit")),
        shop.dropped.map((d) => h("li", { class: "alarm" }, `${VR.longDate(d.due)}: ${d.reason}`))),
      h("p", { class: "links" }, `${t("page.navigate")}: `, links.map(([label, href]) =>
        h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label))));
  };

  const fit = (chosen) => {
    const places = chosen.length
      ? chosen.flatMap((r) => (r.line.length ? r.line : r.stops.map((s) => point(s.shop))))
      : shops.map(point);
    if (!places.length) return;
    map.fitBounds(L.latLngBounds(places), { padding: [28, 28], maxZoom: 17, animate: false });
  };

  const setTiles = () => {
    if (tiles) tiles.remove();
    tiles = null;
    const chosen = TILES[state.tiles];
    if (!chosen) return;
    tiles = new (chosen.gcj ? GcjTiles : L.TileLayer)(chosen.url, { ...chosen, zIndex: 1 }).addTo(map);
  };

  let fitted = "";
  const draw = () => {
    map.invalidateSize({ animate: false });
    const chosen = VR.chosenRoutes();
    drawStreets();
    drawLand();
    drawRoutes(chosen);
    drawDots(chosen);
    const key = `${state.rep}|${state.date}`;
    if (key !== fitted && map.getSize().x > 0) {
      fitted = key;
      fit(chosen);
    }
  };

  const openStop = (number) => {
    const mark = marks.get(number);
    if (!mark) return;
    map.panTo(mark.getLatLng(), { animate: false });
    mark.openPopup();
  };
  const openShop = (shop) => {
    map.setView(point(shop), Math.max(map.getZoom(), 16), { animate: false });
    L.popup({ maxWidth: 300, minWidth: 240 }).setLatLng(point(shop)).setContent(card(shop)).openOn(map);
  };

  VR.map = { create, draw, setTiles, openStop, openShop, close: () => map.closePopup() };
})();
