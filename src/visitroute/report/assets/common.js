// What every page needs: its data and texts, lines decoded, elements built. All text reaches the
// page by textContent.
const VR = (() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const data = read("plan"), texts = read("texts");

  // A line: differences of latitude and longitude in 1e-5 degrees, five bits a letter.
  const decode = (text) => {
    const line = [];
    let at = 0, lat = 0, lon = 0;
    const number = () => {
      let value = 0, shift = 0, group;
      do {
        group = text.charCodeAt(at++) - 63;
        value += (group & 31) * 2 ** shift;
        shift += 5;
      } while (group >= 32);
      return value % 2 ? -(value + 1) / 2 : value / 2;
    };
    while (at < text.length) {
      lat += number();
      lon += number();
      line.push([lat / 1e5, lon / 1e5]);
    }
    return line;
  };
  const points = (text) => decode(text).map(([lat, lon]) => [lon, lat]);

  const say = (lang, key, values = {}) => {
    const text = (texts[lang] || {})[key] ?? texts.en[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
  };

  // h("button", {class: "x", onclick: f}, "text", child): attributes and text only, never HTML.
  const make = (space) => (tag, options = {}, ...children) => {
    const node = space ? document.createElementNS(space, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(options || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name === "style") Object.entries(value).forEach(([k, v]) => node.style.setProperty(k, v));
      else node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat(3)) {
      if (child === null || child === undefined || child === false || child === "") continue;
      node.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
    return node;
  };
  return { data, texts, decode, points, say, h: make(""), s: make("http://www.w3.org/2000/svg") };
})();
