/* The map in one file: answers the manager's questions from the file itself, switches layers, opens cards.
 *
 * Everything is in script elements that hold no script: `say` is what this script says, `bundle` what the manager is
 * told (`spec`), features, figures, legends and cards, `tiles-n` the tiles of large layers. What came with the data is
 * only ever set as text; the legends were escaped when the file was written.
 */
(function () {
  "use strict";

  const REACH_PX = 8; // how far from a thin thing a click may land
  const SMALL_PX = 16; // an area smaller than this is reached like a point
  const MOST_HERE = 10; // features told of one click
  const KEPT = 64; // decoded tiles
  const MOST_LISTED = 1000; // names of a layer
  const say = JSON.parse(document.getElementById("say").textContent);
  const {tiles} = window.fronteras;
  const EMPTY = {features: [], cells: []};

  async function unpacked(id) {
    const letters = atob(document.getElementById(id).textContent);
    const bytes = new Uint8Array(letters.length);
    for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  function sentence(text) {
    const box = document.createElement("p");
    box.className = "sentence";
    box.setAttribute("role", "alert");
    box.textContent = text;
    document.body.append(box);
  }

  function node(name, text = "", classes = "") {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (classes) made.className = classes;
    return made;
  }

  /* --- what the manager asks for ------------------------------------------------------------ */

  let bundle = null;
  let spec = null;

  function ofYear(collection, year) {
    const within = ({properties: {y}}) => !y || ((y[0] === null || y[0] <= year) && (y[1] === null || y[1] >= year));
    return {...collection, features: collection.features.filter(within)};
  }

  function answer(address) {
    const [, name, year] = /^inline:([^?/]+)(?:\?year=(\d+))?$/.exec(address) || [];
    if (name in bundle.values) return bundle.values[name][year || ""];
    const found = bundle.features[name];
    return found && year ? ofYear(found, Number(year)) : found;
  }

  window.fetch = (address) => {
    const found = answer(address);
    return Promise.resolve(found ? {ok: true, status: 200, json: () => Promise.resolve(found)} : {ok: false, status: 404});
  };

  /* Tiles from the file. Where none were cut as deep, the nearest larger one stands in, drawn larger. */
  class TilesInFile {
    constructor(url) {
      this.url = url;
      const [, name] = /^inline:([^/]+)\//.exec(url);
      const {ranges, index, whole} = bundle.tiles[name];
      Object.assign(this, {ranges, whole, places: new Map(), kept: new Map()});
      let at = 0;
      for (const [z, x, y, length] of index) {
        this.places.set(`${z}/${x}/${y}`, [at, length]);
        at += length;
      }
      this.body = bodies.get(name) || bodies.set(name, unpacked(spec.tiles[name])).get(name);
    }

    async tile({x, y, z}) {
      for (let up = 0; up <= z; up++) {
        const [zoom, column, row] = [z - up, x >> up, y >> up];
        const [west, east, north, south] = this.ranges[zoom] || [1, 0, 1, 0];
        if (column < west || column > east || row < north || row > south) {
          if (zoom <= this.whole) break; // beyond the layer
          continue;
        }
        const place = this.places.get(`${zoom}/${column}/${row}`);
        if (!place) return EMPTY;
        const tile = this._decoded(place, await this.body);
        const n = 2 ** up;
        return up ? {...tile, over: {n, right: x % n, down: y % n}} : tile;
      }
      return EMPTY;
    }

    _decoded([at, length], body) {
      const tile = this.kept.get(at) || tiles.decode(new Uint8Array(body, at, length));
      this.kept.delete(at); // and added again: the oldest comes first
      this.kept.set(at, tile);
      if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
      return tile;
    }
  }

  const bodies = new Map(); // name -> promise of the bytes of its tiles

  /* --- what lies under a click --------------------------------------------------------------- */

  function distance(layer, point) {
    if (layer instanceof L.CircleMarker) return layer._point ? Math.max(0, layer._point.distanceTo(point) - layer._radius) : Infinity;
    if (layer instanceof L.Polygon) {
      if (!layer._pxBounds) return Infinity;
      if (layer._containsPoint(point)) return 0;
      const size = layer._pxBounds.getSize();
      return Math.max(size.x, size.y) < SMALL_PX ? layer._pxBounds.getCenter().distanceTo(point) : Infinity;
    }
    const near = layer instanceof L.Polyline && layer._parts ? layer.closestLayerPoint(point) : null;
    return near ? near.distance : Infinity;
  }

  /* Square px of the page; of an area too thin to have any, a little all the same. */
  function area(layer) {
    if (!(layer instanceof L.Polygon) || !layer._rings) return 0;
    return 1e-6 + layer._rings.reduce((sum, ring) => sum + Math.abs(shoelace(ring)), 0);
  }

  function shoelace(ring) {
    let sum = 0;
    for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) sum += ring[before].x * ring[at].y - ring[at].x * ring[before].y;
    return sum / 2;
  }

  const plain = (key) => key.split("@")[0]; // both drawings of a compared layer are one layer

  function under(manager, event) {
    const {map} = manager;
    const point = event.layerPoint;
    const side = manager.swipe.sideOf(event.containerPoint);
    const hits = [];
    const note = (key, id, away, size, feature) => {
      if (away <= REACH_PX && !hits.some((hit) => hit.key === key && hit.id === id)) hits.push({key, id, away, size, ...feature});
    };
    for (const {entry, group, byId} of manager.layers.values()) {
      if (!entry.interactive && entry.kind !== "tiles") continue;
      if (side && entry.side && entry.side !== side) continue;
      if (byId) {
        for (const layers of byId.values()) {
          for (const layer of layers) note(plain(entry.key), layer.feature.properties.id, distance(layer, point), area(layer), {properties: layer.feature.properties, values: entry.values});
        }
      } else if (entry.kind === "tiles") inTiles(map, group.grid, event.latlng, (found) => note(plain(entry.key), found.id, found.away, found.size, {tile: found.properties}));
    }
    // A unit that has a figure holds whatever lies in it, so it is told last.
    hits.sort((one, other) => Boolean(one.values) - Boolean(other.values) || (one.size > 0) - (other.size > 0) || one.away - other.away || one.size - other.size);
    return hits.slice(0, MOST_HERE);
  }

  /* The features of a tile around a place, from the shapes that were painted there. */
  function inTiles(map, grid, latlng, note) {
    if (!grid) return;
    const world = map.project(latlng, grid._tileZoom).divideBy(tiles.TILE);
    const held = [...grid.held.values()].find(({tile, coords}) => tile && coords.z === grid._tileZoom && coords.equals(world.floor()));
    if (!held) return;
    const {n, right, down} = held.tile.over || {n: 1, right: 0, down: 0};
    const [x, y] = [((world.x % 1) + right) * tiles.TILE / n, ((world.y % 1) + down) * tiles.TILE / n];
    const reach = map.getZoomScale(map.getZoom(), grid._tileZoom) * n; // px of the page per px of the tile
    for (const {type, properties, parts} of held.tile.features) {
      const away = (type === 3 ? (holds(parts, x, y) ? 0 : Infinity) : nearest(parts, x, y, type)) * reach;
      if (away <= REACH_PX) note({id: properties.id, away, size: type === 3 ? boxOf(parts) * reach * reach : 0, properties});
    }
  }

  function holds(parts, x, y) {
    let inside = false;
    for (const part of parts) {
      for (let at = 0, before = part.length - 2; at < part.length; before = at, at += 2) {
        const [ax, ay, bx, by] = [part[at], part[at + 1], part[before], part[before + 1]];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      }
    }
    return inside;
  }

  function nearest(parts, x, y, type) {
    let best = Infinity;
    for (const part of parts) {
      for (let at = 0; at < part.length; at += 2) {
        const from = L.point(part[at], part[at + 1]);
        const to = type === 1 || at + 2 >= part.length ? from : L.point(part[at + 2], part[at + 3]);
        best = Math.min(best, from.equals(to) ? from.distanceTo([x, y]) : L.LineUtil.pointToSegmentDistance(L.point(x, y), from, to));
      }
    }
    return best;
  }

  function boxOf(parts) {
    const bounds = L.bounds([]);
    for (const part of parts) for (let at = 0; at < part.length; at += 2) bounds.extend([part[at], part[at + 1]]);
    const {x, y} = bounds.getSize();
    return x * y + 1e-6; // an area, however thin
  }

  /* --- cards --------------------------------------------------------------------------------- */

  const tables = new Map(); // layer -> promise of what is known of its many features
  const known = new Map(); // the same once it is there

  /* Unpacked when one of the features is first asked for: it is most of what the file takes of memory. */
  function tableOf(key) {
    const name = (spec.columns || {})[key];
    if (!name) return undefined;
    if (!tables.has(key)) {
      tables.set(key, unpacked(name).then((bytes) => {
        const {ids, ...columns} = JSON.parse(new TextDecoder().decode(bytes));
        known.set(key, {rows: new Map(ids.map((id, row) => [id, row])), ...columns});
      }));
    }
    return tables.get(key);
  }

  const cell = ({words, at}, row) => (at ? words[at[row]] : words[row]);

  function told(hit) {
    const {key, id} = hit;
    const alone = (bundle.cards[key] || {})[id];
    if (hit.tile && !alone) return ofLarge(key, hit.tile);
    const figure = hit.values && hit.values[id];
    if (hit.values) {
      return {t: hit.properties.n, l: [[spec.titles[key], figure ? figure[1] : say.none]], e: [], s: figure ? figure[2] : []};
    }
    const card = alone || {t: hit.properties.n, e: [], s: []};
    return {...card, l: card.l || [], note: card.l ? "" : say.few};
  }

  function ofLarge(key, properties) {
    const {t, by, e, s} = bundle.large[key];
    const title = `${t} ${properties.id}`;
    const table = known.get(key);
    const row = table && table.rows.get(String(properties.id));
    if (row !== undefined) {
      const lines = table.l.map((column) => [column.label, cell(column, row)]).filter(([, words]) => words);
      return {t: (table.t && cell(table.t, row)) || title, l: lines, e: cell(table.e, row), s};
    }
    const lines = Object.entries(by).map(([column, {label, words, rest}]) => [label || t, words[properties[column]] || rest]).filter(([, words]) => words);
    return {t: title, l: lines, e, s, note: say.large};
  }

  function pairs(lines, classes = "") {
    const list = node("dl", "", classes);
    for (const [label, words] of lines) list.append(node("dt", label), node("dd", words));
    return list;
  }

  function sourceList(numbers) {
    if (!numbers.length) return node("p", say.noSource, "note");
    const list = node("ol", "", "sources");
    for (const {title, of, url} of numbers.map((number) => bundle.sources[number])) {
      const row = node("li");
      if (url) {
        const link = node("a", title);
        Object.assign(link, {href: url, target: "_blank", rel: "noopener noreferrer"});
        row.append(link);
      } else row.append(title);
      row.append(node("span", of));
      list.append(row);
    }
    return list;
  }

  class Page {
    constructor(map, manager) {
      Object.assign(this, {map, manager, card: document.getElementById("card")});
      this.on = new Set(Object.keys(spec.titles));
      this.highlight = spec.highlight;
      for (const box of document.querySelectorAll(".layer input")) {
        box.checked = true; // whatever the browser remembers of the file
        box.addEventListener("change", () => this.switched(box));
      }
      if (window.matchMedia("(max-width: 860px)").matches) document.querySelector(".layers").open = false;
      map.on("click", (event) => this.clicked(event));
      const lists = document.getElementById("lists");
      lists.addEventListener("toggle", () => lists.querySelector("div").replaceChildren(...(lists.open ? this.lists() : [])));
      const {show} = manager.time;
      manager.time.show = (year) => {
        show(year);
        this.legends(year);
      };
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !this.card.hidden) this.open([]);
      });
    }

    shown() {
      const layers = spec.layers.filter(({key}) => key.startsWith("base-") || this.on.has(plain(key)));
      const time = spec.time && layers.some(({dated}) => dated) ? spec.time : null;
      const compare = spec.compare && layers.some(({side}) => side) ? spec.compare : null;
      return {...spec, layers, time, compare, highlight: this.highlight};
    }

    apply() {
      window.fronteras.apply(this.map, this.shown());
    }

    switched({dataset: {key}, checked}) {
      if (checked) this.on.add(key);
      else this.on.delete(key);
      document.querySelectorAll(".layer").forEach((row) => row.classList.toggle("off", !this.on.has(row.dataset.key)));
      this.apply();
    }

    /* The signs and counts of a year; those of a year without any are those of all years. */
    legends(year) {
      for (const row of document.querySelectorAll(".layer")) {
        const byYear = bundle.legends[row.dataset.key] || {};
        const [legend, count] = byYear[year === null ? "" : year] || [];
        if (legend === undefined) continue;
        row.querySelector(".legend-box").innerHTML = legend;
        row.querySelector(".count").textContent = count;
      }
    }

    /* What is on the map as words to choose from, for whoever cannot point at it. */
    lists() {
      return [...document.querySelectorAll(".layer:not(.off)")].flatMap(({dataset: {key}}) => {
        const {byId, entry} = this.manager.layers.get(key) || {};
        if (entry && entry.kind === "tiles") return [node("h3", spec.titles[key]), node("p", say.tooMany, "note")];
        if (!byId) return [];
        const rows = [...byId].filter(([id]) => !entry.values || entry.values[id]).map(([id, [layer]]) => [id, layer, layer.feature.properties]);
        rows.sort(([, , one], [, , other]) => String(one.n).localeCompare(String(other.n), document.documentElement.lang));
        return [node("h3", spec.titles[key]), ...rows.slice(0, MOST_LISTED).map(([id, layer, properties]) => {
          const button = node("button", properties.n);
          button.type = "button";
          if (entry.values) button.append(" ", node("small", entry.values[id][1]));
          button.addEventListener("click", () => {
            if (layer.getBounds) this.map.fitBounds(layer.getBounds(), {padding: [40, 40], maxZoom: 9});
            else this.map.setView(layer.getLatLng(), Math.max(this.map.getZoom(), 8));
            this.open([{key, id, properties, values: entry.values}]);
          });
          return button;
        }), ...(rows.length > MOST_LISTED ? [node("p", say.onlySome, "note")] : [])];
      });
    }

    async clicked(event) {
      const hits = under(this.manager, event);
      const turn = (this.turn = (this.turn || 0) + 1);
      await Promise.all(hits.map(({key}) => tableOf(key)));
      if (turn === this.turn) this.open(hits); // else somebody clicked again meanwhile
    }

    open(hits, chosen = 0) {
      const hit = hits[chosen];
      this.highlight = hit ? {layer: hit.key, id: hit.id} : spec.highlight;
      this.apply();
      this.card.hidden = !hit;
      if (!hit) return;
      const {t, l, e, s, note} = told(hit);
      const of = node("div", "", "of");
      const close = node("button", "×", "close");
      close.type = "button";
      close.title = say.close;
      close.setAttribute("aria-label", say.close);
      close.addEventListener("click", () => this.open([]));
      of.append(node("span", spec.titles[hit.key]), close);
      const parts = [of, node("h2", t), pairs(l)];
      if (e.length) parts.push(pairs(e, "evidence"));
      if (note) parts.push(node("p", note, "note"));
      parts.push(node("h3", say.sources), sourceList(s));
      if (hits.length > 1) parts.push(node("h3", say.more), this.others(hits, chosen));
      this.card.replaceChildren(...parts);
      this.card.parentElement.scrollTop = 0;
      this.card.scrollTop = 0;
    }

    others(hits, chosen) {
      const list = node("div", "", "others");
      hits.forEach((hit, number) => {
        if (number === chosen) return;
        const button = node("button", told(hit).t);
        button.type = "button";
        button.append(node("small", spec.titles[hit.key]));
        button.addEventListener("click", () => this.open(hits, number));
        list.append(button);
      });
      return list;
    }
  }

  /* The latitude halfway between two on the map. */
  function middle([[south], [north]]) {
    const crs = L.CRS.EPSG3857;
    const [low, high] = [south, north].map((lat) => crs.project(L.latLng(lat, 0)).y);
    return crs.unproject(L.point(0, (low + high) / 2)).lat;
  }

  /* The style sheet for print fits the map of the screen to the paper. */
  function measured(map) {
    const {x, y} = map.getSize();
    document.documentElement.style.setProperty("--wide", x);
    document.documentElement.style.setProperty("--high", y);
  }

  async function begin() {
    bundle = JSON.parse(new TextDecoder().decode(await unpacked("bundle")));
    spec = bundle.spec;
    tiles.TileSource = TilesInFile;
    const map = L.map("map", spec.map);
    window.fronteras.prepare(map);
    const {lng: lon} = L.latLngBounds(spec.view.bounds).getCenter();
    spec.view = {lat: middle(spec.view.bounds), lon, zoom: map.getBoundsZoom(spec.view.bounds)}; // all that was seen, edge to edge
    measured(map);
    map.on("resize", () => measured(map));
    const page = new Page(map, window.fronteras.manager);
    page.apply();
    const year = spec.time ? spec.time.year : null;
    if (year !== null) page.legends(year);
    const [key, id] = spec.open || [];
    if (key) await tableOf(key);
    const isLarge = known.has(key) && known.get(key).rows.has(id);
    if (isLarge || (bundle.cards[key] || {})[id]) page.open([{key, id, tile: isLarge ? {id} : undefined}]);
    Object.assign(window.fronteras, {page, map});
  }

  if (window.DecompressionStream) begin().catch((error) => {
    window.fronteras.error = `${error}`;
    sentence(say.old);
  });
  else sentence(say.old);
})();
