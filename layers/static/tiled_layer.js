/* TiledLayer: what the manager holds of a layer that comes as tiles; Renewals: what to do about a refused grant. */
(function () {
  "use strict";

  const {LIT, Symbol, styleOf, sizeAt} = window.fronteras.signs;
  const {TileGrid} = window.fronteras.tiles;

  /* The grid that is seen, the next one while it is being painted, and the feature that is lit.
   *
   * host: {map, painted(), worked(key), refused(key, base) -> true while a new grant may come, failed(key, error)}
   */
  class TiledLayer {
    constructor(host) {
      this.host = host;
      this.grid = null; // what is seen
      this.next = null; // what will be seen once it is painted
      this.lit = {id: null, address: null, group: null, stop: new AbortController()};
    }

    get waiting() {
      return Boolean(this.next) || !this.grid.isPainted();
    }

    /* Show an entry. Another address, or one that was refused and is asked `again`, is painted unseen and then
     * takes the place of what is there; `instead` is called at that moment. */
    show(entry, {again = false, instead = null} = {}) {
      const look = JSON.stringify([entry.style, entry.by]);
      const restyled = this.look !== look;
      Object.assign(this, {entry, look, base: entry.url.split("/{z}/")[0], instead: instead || this.instead});
      if (restyled && this.lit.group) this.lit.group.setStyle((feature) => this._litStyle(feature));
      if (restyled) for (const grid of [this.grid, this.next]) if (grid) grid.restyle(entry);
      const serves = (grid) => grid && grid.source.url === entry.url && !(again && grid.isRefused());
      if (serves(this.next || this.grid)) return;
      if (this.next) this.next.remove();
      this.next = null;
      if (serves(this.grid)) return; // back to what is still there
      this.next = new TileGrid(entry, this._told(entry.key, this.base));
      this.next.addTo(this.host.map)._work();
      if (this.grid || this.instead) this.next.getContainer().style.visibility = "hidden";
    }

    _told(key, base) {
      const {host} = this;
      let told = false;
      return {
        worked: () => host.worked(key),
        failed: (error) => {
          if (error.status === 404 && !base.endsWith("/public") && host.refused(key, base)) return true;
          if (!told) host.failed(key, error); // once for an address, however many tiles
          told = true;
          return false;
        },
        painted: (grid) => {
          if (grid === this.next) this._replace();
          host.painted();
        },
      };
    }

    _replace() {
      if (this.grid) this.grid.remove();
      if (this.instead) this.instead();
      Object.assign(this, {grid: this.next, next: null, instead: null});
      this.grid.getContainer().style.visibility = "";
    }

    /* Fetch what is in sight of another address early: the browser keeps it. A failure is told when it is shown. */
    ahead(url) {
      const {_tiles: tiles} = this.grid || {_tiles: {}};
      for (const {coords: {x, y, z}, current} of Object.values(tiles)) {
        if (current) fetch(url.replace("{z}", z).replace("{x}", x).replace("{y}", y)).catch(() => {});
      }
    }

    remove() {
      this.light(null);
      for (const each of [this.grid, this.next, this.renderer]) if (each) each.remove();
      if (this.instead) this.instead();
    }

    /* Light one feature, drawn whole over the tiles; null lights none. An answer that comes too late is dropped. */
    light(id) {
      const address = id === null ? null : `${this.base}/feature.geojson?id=${encodeURIComponent(id)}`;
      if (id === this.lit.id && (this.lit.group || address === this.lit.address)) return;
      this.lit.stop.abort();
      if (this.lit.group) this.lit.group.remove();
      const lit = (this.lit = {id, address, group: null, stop: new AbortController()});
      if (id === null) return;
      fetch(address, {signal: lit.stop.signal})
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`${answer.status}`))))
        .then((data) => { if (this.lit === lit) lit.group = this._overlay(data).addTo(this.host.map); })
        .catch(() => {}); // what was clicked is told in its card all the same
    }

    _litStyle({properties}) {
      const style = styleOf(this.entry, properties);
      const radius = style.radius && style.radius * sizeAt(this.host.map.getZoom());
      return {...style, weight: (style.weight || 1) + LIT.wider, opacity: LIT.opacity, radius};
    }

    _overlay(data) {
      const {pane} = this.entry;
      this.renderer = this.renderer || L.svg({pane, padding: 0.4}).on("add", ({target}) => { target._container.style.zIndex = 2; }); // above the tiles
      const options = {pane, renderer: this.renderer, interactive: false};
      return L.geoJSON(data, {
        ...options,
        style: (feature) => this._litStyle(feature),
        pointToLayer: (feature, at) => new Symbol(at, options),
        onEachFeature: (feature, layer) => Object.assign(layer.options, options, {className: "lit"}),
      });
    }

    /* The manager sets the size of point signs at each zoom. */
    eachLayer(act) {
      if (this.lit.group) this.lit.group.eachLayer(act);
    }
  }

  /* Which grants were refused: the page is asked for another once for each, and once only. */
  class Renewals {
    constructor(ask) {
      this.ask = ask; // tells the page how often it was asked
      this.count = 0;
      this.asked = new Set(); // addresses up to the grant
      this.waiting = new Map(); // those of them without an answer -> {number of the question, keys of layers}
      this.fresh = new Set(); // keys of layers that had an answer, of which no tile has come yet
    }

    refused(key, base) {
      if (!this.waiting.has(base)) {
        if (this.asked.has(base) || this.fresh.has(key)) return false;
        this.asked.add(base);
        this.waiting.set(base, {number: ++this.count, keys: new Set()});
        this.ask(this.count);
      }
      this.waiting.get(base).keys.add(key);
      return true;
    }

    /* The page has run again and heard so many questions: return the keys of the layers to ask for again. */
    answered(count) {
      const heard = [...this.waiting].filter(([, {number}]) => number <= count);
      for (const [base] of heard) this.waiting.delete(base);
      const keys = heard.flatMap(([, question]) => [...question.keys]);
      for (const key of keys) this.fresh.add(key);
      return keys;
    }

    worked(key) {
      this.fresh.delete(key);
    }
  }

  Object.assign(window.fronteras.tiles, {TiledLayer, Renewals});
})();
