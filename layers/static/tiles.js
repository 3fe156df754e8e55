/* Tiles: a layer too large to be sent whole is asked for tile by tile.
 *
 * TileSource fetches and decodes, TileGrid places and has painter.js paint; tiled_layer.js makes a layer of it.
 */
(function () {
  "use strict";

  const {TILE, Painter} = window.fronteras.tiles;
  const KEPT = 64; // decoded tiles kept per address: coming back to where one was asks for nothing
  const RETRY_MS = 400;
  const FRAME_MS = 12; // painting leaves the rest of a frame to the browser

  /* Return the two layers of a tile, each feature as {type, properties, parts}; parts are [x, y, x, y...] in px of the tile. */
  function decode(bytes) {
    const {layers} = new VectorTile(new Pbf(bytes));
    const read = (layer) => {
      const features = [];
      for (let number = 0; layer && number < layer.length; number++) {
        const feature = layer.feature(number);
        const rings = feature.loadGeometry();
        const parts = feature.type === 1 ? [rings.flat()] : rings;
        features.push({type: feature.type, properties: feature.properties,
          parts: parts.map((part) => Float32Array.from(part.flatMap(({x, y}) => [x, y]), (value) => (value * TILE) / layer.extent))});
      }
      return features;
    };
    return {features: read(layers.features), cells: read(layers.cells)};
  }

  /* Where the tiles of one address come from. */
  class TileSource {
    constructor(url) {
      this.url = url;
      this.kept = new Map();
    }

    /* Return a decoded tile; a refusal rejects with its `status`, a network failure is tried again once. */
    async tile({x, y, z}, signal) {
      const address = this.url.replace("{z}", z).replace("{x}", x).replace("{y}", y);
      const tile = this.kept.get(address) || decode(await this._bytes(address, signal).catch((error) => {
        if (error.status || signal.aborted) throw error;
        return new Promise((done) => setTimeout(done, RETRY_MS)).then(() => this._bytes(address, signal));
      }));
      this.kept.delete(address); // and added again: the oldest comes first
      this.kept.set(address, tile);
      if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
      return tile;
    }

    async _bytes(address, signal) {
      const answer = await fetch(address, {signal});
      if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${address}`), {status: answer.status});
      return answer.arrayBuffer();
    }
  }

  /* A grid of canvases, each painted at the very pixels it covers on the screen.
   *
   * Leaflet scales a level of tiles to zooms between whole numbers. Here a level is laid out anew wherever the
   * zoom comes to rest (`level.scale`), each tile between whole pixels, so that tiles meet without a seam; only
   * while the zoom moves is it scaled. A tile is repainted from what was decoded; until then it is scaled too.
   */
  const TileGrid = L.VectorGrid.Protobuf.extend({
    options: {tileSize: TILE, noWrap: true, bounds: [[-85.06, -180], [85.06, 180]], maxZoom: 24, keepBuffer: 2, updateWhenIdle: false, updateInterval: 100},

    initialize(entry, told) {
      L.VectorGrid.Protobuf.prototype.initialize.call(this, entry.url, {pane: entry.pane});
      this.source = new window.fronteras.tiles.TileSource(entry.url); // a map in one file has its own
      this.painter = new Painter(entry);
      this.told = told; // {painted(grid), worked(), failed(error) -> true when it may come yet}
      this.held = new Map(); // canvas -> {canvas, coords, stop, ready, tile, scale, state}
      this.due = new Set(); // what waits to be painted
      this.on("tileunload", ({tile: canvas}) => {
        const held = this.held.get(canvas);
        held.stop.abort();
        this.held.delete(canvas);
        this.due.delete(held);
        this._work();
      });
    },

    getEvents() {
      return {...L.VectorGrid.Protobuf.prototype.getEvents.call(this), zoomend: this._rest, resize: this._rest};
    },

    restyle(entry) {
      this.painter = new Painter(entry);
      for (const held of this.held.values()) this._want(held);
    },

    /* True when everything that can be seen is on the screen as it should be. */
    isPainted() {
      return !this._map || Object.values(this._tiles).every(({el, current}) => !current || ["painted", "failed"].includes(this.held.get(el).state));
    },

    isRefused() {
      return [...this.held.values()].some(({state}) => state === "refused");
    },

    createTile(coords, ready) {
      const canvas = document.createElement("canvas");
      canvas.style.transformOrigin = "0 0";
      const held = {canvas, coords, ready, stop: new AbortController(), tile: null, scale: 0, state: "asked"};
      this.held.set(canvas, held);
      this.source.tile(coords, held.stop.signal).then((tile) => {
        held.tile = tile;
        this.told.worked();
        this._want(held);
        // Signs of cells stand over the edge: what is beside has them too.
        if (this.painter.entry.geometry === "point" && tile.cells.length) for (const other of this._beside(coords)) this._want(other);
      }, (error) => {
        if (held.stop.signal.aborted) return;
        held.state = this.told.failed(error) ? "refused" : "failed";
        if (held.state === "failed") ready(error, canvas);
        this._work();
      });
      return canvas;
    },

    _want(held) {
      if (!held.tile) return;
      held.state = "due";
      this.due.add(held);
      this._work();
    },

    /* Paint what is due, nearest to the middle first, a few milliseconds in each frame. */
    _work() {
      if (this.frame) return;
      this.frame = requestAnimationFrame(() => {
        this.frame = null;
        if (!this._map) return;
        const until = performance.now() + FRAME_MS;
        const middle = this._map.project(this._map.getCenter(), this._tileZoom)._divideBy(TILE)._subtract([0.5, 0.5]);
        const waiting = [...this.due].sort((one, other) => one.coords.distanceTo(middle) - other.coords.distanceTo(middle));
        for (const held of waiting) {
          this.due.delete(held);
          this._paint(held);
          if (performance.now() > until) break;
        }
        if (this.due.size) this._work();
        else if (this.isPainted()) this.told.painted(this);
      });
    },

    _paint(held) {
      const {canvas, coords} = held;
      const level = this._levels[coords.z];
      if (!level) return;
      const ratio = window.devicePixelRatio;
      const corner = this._corner(coords);
      const from = corner.round(); // whole px of the page: Chromium draws parts of them over the next tile
      const size = corner.add(this.getTileSize().multiplyBy(level.scale)).round().subtract(from);
      Object.assign(held, {scale: level.scale, ratio, torn: false, state: "painted"});
      canvas.classList.add("leaflet-tile-loaded");
      for (const [side, px] of [["width", size.x], ["height", size.y]]) {
        canvas[side] = Math.round(px * ratio);
        canvas.style[side] = `${px}px`;
      }
      const beside = this._beside(coords).filter(({tile}) => !tile.over).map(({tile, coords: other}) => [tile, (other.x - coords.x) * TILE, (other.y - coords.y) * TILE]);
      const zoom = this._map.getScaleZoom(level.scale, level.zoom);
      const {x, y} = corner.subtract(from).multiplyBy(ratio);
      const {n, right, down} = held.tile.over || {n: 1, right: 0, down: 0}; // part of a larger tile, where there are none as small
      const unit = level.scale * ratio;
      this.painter.paint(canvas, held.tile, {
        x: x - right * TILE * unit, y: y - down * TILE * unit, unit: unit * n, ratio, zoom,
        beside: n === 1 ? beside : [], tile: coords.divideBy(n).floor(), origin: from.multiplyBy(ratio),
      });
      this._place(held);
      if (held.ready) held.ready(null, canvas);
      held.ready = null;
    },

    /* The tiles around one that have come. */
    _beside({x, y, z}) {
      const around = ({coords}) => coords.z === z && Math.max(Math.abs(coords.x - x), Math.abs(coords.y - y)) === 1;
      return [...this.held.values()].filter((held) => held.tile && around(held));
    },

    /* Where a tile lies in its level, in px of the page. */
    _corner(coords) {
      const level = this._levels[coords.z];
      return coords.scaleBy(this.getTileSize()).subtract(level.origin).multiplyBy(level.scale);
    },

    _place({canvas, coords, scale}) {
      const level = this._levels[coords.z];
      if (scale === level.scale) L.DomUtil.setTransform(canvas, this._corner(coords).round());
      else L.DomUtil.setTransform(canvas, this._corner(coords), level.scale / scale);
    },

    /* The zoom has come to rest: lay the level out for it, and repaint what was painted for another. */
    _rest() {
      const level = this._level;
      if (!level) return;
      level.scale = this._map.getZoomScale(this._map.getZoom(), level.zoom);
      this._setZoomTransform(level, this._map.getCenter(), this._map.getZoom());
      for (const held of this.held.values()) {
        if (held.coords.z !== level.zoom || !held.scale) continue;
        this._place(held);
        if (held.scale !== level.scale || held.ratio !== window.devicePixelRatio || held.torn) this._want(held);
      }
      this._work();
    },

    _setView(center, zoom, noPrune, noUpdate) {
      this.towards = zoom;
      L.VectorGrid.Protobuf.prototype._setView.call(this, center, zoom, noPrune, noUpdate);
    },

    _setZoomTransform(level, center, zoom) {
      const map = this._map;
      // A new level is laid out for the zoom that the map is on its way to.
      level.scale = level.scale || map.getZoomScale(this.towards, level.zoom);
      const scale = map.getZoomScale(zoom, level.zoom);
      const at = level.origin.multiplyBy(scale).subtract(map._getNewPixelOrigin(center, zoom)).round();
      L.DomUtil.setTransform(level.el, at, scale === level.scale ? undefined : scale / level.scale);
    },

    _initTile(canvas) {
      canvas.classList.add("leaflet-tile"); // hidden until painted
    },

    /* As Leaflet's, without fading in: two half-faded tiles over each other would show densities that are not there. */
    _tileReady(coords, error, canvas) {
      const tile = this._tiles[this._tileCoordsToKey(coords)];
      if (!tile || tile.el !== canvas) return;
      Object.assign(tile, {loaded: Date.now(), active: true});
      this._cover(coords);
      if (!this._noPrune) this._pruneTiles();
      this._loading = !this._noTilesToLoad();
    },

    /* What stood in until this tile is here, larger or smaller, must not show through it. */
    _cover({x, y, z}) {
      for (const other of this.held.values()) {
        const [up, n] = [z - other.coords.z, 2 ** Math.abs(z - other.coords.z)];
        if (up < 0 && other.coords.divideBy(n).floor().equals([x, y])) {
          other.canvas.classList.remove("leaflet-tile-loaded");
          other.torn = true;
        } else if (up > 0 && other.scale && other.coords.equals(L.point(x, y).divideBy(n).floor())) {
          const step = L.point(other.canvas.width, other.canvas.height).divideBy(n);
          const at = L.point(x, y).subtract(other.coords.multiplyBy(n)).scaleBy(step);
          other.canvas.getContext("2d").clearRect(at.x, at.y, step.x, step.y);
          other.torn = true;
        }
      }
    },
  });

  Object.assign(window.fronteras.tiles, {TileGrid, TileSource, decode});
})();
