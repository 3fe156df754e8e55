/* LayerManager: the one script of ours in the browser.
 *
 * The page sends a list of layers, each an address and a style; the manager adds, removes
 * and restyles the difference, so that a layer nobody touched keeps its very DOM nodes.
 * Everything that decides what is shown is decided on the server; this file only draws.
 *
 *   fronteras.apply(map, {
 *     serial, view: {lat, lon, zoom} | {bounds: [[s, w], [n, e]], maxZoom, padding},
 *       // and small: {below: [width, height], bounds…}, what a map frames that is narrower or lower
 *     layers: [{key, url, kind, order, opacity, interactive, style, by, labels, values_url, classes,
 *               dated, at, values_at, side}],
 *     time: {...} | null, compare: {...} | null,   // time.js, swipe.js
 *     renew,   // how many of our questions for a new grant these addresses answer
 *     highlight: {layer, id}, texts: {...}, colours: {...}
 *   })
 *
 * Attribute text is only ever set as text, never as markup.
 */
(function () {
  "use strict";

  const RESIZED_MS = 400; // somebody who drags a window's edge is done
  const PANE_BASE = 400; // Leaflet's overlay pane; ours follow it in `order`
  const {LIT, Symbol, styleOf, sizeAt, hatch} = window.fronteras.signs;
  const {TiledLayer, Renewals} = window.fronteras.tiles;
  const {Labels} = window.fronteras;

  function tooltip(entry, properties) {
    const figure = entry.values ? [entry.values[properties.id] ? entry.values[properties.id][1] : entry.none] : [];
    const box = document.createElement("div");
    const name = document.createElement("strong");
    name.textContent = properties.n;
    box.append(name);
    for (const line of [...figure, ...(properties.d || [])]) {
      const row = document.createElement("div");
      row.textContent = line;
      box.append(row);
    }
    return box;
  }

  function mark(entry, feature, latlng) {
    const {mark: kind, t: text, b: bearing} = feature.properties;
    const style = styleOf(entry, feature.properties);
    const node = document.createElement("span");
    node.className = `mark mark-${kind}`;
    node.style.setProperty("--colour", style.color || "#1F2933");
    if (kind === "arrow") node.style.transform = `rotate(${bearing}deg)`;
    else node.textContent = text;
    const icon = L.divIcon({className: "mark-holder", html: node, iconSize: [0, 0]});
    return L.marker(latlng, {icon, pane: entry.pane, interactive: false, keyboard: false});
  }

  function fetched(address) {
    return fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`${answer.status}`))));
  }

  class LayerManager {
    constructor(map) {
      this.map = map;
      this.layers = new Map(); // key -> {entry, group, marks, data}
      this.pending = new Map(); // key -> address being fetched
      this.renewals = new Renewals((renew) => {
        this.report = {...this.report, renew};
        this._send();
      });
      this.tiling = { // what tiled layers tell
        map,
        painted: () => this._painted(),
        worked: (key) => this.renewals.worked(key),
        refused: (key, base) => this.renewals.refused(key, base),
        failed: (key, error) => this._failed(key, error),
      };
      this.serial = null;
      this.report = {serial: null, moved: false, clicked: 0}; // and year, rest, click, side, renew once there are any
      this.steering = false; // true while the page, not the person, moves the map
      this.measuring = false;
      this.swipe = new L.Swipe(map, {changed: () => this.labels.later()});
      this.labels = new Labels(map, this.swipe, () => this.layers.values());
      this.time = new L.TimePlayer(map, {
        show: (year) => this._show(year),
        ahead: (year) => this._ahead(year),
        rest: (year, rest) => {
          this.report = {...this.report, year, rest};
          this._send();
        },
      });
      map.getContainer().setAttribute("role", "application");
      L.control.scale({imperial: false, maxWidth: 140}).addTo(map);
      this._listen();
    }

    _listen() {
      const {map} = this;
      // A click that sets a measuring point is not a question about the map: the component's own
      // listener (added later, without context) is not told of it.
      const on = map.on;
      const manager = this;
      map.on = function (types, listener, context) {
        if (types !== "click" || context || typeof listener !== "function") return on.call(this, types, listener, context);
        return on.call(this, types, (event) => {
          if (manager.measuring) return;
          manager.time.settle(); // a click asks about the year that is on the map
          manager.report = {...manager.report, clicked: Date.now(), click: [event.latlng.lat, event.latlng.lng], side: manager.swipe.sideOf(event.containerPoint)};
          manager._tell();
          listener(event);
        });
      };
      on.call(map, "polylinemeasure:toggle", (event) => { this.measuring = event.sttus; });
      on.call(map, "moveend", () => {
        if (!this.steering && this.serial !== null && !this.resizing) {
          this.report = {...this.report, moved: true};
          this._tell();
        }
        this.labels.later();
        this.unpainted = true;
        requestAnimationFrame(() => this._painted()); // when every grid knows of the move
      });
      on.call(map, "zoomend", () => {
        this._atZoom();
        for (const entry of this.spec ? this.spec.layers : []) if (entry.from) this._sync(entry);
      });
      on.call(map, "resize", () => this.labels.later());
      // A size that leaves the map's bounds lets Leaflet pan back for a quarter of a second: no move of the person's.
      new ResizeObserver(() => {
        const before = map.getSize();
        const wasResizing = this.resizing;
        this.resizing = true;
        map.invalidateSize({pan: false, animate: false});
        this.resizing = wasResizing || !map.getSize().equals(before);
        if (this.resizing) this._look();
        clearTimeout(this.sizing);
        this.sizing = setTimeout(() => this._resized(), RESIZED_MS);
      }).observe(map.getContainer());
    }

    _resized() {
      if (this.resizing) this._look();
      this.resizing = false;
      this._sized();
    }

    /* Look again where the page wants it, unless the person has looked elsewhere since. */
    _look() {
      if (this.sight && !this.report.moved) this._steer(this.sight, false);
    }

    /* The component has no channel of its own for us; this field is free (we use no drawings). It is
     * all that the page asks for, so that nothing but a person's move or click, and the map's size, runs it again. */
    _tell() {
      const {lat, lng} = this.map.getCenter();
      const {x, y} = this.map.getSize(); // what is exported shows as much as is seen
      if (window.__GLOBAL_DATA__) window.__GLOBAL_DATA__.last_active_drawing = {...this.report, lat, lon: lng, zoom: this.map.getZoom(), size: [x, y]};
    }

    /* As a move or a click does by itself. */
    _send() {
      this._tell();
      this.map.fire("overlayremove"); // the component looks at its field after this event, as after a move
    }

    /* How large the map is on the screen: told to a page that listens before anybody moves the map, and when it changes. */
    _sized() {
      const {returned_objects: asked} = window.__GLOBAL_DATA__ || {};
      const {x, y} = this.map.getSize();
      const size = `${x} ${y}`;
      if (this.serial === null || this.size === size || !(asked || []).includes("last_active_drawing")) return;
      this.size = size;
      this._send();
    }

    apply(spec) {
      this.time.take(spec.time);
      this.spec = {...spec, layers: spec.layers.map((entry) => this.time.addressed(entry))};
      window.fronteras.drawn = false;
      for (const each of spec.hatches || []) hatch(each);
      this.map.getContainer().style.background = spec.colours.sea;
      this._controls(spec.texts);
      if (spec.serial !== this.serial) {
        const first = this.serial === null;
        this.serial = spec.serial;
        this.report = {...this.report, serial: spec.serial, moved: false};
        this.sight = spec.view;
        this._steer(spec.view, !first);
      }
      const wanted = new Map(this.spec.layers.map((entry) => [entry.key, entry]));
      for (const key of [...this.layers.keys()]) if (!wanted.has(key)) this._remove(key);
      for (const key of [...this.pending.keys()]) if (!wanted.has(key)) this.pending.delete(key);
      const again = this.renewals.answered(spec.renew);
      for (const entry of wanted.values()) this._sync(entry, again.includes(entry.key));
      this.swipe.take(spec.compare);
      this._caption();
      this._highlight(spec.highlight);
      this._settle();
      setTimeout(() => this._sized()); // the component listens once its script has run
    }

    /* Draw another year of the dated layers; the page need not know. */
    _show(year) {
      this.spec = {...this.spec, layers: this.spec.layers.map((entry) => this.time.addressed(entry, year))};
      window.fronteras.drawn = false;
      for (const entry of this.spec.layers) if (entry.dated) this._sync(entry);
      this._caption();
      this._settle();
    }

    /* Fetch a year before it is asked for: its addresses never change, so the browser keeps them. */
    _ahead(year) {
      for (const entry of this.spec.layers.filter(({dated}) => dated)) {
        const {url, values_url: values} = this.time.addressed(entry, year);
        const {group} = this.layers.get(entry.key) || {};
        if (group instanceof TiledLayer) group.ahead(url);
        else fetch(values || url).catch(() => {}); // a failure is told when it is drawn
      }
    }

    _caption() {
      const {compare} = this.spec;
      if (compare && compare.kind === "years") this.swipe.caption("left", this.time.words());
    }

    _steer(view, animate) {
      this.steering = true;
      const options = {animate: animate && !window.matchMedia("(prefers-reduced-motion: reduce)").matches};
      if (options.animate) this.map.once("moveend", () => { this.steering = false; });
      const {x, y} = this.map.getSize();
      const {bounds, maxZoom = 11, padding = 24} = view.small && (x < view.small.below[0] || y < view.small.below[1]) ? view.small : view;
      if (bounds) this.map.fitBounds(bounds, {...options, padding: [padding, padding], maxZoom});
      else this.map.setView([view.lat, view.lon], view.zoom, options);
      if (!options.animate) this.steering = false;
    }

    _controls(texts) {
      const said = JSON.stringify(texts);
      if (said === this.said) return;
      this.said = said;
      for (const control of this.controls || []) control.remove();
      this.controls = [
        L.control.zoom({position: "topleft", zoomInTitle: texts.zoomIn, zoomOutTitle: texts.zoomOut}),
        L.control.polylineMeasure({
          position: "topleft", unit: "kilometres", clearMeasurementsOnStop: true, measureControlLabel: "&harr;",
          measureControlTitleOn: texts.measureOn, measureControlTitleOff: texts.measureOff,
          tooltipTextFinish: `${texts.measureFinish}<br>`, tooltipTextDelete: texts.measureDelete,
          tooltipTextMove: `${texts.measureMove}<br>`, tooltipTextResume: `<br>${texts.measureResume}`, tooltipTextAdd: texts.measureAdd,
          tempLine: {color: "#9C4221", weight: 2}, fixedLine: {color: "#9C4221", weight: 2},
          startCircle: {color: "#1F2933", weight: 1, fillColor: "#FBFAF7", fillOpacity: 1, radius: 3},
          intermedCircle: {color: "#1F2933", weight: 1, fillColor: "#FBFAF7", fillOpacity: 1, radius: 3},
          currentCircle: {color: "#1F2933", weight: 1, fillColor: "#9C4221", fillOpacity: 1, radius: 4},
          endCircle: {color: "#1F2933", weight: 1, fillColor: "#9C4221", fillOpacity: 1, radius: 4},
        }),
      ];
      for (const control of this.controls) control.addTo(this.map);
      this.map.getContainer().setAttribute("aria-label", texts.map);
      this.map.attributionControl.setPrefix(false);
    }

    _pane(entry) {
      const name = `layer-${entry.key}`;
      const pane = this.map.getPane(name) || this.map.createPane(name);
      pane.style.zIndex = PANE_BASE + entry.order;
      pane.style.opacity = entry.opacity;
      if (!entry.interactive) pane.style.pointerEvents = "none";
      this.swipe.mind(pane, entry.side);
      return name;
    }

    _sync(entry, again = false) {
      const now = this.layers.get(entry.key);
      if (!now && this.map.getZoom() < (entry.from || 0)) return; // asked for when somebody comes near
      entry.pane = this._pane(entry);
      entry.look = JSON.stringify([entry.style, entry.by, entry.classes, entry.labels]);
      if (entry.kind === "tiles") {
        this._tile(entry, now, again);
        return;
      }
      const sameShapes = now && now.entry.url === entry.url;
      if (sameShapes && now.entry.values_url === entry.values_url) {
        this.pending.delete(entry.key); // what was asked for meanwhile is not wanted any more
        const restyle = now.entry.look !== entry.look;
        now.entry = {...entry, values: now.entry.values};
        if (restyle) this._restyle(now.entry);
        return;
      }
      const address = entry.values_url ? `${entry.url} ${entry.values_url}` : entry.url;
      if (this.pending.get(entry.key) === address) return;
      if (entry.kind === "raster") {
        this._remove(entry.key);
        const group = L.tileLayer(entry.url, {pane: entry.pane, attribution: entry.attribution, maxZoom: 19}).addTo(this.map);
        this.layers.set(entry.key, {entry, group, features: []});
        return;
      }
      this.pending.set(entry.key, address);
      Promise.all([sameShapes ? null : fetched(entry.url), entry.values_url ? fetched(entry.values_url) : undefined])
        .then(([data, values]) => {
          if (this.pending.get(entry.key) !== address) return; // another address was asked for meanwhile
          this.pending.delete(entry.key);
          const latest = this.spec.layers.find((each) => each.key === entry.key) || entry;
          const drawn = {...latest, pane: entry.pane, look: entry.look, values};
          if (data) this._draw(drawn, data);
          else this._restyle(drawn);
        })
        .catch((error) => {
          if (this.pending.get(entry.key) === address) this.pending.delete(entry.key);
          this._failed(entry.key, error);
        })
        .finally(() => this._settle());
    }

    _failed(key, error) {
      this.time.pause();
      this._notice(this.spec.texts.failed);
      window.fronteras.error = `${key}: ${error.message}`;
    }

    _tile(entry, now, again) {
      const tiled = now && now.group instanceof TiledLayer;
      const group = tiled ? now.group : new TiledLayer(this.tiling);
      this.pending.delete(entry.key);
      this.layers.set(entry.key, {entry, group, features: []});
      group.show(entry, {again, instead: now && !tiled ? () => this._strip(now) : null});
    }

    _restyle(entry) {
      const now = this.layers.get(entry.key);
      now.entry = entry;
      now.group.setStyle((feature) => styleOf(entry, feature.properties));
      this._atZoom(entry.key);
      this._highlight(this.spec.highlight);
    }

    _draw(entry, data) {
      const {pane} = entry;
      const options = {pane, padding: 0.4};
      const old = this.layers.get(entry.key);
      const renderer = old && old.renderer ? old.renderer : entry.interactive ? L.svg(options) : L.canvas(options);
      const shapes = data.features.filter((feature) => !feature.properties.mark);
      const late = shapes.filter((feature) => feature.properties.lz !== undefined); // made when their zoom comes
      const group = L.geoJSON({type: "FeatureCollection", features: shapes.filter((feature) => feature.properties.lz === undefined)}, {
        pane, renderer, interactive: entry.interactive,
        attribution: entry.attribution,
        style: (feature) => styleOf(entry, feature.properties),
        pointToLayer: (feature, latlng) => new Symbol(latlng, {pane, renderer, interactive: entry.interactive}),
        onEachFeature: (feature, layer) => {
          layer.options.pane = pane;
          layer.options.renderer = renderer;
          if (entry.interactive && feature.properties.n) layer.bindTooltip(() => tooltip(this.layers.get(entry.key).entry, feature.properties), {sticky: true, className: "tip"});
        },
      });
      const rings = shapes.filter((feature) => feature.properties.r).map((feature) => {
        const [lon, lat] = feature.geometry.coordinates;
        return L.circle([lat, lon], {pane, renderer, radius: feature.properties.r * 1000, interactive: false, weight: 1, dashArray: "2 4", color: "#7A5C2E", opacity: 0.6, fill: false});
      });
      const marks = data.features.filter((feature) => feature.properties.mark)
        .map((feature) => ({from: feature.properties.z, feature, layer: null})); // made when their zoom comes
      if (old) this._remove(entry.key, true);
      const byId = new Map();
      group.eachLayer((layer) => {
        const {id} = layer.feature.properties;
        byId.set(id, [...(byId.get(id) || []), layer]);
      });
      this.layers.set(entry.key, {entry, group, renderer, marks, rings, byId, late, features: shapes});
      this._atZoom(entry.key);
      group.addTo(this.map);
      this.labels.later();
      this._highlight(this.spec.highlight);
    }

    _remove(key, keepRenderer = false) {
      const known = this.layers.get(key);
      if (!known) return;
      this._strip(known, keepRenderer);
      this.layers.delete(key);
    }

    _strip(known, keepRenderer = false) {
      known.group.remove();
      for (const each of known.marks || []) if (each.layer) each.layer.remove();
      for (const ring of known.rings || []) ring.remove();
      if (known.renderer && !keepRenderer) known.renderer.remove();
    }

    /* Marks and rings appear from their own zoom on: hierarchy at scale. */
    _atZoom(only) {
      const zoom = this.map.getZoom();
      const size = sizeAt(zoom);
      for (const [key, {marks, rings, late, group}] of this.layers) {
        if ((only && key !== only) || !group.eachLayer) continue; // a picture has no signs
        for (const feature of late || []) {
          if (zoom < feature.properties.lz) {
            if (feature.layer) group.removeLayer(feature.layer);
            continue;
          }
          if (!feature.layer) {
            const {entry, renderer} = this.layers.get(key);
            const [lon, lat] = feature.geometry.coordinates;
            feature.layer = new Symbol([lat, lon], {...styleOf(entry, feature.properties), pane: entry.pane, renderer, interactive: false});
            feature.layer.feature = feature;
          }
          group.addLayer(feature.layer);
        }
        group.eachLayer((layer) => { if (layer.setRadius) layer.setRadius(styleOf(this.layers.get(key).entry, layer.feature.properties).radius * size); });
        for (const each of marks || []) {
          if (zoom >= each.from) {
            const [lon, lat] = each.feature.geometry.coordinates;
            each.layer = each.layer || mark(this.layers.get(key).entry, each.feature, L.latLng(lat, lon));
            each.layer.addTo(this.map);
          } else if (each.layer) each.layer.remove();
        }
        for (const ring of rings || []) {
          if (zoom >= 6) ring.addTo(this.map);
          else ring.remove();
        }
      }
    }

    _highlight(wanted) {
      for (const {group, entry, byId} of this.layers.values()) {
        const key = entry.key.split("@")[0]; // both drawings of a compared layer light up
        if (group instanceof TiledLayer) group.light(wanted && wanted.layer === key ? wanted.id : null);
        if (!byId) continue;
        if (this.lit && this.lit.key === key) {
          for (const layer of byId.get(this.lit.id) || []) {
            const {radius, ...rest} = styleOf(entry, layer.feature.properties); // the size follows the zoom
            layer.setStyle(rest);
            if (layer.getElement && layer.getElement()) layer.getElement().classList.remove("lit");
          }
        }
        if (wanted && wanted.layer === key) {
          for (const layer of byId.get(wanted.id) || []) {
            layer.setStyle({weight: (styleOf(entry, layer.feature.properties).weight || 1) + LIT.wider, opacity: LIT.opacity});
            layer.bringToFront();
            if (layer.getElement && layer.getElement()) layer.getElement().classList.add("lit");
          }
        }
      }
      this.lit = wanted ? {key: wanted.layer, id: wanted.id} : null;
    }

    /* Drawn means: everything that was asked for is on the map, labels too. */
    _settle() {
      if (this._busy()) return;
      requestAnimationFrame(() => requestAnimationFrame(() => {
        if (this._busy()) return;
        this.labels.place();
        window.fronteras.drawn = true;
        performance.mark("fronteras:drawn");
        this.map.fire("fronteras:drawn");
      }));
    }

    /* Tiles are wanted for where the map comes to rest, not for where it is on its way. */
    _busy() {
      const tiled = [...this.layers.values()].filter(({group}) => group instanceof TiledLayer);
      return this.pending.size > 0 || tiled.some(({group}) => this.steering || group.waiting);
    }

    /* After each move: when the last tile that can be seen is painted. */
    _painted() {
      if (this.spec && !window.fronteras.drawn) this._settle();
      if (!this.unpainted || this._busy()) return;
      this.unpainted = false;
      requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("fronteras:painted")));
    }

    _notice(text) {
      const box = document.createElement("div");
      box.className = "notice";
      box.setAttribute("role", "status");
      box.textContent = text;
      this.map.getContainer().append(box);
      setTimeout(() => box.remove(), 8000);
    }
  }

  const managers = new WeakMap();
  Object.assign(window.fronteras, {
    drawn: false,
    manager: null,
    prepare(map) {
      const manager = new LayerManager(map);
      managers.set(map, manager);
      window.fronteras.manager = manager;
    },
    apply(map, spec) {
      managers.get(map).apply(spec);
    },
  });
})();
